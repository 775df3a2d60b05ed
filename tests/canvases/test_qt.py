"""`GLBigImageWidget` in a real window: input, signals, pixels, and every way to end."""

import shutil
import sys
import time
from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path

import numpy as np
import pytest
from numpy.typing import NDArray

import glview
from glview.viewport import Viewport
from tests.canvases.conftest import HEIGHT, WIDTH
from tests.canvases.program import Program, running
from tests.display import VirtualDisplay

FIT = Viewport(800, 600).fitted(WIDTH, HEIGHT)
FULL = Viewport(800, 600, WIDTH / 2, HEIGHT / 2, 1.0).snapped()
WIDGET = (sys.executable, "-W", "error", "-m", "tests.canvases.qt_program")

ENDS = [
    "close",
    "close the widget",
    "deleteLater",
    "parent destroyed",
    "quit",
    "sys.exit",
    "plain end",
    "never shown",
]


@pytest.fixture
def program(display: VirtualDisplay, image: Path) -> Iterator[Program]:
    """The widget with the image fitted in 800x600, and the pointer away from it."""
    display.move(5, 5)
    with running(display, [*WIDGET, str(image)]) as started:
        started.shows(image, FIT)
        yield started


def at(program: Program, x: int, y: int) -> tuple[int, int]:
    window = program.window
    return window.x + x, window.y + y


def focus(display: VirtualDisplay, program: Program) -> None:
    """Click the widget; the window manager may pass the click on only after keys struck next."""
    display.click(*program.window.centre)
    display.settled_screenshot(program.window)


@pytest.mark.parametrize("way", ENDS)
def test_however_it_ends_it_ends_well(display: VirtualDisplay, image: Path, way: str) -> None:
    with running(display, [*WIDGET, str(image), "--end", way]) as started:
        assert started.ends() == (0, "")


def test_it_tells_what_happens_in_order(program: Program, image: Path) -> None:
    program.wait_for_line("settled")
    told = [line.split()[0] for line in program.lines]
    assert told[:3] == ["hint", "returned", "loaded"]
    assert told[-1] == "settled"
    assert program.lines[0] == "hint 800 600\n"
    assert f"loaded {image}\n" in program.lines
    assert f"view 800 600 {FIT.scale}\n" in program.lines


def test_load_image_does_not_wait(program: Program) -> None:
    assert program.wait_for_line("returned") == "returned True\n"


def test_a_file_that_cannot_be_shown_is_told(display: VirtualDisplay, tmp_path: Path) -> None:
    with running(display, [*WIDGET, str(tmp_path / "none.png")]) as started:
        assert started.wait_for_line("failed") == f"failed {tmp_path}/none.png: no such file\n"
        # The message is on the widget, too.
        display.wait_for(lambda: len(np.unique(display.screenshot(started.window))) > 16)
        display.close_window(started.window)
        assert started.ends() == (0, "")


def test_a_zoom_is_a_level_counted_from_the_smallest(display: VirtualDisplay, image: Path) -> None:
    # 3001 pixels need 12 halvings: level 12 is the whole image, level 11 half as wide.
    with running(display, [*WIDGET, str(image), "--zoom", "11"]) as started:
        view = Viewport(800, 600, WIDTH / 2, HEIGHT / 2, 0.5).snapped()
        started.shows(image, view)


def test_it_costs_nothing_at_rest(display: VirtualDisplay, program: Program) -> None:
    display.settled_screenshot(program.window)
    before = program.cpu_s()
    time.sleep(1.0)
    assert program.cpu_s() - before < 0.03


def test_the_wheel_zooms_at_the_pointer(
    display: VirtualDisplay, program: Program, image: Path
) -> None:
    display.move(*at(program, 200, 100))
    display.wheel(3)
    program.shows(image, FIT.zoomed(2.0, 200.0, 100.0))


def test_1_shows_the_images_own_pixels_and_a_drag_moves_them(
    display: VirtualDisplay, program: Program, image: Path
) -> None:
    focus(display, program)
    display.key("1")
    program.shows(image, FULL)
    display.drag(at(program, 300, 300), at(program, 417, 251))
    program.shows(image, FULL.panned(117.0, -49.0))


def test_a_double_click_zooms_in(display: VirtualDisplay, program: Program, image: Path) -> None:
    display.click(*at(program, 200, 400), count=2)
    program.shows(image, FIT.zoomed(2.0, 200.0, 400.0))


def test_a_double_click_clicks_once(display: VirtualDisplay, program: Program, image: Path) -> None:
    focus(display, program)
    time.sleep(0.5)
    before = program.lines.count("clicked\n")
    display.click(*at(program, 200, 400), count=2)
    program.shows(image, FIT.zoomed(2.0, 200.0, 400.0))
    assert program.lines.count("clicked\n") - before == 1


