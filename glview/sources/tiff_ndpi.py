"""NDPI's own dialect of TIFF: classic, but places have 64 bits (pure).

The place of the next directory takes 8 bytes, and after it lie the upper halves of the directory's
values, 4 bytes each. Known as OpenSlide knows it: by a tag of the maker's in the first directory,
looked for at a place of 64 bits.
"""

import struct
from collections.abc import Callable

FORMAT_TAG = 65420
_CLASSIC = b"II*\0"
_ENTRY_BYTES = 12
_MOST_ENTRIES = 4096

ReadAt = Callable[[int, int], bytes]


def ndpi_start(head: bytes, read_at: ReadAt) -> int | None:
    """Where the first directory of an NDPI lies that begins with ``head``; None of another TIFF."""
    if head[:4] != _CLASSIC or len(head) < 12:
        return None
    (start,) = struct.unpack_from("<Q", head, 4)
    if start >= 1 << 63:
        return None
    count = int.from_bytes(read_at(start, 2), "little")
    table = read_at(start + 2, _ENTRY_BYTES * min(count, _MOST_ENTRIES))
    tags = (table[at : at + 2] for at in range(0, len(table), _ENTRY_BYTES))
    return start if FORMAT_TAG.to_bytes(2, "little") in tags else None


def upper_halves(table_end: int, count: int, read_at: ReadAt) -> tuple[int, ...]:
    """Of the values of a directory of ``count`` entries: what belongs before their 32 bits.

    0 where the file ends before.
    """
    data = read_at(table_end + 8, 4 * count).ljust(4 * count, b"\0")
    return struct.unpack(f"<{count}I", data)
