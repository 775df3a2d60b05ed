"""Who gets how much of the two budgets."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from glview import budgets
from glview.image import SampleType
from glview.texels import TexelFormat

MIB = 1 << 20
SLOT = 264 * 264 * 4


@pytest.mark.parametrize(
    ("sample_type", "groups", "pixel_bytes"),
    [
        (SampleType.U8, 1, 12),
        (SampleType.U16, 1, 12),
        (SampleType.S16, 1, 12),
        (SampleType.F32, 1, 20),
        (SampleType.U8, 8, 68),
        (SampleType.F32, 8, 132),
    ],
)
def test_a_composite_takes_so_many_bytes_a_pixel(
    sample_type: SampleType, groups: int, pixel_bytes: int
) -> None:
    texels = TexelFormat(sample_type, 4, groups)
    assert budgets.composite_bytes(800, 600, texels) == 480_000 * pixel_bytes


def test_the_atlas_gets_what_the_composite_leaves() -> None:
    assert budgets.atlas_bytes(64 * MIB, 5_760_000, SLOT) == 61_348_864


def test_the_atlas_is_never_smaller_than_eight_tiles() -> None:
    """And a third of that more, for the time while it grows."""
    assert budgets.atlas_bytes(64 * MIB, 99_532_800, SLOT) == 2_973_696
    assert budgets.atlas_bytes(1, 1, SLOT) == 2_973_696


@given(st.integers(1, 1 << 40), st.integers(1, 1 << 30), st.integers(0, 1 << 40))
def test_staging_and_strips_leave_half_of_what_the_source_leaves(
    left: int, strip: int, source: int
) -> None:
    left = max(left - source, 0)
    slots = budgets.slots_for_strips(left, strip, 1 << 50)
    assert slots is not None
    assert budgets.staging_bytes(left, 1) <= max(left // 4, 1)
    assert slots * strip <= left // 4 or slots == budgets.LEAST_SLOTS


def test_where_all_strips_of_an_image_fit_they_bound_nothing() -> None:
    assert budgets.slots_for_strips(4 * MIB, 16_384, 64) is None
    assert budgets.slots_for_strips(4 * MIB, 16_384, 65) == 64
    assert budgets.slots_for_strips(0, 16_384, 9) == 8
    # An image that fills the budget has a few such tiles of its overview, and many without strips.
    assert budgets.slots_for_strips(0, 16_384, 8) is None


def test_caches_of_a_source_take_less_than_half() -> None:
    whole = budgets.source_cache_bytes(256 * MIB)
    assert whole == 112 * MIB
    derived = budgets.derived_part(whole)
    split = budgets.split_part(whole - derived)
    assert (derived, split, whole - derived - split) == (16 * MIB, 32 * MIB, 64 * MIB)
    assert budgets.row_bytes(256 * MIB) == 64 * MIB
    assert budgets.row_bytes(64 * MIB) == 16 * MIB
    assert budgets.row_bytes(1024 * MIB) == 64 * MIB


def test_free_memory_is_a_part_of_what_may_wait() -> None:
    assert budgets.spare_bytes(64 * MIB) == 16 * MIB


def test_an_image_made_ready_behind_another_has_a_quarter() -> None:
    assert budgets.incoming_bytes(256 * MIB) == 64 * MIB
