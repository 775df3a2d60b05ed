"""Views to go back to, as a browser does to pages (pure; time is an argument, in seconds)."""

import math
from dataclasses import dataclass, replace

from glview.viewport import Viewport

RESTED_S = 0.7
"""A view that stood for so long was looked at; what is left sooner was passed by."""
MOST_PLACES = 100
_SAME_PX = 0.5


@dataclass(frozen=True, slots=True)
class Place:
    """A view; ``fitted``: the whole image, on a target of any size."""

    view: Viewport
    fitted: bool

    def is_like(self, other: "Place") -> bool:
        """Whether nobody could tell the two apart."""
        a, b = self.view, other.view
        if (a.flip, round(a.rotation, 6)) != (b.flip, round(b.rotation, 6)):
            return False
        if self.fitted and other.fitted:
            return True
        way_px = math.hypot(a.centre_x - b.centre_x, a.centre_y - b.centre_y) * a.scale
        return math.isclose(a.scale, b.scale, rel_tol=1e-6) and way_px <= _SAME_PX


class History:
    """Places before and after the one that is seen; one thread at a time."""

    def __init__(self) -> None:
        self._before: list[Place] = []
        self._after: list[Place] = []
        self._seen: Viewport | None = None
        self._still_since_s = -math.inf

    def clear(self) -> None:
        """Another image: its first view counts as one that was looked at."""
        self._before.clear()
        self._after.clear()
        self._seen = None

    def see(self, view: Viewport, now: float) -> None:
        """A view is on the screen; one that stays may be told of again or not."""
        # A window of another size does not make it another view.
        view = replace(view, width=1, height=1)
        if view != self._seen:
            self._still_since_s = -math.inf if self._seen is None else now
            self._seen = view

    def leave(self, place: Place, now: float, *, jump: bool) -> None:
        """What is seen will be left; it is kept if it has rested, or for a ``jump`` in any case."""
        self.see(place.view, now)
        if not jump and now - self._still_since_s < RESTED_S:
            return
        self._after.clear()
        if not (self._before and self._before[-1].is_like(place)):
            self._before.append(place)
            del self._before[:-MOST_PLACES]

    def back(self, here: Place) -> Place | None:
        """The place before the one that is seen; None if there is none."""
        return _turned(self._before, self._after, here)

    def forward(self, here: Place) -> Place | None:
        """The place that `back` came from; None if there is none."""
        return _turned(self._after, self._before, here)


def _turned(pages: list[Place], others: list[Place], here: Place) -> Place | None:
    while pages:
        place = pages.pop()
        if not place.is_like(here):
            others.append(here)
            return place
    return None
