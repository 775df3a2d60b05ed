"""What stands on the picture, in both windows, against `glview.render` of the same."""

import sys
from collections.abc import Iterator
from pathlib import Path

import numpy as np
import pytest
from numpy.typing import NDArray

import glview
from glview import HudItem
from glview.viewport import Viewport
from tests.canvases.conftest import HEIGHT, WIDTH
from tests.canvases.program import GLVIEW, WINDOWS, Program, running
from tests.display import VirtualDisplay

FIT = Viewport(800, 600).fitted(WIDTH, HEIGHT)
FULL = Viewport(800, 600, WIDTH / 2, HEIGHT / 2, 1.0).snapped()
# The navigator's small picture: 180 x 120 at the upper right, its sheet 4 and its margin 16 away.
MAP_X, MAP_Y, MAP_WIDTH, MAP_HEIGHT = 800 - 20 - 180, 20, 180, 120
READOUT = (slice(540, 600), slice(400, 800))


@pytest.fixture(params=WINDOWS)
def program(
    display: VirtualDisplay, image: Path, request: pytest.FixtureRequest
) -> Iterator[Program]:
    """A window with the image fitted in 800x600, that hears keys."""
    with running(display, [*WINDOWS[request.param], str(image)]) as started:
        started.shows(image, FIT)
        display.click(*started.window.centre)
        display.settled_screenshot(started.window)
        yield started


def rendered(image: Path, view: Viewport, *items: HudItem) -> NDArray[np.uint8]:
    return glview.render(
        str(image),
        size=(view.width, view.height),
        center=(view.centre_x, view.centre_y),
        zoom=view.scale,
        hud=items,
    )


def test_keys_show_and_take_away_what_render_shows(
    display: VirtualDisplay, program: Program, image: Path
) -> None:
    display.key("1")
    program.shows(image, FULL)
    for key, items in (
        ("b", [HudItem.SCALE_BAR]),
        ("n", [HudItem.SCALE_BAR, HudItem.NAVIGATOR]),
        ("b", [HudItem.NAVIGATOR]),
        ("n", []),
    ):
        display.key(key)
        program.shows_picture(rendered(image, FULL, *items))


def test_a_press_on_the_navigator_goes_there_and_a_drag_goes_along(
    display: VirtualDisplay, program: Program, image: Path
) -> None:
    display.key("1")
    program.shows(image, FULL)
    display.key("n")
    program.shows_picture(rendered(image, FULL, HudItem.NAVIGATOR))
    window = program.window
    display.move(window.x + MAP_X + 45, window.y + MAP_Y + 30)
    display.press()
    quarter = Viewport(800, 600, WIDTH / 4, HEIGHT / 4, 1.0).snapped()
    program.shows_picture(rendered(image, quarter, HudItem.NAVIGATOR))
    display.move(window.x + MAP_X + 90, window.y + MAP_Y + 60)
    display.release()
    program.shows_picture(rendered(image, FULL, HudItem.NAVIGATOR))


def test_the_readout_follows_the_pointer_and_the_pixel_grid_tells_values(
    display: VirtualDisplay, program: Program, image: Path
) -> None:
    plain = display.settled_screenshot(program.window)
    outside = np.ones(plain.shape[:2], np.bool_)
    outside[READOUT] = False

    def changed(before: NDArray[np.uint8]) -> NDArray[np.uint8]:
        display.wait_for(lambda: not np.array_equal(display.screenshot(program.window), before))
        now = display.settled_screenshot(program.window)
        assert np.array_equal(now[outside], plain[outside])
        return now

    display.key("i")
    shown = changed(plain)
    assert shown[READOUT].mean() < plain[READOUT].mean()
    x, y = program.window.centre
    display.move(x + 60, y + 20)
    changed(shown)
    display.move(program.window.x + 400, program.window.y + 10)  # above the image
    display.wait_for(lambda: np.array_equal(display.screenshot(program.window), plain))
    display.key("i")
    display.key("p")
    display.move(x, y)
    display.wheel(30)
    closest = FIT.about(400.0, 300.0, scale=64.0)
    program.shows_picture(rendered(image, closest, HudItem.PIXEL_GRID))


def test_a_navigator_is_complete_where_nothing_stood_on_the_picture_before(
    display: VirtualDisplay, program: Program, image: Path
) -> None:
    display.key("n")
    program.shows_picture(rendered(image, FIT, HudItem.NAVIGATOR))


def test_at_two_pixels_for_one_all_of_it_is_twice_as_large_and_as_sharp(
    display: VirtualDisplay, image: Path
) -> None:
    command = [sys.executable, "-W", "error", "-c", TWICE, str(image)]
    display.move(5, 5)
    with running(display, command, {"QT_SCALE_FACTOR": "2"}) as started:
        view = Viewport(1000, 800, WIDTH / 2, HEIGHT / 2, 64.0)
        for items in ([HudItem.NAVIGATOR, HudItem.SCALE_BAR], [HudItem.PIXEL_GRID]):
            started.shows_picture(
                glview.render(
                    str(image),
                    size=(view.width, view.height),
                    center=(view.centre_x, view.centre_y),
                    zoom=view.scale,
                    hud=items,
                    pixel_ratio=2.0,
                )
            )
            display.click(*started.window.centre)


def test_so_it_is_in_the_window_of_glfw(display: VirtualDisplay, image: Path) -> None:
    items = [HudItem.NAVIGATOR, HudItem.SCALE_BAR]
    display.move(5, 5)
    command = [*GLVIEW, "--size", "1000x800", "--navigator", "--scale-bar", str(image)]
    with display.resources("Xft.dpi: 192"), running(display, command) as started:
        expected = glview.render(str(image), size=(1000, 800), hud=items, pixel_ratio=2.0)
        started.shows_picture(expected)


TWICE = """
import sys
from PySide6.QtWidgets import QApplication
from glview import GLBigImageWidget, HudItem, Viewport

def other(*_):
    widget.hud = {HudItem.PIXEL_GRID}

app = QApplication([])
widget = GLBigImageWidget(width=500, height=400)
widget.hud = {HudItem.NAVIGATOR, HudItem.SCALE_BAR}
widget.load_image(sys.argv[1])
widget.set_viewport(Viewport(1000, 800, 3001 / 2, 2000 / 2, 64.0))
widget.clicked.connect(other)
widget.show()
app.exec()
"""
