"""A picture of a file of bare samples for libvips, to be written elsewhere.

libvips would map a file of bare samples, and with it the process could end (see `raw_source`); TIFF
it reads by callbacks. So it is given a TIFF that lies nowhere: a directory of strips, and behind it
the samples as they are carried, made of the file's rows when they are asked for.
"""

import os
import struct
from typing import Any

import pyvips

from glview.errors import TileError, UnsupportedImageError
from glview.sources.base import ColorModel, SampleType
from glview.sources.flat import FlatImage
from glview.sources.lost_parts import Whole
from glview.sources.raw_source import RawSource
from glview.sources.stored import Planes, StoredSamples
from glview.sources.tiff_codes import Extra, Photometric
from glview.sources.tiff_directory import LONG, SHORT, Field, laid_out, numbers
from glview.sources.tiff_structure import Tag

_ORDER = "<"
_HEADER = b"II" + struct.pack("<HHHQ", 43, 8, 0, 16)
"""A BigTIFF whose directory comes at once."""
_LONG8 = 16
_STRIP_BYTES = 1 << 20
_EXACT = frozenset({"bool", "uint8", "int8", "uint16", "int16", "float16", "float32"})
"""Samples that are carried without loss."""
_FORMATS = {SampleType.U8: 1, SampleType.U16: 1, SampleType.S16: 2, SampleType.F32: 3}
"""TIFF's SampleFormat."""


def raw_image(source: RawSource, planes: Planes) -> FlatImage:
    """The picture of a source, which stays the caller's to close, to be read undecoded.

    UnsupportedImageError where its samples would be rounded.
    """
    told, form = source.description, source.form
    kind = form.value_dtype.name
    require_exact(told.name, kind)
    kept: list[Any] = []

    def undecoded() -> Any:
        strips = _Strips(source)
        made = pyvips.SourceCustom()
        made.on_read(strips.read)
        made.on_seek(strips.seek)
        # libvips calls back into it, which only its Python object keeps possible.
        kept.append(made)
        return pyvips.Image.tiffload_source(made, access="sequential", fail_on="error")

    return FlatImage(
        told.name,
        told.format,
        form.width,
        form.height,
        StoredSamples(told.color_model.value, kind, told.bands, told.alpha),
        form.model,
        lambda _: Whole(source.read_rows(0, form.height)),
        undecoded,
        nodata=told.nodata,
        planes=planes,
    )


def require_exact(name: str, kind: str) -> None:
    """UnsupportedImageError where samples of a type would be rounded."""
    if kind not in _EXACT:
        fault = f"its {kind} would be rounded to float32: save them as float32"
        raise UnsupportedImageError(name, fault)


class _Strips:
    """The TIFF of a picture, as `pyvips.SourceCustom` reads."""

    def __init__(self, source: RawSource) -> None:
        form = source.form
        self._source = source
        self._height = form.height
        self._row_bytes = form.width * form.model.texel_bytes
        self._rows = min(form.height, max(1, _STRIP_BYTES // self._row_bytes))
        self._head = self._laid_out(0)
        self._head = self._laid_out(len(self._head))
        self._at = 0
        self._strip: tuple[int, bytes] = -1, b""

    def read(self, count: int) -> bytes:
        """Up to ``count`` bytes, fewer where one part ends; none at the end."""
        at = self._at - len(self._head)
        if at < 0:
            data = self._head[self._at : self._at + count]
        else:
            number, behind = divmod(at, self._rows * self._row_bytes)
            data = self._strip_of(number)[behind : behind + count]
        self._at += len(data)
        return data

    def seek(self, offset: int, whence: int) -> int:
        end = len(self._head) + self._height * self._row_bytes
        start = {os.SEEK_SET: 0, os.SEEK_CUR: self._at}.get(whence, end)
        self._at = max(0, start + offset)
        return self._at

    def _strip_of(self, number: int) -> bytes:
        """The samples of a strip; none behind the last, or where they cannot be read."""
        if self._strip[0] != number:
            first = min(number * self._rows, self._height)
            end = min(first + self._rows, self._height)
            try:
                # Nothing may be raised through libvips; to it the file ends here.
                pixels = self._source.read_rows(first, end).tobytes() if first < end else b""
            except TileError:
                pixels = b""
            self._strip = number, pixels
        return self._strip[1]

    def _laid_out(self, samples_at: int) -> bytes:
        """All that is before the samples, which begin there."""
        form = self._source.form
        model = form.model
        counts = [
            min(self._rows, self._height - first) * self._row_bytes
            for first in range(0, self._height, self._rows)
        ]
        places = [samples_at + index * self._rows * self._row_bytes for index in range(len(counts))]
        rgb = model.color_model is ColorModel.RGB
        depth, bits = model.depth, 8 * model.sample_type.dtype.itemsize
        fields = [
            numbers(Tag.WIDTH, LONG, form.width, order=_ORDER),
            numbers(Tag.HEIGHT, LONG, form.height, order=_ORDER),
            numbers(Tag.BITS, SHORT, *[bits] * depth, order=_ORDER),
            numbers(Tag.COMPRESSION, SHORT, 1, order=_ORDER),
            numbers(
                Tag.PHOTOMETRIC,
                SHORT,
                Photometric.RGB if rgb else Photometric.BLACK_IS_ZERO,
                order=_ORDER,
            ),
            numbers(Tag.SAMPLES, SHORT, depth, order=_ORDER),
            numbers(Tag.ROWS_PER_STRIP, LONG, self._rows, order=_ORDER),
            numbers(Tag.PLANAR, SHORT, 1, order=_ORDER),
            numbers(Tag.SAMPLE_FORMAT, SHORT, *[_FORMATS[model.sample_type]] * depth, order=_ORDER),
            _table(Tag.STRIP_OFFSETS, places),
            _table(Tag.STRIP_BYTES, counts),
        ]
        if model.alpha:
            fields.append(numbers(Tag.EXTRA_SAMPLES, SHORT, Extra.UNASSOCIATED, order=_ORDER))
        directory, _ = laid_out(fields, len(_HEADER), order=_ORDER, big=True)
        return _HEADER + directory


def _table(tag: Tag, values: list[int]) -> Field:
    return Field(tag, _LONG8, len(values), struct.pack(f"{_ORDER}{len(values)}Q", *values))
