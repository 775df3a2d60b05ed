"""Text as numpy arrays, from the font inside the package.

Pure: no GL, no toolkit, no font of the machine. ``scripts/make_font`` drew the glyphs
(``docs/fonts.md`` says how they are stored); here they are only placed. All lengths are device
pixels. Any thread may call anything here.
"""

import io
import math
import unicodedata
from collections.abc import Sequence
from dataclasses import dataclass
from functools import cache, lru_cache
from pkgutil import get_data

import numpy as np
from numpy.typing import NDArray

Coverage = NDArray[np.uint8]
"""(height, width), 0 nothing to 255 all of the pixel."""
UNKNOWN = 0
"""The code point that stands for every character the font does not have: a box."""


@dataclass(frozen=True, slots=True, eq=False)
class Font:
    """One weight at one size: metrics in pixels and the ink of every glyph.

    ``glyphs`` maps a code point to (left bearing in columns, top above the baseline, advance in
    1/64 pixel, ink). The ink is ``columns`` columns a pixel wide, in ``greys`` steps a column, so
    that a glyph can be set at 1/``columns`` of a pixel without a filter. ``zoom`` is 1 but for
    sizes past the largest shipped: then glyphs are doubled, trebled, ... linearly.
    """

    size_px: int
    ascent: int
    descent: int
    line_height: int
    columns: int
    greys: int
    glyphs: dict[int, tuple[int, int, int, NDArray[np.uint8]]]
    zoom: int = 1

    @property
    def cap_height(self) -> int:
        """Height of a capital letter above the baseline."""
        return self.glyphs[ord("H")][1] * self.zoom

    @property
    def overhang(self) -> int:
        """Room kept left and right of a text for ink that leaves its advance."""
        return max(1, round(self.size_px / 8))

    def advance(self, text: str) -> float:
        """Length of one line from pen to pen."""
        return self.zoom * sum(self.glyph(char)[2] for char in text) / 64.0

    def glyph(self, char: str) -> tuple[int, int, int, NDArray[np.uint8]]:
        """The entry of ``glyphs`` for a character, the box for one that is not there."""
        return self.glyphs.get(ord(char)) or self.glyphs[UNKNOWN]

    def place(self, char: str, pen: float) -> tuple[int, int, Coverage]:
        """Coverage of ``char`` at ``pen``, its first pixel column, its top above the baseline.

        The array is read only.
        """
        left, top, _, _ = self.glyph(char)
        first = round(pen / self.zoom * self.columns) + left
        column, pad = divmod(first, self.columns)
        return column * self.zoom, top * self.zoom, _set_glyph(self, char, pad)


def load_font(size_px: float, *, bold: bool = False) -> Font:
    """The shipped font nearest to ``size_px`` pixels an em; read once, 1 ms.

    Sizes beyond the largest are a whole multiple of a shipped one.
    """
    if not (size_px > 0 and math.isfinite(size_px)):
        raise ValueError(f"text size must be positive and finite: {size_px}")
    weight = "bold" if bold else "regular"
    sizes = _sizes(weight)
    zoom = max(1, round(size_px / sizes[-1]))
    asked = size_px / zoom
    nearest = min(sizes, key=lambda size: max(size / asked, asked / size))
    return _read_font(weight, nearest, zoom)


def measure(text: str | Sequence[str], *, size_px: float, bold: bool = False) -> tuple[int, int]:
    """(width, height) of the array that ``render_text`` gives for the same arguments."""
    font = load_font(size_px, bold=bold)
    lines = _lines(text)
    width = max(np.ceil(font.advance(line)) for line in lines)
    height = font.ascent + font.descent + (len(lines) - 1) * font.line_height
    return int(width) + 2 * font.overhang, height


def render_text(text: str | Sequence[str], *, size_px: float, bold: bool = False) -> Coverage:
    """Lines of text, aligned left, as coverage.

    The pen starts at column ``Font.overhang``; baselines are at row ``Font.ascent`` and every
    ``Font.line_height`` below it. A string is split at its newlines.
    """
    font = load_font(size_px, bold=bold)
    width, height = measure(text, size_px=size_px, bold=bold)
    picture = np.zeros((height, width), np.uint8)
    for number, line in enumerate(_lines(text)):
        draw_line(picture, line, font.overhang, font.ascent + number * font.line_height, font)
    return picture


def draw_line(picture: Coverage, line: str, pen: float, baseline: int, font: Font) -> None:
    """Set one line into ``picture`` in place; what falls outside is cut off."""
    height, width = picture.shape
    for char in line:
        x, above, ink = font.place(char, pen)
        y = baseline - above
        pen += font.zoom * font.glyph(char)[2] / 64.0
        top, left = max(0, -y), max(0, -x)
        part = ink[top : max(top, height - y), left : max(left, width - x)]
        if part.size:
            y, x = y + top, x + left
            box = picture[y : y + part.shape[0], x : x + part.shape[1]]
            np.maximum(box, part, out=box)


