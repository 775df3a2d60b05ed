"""Opens images one at a time, off the viewer's thread, and looks after the files they came from.

    open ─> asked for ── its turn ─> under way ── if it is the last one ─> opened ── take ─> out
                │                        │                                   │
                └────────────────────────┴─ another open ─> called off, closed

Each thread does one job (an opening, or the closing of what was overtaken) and ends. One thread
more waits for its turn, where there is something to be done.
"""

import logging
import os
import threading
import time
import weakref
from collections import deque
from collections.abc import Callable, Sequence
from dataclasses import dataclass, field
from functools import partial
from typing import Any

import numpy as np

from glview.errors import ImageError
from glview.image import Axis, ImageDescription, SampleType
from glview.planes import (
    CHANNEL,
    AskedPlane,
    Plane,
    PlaneChoice,
    Seen,
    names_channel,
    plane_in_words,
)
from glview.sources.base import TileSource, at_plane, is_source
from glview.sources.cancellation import Cancellation, CancelledError
from glview.sources.files import printable
from glview.watch import FileWatch

log = logging.getLogger("glview")

STUCK_AFTER_S = 1.0
"""What is at a file's headers for longer is not waited for, nor what is being closed: a drive
answers within milliseconds, a server within a few tenths of a second."""
DECODES_WITHIN_S = 5.0
"""What decodes is waited for longer, so that not two of them hold their pixels at a time: an AVIF
of 56 megapixels takes 3.3 s, and cannot be called off."""
MOST_STUCK = 8
"""Jobs that are stuck and others stand in for. After so many files of a drive that is dead,
openings wait for it."""


@dataclass(frozen=True, slots=True, eq=False)
class Original:
    """What an image was opened from, and can be from anew: a file or an array.

    ``watch`` is None where changes go unnoticed.
    """

    again: Callable[[], Any]
    """What to open; None where it is there no more."""
    watch: FileWatch | None = None
    series: int = 0
    """Which of the file's images it is."""

    def close(self) -> None:
        """End the watch without waiting for its thread."""
        if self.watch is not None:
            self.watch.close()

    def join(self, timeout_s: float) -> None:
        """Wait for the watch's thread after `close`."""
        if self.watch is not None:
            self.watch.join(timeout_s)


@dataclass(frozen=True, slots=True, eq=False)
class Beside:
    """Asks for another plane of a source, which stays its owner's to close."""

    source: TileSource

    def __str__(self) -> str:
        return self.source.description.name


@dataclass(frozen=True, slots=True, eq=False)
class Opened:
    """What came of one call of `Opener.open`: ``source``, or else ``error``."""

    again: bool
    keep_view: bool
    original: Original | None
    source: TileSource | None
    error: ImageError | None

    def close(self) -> None:
        """It will not be shown. May take as long as its source."""
        if self.original is not None:
            self.original.close()
        if self.source is not None:
            self.source.close()
        if self.original is not None:
            self.original.join(STUCK_AFTER_S)


@dataclass(frozen=True, slots=True, eq=False)
class _Request:
    what: Any
    budget_bytes: int
    again: bool
    keep_view: bool
    plane: AskedPlane
    seen: Seen | None
    series: int
    cancellation: Cancellation = field(default_factory=Cancellation)

    def close(self) -> None:
        """It will not be opened: a source that was given is the opener's to close."""
        if is_source(self.what):
            self.what.close()


@dataclass(frozen=True, slots=True, eq=False)
class _Job:
    """What one thread does, from ``began_s`` on."""

    run: Callable[[], None]
    began_s: float
    cancellation: Cancellation


