"""Keeps the plan for the view, and makes another when that no longer serves (pure)."""

from glview.cover import Neighbourhood
from glview.lod import LevelRange, LodChoice, choose
from glview.motion import Ahead
from glview.pyramid import Pyramid
from glview.scheduler import NEIGHBOURHOOD_PX, Aim, Plan, Rules, Stop, plan
from glview.viewport import Point, Viewport

REPLAN_PX = 32.0
"""Priorities are set anew when the view has moved this far: an eighth of a tile."""


class Planner:
    """Owner of the current plan; used by the thread that owns the view."""

    def __init__(self, pyramid: Pyramid, ranges: tuple[LevelRange, ...]) -> None:
        self._pyramid = pyramid
        self._ranges = ranges
        self._choice: LodChoice | None = None
        self._aim: Aim | None = None
        self._bound = False
        self._neighbourhood: Neighbourhood | None = None
        self._rules: Rules | None = None
        self._plan: Plan | None = None

    @property
    def plan(self) -> Plan | None:
        """The current plan; None before the first and after `forget`."""
        return self._plan

    @property
    def is_reduced(self) -> bool:
        """Whether it is for coarser tiles than the view asks for, for want of room."""
        return self._plan is not None and self._plan.choice != self._choice

    def forget(self, ranges: tuple[LevelRange, ...] | None = None) -> None:
        """Plan anew for the next view, with other ranges of the levels if given."""
        self._ranges = ranges or self._ranges
        self._plan = None

    def is_for(self, view: Viewport) -> bool:
        """Whether the plan was made for this very view."""
        return self._neighbourhood is not None and self._neighbourhood.view == view

    def follow(
        self,
        view: Viewport,
        rules: Rules,
        *,
        focus: Point | None,
        moving: bool,
        ahead: Ahead | None = None,
    ) -> bool:
        """True if the view took another plan."""
        choice = self._choose(view)
        # The last frame of a motion shows what was planned for. What lies around can wait for the
        # next one: decoded beside it, it made that frame take 53 ms instead of 26 on two cores.
        ends = moving and ahead is None and self._bound
        self._bound = ahead is not None
        stale = rules != self._rules or self._is_stale(view, choice, moving)
        if not (stale or (self._is_astray(ahead) and not ends)):
            return False
        self._rules = rules
        self._choice = choice
        self._aim = self._aim_at(ahead, choice)
        self._neighbourhood = Neighbourhood(view, NEIGHBOURHOOD_PX)
        self._plan = plan(self._pyramid, choice, view, rules, focus=focus, aim=self._aim)
        return True

    def _choose(self, view: Viewport) -> LodChoice:
        return choose(self._pyramid, self._ranges, view.scale)

    def _aim_at(self, ahead: Ahead | None, choice: LodChoice) -> Aim | None:
        if ahead is None:
            return None
        ends = ahead.soon == ahead.destination
        crosses = ends or self._choose(ahead.soon).base != choice.base
        path = tuple(map(self._stop, ahead.path))
        return Aim(self._stop(ahead.destination), path, crosses, ahead.sure)

    def _stop(self, view: Viewport) -> Stop:
        return Stop(view, self._choose(view))

    def _is_stale(self, view: Viewport, choice: LodChoice, moving: bool) -> bool:
        if self._plan is None or self._neighbourhood is None:
            return True
        planned = self._neighbourhood.view
        if planned == view:
            return False
        if choice != self._choice or not self._neighbourhood.holds(view) or not moving:
            return True
        middle = planned.s_from_i(view.centre_x, view.centre_y)
        away = max(abs(middle.x - planned.width / 2), abs(middle.y - planned.height / 2))
        return away > REPLAN_PX

    def _is_astray(self, ahead: Ahead | None) -> bool:
        """Whether the view is bound for another place than was planned for, or for none."""
        planned = self._aim
        if ahead is None:
            return planned is not None
        return (
            planned is None
            or planned.end.choice != self._choose(ahead.destination)
            or not Neighbourhood(planned.end.view, REPLAN_PX).holds(ahead.destination)
        )
