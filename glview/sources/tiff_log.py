"""From SGI's logarithms of light in a TIFF to colours: LogL and LogLuv, which libvips decodes.

Of light the screen shows what is no brighter than white. So it is encoded as sRGB, but as floats
that go on past 1: a window shows what is brighter.
"""

from typing import Any

from glview.sources.tiff_codes import Compression, Photometric
from glview.sources.tiff_structure import Directory, Tag

_KINDS: dict[tuple[int, int], int] = {
    (Compression.SGI_LOG, Photometric.LOG_L): 1,
    (Compression.SGI_LOG, Photometric.LOG_LUV): 3,
    (Compression.SGI_LOG_24, Photometric.LOG_LUV): 3,
}
"""Samples of a pixel by compression and what they mean."""
_SIGN = 0x7FFF
_FROM_LINEAR = 0.0031308


def is_light(directory: Directory) -> bool:
    """Whether a page has light, and libvips decodes it."""
    kind = (directory.number(Tag.COMPRESSION, 1), directory.number(Tag.PHOTOMETRIC, 1))
    alone = directory.number(Tag.PLANAR, 1) == 1 or directory.samples == 1
    return _KINDS.get(kind) == directory.samples and alone and directory.number(Tag.BITS) == 16


def encoded(image: Any, directory: Directory) -> Any:
    """The lazy image of a page that `is_light` as libvips gives it, as sRGB of 0 to 1 and more."""
    if directory.number(Tag.PHOTOMETRIC) == Photometric.LOG_LUV:
        return _encoded(image.colourspace("scrgb")).copy(interpretation="scrgb")
    # After "LogLuv Encoding for TIFF Images" by Greg Ward: 256 steps of a doubling; 0 is black.
    steps = image & _SIGN
    light = (2 ** ((steps.cast("double") + 0.5) / 256 - 64)).cast("float")
    return _encoded((image > 0).ifthenelse(light, 0)).copy(interpretation="b-w")


def _encoded(linear: Any) -> Any:
    curved = 1.055 * linear ** (1 / 2.4) - 0.055
    return (linear <= _FROM_LINEAR).ifthenelse(12.92 * linear, curved).cast("float")
