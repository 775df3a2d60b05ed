"""How data becomes light."""

from dataclasses import replace

import pytest

from glview.colormaps import ColorMap
from glview.display import (
    BLACK,
    CHANNEL_COLORS,
    LIGHT_SQUARES,
    PRIMARIES,
    WHITE,
    Display,
    Transfer,
    Window,
    default_display,
    shows_samples,
)
from glview.image import Channel, ColorModel, ImageDescription, SampleType
from glview.pyramid import Level, Pyramid


def description(color: ColorModel, bands: int, sample: SampleType) -> ImageDescription:
    pyramid = Pyramid(8, 8, (Level(8, 8, 1.0, 1.0),))
    return ImageDescription("x", "test", pyramid, sample, color, bands)


@pytest.mark.parametrize("low", [1.0, 2.0, float("nan")])
def test_a_window_must_rise(low: float) -> None:
    with pytest.raises(ValueError, match="low < high"):
        Window(low, 1.0)


def test_each_band_has_a_window_and_a_colour() -> None:
    with pytest.raises(ValueError, match="one window and one colour a band"):
        Display((Window(0, 1),), (WHITE, WHITE))


def test_grey_is_white() -> None:
    made = default_display(description(ColorModel.GREY, 1, SampleType.U8))
    assert made.colors == (WHITE,)
    assert made.windows == (Window(0, 255),)


def test_rgb_has_its_primaries() -> None:
    made = default_display(description(ColorModel.RGB, 3, SampleType.U16))
    assert made.colors == PRIMARIES
    assert made.windows == (Window(0, 65_535),) * 3


def test_channels_are_handed_colours_in_turn() -> None:
    made = default_display(description(ColorModel.CHANNELS, 8, SampleType.F32))
    assert made.colors == CHANNEL_COLORS[:8]
    assert made.windows == (Window(0.0, 1.0),) * 8
    assert made.shown == (0, 1, 2, 3, 4, 5, 6, 7)


def test_no_two_channels_of_a_picture_have_one_colour() -> None:
    made = default_display(description(ColorModel.CHANNELS, 24, SampleType.U16))
    assert len(set(made.colors)) == 24


@pytest.mark.parametrize("sample", [SampleType.U8, SampleType.U16, SampleType.S16])
def test_of_many_bands_of_whole_numbers_the_first_three_are_red_green_and_blue(
    sample: SampleType,
) -> None:
    made = default_display(description(ColorModel.CHANNELS, 9, sample))
    assert made.shown == (0, 1, 2)
    assert made.colors[:5] == (*PRIMARIES, (0.0, 1.0, 1.0), (1.0, 0.0, 1.0))
    assert len(set(made.colors)) == 9


@pytest.mark.parametrize("told", [Channel("DAPI"), Channel(color=(1.0, 0.0, 0.0))])
def test_of_bytes_that_a_file_tells_of_all_are_shown(told: Channel) -> None:
    nine = replace(
        description(ColorModel.CHANNELS, 9, SampleType.U8), channels=(told, *(Channel(),) * 8)
    )
    assert default_display(nine).shown == (0, 1, 2, 3, 4, 5, 6, 7, 8)


@pytest.mark.parametrize("told", [Channel(limits=(0, 4095)), Channel(extent=(3, 2000))])
def test_between_what_samples_lie_explains_no_band(told: Channel) -> None:
    bands = description(ColorModel.CHANNELS, 5, SampleType.U16)
    assert default_display(replace(bands, channels=(told,) * 5)).shown == (0, 1, 2)


@pytest.mark.parametrize("sample", [SampleType.U8, SampleType.U16, SampleType.F32])
def test_bands_beside_rgb_are_hidden_at_first(sample: SampleType) -> None:
    channels = (*(Channel(color=color) for color in PRIMARIES), *(Channel(beside_rgb=True),) * 2)
    made = default_display(replace(description(ColorModel.CHANNELS, 5, sample), channels=channels))
    assert made.shown == (0, 1, 2)
    assert made.colors[:3] == PRIMARIES


def test_four_bands_of_bytes_are_shown_together() -> None:
    made = default_display(description(ColorModel.CHANNELS, 4, SampleType.U8))
    assert made.shown == (0, 1, 2, 3)
    assert made.colors == CHANNEL_COLORS[:4]


def test_floats_are_shown_from_0_to_1() -> None:
    made = default_display(description(ColorModel.GREY, 1, SampleType.F32))
    assert made.windows == (Window(0.0, 1.0),)


