"""The values of image pixels in writing (pure numpy).

Each value is a line of characters of one width, so that a shader finds the character of a screen
pixel without a table of places (shaders/grid.frag).
"""

import math
from bisect import bisect_left
from collections.abc import Iterator
from dataclasses import dataclass
from functools import lru_cache

import numpy as np
from numpy.typing import NDArray

from glview.frame import CellText
from glview.hud import decimals
from glview.image import ImageDescription, SampleType
from glview.pixel_block import PixelBlock
from glview.pyramid import IntRect
from glview.text import Font, load_font

CHARACTERS = " 0123456789-+.einaf"
"""All that a number is written with."""
MOST_LINES = 4
"""Samples written into a pixel: more would never fit."""
_MOST_CHARACTERS = 24
"""No number is longer."""
LARGEST_PX, SMALLEST_PX = 14.0, 8.0
"""Sizes of the text in logical pixels."""
UPRIGHT = (1.0, 0.0)
_PADDING_PX, _LEADING_PX = 2.0, 4.0
_SOME = 256
"""So many float samples tell how long they come out, before all of them are written."""
_FAR_DIGITS = 12
"""Of samples that float32 does not hold, which are carried as their distance from an offset."""
RGB_COLORS = ((1.0, 0.62, 0.60), (0.62, 1.0, 0.62), (0.68, 0.80, 1.0))
PLAIN_COLOR = (1.0, 1.0, 1.0)


@dataclass(frozen=True, slots=True)
class Room:
    """Pixels ``side_px`` large in device pixels, turned as `Viewport.direction` says.

    Letters stay upright where pixels are turned.
    """

    side_px: float
    pixel_ratio: float
    direction: tuple[float, float] = UPRIGHT

    def font(self, lines: int, characters: int) -> Font | None:
        """The largest type in which so much fits; None if none does."""
        return next((font for font in self._fonts() if self._fits(font, lines, characters)), None)

    def characters(self, lines: int) -> int:
        """How many fit into so many lines in the smallest type; 0 if none do."""
        smallest = list(self._fonts())[-1]
        counts = range(1, _MOST_CHARACTERS + 1)
        return bisect_left(counts, 1, key=lambda count: not self._fits(smallest, lines, count))

    def _fonts(self) -> Iterator[Font]:
        """The types that values are written in, the largest first."""
        size_px = LARGEST_PX * self.pixel_ratio
        while size_px >= SMALLEST_PX * self.pixel_ratio:
            yield load_font(size_px)
            size_px -= 1.0

    def _fits(self, font: Font, lines: int, characters: int) -> bool:
        cos, sin = (abs(part) for part in self.direction)
        padding = 2.0 * _PADDING_PX * self.pixel_ratio
        width, height = characters * _pitch(font) + padding, lines * _line(font) + padding
        return max(width * cos + height * sin, width * sin + height * cos) <= self.side_px


@dataclass(frozen=True, slots=True, eq=False)
class CellValues:
    """The samples of a rectangle of pixels.

    ``codes`` are indices into `CHARACTERS`, shape (rows, columns, lines, characters); each line is
    set against its right end. None where they would not have fitted when they were read.
    ``least_characters`` is how many they take at least, ``cut_to`` how many the room had where some
    have fewer digits therefore.
    """

    rect: IntRect
    lines: int
    characters: int
    colors: tuple[tuple[float, float, float], ...]
    codes: NDArray[np.uint8] | None
    least_characters: int
    cut_to: int | None = None

    def text(self, room: Room) -> CellText | None:
        """To be drawn into pixels of a size; None where it has no room."""
        font = room.font(self.lines, self.characters)
        if font is None or self.codes is None:
            return None
        return CellText(self.rect.x0, self.rect.y0, self.codes, _glyphs(font), self.colors)

    def serves(self, rect: IntRect, room: Room) -> bool:
        """Whether nothing more can be told of a rectangle than is told here."""
        most = room.characters(self.lines)
        if self.codes is None or self.characters > most:
            better = self.least_characters <= most
        else:
            better = self.cut_to is not None and most > self.cut_to
        return self.rect.holds(rect) and not better


