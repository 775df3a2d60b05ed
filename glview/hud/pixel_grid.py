"""The pixel grid: lines between image pixels, and the values of these. No GL, no toolkit."""

import math
from collections.abc import Callable
from functools import partial
from typing import Any

from glview.frame import CellText, PixelGrid
from glview.hud.cells import MOST_LINES, CellValues, Room, written
from glview.hud.sight import Sight
from glview.image import ImageDescription
from glview.pixel_block import PixelBlock
from glview.pyramid import IntRect, Level, Rect
from glview.session import SQUARES_FROM
from glview.viewport import Viewport

AROUND = 0.25
"""Pixels are read this share of the view around it, so that a small pan needs no reading."""
LEAST_LINES_PX = SQUARES_FROM
"""Logical pixels that an image pixel takes on the screen before lines between them help."""


class PixelGridItem:
    """Reads the pixels in sight where they are large enough, and keeps what they say."""

    def __init__(
        self,
        ask: Callable[[IntRect, Callable[[PixelBlock], Any]], None],
        take: Callable[[], Any],
    ) -> None:
        """``ask`` asks for the pixels in a rectangle, and for what to make of them.

        That happens on another thread; ``take`` gives it, once.
        """
        self._ask = ask
        self._take = take
        self.forget()

    def forget(self) -> None:
        """The image is another one, or nobody wants to see its values."""
        self._asked: IntRect | None = None
        self._values: CellValues | None = None
        self._fitted: tuple[object, CellText | None] = (None, None)

    @property
    def waiting(self) -> bool:
        """Whether values that would be shown are being read."""
        return self._asked is not None

    def grid(self, sight: Sight) -> PixelGrid | None:
        """The grid for a view; None where pixels are too small for one."""
        view, ratio, described = sight.view, sight.pixel_ratio, sight.description
        level = described.pyramid.levels[0]
        side_px = view.scale * min(level.downsample_x, level.downsample_y)
        if side_px < LEAST_LINES_PX * ratio:
            self._asked = None
            return None
        room = Room(side_px, ratio, view.direction)
        self._read(described, view, room)
        text = None
        if self._values is not None:
            if self._fitted[0] != (self._values, room):
                self._fitted = (self._values, room), self._values.text(room)
            text = self._fitted[1]
        return PixelGrid(view, level, max(1, round(ratio)), text)

    def _read(self, described: ImageDescription, view: Viewport, room: Room) -> None:
        """Have the values of what is in sight, where any could be shown."""
        if (made := self._take()) is not None:
            self._values, self._asked = made, None
        lines = min(described.bands + described.alpha, MOST_LINES)
        level = described.pyramid.levels[0]
        seen = _pixels(level, view.i_bounds())
        nothing = seen.x0 >= seen.x1 or seen.y0 >= seen.y1
        served = self._values is not None and self._values.serves(seen, room)
        if nothing or served or room.font(lines, 1) is None:
            self._asked = None
        elif self._asked is None or not self._asked.holds(seen):
            around = AROUND * max(view.width, view.height)
            self._asked = _pixels(level, view.i_bounds(around))
            self._ask(self._asked, partial(written, description=described, room=room))


def _pixels(level: Level, rect: Rect) -> IntRect:
    """The pixels of a level that a rectangle of the image meets."""
    return IntRect(
        max(math.floor((rect.x0 - level.offset_x) / level.downsample_x), 0),
        max(math.floor((rect.y0 - level.offset_y) / level.downsample_y), 0),
        min(math.ceil((rect.x1 - level.offset_x) / level.downsample_x), level.width),
        min(math.ceil((rect.y1 - level.offset_y) / level.downsample_y), level.height),
    )
