"""The complete view of an image as one value, to be kept and come back to (pure)."""

import json
import math
import operator
from collections.abc import Callable, Mapping
from dataclasses import asdict, dataclass, replace
from typing import Any

from glview.colormaps import ColorMap
from glview.display import Display, Magnification, Transfer, Window
from glview.errors import GlviewError
from glview.image import ImageDescription
from glview.viewport import Viewport

VERSION = 2
"""What is written. The first knew no transfer, colour map, hidden bands and checkerboard."""


@dataclass(frozen=True, slots=True)
class ViewState:
    """Where one looks and how the data is shown; of the target's size it knows nothing.

    ``centre_x``, ``centre_y``, ``scale`` (device pixels per image pixel), ``rotation`` and ``flip``
    are as in `glview.Viewport`. ``fitted``: the image is fitted to whatever the target's size is,
    and the first three do not matter. ``plane`` is which of a file's pictures is seen, an index
    along each of its axes; none: the one that is shown. ``series`` is which image of a file of
    several; None: the one that is shown.
    """

    centre_x: float
    centre_y: float
    scale: float
    rotation: float
    flip: bool
    fitted: bool
    display: Display
    plane: tuple[int, ...] = ()
    series: int | None = None

    def __post_init__(self) -> None:
        numbers = (self.centre_x, self.centre_y, self.scale, self.rotation)
        if not all(map(math.isfinite, numbers)):
            raise ValueError(f"no view: {numbers} are no finite numbers")
        if self.scale <= 0.0:
            raise ValueError(f"no view: a scale of {self.scale}")

    @classmethod
    def of(
        cls,
        view: Viewport,
        display: Display,
        *,
        fitted: bool,
        plane: tuple[int, ...] = (),
        series: int | None = None,
    ) -> "ViewState":
        """The state of a view."""
        place = view.centre_x, view.centre_y, view.scale, view.rotation, view.flip
        return cls(*place, fitted, display, plane, series)

    def on(self, view: Viewport) -> Viewport:
        """The view on a target of the size of another one."""
        return replace(
            view,
            centre_x=self.centre_x,
            centre_y=self.centre_y,
            scale=self.scale,
            rotation=self.rotation,
            flip=self.flip,
        )

    def to_json(self) -> str:
        """As text that `from_json` understands, now and in later versions; all numbers exactly."""
        told = asdict(self) | {"display": _told(self.display)}
        return json.dumps({"glview_view": VERSION, **told}, allow_nan=False)

    @classmethod
    def from_json(cls, text: str) -> "ViewState":
        """ValueError that says what is wrong with a text that `to_json` did not write."""
        try:
            told = json.loads(text)
        except json.JSONDecodeError as error:
            raise ValueError(f"no view: {error}") from None
        if not isinstance(told, dict) or told.pop("glview_view", None) not in range(1, VERSION + 1):
            raise ValueError(f"no view of version 1 to {VERSION}")
        try:
            plane = tuple(map(operator.index, told.get("plane", ())))
            series = told.get("series")
            series = None if series is None else operator.index(series)
            display = _display(told["display"])
            return cls(**told | {"display": display, "plane": plane, "series": series})
        except (KeyError, TypeError, AttributeError) as error:
            raise ValueError(f"no view: {error}") from None


def require_fit(state: ViewState, described: ImageDescription, display: Display) -> None:
    """GlviewError where it is no view of an image, since its bands or planes are others.

    Another plane than the one shown may have other bands: that is seen when it is there.
    """
    if state.plane and not described.has_plane(state.plane):
        raise GlviewError(f"a view of an image with other planes: {state.plane}")
    bands, own = len(display.windows), len(state.display.windows)
    if bands != own and state.plane in ((), described.plane):
        raise GlviewError(f"a view of {own} bands, of an image of {bands}")


def display_after(state: ViewState, display: Display, *, elsewhere: bool = False) -> Display:
    """A view's display for an image that is shown as ``display``; that one for other bands.

    ``elsewhere``: its windows and colours are another channel's, and come with that.
    """
    if len(state.display.windows) != len(display.windows):
        return display
    shown = replace(state.display, color_table=display.color_table, screen=display.screen)
    if elsewhere:
        shown = replace(shown, windows=display.windows, colors=display.colors)
    return shown


def display_to_json(display: Display) -> str:
    """A display alone as text that `display_from_json` understands, now and in later versions."""
    return json.dumps(_told(display), allow_nan=False)


def display_from_json(text: str) -> Display:
    """ValueError that says what is wrong with a text that `display_to_json` did not write."""
    try:
        return _display(json.loads(text))
    except (KeyError, TypeError, AttributeError) as error:
        raise ValueError(f"no display: {error}") from None


def _told(display: Display) -> dict[str, Any]:
    told = asdict(display)
    # The image's and the screen's, not the view's.
    del told["color_table"], told["screen"]
    return told | {
        "magnification": display.magnification.value,
        "hidden": sorted(display.hidden),
        "transfer": display.transfer.value,
        "colormap": display.colormap.value if display.colormap is not None else None,
    }


def _display(told: Mapping[str, Any]) -> Display:
    # Of what an older version did not tell nothing is said: it is as it was then.
    newer: dict[str, Callable[[Any], Any]] = {
        "hidden": frozenset,
        "transfer": Transfer,
        "colormap": lambda name: None if name is None else ColorMap(name),
        "checker": lambda color: None if color is None else _color(color),
    }
    return Display(
        **dict(told)
        | {
            "windows": tuple(Window(**window) for window in told["windows"]),
            "colors": tuple(_color(color) for color in told["colors"]),
            "background": _color(told["background"]),
            "magnification": Magnification(told["magnification"]),
        }
        | {name: made(told[name]) for name, made in newer.items() if name in told}
    )


def _color(told: Any) -> tuple[float, float, float]:
    red, green, blue = told
    return red, green, blue
