"""The legend: what the channels are called, in their colours (pure)."""

import math
from collections.abc import Iterable, Sequence

import numpy as np
from numpy.typing import NDArray

from glview.display import RGB, Display
from glview.display_steps import band_names
from glview.frame import Panel
from glview.hud.sight import LEAST_SHARE, Kept, Sight
from glview.image import ColorModel, ImageDescription
from glview.planes import channel_at
from glview.sheet import LOOK, Grid, Look, Sheet, shortened, widest

_TEXT_PX, _SIDE_PX, _MARGIN_PX, _SQUARE_PX, _GAP_PX = 13.0, 12.0, 8.0, 9.0, 7.0
_LEAST_LIGHT = 0.35
"""Names in a dark blue would not be read on a dark sheet: so much white is mixed in."""
_DIM = 0.35


def legend_panel(
    rows: Sequence[tuple[str, RGB, bool]],
    *,
    most_px: int = 1 << 20,
    pixel_ratio: float = 1.0,
    look: Look = LOOK,
    count: str = "",
) -> NDArray[np.uint8]:
    """Names, colours and whether they are shown, on a sheet at most ``most_px`` wide.

    ``count`` is a line of its own below them (`count_line`), never shortened.
    As (height, width, 4), premultiplied.
    """
    grid = Grid(pixel_ratio)
    side, margin, square, gap = map(grid, (_SIDE_PX, _MARGIN_PX, _SQUARE_PX, _GAP_PX))
    font = grid.font(_TEXT_PX)
    room = max(1, most_px - 2 * side - square - gap)
    names = [
        name if font.advance(name) <= room else shortened(name, room, font) for name, _, _ in rows
    ]
    named = widest(font, names) + square + gap if names else 0
    counted = math.ceil(font.advance(count)) if count else 0
    lines = len(rows) + bool(count)
    width = max(named, counted) + 2 * side
    sheet = Sheet(width, lines * font.line_height + 2 * margin, look, grid)
    for number, (name, (_, color, shown)) in enumerate(zip(names, rows, strict=True)):
        top = margin + number * font.line_height
        light = 1.0 if shown else _DIM
        whitened = (light * (_LEAST_LIGHT + (1.0 - _LEAST_LIGHT) * part) for part in color)
        middle = top + (font.line_height - square) // 2
        if shown:
            filled = np.ones((square, square), np.float32)
            sheet.paint(side, middle, filled, _bytes(color))
        sheet.words(name, side + square + gap, top, font, _bytes(whitened))
    if count:
        sheet.words(count, side, margin + len(rows) * font.line_height, font, look.text)
    return sheet.rgba()


def count_line(shown: int, channels: int, *, named: bool) -> str:
    """How many channels are shown, where their names do not tell: some are off, or not listed."""
    if shown < channels:
        return f"{shown} of {channels} channels"
    return "" if named else f"{channels} channel{'s' if channels > 1 else ''}"


def _bytes(color: Iterable[float]) -> tuple[int, int, int]:
    red, green, blue = (round(255.0 * part) for part in color)
    return red, green, blue


def has_legend(description: ImageDescription) -> bool:
    """Whether there are channels to be named: not of grey, nor of red, green and blue.

    One is where the others are planes.
    """
    if description.color_model is ColorModel.RGB:
        return False
    return description.bands > 1 or channel_at(description.axes, description.plane) is not None


class LegendItem:
    """Keeps the legend at the upper left, for images of several channels."""

    def __init__(self) -> None:
        self._kept = Kept()
        self._kept_alone = Kept()

    def panel(self, sight: Sight, display: Display) -> Panel | None:
        """The names; without room how many they are; None where there are none (`has_legend`)."""
        description, view, ratio = sight.description, sight.view, sight.pixel_ratio
        if not has_legend(description):
            return None
        rows = tuple(
            (name, color, band not in display.hidden)
            for band, (name, color) in enumerate(
                zip(band_names(description), display.colors, strict=True)
            )
        )
        most = round(LEAST_SHARE * view.width)
        shown = len(display.shown)

        def made(named: bool) -> Panel:
            listed = rows if named else ()
            count = count_line(shown, len(rows), named=named)
            asked = (listed, count, most, ratio, sight.margin_px)

            def drawn() -> Panel:
                pixels = legend_panel(listed, most_px=most, pixel_ratio=ratio, count=count)
                return Panel(pixels, sight.margin_px, sight.margin_px)

            return (self._kept if named else self._kept_alone).panel(asked, drawn)

        for panel in map(made, (True, False) if description.bands > 1 else (True,)):
            height, width = panel.pixels.shape[:2]
            if height + 2 * sight.margin_px <= view.height and width <= most:
                return panel
        return None
