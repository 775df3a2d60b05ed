"""Tables for a terminal."""

from glview.bench.comparing import compare
from glview.bench.rows import SHARE, Row
from glview.bench.tables import comparison_table, table
from tests.unit.bench.reports import report


def test_rows_beside_a_bare_program() -> None:
    rows = [Row("first", "ms", (20.0,), (10.0,)), Row("second", "", (3.0,), note="of 15")]
    assert table(rows).splitlines() == [
        "         glview     bare  ratio  noise",
        "first   20.0 ms  10.0 ms   0.50",
        "second     3.00                         of 15",
    ]


def test_rows_alone_have_no_columns_for_a_bare_program() -> None:
    rows = [Row("first", "ms", (8.0, 9.0, 10.0, 11.0, 12.0)), Row("second", SHARE, (0.5,))]
    assert table(rows).splitlines() == [
        "         glview  noise",
        "first   10.0 ms    20%",
        "second    50.0%",
    ]


def test_a_comparison() -> None:
    once = Row("third", "MiB", (200.0,))
    before = report(Row("first", "ms", (10.0, 10.0)), Row("second", SHARE, (0.5, 0.5)), once)
    now = report(Row("first", "ms", (20.0, 20.0)), Row("second", SHARE, (0.5, 0.5)), once)
    assert comparison_table(compare(before, now)).splitlines() == [
        "         before      now  speed  sure from",
        "first   10.0 ms  20.0 ms   0.50     x 1.10  slower",
        "second    50.0%    50.0%             ±1.0%",
        "third   200 MiB  200 MiB   1.00",
        "",
        "1 slower, 0 faster, 2 within noise",
    ]
