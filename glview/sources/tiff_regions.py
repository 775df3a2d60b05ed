"""Which levels of a tiled TIFF are read through libvips, within a number of bytes."""

import threading

from glview.sources.model import PixelModel
from glview.sources.tiff_levels import PageLevel
from glview.sources.tiff_region import RegionReader, may_use_region, row_cache_need_bytes


class Regions:
    """The `RegionReader` of each level that may have one, opened when it is first read.

    Coarse levels come first: their row caches are small, and everybody looks at them. Thread-safe;
    nothing here waits for a file but `get`. Levels ``apart`` have none: they are read faster.
    """

    def __init__(
        self,
        path: str,
        descriptor: int,
        levels: tuple[PageLevel, ...],
        model: PixelModel,
        limit_bytes: int,
        apart: frozenset[int] = frozenset(),
    ) -> None:
        self._path = path
        self._descriptor = descriptor
        self._levels = levels
        self._model = model
        self._needs = {
            index: row_cache_need_bytes(page, model)
            for index, page in enumerate(levels)
            if index not in apart and may_use_region(page)
        }
        self._lock = threading.Lock()
        self._opening = threading.Lock()
        self._allowed: dict[int, int] = {}
        self._readers: dict[int, RegionReader] = {}
        self.limit(limit_bytes)

    @property
    def most_bytes(self) -> int:
        """What libvips' row caches take once every level was looked at all over."""
        with self._lock:
            return sum(self._allowed.values())

    def limit(self, limit_bytes: int) -> None:
        """Keep to a bound from now on. What has to go is read another way, until it is raised."""
        allowed: dict[int, int] = {}
        spare = limit_bytes
        for index in sorted(self._needs, reverse=True):
            if self._needs[index] <= spare:
                allowed[index] = self._needs[index]
                spare -= allowed[index]
        with self._lock:
            self._allowed = allowed
            # An image goes with the last thread that is reading from it.
            self._readers = {i: reader for i, reader in self._readers.items() if i in allowed}

    def get(self, index: int) -> RegionReader | None:
        """The reader of a level, or None where there may be none, or libvips can have none."""
        with self._lock:
            reader = self._readers.get(index)
            if reader is not None or index not in self._allowed:
                return reader
        with self._opening:
            with self._lock:
                if index in self._readers or index not in self._allowed:
                    return self._readers.get(index)
            reader = RegionReader.opened(
                self._path, self._descriptor, self._levels[index], self._model
            )
            with self._lock:
                if reader is None:
                    self._needs.pop(index, None)
                    self._allowed.pop(index, None)
                elif index in self._allowed:
                    self._readers[index] = reader
        return reader

    def close(self) -> None:
        with self._lock:
            self._needs.clear()
            self._allowed = {}
            self._readers = {}
