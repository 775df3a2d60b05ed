"""Some texels of each tile: what its values are like, without reading it again (pure).

Values come as slot arrays, as `glview.texels` packs tiles: (groups, height, width, components).
"""

from collections.abc import Iterable, Mapping
from typing import Any

from numpy.typing import NDArray

from glview.pyramid import Pyramid, TileKey

MOST_VALUES = 1 << 18
"""What is told by more values than this is told by so many: 3 ms a band."""
EVERY = 8
"""Of large levels each tile is remembered by every eighth texel of every eighth row, 1/64 of it."""


class Thinning:
    """Picks texels of tiles: all of small levels, few of large ones. On any thread."""

    def __init__(self, pyramid: Pyramid, gutter: int) -> None:
        self._gutter = gutter
        self._every = tuple(
            1 if level.width * level.height <= MOST_VALUES else EVERY for level in pyramid.levels
        )

    def of(self, key: TileKey, texels: NDArray[Any]) -> NDArray[Any]:
        """A copy of some texels of a tile's slot array."""
        return inner(texels, self._gutter, self._every[key.level]).copy()


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

    def of(self, keys: Iterable[TileKey]) -> list[NDArray[Any]]:
        """What is kept of those of the tiles that were put."""
        return [self._kept[key] for key in keys if key in self._kept]


def inner(texels: NDArray[Any], gutter: int, every: int) -> NDArray[Any]:
    """Some texels of a slot array, its gutter aside, as a view of it."""
    height, width = texels.shape[1:3]
    return texels[:, gutter : height - gutter : every, gutter : width - gutter : every]
