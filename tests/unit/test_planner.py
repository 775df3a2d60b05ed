"""When another plan is made than the one there is."""

from glview.lod import level_ranges
from glview.motion import Ahead
from glview.planner import Planner
from glview.scheduler import Rules
from glview.sources.synthetic import halving_pyramid
from glview.viewport import Viewport

PYRAMID = halving_pyramid(20_000, 20_000)
RULES = Rules(700)
AT_1 = Viewport(300, 200, 10_100.0, 10_100.0, 1.0)


def planner() -> Planner:
    return Planner(PYRAMID, level_ranges(PYRAMID))


def bound_for(view: Viewport) -> Ahead:
    return Ahead(view, view, ())


def test_what_was_planned_for_a_motion_is_planned_anew_when_it_is_over() -> None:
    made = planner()
    assert made.follow(AT_1, RULES, focus=None, moving=True, ahead=bound_for(AT_1))
    assert not made.follow(AT_1, RULES, focus=None, moving=True, ahead=bound_for(AT_1))
    assert made.follow(AT_1, RULES, focus=None, moving=False)
    assert not made.follow(AT_1, RULES, focus=None, moving=False)
