"""The navigator: the whole image, small, and what of it is in sight. No GL, no toolkit."""

import math
from collections.abc import Callable
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from glview.display import Display
from glview.frame import Outline, Panel
from glview.hud.sight import Sight
from glview.sheet import LOOK, Grid, Look, Sheet
from glview.viewport import Point, Viewport

LONGEST_PX = 200.0
"""Logical pixels, of the longer side of the small picture, or"""
LONGEST_SHARE = 0.3
"""this share of the target's shorter side, whichever is less."""
LEAST_PX = 48.0
"""Logical pixels: where there is no room for a picture as long there is none."""
LEAST_FRAME_PX = 12.0
FRAME_LINE_PX = 2.0
"""Logical pixels."""
FRAME_COLOR = (1.0, 0.35, 0.25, 1.0)
_BORDER_PX = 4.0
EVERY_S = 0.2
"""While the display changes from frame to frame, the small picture follows at this pace."""


def thumbnail_size(
    image_size: tuple[float, float], target_size: tuple[int, int], pixel_ratio: float
) -> tuple[int, int] | None:
    """(width, height) of the small picture in device pixels; None where there is no room."""
    longest = min(LONGEST_PX * pixel_ratio, LONGEST_SHARE * min(target_size))
    if longest < LEAST_PX * pixel_ratio:
        return None
    share = longest / max(image_size)
    width, height = (max(1, round(side * share)) for side in image_size)
    return width, height


def navigator_panel(
    thumbnail: NDArray[np.uint8], *, pixel_ratio: float = 1.0, look: Look = LOOK
) -> NDArray[np.uint8]:
    """The small picture (height, width, RGB or RGBA) on a sheet, as premultiplied RGBA."""
    grid = Grid(pixel_ratio)
    border = grid(_BORDER_PX)
    height, width = thumbnail.shape[:2]
    sheet = Sheet(width + 2 * border, height + 2 * border, look, grid).rgba()
    sheet[border : border + height, border : border + width, :3] = thumbnail[..., :3]
    sheet[border : border + height, border : border + width, 3] = 255
    return sheet


@dataclass(frozen=True, slots=True)
class NavigatorMap:
    """Where the small picture lies on the target, in device pixels, and what it is of."""

    x: int
    y: int
    width: int
    height: int
    image_size: tuple[float, float]

    @classmethod
    def at_top_right(
        cls,
        image_size: tuple[float, float],
        target_size: tuple[int, int],
        margin_px: int,
        pixel_ratio: float,
    ) -> "NavigatorMap | None":
        """In its corner, ``margin_px`` from the edges; None where there is no room."""
        size = thumbnail_size(image_size, target_size, pixel_ratio)
        if size is None:
            return None
        border = Grid(pixel_ratio)(_BORDER_PX)
        return cls(
            target_size[0] - margin_px - border - size[0], margin_px + border, *size, image_size
        )

    def panel_corner(self, pixel_ratio: float) -> tuple[int, int]:
        """Where the sheet of the small picture begins."""
        border = Grid(pixel_ratio)(_BORDER_PX)
        return self.x - border, self.y - border

    def i_from_s(self, x: float, y: float) -> Point | None:
        """The place of the image under a place of the target; None beside the small picture."""
        if not (self.x <= x < self.x + self.width and self.y <= y < self.y + self.height):
            return None
        return self.i_nearest(x, y)

    def i_nearest(self, x: float, y: float) -> Point:
        """The same, brought into the image."""
        share_x = min(max((x - self.x) / self.width, 0.0), 1.0)
        share_y = min(max((y - self.y) / self.height, 0.0), 1.0)
        return Point(share_x * self.image_size[0], share_y * self.image_size[1])

    def frame(self, view: Viewport, pixel_ratio: float) -> Outline:
        """The border around what is in sight, turned as the view is; it may reach out of the map.

        Where it would be too small to be seen it is `LEAST_FRAME_PX` long.
        """
        first, second, _, fourth = map(self._s_from_i, view.i_corners())
        least = LEAST_FRAME_PX * pixel_ratio
        across = _at_least(least, Point(second.x - first.x, second.y - first.y))
        down = _at_least(least, Point(fourth.x - first.x, fourth.y - first.y))
        middle = self._s_from_i(Point(view.centre_x, view.centre_y))
        corner = Point(middle.x - (across.x + down.x) / 2.0, middle.y - (across.y + down.y) / 2.0)
        return Outline(corner, across, down, FRAME_COLOR)

    def _s_from_i(self, place: Point) -> Point:
        return Point(
            self.x + place.x * self.width / self.image_size[0],
            self.y + place.y * self.height / self.image_size[1],
        )


class NavigatorItem:
    """Keeps the small picture at the upper right."""

    def __init__(self) -> None:
        self._panel: Panel | None = None
        self.forget()

    def forget(self) -> None:
        """The image is another one, or its small picture may look otherwise."""
        self._made_for: object = None
        self._made_s = -math.inf
        self.map: NavigatorMap | None = None
        """Where it lies, where it is shown."""
        self.waiting = False
        """Whether it is to be shown and cannot be yet."""

    def panel(
        self,
        sight: Sight,
        display: Display | None,
        thumbnail: Callable[[int, int], NDArray[np.uint8] | None],
    ) -> Panel | None:
        """The small picture; None where there is no room, and until it can be made.

        ``thumbnail`` gives the image in a size (width, height), or None until it can be; it is
        asked when the picture would be another.
        """
        view, ratio, pyramid = sight.view, sight.pixel_ratio, sight.description.pyramid
        on = NavigatorMap.at_top_right(
            (pyramid.width, pyramid.height), (view.width, view.height), sight.margin_px, ratio
        )
        asked = (on, ratio, display)
        if asked != self._made_for and sight.now_s - self._made_s >= EVERY_S:
            pixels = thumbnail(on.width, on.height) if on is not None else None
            if on is not None and pixels is not None:
                corner = on.panel_corner(ratio)
                self._panel = Panel(navigator_panel(pixels, pixel_ratio=ratio), *corner)
                self._made_for, self._made_s = asked, sight.now_s
        # One of another size must not be drawn; one of another display is on its way.
        shown = isinstance(self._made_for, tuple) and self._made_for[:2] == (on, ratio)
        self.map = on if shown else None
        self.waiting = on is not None and not shown
        return self._panel if shown and on is not None else None


def _at_least(length: float, edge: Point) -> Point:
    """The edge, made longer where it is shorter; it has some length."""
    factor = max(1.0, length / math.hypot(*edge))
    return Point(edge.x * factor, edge.y * factor)
