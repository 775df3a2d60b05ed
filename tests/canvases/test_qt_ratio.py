"""Promise: sharp and in place on any screen, also where its pixels are a quarter finer."""

import sys

import numpy as np
import pytest

from tests.canvases.program import running
from tests.display import VirtualDisplay
from tests.images import coded

PROGRAM = (sys.executable, "-W", "error", "-m", "tests.canvases.qt_ratio")
SIZE = 1500, 1100
PLACES = {
    "1": (7, 5, 333, 221),
    "1.25": (9, 6, 416, 276),  # 8.75, 6.25, 416.25 and 276.25, which Qt rounds
    "1.5": (11, 8, 499, 331),  # of 500 and 332: Qt cuts what lies beyond 510 and 339
    "2": (14, 10, 666, 442),
}
"""Where the widget's pixels are in the window, and how many, by the scale of the screen."""


@pytest.mark.parametrize(
    "ratio",
    [
        pytest.param("1", marks=pytest.mark.full),
        "1.25",
        pytest.param("1.5", marks=pytest.mark.full),
        "2",
    ],
)
def test_pixels_clicks_and_zooms_are_where_the_picture_is(
    display: VirtualDisplay, ratio: str
) -> None:
    x, y, width, height = PLACES[ratio]
    display.move(5, 5)
    with running(display, PROGRAM, {"QT_SCALE_FACTOR": ratio}) as started:
        corner = started.wait_for_line("corner").split()
        column, row = (int(float(word)) for word in corner[1:])
        pixels = coded(*SIZE)
        expected = pixels[row : row + height, column : column + width]
        window = started.window
        seen = display.settled_screenshot(window)
        assert np.array_equal(seen[y : y + height, x : x + width], expected)

        for px, py in ((30, 40), (222, 133)):
            del started.lines[:]
            display.click(window.x + x + px, window.y + y + py)
            place = [float(word) for word in started.wait_for_line("clicked").split()[1:]]
            assert place == pytest.approx([column + px, row + py], abs=1e-6)
            display.move(5, 5)  # the next click is no double click

        display.move(window.x + x + px, window.y + y + py)
        display.wheel(3)
        zoomed = started.wait_for_line("zoomed 2.0").split()
        assert float(zoomed[3]) <= 0.5
        seen = display.settled_screenshot(window)
        assert np.array_equal(seen[y + py, x + px], pixels[row + py, column + px])
        display.close_window(window)
        assert started.ends() == (0, "")
