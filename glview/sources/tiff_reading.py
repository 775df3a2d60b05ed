"""Reads the directories of a TIFF or BigTIFF: tags only, nothing decoded.

libvips and libtiff do not say which compression a page has nor where its tiles are, and show
some of what they cannot decode as black; so glview looks for itself.
"""

import math
import struct
from collections.abc import Iterable
from itertools import repeat

from glview.sources.tiff_ndpi import ndpi_start, upper_halves
from glview.sources.tiff_structure import (
    SIZES,
    TYPES,
    Directory,
    Entry,
    ReadAt,
    Tag,
    TiffStructure,
)

_PLACES = frozenset({3, 4, 13, 16, 18})
"""Types of whole numbers that are never negative."""
MAX_DIRECTORIES = 1 << 15
"""More are not looked at: a slide has some ten pages, a time series ten thousand (0.4 s, 30 MB)."""
_MAX_ENTRIES = 4096
MAX_ALL_ENTRIES = 1 << 19
"""Of all pages: 16 for each. Forged pages may lie over each other, with 4,096 entries in each."""
_MOST_SAMPLES = (1 << 16) - 1
"""Their number has 16 bits. Some lists are made of as many: of a hundred million, in 4.6 GB."""
_MAX_VALUE_BYTES = 1 << 20
"""Values larger than this are not read here (profiles and tile offsets are, when needed)."""
_MAX_DESCRIPTION_BYTES = 16 << 20
"""OME-XML of a plate of wells has some megabytes."""
_MAX_ALL_VALUE_BYTES = 64 << 20
"""Of all pages: forged ones may all have the same large value."""
_MAX_ALL_NUMBERS = 1 << 20
"""Of all pages: each takes up to 40 bytes here, and 2 in the file."""
_READ = frozenset(map(int, Tag))
_LONG = frozenset(map(int, (
    Tag.STRIP_OFFSETS, Tag.STRIP_BYTES, Tag.TILE_OFFSETS, Tag.TILE_BYTES, Tag.COLOR_MAP,
    Tag.ICC_PROFILE, Tag.XMP, Tag.IPTC, Tag.PHOTOSHOP, Tag.IMAGEJ,
)))  # fmt: skip
"""Of these only the place is looked at."""


class TiffError(ValueError):
    """The structure is broken; the message says where."""


def read_structure(read_at: ReadAt, size_bytes: int) -> TiffStructure:
    """The directories of a file of ``size_bytes``; TiffError where they make no sense.

    Loops end the chain. A broken page after a sound one ends the chain too, and is told of.
    """
    return _Walker(read_at, size_bytes).walk()


