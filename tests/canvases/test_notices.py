"""What both windows say on the picture of an image: that it is being opened, that it is damaged."""

import os
import shutil
import sys
import time
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import numpy as np
import pytest
import pyvips
from numpy.typing import NDArray

import glview
from glview.canvases.notices import Notices
from glview.viewport import Viewport
from tests.canvases.program import Program, running
from tests.canvases.xdnd import drop
from tests.display import VirtualDisplay

SIZE = {"glfw": ("--size", "800x600"), "qt": ("--size", "800", "600")}
SHOWN = Viewport(800, 600).fitted(400, 300)
SLOW = (sys.executable, "-W", "error", "-m", "tests.canvases.slow")
COUNTED = (sys.executable, "-W", "error", "-m", "tests.canvases.counted")


@pytest.fixture
def pipe(tmp_path: Path) -> Path:
    """What the opening of slow files waits for."""
    path = tmp_path / "pipe"
    os.mkfifo(path)
    return path


def let_open(pipe: Path) -> None:
    pipe.write_bytes(b"")


@pytest.fixture
def slow_image(second_image: Path, tmp_path: Path) -> Path:
    """A PNG of 400x300 pixels that opens when it is let."""
    return Path(shutil.copy(second_image, tmp_path / "slow.png"))


@contextmanager
def opening(display: VirtualDisplay, window: str, pipe: Path, image: Path) -> Iterator[Program]:
    """A window of 800x600 that opens an image, and the pointer away from it."""
    display.move(5, 5)
    with running(display, [*SLOW, str(pipe), window, *SIZE[window], str(image)]) as started:
        yield started


def announced(picture: NDArray[np.uint8], name: str) -> NDArray[np.uint8]:
    """The picture with the panel that says that an image of this name is being opened."""
    notices = Notices()
    notices.opening(name)
    (panel,) = notices.panels(800, 600, 1.0)
    rows, columns = panel.pixels.shape[:2]
    under = picture[panel.y : panel.y + rows, panel.x : panel.x + columns]
    cover = panel.pixels[..., 3:].astype(float) / 255.0
    under[...] = np.rint(panel.pixels[..., :3] + under * (1.0 - cover))
    return picture


def empty() -> NDArray[np.uint8]:
    return np.full((600, 800, 3), (26, 26, 28), np.uint8)


def frames(program: Program) -> int:
    return sum(line.startswith("frame") for line in program.lines)


def assert_rests(program: Program) -> None:
    """Nothing is drawn for more than twice the time after which an opening is told, no CPU used."""
    before, cpu_s = frames(program), program.cpu_s()
    time.sleep(1.2)
    assert frames(program) == before
    assert program.cpu_s() - cpu_s < 0.03


@pytest.mark.parametrize("window", SIZE)
def test_a_slow_opening_is_told_until_the_image_comes(
    display: VirtualDisplay, window: str, pipe: Path, slow_image: Path
) -> None:
    with opening(display, window, pipe, slow_image) as program:
        program.shows_picture(announced(empty(), "slow.png"))
        assert_rests(program)
        let_open(pipe)
        program.shows(slow_image, SHOWN)
        display.settled_screenshot(program.window)
        assert_rests(program)


def test_the_title_has_the_name_before_the_image_comes(
    display: VirtualDisplay, pipe: Path, slow_image: Path
) -> None:
    with opening(display, "glfw", pipe, slow_image) as program:
        program.wait_for_title("slow.png - glview")
        let_open(pipe)
        program.wait_for_title("slow.png - 200% - glview")


def test_an_opening_that_fails_is_told_no_more(
    display: VirtualDisplay, pipe: Path, tmp_path: Path
) -> None:
    bad = tmp_path / "slow.png"
    bad.write_bytes(b"not an image")
    with opening(display, "qt", pipe, bad) as program:
        program.shows_picture(announced(empty(), "slow.png"))
        let_open(pipe)
        program.wait_for_line("failed")
        told = display.settled_screenshot(program.window)
        off = (told != announced(empty(), "slow.png")).any(axis=2)
        assert off[450:].mean() > 0.05
        assert_rests(program)


def test_a_dropped_file_that_opens_slowly_is_told_over_the_picture_before(
    display: VirtualDisplay, pipe: Path, slow_image: Path, second_image: Path
) -> None:
    with opening(display, "glfw", pipe, second_image) as program:
        program.shows(second_image, SHOWN)
        drop(display, program.window, [slow_image])
        program.shows_picture(announced(glview.render(second_image, size=(800, 600)), "slow.png"))
        program.wait_for_title("second.png - 200% - glview")
        let_open(pipe)
        program.shows(slow_image, SHOWN)
        program.wait_for_title("slow.png - 200% - glview")


@pytest.mark.parametrize("window", SIZE)
def test_a_damaged_file_is_shown_and_said_to_be(
    display: VirtualDisplay, window: str, second_image: Path, tmp_path: Path
) -> None:
    path = tmp_path / "half.jpg"
    pyvips.Image.new_from_file(str(second_image)).jpegsave(str(path), Q=90)
    data = path.read_bytes()
    path.write_bytes(data[: len(data) // 2])
    shown = glview.render(path, size=(800, 600))
    display.move(5, 5)
    with running(display, [*COUNTED, window, *SIZE[window], str(path)]) as program:

        def told() -> bool:
            now = display.screenshot(program.window)
            if now.shape != shown.shape:
                return False
            off = np.abs(now.astype(np.int16) - shown).max(axis=2) > 2
            return not off[:300].any() and bool(off[450:].mean() > 0.05)

        display.wait_for(told)
        display.click(program.window.x + 5, program.window.y + 5)
        program.shows(path, SHOWN)
