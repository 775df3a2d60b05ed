"""From samples to texels: groups, validity, premultiplication, gutters."""

from typing import Any

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from numpy.typing import NDArray

from glview.image import ColorModel, ImageDescription, Margin, SampleType, Tile
from glview.pyramid import IntRect, Level, Pyramid
from glview.texels import full_validity, pack, texel_format


def description(
    bands: int,
    sample: SampleType = SampleType.U8,
    *,
    alpha: bool = False,
    nodata: float | None = None,
) -> ImageDescription:
    color = {1: ColorModel.GREY, 3: ColorModel.RGB}.get(bands, ColorModel.CHANNELS)
    pyramid = Pyramid(64, 64, (Level(64, 64, 1.0, 1.0),))
    return ImageDescription("x", "test", pyramid, sample, color, bands, alpha, nodata)


def packed(values: Any, made: ImageDescription, gutter: int = 0) -> NDArray[Any]:
    """One row of texels, shape (groups, columns, components), of rows of samples."""
    dtype = made.sample_type.dtype
    depth = made.bands + made.alpha
    pixels = np.array(values, dtype).reshape(1, -1, depth)
    return pack(Tile(pixels), made, gutter)[:, 0]


@pytest.mark.parametrize(
    ("bands", "components", "groups"), [(1, 2, 1), (2, 4, 1), (3, 4, 1), (4, 4, 2), (7, 4, 3)]
)
def test_bands_go_in_groups_of_three_values_and_their_validity(
    bands: int, components: int, groups: int
) -> None:
    form = texel_format(description(bands))
    assert (form.components, form.groups) == (components, groups)


@pytest.mark.parametrize(
    ("sample", "bands", "size"),
    [
        (SampleType.U8, 1, 2),
        (SampleType.U8, 3, 4),
        (SampleType.U16, 3, 8),
        (SampleType.S16, 1, 4),
        (SampleType.F32, 5, 32),
    ],
)
def test_bytes_of_a_texel_count_all_groups(sample: SampleType, bands: int, size: int) -> None:
    assert texel_format(description(bands, sample)).bytes_per_texel == size


@pytest.mark.parametrize(
    ("sample", "value", "read"),
    [
        (SampleType.U8, 255, 1.0),
        (SampleType.U16, 65_535, 1.0),
        (SampleType.U16, 0, 0.0),
        (SampleType.S16, -32_768, 0.0),
        (SampleType.S16, 32_767, 1.0),
        (SampleType.F32, -7.25, -7.25),
    ],
)
def test_what_a_shader_reads(sample: SampleType, value: float, read: float) -> None:
    assert texel_format(description(1, sample)).normalized(value) == read


def test_grey_is_a_value_and_full_validity() -> None:
    assert packed([7, 200], description(1)).tolist() == [[[7, 255], [200, 255]]]


def test_rgb_is_three_values_and_full_validity() -> None:
    assert packed([[1, 2, 3]], description(3)).tolist() == [[[1, 2, 3, 255]]]


def test_five_channels_take_two_groups_that_share_validity() -> None:
    texels = packed([[10, 20, 30, 40, 50]], description(5, SampleType.U16))
    assert texels.tolist() == [[[10, 20, 30, 65_535]], [[40, 50, 0, 65_535]]]


def test_signed_samples_are_biased() -> None:
    texels = packed([-32_768, 0, 32_767], description(1, SampleType.S16))
    assert texels.dtype == np.uint16
    assert texels[0, :, 0].tolist() == [0, 32_768, 65_535]


@pytest.mark.parametrize("bad", [np.nan, np.inf, -np.inf])
def test_what_is_no_number_has_value_0_and_validity_0(bad: float) -> None:
    texels = packed([0.5, bad], description(1, SampleType.F32))
    assert texels.tolist() == [[[0.5, 1.0], [0.0, 0.0]]]


def test_one_bad_band_makes_the_pixel_invalid() -> None:
    texels = packed([[0.5, np.nan, 0.25]], description(3, SampleType.F32))
    assert texels.tolist() == [[[0.0, 0.0, 0.0, 0.0]]]


@pytest.mark.parametrize("sample", [SampleType.U8, SampleType.U16, SampleType.S16, SampleType.F32])
def test_no_data_has_value_0_and_validity_0(sample: SampleType) -> None:
    texels = packed([5, 7], description(1, sample, nodata=7.0))
    assert texels[0, 1].tolist() == [0, 0]
    assert texels[0, 0, 1] == full_validity(texels.dtype)


def test_colours_are_premultiplied_and_rounded_to_nearest() -> None:
    texels = packed([[255, 100, 1, 128]], description(3, alpha=True))
    assert texels.tolist() == [[[128, 50, 1, 128]]]


def test_colours_under_no_alpha_are_gone() -> None:
    texels = packed([[255, 100, 1, 0]], description(3, alpha=True))
    assert texels.tolist() == [[[0, 0, 0, 0]]]


