"""Slots: where they lie, who has them, who must go."""

import itertools

import pytest
from hypothesis import given
from hypothesis import strategies as st

from glview.atlas import (
    MAX_LAYER_PX,
    MAX_LAYERS,
    AtlasLayout,
    Move,
    Slot,
    SlotTable,
    fallbacks,
    next_layer_count,
    plan_layout,
)
from glview.pyramid import TileKey

MIB = 1 << 20


def planned(budget_mib: float = 256, tile: int = 256, groups: int = 1) -> AtlasLayout:
    return plan_layout(
        tile,
        tile,
        gutter=4,
        bytes_per_texel=4 * groups,
        groups=groups,
        budget_bytes=int(budget_mib * MIB),
    )


def small_table(slots: int = 3) -> SlotTable:
    return SlotTable(AtlasLayout(8, 8, 1, 1, 1, 256, slots))


def key(number: int) -> TileKey:
    return TileKey(0, number, 0)


LAYOUTS = st.builds(
    plan_layout,
    st.integers(32, 2000),
    st.integers(32, 2000),
    gutter=st.integers(2, 8),
    bytes_per_texel=st.sampled_from([2, 4, 16, 128]),
    groups=st.integers(1, 8),
    budget_bytes=st.integers(1, 1 << 30),
)


def test_the_default_budget_holds_704_tiles() -> None:
    """Three quarters of 256 MiB in slots of 264 x 264 RGBA8, in whole layers of 8 x 8."""
    layout = planned()
    assert (layout.slot_width, layout.columns, layout.rows) == (264, 8, 8)
    assert SlotTable(layout).capacity == 704


@given(LAYOUTS)
def test_slots_never_overlap_nor_exceed_their_layer(layout: AtlasLayout) -> None:
    taken = set()
    for index in range(2 * layout.slots_per_layer):
        slot = layout.slot(index)
        assert slot.layer == index // layout.slots_per_layer
        assert 0 <= slot.x <= layout.width - layout.slot_width
        assert 0 <= slot.y <= layout.height - layout.slot_height
        assert slot.x % layout.slot_width == slot.y % layout.slot_height == 0
        taken.add(slot)
    assert len(taken) == 2 * layout.slots_per_layer


@given(LAYOUTS)
def test_a_layer_fits_what_any_machine_has(layout: AtlasLayout) -> None:
    assert max(layout.width, layout.height) <= MAX_LAYER_PX
    assert 1 <= layout.max_layers * layout.groups <= MAX_LAYERS


@pytest.mark.parametrize("groups", [1, 3, 8])
@pytest.mark.parametrize("tile", [64, 256, 1000, 2296])
def test_with_any_budget_a_texture_is_one_that_opengl_3_3_machines_have(
    tile: int, groups: int
) -> None:
    """They need have 256 layers and 4,096 pixels a side, no more."""
    layout = planned(8192, tile, groups)
    assert max(layout.width, layout.height) <= 4096
    assert layout.max_layers * layout.groups <= 256


def test_8_gib_would_be_more_layers_than_there_can_be() -> None:
    assert planned(8192).max_layers == 256
    assert planned(8192).width == 2112


def test_groups_of_bands_share_the_256_layers() -> None:
    assert planned(100_000, groups=8).max_layers == 32


@given(st.integers(1, 1024), st.sampled_from([64, 256, 512]), st.integers(1, 8))
def test_an_atlas_at_its_largest_takes_three_quarters_of_the_budget(
    budget_mib: int, tile: int, groups: int
) -> None:
    layout = planned(budget_mib, tile, groups)
    taken = layout.max_layers * layout.bytes_per_layer
    assert taken <= 0.75 * budget_mib * MIB or layout.max_layers * layout.slots_per_layer == 1


@pytest.mark.parametrize("budget_mib", [8, 16, 64, 256])
def test_an_atlas_uses_most_of_what_it_may(budget_mib: int) -> None:
    layout = planned(budget_mib)
    assert layout.max_layers * layout.bytes_per_layer >= 0.6 * budget_mib * MIB


