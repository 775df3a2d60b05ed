"""Histograms of what is in sight."""

import numpy as np
import pytest

from glview.display import Window
from glview.histogram import columns_over, heights, span


def test_it_goes_over_all_values_and_windows_and_a_bit_beside() -> None:
    values = np.array([[10.0, 20.0], [30.0, 60.0]], np.float32)
    assert span(values, [Window(0, 50), Window(20, 100)]) == Window(-5, 105)
    assert span(np.zeros((1, 0), np.float32), [Window(0, 100)]) == Window(-5, 105)
    assert span(np.full((1, 4), 7.0, np.float32), []) == Window(6.5, 7.5)
    assert span(np.zeros((0, 0), np.float32), []) == Window(-0.05, 1.05)


def test_near_a_window_values_far_away_do_not_press_it_together() -> None:
    values = np.array([[90.0, 100.0, 60_000.0]], np.float32)
    assert span(values, [Window(95, 115)], near=True) == Window(86.75, 158.25)
    assert span(values, [Window(20_000, 40_000)], near=True) == Window(-2905.5, 62_995.5)
    assert span(np.zeros((1, 0), np.float32), [Window(0, 100)], near=True) == Window(-5, 105)


def test_where_no_value_is_near_the_window_all_of_them_are_in_it() -> None:
    values = np.array([[40_000.0, 60_000.0]], np.float32)
    assert span(values, [Window(100, 1000)], near=True) == Window(-2895, 62_995)


@pytest.mark.parametrize(("values", "count"), [(range(10), 60), (range(90), 60)])
def test_whole_numbers_that_are_as_many_each_are_no_comb(values: range, count: int) -> None:
    data = np.array([*values] * 3, np.float32)
    over, columns = columns_over(data, span(data[None], []), count)
    high = heights(data, over, columns)
    assert high[high > 0.0].tolist() == [1.0] * len(high[high > 0.0])
    first, last = np.flatnonzero(high)[[0, -1]]
    assert last - first + 1 == np.count_nonzero(high)


def test_each_whole_number_is_in_the_middle_of_its_column() -> None:
    data = np.array([3.0, 4.0, 9.0], np.float32)
    assert columns_over(data, Window(2.7, 9.3), 50) == (Window(2.5, 9.5), 7)
    assert columns_over(data, Window(0, 100), 50) == (Window(-0.5, 101.5), 51)


def test_other_numbers_and_those_far_apart_have_the_columns_that_there_is_room_for() -> None:
    over = Window(0.0, 1.0)
    assert columns_over(np.array([0.25], np.float32), over, 50) == (over, 50)
    far = Window(0.0, 65_535.0)
    assert columns_over(np.array([7.0], np.float32), far, 50) == (far, 50)


def test_columns_are_as_high_as_the_logarithm_of_how_many_there_are() -> None:
    values = np.array([0.5] * 7 + [1.5] * 63 + [3.5], np.float32)
    assert heights(values, Window(0, 4), 4).tolist() == pytest.approx([1 / 2, 1.0, 0.0, 1 / 6])


def test_or_as_high_as_how_many_there_are() -> None:
    values = np.array([0.5] * 4 + [1.5] * 16 + [3.5], np.float32)
    high = heights(values, Window(0, 4), 4, logarithmic=False)
    assert high.tolist() == [0.25, 1.0, 0.0, 0.0625]


def test_of_nothing_they_are_flat() -> None:
    assert heights(np.zeros(0, np.float32), Window(0, 4), 3).tolist() == [0.0, 0.0, 0.0]


@pytest.mark.parametrize(
    ("data", "window"),
    [
        ([-3.4e38, 0.0, 100.0], Window(0, 100)),
        ([-3.4e38, 0.0, 3.4e38], Window(-3.4e38, 3.4e38)),
        ([1e9, 1e9 + 64], Window(1e9, 1e9 + 10)),
        ([0.0], Window(-1.7e308, 1.7e308)),
        ([1.0], Window(1.0, 1.0000000000000002)),
    ],
)
def test_every_value_is_in_a_column_however_far_or_near_the_ends_lie(
    data: list[float], window: Window
) -> None:
    values = np.array([data], np.float32)
    high = heights(values[0], span(values, [window]), 3)
    assert high.max() == 1.0


def test_of_nearly_all_floats_the_middle_is_in_the_middle() -> None:
    values = np.zeros((1, 1), np.float32)
    over = span(values, [Window(-1.7e308, 1.7e308)])
    assert heights(values[0], over, 3).tolist() == [0.0, 1.0, 0.0]
