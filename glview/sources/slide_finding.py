"""Which reader shows a slide: OpenSlide's, or ours of TIFFs."""

from collections.abc import Callable

from glview import budgets
from glview.errors import ImageError, UnsupportedImageError
from glview.sources.base import TileSource
from glview.sources.converters import unread_file, unread_slide
from glview.sources.flat import FlatImage
from glview.sources.image_file import ImageFile
from glview.sources.slide import SlideSource, opened
from glview.sources.slide_names import (
    EXTRA,
    NAMES,
    NOT_OURS,
    SHARED,
    Vendor,
    looks_of,
    vendor_of,
)
from glview.sources.slide_reader import is_installed
from glview.sources.slide_tiff import SlideTiffSource
from glview.sources.sniff import HEAD_BYTES
from glview.sources.tiff import TiffSource

_PROPERTIES_ONLY_BYTES = 1 << 20
"""OpenSlide's cache where it reads no tiles."""


def found_slide(file: ImageFile, budget_bytes: int) -> SlideSource:
    """A slide that is no TIFF; ImageError where it is none, or cannot be read."""
    vendor = vendor_of(file.read_at(0, HEAD_BYTES)) or Vendor.MIRAX
    looks = looks_of(vendor)
    if not is_installed():
        fault = unread_file(looks)
        raise UnsupportedImageError(file.name, f"{fault}; slides are read with: {EXTRA}")
    try:
        return _slide(file, budget_bytes)
    except ImageError as error:
        if vendor not in SHARED:
            raise
        fault = unread_slide(looks, error.fault)
        raise UnsupportedImageError(file.name, fault) from None


def found_slide_tiff(
    file: ImageFile,
    vendor: Vendor,
    budget_bytes: int,
    own: Callable[[], TileSource | FlatImage],
) -> TileSource | FlatImage:
    """A slide that is a TIFF; ``own`` finds how our reader would show it.

    Aperio's are usual TIFFs and read by ours, described by OpenSlide; what ours does not read, and
    others' slides, are OpenSlide's. Without OpenSlide, and where it cannot open the file, it is
    ours, but for those of `NOT_OURS`; what is refused says what would read it.
    """
    if not is_installed():
        if vendor in NOT_OURS:
            fault = f"a {NAMES[vendor]}; slides are read with: {EXTRA}"
            raise UnsupportedImageError(file.name, fault)
        try:
            return own()
        except ImageError as error:
            fault = f"{error.fault}; slides ({NAMES[vendor]}) are read with: {EXTRA}"
            raise UnsupportedImageError(file.name, fault) from None
    if vendor is Vendor.APERIO:
        return _aperio(file, budget_bytes, own)
    try:
        slide = _slide(file, budget_bytes)
    except ImageError as refused:
        if vendor in NOT_OURS:
            raise
        return _own_instead(own, refused)
    if slide.vendor is not None:
        return slide
    # OpenSlide takes it for a TIFF like any other: the tags were somebody else's.
    try:
        found = own()
    except ImageError:
        return slide
    slide.close()
    return found


def _aperio(
    file: ImageFile, budget_bytes: int, own: Callable[[], TileSource | FlatImage]
) -> TileSource | FlatImage:
    try:
        found = own()
    except ImageError as error:
        try:
            return _slide(file, budget_bytes)
        except ImageError:
            raise error from None
    if not isinstance(found, TiffSource):
        return found
    try:
        reader = opened(file.path, file.name, _PROPERTIES_ONLY_BYTES)
    except ImageError:
        return found
    return SlideTiffSource(found, reader, NAMES[Vendor.APERIO])


def _own_instead(
    own: Callable[[], TileSource | FlatImage], refused: ImageError
) -> TileSource | FlatImage:
    try:
        return own()
    except ImageError:
        raise refused from None


def _slide(file: ImageFile, budget_bytes: int) -> SlideSource:
    return SlideSource(file.path, file.name, cache_bytes=budgets.row_bytes(budget_bytes))
