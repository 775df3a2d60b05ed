"""From a view to its tiles."""

import math

import pytest
from hypothesis import HealthCheck, assume, given, settings
from hypothesis import strategies as st

from glview.cover import (
    Neighbourhood,
    overview_level,
    single_tile_level,
    tiles_of,
    tiles_under,
)
from glview.pyramid import Level, Pyramid, TileKey
from glview.sources.synthetic import halving_pyramid
from glview.viewport import Point, Viewport

WIDTH, HEIGHT = 3003, 2005

ROUNDED_UP = halving_pyramid(WIDTH, HEIGHT)
ROUNDED_DOWN = Pyramid(
    WIDTH, HEIGHT, tuple(Level(WIDTH >> k, HEIGHT >> k, 2.0**k, 2.0**k) for k in range(4))
)
DECIMATED = Pyramid(
    WIDTH,
    HEIGHT,
    (
        Level(WIDTH, HEIGHT, 1.0, 1.0, 0.0, 0.0, 240, 200),
        Level(WIDTH // 3, HEIGHT // 4, 3.0, 4.0, 1.0, 1.5, 240, 200),
    ),
)
PYRAMIDS = st.sampled_from([ROUNDED_UP, ROUNDED_DOWN, DECIMATED])
VIEWS = st.builds(
    Viewport,
    width=st.integers(1, 1200),
    height=st.integers(1, 1200),
    centre_x=st.floats(-500.0, 3500.0),
    centre_y=st.floats(-500.0, 2500.0),
    scale=st.floats(0.05, 20.0),
    rotation=st.one_of(st.sampled_from([0.0, 90.0, 180.0, 270.0]), st.floats(0.0, 360.0)),
    flip=st.booleans(),
)
SHARES = st.floats(0.0, 1.0)


def tile_at(pyramid: Pyramid, level: int, i: Point) -> TileKey | None:
    """The tile that shows an image point; None on a tile's edge, where either may."""
    geometry = pyramid.levels[level]
    across = (i.x - geometry.offset_x) / geometry.downsample_x / geometry.tile_width
    down = (i.y - geometry.offset_y) / geometry.downsample_y / geometry.tile_height
    if min(abs(across - round(across)), abs(down - round(down))) < 1e-6:
        return None
    return TileKey(
        level,
        min(max(math.floor(across), 0), geometry.columns - 1),
        min(max(math.floor(down), 0), geometry.rows - 1),
    )


def is_on_image(i: Point) -> bool:
    return 0.0 < i.x < WIDTH and 0.0 < i.y < HEIGHT


@given(PYRAMIDS, st.integers(0, 3), VIEWS, SHARES, SHARES)
def test_every_visible_image_pixel_has_its_tile(
    pyramid: Pyramid, level: int, view: Viewport, across: float, down: float
) -> None:
    level = min(level, len(pyramid.levels) - 1)
    i = view.i_from_s(across * view.width, down * view.height)
    assume(is_on_image(i))
    key = tile_at(pyramid, level, i)
    assume(key is not None)
    assert key in tiles_under(view, pyramid, level)


@given(PYRAMIDS, VIEWS)
def test_no_tile_comes_twice(pyramid: Pyramid, view: Viewport) -> None:
    found = tiles_under(view, pyramid, 0, margin_px=50.0)
    assert len(found) == len(set(found))


@given(VIEWS, st.floats(0.0, 300.0))
def test_a_margin_only_adds(view: Viewport, margin: float) -> None:
    assert set(tiles_under(view, ROUNDED_UP, 0)) <= set(
        tiles_under(view, ROUNDED_UP, 0, margin_px=margin)
    )


def test_a_view_inside_one_tile_takes_one_tile() -> None:
    assert tiles_under(Viewport(100, 100, 384.0, 640.0), ROUNDED_UP, 0) == [TileKey(0, 1, 2)]


def test_a_view_that_ends_on_a_tile_edge_does_not_take_the_next() -> None:
    assert tiles_under(Viewport(256, 256, 384.0, 640.0), ROUNDED_UP, 0) == [TileKey(0, 1, 2)]


def test_a_margin_of_a_pixel_takes_the_next() -> None:
    found = tiles_under(Viewport(256, 256, 384.0, 640.0), ROUNDED_UP, 0, margin_px=1.0)
    assert len(found) == 9


def test_a_turned_view_takes_no_tiles_of_its_upright_corners() -> None:
    """Of the 6x6 tiles of its bounds a diamond leaves out three at each corner."""
    view = Viewport(1024, 1024, 1024.0, 1024.0, 1.0, 45.0)
    found = set(tiles_under(view, ROUNDED_UP, 0))
    assert len(found) == 24
    assert TileKey(0, 1, 1) not in found
    assert TileKey(0, 1, 3) in found


def test_the_nearest_to_the_middle_comes_first() -> None:
    found = tiles_under(Viewport(512, 256, 300.0, 128.0), ROUNDED_UP, 0)
    assert found == [TileKey(0, 1, 0), TileKey(0, 0, 0), TileKey(0, 2, 0)]


def test_the_nearest_to_the_focus_comes_first() -> None:
    view = Viewport(512, 256, 300.0, 128.0)
    found = tiles_under(view, ROUNDED_UP, 0, focus=Point(0.0, 128.0))
    assert found == [TileKey(0, 0, 0), TileKey(0, 1, 0), TileKey(0, 2, 0)]


@pytest.mark.parametrize(
    "centre", [(-51.0, 100.0), (3054.0, 100.0), (100.0, -51.0), (100.0, 2056.0)]
)
def test_a_view_beside_the_image_takes_nothing(centre: tuple[float, float]) -> None:
    assert tiles_under(Viewport(100, 100, *centre), ROUNDED_UP, 0) == []


def test_the_bare_rim_of_a_level_rounded_down_takes_its_last_tile() -> None:
    """3003 over 8 is 375: image pixels 3000 to 3003 have no texel of their own."""
    view = Viewport(2, 2, 3002.0, 2003.0)
    assert tiles_under(view, ROUNDED_DOWN, 3) == [TileKey(3, 1, 0)]


# Views that leave the neighbourhood, and points beside the image, say nothing here: most examples.
@settings(suppress_health_check=[HealthCheck.filter_too_much])
@given(
    PYRAMIDS,
    VIEWS,
    st.floats(-150.0, 150.0),
    st.floats(-150.0, 150.0),
    st.floats(0.8, 1.6),
    st.floats(-20.0, 20.0),
    SHARES,
    SHARES,
)
def test_a_neighbourhood_never_lies(
    pyramid: Pyramid,
    view: Viewport,
    dx: float,
    dy: float,
    factor: float,
    degrees: float,
    across: float,
    down: float,
) -> None:
    """Whatever a view shows that a neighbourhood holds, the neighbourhood's tiles show."""
    later = view.panned(dx, dy).zoomed(factor, 10.0, 10.0).rotated(degrees, 50.0, 50.0)
    assume(Neighbourhood(view, 128.0).holds(later))
    i = later.i_from_s(across * later.width, down * later.height)
    assume(is_on_image(i))
    key = tile_at(pyramid, 0, i)
    assume(key is not None)
    assert key in tiles_under(view, pyramid, 0, margin_px=128.0)


def test_a_neighbourhood_ends_at_its_margin() -> None:
    view = Viewport(100, 100, 500.0, 500.0)
    around = Neighbourhood(view, 128.0)
    assert around.holds(view.panned(128.0, -128.0))
    assert not around.holds(view.panned(129.0, 0.0))
    assert not around.holds(view.panned(0.0, -129.0))
    assert not around.holds(view.panned(-129.0, 0.0))


def test_a_neighbourhood_does_not_hold_a_view_zoomed_far_out() -> None:
    view = Viewport(100, 100, 500.0, 500.0)
    assert not Neighbourhood(view, 128.0).holds(view.zoomed(0.1, 50.0, 50.0))


def test_the_overview_is_the_finest_level_within_1024_pixels() -> None:
    assert overview_level(ROUNDED_UP) == 2


def test_without_a_small_level_the_overview_is_the_coarsest() -> None:
    assert overview_level(Pyramid(9000, 9000, (Level(9000, 9000, 1.0, 1.0),))) == 0


def test_one_tile_shows_the_whole_image_at_its_finest_such_level() -> None:
    assert single_tile_level(ROUNDED_UP) == 4
    assert ROUNDED_UP.levels[4].width == 188


def test_where_no_level_is_one_tile_the_coarsest_counts() -> None:
    assert single_tile_level(ROUNDED_DOWN) == 3


def test_tiles_of_a_level_come_row_by_row() -> None:
    assert tiles_of(ROUNDED_UP, 3) == (TileKey(3, 0, 0), TileKey(3, 1, 0))
