"""The navigator: the whole image, small, and what of it is in sight. No GL, no toolkit."""

import math
from collections.abc import Callable
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from glview.frame import Outline, Panel
from glview.hud.sight import Kept, Sight
from glview.sheet import LOOK, Grid, Look, Sheet
from glview.viewport import Point, Viewport

LONGEST_PX = 200.0
"""Logical pixels, of the longer side of the small picture, or"""
LONGEST_SHARE = 0.3
"""this share of the target's shorter side, whichever is less."""
LEAST_PX = 48.0
"""Logical pixels: where there is no room for a picture as long there is none."""
LEAST_SIDE_PX = 16.0
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
    """(width, height) of the small picture in device pixels; None where there is no room.

    A strip has some room beside it: `LEAST_SIDE_PX` that can be seen and struck.
    """
    longest = min(LONGEST_PX * pixel_ratio, LONGEST_SHARE * min(target_size))
    if longest < LEAST_PX * pixel_ratio:
        return None
    share = longest / max(image_size)
    least = round(LEAST_SIDE_PX * pixel_ratio)
    width, height = (max(least, round(side * share)) for side in image_size)
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
        width, height = self.image_size
        i_x = width / 2.0 + (x - self.x - self.width / 2.0) / self._scale
        i_y = height / 2.0 + (y - self.y - self.height / 2.0) / self._scale
        return Point(min(max(i_x, 0.0), width), min(max(i_y, 0.0), height))

    @property
    def _scale(self) -> float:
        """Device pixels per image pixel; the image is in the middle."""
        return min(self.width / self.image_size[0], self.height / self.image_size[1])

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
        width, height = self.image_size
        return Point(
            self.x + self.width / 2.0 + (place.x - width / 2.0) * self._scale,
            self.y + self.height / 2.0 + (place.y - height / 2.0) * self._scale,
        )


class NavigatorItem:
    """Keeps the small picture at the upper right."""

    def __init__(self, every_s: float = EVERY_S) -> None:
        """While only the display changes, the small picture follows every ``every_s`` seconds."""
        self._every_s = every_s
        self.forget()

    def forget(self) -> None:
        """The image is another one."""
        self._pixels: NDArray[np.uint8] | None = None
        self._size: tuple[object, ...] = ()
        self._of: tuple[object, ...] = ()
        self._made_s = -math.inf
        self._made = 0
        self._kept = Kept()
        self.map: NavigatorMap | None = None
        """Where it lies, where it is shown."""
        self.waiting = False
        """Whether it is to look otherwise than it does,"""
        self.due = False
        """and that only for the pace: another picture will do it."""

    def panel(
        self,
        sight: Sight,
        of: tuple[object, ...],
        thumbnail: Callable[[int, int], NDArray[np.uint8] | None],
    ) -> Panel | None:
        """The small picture; None where there is no room, and until it can be made.

        ``thumbnail`` gives the image in a size (width, height), or None until it can be; it is
        asked when the picture would be another: in another size, or because of another ``of``.
        """
        view, ratio, pyramid = sight.view, sight.pixel_ratio, sight.description.pyramid
        on = NavigatorMap.at_top_right(
            (pyramid.width, pyramid.height), (view.width, view.height), sight.margin_px, ratio
        )
        self.map, self.waiting, self.due = None, False, False
        if on is None:
            return None
        size = (on.width, on.height, ratio)
        paced = size == self._size and sight.now_s - self._made_s < self._every_s
        differs = (size, of) != (self._size, self._of)
        self.due = differs and paced
        if differs and not paced:
            found = thumbnail(on.width, on.height)
            if found is not None:
                self._pixels = navigator_panel(found, pixel_ratio=ratio)
                self._size, self._of, self._made_s = size, of, sight.now_s
                self._made += 1
        self.waiting = (size, of) != (self._size, self._of)
        pixels = self._pixels
        if pixels is None or size != self._size:
            return None
        self.map = on
        corner = on.panel_corner(ratio)
        return self._kept.panel((self._made, corner), lambda: Panel(pixels, *corner))


def _at_least(length: float, edge: Point) -> Point:
    """The edge, made longer where it is shorter; it has some length."""
    factor = max(1.0, length / math.hypot(*edge))
    return Point(edge.x * factor, edge.y * factor)
