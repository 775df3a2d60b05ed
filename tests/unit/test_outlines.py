"""Borders on the screen: where they lie, and what they look like."""

import pytest

from glview.frame import Outline
from glview.outlines import FAILED_COLOR, LEVEL_COLORS, level_color, outlines, placed
from glview.pyramid import Level, Pyramid, TileKey
from glview.tile_states import TileState
from glview.viewport import Point, Viewport

ROUNDED_UP = Pyramid(600, 500, (Level(600, 500, 1.0, 1.0), Level(301, 251, 2.0, 2.0)))
ROUNDED_DOWN = Pyramid(601, 503, (Level(601, 503, 1.0, 1.0), Level(300, 251, 2.0, 2.0)))
VIEW = Viewport(400, 300, 256.0, 256.0, 2.0)
"""Shows image x from 156 to 356 and y from 181 to 331."""
FIRST = TileKey(0, 0, 0)
LAST = TileKey(0, 2, 1)
GREEN, BLUE = LEVEL_COLORS[:2]


def one(view: Viewport, key: TileKey, pyramid: Pyramid = ROUNDED_UP) -> tuple[Point, Point, Point]:
    return placed(pyramid, view, key)


def test_upright_a_tile_lies_along_the_screens_axes() -> None:
    assert one(VIEW, FIRST) == ((-312.0, -362.0), (512.0, 0.0), (0.0, 512.0))


def test_turned_by_a_quarter_its_first_row_goes_down() -> None:
    view = Viewport(400, 300, 256.0, 256.0, 2.0, 90.0)
    assert one(view, FIRST) == ((712.0, -362.0), (0.0, 512.0), (-512.0, 0.0))


def test_flipped_its_first_row_goes_left() -> None:
    view = Viewport(400, 300, 256.0, 256.0, 2.0, flip=True)
    assert one(view, FIRST) == ((712.0, -362.0), (-512.0, 0.0), (0.0, 512.0))


def test_turned_by_any_angle_its_edges_keep_their_lengths() -> None:
    corner, across, down = one(Viewport(400, 300, 0.0, 0.0, 2.0, 30.0), FIRST)
    assert corner == pytest.approx((200.0, 150.0))
    assert across == pytest.approx((443.405, 256.0))
    assert down == pytest.approx((-256.0, 443.405))


def test_the_last_tiles_are_cut_to_the_image() -> None:
    assert one(VIEW, LAST) == ((712.0, 150.0), (176.0, 0.0), (0.0, 488.0))
    assert one(VIEW, TileKey(1, 1, 0))[1] == (176.0, 0.0)


def test_where_a_level_ends_short_its_last_tiles_reach_to_the_images_edge() -> None:
    corner, across, down = one(VIEW, TileKey(1, 1, 0), ROUNDED_DOWN)
    assert (corner, across, down) == ((712.0, -362.0), (178.0, 0.0), (0.0, 1006.0))


def test_a_tile_that_is_not_in_sight_has_no_border() -> None:
    states = dict.fromkeys([FIRST, TileKey(0, 2, 0), TileKey(0, 1, 1)], TileState.FULL)
    found = outlines(ROUNDED_UP, VIEW, states, 0)
    assert [outline.corner for outline in found] == [(-312.0, -362.0), (200.0, 150.0)]


@pytest.mark.parametrize(
    ("state", "color", "dash"),
    [
        (TileState.FULL, (*GREEN, 1.0), 0.0),
        (TileState.APPEARING, (*GREEN, 0.5), 0.0),
        (TileState.STANDING_IN, (*GREEN, 1.0), 5.0),
        (TileState.MISSING, (*GREEN, 1.0), 1.5),
        (TileState.FAILED, (*FAILED_COLOR, 1.0), 0.0),
    ],
)
def test_states_are_told_apart(
    state: TileState, color: tuple[float, float, float, float], dash: float
) -> None:
    (outline,) = outlines(ROUNDED_UP, VIEW, {FIRST: state}, 0)
    assert outline == Outline(
        Point(-312.0, -362.0), Point(512.0, 0.0), Point(0.0, 512.0), color, dash, 0.0
    )


def test_levels_have_colours_of_their_own_and_lie_inside_each_other() -> None:
    states = {TileKey(1, 0, 0): TileState.STANDING_IN, FIRST: TileState.FULL}
    coarse, fine = outlines(ROUNDED_UP, VIEW, states, 0)
    assert (coarse.color[:3], coarse.inset) == (BLUE, 3.0)
    assert (fine.color[:3], fine.inset) == (GREEN, 0.0)


def test_no_level_is_as_red_as_failure() -> None:
    assert FAILED_COLOR[0] - max(FAILED_COLOR[1:]) > 0.8
    assert max(red - max(green, blue) for red, green, blue in LEVEL_COLORS) < 0.4


def test_levels_that_meet_in_a_picture_are_far_apart_in_colour() -> None:
    for level in range(12):
        for away in (1, 2):
            pair = zip(level_color(level), level_color(level + away), strict=True)
            assert sum(abs(a - b) for a, b in pair) > 0.55, (level, away)
