"""How a view moves: frozen values that say where it is at any time (pure).

Time is an argument, in seconds on any clock that only goes forward. A motion ends exactly on its
``destination``, bit for bit. Screen positions and distances are device pixels.

All but the fling follow one curve, `eased`. It starts and ends at rest, so that motions can be
added up: each wheel notch adds a pulse of its own, and a notch that comes while others still run
changes neither position nor speed at that moment. A sum of pulses never leaves the range of the
targets it was given on the way, since older pulses are always further along than younger ones.
"""

import math
from collections.abc import Sequence
from dataclasses import dataclass, replace
from typing import NamedTuple, Protocol

from glview.viewport import Point, Viewport

STEP_S = 0.2
"""How long one notch of zoom or one arrow key's pan takes."""
GLIDE_S = 0.3
"""How long a way to another view takes: fit, 1:1, a turn."""
FLING_TAU_S = 0.325
"""Time constant of the fling's decay; its travel is the speed at release times this."""
FLING_STOP_PX_S = 20.0
"""A fling has ended when it is slower than this: a third of a pixel a frame, which an eye takes for
shimmer. A pan of 1,560 pixels a second coasts for 1.4 s; at 4 it was 1.9, the last half second of
which went 6 pixels. OpenSeadragon takes 1.2 s, maps about one."""
FLING_MIN_PX_S = 60.0
"""A pointer slower than this at release does not throw."""
POINTER_WINDOW_S = 0.08
"""The speed of a pointer is taken over this time before its release."""
SOON_S = 0.15
"""What is left sooner than this would hardly be read before it is over."""
HEAD_START_S = 1.0 / 60.0
"""The first frame of a motion shows at least so much of it. It is drawn as soon as a hand has asked
for it: it would show no motion at all, and a picture that is thrown would stand for a frame."""
SWIFT_PX_S = 1200.0
"""What moves faster on the screen an eye cannot follow: it does up to about 30 degrees a second, of
which a pixel of a usual screen (0.27 mm from 0.6 m) takes 0.026."""
FORESEEN_S = 3.0
"""Motions that last longer (a tour) are looked ahead by half of this only."""
_PATH_SHARES = (0.04, 0.11, 0.27)
"""A fling slows down: these shares of its time are about 15, 40 and 70 % of its way."""
_SAME_SAMPLE_S = 0.002
_SHORTEST_S = 0.016


class Motion(Protocol):
    """A view on its way."""

    @property
    def destination(self) -> Viewport:
        """Where it will end."""
        ...

    def at(self, now: float) -> Viewport:
        """Where it is."""
        ...

    @property
    def end_s(self) -> float:
        """When it is there and will stay."""
        ...


def eased(now: float, start_s: float, duration_s: float) -> float:
    """How much of the way is done, 0 to 1: ``1 - (1 - s)^4 (1 + 4 s)`` with s the share of time.

    Its speed is ``20 s (1 - s)^3``: quick to start (a quarter of the way after a fifth of the
    time), long to settle, at rest at both ends.
    """
    s = (now - start_s) / duration_s
    if s >= 1.0:
        return 1.0
    return 1.0 - (1.0 - s) ** 4 * (1.0 + 4.0 * s) if s > 0.0 else 0.0


def on_grid(view: Viewport) -> Viewport:
    """Snapped to the pixel grid where that makes pixels of a level pixels of the screen.

    That is at 1:1 and every power of two, and at whole magnifications.
    """
    whole = view.scale >= 1.0 and view.scale == round(view.scale)
    return view.snapped() if whole or math.frexp(view.scale)[0] == 0.5 else view


@dataclass(frozen=True, slots=True)
class Ahead:
    """What a view that moves will show: for those who make it ready in time."""

    soon: Viewport
    """After `SOON_S`: what is over by then was only crossed."""
    destination: Viewport
    """Where it comes to rest, or how far it can be foreseen."""
    path: tuple[Viewport, ...]
    """Some views before that, nearest first."""
    sure: bool = True
    """Whether it comes to rest there if nothing else happens: not while a hand or key is held."""


def ahead_of(motion: Motion, now: float, *, sure: bool = True) -> Ahead:
    """What lies before a motion under way; ``sure`` says that no hand has hold of the picture."""
    end_s = motion.end_s
    foreseen = end_s - now <= FORESEEN_S
    span_s = end_s - now if foreseen else FORESEEN_S / 2
    return Ahead(
        motion.at(now + SOON_S),
        motion.destination if foreseen else motion.at(now + span_s),
        tuple(motion.at(now + share * span_s) for share in _PATH_SHARES),
        sure and foreseen,
    )


