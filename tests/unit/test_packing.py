"""What a worker makes of a tile, and in whose memory."""

from pathlib import Path
from typing import Any

import numpy as np
import pytest
from numpy.typing import NDArray

from glview.buffers import Buffers
from glview.errors import TileError
from glview.loader import Decoded
from glview.packing import Packing
from glview.pyramid import TileKey
from glview.sources import jpeg
from glview.sources.base import Tile, TileSource
from glview.sources.opening import open_image
from glview.sources.presented import presented
from tests.unit.recorder import WaitingSource
from tests.unit.sources.build import picture, vips

GUTTER = 4
KEY = TileKey(0, 1, 1)


class Lending(Buffers):
    """Remembers what it gave for decoders, and for packing."""

    def __init__(self, size_bytes: int) -> None:
        super().__init__(size_bytes)
        self.rooms: list[NDArray[Any]] = []
        self.arrays: list[NDArray[Any]] = []

    def room(self, size_bytes: int) -> NDArray[Any]:
        self.rooms.append(super().room(size_bytes))
        return self.rooms[-1]

    def empty(self, shape: tuple[int, ...], dtype: np.dtype[Any]) -> NDArray[Any]:
        self.arrays.append(super().empty(shape, dtype))
        return self.arrays[-1]


def deepzoom(folder: Path) -> TileSource:
    options = {"tile_size": 254, "overlap": 1, "suffix": ".jpg[Q=90]"}
    vips(picture(900, 800, 3)).dzsave(str(folder / "picture"), **options)
    return presented(open_image(folder / "picture.dzi"))


def tiff(folder: Path) -> TileSource:
    options = {"tile": True, "tile_width": 256, "tile_height": 256, "compression": "jpeg"}
    vips(picture(900, 800, 3)).tiffsave(str(folder / "picture.tif"), **options)
    return presented(open_image(folder / "picture.tif"))


@pytest.mark.parametrize("make", [deepzoom, tiff])
def test_a_jpeg_is_decoded_into_the_memory_that_is_uploaded(make: Any, tmp_path: Path) -> None:
    source = make(tmp_path)
    side = source.description.pyramid.levels[0].tile_width + 2 * GUTTER
    buffers = Lending(side * side * 4)
    made = Packing(source, GUTTER, buffers)(KEY)
    assert made is not None
    # libvips, where there is no other decoder, has memory of its own.
    direct = jpeg.available()
    assert (len(buffers.rooms), len(buffers.arrays)) == ((1, 0) if direct else (0, 1))
    assert np.shares_memory(made.texels, buffers.rooms[0] if direct else buffers.arrays[0])
    elsewhere = Packing(source, GUTTER, Buffers(1))(KEY)
    assert elsewhere is not None
    assert np.array_equal(made.texels, elsewhere.texels)
    source.close()


@pytest.mark.parametrize("make", [deepzoom, tiff])
def test_a_smaller_tile_does_not_keep_the_memory_of_a_whole_one(make: Any, tmp_path: Path) -> None:
    source = make(tmp_path)
    side = source.description.pyramid.levels[0].tile_width + 2 * GUTTER
    buffers = Buffers(side * side * 4)
    packed = Packing(source, GUTTER, buffers)(TileKey(0, 3, 3))
    assert packed is not None
    made = packed.texels
    assert made.shape == (1, (800 - 3 * (side - 8)) + 8, (900 - 3 * (side - 8)) + 8, 4)
    base: Any = made
    while isinstance(base.base, np.ndarray):
        base = base.base
    assert base.nbytes == made.nbytes
    source.close()


class Given(WaitingSource):
    """Gives one tile for all."""

    def __init__(self, tile: Tile | None) -> None:
        super().__init__()
        self.tile = tile

    def read_tile(self, key: TileKey) -> Tile | None:
        del key
        return self.tile


def packed(tile: Tile | None) -> Decoded | None:
    return Packing(Given(tile), GUTTER, Buffers(1))(KEY)


def test_where_there_is_nothing_nothing_is_made() -> None:
    assert packed(None) is None


def test_a_tile_of_another_size_is_named() -> None:
    with pytest.raises(TileError, match=r"tile \(0, 1, 1\): 2x2 pixels instead of"):
        packed(Tile(np.zeros((2, 2, 3), np.uint8)))


def test_a_tile_with_holes_brings_its_fault() -> None:
    source = WaitingSource()
    source.release()
    tile = source.read_tile(KEY)
    assert tile is not None
    fault = TileError("torn")
    made = packed(Tile(tile.pixels, fault=fault))
    assert made is not None
    assert made.fault is fault


def test_a_tile_brings_some_of_its_texels_apart() -> None:
    source = WaitingSource()
    source.release()
    tile = source.read_tile(KEY)
    made = packed(tile)
    assert made is not None
    assert made.picked is not None
    assert np.array_equal(made.picked, made.texels[:, GUTTER:-GUTTER:8, GUTTER:-GUTTER:8])
    assert not np.shares_memory(made.picked, made.texels)
