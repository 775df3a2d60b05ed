"""Samples that lie in a file as an array does, read tile by tile and never as a whole.

They are read and not mapped: a file that is written anew while its pages are mapped ends the
process, and programs write their arrays anew under the same name.
"""

import os
from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any

import numpy as np
from numpy.typing import NDArray

from glview.errors import ImageError, TileError, unnamed
from glview.image import Axis, Series
from glview.planes import require_plane
from glview.pyramid import Level, Pyramid, TileKey
from glview.sources.array import carried, narrowing_of
from glview.sources.base import ImageDescription, Tile
from glview.sources.files import read_at
from glview.sources.memory import OVERLAP_PX, Origin, tile_margin
from glview.sources.model import PixelModel
from glview.sources.scaling import AS_STORED, Scaling

SOME_ROWS, _SOME_COLUMNS = 16, 4096
"""So much of a picture is looked at for the offset of wide samples."""


@dataclass(frozen=True, slots=True)
class RawForm:
    """How pictures lie in a file, in C's order: (along each of ``axes``, height, width, depth)."""

    dtype: np.dtype[Any]
    """Of the samples as they are stored."""
    data_offset: int
    axes: tuple[Axis, ...]
    height: int
    width: int
    depth: int
    model: PixelModel
    fortran: bool = False
    """Whether the first index runs fastest; only where there are no ``axes``."""
    bottom_first: bool = False
    """Whether the first row of a picture is its lowest."""
    scaling: Scaling = AS_STORED
    """What makes values of samples."""

    @property
    def value_dtype(self) -> np.dtype[Any]:
        """Of the values, in this machine's byte order."""
        return self.scaling.dtype(self.dtype)


class RawSource:
    """One picture of a file, as `array_source` would have it, and the way to others.

    Thread-safe. ``descriptor`` is the source's from now on. ``all_series`` are the images of the
    file, where it has several, of which this is one.
    """

    def __init__(
        self,
        descriptor: int,
        origin: Origin,
        form: RawForm,
        plane: tuple[int, ...],
        all_series: tuple[Series, ...] = (),
        series: int = 0,
    ) -> None:
        self._descriptor = descriptor
        self._origin = origin
        self._form = form
        self._first = _number_of(plane, form.axes) * form.height * form.width * form.depth
        self._level = Level(form.width, form.height, 1.0, 1.0, overlap=OVERLAP_PX)
        self._narrowing = narrowing_of(self._some(), form.model, origin.nodata)
        self._description = ImageDescription(
            name=origin.name,
            format=origin.format_name,
            pyramid=Pyramid(form.width, form.height, (self._level,)),
            sample_type=form.model.sample_type,
            color_model=form.model.color_model,
            bands=form.model.bands,
            alpha=form.model.alpha,
            nodata=origin.nodata,
            offset=self._narrowing.offset,
            metadata=origin.metadata,
            axes=form.axes,
            plane=plane,
            all_series=all_series,
            series=series,
        )

    @property
    def description(self) -> ImageDescription:
        return self._description

    @property
    def form(self) -> RawForm:
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
        """Some rows of the picture; TileError where none of them is there."""
        form = self._form
        every = -(-form.height // SOME_ROWS)
        left = max(0, (form.width - _SOME_COLUMNS) // 2)
        columns = slice(left, min(left + _SOME_COLUMNS, form.width))
        return np.concatenate(list(self._there(range(0, form.height, every), columns)))

    def _there(self, rows: range, columns: slice) -> Iterator[NDArray[np.generic]]:
        """Those of some rows that the file has."""
        fault: TileError | None = None
        found = False
        for row in rows:
            try:
                yield self._block(slice(row, row + 1), columns)
                found = True
            except TileError as error:
                fault = error
        if fault is not None and not found:
            raise fault

    def _block(self, rows: slice, columns: slice) -> NDArray[np.generic]:
        """The values of a rectangle, complex ones as their magnitude: (rows, columns, depth)."""
        form = self._form
        height, width = rows.stop - rows.start, columns.stop - columns.start
        if form.fortran:
            block = np.empty((form.depth, width, height), form.dtype)
            for band, column in np.ndindex(form.depth, width):
                at = (band * form.width + columns.start + column) * form.height + rows.start
                block[band, column] = self._run(at, height)
            pixels = block.transpose(2, 1, 0)
        else:
            pixels = np.empty((height, width, form.depth), form.dtype)
            for row in range(height):
                place = rows.start + row
                if form.bottom_first:
                    place = form.height - 1 - place
                at = (place * form.width + columns.start) * form.depth
                pixels[row] = self._run(at, width * form.depth).reshape(width, form.depth)
        if pixels.dtype.kind == "c":
            return np.abs(pixels)
        return form.scaling.of(pixels)

    def _run(self, first: int, count: int) -> NDArray[np.generic]:
        """So many samples one behind the other, from one of the picture's on."""
        size = self._form.dtype.itemsize
        at = self._form.data_offset + (self._first + first) * size
        try:
            data = read_at(self._descriptor, at, count * size)
        except OSError as error:
            raise TileError.of_system(self._origin.name, error) from None
        if len(data) < count * size:
            raise TileError(f"{self._origin.name}: the file ends before this part of it")
        return np.frombuffer(data, self._form.dtype)

    def at_plane(self, plane: tuple[int, ...]) -> "RawSource":
        """Another picture; IndexError where there is none."""
        told = self._description
        require_plane(told, plane)
        return opened_raw(
            self._descriptor, self._origin, self._form, plane, told.all_series, told.series
        )

    def close(self) -> None:
        descriptor, self._descriptor = self._descriptor, -1
        if descriptor >= 0:
            os.close(descriptor)


def opened_raw(
    descriptor: int,
    origin: Origin,
    form: RawForm,
    plane: tuple[int, ...] | None = None,
    all_series: tuple[Series, ...] = (),
    series: int = 0,
) -> RawSource:
    """A source with a descriptor of its own, of the first picture unless another is asked for."""
    own = os.dup(descriptor)
    plane = (0,) * len(form.axes) if plane is None else plane
    try:
        return RawSource(own, origin, form, plane, all_series, series)
    except TileError as error:
        os.close(own)
        raise ImageError(origin.name, unnamed(origin.name, str(error))) from None
    except BaseException:
        os.close(own)
        raise


def _number_of(plane: tuple[int, ...], axes: tuple[Axis, ...]) -> int:
    """How many pictures lie before one, of which the last axis runs fastest."""
    number = 0
    for at, axis in zip(plane, axes, strict=True):
        number = number * axis.size + at
    return number
