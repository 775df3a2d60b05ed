"""The processes of an `IsolatedSource`: how many there are, who has which, and their deaths."""

import math
import threading
import time
from collections.abc import Iterator
from contextlib import contextmanager
from signal import SIGKILL, SIGTERM

from glview.errors import ImageError, TileError
from glview.image import ImageDescription
from glview.pyramid import TileKey
from glview.sources.isolated_process import Place, ProcessLostError, ReaderProcess
from glview.sources.isolated_wire import Failed, Message, Read

ATTEMPTS = 2
"""A tile whose process died is read once more: it may have died of something else."""
LOST_IN_A_ROW = 3
"""As often as this, for each process there should be, one may die before a tile is read again."""
STUCK_AFTER_S = 4.0
"""A process that is at one tile for longer is not counted on: Python code may take a second."""
MOST_STUCK = 8
"""Stuck processes that others stand in for: what a stalled drive holds of one view."""
DISMISS_WITHIN_S = 0.5
KILL_WITHIN_S = 1.0


class ReaderPool:
    """Processes that each have a source of their own, made by ``opening``; started when wanted.

    Thread-safe by one lock, which is not held while a process works. `ImageError` if the first
    process cannot open its source.
    """

    def __init__(self, name: str, opening: Message, processes: int) -> None:
        self._name = name
        self._opening = opening
        self._processes = processes
        self._place = Place.here()
        self._change = threading.Condition()
        self._busy_since_s: dict[ReaderProcess, float] = {}
        self._cached: dict[ReaderProcess, int] = {}
        self.cache_bytes = 0
        """What the sources kept when they were last heard of."""
        self._lost_in_a_row = 0
        self._last_loss = ""
        self._closed = False
        first, self.description = self._first()
        self._idle = [first]

    def _first(self) -> tuple[ReaderProcess, ImageDescription]:
        try:
            process = ReaderProcess(self._place)
            try:
                answer = process.ask(self._opening)
                if isinstance(answer, Failed):
                    raise _opening_error(self._name, answer)
            except BaseException:
                process.kill()
                raise
        except ProcessLostError as lost:
            raise ImageError(self._name, f"its process {lost}") from None
        return process, answer.description

    def read(self, key: TileKey) -> Read | Failed:
        """A tile, or why not; `TileError` where processes die of it, or the pool is closed."""
        where = f"{self._name}: tile {tuple(key)}"
        request = Message.of(key)
        for _ in range(ATTEMPTS):
            try:
                with self._lent(where) as process:
                    answer: Read | Failed = process.ask(request)
                    self._heard(process, answer)
                    return answer
            except ProcessLostError as lost:
                with self._change:
                    self._lost_in_a_row += 1
                    self._last_loss = str(lost)
        self._check_open(where)
        raise TileError(f"{where}: lost {ATTEMPTS} processes, the last {self._last_loss}")

    @contextmanager
    def _lent(self, where: str) -> Iterator[ReaderProcess]:
        """One process for one question."""
        process, fresh = self._taken(where)
        try:
            if fresh:
                self._open(process)
            yield process
        except BaseException:
            # It is dead, or what it says next would be the answer to this question.
            process.kill()
            self._drop(process)
            raise
        self._give_back(process)

    def _taken(self, where: str) -> tuple[ReaderProcess, bool]:
        """Wait for a process; True if it is a new one."""
        with self._change:
            while True:
                self._check_open(where)
                now_s = time.monotonic()
                if self._idle:
                    process = self._idle.pop()
                    self._busy_since_s[process] = now_s
                    return process, False
                if len(self._busy_since_s) < self._room(now_s):
                    process = ReaderProcess(self._place)
                    self._busy_since_s[process] = math.inf
                    return process, True
                self._change.wait(self._until_stuck_s(now_s))

    def _check_open(self, where: str) -> None:
        if self._closed:
            raise TileError(f"{self._name}: closed")
        if self._lost_in_a_row >= LOST_IN_A_ROW * self._processes:
            raise TileError(
                f"{where}: not read, {self._lost_in_a_row} processes were lost in a row, the last"
                f" {self._last_loss}"
            )

    def _room(self, now_s: float) -> int:
        """How many processes there may be."""
        stuck = sum(since_s + STUCK_AFTER_S <= now_s for since_s in self._busy_since_s.values())
        return self._processes + min(stuck, MOST_STUCK)

    def _until_stuck_s(self, now_s: float) -> float | None:
        """How long until the next process is stuck; None if that is not to be expected."""
        fresh = [
            since_s + STUCK_AFTER_S - now_s
            for since_s in self._busy_since_s.values()
            if now_s < since_s + STUCK_AFTER_S < math.inf
        ]
        return min(fresh, default=None)

    def _open(self, process: ReaderProcess) -> None:
        answer = process.ask(self._opening)
        if isinstance(answer, Failed):
            raise ProcessLostError(f"could not open it: {answer.fault}")
        if _shape(answer.description) != _shape(self.description):
            raise ProcessLostError("found another image than the first one did")
        with self._change:
            self._busy_since_s[process] = time.monotonic()
            self._change.notify_all()  # who waits now knows until when

    def _heard(self, process: ReaderProcess, answer: Read | Failed) -> None:
        with self._change:
            self._lost_in_a_row = 0
            if isinstance(answer, Read):
                self._cached[process] = answer.cache_bytes
                self.cache_bytes = sum(self._cached.values())

    def _give_back(self, process: ReaderProcess) -> None:
        with self._change:
            room = 0 if self._closed else self._room(time.monotonic())
            if len(self._idle) + len(self._busy_since_s) <= room:
                del self._busy_since_s[process]
                self._idle.append(process)
                self._change.notify()
                return
        # It stood in for a stuck one that has come back.
        process.dismiss()
        if not process.ended(DISMISS_WITHIN_S):
            process.kill()
        self._drop(process)

    def _drop(self, process: ReaderProcess) -> None:
        with self._change:
            del self._busy_since_s[process]
            self._cached.pop(process, None)
            self.cache_bytes = sum(self._cached.values())
            self._change.notify_all()

    def close(self) -> None:
        """End all processes: idle ones by themselves, the others by force. Takes 1.5 s at most."""
        with self._change:
            self._closed = True
            idle, self._idle = self._idle, []
            busy = tuple(self._busy_since_s)
            self._change.notify_all()
        for process in idle:
            process.dismiss()
        for process in busy:
            process.signal(SIGTERM)
        idle = self._still_there(idle, DISMISS_WITHIN_S)
        for process in (*idle, *busy):
            process.signal(SIGKILL)
        self._still_there(idle, KILL_WITHIN_S)

    def _still_there(self, idle: list[ReaderProcess], within_s: float) -> list[ReaderProcess]:
        """Wait for all; those idle ones that have not ended. Busy ones are seen off by readers."""
        deadline_s = time.monotonic() + within_s
        with self._change:
            self._change.wait_for(lambda: not self._busy_since_s, within_s)
        return [p for p in idle if not p.ended(max(deadline_s - time.monotonic(), 0.0))]


def _opening_error(name: str, failed: Failed) -> Exception:
    if failed.error is not None:
        return failed.error
    error = ImageError(name, failed.fault)
    error.add_note(failed.trace)
    return error


def _shape(description: ImageDescription) -> tuple[object, ...]:
    """What tiles of two sources must have in common to be of one image."""
    return description.pyramid, description.sample_type, description.bands, description.alpha
