"""Image files that are not read tile by tile: their header first, their pixels when asked for."""

import logging
import os
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from types import MappingProxyType
from typing import Any

import numpy as np
import pyvips
from numpy.typing import NDArray

from glview.errors import ImageError, UnsupportedImageError
from glview.sources.array import check_budget
from glview.sources.memory import MemorySource, Origin, pyramid_bytes
from glview.sources.model import PixelModel
from glview.sources.sniff import Content
from glview.sources.stored import SINGLE, Planes
from glview.sources.tiff_facts import (
    delivered_nodata,
    metadata_of,
    pixel_size_um,
    strictness,
    unreadable_compression,
    unreadable_samples,
)
from glview.sources.tiff_page import TiffPage
from glview.sources.tiff_structure import Directory, TiffStructure
from glview.sources.vips_pixels import VipsError, displayable, fault_of, write_all

_log = logging.getLogger(__name__)

_LOADERS = {
    Content.JPEG: "jpegload_source",
    Content.PNG: "pngload_source",
    Content.GIF: "gifload_source",
    Content.WEBP: "webpload_source",
    Content.AVIF: "heifload_source",
}
_FRAMES = {Content.GIF: "frame", Content.WEBP: "frame", Content.AVIF: "image"}
_UNSTRICT = "none"

Opener = Callable[[str], tuple[Any, PixelModel]]
"""From libvips' ``fail_on`` to a lazy image with its header read, and its model."""


@dataclass(frozen=True, slots=True, eq=False)
class FlatImage:
    """The image of a file without tiles of use: its header, and how to decode it.

    Used on one thread, while the file's descriptor is open.
    """

    name: str
    format: str
    opened: Opener
    tries: tuple[str, ...]
    """Values of ``fail_on`` by which it is decoded, the strictest first."""
    header: Any
    """A lazy `pyvips.Image`; not of a TIFF it is as its loader gives it."""
    model: PixelModel
    """What its pixels are delivered as."""
    damage: str = ""
    """What is known to be wrong with the file before it is decoded."""
    doubt: str = "the decoder warns of its data"
    """What is wrong where the decoder warns and does not say of what."""
    nodata: float | None = None
    pixel_size_um: tuple[float, float] | None = None
    metadata: Mapping[str, str] = field(default_factory=lambda: MappingProxyType({}))
    planes: Planes = SINGLE

    @property
    def orientation(self) -> int:
        """How EXIF wants it seen, 1 to 8; 1 where the decoder turns the picture itself."""
        fields = self.header.get_fields()
        if self.format == Content.AVIF.value or "orientation" not in fields:
            return 1
        return int(self.header.get("orientation"))

    @property
    def need_bytes(self) -> int:
        """What the full resolution and its levels take in memory."""
        return pyramid_bytes(self.header.width, self.header.height, self.model)

    def decoded(self, budget_bytes: int) -> MemorySource:
        """The image in memory, its orientation applied.

        The declared size is checked against ``budget_bytes`` before anything is decoded. A
        damaged file is read strictly first, then as far as it goes: that is logged and said in the
        metadata under "damage". ImageError otherwise.
        """
        check_budget(self.name, self.need_bytes, budget_bytes)
        pixels, damage = self._pixels()
        metadata = dict(self.metadata)
        if self.planes.count > 1:
            metadata["planes"] = str(self.planes)
        if damage:
            _log.warning("%s: damaged, shown as far as it can be read: %s", self.name, damage)
            metadata["damage"] = damage
        origin = Origin(
            self.name,
            self.format,
            nodata=self.nodata,
            pixel_size_um=self.pixel_size_um,
            metadata=MappingProxyType(metadata),
        )
        return MemorySource(oriented(pixels, self.orientation), self.model, origin, owned=True)

    def _pixels(self) -> tuple[NDArray[np.generic], str]:
        """The decoded pixels, and the damage that was met."""
        damage, failed = self.damage, False
        for fail_on in self.tries:
            try:
                image, _ = self.opened(fail_on)
                pixels = write_all(image, self.model)
            except VipsError as error:
                damage, failed = damage or fault_of(error, unsaid=""), True
            else:
                return pixels, damage or (self.doubt if failed else "")
        raise ImageError(self.name, damage or self.doubt)


