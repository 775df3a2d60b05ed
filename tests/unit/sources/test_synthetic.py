import time

import numpy as np
import pytest

from glview.errors import TileError
from glview.image import Margin, SampleType
from glview.pyramid import IntRect, TileKey
from glview.sources.model import guessed_model
from glview.sources.synthetic import KeyedSource, SyntheticOptions, keyed_texels

RGB = guessed_model(SampleType.U8, 3)


def test_texels_follow_the_formula() -> None:
    got = keyed_texels(2, IntRect(1000, 2000, 1003, 2002), RGB)
    assert got.shape == (2, 3, 3)
    x, y, band = 1002, 2001, 1
    assert got[1, 2, 1] == (x * 3 + y * 10 + 2 * 37 + band * 101) % 251


def test_a_terapixel_costs_nothing() -> None:
    source = KeyedSource(10_000_000, 10_000_000)
    pyramid = source.description.pyramid
    assert (pyramid.width, pyramid.height, len(pyramid.levels)) == (10_000_000, 10_000_000, 17)
    column = pyramid.levels[0].columns - 1
    tile = source.read_tile(TileKey(0, column, 7))
    assert tile is not None
    rect = pyramid.levels[0].l_tile_rect(column, 7)
    assert rect.x1 == 10_000_000
    assert (tile.pixels == keyed_texels(0, rect, RGB)).all()


def test_overlap_comes_as_margin() -> None:
    source = KeyedSource(600, 500, SyntheticOptions(256, 256, overlap=3))
    tile = source.read_tile(TileKey(0, 1, 0))
    assert tile is not None
    assert tile.margin == Margin(3, 0, 3, 3)
    assert (tile.pixels == keyed_texels(0, IntRect(253, 0, 515, 259), RGB)).all()


@pytest.mark.parametrize("sample_type", list(SampleType))
@pytest.mark.parametrize("depth", [1, 2, 3, 4, 6])
def test_sample_types(sample_type: SampleType, depth: int) -> None:
    model = guessed_model(sample_type, depth)
    source = KeyedSource(300, 200, SyntheticOptions(model=model))
    tile = source.read_tile(TileKey(0, 0, 0))
    assert tile is not None
    assert tile.pixels.dtype == sample_type.dtype
    assert tile.pixels.shape == (200, 256, depth)
    if model.alpha:
        opaque = {"uint8": 255, "uint16": 65535, "int16": 32767, "float32": 1}
        assert (tile.pixels[:, :, -1] == opaque[sample_type.value]).all()


def test_delay_failing_and_absent() -> None:
    options = SyntheticOptions(
        delay_s=0.05, failing={TileKey(0, 0, 0)}, absent=frozenset({TileKey(0, 1, 0)})
    )
    source = KeyedSource(600, 500, options)
    start = time.monotonic()
    with pytest.raises(TileError, match=r"synthetic: tile \(0, 0, 0\)"):
        source.read_tile(TileKey(0, 0, 0))
    assert time.monotonic() - start >= 0.05
    assert source.read_tile(TileKey(0, 1, 0)) is None


def test_neighbouring_tiles_and_levels_differ() -> None:
    source = KeyedSource(2000, 2000)
    keys = [TileKey(0, 0, 0), TileKey(0, 1, 0), TileKey(0, 0, 1), TileKey(1, 0, 0)]
    tiles = [source.read_tile(key) for key in keys]
    arrays = [tile.pixels.astype(int) for tile in tiles if tile is not None]
    for index, a in enumerate(arrays):
        for b in arrays[index + 1 :]:
            assert np.abs(a - b).min(axis=2).mean() > 1