def test_one_tile_fits_any_budget() -> None:
    assert SlotTable(planned(0.01)).capacity == 1


def test_tiles_larger_than_a_layer_are_refused() -> None:
    with pytest.raises(ValueError, match="tiles of 2300x2300 do not fit an atlas layer"):
        planned(tile=2300)


@given(st.integers(1, 256), st.data())
def test_growth_stays_within_the_budget_while_both_textures_exist(
    maximum: int, data: st.DataObject
) -> None:
    layers = 0
    while layers < maximum:
        needed = data.draw(st.integers(layers + 1, maximum))
        grown = next_layer_count(layers, needed, maximum)
        assert needed <= grown <= maximum
        assert layers + grown <= 4 / 3 * maximum
        layers = grown


def fallen_back(layout: AtlasLayout, *, allocated: int, refused: int) -> list[tuple[int, int]]:
    """Slots a layer, and layers, of what is tried; sizes are in slots, 8 the fewest."""
    slot_bytes = layout.slot_bytes
    tried = fallbacks(layout, allocated * slot_bytes, refused * slot_bytes, 8)
    return [(made.slots_per_layer, made.max_layers) for made in tried]


def test_an_atlas_that_cannot_grow_stays_as_it_is() -> None:
    assert (planned().slots_per_layer, planned().max_layers) == (64, 11)
    assert fallen_back(planned(), allocated=128, refused=256) == [(64, 2)]


def test_where_there_is_none_halves_are_tried_down_to_the_fewest_slots() -> None:
    assert fallen_back(planned(), allocated=0, refused=64) == [(4, 8), (2, 8), (1, 8)]


def test_nothing_is_smaller_than_the_smallest_atlas() -> None:
    smallest = planned(8 * 264 * 264 * 4 / 0.75 / MIB + 0.01)
    assert smallest.capacity == 8
    assert fallen_back(smallest, allocated=2, refused=8) == []


@given(LAYOUTS, st.integers(0, 7), st.integers(0, 1 << 30))
def test_fallbacks_get_smaller_and_come_to_an_end(
    layout: AtlasLayout, allocated: int, refused_bytes: int
) -> None:
    tried = list(fallbacks(layout, allocated * layout.slot_bytes, refused_bytes, 8))
    sizes = [layout.capacity, *(made.capacity for made in tried)]
    assert all(after < before for before, after in itertools.pairwise(sizes))
    assert (sizes[-1] == 8) == bool(tried) or layout.capacity == 8


def test_no_growth_where_there_is_room() -> None:
    assert next_layer_count(8, 8, 100) == 8
    assert next_layer_count(8, 3, 100) == 8


def test_growth_doubles() -> None:
    assert next_layer_count(8, 9, 100) == 16


def test_it_doubles_up_to_a_third_from_where_the_last_step_takes_all() -> None:
    assert next_layer_count(20, 21, 100) == 33
    assert next_layer_count(33, 34, 100) == 100


def test_a_tile_has_the_slot_it_was_given() -> None:
    table = small_table()
    assert table.acquire(key(1)) == Slot(0, 0, 0)
    assert table.acquire(key(2)) == Slot(1, 0, 0)
    assert table.slot_of(key(2)) == Slot(1, 0, 0)
    assert table.slot_of(key(3)) is None


def test_a_slot_given_back_is_given_again() -> None:
    table = small_table()
    slots = [table.acquire(key(n)) for n in range(3)]
    table.release(key(1))
    assert table.acquire(key(7)) == slots[1]
    assert key(1) not in table


def test_a_tile_cannot_have_two_slots() -> None:
    table = small_table()
    table.acquire(key(1))
    with pytest.raises(ValueError, match="has a slot already"):
        table.acquire(key(1))


def test_a_full_table_gives_no_slot() -> None:
    table = small_table(1)
    table.acquire(key(1))
    assert not table.has_room()
    with pytest.raises(ValueError, match="no free slot"):
        table.acquire(key(2))


