import tracemalloc
from typing import Any

import numpy as np
import pytest
import pyvips

from glview.errors import ImageError
from glview.image import ColorModel, Margin, SampleType
from glview.pyramid import TileKey
from glview.sources.array import ArrayOptions, array_source, vips_source
from glview.sources.halving import halve
from glview.sources.opening import open_image
from tests.unit.sources.build import inner, picture, vips, whole


def test_the_full_resolution_is_not_copied() -> None:
    image = picture(700, 500)
    source = array_source(image)
    tile = source.read_tile(TileKey(0, 1, 1))
    assert np.shares_memory(tile.pixels, image)
    assert not tile.pixels.flags.writeable
    assert image.flags.writeable
    assert source.cache_bytes == 350 * 250 * 3 + 175 * 125 * 3


def test_levels_are_2x2_means_down_to_one_tile() -> None:
    image = picture(1003, 517)
    source = array_source(image)
    sizes = [(level.width, level.height) for level in source.description.pyramid.levels]
    assert sizes == [(1003, 517), (502, 259), (251, 130)]
    assert (whole(source, 0) == image).all()
    assert [v.downsample_x for v in source.description.pyramid.levels] == [1, 2, 4]
    assert (whole(source, 2) == halve(halve(image))).all()


def test_tiles_bring_true_neighbours() -> None:
    image = picture(700, 500)
    tile = array_source(image).read_tile(TileKey(0, 1, 1))
    assert tile.margin == Margin(4, 4, 4, 0)
    assert (tile.pixels == image[252:500, 252:516]).all()
    assert (inner(tile) == image[256:500, 256:512]).all()


@pytest.mark.parametrize(
    ("shape", "colour", "bands", "alpha"),
    [
        ((4, 5), ColorModel.GREY, 1, False),
        ((4, 5, 1), ColorModel.GREY, 1, False),
        ((4, 5, 2), ColorModel.CHANNELS, 2, False),
        ((4, 5, 3), ColorModel.RGB, 3, False),
        ((4, 5, 4), ColorModel.RGB, 3, True),
        ((4, 5, 7), ColorModel.CHANNELS, 7, False),
    ],
)
def test_shapes(shape: tuple[int, ...], colour: ColorModel, bands: int, alpha: bool) -> None:
    got = array_source(np.zeros(shape, np.uint8)).description
    assert (got.color_model, got.bands, got.alpha) == (colour, bands, alpha)
    assert (got.pyramid.width, got.pyramid.height) == (5, 4)


def test_options_say_what_an_array_cannot() -> None:
    channels = ArrayOptions(color_model=ColorModel.CHANNELS)
    got = array_source(np.zeros((2, 2, 4), np.uint16), channels).description
    assert (got.color_model, got.bands, got.alpha) == (ColorModel.CHANNELS, 4, False)
    got = array_source(np.zeros((2, 2, 6)), ArrayOptions(alpha=True, nodata=-1.0)).description
    assert (got.color_model, got.bands, got.alpha, got.nodata) == (
        ColorModel.CHANNELS,
        5,
        True,
        -1.0,
    )
    with pytest.raises(ImageError, match="array: 4 bands are not grey"):
        array_source(np.zeros((2, 2, 4)), ArrayOptions(color_model=ColorModel.GREY))


@pytest.mark.parametrize(
    ("dtype", "value", "carried", "delivered"),
    [
        ("uint8", 200, SampleType.U8, 200),
        ("uint16", 40_000, SampleType.U16, 40_000),
        ("int16", -5, SampleType.S16, -5),
        ("float32", 0.5, SampleType.F32, 0.5),
        (">u2", 513, SampleType.U16, 513),
        ("bool", 1, SampleType.U8, 255),
        ("int8", -5, SampleType.S16, -5),
        ("int32", -70_000, SampleType.F32, -70_000.0),
        ("float64", 0.25, SampleType.F32, 0.25),
        ("int64", -70_000, SampleType.F32, -70_000.0),
        ("uint64", 70_000, SampleType.F32, 70_000.0),
        ("complex64", -5.0, SampleType.F32, 5.0),
    ],
)
def test_sample_types(dtype: str, value: float, carried: SampleType, delivered: float) -> None:
    source = array_source(np.full((3, 3), value, dtype=dtype))
    assert source.description.sample_type is carried
    assert source.read_tile(TileKey(0, 0, 0)).pixels[1, 1, 0] == delivered


