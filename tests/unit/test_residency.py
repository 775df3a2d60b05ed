"""States of tiles, and what must be uploaded when they change."""

from collections.abc import Collection
from typing import Any

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from numpy.typing import NDArray

from glview.atlas import AtlasLayout, Move, Slot
from glview.failures import Failures
from glview.loader import Loaded
from glview.pyramid import Level, Pyramid, TileKey
from glview.residency import Residency, Upload
from glview.residents import LONG_AGO_S

GUTTER, TILE = 2, 6
SLOT = TILE + 2 * GUTTER
WIDTH, HEIGHT = 20, 15
PYRAMID = Pyramid(
    WIDTH,
    HEIGHT,
    (
        Level(WIDTH, HEIGHT, 1.0, 1.0, 0.0, 0.0, TILE, TILE),
        Level(WIDTH // 2, HEIGHT // 2, 2.0, 2.0, 0.0, 0.0, TILE, TILE),
    ),
)
PICTURES = (
    np.arange(1, 1 + 20 * 15, dtype=np.uint16).reshape(15, 20),
    np.arange(500, 500 + 10 * 7, dtype=np.uint16).reshape(7, 10),
)
A, B, C = TileKey(0, 0, 0), TileKey(0, 1, 0), TileKey(0, 2, 0)


def residency(
    slots: int = 20,
    *,
    reach: int = 1,
    pyramid: Pyramid = PYRAMID,
    failures: Failures | None = None,
) -> Residency:
    layout = AtlasLayout(SLOT, SLOT, 1, 1, 1, SLOT * SLOT * 2, slots)
    return Residency(pyramid, layout, gutter=GUTTER, reach=reach, failures=failures)


def loaded(key: TileKey) -> Loaded:
    """A tile as a worker gives it: its edges repeated in the gutter."""
    x0, y0, x1, y1 = PYRAMID.levels[key.level].l_tile_rect(key.column, key.row)
    return Loaded(
        key, np.pad(PICTURES[key.level][y0:y1, x0:x1], GUTTER, mode="edge")[None, ..., None]
    )


def admit(
    made: Residency, key: TileKey, keep: Collection[TileKey] = (), birth_s: float = LONG_AGO_S
) -> list[Upload]:
    made.admit(loaded(key), [keep], birth_s)
    return made.uploads()


def test_a_tile_that_arrives_is_resident() -> None:
    made = residency()
    (upload,) = admit(made, A, birth_s=7.0)
    assert made.residents[A].birth_s == 7.0
    assert upload.slot == made.residents[A].slot
    assert (upload.x, upload.y, upload.texels.shape) == (0, 0, (1, SLOT, SLOT, 1))


def test_a_tile_that_has_nothing_is_not_asked_for_again() -> None:
    made = residency()
    assert not made.admit(Loaded(A, None), (), 0.0)
    assert made.uploads() == []
    assert made.is_settled(A)
    assert A not in made.residents
    assert list(made.missing([A, B])) == [B]


def test_a_tile_that_cannot_be_read_keeps_its_fault_and_is_not_asked_for_again() -> None:
    made = residency()
    made.fail(Loaded(A, None, "torn"), 0.0)
    assert made.is_settled(A)
    assert list(made.missing([A, B])) == [B]


def test_a_failed_tile_whose_pause_is_over_is_worth_asking_for_and_settled_meanwhile() -> None:
    failures = Failures()
    made = residency(failures=failures)
    made.fail(Loaded(A, None, "no answer", may_heal=True), 10.0)
    assert list(made.missing([A])) == []
    assert failures.ask_due({A}, 11.0)
    assert list(made.missing([A])) == [A]
    assert made.is_settled(A)


def test_a_failed_tile_that_arrives_has_failed_no_more() -> None:
    failures = Failures()
    made = residency(failures=failures)
    made.fail(Loaded(A, None, "no answer", may_heal=True), 10.0)
    (upload,) = admit(made, A, birth_s=12.0)
    assert upload.slot == made.residents[A].slot
    assert dict(failures) == {}


def test_a_failed_tile_that_turns_out_to_have_nothing_has_failed_no_more() -> None:
    failures = Failures()
    made = residency(failures=failures)
    made.fail(Loaded(A, None, "no answer", may_heal=True), 10.0)
    made.admit(Loaded(A, None), (), 12.0)
    assert dict(failures) == {}
    assert list(made.missing([A])) == []


def test_what_is_there_does_not_fail() -> None:
    failures = Failures()
    made = residency(failures=failures)
    admit(made, A)
    made.fail(Loaded(A, None, "torn"), 0.0)
    assert dict(failures) == {}


def test_a_tile_that_comes_twice_is_uploaded_once() -> None:
    made = residency()
    admit(made, A, birth_s=1.0)
    assert admit(made, A, birth_s=2.0) == []
    assert made.residents[A].birth_s == 1.0


def test_an_evicted_tile_is_worth_asking_for() -> None:
    made = residency(slots=1)
    admit(made, A)
    admit(made, B)
    assert list(made.missing([A, B])) == [A]


def test_the_tile_seen_longest_ago_is_evicted() -> None:
    made = residency(slots=2)
    admit(made, A)
    admit(made, B)
    made.touch([A])
    admit(made, C)
    assert set(made.residents) == {A, C}


def test_a_tile_that_must_stay_is_not_evicted() -> None:
    made = residency(slots=2)
    admit(made, A)
    admit(made, B)
    admit(made, C, keep={A})
    assert set(made.residents) == {A, C}


def test_where_all_must_stay_the_next_set_is_tried() -> None:
    made = residency(slots=2)
    admit(made, A)
    admit(made, B)
    assert made.admit(loaded(C), [{A, B}, {B}], 0.0)
    assert set(made.residents) == {B, C}


def test_where_all_must_stay_the_newcomer_is_dropped() -> None:
    made = residency(slots=2)
    admit(made, A)
    admit(made, B)
    assert admit(made, C, keep={A, B, C}) == []
    assert set(made.residents) == {A, B}
    assert list(made.missing([C])) == [C]


def test_every_change_of_state_is_a_new_version() -> None:
    made = residency()
    versions = [made.version]
    admit(made, A)
    versions.append(made.version)
    made.admit(Loaded(B, None), (), 0.0)
    versions.append(made.version)
    made.fail(Loaded(C, None, "torn"), 0.0)
    versions.append(made.version)
    assert len(set(versions)) == 4


def test_what_changes_nothing_is_no_new_version() -> None:
    made = residency()
    admit(made, A)
    version = made.version
    admit(made, A)
    made.touch([A])
    assert made.version == version


def test_a_neighbour_that_arrives_is_patched_into_those_that_are_there() -> None:
    made = residency()
    admit(made, A)
    own, patch = admit(made, B)
    assert own.slot == made.residents[B].slot
    assert patch.slot == made.residents[A].slot
    # A is in the first row: the corner above comes along.
    assert (patch.x, patch.y) == (GUTTER + TILE, 0)
    assert patch.texels[0, GUTTER, :, 0].tolist() == PICTURES[0][0, TILE : TILE + GUTTER].tolist()


def test_uploads_lie_in_one_piece_of_memory() -> None:
    made = residency()
    for row in range(3):
        for column in range(4):
            for upload in admit(made, TileKey(0, column, row)):
                assert upload.texels.flags.c_contiguous


def test_a_files_own_overlap_needs_no_patches() -> None:
    levels = (Level(WIDTH, HEIGHT, 1.0, 1.0, 0.0, 0.0, TILE, TILE, overlap=1),)
    made = residency(pyramid=Pyramid(WIDTH, HEIGHT, levels))
    admit(made, A)
    assert len(admit(made, B)) == 1
    assert made.host_bytes == 0


def test_an_overlap_shorter_than_filters_reach_needs_patches() -> None:
    levels = (Level(WIDTH, HEIGHT, 1.0, 1.0, 0.0, 0.0, TILE, TILE, overlap=1),)
    made = residency(pyramid=Pyramid(WIDTH, HEIGHT, levels), reach=2)
    admit(made, A)
    assert len(admit(made, B)) == 2


def test_strips_are_counted_and_go_with_their_tile() -> None:
    made = residency(slots=1)
    admit(made, A)
    # Four strips of 2 x 6 texels of two bytes.
    assert made.host_bytes == 96
    admit(made, TileKey(0, 3, 0))
    # The last column is 2 texels wide: two strips of 2 x 6 and two of 2 x 2.
    assert made.host_bytes == 64


def test_a_tile_is_covered_where_all_finer_ones_are_there() -> None:
    made = residency()
    coarse = TileKey(1, 0, 0)
    finer = list(PYRAMID.covering(coarse, 0))
    for key in finer[:-1]:
        admit(made, key)
    assert not made.is_covered_by_finer(coarse)
    admit(made, finer[-1])
    assert made.is_covered_by_finer(coarse)
    assert not made.is_covered_by_finer(A)


def test_finer_tiles_stop_appearing_when_the_view_zooms_out() -> None:
    made = residency()
    admit(made, A, birth_s=5.0)
    admit(made, TileKey(1, 0, 0), birth_s=5.0)
    made.finish_appearing(below=1)
    assert made.residents[A].birth_s == LONG_AGO_S
    assert made.residents[TileKey(1, 0, 0)].birth_s == 5.0


def test_tiles_that_are_admitted_together_complete_each_other_before_their_upload() -> None:
    made = residency()
    for key in (A, B, TileKey(0, 0, 1), TileKey(0, 1, 1)):
        made.admit(loaded(key), [()], LONG_AGO_S)
    uploads = made.uploads()
    assert [upload.slot for upload in uploads] == [
        made.residents[key].slot for key in (A, B, TileKey(0, 0, 1), TileKey(0, 1, 1))
    ]
    padded = np.pad(PICTURES[0], GUTTER, mode="edge")
    assert np.array_equal(uploads[0].texels[0, ..., 0], padded[:SLOT, :SLOT])
    assert made.uploads() == []


def test_a_tile_that_was_evicted_before_its_upload_is_not_uploaded() -> None:
    made = residency(slots=1)
    made.admit(loaded(A), [()], LONG_AGO_S)
    made.admit(loaded(B), [()], LONG_AGO_S)
    (upload,) = made.uploads()
    assert upload.texels[0, GUTTER, GUTTER, 0] == PICTURES[0][0, TILE]


EVERY_TILE = [TileKey(0, column, row) for row in range(3) for column in range(4)]


def put(atlas: NDArray[Any], upload: Upload) -> None:
    height, width = upload.texels.shape[1:3]
    into = atlas[upload.slot.layer, upload.y : upload.y + height, upload.x : upload.x + width]
    into[:] = upload.texels[0, ..., 0]


@given(st.lists(st.sampled_from(EVERY_TILE), max_size=40), st.integers(1, 12), st.integers(1, 6))
def test_slots_hold_their_tile_and_nothing_false_whatever_comes_and_goes(
    arrivals: list[TileKey], slots: int, at_once: int
) -> None:
    """The tile itself is right; its gutter holds the neighbourhood or a repeated edge."""
    made = residency(slots)
    atlas = np.zeros((slots, SLOT, SLOT), np.uint16)
    padded = np.pad(PICTURES[0], GUTTER, mode="edge")
    for first in range(0, len(arrivals), at_once):
        for key in arrivals[first : first + at_once]:
            made.admit(loaded(key), [()], LONG_AGO_S)
        for upload in made.uploads():
            put(atlas, upload)
    for key, resident in made.residents.items():
        x0, y0, x1, y1 = PYRAMID.levels[0].l_tile_rect(key.column, key.row)
        slot = atlas[resident.slot.layer, : y1 - y0 + 2 * GUTTER, : x1 - x0 + 2 * GUTTER]
        true = padded[y0 : y1 + 2 * GUTTER, x0 : x1 + 2 * GUTTER]
        clamped = np.pad(PICTURES[0][y0:y1, x0:x1], GUTTER, mode="edge")
        assert np.array_equal(slot[GUTTER:-GUTTER, GUTTER:-GUTTER], PICTURES[0][y0:y1, x0:x1])
        around = [
            TileKey(0, key.column + dx, key.row + dy)
            for dx in (-1, 0, 1)
            for dy in (-1, 0, 1)
            if TileKey(0, key.column + dx, key.row + dy) in EVERY_TILE
        ]
        if all(neighbour in made.residents for neighbour in around):
            assert np.array_equal(slot, true)
        corner = np.s_[:GUTTER, :GUTTER]
        assert np.isin(slot[corner], [*true.flat, *clamped.flat]).all()


@pytest.mark.parametrize("slots", [1, 5])
def test_no_more_tiles_are_resident_than_there_are_slots(slots: int) -> None:
    made = residency(slots)
    for key in EVERY_TILE:
        admit(made, key)
    assert len(made.residents) == slots == made.capacity


def layout(slots: int) -> AtlasLayout:
    return AtlasLayout(SLOT, SLOT, 1, 1, 1, SLOT * SLOT * 2, slots)


def test_in_a_smaller_atlas_tiles_are_resident_as_far_as_they_fit() -> None:
    made = residency(slots=3)
    for key in (A, B, C):
        admit(made, key, birth_s=3.0)
    version = made.version
    planned = made.rearranged(layout(2), [A])
    made.rearrange(planned)
    assert planned.moves == [Move(Slot(0, 0, 0), Slot(0, 0, 0)), Move(Slot(2, 0, 0), Slot(1, 0, 0))]
    assert {key: tile.slot.layer for key, tile in made.residents.items()} == {A: 0, C: 1}
    assert made.residents[C].birth_s == 3.0
    assert made.version != version
    assert made.capacity == 2
    assert list(made.missing([A, B, C])) == [B]


def test_strips_go_with_the_tiles_that_do_not_fit() -> None:
    made = residency(slots=3)
    for key in (A, B, C):
        admit(made, key)
    made.rearrange(made.rearranged(layout(1), [B]))
    assert set(made.residents) == {B}
    assert made.host_bytes == 96
    # A comes and takes B's slot: no strips are left to be patched in.
    assert len(admit(made, A)) == 1


def test_with_its_context_all_of_the_atlas_is_lost_and_no_other_state() -> None:
    made = residency(slots=3)
    admit(made, A)
    made.admit(Loaded(B, None), (), 0.0)
    made.fail(Loaded(C, None, "torn"), 0.0)
    made.lose()
    assert made.residents == {}
    assert made.host_bytes == 0
    assert made.capacity == 3
    assert list(made.missing([A, B, C])) == [A]
    assert made.is_settled(C)


@given(st.lists(st.sampled_from(EVERY_TILE), max_size=40), st.integers(1, 12))
def test_slots_are_right_where_patched_texels_are_uploaded_again(
    arrivals: list[TileKey], slots: int
) -> None:
    """The host keeps each tile's array as it was patched; true texels of neighbours stay true."""
    made = residency(slots)
    atlas = np.zeros((slots, SLOT, SLOT), np.uint16)
    padded = np.pad(PICTURES[0], GUTTER, mode="edge")
    kept = {key: loaded(key) for key in EVERY_TILE}
    for key in arrivals:
        made.admit(kept[key], (), LONG_AGO_S)
        for upload in made.uploads():
            put(atlas, upload)
    for key, resident in made.residents.items():
        x0, y0, x1, y1 = PYRAMID.levels[0].l_tile_rect(key.column, key.row)
        slot = atlas[resident.slot.layer, : y1 - y0 + 2 * GUTTER, : x1 - x0 + 2 * GUTTER]
        true = padded[y0 : y1 + 2 * GUTTER, x0 : x1 + 2 * GUTTER]
        clamped = np.pad(PICTURES[0][y0:y1, x0:x1], GUTTER, mode="edge")
        assert np.array_equal(slot[GUTTER:-GUTTER, GUTTER:-GUTTER], PICTURES[0][y0:y1, x0:x1])
        # Beside its sides, each texel is the neighbour's own or a repeated one.
        for side in (
            np.s_[:GUTTER, GUTTER:-GUTTER],
            np.s_[-GUTTER:, GUTTER:-GUTTER],
            np.s_[GUTTER:-GUTTER, :GUTTER],
            np.s_[GUTTER:-GUTTER, -GUTTER:],
        ):
            assert ((slot[side] == true[side]) | (slot[side] == clamped[side])).all()
        around = [
            TileKey(0, key.column + dx, key.row + dy)
            for dx in (-1, 0, 1)
            for dy in (-1, 0, 1)
            if TileKey(0, key.column + dx, key.row + dy) in EVERY_TILE
        ]
        if all(neighbour in made.residents for neighbour in around):
            assert np.array_equal(slot, true)
