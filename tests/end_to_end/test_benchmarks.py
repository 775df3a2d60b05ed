"""The benchmarks run, and every row has its figures."""

import json
import subprocess
import sys
from pathlib import Path

import pytest

from benchmarks import kinds
from benchmarks.windows import cases
from glview.image import ColorModel, SampleType
from glview.sample_picture import make_picture
from glview.sources.opening import open_image
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
@pytest.mark.timeout(300)
def test_windows_are_measured_beside_bare_ones() -> None:
    rows = {row.case: row for row in cases.cases(quick=True)}
    assert len(rows) == 12
    for canvas in ("glfw", "Qt"):
        for beside in ("a bare pass", "an empty canvas"):
            row = rows[f"window, {canvas}, wall: beside {beside}"]
            assert (len(row.values), len(row.bare)) == (3, 3)
            assert min(*row.values, *row.bare) > 0.0
        assert rows[f"window, {canvas}, wall: beside a bare pass"].note == "1600x1000"
        drag = rows[f"window, {canvas}, wall: a drag on contrast beside a pan"]
        assert drag.note == "0 tiles read, 0 uploads"


U8, U16, F32 = SampleType.U8, SampleType.U16, SampleType.F32


@pytest.mark.parametrize(
    ("kind", "expected"),
    [
        ("TIFF, LZW with a predictor", (U8, ColorModel.RGB, 3, 2)),
        ("TIFF, Zstandard, by imagecodecs", (U8, ColorModel.RGB, 3, 5)),
        ("TIFF, JPEG 2000, by imagecodecs", (U8, ColorModel.RGB, 3, 5)),
        ("TIFF, grey floats, deflate", (F32, ColorModel.GREY, 1, 2)),
        ("OME-TIFF, three channels of 16 bits, deflate", (U16, ColorModel.CHANNELS, 3, 5)),
    ],
)
def test_a_kind_is_what_it_is_called(
    tmp_path: Path, kind: str, expected: tuple[SampleType, ColorModel, int, int]
) -> None:
    name, write = kinds.KINDS[kind]
    write(make_picture(512, 512), tmp_path / name)
    source = open_image(tmp_path / name)
    told = source.description
    source.close()
    levels = len(told.pyramid.levels)
    assert (told.sample_type, told.color_model, told.bands, levels) == expected


@pytest.mark.full
def test_each_kind_of_source_has_its_row() -> None:
    rows = {row.case: row for row in kinds.cases(quick=True)}
    assert rows.keys() == {f"kind, {kind}" for kind in kinds.KINDS}
    assert min(min(row.values) for row in rows.values()) > 0.0