def test_nobody_must_go_while_there_is_room() -> None:
    table = small_table()
    table.acquire(key(1))
    assert table.victim(keep=()) is None


def test_the_least_recently_seen_goes_first() -> None:
    table = small_table()
    for number in (1, 2, 3):
        table.acquire(key(number))
    table.touch([key(1), key(9)])
    assert table.victim(keep=()) == key(2)


def test_where_all_must_stay_nobody_goes() -> None:
    table = small_table(2)
    table.acquire(key(1))
    table.acquire(key(2))
    assert table.victim(keep={key(1), key(2)}) is None


@given(
    st.lists(st.integers(0, 9), max_size=40),
    st.sets(st.integers(0, 9), max_size=6),
)
def test_whoever_is_kept_stays(arrivals: list[int], kept: set[int]) -> None:
    table = small_table(4)
    keep = {key(number) for number in kept}
    for number in arrivals:
        if key(number) in table:
            table.touch([key(number)])
            continue
        before = set(table)
        if not table.has_room():
            victim = table.victim(keep)
            if victim is None:
                assert before <= keep
                continue
            assert victim not in keep
            table.release(victim)
        table.acquire(key(number))
        slots = [table.slot_of(resident) for resident in table]
        assert len(slots) == len(set(slots)) <= table.capacity
        assert before & keep <= set(table)


def test_a_larger_limit_alone_is_the_same_shape() -> None:
    """The window has become smaller: more is left by the composite, and no tile must move."""
    for change in (0.9, 1.1, 0.5, 2.0):
        assert planned(256).within(int(change * 256 * MIB)).is_shaped_like(planned(256))


def test_a_budget_for_which_the_shape_does_not_serve_has_its_own() -> None:
    assert planned(256).within(16 * MIB) == planned(16)
    assert planned(8).within(1024 * MIB) == planned(1024)


LIMITS = st.integers(4 * MIB, 1024 * MIB)


@given(LIMITS, LIMITS, st.data())
def test_old_and_new_texture_stay_within_the_budget_after_it_was_changed(
    before: int, after: int, data: st.DataObject
) -> None:
    old = plan_layout(256, 256, gutter=4, bytes_per_texel=4, groups=1, budget_bytes=before)
    layers = data.draw(st.integers(0, old.max_layers))
    new = old.within(after, layers_now=layers)
    if not new.is_shaped_like(old):
        return
    assert new.max_layers >= 1
    if layers * new.bytes_per_layer > after:
        layers = 0  # all are copied into a smaller texture
    while layers < new.max_layers:
        needed = data.draw(st.integers(layers + 1, new.max_layers))
        grown = next_layer_count(layers, needed, new.max_layers)
        assert (layers + grown) * new.bytes_per_layer <= after
        layers = grown


@given(LIMITS, LIMITS, st.data())
def test_layers_that_the_budget_holds_are_kept(
    before: int, after: int, data: st.DataObject
) -> None:
    old = plan_layout(256, 256, gutter=4, bytes_per_texel=4, groups=1, budget_bytes=before)
    layers = data.draw(st.integers(0, old.max_layers))
    new = old.within(after, layers_now=layers)
    if new.is_shaped_like(old) and layers * old.bytes_per_layer <= after:
        assert new.max_layers >= layers


def test_half_again_as_much_budget_is_used_as_far_as_old_and_new_fit() -> None:
    """Of 16 MiB all 12 are taken; 24 hold those and 12 more while they are copied."""
    old = planned(16)
    assert (old.max_layers, old.bytes_per_layer) == (11, 4 * 278_784)
    assert old.within(24 * MIB, layers_now=11).max_layers == 11
    # What is there stays as long as it fits, though a new atlas would be smaller.
    assert old.within(12 * MIB, layers_now=11).max_layers == 11
    assert old.within(32 * MIB, layers_now=11).max_layers == 19
    assert old.within(64 * MIB, layers_now=11).max_layers == 45


