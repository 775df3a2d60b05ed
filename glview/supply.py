"""Where the tiles of an image come from: its workers, and what the host has kept of them."""

import logging
import os
import time
from collections import deque
from collections.abc import Callable, Iterable
from collections.abc import Set as AbstractSet

from glview.buffers import Buffers
from glview.host_budget import HostBudget
from glview.host_cache import HostCache
from glview.loader import CLOSE_WITHIN_S, Loaded, Loader, LoaderCounts
from glview.options import ViewerOptions, worker_count
from glview.packing import Packing
from glview.probe import Probe
from glview.pyramid import TileKey
from glview.scheduler import Plan
from glview.sources.base import TileSource, forget_holes, stop
from glview.stats import HostBytes

log = logging.getLogger("glview")


class Supply:
    """Reads tiles as slot arrays, of at most ``slot_bytes`` each, and keeps them on the host.

    ``wake`` is called from a worker when tiles have come, ``read_ahead`` when only such as are
    ahead of need have, and none is to be read any more.
    ``first`` is the tile before which there is no picture. Tiles of ``slow_levels`` never have all
    the workers. Used by the thread that owns the view; `close` is the last call, on any thread.
    """

    def __init__(
        self,
        source: TileSource,
        options: ViewerOptions,
        *,
        first: TileKey,
        slow_levels: frozenset[int],
        slot_bytes: int,
        wake: Callable[[], None],
        read_ahead: Callable[[], None] | None = None,
        probe: Probe,
    ) -> None:
        self._source = source
        self._description = description = source.description
        self._first = first
        self._cache = HostCache(slot_bytes)
        buffers = Buffers(slot_bytes)
        # What was asked for and has not been handed out, and of that what the cache has; in order.
        self._asked: dict[TileKey, None] = {}
        self._quiet: AbstractSet[TileKey] = frozenset()
        self._from_host: deque[TileKey] = deque()
        self._loaders_turn = False
        workers = options.workers or worker_count(description.reading, os.cpu_count() or 2)
        self._loader = Loader(
            Packing(source, options.gutter, buffers),
            workers=workers + (1 if slow_levels else 0),
            staging_bytes=slot_bytes,
            tile_bytes=slot_bytes,
            wake=wake,
            slow=lambda key: key.level in slow_levels,
            name=description.name,
        )
        self._loader.read_ahead = read_ahead
        self.probe = probe
        """Pixels of the same image, for the same thread as all else here; closed with it."""
        self._host = HostBudget(
            source, self._loader, self._cache, buffers, slot_bytes, options.host_bytes
        )

    def ask(self, plan: Plan, missing: Iterable[TileKey]) -> None:
        """Replace all that is asked for by what a plan lacks, best first."""
        self._cache.plan(plan.wanted)
        self._quiet = plan.ahead_of_need
        self._ask(missing)

    def _ask(self, keys: Iterable[TileKey]) -> None:
        """The cache for what it has, the loader for the rest."""
        self._asked = dict.fromkeys(keys)
        self._from_host = deque(key for key in self._asked if key in self._cache)
        if self._first in self._from_host:
            # Also where its level is a slow one: it was made, and no picture comes before it.
            self._from_host.remove(self._first)
            self._from_host.appendleft(self._first)
            self._loaders_turn = False
        elsewhere = tuple(key for key in self._asked if key not in self._cache)
        self._loader.want(elsewhere, self._quiet)

    def next(self) -> Loaded | None:
        """A tile to take in: by turns from the cache and from the loader, as long as both have any.

        One by one: what waits stays with the loader, which counts its bytes and knows its keys.
        """
        brought = self._loader.has_results
        if not (self._from_host or brought):
            return None
        if not self._from_host or (self._loaders_turn and brought):
            self._loaders_turn = False
            results = self._loader.drain(1)
            for result in results:
                self._asked.pop(result.key, None)
            return results[0] if results else None
        self._loaders_turn = True
        key = self._from_host.popleft()
        kept = self._cache.get(key)
        if kept is not None:
            del self._asked[key]
            return Loaded(key, kept)
        # The cache had to make room since the plan.
        self._ask(self._asked)
        return self.next()

    def keep(self, loaded: Loaded) -> None:
        """Keep a tile on the host for later, if there is room; what has holes is read again."""
        if loaded.texels is not None and loaded.error is None:
            self._cache.put(loaded.key, loaded.texels)

    def forget_holes(self) -> None:
        """Have the parts read anew that tiles lack which were read before."""
        forget_holes(self._source)

    @property
    def keeps_some(self) -> bool:
        """Whether tiles that are asked for are on the host."""
        return bool(self._from_host)

    @property
    def has_more(self) -> bool:
        """Whether `next` has a tile that is not only ahead of need: those wait for a frame."""
        of_host = any(key not in self._quiet for key in self._from_host)
        return of_host or self._loader.has_news

    @property
    def has_any(self) -> bool:
        """Whether `next` has a tile."""
        return bool(self._from_host) or self._loader.has_results

    @property
    def source_bytes(self) -> int:
        """What the source keeps now."""
        return self._source.cache_bytes

    def counts(self) -> LoaderCounts:
        """How many tiles are on their way through the workers."""
        return self._loader.counts()

    def wake_after(self, delay_s: float | None) -> None:
        """Call ``wake`` once when this many seconds are over; None: do not."""
        self._loader.wake_after(delay_s)

    def set_budget(self, host_bytes: int, *, strip_bytes: int) -> None:
        """Keep to another number of bytes on the host from now on."""
        self._host.set(host_bytes, strip_bytes=strip_bytes)

    def share(self, strip_bytes: int) -> None:
        """Keep to the budget with so many bytes of strips beside what is here."""
        self._host.share(strip_bytes)

    def most_slots(self, strip_bytes: int, tiles: int) -> int | None:
        """How many tiles may be resident, see `glview.budgets.slots_for_strips`."""
        return self._host.most_slots(strip_bytes, tiles)

    def host_use(self, strip_bytes: int) -> HostBytes:
        """What is taken of the host's budget now."""
        return self._host.use(strip_bytes)

    def close(self) -> None:
        """Stop the workers, then close the source; a stuck worker keeps its source open."""
        self._cache.clear()
        stop(self._source)
        began_s = time.monotonic()
        ended = self.probe.close(0.0)
        loaded = self._loader.close()
        left_s = began_s + CLOSE_WITHIN_S - time.monotonic()
        if (ended or self.probe.close(max(left_s, 0.0))) and loaded:
            self._source.close()
        else:
            log.warning("%s: a worker is stuck in its file and was left", self._description.name)