class Opener:
    """Opens one image at a time: a later call overtakes an earlier one.

    Used by one thread. ``wake`` is called from others: when there is something to `take`, and
    (with ``watch``) when a file that was opened has changed. ``prepare`` is called for what was
    opened, on the thread that did, before it can be taken. Nothing waits for what has been at a
    file's headers, or at closing, for ``stuck_after_s``, or decoding for ``decodes_within_s``.
    """

    def __init__(
        self,
        wake: Callable[[], None],
        *,
        watch: bool,
        stuck_after_s: float = STUCK_AFTER_S,
        decodes_within_s: float = DECODES_WITHIN_S,
        prepare: Callable[[ImageDescription], object] = lambda _: None,
    ) -> None:
        self._wake = wake
        self._watch = watch
        self._prepare = prepare
        self._stuck_after_s = stuck_after_s
        self._decodes_within_s = decodes_within_s
        self._change = threading.Condition()
        # The request that counts, from its call until what came of it is taken.
        self._wanted: _Request | None = None
        self._asked: _Request | None = None
        self._opened: Opened | None = None
        self._overtaken: deque[_Request | Opened] = deque()
        self._under_way: list[_Job] = []
        self._one_waits = False
        self._threads: list[threading.Thread] = []
        self._closed = False

    @property
    def busy(self) -> bool:
        """Whether an image is being opened."""
        return self._wanted is not None

    def open(
        self,
        what: Any,
        *,
        budget_bytes: int,
        again: bool = False,
        keep_view: bool = False,
        plane: AskedPlane = None,
        seen: Seen | None = None,
        series: int = 0,
    ) -> None:
        """Begin to open anything that `glview.open_image` takes, or `Beside`; flags are handed on.

        A source is the opener's from now on, which closes it if it is overtaken. ``plane`` is which
        of several pictures is meant, by its place, in words or by a choice among its axes; None,
        and for words that mean none of the image's: the one that comes up, or nearest to what was
        ``seen``. ``series`` is which
        of several images.
        """
        request = _Request(what, budget_bytes, again, keep_view, plane, seen, series)
        with self._change:
            self._overtake()
            if self._closed:
                self._overtaken.append(request)
            else:
                self._wanted = self._asked = request
            self._let_one_wait()

    def take(self) -> Opened | None:
        """What has been opened, once, or could not be; None as long as there is nothing."""
        with self._change:
            opened, self._opened = self._opened, None
            if opened is not None:
                self._wanted = None
        return opened

    def discard(self, opened: Opened) -> None:
        """Close what was taken, on another thread."""
        with self._change:
            self._overtaken.append(opened)
            self._let_one_wait()

    def drop(self) -> None:
        """Nothing of what was asked for is wanted any more."""
        with self._change:
            self._overtake()
            if self._overtaken:
                self._let_one_wait()

    def close(self) -> None:
        """Call off what is under way, and close what was not taken and what is still to come."""
        with self._change:
            self._overtake()
            self._closed = True
            if self._overtaken:
                self._let_one_wait()

    def join(self, timeout_s: float) -> bool:
        """Wait for the threads after `close`; False if one is stuck and was left."""
        deadline_s = time.monotonic() + timeout_s
        while True:
            with self._change:
                self._threads = [thread for thread in self._threads if thread.is_alive()]
                first = next(iter(self._threads), None)
            left_s = deadline_s - time.monotonic()
            if first is None or left_s <= 0.0:
                return first is None
            first.join(left_s)

    def _overtake(self) -> None:
        """Whatever was asked for is not wanted any more."""
        for job in self._under_way:
            job.cancellation.cancel()
        self._overtaken += [left for left in (self._asked, self._opened) if left is not None]
        self._wanted = self._asked = self._opened = None

    def _let_one_wait(self) -> None:
        """See to it that a thread waits for the turn of what there is to do."""
        if not self._one_waits:
            thread = threading.Thread(target=self._work, name="glview open", daemon=True)
            thread.start()
            self._one_waits = True
            self._threads = [other for other in self._threads if other.is_alive()] + [thread]

    def _work(self) -> None:
        with self._change:
            job = self._turn()
            self._one_waits = False
            if job is None:
                return
            self._under_way.append(job)
            if self._overtaken or self._asked is not None:
                # Not left to this thread, which may get stuck.
                self._let_one_wait()
        try:
            job.run()
        except Exception:
            # A source's own fault in closing: nobody waits for it.
            log.exception("an image cannot be closed")
        finally:
            with self._change:
                self._under_way.remove(job)
                self._change.notify_all()

    def _turn(self) -> _Job | None:
        """Wait until something may be begun; None if there is nothing any more."""
        while self._overtaken or self._asked is not None:
            now_s = time.monotonic()
            ends_s = map(self._counts_until_s, self._under_way)
            next_s = min((end_s for end_s in ends_s if end_s > now_s), default=None)
            if next_s is None and len(self._under_way) <= MOST_STUCK:
                return self._next(now_s)
            self._change.wait(None if next_s is None else next_s - now_s)
        return None

    def _counts_until_s(self, job: _Job) -> float:
        """From when on a job is stuck."""
        decodes = job.cancellation.decoding
        return job.began_s + (self._decodes_within_s if decodes else self._stuck_after_s)

    def _next(self, now_s: float) -> _Job:
        # What was overtaken goes first: it may hold as much memory as the next one will.
        if self._overtaken:
            return _Job(self._overtaken.popleft().close, now_s, Cancellation())
        request, self._asked = self._asked, None
        assert request is not None
        return _Job(partial(self._open, request), now_s, request.cancellation)

    def _open(self, request: _Request) -> None:
        # Here, so that a window comes up while pyvips is being imported.
        from glview.sources.opening import open_image

        what = request.what
        original, source, error = None, None, None
        try:
            # Before it is read, so that no change is missed.
            original = self._original_of(what, request.series)
            if isinstance(what, Beside):
                assert request.plane is None or isinstance(request.plane, tuple)
                source = at_plane(what.source, request.plane or ())
            else:
                source = open_image(
                    what,
                    budget_bytes=request.budget_bytes,
                    cancellation=request.cancellation,
                    plane=PlaneChoice(partial(_meant, request), _names_channel(request)),
                    series=request.series,
                )
            self._prepare(source.description)
        except Exception as fault:
            name = _called(what)
            error = as_image_error(name, fault)
            if error is not fault and not isinstance(fault, CancelledError):
                # Whatever a decoder raises must reach the person, not end a thread in silence.
                log.exception("%s: cannot be opened", name)
        opened = Opened(request.again, request.keep_view, original, source, error)
        with self._change:
            wanted = request is self._wanted
            if wanted:
                self._opened = opened
        if wanted:
            self._call_wake()
        else:
            opened.close()

    def _call_wake(self) -> None:
        try:
            self._wake()
        except Exception:
            # The owner's fault; what was opened can be taken all the same.
            log.exception("the wake callback failed")

    def _original_of(self, what: Any, series: int) -> Original | None:
        """What was asked for, if it can be opened anew; a file is watched as far as it can be."""
        if isinstance(what, np.ndarray):
            in_place = what.dtype in {kind.dtype for kind in SampleType}
            # One that is copied is not held only for this: its owner may be done with it.
            return Original((lambda: what) if in_place else weakref.ref(what))
        if not isinstance(what, (str, bytes, os.PathLike)):
            return None
        path = os.fsdecode(what)
        watch = None
        if self._watch:
            try:
                watch = FileWatch(path, self._wake)
            except (OSError, ValueError):
                log.debug("%s: changes will not be noticed", path, exc_info=True)
        return Original(lambda: path, watch, series)


