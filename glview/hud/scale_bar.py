"""The scale bar: how long it is, what it says, how it looks (pure)."""

import math
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from glview.frame import Panel
from glview.hud.sight import LEAST_SHARE, Kept, Sight
from glview.hud.units import round_length
from glview.sheet import LOOK, Grid, Look, Sheet, widest
from glview.viewport import Viewport

LONGEST_PX = 160.0
"""Logical pixels. The next shorter of 1, 2, 5, 10, ... is at least two fifths of it."""
_TEXT_PX = 13.0
_TICK_PX, _STROKE_PX = 9.0, 2.0


@dataclass(frozen=True, slots=True)
class ScaleBar:
    """``length_px`` device pixels on the screen stand for what ``label`` says."""

    length_px: float
    label: str


def scale_bar(
    view: Viewport, pixel_size_um: tuple[float, float] | None, longest_px: float
) -> ScaleBar | None:
    """The longest bar of a round length that is at most ``longest_px`` device pixels.

    Round is 1, 2 or 5 times a power of ten: of metres with an SI prefix, or of image pixels where
    ``pixel_size_um`` is not known: None if already one is longer. The bar is level on the screen:
    on a turned image with oblong pixels its length is that of the image along it.
    """
    along = view.i_vector(1.0, 0.0)
    if pixel_size_um is None:
        a_pixel = math.hypot(*along)
        count = _rounded_down(longest_px * a_pixel)
        if count < 1.0:
            return None
        return ScaleBar(count / a_pixel, f"{count:,.0f} px")
    metres = 1e-6 * math.hypot(along.x * pixel_size_um[0], along.y * pixel_size_um[1])
    length = _rounded_down(longest_px * metres)
    return ScaleBar(length / metres, round_length(length))


def scale_bar_panel(
    bar: ScaleBar, longest_px: float, *, pixel_ratio: float = 1.0, look: Look = LOOK
) -> NDArray[np.uint8]:
    """The bar under its label, as (height, width, 4) premultiplied RGBA.

    As wide as a bar of ``longest_px`` would need, so that it keeps its size while one zooms.
    """
    grid = Grid(pixel_ratio)
    margin, font = grid(10), grid.font(_TEXT_PX)
    tick, stroke = grid(_TICK_PX), grid(_STROKE_PX)
    inner = max(math.ceil(longest_px), widest(font, [bar.label]))
    sheet = Sheet(inner + 2 * margin, font.line_height + tick + 2 * margin - grid(4), look, grid)
    length = max(round(bar.length_px), 2 * stroke)
    pen = margin + (inner - font.advance(bar.label)) / 2
    sheet.words(bar.label, pen, margin - grid(4), font, look.strong)
    left, top = margin + (inner - length) // 2, margin - grid(4) + font.line_height
    for x, y, width, height in (
        (left, top + tick - stroke, length, stroke),
        (left, top, stroke, tick - stroke),
        (left + length - stroke, top, stroke, tick - stroke),
    ):
        sheet.paint(x, y, np.ones((height, width), np.float32), look.strong)
    return sheet.rgba()


class ScaleBarItem:
    """Keeps the scale bar at the lower left."""

    def __init__(self) -> None:
        self._kept = Kept()

    def panel(self, sight: Sight, raised_px: int = 0) -> Panel | None:
        """The bar of a view, so much higher; None where the picture is too narrow for one."""
        view, ratio = sight.view, sight.pixel_ratio
        longest = LONGEST_PX * ratio
        if longest > LEAST_SHARE * view.width:
            return None
        bar = scale_bar(view, sight.description.pixel_size_um, longest)
        if bar is None:
            return None
        # In whole pixels, as it is drawn: a pan that changes nothing makes nothing anew.
        asked = (round(bar.length_px), bar.label, view.width, view.height, ratio, raised_px)

        def made() -> Panel:
            pixels = scale_bar_panel(bar, longest, pixel_ratio=ratio)
            margin = sight.margin_px
            y = view.height - margin - pixels.shape[0] - raised_px
            return Panel(pixels, margin, y)

        return self._kept.panel(asked, made)


def _rounded_down(length: float) -> float:
    """The largest 1, 2 or 5 times a power of ten that is not longer."""
    power = 10.0 ** math.floor(math.log10(length))
    # A hair of room: 0.2 / 0.1 must not come out as 1.999.
    step = max(step for step in (1.0, 2.0, 5.0, 10.0) if step * power <= length * (1.0 + 1e-9))
    return step * power
