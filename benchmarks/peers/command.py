"""`python -m benchmarks --peers`: its command line."""

import argparse
import json
import shutil
import sys
import tempfile
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from pathlib import Path

from benchmarks.images import make_images
from benchmarks.peers.adapter import Adapter, read_adapter
from benchmarks.peers.figures import MISSED, NOISY, QUIET_CORES, Measured, table
from benchmarks.peers.scenarios import LEAST_PX, SCENARIOS
from benchmarks.peers.session import Image
from benchmarks.peers.turns import Plan, gone, in_order, take_turns
from glview.bench.machine import facts
from glview.bench.output import check_folder, write_file
from glview.errors import GlviewError
from glview.sources.opening import open_image

CHECKOUT = Path(__file__).resolve().parents[2]
VIEWERS = Path(__file__).with_name("viewers")
PAINTED_PX = (18_432, 9_216)
"""The picture that is painted where no image is named: half a minute's work."""


def run(arguments: Sequence[str]) -> int:
    """Measure, print the table; the exit status. `GlviewError` where nothing can be measured."""
    options = _parser().parse_args(arguments)
    for program in ("Xvfb", "openbox", "setpriv"):
        if shutil.which(program) is None:
            raise GlviewError(f"--peers needs {program}, which is not installed")
    scenarios = in_order(options.scenarios or tuple(SCENARIOS))
    if options.json is not None:
        check_folder(options.json)
    if options.shots is not None:
        check_folder(options.shots / "a picture")
    with (
        tempfile.TemporaryDirectory(prefix="glview-peers-") as folder,
        _image(options.image, Path(folder)) as path,
    ):
        image = _described(path)
        adapters = _installed(options, path)
        plan = Plan(image, adapters, scenarios, options.repeats, options.shots)
        homes = Path(folder, "homes")
        homes.mkdir()
        measured = list(take_turns(plan, homes, _tell))
        _tell("")
        sys.stdout.write(_told(plan, measured))
        if options.json is not None:
            write_file(options.json, _as_json(plan, measured))
    return 0


def _parser() -> argparse.ArgumentParser:
    parser = argparse.ArgumentParser(
        prog="python -m benchmarks --peers",
        description="Measure glview's windows and other viewers from the outside, in turns, on one"
        " image: a minute or more for each viewer and repeat, up to some minutes where other"
        " programs are busy. Those that are not installed are left out.",
    )
    parser.add_argument(
        "scenarios",
        metavar="SCENARIO",
        nargs="*",
        type=_scenario,
        help=f"of {', '.join(SCENARIOS)} (default: all)",
    )
    parser.add_argument(
        "--image",
        metavar="FILE.dzi",
        type=Path,
        help="a DeepZoom; FILE.tif beside it, tiled and with levels, is for viewers that read no"
        " DeepZoom (default: one that is painted)",
    )
    parser.add_argument("--repeats", metavar="N", type=int, default=3, help="turns (default: 3)")
    parser.add_argument(
        "--viewer", metavar="NAME", action="append", help="only this one; may be given again"
    )
    parser.add_argument(
        "--adapter",
        metavar="FILE.toml",
        type=Path,
        action="append",
        default=[],
        help="another viewer; may be given again (see benchmarks/README.md)",
    )
    parser.add_argument(
        "--installed",
        metavar="DIR",
        type=Path,
        default=CHECKOUT / ".peers",
        help="where viewers are installed (default: .peers in the checkout)",
    )
    parser.add_argument("--json", metavar="FILE", type=Path, help="also write all values")
    parser.add_argument(
        "--shots", metavar="DIR", type=Path, help="also write pictures of the windows, as PNG"
    )
    return parser


def _scenario(name: str) -> str:
    if name not in SCENARIOS:
        raise argparse.ArgumentTypeError(f"no scenario {name!r}; there are {', '.join(SCENARIOS)}")
    return name


def _installed(options: argparse.Namespace, image: Path) -> list[Adapter]:
    """The viewers that are there; what the others lack is told."""
    places = {
        "python": sys.executable,
        "checkout": str(CHECKOUT),
        "here": str(VIEWERS),
        "peers": str(options.installed.resolve()),
        "dzi": str(image),
        "tif": str(image.with_suffix(".tif")),
    }
    paths = [*sorted(VIEWERS.glob("*.toml")), *options.adapter]
    adapters = [read_adapter(path, places) for path in paths]
    adapters.sort(key=lambda one: (not one.name.startswith("glview"), one.name.lower()))
    if options.viewer:
        if unknown := set(options.viewer) - {adapter.name for adapter in adapters}:
            raise GlviewError(f"no viewer {', '.join(sorted(unknown))}")
        adapters = [adapter for adapter in adapters if adapter.name in options.viewer]
    lacking = gone(adapters)
    for name, missing in lacking.items():
        sys.stderr.write(f"{name}: left out, there is no {missing}\n")
    found = [adapter for adapter in adapters if adapter.name not in lacking]
    if not found:
        raise GlviewError("no viewer is installed")
    return found


@contextmanager
def _image(named: Path | None, folder: Path) -> Iterator[Path]:
    """The image's file, or one that is painted."""
    if named is None:
        _tell("painting a picture")
        yield make_images(folder, *PAINTED_PX).deepzoom
    else:
        yield named.resolve()


def _described(path: Path) -> Image:
    source = open_image(path)
    pyramid = source.description.pyramid
    source.close()
    if pyramid.width < LEAST_PX[0] or pyramid.height < LEAST_PX[1]:
        least = "{:,} x {:,}".format(*LEAST_PX)
        raise GlviewError(f"{path}: smaller than {least} pixels: a fast pan would leave it")
    return Image(path.name, pyramid.width, pyramid.height)


def _told(plan: Plan, measured: Sequence[Measured]) -> str:
    viewers = [adapter.name for adapter in plan.adapters]
    image = plan.image
    lines = [f"{image.name}, {image.width:,} x {image.height:,} pixels; medians of {plan.repeats}"]
    lines += [f"{adapter.name}: {adapter.about}" for adapter in plan.adapters if adapter.about]
    quiet = sum(one.quiet for one in measured)
    last = (
        f"{MISSED}: beyond glview's goal, or mostly without an answer."
        f" {NOISY}: other programs had more than {QUIET_CORES:g} cores."
        f" {quiet} of {len(measured)} repeats were quiet."
    )
    return "\n".join(lines) + "\n\n" + table(measured, viewers) + f"\n{last}\n"


def _as_json(plan: Plan, measured: Sequence[Measured]) -> str:
    told = {
        "image": {"name": plan.image.name, "width": plan.image.width, "height": plan.image.height},
        "machine": facts(),
        "viewers": {adapter.name: adapter.about for adapter in plan.adapters},
        "measured": [one.as_dict() for one in measured],
    }
    return json.dumps(told, indent=1, ensure_ascii=False) + "\n"


def _tell(what: str) -> None:
    """On a terminal, in place of what was told before."""
    if sys.stderr.isatty():
        sys.stderr.write(f"\r\x1b[K{what}")
        sys.stderr.flush()
