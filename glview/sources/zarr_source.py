"""Images of OME-Zarr, read chunk by chunk."""

import math
import os
from collections.abc import Iterator
from contextlib import suppress
from dataclasses import dataclass, replace
from itertools import product
from types import MappingProxyType
from typing import Any

import numpy as np
from numpy.typing import NDArray

from glview.errors import ImageError, TileError, UnsupportedImageError, unnamed
from glview.image import Axis, Channel, ColorModel, Series
from glview.planes import CHANNEL, AskedPlane, Plane, check_series, chosen_plane, require_plane
from glview.pyramid import Level, Pyramid, Reduction, TileKey
from glview.sources.array import carried, narrowing_of, sample_type_of
from glview.sources.base import ImageDescription, Tile
from glview.sources.image_file import ImageFile
from glview.sources.model import PixelModel
from glview.sources.narrowing import Narrowing
from glview.sources.ome_zarr import Multiscale, is_layout, is_plate, read_multiscale
from glview.sources.zarr_reader import (
    EXTRA,
    MAX_CHUNK_BYTES,
    ZarrArray,
    ZarrError,
    ZarrGroup,
    ZarrUnsupportedError,
    is_installed,
)
from glview.texels import MAX_BANDS

_MAX_IMAGES = 1024
_SOME_PX = 64


