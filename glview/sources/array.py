"""Images that are already in memory: numpy arrays and `pyvips.Image`."""

from dataclasses import dataclass
from typing import Any

import numpy as np
from numpy.typing import NDArray

from glview.errors import ImageError, UnsupportedImageError
from glview.sources.base import ColorModel, SampleType
from glview.sources.cancellation import Cancellation
from glview.sources.memory import MemorySource, Origin, pyramid_bytes
from glview.sources.model import PixelModel, guessed_model, held_nodata, opaque_value
from glview.sources.narrowing import Narrowing, some_of, suitable_offset
from glview.sources.vips_pixels import VIPS_OR_VALUE, VipsError, displayable, fault_of, write_all
from glview.texels import MAX_BANDS

_NARROWED = {
    "bool": "uint8",
    "int8": "int16",
    "int32": "float32",
    "uint32": "float32",
    "int64": "float32",
    "uint64": "float32",
    "float16": "float32",
    "float64": "float32",
    "complex64": "float32",
    "complex128": "float32",
}
_WIDE = frozenset({"int32", "uint32", "int64", "uint64", "float64", "complex128"})
_ASK_AXES = "say what its axes are, such as glview.ArrayOptions(axes=%r)"
_ADVICE = (
    "save it to a file and make a pyramid of that with `glview convert FILE NAME.tif`, or give it"
    " more: ViewerOptions(host_bytes={mib} << 20)"
)


@dataclass(frozen=True, slots=True)
class ArrayOptions:
    """What an array cannot say about itself."""

    color_model: ColorModel | None = None
    """None: 1 or 2 bands are grey (and alpha), 3 or 4 RGB (and alpha), more are channels."""
    alpha: bool | None = None
    """Whether the last band is a straight alpha; None: as above."""
    nodata: float | None = None
    """In the array's own values; one that its type cannot have is ignored."""
    pixel_size_um: tuple[float, float] | None = None
    name: str = "array"
    axes: str | None = None
    """A letter for each axis of an array of several pictures, such as "tzyx" or "zyxc": ``y`` and
    ``x`` are the picture's, ``c`` its bands. None: (height, width) or (height, width, bands)."""


def array_source(
    array: NDArray[Any],
    options: ArrayOptions = ArrayOptions(),
    *,
    budget_bytes: int | None = None,
) -> MemorySource:
    """A source over ``array``, shape (height, width) or (height, width, bands).

    uint8, uint16, int16 and float32 are used in place, so the array must not change. bool (as 0
    and 255), int8 (as int16), float16, and all wider ones (as float32, less an offset where that
    is needed: `glview.sources.narrowing`; complex ones as their magnitude) are copied. An array
    used in place whose levels would take more than ``budget_bytes`` gets none: a viewer derives
    what it shows of them. ImageError for other shapes and types, for bands that
    seem to come first (few rows of more than `MAX_BANDS` bands), and where a copy and its levels
    would take more than the budget; nothing is made before that. ``options.axes`` is not looked at
    (see `glview.sources.array_planes`).
    """
    name = options.name
    if array.ndim not in (2, 3) or 0 in array.shape:
        advice = f"; {_ASK_AXES % _likely_axes(array.shape)}" if array.ndim > 3 else ""
        raise ImageError(name, f"shape {array.shape} is not (height, width[, bands]){advice}")
    pixels = array[:, :, np.newaxis] if array.ndim == 2 else array
    if pixels.shape[0] <= MAX_BANDS < pixels.shape[2]:
        raise ImageError(
            name,
            f"shape {array.shape} has {pixels.shape[2]} bands, as the bands come last; if the first"
            " axis is the bands, give numpy.moveaxis(array, 0, -1) or"
            " glview.ArrayOptions(axes='cyx'), and axes='zyx' if it is planes",
        )
    sample_type = sample_type_of(pixels.dtype, name)
    owned = pixels.dtype != sample_type.dtype
    height, width, depth = pixels.shape
    model = _model(sample_type, depth, options)
    need = pyramid_bytes(width, height, model)
    with_levels = True
    narrowing = Narrowing()
    if owned:
        if budget_bytes is not None:
            check_budget(name, need, budget_bytes, _ADVICE)
        if pixels.dtype.kind == "c":
            pixels = np.abs(pixels)
        narrowing = narrowing_of(pixels, model, options.nodata)
        pixels = carried(pixels, model, narrowing)
    elif budget_bytes is not None:
        with_levels = need - width * height * model.texel_bytes <= budget_bytes
    nodata = options.nodata
    if nodata is not None and array.dtype == np.bool_:
        nodata *= 255
    nodata = held_nodata(nodata, sample_type)
    origin = Origin(name, "array", nodata, narrowing.offset, options.pixel_size_um)
    return MemorySource(pixels, model, origin, owned=owned, with_levels=with_levels)


