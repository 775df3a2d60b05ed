"""The benchmarks run, and every row has its figures."""

import json
import subprocess
import sys
from pathlib import Path

import pytest

from benchmarks import kinds
from benchmarks.windows import cases
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
    assert kinds == {"frame", "window", "beside", "decode", "upload"}
    assert all(row["median"] > 0 for row in told["rows"])
    assert all(row["ratio"] is None or row["ratio"] > 0 for row in told["rows"])


@pytest.mark.full
def test_windows_are_measured_beside_bare_ones() -> None:
    rows = {row.case: row for row in cases.cases(quick=True)}
    assert len(rows) == 16
    for way in ("glfw, magnified", "glfw, composite", "Qt, magnified", "Qt, composite"):
        for beside in ("bare passes", "an empty canvas"):
            row = rows[f"window, {way}, wall: beside {beside}"]
            assert (len(row.values), len(row.bare)) == (3, 3)
            assert min(*row.values, *row.bare) > 0.0
        assert rows[f"window, {way}, wall: beside bare passes"].note == "1600x1000"


@pytest.mark.full
def test_each_kind_of_source_has_its_row() -> None:
    rows = {row.case: row for row in kinds.cases(quick=True)}
    assert rows.keys() == {f"kind, {kind}" for kind in kinds.KINDS}
    assert min(min(row.values) for row in rows.values()) > 0.0
