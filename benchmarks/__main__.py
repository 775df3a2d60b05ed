"""`python -m benchmarks [--quick] [--json FILE] [--html FILE] [--compare OLD.json] [CASES ...]`.

`python -m benchmarks --peers [...]` is a program of its own, `benchmarks.peers`.
"""

import argparse
import importlib.util
import signal
import sys
import tempfile
import time
from collections.abc import Callable, Iterator, Sequence
from contextlib import ExitStack
from dataclasses import replace
from functools import partial
from pathlib import Path

from benchmarks import beside, decode, flights, frames, kinds, uploads
from benchmarks.images import Images, make_images
from glview.bench.machine import Others, facts
from glview.bench.opengl import opengl_facts
from glview.bench.output import Outputs
from glview.bench.parts import Told, measured
from glview.bench.report import Report
from glview.bench.rows import Row
from glview.bench.settings import FULL, QUICK
from glview.bench.subject import Subject
from glview.bench.suite import measure
from glview.canvases.egl import EglContext
from glview.errors import ContextError, GlviewError
from glview.progress import bar

PARTS = {
    "frames": (26.0, 32),
    "windows": (14.0, 8),
    "beside": (16.0, 16),
    "decode": (30.0, 20),
    "uploads": (4.0, 2),
    "kinds": (30.0, 12),
    "start": (60.0, 4),
    "image": (130.0, 1),
    "flights": (150.0, 25),
}
"""How much of the whole time each case takes, and in about how many rows, for the bar."""
CASES = tuple(PARTS)
USUAL = CASES[:-4]
QUICK_PX, FULL_PX = 4096, 6144
"""Sides of the picture that is painted for those on files."""
_ON_FILES = {"decode", "start", "image"}
_ON_A_SCREEN = {"windows", "start"}
_NEEDS_XLIB = "python-xlib, with which a screen is looked at: python -m pip install python-xlib"
_ON_NO_FILE: dict[str, Callable[..., Iterator[Row]]] = {
    "frames": frames.cases,
    "beside": beside.cases,
    "uploads": uploads.cases,
    "kinds": kinds.cases,
    "flights": flights.cases,
}


def main(arguments: Sequence[str] | None = None) -> int:
    """Measure, print a table, write what is asked for."""
    words = list(sys.argv[1:] if arguments is None else arguments)
    try:
        return _peers(words) if "--peers" in words else _parts(words)
    except GlviewError as error:
        sys.stderr.write(f"benchmarks: {error}\n")
        return 1


def _peers(words: Sequence[str]) -> int:
    if importlib.util.find_spec("Xlib") is None:
        raise GlviewError(f"--peers needs {_NEEDS_XLIB}")
    from benchmarks.peers.command import run

    return run([word for word in words if word != "--peers"])


def _parts(words: Sequence[str]) -> int:
    parser = argparse.ArgumentParser(
        prog="python -m benchmarks",
        description="How fast glview's parts are, beside bare programs that do the same.",
        epilog="--peers measures its windows beside other viewers: see --peers --help",
    )
    parser.add_argument(
        "cases",
        metavar="CASE",
        nargs="*",
        help=f"of {', '.join(CASES)} (default: all but kinds, of sources; start, which takes"
        " Xvfb and openbox; image, which is glview bench's; flights, which take minutes)",
    )
    parser.add_argument("--quick", action="store_true", help="fewer repeats: under a minute")
    parser.add_argument("--json", metavar="FILE", type=Path, help="also write all values")
    parser.add_argument("--html", metavar="FILE", type=Path, help="also write a page with plots")
    parser.add_argument(
        "--compare", metavar="OLD.json", type=Path, help="tell what is faster or slower since then"
    )
    options = parser.parse_args(words)
    unknown = set(options.cases) - set(CASES)
    if unknown:
        parser.error(f"no case {', '.join(sorted(unknown))}; there are {', '.join(CASES)}")
    outputs = Outputs.asked(options.json, options.html, options.compare)
    outputs.write(_report(_measurable(options.cases), quick=options.quick))
    return 0


def _measurable(asked: Sequence[str]) -> Sequence[str]:
    """What is asked for, else the usual, without what would take a package that is not there."""
    if importlib.util.find_spec("Xlib") is not None:
        return asked or USUAL
    if _ON_A_SCREEN & set(asked):
        raise GlviewError(f"{', '.join(sorted(_ON_A_SCREEN & set(asked)))} needs {_NEEDS_XLIB}")
    if not asked:
        sys.stderr.write(f"benchmarks: windows is left out: it needs {_NEEDS_XLIB}\n")
    return asked or tuple(name for name in USUAL if name not in _ON_A_SCREEN)


def _report(names: Sequence[str], *, quick: bool) -> Report:
    others, began = Others(), time.perf_counter()
    chosen = {name: PARTS[name] for name in CASES if name in names}
    settings = QUICK if quick else FULL
    of_image: Report | None = None
    rows: list[Row] = []
    with ExitStack() as stack:
        told = Told(stack.enter_context(bar("benchmarks: measuring")), chosen)
        images = _images(stack, quick=quick) if _ON_FILES & set(chosen) else None
        for name in chosen:
            if name == "image":
                assert images is not None
                subject = Subject.of_file(images.deepzoom)
                of_image = measure(subject, settings, on_progress=partial(told.share, name))
                rows += of_image.rows
                told.part(name)
            else:
                rows += measured(name, _part(name, images, quick=quick), told)
    report = Report(
        tuple(rows),
        facts() | _opengl(),
        {"quick": quick, "cases": sorted(chosen)},
        others.cores(),
        seconds=round(time.perf_counter() - began, 1),
    )
    return report if of_image is None else _joined(report, of_image)


def _joined(report: Report, of_image: Report) -> Report:
    """With what the report of the image has beside its rows."""
    return replace(
        report,
        settings={**of_image.settings, **report.settings},
        image=of_image.image,
        traces=of_image.traces,
        verdict=of_image.verdict,
    )


def _part(name: str, images: Images | None, *, quick: bool) -> Iterator[Row]:
    if name == "decode":
        assert images is not None
        return decode.cases(images, quick=quick)
    if name == "windows":
        from benchmarks.windows import cases as windows

        return windows.cases(quick=quick)
    if name == "start":
        from benchmarks import start

        assert images is not None
        return start.cases(images.deepzoom, quick=quick)
    return _ON_NO_FILE[name](quick=quick)


def _images(stack: ExitStack, *, quick: bool) -> Images:
    """Painted for this run."""
    folder = stack.enter_context(tempfile.TemporaryDirectory(prefix="glview-benchmarks-"))
    side = QUICK_PX if quick else FULL_PX
    return make_images(Path(folder), side, side)


def _opengl() -> dict[str, object]:
    """What draws here; nothing where there is no OpenGL without a window."""
    try:
        context = EglContext()
    except ContextError:
        return {}
    with context:
        told = opengl_facts()
    context.close()
    return told


if __name__ == "__main__":
    # What was started ends with it: viewers, screens.
    signal.signal(signal.SIGTERM, lambda *_: sys.exit(143))
    sys.exit(main())
