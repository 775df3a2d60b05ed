"""What each tile is to the picture, and that it agrees with the picture."""

from collections.abc import Collection

from hypothesis import given
from hypothesis import strategies as st

from glview.cover import tiles_of
from glview.instances import build
from glview.lod import LodChoice
from glview.pyramid import Level, Pyramid, TileKey
from glview.residents import LONG_AGO_S, Residents
from glview.tile_states import TileState, tile_states
from tests.unit.test_instances import at_home

NOW, FADE = 100.0, 0.2
PYRAMID = Pyramid(1024, 1024, tuple(Level(1024 >> k, 1024 >> k, 2.0**k, 2.0**k) for k in range(3)))
"""Levels of 4x4, 2x2 and one tile."""
COVER = {level: tiles_of(PYRAMID, level) for level in range(3)}
ROOT = TileKey(2, 0, 0)
BASE = LodChoice(1, ())
FADING = LodChoice(1, (0,))
GAP, *OTHERS = COVER[1]


def states(
    choice: LodChoice,
    residents: Collection[TileKey],
    *,
    appearing: Collection[TileKey] = (),
    failed: Collection[TileKey] = (),
    empty: Collection[TileKey] = (),
) -> dict[TileKey, TileState]:
    found = {key: at_home(key) for key in residents}
    found |= {key: at_home(key, NOW - FADE / 2) for key in appearing}
    return tile_states(
        PYRAMID, choice, COVER, found, failed=failed, empty=empty, now_s=NOW, fade_s=FADE
    )


def test_where_all_is_there_only_wanted_tiles_are_told() -> None:
    told = states(BASE, [*COVER[0], *COVER[1], ROOT])
    assert told == dict.fromkeys(COVER[1], TileState.FULL)


def test_a_tile_appears_until_its_fade_is_over() -> None:
    told = states(BASE, OTHERS, appearing=[GAP])
    assert told[GAP] is TileState.APPEARING
    assert told[OTHERS[0]] is TileState.FULL
    assert set(told) == set(COVER[1])


def test_where_a_tile_is_missing_the_nearest_coarser_one_stands_in() -> None:
    told = states(BASE, [*OTHERS, ROOT])
    assert told[GAP] is TileState.MISSING
    assert told[ROOT] is TileState.STANDING_IN


def test_finer_tiles_that_hide_the_coarser_one_stand_in_alone() -> None:
    under = [*PYRAMID.covering(GAP, 0)]
    told = states(BASE, [*OTHERS, *under, ROOT])
    assert [key for key in told if told[key] is TileState.STANDING_IN] == under
    part = states(BASE, [*OTHERS, *under[:3], ROOT])
    assert {key for key in part if part[key] is TileState.STANDING_IN} == {*under[:3], ROOT}


def test_a_failed_tile_is_told_last_and_something_stands_in_for_it() -> None:
    told = states(BASE, [*OTHERS, ROOT], failed=[GAP])
    assert list(told) == [ROOT, *OTHERS, GAP]
    assert told[GAP] is TileState.FAILED


def test_a_tile_of_which_the_image_has_nothing_is_not_missing() -> None:
    told = states(BASE, [*OTHERS, ROOT], empty=[GAP])
    assert GAP not in told
    assert told[ROOT] is TileState.STANDING_IN


def test_behind_a_missing_tile_of_a_fading_level_is_the_base_and_nothing_stands_in() -> None:
    told = states(FADING, [*COVER[0][1:], *COVER[1], ROOT])
    assert told[COVER[0][0]] is TileState.MISSING
    assert TileState.STANDING_IN not in told.values()


def test_coarse_tiles_come_first() -> None:
    told = states(FADING, [*COVER[0], *OTHERS, ROOT])
    assert [key.level for key in told] == [1] * 4 + [0] * 16


ANY = st.sets(st.sampled_from([key for keys in COVER.values() for key in keys]))


@given(residents=ANY, appearing=ANY, choice=st.sampled_from([BASE, FADING, LodChoice(0, ())]))
def test_what_is_told_to_be_shown_is_in_the_picture(
    residents: set[TileKey], appearing: set[TileKey], choice: LodChoice
) -> None:
    found = {
        key: at_home(key, NOW - FADE / 2 if key in appearing else LONG_AGO_S)
        for key in residents | appearing
    }
    told = tile_states(PYRAMID, choice, COVER, found, failed=(), empty=(), now_s=NOW, fade_s=FADE)
    table = build(
        PYRAMID,
        choice,
        COVER,
        Residents(PYRAMID, found),
        gutter=4,
        groups=1,
        now_s=NOW,
        fade_s=FADE,
    )
    drawn = table.keys
    missing = {key for key, state in told.items() if state is TileState.MISSING}
    assert told.keys() - missing <= set(drawn)
    assert missing.isdisjoint(found)
