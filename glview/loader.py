"""Worker threads that turn tile keys into texels.

The loader keeps no opinion: its owner hands it the whole list of wanted tiles, best first, whenever
that changes, and what is not on the list any more is withdrawn by that alone. Threads meet here
only: one lock, one list of waiting keys, one list of results.
"""

import logging
import threading
import time
from collections import deque
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from typing import Any, NamedTuple

from numpy.typing import NDArray

from glview.errors import TileError
from glview.pyramid import TileKey

log = logging.getLogger("glview")

CLOSE_WITHIN_S = 2.0


@dataclass(frozen=True, slots=True, eq=False)
class Loaded:
    """What became of one request.

    ``texels`` is the slot array (groups, height, width, components), or None where the image has
    nothing at this tile; ``error`` says why the tile cannot be read.
    """

    key: TileKey
    texels: NDArray[Any] | None
    error: str | None = None

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
    results wait: workers pause until some are drained. Keys that are ``slow`` never have all
    workers at a time, so that what is in sight need not wait for them.
    """

    def __init__(
        self,
        decode: Callable[[TileKey], NDArray[Any] | None],
        *,
        workers: int,
        staging_bytes: int,
        wake: Callable[[], None],
        slow: Callable[[TileKey], bool] = lambda _: False,
        name: str = "",
    ) -> None:
        self._decode = decode
        self._staging_bytes = staging_bytes
        self._wake = wake
        self._slow = slow
        self._slow_at_once = max(workers - 1, 1)
        self._change = threading.Condition()
        self._waiting: deque[TileKey] = deque()
        self._decoding: set[TileKey] = set()
        self._results: deque[Loaded] = deque()
        self._staged = 0
        self._told = False
        self._closing = False
        self._threads = [
            threading.Thread(target=self._work, name=f"glview {name} {number}", daemon=True)
            for number in range(workers)
        ]
        for thread in self._threads:
            thread.start()

    @property
    def workers(self) -> int:
        return len(self._threads)

    @property
    def staged_bytes(self) -> int:
        """Bytes of results that wait to be drained."""
        return self._staged

    @property
    def busy(self) -> bool:
        """Whether anything waits, is being decoded, or waits to be drained."""
        with self._change:
            return bool(self._waiting or self._decoding or self._results)

    @property
    def has_results(self) -> bool:
        """Whether results wait to be drained."""
        return bool(self._results)

    def counts(self) -> LoaderCounts:
        """How many tiles are on their way, all at one moment."""
        with self._change:
            return LoaderCounts(len(self._waiting), len(self._decoding), len(self._results))

    def want(self, keys: Sequence[TileKey]) -> None:
        """Replace everything that waits by ``keys``, best first.

        Tiles that are being decoded go on, and are not asked for again.
        """
        with self._change:
            ready = {result.key for result in self._results}
            self._waiting = deque(
                key for key in keys if key not in self._decoding and key not in ready
            )
            self._change.notify_all()

    def drain(self, limit: int | None = None) -> list[Loaded]:
        """Take up to ``limit`` results, oldest first."""
        with self._change:
            count = len(self._results) if limit is None else min(limit, len(self._results))
            taken = [self._results.popleft() for _ in range(count)]
            self._staged -= sum(result.size_bytes for result in taken)
            self._told = bool(self._results)
            self._change.notify_all()
        return taken

    def close(self) -> bool:
        """Stop and join the workers; False if one is stuck in its source and was abandoned."""
        with self._change:
            self._closing = True
            self._waiting.clear()
            self._change.notify_all()
        deadline = time.monotonic() + CLOSE_WITHIN_S
        for thread in self._threads:
            thread.join(max(deadline - time.monotonic(), 0.0))
        return not any(thread.is_alive() for thread in self._threads)

    def _work(self) -> None:
        while (key := self._next()) is not None:
            if self._deliver(self._load(key)):
                self._call_wake()

    def _next(self) -> TileKey | None:
        """Wait for a key to decode; None when the loader closes."""
        with self._change:
            while not self._closing:
                key = self._best() if self._staged < self._staging_bytes else None
                if key is not None:
                    self._waiting.remove(key)
                    self._decoding.add(key)
                    return key
                self._change.wait()
            return None

    def _best(self) -> TileKey | None:
        """The first key that may be begun: slow ones never take all the workers."""
        room = sum(map(self._slow, self._decoding)) < self._slow_at_once
        return next((key for key in self._waiting if room or not self._slow(key)), None)

    def _deliver(self, result: Loaded) -> bool:
        """Put a result out; True if the owner must be told."""
        with self._change:
            self._decoding.discard(result.key)
            self._results.append(result)
            self._staged += result.size_bytes
            tell = not self._told and not self._closing
            self._told = True
            return tell

    def _call_wake(self) -> None:
        try:
            self._wake()
        except Exception:
            # The owner's fault must not end a worker; the next result tells it again.
            log.exception("the wake callback failed")
            with self._change:
                self._told = False

    def _load(self, key: TileKey) -> Loaded:
        try:
            return Loaded(key, self._decode(key))
        except TileError as error:
            return Loaded(key, None, str(error))
        except Exception as error:
            # A source's own fault must not end a worker: the tile is a hole, the log has the rest.
            log.exception("tile %s: the source failed", tuple(key))
            return Loaded(key, None, f"tile {tuple(key)}: {type(error).__name__}: {error}")
