"""The full resolution of an image file as one lazy image, for what writes it elsewhere."""

import os
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from typing import Any

from glview.errors import ImageError, UnsupportedImageError
from glview.sources.deepzoom_xml import MAX_BYTES, parse_deepzoom
from glview.sources.files import read_at
from glview.sources.flat import FlatFacts, flat_facts, orientation_of, undecoded
from glview.sources.identify import Identified, identify, os_fault, read_tiff
from glview.sources.model import PixelModel
from glview.sources.sniff import Content
from glview.sources.tiff_levels import chosen_levels, unreadable
from glview.sources.tiff_structure import Directory, Tag
from glview.sources.vips_pixels import VipsError, fault_of

_PHOTOMETRIC_RGB = 2


@dataclass(frozen=True, slots=True, eq=False)
class EntireImage:
    """An image as glview shows it, but that nothing is decoded yet.

    ``image`` is a `pyvips.Image` to be read once, from the top; ``orientation`` (EXIF, 1 to 8) is
    still to be applied.
    """

    name: str
    image: Any
    model: PixelModel
    orientation: int
    nodata: float | None


@contextmanager
def entire_image(path: str) -> Iterator[EntireImage]:
    """The image in a file, which stays open meanwhile.

    Errors are those of `open_image`; ``UnsupportedImageError`` also for what is no single image
    (DeepZoom), and for TIFFs with bands that glview does not show. Damage that `open_image` would
    show as far as it can be read is an error of libvips when the pixels are asked for.
    """
    file = identify(path)
    try:
        yield _entire(file)
    finally:
        os.close(file.descriptor)


def _entire(file: Identified) -> EntireImage:
    try:
        if file.kind is Content.XML:
            parse_deepzoom(read_at(file.descriptor, 0, MAX_BYTES + 1), file.name)
            raise UnsupportedImageError(file.name, "is a DeepZoom pyramid already")
        if file.kind is Content.TIFF:
            return _entire_tiff(file)
    except OSError as error:
        raise ImageError(file.name, os_fault(error)) from None
    return _opened(file, "error", FlatFacts())


def _entire_tiff(file: Identified) -> EntireImage:
    structure = read_tiff(file)
    levels = chosen_levels(structure)
    page = levels[0].page if levels else 0
    directory = structure.directories[page]
    fault = unreadable(directory)
    if fault is not None:
        raise UnsupportedImageError(file.name, fault)
    # libtiff tells of some damage in warnings only. Other warnings, of tags out of order, cannot be
    # told from these.
    entire = _opened(file, "warning", flat_facts(directory), page)
    _require_all_bands(entire, directory)
    return entire


def _opened(file: Identified, fail_on: str, facts: FlatFacts, page: int = 0) -> EntireImage:
    try:
        image, model = undecoded(file.descriptor, file.kind, fail_on, facts.extra_is_alpha, page)
    except VipsError as error:
        raise ImageError(file.name, fault_of(error)) from None
    except ValueError as error:
        raise UnsupportedImageError(file.name, str(error)) from None
    return EntireImage(file.name, image, model, orientation_of(image, file.kind), facts.nodata)


def _require_all_bands(entire: EntireImage, directory: Directory) -> None:
    """Refuse what would lose a band: to look at three of four is fine, to keep three is not."""
    rgb = directory.number(Tag.PHOTOMETRIC) == _PHOTOMETRIC_RGB
    if rgb and directory.samples > entire.model.depth:
        raise UnsupportedImageError(
            entire.name,
            f"of its {directory.samples} bands only {entire.model.depth} could be kept",
        )