def test_keys_move_the_view(display: VirtualDisplay, program: Program, image: Path) -> None:
    focus(display, program)
    display.key("plus")
    closer = replace(FIT, scale=2 * FIT.scale)
    program.shows(image, closer)
    display.key("Right")
    program.shows(image, closer.panned(-133.0, 0.0))
    display.key("0")
    display.key("r")
    program.shows(image, replace(FIT, rotation=90.0).fitted(WIDTH, HEIGHT))


@pytest.mark.parametrize("still", [False, True])
def test_it_moves_as_the_desktop_wants_it(
    display: VirtualDisplay, image: Path, *, still: bool
) -> None:
    display.move(5, 5)
    with running(display, [*WIDGET, str(image), *(["--still"] if still else [])]) as started:
        started.shows(image, FIT)
        focus(display, started)
        views = count_views(started)
        display.key("plus")
        started.shows(image, replace(FIT, scale=2 * FIT.scale))
        assert (count_views(started) - views == 1) == still


def count_views(program: Program) -> int:
    return sum(line.startswith("view") for line in list(program.lines))


HEALING = """
import shutil, sys
from pathlib import Path
from PySide6.QtWidgets import QApplication
from glview import GLBigImageWidget

image, good, bad = sys.argv[1:]
app = QApplication([])
widget = GLBigImageWidget(None, 800, 600)

def healed():
    print("healed", widget.errors(), flush=True)
    app.quit()

def settled():
    widget.settled.disconnect()
    (hole,) = widget.errors()
    print("hole", *hole.key, flush=True)
    shutil.copy(good, bad)
    widget.settled.connect(healed)
    widget.reload_failed()

widget.settled.connect(settled)
widget.load_image(image)
widget.show()
app.exec()
"""


def test_tiles_that_failed_are_listed_and_read_anew(
    display: VirtualDisplay, image: Path, tmp_path: Path
) -> None:
    copied = Path(shutil.copytree(image.parent, tmp_path / "copy"), image.name)
    good, bad = tmp_path / "good.png", copied.parent / "picture_files" / "10" / "1_1.png"
    good.write_bytes(bad.read_bytes())
    bad.write_bytes(b"no tile")
    arguments = [str(path) for path in (copied, good, bad)]
    with running(display, [sys.executable, "-W", "error", "-c", HEALING, *arguments]) as started:
        assert started.wait_for_line("hole") == "hole 2 1 1\n"
        assert started.wait_for_line("healed") == "healed ()\n"
        status, errors = started.ends()
    assert status == 0
    assert errors.count("\n") == 1
    assert "1_1.png" in errors


def test_keys_that_are_not_its_own_are_left_to_the_program(
    display: VirtualDisplay, program: Program, image: Path
) -> None:
    focus(display, program)
    display.key("Escape")
    display.key("q")
    display.key("r")
    program.shows(image, replace(FIT, rotation=90.0).fitted(WIDTH, HEIGHT))


def test_a_resized_window_stays_fitted(
    display: VirtualDisplay, program: Program, image: Path
) -> None:
    display.resize_window(program.window, 1001, 703)
    program.shows(image, Viewport(1001, 703).fitted(WIDTH, HEIGHT))


def test_what_a_program_paints_on_the_picture_leaves_it_right(
    display: VirtualDisplay, image: Path
) -> None:
    display.move(5, 5)
    with running(display, [*WIDGET, str(image), "--widget", "painted"]) as started:
        started.shows(image, FIT)
        focus(display, started)
        closer = replace(FIT, scale=2 * FIT.scale)
        for key, view in (("plus", closer), ("Right", closer.panned(-133.0, 0.0))):
            display.key(key)
            expected = glview.render(
                image, size=(800, 600), center=(view.centre_x, view.centre_y), zoom=view.scale
            )
            expected[:40, :50] = (255, 0, 0)
            started.shows_picture(expected)


def test_the_picture_is_right_where_more_is_changed_before_each_paint_than_is_known(
    display: VirtualDisplay, image: Path
) -> None:
    display.move(5, 5)
    with running(display, [*WIDGET, str(image), "--widget", "another Qt"]) as started:
        started.shows(image, FIT)
        focus(display, started)
        display.key("plus")
        started.shows(image, replace(FIT, scale=2 * FIT.scale))


def test_it_moves_to_another_window_and_shows_the_same(
    display: VirtualDisplay, image: Path
) -> None:
    with running(display, [*WIDGET, str(image), "--end", "moved"]) as started:
        display.wait_for_window("new home", pid=started.process.pid)
        display.wait_for(lambda: started.window.title == "new home")
        started.shows(image, Viewport(700, 500).fitted(WIDTH, HEIGHT))
        display.close_window(started.window)
        assert started.ends() == (0, "")


