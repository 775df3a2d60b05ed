"""Reports as files."""

import json
from dataclasses import replace
from pathlib import Path

import pytest

from glview.bench.report import Report, read_report
from glview.bench.rows import Row
from glview.errors import GlviewError
from tests.unit.bench.reports import report


def test_a_report_comes_back_from_its_file(tmp_path: Path) -> None:
    told = report(Row("a", "ms", (1.0, 2.0)), others_cores=None)
    path = tmp_path / "report.json"
    path.write_text(told.as_json(), "utf-8")
    assert read_report(path) == told


@pytest.mark.parametrize(
    ("content", "fault"),
    [
        ("", "no report of glview bench (Expecting value: line 1 column 1 (char 0))"),
        ("[]", "no report of glview bench (list indices must be integers or slices, not str)"),
        ("{}", "no report of glview bench (it has no format)"),
        ('{"format": 7}', "no report of glview bench (format 7, where 1 is read)"),
    ],
)
def test_what_is_no_report_is_told_in_a_line(tmp_path: Path, content: str, fault: str) -> None:
    path = tmp_path / "other.json"
    path.write_text(content)
    with pytest.raises(GlviewError) as told:
        read_report(path)
    assert str(told.value) == f"{path}: {fault}"


def test_a_report_that_is_not_there_is_told(tmp_path: Path) -> None:
    path = tmp_path / "gone.json"
    with pytest.raises(GlviewError) as told:
        read_report(path)
    assert str(told.value) == f"{path}: no such file or directory"


def test_the_share_of_others_is_one_of_all_cores() -> None:
    row = Row("a", "ms", (1.0,))
    assert report(others_cores=0.5).others_share(row) == 0.25
    assert report(others_cores=None).others_share(row) == 0.0
    assert report(others_cores=9.0).others_share(row) == 1.0
    assert report(others_cores=0.5).others_share(replace(row, others_cores=1.0)) == 0.5


def test_the_keys_of_a_file() -> None:
    told = json.loads(report(Row("a", "ms", (1.0,))).as_json())
    assert list(told) == [
        "format",
        "image",
        "machine",
        "settings",
        "other_work_cores",
        "seconds",
        "verdict",
        "rows",
        "traces",
    ]
    assert Report.from_dict(told).row("a") == Row("a", "ms", (1.0,))
    assert Report.from_dict(told).row("b") is None


def test_two_rows_of_one_name_are_refused() -> None:
    with pytest.raises(ValueError, match=r"two rows of one name: a$"):
        report(Row("a", "ms", (1.0,)), Row("b", "ms", (1.0,)), Row("a", "ms", (2.0,)))
