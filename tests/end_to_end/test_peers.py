"""What measures viewers from the outside finds what a viewer of known behaviour does."""

import json
import sys
from collections.abc import Iterator
from functools import partial
from pathlib import Path

import pytest
import pyvips

from benchmarks.__main__ import main
from benchmarks.peers import scenarios
from benchmarks.peers.adapter import read_adapter
from benchmarks.peers.scenarios import Drag
from benchmarks.peers.session import Image, Session
from benchmarks.peers.stage import Stage

PROGRAM = Path(__file__).with_name("peer_program.py")
ADAPTER = f"""
name = "known"
command = ["{sys.executable}", "{PROGRAM}"]
background = ["#00ff00"]

[gestures]
reset = [{{ pause = 0.01 }}]
zoom2 = [{{ key = "z" }}]
native = [{{ pause = 0.01 }}]
"""

# 50 seconds, of which most are waited for viewers that are slow on purpose.
pytestmark = pytest.mark.full


@pytest.fixture(scope="module")
def session(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Session]:
    """The viewer, started."""
    folder = tmp_path_factory.mktemp("peers")
    (folder / "known.toml").write_text(ADAPTER)
    adapter = read_adapter(folder / "known.toml", {})
    with Stage() as stage:
        running = Session(adapter, Image("noise", 30_000, 25_000), stage, folder)
        yield running
        running.close()


@pytest.fixture(scope="module")
def started(session: Session) -> scenarios.Figures:
    return scenarios.start(session, 0)


def write_large(path: Path) -> Path:
    """A DeepZoom of 30,000 x 25,000 pixels, of which one tile is there."""
    path.write_text(
        '<Image xmlns="http://schemas.microsoft.com/deepzoom/2008" TileSize="254" Overlap="1"'
        ' Format="jpg"><Size Width="30000" Height="25000"/></Image>'
    )
    level = path.parent / f"{path.stem}_files" / "15"
    level.mkdir(parents=True)
    pyvips.Image.black(255, 255, bands=3).jpegsave(str(level / "0_0.jpg"))
    return path


def within(value: float | None, least: float, most: float) -> bool:
    """Bounds from below are the viewer's own; a busy machine adds."""
    return value is not None and least <= value <= most


def test_a_start_lasts_until_there_is_a_picture(
    session: Session, started: scenarios.Figures
) -> None:
    assert within(started["first_ms"], 500.0, 5000.0)
    assert started["blank"] == pytest.approx(0.1, abs=0.001)
    assert within(started["memory_mib"], 5.0, 100.0)
    assert session.alive


@pytest.mark.usefixtures("started")
def test_a_zoom_is_timed_from_its_stroke(session: Session) -> None:
    found = scenarios.zoom(session, 1, gesture="zoom2", before=0)
    assert within(found["first_ms"], 100.0, 250.0)
    assert within(found["sharp_ms"], 300.0, 600.0)
    assert within(found["settled_ms"], 300.0, 600.0)
    assert found["frames"] == 2


@pytest.mark.usefixtures("started")
def test_a_pan_has_its_frames_and_its_blank(session: Session) -> None:
    found = scenarios.pan(session, 2, drag=Drag(24, 10, 1.0))
    assert within(found["frames_s"], 10.0, 26.0)
    assert within(found["gap_p95_ms"], 39.0, 300.0)
    assert found["blank"] == pytest.approx(0.1, abs=0.005)


@pytest.mark.usefixtures("started")
def test_what_a_pan_takes_is_that_of_the_motion_and_the_rest_is_apart(session: Session) -> None:
    found = scenarios.pan(session, 5, drag=Drag(24, 10, 1.0))
    assert within(found["processor_s"], 0.0, 0.2)
    assert within(found["processor_after_s"], 0.25, 0.8)


@pytest.mark.usefixtures("started")
def test_a_drag_is_behind_by_what_it_is(session: Session) -> None:
    found = scenarios.drag(session, 3)
    assert within(found["lag_p50_ms"], 98.0, 300.0)
    assert within(found["followed"], 0.97, 1.0)


@pytest.mark.usefixtures("started")
def test_who_does_not_answer_has_no_times(session: Session) -> None:
    found = scenarios.fling(session, 4)
    assert (found["first_ms"], found["settled_ms"], found["frames_s"]) == (None, None, None)


@pytest.mark.usefixtures("started")
def test_an_idle_viewer_takes_nothing(session: Session, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(scenarios, "IDLE_S", 1.0)
    assert within(scenarios.idle(session, 0)["processor_share"], 0.0, 0.02)


@pytest.mark.usefixtures("started")
def test_memory_is_that_of_the_viewer(session: Session) -> None:
    assert within(scenarios.memory(session, 0)["peak_mib"], 5.0, 100.0)


def test_viewers_take_turns_and_who_is_missing_is_told(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    for name in ("one", "two", "gone"):
        command = "/nowhere/viewer" if name == "gone" else sys.executable
        text = ADAPTER.replace('"known"', f'"{name}"').replace(sys.executable, command)
        (tmp_path / f"{name}.toml").write_text(text)
    picture = write_large(tmp_path / "picture.dzi")
    monkeypatch.setattr("benchmarks.peers.turns.TRIES", 1)
    monkeypatch.setattr("benchmarks.peers.turns.PATIENCE_S", 0.0)
    monkeypatch.setitem(
        scenarios.SCENARIOS,
        "zoom2",
        partial(scenarios.zoom, gesture="zoom2", before=0),
    )
    adapters = [
        word for name in ("one", "two", "gone") for word in ("--adapter", f"{tmp_path}/{name}.toml")
    ]
    chosen = [word for name in ("one", "two", "gone") for word in ("--viewer", name)]
    written = tmp_path / "found.json"
    arguments = ["--peers", "zoom2", "--image", str(picture), "--repeats", "2"]
    assert main([*arguments, *adapters, *chosen, "--json", str(written)]) == 0
    told = capsys.readouterr()
    assert told.err == "gone: left out, there is no /nowhere/viewer\n"
    assert "| zoom x2: first answer, ms " in told.out
    measured = json.loads(written.read_text())["measured"]
    assert [one["viewer"] for one in measured] == ["one", "two", "one", "two"]
    assert {one["scenario"] for one in measured} == {"zoom2"}
    assert all(one["first_ms"] >= 100.0 for one in measured)


@pytest.mark.parametrize(
    ("arguments", "fault"),
    [
        (["--image", "{folder}/gone.dzi"], "{folder}/gone.dzi: no such file"),
        (
            ["--image", "{folder}/small.png"],
            "{folder}/small.png: smaller than 18,000 x 9,000 pixels",
        ),
        (["--json", "{folder}/no/p.json"], "{folder}/no/p.json: its folder does not exist"),
        (
            ["--adapter", "{folder}/gone.toml", "--image", "{folder}/large.dzi"],
            "{folder}/gone.toml: no such file",
        ),
        (["--viewer", "nobody", "--image", "{folder}/large.dzi"], "no viewer nobody"),
    ],
)
def test_what_cannot_be_measured_is_one_line(
    arguments: list[str], fault: str, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    pyvips.Image.black(20, 20, bands=3).pngsave(str(tmp_path / "small.png"))
    write_large(tmp_path / "large.dzi")
    assert main(["--peers", *(word.format(folder=tmp_path) for word in arguments)]) == 1
    told = capsys.readouterr()
    assert told.err.startswith(f"benchmarks: {fault.format(folder=tmp_path)}")
    assert told.err.count("\n") == 1
