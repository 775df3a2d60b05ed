"""Reads the directories of a TIFF or BigTIFF: tags only, nothing decoded.

libvips and libtiff do not say which compression a page has nor where its tiles are, and show
some of what they cannot decode as black; so glview looks for itself. After the TIFF 6.0
specification, its BigTIFF extension and Adobe's technical note 1 (SubIFDs).
"""

import math
import struct
from collections.abc import Callable, Iterable
from dataclasses import dataclass, replace
from enum import IntEnum
from itertools import repeat

from glview.pyramid import MAX_SIDE_PX
from glview.sources.ome import Ome
from glview.sources.tiff_codes import Compression
from glview.sources.tiff_ndpi import ndpi_start, upper_halves

_TYPES = {
    1: "B", 2: "s", 3: "H", 4: "I", 5: "II", 6: "b", 7: "s", 8: "h", 9: "i",
    10: "ii", 11: "f", 12: "d", 13: "I", 16: "Q", 17: "q", 18: "Q",
}  # fmt: skip
_PLACES = frozenset({3, 4, 13, 16, 18})
"""Types of whole numbers that are never negative."""
_SIZES = {kind: struct.calcsize("=" + form) for kind, form in _TYPES.items()}
MAX_DIRECTORIES = 1 << 15
"""More are not looked at: a slide has some ten pages, a time series ten thousand (0.4 s, 30 MB)."""
_MAX_ENTRIES = 4096
_MAX_ALL_ENTRIES = 1 << 19
"""Of all pages: 16 for each. Forged pages may lie over each other, with 4,096 entries in each."""
_MOST_SAMPLES = (1 << 16) - 1
"""Their number has 16 bits. Some lists are made of as many: of a hundred million, in 4.6 GB."""
_LARGE_STRIP_BYTES = 1 << 20
_MAX_VALUE_BYTES = 1 << 20
"""Values larger than this are not read here (profiles and tile offsets are, when needed)."""
_MAX_DESCRIPTION_BYTES = 16 << 20
"""OME-XML of a plate of wells has some megabytes."""
_MAX_ALL_VALUE_BYTES = 64 << 20
"""Of all pages: forged ones may all have the same large value."""
_MAX_ALL_NUMBERS = 1 << 20
"""Of all pages: each takes up to 40 bytes here, and 2 in the file."""


class Tag(IntEnum):
    """The tags glview looks at."""

    NEW_SUBFILE_TYPE = 254
    WIDTH = 256
    HEIGHT = 257
    BITS = 258
    COMPRESSION = 259
    PHOTOMETRIC = 262
    FILL_ORDER = 266
    DESCRIPTION = 270
    MAKE = 271
    MODEL = 272
    STRIP_OFFSETS = 273
    ORIENTATION = 274
    SAMPLES = 277
    ROWS_PER_STRIP = 278
    STRIP_BYTES = 279
    X_RESOLUTION = 282
    Y_RESOLUTION = 283
    PLANAR = 284
    T4_OPTIONS = 292
    T6_OPTIONS = 293
    RESOLUTION_UNIT = 296
    SOFTWARE = 305
    DATE_TIME = 306
    ARTIST = 315
    PREDICTOR = 317
    COLOR_MAP = 320
    TILE_WIDTH = 322
    TILE_HEIGHT = 323
    TILE_OFFSETS = 324
    TILE_BYTES = 325
    SUB_IFDS = 330
    INK_SET = 332
    EXTRA_SAMPLES = 338
    SAMPLE_FORMAT = 339
    S_MIN = 340
    S_MAX = 341
    JPEG_TABLES = 347
    JPEG_PROC = 512
    JPEG_INTERCHANGE = 513
    JPEG_LENGTH = 514
    JPEG_RESTART = 515
    JPEG_QUANTA = 519
    JPEG_DC = 520
    JPEG_AC = 521
    YCBCR_COEFFICIENTS = 529
    YCBCR_SUBSAMPLING = 530
    YCBCR_POSITIONING = 531
    REFERENCE_BLACK_WHITE = 532
    XMP = 700
    IPTC = 33723
    PHOTOSHOP = 34377
    ICC_PROFILE = 34675
    GDAL_METADATA = 42112
    GDAL_NODATA = 42113
    LERC_PARAMETERS = 50674
    IMAGEJ_LENGTHS = 50838
    IMAGEJ = 50839


_READ = frozenset(map(int, Tag))
_LONG = frozenset(map(int, (
    Tag.STRIP_OFFSETS, Tag.STRIP_BYTES, Tag.TILE_OFFSETS, Tag.TILE_BYTES, Tag.COLOR_MAP,
    Tag.ICC_PROFILE, Tag.XMP, Tag.IPTC, Tag.PHOTOSHOP, Tag.IMAGEJ,
)))  # fmt: skip
"""Of these only the place is looked at."""


class TiffError(ValueError):
    """The structure is broken; the message says where."""


@dataclass(frozen=True, slots=True)
class Entry:
    """One tag: its type, how many values, and where their bytes lie in the file."""

    type: int
    count: int
    offset: int

    @property
    def item_bytes(self) -> int:
        return _SIZES[self.type]

    @property
    def size_bytes(self) -> int:
        return self.count * self.item_bytes


