"""The benchmarks run, every row has its figures, and ratios go the right way."""

import json
import subprocess
import sys
from pathlib import Path

import pytest

from benchmarks.rows import Row, table
from tests.mutants import CHECKOUT


@pytest.mark.full
@pytest.mark.timeout(600)
def test_a_quick_run_measures_every_case(tmp_path: Path) -> None:
    report = tmp_path / "report.json"
    done = subprocess.run(
        [sys.executable, "-m", "benchmarks", "--quick", "--json", str(report)],
        cwd=CHECKOUT,
        capture_output=True,
        text=True,
        check=False,
    )
    assert (done.returncode, done.stderr) == (0, "")
    told = json.loads(report.read_text())
    assert told["machine"]["cores"] >= 1
    cases = [row["case"] for row in told["rows"]]
    assert len(cases) == len(set(cases))
    kinds = {case.partition(",")[0] for case in cases}
    assert kinds == {"frame", "beside", "decode", "upload"}
    assert all(row["median"] > 0 for row in told["rows"])
    assert all(row["ratio"] is None or row["ratio"] > 0 for row in told["rows"])


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


def test_the_table_shows_each_row() -> None:
    rows = [Row("first", "ms", (20.0,), (10.0,)), Row("second", "", (3.0,), note="of 15")]
    assert table(rows).splitlines() == [
        "         glview     bare  ratio  noise",
        "first   20.0 ms  10.0 ms   0.50",
        "second     3.00                         of 15",
    ]
