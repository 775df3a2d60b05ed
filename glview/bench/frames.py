"""Frames whose tiles are all there: a pan, a sweep of zooms, a turn; a pan on a fine screen."""

import time
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass, replace

from glview.bench import names
from glview.bench.gl_watch import GlWatch
from glview.bench.rows import PROCESSOR_MS, Row, counted, percentile, pooled_p99
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
        yield from _motion_cases(screen, names.FRAME + name, views, settings.repeats)
    screen.close()


def fine_cases(subject: Subject, settings: Settings, options: ViewerOptions) -> Iterator[Row]:
    """A screen of two device pixels where others have one, each way; in a current context."""
    size = 2 * settings.width, 2 * settings.height
    screen = Screen(subject.open(), replace(options, fade_s=0.0), *size)
    views = motions(screen.fitted(), screen.pyramid_size, settings.fine_frames)["pan"]
    yield from _motion_cases(screen, f"{names.FINE}pan", views, settings.repeats)
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
    screen: Screen, name: str, views: Sequence[Viewport], repeats: int
) -> Iterator[Row]:
    for view in views[:: max(len(views) // _STOPS, 1)]:
        screen.settle(view)

    def draw(number: int) -> None:
        screen.look(views[number])
        screen.draw()

    watched(draw, len(views))
    seen = [watched(draw, len(views)) for _ in range(repeats)]
    size = f"{screen.view.width}x{screen.view.height}"
    walls_ms = tuple(percentile(some.walls_ms, 50) for some in seen)
    yield Row(name + names.WALL, "ms", walls_ms, note=size)
    all_frames = counted(sum(len(some.walls_ms) for some in seen), "frame")
    p99_ms = pooled_p99(some.walls_ms for some in seen)
    yield Row(f"{name}: p99", "ms", (p99_ms,), note=f"of {all_frames}")
    yield Row(f"{name}: processor", PROCESSOR_MS, tuple(some.processor_ms for some in seen))
    outside = tuple(percentile(some.outside_ms, 50) for some in seen)
    p99_ms = pooled_p99(some.outside_ms for some in seen)
    yield Row(name + names.OUTSIDE, "ms", outside, note=f"p99 {p99_ms:.2f} ms")
    yield Row(f"{name}: GL calls", "", (percentile(seen[-1].calls, 50),))


@dataclass(frozen=True, slots=True)
class Watched:
    """Frames as they were seen, each but the first, which uploads the instances.

    ``walls_ms`` until OpenGL was done with each, ``outside_ms`` the time of drawing it outside of
    OpenGL's calls, of which it made ``calls``; ``processor_ms`` is what a frame took of all
    processors together.
    """

    walls_ms: tuple[float, ...]
    outside_ms: tuple[float, ...]
    calls: tuple[float, ...]
    processor_ms: float


def watched(draw: Draw, frames: int) -> Watched:
    """So many frames, each waited for; watching costs a microsecond a call."""
    walls_ms, outside_ms, calls = [], [], []
    processor_s = time.process_time()
    with GlWatch() as watch:
        for number in range(frames):
            watch.reset()
            start = time.perf_counter()
            draw(number)
            drawn = time.perf_counter()
            outside_ms.append((drawn - start - watch.inside_s) * 1e3)
            calls.append(float(watch.calls.total()))
            gl.glFinish()
            walls_ms.append((time.perf_counter() - start) * 1e3)
    processor_ms = (time.process_time() - processor_s) / frames * 1e3
    return Watched(tuple(walls_ms[1:]), tuple(outside_ms[1:]), tuple(calls[1:]), processor_ms)
