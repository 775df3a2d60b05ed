"""What the axes and bands of an array are where nobody says it (pure).

One rule for arrays in memory and in files.
"""

from dataclasses import dataclass
from typing import Any

import numpy as np

from glview.image import Axis, ColorModel, SampleType
from glview.sources.model import PixelModel
from glview.texels import MAX_BANDS

OTHERS = "axis"
"""Axes of other pictures are called so, with numpy's number: an array has no names for them."""
_ANY_BANDS = 4
"""So many bands are usual for pictures of any size, however small."""


@dataclass(frozen=True, slots=True)
class ArrayForm:
    """How pictures lie in an array, in C's order: (along each of ``axes``, height, width, depth).

    ``axes`` are those with more than one picture.
    """

    axes: tuple[Axis, ...]
    height: int
    width: int
    depth: int

    @property
    def shape(self) -> tuple[int, ...]:
        return (*(axis.size for axis in self.axes), self.height, self.width, self.depth)


def assumed_form(shape: tuple[int, ...]) -> ArrayForm:
    """The last axis is the bands if it is short, and what comes before height and width are planes.

    Short are up to 4, and up to `MAX_BANDS` if they are fewer than both height and width. So
    (600, 800, 7) is a picture of 7 bands, and (7, 600, 800) are 7 of one. ValueError for what has
    no picture in it.
    """
    if len(shape) < 2 or 0 in shape:
        raise ValueError(f"shape {shape} is no picture")
    depth = 1
    if len(shape) > 2 and _is_short(*shape[-3:]):
        *shape_left, depth = shape
        shape = tuple(shape_left)
    *others, height, width = shape
    axes = tuple(Axis(f"{OTHERS}{number}", size) for number, size in enumerate(others) if size > 1)
    return ArrayForm(axes, height, width, depth)


def assumed_model(dtype: np.dtype[Any], sample_type: SampleType, depth: int) -> PixelModel:
    """The meaning of the bands of an array of ``dtype``, carried as ``sample_type``.

    1 is grey and 3 are RGB. 4 of bytes are RGB and alpha, as programs hand pictures around; 4 of
    any other type, and all other numbers, are channels: what was measured is no alpha.
    """
    if depth == 1:
        return PixelModel(sample_type, ColorModel.GREY, 1)
    if depth == 3 or (depth == 4 and dtype == np.uint8):
        return PixelModel(sample_type, ColorModel.RGB, 3, alpha=depth == 4)
    return PixelModel(sample_type, ColorModel.CHANNELS, depth)


def _is_short(height: int, width: int, last: int) -> bool:
    return last <= _ANY_BANDS or (last <= MAX_BANDS and last < min(height, width))
