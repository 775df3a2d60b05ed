"""The view: from the image to the screen and back."""

import math
from dataclasses import replace

import pytest
from hypothesis import given
from hypothesis import strategies as st

from glview.pyramid import Rect
from glview.viewport import Point, Viewport

COORDINATES = st.floats(-1e7, 1e7)
VIEWS = st.builds(
    Viewport,
    width=st.integers(1, 4000),
    height=st.integers(1, 4000),
    centre_x=COORDINATES,
    centre_y=COORDINATES,
    scale=st.floats(1e-4, 256.0),
    rotation=st.one_of(st.sampled_from([0.0, 90.0, 180.0, 270.0]), st.floats(0.0, 360.0)),
    flip=st.booleans(),
)
PLACES = st.floats(-5000.0, 5000.0)


def near(a: Point, b: Point, tolerance: float) -> bool:
    return math.isclose(a.x, b.x, abs_tol=tolerance) and math.isclose(a.y, b.y, abs_tol=tolerance)


@given(VIEWS, PLACES, PLACES)
def test_screen_to_image_and_back_is_the_same_place(view: Viewport, x: float, y: float) -> None:
    i = view.i_from_s(x, y)
    # Half a unit in the last place of 1e7 or of the offset, seen at the view's scale.
    tolerance = 1e-8 * view.scale + 1e-9
    assert near(view.s_from_i(i.x, i.y), Point(x, y), tolerance)


def test_the_middle_of_the_target_is_the_centre() -> None:
    view = Viewport(800, 600, 123.0, 456.0, 3.0, 77.0, flip=True)
    assert view.i_from_s(400, 300) == (123.0, 456.0)


def test_scale_is_device_pixels_per_image_pixel() -> None:
    view = Viewport(800, 600, 100.0, 50.0, 4.0)
    assert view.s_from_i(101.0, 52.0) == (404.0, 308.0)


def test_rotation_is_clockwise() -> None:
    view = Viewport(800, 600, 0.0, 0.0, 1.0, 90.0)
    assert view.s_from_i(10.0, 0.0) == (400.0, 310.0)


def test_the_flip_mirrors_before_the_rotation() -> None:
    view = Viewport(800, 600, 0.0, 0.0, 1.0, 90.0, flip=True)
    assert view.s_from_i(10.0, 0.0) == (400.0, 290.0)
    assert view.s_from_i(0.0, 10.0) == (390.0, 300.0)


@pytest.mark.parametrize(
    ("degrees", "direction"),
    [(0.0, (1, 0)), (90.0, (0, 1)), (180.0, (-1, 0)), (270.0, (0, -1)), (-90.0, (0, -1))],
)
def test_quarter_turns_are_exact(degrees: float, direction: tuple[float, float]) -> None:
    assert Viewport(1, 1, rotation=degrees).direction == direction


@given(VIEWS, PLACES, PLACES, st.floats(0.1, 10.0))
def test_a_zoom_keeps_the_point_under_the_cursor(
    view: Viewport, x: float, y: float, factor: float
) -> None:
    before = view.i_from_s(x, y)
    after = view.zoomed(factor, x, y)
    assert after.scale == view.scale * factor
    assert near(after.i_from_s(x, y), before, 1e-8 * (1 + 1 / after.scale))


@given(VIEWS, PLACES, PLACES, st.floats(-360.0, 360.0))
def test_a_turn_keeps_the_point_under_the_cursor(
    view: Viewport, x: float, y: float, degrees: float
) -> None:
    before = view.i_from_s(x, y)
    assert near(view.rotated(degrees, x, y).i_from_s(x, y), before, 1e-8 * (1 + 1 / view.scale))


@given(VIEWS, PLACES, PLACES)
def test_a_pan_moves_the_picture_by_that_many_pixels(view: Viewport, dx: float, dy: float) -> None:
    i = view.i_from_s(17.0, 23.0)
    moved = view.panned(dx, dy).s_from_i(i.x, i.y)
    assert near(moved, Point(17.0 + dx, 23.0 + dy), 3e-8 * view.scale + 1e-8)


