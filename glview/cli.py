"""The ``glview`` command.

Exit status: 0 done, 1 a file or display that cannot be used, 2 bad usage, 130 after Ctrl-C.
Faults are one line on stderr. Each command imports what it needs when it is known to be meant.
"""

import contextlib
import logging
import math
import os
import sys
from collections.abc import Callable, Iterable, Iterator, Sequence
from functools import partial
from pathlib import Path
from typing import TYPE_CHECKING, Any

from glview import heap
from glview.arguments import (
    joined,
    to_center,
    to_color,
    to_number,
    to_pixel_ratio,
    to_png_path,
    to_size,
    to_zoom,
)
from glview.errors import GlviewError, ImageError, unnamed
from glview.hud.items import HudItem
from glview.limits import MAX_PIXEL_RATIO, MAX_SIDE_PX, MIN_PIXEL_RATIO
from glview.usage import (
    BAD_USAGE,
    BROKEN_PIPE,
    FAILED,
    INTERRUPTED,
    Parser,
    add_budgets,
    add_checker,
    add_display,
    add_hud_item,
    add_series,
    add_window_options,
    complain,
    display_profile,
    hud_of,
    viewer_options,
)
from glview.view_command import recorded, spare_probe, window_settings
from glview.view_command import run as view

if TYPE_CHECKING:
    import numpy as np
    from numpy.typing import NDArray

    from glview.sources.base import TileSource

Color = tuple[float, float, float]

_NEARLY = 0.7
"""So alike, of 1, is a word to the command that was meant: a letter too few, or two swapped."""


def main() -> None:
    """The program."""
    heap.keep_small()
    # Nothing here multiplies matrices: OpenBLAS would start threads, which spin for 0.1 s of
    # processor time while a window comes up.
    os.environ.setdefault("OPENBLAS_NUM_THREADS", "1")
    status = run(sys.argv[1:])
    if status == INTERRUPTED:
        # A thread may still be inside a decoder or the graphics driver; nothing is worth a wait.
        with contextlib.suppress(OSError):
            sys.stdout.flush()
        os._exit(status)
    sys.exit(status)


def run(arguments: Sequence[str]) -> int:
    """Run the command and return its exit status; `SystemExit` for bad usage and ``--help``."""
    commands: dict[str, Callable[[list[str]], int]] = {
        "render": _render,
        "info": _info,
        "convert": _convert,
        "demo": _demo,
        "bench": _bench,
    }
    rest = list(arguments)
    command = commands.get(rest[0]) if rest else None
    if rest and command is None:
        _refuse_misspelt(rest[0], commands)
    logging.basicConfig(format="glview: %(message)s", level=logging.WARNING)
    # What libvips mutters about a file is not for people; what matters of it is in our own words.
    logging.getLogger("pyvips").setLevel(logging.CRITICAL)
    for stream in (sys.stdout, sys.stderr):
        # A name that the terminal cannot show is still told.
        if hasattr(stream, "reconfigure"):
            stream.reconfigure(errors="backslashreplace")
    try:
        status = command(rest[1:]) if command else view(rest)
        sys.stdout.flush()
    except GlviewError as error:
        complain(str(error))
        return FAILED
    except BrokenPipeError:
        # Whoever read has seen enough. What is still buffered must not complain at exit.
        os.dup2(os.open(os.devnull, os.O_WRONLY), sys.stdout.fileno())
        return BROKEN_PIPE
    except KeyboardInterrupt:
        return INTERRUPTED
    return status


def _refuse_misspelt(word: str, commands: Iterable[str]) -> None:
    """A word that is nearly a command and no file is bad usage."""
    if os.path.exists(word):
        return
    import difflib

    near = difflib.get_close_matches(word, commands, 1, _NEARLY)
    if near:
        complain(f"no command or file {word!r}; did you mean {near[0]}?")
        sys.exit(BAD_USAGE)


