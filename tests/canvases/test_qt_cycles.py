"""Promise: a widget may come, go, hide and move as often as it likes: nothing grows or is lost."""

import sys
from pathlib import Path

import pytest

from tests.canvases.program import running
from tests.display import VirtualDisplay

PROGRAM = (sys.executable, "-W", "error", "-m", "tests.canvases.qt_cycles")
GROWTH_MIB = 40.0
"""Of half the cycles. One atlas that is not freed takes 21 MiB each time."""


@pytest.mark.timeout(240)
@pytest.mark.parametrize("share", ["apart", "shared"])
@pytest.mark.parametrize(
    ("way", "cycles"),
    [
        pytest.param("open", 20, id="open"),
        pytest.param("open", 100, id="open 100 times", marks=pytest.mark.full),
        pytest.param("reparent", 20, id="reparent"),
        pytest.param("dock", 8, id="dock"),
        pytest.param("hide", 8, id="hide"),
    ],
)
def test_lives_leave_nothing_behind(
    display: VirtualDisplay, image: Path, way: str, cycles: int, share: str
) -> None:
    command = [*PROGRAM, str(image), way, "--cycles", str(cycles)]
    with running(display, [*command, *(["--share"] if share == "shared" else [])]) as started:
        assert started.ends(200.0) == (0, "")
        *told, last = started.lines
        memory_mib, descriptors, threads = map(float, last.removeprefix("grown ").split())
    assert told == ([] if way == "open" else ["view kept\n"] * cycles)
    assert (descriptors, threads) == (0, 0)
    assert memory_mib < GROWTH_MIB


def test_a_window_that_is_closed_is_freed_with_its_widget_and_viewer(
    display: VirtualDisplay, image: Path
) -> None:
    # Nothing is counted: the threads that Qt pools for itself come when they like.
    with running(display, [*PROGRAM, str(image), "window", "--cycles", "4"]) as started:
        assert started.ends(60.0) == (0, "")
        assert started.lines[:-1] == ["gone\n"] * 4
