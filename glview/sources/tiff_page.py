"""One page of a TIFF for libvips, through a directory of glview's own behind the file.

libvips walks all pages of a file before it decodes one, warns of tags that change nothing (so that
its warnings cannot be taken for damage), and takes grey bands that are stored apart for
interleaved ones. So it is given the file as it is, but for its first bytes, which lead to a
directory appended to it: the page's own entries for the pixels (and for what it tells, to what
writes it elsewhere) and nothing else, or one sample of
them where samples are stored apart, or some of its rows, so that damage to some strips is known
as such. Strips stay where they are and nothing of them is held here.
"""

import os
import struct
from collections.abc import Iterator
from dataclasses import replace
from typing import Any

import numpy as np
import pyvips
from numpy.typing import NDArray

from glview.sources import tiff_bands
from glview.sources.base import ColorModel
from glview.sources.files import read_at
from glview.sources.model import PixelModel
from glview.sources.tiff_beside import in_order
from glview.sources.tiff_codes import Compression
from glview.sources.tiff_directory import (
    LONG,
    NOT_IN_A_PLANE,
    PIXEL_TAGS,
    SHORT,
    TOLD_TAGS,
    Field,
    extra_samples,
    laid_out,
    numbers,
    photometric,
    plane_fields,
)
from glview.sources.tiff_filling import fault_of_filling, least_bytes
from glview.sources.tiff_sample import require_few_apart
from glview.sources.tiff_structure import Directory, Entry, Tag, TiffStructure
from glview.sources.tiff_tile import plain_decoder

_TABLES = (Tag.STRIP_OFFSETS, Tag.STRIP_BYTES, Tag.TILE_OFFSETS, Tag.TILE_BYTES)
_LARGEST_CLASSIC = (1 << 32) - 1
_PART_BYTES = 4 << 20
_SPARE_BYTES = 1 << 16
_COUNTS = {3: "u2", 4: "u4", 13: "u4", 16: "u8", 18: "u8"}
_COUNTS_AT_ONCE = 1 << 17


