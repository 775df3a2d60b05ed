"""Decodes the JPEG tiles of a TIFF without libvips and without its row caches, where it may."""

from collections.abc import Callable

from glview.sources import jpeg
from glview.sources.base import Room
from glview.sources.jpeg_frame import head_of, joined
from glview.sources.model import Decoded
from glview.sources.tiff_codes import Compression, Photometric
from glview.sources.tiff_structure import Directory, ReadAt, Tag

_LARGEST_TABLES_BYTES = 1 << 16

TileJpeg = Callable[[bytes, Room], Decoded | None]
"""A tile, padding included, from its bytes, in room; None where libvips shall try."""


def tile_jpeg(directory: Directory, read_at: ReadAt) -> TileJpeg | None:
    """A decoder for a page's tiles; None where they are no usual JPEG, or there is no decoder.

    What the page says of their colours counts, as for libtiff, and not what the tiles say.
    """
    photometric = directory.number(Tag.PHOTOMETRIC, Photometric.BLACK_IS_ZERO)
    if (
        not jpeg.available()
        or directory.number(Tag.COMPRESSION, 1) != Compression.JPEG
        or set(directory.numbers(Tag.BITS)) != {8}
        or (photometric, directory.samples)
        not in ((Photometric.BLACK_IS_ZERO, 1), (Photometric.RGB, 3), (Photometric.YCBCR, 3))
        or (directory.number(Tag.PLANAR, 1) != 1 and directory.samples > 1)
        or directory.numbers(Tag.EXTRA_SAMPLES)
    ):
        return None
    entry = directory.entries.get(Tag.JPEG_TABLES)
    if entry is not None and entry.size_bytes > _LARGEST_TABLES_BYTES:
        return None
    tables = b"" if entry is None else read_at(entry.offset, entry.size_bytes)
    head = head_of(tables, mixed=photometric == Photometric.YCBCR)
    if head is None:
        return None
    size = (directory.number(Tag.TILE_WIDTH), directory.number(Tag.TILE_HEIGHT))

    def decode(piece: bytes, room: Room) -> Decoded | None:
        data = joined(head, piece)
        return None if data is None else jpeg.decoded(data, size, room)

    return decode
