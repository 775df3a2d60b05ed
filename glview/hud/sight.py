"""What the items of one picture are made for (pure, frozen), and panels that stay."""

from collections.abc import Callable
from dataclasses import dataclass

from glview.frame import Panel
from glview.image import ImageDescription
from glview.viewport import Point, Viewport

MARGIN_PX = 16
"""Logical pixels between what stands on the picture and its edge."""
LEAST_SHARE = 0.5
"""What would be wider than this share of the picture is left out."""


@dataclass(frozen=True, slots=True)
class Sight:
    """A view of an image. Lengths are device pixels; ``pointer`` is a place on the picture."""

    description: ImageDescription
    view: Viewport
    pixel_ratio: float
    now_s: float
    pointer: Point | None

    @property
    def margin_px(self) -> int:
        return round(MARGIN_PX * self.pixel_ratio)


class Kept:
    """A panel, and with it its texture, which stays as long as it would look the same."""

    def __init__(self) -> None:
        self._panel: Panel | None = None
        self._made_for: object = None

    def panel(self, asked: object, make: Callable[[], Panel]) -> Panel:
        """The panel for what is asked for, made where that is new."""
        if self._panel is None or asked != self._made_for:
            self._panel, self._made_for = make(), asked
        return self._panel
