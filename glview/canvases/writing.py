"""Pictures on their way to their files, each in a thread of its own. No toolkit."""

import logging
import threading
import time
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path

import numpy as np
from numpy.typing import NDArray

from glview.png import write_png

log = logging.getLogger("glview")

CLOSE_WITHIN_S = 0.5
"""A window that closes waits so long for what is being written; the program waits for all of it."""


@dataclass(frozen=True, slots=True)
class Outcome:
    """What came of a picture; ``fault`` is one line that names the file, empty if there is none."""

    path: str
    fault: str = ""


class Writing:
    """Begins to write, and has what came of it; for one thread.

    ``wake`` is called from another thread when `take` may have something.
    """

    def __init__(
        self,
        wake: Callable[[], None],
        write: Callable[[Path, NDArray[np.uint8]], None] = write_png,
    ) -> None:
        self._wake = wake
        self._write = write
        self._lock = threading.Lock()
        self._outcomes: list[Outcome] = []
        self._threads: list[threading.Thread] = []
        self._closed = False

    def begin(self, pixels: NDArray[np.uint8], path: str) -> None:
        """Write (height, width, 3) RGB as PNG. The program does not end before it is done."""
        thread = threading.Thread(target=self._work, args=(pixels, path), name="glview save")
        self._threads = [other for other in self._threads if other.is_alive()] + [thread]
        thread.start()

    def take(self) -> tuple[Outcome, ...]:
        """What has come since the last time."""
        with self._lock:
            taken, self._outcomes = tuple(self._outcomes), []
        return taken

    def close(self, within_s: float = CLOSE_WITHIN_S) -> None:
        """Nobody takes any more: what fails from now on, or was not taken, is logged.

        Waits so long for what is being written.
        """
        with self._lock:
            self._closed = True
        for outcome in self.take():
            _log(outcome)
        end = time.monotonic() + within_s
        for thread in self._threads:
            thread.join(max(end - time.monotonic(), 0.0))

    def _work(self, pixels: NDArray[np.uint8], path: str) -> None:
        fault = ""
        try:
            self._write(Path(path), pixels)
        except OSError as error:
            fault = f"{path}: {(error.strerror or str(error)).lower()}"
        outcome = Outcome(path, fault)
        with self._lock:
            closed = self._closed
            if not closed:
                self._outcomes.append(outcome)
        if closed:
            _log(outcome)
        else:
            self._wake()


def _log(outcome: Outcome) -> None:
    if outcome.fault:
        log.error("the view is not saved: %s", outcome.fault)
