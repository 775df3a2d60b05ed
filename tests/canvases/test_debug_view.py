"""The debug view in both windows: a key shows it, the key again leaves the picture as it was."""

import sys
import time
from collections.abc import Iterator
from pathlib import Path

import numpy as np
import pytest
from numpy.typing import NDArray

from glview.viewport import Viewport
from tests.canvases.conftest import HEIGHT, WIDTH
from tests.canvases.program import WINDOWS, Program, running
from tests.display import VirtualDisplay

FIT = Viewport(800, 600).fitted(WIDTH, HEIGHT)
FULL = Viewport(800, 600, WIDTH / 2, HEIGHT / 2, 1.0).snapped()
COLUMNS, ROWS = (170, 424, 678), (62, 316, 570)
"""The edges of tiles, 254 pixels wide, in the full view."""
GREEN = [102, 242, 89]
PANEL = (slice(16, 464), slice(16, 400))


@pytest.fixture(params=WINDOWS)
def program(
    display: VirtualDisplay, image: Path, request: pytest.FixtureRequest
) -> Iterator[Program]:
    """A window with the image's own pixels in 800x600, that hears keys."""
    with running(display, [*WINDOWS[request.param], str(image)]) as started:
        started.shows(image, FIT)
        display.click(*started.window.centre)
        display.settled_screenshot(started.window)
        display.key("1")
        started.shows(image, FULL)
        yield started


def toggled(display: VirtualDisplay, program: Program) -> NDArray[np.uint8]:
    """What is seen once the key has been struck and all is still."""
    before = display.settled_screenshot(program.window)
    display.key("d")
    display.wait_for(lambda: not np.array_equal(display.screenshot(program.window), before))
    return display.settled_screenshot(program.window)


def test_d_shows_borders_and_a_panel_and_leaves_the_rest(
    display: VirtualDisplay, program: Program
) -> None:
    plain = display.settled_screenshot(program.window)
    shown = toggled(display, program)
    assert shown[PANEL].mean() < 60
    borders = np.zeros((600, 800), np.bool_)
    for column in COLUMNS:
        borders[:, column - 3 : column + 3] = True
        assert (shown[500:560, [column - 2, column + 1]] == GREEN).all()
    for row in ROWS:
        borders[row - 3 : row + 3] = True
        assert (shown[[row - 2, row + 1], 430:670] == GREEN).all()
    borders[PANEL] = True
    assert np.array_equal(shown[~borders], plain[~borders])
    assert np.array_equal(toggled(display, program), plain)


def test_with_it_a_window_at_rest_draws_nothing(display: VirtualDisplay, program: Program) -> None:
    toggled(display, program)
    before = program.cpu_s()
    time.sleep(1.0)
    assert program.cpu_s() - before < 0.03


def test_it_goes_along_with_the_view(
    display: VirtualDisplay, program: Program, image: Path
) -> None:
    toggled(display, program)
    window = program.window
    display.drag((window.x + 500, window.y + 500), (window.x + 520, window.y + 490))
    moved = display.settled_screenshot(window)
    assert (moved[500:550, [424 + 20 - 2, 424 + 20 + 1]] == GREEN).all()
    display.key("d")
    program.shows(image, FULL.panned(20.0, -10.0))


FIGURES = """
import sys
from PySide6.QtCore import QTimer
from PySide6.QtWidgets import QApplication
from glview import GLBigImageWidget

def tell():
    stats = widget.stats()
    print("shows", stats.format, stats.tiles.needed, stats.tiles.there, flush=True)
    clock.start(200)

app = QApplication([])
widget = GLBigImageWidget(width=800, height=600)
clock = QTimer()
clock.timeout.connect(lambda: print("frames", widget.stats().frames.drawn, flush=True))
widget.settled.connect(tell)
widget.load_image(sys.argv[1])
widget.show()
app.exec()
"""


def test_the_widget_tells_its_figures_and_counts_no_frames_at_rest(
    display: VirtualDisplay, image: Path
) -> None:
    with running(display, [sys.executable, "-W", "error", "-c", FIGURES, str(image)]) as started:
        # Six tiles of level 2, and 24 of level 1, which fades in over it.
        assert started.wait_for_line("shows") == "shows DeepZoom 30 30\n"
        display.click(*started.window.centre)
        display.settled_screenshot(started.window)
        toggled(display, started)
        told = len(started.lines)
        display.wait_for(lambda: len(started.lines) >= told + 4)
        assert len(set(started.lines[told:])) == 1
        assert started.lines[-1].startswith("frames ")
