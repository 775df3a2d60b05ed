"""What a panel is drawn on: a dark sheet, with boxes and words on it. Pure numpy, no GL.

A sheet is premultiplied 8-bit RGBA, to be drawn one texel a device pixel. It is dark and almost
opaque, so that its words can be read on any picture; a light hairline keeps its outline on a black
one. Lengths in `Look` are logical pixels, all others device pixels; ``pixel_ratio`` is device
pixels per logical pixel. Any thread may call anything here.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from enum import Enum

import numpy as np
from numpy.typing import NDArray

from glview.text import Font, draw_line, load_font, wrap

Colour = tuple[int, int, int]
"""Red, green, blue as the screen takes them, 0 to 255."""


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


class Density(Enum):
    """How closely a panel is set: how large its type is, and how wide what lies between."""

    USUAL = (1.0, 1.0)
    TIGHT = (0.86, 0.6)
    TIGHTEST = (0.74, 0.4)


class Grid:
    """Logical lengths in whole device pixels, at least one."""

    def __init__(self, pixel_ratio: float, density: Density = Density.USUAL) -> None:
        if not 0 < pixel_ratio < float("inf"):
            raise ValueError(f"pixel ratio must be positive and finite: {pixel_ratio}")
        self._ratio = pixel_ratio
        self._type, self._gaps = density.value

    def __call__(self, length: float) -> int:
        return max(1, round(length * self._ratio * self._gaps))

    def font(self, size_px: float, *, bold: bool = False) -> Font:
        return load_font(size_px * self._ratio * self._type, bold=bold)


class Sheet:
    """A panel being drawn, body and hairline in place."""

    def __init__(self, width: int, height: int, look: Look, grid: Grid) -> None:
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
        self.paint(x0, y0, _rounded(x1 - x0, y1 - y0, corner, 0), colour, alpha)

    def outline(self, x0: int, y0: int, x1: int, y1: int, corner: float) -> None:
        """Draw a hairline just inside the same rectangle."""
        width, height = x1 - x0, y1 - y0
        ring = _rounded(width, height, corner, 0) - _rounded(width, height, corner, self._hair)
        self.paint(x0, y0, ring, self.look.line, self.look.line_alpha)

    def block(self, lines: Sequence[str], x: int, y: int, font: Font, colour: Colour) -> int:
        """Set lines under each other from the line box's top ``y``; returns the bottom."""
        for line in lines:
            self.words(line, x, y, font, colour)
            y += font.line_height
        return y

    def words(self, line: str, pen: float, top: int, font: Font, colour: Colour) -> None:
        """Set one line into the line box whose top is ``top``, centred on its capitals."""
        strip = np.zeros((font.line_height, widest(font, [line]) + 2 * font.overhang), np.uint8)
        baseline = (font.line_height + font.cap_height) // 2
        left = int(pen) - font.overhang
        draw_line(strip, line, pen - left, baseline, font)
        self.paint(left, top, strip.astype(np.float32) / np.float32(255), colour, 1.0)

    def widen(self, x: int, y: int, columns: int, rows: int, times: int) -> None:
        """Draw pixel columns that begin at ``x`` so many times as wide, over what is right of them.

        A graph is drawn in columns and then widened, which takes a part of the time.
        """
        drawn = self._pixels[y : y + rows, x : x + columns]
        self._pixels[y : y + rows, x : x + columns * times] = np.repeat(drawn, times, axis=1)

    def rgba(self) -> NDArray[np.uint8]:
        """The picture, premultiplied."""
        return self._pixels

    def paint(
        self, x: int, y: int, shape: NDArray[np.float32], colour: Colour, alpha: float = 1.0
    ) -> None:
        """Lay a colour on, as far as ``shape`` (height, width) says from 0 to 1."""
        under = self._pixels[y : y + shape.shape[0], x : x + shape.shape[1]]
        cover = shape[..., None] * np.float32(alpha)
        under[...] = np.rint(under * (1 - cover) + cover * np.array([*colour, 255], np.float32))


def widest(font: Font, lines: Sequence[str]) -> int:
    """Width of the longest line, in whole pixels."""
    return max([0, *(int(np.ceil(font.advance(line))) for line in lines)])


def shortened(line: str, width: int, font: Font) -> str:
    """The line with an ellipsis, cut so far that both fit."""
    while line and font.advance(f"{line}…") > width:
        line = line[:-1]
    return f"{line}…"


def split(text: str, width: int, font: Font) -> list[str]:
    """Wrapped lines, none for an empty text."""
    return wrap(text, width, font) if text else []


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
