"""From a `pyvips.Image` to arrays that the renderer knows; the one place that casts pyvips types.

Nothing here touches libvips' global settings (operation cache, concurrency).
"""

import ctypes
import importlib
import re
from collections.abc import Callable, Sequence
from functools import cache
from typing import Any, cast

import numpy as np
import pyvips
from numpy.typing import NDArray

from glview.sources.base import ColorModel, SampleType
from glview.sources.cancellation import Cancellation
from glview.sources.model import PixelModel, guessed_model, opaque_value
from glview.sources.tiff_beside import BesideRgb

VipsError: tuple[type[Exception], ...] = (pyvips.Error, UnicodeDecodeError)
"""What pyvips raises for what libvips tells: the second where that has words of a file's in it that
are no UTF-8."""
VIPS_OR_VALUE: tuple[type[Exception], ...] = (pyvips.Error, ValueError)

_SAMPLE_TYPES = {
    "uchar": SampleType.U8,
    "ushort": SampleType.U16,
    "short": SampleType.S16,
    "float": SampleType.F32,
}
_NARROWED = {"char": "short", "int": "float", "uint": "float", "double": "float"}
"""Formats the atlas does not carry, and what they become (float: exact up to 2^24)."""
_SPEAKER = re.compile(r"^(?:\w+: )+(?:source input: )?")
"""Which part of libvips, or which file of its own, speaks."""
_BAD_SEEK = re.compile(r"bad seek to -?[0-9]+")
_PAST_THE_END = "the file ends too early"
_NO_ROOM = re.compile(
    r"(?:Cumulated m|M)emory allocation of .* is beyond the ([0-9]+) (?:cumulated )?byte limit.*"
)
"""libtiff's words for pieces that libvips gives it no memory for."""
_AFTERTHOUGHTS = re.compile(
    r"unable to open source for input|read error|No space for data buffer at scanline [0-9]+"
)
"""What libvips and libtiff add to reasons."""
OPAQUE = {
    "uchar": 255, "ushort": 65_535, "uint": 4_294_967_295, "char": 127, "short": 32_767,
    "int": 2_147_483_647, "float": 1, "double": 1,
}  # fmt: skip
"""The sample of an opaque pixel, or of full ink."""
_GREYS = frozenset({"b-w", "grey16"})
_RGBS = frozenset({"srgb", "rgb16", "rgb", "scrgb"})
_RAW = frozenset({"multiband", "matrix", "histogram", "fourier", "error"})


def fault_of(error: Exception, *, unsaid: str | None = None) -> str:
    """A libvips error as one short line (libtiff repeats itself thousands of times).

    ``unsaid`` stands for one whose reason libvips keeps to itself, as it does of warnings.
    """
    detail = getattr(error, "detail", None)
    if isinstance(error, UnicodeDecodeError):
        # pyvips has not come to emptying libvips' list then.
        detail = error.object.decode("utf-8", "replace")
        forget_errors()
    said: dict[str, None] = {}
    for line in str(error if detail is None else detail).splitlines():
        text = _SPEAKER.sub("", line.strip())
        if text:
            said[_in_plain_words(text)] = None
    lines = [text for text in said if not _AFTERTHOUGHTS.fullmatch(text)] or list(said)
    if lines:
        return "; ".join(lines[:3])[:300]
    message = str(getattr(error, "message", "")) or type(error).__name__
    return message if unsaid is None else unsaid


def _in_plain_words(text: str) -> str:
    if _BAD_SEEK.fullmatch(text):
        return _PAST_THE_END
    beyond = _NO_ROOM.fullmatch(text)
    if beyond is None:
        return text
    return (
        f"a strip or tile takes more than the {int(beyond[1]) >> 20} MiB that are read of one at a"
        " time; written in smaller ones it can be shown"
    )


def forget_errors() -> None:
    """Empty libvips' list of errors, which is the process's.

    What was decoded in spite of errors leaves them there, and the next fault would be told as
    theirs.
    """
    pyvips.vips_lib.vips_error_clear()


def displayable(
    image: Any,
    *,
    extra_is_alpha: bool | None = None,
    beside: BesideRgb | None = None,
    offset: float = 0.0,
    nodata: float | None = None,
) -> tuple[Any, PixelModel]:
    """A lazy image in a sample type and colour space the atlas carries, and its model.

    CMYK, Lab and their like become sRGB, through an embedded profile where there is one.
    ``extra_is_alpha`` says whether a band past grey or RGB is alpha (None: as libvips assumes),
    ``beside`` what all of those past RGB are (None: at most one of them is kept).
    ``offset`` is subtracted from samples that are narrowed to floats, of images without alpha; of
    whole ones what is not ``nodata`` stays apart from it.
    ValueError for complex samples.
    """
    interpretation = str(image.interpretation)
    if str(image.coding) != "none":
        image = image.rad2float() if str(image.coding) == "rad" else image.colourspace("srgb")
        interpretation = str(image.interpretation)
    if interpretation == "cmyk" and image.bands >= 4:
        image = _cmyk_to_srgb(_first(image, 5))
        interpretation = "srgb"
    elif interpretation not in _GREYS | _RGBS | _RAW and image.bands >= 3:
        image = _first(image, 4).colourspace("srgb")
        interpretation = "srgb"
    form = str(image.format)
    if form not in _SAMPLE_TYPES and form not in _NARROWED:
        raise ValueError(f"samples of type {form} are not supported")
    sample_type = _SAMPLE_TYPES[_NARROWED.get(form, form)]
    bands = int(image.bands)
    model = guessed_model(sample_type, bands)
    if beside is not None and bands == len(beside.order):
        model = beside.model(sample_type)
        # Of what has alpha libvips takes that to be the last.
        if beside.alpha is not None:
            image = _ordered(image, beside.order)
        else:
            image = image.copy(interpretation="multiband")
    elif interpretation in _RGBS and bands > 3:
        kept = 3 if extra_is_alpha is False else 4
        image = image.extract_band(0, n=kept)
        model = guessed_model(sample_type, kept)
    elif (bands == 2 and extra_is_alpha is False) or (interpretation in _GREYS and bands > 2):
        model = PixelModel(sample_type, ColorModel.CHANNELS, bands)
    return _narrowed(image, model, offset, nodata), model


