"""The tiles in the atlas, by key and by what lies above them (pure)."""

from collections import UserDict
from collections.abc import Collection, Iterable, Mapping
from dataclasses import dataclass
from typing import NamedTuple

from glview.atlas import Slot
from glview.frame import Flag
from glview.pyramid import IntRect, Pyramid, TileKey

LONG_AGO_S = -1e9
"""Birth of a tile that is there in full."""
STAND_IN_LEVELS = 2
"""How many levels finer than wanted may stand in: beyond, the box is too narrow and aliases."""

_NONE: dict[TileKey, None] = {}
# As plain numbers: combining enum members takes a microsecond each.
_, FIRST_COLUMN, FIRST_ROW, LAST_COLUMN, LAST_ROW = (int(flag) for flag in Flag)


@dataclass(frozen=True, slots=True)
class Resident:
    """A tile in the atlas: its slot, and when it first appeared on the screen."""

    slot: Slot
    birth_s: float


class TilePlace(NamedTuple):
    """What an instance record says of a tile wherever its slot is."""

    l_rect: IntRect
    edges: int
    """Of `frame.Flag`: which edges of the image it reaches to."""


class Residents(UserDict[TileKey, Resident]):
    """A dict of residents that can be asked by a tile up to `STAND_IN_LEVELS` above them.

    To look for those in the pyramid costs 20 questions for each gap of a picture, 5 ms a frame at
    3840x2160 while tiles arrive; here each tile says once where it lies.
    """

    def __init__(self, pyramid: Pyramid, residents: Mapping[TileKey, Resident] = {}) -> None:
        self._pyramid = pyramid
        # By the tile above and the level of those below; dicts keep the order of arrival.
        self._under: dict[tuple[TileKey, int], dict[TileKey, None]] = {}
        self._places: dict[TileKey, TilePlace] = {}
        super().__init__(residents)

    def under(self, key: TileKey, level: int) -> Collection[TileKey]:
        """The residents of a finer level that lie under ``key``, in order of arrival."""
        return self._under.get((key, level), _NONE)

    def place_of(self, key: TileKey) -> TilePlace:
        """Where a resident lies in its level: found once, since tables are made of them anew in
        each frame of a fast pan, and this was a third of it.
        """
        return self._places[key]

    def __setitem__(self, key: TileKey, resident: Resident) -> None:
        if key not in self.data:
            self._places[key] = _place(self._pyramid, key)
            for above in self._above(key):
                self._under.setdefault((above, key.level), {})[key] = None
        self.data[key] = resident

    def __delitem__(self, key: TileKey) -> None:
        del self.data[key], self._places[key]
        for above in self._above(key):
            siblings = self._under[above, key.level]
            del siblings[key]
            if not siblings:
                del self._under[above, key.level]

    def _above(self, key: TileKey) -> Iterable[TileKey]:
        last = min(key.level + STAND_IN_LEVELS, len(self._pyramid.levels) - 1)
        for level in range(key.level + 1, last + 1):
            yield from self._pyramid.covering(key, level)


def _place(pyramid: Pyramid, key: TileKey) -> TilePlace:
    level = pyramid.levels[key.level]
    edges = (
        FIRST_COLUMN * (key.column == 0)
        | FIRST_ROW * (key.row == 0)
        | LAST_COLUMN * (key.column == level.columns - 1)
        | LAST_ROW * (key.row == level.rows - 1)
    )
    return TilePlace(level.l_tile_rect(key.column, key.row), edges)
