"""The panels that stand on the picture: a table of keys, a message. Pure numpy, no GL.

A panel is premultiplied 8-bit RGBA, ready to be drawn one texel a device pixel. It is dark and
almost opaque, so that its words can be read on any picture; a light hairline keeps its outline on
a black one. Lengths in ``Look`` are logical pixels, all others device pixels; ``pixel_ratio`` is
device pixels per logical pixel. Any thread may call anything here.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from enum import Enum

import numpy as np
from numpy.typing import NDArray

from glview.text import Font, draw_line, load_font, printable, wrap

Colour = tuple[int, int, int]
"""Red, green, blue as the screen takes them, 0 to 255."""


class Tone(Enum):
    """What a message is about; it colours the title and the bar at its left."""

    PLAIN = "plain"
    ERROR = "error"


@dataclass(frozen=True, slots=True)
class Look:
    """Colours, and lengths in logical pixels."""

    body: Colour = (19, 21, 26)
    body_alpha: float = 0.90
    line: Colour = (255, 255, 255)
    line_alpha: float = 0.16
    key: Colour = (255, 255, 255)
    key_alpha: float = 0.10
    text: Colour = (232, 235, 240)
    strong: Colour = (255, 255, 255)
    heading: Colour = (150, 190, 255)
    error: Colour = (255, 162, 152)
    text_px: float = 14.0
    title_px: float = 16.0
    key_px: float = 12.0
    margin_px: float = 20.0
    corner_px: float = 10.0
    measure_px: float = 460.0


LOOK = Look()


def table_panel(
    title: str,
    rows: Sequence[tuple[str, str]],
    *,
    pixel_ratio: float = 1.0,
    max_size: tuple[int, int] | None = None,
    look: Look = LOOK,
) -> NDArray[np.uint8]:
    """A title over rows of (keys, what they do), as (height, width, 4) premultiplied RGBA.

    Each word of ``keys`` is drawn as a key of its own, but for ``/`` which stands between
    alternatives: ``"r / ⇧ r"``. A row without keys is a heading; one without either is a gap.
    Within ``max_size`` (width, height) the second column is wrapped, and where that is not enough
    the table is set smaller and tighter; it can still be larger than a very small ``max_size``.
    """
    panel = _table(title, rows, _Grid(pixel_ratio), max_size, look)
    if max_size and (panel.shape[0] > max_size[1] or panel.shape[1] > max_size[0]):
        panel = _table(title, rows, _Grid(pixel_ratio, tight=True), max_size, look)
    return panel


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
    grid = _Grid(pixel_ratio)
    slim = not title and tone is Tone.PLAIN
    margin = grid(look.margin_px * (0.6 if slim else 0.9))
    side = grid(look.margin_px * (0.8 if slim else 1.0)) + (grid(4) if tone is Tone.ERROR else 0)
    font, bold = grid.font(look.text_px), grid.font(look.title_px, bold=True)
    longest = grid(look.measure_px)
    if max_size:
        longest = max(1, min(longest, max_size[0] - 2 * side))
    headline, lines = _split(title, longest, bold), _split(message, longest, font)
    gap = grid(6) if headline and lines else 0
    head = len(headline) * bold.line_height + gap
    if max_size:
        room = max(1, (max_size[1] - 2 * margin - head) // font.line_height)
        if len(lines) > room:
            lines = [*lines[: room - 1], _shortened(lines[room - 1], longest, font)]
    width = max(grid(40), _widest(bold, headline), _widest(font, lines))
    height = head + len(lines) * font.line_height
    sheet = _Sheet(width + 2 * side, height + 2 * margin, look, grid)
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
    grid: "_Grid",
    max_size: tuple[int, int] | None,
    look: Look,
) -> NDArray[np.uint8]:
    """The table in one of its two densities."""
    margin, space = grid(look.margin_px), grid(4)
    font, key_font = grid.font(look.text_px), grid.font(look.key_px)
    bold, head_font = grid.font(look.title_px, bold=True), grid.font(look.text_px, bold=True)
    longest = max(1, max_size[0] - 2 * margin) if max_size else 1 << 20

    keys = [[_Key(word, key_font, grid) for word in printable(row[0]).split()] for row in rows]
    reach = max([0, *(sum(key.width + space for key in row) for row in keys)])
    column = reach - space + grid(20) if reach else 0
    key_height = key_font.line_height + grid(2)
    pitch = max(key_height, font.line_height) + grid(6)

    headline = _split(title, longest, bold)
    head = len(headline) * bold.line_height + (grid(10) if headline else 0)
    width, heights = _widest(bold, headline), []
    texts: list[list[str]] = []
    for row, (_, what) in zip(keys, rows, strict=True):
        face, indent = (font, column) if row else (head_font, 0)
        lines = _split(what, max(1, longest - indent), face)
        texts.append(lines)
        width = max(width, indent + _widest(face, lines))
        more = max(0, len(lines) - 1) * face.line_height
        heights.append(pitch + more + (0 if row else grid(6)) if row or lines else grid(10))

    sheet = _Sheet(width + 2 * margin, head + sum(heights) + 2 * margin, look, grid)
    sheet.block(headline, margin, margin, bold, look.strong)
    y = margin + head
    for row, lines, height in zip(keys, texts, heights, strict=True):
        x, middle = margin, y + pitch // 2
        for key in row:
            key.draw(sheet, x, middle - key_height // 2, key_height)
            x += key.width + space
        if row:
            sheet.block(lines, margin + column, middle - font.line_height // 2, font, look.text)
        else:
            sheet.block(lines, margin, y + grid(8), head_font, look.heading)
        y += height
    return sheet.rgba()


class _Grid:
    """Logical lengths in whole device pixels, at least one; ``tight`` sets all a size smaller."""

    def __init__(self, pixel_ratio: float, *, tight: bool = False) -> None:
        if not 0 < pixel_ratio < float("inf"):
            raise ValueError(f"pixel ratio must be positive and finite: {pixel_ratio}")
        self._ratio = pixel_ratio
        self._tight = tight

    def __call__(self, length: float) -> int:
        return max(1, round(length * self._ratio * (0.6 if self._tight else 1.0)))

    def font(self, size_px: float, *, bold: bool = False) -> Font:
        return load_font(size_px * self._ratio * (0.86 if self._tight else 1.0), bold=bold)


class _Key:
    """One word on a key, or the bare ``/`` between two."""

    def __init__(self, word: str, font: Font, grid: _Grid) -> None:
        self._word = word
        self._font = font
        self._corner = grid(4)
        self._bare = word == "/"
        self.width = _widest(font, [word])
        if not self._bare:
            self.width = max(self.width + grid(12), font.line_height + grid(4))

    def draw(self, sheet: "_Sheet", x: int, y: int, height: int) -> None:
        look = sheet.look
        if not self._bare:
            sheet.box(x, y, x + self.width, y + height, self._corner, look.key, look.key_alpha)
            sheet.outline(x, y, x + self.width, y + height, self._corner)
        pen = x + (self.width - self._font.advance(self._word)) / 2
        top = y + (height - self._font.line_height) // 2
        sheet.words(self._word, pen, top, self._font, look.text)


class _Sheet:
    """A panel being drawn, body and hairline in place."""

    def __init__(self, width: int, height: int, look: Look, grid: _Grid) -> None:
        self.look = look
        self._hair = grid(1)
        corner = min(grid(look.corner_px), width // 2, height // 2)
        small = 2 * corner + 1
        self._pixels: NDArray[np.uint8] = np.zeros((small, small, 4), np.uint8)
        self.box(0, 0, small, small, corner, look.body, look.body_alpha)
        self.outline(0, 0, small, small, corner)
        rows, columns = _stretched(small, height), _stretched(small, width)
        self._pixels = self._pixels[rows].take(columns, axis=1)

    def box(
        self, x0: int, y0: int, x1: int, y1: int, corner: float, colour: Colour, alpha: float
    ) -> None:
        """Fill a rectangle with rounded corners."""
        self._blend(x0, y0, _rounded(x1 - x0, y1 - y0, corner, 0), colour, alpha)

    def outline(self, x0: int, y0: int, x1: int, y1: int, corner: float) -> None:
        """Draw a hairline just inside the same rectangle."""
        width, height = x1 - x0, y1 - y0
        ring = _rounded(width, height, corner, 0) - _rounded(width, height, corner, self._hair)
        self._blend(x0, y0, ring, self.look.line, self.look.line_alpha)

    def block(self, lines: Sequence[str], x: int, y: int, font: Font, colour: Colour) -> int:
        """Set lines under each other from the line box's top ``y``; returns the bottom."""
        for line in lines:
            self.words(line, x, y, font, colour)
            y += font.line_height
        return y

    def words(self, line: str, pen: float, top: int, font: Font, colour: Colour) -> None:
        """Set one line into the line box whose top is ``top``, centred on its capitals."""
        strip = np.zeros((font.line_height, _widest(font, [line]) + 2 * font.overhang), np.uint8)
        baseline = (font.line_height + font.cap_height) // 2
        left = int(pen) - font.overhang
        draw_line(strip, line, pen - left, baseline, font)
        self._blend(left, top, strip.astype(np.float32) / np.float32(255), colour, 1.0)

    def rgba(self) -> NDArray[np.uint8]:
        """The picture, premultiplied."""
        return self._pixels

    def _blend(
        self, x: int, y: int, shape: NDArray[np.float32], colour: Colour, alpha: float
    ) -> None:
        under = self._pixels[y : y + shape.shape[0], x : x + shape.shape[1]]
        cover = shape[..., None] * np.float32(alpha)
        under[...] = np.rint(under * (1 - cover) + cover * np.array([*colour, 255], np.float32))


