"""Volumes that lie in one page (ImageDepth): each slice is a page (pure).

SGI's tags, after libtiff and as `tifffile.imwrite` writes them with ``volumetric=True``.
"""

from dataclasses import replace

from glview.sources.tiff_reading import MAX_ALL_ENTRIES, MAX_DIRECTORIES
from glview.sources.tiff_sample import PLACES, pieces_of, some_of
from glview.sources.tiff_structure import Directory, Tag, TiffStructure

_APART = 2


class DepthError(ValueError):
    """A volume whose slices cannot be read one by one; the message says why."""


def with_slices(structure: TiffStructure, size_bytes: int) -> TiffStructure:
    """With a page for each slice that the file has; most files as they are. May raise DepthError.

    What it speaks of and has no places for in its ``size_bytes`` is told of as its fault. Slices
    have no more entries together than all pages of a file may.
    """
    if all(_told(page) < 2 for page in structure.directories):
        return structure
    pages: list[Directory] = []
    faults, more, entries = [structure.fault], structure.more, MAX_ALL_ENTRIES
    for whole in structure.directories:
        told = _told(whole)
        if told < 2:
            pages.append(whole)
            continue
        there = _there(whole, told, size_bytes)
        if there < told:
            faults.append(f"of {told} slices of a page {there} are there")
        page = _with_deep_subs(whole, told, size_bytes)
        each = sum(len(one.entries) for one in (page, *page.sub_directories))
        room = max(1, min(MAX_DIRECTORIES - len(pages), entries // each))
        more |= there > room
        count = min(max(1, there), room)
        entries = max(0, entries - count * each)
        pages.extend(_slice(page, number) for number in range(count))
    fault = "; ".join(filter(None, faults))
    return replace(structure, directories=tuple(pages), fault=fault, more=more)


def _with_deep_subs(page: Directory, told: int, size_bytes: int) -> Directory:
    """Without reductions that are not as deep, which are none of a slice."""
    subs = tuple(
        sub
        for sub in page.sub_directories
        if _told(sub) == told and _there(sub, told, size_bytes) == told
    )
    return replace(page, sub_directories=subs)


def _told(page: Directory) -> int:
    return page.number(Tag.IMAGE_DEPTH, 1)


def _there(page: Directory, told: int, size_bytes: int) -> int:
    """How many slices of a page have a place in the file."""
    deep = page.number(Tag.TILE_DEPTH, 1)
    if page.tiled and deep > 1:
        raise DepthError(f"tiles of {deep} slices each (TileDepth) cannot be read")
    if page.samples > 1 and page.number(Tag.PLANAR, 1) == _APART:
        raise DepthError(f"{told} slices (ImageDepth) of samples that lie apart cannot be read")
    table, pieces = page.tile_offsets, pieces_of(page)
    if table is None or pieces < 1:
        return 0
    places = min(table.count, (size_bytes - table.offset) // table.item_bytes)
    return max(0, min(told, places // pieces))


def _slice(page: Directory, number: int) -> Directory:
    """One slice of a page and of its reductions."""
    pieces = pieces_of(page)
    entries = dict(page.entries)
    for tag in PLACES & entries.keys():
        entries[tag] = some_of(entries[tag], number * pieces, pieces)
    subs = tuple(_slice(sub, number) for sub in page.sub_directories)
    return replace(page, entries=entries, sub_directories=subs, slice_number=number)
