"""How data becomes light."""

import pytest

from glview.display import CHANNEL_COLORS, PRIMARIES, WHITE, Display, Window, default_display
from glview.image import ColorModel, ImageDescription, SampleType
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
    made = default_display(description(ColorModel.CHANNELS, 8, SampleType.S16))
    assert made.colors == (*CHANNEL_COLORS, *CHANNEL_COLORS[:2])
    assert made.windows == (Window(-32_768, 32_767),) * 8


def test_floats_are_shown_from_0_to_1() -> None:
    made = default_display(description(ColorModel.GREY, 1, SampleType.F32))
    assert made.windows == (Window(0.0, 1.0),)
