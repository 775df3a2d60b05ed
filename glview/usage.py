"""What the commands' parsers have in common, and how faults are told."""

import argparse
import contextlib
import sys
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import TYPE_CHECKING, Any, NoReturn

from glview.arguments import to_bytes, to_ends, to_ordinal, to_window_size
from glview.color_profile import fault_of_profile
from glview.errors import GlviewError
from glview.hud.items import HudItem

if TYPE_CHECKING:
    from glview.display import Display
    from glview.options import ViewerOptions

FAILED, BAD_USAGE, BROKEN_PIPE = 1, 2, 141


def complain(message: str) -> None:
    """One line on stderr."""
    with contextlib.suppress(OSError):
        sys.stderr.write(f"glview: {message}\n")


@contextlib.contextmanager
def naming(path: Path) -> Iterator[None]:
    """Faults of the file system as ours, with the file's name."""
    try:
        yield
    except BrokenPipeError:
        raise
    except OSError as error:
        raise GlviewError(f"{path}: {(error.strerror or str(error)).lower()}") from None


class Parser(argparse.ArgumentParser):
    """Bad usage in one line; help that cannot be written is an `OSError`, as all else is."""

    def _print_message(self, message: str, file: Any = None) -> None:
        (file or sys.stderr).write(message)

    def error(self, message: str) -> NoReturn:
        complain(f"{message} (see {self.prog} --help)")
        sys.exit(BAD_USAGE)


_HUD_HELP = {
    HudItem.SCALE_BAR: "with a scale bar",
    HudItem.NAVIGATOR: "with the whole image, small, at the upper right",
    HudItem.READOUT: "with the pixel under the pointer",
    HudItem.LEGEND: "with the names of channels, in their colours",
    HudItem.PIXEL_GRID: "with lines between large pixels, and their values where they fit",
    HudItem.PLANE_SLIDERS: "with sliders that tell its place in z, time, …",
}


def add_hud_item(parser: argparse.ArgumentParser, item: HudItem) -> None:
    """Something to stand on the picture."""
    option = f"--{item.value.replace(' ', '-')}"
    parser.add_argument(option, dest="hud", action="append_const", const=item, help=_HUD_HELP[item])


def hud_of(options: argparse.Namespace) -> frozenset[HudItem]:
    """What was asked for with such options."""
    return frozenset(options.hud or ())


def add_window_options(parser: argparse.ArgumentParser) -> None:
    """How a window comes up."""
    # Windows have sliders for planes as it is.
    for item in HudItem:
        if item is not HudItem.PLANE_SLIDERS:
            add_hud_item(parser, item)
    parser.add_argument("--size", metavar="WxH", type=to_window_size, help="size of the window")
    parser.add_argument("--fullscreen", action="store_true", help="begin on the full screen")
    parser.add_argument(
        "--reduced-motion", action="store_true", help="no animations: every change is there at once"
    )
    parser.add_argument(
        "--record-flight",
        metavar="FILE.json",
        type=Path,
        help="write what is looked at, to be flown again by glview bench --flight FILE.json",
    )


def add_budgets(parser: argparse.ArgumentParser) -> None:
    """What a viewer may use."""
    parser.add_argument(
        "--memory",
        metavar="MiB",
        type=to_bytes,
        help="for decoded images and tiles (default: 256)",
    )
    parser.add_argument(
        "--gpu-memory", metavar="MiB", type=to_bytes, help="for textures (default: 256)"
    )


def add_plane(parser: argparse.ArgumentParser) -> None:
    """Which of several pictures."""
    parser.add_argument(
        "--plane",
        metavar="AXIS=N,…",
        help="which of several pictures, counted from 1: z=3,t=1, or channel=NAME (see `glview"
        " info`)",
    )


def add_series(parser: argparse.ArgumentParser) -> None:
    """Which of several images of a file."""
    parser.add_argument(
        "--series",
        metavar="N",
        type=to_ordinal,
        help="which image of an OME-TIFF that holds several, counted from 1 (see `glview info`)",
    )


