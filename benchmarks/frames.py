"""Frames whose tiles are all resident: wall and processor time, GL calls, Python's share."""

import time
from collections.abc import Callable, Iterator

from benchmarks.bare_frames import BareFrames
from benchmarks.resident import FEW, MANY, SCALES, Extent, Resident
from glview.bench.frames import watched
from glview.bench.rows import PROCESSOR_MS, Row, in_turns, percentile
from glview.canvases.egl import EglContext
from glview.gl import api as gl


def cases(*, quick: bool) -> Iterator[Row]:
    """All ways of drawing, with few and with many resident tiles."""
    repeats, frames, watched = (3, 8, 40) if quick else (5, 25, 200)
    context = EglContext()
    with context:
        bare = BareFrames()
        for extent in (FEW, MANY):
            yield from _extent_cases(extent, bare, repeats, frames, watched)
        bare.release()
    context.close()


def _extent_cases(
    extent: Extent, bare: BareFrames, repeats: int, frames: int, watched: int
) -> Iterator[Row]:
    shown = Resident(extent)
    for kind, scale in SCALES.items():
        shown.begin()
        shown.show(kind)
        shown.screen.settle(shown.view(scale))

        def ours(number: int, scale: float = scale) -> None:
            shown.draw(shown.pan(scale, number))

        def theirs(number: int, kind: str = kind, scale: float = scale) -> None:
            bare.draw(kind, scale, number)

        def run_ours(draw: Callable[[int], None] = ours) -> tuple[float, ...]:
            shown.begin()
            return _timed(draw, frames)

        def run_bare(draw: Callable[[int], None] = theirs) -> tuple[float, ...]:
            return _timed(draw, frames)

        turns = in_turns(run_ours, run_bare, repeats)
        name = f"frame, {kind}, {shown.painted} tiles"
        yield Row(f"{name}: wall", "ms", *turns.column(0))
        yield Row(f"{name}: processor", PROCESSOR_MS, *turns.column(1))
        shown.begin()
        yield from _watched(name, ours, watched)
    shown.close()


def _timed(draw: Callable[[int], None], frames: int) -> tuple[float, float]:
    """Milliseconds a frame, each waited for: wall clock (median) and processor (mean)."""
    walls = []
    processor_s = time.process_time()
    for number in range(frames):
        start = time.perf_counter()
        draw(number)
        gl.glFinish()
        walls.append(time.perf_counter() - start)
    processor_s = time.process_time() - processor_s
    return percentile(walls, 50) * 1e3, processor_s / frames * 1e3


def _watched(name: str, draw: Callable[[int], None], frames: int) -> Iterator[Row]:
    """GL calls a frame, and the time of a frame outside them."""
    seen = watched(draw, frames)
    yield Row(f"{name}: GL calls", "", (percentile(seen.calls, 50),))
    note = f"p99 {percentile(seen.outside_ms, 99):.2f} ms"
    yield Row(f"{name}: outside GL", "ms", (percentile(seen.outside_ms, 50),), note=note)
