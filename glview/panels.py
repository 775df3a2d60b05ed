"""The panels that stand on the picture: a table of keys, a message. Pure numpy, no GL.

A panel is premultiplied 8-bit RGBA, ready to be drawn one texel a device pixel (`glview.sheet`).
Lengths are device pixels; ``pixel_ratio`` is device pixels per logical pixel. Any thread may call
anything here.
"""

from bisect import bisect
from collections.abc import Sequence
from enum import Enum

import numpy as np
from numpy.typing import NDArray

from glview.sheet import LOOK, Density, Grid, Look, Sheet, shortened, split, widest
from glview.text import Font, printable

_MORE = "… more in a larger window"
_TWO_COLUMNS_PX = 560.0
"""Columns that are narrower, in logical pixels, would break words."""


class Tone(Enum):
    """What a message is about; it colours the title and the bar at its left."""

    PLAIN = "plain"
    ERROR = "error"


def table_panel(
    title: str,
    rows: Sequence[tuple[str, str]],
    *,
    pixel_ratio: float = 1.0,
    max_size: tuple[int, int] | None = None,
    look: Look = LOOK,
) -> NDArray[np.uint8]:
    """A title over rows of (keys, what they do), as (height, width, 4) premultiplied RGBA.

    Each word of ``keys`` is drawn as a key of its own, but for ``/`` and ``…`` which stand between
    alternatives: ``"r / ⇧ r"``. A row without keys is a heading; one without either is a gap.
    Within ``max_size`` (width, height) the texts are wrapped, and where that is not enough the rows
    stand in two columns, or smaller and tighter by each `Density`, or both. Where nothing is enough
    there are as many rows as fit, and a word that there are more; at least that.
    """
    for density in Density:
        for count in (1, 2):
            grid = Grid(pixel_ratio, density)
            panel = _table(title, rows, grid, max_size, look, count)
            if not max_size or (panel.shape[0] <= max_size[1] and panel.shape[1] <= max_size[0]):
                return panel
    assert max_size is not None
    grid, most_px = Grid(pixel_ratio, Density.TIGHTEST), max_size[1]
    columns = 2 if max_size[0] >= _TWO_COLUMNS_PX * pixel_ratio else 1

    def first(count: int) -> NDArray[np.uint8]:
        return _table(title, (*rows[:count], ("", _MORE)), grid, max_size, look, columns)

    return first(max(bisect(range(len(rows)), most_px, key=lambda n: first(n).shape[0]) - 1, 0))


