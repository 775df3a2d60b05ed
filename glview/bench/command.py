"""``glview bench``: its command line."""

import tempfile
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from glview.bench.output import Outputs
from glview.bench.settings import FULL, QUICK, Settings
from glview.bench.subject import Subject
from glview.bench.suite import measure
from glview.progress import bar
from glview.recording import read_flight
from glview.sample import make_sample, sample_path
from glview.usage import Parser, add_budgets, viewer_options

MADE_PX = 6144
"""A side of the picture that is painted where there is no image: two seconds' work."""


def run(arguments: list[str], settings: Settings | None = None) -> int:
    """Measure and tell; the exit status. ``settings`` in place of those that the options say."""
    options = _parser().parse_args(arguments)
    outputs = Outputs.asked(options.json, options.html, options.compare)
    recorded = {str(path): read_flight(path) for path in options.flight}
    used = settings or (QUICK if options.quick else FULL)
    viewer = viewer_options(options)
    with _image(options.image) as path, bar("glview: measuring") as on_progress:
        subject = Subject.of_file(path, viewer)
        report = measure(subject, used, viewer, on_progress, recorded=recorded)
    outputs.write(report)
    return 0


def _parser() -> Parser:
    parser = Parser(
        prog="glview bench",
        description="Measure how fast this machine shows an image, and what holds it back, without"
        " a display: some minutes. On a machine that does something else at the time the figures"
        " are worth less; the last lines say how much that was.",
    )
    parser.add_argument(
        "image",
        metavar="IMAGE",
        nargs="?",
        type=Path,
        help="the image's file (default: the demo's sample if it was made, else a small picture)",
    )
    parser.add_argument(
        "--quick", action="store_true", help="fewer repeats: under a minute on two idle cores"
    )
    parser.add_argument("--json", metavar="FILE", type=Path, help="also write all values")
    parser.add_argument("--html", metavar="FILE", type=Path, help="also write a page with plots")
    parser.add_argument(
        "--compare", metavar="OLD.json", type=Path, help="tell what is faster or slower since then"
    )
    parser.add_argument(
        "--flight",
        metavar="FILE.json",
        type=Path,
        action="append",
        default=[],
        help="fly this flight, of glview --record-flight, in place of all that is measured"
        " otherwise; may be given again",
    )
    add_budgets(parser)
    return parser


@contextmanager
def _image(named: Path | None) -> Iterator[Path]:
    """The image's file, or one that stands in while it is measured."""
    if named is not None:
        yield named
    elif sample_path().is_file():
        yield sample_path()
    else:
        with tempfile.TemporaryDirectory(prefix="glview-bench-") as folder:
            path = Path(folder, "picture.dzi")
            with bar("glview: painting a picture") as on_progress:
                make_sample(path, width=MADE_PX, height=MADE_PX, on_progress=on_progress)
            yield path
