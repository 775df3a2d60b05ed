"""What hands do to a display."""

import math
from dataclasses import replace

import pytest

from glview.colormaps import ColorMap
from glview.display import CHANNEL_COLORS, WHITE, Display, Transfer, Window
from glview.display_steps import (
    band_names,
    next_alone,
    next_colormap,
    next_curve,
    told,
    with_all,
    with_band,
    with_checker,
    with_contrast,
    with_only,
)
from glview.image import Channel, ColorModel, ImageDescription, SampleType
from glview.pyramid import Level, Pyramid

GREY = Display((Window(100, 300),), (WHITE,))
TWO = Display((Window(0, 100), Window(50, 90)), CHANNEL_COLORS[:2])


def described(bands: int = 1, sample: SampleType = SampleType.U16, *names: str) -> ImageDescription:
    model = ColorModel.GREY if bands == 1 else ColorModel.CHANNELS
    pyramid = Pyramid(8, 8, (Level(8, 8, 1.0, 1.0),))
    channels = tuple(map(Channel, names))
    return ImageDescription("x", "test", pyramid, sample, model, bands, channels=channels)


def test_curves_go_round() -> None:
    seen, display = [], GREY
    for _ in range(4):
        display = next_curve(display)
        seen.append((display.transfer.value, display.gamma))
    assert seen == [("linear", 2.2), ("log", 1.0), ("asinh", 1.0), ("linear", 1.0)]


def test_after_another_gamma_comes_the_straight_line() -> None:
    assert next_curve(replace(GREY, gamma=1.3)) == GREY


def test_a_checkerboard_takes_the_place_of_a_background_and_gives_it_back() -> None:
    red = (1.0, 0.0, 0.0)
    board = with_checker(replace(GREY, background=red), red, shown=True)
    assert (board.background, board.checker) == ((0.4, 0.4, 0.4), (0.6, 0.6, 0.6))
    assert with_checker(board, red, shown=False) == replace(GREY, background=red)


def test_maps_go_round() -> None:
    seen, display = [], GREY
    for _ in range(7):
        display = next_colormap(display)
        seen.append(display.colormap.value if display.colormap else "")
    assert seen == ["viridis", "magma", "inferno", "cividis", "grey", "grey inverted", ""]


def test_bands_are_shown_and_hidden() -> None:
    hidden = with_band(TWO, 1, shown=False)
    assert hidden.shown == (0,)
    assert with_band(hidden, 1, shown=False) == hidden
    assert with_band(hidden, 1, shown=True) == TWO
    with pytest.raises(IndexError, match="no band 2 of 2"):
        with_band(TWO, 2, shown=True)


@pytest.mark.parametrize(
    ("across", "down", "window"),
    [
        (0.25, 0.0, Window(0, 400)),
        (-0.25, 0.0, Window(150, 250)),
        (0.0, 0.5, Window(200, 400)),
        (0.0, -0.5, Window(0, 200)),
    ],
)
def test_a_drag_to_the_right_widens_and_one_down_darkens(
    across: float, down: float, window: Window
) -> None:
    assert with_contrast(GREY, across, down).windows == (window,)


def test_one_band_is_shown_alone_then_the_next_one_then_all() -> None:
    display = Display((Window(0, 1),) * 3, ((1.0, 1.0, 1.0),) * 3)
    first = next_alone(display)
    assert first.shown == (0,)
    assert next_alone(first).shown == (1,)
    assert next_alone(with_only(display, 2)).shown == (0,)
    assert next_alone(with_band(display, 0, shown=False)).shown == (1,)
    assert next_alone(replace(display, hidden=frozenset({0, 1, 2}))).shown == (0,)
    assert with_all(first).shown == (0, 1, 2)


def test_there_is_no_other_band_to_be_shown_alone() -> None:
    with pytest.raises(IndexError, match="no band 3 of 3"):
        with_only(Display((Window(0, 1),) * 3, ((1.0, 1.0, 1.0),) * 3), 3)


def test_a_drag_is_for_what_is_shown() -> None:
    one = replace(TWO, hidden=frozenset({0}))
    assert with_contrast(one, 0.25, 0.0).windows == (Window(0, 100), Window(30, 110))


@pytest.mark.parametrize("ends", [(-1.7e308, 1.7e308), (0.0, 1e308)])
@pytest.mark.parametrize(("across", "down"), [(1.0, 0.0), (0.0, 1.0), (2.0, -5.0)])
def test_no_drag_goes_beyond_what_numbers_there_are(
    ends: tuple[float, float], across: float, down: float
) -> None:
    (window,) = with_contrast(replace(GREY, windows=(Window(*ends),)), across, down).windows
    assert math.isfinite(window.high - window.low)


@pytest.mark.parametrize("across", [-100.0, 100.0])
def test_no_drag_makes_a_window_that_is_none(across: float) -> None:
    assert with_contrast(GREY, across, 0.0).windows[0].low < 200.0


@pytest.mark.parametrize(
    ("display", "description", "line"),
    [
        (
            replace(
                GREY,
                windows=(Window(120, 3400.2),),
                transfer=Transfer.ASINH,
                colormap=ColorMap.MAGMA,
            ),
            described(),
            "window 120 ~ 3,400 · asinh · magma",
        ),
        (replace(GREY, gamma=2.2), described(), "window 100 ~ 300 · gamma 2.2"),
        (
            replace(GREY, windows=(Window(-0.00125, 1.5),)),
            described(1, SampleType.F32),
            "window -0.00125 ~ 1.5",
        ),
        (
            replace(GREY, windows=(Window(1_000_000, 1_000_100),)),
            described(1, SampleType.F32),
            "window 1000000 ~ 1000100",
        ),
        (
            replace(GREY, windows=(Window(1e-17, 3e-17),)),
            described(1, SampleType.F32),
            "window 1e-17 ~ 3e-17",
        ),
        (TWO, described(2, SampleType.U16, "DAPI", ""), "windows: DAPI 0 ~ 100, channel 2 50 ~ 90"),
        (replace(TWO, hidden=frozenset({0})), described(2), "window 50 ~ 90"),
        (replace(TWO, hidden=frozenset({0, 1})), described(2), "nothing is shown"),
    ],
)
def test_a_display_in_a_line(display: Display, description: ImageDescription, line: str) -> None:
    assert told(display, description) == line.replace("~", "\u2013").replace("-", "\u2212")


def test_bands_have_the_files_names_or_numbers() -> None:
    assert band_names(described(2, SampleType.U16, "DAPI", "")) == ("DAPI", "channel 2")
    assert band_names(described(2)) == ("channel 1", "channel 2")
