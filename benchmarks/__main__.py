"""`python -m benchmarks [--quick] [--json FILE] [--html FILE] [--compare OLD.json] [CASES ...]`.

`python -m benchmarks --peers [...]` is a program of its own, `benchmarks.peers`.
"""

import argparse
import signal
import sys
import tempfile
import time
from collections.abc import Iterator, Sequence
from pathlib import Path

from benchmarks import beside, decode, flights, frames, kinds, start, uploads
from benchmarks.images import make_images
from benchmarks.windows import cases as windows
from glview.bench.machine import Others, facts
from glview.bench.output import Outputs
from glview.bench.report import Report
from glview.bench.rows import Row
from glview.bench.settings import FULL, QUICK
from glview.bench.subject import Subject
from glview.bench.suite import measure
from glview.errors import GlviewError

CASES = (
    *("frames", "windows", "beside", "decode", "uploads"),
    *("kinds", "start", "image", "flights"),
)
USUAL = CASES[:-4]


def main(arguments: Sequence[str] | None = None) -> int:
    """Measure, print a table, write what is asked for."""
    words = list(sys.argv[1:] if arguments is None else arguments)
    try:
        return _peers(words) if "--peers" in words else _parts(words)
    except GlviewError as error:
        sys.stderr.write(f"benchmarks: {error}\n")
        return 1


def _peers(words: Sequence[str]) -> int:
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
    outputs.write(_report(options.cases or USUAL, quick=options.quick))
    return 0


def _report(names: Sequence[str], *, quick: bool) -> Report:
    others, began = Others(), time.perf_counter()
    rows = []
    for row in _measured(names, quick=quick):
        rows.append(row)
        sys.stderr.write(f"\r\x1b[K{row.case}" if sys.stderr.isatty() else "")
        sys.stderr.flush()
    sys.stderr.write("\r\x1b[K" if sys.stderr.isatty() else "")
    settings = {"quick": quick, "cases": sorted(names)}
    took_s = round(time.perf_counter() - began, 1)
    return Report(tuple(rows), facts(), settings, others.cores(), seconds=took_s)


def _measured(names: Sequence[str], *, quick: bool) -> Iterator[Row]:
    if "frames" in names:
        yield from frames.cases(quick=quick)
    if "windows" in names:
        yield from windows.cases(quick=quick)
    if "beside" in names:
        yield from beside.cases(quick=quick)
    if "uploads" in names:
        yield from uploads.cases(quick=quick)
    if "kinds" in names:
        yield from kinds.cases(quick=quick)
    if "flights" in names:
        yield from flights.cases(quick=quick)
    if {"decode", "start", "image"} & set(names):
        with tempfile.TemporaryDirectory(prefix="glview-benchmarks-") as folder:
            side = 4096 if quick else 6144
            images = make_images(Path(folder), side, side)
            if "decode" in names:
                yield from decode.cases(images, quick=quick)
            if "start" in names:
                yield from start.cases(images.deepzoom, quick=quick)
            if "image" in names:
                subject = Subject.of_file(images.deepzoom)
                yield from measure(subject, QUICK if quick else FULL).rows


if __name__ == "__main__":
    # What was started ends with it: viewers, screens.
    signal.signal(signal.SIGTERM, lambda *_: sys.exit(143))
    sys.exit(main())
