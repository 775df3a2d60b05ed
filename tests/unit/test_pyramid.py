"""The geometry of levels and tiles."""

import itertools
import math
from collections.abc import Callable
from dataclasses import FrozenInstanceError

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from glview.pyramid import IntRect, Level, Pyramid, Rect, TileKey

SIZES = st.integers(1, 1500)


def floor_rounded(width: int, height: int, count: int, tile: int = 256) -> Pyramid:
    """Levels as libvips' TIFF writer makes them: each halving rounded down."""
    levels = tuple(
        Level(max(width >> k, 1), max(height >> k, 1), 2.0**k, 2.0**k, 0.0, 0.0, tile, tile)
        for k in range(count)
    )
    return Pyramid(width, height, levels)


def ceil_rounded(width: int, height: int, count: int, tile: int = 256) -> Pyramid:
    """Levels as DeepZoom has them: each halving rounded up."""
    levels = tuple(
        Level(-(-width >> k), -(-height >> k), 2.0**k, 2.0**k, 0.0, 0.0, tile, tile)
        for k in range(count)
    )
    return Pyramid(width, height, levels)


def test_a_grid_counts_its_narrow_last_tiles() -> None:
    level = Level(1003, 512, 1.0, 1.0)
    assert (level.columns, level.rows) == (4, 2)


def test_the_last_tile_is_cut_to_the_level() -> None:
    level = Level(1003, 600, 1.0, 1.0)
    assert level.l_tile_rect(3, 2) == IntRect(768, 512, 1003, 600)
    assert level.l_tile_rect(3, 2).width == 235
    assert level.l_tile_rect(3, 2).height == 88


@pytest.mark.parametrize(("column", "row"), [(-1, 0), (4, 0), (0, -1), (0, 3)])
def test_a_tile_outside_the_grid_is_an_index_error(column: int, row: int) -> None:
    with pytest.raises(IndexError, match=f"no tile {column},{row} in a grid of 4x3"):
        Level(1003, 600, 1.0, 1.0).l_tile_rect(column, row)


def test_a_level_is_placed_by_downsample_and_offset_not_by_sizes() -> None:
    level = Level(501, 502, 2.0, 3.0, 0.5, 1.0)
    assert level.i_tile_rect(1, 1) == Rect(512.5, 769.0, 1002.5, 1507.0)


def test_the_downsample_is_the_mean_of_both_axes() -> None:
    assert Level(10, 10, 2.0, 8.0).downsample == 4.0


def test_the_last_tile_answers_for_what_lies_past_a_level_rounded_down() -> None:
    level = Level(512, 512, 2.0, 2.0)
    assert level.t_range(Rect(1024.2, 0.0, 1025.0, 1.0)) == IntRect(1, 0, 2, 1)


def test_the_first_tile_answers_for_what_lies_before_an_offset() -> None:
    level = Level(512, 512, 4.0, 4.0, 1.5, 1.5)
    assert level.t_range(Rect(0.0, 0.0, 1.0, 1.0)) == IntRect(0, 0, 1, 1)


def test_a_rectangle_that_ends_on_a_tile_edge_does_not_meet_the_next_tile() -> None:
    level = Level(1024, 1024, 1.0, 1.0)
    assert level.t_range(Rect(256.0, 0.0, 512.0, 257.0)) == IntRect(1, 0, 2, 2)


def test_covering_finds_the_four_finer_tiles_under_a_tile() -> None:
    pyramid = floor_rounded(1024, 1024, 2)
    assert list(pyramid.covering(TileKey(1, 1, 0), 0)) == [
        TileKey(0, 2, 0),
        TileKey(0, 3, 0),
        TileKey(0, 2, 1),
        TileKey(0, 3, 1),
    ]


def test_covering_finds_the_coarser_tile_over_a_tile() -> None:
    pyramid = floor_rounded(1024, 1024, 3)
    assert list(pyramid.covering(TileKey(0, 3, 2), 1)) == [TileKey(1, 1, 1)]
    assert list(pyramid.covering(TileKey(0, 3, 2), 2)) == [TileKey(2, 0, 0)]


def test_the_last_tile_covers_the_finer_column_past_its_own_edge() -> None:
    """1025 halves to 512: the finer tile of one column lies under no coarser texel."""
    pyramid = floor_rounded(1025, 1025, 2)
    assert TileKey(0, 4, 4) in set(pyramid.covering(TileKey(1, 1, 1), 0))
    assert TileKey(0, 4, 0) in set(pyramid.covering(TileKey(1, 1, 0), 0))
    assert list(pyramid.covering(TileKey(0, 4, 4), 1)) == [TileKey(1, 1, 1)]


