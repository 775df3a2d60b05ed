"""A flight as it was flown by hand: recorded view by view, kept in a file, flown again.

Pure but for the file. It holds views and times, not what hands did: so it says the same whatever
keys and motions become, and a program can write one.
"""

import bisect
import contextlib
import json
import math
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Any, Self

from glview.errors import GlviewError
from glview.flight import between
from glview.viewport import Viewport

FORMAT = 1
"""Counts up where an older reader would misread."""
_COLUMNS = ("at_s", "center_x", "center_y", "zoom", "rotation", "flip")
REST_S = 0.1
"""Views that lie further apart than this were at rest between, until the later one came."""

See = Callable[[int, int, Viewport, float], None]
"""Hears of each other view: width and height of its image, the view, and the time."""


@dataclass(frozen=True, slots=True)
class Seen:
    """A view, so many seconds after the first; its size says nothing."""

    at_s: float
    view: Viewport


@dataclass(frozen=True, slots=True)
class RecordedFlight:
    """Over an image of ``width`` x ``height`` pixels; one view at least, in the order of time."""

    width: int
    height: int
    seen: tuple[Seen, ...]

    @property
    def seconds(self) -> float:
        return self.seen[-1].at_s

    def at(self, at_s: float) -> Viewport:
        """The view at a time after the first one, of whatever size."""
        after = bisect.bisect_right(self.seen, at_s, key=lambda one: one.at_s)
        if after == 0:
            return self.seen[0].view
        before = self.seen[after - 1]
        if after == len(self.seen):
            return before.view
        next_one = self.seen[after]
        span_s = next_one.at_s - before.at_s
        if span_s > REST_S or before.view.flip != next_one.view.flip:
            return before.view
        return between(before.view, next_one.view, (at_s - before.at_s) / span_s)

    def as_dict(self) -> dict[str, object]:
        """For JSON."""
        return {
            "glview_flight": FORMAT,
            "image": [self.width, self.height],
            "columns": list(_COLUMNS),
            "views": [_row(one) for one in self.seen],
        }

    @classmethod
    def from_dict(cls, told: Any) -> Self:
        """What `as_dict` gave; KeyError, TypeError or ValueError for anything else."""
        if told["glview_flight"] != FORMAT:
            raise ValueError(f"format {told['glview_flight']}, where {FORMAT} is read")
        if told["columns"] != list(_COLUMNS):
            raise ValueError(f"its columns are not {', '.join(_COLUMNS)}")
        seen = tuple(map(_seen, told["views"]))
        if not seen:
            raise ValueError("it has no views")
        times = [one.at_s for one in seen]
        if times[0] != 0.0 or times != sorted(times) or not math.isfinite(times[-1]):
            raise ValueError("its times do not go on from 0")
        width, height = map(int, told["image"])
        return cls(width, height, seen)


class Recorder:
    """Takes in views as they come; of several images what was seen of the last."""

    def __init__(self) -> None:
        self._size = (0, 0)
        self._start_s = 0.0
        self._seen: list[Seen] = []

    def see(self, width: int, height: int, view: Viewport, now: float) -> None:
        """Another view of an image of a size, at a time."""
        if (width, height) != self._size:
            self._size, self._start_s = (width, height), now
            self._seen.clear()
        self._seen.append(Seen(now - self._start_s, view))

    def recorded(self) -> RecordedFlight | None:
        """What was seen so far; None where nothing was."""
        return RecordedFlight(*self._size, tuple(self._seen)) if self._seen else None


@contextlib.contextmanager
def recording(path: Path) -> Iterator[See]:
    """What is given hears of views; at the end they are written, also after Ctrl-C.

    `GlviewError` at once where the file's folder is not there, and at the end where it cannot be
    written or nothing was seen.
    """
    if not path.parent.is_dir():
        raise GlviewError(f"{path}: its folder does not exist")
    recorder = Recorder()
    try:
        yield recorder.see
    except GlviewError:
        # There was no flight.
        raise
    except BaseException:
        _write(path, recorder)
        raise
    _write(path, recorder)


def read_flight(path: Path) -> RecordedFlight:
    """A flight from its file; `GlviewError` that names the file where it is none."""
    try:
        return RecordedFlight.from_dict(json.loads(path.read_text("utf-8")))
    except OSError as error:
        raise GlviewError(f"{path}: {(error.strerror or str(error)).lower()}") from None
    except (KeyError, TypeError, ValueError) as error:
        why = f"it has no {error.args[0]}" if isinstance(error, KeyError) else str(error)
        raise GlviewError(f"{path}: no recorded flight ({why})") from None


def _write(path: Path, recorder: Recorder) -> None:
    flight = recorder.recorded()
    if flight is None:
        raise GlviewError(f"{path}: not written, nothing was seen")
    try:
        path.write_text(json.dumps(flight.as_dict()) + "\n", "utf-8")
    except OSError as error:
        raise GlviewError(f"{path}: {(error.strerror or str(error)).lower()}") from None


def _row(one: Seen) -> list[float]:
    view = one.view
    place = (view.centre_x, view.centre_y, view.scale, view.rotation)
    return [round(one.at_s, 4), *place, int(view.flip)]


def _seen(row: Any) -> Seen:
    at_s, x, y, zoom, rotation, flip = row
    place = float(x), float(y), float(zoom), float(rotation)
    return Seen(float(at_s), Viewport(1, 1, *place, bool(flip)))
