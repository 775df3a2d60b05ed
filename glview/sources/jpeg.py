"""Decodes plain JPEGs by libjpeg-turbo itself, where its wheel is installed.

libvips takes three times as long for a tile: two thirds of that goes into its pipeline, which is
made for images of many tiles. What is not plain (see `plain_frame`), not sound, or of four samples
stays libvips' to decode, and to say what is wrong with it: everything here answers None then.
"""

from collections.abc import Callable
from functools import cache
from typing import Any, cast

from glview.sources.base import ColorModel, Room, SampleType, own_room
from glview.sources.jpeg_frame import plain_frame
from glview.sources.model import Decoded, PixelModel

_SPACES = {1: ("GRAY", 1), 3: ("RGBA", 4)}
"""What is asked of the decoder for so many samples, and the bytes of a pixel of that."""
GREY = PixelModel(SampleType.U8, ColorModel.GREY, 1)
RGB = PixelModel(SampleType.U8, ColorModel.RGB, 3)


def available() -> bool:
    """Whether there is a decoder beside libvips'."""
    return _decoder() is not None


def decoded(data: bytes, size_px: tuple[int, int], room: Room = own_room) -> Decoded | None:
    """A JPEG of ``size_px`` (width, height), or None where libvips shall try.

    Texels of four bytes lie in ``room``. Called on any thread, and lets others run.
    """
    decode = _decoder()
    frame = None if decode is None else plain_frame(data)
    if decode is None or frame is None or (frame.width, frame.height) != size_px:
        return None
    if frame.samples not in _SPACES:
        return None
    space, depth = _SPACES[frame.samples]
    size_bytes = frame.height * frame.width * depth
    whole = room(size_bytes) if depth == 4 else own_room(size_bytes)
    # The decoder refuses to write past this, whatever it takes the size to be.
    part = whole[whole.size - size_bytes :]
    try:
        # Strict: what libjpeg warns of is broken data, too.
        decode(data, colorspace=space, buffer=part, strict=True)
    except ValueError:
        return None
    pixels = part.reshape(frame.height, frame.width, depth)
    return Decoded(pixels, GREY) if depth == 1 else Decoded(pixels[:, :, :3], RGB, pixels, whole)


@cache
def _decoder() -> Callable[..., Any] | None:
    try:
        import simplejpeg
    except ImportError:
        return None
    return cast("Callable[..., Any]", simplejpeg.decode_jpeg)