def test_16_bit_colours_are_premultiplied_without_overflow() -> None:
    texels = packed([[65_535, 65_534]], description(1, SampleType.U16, alpha=True))
    assert texels.tolist() == [[[65_534, 65_534]]]


def test_signed_alpha_runs_from_0_to_its_largest() -> None:
    texels = packed([[0, -5], [0, 0], [0, 32_767]], description(1, SampleType.S16, alpha=True))
    assert texels[0].tolist() == [[0, 0], [0, 0], [32_768, 65_535]]


def test_float_colours_are_premultiplied() -> None:
    texels = packed([[0.5, 0.25]], description(1, SampleType.F32, alpha=True))
    assert texels.tolist() == [[[0.125, 0.25]]]


def test_a_bad_float_under_no_alpha_leaves_nothing() -> None:
    texels = packed([[np.nan, 0.0]], description(1, SampleType.F32, alpha=True))
    assert texels.tolist() == [[[0.0, 0.0]]]


@pytest.mark.parametrize("alpha", [np.nan, np.inf, -np.inf, -1.0])
def test_an_alpha_that_is_no_share_is_none(alpha: float) -> None:
    texels = packed([[0.5, alpha], [0.5, 1.0]], description(1, SampleType.F32, alpha=True))
    assert texels.tolist() == [[[0.0, 0.0], [0.5, 1.0]]]


def test_a_float_alpha_above_one_is_one() -> None:
    texels = packed([[0.5, 3.0]], description(1, SampleType.F32, alpha=True))
    assert texels.tolist() == [[[0.5, 1.0]]]


def test_no_data_and_alpha_are_both_minded() -> None:
    texels = packed([[7, 255], [9, 255]], description(1, alpha=True, nodata=7.0))
    assert texels.tolist() == [[[0, 0], [9, 255]]]


def test_only_what_is_valid_in_full_is_opaque() -> None:
    assert texel_format(description(3)).is_opaque
    assert texel_format(description(1, SampleType.S16)).is_opaque
    assert not texel_format(description(3, alpha=True)).is_opaque
    assert not texel_format(description(3, nodata=7.0)).is_opaque
    assert not texel_format(description(1, SampleType.F32)).is_opaque


@given(st.integers(0, 255), st.integers(0, 255))
def test_premultiplied_8_bit_colours_are_within_half_a_step(value: int, alpha: int) -> None:
    texels = packed([[value, alpha]], description(1, alpha=True))
    assert abs(int(texels[0, 0, 0]) - value * alpha / 255) <= 0.5
    assert texels[0, 0, 0] <= alpha


def test_a_gutter_without_neighbours_repeats_the_edge() -> None:
    pixels = np.array([[1, 2], [3, 4]], np.uint8)[..., None]
    slot = pack(Tile(pixels), description(1), 2)
    assert np.array_equal(slot[0, ..., 0], np.pad([[1, 2], [3, 4]], 2, mode="edge"))


def test_a_gutter_takes_what_the_margin_has() -> None:
    whole = np.arange(36, dtype=np.uint8).reshape(6, 6, 1)
    slot = pack(Tile(whole, Margin(2, 1, 2, 3)), description(1), 2)
    assert slot.shape == (1, 6, 6, 2)
    # Two rows of three below; above only one, which is repeated.
    assert np.array_equal(slot[0, 1:, :, 0], whole[:5, :, 0])
    assert np.array_equal(slot[0, 0, :, 0], whole[0, :, 0])


@given(
    st.integers(1, 9),
    st.integers(1, 9),
    st.tuples(*[st.integers(0, 3)] * 4),
    st.integers(0, 3),
)
def test_gutters_are_the_margin_cut_or_repeated(
    width: int, height: int, sides: tuple[int, int, int, int], gutter: int
) -> None:
    left, top, right, bottom = sides
    rows, columns = height + top + bottom, width + left + right
    pixels = np.arange(rows * columns, dtype=np.uint16).reshape(rows, columns, 1)
    slot = pack(Tile(pixels, Margin(*sides)), description(1, SampleType.U16), gutter)
    padded = np.pad(pixels[..., 0], gutter, mode="edge")
    expected = padded[top : top + height + 2 * gutter, left : left + width + 2 * gutter]
    assert np.array_equal(slot[0, ..., 0], expected)


def test_packing_leaves_the_tile_as_it_is() -> None:
    pixels = np.array([[[200, 100, 50, 10]]], np.uint8)
    pixels.flags.writeable = False
    pack(Tile(pixels), description(3, alpha=True), 1)
    assert pixels.tolist() == [[[200, 100, 50, 10]]]


