"""The benchmarks run, and every row has its figures."""

import json
import subprocess
import sys
from collections.abc import Sequence
from pathlib import Path

import pytest

from benchmarks import __main__ as program
from benchmarks import flights, kinds, memory, profiles, start
from benchmarks.windows import cases
from glview.bench.report import Report, read_report
from glview.bench.subject import Subject
from glview.image import ColorModel, SampleType
from glview.sample_picture import make_picture
from glview.sources.opening import open_image
from tests.end_to_end.tiny import TINY
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
    assert told["machine"]["renderer"]
    cases = [row["case"] for row in told["rows"]]
    assert len(cases) == len(set(cases))
    kinds = {case.partition(",")[0] for case in cases}
    assert kinds == {"frame", "window", "beside", "decode", "upload"}
    # Of parts that are over at once nobody knows.
    assert all(r["other_work_cores"] is not None for r in told["rows"] if "frame" in r["case"])
    assert all(row["median"] > 0 for row in told["rows"])
    assert all(row["ratio"] is None or row["ratio"] > 0 for row in told["rows"])


@pytest.mark.full
@pytest.mark.timeout(300)
def test_windows_are_measured_beside_bare_ones() -> None:
    rows = {row.case: row for row in cases.cases(quick=True)}
    assert len(rows) == 20
    for way in ("glfw, magnified", "glfw, composite", "Qt, magnified", "Qt, composite"):
        for beside in ("bare passes", "an empty canvas"):
            row = rows[f"window, {way}, wall: beside {beside}"]
            assert (len(row.values), len(row.bare)) == (3, 3)
            assert min(*row.values, *row.bare) > 0.0
        assert rows[f"window, {way}, wall: beside bare passes"].note == "1600x1000"
    for canvas in ("glfw", "Qt"):
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


@pytest.mark.full
def test_flights_over_a_cold_image_are_beside_the_same_over_a_warm_one(image: Path) -> None:
    rows = {row.case: row for row in flights.flown_cases(Subject.of_file(image), TINY)}
    row = rows["flight, pan over the sample: gap, p99 beside resident"]
    assert (len(row.values), len(row.bare)) == (1, 1)
    assert rows["flight, wheel over the sample: outside OpenGL, p99"].value > 0.0
    assert len(rows["flights: memory, image open"].values) == 3


@pytest.mark.full
def test_starts_are_seen_on_a_screen(image: Path) -> None:
    rows = {row.case: row for row in start.started_cases(image, 1)}
    assert list(rows) == [
        "window start: first picture",
        "window start: sharp",
        "window start: processor",
        "window start: memory",
    ]
    assert rows["window start: first picture"].value <= rows["window start: sharp"].value
    assert min(min(*row.values, *row.bare) for row in rows.values()) > 0.0


@pytest.mark.full
def test_the_report_of_an_image_is_taken_in(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    monkeypatch.setattr(program, "QUICK", TINY)
    monkeypatch.setattr(program, "QUICK_PX", 1024)
    written = tmp_path / "report.json"
    assert program.main(["--quick", "image", "uploads", "--json", str(written)]) == 0
    report = read_report(written)
    assert report.image["width"] == 1024
    assert report.settings["cases"] == ["image", "uploads"]
    assert report.settings["jumps"] == 1
    assert [trace.name for trace in report.traces] == ["pan", "wheel", "all levels"]
    assert capsys.readouterr().out.splitlines()[-1] == report.verdict[-1]
    assert {"open: sharp", "upload", "upload, 256 px RGBA, overlap 1"} <= {
        row.case for row in report.rows
    }


@pytest.mark.full
@pytest.mark.parametrize("motion", ["pan", "zoom"])
def test_a_profile_tells_where_the_time_goes(
    motion: str, capsys: pytest.CaptureFixture[str]
) -> None:
    assert profiles.main([motion, "--frames", "4", "--lines", "5"]) == 0
    assert "function calls" in capsys.readouterr().out


@pytest.mark.full
def test_memory_is_counted_in_flight() -> None:
    flown = memory.fly(memory.TERAPIXEL, 64, 2)
    assert flown.growth_bytes > flown.gpu_bytes > 0
    assert flown.host_bytes > 0


def test_without_python_xlib_what_looks_at_a_screen_is_left_out(
    monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    monkeypatch.setitem(sys.modules, "Xlib", None)
    monkeypatch.setattr("importlib.util.find_spec", lambda _: None)
    asked: list[Sequence[str]] = []

    def report(names: Sequence[str], *, quick: bool) -> Report:
        del quick
        asked.append(names)
        return Report((), {}, {}, 0.0)

    monkeypatch.setattr(program, "_report", report)
    assert program.main(["--quick"]) == 0
    assert asked == [("frames", "beside", "decode", "uploads")]
    assert "windows is left out" in capsys.readouterr().err
    assert program.main(["windows"]) == 1
    assert capsys.readouterr().err.startswith("benchmarks: windows needs python-xlib")
