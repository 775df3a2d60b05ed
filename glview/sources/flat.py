"""Plain image files (JPEG, PNG, WebP, GIF, AVIF, flat TIFF): decoded once into memory."""

import logging
import os
from collections.abc import Mapping
from dataclasses import dataclass
from types import MappingProxyType
from typing import Any

import numpy as np
import pyvips
from numpy.typing import NDArray

from glview.errors import ImageError, UnsupportedImageError
from glview.sources.array import check_budget
from glview.sources.base import ColorModel, SampleType
from glview.sources.memory import MemorySource, Origin, pyramid_bytes
from glview.sources.model import PixelModel
from glview.sources.sniff import Content
from glview.sources.tiff_levels import declared_nodata, extra_is_alpha, pixel_size_um
from glview.sources.tiff_structure import Directory
from glview.sources.vips_pixels import VipsError, displayable, fault_of, write_all

_log = logging.getLogger(__name__)

_LOADERS = {
    Content.TIFF: "tiffload_source",
    Content.JPEG: "jpegload_source",
    Content.PNG: "pngload_source",
    Content.GIF: "gifload_source",
    Content.WEBP: "webpload_source",
    Content.AVIF: "heifload_source",
}
_STRICT = {Content.TIFF: "warning"}
"""libtiff reports undecodable strips as warnings only; elsewhere an error is an error."""


@dataclass(frozen=True, slots=True)
class FlatFacts:
    """What a TIFF's tags say that libvips does not pass on."""

    extra_is_alpha: bool | None = None
    nodata: float | None = None
    pixel_size_um: tuple[float, float] | None = None


def flat_facts(directory: Directory) -> FlatFacts:
    """The facts of a TIFF's page."""
    return FlatFacts(
        extra_is_alpha(directory), declared_nodata(directory), pixel_size_um(directory)
    )


def open_flat(
    descriptor: int,
    kind: Content,
    name: str,
    *,
    budget_bytes: int,
    facts: FlatFacts | None = None,
) -> MemorySource:
    """The first image of the file behind ``descriptor``, with its orientation applied.

    The declared size is checked against ``budget_bytes`` (full resolution and levels) before
    anything is decoded. A damaged file is read strictly first, then as far as it goes: that is
    logged and said in the metadata under "damage". ImageError otherwise. The descriptor stays
    the caller's to close.
    """
    facts = facts or FlatFacts()
    alpha = facts.extra_is_alpha
    try:
        image, model = undecoded(descriptor, kind, _STRICT.get(kind, "error"), alpha)
    except VipsError:
        image, model = _tolerantly(descriptor, kind, name, alpha)
    except ValueError as error:
        raise UnsupportedImageError(name, str(error)) from None
    need = pyramid_bytes(image.width, image.height, model)
    check_budget(name, need, budget_bytes, _advice(model, facts))
    metadata = dict(_metadata(image))
    try:
        pixels = write_all(image, model)
    except VipsError as error:
        damage = fault_of(error)
        image, model = _tolerantly(descriptor, kind, name, alpha)
        try:
            pixels = write_all(image, model)
        except VipsError:
            raise ImageError(name, damage) from None
        _log.warning("%s: damaged, shown as far as it can be read: %s", name, damage)
        metadata["damage"] = damage
    pixels = oriented(pixels, orientation_of(image, kind))
    origin = Origin(
        name,
        kind.value,
        nodata=facts.nodata,
        pixel_size_um=facts.pixel_size_um,
        metadata=MappingProxyType(metadata),
    )
    return MemorySource(pixels, model, origin, owned=True)


def _advice(model: PixelModel, facts: FlatFacts) -> str:
    """What to do about a file that is too large; `glview convert` does not take everything."""
    more = "give it more: --memory {mib}"
    if model.color_model is ColorModel.CHANNELS or facts.nodata is not None:
        return more
    in_png = model.sample_type in (SampleType.U8, SampleType.U16)
    out = "NAME.dzi" if in_png else "NAME.tif"
    return f"make a pyramid of it with `glview convert FILE {out}`, or {more}"


def undecoded(
    descriptor: int, kind: Content, fail_on: str, extra_is_alpha: bool | None, page: int = 0
) -> tuple[Any, PixelModel]:
    """A lazy pyvips image of the file, to be read once from the top, and its model.

    ``fail_on`` is libvips' word for how much damage it overlooks. The orientation is not applied.
    VipsError where the file cannot be read, ValueError where its samples cannot be shown.
    """
    # The source reads from the descriptor's position, which duplicates share.
    os.lseek(descriptor, 0, os.SEEK_SET)
    source = pyvips.Source.new_from_descriptor(descriptor)
    options = {"page": page} if page else {}
    load = getattr(pyvips.Image, _LOADERS[kind])
    image = load(source, access="sequential", fail_on=fail_on, **options)
    return displayable(image, extra_is_alpha=extra_is_alpha)


def _tolerantly(
    descriptor: int, kind: Content, name: str, alpha: bool | None
) -> tuple[Any, PixelModel]:
    try:
        return undecoded(descriptor, kind, "none", alpha)
    except VipsError as error:
        raise ImageError(name, fault_of(error)) from None
    except ValueError as error:
        raise UnsupportedImageError(name, str(error)) from None


def orientation_of(image: Any, kind: Content) -> int:
    """The EXIF orientation, 1 to 8, that is still to be applied."""
    if kind is Content.AVIF or "orientation" not in image.get_fields():
        # The AVIF decoder has turned the picture already.
        return 1
    return int(image.get("orientation"))


def oriented(pixels: NDArray[np.generic], orientation: int) -> NDArray[np.generic]:
    """``pixels`` (height, width, bands) as EXIF orientation 1 to 8 wants it seen: a view."""
    if orientation in (5, 6, 7, 8):
        pixels = pixels.transpose(1, 0, 2)
    # After the transposition: 5 nothing, 6 mirror left-right, 7 both, 8 top-bottom.
    if orientation in (2, 3, 6, 7):
        pixels = pixels[:, ::-1]
    if orientation in (3, 4, 7, 8):
        pixels = pixels[::-1]
    return pixels


def _metadata(image: Any) -> Mapping[str, str]:
    found = {}
    for key in image.get_fields():
        if key.startswith(("exif-ifd0-", "png-comment-")) or key == "image-description":
            value = image.get(key)
            if isinstance(value, str) and value.strip():
                found[key.removeprefix("exif-ifd0-")] = value.partition(" (")[0][:2000]
    return found
