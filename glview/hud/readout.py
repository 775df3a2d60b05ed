"""The readout: what is under the pointer. No GL, no toolkit."""

import math
from bisect import bisect_right
from collections.abc import Callable, Collection, Sequence

import numpy as np
from numpy.typing import NDArray

from glview.display_steps import band_names
from glview.frame import Panel
from glview.hud.sight import Kept, Sight
from glview.hud.units import with_unit
from glview.image import ColorModel, ImageDescription, SampleType
from glview.probe import Sample, pixel_at
from glview.sheet import LOOK, Grid, Look, Sheet, widest
from glview.viewport import Point

_TEXT_PX, _SIDE_PX, _MARGIN_PX = 13.0, 12.0, 6.0
_WIDE, _NARROW = "   ", "  "
_LONGEST_NAME = 20
"""Characters of a channel's name: the sample is what is looked for."""


def readout(
    description: ImageDescription,
    place: tuple[float, float],
    values: Sequence[float],
    hidden: Collection[int] = (),
) -> tuple[str, ...]:
    """A line about the pixel at a place of the image, in full-resolution pixels; in pieces.

    Its column and row, counted from 0, as one can type them to go there; how far it is from the
    image's corner where the size of a pixel is known; and its samples, as the file has them, where
    any are given: by the names of their channels, without those that are ``hidden``. Joined, the
    pieces are the line, which may be cut between any two (`fitting`).
    """
    x, y = (math.floor(part) for part in place)
    pieces = [f"{x}, {y}"]
    if description.pixel_size_um is not None:
        width, height = description.pixel_size_um
        x_m, y_m = 1e-6 * place[0] * width, 1e-6 * place[1] * height
        pieces.append(_WIDE + with_unit(x_m, y_m, 1e-6 * min(width, height)))
    told = _told(description, values, hidden) if values else []
    return (*pieces, *(f"{_NARROW if at else _WIDE}{text}" for at, text in enumerate(told)))


def fitting(pieces: Sequence[str], room: float, advance: Callable[[str], float]) -> str:
    """The pieces as a line that takes so much room at most: whole ones, then an ellipsis."""
    line = "".join(pieces)
    if advance(line) <= room:
        return line
    cut = ["…", *("".join(pieces[:count]) + _NARROW + "…" for count in range(1, len(pieces)))]
    return cut[max(bisect_right(cut, room, key=advance) - 1, 0)]


def readout_panel(
    pieces: Sequence[str],
    *,
    least_px: int = 0,
    most_px: int = 1 << 20,
    pixel_ratio: float = 1.0,
    look: Look = LOOK,
) -> NDArray[np.uint8]:
    """The line on a sheet ``least_px`` to ``most_px`` wide, as (height, width, 4) premultiplied."""
    grid = Grid(pixel_ratio)
    side, margin, font = grid(_SIDE_PX), grid(_MARGIN_PX), grid.font(_TEXT_PX)
    room = max(1, most_px - 2 * side)
    text = fitting(pieces, room, font.advance)
    width = max(widest(font, [text]) + 2 * side, least_px)
    sheet = Sheet(width, font.line_height + 2 * margin, look, grid)
    sheet.words(text, side, margin, font, look.text)
    return sheet.rgba()


class ReadoutItem:
    """Asks what is under the pointer, and keeps the line about it at the lower right."""

    def __init__(self, ask: Callable[[float, float], bool]) -> None:
        """``ask`` asks for the pixel at a place of the image, in full-resolution pixels."""
        self._ask = ask
        self._kept = Kept()
        self.forget()

    def forget(self) -> None:
        """The image is another one."""
        self._pixel: tuple[int, int] | None = None
        self._sample: Sample | None = None
        self._line: tuple[str, ...] = ()
        self._known_tile: tuple[int, int] | None = None
        self._least: tuple[object, int] = (None, 0)

    def answered(self, sample: Sample) -> None:
        """A pixel that was asked for is known."""
        self._sample = sample

    def panel(self, sight: Sight, raised_px: int = 0, hidden: Collection[int] = ()) -> Panel | None:
        """The line for a view, so much higher; None where the pointer is beside the image.

        Without the samples of ``hidden`` bands.
        """
        view, ratio = sight.view, sight.pixel_ratio
        place = view.i_from_s(*sight.pointer) if sight.pointer is not None else None
        pixel = pixel_at(sight.description, *place) if place is not None else None
        if place is None or pixel is None:
            self._pixel = self._sample = self._known_tile = None
            return None
        if pixel != self._pixel:
            self._pixel = pixel
            self._ask(*place)
        line = self._line_of(sight.description, place, pixel, hidden)
        look = (view.width, view.height, ratio)

        def made() -> Panel:
            margin = sight.margin_px
            # Never narrower: it would tremble with each digit.
            least = self._least[1] if self._least[0] == look else 0
            most = max(1, view.width - 2 * margin)
            pixels = readout_panel(line, least_px=least, most_px=most, pixel_ratio=ratio)
            height, width = pixels.shape[:2]
            self._least = look, width
            x, y = view.width - margin - width, view.height - margin - height - raised_px
            return Panel(pixels, x, y)

        return self._kept.panel((line, look, raised_px), made)

    def _line_of(
        self,
        described: ImageDescription,
        place: Point,
        pixel: tuple[int, int],
        hidden: Collection[int],
    ) -> tuple[str, ...]:
        """What is told of a pixel now.

        Within a tile the line before stays until the answer is there, for it comes at once: no
        flicker. Elsewhere the place alone is told meanwhile; a tile may take long, or never come.
        """
        level, sample = described.pyramid.levels[0], self._sample
        tile = pixel[0] // level.tile_width, pixel[1] // level.tile_height
        if sample is not None and pixel_at(described, sample.x, sample.y) == pixel:
            self._line = readout(described, place, sample.values, hidden)
            self._known_tile = tile
        elif tile != self._known_tile:
            self._line = readout(described, place, ())
            self._known_tile = None
        return self._line


def _told(
    description: ImageDescription, values: Sequence[float], hidden: Collection[int]
) -> list[str]:
    """Each sample of a band that is not hidden, after its name, and alpha."""
    names = _names(description, numbered=bool(hidden)) + ["A"] * description.alpha
    whole = description.sample_type is not SampleType.F32
    digits = 12 if description.offset else 6
    texts = (f"{value:.0f}" if whole else f"{value:.{digits}g}" for value in values)
    told = (f"{name} {text}".lstrip() for name, text in zip(names, texts, strict=True))
    return [text for band, text in enumerate(told) if band not in hidden]


def _names(description: ImageDescription, *, numbered: bool) -> list[str]:
    """What stands before the samples: nothing where the file names no channel, unless numbered."""
    if description.color_model is ColorModel.RGB:
        return list("RGB")
    if not numbered and not any(channel.name for channel in description.channels):
        return [""] * description.bands
    names = (" ".join(name.split()) for name in band_names(description))
    return [
        name if len(name) <= _LONGEST_NAME else f"{name[: _LONGEST_NAME - 1]}…" for name in names
    ]
