"""Promise: few OpenGL calls a frame, counted in the real windows."""

import sys
import time
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import replace
from pathlib import Path

import pytest

from glview.viewport import Viewport
from tests.canvases.conftest import HEIGHT, WIDTH
from tests.canvases.program import Program, running
from tests.display import VirtualDisplay

FIT = Viewport(800, 600).fitted(WIDTH, HEIGHT)
FULL = Viewport(800, 600, WIDTH / 2, HEIGHT / 2, 1.0).snapped()
COUNTED = (sys.executable, "-W", "error", "-m", "tests.canvases.counted")
SIZE = {"glfw": ("--size", "800x600"), "qt": ("--size", "800", "600")}
DIRECT = {
    "glfw": "glBufferData glClear glDrawArraysInstanced",
    "qt": (
        "glBufferData glBindFramebuffer glViewport glClear glDisable glUseProgram"
        " glDrawArraysInstanced"
    ),
}
CROSS_FADE = {
    "glfw": (
        "glBufferData glClear glDisable glUseProgram glDrawArraysInstanced"
        " glUseProgram glEnable glDrawArraysInstanced"
    ),
    # Qt has set a viewport.
    "qt": (
        "glBufferData glBindFramebuffer glViewport glClear glDisable glUseProgram"
        " glDrawArraysInstanced glUseProgram glEnable glDrawArraysInstanced"
    ),
}


@contextmanager
def shown(display: VirtualDisplay, window: str, image: Path) -> Iterator[Program]:
    """A window of 800x600 with the image fitted and the keyboard, the pointer in its middle."""
    with running(display, [*COUNTED, window, *SIZE[window], str(image)]) as program:
        program.shows(image, FIT)
        display.click(*program.window.centre)
        # The window manager may pass the click on only after keys struck next.
        display.settled_screenshot(program.window)
        yield program


def dragged(display: VirtualDisplay, program: Program) -> list[list[str]]:
    """The calls of each frame without uploads while a hand moves the picture by three pixels."""
    display.settled_screenshot(program.window)
    seen = len(program.lines)
    x, y = program.window.centre
    display.press()
    for step in (1, 2, 3):
        time.sleep(0.1)
        display.move(x + step, y)
    time.sleep(0.2)
    display.release()
    display.settled_screenshot(program.window)
    frames = [line.split()[1:] for line in program.lines[seen:] if line.startswith("frame")]
    # The view is given anew in each frame; the table of tiles only after a new plan.
    return [calls for calls in frames if calls.count("glBufferData") == 1]


@pytest.mark.parametrize("window", DIRECT)
def test_a_resident_frame_of_one_level_takes_few_calls(
    display: VirtualDisplay, image: Path, window: str
) -> None:
    with shown(display, window, image) as program:
        display.key("1")
        program.shows(image, FULL)
        frames = dragged(display, program)
    assert len(frames) >= 3
    assert frames == [DIRECT[window].split()] * len(frames)


@pytest.mark.parametrize("window", CROSS_FADE)
def test_a_resident_frame_of_a_cross_fade_takes_at_most_15_calls(
    display: VirtualDisplay, image: Path, window: str
) -> None:
    with shown(display, window, image) as program:
        display.key("plus")
        program.shows(image, replace(FIT, scale=2 * FIT.scale))
        frames = dragged(display, program)
    assert len(frames) >= 3
    assert frames == [CROSS_FADE[window].split()] * len(frames)
    assert len(frames[0]) <= 15


def test_a_picture_of_qt_does_not_wait_for_what_comes_after_it(
    display: VirtualDisplay, image: Path
) -> None:
    """Programs for other pictures, and tiles ahead of need: when it is on the screen."""
    with shown(display, "qt", image) as program:
        dragged(display, program)
        frames = [line.split()[1:] for line in program.lines if line.startswith("frame")]
        aside = [line.split()[1:] for line in program.lines if line.startswith("aside")]
    drawn = [calls for calls in frames if "glDrawArraysInstanced" in calls]
    assert drawn
    for calls in drawn:
        after = calls[::-1].index("glDrawArraysInstanced")
        assert "glLinkProgram" not in calls[len(calls) - after :]
    assert sum(calls.count("glLinkProgram") for calls in aside) > 0
