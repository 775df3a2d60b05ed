"""Images of a gigapixel, ten, and a terapixel, painted as they are looked at: size costs nothing.

There is no file and no decoder, so this is glview's own work alone.
"""

import time
from collections.abc import Iterator
from dataclasses import dataclass, field, replace

import numpy as np
from numpy.typing import NDArray

from glview.bench.frames import motions, watched
from glview.bench.places import apart
from glview.bench.rows import Row, percentile
from glview.bench.screen import Screen
from glview.bench.settings import Settings
from glview.options import ViewerOptions
from glview.pyramid import IntRect
from glview.sources.base import TileSource
from glview.sources.synthetic import FunctionSource, halving_pyramid

SIDES_PX = {"1 Gpx": 1 << 15, "17 Gpx": 1 << 17, "1 Tpx": 1 << 20}
"""Powers of two, so that each is seen whole at the same place between two levels."""
_SEED = 11


@dataclass(slots=True)
class _Found:
    """Of one size, repeat by repeat."""

    open_ms: list[float] = field(default_factory=list)
    jump_ms: list[float] = field(default_factory=list)
    frame_ms: list[float] = field(default_factory=list)
    outside_ms: list[float] = field(default_factory=list)


def cases(settings: Settings, options: ViewerOptions) -> Iterator[Row]:
    """Opened, jumped about in, panned; in a current context."""
    still = replace(options, fade_s=0.0)
    found = {name: _Found() for name in SIDES_PX}
    for turn in range(settings.repeats):
        for name, side_px in SIDES_PX.items():
            _look(side_px, turn, found[name], settings, still)
    for name, one in found.items():
        yield Row(f"scale, {name}: open", "ms", tuple(one.open_ms), note="until it is sharp")
        yield Row(f"scale, {name}: jump", "ms", tuple(one.jump_ms), note="until it is sharp")
        yield Row(f"scale, {name}: frame, pan", "ms", tuple(one.frame_ms))
        yield Row(f"scale, {name}: outside OpenGL", "ms", tuple(one.outside_ms))


def _look(
    side_px: int, turn: int, found: _Found, settings: Settings, options: ViewerOptions
) -> None:
    start = time.perf_counter()
    screen = Screen(_noise(side_px), options, settings.width, settings.height)
    screen.sharpen()
    found.open_ms.append(_since_ms(start))
    random = np.random.default_rng((_SEED, turn))
    jumps_ms = []
    for x, y in apart(screen.view, screen.pyramid_size, screen.tile_px, settings.places, random):
        start = time.perf_counter()
        screen.look(replace(screen.view, centre_x=x, centre_y=y, scale=1.0))
        screen.sharpen()
        jumps_ms.append(_since_ms(start))
    found.jump_ms.append(percentile(jumps_ms, 50))
    views = motions(screen.fitted(), screen.pyramid_size, settings.frames)["pan"]
    for view in (views[0], views[-1]):
        screen.settle(view)

    def draw(number: int) -> None:
        screen.look(views[number])
        screen.draw()

    seen = watched(draw, len(views))
    found.frame_ms.append(percentile(seen.walls_ms, 50))
    found.outside_ms.append(percentile(seen.outside_ms, 50))
    screen.close()


def _noise(side_px: int) -> TileSource:
    noise = np.random.default_rng(0).integers(0, 256, (256, 256, 3), np.uint8)

    def paint(_level: int, rect: IntRect) -> NDArray[np.generic]:
        return noise[: rect.height, : rect.width]

    return FunctionSource(halving_pyramid(side_px, side_px), paint)


def _since_ms(start_s: float) -> float:
    return (time.perf_counter() - start_s) * 1e3
