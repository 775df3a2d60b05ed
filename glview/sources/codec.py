"""Decodes one encoded tile (a JPEG, PNG, WebP, ... in bytes): the place to swap a decoder."""

from typing import Any

import pyvips

from glview.sources import jpeg
from glview.sources.base import Room, own_room
from glview.sources.icc import profile_of
from glview.sources.model import Decoded
from glview.sources.sniff import Content, sniffed
from glview.sources.stored import StoredSamples
from glview.sources.vips_pixels import VipsError, displayable, fault_of, fetch_all
from glview.sources.vips_stored import stored_samples

_LOADERS = {
    Content.JPEG: "jpegload_source",
    Content.PNG: "pngload_source",
    Content.GIF: "gifload_source",
    Content.WEBP: "webpload_source",
    Content.TIFF: "tiffload_source",
    Content.AVIF: "heifload_source",
}


def decode(data: bytes, size_px: tuple[int, int] | None, room: Room = own_room) -> Decoded:
    """Pixels of an encoded image and what they mean.

    ``size_px`` is the (width, height) the image must declare; it is checked before anything is
    decoded, so that a tile of a few bytes cannot ask for gigabytes. ValueError says what is wrong.
    What has texels has them in ``room``. Called on any thread.
    """
    if size_px is not None:
        direct = jpeg.decoded(data, size_px, room)
        if direct is not None:
            return direct
    # A source, not a buffer: libvips keeps copies of buffers in its operation cache, which is the
    # host program's. The name must live until the pixels are there: libvips reads from `data`.
    source = pyvips.Source.new_from_memory(data)
    try:
        image = _opened(data, source)
        if size_px is not None and (image.width, image.height) != size_px:
            raise ValueError(
                f"is {image.width}x{image.height} pixels where {size_px[0]}x{size_px[1]} belong"
            )
        image, model = displayable(image)
        pixels = fetch_all(image, model)
    except VipsError as error:
        raise ValueError(fault_of(error)) from None
    del source
    return Decoded(pixels, model)


def encoded_samples(data: bytes) -> StoredSamples:
    """The samples of an encoded image, of which only the header is read; ValueError as above."""
    source = pyvips.Source.new_from_memory(data)
    try:
        samples = stored_samples(_opened(data, source))
    except VipsError as error:
        raise ValueError(fault_of(error)) from None
    del source
    return samples


def encoded_profile(data: bytes) -> bytes | None:
    """The ICC profile of an encoded RGB image, of which only the header is read; of others None."""
    source = pyvips.Source.new_from_memory(data)
    try:
        profile = profile_of(_opened(data, source))
    except (pyvips.Error, ValueError):
        return None
    del source
    return profile


def _opened(data: bytes, source: Any) -> Any:
    """A lazy image of the data behind ``source``."""
    kind = sniffed(data[:64])
    if kind is None or kind not in _LOADERS:
        raise ValueError("empty file" if not data else "not an image that glview decodes")
    load = getattr(pyvips.Image, _LOADERS[kind])
    return load(source, access="sequential", fail_on="truncated")
