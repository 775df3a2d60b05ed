"""How an image file is shown: by tiles of its own, or decoded whole."""

import logging
import os
from functools import partial

from glview import budgets
from glview.errors import ImageError, UnsupportedImageError
from glview.sources.array import check_budget
from glview.sources.band import BandSource
from glview.sources.base import TileSource
from glview.sources.deepzoom import DeepZoomSource
from glview.sources.deepzoom_xml import MAX_BYTES
from glview.sources.elsewhere import open_elsewhere
from glview.sources.fits import found_fits
from glview.sources.flat import FlatImage, flat_file
from glview.sources.flat_tiff import flat_tiff
from glview.sources.flat_tiles import flat_tiles
from glview.sources.image_file import ImageFile, tiff_structure
from glview.sources.masked import MaskedSource, masked_image
from glview.sources.memory import pyramid_bytes
from glview.sources.mosaic import model_of
from glview.sources.npy import found_npy
from glview.sources.slide_finding import found_slide, found_slide_tiff
from glview.sources.slide_names import vendor_of_tiff
from glview.sources.sniff import Content
from glview.sources.stored import SINGLE, Planes
from glview.sources.tiff import MAX_TILE_BYTES, TiffSource, stored_tile_bytes
from glview.sources.tiff_levels import PageLevel, chosen_levels, main_page, strip_levels
from glview.sources.tiff_masks import NOT_APPLIED, as_grey, mask_levels, mask_of
from glview.sources.tiff_raw import is_raw, plain_model
from glview.sources.tiff_sample import of_sample
from glview.sources.tiff_structure import TiffStructure
from glview.sources.tiff_unread import unread_page
from glview.sources.zarr_source import open_zarr
from glview.texels import MAX_BANDS

_log = logging.getLogger("glview")

_COPIES = 7
"""How many times over libvips holds a strip or a tile while it is decoded."""
_KEPT_ROWS = 512
"""Rows that libvips keeps of an image that it reads from the top to the bottom."""
_MORE = "give it more: --memory {mib}"


def found_image(file: ImageFile, budget_bytes: int) -> TileSource | FlatImage:
    """How a file is shown: a source of its own tiles, or an image that is still to be decoded.

    The source keeps working after the file is closed. ImageError where the image cannot be shown,
    but for a lack of memory, which shows when it is decoded.
    """
    if file.kind is Content.XML:
        return found_deepzoom(file)
    if file.kind is Content.TIFF:
        return found_tiff(file, tiff_structure(file), budget_bytes)
    if file.kind is Content.SLIDE:
        return found_slide(file, budget_bytes)
    if file.kind is Content.NPY:
        return found_npy(file)
    if file.kind is Content.FITS:
        return found_fits(file)
    if file.kind is Content.ZARR:
        return open_zarr(file)
    if file.kind is Content.ELSEWHERE:
        return open_elsewhere(file)
    return flat_file(file.descriptor, file.kind, file.name)


def found_deepzoom(file: ImageFile) -> DeepZoomSource:
    """`found_image` of an XML file."""
    return DeepZoomSource(file.path, file.read_at(0, MAX_BYTES + 1), name=file.name)


def found_tiff(
    file: ImageFile, structure: TiffStructure, budget_bytes: int
) -> TileSource | FlatImage:
    """`found_image` of a TIFF whose pages are known: its main page, or a slide."""
    own = partial(found_page, file, structure, budget_bytes)
    vendor = vendor_of_tiff(structure, file.read_at)
    return own() if vendor is None else found_slide_tiff(file, vendor, budget_bytes, own)


def found_page(
    file: ImageFile,
    structure: TiffStructure,
    budget_bytes: int,
    page_number: int | None = None,
    *,
    alone: bool = False,
    sample: int = 0,
    planes: Planes = SINGLE,
) -> TileSource | FlatImage:
    """A page of a TIFF by our own reader, whoever made it, with its mask; None: the main one.

    ``alone``: other pages are no levels of it. ``sample`` is which of its bands is shown of a page
    that has too many for one picture, ``planes`` are the pictures that the file holds.
    """
    number = main_page(structure) if page_number is None else page_number
    found = _page(file, structure, budget_bytes, number, alone=alone, sample=sample, planes=planes)
    mask = mask_of(structure, number)
    # Of channels that are merged a mask would be that of one.
    if mask is None or planes.together > 1:
        return found
    return _masked(file, structure, budget_bytes, found, number, mask)


