"""The motion of held keys: steady from the first moment, at rest soon after (pure).

Time and planes as in `glview.motion`. A key that is struck moves by its step, one that is held by
as many steps a second as its rate says, until it is let go. The way is

    ``w(t) = rate * (t - since)``                                   while it is held
    ``w(t) = w + rate * T * (u - 2u^2 + u^3) + left * (3u^2 - 2u^3)``   after that, u from 0 to 1

so that the speed never jumps, and where ``left = rate * T / 3`` only falls.
"""

import math
from collections.abc import Hashable
from dataclasses import dataclass, replace

from glview.motion import on_grid
from glview.viewport import Viewport

COAST_S = 0.2
"""How long a key that was let go moves on at most."""


@dataclass(frozen=True, slots=True)
class Step:
    """What a key does: whole device pixels, or octaves of zoom, ``rate`` times a second."""

    x: int = 0
    y: int = 0
    octaves: float = 0.0
    rate: float = 1.0


@dataclass(frozen=True, slots=True)
class Press:
    """A key that is held, or was."""

    key: Hashable
    step: Step
    since_s: float
    let_go_s: float = math.inf
    left: float = 0.0
    """Steps still to go when it was let go."""

    @property
    def held(self) -> bool:
        return self.let_go_s == math.inf

    @property
    def end_s(self) -> float:
        return self.let_go_s + self._coast_s if not self.held else math.inf

    @property
    def _coast_s(self) -> float:
        return min(COAST_S, 3.0 * self.left / self.step.rate)

    def way(self, now: float) -> float:
        """How far it has come, in steps."""
        rate = self.step.rate
        if now <= self.let_go_s:
            return rate * (now - self.since_s)
        gone = rate * (self.let_go_s - self.since_s)
        if now >= self.end_s:
            return gone + self.left
        span_s = self._coast_s
        u = (now - self.let_go_s) / span_s
        return gone + rate * span_s * u * (1.0 - u) ** 2 + self.left * u * u * (3.0 - 2.0 * u)

    def let_go(self, now: float) -> "Press":
        """One step in all, or a short way further."""
        gone = self.way(now)
        left = 1.0 - gone if gone < 1.0 else self.step.rate * COAST_S / 3.0
        return replace(self, let_go_s=now, left=left)


@dataclass(frozen=True, slots=True)
class Drive:
    """A view that keys move (see `glview.motion.Motion`); several at a time add up.

    ``base`` is what was seen at ``base_s``, when a key was pressed last. It is not moved on frame
    by frame: where the owner's limits hold a view in the middle, zooming would lose its point.
    """

    base: Viewport
    base_s: float
    presses: tuple[Press, ...]
    s_x: float
    s_y: float
    """What zooming keeps in its place."""
    scales: tuple[float, float]
    """The least and the largest."""
    seen_s: float
    """When it was shown last."""

    @property
    def held(self) -> bool:
        """Whether a key is held."""
        return any(press.held for press in self.presses)

    @property
    def end_s(self) -> float:
        return max(press.end_s for press in self.presses)

    @property
    def destination(self) -> Viewport:
        """Where it ends; if keys are held, where it would if they had been let go when seen."""
        presses = (press.let_go(self.seen_s) if press.held else press for press in self.presses)
        return on_grid(self._moved(tuple((press, press.end_s) for press in presses)))

    def at(self, now: float) -> Viewport:
        if now >= self.end_s:
            return self.destination
        view = self._moved(tuple((press, now) for press in self.presses))
        if self.held:
            return view
        # The destination may be up to half a pixel off the way, on the pixel grid.
        exact = self._moved(tuple((press, press.end_s) for press in self.presses))
        let_go_s = max(press.let_go_s for press in self.presses)
        share = max(0.0, (now - let_go_s) / (self.end_s - let_go_s))
        destination = self.destination
        return replace(
            view,
            centre_x=view.centre_x + share * (destination.centre_x - exact.centre_x),
            centre_y=view.centre_y + share * (destination.centre_y - exact.centre_y),
        )

    def based(self, view: Viewport, now: float) -> "Drive":
        """The same from what is seen now; what has come to its end is left out."""
        presses = tuple(press for press in self.presses if now < press.end_s)
        return replace(self, base=view, base_s=now, seen_s=now, presses=presses)

    def seen(self, now: float) -> "Drive":
        """The same, shown now."""
        return replace(self, seen_s=now)

    def let_go(self, key: Hashable, now: float) -> "Drive":
        """With a key no longer held."""
        presses = tuple(
            press.let_go(now) if press.held and press.key == key else press
            for press in self.presses
        )
        return replace(self, presses=presses)

    def _moved(self, until: tuple[tuple[Press, float], ...]) -> Viewport:
        x = y = octaves = 0.0
        for press, at_s in until:
            way = press.way(at_s) - press.way(self.base_s)
            x, y = x + way * press.step.x, y + way * press.step.y
            octaves += way * press.step.octaves
        view = self.base
        if octaves:
            least, most = self.scales
            scale = min(max(_exact(view.scale * math.exp2(octaves)), least), most)
            view = view.about(self.s_x, self.s_y, scale=scale)
        return view.panned(x, y) if x or y else view


def _exact(scale: float) -> float:
    """Powers of two and whole magnifications, where many small steps have come to them."""
    for exact in (math.exp2(round(math.log2(scale))), float(round(scale))):
        if math.isclose(scale, exact, rel_tol=1e-9):
            return exact
    return scale
