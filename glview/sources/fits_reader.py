"""The images of a FITS file, as astropy finds them; the only module that knows it."""

import importlib.util
import io
import os
import warnings
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass, field
from types import MappingProxyType
from typing import Any

import numpy as np
from numpy.typing import NDArray

from glview.sources.files import read_at
from glview.sources.fits_tiles import TileTable, has_bomb
from glview.sources.scaling import Scaling

MAX_IMAGES = 1024
"""More are not looked at: a mosaic camera has some hundred."""
_DTYPES = {8: "u1", 16: ">i2", 32: ">i4", 64: ">i8", -32: ">f4", -64: ">f8"}
_MAX_SIDE = (1 << 31) - 1
_TOLD = ("OBJECT", "TELESCOP", "INSTRUME", "FILTER", "EXPTIME", "DATE-OBS", "OBSERVER", "BUNIT")
_MAX_HEADER_BYTES = 16 << 20
"""Of all headers; one without an end is read to the end of the file, 40 MB a second."""


class FitsError(Exception):
    """What astropy says of a file that it cannot read."""


@dataclass(frozen=True, slots=True)
class FitsImage:
    """An image with at least one pixel, which a file has as a header tells."""

    number: int
    """Of its unit (HDU), counted from 0."""
    name: str
    shape: tuple[int, ...]
    """In numpy's order: the last is the width."""
    axis_names: tuple[str, ...]
    """What each is called ("ra", "freq"); empty where the file does not say."""
    dtype: np.dtype[Any]
    """As its samples are stored, or were before they were compressed."""
    data_offset: int | None
    """Where they begin; None where they are compressed."""
    scaling: Scaling
    metadata: Mapping[str, str] = field(default_factory=lambda: MappingProxyType({}))


def is_installed() -> bool:
    """Whether astropy is; it is not imported."""
    return importlib.util.find_spec("astropy") is not None


def images_of(path: str) -> tuple[FitsImage, ...]:
    """The images of the file at ``path``, in its order; FitsError where it cannot be read."""
    with _opened(path, _MAX_HEADER_BYTES) as units:
        found = []
        for number in range(MAX_IMAGES):
            try:
                unit = units[number]
            except IndexError:
                break
            image = _image(unit, number)
            if image is not None:
                found.append(image)
    return tuple(found)


def decoded(path: str, number: int, index: tuple[int, ...]) -> NDArray[Any]:
    """The samples of a picture (height, width) of a compressed image; FitsError as above.

    ``index`` is where it lies along each of the axes before those of the picture.
    """
    with _opened(path, is_decoded=False) as units, _File(path, None) as file:
        if has_bomb(file.read_at, _tile_table(units[number]), index):
            raise FitsError("a compressed tile is larger than it has to be")
    with _opened(path) as units:
        return np.asarray(units[number].section[(*index, slice(None), slice(None))])


class _File(io.FileIO):
    """A file of which only so much is read; None: all of it. What is skipped does not count.

    A place outside of it, as a forged header tells, is its end.
    """

    def __init__(self, path: str, most_bytes: int | None) -> None:
        super().__init__(path)
        self._end = os.fstat(self.fileno()).st_size
        self._left = most_bytes

    def read(self, size: int | None = -1, /) -> bytes:
        data = super().read(size) or b""
        if self._left is not None:
            self._left -= len(data)
            if self._left < 0:
                raise FitsError("its headers have no end")
        return data

    def seek(self, offset: int, whence: int = os.SEEK_SET, /) -> int:
        if whence == os.SEEK_SET and not 0 <= offset <= self._end:
            offset = self._end
        return super().seek(offset, whence)

    def read_at(self, offset: int, count: int) -> bytes:
        return read_at(self.fileno(), offset, count)


@contextmanager
def _opened(path: str, most_bytes: int | None = None, *, is_decoded: bool = True) -> Iterator[Any]:
    try:
        with warnings.catch_warnings(), _File(path, most_bytes) as file:
            # What it repairs is fine here, and what is not there our reader finds out. It warns of
            # its own settings when it is imported, too.
            warnings.simplefilter("ignore")
            from astropy.io import fits

            # Not mapped: a file that becomes shorter would end the process.
            with fits.open(
                file,
                memmap=False,
                do_not_scale_image_data=True,
                disable_image_compression=not is_decoded,
            ) as units:
                yield units
    except Exception as error:
        # Of a forged header or broken pixels there is nothing that it does not raise.
        if isinstance(error, FitsError) or (isinstance(error, OSError) and error.errno):
            raise
        raise FitsError(" ".join(str(error).split()) or type(error).__name__) from None


def _image(unit: Any, number: int) -> FitsImage | None:
    header = unit.header
    if not unit.is_image or header.get("BITPIX") not in _DTYPES or header.get("GROUPS") is True:
        return None
    for axis in range(1, int(header.get("NAXIS", 0)) + 1):
        size = header.get(f"NAXIS{axis}", 0)
        if isinstance(size, int) and not 0 <= size <= _MAX_SIDE:
            raise FitsError(f"NAXIS{axis} is {size}")
    shape = tuple(map(int, unit.shape))
    if len(shape) < 2 or min(shape) < 1:
        return None
    names = tuple(_axis_name(header, axis) for axis in range(len(shape), 0, -1))
    compressed = type(unit).__name__ == "CompImageHDU"
    blank = header.get("BLANK")
    dtype = np.dtype(_DTYPES[header["BITPIX"]])
    scaling = Scaling(
        float(header.get("BSCALE", 1.0)),
        float(header.get("BZERO", 0.0)),
        blank if isinstance(blank, int) and dtype.kind in "iu" else None,
    )
    told = {key: str(header[key]).strip() for key in _TOLD if key in header}
    return FitsImage(
        number,
        str(unit.name or ""),
        shape,
        names,
        dtype,
        None if compressed else int(unit.fileinfo()["datLoc"]),
        scaling,
        MappingProxyType({key: text for key, text in told.items() if text}),
    )


def _tile_table(unit: Any) -> TileTable:
    """Of a compressed image that is read as the table that it is stored as."""
    header, place = unit.header, int(unit.fileinfo()["datLoc"])
    count = int(header["ZNAXIS"])
    shape = tuple(int(header[f"ZNAXIS{axis}"]) for axis in range(count, 0, -1))
    # Without a size tiles are rows.
    tiles = [
        int(header.get(f"ZTILE{axis}", shape[-1] if axis == 1 else 1))
        for axis in range(count, 0, -1)
    ]
    row_bytes, rows = int(header["NAXIS1"]), int(header["NAXIS2"])
    dtype = unit.columns.dtype.newbyteorder(">")
    return TileTable(
        shape,
        tuple(max(1, tile) for tile in tiles),
        str(header.get("ZCMPTYPE", "")).strip(),
        rows,
        dtype,
        place,
        place + int(header.get("THEAP", row_bytes * rows)),
    )


def _axis_name(header: Any, axis: int) -> str:
    """Such as "freq" of ``CTYPE3 = 'FREQ-LSR'``."""
    return str(header.get(f"CTYPE{axis}", "")).partition("-")[0].strip().lower()