def message_panel(
    message: str,
    *,
    title: str = "",
    tone: Tone = Tone.PLAIN,
    pixel_ratio: float = 1.0,
    max_size: tuple[int, int] | None = None,
    look: Look = LOOK,
) -> NDArray[np.uint8]:
    """A message, wrapped, under an optional title, as (height, width, 4) premultiplied RGBA.

    Lines are at most ``look.measure_px`` long. Within ``max_size`` (width, height) they are
    shorter, and lines that find no room give way to an ellipsis.
    """
    grid = Grid(pixel_ratio)
    slim = not title and tone is Tone.PLAIN
    margin = grid(look.margin_px * (0.6 if slim else 0.9))
    side = grid(look.margin_px * (0.8 if slim else 1.0)) + (grid(4) if tone is Tone.ERROR else 0)
    font, bold = grid.font(look.text_px), grid.font(look.title_px, bold=True)
    longest = grid(look.measure_px)
    if max_size:
        longest = max(1, min(longest, max_size[0] - 2 * side))
    headline, lines = split(title, longest, bold), split(message, longest, font)
    gap = grid(6) if headline and lines else 0
    head = len(headline) * bold.line_height + gap
    if max_size:
        room = max(1, (max_size[1] - 2 * margin - head) // font.line_height)
        if len(lines) > room:
            lines = [*lines[: room - 1], shortened(lines[room - 1], longest, font)]
    width = max(grid(40), widest(bold, headline), widest(font, lines))
    height = head + len(lines) * font.line_height
    sheet = Sheet(width + 2 * side, height + 2 * margin, look, grid)
    if tone is Tone.ERROR:
        bar, top, bottom = side - grid(12), margin + grid(2), margin + height - grid(2)
        sheet.box(bar, top, bar + grid(3), bottom, grid(1.5), look.error, 1.0)
    accent = look.error if tone is Tone.ERROR else look.strong
    y = sheet.block(headline, side, margin, bold, accent)
    sheet.block(lines, side, y + gap, font, look.text)
    return sheet.rgba()


def _table(
    title: str,
    rows: Sequence[tuple[str, str]],
    grid: Grid,
    max_size: tuple[int, int] | None,
    look: Look,
    count: int,
) -> NDArray[np.uint8]:
    """The table in one of its two densities, in so many columns."""
    margin, gap = grid(look.margin_px), grid(24)
    bold = grid.font(look.title_px, bold=True)
    longest = max(1, max_size[0] - 2 * margin) if max_size else 1 << 20
    headline = split(title, longest, bold)
    head = len(headline) * bold.line_height + (grid(10) if headline else 0)
    each = max(1, (longest - (count - 1) * gap) // count)
    columns = [_Column(rows, grid, each, look)]
    if count > 1:
        cut = _halfway(columns[0].heights)
        columns = [_Column(part, grid, each, look) for part in (rows[:cut], rows[cut:])]
    wide = sum(column.width for column in columns) + gap * max(0, len(columns) - 1)
    tall = max([0, *(column.height for column in columns)])
    width = max(widest(bold, headline), wide)
    sheet = Sheet(width + 2 * margin, head + tall + 2 * margin, look, grid)
    sheet.block(headline, margin, margin, bold, look.strong)
    x = margin
    for column in columns:
        column.draw(sheet, x, margin + head)
        x += column.width + gap
    return sheet.rgba()


def _halfway(heights: Sequence[int]) -> int:
    """After how many of these rows a table is cut, so that both parts are as low as can be."""
    return min(range(len(heights) + 1), key=lambda cut: max(sum(heights[:cut]), sum(heights[cut:])))


class _Column:
    """Rows below each other, at most ``longest`` wide where their keys leave that room."""

    def __init__(
        self, rows: Sequence[tuple[str, str]], grid: Grid, longest: int, look: Look
    ) -> None:
        self._grid, self._space = grid, grid(4)
        self._font, key_font = grid.font(look.text_px), grid.font(look.key_px)
        self._head_font = grid.font(look.text_px, bold=True)
        self._key_height = key_font.line_height + grid(2)
        self._pitch = max(self._key_height, self._font.line_height) + grid(6)
        self._keys = [
            [_Key(word, key_font, grid) for word in printable(row[0]).split()] for row in rows
        ]
        reach = max([0, *(sum(key.width + self._space for key in row) for row in self._keys)])
        self._indent = reach - self._space + grid(20) if reach else 0
        self.heights: list[int] = []
        self._texts: list[list[str]] = []
        self.width = 0
        for row, (_, what) in zip(self._keys, rows, strict=True):
            face, indent = (self._font, self._indent) if row else (self._head_font, 0)
            lines = split(what, max(1, longest - indent), face)
            self._texts.append(lines)
            self.width = max(self.width, indent + widest(face, lines))
            more = max(0, len(lines) - 1) * face.line_height
            full = self._pitch + more + (0 if row else grid(6))
            self.heights.append(full if row or lines else grid(10))
        self.height = sum(self.heights)

    def draw(self, sheet: Sheet, left: int, y: int) -> None:
        """With its top left corner there."""
        look, font = sheet.look, self._font
        for row, lines, height in zip(self._keys, self._texts, self.heights, strict=True):
            x, middle = left, y + self._pitch // 2
            for key in row:
                key.draw(sheet, x, middle - self._key_height // 2, self._key_height)
                x += key.width + self._space
            if row:
                top = middle - font.line_height // 2
                sheet.block(lines, left + self._indent, top, font, look.text)
            else:
                sheet.block(lines, left, y + self._grid(8), self._head_font, look.heading)
            y += height


class _Key:
    """One word on a key, or the bare ``/`` or ``…`` between two."""

    def __init__(self, word: str, font: Font, grid: Grid) -> None:
        self._word = word
        self._font = font
        self._corner = grid(4)
        self._bare = word in {"/", "…"}
        self.width = widest(font, [word])
        if not self._bare:
            self.width = max(self.width + grid(12), font.line_height + grid(4))

    def draw(self, sheet: Sheet, x: int, y: int, height: int) -> None:
        look = sheet.look
        if not self._bare:
            sheet.box(x, y, x + self.width, y + height, self._corner, look.key, look.key_alpha)
            sheet.outline(x, y, x + self.width, y + height, self._corner)
        pen = x + (self.width - self._font.advance(self._word)) / 2
        top = y + (height - self._font.line_height) // 2
        sheet.words(self._word, pen, top, self._font, look.text)
