"""Fills a pyramid: no step larger than 3 between neighbours, the coarsest a few pixels."""

import threading
from collections import OrderedDict
from dataclasses import dataclass, replace

import numpy as np
from numpy.typing import NDArray

from glview import budgets
from glview.errors import TileError
from glview.pyramid import IntRect, Level, Reduction, TileKey
from glview.sources.base import (
    ImageDescription,
    Room,
    Tile,
    TileSource,
    at_plane,
    limit_cache,
    most_cached,
    own_room,
    reader_into,
    stop,
)
from glview.sources.halving import halve
from glview.sources.mosaic import assembled, model_of

LARGEST_STEP = 3.0
COARSEST_PX = 8
"""A filter's box is at most three texels wide: a picture of a few pixels needs a level of a few
pixels to be a mean and not a sample."""


@dataclass(frozen=True, slots=True)
class _Made:
    """How one presented level comes about: read from the source, or halved from the finer."""

    level: Level
    native: int | None


class DerivedSource:
    """A source with levels added where its own leave gaps: 2x2 means, of labels every second pixel.

    A derived tile is made from the up to four finer tiles under it, which may be derived
    themselves: the first look at the overview of a large image without levels reads all of it,
    at bounded memory. A part that is absent or unreadable is a hole: NaN, nodata, transparent,
    else mid-grey (`with_alpha` lets a sparse image be transparent); the tile's fault tells of
    those that are unreadable. `TileError` only where no part could be read, None where all are
    absent. Thread-safe by one lock, which is never held while reading.
    """

    def __init__(self, source: TileSource) -> None:
        self._source = source
        self._read_into = reader_into(source)
        inner = source.description
        self._model = model_of(inner)
        self._plan = _filled(inner.pyramid.levels)
        levels = tuple(made.level for made in self._plan)
        self._description = replace(inner, pyramid=replace(inner.pyramid, levels=levels))
        self._lock = threading.Lock()
        self._kept: OrderedDict[TileKey, Tile] = OrderedDict()
        self._kept_bytes = 0
        self._capacity_bytes = budgets.MOST_DERIVED_BYTES
        self._closed = False

    @property
    def description(self) -> ImageDescription:
        return self._description

    @property
    def cache_bytes(self) -> int:
        with self._lock:
            return self._kept_bytes + self._source.cache_bytes

    @property
    def most_cached_bytes(self) -> int:
        return self._capacity_bytes + most_cached(self._source)

    def limit_cache(self, limit_bytes: int) -> None:
        """A part of the bound is for derived tiles, the rest for the source's own cache."""
        own_bytes = budgets.derived_part(limit_bytes)
        with self._lock:
            # A coarse tile is finished, and so kept, after the finer ones it was made of.
            self._capacity_bytes = min(own_bytes, budgets.MOST_DERIVED_BYTES)
            self._trim()
        limit_cache(self._source, limit_bytes - own_bytes)

    def read_tile(self, key: TileKey) -> Tile | None:
        """A tile of the source, or one made of finer ones."""
        return self.read_tile_into(key, own_room)

    def read_tile_into(self, key: TileKey, room: Room) -> Tile | None:
        """The same; only a tile of the source, which is not kept, may lie in ``room``."""
        self._check_open()
        native = self._plan[key.level].native
        if native is not None:
            return self._read_into(TileKey(native, key.column, key.row), room)
        with self._lock:
            kept = self._kept.get(key)
            if kept is not None:
                self._kept.move_to_end(key)
                return kept
        tile = self._derive(key)
        self._check_open()
        # What may heal is made anew when it is asked for again; else all under it would be read.
        if tile is not None and not (tile.fault is not None and tile.fault.may_heal):
            self._keep(key, tile)
        return tile

    def forget_holes(self) -> None:
        """Make those tiles anew that have holes; on any thread."""
        with self._lock:
            for key in [key for key, tile in self._kept.items() if tile.fault is not None]:
                self._kept_bytes -= self._kept.pop(key).size_bytes

    def at_plane(self, plane: tuple[int, ...]) -> TileSource:
        """Another plane of the source, filled likewise."""
        return DerivedSource(at_plane(self._source, plane))

    def stop(self) -> None:
        self._closed = True
        stop(self._source)

    def close(self) -> None:
        self._closed = True
        with self._lock:
            self._kept.clear()
            self._kept_bytes = 0
        self._source.close()

    def _check_open(self) -> None:
        """An overview may take hours: one under way ends with its source."""
        if self._closed:
            raise TileError(f"{self._description.name}: closed")

    def _derive(self, key: TileKey) -> Tile | None:
        level = self._plan[key.level].level
        finer = self._plan[key.level - 1].level
        x0, y0, x1, y1 = level.l_tile_rect(key.column, key.row)
        rect = IntRect(2 * x0, 2 * y0, min(2 * x1, finer.width), min(2 * y1, finer.height))
        nodata = self._description.tile_nodata
        whole = assembled(self.read_tile, key.level - 1, finer, rect, self._model, nodata)
        if whole is None:
            return None
        # What is made of a lost pixel and others is lost as well: it would be half of nothing.
        lost = tuple(
            IntRect(part.x0 // 2, part.y0 // 2, -(-part.x1 // 2), -(-part.y1 // 2))
            for part in whole.lost
        )
        return replace(whole, pixels=self._halved(whole.pixels), lost=lost)

    def _halved(self, pixels: NDArray[np.generic]) -> NDArray[np.generic]:
        if self._description.pyramid.reduction is Reduction.NEAREST:
            # The mean of two labels is a third; a view would keep all of the finer level.
            return np.ascontiguousarray(pixels[::2, ::2])
        return halve(pixels, alpha=self._model.alpha, nodata=self._description.tile_nodata)

    def _keep(self, key: TileKey, tile: Tile) -> None:
        with self._lock:
            if key in self._kept:
                return
            self._kept[key] = tile
            self._kept_bytes += tile.size_bytes
            self._trim()

    def _trim(self) -> None:
        while self._kept_bytes > self._capacity_bytes:
            _, dropped = self._kept.popitem(last=False)
            self._kept_bytes -= dropped.size_bytes


def _halved(level: Level) -> Level:
    return replace(
        level,
        width=-(-level.width // 2),
        height=-(-level.height // 2),
        downsample_x=level.downsample_x * 2.0,
        downsample_y=level.downsample_y * 2.0,
        overlap=0,
        derived=True,
    )


def _filled(levels: tuple[Level, ...]) -> tuple[_Made, ...]:
    plan: list[_Made] = []
    for index, level in enumerate(levels):
        while plan and level.downsample > LARGEST_STEP * plan[-1].level.downsample:
            plan.append(_Made(_halved(plan[-1].level), None))
        plan.append(_Made(level, index))
    while max(plan[-1].level.width, plan[-1].level.height) > COARSEST_PX:
        plan.append(_Made(_halved(plan[-1].level), None))
    return tuple(plan)


def filled(source: TileSource) -> TileSource:
    """``source`` itself if nothing is to be added, else wrapped in a `DerivedSource`."""
    levels = source.description.pyramid.levels
    complete = all(made.native is not None for made in _filled(levels))
    return source if complete else DerivedSource(source)
