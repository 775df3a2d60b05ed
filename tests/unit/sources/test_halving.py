import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from glview.sources.halving import halve


def column(*values: float, dtype: str = "uint8") -> np.ndarray:
    """A 2x2 image of one band."""
    return np.array(values, dtype=dtype).reshape(2, 2, 1)


@pytest.mark.parametrize("dtype", ["uint8", "uint16", "int16"])
def test_means_are_rounded_half_up(dtype: str) -> None:
    assert halve(column(1, 2, 2, 1, dtype=dtype)).tolist() == [[[2]]]
    assert halve(column(1, 1, 2, 1, dtype=dtype)).tolist() == [[[1]]]


def test_the_extremes_do_not_overflow() -> None:
    assert halve(column(255, 255, 255, 255)).item() == 255
    assert halve(column(65535, 65535, 65535, 65535, dtype="uint16")).item() == 65535
    assert halve(column(-32768, -32768, -32768, -32768, dtype="int16")).item() == -32768


def test_odd_sizes_replicate_the_last_row_and_column() -> None:
    image = np.array([[10, 20, 90], [10, 20, 70], [30, 50, 110]], dtype=np.uint8)[:, :, None]
    assert halve(image)[:, :, 0].tolist() == [[15, 80], [40, 110]]


def test_colours_are_weighted_by_alpha() -> None:
    image = np.array([[[200, 255], [0, 0]], [[0, 0], [100, 255]]], dtype=np.uint8)
    assert halve(image, alpha=True).tolist() == [[[150, 128]]]
    light = np.array([[[200, 30], [90, 10]], [[0, 0], [0, 0]]], dtype=np.uint8)
    assert halve(light, alpha=True).tolist() == [[[173, 10]]]


def test_alpha_of_16_bits_does_not_overflow() -> None:
    image = np.full((2, 2, 2), 65535, dtype=np.uint16)
    image[0, 0, 1] = 65534
    assert halve(image, alpha=True).tolist() == [[[65535, 65535]]]


def test_all_transparent_keeps_the_colour() -> None:
    image = np.array([[[8, 0], [8, 0]], [[4, 0], [4, 0]]], dtype=np.uint8)
    assert halve(image, alpha=True).tolist() == [[[6, 0]]]


@pytest.mark.parametrize("nodata", [None, -32_768])
def test_a_negative_alpha_is_transparent(nodata: float | None) -> None:
    image = np.array([[[100, -100], [200, 101]]] * 2, np.int16)
    assert halve(image, alpha=True, nodata=nodata).tolist() == [[[200, 51]]]


def test_alpha_of_floats_is_from_0_to_1() -> None:
    image = np.array([[[100.0, -3.0], [200.0, 5.0]], [[400.0, 1.0], [9.0, -1.0]]], np.float32)
    assert halve(image, alpha=True).tolist() == [[[300.0, 0.5]]]


@pytest.mark.parametrize("bad", [np.nan, np.inf, -np.inf])
def test_floats_that_are_no_number_do_not_count(bad: float) -> None:
    assert halve(column(bad, 2.0, 4.0, bad, dtype="float32")).item() == 3.0
    assert np.isnan(halve(column(bad, bad, bad, bad, dtype="float32"))).item()


def test_a_signalling_nan_in_alpha_is_quiet() -> None:
    # Random bits of a broken file; numpy warns when it makes a double of it.
    image = np.ones((2, 2, 2), np.float32)
    image[0, 0, 1] = np.array(0x7F80_0001, np.uint32).view(np.float32)
    assert halve(image, alpha=True).tolist() == [[[1.0, 0.75]]]


def test_nodata_does_not_count_and_stays_where_nothing_counts() -> None:
    assert halve(column(0, 10, 20, 0, dtype="uint16"), nodata=0).item() == 15
    assert halve(column(7, 7, 7, 7, dtype="uint16"), nodata=7).item() == 7


def test_a_pixel_is_nodata_only_where_all_its_bands_are() -> None:
    image = np.array([[[9, 4], [9, 8]], [[1, 4], [9, 9]]], dtype=np.uint8)
    assert halve(image, nodata=9).tolist() == [[[6, 5]]]


