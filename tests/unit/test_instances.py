"""Which tiles make a picture: stand-ins, fades, order."""

from collections.abc import Iterable, Mapping

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from glview.atlas import Slot
from glview.cover import tiles_of
from glview.frame import NO_LEVEL, Flag, InstanceTable
from glview.instances import build, still_appearing
from glview.lod import LodChoice
from glview.pyramid import Level, Pyramid, TileKey
from glview.residents import LONG_AGO_S, Resident, Residents

NOW, FADE = 100.0, 0.2
PYRAMID = Pyramid(1024, 1024, tuple(Level(1024 >> k, 1024 >> k, 2.0**k, 2.0**k) for k in range(3)))
"""Levels of 4x4, 2x2 and one tile."""
DEEP = Pyramid(4096, 4096, tuple(Level(4096 >> k, 4096 >> k, 2.0**k, 2.0**k) for k in range(5)))
ROOT = TileKey(2, 0, 0)
Drawn = list[tuple[TileKey, int]]


def at_home(key: TileKey, birth_s: float = LONG_AGO_S) -> Resident:
    """A resident in a slot of its own."""
    return Resident(Slot(key.level, 264 * key.column, 264 * key.row), birth_s)


def table_of(
    choice: LodChoice,
    residents: Iterable[TileKey],
    *,
    appearing: Iterable[TileKey] = (),
    pyramid: Pyramid = PYRAMID,
    cover: Mapping[int, tuple[TileKey, ...]] | None = None,
) -> InstanceTable:
    """The table for a view of everything; ``appearing`` are half way there."""
    found = {key: at_home(key) for key in residents}
    found |= {key: at_home(key, NOW - FADE / 2) for key in appearing}
    if cover is None:
        cover = {level: tiles_of(pyramid, level) for level in range(len(pyramid.levels))}
    return build(
        pyramid,
        choice,
        cover,
        Residents(pyramid, found),
        gutter=4,
        groups=1,
        now_s=NOW,
        fade_s=FADE,
    )


def parts(table: InstanceTable) -> tuple[Drawn, Drawn]:
    """What the first and the second draw consist of."""
    entries = [
        (key, int(weighed_as))
        for key, weighed_as in zip(table.keys, table.records["weighed_as"], strict=True)
    ]
    return entries[: table.base_count], entries[table.base_count :]


def plain(keys: Iterable[TileKey]) -> Drawn:
    return [(key, NO_LEVEL) for key in keys]


def test_where_all_is_there_the_base_level_alone_is_drawn() -> None:
    base = tiles_of(PYRAMID, 1)
    first, second = parts(table_of(LodChoice(1, ()), [*base, *tiles_of(PYRAMID, 0), ROOT]))
    assert first == plain(base)
    assert second == []


def test_behind_a_missing_tile_a_coarser_one_stands_in() -> None:
    base = tiles_of(PYRAMID, 1)
    first, _ = parts(table_of(LodChoice(1, ()), [*base[1:], ROOT]))
    assert first == plain([*base[1:], ROOT])


def test_finer_tiles_stand_in_before_coarser_ones() -> None:
    base = tiles_of(PYRAMID, 1)
    under = list(PYRAMID.covering(base[0], 0))
    first, _ = parts(table_of(LodChoice(1, ()), [*base[1:], *under[:3], ROOT]))
    assert first == plain([*base[1:], *under[:3], ROOT])


def test_finer_tiles_that_lie_elsewhere_are_not_drawn() -> None:
    base = tiles_of(PYRAMID, 1)
    elsewhere = list(PYRAMID.covering(base[3], 0))
    first, _ = parts(table_of(LodChoice(1, ()), [*base[1:], *elsewhere, ROOT]))
    assert first == plain([*base[1:], ROOT])


def test_of_finer_tiles_the_less_fine_come_first() -> None:
    children = list(DEEP.covering(TileKey(2, 0, 0), 1))
    grandchildren = list(DEEP.covering(TileKey(2, 0, 0), 0))
    cover = {2: (TileKey(2, 0, 0),)}
    first, _ = parts(
        table_of(LodChoice(2, ()), [*grandchildren, *children], pyramid=DEEP, cover=cover)
    )
    assert first == plain([*children, *grandchildren])


