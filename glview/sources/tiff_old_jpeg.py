"""Decodes old-style JPEG in TIFF (compression 6 of TIFF 6.0, section 22), strip by strip.

libtiff reads it only where it was built so, which the library in pyvips' wheel was not, and
tifffile does not. The tables stand in tags of their own, or in a JPEG somewhere in the file, and
the samples of a strip or tile have no head, or a part of one. Each is made a JPEG of its own here.
"""

import struct
from collections.abc import Sequence
from typing import Any, NamedTuple

import pyvips
from numpy.typing import NDArray

from glview.sources import jpeg
from glview.sources.base import ColorModel, SampleType
from glview.sources.jpeg_frame import SEQUENTIAL, Segment, frame_size, segments_of
from glview.sources.model import Decoded, PixelModel
from glview.sources.tiff_codes import Photometric
from glview.sources.tiff_colors import ToRgb, ycbcr_to_rgb
from glview.sources.tiff_names import color_name
from glview.sources.tiff_structure import Directory, Entry, ReadAt, Tag
from glview.sources.vips_pixels import VipsError, displayable, fault_of, fetch_all

_BASELINE = 1
_SAMPLES: dict[int, int] = {
    Photometric.WHITE_IS_ZERO: 1,
    Photometric.BLACK_IS_ZERO: 1,
    Photometric.RGB: 3,
    Photometric.YCBCR: 3,
}
_START, _END = b"\xff\xd8", b"\xff\xd9"
_HUFFMAN, _FRAME, _SCAN, _QUANTA, _RESTART = 0xC4, 0xC0, 0xDA, 0xDB, 0xDD
_AS_IT_IS = b"\xff\xee\x00\x0eAdobe\x00\x64\x00\x00\x00\x00\x00"
"""Adobe's mark that says that samples are not to be changed: the page tells what they mean."""
_BASELINE_SCAN = b"\0\x3f\0"
"""What the end of a scan's head is where it is the only one; some writers put zeros there."""
_HEAD_BYTES = 1 << 16
_MOST_PX = 65_535
_FEWEST_SYMBOLS, _MOST_SYMBOLS = 16, 256


class _Head(NamedTuple):
    """What a JPEG begins with but for its size."""

    tables: tuple[Segment, ...]
    components: bytes
    """Of the frame: each one's number, sampling and table."""
    scan: bytes

    def of_size(self, width: int, height: int) -> bytes:
        count = len(self.components) // 3
        frame = struct.pack(">BHHB", 8, height, width, count) + self.components
        body = b"".join(_segment(code, data) for code, data in self.tables)
        return b"".join(
            (_START, _AS_IT_IS, body, _segment(_FRAME, frame), _segment(_SCAN, self.scan))
        )


class OldJpegDecoder:
    """As `CodecDecoder`, of pages of old-style JPEG; ValueError as there. Thread-safe."""

    direct = True
    planes = 1
    limits = None

    def __init__(self, byte_order: str, directory: Directory, read_at: ReadAt) -> None:
        photometric = directory.number(Tag.PHOTOMETRIC, Photometric.YCBCR)
        samples = directory.samples
        if _SAMPLES.get(photometric) != samples or set(directory.numbers(Tag.BITS)) != {8}:
            name = f"{samples} {color_name(photometric)} samples"
            raise ValueError(f"old-style JPEG of {name} is not supported")
        if directory.number(Tag.PLANAR, 1) != 1 and samples > 1:
            raise ValueError("old-style JPEG of samples in separate planes is not supported")
        if directory.number(Tag.JPEG_PROC, _BASELINE) != _BASELINE:
            raise ValueError("old-style JPEG without loss is not supported")
        self._columns = directory.number(Tag.TILE_WIDTH)
        if max(self._columns, directory.number(Tag.TILE_HEIGHT)) > _MOST_PX:
            raise ValueError("old-style JPEG of this size is not supported")
        self._inverted = photometric == Photometric.WHITE_IS_ZERO
        self._to_rgb: ToRgb | None = (
            ycbcr_to_rgb(directory) if photometric == Photometric.YCBCR else None
        )
        color = ColorModel.RGB if samples > 1 else ColorModel.GREY
        self.model = PixelModel(SampleType.U8, color, samples)
        self._read_at = read_at
        self._head = _head(byte_order, directory, read_at)
        self._whole = _all_of_it(byte_order, directory, read_at)

    def decode_rows(self, pieces: tuple[bytes, ...], rows: int) -> Decoded:
        """A whole tile, or a strip, the last of which may have fewer rows than the others."""
        piece = pieces[0]
        if self._whole is not None:
            at, count = self._whole
            piece = self._read_at(at, min(count, _most_bytes(self._columns, rows)))
        own, piece = _own_head(piece)
        head = _merged(own, self._head)
        pixels = _decoded(head.of_size(self._columns, rows), piece, (self._columns, rows))
        if pixels.shape[2] != self.model.bands:
            raise ValueError(
                f"{pixels.shape[2]} samples of a pixel where {self.model.bands} belong"
            )
        if self._to_rgb is not None:
            pixels = self._to_rgb(pixels)
        return Decoded(255 - pixels if self._inverted else pixels, self.model)


