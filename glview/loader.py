"""Worker threads that turn tile keys into texels.

The loader keeps no opinion: its owner hands it the whole list of wanted tiles, best first, whenever
that changes, and what is not on the list any more is withdrawn by that alone. Threads meet here
only: one lock, one list of waiting keys, one list of results.

Workers read no clock. One thread more, the watch, sleeps until there is something to do at a time:
to replace a worker that is stuck in its source while tiles wait, or to wake the owner.
"""

import itertools
import logging
import math
import threading
import time
from collections import deque
from collections.abc import Callable, Iterator, Sequence
from collections.abc import Set as AbstractSet
from dataclasses import dataclass
from typing import Any, NamedTuple, Self

from numpy.typing import NDArray

from glview.errors import TileError
from glview.pyramid import IntRect, TileKey

log = logging.getLogger("glview")

CLOSE_WITHIN_S = 2.0
STUCK_AFTER_S = 1.0
"""A worker that reads one tile for longer is not counted on: decoders take milliseconds, servers a
few tenths of a second."""
MAX_REPLACED = 8
"""Stuck workers that others stand in for: enough for what a stalled drive holds of one view."""


class Decoded(NamedTuple):
    """A tile: its slot array, some texels of it apart; why parts could not be read, and which."""

    texels: NDArray[Any]
    picked: NDArray[Any] | None = None
    fault: TileError | None = None
    lost: tuple[IntRect, ...] = ()


@dataclass(frozen=True, slots=True, eq=False)
class Loaded:
    """What became of one request.

    ``texels`` is the slot array (groups, height, width, components), or None where the image has
    nothing at this tile; ``error`` says why the tile cannot be read, or where there are texels,
    parts of it, and ``may_heal`` whether another attempt is worth it. ``picked`` are some texels
    of it, as `glview.thinning` has them, where its worker has picked them. ``lost`` are the parts
    that cannot be read, as `Tile.lost`.
    """

    key: TileKey
    texels: NDArray[Any] | None
    error: str | None = None
    may_heal: bool = False
    picked: NDArray[Any] | None = None
    lost: tuple[IntRect, ...] = ()

    @classmethod
    def of(cls, key: TileKey, decoded: NDArray[Any] | Decoded | None) -> Self:
        """What was decoded, or its texels alone, or nothing."""
        if not isinstance(decoded, Decoded):
            return cls(key, decoded)
        texels, picked, hole, lost = decoded
        if hole is None:
            return cls(key, texels, picked=picked)
        return cls(key, texels, str(hole), hole.may_heal, picked, lost)

    @property
    def size_bytes(self) -> int:
        return 0 if self.texels is None else self.texels.nbytes


class LoaderCounts(NamedTuple):
    """How many tiles wait for a worker, are being decoded, and wait to be drained."""

    waiting: int
    decoding: int
    staged: int