class _Walker:
    def __init__(self, read_at: ReadAt, size_bytes: int) -> None:
        self._read_at = read_at
        self._size = size_bytes
        self._seen: set[int] = set()
        self._order = "<"
        self._big = False
        self._ndpi = False
        self._more = False
        self._faults: dict[str, str] = {}
        self._entries = 0
        self._value_bytes = 0
        self._numbers = 0

    def walk(self) -> TiffStructure:
        head = self._read_at(0, 16)
        order = {b"II": "<", b"MM": ">"}.get(head[:2])
        if order is None or len(head) < 8:
            raise TiffError("not a TIFF header")
        self._order = order
        magic = struct.unpack_from(order + "H", head, 2)[0]
        if magic not in (42, 43):
            raise TiffError("not a TIFF header")
        self._big = magic == 43
        if self._big and (len(head) < 16 or head[4:8] != struct.pack(order + "HH", 8, 0)):
            raise TiffError("broken BigTIFF header")
        first = struct.unpack_from(order + ("Q" if self._big else "I"), head, 8 if self._big else 4)
        ndpi = ndpi_start(head, self._read_at)
        self._ndpi = ndpi is not None
        directories = self._chain(first[0] if ndpi is None else ndpi, depth=0)
        if not directories:
            raise TiffError("no image in it")
        fault = "; ".join(self._faults.values())
        return TiffStructure(order, self._big, directories, self._more, fault=fault)

    def _chain(self, offset: int, depth: int) -> tuple[Directory, ...]:
        found: list[Directory] = []
        while offset and offset not in self._seen and self._has_room:
            self._seen.add(offset)
            try:
                directory, offset = self._directory(offset, depth)
            except TiffError as error:
                if not found and depth == 0:
                    raise
                pages = f"the chain of its pages breaks off after {len(found)}"
                what = "levels of a page are missing" if depth else pages
                self._faults.setdefault(what, f"{what}: {error}")
                return tuple(found)
            found.append(directory)
        self._more |= bool(offset) and offset not in self._seen
        return tuple(found)

    @property
    def _has_room(self) -> bool:
        return len(self._seen) < MAX_DIRECTORIES and self._entries < MAX_ALL_ENTRIES

    def _directory(self, offset: int, depth: int) -> tuple[Directory, int]:
        order, big = self._order, self._big
        count_format, entry_bytes, next_format = ("Q", 20, "Q") if big else ("H", 12, "I")
        count = self._unpack(count_format, offset, "directory")[0]
        if not 0 < count <= _MAX_ENTRIES:
            raise TiffError(f"a directory of {count} entries")
        start = offset + struct.calcsize("=" + count_format)
        table = self._bytes(start, count * entry_bytes, "directory")
        self._entries += count
        held = 8 if big else 4
        entries: dict[int, Entry] = {}
        values: dict[int, tuple[float, ...] | bytes] = {}
        # An entry ends with its value, or where that is too long, with its place.
        each = struct.Struct(f"{order}HH{next_format}{next_format}").iter_unpack(table)
        uppers: Iterable[int] = repeat(0, count)
        if self._ndpi:
            next_format, uppers = "Q", upper_halves(start + len(table), count, self._read_at)
        for at, (tag, kind, number, place), upper in zip(
            range(0, len(table), entry_bytes), each, uppers, strict=True
        ):
            if kind not in TYPES or tag in entries:
                continue
            size = number * SIZES[kind]
            inside = size <= held
            entries[tag] = entry = Entry(
                kind, number, start + at + 4 + held if inside else place | upper << 32
            )
            if tag in _READ:
                value = table[at + 4 + held : at + 4 + held + size] if inside else None
                values[tag] = self._value(entry, tag, value)
        samples = Directory(entries, values).samples
        if not 0 <= samples <= _MOST_SAMPLES:
            raise TiffError(f"{samples} samples of a pixel")
        following = self._read_at(start + len(table), struct.calcsize("=" + next_format))
        after = 0
        if len(following) == struct.calcsize("=" + next_format):
            after = struct.unpack(order + next_format, following)[0]
        subs: list[Directory] = []
        if depth == 0 and Tag.SUB_IFDS in entries and entries[Tag.SUB_IFDS].type in _PLACES:
            for sub in values[Tag.SUB_IFDS]:
                subs.extend(self._chain(int(sub), depth + 1))
        return Directory(entries, values, tuple(subs)), int(after)

    def _value(self, entry: Entry, tag: int, data: bytes | None) -> tuple[float, ...] | bytes:
        """The value of a tag, of ``data`` if that is at hand."""
        size = entry.size_bytes
        most = _MAX_DESCRIPTION_BYTES if tag == Tag.DESCRIPTION else _MAX_VALUE_BYTES
        if tag in _LONG or size == 0 or size > most:
            return ()
        form = TYPES[entry.type]
        if data is None:
            self._value_bytes += size
            # A lost description need not lose the picture; a lost size shows itself as 0.
            if entry.offset + size > self._size:
                if tag == Tag.DESCRIPTION:
                    what = "its description reaches past the end of the file"
                    self._faults.setdefault(what, what)
                return ()
            if self._value_bytes > _MAX_ALL_VALUE_BYTES:
                return ()
            data = self._bytes(entry.offset, size, f"tag {tag}")
        if form == "s":
            return data
        if self._numbers + entry.count > _MAX_ALL_NUMBERS:
            return ()
        self._numbers += entry.count
        numbers = struct.unpack(f"{self._order}{entry.count * len(form)}{form[0]}", data)
        if len(form) == 2:
            pairs = zip(numbers[::2], numbers[1::2], strict=True)
            return tuple(a / b if b else 0.0 for a, b in pairs)
        if form in "fd":
            # What is no number shows itself as 0, too.
            return tuple(number if math.isfinite(number) else 0.0 for number in numbers)
        return numbers

    def _unpack(self, form: str, offset: int, what: str) -> tuple[int, ...]:
        data = self._bytes(offset, struct.calcsize("=" + form), what)
        return struct.unpack(self._order + form, data)

    def _bytes(self, offset: int, count: int, what: str) -> bytes:
        if offset + count > self._size:
            raise TiffError(f"{what} at {offset} reaches past the end of the file")
        data = self._read_at(offset, count)
        if len(data) != count:
            raise TiffError(f"{what} at {offset} cannot be read")
        return data
