"""``glview IMAGE``: the command line of the window, glfw's or Qt's."""

import argparse
import contextlib
import os
import sys
from collections.abc import Callable, Iterator
from functools import partial
from pathlib import Path
from typing import TYPE_CHECKING

from glview import __version__
from glview.arguments import joined, to_level, to_side
from glview.canvases.window_settings import FIT, WindowSettings
from glview.errors import GlviewError
from glview.usage import (
    Parser,
    add_budgets,
    add_checker,
    add_display,
    add_series,
    add_window_options,
    display_profile,
    hud_of,
    viewer_options,
)

if TYPE_CHECKING:
    from glview.recording import See

_COMMANDS_HELP = """\
commands:
  glview [IMAGE or FOLDER ...]     show images in a window
  glview --qt [...]                the same, with menus and a status bar
  glview render IMAGE -o OUT.png   make a picture, without a display
  glview info IMAGE                tell what an image file holds
  glview convert IMAGE OUT.dzi     make a pyramid of an image of any size
  glview demo                      show a sample of 737 megapixels
  glview bench [IMAGE]             measure how fast this machine shows an image
  glview COMMAND --help            tell the options of a command

A file that is called like a command opens by its path: ./render.
"""
_NEEDS_PYSIDE = "--qt needs PySide6: python -m pip install PySide6-Essentials"


def run(arguments: list[str]) -> int:
    """Show what is asked for until the window is closed; the exit status."""
    parser = _parser()
    options = parser.parse_args(joined(arguments))
    if options.desktop:
        if len(arguments) > 1:
            parser.error(f"{options.desktop} stands alone")
        return _change_desktop(options.desktop)
    fault = _fault(options)
    if fault:
        parser.error(fault)
    # Before there is a window that would have to go again.
    options.display_profile = display_profile(options.display_profile)
    settings = window_settings(options)
    with recorded(options) as see:
        if options.qt:
            show_qt = _qt_window()
            viewer = viewer_options(options)
            return show_qt(options.images, settings, viewer, version=__version__, see=see)
        spare_probe()
        from glview.canvases.glfw_program import run as show

        show(options.images, settings, partial(viewer_options, options), see=see)
    return 0


@contextlib.contextmanager
def recorded(options: argparse.Namespace) -> Iterator["See | None"]:
    """Who hears of views where they are to be recorded; they are written at the end."""
    if options.record_flight is None:
        yield None
        return
    from glview.recording import recording

    with recording(options.record_flight) as see:
        yield see


def _parser() -> Parser:
    parser = Parser(
        prog="glview",
        usage="glview [--qt] [--size WxH | -W N -H N] [--fullscreen] [-z LEVEL] [-F]"
        " [--scale-bar] [--navigator] [--readout] [--pixel-grid] [--legend]"
        " [--plane AXIS=N,…] [--window LOW,HIGH] [--transfer CURVE] [--colormap NAME]"
        " [--nearest] [--display-profile FILE] [--checker] [--reduced-motion]"
        " [--record-flight FILE.json] [--memory MiB] [--gpu-memory MiB] [IMAGE or FOLDER ...]",
        description="Show images of any size. PageUp and PageDown step through those that are named"
        " or that a folder has, of one image through its folder's. Press ? in the window for its"
        " keys.",
        epilog=_COMMANDS_HELP,
        formatter_class=argparse.RawDescriptionHelpFormatter,
    )
    parser.add_argument(
        "images", metavar="IMAGE or FOLDER", nargs="*", help="without one the window is empty"
    )
    parser.add_argument(
        "--qt", action="store_true", help="in a window with menus, a status bar, recent files"
    )
    add_window_options(parser)
    parser.add_argument(
        "-W", "--width", metavar="N", type=to_side, help="of the picture, in place of --size"
    )
    parser.add_argument(
        "-H", "--height", metavar="N", type=to_side, help="of the picture, in place of --size"
    )
    parser.add_argument(
        "-z",
        "--zoom",
        metavar="LEVEL",
        type=to_level,
        help="0 for the smallest picture, each next one twice as wide; -1 (default): one that fits",
    )
    parser.add_argument(
        "-F", "--fit", action="store_true", help="make the window as large as the picture"
    )
    parser.add_argument(
        "--plane",
        metavar="AXIS=N,…",
        help="which of the first image's pictures, counted from 1: z=3,t=1",
    )
    add_series(parser)
    add_display(parser)
    add_checker(parser)
    add_budgets(parser)
    for option, text in (
        ("--install-desktop", "add glview to this user's desktop: menu, icon, file types"),
        ("--uninstall-desktop", "take it away again"),
    ):
        parser.add_argument(option, dest="desktop", action="store_const", const=option, help=text)
    parser.add_argument("--version", action="version", version=f"glview {__version__}")
    return parser


def _fault(options: argparse.Namespace) -> str:
    """What makes no sense together, in a few words; empty where all does."""
    sides = options.width is not None or options.height is not None
    if options.size and sides:
        return "--size says width and height: not with --width or --height"
    if options.fit and options.fullscreen:
        return "--fit makes a window: not with --fullscreen"
    if options.fit and options.zoom not in {None, FIT} and (options.size or sides):
        return "--fit makes the window as large as the picture at --zoom: not with a size"
    about = {
        "--fit": options.fit,
        "--zoom": options.zoom is not None,
        "--plane": options.plane,
        "--series": options.series is not None,
    }
    for option in (option for option, given in about.items() if given and not options.images):
        return f"{option} is about an IMAGE"
    return ""


def window_settings(options: argparse.Namespace) -> WindowSettings:
    """How the window comes up; of what the parser does not know nothing is said."""
    width, height = options.size or (None, None)
    zoom = getattr(options, "zoom", None)
    return WindowSettings(
        width=getattr(options, "width", None) or width,
        height=getattr(options, "height", None) or height,
        fullscreen=options.fullscreen,
        zoom=FIT if zoom is None else zoom,
        fit=getattr(options, "fit", False),
        hud=hud_of(options),
        plane=getattr(options, "plane", None) or "",
        series=(getattr(options, "series", None) or 1) - 1,
    )


def _qt_window() -> Callable[..., int]:
    try:
        from glview.canvases.qt_program import run as show
    except ModuleNotFoundError as error:
        if (error.name or "").partition(".")[0] not in {"PySide6", "shiboken6"}:
            raise
        raise GlviewError(_NEEDS_PYSIDE) from None
    except ImportError as error:
        # A library of the system's that Qt is linked to.
        raise GlviewError(f"--qt: PySide6 cannot be loaded: {error}") from None
    return show


def _change_desktop(option: str) -> int:
    from glview import desktop

    change = desktop.install if option == "--install-desktop" else desktop.uninstall
    for path in change():
        sys.stdout.write(f"{path}\n")
    return 0


def spare_probe() -> None:
    """Tell glfw's wrapper where its library is; it would start another Python to try it."""
    import importlib.util

    spec = importlib.util.find_spec("glfw")
    if sys.platform != "linux" or "PYGLFW_LIBRARY" in os.environ or spec is None:
        return
    wayland = os.environ.get("XDG_SESSION_TYPE") == "wayland"
    variant = os.environ.get("PYGLFW_LIBRARY_VARIANT", "").lower()
    if variant not in {"wayland", "x11"}:
        variant = "wayland" if wayland else "x11"
    for folder in spec.submodule_search_locations or ():
        library = Path(folder, variant, "libglfw.so")
        if library.is_file():
            os.environ["PYGLFW_LIBRARY"] = str(library)
            return
