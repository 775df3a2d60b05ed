"""Images that are already in memory: numpy arrays and `pyvips.Image`."""

import math
from dataclasses import dataclass
from typing import Any

import numpy as np
from numpy.typing import NDArray

from glview.errors import ImageError, UnsupportedImageError
from glview.sources.base import ColorModel, SampleType
from glview.sources.memory import MemorySource, Origin, pyramid_bytes
from glview.sources.model import PixelModel, guessed_model
from glview.sources.vips_pixels import VipsError, displayable, fault_of, write_all

_NARROWED = {
    "bool": "uint8",
    "int8": "int16",
    "int32": "float32",
    "uint32": "float32",
    "float16": "float32",
    "float64": "float32",
}


@dataclass(frozen=True, slots=True)
class ArrayOptions:
    """What an array cannot say about itself."""

    color_model: ColorModel | None = None
    """None: 1 or 2 bands are grey (and alpha), 3 or 4 RGB (and alpha), more are channels."""
    alpha: bool | None = None
    """Whether the last band is a straight alpha; None: as above."""
    nodata: float | None = None
    pixel_size_um: tuple[float, float] | None = None
    name: str = "array"


def array_source(
    array: NDArray[Any],
    options: ArrayOptions = ArrayOptions(),
) -> MemorySource:
    """A source over ``array``, shape (height, width) or (height, width, bands).

    uint8, uint16, int16 and float32 are used in place, so the array must not change. bool (as 0
    and 255), int8 (as int16), int32, uint32, float16 and float64 (as float32, exact up to 2^24)
    are copied. ImageError for other shapes and types.
    """
    name = options.name
    if array.ndim not in (2, 3) or 0 in array.shape:
        raise ImageError(name, f"shape {array.shape} is not (height, width[, bands])")
    pixels = array[:, :, np.newaxis] if array.ndim == 2 else array
    pixels, owned = _carried(pixels, name)
    model = _model(SampleType(pixels.dtype.name), pixels.shape[2], options)
    nodata = None if options.nodata is None or math.isnan(options.nodata) else options.nodata
    origin = Origin(name, "array", nodata, options.pixel_size_um)
    return MemorySource(pixels, model, origin, owned=owned)


def vips_source(image: Any, *, budget_bytes: int, name: str = "pyvips image") -> MemorySource:
    """A source over a `pyvips.Image`, evaluated into memory once.

    ImageError where it and its levels would take more than ``budget_bytes``.
    """
    try:
        image, model = displayable(image)
    except (ValueError, VipsError) as error:
        raise UnsupportedImageError(name, fault_of(error)) from None
    need = pyramid_bytes(image.width, image.height, model)
    check_budget(name, need, budget_bytes)
    try:
        pixels = write_all(image, model)
    except VipsError as error:
        raise ImageError(name, fault_of(error)) from None
    return MemorySource(pixels, model, Origin(name, "pyvips.Image"), owned=True)


def check_budget(name: str, need_bytes: int, budget_bytes: int) -> None:
    """ImageError that says what to do, where an image in memory would be too large."""
    if need_bytes > budget_bytes:
        raise ImageError(
            name,
            f"needs {-(-need_bytes >> 20)} MiB in memory, more than the budget of "
            f"{budget_bytes >> 20} MiB; make a pyramid of it with `vips dzsave INPUT NAME` "
            "(opens as NAME.dzi) or `vips tiffsave INPUT OUT.tif --tile --pyramid --bigtiff`, "
            "or raise the budget",
        )


def _carried(pixels: NDArray[Any], name: str) -> tuple[NDArray[Any], bool]:
    """The array in a dtype of `SampleType` and native byte order, and whether it is a copy."""
    kind = pixels.dtype.newbyteorder("=").name
    wanted = _NARROWED.get(kind, kind)
    if wanted not in {item.value for item in SampleType}:
        carried = ", ".join([*(item.value for item in SampleType), *_NARROWED])
        raise ImageError(name, f"samples of type {pixels.dtype} are not supported ({carried} are)")
    if pixels.dtype.name == wanted and pixels.dtype.isnative:
        return pixels, False
    with np.errstate(over="ignore"):
        copy = pixels.astype(wanted)
    if kind == "bool":
        copy *= 255
    return copy, True


def _model(sample_type: SampleType, depth: int, options: ArrayOptions) -> PixelModel:
    guess = guessed_model(sample_type, depth)
    if options.color_model is None and options.alpha is None:
        return guess
    if options.color_model is None:
        bands = depth - bool(options.alpha)
        color_model = guessed_model(sample_type, bands).color_model if bands != 2 else None
        color_model = color_model or ColorModel.CHANNELS
    else:
        color_model = options.color_model
    alpha = options.alpha
    if alpha is None:
        alpha = color_model is not ColorModel.CHANNELS and guess.alpha
    model = PixelModel(sample_type, color_model, depth - alpha, alpha)
    wanted = {ColorModel.GREY: 1, ColorModel.RGB: 3}.get(color_model, model.bands)
    if model.bands != wanted or model.bands < 1:
        raise ImageError(
            options.name, f"{depth} bands are not {color_model.value}" + " and alpha" * alpha
        )
    return model