@dataclass(frozen=True, slots=True)
class Directory:
    """One page (IFD): its entries by tag, and the values of the small ones."""

    entries: dict[int, Entry]
    values: dict[int, tuple[float, ...] | bytes]
    sub_directories: tuple["Directory", ...] = ()
    """The pages its SubIFDs tag names, each with what is chained to it."""
    shift: int | None = None
    """How far behind the place that the tags say its samples lie (`tiff_behind`)."""

    def number(self, tag: Tag, default: int = 0) -> int:
        """The first value of a tag as a whole number; text is none."""
        found = self.numbers(tag)
        return int(found[0]) if found else default

    @property
    def orientation(self) -> int:
        """How the picture wants to be seen, 1 to 8 as in EXIF; 1 for any other number."""
        number = self.number(Tag.ORIENTATION, 1)
        return number if 1 <= number <= 8 else 1

    def numbers(self, tag: Tag) -> tuple[float, ...]:
        value = self.values.get(tag, ())
        return value if isinstance(value, tuple) else ()

    def text(self, tag: Tag) -> str:
        value = self.values.get(tag, b"")
        return value.rstrip(b"\0").decode("utf-8", "replace") if isinstance(value, bytes) else ""

    @property
    def width(self) -> int:
        return self.number(Tag.WIDTH)

    @property
    def height(self) -> int:
        return self.number(Tag.HEIGHT)

    @property
    def has_a_size(self) -> bool:
        """Whether its size is one that an image can have."""
        return 1 <= min(self.width, self.height) <= max(self.width, self.height) <= MAX_SIDE_PX

    @property
    def tiled(self) -> bool:
        return self.number(Tag.TILE_WIDTH) > 0 and self.number(Tag.TILE_HEIGHT) > 0

    @property
    def stripped(self) -> bool:
        """Whether the pixels lie in runs of whole rows; `as_tiles` makes no difference to it."""
        return Tag.TILE_WIDTH not in self.entries

    def as_tiles(self) -> "Directory":
        """A page of strips as one of tiles, one in a row; one of tiles as it is.

        A large strip that is not compressed is several, each of the same number of rows.
        """
        if self.tiled:
            return self
        rows = self.rows_per_strip
        if (
            self.number(Tag.COMPRESSION, 1) == Compression.NONE
            and rows * self.row_bytes > _LARGE_STRIP_BYTES
        ):
            most = max(1, _LARGE_STRIP_BYTES // max(1, self.row_bytes))
            one = rows == self.height
            rows = most if one else max(n for n in range(1, most + 1) if rows % n == 0)
        values = dict(self.values)
        values[Tag.TILE_WIDTH] = (self.width,)
        values[Tag.TILE_HEIGHT] = (rows,)
        return replace(self, values=values)

    @property
    def row_bytes(self) -> int:
        """Bytes of a row that is not compressed, of one sample where they are stored apart."""
        samples = 1 if self.number(Tag.PLANAR, 1) == 2 else self.samples
        bits = samples * self.number(Tag.BITS, 1)
        if len(self.numbers(Tag.BITS)) == samples:
            bits = int(sum(self.numbers(Tag.BITS)))
        return -(-self.width * bits // 8)

    @property
    def rows_per_strip(self) -> int:
        """Rows of a strip, the last of which may have less; all where it is not said, or 0."""
        rows = self.number(Tag.ROWS_PER_STRIP)
        return rows if 0 < rows < self.height else self.height

    @property
    def tile_offsets(self) -> Entry | None:
        """The table of tile positions; some old writers use the strips' tag, as libtiff reads."""
        return self.entries.get(Tag.TILE_OFFSETS) or self.entries.get(Tag.STRIP_OFFSETS)

    @property
    def tile_bytes(self) -> Entry | None:
        return self.entries.get(Tag.TILE_BYTES) or self.entries.get(Tag.STRIP_BYTES)

    @property
    def samples(self) -> int:
        return self.number(Tag.SAMPLES, 1)

    @property
    def kind(self) -> tuple[object, ...]:
        """What two levels of one pyramid have in common, said or by default."""
        return (
            self.samples,
            set(self.numbers(Tag.BITS) or (1,)),
            set(self.numbers(Tag.SAMPLE_FORMAT) or (1,)),
            self.number(Tag.PLANAR, 1),
        )


@dataclass(frozen=True, slots=True)
class TiffStructure:
    """All pages of a file in their order."""

    byte_order: str
    """As in `struct`: "<" or ">"."""
    big: bool
    directories: tuple[Directory, ...]
    more: bool = False
    """Whether there are pages past those that are looked at."""
    ome: Ome | None = None
    """What the main page's description says, if it is OME-XML and somebody has read it."""
    fault: str = ""
    """What the file speaks of and does not have; empty: it is all there, as far as that is seen."""


ReadAt = Callable[[int, int], bytes]
"""(offset, count) -> that many bytes, fewer at the end of the file."""


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
        return len(self._seen) < MAX_DIRECTORIES and self._entries < _MAX_ALL_ENTRIES

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
            if kind not in _TYPES or tag in entries:
                continue
            size = number * _SIZES[kind]
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
        form = _TYPES[entry.type]
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
