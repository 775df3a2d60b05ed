"""Arrays in ``.npy`` files, read tile by tile and never as a whole.

They are read and not mapped: a file that is written anew while its pages are mapped ends the
process, and programs write their arrays anew under the same name.
"""

import os
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from glview.errors import ImageError, TileError, UnsupportedImageError, unnamed
from glview.image import Axis, SampleType
from glview.planes import require_plane
from glview.pyramid import Level, Pyramid, TileKey
from glview.sources.array import carried, narrowing_of, sample_type_of
from glview.sources.array_form import assumed_form, assumed_model
from glview.sources.base import ImageDescription, Tile
from glview.sources.files import read_at
from glview.sources.image_file import ImageFile
from glview.sources.memory import OVERLAP_PX, tile_margin
from glview.sources.model import PixelModel
from glview.sources.npy_header import MOST_BYTES, NpyHeader, parse_npy

_SOME_ROWS, _SOME_COLUMNS = 16, 4096
"""So much of a picture is looked at for the offset of wide samples."""


@dataclass(frozen=True, slots=True)
class NpyForm:
    """How pictures lie in an array: (along each of ``axes``, height, width, depth)."""

    header: NpyHeader
    axes: tuple[Axis, ...]
    height: int
    width: int
    depth: int
    model: PixelModel


class NpySource:
    """One picture of an array in a file, as `array_source` would have it, and the way to others.

    Thread-safe. ``descriptor`` is the source's from now on.
    """

    def __init__(self, descriptor: int, name: str, form: NpyForm, plane: tuple[int, ...]) -> None:
        self._descriptor = descriptor
        self._name = name
        self._form = form
        self._first = _number_of(plane, form.axes) * form.height * form.width * form.depth
        self._level = Level(form.width, form.height, 1.0, 1.0, overlap=OVERLAP_PX)
        self._narrowing = narrowing_of(self._some(), form.model, None)
        self._description = ImageDescription(
            name=name,
            format="NumPy array",
            pyramid=Pyramid(form.width, form.height, (self._level,)),
            sample_type=form.model.sample_type,
            color_model=form.model.color_model,
            bands=form.model.bands,
            alpha=form.model.alpha,
            offset=self._narrowing.offset,
            axes=form.axes,
            plane=plane,
        )

    @property
    def description(self) -> ImageDescription:
        return self._description

    @property
    def form(self) -> NpyForm:
        """How the file has it."""
        return self._form

    @property
    def cache_bytes(self) -> int:
        return 0

    def read_tile(self, key: TileKey) -> Tile:
        """A tile and up to `OVERLAP_PX` true neighbours."""
        x0, y0, x1, y1 = self._level.l_tile_rect(key.column, key.row)
        margin = tile_margin(self._level, key)
        rows = slice(y0 - margin.top, y1 + margin.bottom)
        columns = slice(x0 - margin.left, x1 + margin.right)
        return Tile(self._carried(rows, columns), margin)

    def read_rows(self, first: int, end: int) -> NDArray[np.generic]:
        """Some rows of the picture, as tiles have them; TileError where they cannot be read."""
        return self._carried(slice(first, end), slice(0, self._form.width))

    def _carried(self, rows: slice, columns: slice) -> NDArray[np.generic]:
        pixels = self._block(rows, columns)
        if pixels.dtype == self._form.model.sample_type.dtype:
            return pixels
        return carried(pixels, self._form.model, self._narrowing)

    def _some(self) -> NDArray[np.generic]:
        """Some rows of the picture."""
        form = self._form
        every = -(-form.height // _SOME_ROWS)
        left = max(0, (form.width - _SOME_COLUMNS) // 2)
        columns = slice(left, min(left + _SOME_COLUMNS, form.width))
        rows = [self._block(slice(row, row + 1), columns) for row in range(0, form.height, every)]
        return np.concatenate(rows)

    def _block(self, rows: slice, columns: slice) -> NDArray[np.generic]:
        """The samples of a rectangle, complex ones as their magnitude: (rows, columns, depth)."""
        form = self._form
        height, width = rows.stop - rows.start, columns.stop - columns.start
        if form.header.fortran:
            block = np.empty((form.depth, width, height), form.header.dtype)
            for band, column in np.ndindex(form.depth, width):
                at = (band * form.width + columns.start + column) * form.height + rows.start
                block[band, column] = self._run(at, height)
            pixels = block.transpose(2, 1, 0)
        else:
            pixels = np.empty((height, width, form.depth), form.header.dtype)
            for row in range(height):
                at = ((rows.start + row) * form.width + columns.start) * form.depth
                pixels[row] = self._run(at, width * form.depth).reshape(width, form.depth)
        return np.abs(pixels) if pixels.dtype.kind == "c" else pixels

    def _run(self, first: int, count: int) -> NDArray[np.generic]:
        """So many samples one behind the other, from one of the picture's on."""
        header, size = self._form.header, self._form.header.dtype.itemsize
        at = header.data_offset + (self._first + first) * size
        try:
            data = read_at(self._descriptor, at, count * size)
        except OSError as error:
            raise TileError.of_system(self._name, error) from None
        if len(data) < count * size:
            raise TileError(f"{self._name}: the file has become shorter")
        return np.frombuffer(data, header.dtype)

    def at_plane(self, plane: tuple[int, ...]) -> "NpySource":
        """Another picture; IndexError where there is none."""
        require_plane(self._description, plane)
        return _opened(self._descriptor, self._name, self._form, plane)

    def close(self) -> None:
        descriptor, self._descriptor = self._descriptor, -1
        if descriptor >= 0:
            os.close(descriptor)


def found_npy(file: ImageFile) -> NpySource:
    """The first picture of the array in a file; ImageError where it is none or not all there."""
    try:
        header = parse_npy(file.read_at(0, MOST_BYTES))
        form = _form_of(header, sample_type_of(header.dtype, file.name))
    except ValueError as error:
        raise UnsupportedImageError(file.name, f"no .npy file that can be shown: {error}") from None
    size_bytes = os.fstat(file.descriptor).st_size - header.data_offset
    if size_bytes < header.data_bytes:
        fault = f"broken .npy: {size_bytes} bytes of samples where {header.data_bytes} belong"
        raise ImageError(file.name, fault)
    return _opened(file.descriptor, file.name, form, (0,) * len(form.axes))


def _form_of(header: NpyHeader, sample_type: SampleType) -> NpyForm:
    """As arrays in memory are taken; ValueError where it has no picture that can be read."""
    form = assumed_form(header.shape)
    if form.axes and header.fortran:
        raise ValueError("several pictures in Fortran order: save numpy.ascontiguousarray(array)")
    model = assumed_model(header.dtype, sample_type, form.depth)
    return NpyForm(header, form.axes, form.height, form.width, form.depth, model)


def _opened(descriptor: int, name: str, form: NpyForm, plane: tuple[int, ...]) -> NpySource:
    """A source with a descriptor of its own."""
    own = os.dup(descriptor)
    try:
        return NpySource(own, name, form, plane)
    except TileError as error:
        os.close(own)
        raise ImageError(name, unnamed(name, str(error))) from None
    except BaseException:
        os.close(own)
        raise


def _number_of(plane: tuple[int, ...], axes: tuple[Axis, ...]) -> int:
    """How many pictures lie before one, of which the last axis runs fastest."""
    number = 0
    for at, axis in zip(plane, axes, strict=True):
        number = number * axis.size + at
    return number
