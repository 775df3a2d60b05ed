"""An image that Kitware's large_image has open. The one home of `large_image`."""

import importlib.util
import logging
import threading
import warnings
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from typing import Any

import numpy as np
from numpy.typing import NDArray

EXTRA = "pip install 'glview-bigimage[large-image]'"
"""What brings large_image, and its source of what Pillow reads."""


class ElsewhereError(Exception):
    """large_image cannot do something; the message is its own, in one line."""


class NoSourceError(ElsewhereError):
    """None of its sources takes the file."""


class _NoCache(dict[str, Any]):
    """Keeps nothing: its own cache, one for the process, would grow beside glview's budgets."""

    def __setitem__(self, key: str, value: Any) -> None:
        pass


class ElsewhereReader:
    """Reads tiles of the image at ``path``. Thread-safe by a lock.

    large_image's locks are those of its caches, and not all of its sources have one of their own
    (that of Pillow decodes its first frame without), so tiles are read one at a time.
    `NoSourceError` where no source takes the file.
    """

    def __init__(self, path: str) -> None:
        with _faults():
            import large_image
            from large_image.exceptions import TileSourceError

            logging.getLogger("large_image").propagate = False
            try:
                self._source = large_image.open(path, noCache=True)
            except TileSourceError as error:
                raise NoSourceError(_words(error)) from None
            self._source.cache, self._source.cache_lock = _NoCache(), None
            self.name: str = self._source.name
            """Which of its sources reads it."""
            self.metadata: Mapping[str, Any] = self._source.getMetadata()
        self._lock = threading.Lock()

    def read(self, column: int, row: int, z: int, frame: int) -> NDArray[Any]:
        """(height, width, bands) of a tile, ``z`` from 0 for the coarsest; ElsewhereError."""
        with self._lock, _faults():
            if self._source is None:
                raise ElsewhereError("closed")
            found = self._source.getTile(column, row, z, numpyAllowed="always", frame=frame)
            pixels = np.asarray(found)
        return pixels[:, :, np.newaxis] if pixels.ndim == 2 else pixels

    def close(self) -> None:
        """Idempotent; it closes with its last reference."""
        with self._lock:
            self._source = None


@contextmanager
def _faults() -> Iterator[None]:
    try:
        with warnings.catch_warnings():
            warnings.simplefilter("ignore")
            yield
    except ElsewhereError:
        raise
    except Exception as error:  # noqa: BLE001 -- nothing that its many sources do not raise
        raise ElsewhereError(_words(error)) from None


def _words(error: Exception) -> str:
    return " ".join(str(error).split()) or type(error).__name__


def is_installed() -> bool:
    """Whether large_image is; it is not imported."""
    return importlib.util.find_spec("large_image") is not None
