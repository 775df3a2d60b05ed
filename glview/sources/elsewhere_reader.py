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
        self._lock = threading.Lock()
        with _faults():
            self._source = _opened(path)
        self._source.cache, self._source.cache_lock = _NoCache(), None
        self.name: str = self._source.name
        """Which of its sources reads it."""
        try:
            with _faults():
                self.metadata: Mapping[str, Any] = self._source.getMetadata()
        except BaseException:
            self.close()
            raise

    def read(self, column: int, row: int, z: int, frame: int) -> NDArray[Any]:
        """(height, width, bands) of a tile, ``z`` from 0 for the coarsest; ElsewhereError."""
        with self._lock, _faults():
            if self._source is None:
                raise ElsewhereError("closed")
            found = self._source.getTile(column, row, z, numpyAllowed="always", frame=frame)
            pixels = np.asarray(found)
        return pixels[:, :, np.newaxis] if pixels.ndim == 2 else pixels

    def close(self) -> None:
        """Idempotent."""
        with self._lock, _faults():
            # Sources have no `close`, and are parts of a circle; what they hold open has one.
            held = [] if self._source is None else list(vars(self._source).values())
            self._source = None
            for part in held:
                if callable(close := getattr(part, "close", None)):
                    close()


def _opened(path: str) -> Any:
    """By the first of its sources that takes it, in its order.

    `large_image.open` would open it twice, and leave one of them open.
    """
    from large_image import tilesource
    from large_image.exceptions import TileSourceError

    if not tilesource.AvailableTileSources:
        tilesource.loadTileSources()
    known = tilesource.AvailableTileSources
    for *_, name in sorted(tilesource.getSortedSourceList(known, path)):
        try:
            return known[name](path, noCache=True)
        except TileSourceError:
            continue
    raise NoSourceError("none of its sources takes it")


@contextmanager
def _faults() -> Iterator[None]:
    try:
        with warnings.catch_warnings(), _quiet():
            warnings.simplefilter("ignore")
            yield
    except ElsewhereError:
        raise
    except Exception as error:  # noqa: BLE001 -- nothing that its many sources do not raise
        raise ElsewhereError(_words(error)) from None


@contextmanager
def _quiet() -> Iterator[None]:
    """Nothing of what large_image logs on this thread; for others it logs as it did."""
    own = threading.get_ident()
    logger = logging.getLogger("large_image")

    def others(record: logging.LogRecord) -> bool:
        return record.thread != own

    logger.addFilter(others)
    try:
        yield
    finally:
        logger.removeFilter(others)


def _words(error: Exception) -> str:
    return " ".join(str(error).split()) or type(error).__name__


def is_installed() -> bool:
    """Whether large_image is; it is not imported."""
    return importlib.util.find_spec("large_image") is not None
