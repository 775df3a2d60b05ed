"""What a flight comes to."""

import pytest

from glview.bench.traces import Trace, rows_of
from tests.unit.bench.reports import TRACE


def test_a_flight_has_its_rows() -> None:
    rows = {row.case: row for row in rows_of([TRACE, TRACE])}
    assert list(rows) == [
        "flight, pan: gap, median",
        "flight, pan: gap, p99",
        "flight, pan: work, median",
        "flight, pan: blank",
        "flight, pan: blurry",
        "flight, pan: sharp after its end",
    ]
    assert rows["flight, pan: gap, median"].values == (30.0, 30.0)
    assert rows["flight, pan: gap, median"].note == "6 frames"
    assert rows["flight, pan: gap, p99"].value == pytest.approx(49.6)
    assert rows["flight, pan: work, median"].value == 20.0
    assert rows["flight, pan: sharp after its end"].value == 7.0


def test_a_picture_counts_for_as_long_as_it_stood_until_the_next() -> None:
    gaps_ms = (10.0, 100.0, 10.0)
    trace = Trace("pan", gaps_ms, (1.0,) * 3, (1.0, 0.0, 1.0), (0.5, 0.0, 1.0), 0.0)
    rows = {row.case: row.value for row in rows_of([trace])}
    assert rows["flight, pan: blurry"] == pytest.approx(100 / 120)
    assert rows["flight, pan: blank"] == pytest.approx(50 / 120)


def test_a_trace_comes_back_from_its_dict() -> None:
    assert Trace.from_dict(TRACE.as_dict()) == TRACE
