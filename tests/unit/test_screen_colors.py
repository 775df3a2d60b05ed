"""Tables for a screen with a profile: each image's own, made once."""

from dataclasses import replace

import numpy as np
import pyvips

from glview.image import Channel, ColorModel, ImageDescription, SampleType
from glview.pyramid import Level, Pyramid
from glview.screen_colors import ScreenColors
from glview.sources.icc import color_table
from tests.profiles import swapped

P3 = bytes(pyvips.Image.profile_load("p3"))
GREY = ImageDescription(
    "x", "test", Pyramid(8, 8, (Level(8, 8, 1.0, 1.0),)), SampleType.U8, ColorModel.GREY, 1
)
PLAIN = replace(GREY, color_model=ColorModel.RGB, bands=3)
WIDE = replace(PLAIN, color_table=color_table(P3, "picture"))
OTHER = replace(PLAIN, color_table=color_table(swapped(P3), "picture"))


def test_without_a_profile_of_the_screen_images_keep_their_tables() -> None:
    screen = ScreenColors(None)
    assert screen.of_srgb() is None
    assert screen.of(WIDE) is WIDE.color_table
    assert screen.of(PLAIN) is None


def test_bands_beside_colours_take_their_table() -> None:
    channels = (Channel(),) * 3 + (Channel(beside_rgb=True),)
    more = replace(WIDE, color_model=ColorModel.CHANNELS, bands=4, channels=channels)
    assert ScreenColors(None).of(more) is WIDE.color_table


def test_a_table_is_made_once_for_images_of_one_profile() -> None:
    screen = ScreenColors(swapped(P3))
    assert screen.of(WIDE) is screen.of(replace(WIDE, name="y"))


def test_an_image_of_another_profile_has_another_table() -> None:
    screen = ScreenColors(swapped(P3))
    first, second = screen.of(WIDE), screen.of(OTHER)
    assert first is not None
    assert second is None  # it is the screen's own
    again = screen.of(WIDE)
    assert again is not None
    np.testing.assert_array_equal(again.values, first.values)


def test_what_has_no_profile_is_srgb() -> None:
    screen = ScreenColors(swapped(P3))
    assert screen.of_srgb() is not None
    assert screen.of(PLAIN) is screen.of(GREY) is screen.of_srgb()
