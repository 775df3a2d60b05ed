"""One page of a TIFF for libvips, through a directory of glview's own behind the file.

libvips walks all pages of a file before it decodes one, warns of tags that change nothing (so that
its warnings cannot be taken for damage), and takes grey bands that are stored apart for
interleaved ones. So it is given the file as it is, but for its first bytes, which lead to a
directory appended to it: the page's own entries for the pixels and nothing else, or one sample of
them where samples are stored apart. Strips stay where they are and nothing of them is held here.
"""

import os
import struct
from typing import Any

import pyvips

from glview.sources import tiff_bands
from glview.sources.files import read_at
from glview.sources.model import PixelModel
from glview.sources.tiff_directory import (
    NOT_IN_A_PLANE,
    PIXEL_TAGS,
    Field,
    extra_samples,
    laid_out,
    plane_fields,
)
from glview.sources.tiff_structure import Directory, Tag, TiffStructure

_PLACING = (Tag.WIDTH, Tag.HEIGHT, Tag.ROWS_PER_STRIP, Tag.TILE_WIDTH, Tag.TILE_HEIGHT)
_PASSED_ON = (Tag.ORIENTATION, Tag.ICC_PROFILE)
_TABLES = (Tag.STRIP_OFFSETS, Tag.STRIP_BYTES, Tag.TILE_OFFSETS, Tag.TILE_BYTES)
_LARGEST_CLASSIC = (1 << 32) - 1


class TiffPage:
    """A page of the TIFF behind ``descriptor``, to be opened as often as is needed.

    The descriptor stays the caller's, and must be open while pixels are read; images live at most
    as long as this object. ValueError where the page's tables cannot be.
    """

    def __init__(self, descriptor: int, structure: TiffStructure, directory: Directory) -> None:
        self._descriptor = descriptor
        self._structure = structure
        self._directory = directory
        self._sources: list[Any] = []
        apart = directory.number(Tag.PLANAR, 1) == 2 and directory.samples > 1
        planes = range(directory.samples) if apart else (None,)
        self._views = [self._view(plane) for plane in planes]

    def first_bytes(self) -> bytes:
        """How the first strip or tile begins."""
        table = self._directory.tile_offsets
        if table is None or table.count == 0:
            return b""
        place = self._read_at(table.offset, table.item_bytes)
        little = self._structure.byte_order == "<"
        return self._read_at(int.from_bytes(place, "little" if little else "big"), 2)

    def opened(self, fail_on: str) -> tuple[Any, PixelModel]:
        """A lazy image of the page and its model; `VipsError` or ValueError say what is wrong."""
        sources = [_source(self._descriptor, *view) for view in self._views]
        # libvips calls back into them, which only their Python objects keep possible.
        self._sources += sources
        return tiff_bands.opened(sources, self._directory, fail_on)

    def _view(self, plane: int | None) -> tuple[bytes, int, bytes]:
        """The file's first bytes, its size in even bytes, and the directory behind it."""
        order, big = self._structure.byte_order, self._structure.big
        size = os.fstat(self._descriptor).st_size
        at = size + size % 2
        tags = [*PIXEL_TAGS, *_PLACING, *_PASSED_ON]
        fields = [self._linked(tag) for tag in tags if plane is None or tag not in NOT_IN_A_PLANE]
        if plane is None:
            fields += [self._linked(Tag.PLANAR), *extra_samples(self._directory, order=order)]
        else:
            fields += plane_fields(self._directory, order=order)
        fields += [self._table(tag, plane) for tag in _TABLES]
        data, _ = laid_out([field for field in fields if field], at, order=order, big=big)
        if not big and at + len(data) > _LARGEST_CLASSIC:
            raise ValueError("a TIFF of more than 4 GiB that is no BigTIFF")
        mark = self._read_at(0, 8 if big else 4)
        return mark + struct.pack(order + ("Q" if big else "I"), at), at, data

    def _linked(self, tag: Tag) -> Field | None:
        """A field as it is in the file, its values left where they lie."""
        return self._part(tag, 0, None)

    def _table(self, tag: Tag, plane: int | None) -> Field | None:
        """A table of strips or tiles, or the part of it for one plane."""
        entry = self._directory.entries.get(tag)
        if entry is None or plane is None:
            return self._linked(tag)
        pieces, what = self._pieces_of_a_plane()
        if entry.count < pieces * self._directory.samples:
            belong = pieces * self._directory.samples
            raise ValueError(f"{entry.count} {what} where {belong} belong")
        return self._part(tag, plane * pieces, pieces)

    def _pieces_of_a_plane(self) -> tuple[int, str]:
        page = self._directory
        if page.tiled:
            across = -(-page.width // page.number(Tag.TILE_WIDTH))
            return across * -(-page.height // page.number(Tag.TILE_HEIGHT)), "tiles"
        return -(-page.height // page.rows_per_strip), "strips"

    def _part(self, tag: Tag, first: int, count: int | None) -> Field | None:
        entry = self._directory.entries.get(tag)
        if entry is None:
            return None
        count = entry.count if count is None else count
        place, size = entry.offset + first * entry.item_bytes, count * entry.item_bytes
        fits = size <= (8 if self._structure.big else 4)
        return Field(tag, entry.type, count, self._read_at(place, size) if fits else place)

    def _read_at(self, offset: int, count: int) -> bytes:
        return read_at(self._descriptor, offset, count)


class _Spliced:
    """A file with other first bytes and something appended, as `pyvips.SourceCustom` reads."""

    def __init__(self, descriptor: int, head: bytes, end: int, tail: bytes) -> None:
        self._descriptor = descriptor
        self._head = head
        self._end = end
        self._tail = tail
        self._at = 0

    def read(self, count: int) -> bytes:
        """Up to ``count`` bytes, fewer where one part ends; none at the end."""
        at = self._at
        if at < len(self._head):
            data = self._head[at : at + count]
        elif at < self._end:
            data = self._from_file(at, min(count, self._end - at))
        else:
            data = self._tail[at - self._end : at - self._end + count]
        self._at += len(data)
        return data

    def seek(self, offset: int, whence: int) -> int:
        start = {os.SEEK_SET: 0, os.SEEK_CUR: self._at}.get(whence, self._end + len(self._tail))
        self._at = max(0, start + offset)
        return self._at

    def _from_file(self, at: int, count: int) -> bytes:
        try:
            data = read_at(self._descriptor, at, count)
        except OSError:
            # Nothing may be raised through libvips; to it the file ends here.
            return b""
        # The byte that makes an odd size even; elsewhere the file has become shorter.
        return data or (b"\0" if at == self._end - 1 else b"")


def _source(descriptor: int, head: bytes, end: int, tail: bytes) -> Any:
    spliced = _Spliced(descriptor, head, end, tail)
    source = pyvips.SourceCustom()
    source.on_read(spliced.read)
    source.on_seek(spliced.seek)
    return source
