"""Which tiles are wanted for a view, best first (pure: returns a plan and performs nothing)."""

from collections.abc import Collection, Iterator, Mapping
from dataclasses import dataclass
from typing import NamedTuple

from glview.cover import Cover, tiles_under
from glview.lod import LodChoice
from glview.pyramid import Pyramid, TileKey
from glview.viewport import Point, Viewport

NEIGHBOURHOOD_PX = 128.0
"""How far around the view tiles are kept ready: half a tile at 1:1, so that a pan meets them."""
COARSE_FIRST_LEVELS = 2
"""A picture this many levels coarser is asked for first: 1/16 of the tiles, soon there."""


@dataclass(frozen=True, slots=True)
class Rules:
    """What holds for all plans of an image."""

    capacity: int
    """Most tiles that may be wanted or kept."""
    pinned: tuple[TileKey, ...] = ()
    """Tiles that are always kept, best first."""
    slow_levels: frozenset[int] = frozenset()
    """Levels whose tiles are each made of many."""
    prefetch: bool = True
    cross_fade: bool = True
    """Whether levels can be blended."""


class Stop(NamedTuple):
    """A view that a motion comes to, and the levels that make its picture."""

    view: Viewport
    choice: LodChoice


@dataclass(frozen=True, slots=True)
class Aim:
    """Where a view that moves is bound for, and stops on its way there, nearest first.

    ``crosses`` says that what is shown now will be left at once: it is not worth loading.
    Where a hand has yet to let go the end is not ``sure``: the way counts more than it.
    """

    end: Stop
    path: tuple[Stop, ...] = ()
    crosses: bool = False
    sure: bool = True


@dataclass(frozen=True, slots=True, eq=False)
class Plan:
    """What a view needs.

    ``cover`` has, for the levels that may take part, the tiles of the neighbourhood, nearest
    first; ``needed`` are the tiles that the settled picture is made of; ``wanted`` is everything
    worth loading, best first; ``keep`` is that and what is needed; ``essential`` of it is what the
    picture cannot do without, and must never be evicted; ``ahead_of_need`` is what changes no
    picture as long as the view stays.
    """

    choice: LodChoice
    cover: Mapping[int, tuple[TileKey, ...]]
    needed: frozenset[TileKey]
    wanted: tuple[TileKey, ...]
    keep: frozenset[TileKey]
    essential: frozenset[TileKey]
    ahead_of_need: frozenset[TileKey]


def plan(
    pyramid: Pyramid,
    choice: LodChoice,
    view: Viewport,
    rules: Rules,
    *,
    focus: Point | None = None,
    aim: Aim | None = None,
) -> Plan:
    """The plan for a view that is at rest, or bound for ``aim``.

    Where the picture takes more tiles than there is room for, it is made without a cross-fade, then
    of coarser levels; of the pinned tiles those are kept that take half the room at most.

    Order: the pinned overview; a coarse picture; the picture itself, nearest to the focus first.
    Then, with ``prefetch``, for a view at rest what lies around it, the next finer level under the
    focus and the next coarser one; for one that moves the picture that it is bound for and what
    lies on the way there. A level that is only crossed on the way is not wanted at all. Of slow
    levels only what is in sight comes before all the rest.
    """
    last = len(pyramid.levels) - 1
    if not rules.cross_fade:
        choice = LodChoice(choice.base, ())
    visible = _visible(pyramid, choice, view, focus)
    pinned = rules.pinned[: rules.capacity // 2]
    room = rules.capacity - len(pinned)
    while _count(visible) > room and (choice.fading or choice.base < last):
        choice = LodChoice(choice.base if choice.fading else choice.base + 1, ())
        visible = _visible(pyramid, choice, view, focus)
    cover = Cover(view, pyramid, finest=min(choice.levels), margin_px=NEIGHBOURHOOD_PX, focus=focus)
    needed = frozenset(key for keys in visible.values() for key in keys)
    here = Stop(view, choice)
    ahead = list(_ahead(aim, rules, choice.base)) if aim is not None and rules.prefetch else []
    first, in_sight, near = here, visible, cover
    if aim is not None and aim.crosses and ahead:
        # What is left at once is passed over for what comes next.
        there = _visible(pyramid, ahead[0].choice, ahead[0].view, focus)
        if _count(there) <= room:
            first, in_sight = ahead.pop(0), there
            finest = min(first.choice.levels)
            near = Cover(
                first.view, pyramid, finest=finest, margin_px=NEIGHBOURHOOD_PX, focus=focus
            )
    order: list[TileKey] = [key for key in pinned if key.level not in rules.slow_levels]
    coarse = min(first.choice.base + COARSE_FIRST_LEVELS, last)
    if coarse not in rules.slow_levels and len(near[coarse]) + _count(in_sight) <= room:
        order += near[coarse]
    order += _in_order(first.choice, in_sight)
    now = needed.union(order, pinned)
    for stop in ahead:
        order += _in_order(stop.choice, _visible(pyramid, stop.choice, stop.view, focus))
    if rules.prefetch and aim is None:
        order += _around(pyramid, here, cover, focus, rules.slow_levels)
    order += pinned
    kept = dict.fromkeys(order)
    spare = rules.capacity - len(needed - kept.keys())
    wanted = tuple(kept)[:spare]
    keep = needed.union(wanted)
    essential = needed.union(pinned)
    return Plan(choice, cover, needed, wanted, keep, essential, keep - now)


def _ahead(aim: Aim, rules: Rules, base: int) -> Iterator[Stop]:
    """What a motion will show, best first: what is only crossed is left out."""
    fading = aim.end.choice.fading if rules.cross_fade else ()
    end = Stop(aim.end.view, LodChoice(aim.end.choice.base, fading))
    path = (Stop(stop.view, LodChoice(stop.choice.base, ())) for stop in aim.path)
    if aim.crosses:
        path = (stop for stop in path if not aim.sure and stop.choice.base != base)
    yield from (end, *path) if aim.sure else (*path, end)


def _around(
    pyramid: Pyramid,
    here: Stop,
    around: Mapping[int, tuple[TileKey, ...]],
    focus: Point | None,
    slow_levels: Collection[int],
) -> list[TileKey]:
    """What may come next: a pan, a step in at the focus, a step out.

    Not while the view moves: each frame would have another ring. In a zoom by four keys they took
    30 tiles of the 66 that were decoded before the second key, from frames that took 47 ms for it.
    """
    base, last = here.choice.base, len(pyramid.levels) - 1
    order: list[TileKey] = []
    for level in here.choice.levels:
        order += around[level] if level not in slow_levels else ()
    if base > 0:
        x, y = focus or Point(here.view.width / 2, here.view.height / 2)
        order += tiles_under(here.view.zoomed(2.0, x, y), pyramid, base - 1, focus=focus)
    coarser = min(base + 1, last)
    order += around[coarser] if coarser not in slow_levels else ()
    return order


def _visible(
    pyramid: Pyramid, choice: LodChoice, view: Viewport, focus: Point | None
) -> dict[int, tuple[TileKey, ...]]:
    """The tiles in sight of each level of the picture, nearest first."""
    return {level: tuple(tiles_under(view, pyramid, level, focus=focus)) for level in choice.levels}


def _count(visible: Mapping[int, tuple[TileKey, ...]]) -> int:
    return sum(map(len, visible.values()))


def _in_order(choice: LodChoice, visible: Mapping[int, tuple[TileKey, ...]]) -> list[TileKey]:
    return [key for level in choice.levels for key in visible[level]]
