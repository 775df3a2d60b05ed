"""Which tiles a view wants, in which order."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from glview.cover import tiles_of, tiles_under
from glview.lod import LodChoice, choose, level_ranges
from glview.pyramid import TileKey
from glview.scheduler import NEIGHBOURHOOD_PX, Aim, Plan, Rules, Stop, plan
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
    aim: Aim | None = None,
) -> Plan:
    rules = Rules(capacity, PINNED, prefetch=prefetch)
    return plan(PYRAMID, choose(PYRAMID, RANGES, view.scale), view, rules, focus=focus, aim=aim)


def stop(view: Viewport) -> Stop:
    return Stop(view, choose(PYRAMID, RANGES, view.scale))


def bound_for(view: Viewport, *path: Viewport, crosses: bool = False, sure: bool = True) -> Aim:
    return Aim(stop(view), tuple(map(stop, path)), crosses, sure)


def new_in(keys: list[TileKey], *others: list[TileKey]) -> set[TileKey]:
    return set(keys).difference(*others)


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


def test_after_what_lies_around_comes_the_next_finer_level_under_the_focus() -> None:
    view = Viewport(300, 200, 10_100.0, 10_100.0, 0.5)
    wanted = planned(view, focus=Point(250.0, 20.0)).wanted
    finer = [key for key in wanted if key.level == 0]
    closer = view.zoomed(2.0, 250.0, 20.0)
    assert finer == tiles_under(closer, PYRAMID, 0, focus=Point(250.0, 20.0))
    around = tiles_under(view, PYRAMID, 1, margin_px=NEIGHBOURHOOD_PX)
    assert max(map(wanted.index, around)) < wanted.index(finer[0])


def test_what_lies_around_changes_no_picture() -> None:
    made = planned()
    coarse = tiles_under(AT_1, PYRAMID, 2, margin_px=NEIGHBOURHOOD_PX)
    assert made.keep - made.ahead_of_need == made.needed.union(PINNED, coarse)
    assert len(made.ahead_of_need) > 4


def test_where_a_fling_ends_is_wanted_after_what_is_in_sight_and_before_its_way() -> None:
    halfway, there = AT_1.panned(-700.0, 0.0), AT_1.panned(-1500.0, 0.0)
    wanted = planned(aim=bound_for(there, halfway)).wanted
    sharp = [key for key in wanted if key.level == 0]
    here, way, end = (tiles_under(view, PYRAMID, 0) for view in (AT_1, halfway, there))
    count = len(here) + len(end)
    assert set(sharp[: len(here)]) == set(here)
    assert set(sharp[len(here) : count]) == set(end)
    # While it moves that is all: what lies around comes when it rests.
    assert set(sharp[count:]) == set(way)


def test_while_a_hand_has_hold_of_the_picture_its_way_comes_before_its_end() -> None:
    halfway, there = AT_1.panned(-700.0, 0.0), AT_1.panned(-1500.0, 0.0)
    wanted = planned(aim=bound_for(there, halfway, sure=False)).wanted
    sharp = [key for key in wanted if key.level == 0]
    here, way, end = (tiles_under(view, PYRAMID, 0) for view in (AT_1, halfway, there))
    count = len(here) + len(way)
    assert set(sharp[len(here) : count]) == set(way)
    assert set(sharp[count:]) == set(end)


def test_a_zoom_by_a_held_key_wants_the_next_level_first_then_those_that_follow() -> None:
    scales = (0.2, 0.3, 0.6)
    near, further, end = (Viewport(300, 200, 10_100.0, 10_100.0, scale) for scale in scales)
    view = Viewport(300, 200, 10_100.0, 10_100.0, 0.125)
    made = planned(view, aim=bound_for(end, near, further, crosses=True, sure=False))
    assert made.choice == LodChoice(3, ())
    levels = [key.level for key in made.wanted[len(PINNED) :] if key.level < 4]
    assert list(dict.fromkeys(levels)) == [2, 1, 0]


@pytest.mark.parametrize("sure", [True, False])
def test_a_view_that_moves_wants_nothing_around_it(*, sure: bool) -> None:
    halfway, there = AT_1.panned(-20.0, 0.0), AT_1.panned(-40.0, 0.0)
    made = planned(aim=bound_for(there, halfway, sure=sure))
    sharp = {key for key in made.wanted if key.level == 0}
    assert sharp == {
        key for view in (AT_1, halfway, there) for key in tiles_under(view, PYRAMID, 0)
    }
    assert not any(key.level == 1 for key in made.wanted)


@pytest.mark.parametrize("end", [0.06, 1.0])
def test_a_level_that_a_zoom_only_crosses_is_not_wanted_but_kept(end: float) -> None:
    view = Viewport(300, 200, 10_100.0, 10_100.0, 0.25)
    there = Viewport(300, 200, 10_100.0, 10_100.0, end)
    made = planned(view, aim=bound_for(there, crosses=True))
    crossed = set(tiles_under(view, PYRAMID, 2))
    assert made.choice == LodChoice(2, ())
    assert made.needed == crossed
    wanted = set(made.wanted)
    if end == 1.0:
        # Two levels coarser than the end's stands in for it: that is the one that is crossed.
        assert not {key for key in wanted if key.level == 2} - set(
            tiles_under(there, PYRAMID, 2, margin_px=NEIGHBOURHOOD_PX)
        )
    else:
        assert not {key for key in wanted if key.level == 2}
    assert crossed <= made.keep
    aimed = choose(PYRAMID, RANGES, end).base
    assert set(tiles_under(there, PYRAMID, aimed)) <= wanted


def test_without_prefetch_only_what_is_in_sight_counts_on_the_way_too() -> None:
    there = AT_1.panned(-1500.0, 0.0)
    made = planned(prefetch=False, aim=bound_for(there, crosses=True))
    assert made.wanted == planned(prefetch=False).wanted


def test_never_more_is_wanted_than_a_few_views_of_tiles() -> None:
    """What is in sight; its end and its way, or a ring, one level up and one down."""
    view = Viewport(1600, 1000, 10_100.0, 10_100.0, 0.25)
    way = [view.panned(-400.0 * step, 0.0) for step in range(4)]
    for aim in (None, bound_for(way[-1], *way[:-1])):
        made = planned(view, aim=aim, capacity=2000)
        in_sight = len(made.needed)
        assert in_sight == 35
        assert len(made.wanted) - len(PINNED) < 5 * in_sight


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
    rules = Rules(500, (TileKey(top, 0, 0),), frozenset((1, 2, top)))
    made = plan(PYRAMID, LodChoice(0, ()), AT_1, rules)
    assert {key.level for key in made.wanted[:-1]} == {0}
    assert made.wanted[-1] == TileKey(top, 0, 0)
    assert TileKey(top, 0, 0) in made.essential