@given(VIEWS, PLACES, PLACES)
def test_a_flip_mirrors_the_screen_about_its_middle(view: Viewport, x: float, y: float) -> None:
    i = view.i_from_s(x, y)
    mirrored = view.flipped().s_from_i(i.x, i.y)
    assert near(mirrored, Point(view.width - x, y), 1e-8 * view.scale + 1e-7)


def test_two_flips_are_none() -> None:
    view = Viewport(800, 600, 5.0, 6.0, 2.0, 30.0)
    assert view.flipped().flipped() == view


@given(VIEWS)
def test_bounds_hold_every_corner(view: Viewport) -> None:
    bounds = view.i_bounds(10.0)
    for corner in view.i_corners(10.0):
        assert bounds.x0 <= corner.x <= bounds.x1
        assert bounds.y0 <= corner.y <= bounds.y1


def test_a_margin_is_in_device_pixels() -> None:
    assert Viewport(100, 60, 0.0, 0.0, 2.0).i_bounds(10.0) == Rect(-30.0, -20.0, 30.0, 20.0)


def test_fit_shows_the_whole_image_and_no_more() -> None:
    view = Viewport(800, 600, scale=9.0).fitted(4000, 2000)
    assert (view.centre_x, view.centre_y, view.scale) == (2000.0, 1000.0, 0.2)


def test_fit_knows_that_the_image_is_turned() -> None:
    assert Viewport(800, 600, rotation=90.0).fitted(4000, 2000).scale == 0.15


@given(VIEWS, st.integers(1, 100_000), st.integers(1, 100_000))
def test_a_fitted_image_lies_within_the_target(view: Viewport, width: int, height: int) -> None:
    fitted = view.fitted(width, height)
    for x, y in ((0, 0), (width, 0), (width, height), (0, height)):
        s = fitted.s_from_i(x, y)
        assert -1e-6 <= s.x <= view.width + 1e-6
        assert -1e-6 <= s.y <= view.height + 1e-6


def test_a_snapped_view_has_pixel_edges_on_pixel_edges() -> None:
    snapped = Viewport(801, 600, 100.3, 50.6, 1.0).snapped()
    assert snapped.s_from_i(0.0, 0.0) == (300.0, 249.0)


@given(VIEWS)
def test_a_snap_moves_less_than_a_pixel(view: Viewport) -> None:
    snapped = view.snapped()
    s = snapped.s_from_i(view.centre_x, view.centre_y)
    assert abs(s.x - view.width / 2) <= 0.5 + 1e-8 * view.scale
    assert abs(s.y - view.height / 2) <= 0.5 + 1e-8 * view.scale


def test_a_slanted_view_is_left_where_it_is() -> None:
    view = Viewport(801, 600, 100.3, 50.6, 1.0, 12.0)
    assert view.snapped() is view


def test_another_size_keeps_the_middle() -> None:
    view = Viewport(800, 600, 7.0, 8.0, 2.0)
    assert view.resized(300, 200) == replace(view, width=300, height=200)


@pytest.mark.parametrize("scale", [0.0, -1.0, math.inf, math.nan])
def test_a_scale_is_positive_and_finite(scale: float) -> None:
    with pytest.raises(ValueError, match="scale must be positive and finite"):
        Viewport(10, 10, scale=scale)


def test_a_target_has_a_size() -> None:
    with pytest.raises(ValueError, match="size must be positive: 0x10"):
        Viewport(0, 10)


@pytest.mark.parametrize("place", [(math.nan, 0.0), (0.0, math.inf)])
def test_a_centre_is_finite(place: tuple[float, float]) -> None:
    with pytest.raises(ValueError, match="centre must be finite"):
        Viewport(10, 10, *place)
