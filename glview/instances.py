"""Which resident tiles a picture is made of, as instance records (pure numpy).

Each pixel should show the best data at hand:

* the tiles of the base level, the finest with weight 1;
* where one of them is missing or still appearing: finer tiles that lie there (they are sharper),
  and behind them coarser ones;
* over all that, back to front, tiles with a weight between 0 and 1: tiles that are still appearing,
  and finer levels in their cross-fade, for which still finer ones stand in where they are missing.

The depth test keeps each of the second kind behind what is better: a coarse tile that appears late
never covers a sharp one.
"""

import struct
from collections.abc import Iterable, Iterator, Mapping, Sequence
from typing import NamedTuple

import numpy as np
from numpy.typing import NDArray

from glview.frame import INSTANCE, NO_LEVEL, Flag, InstanceTable
from glview.lod import LodChoice
from glview.pyramid import Pyramid, TileKey
from glview.residents import LONG_AGO_S, STAND_IN_LEVELS, Resident, Residents

# A plain number: combining enum members takes a microsecond each.
PARTIAL = int(Flag.PARTIAL)
# Packed as bytes: setting the fields of numpy records took 8 microseconds each, this takes 1.
_RECORD = struct.Struct("=10i f 4x")


class Drawn(NamedTuple):
    """A tile and the level whose weight applies to it."""

    key: TileKey
    weighed_as: int = NO_LEVEL


def build(
    pyramid: Pyramid,
    choice: LodChoice,
    cover: Mapping[int, Iterable[TileKey]],
    residents: Residents,
    *,
    gutter: int,
    groups: int,
    now_s: float,
    fade_s: float,
) -> InstanceTable:
    """The instances for a neighbourhood.

    ``cover`` gives the tiles under it for each level that may take part. Births are written
    relative to ``now_s``, since float32 seconds lose a millisecond after four hours.
    """
    at_hand = residents.data  # a plain dict answers three times as fast

    def full(key: TileKey) -> bool:
        found = at_hand.get(key)
        return found is not None and now_s - found.birth_s >= fade_s

    def sharper(missing: Iterable[TileKey], level: int, weighed_as: int) -> Iterator[Drawn]:
        """What is sharper than the missing tiles of a level and lies there."""
        for other in range(level - 1, max(level - 1 - STAND_IN_LEVELS, -1), -1):
            for gap in missing:
                for key in residents.under(gap, other):
                    yield Drawn(key, weighed_as)

    def coarser(gaps: Sequence[TileKey], level: int) -> Iterator[Drawn]:
        """What lies behind the gaps of a level, and beside them, down to what is there in full.

        Beside them, since in a turned view tiles of two levels meet with cracks of a pixel, which
        what lies behind both must fill. All that is coarser in the neighbourhood instead took
        llvmpipe 17 ms of the processor more a frame (19 to 36) for one missing tile of 77.
        """
        for other in range(level + 1, len(pyramid.levels)):
            above = dict.fromkeys(key for gap in gaps for key in pyramid.touching(gap, other))
            yield from (Drawn(key) for key in above if key in at_hand)
            gaps = [key for key in above if not full(key)]

    base = cover.get(choice.base, ())
    gaps = [key for key in base if not full(key)]
    first = [Drawn(key) for key in base if key in at_hand]
    if gaps:
        # As keys of a dict: a finer tile may lie under two gaps.
        first += dict.fromkeys(sharper(gaps, choice.base, NO_LEVEL))
        first += coarser(gaps, choice.base)
    # A tile that is still appearing does so wherever it would stand in full.
    second = {drawn: None for drawn in first if not full(drawn.key)}
    missing = [key for key in gaps if key not in at_hand]
    for level in choice.fading:
        tiles = cover.get(level, ())
        baseless = {key for gap in missing for key in pyramid.covering(gap, level)}
        for key in tiles:
            if key in at_hand and key not in baseless:
                second[Drawn(key, level)] = None
        gaps = [key for key in tiles if not full(key)]
        second |= dict.fromkeys(sharper(gaps, level, level))
    back_to_front = sorted(second, key=lambda drawn: _rank(drawn, choice.base), reverse=True)
    all_drawn = [*first, *back_to_front]
    records = _packed(all_drawn, len(first), residents, now_s, fade_s, gutter=gutter, groups=groups)
    return InstanceTable(records, len(first), tuple(drawn.key for drawn in all_drawn))


def _packed(
    all_drawn: Sequence[Drawn],
    base_count: int,
    residents: Residents,
    now_s: float,
    fade_s: float,
    *,
    gutter: int,
    groups: int,
) -> NDArray[np.void]:
    """Their records; those after ``base_count`` are of the second draw."""
    records = bytearray()
    for number, (key, weighed_as) in enumerate(all_drawn):
        slot, birth_s = residents.data[key].slot, residents.data[key].birth_s
        l_rect, edges = residents.place_of(key)
        records += _RECORD.pack(
            *l_rect,
            key.level,
            slot.layer * groups,
            slot.x + gutter,
            slot.y + gutter,
            edges | (PARTIAL if number >= base_count else 0),
            weighed_as,
            # What has appeared in full here must not be a rounding short of it on the GPU.
            LONG_AGO_S if now_s - birth_s >= fade_s else birth_s - now_s,
        )
    return np.frombuffer(bytes(records), INSTANCE)


def _rank(drawn: Drawn, base: int) -> tuple[int, int]:
    """Front to back, as the vertex stage puts it into depth (shaders/tile.vert)."""
    level = drawn.key.level
    if level > base:
        return 4, level
    if level == base:
        return 2, 0
    if drawn.weighed_as == NO_LEVEL:
        return 3, base - level
    return (0, level) if drawn.weighed_as == level else (1, drawn.weighed_as - level)


def still_appearing(
    residents: Mapping[TileKey, Resident], keys: Iterable[TileKey], now_s: float, fade_s: float
) -> Iterator[TileKey]:
    """Those of the tiles whose fade has not ended."""
    for key in keys:
        found = residents.get(key)
        if found is not None and now_s - found.birth_s < fade_s:
            yield key
