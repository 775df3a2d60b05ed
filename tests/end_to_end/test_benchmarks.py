"""The benchmarks run, and every row has its figures."""

import json
import subprocess
import sys
from pathlib import Path

import pytest

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
