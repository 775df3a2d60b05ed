"""The pixel grid: lines between image pixels, and the values of these. No GL, no toolkit.

Each value is a line of characters of one width, so that a shader finds the character of a screen
pixel without a table of places (shaders/grid.frag).
"""

import math
from collections.abc import Callable
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from glview.frame import CellText, PixelGrid
from glview.hud.sight import Sight
from glview.image import ColorModel, ImageDescription, SampleType
from glview.pixel_block import PixelBlock
from glview.pyramid import IntRect, Level, Rect
from glview.text import Font, load_font
from glview.viewport import Viewport

AROUND = 0.5
"""Pixels are read this share of the view around it, so that a small pan needs no reading."""
LEAST_LINES_PX = 8.0
"""Logical pixels that an image pixel takes on the screen before lines between them help."""
CHARACTERS = " 0123456789-+.einaf"
"""All that a number is written with."""
MOST_LINES = 4
"""Samples written into a pixel: more would never fit."""
LARGEST_PX, SMALLEST_PX = 14.0, 8.0
"""Sizes of the text in logical pixels."""
_PADDING_PX, _LEADING_PX = 2.0, 4.0
RGB_COLORS = ((1.0, 0.62, 0.60), (0.62, 1.0, 0.62), (0.68, 0.80, 1.0))
PLAIN_COLOR = (1.0, 1.0, 1.0)


@dataclass(frozen=True, slots=True, eq=False)
class CellValues:
    """The samples of a block of pixels in writing.

    ``codes`` are indices into `CHARACTERS`, shape (rows, columns, lines, characters); each line is
    set against its right end.
    """

    column: int
    row: int
    codes: NDArray[np.uint8]
    colors: tuple[tuple[float, float, float], ...]

    @property
    def lines(self) -> int:
        return int(self.codes.shape[2])

    @property
    def characters(self) -> int:
        return int(self.codes.shape[3])


def written(block: PixelBlock, description: ImageDescription) -> CellValues:
    """The samples of a block; blank where there is none."""
    lines = min(block.samples.shape[2], MOST_LINES)
    samples = block.samples[:, :, :lines]
    if description.sample_type is SampleType.F32:
        codes = _decimals(samples)
    else:
        codes = _integers(samples.astype(np.int64))
    codes[~block.present] = 0
    rgb = description.color_model is ColorModel.RGB
    colors = (RGB_COLORS if rgb else (PLAIN_COLOR,) * lines) + (PLAIN_COLOR,) * lines
    return CellValues(block.column, block.row, codes, colors[:lines])


def fitted(
    values: CellValues, direction: tuple[float, float], side_px: float, ratio: float
) -> CellText | None:
    """The values in the largest type that fits pixels ``side_px`` large; None if none does.

    ``direction`` is `Viewport.direction`: letters stay upright where pixels are turned.
    """
    cos, sin = (abs(part) for part in direction)
    size_px = LARGEST_PX * ratio
    while size_px >= SMALLEST_PX * ratio:
        font = load_font(size_px)
        width = values.characters * _pitch(font) + 2 * _PADDING_PX * ratio
        height = values.lines * _line(font) + 2 * _PADDING_PX * ratio
        if max(width * cos + height * sin, width * sin + height * cos) <= side_px:
            return CellText(values.column, values.row, values.codes, _glyphs(font), values.colors)
        size_px -= 1.0
    return None


class PixelGridItem:
    """Reads the pixels in sight where they are large enough, and keeps what they say."""

    def __init__(
        self,
        ask: Callable[[int, int, int, int], None],
        take: Callable[[], PixelBlock | None],
    ) -> None:
        """``ask`` asks for the samples from (column, row) to another, ``take`` gives them, once."""
        self._ask = ask
        self._take = take
        self.forget()

    def forget(self) -> None:
        """The image is another one."""
        self._asked: IntRect | None = None
        self._block: PixelBlock | None = None
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
        self._read(described, view, side_px, ratio)
        text = None
        if self._values is not None:
            asked = (self._values, side_px, view.direction, ratio)
            if asked != self._fitted[0]:
                self._fitted = asked, fitted(self._values, view.direction, side_px, ratio)
            text = self._fitted[1]
        return PixelGrid(view, level, max(1, round(ratio)), text)

    def _read(
        self, described: ImageDescription, view: Viewport, side_px: float, ratio: float
    ) -> None:
        """Have the values of what is in sight, where any could be shown."""
        if (block := self._take()) is not None:
            self._block, self._values, self._asked = block, written(block, described), None
        lines = min(described.bands + described.alpha, MOST_LINES)
        if lines * _line(load_font(SMALLEST_PX * ratio)) > side_px:
            self._asked = None
            return
        level = described.pyramid.levels[0]
        seen = _pixels(level, view.i_bounds())
        if self._block is not None and self._block.holds(*seen):
            return
        around = AROUND * max(view.width, view.height)
        if self._asked is None or not _holds(self._asked, seen):
            self._asked = _pixels(level, view.i_bounds(around))
            if self._asked.x0 < self._asked.x1 and self._asked.y0 < self._asked.y1:
                self._ask(*self._asked)
            else:
                self._asked = None  # nothing of the image is in sight


def _pixels(level: Level, rect: Rect) -> IntRect:
    """The pixels of a level that a rectangle of the image meets."""
    return IntRect(
        max(math.floor((rect.x0 - level.offset_x) / level.downsample_x), 0),
        max(math.floor((rect.y0 - level.offset_y) / level.downsample_y), 0),
        min(math.ceil((rect.x1 - level.offset_x) / level.downsample_x), level.width),
        min(math.ceil((rect.y1 - level.offset_y) / level.downsample_y), level.height),
    )


def _holds(outer: IntRect, inner: IntRect) -> bool:
    return (
        outer.x0 <= inner.x0
        and outer.y0 <= inner.y0
        and inner.x1 <= outer.x1
        and inner.y1 <= outer.y1
    )


_GLYPHS: dict[int, NDArray[np.uint8]] = {}


def _glyphs(font: Font) -> NDArray[np.uint8]:
    """Each of `CHARACTERS` in a box of one size: (count, height, width, ink and halo)."""
    if font.size_px not in _GLYPHS:
        pitch, line = _pitch(font), _line(font)
        made = np.zeros((len(CHARACTERS), line, pitch, 2), np.uint8)
        for number, character in enumerate(CHARACTERS):
            _draw(made[number, :, :, 0], character, font)
        made[..., 1] = _halo(made[..., 0])
        made.flags.writeable = False
        _GLYPHS[font.size_px] = made
    return _GLYPHS[font.size_px]


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
    """Digits without a loop over values: 20,000 of them in 2 ms, which a thread may take."""
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


def _decimals(samples: NDArray[np.generic]) -> NDArray[np.uint8]:
    """Three significant digits, and no zeros in exponents."""
    texts = [_short(float(value)) for value in samples.ravel().tolist()]
    longest = max(map(len, texts), default=1)
    rows = [[CHARACTERS.index(mark) for mark in text.rjust(longest)] for text in texts]
    return np.array(rows, np.uint8).reshape(*samples.shape, longest)


def _short(value: float) -> str:
    text = f"{value:.3g}"
    mantissa, e, exponent = text.partition("e")
    return f"{mantissa}e{int(exponent)}" if e else text
