"""Images that are already in memory: numpy arrays and `pyvips.Image`."""

from dataclasses import dataclass
from typing import Any

import numpy as np
from numpy.typing import NDArray

from glview.errors import ImageError, UnsupportedImageError
from glview.sources.array_form import assumed_model
from glview.sources.array_mask import hidden, mask_of, with_mask, without_masked
from glview.sources.base import ColorModel, SampleType
from glview.sources.cancellation import Cancellation
from glview.sources.icc import colors_of, profile_of
from glview.sources.memory import MemorySource, Origin, pyramid_bytes
from glview.sources.model import PixelModel, held_nodata, opaque_value
from glview.sources.narrowing import Narrowing, some_of, suitable_offset
from glview.sources.vips_pixels import VIPS_OR_VALUE, VipsError, displayable, fault_of, write_all

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
_MORE = "or give it more: ViewerOptions(host_bytes={mib} << 20)"
_SAVE_ARRAY = "save it with numpy.save and open that file, which is read tile by tile, " + _MORE
_SAVE_IMAGE = (
    "save it to a file and make a pyramid of that with `glview convert FILE NAME.tif`, " + _MORE
)


@dataclass(frozen=True, slots=True)
class ArrayOptions:
    """What an array cannot say about itself. Each field is optional; what is wrong is ImageError.

    ``open_image(stack, options=ArrayOptions(axes="tzyx", pixel_size_um=(0.25, 0.25)))``
    """

    color_model: ColorModel | None = None
    """What the bands are, the alpha not counted: `ColorModel.GREY` (1), `ColorModel.RGB` (3; one
    more is the alpha) or `ColorModel.CHANNELS` (any number, each with a window and a colour of its
    own). None: 1 is grey, 3 are RGB, 4 of uint8 are RGB and alpha; all others are channels."""
    alpha: bool | None = None
    """Whether the last band is a straight alpha: 0 is transparent, opaque the largest value of a
    whole number, 1.0 of a float. ``alpha=True`` makes RGB and alpha of 4 bands of any type, grey
    and alpha of 2; ``alpha=False`` makes 4 channels of 4 bands of uint8. None: as ``color_model``
    has it."""
    nodata: float | None = None
    """The value that means "nothing here", in the array's own values: a pixel is transparent if all
    its bands have it. None: no value does. One that the array's type cannot have is ignored. NaN,
    infinities and what a masked array masks are transparent as it is."""
    pixel_size_um: tuple[float, float] | None = None
    """Width and height of a pixel in micrometres, for the scale bar. None: unknown. ValueError
    where they are not positive and finite."""
    name: str = "array"
    """What the image is called in titles and messages."""
    axes: str | None = None
    """A letter for each axis of the array in its order, small or capital, such as "tzyx", "zyxc" or
    "cyx": ``y`` and ``x`` are the picture's, ``c`` its bands, and along all others lie planes, of
    which one at a time is shown. More than 24 bands are planes, too. None: the last axis is the
    bands if it has up to 4, or up to 24 and fewer than the picture is high and wide; before height
    and width come planes (`glview.sources.array_form`)."""