@dataclass(frozen=True, slots=True)
class ZarrImage:
    """An image of a group: its levels, the finest first, and what each of their axes is."""

    told: Multiscale
    axes: tuple[str, ...]
    arrays: tuple[ZarrArray, ...]

    @property
    def size(self) -> tuple[int, int]:
        """Width and height."""
        return self.arrays[0].shape[-1], self.arrays[0].shape[-2]

    def count(self, axis: str) -> int:
        return self.arrays[0].shape[self.axes.index(axis)] if axis in self.axes else 1

    @property
    def together(self) -> int:
        """How many channels make a picture: all where there is room for them.

        All chunks that a tile of them lies in are decoded for it.
        """
        channels = self.count("c")
        if "c" not in self.axes or channels > MAX_BANDS:
            return 1
        at = self.axes.index("c")
        decoded = max(-(-channels // one.chunks[at]) * one.chunk_bytes for one in self.arrays)
        return channels if decoded <= MAX_CHUNK_BYTES else 1

    @property
    def others(self) -> tuple[str, ...]:
        """The axes along which pictures are ordered."""
        shown = {"y", "x"} | ({"c"} if self.together == self.count("c") else set())
        return tuple(axis for axis in self.axes if axis not in shown and self.count(axis) > 1)

    @property
    def plane_axes(self) -> tuple[Axis, ...]:
        names = tuple(channel.name for channel in self.channels)
        return tuple(
            Axis(
                CHANNEL if axis == "c" else axis,
                self.count(axis),
                names if axis == "c" and all(names) else (),
            )
            for axis in self.others
        )

    @property
    def channels(self) -> tuple[Channel, ...]:
        """What is told of them; nothing where it is not told of all."""
        told = self.told.channels
        return told if len(told) == self.count("c") else ()


class ZarrSource:
    """One picture of an image, and the way to others. Thread-safe: nothing is written."""

    def __init__(
        self,
        name: str,
        image: ZarrImage,
        plane: Plane,
        all_series: tuple[Series, ...] = (),
        series: int = 0,
    ) -> None:
        self._name = name
        self._image = image
        self._index = _index(image, plane)
        first = image.arrays[0]
        bands = image.together
        sample_type = sample_type_of(first.dtype, name)
        kind = ColorModel.GREY if bands == 1 else ColorModel.CHANNELS
        self._model = PixelModel(sample_type, kind, bands)
        width, height = image.size
        levels = _levels(image)
        as_it_is = first.dtype.newbyteorder("=") == sample_type.dtype
        some = None if as_it_is else self._some()
        self._narrowing = Narrowing() if some is None else narrowing_of(some, self._model, None)
        at = plane[image.others.index("c")] if "c" in image.others else None
        channels = image.channels
        if at is not None:
            # One that is chosen is to be seen.
            channels = tuple(replace(one, off=False) for one in channels[at : at + 1])
        metadata = {"name": image.told.name} if image.told.name else {}
        self._description = ImageDescription(
            name=name,
            format="OME-Zarr",
            pyramid=Pyramid(width, height, levels, Reduction.UNKNOWN),
            sample_type=sample_type,
            color_model=kind,
            bands=bands,
            offset=self._narrowing.offset,
            pixel_size_um=image.told.pixel_size_um(),
            metadata=MappingProxyType(metadata),
            channels=channels,
            axes=image.plane_axes,
            plane=plane,
            all_series=all_series,
            series=series,
        )

    @property
    def description(self) -> ImageDescription:
        return self._description

    @property
    def cache_bytes(self) -> int:
        return 0

    def read_tile(self, key: TileKey) -> Tile:
        level = self._description.pyramid.levels[key.level]
        pixels = self._read(key.level, level.l_tile_rect(key.column, key.row))
        if pixels.dtype != self._model.sample_type.dtype:
            pixels = carried(pixels, self._model, self._narrowing)
        return Tile(np.ascontiguousarray(pixels))

    def at_plane(self, plane: Plane) -> "ZarrSource":
        """Another picture; IndexError where there is none."""
        told = self._description
        require_plane(told, plane)
        return ZarrSource(self._name, self._image, plane, told.all_series, told.series)

    def close(self) -> None:
        """There is nothing open between two reads."""

    def _some(self) -> NDArray[Any] | None:
        """Samples of the coarsest level at a few places; None where none can be read."""
        number = len(self._image.arrays) - 1
        array = self._image.arrays[number]
        windows = product(
            _windows(array.shape[-2], array.chunks[-2]), _windows(array.shape[-1], array.chunks[-1])
        )
        found = []
        for (y0, y1), (x0, x1) in windows:
            with suppress(TileError):
                found.append(self._read(number, (x0, y0, x1, y1)))
        if not found:
            return None
        # Background, or what is filled, tells of no values that lie close together.
        varied = [one for one in found if (one != one[0, 0]).any()] or found
        return np.concatenate([one.reshape(-1, 1, one.shape[2]) for one in varied])

    def _read(self, number: int, rect: tuple[int, int, int, int]) -> NDArray[Any]:
        """(height, width, bands) of a rectangle of a level, in the values of the file."""
        array = self._image.arrays[number]
        x0, y0, x1, y1 = rect
        try:
            found = array.read((*self._index, slice(y0, y1), slice(x0, x1)))
        except ZarrError as error:
            fault = f"{self._name}: level {number}: {error}"
            raise TileError(fault, may_heal=error.may_heal) from None
        pixels = found if found.ndim == 3 else found[None]
        pixels = np.moveaxis(pixels, 0, 2)
        return np.abs(pixels) if pixels.dtype.kind == "c" else pixels


def _index(image: ZarrImage, plane: Plane) -> tuple[int | slice, ...]:
    """Where a picture lies along the axes before y and x: all channels where they are merged."""
    at = dict(zip(image.others, plane, strict=True))
    merges = image.together == image.count("c")
    return tuple(
        slice(None) if axis == "c" and merges else at.get(axis, 0) for axis in image.axes[:-2]
    )


def open_zarr(file: ImageFile, series: int = 0, asked: AskedPlane = None) -> ZarrSource:
    """A picture of one of a group's images; `ImageError` as `open_image` has it."""
    images = zarr_images(file)
    check_series(file.name, series, len(images))
    image = images[series]
    axes = image.plane_axes
    plane = chosen_plane(file.name, axes, asked) or (0,) * len(axes)
    try:
        return ZarrSource(file.name, image, plane, zarr_series(images), series)
    except (TileError, ValueError) as error:
        raise ImageError(file.name, unnamed(file.name, str(error))) from None


def zarr_images(file: ImageFile) -> tuple[ZarrImage, ...]:
    """All images of a group; ImageError where there is none, or one makes no sense."""
    if not is_installed():
        raise UnsupportedImageError(file.name, f"OME-Zarr is read with: {EXTRA}")
    try:
        group = ZarrGroup(file.path)
        if is_plate(group.attributes):
            fault = "a plate of wells: open an image in it, such as A/1/0"
            raise UnsupportedImageError(file.name, fault)
        if not is_layout(group.attributes):
            found = _image(file.name, group)
            if found is None:
                raise UnsupportedImageError(file.name, "a Zarr group without an image of OME's")
            return (found,)
        return _images_within(file)
    except ZarrUnsupportedError as error:
        raise UnsupportedImageError(file.name, str(error)) from None
    except (ZarrError, ValueError, OverflowError) as error:
        raise ImageError(file.name, f"broken OME-Zarr: {error}") from None


def zarr_series(images: tuple[ZarrImage, ...]) -> tuple[Series, ...]:
    """What is told of the images of a group of several; nothing of one alone."""
    if len(images) == 1:
        return ()
    return tuple(
        Series(one.told.name, *one.size, one.count("c"), one.count("z"), one.count("t"))
        for one in images
    )


def _images_within(file: ImageFile) -> tuple[ZarrImage, ...]:
    """Those in groups that are called 0, 1, 2 and so on."""
    found: list[ZarrImage] = []
    for number in range(_MAX_IMAGES):
        path = os.path.join(file.path, str(number))
        if not os.path.isdir(path):
            break
        image = _image(file.name, ZarrGroup(path))
        if image is not None:
            found.append(image)
    if not found:
        raise ImageError(file.name, "a Zarr group without an image")
    return tuple(found)


def _image(name: str, group: ZarrGroup) -> ZarrImage | None:
    told = read_multiscale(group.attributes)
    if told is None:
        return None
    if {"y", "x"} <= set(told.axes) and told.axes[-2:] != ("y", "x"):
        fault = f"axes {', '.join(told.axes)}: only where y and x are the last are they supported"
        raise UnsupportedImageError(name, fault)
    arrays = tuple(group.array(path) for path in told.paths)
    first = arrays[0]
    axes = told.axes_of(len(first.shape))
    kept: list[ZarrArray] = []
    for array in arrays:
        sample_type_of(array.dtype, name)
        if len(array.shape) != len(axes) or min(array.shape) < 1:
            raise ValueError(f"a level of shape {array.shape}")
        if array.dtype != first.dtype:
            raise ValueError("the samples of its levels differ")
        if array.chunk_bytes > MAX_CHUNK_BYTES:
            fault = f"chunks of {array.chunk_bytes >> 20} MiB are not supported"
            raise UnsupportedImageError(name, fault)
        # Of a level that has fewer planes none is known to be the one that is shown.
        alike = array.shape[:-2] == first.shape[:-2]
        if not kept or (alike and _is_coarser(array, kept[-1])):
            kept.append(array)
    return ZarrImage(told, axes, tuple(kept))


def _is_coarser(array: ZarrArray, finer: ZarrArray) -> bool:
    height, width = array.shape[-2:]
    most_height, most_width = finer.shape[-2:]
    return height <= most_height and width <= most_width and (height, width) != finer.shape[-2:]


def _windows(size: int, chunk: int) -> Iterator[tuple[int, int]]:
    """Short stretches in the middle of the first chunk, of one between, and of the last."""
    last = (size - 1) // chunk
    for number in sorted({0, last // 2, last}):
        start, end = number * chunk, min(size, (number + 1) * chunk)
        middle = (start + end) // 2
        yield max(start, middle - _SOME_PX // 2), min(end, middle + _SOME_PX // 2 + 1)


def _levels(image: ZarrImage) -> tuple[Level, ...]:
    width, height = image.size
    return tuple(
        Level(
            array.shape[-1],
            array.shape[-2],
            _downsample(width, array.shape[-1]),
            _downsample(height, array.shape[-2]),
            tile_width=array.chunks[-1],
            tile_height=array.chunks[-2],
        )
        for array in image.arrays
    )


def _downsample(full: int, size: int) -> float:
    """A whole number where one fits the sizes to within a pixel, else their ratio."""
    ratio = full / size
    whole = max(1, round(ratio))
    return float(whole) if math.ceil(full / whole) >= size >= full // whole else ratio
