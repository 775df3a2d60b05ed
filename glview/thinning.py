"""Some texels of each tile: what its values are like, without reading it again (pure).

Values come as slot arrays, as `glview.texels` packs tiles: (groups, height, width, components).
"""

import math
from collections.abc import Iterable, Mapping
from typing import Any

from numpy.typing import NDArray

from glview.pyramid import Pyramid, Rect, TileKey

MOST_VALUES = 1 << 18
"""What is told by more values than this is told by so many: 3 ms a band."""
EVERY = 8
"""Of large levels each tile is remembered by every eighth texel of every eighth row, 1/64 of it."""

LEAST_ACROSS = 32
"""So many of the texels that are remembered are looked at in each direction, if less is in sight:
fewer would not tell what the thousandth of them is."""


class Thinning:
    """Picks texels of tiles: all of small levels, few of large ones. On any thread."""

    def __init__(self, pyramid: Pyramid, gutter: int) -> None:
        self._gutter = gutter
        self._levels = pyramid.levels
        self._every = tuple(
            1 if level.width * level.height <= MOST_VALUES else EVERY for level in pyramid.levels
        )

    def of(self, key: TileKey, texels: NDArray[Any]) -> NDArray[Any]:
        """A copy of some texels of a tile's slot array."""
        return inner(texels, self._gutter, self._every[key.level]).copy()

    def within(self, key: TileKey, picked: NDArray[Any], i_rect: Rect) -> NDArray[Any]:
        """What lies in a rectangle of the image, or about its middle, of what was picked."""
        level, every = self._levels[key.level], self._every[key.level]
        tile = level.l_tile_rect(key.column, key.row)

        def span(i_from: float, i_to: float, downsample: float, l_tile: int) -> slice:
            l_more = max(0.0, LEAST_ACROSS * every - (i_to - i_from) / downsample) / 2.0
            first = math.floor(i_from / downsample - l_more) - l_tile
            end = math.ceil(i_to / downsample + l_more) - l_tile
            return slice(max(0, -(-first // every)), max(0, -(-end // every)))

        x0, y0 = i_rect.x0 - level.offset_x, i_rect.y0 - level.offset_y
        x1, y1 = i_rect.x1 - level.offset_x, i_rect.y1 - level.offset_y
        rows = span(y0, y1, level.downsample_y, tile.y0)
        return picked[:, rows, span(x0, x1, level.downsample_x, tile.x0)]


class Thinned:
    """What was picked of each tile that is resident: 1/64 of the atlas, and all of small levels.

    Used by the thread that owns the view.
    """

    def __init__(self, thinning: Thinning) -> None:
        self._thinning = thinning
        self._kept: dict[TileKey, NDArray[Any]] = {}

    def put(
        self,
        key: TileKey,
        texels: NDArray[Any],
        picked: NDArray[Any] | None,
        residents: Mapping[TileKey, object],
    ) -> None:
        """A tile is resident now; those that are not any more are forgotten now and then.

        ``picked`` is what the worker that read it has picked of it, while it was in that core's
        cache: here it takes 20 to 50 us a tile, half of a frame's Python where tiles pour in.
        """
        if picked is not None:
            self._kept[key] = picked
        elif key not in self._kept:
            self._kept[key] = self._thinning.of(key, texels)
        if len(self._kept) > 2 * len(residents) + EVERY:
            self._kept = {key: kept for key, kept in self._kept.items() if key in residents}

    def of(self, keys: Iterable[TileKey], i_sight: Rect | None = None) -> list[NDArray[Any]]:
        """What is kept of those of the tiles that were put; of what is in sight where that is told.

        ``i_sight`` as `Thinning.within` has it.
        """
        kept = {key: self._kept[key] for key in keys if key in self._kept}
        if i_sight is None:
            return list(kept.values())
        return [self._thinning.within(key, picked, i_sight) for key, picked in kept.items()]


def inner(texels: NDArray[Any], gutter: int, every: int) -> NDArray[Any]:
    """Some texels of a slot array, its gutter aside, as a view of it."""
    height, width = texels.shape[1:3]
    return texels[:, gutter : height - gutter : every, gutter : width - gutter : every]
