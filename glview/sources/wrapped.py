"""What sources that are made of another one leave to it."""

from glview.sources.base import TileSource, limit_cache, most_cached


class Wrapped:
    """Its caches and its end are those of ``source``, which it owns. As thread-safe as that."""

    def __init__(self, source: TileSource) -> None:
        self._source = source

    @property
    def cache_bytes(self) -> int:
        return self._source.cache_bytes

    @property
    def most_cached_bytes(self) -> int:
        return most_cached(self._source)

    def limit_cache(self, limit_bytes: int) -> None:
        limit_cache(self._source, limit_bytes)

    def close(self) -> None:
        self._source.close()