@pytest.mark.parametrize("ends", [(0.0, float("inf")), (float("-inf"), 0.0)])
def test_a_window_has_ends(ends: tuple[float, float]) -> None:
    with pytest.raises(ValueError, match="finite"):
        Window(*ends)


@pytest.mark.parametrize(
    ("transfer", "share", "light"),
    [
        (Transfer.LINEAR, 0.25, 0.25),
        (Transfer.LOG, 0.001, 0.1003),
        (Transfer.LOG, 0.1, 0.668),
        (Transfer.ASINH, 0.01, 0.0333),
        (Transfer.ASINH, 0.1, 0.294),
        *((transfer, 0.0, 0.0) for transfer in Transfer),
        *((transfer, 1.0, 1.0) for transfer in Transfer),
    ],
)
def test_a_transfer_says_what_becomes_of_a_share(
    transfer: Transfer, share: float, light: float
) -> None:
    assert transfer.of(share) == pytest.approx(light, abs=1e-4)


THREE = default_display(description(ColorModel.CHANNELS, 3, SampleType.U16))


def test_what_is_hidden_is_one_of_the_bands() -> None:
    with pytest.raises(ValueError, match=r"hidden bands \[3\] of 3"):
        replace(THREE, hidden=frozenset({3}))
    assert replace(THREE, hidden=frozenset({1})).shown == (0, 2)


@pytest.mark.parametrize("gamma", [0.0, -1.0, float("nan"), float("inf")])
def test_a_gamma_is_above_0(gamma: float) -> None:
    with pytest.raises(ValueError, match="gamma"):
        replace(THREE, gamma=gamma)


def test_hidden_bands_are_black() -> None:
    hidden = replace(THREE, hidden=frozenset({1}))
    assert hidden.lights == (CHANNEL_COLORS[0], BLACK, CHANNEL_COLORS[2])


def test_a_map_is_for_one_band_that_is_shown_alone() -> None:
    mapped = replace(THREE, colormap=ColorMap.MAGMA)
    assert mapped.mapped is None
    assert mapped.lights == CHANNEL_COLORS[:3]
    alone = replace(mapped, hidden=frozenset({0, 1}))
    assert alone.mapped is ColorMap.MAGMA
    assert alone.lights == (BLACK, BLACK, WHITE)
    assert replace(mapped, hidden=frozenset({0, 1, 2})).mapped is None


RGB_8 = default_display(description(ColorModel.RGB, 3, SampleType.U8))
GREY_8 = default_display(description(ColorModel.GREY, 1, SampleType.U8))


def test_data_is_light_in_a_plain_display() -> None:
    assert shows_samples(RGB_8, SampleType.U8)
    assert shows_samples(GREY_8, SampleType.U8)


@pytest.mark.parametrize(
    "other",
    [
        replace(RGB_8, windows=(Window(0, 254),) * 3),
        replace(RGB_8, gamma=1.1),
        replace(RGB_8, transfer=Transfer.LOG),
        replace(RGB_8, hidden=frozenset({0})),
        replace(RGB_8, colors=PRIMARIES[::-1]),
        replace(RGB_8, checker=LIGHT_SQUARES),
        replace(GREY_8, colormap=ColorMap.VIRIDIS),
    ],
)
def test_and_in_no_other(other: Display) -> None:
    assert not shows_samples(other, SampleType.U8)


def test_a_file_says_windows_and_colours_of_its_channels() -> None:
    told = replace(
        description(ColorModel.CHANNELS, 2, SampleType.U16),
        channels=(Channel("DAPI", (0.2, 0.0, 1.0), (100.0, 3000.0)), Channel("GFP")),
    )
    made = default_display(told)
    assert made.colors == ((0.2, 0.0, 1.0), CHANNEL_COLORS[1])
    assert made.windows == (Window(100.0, 3000.0), Window(0, 65_535))


def test_the_full_range_of_12_bits_is_their_own() -> None:
    told = replace(
        description(ColorModel.CHANNELS, 2, SampleType.U16),
        channels=(Channel(limits=(0.0, 4095.0)), Channel(window=(9.0, 99.0), limits=(0.0, 4095.0))),
    )
    assert default_display(told).windows == (Window(0, 4095), Window(9, 99))


def test_red_green_and_blue_stay_what_they_are() -> None:
    told = replace(
        description(ColorModel.RGB, 3, SampleType.U8),
        channels=tuple(Channel(name, (1.0, 1.0, 0.0)) for name in "rgb"),
    )
    assert default_display(told).colors == PRIMARIES
