"""Decodes one tile of a TIFF from its bytes, apart from the file.

The bytes are wrapped as a TIFF of one tile, whose header carries the page's own tags, and given
to libvips: every compression and colour space libvips knows, a few kilobytes of state, no lock,
no cache, and an error concerns this tile alone. libvips' own way into a tiled file caches rows
of tiles for every level and fills what it cannot decode with black. Uncompressed and deflated
tiles of plain samples are decoded here: libtiff does not check a deflate stream's checksum. So are
usual JPEGs (`tiff_jpeg`), which takes a third of the time.
"""

import struct
import zlib
from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

import numpy as np
import pyvips
from numpy.typing import NDArray

from glview.sources import tiff_bands
from glview.sources.base import Room, own_room
from glview.sources.model import Decoded, PixelModel
from glview.sources.tiff_beside import in_order
from glview.sources.tiff_codes import Compression, Extra, Photometric
from glview.sources.tiff_directory import (
    LONG,
    NOT_IN_A_PLANE,
    PIXEL_TAGS,
    SHORT,
    UNDEFINED,
    Field,
    copied,
    extra_samples,
    laid_out,
    numbers,
    photometric,
    plane_fields,
)
from glview.sources.tiff_facts import LARGEST_PROFILE_BYTES, is_jpeg_with_extras, strictness
from glview.sources.tiff_filling import require_filling
from glview.sources.tiff_jpeg import tile_jpeg
from glview.sources.tiff_structure import Directory, ReadAt, Tag, TiffStructure
from glview.sources.vips_pixels import VipsError, fault_of, fetch_all

_DEFLATES = (Compression.DEFLATE, Compression.OLD_DEFLATE)
_SURPLUS_BYTES = 1 << 16
_NUMPY_KINDS = {(1, 8): "u1", (1, 16): "u2", (2, 16): "i2", (3, 32): "f4", (2, 8): "i1"}


@dataclass(frozen=True, slots=True)
class TileHeader:
    """A TIFF header for one tile; the byte count goes at ``count_at``, the tile behind it."""

    data: bytes
    count_at: int
    order: str

    def wrap(self, tile: bytes) -> bytes:
        count = struct.pack(self.order + "I", len(tile))
        return b"".join((self.data[: self.count_at], count, self.data[self.count_at + 4 :], tile))


class TileDecoder:
    """Decodes the tiles of one page. Thread-safe: nothing is written after construction.

    ``planes`` is how many encoded pieces a tile has: 1, or one for each sample where the page
    stores them apart. ``direct``: it needs no help from libvips' way into the file.
    """

    def __init__(self, structure: TiffStructure, directory: Directory, read_at: ReadAt) -> None:
        separate = directory.number(Tag.PLANAR, 1) == 2 and directory.samples > 1
        self.planes = directory.samples if separate else 1
        self._width = directory.number(Tag.TILE_WIDTH)
        self._height = directory.number(Tag.TILE_HEIGHT)
        self._header = tile_header(structure, directory, read_at, plane=separate)
        self._directory = directory
        self._plain = plain_decoder(structure, directory, self.planes)
        self._jpeg = tile_jpeg(directory, read_at)
        self.direct = self._jpeg is not None
        self.model = self._declared_model()

    def decode(self, pieces: tuple[bytes, ...], room: Room = own_room) -> Decoded:
        """A whole tile, padding included: (tile height, tile width, model.depth).

        What has texels has them in ``room``. ValueError says what is wrong with it.
        """
        if self._jpeg is not None:
            decoded = self._jpeg(pieces[0], room)
            if decoded is not None and decoded.model == self.model:
                return decoded
        if self._plain is not None:
            parts = [self._plain(piece) for piece in pieces]
            pixels = parts[0] if len(parts) == 1 else np.concatenate(parts, axis=2)
            if pixels.shape[2] == self.model.depth:
                pixels = in_order(pixels, self._directory)
                pixels = pixels.astype(self.model.sample_type.dtype, copy=False)
                return Decoded(pixels, self.model)
        require_filling(self._directory, pieces, self._height)
        strict = strictness(self._directory, pieces[0])
        sources = [pyvips.Source.new_from_memory(self._header.wrap(piece)) for piece in pieces]
        try:
            image, model = tiff_bands.opened(sources, self._directory, strict)
            if model != self.model or (image.width, image.height) != (self._width, self._height):
                raise ValueError("the tile is not what the page declares")
            return Decoded(fetch_all(image, model), model)
        except VipsError as error:
            raise ValueError(fault_of(error)) from None
        finally:
            # libvips reads from Python's bytes until the pixels are there.
            sources.clear()

    def _declared_model(self) -> PixelModel:
        """The model, from headers alone: libvips decodes nothing before it is asked to."""
        empty = [pyvips.Source.new_from_memory(self._header.wrap(b"\0"))] * self.planes
        try:
            return tiff_bands.opened(empty, self._directory, "none")[1]
        except VipsError as error:
            raise ValueError(fault_of(error)) from None


