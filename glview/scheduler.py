"""Which tiles are wanted for a view, best first (pure: returns a plan and performs nothing)."""

from collections.abc import Collection, Mapping
from dataclasses import dataclass

from glview.cover import Cover, tiles_under
from glview.lod import LodChoice
from glview.pyramid import Pyramid, TileKey
from glview.viewport import Point, Viewport

NEIGHBOURHOOD_PX = 128.0
"""How far around the view tiles are kept ready: half a tile at 1:1, so that a pan meets them."""
COARSE_FIRST_LEVELS = 2
"""A picture this many levels coarser is asked for first: 1/16 of the tiles, soon there."""


@dataclass(frozen=True, slots=True, eq=False)
class Plan:
    """What a view needs.

    ``cover`` has, for the levels that may take part, the tiles of the neighbourhood, nearest
    first; ``needed`` are the tiles that the settled picture is made of; ``wanted`` is everything
    worth loading, best first; ``keep`` is the same as a set; ``essential`` of it is what the
    picture cannot do without, and must never be evicted.
    """

    choice: LodChoice
    cover: Mapping[int, tuple[TileKey, ...]]
    needed: frozenset[TileKey]
    wanted: tuple[TileKey, ...]
    keep: frozenset[TileKey]
    essential: frozenset[TileKey]


def plan(
    pyramid: Pyramid,
    choice: LodChoice,
    view: Viewport,
    *,
    pinned: Collection[TileKey],
    focus: Point | None,
    capacity: int,
    prefetch: bool = True,
    slow_levels: Collection[int] = (),
) -> Plan:
    """The plan for a view; at most ``capacity`` tiles are wanted or kept.

    Where the picture takes more tiles than there is room for, it is made without a cross-fade, then
    of coarser levels; of the pinned tiles those are kept that take half the room at most.

    Order: the pinned overview; a coarse picture; the picture itself, nearest to the focus first;
    then, with ``prefetch``, what lies around it and the next coarser level. Of ``slow_levels``
    (each tile of theirs is made of many) only what is in sight comes before all the rest.
    """
    last = len(pyramid.levels) - 1
    visible = _visible(pyramid, choice, view, focus)
    pinned = tuple(dict.fromkeys(pinned))[: capacity // 2]
    room = capacity - len(pinned)
    while sum(map(len, visible.values())) > room and (choice.fading or choice.base < last):
        choice = LodChoice(choice.base if choice.fading else choice.base + 1, ())
        visible = _visible(pyramid, choice, view, focus)
    cover = Cover(view, pyramid, finest=min(choice.levels), margin_px=NEIGHBOURHOOD_PX, focus=focus)
    needed = frozenset(key for keys in visible.values() for key in keys)
    order: list[TileKey] = [key for key in pinned if key.level not in slow_levels]
    coarse = min(choice.base + COARSE_FIRST_LEVELS, last)
    if coarse not in slow_levels:
        in_sight = sum(map(len, visible.values()))
        order += cover[coarse] if len(cover[coarse]) + in_sight <= room else ()
    for level in choice.levels:
        order += visible[level]
    if prefetch:
        for level in (*choice.levels, min(choice.base + 1, last)):
            order += cover[level] if level not in slow_levels else ()
    order += pinned
    wanted = tuple(dict.fromkeys(order))[:capacity]
    return Plan(choice, cover, needed, wanted, frozenset(wanted), needed.union(pinned))


def _visible(
    pyramid: Pyramid, choice: LodChoice, view: Viewport, focus: Point | None
) -> dict[int, tuple[TileKey, ...]]:
    """The tiles in sight of each level of the picture, nearest first."""
    return {level: tuple(tiles_under(view, pyramid, level, focus=focus)) for level in choice.levels}
