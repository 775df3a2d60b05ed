"""From samples that are no grey and no RGB to RGB, of pages that libvips does not read.

libvips takes YCbCr that is not subsampled, ICCLAB and 8-bit CIELAB for RGB or refuses them. What it
does read comes the same way here, so that a colour does not depend on the compression.
"""

from collections.abc import Callable
from typing import Any

import numpy as np
import pyvips
from numpy.typing import NDArray

from glview.sources.base import SampleType
from glview.sources.tiff_codes import Compression, Photometric
from glview.sources.tiff_facts import LARGEST_PROFILE_BYTES, extra_is_alpha
from glview.sources.tiff_names import color_name, color_samples
from glview.sources.tiff_structure import Directory, ReadAt, Tag
from glview.sources.vips_pixels import displayable, fetch_all

_COLORS = frozenset(
    {Photometric.SEPARATED, Photometric.YCBCR, Photometric.CIELAB, Photometric.ICCLAB}
)
_OWN_COLORS = frozenset({
    Compression.JPEG, Compression.NDPI_JPEG_XR, Compression.APERIO_YCBCR, Compression.APERIO_33004,
    Compression.APERIO_RGB, Compression.ALT_JPEG, Compression.JPEG_2000, Compression.LOSSY_JPEG,
    Compression.JPEG_XR, Compression.WEBP, Compression.JPEG_XL, Compression.DNG_JPEG_XL,
})  # fmt: skip
"""Compressions of pictures (JPEG, JPEG 2000, JPEG XR, WebP, JPEG XL) whose decoders may have
changed the colours already."""
_CMYK_INKS = 1
_BYTE = 8
_PART_PX = 1 << 20
_LUMA = (0.299, 0.587, 0.114)
_LARGEST_BYTE = 255
_WHOLE_RANGE = (0.0, 255.0, 128.0, 255.0, 128.0, 255.0)

ToRgb = Callable[[NDArray[Any]], NDArray[np.generic]]
"""Samples (height, width, samples) as RGB (height, width, 3)."""


def is_mixed(directory: Directory) -> bool:
    """Whether the samples of a page are colours that `to_rgb` makes RGB of."""
    if directory.number(Tag.PHOTOMETRIC, 1) not in _COLORS:
        return False
    return directory.number(Tag.COMPRESSION, 1) not in _OWN_COLORS


def rgb_type(directory: Directory) -> SampleType:
    """The samples of what `to_rgb` makes: YCbCr keeps its 16 bits."""
    wide = (
        directory.number(Tag.PHOTOMETRIC, 1) == Photometric.YCBCR
        and directory.number(Tag.BITS, 1) > _BYTE
    )
    return SampleType.U16 if wide else SampleType.U8


def to_rgb(directory: Directory, read_at: ReadAt) -> ToRgb:
    """What makes RGB of a page that `is_mixed`; ValueError where nothing does. Thread-safe."""
    photometric, bits = directory.number(Tag.PHOTOMETRIC, 1), directory.number(Tag.BITS, 1)
    name = color_name(photometric)
    if bits not in (8, 16) or set(directory.numbers(Tag.SAMPLE_FORMAT)) & {3, 5, 6}:
        raise ValueError(f"{name} samples of this kind are not supported")
    if directory.samples < color_samples(photometric):
        raise ValueError(f"{name} in {directory.samples} samples is not supported")
    if extra_is_alpha(directory):
        raise ValueError(f"{name} with alpha is not supported")
    if photometric == Photometric.SEPARATED:
        return _in_parts(_from_cmyk(directory, read_at))
    if photometric != Photometric.YCBCR:
        return _in_parts(_from_lab(photometric))
    if (directory.numbers(Tag.YCBCR_SUBSAMPLING) or (2, 2)) != (1, 1):
        raise ValueError("subsampled YCbCr samples of this compression are not supported")
    return ycbcr_to_rgb(directory)


def ycbcr_to_rgb(directory: Directory) -> ToRgb:
    """What makes RGB of YCbCr of as many pixels; ValueError where the page's words make no sense.

    After TIFF 6.0, section 21.
    """
    return _in_parts(_from_ycbcr(directory))


