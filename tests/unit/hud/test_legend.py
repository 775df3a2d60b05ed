"""The legend of channels."""

from dataclasses import replace

import numpy as np
import pytest

from glview.display import Display, default_display
from glview.hud.legend import LegendItem, count_line, legend_panel
from glview.hud.sight import Sight
from glview.image import Axis, Channel, ColorModel, ImageDescription, SampleType
from glview.pyramid import Level, Pyramid
from glview.viewport import Viewport


def described(bands: int, model: ColorModel = ColorModel.CHANNELS) -> ImageDescription:
    pyramid = Pyramid(8, 8, (Level(8, 8, 1.0, 1.0),))
    colors = [(0.0, 0.0, 1.0), (0.0, 1.0, 0.0), (1.0, 0.0, 0.0)]
    channels = tuple(
        Channel(name, color)
        for name, color in zip(["DAPI", "GFP", "Cy5"][:bands], colors[:bands], strict=True)
    )
    return ImageDescription("x", "test", pyramid, SampleType.U16, model, bands, channels=channels)


def sight(description: ImageDescription, width: int = 800, height: int = 600) -> Sight:
    return Sight(description, Viewport(width, height), 1.0, 0.0, None)


THREE = described(3)
SHOWN = default_display(THREE)


def test_each_channel_has_a_square_in_its_colour_until_it_is_hidden() -> None:
    rows = (("DAPI", (0.0, 0.0, 1.0), True), ("GFP", (0.0, 1.0, 0.0), False))
    panel = legend_panel(rows)
    squares = panel[:, 12 + 4]
    assert (squares == [0, 0, 255, 255]).all(axis=1).sum() == 9
    assert not (squares == [0, 255, 0, 255]).all(axis=1).any()


def test_it_stands_at_the_upper_left_and_stays_as_long_as_it_looks_the_same() -> None:
    item = LegendItem()
    panel = item.panel(sight(THREE), SHOWN)
    assert panel is not None
    assert (panel.x, panel.y) == (16, 16)
    assert item.panel(sight(THREE), replace(SHOWN, gamma=2.0)) is panel
    other = item.panel(sight(THREE), replace(SHOWN, hidden=frozenset({1})))
    assert other is not None
    assert not np.array_equal(other.pixels, panel.pixels)


def test_it_is_about_channels_and_needs_room() -> None:
    def shown(description: ImageDescription, width: int = 800, height: int = 600) -> bool:
        display: Display = default_display(description)
        return LegendItem().panel(sight(description, width, height), display) is not None

    assert shown(THREE)
    assert not shown(described(3, ColorModel.RGB))
    assert not shown(described(1))
    assert not shown(THREE, 100, 600)
    assert not shown(THREE, 800, 60)


def test_a_plane_that_is_one_channel_of_many_has_its_name() -> None:
    one = replace(described(1, ColorModel.GREY), axes=(Axis("channel", 30),), plane=(12,))
    panel = LegendItem().panel(sight(one), default_display(one))
    other = LegendItem().panel(sight(THREE), SHOWN)
    assert panel is not None
    assert other is not None
    assert panel.pixels.shape[0] < other.pixels.shape[0]
    z = replace(one, axes=(Axis("z", 30),))
    assert LegendItem().panel(sight(z), default_display(z)) is None


@pytest.mark.parametrize(
    ("shown", "named", "told"),
    [
        (3, True, ""),
        (1, True, "1 of 3 channels"),
        (1, False, "1 of 3 channels"),
        (3, False, "3 channels"),
    ],
)
def test_it_says_how_many_channels_are_shown_where_the_names_do_not(
    shown: int, named: bool, told: str
) -> None:
    assert count_line(shown, 3, named=named) == told


def test_that_line_is_below_the_names() -> None:
    rows = (("DAPI", (0.0, 0.0, 1.0), True), ("GFP", (0.0, 1.0, 0.0), False))
    plain, told = legend_panel(rows), legend_panel(rows, count="1 of 2 channels")
    line = (plain.shape[0] - 16) // 2
    assert told.shape[0] == plain.shape[0] + line
    assert (told[-8 - line : -8, :, :3].min(axis=2) > 150).any()
    assert not (plain[-8 - line : -8, :, :3].min(axis=2) > 150).any()


def test_a_channel_that_is_off_makes_the_line() -> None:
    one_off = LegendItem().panel(sight(THREE), replace(SHOWN, hidden=frozenset({1})))
    all_on = LegendItem().panel(sight(THREE), SHOWN)
    assert one_off is not None
    assert all_on is not None
    assert one_off.pixels.shape[0] > all_on.pixels.shape[0]


def test_without_room_for_the_names_it_is_the_line_alone() -> None:
    alone = LegendItem().panel(sight(THREE, 800, 80), SHOWN)
    assert alone is not None
    assert np.array_equal(alone.pixels, legend_panel((), most_px=400, count="3 channels"))