def test_a_pixel_has_no_data_where_all_its_bands_say_so() -> None:
    """One band of a colour may well have the value that means nothing in all three."""
    samples = [[0, 0, 0], [0, 9, 0], [9, 9, 9]]
    texels = packed(samples, description(3, nodata=0.0))
    assert texels[0, :, 3].tolist() == [0, 255, 255]
    assert texels[0, 1, :3].tolist() == [0, 9, 0]


def dirty(shape: tuple[int, ...], dtype: np.dtype[Any]) -> NDArray[Any]:
    return np.full(shape, 77, dtype)


@pytest.mark.parametrize("sample", SampleType)
@pytest.mark.parametrize("bands", [1, 2, 3, 4, 5, 6])
@pytest.mark.parametrize("margin", [Margin(), Margin(0, 1, 2, 3)])
def test_nothing_is_left_of_what_was_in_its_memory(
    sample: SampleType, bands: int, margin: Margin
) -> None:
    made = description(bands, sample)
    tile = Tile(np.ones((9, 8, bands), sample.dtype), margin)
    clean = pack(tile, made, 2, np.zeros)
    assert (pack(tile, made, 2, dirty) == clean).all()


@pytest.mark.parametrize("shape", [(1, 1), (1, 5), (2, 1), (7, 5)])
@pytest.mark.parametrize("margin", [Margin(), Margin(1, 0, 0, 0), Margin(3, 2, 1, 0)])
def test_rgb_is_packed_alike_however_it_lies_in_memory(
    shape: tuple[int, int], margin: Margin
) -> None:
    height, width = shape[0] + margin.top + margin.bottom, shape[1] + margin.left + margin.right
    texels = np.random.default_rng(5).integers(0, 256, (height, width, 4), np.uint8)
    texels[..., 3] = 255
    rgb = np.ascontiguousarray(texels[..., :3])
    wide = np.zeros((height, width + 3, 3), np.uint8)
    wide[:, 1:-2] = rgb
    tiles = [
        Tile(rgb, margin),
        Tile(texels[..., :3], margin),
        Tile(texels[..., :3], margin, texels=texels),
        Tile(wide[:, 1:-2], margin),
        Tile(np.asfortranarray(rgb), margin),
    ]
    slots = [pack(tile, description(3), 2) for tile in tiles]
    own = slots[0][0, 2 : 2 + shape[0], 2 : 2 + shape[1]]
    left, top = margin.left, margin.top
    assert (own == texels[top : top + shape[0], left : left + shape[1]]).all()
    assert all((slot == slots[0]).all() for slot in slots)


@pytest.mark.parametrize("margin", [Margin(), Margin(1, 0, 0, 0), Margin(2, 2, 2, 2)])
@pytest.mark.parametrize("gutter", [0, 1, 2, 3])
def test_texels_at_the_end_of_room_for_a_slot_are_packed_there(margin: Margin, gutter: int) -> None:
    width, height = 5 + margin.left + margin.right, 7 + margin.top + margin.bottom
    texels = np.random.default_rng(5).integers(0, 256, (height, width, 4), np.uint8)
    apart = pack(Tile(texels[..., :3], margin, texels=texels), description(3), gutter)
    room = np.full(max(apart.size, texels.size), 77, np.uint8)
    inside = room[room.size - texels.size :].reshape(texels.shape)
    inside[:] = texels
    tile = Tile(inside[..., :3], margin, texels=inside, room=room)
    slot = pack(tile, description(3), gutter, dirty)
    assert (slot == apart).all()
    assert np.shares_memory(slot, room) is (max(margin) <= gutter)


def test_room_of_another_size_than_the_slot_is_left() -> None:
    room = np.zeros(64, np.uint8)
    texels = room[48:].reshape(2, 2, 4)
    slot = pack(Tile(texels[..., :3], texels=texels, room=room), description(3), 0)
    assert slot.shape == (1, 2, 2, 4)
    assert not np.shares_memory(slot, room)


def test_texels_made_by_a_decoder_do_not_count_where_a_value_means_nothing() -> None:
    texels = np.full((2, 2, 4), 255, np.uint8)
    texels[0, 0, :3] = 9
    tile = Tile(texels[..., :3], texels=texels)
    assert pack(tile, description(3, nodata=9), 0)[0, 0].tolist() == [[0] * 4, [255] * 4]


@pytest.mark.parametrize("bands", [1, 3, 5])
def test_what_is_lost_is_neither_shown_nor_counted(bands: int) -> None:
    made = description(bands, SampleType.U16)
    pixels = np.full((4, 6, bands), 700, np.uint16)
    slot = pack(Tile(pixels, lost=(IntRect(2, 1, 6, 3),)), made, 2)
    assert not slot[:, 3:5, 4:].any()
    assert (slot[0, 2:6, 2:4, -1] == 65_535).all()
    assert (slot[0, 2, 2:8, 0] == 700).all()
    # The gutter repeats what is beside it.
    assert not slot[:, 3:5, 8:].any()
