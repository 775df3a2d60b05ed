"""Levels, weights and kernels for a scale."""

import math

import pytest
from hypothesis import given
from hypothesis import strategies as st

from glview.lod import (
    LevelRange,
    LodChoice,
    box_texels,
    choose,
    ease,
    level_ranges,
    reach_texels,
)
from glview.pyramid import Level, Pyramid, Reduction


def pyramid(*steps: float, reduction: Reduction = Reduction.MEAN) -> Pyramid:
    levels = tuple(
        Level(max(int(4096 / step), 1), max(int(4096 / step), 1), step, step) for step in steps
    )
    return Pyramid(4096, 4096, levels, reduction)


HALVES = pyramid(1.0, 2.0, 4.0, 8.0)
STEPS = st.lists(st.floats(1.1, 4.0), min_size=0, max_size=6)


def stepped(steps: list[float], reduction: Reduction) -> Pyramid:
    downsamples = [1.0]
    for step in steps:
        downsamples.append(downsamples[-1] * step)
    return pyramid(*downsamples, reduction=reduction)


def test_means_cross_fade_over_the_last_fifth_of_the_octave() -> None:
    ranges = level_ranges(HALVES)
    assert [span.z_none for span in ranges] == [0.5, 0.5, 0.5, 0.0]
    assert [span.z_full for span in ranges] == pytest.approx([0.574349, 0.574349, 0.574349, 0.0])


def test_unknown_reductions_cross_fade_over_half_an_octave() -> None:
    spans = level_ranges(pyramid(1.0, 2.0, reduction=Reduction.UNKNOWN))
    assert spans[0].z_full == pytest.approx(math.sqrt(0.5))


def test_labels_do_not_cross_fade() -> None:
    spans = level_ranges(pyramid(1.0, 2.0, reduction=Reduction.NEAREST))
    assert spans[0] == LevelRange(0.5, 0.5)


def test_without_blending_levels_switch_at_once() -> None:
    assert level_ranges(HALVES, blend=False)[0] == LevelRange(0.5, 0.5)


@pytest.mark.parametrize(
    ("scale", "expected"),
    [
        (3.0, LodChoice(0, ())),
        (1.0, LodChoice(0, ())),
        (0.58, LodChoice(0, ())),
        (0.55, LodChoice(1, (0,))),
        (0.501, LodChoice(1, (0,))),
        (0.5, LodChoice(1, ())),
        (0.26, LodChoice(2, (1,))),
        (0.001, LodChoice(3, ())),
    ],
)
def test_levels_of_a_scale(scale: float, expected: LodChoice) -> None:
    assert choose(HALVES, level_ranges(HALVES), scale) == expected


def test_a_picture_needs_its_base_first() -> None:
    assert LodChoice(3, (1, 2)).levels == (3, 2, 1)


def test_the_finer_level_gains_early_in_the_fade() -> None:
    assert ease(0.5, 0.6, 0.55) == pytest.approx(0.875)
    assert ease(0.5, 0.6, 0.5) == 0.0
    assert ease(0.5, 0.6, 0.6) == 1.0


@given(STEPS, st.sampled_from(Reduction), st.floats(1e-6, 100.0), st.floats(1.0, 10.0))
def test_weights_never_fall_as_the_picture_grows(
    steps: list[float], reduction: Reduction, scale: float, factor: float
) -> None:
    made = stepped(steps, reduction)
    for level, span in zip(made.levels, level_ranges(made), strict=True):
        less = span.weight(scale * level.downsample)
        more = span.weight(scale * factor * level.downsample)
        assert 0.0 <= less <= more <= 1.0


@given(STEPS, st.sampled_from(Reduction), st.floats(1e-6, 100.0), st.booleans())
def test_shares_of_all_levels_sum_to_one(
    steps: list[float], reduction: Reduction, scale: float, blend: bool
) -> None:
    """Painted back to front, what each level is seen of is its weight less what covers it."""
    made = stepped(steps, reduction)
    ranges = level_ranges(made, blend=blend)
    choice = choose(made, ranges, scale)
    left, shares = 1.0, 0.0
    for index, (level, span) in enumerate(zip(made.levels, ranges, strict=True)):
        weight = span.weight(scale * level.downsample)
        shares += left * weight
        left *= 1.0 - weight
        assert (0.0 < weight < 1.0) == (index in choice.fading) or index > choice.base
    assert shares == pytest.approx(1.0)


@given(STEPS, st.floats(1e-6, 100.0))
def test_a_level_in_use_is_never_magnified_where_a_finer_one_is(
    steps: list[float], scale: float
) -> None:
    made = stepped(steps, Reduction.MEAN)
    choice = choose(made, level_ranges(made), scale)
    if not choice.fading and choice.base > 0:
        assert scale * made.levels[choice.base].downsample <= 1.0 + 1e-9


@pytest.mark.parametrize(
    ("z", "width"), [(64.0, 1.0), (1.0, 1.0), (0.8, 1.25), (0.5, 2.0), (0.1, 3.0)]
)
def test_the_box_is_a_screen_pixel_but_one_texel_at_least_and_three_at_most(
    z: float, width: float
) -> None:
    assert box_texels(z) == width


@pytest.mark.parametrize(
    ("steps", "reach"), [((1.0,), 1), ((1.0, 2.0, 4.0), 1), ((1.0, 2.5), 2), ((1.0, 4.0), 2)]
)
def test_filters_reach_half_a_box_past_an_edge(steps: tuple[float, ...], reach: int) -> None:
    assert reach_texels(pyramid(*steps)) == reach


def test_where_the_axes_differ_filters_reach_as_far_as_they_can() -> None:
    levels = tuple(Level(64 >> k, 64 >> k, 2.0**k, 4.0 * 2.0**k) for k in range(3))
    assert reach_texels(Pyramid(64, 256, levels)) == 2
