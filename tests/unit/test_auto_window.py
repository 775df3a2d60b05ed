"""Windows that suit values, and when they are found."""

from dataclasses import replace
from typing import Any

import numpy as np
import pytest
from numpy.typing import NDArray

from glview.auto_window import (
    Survey,
    suitable_windows,
    values_of,
    wants_survey,
    with_told,
)
from glview.display import Window
from glview.first_windows import PATIENCE_S, FirstWindows
from glview.image import Channel, ColorModel, ColorTable, ImageDescription, SampleType, Tile
from glview.options import WindowRule
from glview.pyramid import Level, Pyramid, TileKey
from glview.texels import pack, texel_format

GUTTER = 4


def described(
    sample: SampleType = SampleType.U16,
    color: ColorModel = ColorModel.GREY,
    bands: int = 1,
    **more: Any,
) -> ImageDescription:
    pyramid = Pyramid(16, 8, (Level(16, 8, 1.0, 1.0, tile_width=8, tile_height=8),))
    return ImageDescription("x", "test", pyramid, sample, color, bands, **more)


def packed(pixels: NDArray[np.generic], description: ImageDescription) -> NDArray[Any]:
    return pack(Tile(pixels), description, GUTTER)


def values(*bands: Any) -> NDArray[np.float32]:
    return np.array(bands, np.float32)


def test_the_darkest_thousandth_and_the_brightest_two_are_left_out() -> None:
    ramp = np.random.default_rng(0).permutation(10_001)
    assert suitable_windows(values(ramp), described()) == (Window(10, 9980),)


def test_each_channel_has_its_own() -> None:
    channels = described(color=ColorModel.CHANNELS, bands=2)
    found = suitable_windows(values([1, 2, 3], [50, 70, 90]), channels)
    assert found == (Window(1, 3), Window(50, 90))


BESIDE = (Channel(),) * 3 + (Channel(beside_rgb=True),)


def test_what_is_beside_red_green_and_blue_has_its_own() -> None:
    more = described(color=ColorModel.CHANNELS, bands=4, channels=BESIDE)
    found = suitable_windows(values([1, 2], [50, 70], [5, 900], [30, 40]), more)
    assert found == (*(Window(1, 900),) * 3, Window(30, 40))


def test_red_green_and_blue_have_one() -> None:
    rgb = described(color=ColorModel.RGB, bands=3)
    found = suitable_windows(values([1, 2], [50, 70], [5, 900]), rgb)
    assert found == (Window(1, 900),) * 3


def test_where_nearly_all_is_one_value_the_rest_is_shown() -> None:
    sky = np.zeros(5000)
    sky[7] = 312
    assert suitable_windows(values(sky), described()) == (Window(0, 312),)


@pytest.mark.parametrize(
    ("sample", "value", "window"),
    [
        (SampleType.U16, 500, Window(0, 65_535)),
        (SampleType.S16, -3, Window(-32_768, 32_767)),
        (SampleType.F32, 0.5, Window(0, 1)),
        (SampleType.F32, -7.5, Window(-7.5, 1)),
        (SampleType.F32, 12.0, Window(0, 12)),
    ],
)
def test_one_value_alone_is_in_its_window(sample: SampleType, value: float, window: Window) -> None:
    assert suitable_windows(values([value] * 9), described(sample)) == (window,)


@pytest.mark.parametrize("filler", [-3.4028235e38, 3.4028235e38])
def test_numbers_that_stand_for_nothing_are_in_no_window(filler: float) -> None:
    floats = described(SampleType.F32)
    half = [filler] * 50 + [*range(50)]
    assert suitable_windows(values(half), floats) == (Window(0, 49),)
    assert suitable_windows(values([filler] * 9), floats) == (Window(0, 1),)


def test_of_nothing_there_is_the_full_range() -> None:
    assert suitable_windows(values([]), described()) == (Window(0, 65_535),)


def test_what_is_no_number_does_not_count() -> None:
    description = described(SampleType.F32)
    pixels = np.array([[1.5, np.nan], [np.inf, -2.0]], np.float32)[..., None]
    slot = packed(pixels, description)[:, GUTTER:-GUTTER, GUTTER:-GUTTER]
    assert sorted(values_of([slot], texel_format(description), 1)[0].tolist()) == [-2.0, 1.5]


def test_nor_does_the_value_for_nothing() -> None:
    description = described(nodata=7)
    pixels = np.array([[7, 8], [9, 7]], np.uint16)[..., None]
    slot = packed(pixels, description)[:, GUTTER:-GUTTER, GUTTER:-GUTTER]
    assert values_of([slot], texel_format(description), 1).tolist() == [[8, 9]]


