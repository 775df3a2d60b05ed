"""A slide in both windows: seen as through objectives."""

import json
import sys
from pathlib import Path

import pytest

from tests.canvases.program import GLVIEW, running
from tests.display import VirtualDisplay
from tests.slides import tissue, write_svs

SCRIPTED = (sys.executable, "-W", "error", "-m", "tests.canvases.qt_gestures")


@pytest.fixture(scope="module")
def slide(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Taken with an objective of 20x, 1600x1200 pixels."""
    path = tmp_path_factory.mktemp("slides") / "a.svs"
    write_svs(path, tissue(1600, 1200))
    return path


@pytest.mark.parametrize("toolkit", [[], ["--qt"]], ids=["glfw", "qt"])
def test_keys_go_to_magnifications_which_the_title_tells(
    display: VirtualDisplay, slide: Path, tmp_path: Path, toolkit: list[str]
) -> None:
    display.move(5, 5)
    command = [*GLVIEW, *toolkit, "-W", "800", "-H", "600", str(slide)]
    with running(display, command, {"XDG_CONFIG_HOME": str(tmp_path)}) as started:
        started.wait_for_title("a.svs - 50% (10x) - glview")
        display.key("F6")
        started.wait_for_title("a.svs - 25% (5x) - glview")
        display.key("F8")
        started.wait_for_title("a.svs - 100% (20x) - glview")
        display.key("g")
        display.type("@40")
        display.key("Return")
        started.wait_for_title("a.svs - 200% (40x) - glview")


def test_a_program_reads_and_sets_the_magnification(display: VirtualDisplay, slide: Path) -> None:
    script = """
import json
from glview import Command
assert widget.command_action(Command.MAGNIFY_20).isEnabled()
told = [widget.full_magnification, widget.magnification]
widget.magnification = 5.0
told += [widget.magnification, widget.viewport.scale]
for wrong in (0.0, float("nan")):
    try:
        widget.magnification = wrong
    except ValueError as error:
        told.append(str(error))
print(json.dumps(told))
"""
    with running(display, [*SCRIPTED, str(slide), script]) as started:
        assert started.ends(60.0) == (0, "")
    assert json.loads(started.lines[0]) == [
        *(20.0, 10.0, 5.0, 0.25),
        "magnification must be positive and finite: 0.0",
        "magnification must be positive and finite: nan",
    ]


def test_of_a_photograph_no_magnification_is_known(display: VirtualDisplay, image: Path) -> None:
    script = """
from glview import Command, GlviewError
print(widget.magnification)
print(widget.command_action(Command.MAGNIFY_20).isEnabled())
try:
    widget.magnification = 5.0
except GlviewError as error:
    print(error)
"""
    with running(display, [*SCRIPTED, str(image), script]) as started:
        assert started.ends(60.0) == (0, "")
    assert [line.rstrip() for line in started.lines[:3]] == [
        *("None", "False"),
        "of this image no magnification is known",
    ]
