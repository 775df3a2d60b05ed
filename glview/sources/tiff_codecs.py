"""Decodes what libvips does not read of a TIFF, with tifffile and imagecodecs (an extra)."""

import importlib
import io
from dataclasses import replace
from typing import Any

import numpy as np
from numpy.typing import NDArray

from glview.sources.jpeg_frame import frame_size
from glview.sources.model import Decoded
from glview.sources.narrowing import Narrowing
from glview.sources.tiff_codes import Compression
from glview.sources.tiff_filling import require_filling
from glview.sources.tiff_packed import row_bytes, signed, summed, unpacked
from glview.sources.tiff_samples import delivered, stored_form
from glview.sources.tiff_structure import Directory, ReadAt, Tag, TiffStructure
from glview.sources.tiff_tile import tile_header

EXTRA = "pip install 'glview-bigimage[tiff]'"
_JPEG_2000S = frozenset({
    Compression.APERIO_YCBCR, Compression.APERIO_33004, Compression.APERIO_RGB,
    Compression.JPEG_2000,
})  # fmt: skip
_SUBSAMPLED = (Tag.YCBCR_SUBSAMPLING, Tag.YCBCR_POSITIONING, Tag.YCBCR_COEFFICIENTS)
_SHORT = 3
_JPEGS = frozenset({Compression.JPEG, Compression.LOSSY_JPEG, Compression.ALT_JPEG})
_PICTURES = _JPEG_2000S | {
    Compression.NDPI_JPEG_XR, Compression.LERC, Compression.PNG, Compression.JPEG_XR,
    Compression.WEBP, Compression.JPEG_XL, Compression.DNG_JPEG_XL,
}  # fmt: skip
"""Compressions whose pieces say how large they are, with decoders that refuse room of another size.
tifffile gives them none, and takes what they make."""
_FAULTS = (
    ValueError, RuntimeError, TypeError, LookupError, ArithmeticError, MemoryError, AttributeError,
    AssertionError,
)  # fmt: skip
"""What decoders raise at broken data; tifffile's own error is a ValueError."""
_ELSEWHERE = _JPEGS | {
    Compression.NONE, Compression.CCITT_RLE, Compression.FAX_3, Compression.FAX_4,
}  # fmt: skip
"""Compressions that tifffile has no entry in its table for, since it decodes them itself."""
_DIFFERENCES = 2
_LAST_BIT_FIRST = 2
_OWN_WIDTHS = (_ELSEWHERE | _PICTURES) - {Compression.NONE}
"""Compressions whose decoders give pixels, however many bits the page says; others give bytes."""


class MissingCodecsError(ValueError):
    """tifffile or imagecodecs is not installed; the message names the extra."""