COLORMAPS = ("viridis", "magma", "inferno", "cividis", "grey", "grey-inverted")
GAMMA = "gamma"
TRANSFERS = ("linear", GAMMA, "log", "asinh")
FULL_RANGE, ZSCALE = "full", "zscale"
_WINDOW_WORDS = {FULL_RANGE, ZSCALE}


def add_display(parser: argparse.ArgumentParser) -> None:
    """How data becomes light."""
    parser.add_argument(
        "--window",
        metavar="LOW,HIGH",
        type=lambda text: text if text in _WINDOW_WORDS else to_ends(text),
        help="the sample values shown as black and as white, or full for all that its type can"
        " hold, or zscale for what is faint beside a background (default: what suits the image)",
    )
    parser.add_argument(
        "--transfer", choices=TRANSFERS, help="the curve from samples to light (default: linear)"
    )
    parser.add_argument(
        "--colormap", choices=COLORMAPS, metavar="NAME", help=f"one of {', '.join(COLORMAPS)}"
    )
    parser.add_argument(
        "--nearest",
        action="store_true",
        help="image pixels as squares where they are larger than the screen's (default: smooth)",
    )
    parser.add_argument(
        "--display-profile",
        metavar="FILE",
        type=Path,
        help="the screen's ICC profile (.icc, .icm), in whose colours images are shown (default:"
        " sRGB)",
    )


def display_profile(path: Path | None) -> bytes | None:
    """The ICC profile of a screen; GlviewError that names a file that is none."""
    if path is None:
        return None
    try:
        data = path.read_bytes()
    except OSError as error:
        raise GlviewError(f"{path}: {(error.strerror or str(error)).lower()}") from None
    fault = fault_of_profile(data)
    if fault:
        raise GlviewError(f"{path}: {fault}")
    return data


def add_checker(parser: "argparse._ActionsContainer") -> None:
    """What is seen where nothing is."""
    parser.add_argument(
        "--checker",
        action="store_true",
        help="with a checkerboard where the image is transparent, has no data, or ends",
    )


def _display_of(options: argparse.Namespace) -> "Callable[[Display], Display] | None":
    """What was asked for with such options, where anything was."""
    window = getattr(options, "window", None)
    transfer = getattr(options, "transfer", None)
    colormap = getattr(options, "colormap", None)
    if isinstance(window, str):
        window = None
    if window is None and transfer is None and colormap is None:
        return None
    from dataclasses import replace

    from glview import display_steps
    from glview.colormaps import ColorMap
    from glview.display import Transfer, Window

    def display(plain: "Display") -> "Display":
        shown = plain
        if window is not None:
            shown = replace(shown, windows=(Window(*window),) * len(shown.windows))
        if transfer == GAMMA:
            shown = replace(shown, gamma=display_steps.GAMMA)
        elif transfer is not None:
            shown = replace(shown, transfer=Transfer(transfer))
        if colormap is not None:
            shown = replace(shown, colormap=ColorMap(colormap.replace("-", " ")))
        return shown

    return display


def viewer_options(options: argparse.Namespace) -> "ViewerOptions":
    """The viewer's options, as they were asked for or as usual."""
    # Not above: it takes numpy, and a window can be made meanwhile.
    from glview.display import Magnification
    from glview.options import ViewerOptions, WindowRule

    usual = ViewerOptions()
    window = getattr(options, "window", None)
    return ViewerOptions(
        host_bytes=options.memory or usual.host_bytes,
        gpu_bytes=options.gpu_memory or usual.gpu_bytes,
        reduced_motion=getattr(options, "reduced_motion", None) or None,
        checker=getattr(options, "checker", False),
        magnification=Magnification("nearest" if getattr(options, "nearest", False) else "linear"),
        auto_window=window != FULL_RANGE,
        window_rule=WindowRule.ZSCALE if window == ZSCALE else usual.window_rule,
        display=_display_of(options),
        display_profile=getattr(options, "display_profile", None),
    )
