"""`glview` with several images, a folder, none: stepping, titles, what is told on the picture."""

import subprocess
import sys
import time
from collections.abc import Iterator
from pathlib import Path

import numpy as np
import pytest
import pyvips

from glview.viewport import Viewport
from tests.canvases.conftest import HEIGHT, WIDTH
from tests.canvases.program import GLVIEW, Program, running
from tests.canvases.xdnd import drop
from tests.display import VirtualDisplay
from tests.images import detailed

NO_KIND = "not a known kind of image"
FIT = Viewport(800, 600).fitted(WIDTH, HEIGHT)
SMALL = Viewport(800, 600).fitted(400, 300)


@pytest.fixture(scope="module")
def folder(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """2.png and 10.png of 400x300, 11.png which is none, 12.png of 300x400."""
    folder = tmp_path_factory.mktemp("series")
    for name, width, height in (("2", 400, 300), ("10", 400, 300), ("12", 300, 400)):
        picture = pyvips.Image.new_from_array(detailed(width, height, seed=int(name)))
        picture.copy(interpretation="srgb").pngsave(str(folder / f"{name}.png"))
    (folder / "11.png").write_bytes(b"not an image")
    (folder / ".hidden.png").write_bytes(b"not an image")
    (folder / "notes.txt").write_bytes(b"none either")
    return folder


@pytest.fixture
def started(display: VirtualDisplay, folder: Path) -> Iterator[Program]:
    """glview with the folder."""
    display.move(5, 5)
    with running(display, [*GLVIEW, "--size", "800x600", str(folder)]) as program:
        program.shows(folder / "2.png", SMALL)
        yield program


def says(display: VirtualDisplay, program: Program) -> bool:
    """Whether a panel stands at the bottom."""
    strip = display.screenshot(program.window)[540:570, 380:420]
    return bool((strip.max(axis=2) < 60).mean() > 0.3)


def is_welcome(display: VirtualDisplay, program: Program) -> bool:
    """Whether there is nothing but words in the middle."""
    picture = display.screenshot(program.window)
    words = picture[270:330, 250:550].max(axis=2) > 150
    return bool(words.mean() > 0.03 and picture[450:].max() < 60)


def test_a_folder_is_stepped_through_with_its_view_and_a_bad_file_is_told_and_stepped_over(
    display: VirtualDisplay, started: Program, folder: Path
) -> None:
    started.wait_for_title("2.png - 1 of 4 - 200% - glview")
    display.key("4")
    closer = Viewport(800, 600, 200.0, 150.0, 4.0)
    started.shows(folder / "2.png", closer)
    display.key("Next")
    started.shows(folder / "10.png", closer)
    started.wait_for_title("10.png - 2 of 4 - 400% - glview")
    display.key("Next")
    display.wait_for(lambda: says(display, started))
    started.wait_for_title("10.png - 2 of 4 - 400% - glview")
    display.key("Next")
    started.shows(folder / "12.png", Viewport(800, 600).fitted(300, 400))
    started.wait_for_title("12.png - 4 of 4 - 150% - glview")
    display.key("Next")
    display.wait_for(lambda: says(display, started))
    display.key("Prior")
    time.sleep(0.01)  # glfw takes two strikes within a millisecond for one
    display.key("Prior")
    started.shows(folder / "10.png", SMALL)
    display.key("q")
    status, errors = started.ends()
    assert (status, set(errors.splitlines())) == (0, {f"glview: {folder / '11.png'}: {NO_KIND}"})


def test_one_image_stands_for_its_folder_and_a_drop_for_another_list(
    display: VirtualDisplay, image: Path, folder: Path, second_image: Path
) -> None:
    display.move(5, 5)
    with running(display, [*GLVIEW, "--size", "800x600", str(folder / "10.png")]) as started:
        started.wait_for_title("10.png - 2 of 4 - 200% - glview")
        display.key("Prior")
        started.shows(folder / "2.png", SMALL)
        drop(display, started.window, [second_image, image])
        started.wait_for_title("second.png - 1 of 2 - 200% - glview")
        display.key("Next")
        started.shows(image, FIT)
        drop(display, started.window, [folder])
        started.shows(folder / "2.png", SMALL)
        drop(display, started.window, [folder.parent / "nothing"])
        display.wait_for(lambda: says(display, started))


def test_a_window_without_an_image_says_what_can_be_dropped(
    display: VirtualDisplay, folder: Path
) -> None:
    display.move(5, 5)
    with running(display, [*GLVIEW, "--size", "800x600"]) as started:
        display.wait_for(lambda: is_welcome(display, started))
        welcome = display.settled_screenshot(started.window)

        def says_again() -> bool:
            return np.array_equal(display.screenshot(started.window), welcome)

        display.key("plus")
        display.key("g")
        (folder / "empty").mkdir(exist_ok=True)
        drop(display, started.window, [folder / "empty"])
        display.wait_for(lambda: not says_again())
        display.key("Escape")
        display.wait_for(says_again)
        drop(display, started.window, [folder])
        started.shows(folder / "2.png", SMALL)
        display.key("Escape")
        told = f"glview: {folder / 'empty'}: there is no image in this folder\n"
        assert started.ends() == (0, told)


def test_a_folder_whose_first_image_is_bad_opens_all_the_same(
    display: VirtualDisplay, folder: Path, tmp_path: Path
) -> None:
    (tmp_path / "1.png").write_bytes(b"not an image")
    (tmp_path / "2.png").write_bytes((folder / "2.png").read_bytes())
    display.move(5, 5)
    with running(display, [*GLVIEW, "--size", "800x600", str(tmp_path)]) as started:
        display.wait_for(lambda: says(display, started))
        # A hand that brings nothing better is no reason to end, either.
        told = display.settled_screenshot(started.window)
        (tmp_path / "empty").mkdir()
        drop(display, started.window, [tmp_path / "empty"])
        display.wait_for(lambda: not np.array_equal(display.screenshot(started.window), told))
        drop(display, started.window, [tmp_path])
        display.wait_for(lambda: np.array_equal(display.screenshot(started.window), told))
        display.key("Next")
        started.shows(tmp_path / "2.png", SMALL)


REFUSED = """
import os
from glview.cli import main
scan = os.scandir
def refuse(folder):
    if str(folder).endswith("refused"):
        raise PermissionError(13, "Permission denied")
    return scan(folder)
os.scandir = refuse
main()
"""


def test_a_folder_that_cannot_be_listed_is_told_beside_the_images_of_another(
    display: VirtualDisplay, folder: Path, tmp_path: Path
) -> None:
    (tmp_path / "refused").mkdir()
    display.move(5, 5)
    command = [sys.executable, "-W", "error", "-c", REFUSED, "--size", "800x600"]
    with running(display, [*command, str(tmp_path / "refused"), str(folder)]) as started:
        started.wait_for_title("2.png - 1 of 4 - 200% - glview")
        display.wait_for(lambda: says(display, started))
        display.key("Escape")
        started.shows(folder / "2.png", SMALL)


def test_a_folder_without_images_is_one_line(display: VirtualDisplay, tmp_path: Path) -> None:
    done = subprocess.run(
        [*GLVIEW, str(tmp_path)], env=display.env, capture_output=True, text=True, check=False
    )
    assert (done.returncode, done.stdout) == (1, "")
    assert done.stderr == f"glview: {tmp_path}: there is no image in this folder\n"