class CodecDecoder:
    """Decodes the tiles of one page, or its strips, as `TileDecoder` does those libvips reads.

    ValueError says what of the page cannot be decoded, nothing where it is all of it. Thread-safe.
    """

    direct = True

    def __init__(self, structure: TiffStructure, directory: Directory, read_at: ReadAt) -> None:
        self._tifffile, self._imagecodecs = _decoders()
        separate = directory.number(Tag.PLANAR, 1) == 2 and directory.samples > 1
        self.planes = directory.samples if separate else 1
        self._samples = 1 if separate else directory.samples
        code = directory.number(Tag.COMPRESSION, 1)
        known = code in _ELSEWHERE or code in self._tifffile.TIFF.DECOMPRESSORS
        if code == Compression.OLD_JPEG or not known:
            raise ValueError("")
        predictor = directory.number(Tag.PREDICTOR, 1)
        if predictor != 1 and predictor not in self._tifffile.TIFF.UNPREDICTORS:
            raise ValueError("")
        self._code = code
        palette = _palette(structure, directory, read_at)
        self._form = stored_form(structure.byte_order, directory, palette, read_at)
        self.model = self._form.model
        self.limits = self._form.limits
        self.is_wide = self._form.is_wide
        self.narrowing: Narrowing | None = Narrowing()
        """How wide samples become float32; set before tiles are read, None for as they are."""
        self._structure = structure
        self._directory = _decodable(directory)
        self._read_at = read_at
        self._rows = directory.number(Tag.TILE_HEIGHT)
        self._columns = directory.number(Tag.TILE_WIDTH)
        tables = directory.entries.get(Tag.JPEG_TABLES)
        self._tables = read_at(tables.offset, tables.size_bytes) if tables else None
        self._packed = self._form.is_packed and code not in _OWN_WIDTHS
        if self._packed and predictor not in (1, _DIFFERENCES):
            bits = self._form.bits
            raise ValueError(f"{bits}-bit samples by predictor {predictor} are not supported")
        self._decoders = {self._rows: self._decoder(self._rows)}

    def decode_rows(self, pieces: tuple[bytes, ...], rows: int) -> Decoded:
        """A whole tile, or a strip, the last of which may have fewer rows than the others."""
        require_filling(self._directory, pieces, rows)
        decode = self._decoders.get(rows)
        if decode is None:
            decode = self._decoders[rows] = self._decoder(rows)
        parts = [self._piece(decode, piece, rows) for piece in pieces]
        pixels = parts[0] if len(parts) == 1 else np.concatenate(parts, axis=2)
        return Decoded(delivered(pixels, self._form, self.narrowing), self.model)

    def _piece(self, decode: Any, piece: bytes, rows: int) -> NDArray[Any]:
        self._check_size(piece, rows)
        try:
            pixels = decode(piece, 0, jpegtables=self._tables)[0]
        except _FAULTS as error:
            # Nothing else is within: a fault of glview's own is no broken tile.
            raise ValueError(_said(error)) from None
        if self._packed:
            pixels = self._numbers(pixels, rows)
        if pixels is None or pixels.ndim != 4:
            raise ValueError("nothing in it")
        # tifffile gives what a decoder left out of the last tiles as it is.
        missing = (rows - pixels.shape[1], self._columns - pixels.shape[2])
        if min(missing) < 0 or max(missing) > 0:
            raise ValueError(f"{pixels.shape[2]}x{pixels.shape[1]} pixels in it")
        return np.asarray(pixels[0])

    def _check_size(self, piece: bytes, rows: int) -> None:
        """What has a size of its own and is decoded before anybody asks for it must be its tile's.

        The others (`_PICTURES`) are given no room for more.
        """
        size = None
        # Behind boxes of any length.
        at = piece.find(b"\xff\x4f\xff\x51") if self._code in _JPEG_2000S else -1
        if at >= 0 and len(piece) >= at + 24:
            wide, tall, left, top = np.frombuffer(piece, ">u4", 4, at + 8).tolist()
            size = wide - left, tall - top
        elif self._code in _JPEGS:
            size = frame_size(piece)
        if size is not None and (size[0] > self._columns or size[1] > rows):
            raise ValueError(f"a picture of {size[0]}x{size[1]} pixels")

    def _decoder(self, rows: int) -> Any:
        """tifffile's decoder of a page that is one tile of so many rows, or one like it."""
        if self._packed:
            return self._decompressor(rows)
        values = {**self._directory.values, Tag.TILE_HEIGHT: (rows,)}
        tile = replace(self._directory, values=values)
        header = tile_header(self._structure, tile, self._read_at, plane=self.planes > 1)
        try:
            with self._tifffile.TiffFile(io.BytesIO(header.wrap(b"\0"))) as file:
                page = file.pages[0]
                if self._code not in _PICTURES:
                    return page.decode
                dtype = page.dtype
        except _FAULTS as error:
            raise ValueError(_said(error)) from None
        samples = () if self._samples == 1 else (self._samples,)
        shape = rows, self._columns, *samples
        decompress = self._tifffile.TIFF.DECOMPRESSORS[self._code]

        def decode(piece: bytes, _: int, **__: object) -> tuple[NDArray[Any]]:
            out = np.empty(shape, dtype)
            decompress(piece, out=out)
            return (out.reshape(1, rows, self._columns, -1),)

        return decode

    def _decompressor(self, rows: int) -> Any:
        """A decoder of pieces of so many rows to the bytes in them."""
        size = rows * row_bytes(self._form.bits, self._columns, self._samples)
        decompress = self._tifffile.TIFF.DECOMPRESSORS.get(self._code)
        turned = None
        if self._directory.number(Tag.FILL_ORDER, 1) == _LAST_BIT_FIRST:
            turned = self._imagecodecs.bitorder_decode

        def decode(piece: bytes, _: int, **__: object) -> tuple[bytes]:
            if turned is not None:
                piece = turned(piece)
            return (piece if decompress is None else decompress(piece, out=size),)

        return decode

    def _numbers(self, data: bytes, rows: int) -> NDArray[Any]:
        """Pixels (1, rows, columns, samples) of samples that are packed."""
        bits = self._form.bits
        pixels = unpacked(data, bits, rows, self._columns, self._samples)
        if self._directory.number(Tag.PREDICTOR, 1) == _DIFFERENCES:
            pixels = summed(pixels, bits)
        return (signed(pixels, bits) if self._form.is_signed else pixels)[np.newaxis]


def _decodable(directory: Directory) -> Directory:
    """The page without what tifffile refuses and its decoders know better."""
    if directory.number(Tag.COMPRESSION, 1) not in _JPEG_2000S:
        return directory
    entries = {tag: entry for tag, entry in directory.entries.items() if tag not in _SUBSAMPLED}
    return replace(directory, entries=entries)


def _palette(
    structure: TiffStructure, directory: Directory, read_at: ReadAt
) -> NDArray[np.generic] | None:
    entry = directory.entries.get(Tag.COLOR_MAP)
    if entry is None or entry.type != _SHORT or entry.count > 3 << 16:
        return None
    data = read_at(entry.offset, entry.size_bytes)
    return np.frombuffer(data[: len(data) // 2 * 2], np.dtype(structure.byte_order + "u2"))


def _decoders() -> tuple[Any, Any]:
    """tifffile and imagecodecs."""
    try:
        imagecodecs = importlib.import_module("imagecodecs")
        return importlib.import_module("tifffile"), imagecodecs
    except ImportError:
        raise MissingCodecsError(f"needs tifffile and imagecodecs: {EXTRA}") from None


def _said(error: BaseException) -> str:
    """What a decoder says, in a line."""
    text = " ".join(str(error).split())[:200]
    return text or type(error).__name__
