"""Promise: wide samples are narrowed to float32, never below what a window of them shows."""

import sys
from pathlib import Path
from typing import Any

import numpy as np
import pytest
import pyvips
import tifffile
from numpy.typing import NDArray

from glview.image import Channel
from glview.pyramid import TileKey
from glview.sources.array import ArrayOptions, array_source
from glview.sources.base import TileSource
from glview.sources.merged import MergedSource
from glview.sources.narrowing import Narrowing, suitable_offset
from glview.sources.opening import open_image
from glview.texels import texel_format

STEPS = np.arange(4096).reshape(64, 64)
WIDE: list[NDArray[Any]] = [
    (STEPS // 4 + 3_000_000_000).astype(np.uint32),
    (STEPS + 2**24).astype(np.int32),
    (-(STEPS + 2**30)).astype(np.int32),
    STEPS / 4096.0 + 2459000.5,
    STEPS / 256.0 + 1e9,
    (STEPS + 2**50).astype(np.int64),
    (STEPS + 2**60).astype(np.uint64),
    np.full((64, 64), 3_000_000_001, np.uint32),
]
FORMS = [
    {"tile": (64, 64)},
    {"tile": (64, 64), "compression": "zlib"},
    {},
    {"compression": "zlib"},
]


def own_values(source: TileSource) -> NDArray[np.float64]:
    tile = source.read_tile(TileKey(0, 0, 0))
    assert tile is not None
    values = tile.pixels[..., 0].astype(np.float64) + source.description.offset
    source.close()
    return values


@pytest.mark.parametrize("array", WIDE, ids=str)
def test_arrays_keep_their_values(array: NDArray[Any]) -> None:
    assert np.array_equal(own_values(array_source(array)), array.astype(np.float64))


def test_whole_numbers_of_64_bits_are_told_apart_past_those_of_float64() -> None:
    near = Narrowing(2.0**60)
    for dtype in (np.int64, np.uint64):
        values = np.array([2**60 - 1, 2**60 + 3, 0], dtype)
        assert near.of(values).tolist() == [-1.0, 3.0, -(2.0**60)]


@pytest.mark.parametrize("form", FORMS, ids=str)
@pytest.mark.parametrize("array", WIDE, ids=str)
def test_tiffs_keep_their_values(array: NDArray[Any], form: dict[str, Any], tmp_path: Path) -> None:
    tifffile.imwrite(tmp_path / "wide.tif", array, **form)
    source = open_image(tmp_path / "wide.tif")
    rows = source.description.pyramid.levels[0].tile_height
    assert np.array_equal(own_values(source), array[:rows].astype(np.float64))


def test_images_of_libvips_keep_their_values() -> None:
    image = pyvips.Image.new_from_array(WIDE[0])
    assert np.array_equal(own_values(open_image(image)), WIDE[0])


@pytest.mark.parametrize(
    "values",
    [
        np.arange(1000.0),
        np.linspace(-1.0, 1e9, 1000),
        np.linspace(1000.0, 1001.0, 1000),
        np.arange(2**24 - 1000, 2**24, dtype=np.int32),
        np.full(1000, 0.1),
        np.full(1000, np.nan),
        np.append(np.zeros(50), np.arange(3e9, 3e9 + 950)),
    ],
    ids=str,
)
def test_what_float32_tells_apart_stays_as_it_is(values: NDArray[Any]) -> None:
    assert suitable_offset(values, None) == 0.0


def test_an_outlier_in_a_hundred_hides_no_offset() -> None:
    values = np.append(np.zeros(5), np.arange(3_000_000_000.0, 3_000_000_995.0))
    assert suitable_offset(values, None) == 3_000_000_000.0
    assert suitable_offset(values, 0.0) == 3_000_000_000.0


@pytest.mark.parametrize("dtype", [np.int32, np.uint32, np.int64, np.float64])
@pytest.mark.parametrize("near", [16_777_216, 16_777_218])
def test_only_no_data_is_no_data(dtype: type[np.generic], near: int) -> None:
    """A float32 has none of the two apart, whatever else is in the picture."""
    array = np.array([[near, 16_777_217], [0, 50_000_000]], dtype)
    source = array_source(array, ArrayOptions(nodata=16_777_217))
    tile = source.read_tile(TileKey(0, 0, 0))
    nodata = source.description.tile_nodata
    assert (tile.pixels[..., 0] == nodata).tolist() == [[False, True], [False, False]]


def test_the_lowest_float_with_too_few_digits_is_no_data() -> None:
    lowest = float(np.finfo(np.float32).min)
    found = Narrowing(0.0, -3.4028235e38).of(np.array([lowest, 1.0]))
    assert (found == np.float32(-3.4028235e38)).tolist() == [True, False]


def test_no_data_of_a_tiff_is_compared_as_it_is_stored(tmp_path: Path) -> None:
    array = np.array([[16_777_216, 16_777_217]] * 16, np.int64)
    tags = [(42113, "s", 0, "16777217", True)]
    tifffile.imwrite(tmp_path / "x.tif", array, extratags=tags)
    source = open_image(tmp_path / "x.tif")
    tile = source.read_tile(TileKey(0, 0, 0))
    assert tile is not None
    assert (tile.pixels[0, :, 0] == source.description.tile_nodata).tolist() == [False, True]


@pytest.mark.parametrize("compression", ["zlib", "zstd"])
@pytest.mark.parametrize("layout", [{"tile": (64, 64)}, {}], ids=str)
def test_no_data_of_a_tiff_has_no_say_in_its_offset(
    compression: str, layout: dict[str, Any], tmp_path: Path
) -> None:
    array = (STEPS + 3_000_000_000).astype(np.uint32)
    array[:, :32] = 4_294_967_295
    tags = [(42113, "s", 0, "4294967295", True)]
    tifffile.imwrite(tmp_path / "x.tif", array, extratags=tags, compression=compression, **layout)
    source = open_image(tmp_path / "x.tif")
    rows = source.description.pyramid.levels[0].tile_height
    nodata = source.description.tile_nodata
    tile = source.read_tile(TileKey(0, 0, 0))
    assert tile is not None
    assert nodata is not None
    assert (tile.pixels[:, :32] == np.float32(nodata)).all()
    assert np.array_equal(own_values(source)[:, 32:], array[:rows, 32:])


def test_a_shader_reads_the_distance_from_the_offset() -> None:
    form = texel_format(array_source(WIDE[0]).description)
    assert form.normalized(3_000_000_100) == 100.0


@pytest.mark.parametrize("dtype", [np.complex64, np.complex128])
def test_complex_arrays_are_their_magnitude(dtype: type[np.generic]) -> None:
    source = array_source(np.array([[3 + 4j, 5 - 12j]], dtype))
    assert own_values(source).tolist() == [[5.0, pytest.approx(13.0)]]


APART: list[NDArray[Any]] = [WIDE[0], WIDE[1] + 2**30, STEPS.astype(np.int32)]


def merged(*arrays: NDArray[Any]) -> MergedSource:
    parts = [array_source(array, ArrayOptions(nodata=-1.0)) for array in arrays]
    return MergedSource(parts, (Channel(),) * len(parts))


@pytest.mark.parametrize("turn", range(3))
def test_channels_that_lie_apart_keep_their_values(turn: int) -> None:
    arrays = APART[turn:] + APART[:turn]
    source = merged(*arrays)
    tile = source.read_tile(TileKey(0, 0, 0))
    assert tile is not None
    own = tile.pixels.astype(np.float64) + source.description.band_offsets
    assert np.array_equal(own, np.stack(arrays, axis=-1))


def test_channels_that_lie_together_have_one_offset() -> None:
    told = merged(WIDE[0], WIDE[0]).description
    assert (told.offset, told.offsets) == (3_000_000_000.0, ())


def test_no_data_is_the_same_in_channels_that_lie_apart() -> None:
    far = np.array([[3_000_000_000, 3_000_000_001, -1, -1]] * 4)
    # The last is what no-data becomes in the other channel.
    near = np.array([[1, 2, -1, -3_000_000_001]] * 4)
    source = merged(far, near)
    tile, nodata = source.read_tile(TileKey(0, 0, 0)), source.description.tile_nodata
    assert tile is not None
    assert nodata is not None
    empty = tile.pixels[0] == np.float32(nodata)
    assert empty.tolist() == [[False, False], [False, False], [True, True], [True, False]]


def test_windows_of_channels_that_lie_apart_are_each_its_own() -> None:
    form = texel_format(merged(*APART).description)
    assert [form.normalized(3_000_000_100, band) for band in (0, 2)] == [100.0, 3_000_000_100.0]


class Nothing:
    """A source that has no tiles."""

    cache_bytes = 0

    def __init__(self, source: TileSource) -> None:
        self.description = source.description

    def read_tile(self, _: TileKey) -> None:
        return None

    def close(self) -> None:
        pass


def test_a_channel_that_has_nothing_somewhere_is_0_there() -> None:
    part = array_source(WIDE[0])
    tile = MergedSource([part, Nothing(part)], (Channel(), Channel())).read_tile(TileKey(0, 0, 0))
    assert tile is not None
    assert (tile.pixels[..., 1] == -3e9).all()


def test_levels_that_only_libvips_decodes_leave_all_as_they_are(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """What is not compressed needs no imagecodecs, its coarser level does."""
    array = np.add.outer(np.arange(128), np.arange(128)).astype(np.uint32) + np.uint32(3 * 10**9)
    with tifffile.TiffWriter(tmp_path / "a.tif") as file:
        file.write(array, tile=(64, 64), subifds=1, metadata=None)
        file.write(array[::2, ::2], tile=(64, 64), subfiletype=1, compression="zlib", metadata=None)
    monkeypatch.setitem(sys.modules, "imagecodecs", None)
    source = open_image(tmp_path / "a.tif")
    assert len(source.description.pyramid.levels) == 2
    assert source.description.offset == 0.0
    tiles = [source.read_tile(TileKey(level, 0, 0)) for level in (0, 1)]
    assert [None if tile is None else tile.pixels[0, 0, 0] for tile in tiles] == [3e9, 3e9]
    source.close()


def test_images_of_libvips_with_alpha_have_no_offset() -> None:
    far = np.full((16, 16, 2), 3e9)
    source = open_image(pyvips.Image.new_from_array(far).copy(interpretation="b-w"))
    tile = source.read_tile(TileKey(0, 0, 0))
    assert tile is not None
    assert source.description.alpha
    assert tile.pixels[0, 0, 0] + source.description.offset == 3e9
    source.close()
