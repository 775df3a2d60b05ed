"""Pictures that lie behind that of the only page and have none of their own (pure).

ImageJ and tifffile write stacks past 4 GB so, tifffile others, too (``truncate=True``), and
MetaMorph all (STK): one page, and the samples of all pictures one behind the other.
"""

import struct
from dataclasses import replace

from glview.sources.imagej_text import read_imagej
from glview.sources.tiff_raw import is_raw
from glview.sources.tiff_reading import MAX_DIRECTORIES
from glview.sources.tiff_shaped import read_shaped
from glview.sources.tiff_structure import Directory, ReadAt, Tag, TiffStructure

_FORMS = {3: "H", 4: "I", 16: "Q"}
_MAX_STRIPS = 1 << 16
_METAMORPH_PLANES = 33629
"""MetaMorph's tag UIC2, which has as many values as the file has pictures."""


def with_pictures_behind(
    structure: TiffStructure, read_at: ReadAt, size_bytes: int
) -> TiffStructure:
    """With a page for each picture that the file has room for; most files as they are."""
    page = structure.directories[0]
    if len(structure.directories) != 1 or _told(page) < 2:
        return structure
    picture_bytes = page.row_bytes * page.height
    if not (page.stripped and is_raw(page) and picture_bytes > 0):
        return structure
    first = _first(structure.byte_order, page, read_at)
    if first is None or page.number(Tag.PLANAR, 1) == 2:
        return structure
    count = min(_told(page), (size_bytes - first) // picture_bytes, MAX_DIRECTORIES)
    if count < 2:
        return structure
    pages = tuple(replace(page, shift=number * picture_bytes) for number in range(count))
    return replace(structure, directories=pages)


def _told(page: Directory) -> int:
    """How many pictures the file tells of."""
    text = page.text(Tag.DESCRIPTION)
    said = read_imagej(text)
    if said is not None:
        return said.images
    if _METAMORPH_PLANES in page.entries:
        return page.entries[_METAMORPH_PLANES].count
    shaped = read_shaped(text)
    return shaped.pictures(page) if shaped is not None and shaped.truncated else 1


def _first(byte_order: str, page: Directory, read_at: ReadAt) -> int | None:
    """Where the samples begin; None where strips do not lie one behind the other."""
    entry = page.tile_offsets
    strips = -(-page.height // page.rows_per_strip)
    if entry is None or entry.type not in _FORMS or not 0 < strips <= _MAX_STRIPS:
        return None
    if entry.count < strips:
        return None
    data = read_at(entry.offset, strips * entry.item_bytes)
    if len(data) != strips * entry.item_bytes:
        return None
    places = struct.unpack(f"{byte_order}{strips}{_FORMS[entry.type]}", data)
    step = page.rows_per_strip * page.row_bytes
    first = places[0]
    return first if places == tuple(range(first, first + strips * step, step)) else None