def flat_file(descriptor: int, kind: Content, name: str) -> FlatImage:
    """The first image of the JPEG, PNG, WebP, GIF or AVIF file behind ``descriptor``.

    Reads the header. ImageError where it cannot. The descriptor stays the caller's to close.
    """

    def load(fail_on: str) -> Any:
        # The source reads from the descriptor's position, which duplicates share.
        os.lseek(descriptor, 0, os.SEEK_SET)
        source = pyvips.Source.new_from_descriptor(descriptor)
        return getattr(pyvips.Image, _LOADERS[kind])(source, access="sequential", fail_on=fail_on)

    def opened(fail_on: str) -> tuple[Any, PixelModel]:
        return displayable(load(fail_on))

    _, model, tries, damage = _headed(name, opened, ("error", _UNSTRICT))
    header = load(tries[0])
    frames = int(header.get("n-pages")) if "n-pages" in header.get_fields() else 1
    return FlatImage(
        name,
        kind.value,
        opened,
        tries,
        header,
        model,
        damage,
        metadata=_exif(header),
        planes=Planes(frames, _FRAMES.get(kind, "page")),
    )


def flat_tiff(
    descriptor: int,
    structure: TiffStructure,
    page: Directory,
    name: str,
    planes: Planes = SINGLE,
) -> FlatImage:
    """A page of the TIFF behind ``descriptor``, to be decoded whole.

    Reads what libvips says of it. UnsupportedImageError names a compression or samples that are
    not read. The descriptor stays the caller's to close.
    """
    compression, samples = unreadable_compression(page), unreadable_samples(page)
    if compression is not None:
        raise UnsupportedImageError(name, f"TIFF compression {compression} is not supported")
    if samples is not None:
        raise UnsupportedImageError(name, f"{samples} are not supported")
    try:
        pixels = TiffPage(descriptor, structure, page)
    except ValueError as error:
        raise ImageError(name, str(error)) from None
    strict = strictness(page, pixels.first_bytes())
    tries = tuple(dict.fromkeys((strict, "error", _UNSTRICT)))
    header, model, usable, damage = _headed(name, pixels.opened, tries)
    metadata = metadata_of(page)
    return FlatImage(
        name,
        "BigTIFF" if structure.big else "TIFF",
        pixels.opened,
        usable,
        header,
        model,
        damage,
        f"doubtful {metadata['compression']} data",
        delivered_nodata(page, model),
        pixel_size_um(page),
        MappingProxyType(metadata),
        planes,
    )


def _headed(
    name: str, opened: Opener, tries: tuple[str, ...]
) -> tuple[Any, PixelModel, tuple[str, ...], str]:
    """Header and model, the tries at which they can be read, and what is wrong if only the last."""
    fault = ""
    for index, fail_on in enumerate(tries):
        try:
            image, model = opened(fail_on)
        except VipsError as error:
            fault = fault or fault_of(error)
        except ValueError as error:
            raise UnsupportedImageError(name, str(error)) from None
        else:
            return image, model, tries[index:], fault if fail_on == _UNSTRICT else ""
    raise ImageError(name, fault)


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


def _exif(image: Any) -> Mapping[str, str]:
    found = {}
    for key in image.get_fields():
        if key.startswith(("exif-ifd0-", "png-comment-")):
            value = image.get(key)
            text = value.partition(" (")[0].strip() if isinstance(value, str) else ""
            if text:
                found[key.removeprefix("exif-ifd0-")] = text[:2000]
    return MappingProxyType(found)
