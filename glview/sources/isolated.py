"""Sources that would hold the interpreter's lock, or get stuck, in processes of their own."""

import functools
import logging
import os
import weakref
from collections.abc import Callable
from dataclasses import replace

from glview.errors import ImageError, TileError
from glview.planes import require_plane
from glview.pyramid import TileKey
from glview.sources.base import ImageDescription, Reading, Tile, TileSource, at_plane
from glview.sources.isolated_pool import ReaderPool
from glview.sources.isolated_wire import Failed, Message

log = logging.getLogger("glview")


class IsolatedSource:
    """The tiles of ``make(*args)``, read in other processes.

    ``make``, its arguments and what they refer to must be importable there: a function or class of
    a module (`functools.partial` of one for keyword arguments), not of a program's ``__main__``.
    Each process calls it for a source of its own; what the sources print goes to stderr, and Ctrl-C
    does not reach them. There are up to ``processes`` of them (None: one a core, 2 to 8), the first
    started here and the others when tiles are asked for at the same time.

    A tile whose process dies is read again, once, in another process. A source that gets stuck
    keeps its process until `close`; where others wait for one after four seconds, another is
    started, up to eight. `ImageError` here if ``make`` fails (its own, if it is one) or cannot be
    sent. May take as long as ``make``: call it where that does not matter. POSIX systems only.
    """

    def __init__(
        self, make: Callable[..., TileSource], *args: object, processes: int | None = None
    ) -> None:
        if processes is None:
            processes = min(max(os.cpu_count() or 2, 2), 8)
        if processes < 1:
            raise ValueError(f"processes must be positive: {processes}")
        name = _name(make)
        self._made_by, self._processes = (make, args), processes
        try:
            opening = Message.of((make, args))
        except Exception as error:
            raise ImageError(name, f"cannot be sent to another process: {error}") from error
        self._pool = ReaderPool(name, opening, processes)
        found = self._pool.description
        # Other processes' Python code leaves this one's alone.
        reading = Reading.COMPUTING if found.reading is Reading.PYTHON else found.reading
        # Its processes read tiles alone.
        self._description = replace(found, reading=reading, associated=())
        # Whoever forgets to close it, closes it with the last reference, or at exit.
        self._end = weakref.finalize(self, self._pool.close)

    @property
    def description(self) -> ImageDescription:
        return self._description

    @property
    def cache_bytes(self) -> int:
        """What the processes' sources kept when each had read its last tile; asks nobody."""
        return self._pool.cache_bytes

    def read_tile(self, key: TileKey) -> Tile | None:
        """Have a tile read; on any thread, several at a time.

        `TileError` as the source raised it; also for any other exception of the source, for
        processes that die, and where the source is closed meanwhile.
        """
        answer = self._pool.read(key)
        if not isinstance(answer, Failed):
            return answer.tile
        if isinstance(answer.error, TileError):
            raise answer.error
        if answer.trace:
            # The reader of the picture sees a hole, the log has the rest.
            log.error("tile %s: the source failed\n%s", tuple(key), answer.trace)
        raise TileError(f"tile {tuple(key)}: {answer.fault}")

    def at_plane(self, plane: tuple[int, ...]) -> TileSource:
        """Another plane, in processes of its own; IndexError where there is none.

        Each makes a source as this one's do, opens the plane with that and closes it.
        """
        require_plane(self._description, plane)
        make, args = self._made_by
        there = functools.partial(_made_at, make, plane)
        return IsolatedSource(there, *args, processes=self._processes)

    def stop(self) -> None:
        """End the processes, within 1.5 s even if all are stuck; on any thread, idempotent.

        Tiles may be under way: their readers get a `TileError`.
        """
        self._end()

    def close(self) -> None:
        """As `stop`."""
        self._end()


def _made_at(make: Callable[..., TileSource], plane: tuple[int, ...], *args: object) -> TileSource:
    """Another plane of what ``make`` opens; in a process that reads tiles."""
    first = make(*args)
    try:
        return at_plane(first, plane)
    finally:
        first.close()


def _name(make: Callable[..., object]) -> str:
    while isinstance(make, functools.partial):
        make = make.args[0] if make.func is _made_at else make.func
    return getattr(make, "__qualname__", type(make).__qualname__)
