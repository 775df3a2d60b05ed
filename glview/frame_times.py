"""How long frames took and how far apart they came: a short ring of them (pure)."""

import math
from collections import deque
from collections.abc import Sequence
from dataclasses import dataclass
from typing import NamedTuple

KEPT = 120
"""Two seconds at 60 Hz."""


def next_frame_s(began_s: float, refresh_hz: float) -> float:
    """When the frame after one that ``began_s`` may begin: no sooner than a screen shows it.

    A tenth of a refresh before, which vertical sync then waits for. Without that (Xvfb, remote
    screens, some drivers) frames would follow each other as fast as the processor makes them.
    """
    return began_s + 0.9 / refresh_hz


class FrameTime(NamedTuple):
    """One frame.

    ``draw_s`` is how long drawing it kept its thread, in seconds; what a GPU does later is not in
    it. ``gap_s`` is how long after the frame before it began, None where that one asked for no
    other: the pause between them is the hand's, not ours.
    """

    draw_s: float
    gap_s: float | None = None


@dataclass(frozen=True, slots=True)
class Spread:
    """The middle of some times and what 99 % of them keep to, in seconds; zeros for none."""

    median_s: float = 0.0
    p99_s: float = 0.0


@dataclass(frozen=True, slots=True)
class FrameTimes:
    """``drawn`` frames in all, and the times of the last `KEPT` of them, oldest first."""

    drawn: int = 0
    last: tuple[FrameTime, ...] = ()

    @property
    def draw(self) -> Spread:
        """Of the times to draw."""
        return spread([frame.draw_s for frame in self.last])

    @property
    def gap(self) -> Spread:
        """Of the gaps between frames that followed each other."""
        return spread([frame.gap_s for frame in self.last if frame.gap_s is not None])


class FrameRing:
    """Keeps the times of the last frames. Used by the thread that draws."""

    def __init__(self) -> None:
        self._last: deque[FrameTime] = deque(maxlen=KEPT)
        self._drawn = 0
        self._began_s: float | None = None

    def add(self, began_s: float, draw_s: float, *, more: bool) -> None:
        """A frame that began at ``began_s`` was drawn; ``more``: another is to follow at once."""
        self._last.append(FrameTime(draw_s, self.gap_s(began_s)))
        self._drawn += 1
        self._began_s = began_s if more else None

    def gap_s(self, began_s: float) -> float | None:
        """How long a frame that begins then comes after the one before; None after a pause."""
        return None if self._began_s is None else began_s - self._began_s

    def times(self) -> FrameTimes:
        return FrameTimes(self._drawn, tuple(self._last))


def spread(times_s: Sequence[float]) -> Spread:
    """Median and 99th percentile by nearest rank: both are among the times."""
    if not times_s:
        return Spread()
    ordered = sorted(times_s)
    return Spread(_ranked(ordered, 0.5), _ranked(ordered, 0.99))


def _ranked(ordered: Sequence[float], share: float) -> float:
    return ordered[math.ceil(share * len(ordered)) - 1]
