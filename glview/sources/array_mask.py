"""Masked arrays: what is masked becomes transparent (pure numpy)."""

from dataclasses import replace
from typing import Any

import numpy as np
from numpy.typing import NDArray

from glview.sources.base import SampleType
from glview.sources.model import PixelModel, opaque_value


def mask_of(array: NDArray[Any], shape: tuple[int, ...]) -> NDArray[np.bool_] | None:
    """Which samples are masked, in a shape; None where the array cannot say it of any."""
    mask = np.ma.getmask(array)
    return None if mask is np.ma.nomask else np.asarray(mask, np.bool_).reshape(shape)


def with_mask(model: PixelModel) -> PixelModel:
    """How pixels of a model are carried that some are masked of: floats have NaN for these."""
    return model if model.sample_type is SampleType.F32 else replace(model, alpha=True)


def without_masked(pixels: NDArray[Any], mask: NDArray[np.bool_]) -> NDArray[Any]:
    """A copy that has a value of the others where samples are masked, which may be anything."""
    first = np.unravel_index(int(np.argmin(mask)), mask.shape)
    return np.where(mask, pixels[first], pixels)


def hidden(
    pixels: NDArray[np.generic], model: PixelModel, mask: NDArray[np.bool_]
) -> NDArray[np.generic]:
    """Pixels (height, width, model.depth) as `with_mask` has them: no pixel where one is masked."""
    anywhere = np.logical_or.reduce(mask, axis=2)
    if model.sample_type is SampleType.F32:
        pixels[anywhere, : model.bands] = np.nan
        return pixels
    if model.alpha:
        pixels[anywhere, -1] = 0
        return pixels
    opaque = pixels.dtype.type(opaque_value(model.sample_type))
    alpha = np.where(anywhere, pixels.dtype.type(0), opaque)
    return np.concatenate([pixels, alpha[:, :, np.newaxis]], axis=2)