def array_source(
    array: NDArray[Any],
    options: ArrayOptions = ArrayOptions(),
    *,
    budget_bytes: int | None = None,
) -> MemorySource:
    """A source over one picture: ``array``, shape (height, width) or (height, width, bands).

    uint8, uint16, int16 and float32 are used in place, so the array must not change. bool (as 0
    and 255), int8 (as int16), float16, and all wider ones (as float32, less an offset where that
    is needed: `glview.sources.narrowing`; complex ones as their magnitude) are copied, as are
    masked arrays. Pixels with a masked band are transparent: NaN where samples are floats, else by
    an alpha. An array
    used in place whose levels would take more than ``budget_bytes`` gets none: a viewer derives
    what it shows of them. ImageError for other shapes and types, and where a copy and its levels
    would take more than the budget; nothing is made before that. ``options.axes`` is not looked at
    (see `glview.sources.array_planes`).
    """
    name = options.name
    if array.ndim not in (2, 3) or 0 in array.shape:
        raise ImageError(name, f"shape {array.shape} is not (height, width[, bands])")
    data: NDArray[Any] = np.asarray(np.ma.getdata(array))
    pixels = data[:, :, np.newaxis] if data.ndim == 2 else data
    mask = mask_of(array, pixels.shape)
    sample_type = sample_type_of(pixels.dtype, name)
    height, width, depth = pixels.shape
    held = _model(pixels.dtype, sample_type, depth, options)
    model = held if mask is None else with_mask(held)
    owned = pixels.dtype != sample_type.dtype or mask is not None
    need = pyramid_bytes(width, height, model)
    with_levels = True
    narrowing = Narrowing()
    if owned:
        if budget_bytes is not None:
            check_budget(name, need, budget_bytes, _SAVE_ARRAY)
        if mask is not None:
            pixels = without_masked(pixels, mask)
        if pixels.dtype.kind == "c":
            pixels = np.abs(pixels)
        narrowing = narrowing_of(pixels, held, options.nodata)
        pixels = carried(pixels, held, narrowing)
        if mask is not None:
            pixels = hidden(pixels, held, mask)
    elif budget_bytes is not None:
        with_levels = need - width * height * model.texel_bytes <= budget_bytes
    nodata = options.nodata
    if nodata is not None and data.dtype == np.bool_:
        nodata *= 255
    nodata = held_nodata(nodata, sample_type)
    origin = Origin(name, "array", nodata, narrowing.offset, options.pixel_size_um)
    return MemorySource(pixels, model, origin, owned=owned, with_levels=with_levels)


def vips_source(
    image: Any,
    *,
    budget_bytes: int,
    name: str = "pyvips image",
    cancellation: Cancellation | None = None,
) -> MemorySource:
    """A source over a `pyvips.Image`, evaluated into memory once; complex ones as magnitude.

    ImageError where it and its levels would take more than ``budget_bytes``, `CancelledError`
    where it is called off.
    """
    if str(image.format) in ("complex", "dpcomplex"):
        image = image.abs()
    given, wide = image, str(image.format) in ("int", "uint", "double")
    try:
        image, model = displayable(given)
    except VIPS_OR_VALUE as error:
        raise UnsupportedImageError(name, fault_of(error)) from None
    need = pyramid_bytes(image.width, image.height, model)
    check_budget(name, need, budget_bytes, _SAVE_IMAGE)
    try:
        cancellation = cancellation or Cancellation()
        pixels, offset = write_all(image, model, cancellation), 0.0
        if wide and not model.alpha:
            offset = suitable_offset(some_of(pixels).astype(np.float64), None)
            if offset:
                pixels = write_all(displayable(given, offset=offset)[0], model, cancellation)
    except VipsError as error:
        raise ImageError(name, fault_of(error)) from None
    colors = colors_of(profile_of(given), name)
    origin = Origin(name, "pyvips.Image", offset=offset, colors=colors)
    return MemorySource(pixels, model, origin, owned=True)


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


def _model(
    dtype: np.dtype[Any], sample_type: SampleType, depth: int, options: ArrayOptions
) -> PixelModel:
    color_model, alpha = options.color_model, options.alpha
    if color_model is None and alpha is None:
        return assumed_model(dtype, sample_type, depth)
    colors = {ColorModel.GREY: 1, ColorModel.RGB: 3}
    if alpha is None:
        assert color_model is not None
        alpha = depth == colors.get(color_model, depth) + 1
    if color_model is None:
        by_bands = {bands: model for model, bands in colors.items()}
        color_model = by_bands.get(depth - alpha, ColorModel.CHANNELS)
    model = PixelModel(sample_type, color_model, depth - alpha, alpha)
    if model.bands != colors.get(color_model, model.bands) or model.bands < 1:
        raise ImageError(
            options.name, f"{depth} bands are not {color_model.value}" + " and alpha" * alpha
        )
    return model
