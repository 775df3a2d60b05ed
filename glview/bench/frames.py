"""Frames whose tiles are all there: a pan, a sweep of zooms, a turn."""

import time
from collections.abc import Callable, Iterator, Sequence
from dataclasses import replace

from glview.bench import names
from glview.bench.gl_watch import GlWatch
from glview.bench.rows import Row, percentile
from glview.bench.screen import Screen
from glview.bench.settings import Settings
from glview.bench.subject import Subject
from glview.gl import api as gl
from glview.options import ViewerOptions
from glview.viewport import Viewport

PAN_PX = 3.0
"""A frame's pan: 180 pixels a second at 60 frames."""
OCTAVES = 2.0
"""A sweep of zooms goes so far out from 1:1 and, by half an octave, in."""
TURN_SCALE = 0.7
"""At which a picture is turned: minified, four fetches a pixel."""
_STOPS = 16
"""Of a motion, at each of which all tiles are waited for before it is measured."""
Draw = Callable[[int], object]


def cases(subject: Subject, settings: Settings, options: ViewerOptions) -> Iterator[Row]:
    """In a current context."""
    screen = Screen(subject.open(), replace(options, fade_s=0.0), settings.width, settings.height)
    for name, views in motions(screen.fitted(), screen.pyramid_size, settings.frames).items():
        for view in views[:: max(len(views) // _STOPS, 1)]:
            screen.settle(view)
        yield from _motion_cases(screen, name, views, settings.repeats)
    screen.close()


def motions(fit: Viewport, size: tuple[int, int], frames: int) -> dict[str, list[Viewport]]:
    """The views of each motion, frame by frame, about the middle of an image."""
    middle = replace(fit, centre_x=size[0] / 2, centre_y=size[1] / 2)
    shares = [number / frames for number in range(frames)]
    reach_px = PAN_PX * frames / 2
    return {
        "pan": [
            replace(middle, scale=1.0, centre_x=middle.centre_x + (2.0 * s - 1.0) * reach_px)
            for s in shares
        ],
        "zoom sweep": [
            replace(middle, scale=2.0 ** ((1.0 - abs(2.0 * s - 1.0)) * (OCTAVES + 0.5) - OCTAVES))
            for s in shares
        ],
        "turn": [replace(middle, scale=TURN_SCALE, rotation=360.0 * s) for s in shares],
    }


def _motion_cases(
    screen: Screen, motion: str, views: Sequence[Viewport], repeats: int
) -> Iterator[Row]:
    def draw(number: int) -> None:
        screen.look(views[number])
        screen.draw()

    timed(draw, len(views))
    medians, p99s, processor = [], [], []
    for _ in range(repeats):
        walls_ms, processor_ms = timed(draw, len(views))
        medians.append(percentile(walls_ms, 50))
        p99s.append(percentile(walls_ms, 99))
        processor.append(processor_ms)
    name = names.FRAME + motion
    yield Row(name + names.WALL, "ms", tuple(medians))
    yield Row(f"{name}: p99", "ms", tuple(p99s))
    yield Row(f"{name}: processor", "ms", tuple(processor))
    outside, last = [], []
    for _ in range(repeats):
        calls, outside_ms = watched(draw, len(views))
        outside.append(percentile(outside_ms, 50))
        last.append(percentile(outside_ms, 99))
    note = f"p99 {percentile(last, 50):.2f} ms"
    yield Row(name + names.OUTSIDE, "ms", tuple(outside), note=note)
    yield Row(f"{name}: GL calls", "", (percentile(calls, 50),))


def timed(draw: Draw, frames: int) -> tuple[list[float], float]:
    """Milliseconds of each frame, waited for, and what a frame took of all processors together."""
    walls_ms = []
    processor_s = time.process_time()
    for number in range(frames):
        start = time.perf_counter()
        draw(number)
        gl.glFinish()
        walls_ms.append((time.perf_counter() - start) * 1e3)
    return walls_ms, (time.process_time() - processor_s) / frames * 1e3


def watched(draw: Draw, frames: int) -> tuple[list[float], list[float]]:
    """GL calls of each frame, and its milliseconds outside them.

    Of the first frame, which uploads the instances, nothing is told.
    """
    calls, outside_ms = [], []
    with GlWatch() as watch:
        for number in range(frames):
            watch.reset()
            start = time.perf_counter()
            draw(number)
            outside_ms.append((time.perf_counter() - start - watch.inside_s) * 1e3)
            calls.append(float(watch.calls.total()))
            gl.glFinish()
    return calls[1:], outside_ms[1:]