def test_what_is_half_there_counts_as_it_is_and_the_rest_does_not() -> None:
    description = described(alpha=True)
    pixels = np.array([[[1000, 65_535], [3000, 40_000], [9, 20_000]]], np.uint16)
    slot = packed(pixels, description)[:, GUTTER:-GUTTER, GUTTER:-GUTTER]
    found = values_of([slot], texel_format(description), 1)
    assert found[0] == pytest.approx([1000, 3000], abs=1)


def test_what_is_hardly_there_counts_where_nothing_is_there_more() -> None:
    description = described(alpha=True)
    pixels = np.array([[[1000, 20_000], [3000, 15_000], [9, 100]]], np.uint16)
    slot = packed(pixels, description)[:, GUTTER:-GUTTER, GUTTER:-GUTTER]
    found = values_of([slot], texel_format(description), 1)
    assert found[0] == pytest.approx([1000, 3000], abs=3)


def test_signed_values_are_the_files_own() -> None:
    description = described(SampleType.S16, ColorModel.CHANNELS, 4)
    pixels = np.array([[[-5, 6, 300, -32_768]]], np.int16)
    slot = packed(pixels, description)[:, GUTTER:-GUTTER, GUTTER:-GUTTER]
    found = values_of([slot], texel_format(description), 4)
    assert found.tolist() == [[-5], [6], [300], [-32_768]]


def test_values_far_from_0_are_the_files_own() -> None:
    description = described(SampleType.F32, offset=3e9)
    pixels = np.array([[[0], [57]]], np.float32)
    slot = packed(pixels, description)[:, GUTTER:-GUTTER, GUTTER:-GUTTER]
    found = values_of([slot], texel_format(description), 1)
    assert found.tolist() == [[3_000_000_000, 3_000_000_057]]
    assert suitable_windows(found, description) == (Window(3_000_000_000, 3_000_000_057),)


def test_one_value_of_12_bits_is_in_their_range() -> None:
    described_so = described(channels=(Channel(limits=(0, 4095)),))
    assert suitable_windows(values([500] * 9), described_so) == (Window(0, 4095),)


def test_values_of_channels_that_lie_apart_are_the_files_own() -> None:
    description = described(SampleType.F32, ColorModel.CHANNELS, 2, offset=3e9, offsets=(3e9, 1e8))
    slot = packed(np.array([[[1, 7]]], np.float32), description)[:, GUTTER:-GUTTER, GUTTER:-GUTTER]
    found = values_of([slot], texel_format(description), 2)
    assert found.tolist() == [[3_000_000_001], [100_000_007]]


@pytest.mark.parametrize(
    ("description", "wanted"),
    [
        (described(SampleType.U8), False),
        (described(SampleType.U16), True),
        (described(SampleType.F32), True),
        (described(channels=(Channel(window=(1, 2)),)), False),
        (described(channels=(Channel("DAPI"),)), True),
        (described(channels=(Channel(limits=(0, 4095)),)), True),
    ],
)
def test_windows_are_found_for_more_than_8_bits_where_the_file_tells_none(
    description: ImageDescription, wanted: bool
) -> None:
    assert wants_survey(description) is wanted


def test_what_a_file_tells_stays() -> None:
    told = described(bands=2, channels=(Channel(window=(3, 4)), Channel()))
    assert with_told((Window(0, 9), Window(0, 9)), told) == (Window(3, 4), Window(0, 9))


@pytest.mark.parametrize(
    ("extent", "window"),
    [((3, 20), (3, 20)), ((-5, 1), (-5, 1)), ((9, 20), (0, 9)), ((-5, 0), (0, 9))],
)
def test_an_extent_that_a_file_tells_counts_where_samples_lie_in_it(
    extent: tuple[float, float], window: tuple[float, float]
) -> None:
    told = described(channels=(Channel(extent=extent),))
    assert wants_survey(told)
    assert with_told((Window(0, 9),), told) == (Window(*window),)


def test_what_a_file_tells_gives_way_to_a_rule_that_is_asked_for() -> None:
    told = described(SampleType.U8, channels=(Channel(window=(3, 4)),))
    assert wants_survey(told, WindowRule.ZSCALE)
    assert with_told((Window(0, 9),), told, WindowRule.ZSCALE) == (Window(0, 9),)


def test_colours_that_a_profile_tells_are_shown_as_they_are() -> None:
    table = ColorTable(np.zeros((2, 2, 2, 3), np.float32))
    assert not wants_survey(described(color=ColorModel.RGB, bands=3, color_table=table))
    assert not wants_survey(described(color=ColorModel.RGB, bands=3, is_profiled=True))


