"""`open_image`: from a path, an array, a pyvips image or a source to a source."""

import os
from typing import TypeGuard

import numpy as np

from glview.errors import ImageError, UnsupportedImageError
from glview.sources.array import ArrayOptions, array_source, vips_source
from glview.sources.base import ImageDescription, TileSource
from glview.sources.deepzoom import DeepZoomSource
from glview.sources.deepzoom_xml import MAX_BYTES
from glview.sources.flat import FlatImage, flat_file, flat_tiff
from glview.sources.image_file import ImageFile, image_file, tiff_structure
from glview.sources.memory import pyramid_bytes
from glview.sources.mosaic import model_of
from glview.sources.sniff import Content
from glview.sources.tiff import ROW_CACHE_BYTES, TiffSource
from glview.sources.tiff_facts import unreadable_compression, unreadable_samples
from glview.sources.tiff_levels import PageLevel, chosen_levels, main_page
from glview.sources.tiff_planes import planes_of
from glview.sources.tiff_structure import Tag, TiffStructure

BUDGET_BYTES = 256 << 20
"""Host memory for one viewer unless set."""


def open_image(
    what: object, *, budget_bytes: int = BUDGET_BYTES, options: ArrayOptions | None = None
) -> TileSource:
    """Open an image, chosen by its content; may read and decode, so call it on a worker thread.

    ``what`` is a path (str, bytes or PathLike; any name the file system allows), a numpy array
    (see `array_source`; ``options`` says what the array cannot), a `pyvips.Image`, or a
    `TileSource`. Images that must be held in memory are refused past ``budget_bytes``,
    of which an array used in place takes only its coarser levels.

    The source's description tells the levels and tiles that it serves; a viewer shows it through
    `presented`. `ImageError` names the file and the fault, `UnsupportedImageError` what is not
    read. `inspect_file` tells what a file holds without decoding it.
    """
    if isinstance(what, np.ndarray):
        return array_source(what, options or ArrayOptions(), budget_bytes=budget_bytes)
    if isinstance(what, (str, bytes, os.PathLike)):
        with image_file(os.fsdecode(what)) as file:
            found = found_image(file, budget_bytes)
            return found.decoded(budget_bytes) if isinstance(found, FlatImage) else found
    if _is_source(what):
        return what
    if type(what).__module__.partition(".")[0] == "pyvips":
        return vips_source(what, budget_bytes=budget_bytes)
    raise UnsupportedImageError(type(what).__name__, "neither a path, an array nor an image")


def found_image(file: ImageFile, budget_bytes: int) -> TileSource | FlatImage:
    """How a file is shown: a source of its own tiles, or an image that is still to be decoded.

    The source keeps working after the file is closed. ImageError where the image cannot be shown,
    but for a lack of memory, which shows when it is decoded.
    """
    if file.kind is Content.XML:
        return DeepZoomSource(file.path, file.read_at(0, MAX_BYTES + 1), name=file.name)
    if file.kind is Content.TIFF:
        return found_tiff(file, tiff_structure(file), budget_bytes)
    return flat_file(file.descriptor, file.kind, file.name)


def found_tiff(
    file: ImageFile, structure: TiffStructure, budget_bytes: int
) -> TiffSource | FlatImage:
    """`found_image` of a TIFF whose pages are known."""
    page = structure.directories[main_page(structure)]
    if min(page.width, page.height) < 1:
        raise ImageError(file.name, f"a TIFF of {page.width}x{page.height} pixels")
    levels = chosen_levels(structure)
    planes = planes_of(structure, levels)
    if levels:
        try:
            tiled = _tiled(file, structure, levels, budget_bytes)
        except UnsupportedImageError:
            if unreadable_compression(page) or unreadable_samples(page):
                raise
            # Tiles too large to be read one by one: the whole image may still fit.
        else:
            turned = page.number(Tag.ORIENTATION, 1) != 1
            need = pyramid_bytes(page.width, page.height, model_of(tiled.description))
            if not turned or need > budget_bytes:
                return tiled
            # A turned pyramid would need turned tiles; in memory it costs nothing.
            tiled.close()
    return flat_tiff(file.descriptor, structure, page, file.name, planes)


def _tiled(
    file: ImageFile, structure: TiffStructure, levels: tuple[PageLevel, ...], budget_bytes: int
) -> TiffSource:
    own = os.dup(file.descriptor)
    row_cache_bytes = min(ROW_CACHE_BYTES, budget_bytes // 4)
    try:
        return TiffSource(
            file.path, own, structure, levels, file.name, row_cache_bytes=row_cache_bytes
        )
    except BaseException:
        os.close(own)
        raise


def _is_source(what: object) -> TypeGuard[TileSource]:
    return isinstance(getattr(what, "description", None), ImageDescription)
