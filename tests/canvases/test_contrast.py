"""Contrast by keys and by hand, in both windows, against `glview.render` of the same."""

from collections.abc import Callable, Iterator
from dataclasses import replace
from pathlib import Path

import numpy as np
import pytest
from numpy.typing import NDArray

import glview
from glview import ColorMap, HudItem, Transfer, ViewerOptions
from glview.display import Display, Window
from glview.display_steps import with_contrast
from tests.canvases.program import WINDOWS, Program, running
from tests.display import VirtualDisplay

SIZE = (800, 600)


@pytest.fixture(params=WINDOWS)
def started(
    display: VirtualDisplay, request: pytest.FixtureRequest
) -> Iterator[Callable[[Path], Program]]:
    """Starts a window with an image fitted in 800x600, which hears keys."""
    programs = []

    def start(image: Path) -> Program:
        context = running(display, [*WINDOWS[request.param], str(image)])
        programs.append(context)
        program = context.__enter__()
        program.shows_picture(rendered(image))
        display.click(*program.window.centre)
        display.settled_screenshot(program.window)
        return program

    yield start
    for context in programs:
        context.__exit__(None, None, None)


def rendered(
    image: Path, display: Callable[[Display], Display] | None = None, *items: HudItem
) -> NDArray[np.uint8]:
    return glview.render(image, size=SIZE, hud=items, options=ViewerOptions(display=display))


def test_16_bits_come_up_in_a_window_that_suits_them(
    started: Callable[[Path], Program], deep: Path
) -> None:
    program = started(deep)
    program.shows_picture(rendered(deep, lambda shown: replace(shown, windows=WINDOW)))


WINDOW = (Window(1000, 4936),)
"""Of the values of `deep` less than two in a thousand are above 4936."""


def test_keys_change_the_curve_and_the_map_and_reset_them(
    display: VirtualDisplay, started: Callable[[Path], Program], deep: Path
) -> None:
    program = started(deep)
    plain = rendered(deep)
    x, y = program.window.centre
    places = iter(range(x - 200, x + 200, 50))  # two clicks at one place would zoom

    def strike(key: str, expected: NDArray[np.uint8], *modifiers: str) -> None:
        display.key(key, *modifiers)
        # It is said at the lower edge what is shown; a press takes that away.
        display.wait_for(lambda: bool((display.screenshot(program.window) != expected)[520:].any()))
        display.settled_screenshot(program.window)
        display.click(next(places), y)
        program.shows_picture(expected)

    strike("c", rendered(deep, lambda shown: replace(shown, colormap=ColorMap.VIRIDIS)))
    strike(
        "l",
        rendered(deep, lambda shown: replace(shown, colormap=ColorMap.VIRIDIS, gamma=2.2)),
    )
    strike(
        "l",
        rendered(
            deep,
            lambda shown: replace(shown, colormap=ColorMap.VIRIDIS, transfer=Transfer.LOG),
        ),
    )
    strike("a", plain, "Shift_L")


def test_a_drag_with_ctrl_changes_the_contrast(
    display: VirtualDisplay, started: Callable[[Path], Program], deep: Path
) -> None:
    program = started(deep)
    x, y = program.window.centre
    display.hold("Control_L")
    display.move(x, y)
    display.press()
    display.move(x + 100, y - 60)
    display.release()
    display.let_go("Control_L")
    display.settled_screenshot(program.window)
    display.click(x, y)
    changed = rendered(
        deep, lambda shown: with_contrast(replace(shown, windows=WINDOW), 0.125, -0.1)
    )
    program.shows_picture(changed)


def test_keys_show_and_hide_channels_and_the_legend_tells_which(
    display: VirtualDisplay, started: Callable[[Path], Program], channels: Path
) -> None:
    program = started(channels)
    display.key("k")
    program.shows_picture(rendered(channels, None, HudItem.LEGEND))
    display.key("2", "Alt_L")
    display.settled_screenshot(program.window)
    display.click(*program.window.centre)
    hidden = rendered(
        channels, lambda shown: replace(shown, hidden=frozenset({1, 3, 4})), HudItem.LEGEND
    )
    program.shows_picture(hidden)
    display.key("2", "Alt_L")
    display.settled_screenshot(program.window)
    display.click(program.window.x + 300, program.window.y + 400)
    program.shows_picture(rendered(channels, None, HudItem.LEGEND))


def test_what_is_said_goes_by_itself(
    display: VirtualDisplay, started: Callable[[Path], Program], deep: Path
) -> None:
    program = started(deep)
    display.key("c")
    mapped = rendered(deep, lambda shown: replace(shown, colormap=ColorMap.VIRIDIS))
    display.wait_for(lambda: bool((display.screenshot(program.window) != mapped)[520:].any()))
    program.shows_picture(mapped)


def test_a_key_puts_a_checkerboard_behind(
    display: VirtualDisplay, started: Callable[[Path], Program], deep: Path
) -> None:
    program = started(deep)
    display.key("minus")  # there is something beside the image now
    before = display.settled_screenshot(program.window)
    display.key("t")
    display.wait_for(lambda: bool((display.screenshot(program.window)[0, 0] == 102).all()))
    board = display.settled_screenshot(program.window)
    assert board[0, 4, 0] == 102
    assert board[0, 12, 0] == 153
    display.key("t")
    display.wait_for(lambda: bool((display.screenshot(program.window) == before).all()))
