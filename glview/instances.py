"""Which resident tiles a picture is made of, as instance records (pure numpy).

Each pixel should show the best data at hand:

* the tiles of the base level, the finest with weight 1;
* where one of them is missing or still appearing: finer tiles that lie there (they are sharper),
  and behind them coarser ones;
* over all that, back to front, tiles with a weight between 0 and 1: tiles that are still appearing,
  and finer levels in their cross-fade.

The depth test keeps each of the second kind behind what is better: a coarse tile that appears late
never covers a sharp one.
"""

from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass

import numpy as np

from glview.atlas import Slot
from glview.frame import INSTANCE, Flag, InstanceTable
from glview.lod import LodChoice
from glview.pyramid import Pyramid, TileKey

STAND_IN_LEVELS = 2
"""How many levels finer than the base may stand in: beyond, the box is too narrow and aliases."""

LONG_AGO_S = -1e4


@dataclass(frozen=True, slots=True)
class Resident:
    """A tile in the atlas: its slot, and when it first appeared on the screen."""

    slot: Slot
    birth_s: float


def build(
    pyramid: Pyramid,
    choice: LodChoice,
    cover: Mapping[int, Iterable[TileKey]],
    residents: Mapping[TileKey, Resident],
    *,
    gutter: int,
    groups: int,
    now_s: float,
    fade_s: float,
    epoch_s: float,
) -> InstanceTable:
    """The instances for a neighbourhood.

    ``cover`` gives the tiles under it for each level that may take part. Births are written
    relative to ``epoch_s``, since float32 seconds lose a millisecond after four hours.
    """

    def full(key: TileKey) -> bool:
        found = residents.get(key)
        return found is not None and now_s - found.birth_s >= fade_s

    base = [key for key in cover.get(choice.base, ()) if key in residents]
    gaps = {key for key in cover.get(choice.base, ()) if not full(key)}

    first: list[tuple[TileKey, int]] = [(key, 0) for key in base]
    second: list[tuple[TileKey, int]] = []
    if gaps:
        coarser = [
            (key, 0)
            for level in range(choice.base + 1, len(pyramid.levels))
            for key in cover.get(level, ())
            if key in residents
        ]
        finest = max(choice.base - STAND_IN_LEVELS, 0)
        stand_ins = {
            (key, int(Flag.ALONE)): None
            for level in range(choice.base - 1, finest - 1, -1)
            for gap in gaps
            for key in pyramid.covering(gap, level)
            if key in residents
        }
        first += [*stand_ins, *coarser]
        # A tile that is still appearing does so wherever it would stand in full.
        second += [(key, flags) for key, flags in first if not full(key)]
    missing = {key for key in gaps if key not in residents}
    for level in choice.fading:
        for key in cover.get(level, ()):
            if key in residents:
                alone = not missing.isdisjoint(pyramid.covering(key, choice.base))
                # Alone and full it is in the first draw already, as a stand-in.
                second.append((key, int(Flag.ALONE) if alone else 0))
    second = sorted(set(second), key=lambda entry: _rank(*entry, choice.base), reverse=True)
    records = np.zeros(len(first) + len(second), INSTANCE)
    entries = [*first, *((key, flags | int(Flag.PARTIAL)) for key, flags in second)]
    for record, (key, flags) in zip(records, entries, strict=True):
        level = pyramid.levels[key.level]
        found = residents[key]
        record["l_rect"] = level.l_tile_rect(key.column, key.row)
        record["level"] = key.level
        record["layer"] = found.slot.layer * groups
        record["slot_x"] = found.slot.x + gutter
        record["slot_y"] = found.slot.y + gutter
        record["flags"] = flags | _edges(pyramid, key)
        # What has appeared in full here must not be a rounding short of it on the GPU.
        record["birth_s"] = LONG_AGO_S if full(key) else found.birth_s - epoch_s
    return InstanceTable(records, len(first))


def _rank(key: TileKey, flags: int, base: int) -> tuple[int, int]:
    """Front to back, as the vertex stage puts it into depth (shaders/tile.vert)."""
    if key.level > base:
        return 3, key.level
    if flags & Flag.ALONE:
        return 2, base - key.level
    return (0, key.level) if key.level < base else (1, 0)


def _edges(pyramid: Pyramid, key: TileKey) -> int:
    level = pyramid.levels[key.level]
    flags = 0
    if key.column == 0:
        flags |= Flag.FIRST_COLUMN
    if key.row == 0:
        flags |= Flag.FIRST_ROW
    if key.column == level.columns - 1:
        flags |= Flag.LAST_COLUMN
    if key.row == level.rows - 1:
        flags |= Flag.LAST_ROW
    return int(flags)


def still_appearing(
    residents: Mapping[TileKey, Resident], keys: Iterable[TileKey], now_s: float, fade_s: float
) -> Iterator[TileKey]:
    """Those of the tiles whose fade has not ended."""
    for key in keys:
        found = residents.get(key)
        if found is not None and now_s - found.birth_s < fade_s:
            yield key