def test_tiles_three_levels_finer_would_alias_and_are_not_drawn() -> None:
    far = list(DEEP.covering(TileKey(3, 0, 0), 0))
    cover = {3: (TileKey(3, 0, 0),)}
    first, _ = parts(table_of(LodChoice(3, ()), far, pyramid=DEEP, cover=cover))
    assert first == []


def test_a_coarser_tile_outside_the_neighbourhood_is_not_drawn() -> None:
    cover = {0: (TileKey(0, 0, 0),), 1: (TileKey(1, 0, 0),), 2: (ROOT,)}
    residents = [TileKey(1, 1, 1), TileKey(1, 0, 0)]
    first, _ = parts(table_of(LodChoice(0, ()), residents, cover=cover))
    assert first == plain([TileKey(1, 0, 0)])


def test_an_appearing_tile_is_in_both_draws_over_what_it_replaces() -> None:
    """The vertex stage takes it in the first once it has appeared, in the second until then."""
    base = tiles_of(PYRAMID, 1)
    first, second = parts(table_of(LodChoice(1, ()), [*base[1:], ROOT], appearing=[base[0]]))
    assert first == plain([*base, ROOT])
    assert second == plain([base[0]])


def test_a_fading_level_is_in_the_second_draw_with_its_own_weight() -> None:
    base, fine = tiles_of(PYRAMID, 1), tiles_of(PYRAMID, 0)
    first, second = parts(table_of(LodChoice(1, (0,)), [*base, *fine]))
    assert first == plain(base)
    assert sorted(second) == sorted((key, 0) for key in fine)


def test_a_fading_tile_over_a_missing_base_stands_in_for_it_in_full() -> None:
    """Blended over a much coarser tile it would be less sharp than it may be."""
    base = tiles_of(PYRAMID, 1)
    under = list(PYRAMID.covering(base[0], 0))
    first, second = parts(table_of(LodChoice(1, (0,)), [*base[1:], *under, ROOT]))
    assert first == plain([*base[1:], *under, ROOT])
    assert second == []


def test_for_a_missing_tile_of_a_fading_level_finer_ones_stand_in_with_its_weight() -> None:
    base = tiles_of(DEEP, 2)[:1]
    gap = TileKey(1, 0, 0)
    under = list(DEEP.covering(gap, 0))
    cover = {2: base, 1: (gap,)}
    first, second = parts(table_of(LodChoice(2, (1,)), [*base, *under], pyramid=DEEP, cover=cover))
    assert first == plain(base)
    assert sorted(second) == sorted((key, 1) for key in under)


def test_the_second_draw_goes_back_to_front() -> None:
    """Coarser stand-ins, finer ones, the base, then stand-ins of the fading level and itself."""
    base, fading = TileKey(2, 0, 0), TileKey(1, 0, 0)
    stand_in, coarse = TileKey(0, 0, 0), TileKey(3, 0, 0)
    cover = {level: (TileKey(level, 0, 0),) for level in range(5)}
    table = table_of(
        LodChoice(2, (1,)),
        [],
        appearing=[base, fading, stand_in, coarse],
        pyramid=DEEP,
        cover=cover,
    )
    assert parts(table)[1] == [
        (coarse, NO_LEVEL),
        (stand_in, NO_LEVEL),
        (fading, NO_LEVEL),
        (base, NO_LEVEL),
        (stand_in, 1),
        (fading, 1),
    ]


def test_flags_name_the_draw_and_the_image_edges() -> None:
    fine = tiles_of(PYRAMID, 0)
    table = table_of(LodChoice(0, ()), fine)
    flags = dict(zip(table.keys, table.records["flags"], strict=True))
    assert flags[TileKey(0, 0, 0)] == Flag.FIRST_COLUMN | Flag.FIRST_ROW
    assert flags[TileKey(0, 3, 1)] == Flag.LAST_COLUMN
    assert flags[TileKey(0, 1, 3)] == Flag.LAST_ROW
    assert flags[TileKey(0, 1, 1)] == 0


