"""`glview --record-flight FILE`: what was looked at in a window, as it was."""

import signal
from pathlib import Path

import pytest

from glview.recording import read_flight
from tests.canvases.program import GLVIEW, running
from tests.display import VirtualDisplay


@pytest.mark.parametrize("window", [[], ["--qt"]], ids=["glfw", "qt"])
def test_what_was_looked_at_is_recorded(
    display: VirtualDisplay, image: Path, tmp_path: Path, window: list[str]
) -> None:
    path = tmp_path / "flight.json"
    command = [*GLVIEW, *window, "--size", "800x600", "--record-flight", str(path), str(image)]
    home = {"HOME": str(tmp_path), "XDG_CONFIG_HOME": str(tmp_path)}
    display.move(5, 5)
    with running(display, command, home) as program:
        program.wait_for_title("picture.dzi - 27% - glview")
        display.settled_screenshot(program.window)
        display.key("1")
        program.wait_for_title("picture.dzi - 100% - glview")
        display.settled_screenshot(program.window)
        display.key("q")
        assert program.ends() == (0, "")
    flight = read_flight(path)
    assert (flight.width, flight.height) == (3001, 2000)
    scales = [one.view.scale for one in flight.seen]
    assert scales[0] == pytest.approx(0.2666, abs=1e-4)
    assert scales[-1] == 1.0
    assert len(flight.seen) >= 3
    assert scales == sorted(scales)
    assert flight.seconds >= 0.2


def test_ctrl_c_leaves_the_flight(display: VirtualDisplay, image: Path, tmp_path: Path) -> None:
    path = tmp_path / "flight.json"
    with running(display, [*GLVIEW, "--record-flight", str(path), str(image)]) as program:
        display.settled_screenshot(program.window)
        program.process.send_signal(signal.SIGINT)
        assert program.ends() == (130, "")
    assert read_flight(path).seen
