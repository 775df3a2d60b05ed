"""Tiled TIFF and BigTIFF pyramids, their levels as pages or as SubIFDs."""

import itertools
import os
import struct
from collections.abc import Iterator
from dataclasses import replace
from types import MappingProxyType

import numpy as np
from numpy.typing import NDArray

from glview import budgets
from glview.errors import ImageError, TileError, UnsupportedImageError
from glview.pyramid import Pyramid, Reduction, TileKey
from glview.sources.base import Channel, ImageDescription, Room, Tile, own_room
from glview.sources.files import read_at
from glview.sources.icc import colors_of
from glview.sources.narrowing import Narrowing, some_of, suitable_offset
from glview.sources.stored import SINGLE, Planes
from glview.sources.tiff_beside import with_beside
from glview.sources.tiff_codecs import EXTRA, CodecDecoder, MissingCodecsError
from glview.sources.tiff_codes import Compression
from glview.sources.tiff_extents import with_extents
from glview.sources.tiff_facts import (
    delivered_nodata,
    metadata_of,
    profile_of,
    unreadable_compression,
)
from glview.sources.tiff_levels import PageLevel
from glview.sources.tiff_names import format_name
from glview.sources.tiff_old_jpeg import OldJpegDecoder
from glview.sources.tiff_pixel_size import pixel_size_um
from glview.sources.tiff_raw import RawDecoder, is_raw
from glview.sources.tiff_regions import Regions
from glview.sources.tiff_sample import require_few_apart
from glview.sources.tiff_structure import Directory, Entry, ReadAt, Tag, TiffStructure
from glview.sources.tiff_tile import TileDecoder
from glview.sources.tiff_unread import unread_page

_Decoder = TileDecoder | CodecDecoder | RawDecoder | OldJpegDecoder
MAX_TILE_BYTES = 64 << 20
_SCAN_BYTES = 1 << 20
_LEAST_SHARE = 16
"""A file that is cut has at least one of so many bytes."""
_TABLE_FORMS = {3: "H", 4: "I", 13: "I", 16: "Q", 18: "Q"}
"""Types of whole numbers that a table of tiles may have, for `struct`."""


