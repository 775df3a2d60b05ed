"""What a TIFF holds, told from its tags alone (pure)."""

from dataclasses import replace

from glview.pyramid import Level
from glview.sources.stored import Layout, StoredImage, StoredLevel, StoredSamples
from glview.sources.tiff_axes import Stack
from glview.sources.tiff_beside import beside_rgb
from glview.sources.tiff_codes import Photometric
from glview.sources.tiff_facts import (
    declared_nodata,
    extra_is_alpha,
    metadata_of,
)
from glview.sources.tiff_levels import chosen_levels
from glview.sources.tiff_masks import NOT_APPLIED, NOT_OF_CHANNELS, mask_levels, mask_of
from glview.sources.tiff_names import color_name, color_samples, format_name, sample_type_name
from glview.sources.tiff_pixel_size import pixel_size_um
from glview.sources.tiff_planes import other_pages, planes_of
from glview.sources.tiff_structure import Directory, Tag, TiffStructure

_GREYS = (Photometric.WHITE_IS_ZERO, Photometric.BLACK_IS_ZERO)


def stored_tiff(
    structure: TiffStructure, number: int, name: str, stack: Stack | None
) -> StoredImage:
    """A page of a TIFF, its levels, and what else is in the file: the pictures that open.

    Nothing is said of how glview shows it. The page has at least one pixel.
    """
    page = structure.directories[number]
    alone, size_um = (False, None) if stack is None else (stack.alone, stack.pixel_size_um)
    levels = chosen_levels(structure, number, alone=alone)
    stored = [StoredLevel(item.level, Layout.TILES) for item in levels]
    mask = mask_of(structure, number)
    applied = [level.page for level in mask_levels(structure, levels)]
    if mask is not None and not levels:
        applied = [mask]
    together = stack is not None and stack.together > 1
    if together:
        applied = []
    metadata = metadata_of(page, structure.fault)
    if mask is not None:
        where = f"page {mask + 1} says where it is transparent"
        not_applied = NOT_OF_CHANNELS if together else NOT_APPLIED
        metadata["mask"] = where if applied else not_applied
    return StoredImage(
        name=name,
        format=format_name(structure),
        width=page.width,
        height=page.height,
        samples=samples_of(page),
        levels=tuple(stored) or (_flat_level(page),),
        orientation=page.orientation,
        nodata=declared_nodata(page),
        pixel_size_um=size_um or pixel_size_um(page, structure.ome),
        planes=planes_of(stack, more=structure.more),
        other_pages=other_pages(structure, levels, stack, applied),
        metadata=metadata,
    )


def samples_of(page: Directory) -> StoredSamples:
    """The samples of a page as they are stored."""
    photometric = page.number(Tag.PHOTOMETRIC, 1)
    extras = page.samples - color_samples(photometric)
    beside = beside_rgb(page)
    alpha = extra_is_alpha(page) is True if beside is None else beside.alpha is not None
    alpha = alpha and extras > 0
    bands = page.samples - alpha
    color = color_name(photometric)
    if photometric in _GREYS and bands > 1:
        color = "channels"
    return StoredSamples(color, sample_type_name(page), bands, alpha)


def _flat_level(page: Directory) -> StoredLevel:
    whole = Level(page.width, page.height, 1.0, 1.0, tile_width=page.width)
    if page.rows_per_strip < page.height:
        return StoredLevel(replace(whole, tile_height=page.rows_per_strip), Layout.STRIPS)
    return StoredLevel(replace(whole, tile_height=page.height), Layout.WHOLE)
