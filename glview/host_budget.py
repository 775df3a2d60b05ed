"""One bound over all that an image holds on the host."""

from glview import budgets
from glview.buffers import Buffers
from glview.host_cache import HostCache
from glview.loader import Loader
from glview.sources.base import BoundedSource, TileSource
from glview.stats import HostBytes


class HostBudget:
    """Shares the host's bytes among source, staging, strips and cache.

    What the source keeps goes first, then what waits for its upload, with the memory that workers
    are to use again, then strips; the cache has the rest. What may be kept or may wait counts in
    full: workers fill it while nobody looks. Used by the thread that owns the view.
    """

    def __init__(
        self,
        source: TileSource,
        loader: Loader,
        cache: HostCache,
        buffers: Buffers,
        slot_bytes: int,
        host_bytes: int,
    ) -> None:
        self._source = source
        self._bounded = source if isinstance(source, BoundedSource) else None
        self._loader = loader
        self._cache = cache
        self._buffers = buffers
        self._slot_bytes = slot_bytes
        self._staging_bytes = 0
        self._left_bytes = 0
        self.set(host_bytes, strip_bytes=0)

    def set(self, host_bytes: int, *, strip_bytes: int) -> None:
        """Share another number of bytes."""
        self._host_bytes = host_bytes
        if self._bounded is not None:
            self._bounded.limit_cache(budgets.source_cache_bytes(host_bytes))
        self.share(strip_bytes)

    def share(self, strip_bytes: int) -> None:
        """Share anew, where strips take so much now."""
        kept = self._source.cache_bytes
        if self._bounded is not None:
            kept = max(kept, self._bounded.most_cached_bytes)
        self._left_bytes = max(self._host_bytes - kept, 0)
        staging_bytes = budgets.staging_bytes(self._left_bytes, self._slot_bytes)
        if staging_bytes != self._staging_bytes:
            self._staging_bytes = staging_bytes
            spare_bytes = budgets.spare_bytes(staging_bytes)
            self._loader.stage(staging_bytes - spare_bytes)
            self._buffers.keep(spare_bytes)
        waiting = max(staging_bytes, self._loader.staged_bytes)
        self._cache.limit(self._left_bytes - waiting - strip_bytes)

    def most_slots(self, strip_bytes: int, tiles: int) -> int | None:
        """How many tiles may be resident, see `budgets.slots_for_strips`."""
        return budgets.slots_for_strips(self._left_bytes, strip_bytes, tiles)

    def use(self, strip_bytes: int) -> HostBytes:
        """What is taken now."""
        return HostBytes(
            self._loader.staged_bytes,
            strip_bytes,
            self._source.cache_bytes,
            self._cache.size_bytes,
            self._host_bytes,
        )
