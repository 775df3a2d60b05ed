"""The ``glview`` command.

Exit status: 0 done, 1 a file or display that cannot be used, 2 bad usage, 130 after Ctrl-C.
Faults are one line on stderr. Each command imports what it needs when it is known to be meant.
"""

import contextlib
import logging
import math
import os
import sys
from collections.abc import Callable, Iterable, Sequence
from functools import partial
from pathlib import Path

from glview import heap, interrupts
from glview.errors import GlviewError
from glview.render_command import run as render
from glview.usage import (
    BAD_USAGE,
    BROKEN_PIPE,
    FAILED,
    Parser,
    add_budgets,
    add_plane,
    add_series,
    add_window_options,
    complain,
    naming,
    viewer_options,
)
from glview.view_command import recorded, spare_probe, window_settings
from glview.view_command import run as view

Color = tuple[float, float, float]

_NEARLY = 0.7
"""So alike, of 1, is a word to the command that was meant: a letter too few, or two swapped."""


def main() -> None:
    """The program."""
    interrupts.end_at_once()
    heap.keep_small()
    # Nothing here multiplies matrices: OpenBLAS would start threads, which spin for 0.1 s of
    # processor time while a window comes up.
    os.environ.setdefault("OPENBLAS_NUM_THREADS", "1")
    status = run(sys.argv[1:])
    if status == interrupts.INTERRUPTED:
        # A thread may still be inside a decoder or the graphics driver; nothing is worth a wait.
        with contextlib.suppress(OSError):
            sys.stdout.flush()
        os._exit(status)
    sys.exit(status)


def run(arguments: Sequence[str]) -> int:
    """Run the command and return its exit status; `SystemExit` for bad usage and ``--help``."""
    commands: dict[str, Callable[[list[str]], int]] = {
        "render": render,
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
    _open_closed_streams()
    for stream in (sys.stdout, sys.stderr):
        # A name that the terminal cannot show is still told.
        if hasattr(stream, "reconfigure"):
            stream.reconfigure(errors="backslashreplace")
    try:
        if command is not None:
            # They leave nothing half done; a window has nothing to leave until it shows.
            interrupts.raise_again()
        try:
            status = command(rest[1:]) if command else view(rest)
        finally:
            # Also of `--help`: at exit it would be too late to say in one line why it fails.
            sys.stdout.flush()
    except GlviewError as error:
        complain(str(error))
        return FAILED
    except BrokenPipeError:
        # Whoever read has seen enough.
        _drop_output()
        return BROKEN_PIPE
    except OSError as error:
        # Faults of files have their names.
        if error.filename is not None:
            raise
        _drop_output()
        complain(f"standard output: {(error.strerror or str(error)).lower()}")
        return FAILED
    except KeyboardInterrupt:
        return interrupts.INTERRUPTED
    return status


def _open_closed_streams() -> None:
    """Where the shell has closed them (``>&-``) there are none; what is written then is a fault."""
    if sys.stdout is None:
        sys.stdout = os.fdopen(os.open(os.devnull, os.O_RDONLY), "w", closefd=False)
    if sys.stderr is None:
        sys.stderr = os.fdopen(os.open(os.devnull, os.O_WRONLY), "w", closefd=False)


def _drop_output() -> None:
    """What is still buffered must not complain at exit."""
    os.dup2(os.open(os.devnull, os.O_WRONLY), sys.stdout.fileno())


def _refuse_misspelt(word: str, commands: Iterable[str]) -> None:
    """A word that is nearly a command and no file is bad usage."""
    if os.path.exists(word):
        return
    import difflib

    near = difflib.get_close_matches(word, commands, 1, _NEARLY)
    if near:
        complain(f"no command or file {word!r}; did you mean {near[0]}?")
        sys.exit(BAD_USAGE)


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
    add_plane(parser)
    add_series(parser)
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
            options.image,
            options.out,
            encoding,
            overwrite=options.force,
            on_progress=on_progress,
            plane=options.plane,
            series=(options.series or 1) - 1,
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
        with naming(options.output):
            for path in demo.write_pictures(sample, options.output, viewer_options(options)):
                sys.stdout.write(f"{path}\n")
        return 0
    interrupts.end_at_once()
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


def _strict(value: object) -> object:
    """Numbers that JSON does not know as words."""
    if isinstance(value, float) and not math.isfinite(value):
        return str(value)
    if isinstance(value, dict):
        return {key: _strict(item) for key, item in value.items()}
    if isinstance(value, list):
        return [_strict(item) for item in value]
    return value
