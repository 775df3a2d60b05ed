"""The compressed tiles of a FITS image: whether each is as large as it has to be (no astropy).

Deflate makes a gigabyte of a megabyte of zeros, and astropy inflates a tile whole before it looks
at what came out. After the FITS standard 4.0, section 10.1 (tiled images).
"""

import math
import zlib
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from typing import Any

import numpy as np
from numpy.typing import NDArray

_GZIP = frozenset({"GZIP_1", "GZIP_2"})
_ALWAYS_GZIP = "GZIP_COMPRESSED_DATA"
_COMPRESSED = "COMPRESSED_DATA"
_LARGEST_SAMPLE_BYTES = 8
_MOST_INFLATION = 1032
"""Of deflate."""
_FREE_BYTES = 64 << 20
"""What cannot inflate to more is not looked at: nearly all that there is."""
_PART_BYTES = 1 << 20
_WBITS_GZIP = 31


@dataclass(frozen=True, slots=True)
class TileTable:
    """Where the compressed tiles of an image are, as its table's header says."""

    shape: tuple[int, ...]
    tile_shape: tuple[int, ...]
    """Both in numpy's order."""
    compression: str
    rows: int
    row_dtype: np.dtype[Any]
    data_offset: int
    heap_offset: int
    """In the file, as the other."""


def has_bomb(
    read_at: Callable[[int, int], bytes], table: TileTable, index: tuple[int, ...]
) -> bool:
    """Whether one of a picture's tiles inflates to more than its pixels take.

    ``index`` is where the picture lies along each of the axes before its own.
    """
    pixels = math.prod(map(min, table.tile_shape, table.shape))
    most = max(_FREE_BYTES, pixels * _LARGEST_SAMPLE_BYTES)
    for count, offset in _streams(read_at, table, index):
        if count * _MOST_INFLATION > most:
            data = read_at(table.heap_offset + offset, count)
            if _inflates_past(most, data):
                return True
    return False


def _streams(
    read_at: Callable[[int, int], bytes], table: TileTable, index: tuple[int, ...]
) -> Iterator[tuple[int, int]]:
    """The length of each gzip stream of a picture, and where it begins in the heap."""
    names = [_ALWAYS_GZIP] + [_COMPRESSED] * (table.compression in _GZIP)
    data = read_at(table.data_offset, table.rows * table.row_dtype.itemsize)
    rows = np.frombuffer(data, table.row_dtype, len(data) // table.row_dtype.itemsize)
    rows = rows[_tiles_of(table, index, len(rows))]
    for name in names:
        if name in (table.row_dtype.names or ()):
            yield from ((int(count), int(offset)) for count, offset in rows[name])


def _tiles_of(table: TileTable, index: tuple[int, ...], rows: int) -> NDArray[np.intp]:
    """The numbers of a picture's tiles, as far as there are rows of them."""
    grid = [-(-size // tile) for size, tile in zip(table.shape, table.tile_shape, strict=True)]
    each = grid[-2] * grid[-1]
    number = 0
    for at, tile, across in zip(index, table.tile_shape, grid, strict=False):
        number = number * across + at // tile
    return np.arange(min(number * each, rows), min((number + 1) * each, rows))


def _inflates_past(most: int, data: bytes) -> bool:
    """Whether gzip members give more bytes than so many; what is broken gives none."""
    total = 0
    while data:
        inflating = zlib.decompressobj(_WBITS_GZIP)
        while data and not inflating.eof:
            try:
                total += len(inflating.decompress(data, _PART_BYTES))
            except zlib.error:
                return False
            if total > most:
                return True
            data = inflating.unconsumed_tail
        data = inflating.unused_data
    return False
