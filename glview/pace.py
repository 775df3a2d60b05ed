"""How fast frames come and the picture moves, and what each frame has time for (pure)."""

from collections.abc import Callable
from dataclasses import dataclass

from glview.frame_times import FrameRing, FrameTimes
from glview.motion import SWIFT_PX_S, speed_px_s
from glview.pressure import Pressure
from glview.viewport import Viewport

UPLOAD_BUDGET_S = 0.004
"""A quarter of a 60 Hz frame goes to uploads, with another image coming in as without; or a quarter
of the frame before, where frames take longer, so that as many tiles come in a second:"""
MOST_UPLOAD_BUDGET_S = 0.012
"""after four keys on a machine without a GPU, at 50 ms a frame, the 88 tiles of a screen took four
frames at 4 ms, the last of them after the motion's end."""
FIRST_BUDGET_S = 0.03
"""While there is no picture nothing moves that could be held up: 77 tiles of 256 px, those of a
first picture at 1600x1000, take 9 ms on llvmpipe, and their atlas 12."""


@dataclass(frozen=True, slots=True)
class Beat:
    """A frame as it begins: on the canvas's clock, on the stopwatch, and after the one before.

    ``gap_s`` is None after a pause.
    """

    now_s: float
    began_s: float
    gap_s: float | None

    @property
    def upload_budget_s(self) -> float:
        """How long its uploads may take."""
        frame_s = self.gap_s or 0.0
        return min(max(frame_s / 4.0, UPLOAD_BUDGET_S), MOST_UPLOAD_BUDGET_S)


class Pace:
    """Watches frames from one to the next. Used by the thread that draws."""

    def __init__(self, stopwatch: Callable[[], float]) -> None:
        self._stopwatch = stopwatch
        self._frames = FrameRing()
        self._pressure = Pressure()
        self._view: Viewport | None = None
        self._view_s = 0.0

    @property
    def view(self) -> Viewport | None:
        """The view of the last picture; None before there is one."""
        return self._view

    def begin(self, now_s: float) -> Beat:
        """A frame begins."""
        return Beat(now_s, self._stopwatch(), self._frames.gap_s(now_s))

    def is_swift(self, view: Viewport, now_s: float) -> bool:
        """Whether the picture has moved faster since the last one than an eye can follow."""
        before, since_s = self._view, now_s - self._view_s
        self._view_s = now_s
        return before is not None and speed_px_s(before, view, since_s) > SWIFT_PX_S

    def is_pressed(self, beat: Beat, refresh_hz: float) -> bool:
        """Whether this frame of a motion should be a quick one; asked of each of them, once."""
        self._pressure.note(beat.now_s, beat.gap_s, refresh_hz)
        return self._pressure.is_high(beat.now_s)

    def end(self, beat: Beat, *, more: bool) -> None:
        """The frame is drawn; ``more``: another is to follow at once."""
        self._frames.add(beat.now_s, self._stopwatch() - beat.began_s, more=more)

    def saw(self, view: Viewport) -> None:
        """A picture of this view was drawn."""
        self._view = view

    def times(self) -> FrameTimes:
        """How long the last frames took, and how far apart they came."""
        return self._frames.times()