@pytest.mark.parametrize("ratio", [1, 2])
def test_on_another_screen_the_view_is_the_same(image: Path, ratio: int) -> None:
    """In device pixels: X11 leaves a window its size where pixels are finer."""
    with VirtualDisplay() as two:
        two.split()
        command = [*WIDGET, str(image), "--size", "400", "300"]
        scales = {"QT_SCREEN_SCALE_FACTORS": f"left=1;right={ratio}"}
        with running(two, command, scales) as started:
            fit = Viewport(400, 300).fitted(WIDTH, HEIGHT)
            started.shows(image, fit)
            two.move(started.window.x + 100, started.window.y + 90)
            two.wheel(3)
            closer = fit.zoomed(2.0, 100.0, 90.0)
            started.shows(image, closer)
            for x, screen in ((970, f"screen right {ratio}"), (20, "screen left 1")):
                two.move_window(started.window, x, 20)
                started.wait_for_line(screen)
                two.settled_screenshot(started.window)
                started.shows(image, closer)
            two.close_window(started.window)
            assert started.ends() == (0, "")


@pytest.mark.parametrize("ratio", [2, pytest.param(1.5, marks=pytest.mark.full)])
def test_on_a_fine_screen_it_draws_in_device_pixels(
    display: VirtualDisplay, image: Path, pixels: NDArray[np.uint8], ratio: float
) -> None:
    command = [*WIDGET, str(image), "--size", "480", "360"]
    with running(display, command, {"QT_SCALE_FACTOR": str(ratio)}) as started:
        width, height = round(480 * ratio), round(360 * ratio)
        started.shows(image, Viewport(width, height).fitted(WIDTH, HEIGHT))
        focus(display, started)
        display.key("1")
        started.shows(image, Viewport(width, height, WIDTH / 2, HEIGHT / 2, 1.0).snapped())
        display.drag(at(started, 300, 300), at(started, 500, 400))
        moved = display.settled_screenshot(started.window)
        x, y = round(WIDTH / 2 - width / 2) - 200, round(HEIGHT / 2 - height / 2) - 100
        assert np.array_equal(moved, pixels[y : y + height, x : x + width])


def test_the_default_surface_format_is_left_alone() -> None:
    from PySide6.QtGui import QSurfaceFormat

    from glview import GLBigImageWidget

    assert GLBigImageWidget.__name__ == "GLBigImageWidget"
    assert QSurfaceFormat.defaultFormat().version() == (2, 0)


FAULTY = """
import runpy
from glview.gl.renderer import Renderer
from glview.errors import ContextError

def fail(*_, faults=iter({faults})):
    raise next(faults, last)

last = {faults}[-1]
Renderer.{method} = fail
runpy.run_module("tests.canvases.qt_program", run_name="__main__")
"""


def faulty(method: str, faults: str, *arguments: str) -> list[str]:
    """The program with a renderer that raises one fault a call, the last one for ever."""
    program = FAULTY.format(method=method, faults=faults)
    return [sys.executable, "-W", "error", "-c", program, *arguments]


def test_faults_of_painting_are_told_on_the_widget_and_each_is_logged(
    display: VirtualDisplay, image: Path
) -> None:
    command = faulty("draw", "[RuntimeError('no ink'), RuntimeError('no paper')]", str(image))
    with running(display, command) as started:
        display.wait_for(lambda: len(np.unique(display.screenshot(started.window))) > 16)
        picture = display.settled_screenshot(started.window)
        assert (picture[:300] == (26, 26, 28)).all()
        display.close_window(started.window)
        status, errors = started.ends()
    assert status == 0
    assert errors.count("RuntimeError: no ink\n") == 1
    assert errors.count("RuntimeError: no paper\n") == 1


@pytest.mark.parametrize("end", ["close", "deleteLater"])
def test_a_renderer_that_cannot_be_made_is_told_and_it_ends_well(
    display: VirtualDisplay, image: Path, end: str
) -> None:
    command = faulty("__init__", "[ContextError('no shader')]", str(image), "--end", end)
    with running(display, command) as started:
        assert started.wait_for_line("failed") == "failed no shader\n"
        display.close_window(started.window)
        assert started.ends() == (0, "no shader\n")


def test_any_other_fault_of_making_a_renderer_ends_well_too(
    display: VirtualDisplay, image: Path
) -> None:
    command = faulty("__init__", "[RuntimeError('no ink')]", str(image))
    with running(display, command) as started:
        started.wait_for_line("loaded")
        display.close_window(started.window)
        status, errors = started.ends()
    assert status == 0
    assert errors.count("Traceback") == 1
