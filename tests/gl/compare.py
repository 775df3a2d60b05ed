"""What pictures are compared with, and where."""

from dataclasses import replace

import numpy as np
from numpy.typing import NDArray

from glview.display import Display, Window
from glview.pyramid import TileKey
from glview.sources.base import TileSource
from glview.sources.mosaic import pixels_of
from glview.viewport import Viewport


def whole_levels(source: TileSource) -> list[NDArray[np.generic]]:
    """Every level whole, put together from the source's own tiles."""
    whole = []
    for index, level in enumerate(source.description.pyramid.levels):
        rows = []
        for row in range(level.rows):
            tiles = [
                source.read_tile(TileKey(index, column, row)) for column in range(level.columns)
            ]
            assert None not in tiles
            rows.append(np.concatenate([pixels_of(tile) for tile in tiles if tile], axis=1))
        whole.append(np.concatenate(rows, axis=0))
    return whole


def inside(view: Viewport, width: int, height: int) -> NDArray[np.bool_]:
    """Pixels further than one from the image's outline, shape (height, width)."""
    y, x = np.mgrid[: view.height, : view.width] + 0.5
    a, b, c, d = view.matrix
    dx, dy = (x - view.width / 2) / view.scale, (y - view.height / 2) / view.scale
    i_x, i_y = view.centre_x + a * dx + c * dy, view.centre_y + b * dx + d * dy
    foot = 1.5 / view.scale
    edge = np.minimum(
        np.minimum(np.abs(i_x), np.abs(i_x - width)), np.minimum(np.abs(i_y), np.abs(i_y - height))
    )
    near_x = (i_x > -foot) & (i_x < width + foot)
    near_y = (i_y > -foot) & (i_y < height + foot)
    return np.asarray(~((edge < foot) & near_x & near_y))


def composed(display: Display) -> Display:
    """The same picture of 8-bit data, which is no light as it is: it goes through a composite."""
    return replace(display, windows=(Window(0.0, 255.0 + 1e-6),) * len(display.windows))
