"""Decodes one encoded tile (a JPEG, PNG, WebP, ... in bytes): the place to swap a decoder."""

from typing import Any

import numpy as np
import pyvips
from numpy.typing import NDArray

from glview.sources.model import PixelModel
from glview.sources.sniff import Content, sniffed
from glview.sources.vips_pixels import VipsError, displayable, fault_of, fetch_all

_LOADERS = {
    Content.JPEG: "jpegload_source",
    Content.PNG: "pngload_source",
    Content.GIF: "gifload_source",
    Content.WEBP: "webpload_source",
    Content.TIFF: "tiffload_source",
    Content.AVIF: "heifload_source",
}


def decode(data: bytes, size_px: tuple[int, int] | None) -> tuple[NDArray[np.generic], PixelModel]:
    """Pixels (height, width, depth) of an encoded image and what they mean.

    ``size_px`` is the (width, height) the image must declare; it is checked before anything is
    decoded, so that a tile of a few bytes cannot ask for gigabytes. ValueError says what is wrong.
    Called on any thread.
    """
    kind = sniffed(data[:64])
    if kind is None or kind not in _LOADERS:
        raise ValueError("empty file" if not data else "not an image that glview decodes")
    # A source, not a buffer: libvips keeps copies of buffers in its operation cache, which is the
    # host program's. The name must live until the pixels are there: libvips reads from `data`.
    source = pyvips.Source.new_from_memory(data)
    try:
        image: Any = getattr(pyvips.Image, _LOADERS[kind])(
            source, access="sequential", fail_on="truncated"
        )
        if size_px is not None and (image.width, image.height) != size_px:
            raise ValueError(
                f"is {image.width}x{image.height} pixels where {size_px[0]}x{size_px[1]} belong"
            )
        image, model = displayable(image)
        pixels = fetch_all(image, model)
    except VipsError as error:
        raise ValueError(fault_of(error)) from None
    del source
    return pixels, model