@pytest.mark.parametrize(
    ("sample", "found", "shown"),
    [
        (SampleType.F32, Window(0.02, 0.6), Window(0, 1)),
        (SampleType.F32, Window(5.0, 250.0), Window(5.0, 250.0)),
        (SampleType.F32, Window(0.0, 0.001), Window(0.0, 0.001)),
        (SampleType.F32, Window(-0.5, 0.5), Window(-0.5, 0.5)),
        (SampleType.S16, Window(0, 9000), Window(0, 9000)),
    ],
)
def test_but_other_samples_with_a_profile_only_where_they_are_colours(
    sample: SampleType, found: Window, shown: Window
) -> None:
    profiled = described(sample, color=ColorModel.RGB, bands=3, is_profiled=True)
    assert wants_survey(profiled)
    assert with_told((found,) * 3, profiled) == (shown,) * 3


def test_what_is_beside_colours_with_a_profile_has_its_own() -> None:
    more = described(
        SampleType.F32, color=ColorModel.CHANNELS, bands=4, channels=BESIDE, is_profiled=True
    )
    found = (*(Window(0.02, 0.6),) * 3, Window(5.0, 250.0))
    assert with_told(found, more) == (*(Window(0, 1),) * 3, Window(5.0, 250.0))


KEYS = (TileKey(0, 0, 0), TileKey(0, 1, 0))


def tile(low: int, high: int) -> NDArray[Any]:
    pixels = np.full((8, 8, 1), low, np.uint16)
    pixels[4:] = high
    return packed(pixels, described())


def test_a_survey_is_over_with_its_last_tile() -> None:
    survey = Survey(described(), KEYS, GUTTER)
    assert not survey.hear(KEYS[0], tile(100, 200))
    assert not survey.hear(TileKey(3, 0, 0), tile(0, 60_000))
    assert survey.hear(KEYS[1], tile(150, 900))
    assert survey.windows() == (Window(100, 900),)


def test_a_survey_goes_on_without_a_tile_that_failed() -> None:
    survey = Survey(described(), KEYS, GUTTER)
    survey.hear(KEYS[0], None)
    assert survey.hear(KEYS[1], tile(150, 900))
    assert survey.windows() == (Window(150, 900),)


def test_a_survey_of_more_than_it_takes_is_of_every_nth() -> None:
    large = Pyramid(4096, 4096, (Level(4096, 4096, 1.0, 1.0, tile_width=4096, tile_height=4096),))
    description = replace(described(), pyramid=large)
    survey = Survey(description, KEYS[:1], 0)
    slot = np.zeros((1, 4096, 4096, 2), np.uint16)
    slot[..., 1] = 65_535
    survey.hear(KEYS[0], slot)
    (kept,) = survey._slots
    assert kept.shape == (1, 512, 512, 2)


def test_a_first_picture_waits_for_its_windows_half_a_second() -> None:
    first = FirstWindows(Survey(described(), KEYS, GUTTER))
    assert first.waits(10.0)
    assert first.waits(10.0 + 0.99 * PATIENCE_S)
    assert not first.waits(10.0 + PATIENCE_S)
    assert not first.is_final
    assert first.hear(KEYS[0], tile(1, 2)) is None
    assert first.hear(KEYS[1], tile(3, 4)) == (Window(1, 4),)
    assert first.is_final


def test_only_tiles_that_will_not_come_are_given_up() -> None:
    first = FirstWindows(Survey(described(), KEYS, GUTTER))
    assert not first.lacks({KEYS[1]})
    assert first.lacks({TileKey(3, 0, 0)})
    first.hear(KEYS[1], tile(1, 2))
    assert first.lacks({KEYS[1]})


def test_what_was_set_by_hand_is_not_waited_for() -> None:
    first = FirstWindows(Survey(described(), KEYS, GUTTER))
    first.by_hand = True
    assert not first.waits(10.0)
    assert first.is_final


FLOATS = described(SampleType.F32)
LOWEST = -3.4028235e38


def test_the_end_of_all_floats_is_no_value_where_there_are_others() -> None:
    """GDAL's files have it where there is nothing, and means of it and of data in their levels."""
    ramp = [*range(101), *[LOWEST] * 14, LOWEST / 4.0]
    assert suitable_windows(values(ramp), FLOATS) == (Window(0, 100),)


def test_large_values_are_values() -> None:
    assert suitable_windows(values([-1e38, 0, 1.5e38]), FLOATS)[0].low < -0.99e38