def _first(image: Any, bands: int) -> Any:
    """A colour and what may be its alpha: libvips converts all that comes behind them, too."""
    return image.extract_band(0, n=bands) if image.bands > bands else image


def _ordered(image: Any, order: Sequence[int]) -> Any:
    """The same bands in another order."""
    if tuple(order) == tuple(range(image.bands)):
        return image
    first, *others = (image.extract_band(band) for band in order)
    return first.bandjoin(others).copy(interpretation=image.interpretation)


def _narrowed(image: Any, model: PixelModel, offset: float, nodata: float | None) -> Any:
    """The image in the model's sample type; an alpha stays the same share of what is opaque."""
    form = str(image.format)
    if form not in _NARROWED:
        return image
    carried = _NARROWED[form]
    if not model.alpha and carried == "float":
        near = (image.cast("double") - offset if offset else image).cast(carried)
        return near if nodata is None or form == "double" else _apart(near, image, nodata, offset)
    if not model.alpha or form == "double":
        return image.cast(carried)
    colours = image.extract_band(0, n=model.bands).cast(carried)
    alpha = image.extract_band(model.bands) * (opaque_value(model.sample_type) / OPAQUE[form])
    return colours.bandjoin(alpha.cast(carried))


def _apart(near: Any, image: Any, nodata: float, offset: float) -> Any:
    """What became ``near`` with what is not no-data a step beside it, as `Narrowing` has it."""
    held = np.float32(nodata - offset)
    up, down = (float(np.nextafter(held, np.float32(end))) for end in (np.inf, -np.inf))
    alike = near == float(held)
    near = (alike & (image > nodata)).ifthenelse(up, near)
    return (alike & (image < nodata)).ifthenelse(down, near)


def _cmyk_to_srgb(image: Any) -> Any:
    """CMYK to 8-bit sRGB by its own profile if it has a usable one, else by libvips' fallback."""
    form = str(image.format)
    # No ink is negative: some programs declare their bytes as signed.
    form = {"char": "uchar", "short": "ushort", "int": "uint"}.get(form, form)
    image = image.copy(format=form)
    if form not in ("uchar", "ushort"):
        image = (image * (255 / OPAQUE[form])).rint().cast("uchar")
    if "icc-profile-data" in image.get_fields():
        try:
            return image.icc_transform("srgb", embedded=True, input_profile="cmyk", depth=8)
        except VipsError:
            image = image.copy()
            image.remove("icc-profile-data")
    return image.colourspace("srgb")


def fetch_all(image: Any, model: PixelModel) -> NDArray[np.generic]:
    """The whole image as (height, width, depth), decoded on the calling thread.

    A Region is used because `write_to_memory` starts libvips' thread pool for each call, which
    halves the speed for an image of one tile (measured: 1,200 to 500 a second). Unlike that it
    leaves the decoder's lines or tiles with libvips, whose operation cache holds on to the last 100
    operations: 19 MiB of decoded tiles of 256 px, up to 100 MiB of larger ones. So they are let go.
    """
    try:
        memory = pyvips.Region.new(image).fetch(0, 0, image.width, image.height)
    finally:
        let_go(image)
    return _as_array(memory, image.width, image.height, model)


def let_go(image: Any) -> None:
    """Free what libvips has decoded for an image; no other thread may be reading from it."""
    _minimise_all()(int(pyvips.ffi.cast("uintptr_t", image.pointer)))


@cache
def _minimise_all() -> Callable[[int], object]:
    """libvips' vips_image_minimise_all, which pyvips does not offer; nothing where it is not found.

    "Minimise memory use on this image and any upstream images": 10 microseconds for a tile.
    """
    try:
        function = ctypes.CDLL(importlib.import_module("_libvips").__file__).vips_image_minimise_all
    except (ImportError, OSError, AttributeError):
        return lambda _: None
    function.argtypes, function.restype = [ctypes.c_void_p], None
    return cast("Callable[[int], object]", function)


def write_all(image: Any, model: PixelModel, cancellation: Cancellation) -> NDArray[np.generic]:
    """The whole image as (height, width, depth), by libvips' threads: for large images.

    `CancelledError` where it is called off meanwhile.
    """
    # The image may be the caller's, who may be evaluating it elsewhere. (libvips caches no copies.)
    image = image.copy()
    try:
        with cancellation.killing(lambda: image.set_kill(True)):
            memory = image.write_to_memory()
    except VipsError:
        cancellation.check()
        raise
    finally:
        # A kill that came too late would stay, and with the one whose progress is told, too.
        image.set_kill(False)
    cancellation.check()
    return _as_array(memory, image.width, image.height, model)


def fetch_rect(
    region: Any, x: int, y: int, width: int, height: int, model: PixelModel
) -> NDArray[np.generic]:
    """A rectangle as (height, width, depth) from a Region of the calling thread."""
    return _as_array(region.fetch(x, y, width, height), width, height, model)


def _as_array(memory: Any, width: int, height: int, model: PixelModel) -> NDArray[np.generic]:
    flat = np.frombuffer(memory, dtype=model.sample_type.dtype)
    return cast("NDArray[np.generic]", flat.reshape(height, width, model.depth))
