"""What there is of the view that is planned: tiles that are there, have nothing, or failed."""

from collections.abc import Collection

from glview.asking import Asking
from glview.failures import Failures, Hole
from glview.lod import LodChoice
from glview.planner import Planner
from glview.pyramid import Pyramid, TileKey
from glview.residency import Residency
from glview.stats import TileCounts
from glview.supply import Supply
from glview.tile_states import TileState, tile_states


class Standing:
    """Tells how an image stands. For the thread that owns the view.

    ``pinned`` are the tiles that its overview is made of.
    """

    def __init__(
        self,
        pyramid: Pyramid,
        pinned: Collection[TileKey],
        planner: Planner,
        residency: Residency,
        asking: Asking,
        supply: Supply,
        failures: Failures,
        lacking: Failures,
    ) -> None:
        self._pyramid, self._pinned = pyramid, pinned
        self._planner, self._residency = planner, residency
        self._asking, self._supply = asking, supply
        self._failures, self._lacking = failures, lacking

    @property
    def levels(self) -> LodChoice:
        """The levels that make the picture; full resolution before the first plan."""
        plan = self._planner.plan
        return plan.choice if plan is not None else LodChoice(0, ())

    @property
    def _needed(self) -> frozenset[TileKey]:
        """What the planned view needs; nothing before the first plan."""
        plan = self._planner.plan
        return plan.needed if plan is not None else frozenset()

    def in_sight(self) -> list[TileKey]:
        """The tiles of the base level that the planned view needs."""
        return [key for key in self._needed if key.level == self.levels.base]

    @property
    def has_tiles(self) -> bool:
        """Whether any tile has arrived."""
        return bool(self._residency.residents)

    def overview_count(self) -> int:
        """How many tiles there are of those that a thumbnail is made of: it changes with them."""
        return sum(key in self._residency.residents for key in self._pinned)

    @property
    def keeps_ahead(self) -> bool:
        """Whether tiles wait to be taken in, if only such as are ahead of need."""
        return self._supply.has_any

    @property
    def is_reduced(self) -> bool:
        """Whether the picture is made of coarser tiles than the view asks for, for want of room."""
        return self._planner.is_reduced

    @property
    def lacks_any(self) -> bool:
        """Whether any tile could not be read, or not in all its parts."""
        return bool(self._failures or self._lacking)

    def is_complete(self) -> bool:
        """Whether every tile that the planned view needs is there, has nothing, or failed."""
        plan = self._planner.plan
        return plan is not None and self._asking.is_complete(plan)

    def progress(self) -> tuple[int, int]:
        """How many tiles the planned view needs, and how many of them need not be waited for."""
        needed = self._needed
        return len(needed), sum(map(self._residency.is_settled, needed))

    def holes(self) -> list[Hole]:
        """The tiles of the planned view that cannot be read, and of those seen the ones in part."""
        partly = self._lacking.holes(self.in_sight()) if self._lacking else []
        return self._failures.holes(self._needed) + partly

    def new_holes(self) -> list[Hole]:
        """Those of `holes` that no call before this one gave."""
        return self._failures.new_holes(self._needed)

    def errors(self) -> tuple[Hole, ...]:
        """Every tile of the image that was found unreadable, in sight or not."""
        return tuple(self._failures.holes(self._failures))

    def tile_counts(self) -> TileCounts:
        """How many tiles there are in which state."""
        residency, needed = self._residency, self._needed
        return TileCounts(
            len(residency.residents),
            residency.capacity,
            len(needed),
            sum(key in residency.residents or key in residency.empty for key in needed),
            len(self._failures),
            *self._supply.counts(),
        )

    def tile_states(self, now_s: float, fade_s: float) -> dict[TileKey, TileState]:
        """What the tiles around the planned view are to the picture, as `tile_states` has it."""
        plan = self._planner.plan
        if plan is None:
            return {}
        return tile_states(
            self._pyramid,
            plan.choice,
            plan.cover,
            self._residency.residents,
            failed=self._failures,
            empty=self._residency.empty,
            now_s=now_s,
            fade_s=fade_s,
        )