def _render(arguments: list[str]) -> int:
    parser = Parser(
        prog="glview render",
        description="Make a picture of an image, without a display, and write it as PNG. Without"
        " --center and --zoom it shows the whole image.",
    )
    parser.add_argument("image", metavar="IMAGE", help="the image's file")
    parser.add_argument(
        "-o", "--output", metavar="OUT.png", type=to_png_path, required=True, help="file to write"
    )
    parser.add_argument(
        "--size",
        metavar="WxH",
        type=to_size,
        default=(800, 600),
        help=f"pixels (default: 800x600; at most {MAX_SIDE_PX} a side)",
    )
    parser.add_argument(
        "--center",
        metavar="X,Y",
        type=to_center,
        help="full-resolution pixels at the middle of the picture",
    )
    parser.add_argument(
        "--zoom",
        metavar="Z",
        type=to_zoom,
        help="pixels of the picture per pixel of the image, such as 2, 200%% or 2x",
    )
    parser.add_argument(
        "--rotation", metavar="DEG", type=to_number, default=0.0, help="degrees clockwise"
    )
    parser.add_argument("--flip", action="store_true", help="mirror left to right, before turning")
    behind = parser.add_mutually_exclusive_group()
    behind.add_argument(
        "--background", metavar="COLOR", type=to_color, help="#rgb, #rrggbb or a name such as white"
    )
    add_checker(behind)
    parser.add_argument(
        "--associated",
        metavar="NAME",
        help="write the picture beside the image that is called so (a slide's label, macro, …;"
        " `glview info` tells them) instead of a view, in its own size",
    )
    parser.add_argument(
        "--plane",
        metavar="AXIS=N,…",
        help="which of several pictures, counted from 1: z=3,t=1 (see `glview info`)",
    )
    add_series(parser)
    parser.add_argument(
        "--whole-slide",
        action="store_true",
        help="all of a slide that OpenSlide reads, not only where it has something",
    )
    for item in HudItem:
        if item is not HudItem.READOUT:
            add_hud_item(parser, item)
    parser.add_argument(
        "--pixel-ratio",
        metavar="R",
        type=to_pixel_ratio,
        default=1.0,
        help="how large these are: 2 for a screen of two pixels where others have one"
        f" ({MIN_PIXEL_RATIO:g} to {MAX_PIXEL_RATIO:g})",
    )
    add_display(parser)
    add_budgets(parser)
    options = parser.parse_args(joined(arguments))
    options.display_profile = display_profile(options.display_profile)
    from glview.headless import studio
    from glview.hud.legend import has_legend
    from glview.png import write_png

    if options.associated is not None:
        from glview.sources.associated import associated_image

        picture = _opaque(associated_image(options.image, options.associated), options.background)
        with _naming(options.output):
            write_png(options.output, picture)
        return 0
    what = options.image
    if options.whole_slide:
        from glview.sources.slide import SlideSource

        what = SlideSource(what, whole=True)
    # Damage and unreadable tiles are told in a line each below.
    logging.getLogger("glview").setLevel(logging.ERROR)
    viewing = viewer_options(options)
    if options.series is not None:
        from glview.sources.opening import open_image

        what = open_image(what, budget_bytes=viewing.host_bytes, series=options.series - 1)
    if options.plane is not None:
        what = _plane_of(what, options.plane, viewing.host_bytes)
    with studio(what, viewing) as made:
        picture = made.picture(
            size=options.size,
            center=options.center,
            zoom=options.zoom,
            rotation=options.rotation,
            flip=options.flip,
            background=options.background,
            hud=hud_of(options),
            pixel_ratio=options.pixel_ratio,
        )
        described, holes, beside = made.description, made.holes, made.beside
        left_out = sorted(item.value for item in made.left_out)
    with _naming(options.output):
        write_png(options.output, picture, viewing.display_profile)
    damage = described.metadata.get("damage")
    if beside:
        size = f"{described.pyramid.width}x{described.pyramid.height}"
        complain(
            f"{options.image}: nothing of the image ({size} pixels) is in the picture;"
            " --center is in its pixels"
        )
    if HudItem.LEGEND in hud_of(options) and not has_legend(described):
        complain(f"{options.image}: no legend: it has no channels to be named")
    if left_out:
        complain(f"{options.output}: no room for: {', '.join(left_out)}")
    if damage:
        complain(f"{options.image}: damaged, shown as far as it can be read: {damage}")
    if holes:
        first = holes[0]
        count = f"{len(holes)} tiles" if len(holes) > 1 else "1 tile"
        fault = unnamed(described.name, first.error)
        if not fault.startswith("level "):
            level, column, row = first.key
            fault = f"level {level}, column {column}, row {row}: {fault}"
        complain(f"{options.image}: {count} could not be read: {fault}")
    return 0


def _plane_of(what: Any, text: str, budget_bytes: int) -> "TileSource":
    """The source of a plane; `ImageError` for words that name none."""
    from glview.planes import parse_plane
    from glview.sources.base import in_place
    from glview.sources.opening import open_image

    source = open_image(what, budget_bytes=budget_bytes)
    try:
        plane = parse_plane(text, source.description)
    except ValueError as error:
        source.close()
        raise ImageError(source.description.name, f"--plane {text}: {error}") from None
    return in_place(source, plane)


def _opaque(picture: "NDArray[np.uint8]", background: Color | None) -> "NDArray[np.uint8]":
    """RGB or straight RGBA as RGB, on white unless another background is asked for."""
    import numpy as np

    color = 255.0 * np.array(background or (1.0, 1.0, 1.0))
    alpha = picture[:, :, 3:] / 255.0 if picture.shape[2] == 4 else 1.0
    return np.asarray(picture[:, :, :3] * alpha + color * (1.0 - alpha) + 0.5).astype(np.uint8)