class TiffPage:
    """A page of the TIFF behind ``descriptor``, to be opened whole or in parts, again and again.

    The descriptor stays the caller's, and must be open while pixels are read; images live at most
    as long as this object. Of many bands only ``band`` is given, if there is one.
    ValueError where the page's tables cannot be, or too many samples lie apart.
    """

    def __init__(
        self,
        descriptor: int,
        structure: TiffStructure,
        directory: Directory,
        band: int | None = None,
    ) -> None:
        require_few_apart(directory)
        self._descriptor = descriptor
        self._structure = structure
        self._directory = page = directory
        self.band = band
        self._sources: list[Any] = []
        self.is_wide = page.number(Tag.BITS, 1) == 32 and page.number(Tag.SAMPLE_FORMAT, 1) in (
            1,
            2,
        )
        """Whether its samples are whole numbers that floats do not hold."""
        self.offset = 0.0
        """Subtracted from samples that are narrowed to floats, but for who writes the image."""
        self.nodata: float | None = None
        """What these samples stay apart from, unless they are it."""
        apart = page.number(Tag.PLANAR, 1) == 2 and page.samples > 1
        self._planes = range(page.samples) if apart else (None,)
        self.band_rows = page.number(Tag.TILE_HEIGHT) if page.tiled else page.rows_per_strip
        """Rows of a band, the least that can be decoded: a strip, or a row of tiles."""
        self.bands = -(-page.height // self.band_rows)
        self.bands_at_once = max(1, _PART_BYTES // max(1, self.band_rows * page.row_bytes))
        """Of one sample of many, which libvips keeps five hundred rows of."""
        self.strip_bytes = self.band_rows * page.row_bytes
        """Of one sample where they lie apart."""
        self.bands_noun = "rows of tiles" if page.tiled else "strips"
        self._across = -(-page.width // page.number(Tag.TILE_WIDTH)) if page.tiled else 1
        for tag in (Tag.STRIP_OFFSETS, Tag.TILE_OFFSETS):
            entry = page.entries.get(tag)
            belong = self.bands * self._across * len(self._planes)
            if entry is not None and entry.count < belong:
                what = "tiles" if page.tiled else "strips"
                raise ValueError(f"{entry.count} {what} where {belong} belong")

    def opened(
        self,
        fail_on: str,
        bands: range | None = None,
        *,
        told: bool = False,
        all_samples: bool = False,
    ) -> tuple[Any, PixelModel]:
        """A lazy image of the page, or of some of its bands, and its model.

        ``told``: with the page's description, resolution and the like for who writes the image.
        ``all_samples``: not only the one of ``band``.
        `VipsError` or ValueError say what is wrong.
        """
        part = range(self.bands) if bands is None else bands
        tags = TOLD_TAGS if told else ()
        views = [self._view(plane, part, tags) for plane in self._planes]
        sources = [_source(self._descriptor, *view) for view in views]
        # libvips calls back into them, which only their Python objects keep possible.
        self._sources = sources
        image, model = tiff_bands.opened(
            sources,
            self._directory,
            fail_on,
            0.0 if told else self.offset,
            None if told else self.nodata,
        )
        if self.band is None or all_samples:
            return image, model
        model = PixelModel(model.sample_type, ColorModel.GREY, 1)
        return image.extract_band(self.band).copy(interpretation="b-w"), model

    def lacking(self, bands: range) -> int:
        """How many of some bands have a strip or tile of fewer bytes than can hold its pixels.

        By the page's own table: a file that was cut short says what it had.
        """
        entry = self._directory.tile_bytes
        belong = self.bands * self._across * len(self._planes)
        if entry is None or entry.count < belong or entry.type not in _COUNTS:
            return 0
        step = max(1, _COUNTS_AT_ONCE // self._across)
        return sum(
            self._lacking(entry, range(first, min(first + step, bands.stop)))
            for first in range(bands.start, bands.stop, step)
        )

    def _lacking(self, entry: Entry, bands: range) -> int:
        form = self._structure.byte_order + _COUNTS[entry.type]
        least = np.full((len(bands), 1), self._least_bytes(0))
        if bands.stop == self.bands:
            least[-1] = self._least_bytes(self.bands - 1)
        lacks = np.zeros(len(bands), bool)
        for plane in range(len(self._planes)):
            first = (plane * self.bands + bands.start) * self._across
            data = self._read_at(
                entry.offset + first * entry.item_bytes,
                len(bands) * self._across * entry.item_bytes,
            )
            counts = np.frombuffer(data, form, len(data) // entry.item_bytes)
            if len(counts) < len(bands) * self._across:
                return 0
            counts = counts.reshape(len(bands), self._across)
            # One of no bytes is declared absent.
            lacks |= ((counts > 0) & (counts < least)).any(axis=1)
        return int(lacks.sum())

    def _least_bytes(self, band: int) -> int:
        return least_bytes(self._directory, self._rows_of(band))

    def _rows_of(self, band: int) -> int:
        if self._directory.tiled:
            return self.band_rows
        return min(self.band_rows, self._directory.height - band * self.band_rows)

    def lack(self, band: int) -> str:
        """What is said of a band that is lacking."""
        return fault_of_filling(self._directory, self._rows_of(band))

    def first_piece(self, offset: int, count: int) -> bytes:
        """Bytes of the first strip or tile and what is behind it; none where there is none."""
        table = self._directory.tile_offsets
        if table is None or table.count == 0:
            return b""
        place = self._read_at(table.offset, table.item_bytes)
        little = self._structure.byte_order == "<"
        start = int.from_bytes(place, "little" if little else "big")
        return self._read_at(start + offset, count)

    def plain_bands(self, bands: range) -> Iterator[tuple[int, NDArray[Any]]]:
        """Those of some bands that are sound deflated strips of plain samples, and their pixels.

        (rows, width, samples), each read by itself without libvips: 0.03 ms, and the pixels.
        """
        page = self._directory
        tables = page.entries.get(Tag.STRIP_OFFSETS), page.entries.get(Tag.STRIP_BYTES)
        if page.tiled or page.number(Tag.COMPRESSION, 1) == Compression.NONE or None in tables:
            return
        decoders = {}
        for number in bands:
            rows = min(self.band_rows, page.height - number * self.band_rows)
            if rows not in decoders:
                values = dict(page.values)
                values[Tag.TILE_WIDTH], values[Tag.TILE_HEIGHT] = (page.width,), (rows,)
                strip = replace(page, values=values)
                decoders[rows] = plain_decoder(self._structure, strip, len(self._planes))
            decode = decoders[rows]
            if decode is None:
                return
            try:
                parts = [decode(self._piece(plane or 0, number)) for plane in self._planes]
            except ValueError:
                continue
            pixels = in_order(np.concatenate(parts, axis=2), page)
            yield number, pixels if self.band is None else pixels[..., self.band : self.band + 1]

    def _piece(self, plane: int, number: int) -> bytes:
        """The bytes of a strip."""
        little = self._structure.byte_order == "<"
        place = []
        for tag in (Tag.STRIP_OFFSETS, Tag.STRIP_BYTES):
            table = self._directory.entries[tag]
            at = table.offset + (plane * self.bands + number) * table.item_bytes
            data = self._read_at(at, table.item_bytes)
            place.append(int.from_bytes(data, "little" if little else "big"))
        # Forged ones could be all of the file, each.
        most = 2 * self.band_rows * self._directory.row_bytes + _SPARE_BYTES
        return self._read_at(place[0], min(place[1], most))

    def _view(
        self, plane: int | None, bands: range, told: tuple[Tag, ...]
    ) -> tuple[bytes, int, bytes]:
        """The file's first bytes, its size in even bytes, and the directory behind it."""
        page, order, big = self._directory, self._structure.byte_order, self._structure.big
        size = os.fstat(self._descriptor).st_size
        at = size + size % 2
        tags = [tag for tag in PIXEL_TAGS if plane is None or tag not in NOT_IN_A_PLANE]
        links = [self._linked(tag) for tag in [*tags, *told, Tag.ICC_PROFILE]]
        links += [self._table(tag, plane, bands) for tag in _TABLES]
        fields = [field for field in links if field is not None]
        if plane is None:
            fields += photometric(page, order=order) + extra_samples(page, order=order)
        else:
            fields += plane_fields(page, order=order)
        rows = min(len(bands) * self.band_rows, page.height - bands.start * self.band_rows)
        layout = {Tag.WIDTH: page.width, Tag.HEIGHT: rows, Tag.ORIENTATION: page.orientation}
        if page.tiled:
            layout[Tag.TILE_WIDTH] = page.number(Tag.TILE_WIDTH)
            layout[Tag.TILE_HEIGHT] = page.number(Tag.TILE_HEIGHT)
        else:
            layout[Tag.ROWS_PER_STRIP] = self.band_rows
        for tag, value in layout.items():
            kind = SHORT if tag is Tag.ORIENTATION else LONG
            fields.append(numbers(tag, kind, value, order=order))
        data, _ = laid_out(fields, at, order=order, big=big)
        if not big and at + len(data) > _LARGEST_CLASSIC:
            raise ValueError("a TIFF of more than 4 GiB that is no BigTIFF")
        mark = self._read_at(0, 8 if big else 4)
        return mark + struct.pack(order + ("Q" if big else "I"), at), at, data

    def _table(self, tag: Tag, plane: int | None, bands: range) -> Field | None:
        """The part of a table of strips or tiles for some bands, of one plane."""
        first = (plane or 0) * self.bands * self._across + bands.start * self._across
        return self._linked(tag, first, len(bands) * self._across)

    def _linked(self, tag: Tag, first: int = 0, count: int | None = None) -> Field | None:
        """A field as it is in the file, or some of its values, left where they lie."""
        entry = self._directory.entries.get(tag)
        if entry is None:
            return None
        left = max(0, entry.count - first)
        count = left if count is None else min(count, left)
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