class TiffSource:
    """Reads a tiled TIFF at ``path`` through a descriptor of it that it owns.

    Tiles come in the file's own grid, one at a time (`TileDecoder`). Without libjpeg-turbo's wheel,
    JPEG levels whose row cache fits ``row_cache_bytes`` in all are read through libvips, twice as
    fast, and so is CMYK anyway; tiles that this fails on come one at a time. ``planes`` are those
    that the file has. Thread-safe.
    """

    def __init__(
        self,
        path: str,
        descriptor: int,
        structure: TiffStructure,
        levels: tuple[PageLevel, ...],
        name: str,
        *,
        row_cache_bytes: int = budgets.MOST_ROW_BYTES,
        most_tile_bytes: int = MAX_TILE_BYTES,
        planes: Planes = SINGLE,
    ) -> None:
        self._descriptor = descriptor
        self._name = name
        self._most_tile_bytes = most_tile_bytes
        self._structure = structure
        self._planes = planes
        self._pages = levels
        self._size = os.fstat(descriptor).st_size
        self._decoders = tuple(self._decoder(page) for page in levels)
        model = self._decoders[0].model
        full = levels[0].directory
        if any(decoder.model != model for decoder in self._decoders):
            raise UnsupportedImageError(name, "its levels differ in the type of their pixels")
        apart = frozenset(i for i, decoder in enumerate(self._decoders) if decoder.direct)
        self._regions = Regions(path, descriptor, levels, model, row_cache_bytes, apart)
        nodata = delivered_nodata(full, model)
        self._wide = [
            decoder
            for decoder in self._decoders
            if isinstance(decoder, (CodecDecoder, RawDecoder)) and decoder.is_wide
        ]
        for decoder in self._wide:
            decoder.narrowing = Narrowing(nodata=nodata)
        self._unread: NDArray[np.generic] | None = None
        """The only tile as it is in the file, once an offset was found by it, until it is read."""
        colors = colors_of(profile_of(full, self._read_at), name)
        self._description = ImageDescription(
            name=name,
            format=format_name(structure),
            pyramid=Pyramid(
                full.width,
                full.height,
                tuple(page.level for page in levels),
                _reduction(levels),
            ),
            sample_type=model.sample_type,
            color_model=model.color_model,
            bands=model.bands,
            alpha=model.alpha,
            nodata=nodata,
            pixel_size_um=pixel_size_um(full, structure.ome),
            sparse=any(self._has_absent(page) for page in levels),
            metadata=MappingProxyType(self._metadata()),
            channels=self._channels(),
            color_table=colors.table,
            is_profiled=colors.are_known,
        )

    @property
    def description(self) -> ImageDescription:
        return self._description

    def find_offset(self) -> None:
        """Find the offset of wide samples, by some tiles of the coarsest level."""
        if not self._wide or self._wide[-1].model.alpha or len(self._wide) < len(self._decoders):
            return
        nodata = self._description.nodata
        self._wide[-1].narrowing = None
        found = []
        alone = len(self._pages) == self._pages[0].level.columns * self._pages[0].level.rows == 1
        for tile in self._some_tiles():
            found.append(some_of(tile).ravel())
            # A picture in one piece is mostly read next, and may be huge.
            self._unread = tile if alone else None
        offset = suitable_offset(np.concatenate(found), nodata) if found else 0.0
        for decoder in self._wide:
            decoder.narrowing = Narrowing(offset, nodata)
        self._description = replace(self._description, offset=offset)

    @property
    def cache_bytes(self) -> int:
        """What libvips' row caches take once every level was looked at all over."""
        return self._regions.most_bytes

    @property
    def most_cached_bytes(self) -> int:
        return self.cache_bytes

    def limit_cache(self, limit_bytes: int) -> None:
        """Read levels tile by tile, finest first, until the row caches of the others fit."""
        self._regions.limit(limit_bytes)

    def read_tile(self, key: TileKey) -> Tile | None:
        """Decode one tile; None where the file declares none (offset and size 0)."""
        return self.read_tile_into(key, own_room)

    def read_tile_into(self, key: TileKey, room: Room) -> Tile | None:
        """The same, with texels in ``room`` where there are any."""
        try:
            return self._read(key, room)
        except OSError as error:
            raise TileError.of_system(self._where(key), error) from None

    def _read(self, key: TileKey, room: Room) -> Tile | None:
        unread, self._unread = self._unread, None
        if unread is not None:
            told = self._description
            return Tile(Narrowing(told.offset, told.nodata).of(unread))
        page = self._pages[key.level]
        x0, y0, x1, y1 = page.level.l_tile_rect(key.column, key.row)
        width, height = x1 - x0, y1 - y0
        extents = self._extents(key)
        if extents is None:
            return None
        reader = self._regions.get(key.level)
        if reader is not None:
            pixels = reader.fetch(x0, y0, width, height)
            if pixels is not None:
                return Tile(pixels)
        pieces = tuple(read_at(self._descriptor, offset, count) for offset, count in extents)
        try:
            decoder = self._decoders[key.level]
            if isinstance(decoder, TileDecoder):
                decoded = decoder.decode(pieces, room)
            else:
                rows = height if page.directory.stripped else page.level.tile_height
                decoded = decoder.decode_rows(pieces, rows)
        except ValueError as error:
            raise TileError(f"{self._where(key)}: {error}") from None
        return decoded.part(width, height)

    def close(self) -> None:
        if self._descriptor >= 0:
            self._regions.close()
            os.close(self._descriptor)
            self._descriptor = -1

    def _decoder(self, page: PageLevel) -> _Decoder:
        directory, level = page.directory, page.level
        if stored_tile_bytes(page) > self._most_tile_bytes:
            raise UnsupportedImageError(
                self._name,
                f"tiles of {level.tile_width}x{level.tile_height} need more than "
                f"{self._most_tile_bytes >> 20} MiB each",
            )
        self._check_tables(page)
        unread = unread_page(directory)
        try:
            if directory.number(Tag.COMPRESSION, 1) == Compression.OLD_JPEG:
                return OldJpegDecoder(self._structure.byte_order, directory, self._read_at)
            if unread is None and not directory.stripped:
                wide = _wide_decoder(self._structure, directory, self._read_at)
                if wide is not None:
                    return wide
            if (unread or directory.stripped) and is_raw(directory):
                return RawDecoder(self._structure, directory, self._read_at)
            if unread is None:
                return TileDecoder(self._structure, directory, self._read_at)
            return CodecDecoder(self._structure, directory, self._read_at)
        except MissingCodecsError:
            fault = f"{unread}; with {EXTRA} glview reads it"
            raise UnsupportedImageError(self._name, fault) from None
        except ValueError as error:
            fault = str(error)
            if unread and (not fault or unreadable_compression(directory) is None):
                fault = unread
            raise UnsupportedImageError(self._name, fault) from None

    def _some_tiles(self) -> Iterator[NDArray[np.generic]]:
        """As they are read of the coarsest level, up to four of them."""
        last = len(self._pages) - 1
        level = self._pages[last].level
        for row in sorted({level.rows // 4, level.rows * 3 // 4}):
            for column in sorted({level.columns // 4, level.columns * 3 // 4}):
                try:
                    tile = self._read(TileKey(last, column, row), own_room)
                except (TileError, OSError):
                    continue  # It will be told of when it is to be seen.
                if tile is not None:
                    yield tile.pixels

    def _check_tables(self, page: PageLevel) -> None:
        """ImageError where there are no tables of a page's tiles, or none of that many."""
        directory, level = page.directory, page.level
        try:
            require_few_apart(directory)
        except ValueError as error:
            raise ImageError(self._name, str(error)) from None
        if directory.tile_offsets is None or directory.tile_bytes is None:
            raise ImageError(self._name, "a tiled page without a table of its tiles")
        planes = directory.samples if directory.number(Tag.PLANAR, 1) == 2 else 1
        tiles = _pieces(page) * planes
        for table in (directory.tile_offsets, directory.tile_bytes):
            if table.type not in _TABLE_FORMS:
                raise ImageError(self._name, f"a table of tiles of type {table.type}")
            # A forged size would have an overview read tiles for years.
            if table.count < tiles or table.offset + table.size_bytes > self._size:
                raise ImageError(
                    self._name,
                    f"{level.width}x{level.height} pixels without a table of {tiles} tiles",
                )
        if directory.stripped and level.tile_height != directory.rows_per_strip:
            # What is cut off is holes, but not nearly all of it.
            need = directory.height * directory.row_bytes * planes
            if need > _LEAST_SHARE * self._size:
                fault = f"{level.width}x{level.height} pixels in a file of {self._size} bytes"
                raise ImageError(self._name, fault)

    def _read_at(self, offset: int, count: int) -> bytes:
        return read_at(self._descriptor, offset, count)

    def _extents(self, key: TileKey) -> tuple[tuple[int, int], ...] | None:
        """Offset and size of the pieces of a tile, checked; None for an absent tile."""
        page = self._pages[key.level]
        level, directory = page.level, page.directory
        first_row = key.row * level.tile_height
        index = key.row * level.columns + key.column
        if directory.stripped:
            index = first_row // directory.rows_per_strip
        extents = []
        for plane in range(self._decoders[key.level].planes):
            place = plane * _pieces(page) + index
            offset = self._table_value(key, directory.tile_offsets, place)
            count = self._table_value(key, directory.tile_bytes, place)
            if directory.shift and offset:
                offset += directory.shift
            if offset and count and directory.stripped:
                offset, count = _part_of_strip(page, first_row, offset, count)
            if offset == 0 and count == 0:
                continue
            if offset == 0 or count == 0 or offset + count > self._size:
                raise TileError(
                    f"{self._where(key)}: {count} bytes at {offset} of a file of {self._size}"
                )
            if count > 2 * self._most_tile_bytes:
                raise TileError(f"{self._where(key)}: {count} bytes in one tile")
            extents.append((offset, count))
        if not extents:
            return None
        if len(extents) != self._decoders[key.level].planes:
            raise TileError(f"{self._where(key)}: some of its planes are absent")
        return tuple(extents)

    def _table_value(self, key: TileKey, entry: Entry | None, index: int) -> int:
        # Read where it is needed: a terapixel's two tables take 240 MB.
        if entry is None or index >= entry.count:
            raise TileError(f"{self._where(key)}: not in the page's tables")
        data = read_at(self._descriptor, entry.offset + index * entry.item_bytes, entry.item_bytes)
        if len(data) != entry.item_bytes:
            raise TileError(f"{self._where(key)}: its table entry is past the end of the file")
        return int(struct.unpack(_table_format(entry, self._structure), data)[0])

    def _has_absent(self, page: PageLevel) -> bool:
        entry = page.directory.tile_bytes
        if entry is None:
            return False
        dtype = np.dtype(_table_format(entry, self._structure))
        for start in range(0, entry.size_bytes, _SCAN_BYTES):
            count = min(_SCAN_BYTES, entry.size_bytes - start)
            data = read_at(self._descriptor, entry.offset + start, count)
            sizes = np.frombuffer(data[: len(data) // dtype.itemsize * dtype.itemsize], dtype)
            if not sizes.all() or len(data) < count:
                return True
        return False

    def _where(self, key: TileKey) -> str:
        return f"{self._name}: level {key.level} tile {key.column},{key.row}"

    def _channels(self) -> tuple[Channel, ...]:
        """The limits of samples that use a part of their type, and what the page says of them."""
        first, page = self._decoders[0], self._pages[0].directory
        told: tuple[Channel, ...] = ()
        if not isinstance(first, TileDecoder) and first.limits is not None:
            told = (Channel(limits=first.limits),) * first.model.bands
        return with_extents(with_beside(told, page), page, first.model)

    def _metadata(self) -> dict[str, str]:
        full = self._pages[0].directory
        found = metadata_of(full, self._structure.fault)
        if self._planes.count > 1:
            found["planes"] = str(self._planes)
        if full.orientation != 1:
            found["orientation"] = f"{full.orientation} (not applied)"
        return found


def stored_tile_bytes(page: PageLevel) -> int:
    """What a tile of a level takes decoded, in the samples of the file."""
    texel_bytes = page.directory.samples * max(1, page.directory.number(Tag.BITS, 1) // 8)
    return page.level.tile_width * page.level.tile_height * texel_bytes


def _wide_decoder(
    structure: TiffStructure, directory: Directory, read_at: ReadAt
) -> RawDecoder | CodecDecoder | None:
    """A decoder that keeps what float32 does not, which libvips makes of whole numbers of 32 bits.

    None where that is no matter, or none is there.
    """
    whole = directory.number(Tag.SAMPLE_FORMAT, 1) in (1, 2)
    if not whole or directory.number(Tag.BITS, 1) != 32:
        return None
    try:
        raw = is_raw(directory)
        decoder = (
            RawDecoder(structure, directory, read_at)
            if raw
            else CodecDecoder(structure, directory, read_at)
        )
    except ValueError:
        return None
    return None if decoder.model.alpha else decoder


def _pieces(page: PageLevel) -> int:
    """How many tiles or strips a page has in the file, of one sample where they lie apart."""
    if page.directory.stripped:
        return -(-page.directory.height // page.directory.rows_per_strip)
    return page.level.columns * page.level.rows


def _part_of_strip(page: PageLevel, first_row: int, offset: int, count: int) -> tuple[int, int]:
    """Where those rows of a strip lie that are a tile; the strip itself where it is one."""
    directory = page.directory
    rows = page.level.tile_height
    if rows == directory.rows_per_strip:
        return offset, count
    before = first_row % directory.rows_per_strip * directory.row_bytes
    rows = min(rows, directory.height - first_row)
    return offset + before, min(rows * directory.row_bytes, max(0, count - before))


def _reduction(levels: tuple[PageLevel, ...]) -> Reduction:
    """Halvings are taken for means; nobody says how a program made other steps."""
    steps = (b.level.downsample / a.level.downsample for a, b in itertools.pairwise(levels))
    return Reduction.MEAN if all(step == 2.0 for step in steps) else Reduction.UNKNOWN


def _table_format(entry: Entry, structure: TiffStructure) -> str:
    return structure.byte_order + _TABLE_FORMS[entry.type]
