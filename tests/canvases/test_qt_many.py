"""Promise: several widgets live in one window beside whatever else draws, and all are right."""

import sys
from pathlib import Path

import pytest

from tests.canvases.program import running
from tests.display import VirtualDisplay

PROGRAM = (sys.executable, "-W", "error", "-m", "tests.canvases.qt_many")
STEPS = {
    "splitter": ["dragged"],
    "dock": ["floats", "docked"],
    "mdi": ["moved", "minimized", "restored"],
    "tabs": ["tab 1", "tab 2", "tab 0"],
    "others": ["beside"],
}
"""What is done in a round of each way; one is looked at before and one after many."""
FEW_FRAMES = 8
"""In which what a lost context held is there again: a few for its tiles, and those that load."""
GROWTH_MIB = 40.0
"""Of two rounds. Freed memory comes back in lumps: 17 MiB were seen."""


@pytest.mark.parametrize(
    ("ways", "share"),
    [
        pytest.param(tuple(STEPS), [], id="apart"),
        pytest.param(("dock", "others"), ["--share"], id="shared"),
        pytest.param(tuple(STEPS), ["--share"], id="all shared", marks=pytest.mark.full),
    ],
)
def test_each_of_several_widgets_shows_its_view_wherever_it_is_moved(
    display: VirtualDisplay, image: Path, ways: tuple[str, ...], share: list[str]
) -> None:
    display.move(5, 5)
    with running(display, [*PROGRAM, str(image), *share, "--ways", *ways]) as started:
        assert started.ends(100.0) == (0, "")
    lines = [line.rstrip("\n") for line in started.lines]
    for way in ways:
        steps = STEPS[way]
        looked_at = ["shown", *steps, *steps]
        start = lines.index(f"way {way}") + 1
        end = start + 2 * len(looked_at)
        assert lines[start:end:2] == [f"right {step}" for step in looked_at], way
        frames = [int(line.split()[1]) for line in lines[start + 1 : end : 2]]
        # Tabs load what they show when they show it.
        assert way == "tabs" or max(frames) <= FEW_FRAMES, (way, frames)
        memory_mib, descriptors, threads = map(float, lines[end].removeprefix("grown ").split())
        assert (descriptors, threads) == (0, 0), way
        assert memory_mib < GROWTH_MIB, way