def test_the_only_tile_of_a_level_reaches_all_edges() -> None:
    table = table_of(LodChoice(2, ()), [], appearing=[ROOT])
    edges = Flag.FIRST_COLUMN | Flag.FIRST_ROW | Flag.LAST_COLUMN | Flag.LAST_ROW
    assert table.records["flags"].tolist() == [edges, edges | Flag.PARTIAL]


def test_a_record_says_where_the_tile_lies_in_level_and_atlas() -> None:
    key = TileKey(0, 3, 2)
    residents = {key: Resident(Slot(5, 264, 528), LONG_AGO_S)}
    table = build(
        PYRAMID,
        LodChoice(0, ()),
        {0: (key,)},
        Residents(PYRAMID, residents),
        gutter=4,
        groups=3,
        now_s=0.0,
        fade_s=0.0,
    )
    record = table.records[0]
    assert record["l_rect"].tolist() == [768, 512, 1024, 768]
    assert (record["level"], record["layer"]) == (0, 15)
    assert (record["slot_x"], record["slot_y"]) == (268, 532)


def test_births_are_relative_to_the_table_so_that_float32_holds_them() -> None:
    table = table_of(LodChoice(2, ()), [], appearing=[ROOT])
    assert table.records["birth_s"].tolist() == [np.float32(-FADE / 2)] * 2


def test_a_tile_that_has_appeared_is_there_since_ever() -> None:
    residents = {ROOT: at_home(ROOT, NOW - FADE)}
    table = build(
        PYRAMID,
        LodChoice(2, ()),
        {2: (ROOT,)},
        Residents(PYRAMID, residents),
        gutter=4,
        groups=1,
        now_s=NOW,
        fade_s=FADE,
    )
    assert table.partial_count == 0
    assert table.records["birth_s"].tolist() == [np.float32(LONG_AGO_S)]


def test_nothing_resident_is_an_empty_table() -> None:
    assert len(table_of(LodChoice(1, (0,)), []).records) == 0


@pytest.mark.parametrize(("now", "expected"), [(0.0, [ROOT]), (0.19, [ROOT]), (0.2, [])])
def test_a_tile_appears_for_as_long_as_the_fade(now: float, expected: list[TileKey]) -> None:
    residents = {ROOT: at_home(ROOT, 0.0)}
    keys = [ROOT, TileKey(0, 0, 0)]
    assert list(still_appearing(residents, keys, now, FADE)) == expected


EVERY_TILE = [key for level in range(3) for key in tiles_of(PYRAMID, level)]
CHOICES = st.sampled_from(
    [
        LodChoice(0, ()),
        LodChoice(1, ()),
        LodChoice(1, (0,)),
        LodChoice(2, (1,)),
        LodChoice(2, (0, 1)),
    ]
)


@given(CHOICES, st.sets(st.sampled_from(EVERY_TILE)), st.sets(st.sampled_from(EVERY_TILE)))
def test_no_tile_is_drawn_twice_with_one_weight(
    choice: LodChoice, residents: set[TileKey], appearing: set[TileKey]
) -> None:
    for drawn in parts(table_of(choice, residents - appearing, appearing=appearing)):
        assert len(drawn) == len(set(drawn))


@given(CHOICES, st.sets(st.sampled_from(EVERY_TILE)), st.integers(0, 15), st.integers(0, 15))
def test_every_place_shows_the_best_there_is(
    choice: LodChoice, residents: set[TileKey], column: int, row: int
) -> None:
    """The base tile, else the nearest finer one, else the nearest coarser one, is in front."""
    first, _ = parts(table_of(choice, residents))
    here = {
        level: TileKey(level, column * 64 >> (8 + level), row * 64 >> (8 + level))
        for level in range(3)
    }
    order = [choice.base, *range(choice.base - 1, -1, -1), *range(choice.base + 1, 3)]
    best = next((here[level] for level in order if here[level] in residents), None)
    shown = next((key for key, _ in first if key == here[key.level]), None)
    assert shown == best