def _in_parts(convert: ToRgb) -> ToRgb:
    """By some rows at a time: a strip may be a whole picture, and floats take four times it."""

    def converted(pixels: NDArray[Any]) -> NDArray[np.generic]:
        rows = max(1, _PART_PX // max(1, pixels.shape[1]))
        if pixels.shape[0] <= rows:
            return convert(pixels)
        first = convert(pixels[:rows])
        out = np.empty((*pixels.shape[:2], first.shape[2]), first.dtype)
        out[:rows] = first
        for y in range(rows, len(pixels), rows):
            out[y : y + rows] = convert(pixels[y : y + rows])
        return out

    return converted


def _from_cmyk(directory: Directory, read_at: ReadAt) -> ToRgb:
    if directory.number(Tag.INK_SET, _CMYK_INKS) != _CMYK_INKS:
        raise ValueError("inks other than CMYK are not supported")
    profile = b""
    entry = directory.entries.get(Tag.ICC_PROFILE)
    if entry is not None and entry.size_bytes <= LARGEST_PROFILE_BYTES:
        profile = read_at(entry.offset, entry.size_bytes)

    def convert(pixels: NDArray[Any]) -> NDArray[np.generic]:
        inks = pixels[..., :4]
        inks = inks.view(f"u{inks.dtype.itemsize}")
        image = _image(inks, "cmyk")
        if profile:
            image.set_type(pyvips.GValue.blob_type, "icc-profile-data", profile)
        return _fetched(image)

    return convert


def _from_lab(photometric: int) -> ToRgb:
    def convert(pixels: NDArray[Any]) -> NDArray[np.generic]:
        wide = pixels.dtype.itemsize > 1
        stored = pixels[..., :3].view(f"u{pixels.dtype.itemsize}")
        lab = np.empty(stored.shape, np.float32)
        if photometric == Photometric.CIELAB:
            # a* and b* are signed; of 16 bits they have 8 behind the point.
            lab[..., 1:] = stored[..., 1:].view(f"i{pixels.dtype.itemsize}")
            lightest = 65_535 if wide else 255
        else:
            # The profile connection space of ICC 2, in which 0xFF00 is white.
            lab[..., 1:] = stored[..., 1:]
            lab[..., 1:] -= 32_768 if wide else 128
            lightest = 65_280 if wide else 255
        if wide:
            lab[..., 1:] /= 256
        lab[..., 0] = stored[..., 0] * np.float32(100 / lightest)
        return _fetched(_image(lab, "lab"))

    return convert


def _from_ycbcr(directory: Directory) -> ToRgb:
    red, green, blue = (*directory.numbers(Tag.YCBCR_COEFFICIENTS), 0, 0, 0)[:3]
    if not (red or green or blue):
        red, green, blue = _LUMA
    references = directory.numbers(Tag.REFERENCE_BLACK_WHITE) or _WHOLE_RANGE
    if len(references) != 6 or green == 0:
        raise ValueError("YCbCr samples without sound coefficients are not supported")
    black: tuple[float, ...] = references[::2]
    white: tuple[float, ...] = references[1::2]
    largest = _LARGEST_BYTE
    if directory.number(Tag.BITS, 1) > _BYTE:
        largest = 65_535
        if max(references) <= _LARGEST_BYTE:
            black = tuple(value * 256 for value in black)
            white = tuple(value * 256 + 255 for value in white)
    if any(b == w for b, w in zip(black, white, strict=True)):
        raise ValueError("YCbCr samples without a range are not supported")

    def convert(pixels: NDArray[Any]) -> NDArray[np.generic]:
        y, cb, cr = (
            (pixels[..., band].astype(np.float32) - black[band])
            * ((largest if band == 0 else largest // 2) / (white[band] - black[band]))
            for band in range(3)
        )
        out = np.empty((*pixels.shape[:2], 3), pixels.dtype)
        r = y + (2 - 2 * red) * cr
        b = y + (2 - 2 * blue) * cb
        for band, values in enumerate((r, (y - red * r - blue * b) / green, b)):
            out[..., band] = np.clip(np.rint(values), 0, largest)
        return out

    return convert


def _image(pixels: NDArray[Any], interpretation: str) -> Any:
    height, width, bands = pixels.shape
    form = {"u1": "uchar", "u2": "ushort", "f4": "float"}[pixels.dtype.str[1:]]
    data = np.ascontiguousarray(pixels).data
    image = pyvips.Image.new_from_memory(data, width, height, bands, form)
    return image.copy(interpretation=interpretation)


def _fetched(image: Any) -> NDArray[np.generic]:
    return fetch_all(*displayable(image))