@pytest.mark.parametrize("rounded", [floor_rounded, ceil_rounded])
@settings(max_examples=40)
@given(width=SIZES, height=SIZES, tile=st.sampled_from([64, 100, 256]))
def test_covering_is_mutual(
    rounded: Callable[[int, int, int, int], Pyramid], width: int, height: int, tile: int
) -> None:
    """A coarser tile covers exactly the finer ones that it is covered by."""
    pyramid = rounded(width, height, 3, tile)
    for fine, coarse in ((0, 1), (1, 2), (0, 2)):
        down, up = set(), set()
        for key in every_tile(pyramid, coarse):
            down |= {(key, finer) for finer in pyramid.covering(key, fine)}
        for key in every_tile(pyramid, fine):
            up |= {(coarser, key) for coarser in pyramid.covering(key, coarse)}
        assert up == down


@given(width=SIZES, height=SIZES, level=st.integers(0, 4))
def test_tiles_partition_their_level(width: int, height: int, level: int) -> None:
    pyramid = floor_rounded(width, height, 5)
    geometry = pyramid.levels[level]
    rects = [geometry.l_tile_rect(c, 0) for c in range(geometry.columns)]
    assert rects[0].x0 == 0
    assert rects[-1].x1 == geometry.width
    assert all(a.x1 == b.x0 for a, b in itertools.pairwise(rects))
    assert all(r.width > 0 for r in rects)


@given(
    x=st.floats(0, 1003, allow_nan=False, exclude_max=True),
    y=st.floats(0, 1005, allow_nan=False, exclude_max=True),
    level=st.integers(0, 3),
)
def test_every_image_point_has_a_tile_at_every_level(x: float, y: float, level: int) -> None:
    pyramid = floor_rounded(1003, 1005, 4, 100)
    grid = pyramid.t_range(level, Rect(x, y, math.nextafter(x, 2e3), math.nextafter(y, 2e3)))
    assert grid.width >= 1
    assert grid.height >= 1
    geometry = pyramid.levels[level]
    assert 0 <= grid.x0 < grid.x1 <= geometry.columns
    assert 0 <= grid.y0 < grid.y1 <= geometry.rows


def test_a_pyramid_needs_a_level() -> None:
    with pytest.raises(ValueError, match="needs a level"):
        Pyramid(10, 10, ())


def test_levels_must_go_from_fine_to_coarse() -> None:
    with pytest.raises(ValueError, match=r"fine to coarse: \[2.0, 1.0\]"):
        Pyramid(10, 10, (Level(5, 5, 2.0, 2.0), Level(10, 10, 1.0, 1.0)))


def test_two_levels_of_one_downsample_are_refused() -> None:
    with pytest.raises(ValueError, match="fine to coarse"):
        Pyramid(10, 10, (Level(5, 5, 2.0, 2.0), Level(5, 5, 2.0, 2.0)))


@pytest.mark.parametrize("size", [(0, 5), (5, 0)])
def test_a_level_must_have_a_size(size: tuple[int, int]) -> None:
    with pytest.raises(ValueError, match="sizes must be positive"):
        Level(*size, 1.0, 1.0)


@pytest.mark.parametrize("downsample", [0.0, -1.0, math.nan])
def test_a_level_must_have_a_downsample(downsample: float) -> None:
    with pytest.raises(ValueError, match="downsamples must be positive"):
        Level(5, 5, downsample, 1.0)


def test_geometry_never_changes() -> None:
    with pytest.raises(FrozenInstanceError):
        Level(5, 5, 1.0, 1.0).width = 6  # type: ignore[misc]  # that is the point


def every_tile(pyramid: Pyramid, level: int) -> list[TileKey]:
    geometry = pyramid.levels[level]
    return [
        TileKey(level, column, row)
        for row in range(geometry.rows)
        for column in range(geometry.columns)
    ]


def test_a_derived_tile_is_read_from_the_stored_level_below() -> None:
    """10,000 pixels in 40x40 tiles: the first derived level takes 4, the last all of them."""
    stored = Level(10_000, 10_000, 1.0, 1.0)
    made = tuple(
        Level(-(-10_000 >> k), -(-10_000 >> k), 2.0**k, 2.0**k, derived=True) for k in range(1, 8)
    )
    pyramid = Pyramid(10_000, 10_000, (stored, *made))
    assert [pyramid.tiles_read_for(level) for level in (0, 1, 2, 7)] == [1, 4, 16, 1600]


def test_a_level_derived_from_a_single_tile_takes_that_one() -> None:
    levels = (Level(200, 100, 1.0, 1.0), Level(50, 25, 4.0, 4.0, derived=True))
    assert Pyramid(200, 100, levels).tiles_read_for(1) == 1


def test_a_rectangle_holds_what_lies_in_it_to_the_edge() -> None:
    rect = IntRect(500, 250, 520, 260)
    assert rect.holds(rect)
    for other in ((499, 250, 520, 260), (500, 249, 520, 260), (500, 250, 521, 260)):
        assert not rect.holds(IntRect(*other))
    assert not rect.holds(IntRect(500, 250, 520, 261))