def _names_channel(request: _Request) -> bool:
    """Whether one of several channels is meant alone, by words or as it was before."""
    if request.plane is None and request.seen is not None:
        return any(axis.name == CHANNEL for axis in request.seen.axes)
    return names_channel(request.plane)


def _meant(request: _Request, axes: Sequence[Axis]) -> Plane | None:
    """The plane of what is opened that is meant; None for the one that comes up.

    Words that are wrong count for nothing: who asked has to tell of them.
    """
    if isinstance(request.plane, str):
        try:
            return plane_in_words(request.plane, axes)
        except ValueError:
            return None
    if isinstance(request.plane, PlaneChoice):
        return request.plane.of(axes)
    if request.plane is not None or request.seen is None:
        return request.plane
    return request.seen.nearest(axes)


def _called(what: Any) -> str:
    """What is told of, where it has no description yet: a path, else the kind of object.

    Never as it writes itself: of an array that is many lines of numbers.
    """
    if isinstance(what, (str, bytes)):
        return printable(os.fsdecode(what))
    if isinstance(what, (os.PathLike, Beside)):
        return str(what)
    return what.description.name if is_source(what) else type(what).__name__


def as_image_error(name: str, error: Exception) -> ImageError:
    """Any fault met while opening, as the one that programs expect."""
    if isinstance(error, ImageError):
        return error
    return ImageError(name, f"{type(error).__name__}: {error}")