def wrap(text: str, width_px: float, font: Font) -> list[str]:
    r"""Lines no longer than ``width_px``: broken at spaces, and long words wherever they must.

    A word too long for a line (a path) is broken after ``/``, ``\``, ``-``, ``_``, ``.`` or ``,``
    where one stands in the line's second half, else between any two characters.
    """
    lines: list[str] = []
    for paragraph in printable(text).split("\n"):
        line = ""
        for word in paragraph.split(" "):
            longer = f"{line} {word}" if line else word
            if font.advance(longer) <= width_px:
                line = longer
                continue
            if line:
                lines.append(line)
            line = word
            while (fits := _fitting(line, width_px, font)) < len(line):
                breaks = [n for n in range(fits // 2 + 1, fits + 1) if line[n - 1] in "/\\-_.,"]
                fits = breaks[-1] if breaks else fits
                lines.append(line[:fits])
                line = line[fits:]
        lines.append(line)
    return lines


def printable(text: str) -> str:
    """``text`` composed (NFC), tabs as spaces, without marks that have no shape of their own."""
    text = unicodedata.normalize("NFC", text).expandtabs(4).replace("\r\n", "\n")
    return text.translate(_UNSHAPED).rstrip("\n")


_UNSHAPED = dict.fromkeys((0xAD, 0x200B, 0x200C, 0x200D, 0x2060, 0xFE0E, 0xFE0F, 0xFEFF), "") | {
    0x2010: "-",
    0x2011: "-",
    0x2009: " ",
    0x202F: " ",
    0x3BC: "µ",
    0x2126: "Ω",
}


def _lines(text: str | Sequence[str]) -> list[str]:
    """What is to be set, a line each; at least one."""
    lines = [text] if isinstance(text, str) else text
    return [part for line in lines for part in printable(line).split("\n")] or [""]


def _fitting(word: str, width_px: float, font: Font) -> int:
    """How many of the word's characters fit; at least one."""
    length = 0.0
    for count, char in enumerate(word):
        length += font.advance(char)
        if length > width_px:
            return max(1, count)
    return len(word)


@lru_cache(maxsize=2048)
def _set_glyph(font: Font, char: str, pad: int) -> Coverage:
    """A glyph ``pad`` columns right of a pixel's edge; read only.

    Kept: 15 microseconds each, of which panels that are made again and again have hundreds.
    """
    ink = font.glyph(char)[3]
    width = -(-(pad + ink.shape[1]) // font.columns)
    wide = np.zeros((ink.shape[0], width * font.columns), np.uint16)
    wide[:, pad : pad + ink.shape[1]] = ink
    steps = wide.reshape(ink.shape[0], width, font.columns).sum(axis=2)
    scaled = np.rint(steps * (255.0 / (font.greys * font.columns)))
    coverage: Coverage = scaled.astype(np.uint8)
    if font.zoom > 1:
        coverage = _magnify(coverage, font.zoom)
    coverage.flags.writeable = False
    return coverage


@cache
def _archive() -> "np.lib.npyio.NpzFile":
    """The asset, its arrays still packed (240 KB); it comes out of a checkout, wheel or zip."""
    asset = get_data("glview", "assets/font.npz")
    assert asset is not None, "the package is loaded by something that cannot read its files"
    archive: np.lib.npyio.NpzFile = np.load(io.BytesIO(asset), allow_pickle=False)
    return archive


@cache
def _sizes(weight: str) -> tuple[int, ...]:
    """The sizes of one weight, ascending."""
    return tuple(int(size) for size in _archive()[f"{weight}-sizes"])


@cache
def _read_font(weight: str, size_px: int, zoom: int) -> Font:
    """Unpack one weight at one size."""
    name = f"{weight}-{size_px}"
    ink: NDArray[np.uint8] = _archive()[f"{name}-ink"]
    ink.flags.writeable = False
    ascent, descent, line_height, columns, greys = _archive()[f"{name}-line"].tolist()
    codes: list[int] = _archive()[f"{weight}-codepoints"].tolist()
    glyphs: dict[int, tuple[int, int, int, NDArray[np.uint8]]] = {}
    start = 0
    for code, (left, top, width, height, advance) in zip(
        codes, _archive()[f"{name}-glyphs"].tolist(), strict=True
    ):
        stop = start + width * height
        glyphs[code] = (left, top, advance, ink[start:stop].reshape(height, width))
        start = stop
    return Font(
        size_px=size_px * zoom,
        ascent=ascent * zoom,
        descent=descent * zoom,
        line_height=line_height * zoom,
        columns=columns,
        greys=greys,
        glyphs=glyphs,
        zoom=zoom,
    )


def _magnify(coverage: Coverage, zoom: int) -> Coverage:
    """``zoom`` times as large in both directions, bilinear, edges clamped."""
    picture: NDArray[np.float64] = coverage.astype(np.float64)
    for axis in (0, 1):
        size = picture.shape[axis]
        if size == 0:
            return np.zeros((coverage.shape[0] * zoom, coverage.shape[1] * zoom), np.uint8)
        at = np.clip((np.arange(size * zoom) + 0.5) / zoom - 0.5, 0, size - 1)
        low = np.minimum(at.astype(np.intp), max(size - 2, 0))
        share = np.expand_dims(at - low, 1 - axis)
        high = np.minimum(low + 1, size - 1)
        picture = picture.take(low, axis) * (1 - share) + picture.take(high, axis) * share
    return np.rint(picture).astype(np.uint8)
