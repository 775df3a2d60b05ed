"""Scripted flights: what a hand would do, as functions of the time since their start (pure)."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass, replace

from glview.bench.settings import Settings
from glview.errors import GlviewError
from glview.flight import Flight
from glview.motion import STEP_S
from glview.navigator import Navigator
from glview.recording import RecordedFlight
from glview.viewport import Viewport

NAMES = ("pan", "wheel", "all levels")
PAN_PX_S = 1560.0
"""A picture that is dragged across a large screen within a second."""
NOTCH_S = 0.05
NOTCH_FACTOR = 2.0**0.25
"""One notch of the wheel."""
DEEPEST = 2.0
"""The scale to which a zoom through all levels goes, and back."""
FORESEEN_S = STEP_S
"""Of a recorded flight; so long a key's zoom and pan take."""
_PLACE = (0.43, 0.57)
"""Where to, as shares of the image: no tile's corner."""

Steer = Callable[[Navigator, float, float, float], None]
"""Called before each frame with the seconds since the start at the frame before (-1 before the
first) and at this one, and with the time."""


@dataclass(frozen=True, slots=True)
class Script:
    """A flight that begins at ``start``, a settled picture, and is steered for ``seconds``."""

    name: str
    start: Viewport
    seconds: float
    steer: Steer


Recorded = Mapping[str, RecordedFlight]
"""Flights by their names."""


def scripts(
    fit: Viewport, size: tuple[int, int], settings: Settings, recorded: Recorded
) -> dict[str, Script]:
    """All flights, by their names: the recorded ones, or where there are none the usual ones."""
    if not recorded:
        return _usual(fit, size, settings)
    return {name: replay(name, flight, fit, size) for name, flight in recorded.items()}


def _usual(fit: Viewport, size: tuple[int, int], settings: Settings) -> dict[str, Script]:
    """Those by `NAMES`, over an image of a size that is seen whole at ``fit``."""
    i_x, i_y = size[0] * _PLACE[0], size[1] * _PLACE[1]
    native = replace(fit, centre_x=size[0] / 2, centre_y=size[1] / 2, scale=1.0)
    deep = replace(fit, centre_x=i_x, centre_y=i_y, scale=DEEPEST)
    seconds = (0.0, settings.zoom_s / 2, settings.zoom_s / 2)

    def zoom(navigator: Navigator, before_s: float, _now_s: float, now: float) -> None:
        if before_s < 0.0:
            navigator.follow(Flight.through((fit, deep, fit), seconds, now), now)

    def wheel(navigator: Navigator, before_s: float, now_s: float, now: float) -> None:
        for _ in range(notches_between(before_s, now_s, settings.notches)):
            place = navigator.view.s_from_i(i_x, i_y)
            navigator.zoom(NOTCH_FACTOR, place.x, place.y, now)

    reach_px = size[0] * 0.45

    def pan(navigator: Navigator, before_s: float, now_s: float, now: float) -> None:
        if before_s < 0.0:
            navigator.grab(0.0, 0.0, now)
        else:
            navigator.drag(to_and_fro(PAN_PX_S * now_s, reach_px), 0.0, now)

    found = (
        Script("pan", native, settings.pan_s, pan),
        Script("wheel", fit, settings.notches * NOTCH_S + 0.25, wheel),
        Script("all levels", fit, settings.zoom_s, zoom),
    )
    return {script.name: script for script in found}


def replay(name: str, flight: RecordedFlight, fit: Viewport, size: tuple[int, int]) -> Script:
    """A recorded flight, with the middle of its views in the middle; `GlviewError` over another.

    What the viewer would have known of what lies ahead is not recorded. Its own motions take
    `FORESEEN_S`, most of them, so that much of the record counts as known.
    """
    if size != (flight.width, flight.height):
        was, here = (
            f"{width:,} x {height:,}" for width, height in ((flight.width, flight.height), size)
        )
        raise GlviewError(f"{name}: recorded over an image of {was} pixels, not of {here}")

    def seen(at_s: float) -> Viewport:
        return replace(flight.at(at_s), width=fit.width, height=fit.height)

    def steer(navigator: Navigator, _before_s: float, now_s: float, now: float) -> None:
        here, ahead = seen(now_s), seen(now_s + FORESEEN_S)
        if here.flip != ahead.flip or here == ahead:
            navigator.stop(now)
            navigator.set_view(here)
        else:
            navigator.follow(Flight.through((here, ahead), (0.0, FORESEEN_S), now), now)

    return Script(name, seen(0.0), flight.seconds, steer)


def notches_between(before_s: float, now_s: float, most: int) -> int:
    """How many notches of the wheel fall after one time and up to another; the first at 0."""

    def by(at_s: float) -> int:
        return min(int(at_s / NOTCH_S) + 1, most) if at_s >= 0.0 else 0

    return by(now_s) - by(before_s)


def to_and_fro(way_px: float, reach_px: float) -> float:
    """Where something is after a way that leads from 0 to ``reach_px``, to its negative, back."""
    return abs((way_px + 3.0 * reach_px) % (4.0 * reach_px) - 2.0 * reach_px) - reach_px
