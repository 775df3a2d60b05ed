"""What each tile is to the picture as it is shown, for the debug view (pure).

The same rules as in `glview.instances`, which says how the picture is made; here it is told.
"""

import enum
from collections.abc import Container, Iterator, Mapping

from glview.lod import LodChoice
from glview.pyramid import Pyramid, TileKey
from glview.residents import STAND_IN_LEVELS, Resident


class TileState(enum.Enum):
    """Of a tile that is shown, or should be."""

    FULL = "full"
    APPEARING = "appearing"
    """Wanted and fading in."""
    STANDING_IN = "standing in"
    """Finer or coarser than wanted, where a wanted tile is missing."""
    FAILED = "failed"
    """Wanted and unreadable."""
    MISSING = "missing"
    """Wanted and not there yet."""


def tile_states(
    pyramid: Pyramid,
    choice: LodChoice,
    cover: Mapping[int, tuple[TileKey, ...]],
    residents: Mapping[TileKey, Resident],
    *,
    failed: Container[TileKey],
    empty: Container[TileKey],
    now_s: float,
    fade_s: float,
) -> dict[TileKey, TileState]:
    """The tiles of a neighbourhood, coarsest level first, the failed ones last.

    ``cover`` gives the tiles under it for each level that may take part; ``empty`` are those of
    which the image has nothing, where coarser ones stand in for good.
    """
    wanted: dict[TileKey, TileState] = {}
    standing_in: dict[TileKey, TileState] = {}
    for level in choice.levels:
        for key in cover.get(level, ()):
            found = residents.get(key)
            if found is not None:
                appears = now_s - found.birth_s < fade_s
                wanted[key] = TileState.APPEARING if appears else TileState.FULL
                continue
            if key in failed:
                wanted[key] = TileState.FAILED
            elif key not in empty:
                wanted[key] = TileState.MISSING
            for other in _in_place_of(key, choice.base, pyramid, residents):
                standing_in[other] = TileState.STANDING_IN
    states = standing_in | wanted
    order = sorted(states, key=lambda key: (states[key] is TileState.FAILED, -key.level))
    return {key: states[key] for key in order}


def _in_place_of(
    gap: TileKey, base: int, pyramid: Pyramid, residents: Mapping[TileKey, Resident]
) -> Iterator[TileKey]:
    """The resident tiles that are seen where one is missing."""
    nearer: set[TileKey] = set()
    for level in range(gap.level - 1, max(gap.level - 1 - STAND_IN_LEVELS, -1), -1):
        under = list(pyramid.covering(gap, level))
        found = [key for key in under if key in residents]
        # Of two that stand in for the same gap the one nearer to its level is seen.
        yield from (k for k in found if nearer.isdisjoint(pyramid.covering(k, gap.level - 1)))
        if len(found) == len(under):
            return
        nearer.update(found)
    if gap.level < base:
        return  # behind a fading level is the base, which is wanted anyway
    for level in range(gap.level + 1, len(pyramid.levels)):
        over = list(pyramid.covering(gap, level))
        yield from (key for key in over if key in residents)
        if all(key in residents for key in over):
            return
