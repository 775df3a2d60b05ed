"""Frames over few and over many resident tiles, of which as many are in sight: Python's part.

What is drawn is the same each time, so what differs is what residency, plan and instances take for
tiles that are merely there.
"""

import functools
from collections.abc import Callable, Iterator
from dataclasses import dataclass, replace

import numpy as np
from numpy.typing import NDArray

from glview.bench.frames import watched
from glview.bench.rows import Row, in_rounds, percentile, pooled_p99
from glview.bench.screen import Screen
from glview.bench.settings import Settings
from glview.image import ColorModel, SampleType
from glview.options import ViewerOptions
from glview.pyramid import IntRect
from glview.sources.model import PixelModel
from glview.sources.synthetic import FunctionSource, SyntheticOptions, halving_pyramid
from glview.viewport import Viewport

TILE_PX = 128
"""The smallest that a renderer has: 4,096 grey ones take 75 or 150 MB."""
GRIDS = {"16": (4, 3), "256": (16, 12), "4,096": (64, 48)}
"""Tiles of the finest level, across and down; with all levels one more than it is called."""
IN_SIGHT = 3.2
"""Tiles of the finest level that a screen shows across: 12 to 20 of them in all."""
WIDTH_PX, HEIGHT_PX = 1600, 1000
"""Of the target, whatever that of other cases is: it is not what is measured."""
PAN_PX = 3.0


def cases(settings: Settings, options: ViewerOptions) -> Iterator[Row]:
    """In a current context."""
    still = replace(options, fade_s=0.0)
    shown = {name: _Resident(grid, still) for name, grid in GRIDS.items()}
    frames_ms: dict[str, list[tuple[float, ...]]] = {name: [] for name in shown}

    def outside_ms(name: str) -> float:
        found = watched(shown[name].begin(), settings.frames)
        frames_ms[name].append(found.outside_ms)
        return percentile(found.outside_ms, 50)

    jobs: dict[str, Callable[[], float]] = {
        name: functools.partial(outside_ms, name) for name in shown
    }
    in_rounds(jobs, 1)
    for kept in frames_ms.values():
        kept.clear()
    for name, values in in_rounds(jobs, settings.repeats).items():
        note = f"p99 {pooled_p99(frames_ms[name]):.2f} ms, {shown[name].tiles} tiles resident"
        yield Row(f"resident tiles, {name}: outside OpenGL", "ms", tuple(values), note=note)
    for one in shown.values():
        one.close()


@dataclass(frozen=True, slots=True)
class _Way:
    """A pan to and fro about the middle, over the same tiles on every image."""

    middle: Viewport
    reach_px: float

    def at(self, frame: int) -> Viewport:
        phase = (frame * PAN_PX) % (4.0 * self.reach_px)
        return self.middle.panned(abs(phase - 2.0 * self.reach_px) - self.reach_px, 0.0)


class _Resident:
    """A viewer with every tile of an image in its atlas."""

    def __init__(self, grid: tuple[int, int], options: ViewerOptions) -> None:
        across, down = grid[0] * TILE_PX, grid[1] * TILE_PX
        grey = PixelModel(SampleType.U8, ColorModel.GREY, 1)
        tile = SyntheticOptions(TILE_PX, TILE_PX, overlap=1, model=grey)
        noise = np.random.default_rng(0).integers(0, 256, (TILE_PX + 2, TILE_PX + 2, 1), np.uint8)

        def paint(_level: int, rect: IntRect) -> NDArray[np.generic]:
            return noise[: rect.height, : rect.width]

        pyramid = halving_pyramid(across, down, tile)
        source = FunctionSource(pyramid, paint, tile)
        self._screen = Screen(source, options, WIDTH_PX, HEIGHT_PX)
        for level in range(len(pyramid.levels)):
            self._look_all_over(across, down, 0.5**level)
        scale = WIDTH_PX / (IN_SIGHT * TILE_PX)
        middle = Viewport(WIDTH_PX, HEIGHT_PX, across / 2, down / 2, scale)
        reach_px = min((across * scale - WIDTH_PX) / 2.0, 20.0 * PAN_PX)
        self._way = _Way(middle, reach_px)
        self._screen.settle(middle)

    def _look_all_over(self, across: int, down: int, scale: float) -> None:
        view = self._screen.view
        step_x, step_y = WIDTH_PX / scale, HEIGHT_PX / scale
        for row in range(max(1, -int(-down // step_y))):
            for column in range(max(1, -int(-across // step_x))):
                x, y = (column + 0.5) * step_x, (row + 0.5) * step_y
                self._screen.settle(replace(view, centre_x=x, centre_y=y, scale=scale))

    @property
    def tiles(self) -> int:
        """How many are resident."""
        return self._screen.viewer.stats().tiles.resident

    def begin(self) -> Callable[[int], None]:
        """Draws a frame by its number; others have drawn in the context before."""
        self._screen.renderer.context_shared()

        def draw(number: int) -> None:
            self._screen.look(self._way.at(number))
            self._screen.draw()

        return draw

    def close(self) -> None:
        self._screen.close()
