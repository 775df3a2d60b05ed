"""Frames over few and over many resident tiles, of which as many are in sight: Python's part.

What is drawn is the same each time, so what differs is what residency, plan and instances take for
tiles that are merely there.
"""

import functools
from collections.abc import Callable, Iterator

from glview.bench.frames import watched
from glview.bench.resident import PAN_PX, WIDTH_PX, Resident
from glview.bench.rows import Row, in_rounds, percentile, pooled_p99
from glview.bench.settings import Settings
from glview.image import ColorModel, SampleType
from glview.options import ViewerOptions
from glview.sources.model import PixelModel
from glview.sources.synthetic import SyntheticOptions

TILE_PX = 128
"""The smallest that a renderer has: 4,096 grey ones take 75 or 150 MB."""
GRIDS = {"16": (4, 3), "256": (16, 12), "4,096": (64, 48)}
"""Tiles of the finest level, across and down; with all levels one more than it is called."""
IN_SIGHT = 3.2
"""Tiles of the finest level that a screen shows across: 12 to 20 of them in all."""
_SCALE = WIDTH_PX / (IN_SIGHT * TILE_PX)
_FURTHEST_PX = 20.0 * PAN_PX


def cases(settings: Settings, options: ViewerOptions) -> Iterator[Row]:
    """In a current context."""
    shown = {name: _painted(grid, options) for name, grid in GRIDS.items()}
    frames_ms: dict[str, list[tuple[float, ...]]] = {name: [] for name in shown}

    def outside_ms(name: str) -> float:
        found = watched(_pan(shown[name]), settings.frames)
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


def _painted(grid: tuple[int, int], options: ViewerOptions) -> Resident:
    """Grey, so that many fit."""
    grey = PixelModel(SampleType.U8, ColorModel.GREY, 1)
    tile = SyntheticOptions(TILE_PX, TILE_PX, overlap=1, model=grey)
    size = grid[0] * TILE_PX, grid[1] * TILE_PX
    shown = Resident(size, tile, options, furthest_px=_FURTHEST_PX)
    shown.screen.settle(shown.view(_SCALE))
    return shown


def _pan(shown: Resident) -> Callable[[int], None]:
    """Draws a frame by its number: over the same tiles on every image."""
    shown.begin()
    return lambda number: shown.draw(shown.pan(_SCALE, number))