def _stretched(small: int, size: int) -> NDArray[np.intp]:
    """Where each of ``size`` pixels is found in a picture of ``small``, its middle repeated."""
    at = np.arange(size)
    return np.where(at <= small // 2, at, np.maximum(at - (size - small), small // 2))


def _rounded(width: int, height: int, corner: float, inset: float) -> NDArray[np.float32]:
    """Coverage of a rounded rectangle ``inset`` pixels inside width x height pixels."""
    radius = max(0.0, min(corner, width / 2, height / 2) - inset)
    x = np.abs(np.arange(width, dtype=np.float32) + 0.5 - width / 2)
    y = np.abs(np.arange(height, dtype=np.float32) + 0.5 - height / 2)[:, None]
    dx = x - (width / 2 - inset - radius)
    dy = y - (height / 2 - inset - radius)
    outside = np.hypot(np.maximum(dx, 0), np.maximum(dy, 0))
    distance = outside + np.minimum(np.maximum(dx, dy), 0) - radius
    coverage: NDArray[np.float32] = np.clip(0.5 - distance, 0, 1).astype(np.float32)
    return coverage


def _widest(font: Font, lines: Sequence[str]) -> int:
    return max([0, *(int(np.ceil(font.advance(line))) for line in lines)])


def _shortened(line: str, width: int, font: Font) -> str:
    """The line with an ellipsis, cut so far that both fit."""
    while line and font.advance(f"{line}…") > width:
        line = line[:-1]
    return f"{line}…"


def _split(text: str, width: int, font: Font) -> list[str]:
    """Wrapped lines, none for an empty text."""
    return wrap(text, width, font) if text else []