def _decoded(head: bytes, piece: bytes, size_px: tuple[int, int]) -> NDArray[Any]:
    data = head + _ended(piece)
    found = jpeg.decoded(data, size_px)
    if found is not None:
        return found.pixels
    try:
        image = pyvips.Image.jpegload_buffer(data, fail_on="warning")
        if (image.width, image.height) != size_px:
            raise ValueError(f"a picture of {image.width}x{image.height} pixels")
        return fetch_all(*displayable(image))
    except VipsError as error:
        raise ValueError(fault_of(error, unsaid="broken JPEG data")) from None


def _ended(piece: bytes) -> bytes:
    """The samples of a strip up to their end: not what fills it, nor the mark between strips."""
    data = piece.rstrip(b"\0")
    if len(data) < len(piece) and data[-1:] == b"\xff":
        data += b"\0"
    if data[-2:-1] == b"\xff" and (0xD0 <= data[-1] <= 0xD7 or data[-1] == _END[1]):
        data = data[:-2]
    return data + _END


def _head(order: str, directory: Directory, read_at: ReadAt) -> _Head:
    """What the page says of all of its pieces; ValueError where it says too little."""
    found: list[Segment] = []
    at = directory.number(Tag.JPEG_INTERCHANGE)
    if at:
        found = segments_of(read_at(at, _HEAD_BYTES))[0]
    # Of several strips the first alone may say how the tables belong to the samples.
    place = _places(directory.tile_offsets, order, read_at)[:1]
    own = _own_head(read_at(place[0], _HEAD_BYTES))[0] if place else []
    if not any(code == _QUANTA for code, _ in [*found, *own]):
        found = [item for item in found if item[0] not in (_QUANTA, _HUFFMAN)]
        found += _tables_of(order, directory, read_at)
    restart = directory.number(Tag.JPEG_RESTART)
    if restart and not any(code == _RESTART for code, _ in found):
        found.append((_RESTART, struct.pack(">H", restart & 0xFFFF)))
    count = directory.samples
    across, down = (*directory.numbers(Tag.YCBCR_SUBSAMPLING), 2, 2)[:2]
    first = (
        int(across) << 4 | int(down)
        if directory.number(Tag.PHOTOMETRIC) == Photometric.YCBCR
        else 0x11
    )
    components = b"".join(
        bytes((number + 1, first if number == 0 else 0x11, number)) for number in range(count)
    )
    last = max((data[0] & 15 for code, data in found if code == _HUFFMAN and data), default=0)
    pairs = b"".join(bytes((n + 1, min(n, last) * 0x11)) for n in range(count))
    head = _merged(found, _Head((), components, bytes((count,)) + pairs + _BASELINE_SCAN))
    return _merged(own, head)


def _own_head(piece: bytes) -> tuple[list[Segment], bytes]:
    """The head of a piece, which may be the last part of one or none, and what is behind it."""
    start = b"" if piece[:2] == _START else _START
    own, behind = segments_of(start + piece)
    if own and own[-1][0] == _SCAN:
        return own, piece[behind - len(start) :]
    return [], piece


