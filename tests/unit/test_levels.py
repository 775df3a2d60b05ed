"""Zooms as levels of a DeepZoom pyramid, as the command line asks for them."""

import pytest

from glview.canvases.levels import level_scale, picture_size, show_level
from glview.navigator import Navigator
from glview.pyramid import Level, Pyramid

PYRAMID = Pyramid(3001, 2000, (Level(3001, 2000, 1.0, 1.0),))


@pytest.mark.parametrize(("level", "scale"), [(12, 1.0), (10, 0.25), (12.5, 2**0.5), (0, 2**-12)])
def test_a_level_is_counted_from_the_smallest(level: float, scale: float) -> None:
    assert level_scale(PYRAMID, level) == scale


@pytest.mark.parametrize(
    ("level", "size"),
    [
        (-1, (1000, 666)),  # fits 1000x800
        (10, (750, 500)),
        (12, (1900, 1000)),  # no more than the screen has
        (0, (1, 1)),
    ],
)
def test_a_window_can_be_as_large_as_the_picture(level: float, size: tuple[int, int]) -> None:
    assert picture_size(PYRAMID, level, (1000, 800), (1900, 1000)) == size


def test_a_level_stays_when_the_window_is_resized() -> None:
    navigator = Navigator(750, 500)
    navigator.set_image(3001, 2000)
    show_level(navigator, PYRAMID, 10)
    navigator.resize(400, 300)
    assert navigator.view.scale == 0.25
