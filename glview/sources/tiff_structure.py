"""What the directories of a TIFF say: its pages, by their tags (pure). `tiff_reading` reads them.

After the TIFF 6.0 specification, its BigTIFF extension and Adobe's technical note 1 (SubIFDs).
"""

import struct
from collections.abc import Callable
from dataclasses import dataclass, replace
from enum import IntEnum

from glview.pyramid import MAX_SIDE_PX
from glview.sources.ome import Ome
from glview.sources.tiff_codes import Compression

TYPES = {
    1: "B", 2: "s", 3: "H", 4: "I", 5: "II", 6: "b", 7: "s", 8: "h", 9: "i",
    10: "ii", 11: "f", 12: "d", 13: "I", 16: "Q", 17: "q", 18: "Q",
}  # fmt: skip
"""The type of each value, for `struct`; two for a fraction."""
SIZES = {kind: struct.calcsize("=" + form) for kind, form in TYPES.items()}
_LARGE_STRIP_BYTES = 1 << 20


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
    IMAGE_DEPTH = 32997
    TILE_DEPTH = 32998
    IPTC = 33723
    PHOTOSHOP = 34377
    ICC_PROFILE = 34675
    GDAL_METADATA = 42112
    GDAL_NODATA = 42113
    LERC_PARAMETERS = 50674
    IMAGEJ_LENGTHS = 50838
    IMAGEJ = 50839


@dataclass(frozen=True, slots=True)
class Entry:
    """One tag: its type, how many values, and where their bytes lie in the file."""

    type: int
    count: int
    offset: int

    @property
    def item_bytes(self) -> int:
        return SIZES[self.type]

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
    slice_number: int | None = None
    """Which slice of a page of several it is (`tiff_depth`)."""

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
