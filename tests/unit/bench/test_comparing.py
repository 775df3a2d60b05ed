"""A change is told of where it is one, and noise is not."""

import math

import numpy as np
import pytest

from glview.bench.comparing import STEADY, Verdict, change, compare
from glview.bench.rows import SHARE, Row
from tests.unit.bench.reports import rates, report


@pytest.mark.parametrize(
    ("before", "now", "verdict"),
    [
        ((10.0, 10.2, 9.8), (20.0, 20.4, 19.6), Verdict.SLOWER),
        ((20.0, 20.4, 19.6), (10.0, 10.2, 9.8), Verdict.FASTER),
        ((10.0, 10.2, 9.8), (10.8, 11.0, 10.6), Verdict.SAME),  # 8 %
        ((10.0, 14.0, 9.0), (15.0, 20.0, 14.5), Verdict.SAME),  # as far apart as its repeats
        ((10.0, 10.0, 30.0), (20.0, 20.0, 20.0), Verdict.SAME),  # one repeat lies beyond
        ((100.0,), (100.0,), Verdict.SAME),
        ((100.0,), (150.0,), Verdict.SAME),  # nobody knows how much it varies
        ((100.0, 100.0), (150.0, 150.0), Verdict.SLOWER),
    ],
)
def test_times(before: tuple[float, ...], now: tuple[float, ...], verdict: Verdict) -> None:
    assert change(Row("a", "ms", before), Row("a", "ms", now)).verdict is verdict


def test_a_rate_that_halves_is_slower() -> None:
    found = change(rates("a", (100.0, 101.0, 99.0)), rates("a", (50.0, 51.0, 49.0)))
    assert (found.verdict, found.ratio) == (Verdict.SLOWER, 0.5)


def test_the_ratio_is_one_of_speeds() -> None:
    assert change(Row("a", "ms", (10.0,)), Row("a", "ms", (20.0,))).ratio == 0.5


def test_other_work_on_the_machine_makes_it_less_sure() -> None:
    before, now = Row("a", "ms", (10.0, 10.1, 9.9)), Row("a", "ms", (14.0, 14.1, 13.9))
    quiet = compare(report(before), report(now))
    busy = compare(report(before, others_cores=0.0), report(now, others_cores=0.6))
    assert [c.verdict for c in quiet.changes + busy.changes] == [Verdict.SLOWER, Verdict.SAME]


def test_who_has_half_of_a_machine_takes_twice_as_long() -> None:
    found = change(Row("a", "ms", (10.0, 10.0)), Row("a", "ms", (20.0, 20.0)), 0.0, 0.5)
    assert found.tolerance == pytest.approx(2.2)
    assert found.verdict is Verdict.SAME


def test_what_was_done_while_a_row_was_measured_counts_for_it() -> None:
    before = report(Row("a", "ms", (10.0, 10.0)), others_cores=1.5)
    now = report(Row("a", "ms", (15.0, 15.0), others_cores=0.0), others_cores=1.5)
    assert compare(before, now).changes[0].tolerance == pytest.approx(1.1 / 0.25)
    again = report(now.rows[0], others_cores=1.5)
    assert compare(again, now).changes[0].tolerance == pytest.approx(1.1)


def test_counts_memory_and_processor_time_do_not_depend_on_other_work() -> None:
    was, now = (10.0, 10.0), (15.0, 15.0)
    found = [change(Row("a", unit, was), Row("a", unit, now), 1.0, 1.0) for unit in STEADY]
    assert [c.verdict for c in found] == [Verdict.SLOWER] * 3


@pytest.mark.parametrize(
    ("before", "now", "verdict"),
    [
        ((0.0, 0.0, 0.0), (0.3, 0.31, 0.29), Verdict.SLOWER),
        ((0.0, 0.0, 0.0), (0.005, 0.005, 0.005), Verdict.SAME),
        ((0.3, 0.3, 0.3), (0.0, 0.0, 0.0), Verdict.FASTER),
    ],
)
def test_shares_are_compared_by_their_difference(
    before: tuple[float, ...], now: tuple[float, ...], verdict: Verdict
) -> None:
    found = change(Row("a", SHARE, before), Row("a", SHARE, now))
    assert (found.verdict, found.ratio) == (verdict, None)


def test_a_value_that_was_zero_can_be_compared() -> None:
    found = change(Row("a", "ms", (0.0, 0.0)), Row("a", "ms", (5.0, 5.0)))
    assert (found.verdict, found.ratio) == (Verdict.SLOWER, 0.0)
    assert change(Row("a", "ms", (0.0,)), Row("a", "ms", (0.0,))).verdict is Verdict.SAME


@pytest.mark.parametrize("unit", ["ms", "MiB", SHARE])
def test_of_one_value_nobody_knows_how_much_it_varies(unit: str) -> None:
    one, three = Row("a", unit, (336.0,)), Row("a", unit, (207.0, 207.0, 207.0))
    assert change(one, three).verdict is Verdict.SAME
    assert change(three, one).verdict is Verdict.SAME
    assert change(one, one).tolerance == math.inf


def test_a_count_is_the_same_each_time() -> None:
    assert change(Row("a", "", (3.0,)), Row("a", "", (5.0,))).verdict is Verdict.SLOWER


@pytest.mark.parametrize(("repeats", "most"), [(3, 12), (5, 2)])
def test_it_does_not_cry_at_noise(repeats: int, most: int) -> None:
    """A thousand cases whose repeats are off by a tenth, twice, with nothing changed."""
    random = np.random.default_rng(3)

    def noisy() -> list[Row]:
        values = 20.0 * np.exp(0.1 * random.standard_normal((1000, repeats)))
        return [Row(str(i), "ms", tuple(some)) for i, some in enumerate(values.tolist())]

    found = compare(report(*noisy()), report(*noisy()))
    assert len(found.changes) == 1000
    assert found.count(Verdict.SLOWER) + found.count(Verdict.FASTER) <= most


def test_what_makes_runs_hard_to_compare_is_told() -> None:
    before = report(Row("a", "ms", (1.0,)), Row("gone", "ms", (1.0,)), width=3000)
    found = compare(before, report(Row("a", "ms", (1.0,)), Row("new", "ms", (1.0,))))
    assert [c.case for c in found.changes] == ["a"]
    assert found.caveats == (
        "another image: a&b.dzi of 3000 x 1100 pixels, now a&b.dzi of 1500 x 1100 pixels",
        "not measured now: gone",
    )
    assert found.sum == "0 slower, 0 faster, 1 within noise"