def written(block: PixelBlock, description: ImageDescription, room: Room) -> CellValues:
    """The samples of a block, blank where there is none; not written where there is no room.

    On any thread: 100,000 float samples take 0.4 s, but only where they will be seen.
    """
    rows, columns, bands = block.samples.shape
    lines = min(bands, MOST_LINES)
    rect = IntRect(block.column, block.row, block.column + columns, block.row + rows)
    tinted = RGB_COLORS if description.rgb_bands else ()
    colors = (*tinted, *(PLAIN_COLOR,) * lines)[:lines]
    samples = block.samples[:, :, :lines]
    most = room.characters(lines)
    if description.sample_type is not SampleType.F32:
        least = _longest_integer(samples)
        codes = _integers(samples.astype(np.int64)) if least <= most else None
        cut_to = None
    else:
        digits = _FAR_DIGITS if description.offset else None
        least = _longest_decimal(samples, digits)
        codes, cut = _decimals(samples, digits, most) if least <= most else (None, False)
        cut_to = most if cut else None
    characters = least if codes is None else int(codes.shape[3])
    if codes is None or characters > most:
        return CellValues(rect, lines, characters, colors, None, characters)
    codes[~block.present] = 0
    return CellValues(rect, lines, characters, colors, codes, least, cut_to)


def _longest_integer(samples: NDArray[np.generic]) -> int:
    ends = (int(samples.min(initial=0)), int(samples.max(initial=0)))
    return max(len(str(end)) for end in ends)


def _longest_decimal(samples: NDArray[np.generic], digits: int | None) -> int:
    """How many characters some of the samples take at least."""
    flat = samples.ravel()
    some = flat[:: max(1, len(flat) // _SOME)]
    texts = (decimals.least(value, decimals.full(value, digits)) for value in some.tolist())
    return max(map(len, texts), default=1)


@lru_cache(maxsize=8)
def _glyphs(font: Font) -> NDArray[np.uint8]:
    """Each of `CHARACTERS` in a box of one size: (count, height, width, ink and halo)."""
    made = np.zeros((len(CHARACTERS), _line(font), _pitch(font), 2), np.uint8)
    for number, character in enumerate(CHARACTERS):
        _draw(made[number, :, :, 0], character, font)
    made[..., 1] = _halo(made[..., 0])
    made.flags.writeable = False
    return made


def _draw(box: NDArray[np.uint8], character: str, font: Font) -> None:
    height, width = box.shape
    left, above, ink = font.place(character, (width - font.advance(character)) / 2.0)
    top = (height + font.cap_height) // 2 - above
    # Ink of a number stays within the height of a capital, and the box has a leading around that.
    rows, columns = min(ink.shape[0], height - top), min(ink.shape[1], width - left)
    box[max(top, 0) : top + rows, max(left, 0) : left + columns] = ink[
        max(-top, 0) : rows, max(-left, 0) : columns
    ]


def _halo(ink: NDArray[np.uint8]) -> NDArray[np.uint8]:
    """The ink, a pixel wider on all sides."""
    around = np.pad(ink, ((0, 0), (1, 1), (1, 1)))
    height, width = ink.shape[1:]
    shifted = [around[:, y : y + height, x : x + width] for y in range(3) for x in range(3)]
    halo: NDArray[np.uint8] = np.max(shifted, axis=0)
    return halo


def _pitch(font: Font) -> int:
    return math.ceil(max(map(font.advance, "0123456789")))


def _line(font: Font) -> int:
    return font.cap_height + round(_LEADING_PX * font.size_px / 12.0)


def _integers(samples: NDArray[np.int64]) -> NDArray[np.uint8]:
    """Digits without a loop over values: 20,000 of them in 2 ms."""
    size = np.abs(samples)
    signed = bool((samples < 0).any())
    digits = len(str(int(size.max(initial=0))))
    codes = np.zeros((*samples.shape, digits + signed), np.uint8)
    first_digit = CHARACTERS.index("0")
    for place in range(digits):
        rest = size // 10**place
        # No zeros in front, but for the last digit.
        codes[..., -1 - place] = np.where((rest > 0) | (place == 0), rest % 10 + first_digit, 0)
    if signed:
        lengths = np.count_nonzero(codes, axis=-1)
        at = codes.shape[-1] - 1 - lengths
        sign = np.where(samples < 0, CHARACTERS.index("-"), 0).astype(np.uint8)
        np.put_along_axis(codes, at[..., None], sign[..., None], axis=-1)
    return codes


def _decimals(
    samples: NDArray[np.generic], digits: int | None, most: int
) -> tuple[NDArray[np.uint8], bool]:
    """In up to ``most`` characters each, as far as three digits fit; and whether any lost some."""
    values = samples.ravel().tolist()
    wholes = [decimals.full(value, digits) for value in values]
    texts = [decimals.fitting(*pair, most) for pair in zip(values, wholes, strict=True)]
    longest = max(map(len, texts), default=1)
    rows = [[CHARACTERS.index(mark) for mark in text.rjust(longest)] for text in texts]
    return np.array(rows, np.uint8).reshape(*samples.shape, longest), texts != wholes
