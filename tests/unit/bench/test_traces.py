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


def test_a_share_counts_a_picture_for_as_long_as_it_stood() -> None:
    trace = Trace("pan", (10.0, 30.0), (1.0, 1.0), (0.0, 1.0), (True, False), 0.0)
    rows = {row.case: row.value for row in rows_of([trace])}
    assert rows["flight, pan: blurry"] == 0.75
    assert rows["flight, pan: blank"] == 0.25


def test_a_trace_comes_back_from_its_dict() -> None:
    assert Trace.from_dict(TRACE.as_dict()) == TRACE
