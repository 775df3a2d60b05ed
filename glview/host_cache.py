"""Slot arrays kept on the host, so that a tile can be uploaded again without decoding (pure)."""

from collections import OrderedDict
from collections.abc import Sequence
from typing import Any

from numpy.typing import NDArray

from glview.pyramid import TileKey


class HostCache:
    """The tiles planned most recently, within a number of bytes.

    Arrays are kept, not copied. First to go is what was planned longest ago; of the last plan,
    what it wants least. ``tile_bytes`` is the size of the largest array. Used by one thread.
    """

    def __init__(self, tile_bytes: int) -> None:
        self._tile_bytes = tile_bytes
        self._limit_bytes = 0
        self._size_bytes = 0
        # In the order in which they go.
        self._kept: OrderedDict[TileKey, NDArray[Any]] = OrderedDict()
        self._best: frozenset[TileKey] = frozenset()

    @property
    def size_bytes(self) -> int:
        return self._size_bytes

    def __len__(self) -> int:
        return len(self._kept)

    def __contains__(self, key: TileKey) -> bool:
        return key in self._kept

    def get(self, key: TileKey) -> NDArray[Any] | None:
        return self._kept.get(key)

    def plan(self, wanted: Sequence[TileKey]) -> None:
        """These are wanted now, best first."""
        for key in reversed(wanted):
            if key in self._kept:
                self._kept.move_to_end(key)
        self._best = frozenset(wanted[: self._limit_bytes // self._tile_bytes])

    def put(self, key: TileKey, texels: NDArray[Any]) -> None:
        """Keep a tile, at others' cost where it is among the best of the plan that fit."""
        if key in self._kept:
            return
        self._kept[key] = texels
        self._size_bytes += texels.nbytes
        if key not in self._best:
            # Else the last ones of a plan that does not fit would drive out its first ones.
            self._kept.move_to_end(key, last=False)
        self._trim()

    def limit(self, limit_bytes: int) -> None:
        """Keep to another number of bytes from now on."""
        self._limit_bytes = max(limit_bytes, 0)
        self._trim()

    def clear(self) -> None:
        self._kept.clear()
        self._size_bytes = 0

    def _trim(self) -> None:
        while self._size_bytes > self._limit_bytes:
            _, gone = self._kept.popitem(last=False)
            self._size_bytes -= gone.nbytes