def test_few_slots_are_enough_where_their_strips_would_not_fit() -> None:
    assert planned(256).within(256 * MIB, most_slots=40).capacity == 40
    assert planned(256).within(256 * MIB, most_slots=1000).capacity == 704


def filled(*numbers: int, slots: int = 8) -> SlotTable:
    """A table of one-slot layers; the first tile was seen longest ago."""
    table = small_table(slots)
    for number in numbers:
        table.acquire(key(number))
    return table


def laid(slots: int, columns: int = 1) -> AtlasLayout:
    return AtlasLayout(8, 8, columns, 1, 1, 256 * columns, slots // columns)


def test_a_larger_layout_of_the_same_shape_moves_no_tile() -> None:
    table = filled(1, 2, 3)
    moves = table.rearrange(laid(20), ())
    assert moves == [Move(Slot(n, 0, 0), Slot(n, 0, 0)) for n in range(3)]
    assert table.capacity == 20
    assert table.acquire(key(4)) == Slot(3, 0, 0)


def test_a_smaller_layout_moves_only_the_tiles_whose_slots_are_gone() -> None:
    table = filled(1, 2, 3, 4)
    table.release(key(1))
    assert table.rearrange(laid(3), ()) == [
        Move(Slot(1, 0, 0), Slot(1, 0, 0)),
        Move(Slot(2, 0, 0), Slot(2, 0, 0)),
        Move(Slot(3, 0, 0), Slot(0, 0, 0)),
    ]
    assert table.slot_of(key(4)) == Slot(0, 0, 0)
    assert not table.has_room()


def test_a_layout_of_another_shape_moves_all_tiles() -> None:
    table = filled(1, 2, 3)
    moves = table.rearrange(laid(8, columns=2), ())
    assert [move.new for move in moves] == [Slot(0, 0, 0), Slot(0, 8, 0), Slot(1, 0, 0)]
    assert table.layout == laid(8, columns=2)


def test_where_not_all_fit_those_stay_that_were_seen_last() -> None:
    table = filled(1, 2, 3, 4)
    table.touch([key(1)])
    table.rearrange(laid(2), ())
    assert set(table) == {key(4), key(1)}


def test_the_first_stay_however_long_ago_they_were_seen() -> None:
    table = filled(1, 2, 3, 4)
    table.rearrange(laid(2), [key(9), key(1)])
    assert set(table) == {key(1), key(4)}


def test_of_the_first_the_best_stay() -> None:
    table = filled(1, 2, 3, 4)
    table.rearrange(laid(2), [key(3), key(1), key(2)])
    assert set(table) == {key(3), key(1)}


def test_who_goes_next_is_the_same_after_a_rearrangement() -> None:
    table = filled(1, 2, 3)
    table.touch([key(1)])
    table.rearrange(laid(3, columns=3), ())
    assert table.victim(()) == key(2)


@given(
    st.lists(st.integers(0, 30), unique=True, max_size=24),
    st.sets(st.integers(0, 30)),
    st.integers(1, 12),
    st.sampled_from([1, 2, 3]),
    st.lists(st.integers(0, 30), unique=True),
)
def test_after_a_rearrangement_every_tile_has_a_slot_of_its_own(
    there: list[int], gone: set[int], slots: int, columns: int, first: list[int]
) -> None:
    table = filled(*there, slots=24)
    for number in gone & set(there):
        table.release(key(number))
    before = {tile: table.slot_of(tile) for tile in table}
    layout = laid(slots * columns, columns)
    moves = table.rearrange(layout, [key(number) for number in first])
    assert len(table) == min(len(before), layout.capacity)
    assert {(before[tile], table.slot_of(tile)) for tile in table} == set(moves)
    for number in range(100, 100 + layout.capacity - len(table)):
        table.acquire(key(number))
    assert not table.has_room()
    places = {table.slot_of(tile) for tile in table}
    assert places == {layout.slot(index) for index in range(layout.capacity)}
