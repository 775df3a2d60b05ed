"""The readout: what is under the pointer. No GL, no toolkit."""

import math
from collections.abc import Callable, Sequence

import numpy as np
from numpy.typing import NDArray

from glview.frame import Panel
from glview.hud.sight import Kept, Sight
from glview.image import ColorModel, ImageDescription, SampleType
from glview.probe import Sample
from glview.sheet import LOOK, Grid, Look, Sheet, widest

_TEXT_PX = 13.0
_UNITS = ((1e6, "m"), (1e3, "mm"), (1.0, "µm"), (1e-3, "nm"))


def readout(
    description: ImageDescription, place: tuple[float, float], sample: Sample | None
) -> str:
    """One line about the pixel at a place of the image, in full-resolution pixels.

    Its column and row, counted from 0; how far it is from the image's corner where the size of a
    pixel is known; and its samples where these are known by now and there are any.
    """
    x, y = (math.floor(part) for part in place)
    parts = [f"{x:,}, {y:,}"]
    if description.pixel_size_um is not None:
        width, height = description.pixel_size_um
        parts.append(_distances(place[0] * width, place[1] * height))
    if sample is not None and sample.values:
        parts.append(_values(description, sample.values))
    return "   ".join(parts)


def readout_panel(
    text: str, *, least_px: int = 0, pixel_ratio: float = 1.0, look: Look = LOOK
) -> NDArray[np.uint8]:
    """The line on a sheet at least ``least_px`` wide, as (height, width, 4) premultiplied RGBA."""
    grid = Grid(pixel_ratio)
    side, margin, font = grid(12), grid(6), grid.font(_TEXT_PX)
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
        self._asked: tuple[int, int] | None = None
        self._sample: Sample | None = None
        self._least_px = 0

    def answered(self, sample: Sample) -> None:
        self._sample = sample

    def panel(self, sight: Sight) -> Panel | None:
        """The line for a view; None where the pointer is beside the image."""
        view, pyramid = sight.view, sight.description.pyramid
        place = view.i_from_s(*sight.pointer) if sight.pointer is not None else None
        inside = place and 0.0 <= place.x < pyramid.width and 0.0 <= place.y < pyramid.height
        if place is None or not inside:
            self._asked = self._sample = None
            return None
        pixel = (math.floor(place.x), math.floor(place.y))
        if pixel != self._asked:
            # What was there stays until the answer comes: no flicker.
            self._asked = pixel
            self._ask(*place)
        text = readout(sight.description, place, self._sample)

        def made() -> Panel:
            least = self._least_px
            pixels = readout_panel(text, least_px=least, pixel_ratio=sight.pixel_ratio)
            height, width = pixels.shape[:2]
            self._least_px = width  # and never narrower: it would tremble with each digit
            margin = sight.margin_px
            return Panel(pixels, view.width - margin - width, view.height - margin - height)

        panel = self._kept.panel((text, view.width, view.height, sight.pixel_ratio), made)
        return panel if panel.x >= 0 else None


def told(value: float, sample_type: SampleType) -> str:
    """A sample as the file has it: whole numbers whole, others to six digits."""
    return f"{value:.6g}" if sample_type is SampleType.F32 else f"{value:.0f}"


def _values(description: ImageDescription, values: Sequence[float]) -> str:
    names = list("RGB") if description.color_model is ColorModel.RGB else []
    names += [""] * (description.bands - len(names)) + ["A"] * description.alpha
    texts = (told(value, description.sample_type) for value in values)
    return "  ".join(f"{name} {text}".lstrip() for name, text in zip(names, texts, strict=True))


def _distances(x_um: float, y_um: float) -> str:
    """Both in the unit that suits the larger one."""
    larger = max(abs(x_um), abs(y_um))
    unit, name = next((row for row in _UNITS if larger >= row[0]), _UNITS[-1])
    return f"{x_um / unit:.2f}, {y_um / unit:.2f} {name}"