def _all_of_it(order: str, directory: Directory, read_at: ReadAt) -> tuple[int, int] | None:
    """Where a JPEG lies that is the whole page, as some writers have it beside a single strip.

    The strip's place may be amiss then: within the scan's head, or too short.
    """
    at, count = directory.number(Tag.JPEG_INTERCHANGE), directory.number(Tag.JPEG_LENGTH)
    table = directory.tile_offsets
    if not (at and count) or table is None or table.count != 1:
        return None
    data = read_at(at, _HEAD_BYTES)
    found = segments_of(data)[0]
    size = (directory.number(Tag.TILE_WIDTH), directory.number(Tag.TILE_HEIGHT))
    whole = bool(found) and found[-1][0] == _SCAN and frame_size(data) == size
    within = any(at <= place < at + count for place in _places(table, order, read_at))
    return (at, count) if whole and within else None


def _merged(found: Sequence[Segment], head: _Head) -> _Head:
    """A head with what was found of another in place of its own. ValueError for other kinds."""
    tables = [item for item in found if item[0] in (_QUANTA, _HUFFMAN, _RESTART)]
    components, scan = head.components, head.scan
    for code, data in found:
        if code in SEQUENTIAL and data and len(data) == 6 + 3 * data[5]:
            if components != data[6:]:
                scan = _scan_of(data[6:], scan)
            components = data[6:]
        elif code == _SCAN:
            scan = data[:-3] + _BASELINE_SCAN
        elif 0xC0 <= code <= 0xCF and code != _HUFFMAN:
            raise ValueError("old-style JPEG of this kind is not supported")
    # The later of two tables with a number counts.
    return _Head((*head.tables, *tables), components, scan)


def _scan_of(components: bytes, scan: bytes) -> bytes:
    """A scan of components that may have other numbers."""
    numbers = components[::3]
    if len(scan) != 4 + 2 * len(numbers):
        return scan
    pairs = b"".join(bytes((number, scan[2 + 2 * i])) for i, number in enumerate(numbers))
    return scan[:1] + pairs + _BASELINE_SCAN


def _tables_of(order: str, directory: Directory, read_at: ReadAt) -> list[Segment]:
    """The tables that stand in the file by themselves, one of each kind for each component."""
    found: list[Segment] = []
    for number, at in enumerate(_places(directory.entries.get(Tag.JPEG_QUANTA), order, read_at)):
        found.append((_QUANTA, bytes((number,)) + read_at(at, 64)))
    for kind, tag in ((0x00, Tag.JPEG_DC), (0x10, Tag.JPEG_AC)):
        for number, at in enumerate(_places(directory.entries.get(tag), order, read_at)):
            data = read_at(at, _FEWEST_SYMBOLS + _MOST_SYMBOLS)
            symbols = sum(data[:_FEWEST_SYMBOLS])
            if symbols > _MOST_SYMBOLS or len(data) < _FEWEST_SYMBOLS + symbols:
                raise ValueError("old-style JPEG with broken tables")
            table = data[: _FEWEST_SYMBOLS + symbols]
            found.append((_HUFFMAN, bytes((kind | number,)) + table))
    if {code for code, _ in found} != {_QUANTA, _HUFFMAN}:
        raise ValueError("old-style JPEG without its tables")
    return found


def _places(entry: Entry | None, order: str, read_at: ReadAt) -> tuple[int, ...]:
    """The first values of a table of places, 4 of 4 bytes at most."""
    if entry is None or entry.item_bytes != 4:
        return ()
    data = read_at(entry.offset, min(entry.size_bytes, 16))
    return struct.unpack(f"{order}{len(data) // 4}I", data[: len(data) // 4 * 4])


def _most_bytes(width: int, height: int) -> int:
    """More than any JPEG of that size has."""
    return _HEAD_BYTES + 8 * width * height


def _segment(code: int, data: bytes) -> bytes:
    return struct.pack(">BBH", 0xFF, code, len(data) + 2) + data
