"""`python -m benchmarks [--quick] [--json FILE] [CASES ...]`."""

import argparse
import json
import sys
import tempfile
from collections.abc import Iterator, Sequence
from pathlib import Path

from benchmarks import beside, decode, frames, machine, uploads
from benchmarks.images import make_images
from benchmarks.rows import Row, table

CASES = ("frames", "beside", "decode", "uploads")


def main(arguments: Sequence[str] | None = None) -> int:
    """Measure, print a table, write JSON."""
    parser = argparse.ArgumentParser(prog="python -m benchmarks", description=__doc__)
    parser.add_argument("cases", metavar="CASE", nargs="*", help=f"of {', '.join(CASES)}")
    parser.add_argument("--quick", action="store_true", help="fewer repeats: under a minute")
    parser.add_argument("--json", metavar="FILE", type=Path, help="also write all values")
    options = parser.parse_args(arguments)
    unknown = set(options.cases) - set(CASES)
    if unknown:
        parser.error(f"no case {', '.join(sorted(unknown))}; there are {', '.join(CASES)}")
    others = machine.Others()
    rows = []
    for row in _measured(options.cases or CASES, quick=options.quick):
        rows.append(row)
        sys.stderr.write(f"\r\x1b[K{row.case}" if sys.stderr.isatty() else "")
        sys.stderr.flush()
    sys.stderr.write("\r\x1b[K" if sys.stderr.isatty() else "")
    busy = others.cores()
    sys.stdout.write(table(rows))
    told = "unknown" if busy is None else f"{busy:.2f} cores"
    sys.stdout.write(f"\nother work on the machine meanwhile: {told}\n")
    if options.json is not None:
        report = {
            "machine": machine.facts(),
            "other_work_cores": busy,
            "quick": options.quick,
            "rows": [row.as_dict() for row in rows],
        }
        options.json.write_text(json.dumps(report, indent=2) + "\n", "utf-8")
    return 0


def _measured(names: Sequence[str], *, quick: bool) -> Iterator[Row]:
    if "frames" in names:
        yield from frames.cases(quick=quick)
    if "beside" in names:
        yield from beside.cases(quick=quick)
    if "decode" in names:
        with tempfile.TemporaryDirectory(prefix="glview-benchmarks-") as folder:
            yield from decode.cases(make_images(Path(folder), 4096 if quick else 6144), quick=quick)
    if "uploads" in names:
        yield from uploads.cases(quick=quick)


if __name__ == "__main__":
    sys.exit(main())
