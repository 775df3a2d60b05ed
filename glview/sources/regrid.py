"""Presents a source in tiles of another size: large tiles are split, tiny ones grouped."""

import threading
from collections import OrderedDict
from concurrent.futures import Future
from dataclasses import dataclass, replace
from functools import partial

from glview import budgets
from glview.errors import TileError
from glview.pyramid import TileKey
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
from glview.sources.mosaic import assembled, model_of

SMALLEST_PX = 128
"""Smaller tiles cost more in calls than in pixels."""
LARGEST_PX = 512
"""Larger tiles stall uploads and waste slots."""
WANTED_PX = 256
_MOST_BROKEN = 256
"""Tiles that could not be read and are known for it; later ones are in place of earlier ones."""


@dataclass(slots=True)
class _Broken:
    """A source tile that could not be read, and the new tiles whose readers were told so."""

    fault: str
    told: set[TileKey]


class RegridSource:
    """Tiles of ``tile_width`` x ``tile_height`` on all levels, cut from another source's.

    Decoded source tiles larger than a new tile are kept in a cache of at most ``capacity_bytes``
    (least recently used go first; the one just read stays even if it alone is larger), and two
    threads that want parts of one source tile decode it once. One that is broken is decoded again
    for a new tile that is read again, not for its other parts. Thread-safe by one lock, which is
    never held while decoding.
    """

    def __init__(
        self,
        source: TileSource,
        tile_width: int,
        tile_height: int,
        *,
        capacity_bytes: int = budgets.MOST_SPLIT_BYTES,
    ) -> None:
        self._source = source
        self._read_into = reader_into(source)
        inner = source.description
        self._levels = inner.pyramid.levels
        levels = tuple(
            level
            if (level.tile_width, level.tile_height) == (tile_width, tile_height)
            else replace(level, tile_width=tile_width, tile_height=tile_height, overlap=0)
            for level in self._levels
        )
        self._description = replace(inner, pyramid=replace(inner.pyramid, levels=levels))
        self._model = model_of(inner)
        self._capacity_bytes = capacity_bytes
        # Three bytes a pixel may lie four apart (`Tile.texels`).
        pixel_bytes = self._model.texel_bytes + (self._model.texel_bytes == 3)
        self._largest_tile_bytes = pixel_bytes * max(
            min(level.tile_width, level.width) * min(level.tile_height, level.height)
            for level in self._levels
        )
        self._lock = threading.Lock()
        self._kept: OrderedDict[TileKey, Tile | None] = OrderedDict()
        self._kept_bytes = 0
        self._under_way: dict[TileKey, tuple[Future[Tile | None], set[TileKey]]] = {}
        self._broken: OrderedDict[TileKey, _Broken] = OrderedDict()

    @property
    def description(self) -> ImageDescription:
        return self._description

    @property
    def cache_bytes(self) -> int:
        with self._lock:
            return self._kept_bytes + self._source.cache_bytes

    @property
    def most_cached_bytes(self) -> int:
        # The tile just read stays, however large it is.
        own = max(self._capacity_bytes, self._largest_tile_bytes)
        return own + most_cached(self._source)

    def limit_cache(self, limit_bytes: int) -> None:
        """A part of the bound is for tiles that are being split, the rest for the source's own."""
        own_bytes = budgets.split_part(limit_bytes)
        with self._lock:
            self._capacity_bytes = min(own_bytes, budgets.MOST_SPLIT_BYTES)
            self._trim()
        limit_cache(self._source, limit_bytes - own_bytes)

    def read_tile(self, key: TileKey) -> Tile | None:
        """The new tile; parts absent or unreadable in the source are holes (see `assembled`)."""
        return self.read_tile_into(key, own_room)

    def read_tile_into(self, key: TileKey, room: Room) -> Tile | None:
        """The same; only a tile that is the source's own may lie in ``room``."""
        level = self._description.pyramid.levels[key.level]
        inner = self._levels[key.level]
        if level is inner:
            return self._read_into(key, room)
        rect = level.l_tile_rect(key.column, key.row)
        # A source tile inside one new tile is wanted once; any other by several new tiles.
        wanted_once = (
            level.tile_width % inner.tile_width == 0 and level.tile_height % inner.tile_height == 0
        )
        read = self._source.read_tile if wanted_once else partial(self._shared_tile, key)
        return assembled(read, key.level, inner, rect, self._model, self._description.tile_nodata)

    def at_plane(self, plane: tuple[int, ...]) -> TileSource:
        """Another plane of the source, in tiles of the same size."""
        finest = self._description.pyramid.levels[0]
        return RegridSource(at_plane(self._source, plane), finest.tile_width, finest.tile_height)

    def stop(self) -> None:
        stop(self._source)

    def close(self) -> None:
        with self._lock:
            self._kept.clear()
            self._kept_bytes = 0
        self._source.close()

    def _shared_tile(self, part: TileKey, key: TileKey) -> Tile | None:
        with self._lock:
            broken = self._broken.get(key)
            if broken is not None and part not in broken.told:
                broken.told.add(part)
                raise TileError(broken.fault)
            if key in self._kept:
                self._kept.move_to_end(key)
                return self._kept[key]
            mine = key not in self._under_way
            future, parts = self._under_way.setdefault(key, (Future(), set()))
            parts.add(part)
        if not mine:
            return future.result()
        try:
            tile = self._source.read_tile(key)
        except BaseException as error:
            with self._lock:
                del self._under_way[key]
                self._broken.pop(key, None)
                if isinstance(error, TileError) and not error.may_heal:
                    self._broken[key] = _Broken(str(error), parts)
                    if len(self._broken) > _MOST_BROKEN:
                        self._broken.popitem(last=False)
            future.set_exception(error)
            raise
        with self._lock:
            del self._under_way[key]
            self._broken.pop(key, None)
            self._keep(key, tile)
        future.set_result(tile)
        return tile

    def _keep(self, key: TileKey, tile: Tile | None) -> None:
        self._kept[key] = tile
        self._kept_bytes += _bytes_of(tile)
        self._trim()

    def _trim(self) -> None:
        while self._kept_bytes > self._capacity_bytes and len(self._kept) > 1:
            _, dropped = self._kept.popitem(last=False)
            self._kept_bytes -= _bytes_of(dropped)


def _bytes_of(tile: Tile | None) -> int:
    return 0 if tile is None else tile.size_bytes


def fitting_tile_size(native_px: int) -> int:
    """The tile size a grid of ``native_px`` is presented in: 128 to 512.

    A size in that range stays. Tiny tiles go in whole groups of about 256. Large ones are cut
    into equal parts where one of 192 to 512 divides them (the one nearest 256), else at 256.
    """
    if SMALLEST_PX <= native_px <= LARGEST_PX:
        return native_px
    if native_px < SMALLEST_PX:
        return native_px * (WANTED_PX // native_px)
    parts = [size for size in range(192, LARGEST_PX + 1) if native_px % size == 0]
    return min(parts, key=lambda size: (abs(size - WANTED_PX), size), default=WANTED_PX)


def regridded(source: TileSource) -> TileSource:
    """``source`` itself if all its tiles have one size of 128 to 512, else wrapped so."""
    levels = source.description.pyramid.levels
    width = fitting_tile_size(levels[0].tile_width)
    height = fitting_tile_size(levels[0].tile_height)
    if all((level.tile_width, level.tile_height) == (width, height) for level in levels):
        return source
    return RegridSource(source, width, height)
