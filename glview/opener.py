"""Opens images in threads of their own, and looks after the files they came from."""

import logging
import os
import threading
from collections import deque
from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

from glview.errors import ImageError
from glview.sources.base import TileSource
from glview.watch import FileWatch

log = logging.getLogger("glview")


@dataclass(frozen=True, slots=True, eq=False)
class WatchedFile:
    """The file that an image came from; ``watch`` is None where changes go unnoticed."""

    path: str
    watch: FileWatch | None


@dataclass(frozen=True, slots=True, eq=False)
class Opened:
    """What came of one call of `Opener.open`: ``source``, or else ``error``."""

    generation: int
    again: bool
    file: WatchedFile | None
    source: TileSource | None
    error: ImageError | None

    def close(self) -> None:
        """It will not be shown."""
        if self.file is not None and self.file.watch is not None:
            self.file.watch.close()
        if self.source is not None:
            self.source.close()


class Opener:
    """Opens one image at a time: a later call overtakes an earlier one.

    Used by one thread. ``wake`` is called from others: when there is something to `take`, and
    (with ``watch``) when a file that was opened has changed.
    """

    def __init__(self, wake: Callable[[], None], *, watch: bool) -> None:
        self._wake = wake
        self._watch = watch
        self._opened: deque[Opened] = deque()
        self._generation = 0
        self._busy = False
        self._closed = False

    @property
    def busy(self) -> bool:
        """Whether an image is being opened."""
        return self._busy and not self._closed

    def open(self, what: Any, *, budget_bytes: int, again: bool = False) -> None:
        """Begin to open anything that `glview.open_image` takes; ``again`` is handed on."""
        self._generation += 1
        self._busy = True
        threading.Thread(
            target=self._open,
            args=(what, budget_bytes, self._generation, again),
            name="glview open",
            daemon=True,
        ).start()

    def _open(self, what: Any, budget_bytes: int, generation: int, again: bool) -> None:
        # Here, so that a window comes up while pyvips is being imported.
        from glview.sources.opening import open_image

        file, source, error = None, None, None
        try:
            # Before it is read, so that no change is missed.
            file = self._file_of(what)
            source = open_image(what, budget_bytes=budget_bytes)
        except Exception as fault:
            error = as_image_error(str(what), fault)
            if error is not fault:
                # Whatever a decoder raises must reach the person, not end a thread in silence.
                log.exception("%s: cannot be opened", what)
        self._opened.append(Opened(generation, again, file, source, error))
        if self._closed:
            # Nobody will ask for it any more, and there may be nobody left to wake.
            self._discard()
        else:
            self._wake()

    def _file_of(self, what: Any) -> WatchedFile | None:
        """The file that was asked for, if it was one; watched as far as that can be."""
        if not isinstance(what, (str, bytes, os.PathLike)):
            return None
        path = os.fsdecode(what)
        watch = None
        if self._watch:
            try:
                watch = FileWatch(path, self._wake)
            except (OSError, ValueError):
                log.debug("%s: changes will not be noticed", path, exc_info=True)
        return WatchedFile(path, watch)

    def take(self) -> Opened | None:
        """What has been opened, once, or could not be; None as long as there is nothing."""
        while self._opened:
            opened = self._opened.popleft()
            if opened.generation == self._generation and not self._closed:
                self._busy = False
                return opened
            opened.close()
        return None

    def close(self) -> None:
        """Close what was opened and not taken, and what comes of threads that still open."""
        self._closed = True
        self._discard()

    def _discard(self) -> None:
        while self._opened:
            try:
                opened = self._opened.popleft()
            except IndexError:
                return  # another thread took it
            opened.close()


def as_image_error(name: str, error: Exception) -> ImageError:
    """Any fault met while opening, as the one that programs expect."""
    if isinstance(error, ImageError):
        return error
    return ImageError(name, f"{type(error).__name__}: {error}")