def test_a_dark_band_of_a_colour_is_not_nodata() -> None:
    stripes = np.zeros((2, 4, 3), np.uint8)
    stripes[:, 1::2, 0] = 100
    stripes[:, :, 1] = 50
    assert halve(stripes, nodata=0).tolist() == [[[50, 50, 0], [50, 50, 0]]]
    # Without green every other column is no-data, and does not count.
    stripes[:, :, 1] = 0
    assert halve(stripes, nodata=0).tolist() == [[[100, 0, 0], [100, 0, 0]]]


def test_no_number_in_one_band_leaves_out_the_pixel() -> None:
    image = np.ones((2, 2, 3), np.float32)
    image[0, 0] = (9.0, np.nan, 9.0)
    assert halve(image).tolist() == [[[1.0, 1.0, 1.0]]]
    image[:, :, 2] = np.inf
    assert np.isnan(halve(image)).all()


def test_alpha_is_no_band_of_the_nodata_rule() -> None:
    image = np.array([[[0, 0, 255], [8, 0, 255]], [[8, 0, 255], [0, 0, 255]]], dtype=np.uint8)
    assert halve(image, alpha=True, nodata=0).tolist() == [[[8, 0, 255]]]


def test_nodata_is_compared_in_the_samples_own_precision() -> None:
    assert halve(column(0.1, 2.0, 4.0, 0.1, dtype="float32"), nodata=0.1).item() == 3.0


@pytest.mark.parametrize(
    ("values", "dtype", "nodata", "mean"),
    [
        ((4, 6, 4, 6), "uint8", 5, 6),
        ((4, 4, 6, 4), "uint8", 5, 4),
        ((1, 1, 3, 3), "uint16", 2, 3),
        ((-1, 1, -1, 1), "int16", 0, 1),
        ((-1, 1, -1, 1), "float32", 0.0, 2.0**-149),
    ],
)
def test_a_mean_of_data_is_no_hole(
    values: tuple[float, ...], dtype: str, nodata: float, mean: float
) -> None:
    assert halve(column(*values, dtype=dtype), nodata=nodata).item() == mean


@pytest.mark.parametrize(
    ("dtype", "nodata", "inner"), [("uint8", 255, 254), ("int16", -32_768, -32_767)]
)
def test_a_mean_of_data_is_no_hole_at_the_ends_of_the_type(
    dtype: str, nodata: int, inner: int
) -> None:
    # Each pixel has data in one band of four; all four means round to the end of the type.
    image = np.full((2, 2, 4), nodata, dtype)
    for pixel in range(4):
        image[pixel // 2, pixel % 2, pixel] = inner
    assert halve(image, nodata=nodata).tolist() == [[[inner, nodata, nodata, nodata]]]


def test_only_one_band_of_a_colour_moves_by_one_step() -> None:
    image = np.array([[[4, 9], [6, 1]], [[4, 9], [6, 1]]], np.uint8)
    assert halve(image, nodata=5).tolist() == [[[6, 5]]]


def test_a_mean_of_transparent_data_is_no_hole() -> None:
    image = np.array([[[4, 255], [6, 255]], [[4, 255], [6, 255]]], np.uint8)
    assert halve(image, alpha=True, nodata=5).tolist() == [[[6, 255]]]


@settings(max_examples=60, deadline=None)
@given(
    st.integers(1, 9),
    st.integers(1, 9),
    st.sampled_from(["uint8", "uint16", "int16"]),
    st.integers(0, 2**32 - 1),
)
def test_equals_the_plain_definition(height: int, width: int, dtype: str, seed: int) -> None:
    limits = np.iinfo(dtype)
    image = np.random.default_rng(seed).integers(
        limits.min, limits.max, (height, width, 2), dtype=dtype, endpoint=True
    )
    got = halve(image)
    for y in range(-(-height // 2)):
        for x in range(-(-width // 2)):
            rows, columns = (2 * y, min(2 * y + 1, height - 1)), (2 * x, min(2 * x + 1, width - 1))
            total = sum(int(image[r, c, 1]) for r in rows for c in columns)
            assert got[y, x, 1] == (total + 2) // 4


def test_bands_of_rows_join_without_a_seam() -> None:
    image = np.random.default_rng(1).integers(0, 256, (1801, 3001, 1), dtype=np.uint8)
    got = halve(image)
    assert (got[:300] == halve(image[:600])).all()
    assert (got[880:] == halve(image[1760:])).all()
