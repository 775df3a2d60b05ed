"""The keys of `GLBigImageWidget` that programs set as properties, struck for real."""

import sys
import time
from pathlib import Path

import pytest

from tests.canvases.program import GLVIEW, Program, running
from tests.canvases.test_widget_api import told
from tests.display import VirtualDisplay

PROGRAM = """
from PySide6.QtCore import Qt
from PySide6.QtWidgets import QApplication
from glview import GLBigImageWidget

app = QApplication([])
widget = GLBigImageWidget()
{setting}
widget.show()
{loop}
"""
RUN = "print('left', app.exec(), flush=True)"
OWN_LOOP = """
import time
while True:
    app.processEvents()
    time.sleep(0.01)
"""


def program(setting: str, loop: str = RUN) -> list[str]:
    return [sys.executable, "-W", "error", "-c", PROGRAM.format(setting=setting, loop=loop)]


def strike(display: VirtualDisplay, started: Program, *keys: str) -> None:
    display.click(*started.window.centre)
    display.settled_screenshot(started.window)
    for key in keys:
        display.key(key)


def test_the_zoom_keys_can_be_changed_and_taken_away(display: VirtualDisplay, image: Path) -> None:
    script = """
print(widget.zoom_in_key.name, widget.zoom_out_key.name)
def scale_after(key):
    hands.key(key)
    return round(widget.viewport.scale / first, 9)
first = widget.viewport.scale
widget.zoom_in_key = Qt.Key.Key_I
widget.zoom_out_key = Qt.Key.Key_O
print(*[scale_after(key) for key in "+Ii-oO"])
widget.zoom_in_key = None
print(widget.zoom_in_key, widget.zoom_out_key.name, *[scale_after(key) for key in "+Ii"])
widget.zoom_in_key = Qt.Key.Key_PageUp
hands.strike(Qt.Key.Key_PageUp)
print(widget.zoom_in_key.name, round(widget.viewport.scale / first, 9))
"""
    lines = told(display, image, script)
    assert lines[:-1] == [
        "Key_Plus Key_Minus",
        "1.0 2.0 4.0 4.0 2.0 1.0",
        "None Key_O 1.0 1.0 1.0",
        "Key_PageUp 2.0",
    ]


def test_no_key_ends_a_program_at_first(display: VirtualDisplay) -> None:
    with running(display, program("print(widget.exit_key, flush=True)")) as started:
        assert started.wait_for_line("None")
        strike(display, started, "q", "Escape")
        time.sleep(0.5)
        assert started.process.poll() is None
        display.close_window(started.window)
        assert started.ends() == (0, "")


@pytest.mark.parametrize("key", ["x", "X"])
def test_the_exit_key_ends_the_program(display: VirtualDisplay, key: str) -> None:
    with running(display, program("widget.exit_key = Qt.Key.Key_X")) as started:
        strike(display, started, "q", key)
        assert started.ends() == (0, "")
        assert started.lines == ["left 0\n"]


def test_the_exit_key_ends_a_program_with_a_loop_of_its_own(display: VirtualDisplay) -> None:
    with running(display, program("widget.exit_key = Qt.Key.Key_X", OWN_LOOP)) as started:
        strike(display, started, "x")
        assert started.ends() == (0, "")


def test_an_exit_key_can_be_taken_back(display: VirtualDisplay) -> None:
    setting = "widget.exit_key = Qt.Key.Key_Q; widget.exit_key = None; widget.exit_key = None"
    with running(display, program(setting)) as started:
        strike(display, started, "q")
        time.sleep(0.5)
        assert started.process.poll() is None


CLIPBOARD = """
from PySide6.QtWidgets import QApplication
app = QApplication([])
app.clipboard().setText("900, 700, 200%")
print("held", flush=True)
app.exec()
"""


@pytest.mark.parametrize("toolkit", [[], ["--qt"]], ids=["glfw", "qt"])
def test_a_place_is_pasted_into_the_question_and_keys_with_ctrl_go_on_working(
    display: VirtualDisplay, image: Path, tmp_path: Path, toolkit: list[str]
) -> None:
    display.move(5, 5)
    command = [*GLVIEW, *toolkit, "-W", "800", "-H", "600", str(image)]
    home = {"XDG_CONFIG_HOME": str(tmp_path)}
    with (
        running(display, [sys.executable, "-c", CLIPBOARD]) as clipboard,
        running(display, command, home) as started,
    ):
        clipboard.wait_for_line("held")
        started.wait_for_title("picture.dzi - 27% - glview")
        display.settled_screenshot(started.window)
        display.key("g")
        display.key("v", "Control_L")
        display.key("Return")
        started.wait_for_title("picture.dzi - 200% - glview")
        display.key("g")
        if toolkit:
            display.key("q", "Control_L")
        else:
            display.key("Escape")
            display.key("q")
        assert started.ends() == (0, "")