def speed_px_s(before: Viewport, after: Viewport, span_s: float) -> float:
    """How fast the picture moves on the screen where it is fastest, in device pixels a second.

    ``after`` is seen ``span_s`` after ``before``, on a target of the same size.
    """
    if span_s <= 0.0 or before == after:
        return 0.0
    width, height = after.width, after.height
    ends = ((0.0, 0.0), (width, 0.0), (width, height), (0.0, height))
    ways = (
        math.dist(end, before.s_from_i(*corner))
        for end, corner in zip(ends, after.i_corners(), strict=True)
    )
    return max(ways) / span_s


class Pulse(NamedTuple):
    """One step on the way: octaves of zoom in ``x``, or device pixels in ``x`` and ``y``."""

    start_s: float
    x: float
    y: float = 0.0

    def share(self, now: float) -> float:
        return eased(now, self.start_s, STEP_S)

    @property
    def end_s(self) -> float:
        return self.start_s + STEP_S


def _running(pulses: Sequence[Pulse], now: float) -> tuple[Pulse, ...]:
    return tuple(pulse for pulse in pulses if now < pulse.end_s)


def _last_end_s(pulses: Sequence[Pulse]) -> float:
    return max(pulse.end_s for pulse in pulses)


@dataclass(frozen=True, slots=True)
class Zoom:
    """Zooming about a point of the screen.

    ``log2 scale(t) = log2 scale(end) - sum of octaves_i * (1 - eased_i(t))``
    """

    base: Viewport
    """A view that has the anchored image point under (s_x, s_y)."""
    s_x: float
    s_y: float
    pulses: tuple[Pulse, ...]
    destination: Viewport

    @classmethod
    def towards(cls, scale: float, s_x: float, s_y: float, *, view: Viewport, now: float) -> "Zoom":
        """From a view at rest to a scale, with the image point under (s_x, s_y) kept there."""
        pulse = Pulse(now, math.log2(scale / view.scale))
        return cls(view, s_x, s_y, (pulse,), on_grid(view.about(s_x, s_y, scale=scale)))

    def retargeted(
        self, scale: float, s_x: float, s_y: float, *, view: Viewport, now: float
    ) -> "Zoom":
        """On to another scale, about what is now under (s_x, s_y), without a jump in speed.

        ``view`` is what is seen now, wherever its owner keeps it within limits.
        """
        pulse = Pulse(now, math.log2(scale / self.destination.scale))
        return Zoom(
            view,
            s_x,
            s_y,
            (*_running(self.pulses, now), pulse),
            on_grid(view.about(s_x, s_y, scale=scale)),
        )

    def at(self, now: float) -> Viewport:
        if now >= self.end_s:
            return self.destination
        left = sum(pulse.x * (1.0 - pulse.share(now)) for pulse in self.pulses)
        view = self.base.about(self.s_x, self.s_y, scale=self.destination.scale * math.exp2(-left))
        # The destination may be up to half a pixel off the anchor, on the pixel grid.
        exact = self.base.about(self.s_x, self.s_y, scale=self.destination.scale)
        share = self.pulses[-1].share(now)
        return replace(
            view,
            centre_x=view.centre_x + share * (self.destination.centre_x - exact.centre_x),
            centre_y=view.centre_y + share * (self.destination.centre_y - exact.centre_y),
        )

    @property
    def end_s(self) -> float:
        return _last_end_s(self.pulses)

    def panned(self, dx: float, dy: float) -> "Zoom":
        """The same zoom in a picture that is dragged meanwhile."""
        return replace(
            self,
            base=self.base.panned(dx, dy),
            s_x=self.s_x + dx,
            s_y=self.s_y + dy,
            destination=self.destination.panned(dx, dy),
        )


@dataclass(frozen=True, slots=True)
class Slide:
    """A pan by given distances, as by arrow keys."""

    pulses: tuple[Pulse, ...]
    destination: Viewport

    @classmethod
    def by(cls, dx: float, dy: float, *, view: Viewport, now: float) -> "Slide":
        """From a view at rest, the picture moved by (dx, dy) device pixels."""
        return cls((Pulse(now, dx, dy),), on_grid(view.panned(dx, dy)))

    def extended(self, dx: float, dy: float, now: float) -> "Slide":
        """Further by (dx, dy), without a jump in speed."""
        pulses = (*_running(self.pulses, now), Pulse(now, dx, dy))
        return Slide(pulses, self.destination.panned(dx, dy))

    def at(self, now: float) -> Viewport:
        left = [(pulse, pulse.share(now) - 1.0) for pulse in self.pulses]
        dx = sum(pulse.x * share for pulse, share in left)
        dy = sum(pulse.y * share for pulse, share in left)
        return self.destination.panned(dx, dy) if dx or dy else self.destination

    @property
    def end_s(self) -> float:
        return _last_end_s(self.pulses)