def _masked(
    file: ImageFile,
    structure: TiffStructure,
    budget_bytes: int,
    found: TileSource | FlatImage,
    number: int,
    mask: int,
) -> TileSource | FlatImage:
    """What was found of a page as far as a mask has it; all of it where that cannot be read."""
    page = as_grey(structure.directories[mask])
    levels = chosen_levels(structure, number)
    try:
        if levels and not isinstance(found, FlatImage):
            own = mask_levels(structure, levels)
            if not own:
                _log.warning("%s: %s", file.name, NOT_APPLIED)
                return found
            return MaskedSource(
                found, _tiled(file, structure, own, budget_bytes, planes=SINGLE, band=None)
            )
        shares = flat_tiff(file.descriptor, structure, page, file.name, SINGLE)
        if isinstance(found, FlatImage):
            return masked_image(found, shares)
        # Strips that are read one by one.
        return MaskedSource(found, shares.decoded(budget_bytes))
    except ImageError as error:
        _log.warning("%s: its mask cannot be read: %s", file.name, error.fault)
        return found


def _page(
    file: ImageFile,
    structure: TiffStructure,
    budget_bytes: int,
    number: int,
    *,
    alone: bool,
    sample: int,
    planes: Planes,
) -> TileSource | FlatImage:
    levels = chosen_levels(structure, number, alone=alone)
    try:
        sampled, band = of_sample(structure, number, sample)
    except ValueError as error:
        raise ImageError(file.name, str(error)) from None
    if sampled is not structure:
        structure, levels = sampled, chosen_levels(sampled, number, alone=alone)
    page = structure.directories[number]
    unread = unread_page(page) is not None or page.shift is not None
    # What is not compressed need not be read whole: of many bands, and where all does not fit.
    raw = band is not None and is_raw(page)
    if band is None and not unread and not levels:
        model = plain_model(structure, page, file.read_at)
        one = 0 if model is None else pyramid_bytes(page.width, page.height, model)
        need = planes.together * one
        raw = need > budget_bytes
    if (unread or raw) and not levels:
        levels = strip_levels(structure, number)
    # Of many bands all of a tile are decoded for one, for which the picture is no bound.
    if levels and not (unread and band is None and _is_huge(levels[0])):
        try:
            tiled = _tiled(file, structure, levels, budget_bytes, planes=planes, band=band)
        except UnsupportedImageError:
            # Tiles too large to be read one by one: the whole image may still fit.
            if unread or band is not None:
                raise
        else:
            turned = page.orientation != 1
            need = pyramid_bytes(page.width, page.height, model_of(tiled.description))
            if not turned or need > budget_bytes:
                return tiled
            # A turned pyramid would need turned tiles; in memory it costs nothing.
            tiled.close()
    # A band that is turned is put together of its tiles.
    if not unread and (band is None or not levels):
        if page.samples > MAX_BANDS:
            # All bands of a strip are decoded for one of them, or for colours those of many rows.
            rows = min(page.height, _KEPT_ROWS) if band is None else page.rows_per_strip
            need = _COPIES * page.row_bytes * rows
            check_budget(file.name, need, budget_bytes, _MORE)
        return flat_tiff(file.descriptor, structure, page, file.name, planes, band)
    most = max(MAX_TILE_BYTES, stored_tile_bytes(levels[0]))
    opened = partial(
        _tiled, file, structure, levels[:1], budget_bytes, most, planes=planes, band=band
    )
    return flat_tiles(opened, page, planes, file.read_at)


def _is_huge(page: PageLevel) -> bool:
    """Whether a tile is too large to be read by itself, and is the picture all the same.

    What a forged tile takes is bounded by the picture, which is held against the budget.
    """
    level = page.level
    area_px = level.tile_width * level.tile_height
    return stored_tile_bytes(page) > MAX_TILE_BYTES and area_px <= 2 * level.width * level.height


def _tiled(
    file: ImageFile,
    structure: TiffStructure,
    levels: tuple[PageLevel, ...],
    budget_bytes: int,
    most_tile_bytes: int = MAX_TILE_BYTES,
    *,
    planes: Planes,
    band: int | None,
) -> TileSource:
    tile_bytes = stored_tile_bytes(levels[0])
    if band is not None:
        # All bands of a tile are decoded for one of them.
        check_budget(file.name, _COPIES * tile_bytes, budget_bytes, _MORE)
    own = os.dup(file.descriptor)
    row_cache_bytes = budgets.row_bytes(budget_bytes)
    try:
        source = TiffSource(
            file.path,
            own,
            structure,
            levels,
            file.name,
            row_cache_bytes=row_cache_bytes,
            most_tile_bytes=most_tile_bytes,
            planes=planes,
        )
    except BaseException:
        os.close(own)
        raise
    if band is None:
        return source
    return BandSource(source, band, max(1, budget_bytes // (_COPIES * tile_bytes)))
