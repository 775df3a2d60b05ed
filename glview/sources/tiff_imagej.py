"""The pictures of an ImageJ stack past 4 GB, which have no pages of their own (pure).

ImageJ and tifffile write one page then, and the samples of all pictures one behind the other.
"""

import re
import struct
from dataclasses import replace

from glview.sources.tiff_raw import is_raw
from glview.sources.tiff_structure import MAX_DIRECTORIES, ReadAt, Tag, TiffStructure

_FORMS = {3: "H", 4: "I", 16: "Q"}


def with_imagej_pages(structure: TiffStructure, read_at: ReadAt, size_bytes: int) -> TiffStructure:
    """With a page for each picture that the file has room for; most files as they are."""
    page = structure.directories[0]
    text = page.text(Tag.DESCRIPTION)
    said = re.search(r"^images=([0-9]{1,9})$", text, re.MULTILINE)
    if not text.startswith("ImageJ=") or said is None or len(structure.directories) != 1:
        return structure
    one_strip = page.stripped and page.rows_per_strip == page.height
    entry = page.tile_offsets
    picture_bytes = page.row_bytes * page.height
    if not (one_strip and is_raw(page) and entry and entry.type in _FORMS and picture_bytes > 0):
        return structure
    data = read_at(entry.offset, entry.item_bytes)
    if len(data) != entry.item_bytes or page.number(Tag.PLANAR, 1) == 2:
        return structure
    first = struct.unpack(structure.byte_order + _FORMS[entry.type], data)[0]
    count = min(int(said[1]), (size_bytes - first) // picture_bytes, MAX_DIRECTORIES)
    if count < 2:
        return structure
    pages = tuple(replace(page, shift=number * picture_bytes) for number in range(count))
    return replace(structure, directories=pages)
