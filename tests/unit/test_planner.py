"""When another plan is made than the one there is."""

from glview.cover import tiles_under
from glview.lod import level_ranges
from glview.motion import Ahead
from glview.planner import Planner
from glview.pyramid import TileKey
from glview.scheduler import Rules
from glview.sources.synthetic import halving_pyramid
from glview.viewport import Viewport

PYRAMID = halving_pyramid(20_000, 20_000)
RULES = Rules(700)
AT_1 = Viewport(300, 200, 10_100.0, 10_100.0, 1.0)


def planner() -> Planner:
    return Planner(PYRAMID, level_ranges(PYRAMID))


def bound_for(view: Viewport, *, soon: Viewport | None = None) -> Ahead:
    return Ahead(soon or view, view, ())


def test_what_was_planned_for_a_motion_is_planned_anew_when_it_is_over() -> None:
    made = planner()
    assert made.follow(AT_1, RULES, focus=None, moving=True, ahead=bound_for(AT_1))
    assert not made.follow(AT_1, RULES, focus=None, moving=True, ahead=bound_for(AT_1))
    assert made.follow(AT_1, RULES, focus=None, moving=False)
    assert not made.follow(AT_1, RULES, focus=None, moving=False)


def test_what_lies_around_waits_until_the_last_frame_of_a_motion_is_drawn() -> None:
    made, end = planner(), AT_1.panned(-10.0, 0.0)
    made.follow(AT_1, RULES, focus=None, moving=True, ahead=bound_for(end))
    assert not made.follow(end, RULES, focus=None, moving=True)
    assert not made.is_for(end)
    assert made.follow(end, RULES, focus=None, moving=False)
    assert made.plan is not None
    assert TileKey(1, 19, 19) in made.plan.wanted


def test_a_hand_that_scrolls_on_after_a_motion_has_what_lies_around() -> None:
    """A touchpad says of no step where it is bound for."""
    made = planner()
    made.follow(AT_1, RULES, focus=None, moving=True, ahead=bound_for(AT_1))
    for step in (1.0, 2.0):
        made.follow(AT_1.panned(step, 0.0), RULES, focus=None, moving=True)
    assert made.plan is not None
    assert TileKey(1, 19, 19) in made.plan.wanted


def test_of_a_motion_that_is_over_soon_only_its_end_is_loaded() -> None:
    made, end = planner(), AT_1.panned(-2000.0, 0.0)
    made.follow(AT_1, RULES, focus=None, moving=True, ahead=bound_for(end, soon=end))
    assert made.plan is not None
    sharp = {key for key in made.plan.wanted if key.level == 0}
    assert sharp == set(tiles_under(end, PYRAMID, 0))
    assert made.plan.needed == set(tiles_under(AT_1, PYRAMID, 0))