@pytest.mark.parametrize(
    ("array", "fault"),
    [
        (np.zeros((2, 2), "M8[s]"), "datetime64"),
        (np.zeros((2, 2), object), "object"),
        (np.zeros(4, np.uint8), r"shape \(4,\)"),
        (np.zeros((0, 4), np.uint8), r"shape \(0, 4\)"),
        (np.zeros((2, 2, 2, 2), np.uint8), "shape"),
    ],
)
def test_what_cannot_be_shown_is_said(array: np.ndarray[Any, Any], fault: str) -> None:
    with pytest.raises(ImageError, match=fault):
        array_source(array)


def test_a_copy_counts_with_its_levels_and_is_not_made_past_the_budget() -> None:
    image = np.zeros((3000, 3000, 3))
    tracemalloc.start()
    with pytest.raises(ImageError, match=r"array: needs 138 MiB in memory, .* budget of 1 MiB"):
        array_source(image, budget_bytes=1 << 20)
    assert tracemalloc.get_traced_memory()[1] < 1 << 20
    tracemalloc.stop()
    small = np.zeros((300, 200))
    array_source(small, budget_bytes=(300 * 200 + 150 * 100) * 4)
    with pytest.raises(
        ImageError,
        match=r"MiB; save it with numpy\.save and open that file, which is read tile by tile, "
        r"or give it more: ViewerOptions\(host_bytes=1 << 20\)",
    ):
        array_source(small, budget_bytes=(300 * 200 + 150 * 100) * 4 - 1)


def test_of_an_array_in_place_only_the_levels_count() -> None:
    image = picture(300, 200)
    array_source(image, budget_bytes=150 * 100 * 3)
    # Too large for its levels to be kept it is shown all the same: they are derived when needed.
    (level,) = array_source(image, budget_bytes=150 * 100 * 3 - 1).description.pyramid.levels
    assert (level.width, level.height) == (300, 200)


def test_a_pyvips_image() -> None:
    image = picture(300, 200)
    source = vips_source(vips(image), budget_bytes=1 << 20)
    assert (whole(source, 0) == image).all()
    assert source.cache_bytes == 300 * 200 * 3 + 150 * 100 * 3
    with pytest.raises(
        ImageError, match=r"more than the budget .* `glview convert FILE NAME\.tif`"
    ):
        vips_source(vips(image), budget_bytes=300 * 200 * 3)


def test_a_pyvips_image_that_fails_is_an_error() -> None:
    broken = vips(picture(64, 64)).pngsave_buffer()[:2000]
    import pyvips

    with pytest.raises(ImageError):
        vips_source(pyvips.Image.new_from_buffer(broken, "", fail_on="error"), budget_bytes=1 << 20)


@pytest.mark.parametrize("nodata", [-9999.0, 0.5, 1e300])
def test_a_nodata_value_that_the_samples_cannot_have_is_ignored(nodata: float) -> None:
    image = picture(300, 200)
    source = array_source(image, ArrayOptions(nodata=nodata))
    assert source.description.nodata is None
    assert (whole(source, 1) == halve(image)).all()


def test_nodata_of_a_converted_array_is_in_its_own_values() -> None:
    mask = np.zeros((4, 4), np.bool_)
    assert array_source(mask, ArrayOptions(nodata=1)).description.nodata == 255
    assert array_source(mask.astype(np.int8), ArrayOptions(nodata=-1)).description.nodata == -1


@pytest.mark.parametrize("kind", ["complex", "dpcomplex"])
def test_a_complex_pyvips_image_is_shown_as_its_magnitude(kind: str) -> None:
    image = (pyvips.Image.black(3, 3) + 3).complexform(pyvips.Image.black(3, 3) + 4).cast(kind)
    source = open_image(image)
    tile = source.read_tile(TileKey(0, 0, 0))
    assert tile is not None
    assert tile.pixels[1, 1, 0] == 5.0
    source.close()
