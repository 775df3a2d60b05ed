"""A tour through an image, from view to view (pure)."""

import math
from collections.abc import Sequence
from dataclasses import dataclass, replace

from glview.motion import shorter_turn
from glview.viewport import Viewport

_SAME_SCALE = 1e-6


@dataclass(frozen=True, slots=True)
class Stop:
    """A view on the way, reached ``at_s`` seconds after the start of the tour."""

    at_s: float
    view: Viewport


@dataclass(frozen=True, slots=True)
class Flight:
    """A motion (see `glview.motion.Motion`) from stop to stop, slowing down at each.

    Between two stops the scale goes exponentially, and the centre so that all seems one zoom
    about a fixed point, as in `glview.motion.Glide`; the share of the way done is
    ``s^2 (3 - 2 s)`` of the share of time s.
    """

    start_s: float
    stops: tuple[Stop, ...]

    @classmethod
    def through(
        cls, views: Sequence[Viewport], seconds: Sequence[float], start_s: float
    ) -> "Flight":
        """Through views, each reached its ``seconds`` after the one before."""
        stops, at_s = [], 0.0
        for view, step_s in zip(views, seconds, strict=True):
            at_s += step_s
            stops.append(Stop(at_s, view))
        return cls(start_s, tuple(stops))

    @property
    def duration_s(self) -> float:
        return self.stops[-1].at_s

    @property
    def destination(self) -> Viewport:
        return self.stops[-1].view

    @property
    def end_s(self) -> float:
        return self.start_s + self.duration_s

    def at(self, now: float) -> Viewport:
        elapsed_s = max(now - self.start_s, 0.0)
        before = self.stops[0]
        for after in self.stops:
            if elapsed_s < after.at_s:
                s = (elapsed_s - before.at_s) / (after.at_s - before.at_s)
                return between(before.view, after.view, s * s * (3.0 - 2.0 * s))
            before = after
        return self.destination


def between(a: Viewport, b: Viewport, share: float) -> Viewport:
    """The view a share of the way from one view to another of the same size and flip."""
    if share <= 0.0:
        return a
    octaves = math.log2(b.scale / a.scale)
    way = share
    if abs(octaves) > _SAME_SCALE:
        way = math.expm1(-share * octaves * math.log(2)) / math.expm1(-octaves * math.log(2))
    return replace(
        b,
        centre_x=a.centre_x + way * (b.centre_x - a.centre_x),
        centre_y=a.centre_y + way * (b.centre_y - a.centre_y),
        scale=a.scale * math.exp2(share * octaves),
        rotation=(a.rotation + share * shorter_turn(a.rotation, b.rotation)) % 360.0,
    )