@dataclass(frozen=True, slots=True)
class Fling:
    """A picture let go in motion.

    ``x(t) = v * tau * (1 - exp(-t / tau)) / (1 - exp(-T / tau))`` until T, when the speed has
    come down to `FLING_STOP_PX_S`. The divisor spends the distance that the cut at T would leave
    over, so that the whole way is v * tau and nothing jumps at its end.
    """

    start: Viewport
    start_s: float
    dx: float
    dy: float
    duration_s: float
    destination: Viewport

    @classmethod
    def thrown(cls, velocity: Point, *, view: Viewport, now: float) -> "Fling | None":
        """From a view with a speed in device pixels a second; None if that is too slow."""
        speed = math.hypot(*velocity)
        if speed < FLING_MIN_PX_S:
            return None
        dx, dy = velocity.x * FLING_TAU_S, velocity.y * FLING_TAU_S
        duration_s = FLING_TAU_S * math.log(speed / FLING_STOP_PX_S)
        return cls(view, now, dx, dy, duration_s, on_grid(view.panned(dx, dy)))

    def at(self, now: float) -> Viewport:
        if now >= self.end_s:
            return self.destination
        share = math.expm1((self.start_s - now) / FLING_TAU_S)
        share /= math.expm1(-self.duration_s / FLING_TAU_S)
        return self.start.panned(self.dx * share, self.dy * share)

    @property
    def end_s(self) -> float:
        return self.start_s + self.duration_s


@dataclass(frozen=True, slots=True)
class Glide:
    """From one view to another on a target of the same size.

    The scale goes exponentially. The centre goes so that all seems one zoom about a fixed point:
    ``c(t) = c0 + (c1 - c0) * (1/k(t) - 1/k0) / (1/k1 - 1/k0)`` with k the scale; evenly where
    the scale stays. ``turn`` is the signed rotation on the way, in degrees.
    """

    start: Viewport
    destination: Viewport
    turn: float
    start_s: float

    @classmethod
    def between(cls, start: Viewport, destination: Viewport, now: float) -> "Glide":
        """Turning the shorter way round."""
        return cls(start, destination, shorter_turn(start.rotation, destination.rotation), now)

    def at(self, now: float) -> Viewport:
        if now >= self.end_s:
            return self.destination
        share, a, b = eased(now, self.start_s, GLIDE_S), self.start, self.destination
        octaves = math.log2(b.scale / a.scale)
        scale = a.scale * math.exp2(share * octaves)
        way = share
        if abs(octaves) > 1e-6:
            way = math.expm1(-share * octaves * math.log(2)) / math.expm1(-octaves * math.log(2))
        return replace(
            b,
            centre_x=a.centre_x + way * (b.centre_x - a.centre_x),
            centre_y=a.centre_y + way * (b.centre_y - a.centre_y),
            scale=scale,
            rotation=(a.rotation + share * self.turn) % 360.0,
        )

    @property
    def end_s(self) -> float:
        return self.start_s + GLIDE_S

    def turn_left(self, now: float) -> float:
        """Degrees still to turn."""
        return self.turn * (1.0 - eased(now, self.start_s, GLIDE_S))


def shorter_turn(start: float, end: float) -> float:
    """The signed angle from one rotation to another in degrees, more than -180 and up to 180."""
    return 180.0 - (180.0 - (end - start)) % 360.0


class PointerSample(NamedTuple):
    """Where a pointer was at a time, in device pixels."""

    time_s: float
    x: float
    y: float


def with_sample(
    samples: tuple[PointerSample, ...], sample: PointerSample
) -> tuple[PointerSample, ...]:
    """The samples with one more, and without those that no longer matter.

    Events that were queued behind a slow frame all arrive together; the last of them counts.
    """
    if samples and sample.time_s - samples[-1].time_s < _SAME_SAMPLE_S and len(samples) > 1:
        samples = samples[:-1]
    since = sample.time_s - 2 * POINTER_WINDOW_S
    older = [index for index, old in enumerate(samples) if old.time_s <= since]
    return (*samples[older[-1] if older else 0 :], sample)


def velocity(samples: Sequence[PointerSample], now: float) -> Point:
    """Device pixels a second over the last `POINTER_WINDOW_S`; a pointer without news rests."""
    if not samples:
        return Point(0.0, 0.0)
    begin = now - POINTER_WINDOW_S
    count = sum(sample.time_s <= begin for sample in samples)
    first, last = samples[max(count - 1, 0)], samples[-1]
    if 0 < count < len(samples):
        # Between events that follow each other closely a pointer moves; in a long gap it rests.
        after = samples[count]
        gap_s = after.time_s - first.time_s
        share = (begin - first.time_s) / gap_s if gap_s <= POINTER_WINDOW_S else 0.0
        first = PointerSample(
            begin, first.x + share * (after.x - first.x), first.y + share * (after.y - first.y)
        )
    span_s = max(now - max(first.time_s, begin), _SHORTEST_S)
    return Point((last.x - first.x) / span_s, (last.y - first.y) / span_s)