class Loader:
    """A pool of threads that call ``decode``; made, fed, drained and closed by one owner thread.

    ``decode`` runs on the workers, several at a time. ``wake`` is called from a worker when results
    wait and the owner has not been told since its last `drain`. At most ``staging_bytes`` of
    results of up to ``tile_bytes`` wait or are being made (but one tile always is): workers pause
    until some are drained. Keys that are ``slow`` never have all workers at a time, so that what is
    in sight need not wait for them.

    A worker that is at one tile (no slow one) for longer than ``stuck_after_s`` is replaced as soon
    as tiles wait and no worker is free, up to `MAX_REPLACED` of them; when it comes back, one ends.
    """

    def __init__(
        self,
        decode: Callable[[TileKey], NDArray[Any] | Decoded | None],
        *,
        workers: int,
        staging_bytes: int,
        tile_bytes: int = 1,
        wake: Callable[[], None],
        slow: Callable[[TileKey], bool] = lambda _: False,
        stuck_after_s: float = STUCK_AFTER_S,
        name: str = "",
    ) -> None:
        self._decode = decode
        self._staging_bytes = staging_bytes
        self._tile_bytes = tile_bytes
        self._wake = wake
        self.read_ahead: Callable[[], None] | None = None
        """Called from a worker when quiet results wait and there is nothing more to be read."""
        self._slow = slow
        self._slow_at_once = max(workers - 1, 1)
        self._stuck_after_s = stuck_after_s
        self._name = name
        self._lock = threading.Lock()
        self._change = threading.Condition(self._lock)
        self._waiting: deque[TileKey] = deque()
        self._begun_s: dict[TileKey, float] = {}
        self._results: deque[Loaded] = deque()
        self._left: deque[Loaded] = deque()
        """Results that are on the list no more."""
        self._staged = 0
        self._told = False
        self._quiet: AbstractSet[TileKey] = frozenset()
        self._closing = False
        self._alarm = threading.Condition(self._lock)
        self._alarm_s: float | None = None
        self._asleep_until_s = 0.0
        self._workers = workers
        self._at_work = 0
        self._numbers = itertools.count()
        self._threads: list[threading.Thread] = []
        with self._lock:
            self._start(self._watch, "watch")
            self._employ(workers)

    @property
    def workers(self) -> int:
        """How many tiles are read at a time, those aside that are stuck."""
        return self._workers

    @property
    def staged_bytes(self) -> int:
        """Bytes of results that wait to be drained."""
        return self._staged

    def stage(self, staging_bytes: int) -> None:
        """Let another number of bytes wait from now on."""
        with self._lock:
            self._staging_bytes = staging_bytes
            self._change.notify_all()

    @property
    def busy(self) -> bool:
        """Whether anything waits, is being decoded, or waits to be drained."""
        with self._lock:
            return bool(self._waiting or self._begun_s or self._results or self._left)

    @property
    def has_results(self) -> bool:
        """Whether results wait to be drained."""
        return bool(self._results or self._left)

    @property
    def has_news(self) -> bool:
        """Whether results wait that are not quiet; those that nobody wants take up room."""
        with self._lock:
            return bool(self._left) or any(
                result.key not in self._quiet for result in self._results
            )

    def counts(self) -> LoaderCounts:
        """How many tiles are on their way, all at one moment."""
        with self._lock:
            staged = len(self._results) + len(self._left)
            return LoaderCounts(len(self._waiting), len(self._begun_s), staged)

    def want(self, keys: Sequence[TileKey], quiet: AbstractSet[TileKey] = frozenset()) -> None:
        """Replace everything that waits by ``keys``, best first.

        Tiles that are being decoded go on, and are not asked for again. For those in ``quiet`` the
        owner is not woken: they change no picture, and wait until it drains for another reason, or
        because it hears of the last of them by ``read_ahead``. What waits to be drained is put into
        the same order, and what is wanted no more behind it.
        """
        with self._lock:
            self._quiet = quiet
            ready = self._sort_results(keys)
            self._waiting = deque(
                key for key in keys if key not in self._begun_s and key not in ready
            )
            self._change.notify_all()
            self._rouse_watch()

    def _sort_results(self, keys: Sequence[TileKey]) -> AbstractSet[TileKey]:
        """Have those first that are wanted most; all that there are.

        In a zoom by four keys, of 200 results that waited the first 89 were of levels that had been
        crossed: two frames went by before one of the picture.
        """
        found = {result.key: result for result in (*self._left, *self._results)}
        if found:
            wanted = {key: found[key] for key in keys if key in found}
            self._results = deque(wanted.values())
            self._left = deque(found[key] for key in found if key not in wanted)
        return found.keys()

    def drain(self, limit: int | None = None) -> list[Loaded]:
        """Take up to ``limit`` results: in the order of the list, then what has left that."""
        with self._lock:
            there = len(self._results) + len(self._left)
            count = there if limit is None else min(limit, there)
            taken = [(self._results or self._left).popleft() for _ in range(count)]
            self._staged -= sum(result.size_bytes for result in taken)
            self._told = count < there
            self._change.notify_all()
        return taken

    def wake_after(self, delay_s: float | None) -> None:
        """Call ``wake`` once when this many seconds are over; None: do not. The last call counts.

        So a view at rest is looked at again without a timer of the canvas.
        """
        with self._lock:
            self._alarm_s = None if delay_s is None else time.monotonic() + delay_s
            self._rouse_watch()

    def close(self) -> bool:
        """Stop and join the workers; False if one is stuck in its source and was abandoned."""
        with self._lock:
            self._closing = True
            self._waiting.clear()
            self._change.notify_all()
            self._alarm.notify()
            threads = self._threads
        deadline = time.monotonic() + CLOSE_WITHIN_S
        for thread in threads:
            thread.join(max(deadline - time.monotonic(), 0.0))
        return not any(thread.is_alive() for thread in threads)

    def _employ(self, count: int) -> None:
        for _ in range(count):
            self._start(self._work, str(next(self._numbers)))
            self._at_work += 1

    def _start(self, target: Callable[[], None], name: str) -> None:
        self._threads = [thread for thread in self._threads if thread.is_alive()]
        thread = threading.Thread(target=target, name=f"glview {self._name} {name}", daemon=True)
        thread.start()
        self._threads.append(thread)

    def _work(self) -> None:
        while (key := self._next()) is not None:
            if tell := self._deliver(self._load(key)):
                self._call(tell)

    def _next(self) -> TileKey | None:
        """Wait for a key to decode; None when the loader closes or has a worker too many."""
        with self._lock:
            while not self._closing:
                now_s = time.monotonic()
                if self._at_work > self._workers + self._replaceable(now_s):
                    break
                key = self._best() if self._has_room(now_s) else None
                if key is not None:
                    self._waiting.remove(key)
                    self._begun_s[key] = now_s
                    self._rouse_watch()
                    return key
                self._change.wait()
            self._at_work -= 1
            return None

    def _has_room(self, now_s: float) -> bool:
        """Whether one more result may be made. What a stuck worker will bring is not counted on."""
        coming = len(self._begun_s) - self._replaceable(now_s)
        if not (self._staged or coming):
            return True
        return self._staged + (coming + 1) * self._tile_bytes <= self._staging_bytes

    def _best(self) -> TileKey | None:
        """The first key that may be begun: slow ones never take all the workers."""
        room = sum(map(self._slow, self._begun_s)) < self._slow_at_once
        return next((key for key in self._waiting if room or not self._slow(key)), None)

    def _deliver(self, result: Loaded) -> Callable[[], None] | None:
        """Put a result out; how the owner must be told, if at all."""
        with self._lock:
            del self._begun_s[result.key]
            self._results.append(result)
            self._staged += result.size_bytes
            if result.size_bytes < self._tile_bytes:
                self._change.notify()  # room that was held for a larger one
            if self._closing:
                return None
            if result.key in self._quiet:
                return None if self._waiting or self._begun_s else self.read_ahead
            if self._told:
                return None
            self._told = True
            return self._wake

    def _call(self, tell: Callable[[], None]) -> None:
        try:
            tell()
        except Exception:
            # The owner's fault must not end a worker; the next result tells it again.
            log.exception("the wake callback failed")
            with self._lock:
                self._told = False

    def _watch(self) -> None:
        while self._alarm_rings():
            self._call(self._wake)

    def _alarm_rings(self) -> bool:
        """Wait until the owner is to be woken, and replace stuck workers; False when it closes."""
        with self._lock:
            while not self._closing:
                now_s = time.monotonic()
                if self._alarm_s is not None and self._alarm_s <= now_s:
                    self._alarm_s = None
                    return True
                if self._waiting and len(self._begun_s) >= self._at_work:
                    self._employ(self._workers + self._replaceable(now_s) - self._at_work)
                self._change.notify_all()  # a stuck worker holds no room any more
                self._asleep_until_s = self._next_event_s(now_s)
                asleep_s = self._asleep_until_s - now_s
                self._alarm.wait(None if math.isinf(asleep_s) else asleep_s)
            return False

    def _rouse_watch(self) -> None:
        """Let the watch set its clock anew if something comes before what it sleeps for."""
        if self._next_event_s(time.monotonic()) < self._asleep_until_s:
            self._alarm.notify()

    def _next_event_s(self, now_s: float) -> float:
        """When the watch should look next; infinity where nothing waits and no alarm is set."""
        alarm_s = math.inf if self._alarm_s is None else self._alarm_s
        if not self._waiting:
            return alarm_s
        if len(self._begun_s) >= self._at_work < self._workers + self._replaceable(now_s):
            return now_s
        fresh = (begun_s for begun_s in self._quick_s() if begun_s + self._stuck_after_s > now_s)
        return min(alarm_s, min(fresh, default=math.inf) + self._stuck_after_s)

    def _replaceable(self, now_s: float) -> int:
        """How many stuck workers others may stand in for."""
        # The oldest comes first: nearly always none is as old.
        if next(iter(self._begun_s.values()), now_s) + self._stuck_after_s > now_s:
            return 0
        stuck = sum(begun_s + self._stuck_after_s <= now_s for begun_s in self._quick_s())
        return min(stuck, MAX_REPLACED)

    def _quick_s(self) -> Iterator[float]:
        """When the tiles under way were begun, those aside that may take their time."""
        return (begun_s for key, begun_s in self._begun_s.items() if not self._slow(key))

    def _load(self, key: TileKey) -> Loaded:
        try:
            return Loaded.of(key, self._decode(key))
        except TileError as error:
            return Loaded(key, None, str(error), error.may_heal)
        except OSError as error:
            fault = TileError.of_system(f"tile {tuple(key)}", error)
            return Loaded(key, None, str(fault), fault.may_heal)
        except Exception as error:
            # A source's own fault must not end a worker: the tile is a hole, the log has the rest.
            log.exception("tile %s: the source failed", tuple(key))
            return Loaded(key, None, f"tile {tuple(key)}: {type(error).__name__}: {error}")
