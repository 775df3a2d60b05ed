"""Images and files that the tests of sources are made on."""

import ctypes
import importlib
import struct
from dataclasses import replace
from pathlib import Path
from typing import Any

import numpy as np
import pyvips
from numpy.typing import NDArray

from glview.errors import TileError
from glview.image import ImageDescription, Tile
from glview.pyramid import Pyramid, TileKey
from glview.sources.base import TileSource
from glview.sources.synthetic import KeyedSource, SyntheticOptions
from glview.sources.tiff_structure import Directory, Tag

SIZED = 'xmlns="http://schemas.microsoft.com/deepzoom/2008"'


def picture(width: int, height: int, bands: int = 3, dtype: str = "uint8") -> NDArray[Any]:
    """Smooth waves with some noise, so that JPEG keeps them and no two tiles are equal."""
    x, y = np.arange(width)[None, :], np.arange(height)[:, None]
    noise = np.random.default_rng(7).integers(0, 12, (height, width))
    planes = [
        120 + 60 * np.sin(x / (9 + 4 * band)) + 55 * np.cos(y / (13 + 3 * band)) + noise
        for band in range(bands)
    ]
    image = np.stack(planes, axis=2).clip(0, 255)
    if dtype == "uint16":
        return (image * 257).astype(dtype)
    return image.astype(dtype)


def vips(array: NDArray[Any], interpretation: str | None = None) -> Any:
    """A pyvips image of an array (height, width, bands)."""
    height, width, bands = array.shape
    form = {"uint8": "uchar", "uint16": "ushort", "int16": "short", "float32": "float"}
    data = np.ascontiguousarray(array).tobytes()
    image = pyvips.Image.new_from_memory(data, width, height, bands, form[array.dtype.name])
    usual = "srgb" if bands >= 3 else "b-w"
    if array.dtype == np.uint16:
        usual = "rgb16" if bands >= 3 else "grey16"
    return image.copy(interpretation=interpretation or usual).copy_memory()


def whole(source: TileSource, level: int) -> NDArray[np.generic]:
    """A level put together from its tiles, without margins."""
    description = source.description
    geometry = description.pyramid.levels[level]
    depth = description.bands + description.alpha
    out = np.zeros((geometry.height, geometry.width, depth), description.sample_type.dtype)
    for row in range(geometry.rows):
        for column in range(geometry.columns):
            tile = source.read_tile(TileKey(level, column, row))
            assert tile is not None
            x0, y0, x1, y1 = geometry.l_tile_rect(column, row)
            out[y0:y1, x0:x1] = inner(tile)
    return out


def inner(tile: Tile) -> NDArray[np.generic]:
    left, top, right, bottom = tile.margin
    height, width = tile.pixels.shape[:2]
    return tile.pixels[top : height - bottom, left : width - right]


def open_descriptors() -> list[str]:
    return sorted(path.name for path in Path("/proc/self/fd").iterdir())


def overwrite(path: Path, offset: int, data: bytes) -> None:
    with path.open("r+b") as file:
        file.seek(offset)
        file.write(data)


def tiff_entries(path: Path, page: int = 0) -> dict[int, tuple[int, int, int, int]]:
    """Tags of a little-endian classic TIFF page: (type, count, value or offset, entry's place)."""
    data = path.read_bytes()
    offset = struct.unpack_from("<I", data, 4)[0]
    for _ in range(page):
        count = struct.unpack_from("<H", data, offset)[0]
        offset = struct.unpack_from("<I", data, offset + 2 + 12 * count)[0]
    found = {}
    for index in range(struct.unpack_from("<H", data, offset)[0]):
        place = offset + 2 + 12 * index
        tag, kind, count, value = struct.unpack_from("<HHII", data, place)
        if kind == 3 and count == 1:
            value &= 0xFFFF
        found[tag] = (kind, count, value, place)
    return found


def table_place(path: Path, tag: int, index: int, page: int = 0) -> tuple[int, int]:
    """Where an entry of a table of tiles lies, and its bytes."""
    kind, count, value, place = tiff_entries(path, page)[tag]
    size = {3: 2, 4: 4}[kind]
    return (place + 8 if count * size <= 4 else value) + index * size, size


def set_table(path: Path, tag: int, index: int, value: int, page: int = 0) -> None:
    place, size = table_place(path, tag, index, page)
    overwrite(path, place, value.to_bytes(size, "little"))


def get_table(path: Path, tag: int, index: int, page: int = 0) -> int:
    place, size = table_place(path, tag, index, page)
    return int.from_bytes(path.read_bytes()[place : place + size], "little")


def libvips_bytes() -> int:
    """What libvips holds decoded, in all of this process."""
    count = ctypes.CDLL(importlib.import_module("_libvips").__file__).vips_tracked_get_mem
    count.restype = ctypes.c_size_t
    return int(count())


def tiff_page(width: int, height: int, tile: int = 256, **tags: Any) -> Directory:
    """A page of 8-bit RGB as it is read from a file, with tags by their names."""
    values: dict[int, tuple[float, ...] | bytes] = {
        Tag.WIDTH: (width,),
        Tag.HEIGHT: (height,),
        Tag.SAMPLES: (3,),
        Tag.BITS: (8, 8, 8),
    }
    if tile:
        values |= {Tag.TILE_WIDTH: (tile,), Tag.TILE_HEIGHT: (tile,)}
    for name, value in tags.items():
        values[Tag[name]] = (value,) if isinstance(value, int) else value
    return Directory({}, values)


class Mending(KeyedSource):
    """One level, of which one tile cannot be read before it is mended."""

    def __init__(self, *, may_heal: bool) -> None:
        super().__init__(1024, 1024, SyntheticOptions(128, 128))
        pyramid = Pyramid(1024, 1024, super().description.pyramid.levels[:1])
        self._one_level = replace(super().description, pyramid=pyramid)
        self._may_heal = may_heal
        self.broken = True
        self.reads = 0

    @property
    def description(self) -> ImageDescription:
        return self._one_level

    def read_tile(self, key: TileKey) -> Tile | None:
        self.reads += 1
        if self.broken and key == TileKey(0, 1, 0):
            raise TileError("broken", may_heal=self._may_heal)
        return super().read_tile(key)
