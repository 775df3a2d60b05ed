"""Slots: where they lie, who has them, who must go."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from glview.atlas import (
    MAX_LAYER_PX,
    MAX_LAYERS,
    AtlasLayout,
    Slot,
    SlotTable,
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


def test_no_growth_where_there_is_room() -> None:
    assert next_layer_count(8, 8, 100) == 8
    assert next_layer_count(8, 3, 100) == 8


def test_growth_doubles() -> None:
    assert next_layer_count(8, 9, 100) == 16


def test_the_last_step_takes_all() -> None:
    assert next_layer_count(20, 21, 100) == 100


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