def has_many_bands(array: NDArray[Any]) -> bool:
    """Whether an array's last axis is bands, and more than one picture can have."""
    return array.ndim == 3 and min(array.shape[0], array.shape[2]) > MAX_BANDS


def vips_source(
    image: Any,
    *,
    budget_bytes: int,
    name: str = "pyvips image",
    cancellation: Cancellation | None = None,
) -> MemorySource:
    """A source over a `pyvips.Image`, evaluated into memory once.

    ImageError where it and its levels would take more than ``budget_bytes``, `CancelledError`
    where it is called off.
    """
    given, wide = image, str(image.format) in ("int", "uint", "double")
    try:
        image, model = displayable(given)
    except VIPS_OR_VALUE as error:
        raise UnsupportedImageError(name, fault_of(error)) from None
    need = pyramid_bytes(image.width, image.height, model)
    check_budget(name, need, budget_bytes, _ADVICE)
    try:
        cancellation = cancellation or Cancellation()
        pixels, offset = write_all(image, model, cancellation), 0.0
        if wide and not model.alpha:
            offset = suitable_offset(some_of(pixels).astype(np.float64), None)
            if offset:
                pixels = write_all(displayable(given, offset=offset)[0], model, cancellation)
    except VipsError as error:
        raise ImageError(name, fault_of(error)) from None
    return MemorySource(pixels, model, Origin(name, "pyvips.Image", offset=offset), owned=True)


def _likely_axes(shape: tuple[int, ...]) -> str:
    """Names for the axes of an array of planes, as an example."""
    picture = "yxc" if shape[-1] in (3, 4) else "yx"
    return "abdefghijklmnopqrsuvwtz"[len(picture) - len(shape) :] + picture


def check_budget(name: str, need_bytes: int, budget_bytes: int, advice: str) -> None:
    """ImageError where an image is too large; ``advice`` may name the MiB that suffice: {mib}."""
    if need_bytes > budget_bytes:
        mib = -(-need_bytes >> 20)
        raise ImageError(
            name,
            f"needs {mib} MiB in memory, more than the budget of {budget_bytes >> 20} MiB; "
            + advice.format(mib=mib),
        )


def sample_type_of(dtype: np.dtype[Any], name: str) -> SampleType:
    """The type that samples of ``dtype`` are carried in."""
    kind = dtype.newbyteorder("=").name
    wanted = _NARROWED.get(kind, kind)
    if wanted not in {item.value for item in SampleType}:
        known = ", ".join([*(item.value for item in SampleType), *_NARROWED])
        raise ImageError(name, f"samples of type {dtype} are not supported ({known} are)")
    return SampleType(wanted)


def narrowing_of(pixels: NDArray[Any], model: PixelModel, nodata: float | None) -> Narrowing:
    """How samples become float32 where that is narrower; else as numpy does it."""
    if pixels.dtype.newbyteorder("=").name not in _WIDE:
        return Narrowing()
    nodata = held_nodata(nodata, model.sample_type)
    # Alpha is a share, and has no offset.
    return Narrowing(0.0 if model.alpha else suitable_offset(some_of(pixels), nodata), nodata)


def carried(pixels: NDArray[Any], model: PixelModel, narrowing: Narrowing) -> NDArray[Any]:
    """The array in the model's dtype and native byte order; True is the largest.

    An alpha stays the same share of what is opaque.
    """
    if narrowing == Narrowing():
        with np.errstate(over="ignore"):
            copy = pixels.astype(model.sample_type.dtype)
    else:
        copy = narrowing.of(pixels.astype(pixels.dtype.newbyteorder("="), copy=False))
    if pixels.dtype == np.bool_:
        copy *= 255
    elif model.alpha and pixels.dtype.kind in "iu":
        largest = np.iinfo(pixels.dtype).max
        copy[..., -1] = pixels[..., -1] * (opaque_value(model.sample_type) / largest)
    return copy


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
