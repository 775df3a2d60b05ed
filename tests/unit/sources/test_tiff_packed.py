"""Samples of TIFFs that are not as wide as numbers of a computer."""

from pathlib import Path
from typing import Any

import numpy as np
import pytest
from numpy.typing import NDArray

from glview.errors import UnsupportedImageError
from glview.image import ColorModel, ImageDescription, SampleType
from glview.sources.opening import open_image
from glview.sources.tiff_packed import signed, unpacked
from tests.unit.sources.build import whole
from tests.unit.sources.packed import SIGNED, Pixels, write_packed


def shown(path: Path) -> tuple[NDArray[Any], ImageDescription]:
    source = open_image(path)
    try:
        return whole(source, 0), source.description
    finally:
        source.close()


def grey(values: list[int]) -> Pixels:
    return [[[value] for value in values]]


def test_the_first_bit_is_the_highest_of_the_first_sample() -> None:
    data = b"\xab\xcd\xef\x01\x23\x40"
    assert unpacked(data, 12, 1, 4, 1).tolist() == [[[0xABC], [0xDEF], [0x012], [0x340]]]
    assert unpacked(data, 20, 1, 2, 1).tolist() == [[[0xABCDE], [0xF0123]]]
    assert unpacked(data, 48, 1, 1, 1).tolist() == [[[0xABCDEF012340]]]


def test_rows_end_in_whole_bytes() -> None:
    assert unpacked(b"\x12\x3f\x45\x6f", 4, 2, 3, 1).tolist() == [[[1], [2], [3]], [[4], [5], [6]]]


def test_samples_of_a_pixel_lie_together() -> None:
    assert unpacked(b"\x12\x3a\xbc", 4, 1, 2, 3).tolist() == [[[1, 2, 3], [10, 11, 12]]]


def test_signs_are_kept() -> None:
    found = signed(unpacked(b"\x80\x07\xff", 12, 1, 2, 1), 12)
    assert found.dtype == np.int16
    assert found.tolist() == [[[-2048], [2047]]]


def test_a_piece_that_is_too_short_is_an_error() -> None:
    with pytest.raises(ValueError, match="2 bytes of pixels where 3 belong"):
        unpacked(b"\0\0", 12, 1, 2, 1)


@pytest.mark.parametrize("order", ["<", ">"])
@pytest.mark.parametrize("bits", [*range(9, 16), *range(17, 32), *range(33, 64)])
def test_every_width_is_what_was_written_in_both_byte_orders(
    tmp_path: Path, bits: int, order: str
) -> None:
    high = 2 ** (bits - 1)
    write_packed(tmp_path / "a.tif", grey([0, 1, 200, high]), bits, order=order)
    pixels, told = shown(tmp_path / "a.tif")
    assert (pixels.ravel().astype(float) + told.offset).tolist() == [0, 1, 200, high]


@pytest.mark.parametrize("order", ["<", ">"])
@pytest.mark.parametrize(
    ("bits", "values", "seen"),
    [
        (3, [0, 1, 6, 7], [0, 36, 219, 255]),
        (5, [0, 1, 30, 31], [0, 8, 247, 255]),
        (6, [0, 1, 62, 63], [0, 4, 251, 255]),
        (7, [0, 1, 126, 127], [0, 2, 253, 255]),
    ],
)
def test_fewer_than_8_bits_become_bytes_in_both_byte_orders(
    tmp_path: Path, bits: int, values: list[int], seen: list[int], order: str
) -> None:
    write_packed(tmp_path / "a.tif", grey(values), bits, order=order)
    assert shown(tmp_path / "a.tif")[0].ravel().tolist() == seen


@pytest.mark.parametrize(("bits", "white"), [(33, 8589934591.0), (63, 2.0**63)])
def test_wide_samples_tell_their_limits(tmp_path: Path, bits: int, white: float) -> None:
    write_packed(tmp_path / "a.tif", grey([0, 1]), bits)
    assert [channel.limits for channel in shown(tmp_path / "a.tif")[1].channels] == [(0.0, white)]


@pytest.mark.parametrize("order", ["<", ">"])
def test_one_bit_of_three_samples_is_shown(tmp_path: Path, order: str) -> None:
    write_packed(tmp_path / "a.tif", [[[1, 0, 1], [0, 1, 1]]], 1, order=order, photometric=2)
    assert shown(tmp_path / "a.tif")[0].tolist() == [[[255, 0, 255], [0, 255, 255]]]


@pytest.mark.parametrize("order", ["<", ">"])
@pytest.mark.parametrize("bits", [2, 3, 4, 7, 12, 15])
def test_signed_samples_are_signed(tmp_path: Path, bits: int, order: str) -> None:
    low, high = -(2 ** (bits - 1)), 2 ** (bits - 1) - 1
    write_packed(tmp_path / "a.tif", grey([low, -1, 0, high]), bits, order=order, form=SIGNED)
    pixels, told = shown(tmp_path / "a.tif")
    assert told.sample_type is SampleType.S16
    assert pixels.ravel().tolist() == [low, -1, 0, high]
    assert told.channels[0].limits == (low, high)


def test_a_signed_bit_is_nothing_or_minus_one(tmp_path: Path) -> None:
    write_packed(tmp_path / "a.tif", grey([0, -1]), 1, form=SIGNED)
    assert shown(tmp_path / "a.tif")[0].ravel().tolist() == [0, -1]


@pytest.mark.parametrize("bits", [20, 24, 40])
def test_wide_signed_samples_are_signed(tmp_path: Path, bits: int) -> None:
    write_packed(tmp_path / "a.tif", grey([-5, -1, 0, 1000]), bits, form=SIGNED)
    assert shown(tmp_path / "a.tif")[0].ravel().tolist() == [-5, -1, 0, 1000]


def test_no_data_of_few_signed_bits_is_what_the_file_says(tmp_path: Path) -> None:
    write_packed(tmp_path / "a.tif", grey([0, -1]), 4, form=SIGNED, nodata="-1")
    assert shown(tmp_path / "a.tif")[1].nodata == -1


@pytest.mark.parametrize("order", ["<", ">"])
def test_differences_are_added_up_in_the_samples_own_width(tmp_path: Path, order: str) -> None:
    rows = [[[4000, 1], [200, 2], [4095, 3]]]
    told: dict[int, tuple[int, ...]] = {317: (2,)}
    write_packed(tmp_path / "a.tif", rows, 12, order=order, extras=(0,), more=told)
    pixels, description = shown(tmp_path / "a.tif")
    assert description.color_model is ColorModel.CHANNELS
    assert pixels.tolist() == [[[4000, 1], [104, 3], [103, 6]]]


def test_other_predictors_of_packed_samples_are_refused(tmp_path: Path) -> None:
    write_packed(tmp_path / "a.tif", grey([0, 1]), 12, more={317: (3,)})
    with pytest.raises(UnsupportedImageError, match="12-bit samples are not supported"):
        open_image(tmp_path / "a.tif")


def test_bits_may_lie_the_other_way_round(tmp_path: Path) -> None:
    write_packed(tmp_path / "a.tif", grey([0x80C]), 12, more={266: (2,)})
    # 0x80 0xC0 as written; each byte is to be read from its last bit.
    assert shown(tmp_path / "a.tif")[0].ravel().tolist() == [0x010]
