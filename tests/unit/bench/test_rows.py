"""What a row says of its repeats."""

import pytest

from glview.bench.rows import SHARE, Row, in_rounds, in_turns, percentile, pooled_p99, with_unit


@pytest.mark.parametrize(
    ("values", "bare", "less_is_better", "ratio"),
    [
        ((20.0, 20.0), (10.0, 10.0), True, 0.5),
        ((20.0, 20.0), (10.0, 10.0), False, 2.0),
        ((1.0, 2.0, 8.0), (1.0, 1.0, 1.0), True, 0.5),
        ((1.0,), (), True, None),
    ],
)
def test_a_ratio_is_a_share_of_the_bare_speed(
    values: tuple[float, ...], bare: tuple[float, ...], *, less_is_better: bool, ratio: float | None
) -> None:
    assert Row("a case", "ms", values, bare, less_is_better=less_is_better).ratio == ratio


def test_noise_is_the_middle_half_over_the_median() -> None:
    assert Row("a case", "ms", (9.0, 10.0, 10.0, 10.0, 30.0)).noise == 0.0
    assert Row("a case", "ms", (8.0, 9.0, 10.0, 11.0, 12.0)).noise == pytest.approx(0.2)


def test_the_noise_of_one_value_or_of_none_at_all_is_nothing() -> None:
    assert Row("a case", "ms", (9.0,)).noise == 0.0
    assert Row("a case", "ms", (0.0, 0.0, 1.0)).noise == 0.0


def test_a_percentile_lies_between_values() -> None:
    assert percentile([4.0, 1.0, 3.0, 2.0], 50) == 2.5
    assert percentile([5.0], 99) == 5.0


def test_turns_alternate_after_one_unmeasured_run_of_each() -> None:
    said: list[str] = []

    def ours() -> tuple[float]:
        said.append("ours")
        return (float(len(said)),)

    def bare() -> tuple[float]:
        said.append("bare")
        return (float(len(said)),)

    assert in_turns(ours, bare, 2).column(0) == ((3.0, 5.0), (4.0, 6.0))
    assert said == ["ours", "bare"] * 3


def test_rounds_take_each_job_in_turn() -> None:
    said: list[str] = []

    def job(name: str) -> float:
        said.append(name)
        return float(len(said))

    jobs = {"a": lambda: job("a"), "b": lambda: job("b")}
    assert in_rounds(jobs, 2) == {"a": [1.0, 3.0], "b": [2.0, 4.0]}
    assert said == ["a", "b", "a", "b"]


@pytest.mark.parametrize(
    ("value", "unit", "told"),
    [
        (1234.5, "tiles/s", "1,234 tiles/s"),
        (12.34, "ms", "12.3 ms"),
        (0.126, "ms", "0.13 ms"),
        (3.0, "", "3.00"),
        (0.0234, SHARE, "2.3%"),
    ],
)
def test_numbers_have_the_digits_that_mean_something(value: float, unit: str, told: str) -> None:
    assert with_unit(value, unit) == told


def test_a_row_comes_back_from_its_dict() -> None:
    row = Row(
        "a case",
        "ms",
        (1.0, 2.0),
        (3.0, 4.0),
        less_is_better=False,
        note="a note",
        others_cores=0.3,
    )
    assert Row.from_dict(row.as_dict()) == row


def test_the_slow_frames_of_all_repeats_are_found_together() -> None:
    """One in 202 was slow, which is none of the slowest hundredth."""
    assert pooled_p99([[1.0] * 100 + [50.0], [1.0] * 101]) == 1.0
    assert pooled_p99([[1.0] * 10 + [50.0], [50.0] + [1.0] * 10]) == 50.0
