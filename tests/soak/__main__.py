"""``python -m tests.soak``: exit status 0 if nothing was found wrong, 1 otherwise."""

import argparse
import gc
import logging
import random
import sys
import tempfile
import time
from pathlib import Path

from glview import heap
from glview.canvases.egl import EglContext
from glview.options import ViewerOptions
from glview.viewer import Viewer
from tests.footprint import Footprint, footprint
from tests.soak.gallery import Exhibit, exhibits, write_files
from tests.soak.painter import Painter
from tests.soak.simulation import simulate
from tests.soak.visit import Tally, Visit

MIB = 1 << 20
VISIT_S = 4.0
VISITS_A_VIEWER = 6
OPTIONS = ViewerOptions(gpu_bytes=48 * MIB, host_bytes=48 * MIB, workers=2)
WARM_VIEWERS = 6
"""Viewers until all code has run once and the heap has its size; then nothing may grow."""
GROWTH_MIB = 48.0


class _Complaints(logging.Handler):
    """Collects what the program logs as an error."""

    def __init__(self, tally: Tally) -> None:
        super().__init__(logging.ERROR)
        self._tally = tally

    def emit(self, record: logging.LogRecord) -> None:
        self._tally.faults.append(f"logged: {record.getMessage()}")


def main() -> int:
    """Run the command line; its exit status."""
    parser = argparse.ArgumentParser(prog="scripts/soak", description="Fly at random, and check.")
    parser.add_argument("--minutes", type=float, default=30.0, help="how long (default: 30)")
    parser.add_argument("--seed", type=int, default=None, help="the flights' seed (default: any)")
    parser.add_argument(
        "--simulate",
        metavar="N",
        type=int,
        help="ask for N tiles in the core alone instead, without GL and without waiting",
    )
    options = parser.parse_args()
    # As glview's own program does.
    heap.keep_small()
    seed = options.seed if options.seed is not None else random.randrange(1 << 32)
    if options.simulate:
        print(f"seed {seed}", flush=True)
        flight = simulate(options.simulate, seed, lambda line: print(line, flush=True))
        print(flight)
        return 0
    print(f"seed {seed}, {options.minutes:g} minutes", flush=True)
    tally = Tally()
    logger = logging.getLogger("glview")
    logger.addHandler(_Complaints(tally))
    logger.propagate = False
    with tempfile.TemporaryDirectory(prefix="glview-soak-") as folder:
        soak(Path(folder), random.Random(seed), options.minutes * 60.0, tally)
    for fault in tally.faults[:50]:
        print(f"FAULT {fault}")
    print(
        f"{tally.visits} visits, {tally.frames} frames, {tally.pictures} pictures compared,"
        f" {tally.contexts_lost} contexts lost, {len(tally.faults)} faults"
    )
    return int(bool(tally.faults))


def soak(folder: Path, rng: random.Random, seconds: float, tally: Tally) -> None:
    """Viewers one after the other until the time is over."""
    write_files(folder)
    gallery = exhibits(folder)
    context = EglContext()
    start = time.monotonic()
    prints: list[Footprint] = []
    with context, Painter(folder) as painter:
        while time.monotonic() - start < seconds or len(prints) <= WARM_VIEWERS:
            one_viewer(gallery, painter, rng, tally)
            gc.collect()
            prints.append(footprint())
            now = prints[-1]
            print(
                f"{(time.monotonic() - start) / 60:5.1f} min"
                f"  {now.memory_mib:6.1f} MiB, {now.used_mib:6.1f} of it in use"
                f"  {now.descriptors} descriptors  {now.threads} threads"
                f"  {len(tally.faults)} faults",
                flush=True,
            )
    context.close()
    judge(prints, tally)


def one_viewer(
    gallery: tuple[Exhibit, ...], painter: Painter, rng: random.Random, tally: Tally
) -> None:
    """A viewer's life: some images, then the end."""
    viewer = Viewer(OPTIONS)
    visit = Visit(viewer, rng, tally)
    for exhibit in rng.sample(gallery, VISITS_A_VIEWER):
        visit.fly(exhibit, VISIT_S)
        visit.look(exhibit, painter)
    began = time.monotonic()
    viewer.close()
    if time.monotonic() - began > 2.5:
        tally.faults.append(f"closing took {time.monotonic() - began:.1f} s")
    visit.end()


def judge(prints: list[Footprint], tally: Tally) -> None:
    """Whether anything has grown since all had run once."""
    warm, last = prints[WARM_VIEWERS - 1 :], prints[-1]
    first = warm[0]
    grown = last.memory_mib - first.memory_mib
    if grown > GROWTH_MIB:
        tally.faults.append(f"memory grew by {grown:.1f} MiB from {first.memory_mib:.1f}")
    used_mib = last.used_mib - first.used_mib
    if used_mib > GROWTH_MIB:
        tally.faults.append(f"memory in use grew by {used_mib:.1f} MiB from {first.used_mib:.1f}")
    if last.descriptors > first.descriptors:
        tally.faults.append(f"descriptors: {first.descriptors}, then {last.descriptors}")
    if last.threads > first.threads:
        tally.faults.append(f"threads: {first.threads}, then {last.threads}")


if __name__ == "__main__":
    sys.exit(main())
