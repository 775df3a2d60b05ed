"""Which tiles a view wants, in which order."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from glview.cover import tiles_of, tiles_under
from glview.lod import LodChoice, choose, level_ranges
from glview.pyramid import TileKey
from glview.scheduler import NEIGHBOURHOOD_PX, Plan, plan
from glview.sources.synthetic import halving_pyramid
from glview.viewport import Point, Viewport

PYRAMID = halving_pyramid(20_000, 20_000)
RANGES = level_ranges(PYRAMID)
ROOT = TileKey(len(PYRAMID.levels) - 1, 0, 0)
PINNED = (ROOT, *tiles_of(PYRAMID, 5))
AT_1 = Viewport(300, 200, 10_100.0, 10_100.0, 1.0)


def planned(
    view: Viewport = AT_1,
    *,
    focus: Point | None = None,
    capacity: int = 700,
    prefetch: bool = True,
) -> Plan:
    return plan(
        PYRAMID,
        choose(PYRAMID, RANGES, view.scale),
        view,
        pinned=PINNED,
        focus=focus,
        capacity=capacity,
        prefetch=prefetch,
    )


def first_of(wanted: tuple[TileKey, ...], level: int) -> int:
    return next(index for index, key in enumerate(wanted) if key.level == level)


def test_the_pinned_tiles_come_first() -> None:
    assert planned().wanted[: len(PINNED)] == PINNED


def test_a_coarse_picture_comes_before_the_sharp_one() -> None:
    wanted = planned().wanted
    assert wanted[len(PINNED)].level == 2
    assert first_of(wanted, 2) < first_of(wanted, 0)


def test_the_picture_comes_nearest_to_the_middle_first() -> None:
    wanted = planned().wanted
    sharp = [key for key in wanted if key.level == 0]
    # 10,100 is at 39.45 tiles: column and row 39.
    assert sharp[0] == TileKey(0, 39, 39)


def test_the_picture_comes_nearest_to_the_focus_first() -> None:
    wanted = planned(focus=Point(299.0, 100.0)).wanted
    assert next(key for key in wanted if key.level == 0) == TileKey(0, 40, 39)


def test_what_is_in_sight_comes_before_what_lies_around() -> None:
    made = planned()
    sharp = [key for key in made.wanted if key.level == 0]
    visible = set(tiles_under(AT_1, PYRAMID, 0))
    assert set(sharp[: len(visible)]) == visible
    assert len(sharp) > len(visible)


def test_the_next_coarser_level_comes_last() -> None:
    wanted = planned().wanted
    assert wanted[-1].level == 1
    assert first_of(wanted, 1) > max(i for i, key in enumerate(wanted) if key.level == 0)


def test_in_a_cross_fade_the_base_comes_before_the_finer_level() -> None:
    made = planned(Viewport(300, 200, 10_100.0, 10_100.0, 0.53))
    assert made.choice == LodChoice(1, (0,))
    wanted = made.wanted
    assert first_of(wanted, 1) < first_of(wanted, 0)


def test_a_cross_fade_needs_the_tiles_in_sight_of_both_levels() -> None:
    view = Viewport(300, 200, 10_100.0, 10_100.0, 0.53)
    expected = {*tiles_under(view, PYRAMID, 0), *tiles_under(view, PYRAMID, 1)}
    assert planned(view).needed == expected


def test_without_prefetch_nothing_around_is_wanted() -> None:
    made = planned(prefetch=False)
    assert {key for key in made.wanted if key.level == 0} == set(tiles_under(AT_1, PYRAMID, 0))
    assert not any(key.level == 1 for key in made.wanted)


def test_the_cover_has_the_neighbourhood_of_all_levels_that_may_stand_in() -> None:
    made = planned()
    assert list(made.cover) == list(range(len(PYRAMID.levels)))
    assert made.cover[0] == tuple(tiles_under(AT_1, PYRAMID, 0, margin_px=NEIGHBOURHOOD_PX))


def test_finer_levels_than_the_picture_takes_are_not_covered() -> None:
    assert min(planned(Viewport(300, 200, 1e4, 1e4, 0.2)).cover) == 2


def test_the_picture_and_what_is_pinned_are_essential() -> None:
    made = planned()
    assert made.essential == made.needed | set(PINNED)


@pytest.mark.parametrize("capacity", [40, 30])
def test_where_memory_is_short_the_picture_is_of_a_coarser_level(capacity: int) -> None:
    view = Viewport(1600, 1000, 10_000.0, 10_000.0, 1.0)
    made = planned(view, capacity=capacity)
    assert made.choice == LodChoice(1, ())
    assert made.needed == set(tiles_under(view, PYRAMID, 1))


def test_where_memory_is_short_a_cross_fade_goes_before_its_base_does() -> None:
    view = Viewport(800, 600, 10_000.0, 10_000.0, 0.53)
    assert planned(view, capacity=80).choice == LodChoice(1, (0,))
    assert planned(view, capacity=60).choice == LodChoice(1, ())
    assert planned(view, capacity=20).choice == LodChoice(2, ())


@given(
    st.floats(0.01, 4.0),
    st.integers(1, 2000),
    st.integers(1, 2000),
    st.integers(1, 800),
    st.booleans(),
)
def test_what_a_picture_needs_is_always_wanted_and_fits(
    scale: float, width: int, height: int, capacity: int, prefetch: bool
) -> None:
    view = Viewport(width, height, 9_000.0, 11_000.0, scale)
    made = planned(view, capacity=capacity, prefetch=prefetch)
    assert made.needed
    assert made.needed <= made.essential <= made.keep == set(made.wanted)
    assert len(made.keep) == len(made.wanted) <= capacity


def test_a_view_beside_the_image_needs_nothing() -> None:
    made = planned(Viewport(300, 200, -5_000.0, 0.0, 1.0))
    assert made.needed == frozenset()
    assert made.wanted == PINNED


def test_what_takes_thousands_of_tiles_to_make_comes_last() -> None:
    """An overview made of all tiles of an image waits behind what is in sight and around it."""
    top = len(PYRAMID.levels) - 1
    made = plan(
        PYRAMID,
        LodChoice(0, ()),
        AT_1,
        pinned=(TileKey(top, 0, 0),),
        focus=None,
        capacity=500,
        slow_levels=(1, 2, top),
    )
    assert {key.level for key in made.wanted[:-1]} == {0}
    assert made.wanted[-1] == TileKey(top, 0, 0)
    assert TileKey(top, 0, 0) in made.essential
