"""Volumes that lie in one page (ImageDepth): each slice is a page (pure).

SGI's tags, after libtiff and as `tifffile.imwrite` writes them with ``volumetric=True``.
"""

from dataclasses import replace

from glview.sources.tiff_sample import PLACES, pieces_of, some_of
from glview.sources.tiff_structure import MAX_DIRECTORIES, Directory, Tag, TiffStructure

_APART = 2


class DepthError(ValueError):
    """A volume whose slices cannot be read one by one; the message says why."""


def with_slices(structure: TiffStructure) -> TiffStructure:
    """With a page for each slice that the file has; most files as they are. May raise DepthError.

    What it speaks of and has no places for is told of as its fault.
    """
    if all(_told(page) < 2 for page in structure.directories):
        return structure
    pages: list[Directory] = []
    fault, more = structure.fault, structure.more
    for page in structure.directories:
        told = _told(page)
        if told < 2:
            pages.append(page)
            continue
        there = _there(page, told)
        if there < told:
            lack = f"of {told} slices of a page {there} are there"
            fault = "; ".join(filter(None, (fault, lack)))
        room = MAX_DIRECTORIES - len(pages)
        more |= there > room
        pages.extend(_slice(page, number, told) for number in range(min(max(1, there), room)))
    return replace(structure, directories=tuple(pages), fault=fault, more=more)


def _told(page: Directory) -> int:
    return page.number(Tag.IMAGE_DEPTH, 1)


def _there(page: Directory, told: int) -> int:
    """How many slices of a page have a place in the file."""
    deep = page.number(Tag.TILE_DEPTH, 1)
    if page.tiled and deep > 1:
        raise DepthError(f"tiles of {deep} slices each (TileDepth) cannot be read")
    if page.samples > 1 and page.number(Tag.PLANAR, 1) == _APART:
        raise DepthError(f"{told} slices (ImageDepth) of samples that lie apart cannot be read")
    table, pieces = page.tile_offsets, pieces_of(page)
    return min(told, table.count // pieces) if table is not None and pieces > 0 else 0


def _slice(page: Directory, number: int, depth: int) -> Directory:
    """One slice of a page, with those of its reductions that are as deep."""
    pieces = pieces_of(page)
    entries = dict(page.entries)
    for tag in PLACES & entries.keys():
        entries[tag] = some_of(entries[tag], number * pieces, pieces)
    subs = tuple(
        _slice(sub, number, depth)
        for sub in page.sub_directories
        if _told(sub) == depth and _there(sub, depth) == depth
    )
    return replace(page, entries=entries, sub_directories=subs, slice_number=number)
