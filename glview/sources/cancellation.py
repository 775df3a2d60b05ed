"""Calls off the opening of an image that nobody waits for any more."""

import threading
from collections.abc import Callable, Iterator
from contextlib import contextmanager


class CancelledError(Exception):
    """What was asked for is not wanted any more."""


class Cancellation:
    """Whether an opening is still wanted; on any thread.

    A decoder of libvips is called off between two bands of rows: some milliseconds of a JPEG, a PNG
    or a TIFF. What is decoded in one go (WebP, AVIF, interlaced and progressive files) goes on to
    its end: up to 3.3 s of 56 megapixels, about as many as 256 MiB hold, in AVIF.
    """

    def __init__(self) -> None:
        self._lock = threading.Lock()
        self.cancelled = False
        """Read it; `cancel` sets it."""
        self._kill: Callable[[], object] | None = None
        self.decoding = False
        """Whether the headers are read, and what takes its time is mostly the decoder."""

    def cancel(self) -> None:
        """It is not wanted any more. Returns at once."""
        with self._lock:
            self.cancelled = True
            if self._kill is not None:
                self._kill()

    def check(self) -> None:
        """`CancelledError` if it is not wanted any more."""
        if self.cancelled:
            raise CancelledError

    @contextmanager
    def killing(self, kill: Callable[[], object]) -> Iterator[None]:
        """Within the block `cancel` calls ``kill``, too; one block at a time."""
        with self._lock:
            self.check()
            self._kill = kill
        try:
            yield
        finally:
            with self._lock:
                self._kill = None