def _info(arguments: list[str]) -> int:
    parser = Parser(prog="glview info", description="Tell what an image file holds.")
    parser.add_argument("image", metavar="IMAGE", help="the image's file")
    parser.add_argument("--json", action="store_true", help="for programs")
    options = parser.parse_args(arguments)
    from glview.sources.describe import as_dict, as_text
    from glview.sources.inspecting import inspect_file

    stored = inspect_file(options.image)
    if options.json:
        import json

        told = _strict(as_dict(stored))
        sys.stdout.write(json.dumps(told, indent=2, ensure_ascii=False) + "\n")
    else:
        sys.stdout.write(as_text(stored))
    return 0


def _convert(arguments: list[str]) -> int:
    parser = Parser(
        prog="glview convert",
        description="Make a pyramid of an image file of any size: DeepZoom as OUT.dzi, BigTIFF as"
        " OUT.tif.",
    )
    parser.add_argument("image", metavar="IMAGE", help="the image's file")
    parser.add_argument("out", metavar="OUT.dzi|OUT.tif", type=Path, help="file to write")
    parser.add_argument(
        "--tile-size", metavar="N", type=int, help="pixels (default: 254; in a TIFF 256)"
    )
    parser.add_argument(
        "--overlap", metavar="N", type=int, help="pixels, of a DeepZoom's tiles (default: 1)"
    )
    parser.add_argument(
        "--compression",
        metavar="C",
        help="jpeg, png or webp in a DeepZoom; jpeg, deflate, lzw, webp or none in a TIFF (default:"
        " png or deflate, without loss; jpeg, much smaller, where IMAGE is lossy itself, as JPEG,"
        " AVIF and most WebP are, and has neither alpha nor more than 8 bits)",
    )
    parser.add_argument(
        "--quality",
        metavar="Q",
        type=int,
        help="1 to 100, of jpeg and webp (default: 85); jpeg where nothing else is chosen",
    )
    parser.add_argument("--force", action="store_true", help="replace what is there")
    options = parser.parse_args(arguments)
    from glview.encoding import Encoding
    from glview.progress import bar

    try:
        encoding = Encoding.for_file(
            options.out,
            tile_size_px=options.tile_size,
            overlap_px=options.overlap,
            compression=options.compression,
            quality=options.quality,
        )
    except ValueError as error:
        parser.error(str(error))
    from glview.convert import write_pyramid

    with bar(f"glview: {options.out.name}") as on_progress:
        write_pyramid(
            options.image, options.out, encoding, overwrite=options.force, on_progress=on_progress
        )
    return 0


def _demo(arguments: list[str]) -> int:
    parser = Parser(
        prog="glview demo",
        description="Make a sample image of 24,576 x 30,000 pixels, once, and fly through it until"
        " you take over.",
    )
    add_window_options(parser)
    add_budgets(parser)
    parser.add_argument(
        "--headless", action="store_true", help="fly without a display and write pictures"
    )
    parser.add_argument(
        "-o",
        "--output",
        metavar="DIR",
        type=Path,
        default=Path(),
        help="folder for demo.png and demo-contact-sheet.png (default: this one)",
    )
    options = parser.parse_args(arguments)
    from glview import demo

    sample = demo.ready_sample()
    if options.headless:
        with _naming(options.output):
            for path in demo.write_pictures(sample, options.output, viewer_options(options)):
                sys.stdout.write(f"{path}\n")
        return 0
    spare_probe()
    from glview.canvases.glfw_program import run as show

    tour = None if options.reduced_motion else demo.tour
    with recorded(options) as see:
        viewer = partial(viewer_options, options)
        show(sample, window_settings(options), viewer, tour=tour, see=see)
    return 0


def _bench(arguments: list[str]) -> int:
    from glview.bench.command import run as measure

    # A damaged image is measured all the same.
    logging.getLogger("glview").setLevel(logging.ERROR)
    return measure(arguments)


@contextlib.contextmanager
def _naming(path: Path) -> Iterator[None]:
    """Faults of the file system as ours, with the file's name."""
    try:
        yield
    except BrokenPipeError:
        raise
    except OSError as error:
        raise GlviewError(f"{path}: {(error.strerror or str(error)).lower()}") from None


def _strict(value: object) -> object:
    """Numbers that JSON does not know as words."""
    if isinstance(value, float) and not math.isfinite(value):
        return str(value)
    if isinstance(value, dict):
        return {key: _strict(item) for key, item in value.items()}
    if isinstance(value, list):
        return [_strict(item) for item in value]
    return value