def tile_header(
    structure: TiffStructure, directory: Directory, read_at: ReadAt, *, plane: bool
) -> TileHeader:
    """A classic TIFF of one directory, in which one tile is the picture."""
    order = structure.byte_order
    width, height = directory.number(Tag.TILE_WIDTH), directory.number(Tag.TILE_HEIGHT)
    tags = [tag for tag in PIXEL_TAGS if not (plane and tag in NOT_IN_A_PLANE)]
    fields = copied(directory, tags, read_at, order=order)
    if plane:
        fields += plane_fields(directory, order=order)
    else:
        fields += photometric(directory, order=order) + extra_samples(directory, order=order)
    profile = directory.entries.get(Tag.ICC_PROFILE)
    # Only CMYK needs its profile to be displayed.
    if (
        profile is not None
        and directory.number(Tag.PHOTOMETRIC) == Photometric.SEPARATED
        and not plane
        and profile.size_bytes <= LARGEST_PROFILE_BYTES
    ):
        data = read_at(profile.offset, profile.size_bytes)
        fields.append(Field(Tag.ICC_PROFILE, UNDEFINED, len(data), data))
    fields.append(numbers(Tag.PLANAR, SHORT, 1, order=order))
    sizes = {Tag.WIDTH: width, Tag.HEIGHT: height}
    offset, count = Tag.TILE_OFFSETS, Tag.TILE_BYTES
    if is_jpeg_with_extras(directory):
        offset, count = Tag.STRIP_OFFSETS, Tag.STRIP_BYTES
        sizes[Tag.ROWS_PER_STRIP] = height
    else:
        sizes |= {Tag.TILE_WIDTH: width, Tag.TILE_HEIGHT: height}
    for tag, value in {**sizes, offset: 0, count: 0}.items():
        fields.append(numbers(tag, LONG, value, order=order))
    mark = struct.pack(order + "2sHI", b"II" if order == "<" else b"MM", 42, 8)
    directory_bytes, places = laid_out(fields, len(mark), order=order, big=False)
    header = bytearray(mark + directory_bytes)
    struct.pack_into(order + "I", header, len(mark) + places[offset], len(header))
    return TileHeader(bytes(header), len(mark) + places[count], order)


def plain_decoder(
    structure: TiffStructure, directory: Directory, planes: int
) -> Callable[[bytes], NDArray[Any]] | None:
    """A decoder for uncompressed and deflated tiles of plain samples; None for all others.

    It raises ValueError for what is broken.
    """
    compression = directory.number(Tag.COMPRESSION, 1)
    predictor = directory.number(Tag.PREDICTOR, 1) if compression != Compression.NONE else 1
    bits = {int(value) for value in directory.numbers(Tag.BITS)} or {1}
    formats = {int(value) for value in directory.numbers(Tag.SAMPLE_FORMAT)} or {1}
    kind = _NUMPY_KINDS.get((min(formats), min(bits)))
    if (
        compression not in (Compression.NONE, *_DEFLATES)
        or predictor not in (1, 2)
        or directory.number(Tag.PHOTOMETRIC) not in (Photometric.BLACK_IS_ZERO, Photometric.RGB)
        or len(bits) != 1
        or len(formats) != 1
        or kind is None
        or directory.number(Tag.FILL_ORDER, 1) != 1
        or Extra.ASSOCIATED in directory.numbers(Tag.EXTRA_SAMPLES)  # libvips undoes it
        or (kind == "i1" and directory.numbers(Tag.EXTRA_SAMPLES))  # alpha of 127 is opaque
        or (predictor == 2 and kind == "f4")
    ):
        return None
    shape = (
        directory.number(Tag.TILE_HEIGHT),
        directory.number(Tag.TILE_WIDTH),
        1 if planes > 1 else directory.samples,
    )
    stored = np.dtype(structure.byte_order + kind)
    count = shape[0] * shape[1] * shape[2] * stored.itemsize

    def decode(piece: bytes) -> NDArray[Any]:
        data = piece if compression == Compression.NONE else _inflated(piece, count)
        if len(data) < count:
            raise ValueError(f"{len(data)} bytes of pixels where {count} belong")
        pixels = np.frombuffer(data, stored, count=count // stored.itemsize).reshape(shape)
        pixels = pixels.astype(stored.newbyteorder("="), copy=False)
        if predictor == 2:
            # Differences add up with wrap-around, in the samples' own width.
            return np.add.accumulate(pixels, axis=1, dtype=pixels.dtype)
        return pixels

    return decode


def _inflated(piece: bytes, count: int) -> bytes:
    """At most ``count`` bytes: a tile of a few bytes cannot ask for gigabytes.

    Surplus bytes are let pass, up to `_SURPLUS_BYTES`, behind which the checksum is: of 400 tiles
    with a byte changed 75 had other pixels and as many bytes, or more.
    """
    stream = zlib.decompressobj()
    try:
        data = stream.decompress(piece, count)
        if not stream.eof:
            stream.decompress(stream.unconsumed_tail, _SURPLUS_BYTES)
    except zlib.error as error:
        raise ValueError(f"broken deflate data: {error}") from None
    if not stream.eof:
        raise ValueError("broken deflate data: it has no end")
    return data
