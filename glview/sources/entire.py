"""The image of a file that is to be written elsewhere: whole, or refused."""

from collections.abc import Iterator
from contextlib import contextmanager

import numpy as np

from glview.errors import ImageError, UnsupportedImageError
from glview.sources.deepzoom_xml import MAX_BYTES, parse_deepzoom
from glview.sources.flat import FlatImage, flat_file
from glview.sources.flat_tiff import flat_tiff
from glview.sources.image_file import ImageFile, faults_of, opened_file, tiff_structure
from glview.sources.slide_names import MACRO_FIRST, vendor_of_tiff
from glview.sources.sniff import Content
from glview.sources.tiff_levels import chosen_levels, main_page
from glview.sources.tiff_planes import planes_of
from glview.sources.tiff_structure import Directory, Tag

_PHOTOMETRIC_RGB = 2
_NO_SLIDE = "slides that only OpenSlide reads are not converted"
_NO_ARRAY = "arrays are not converted; tifffile.imwrite(NAME, array) makes a file that can be"
_TABLE_BYTES = 1 << 20
"""The table of a terapixel's tiles has 240 MB; so much of it is held at once."""


@contextmanager
def entire_image(path: str) -> Iterator[FlatImage]:
    """The full resolution of an image file, which stays open meanwhile, to be read undecoded.

    Errors are those of `open_image`; ``UnsupportedImageError`` also for what is no single image
    (DeepZoom), and for TIFFs with bands that glview does not show; ImageError also for TIFFs that
    leave out tiles. What the block raises comes through.
    """
    with opened_file(path) as file:
        with faults_of(file.name):
            entire = _entire(file)
        yield entire


def _entire(file: ImageFile) -> FlatImage:
    if file.kind is Content.XML:
        parse_deepzoom(file.read_at(0, MAX_BYTES + 1), file.name)
        raise UnsupportedImageError(file.name, "is a DeepZoom pyramid already")
    if file.kind is Content.TIFF:
        return _entire_tiff(file)
    if file.kind is Content.SLIDE:
        raise UnsupportedImageError(file.name, _NO_SLIDE)
    if file.kind is Content.NPY:
        raise UnsupportedImageError(file.name, _NO_ARRAY)
    return flat_file(file.descriptor, file.kind, file.name)


def _entire_tiff(file: ImageFile) -> FlatImage:
    structure = tiff_structure(file)
    if vendor_of_tiff(structure, file.read_at) in MACRO_FIRST:
        raise UnsupportedImageError(file.name, _NO_SLIDE)
    page = structure.directories[main_page(structure)]
    planes = planes_of(structure, chosen_levels(structure))
    channels = dict(planes.axes).get("channels", 1)
    if channels > 1:
        # Seen as one picture, they lie in pages of their own, of which one would be kept.
        raise UnsupportedImageError(file.name, f"{channels} channels cannot be made a pyramid yet")
    image = flat_tiff(file.descriptor, structure, page, file.name, planes)
    _require_all_bands(image, page)
    _require_all_pieces(file, page)
    return image


def _require_all_bands(image: FlatImage, page: Directory) -> None:
    """Refuse what would lose a band: to look at three of four is fine, to keep three is not."""
    rgb = page.number(Tag.PHOTOMETRIC) == _PHOTOMETRIC_RGB
    if rgb and page.samples > image.model.depth:
        raise UnsupportedImageError(
            image.name,
            f"of its {page.samples} bands only {image.model.depth} could be kept",
        )


def _require_all_pieces(file: ImageFile, page: Directory) -> None:
    """Refuse tiles and strips that are declared absent, which libvips makes black."""
    table = page.tile_offsets
    if table is None:
        return
    step = _TABLE_BYTES // table.item_bytes * table.item_bytes
    for start in range(0, table.size_bytes, step):
        data = file.read_at(table.offset + start, min(step, table.size_bytes - start))
        places = np.frombuffer(data, f"u{table.item_bytes}", len(data) // table.item_bytes)
        if not places.all():
            what = "tiles" if page.tiled else "strips"
            raise ImageError(file.name, f"cannot be read whole: {what} of it are not in the file")
