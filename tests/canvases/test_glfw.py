"""`glview IMAGE`: a real window, real mouse and keys, and what is on the screen."""

import signal
import sys
import time
from collections.abc import Callable, Iterator
from dataclasses import replace
from pathlib import Path

import numpy as np
import pytest
import pyvips
from numpy.typing import NDArray
from Xlib import XK, X

from glview.sample import make_sample, sample_path
from glview.viewport import Viewport
from tests.canvases.conftest import HEIGHT, WIDTH
from tests.canvases.program import GLVIEW, Program, running
from tests.canvases.xdnd import drop
from tests.display import VirtualDisplay

FIT = Viewport(800, 600).fitted(WIDTH, HEIGHT)
# On the pixel grid: the image is 3001 wide, so its middle is half a pixel off it.
FULL = Viewport(800, 600, WIDTH / 2, HEIGHT / 2, 1.0).snapped()


@pytest.fixture
def program(display: VirtualDisplay, image: Path) -> Iterator[Program]:
    """glview with the image fitted in 800x600, and the pointer away from it."""
    display.move(5, 5)
    with running(display, [*GLVIEW, "--size", "800x600", str(image)]) as started:
        started.shows(image, FIT)
        yield started


def at(program: Program, x: int, y: int) -> tuple[int, int]:
    """A place of the window on the screen."""
    window = program.window
    return window.x + x, window.y + y


def test_it_opens_fitted_with_name_and_zoom_in_its_title(program: Program) -> None:
    program.wait_for_title("picture.dzi - 27% - glview")


@pytest.mark.parametrize("how", ["q", "Escape", "frame"])
def test_it_ends_well(display: VirtualDisplay, program: Program, how: str) -> None:
    if how == "frame":
        display.close_window(program.window)
    else:
        display.click(*at(program, 5, 5))
        display.key(how)
    assert program.ends() == (0, "")


def test_ctrl_c_in_the_terminal_ends_it_quietly(program: Program) -> None:
    program.process.send_signal(signal.SIGINT)
    assert program.ends() == (130, "")


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
    program.wait_for_title("picture.dzi - 53% - glview")


def test_the_wheel_zooms_out_again(display: VirtualDisplay, program: Program, image: Path) -> None:
    display.move(*at(program, 200, 100))
    display.wheel(2)
    display.wheel(-2)
    program.shows(image, FIT)


def test_1_shows_the_images_own_pixels_and_a_drag_moves_them(
    display: VirtualDisplay, program: Program, image: Path
) -> None:
    display.key("1")
    program.shows(image, FULL)
    display.drag(at(program, 300, 300), at(program, 417, 251))
    program.shows(image, FULL.panned(117.0, -49.0))


def test_a_throw_goes_on_after_the_hand(
    display: VirtualDisplay, program: Program, image: Path, pixels: NDArray[np.uint8]
) -> None:
    display.key("1")
    program.shows(image, FULL)
    display.move(*at(program, 600, 300))
    display.press()
    for step in range(1, 9):
        time.sleep(0.01)
        display.move(*at(program, 600 - 20 * step, 300))
    display.release()
    middle = round(FULL.i_from_s(400.0, 0.0).x)
    rows = slice(round(FULL.i_from_s(0.0, 0.0).y), round(FULL.i_from_s(0.0, 600.0).y))

    def landed() -> bool:
        """160 pixels by hand. The image's own pixels are seen again where it stops on its grid."""
        column = display.screenshot(program.window)[:, 400]
        return any(np.array_equal(column, pixels[rows, middle + dx]) for dx in range(251, 1400))

    display.wait_for(landed)


def test_with_reduced_motion_a_throw_ends_with_the_hand(
    display: VirtualDisplay, image: Path
) -> None:
    display.move(5, 5)
    command = [*GLVIEW, "--size", "800x600", "--reduced-motion", str(image)]
    with running(display, command) as started:
        started.shows(image, FIT)
        display.key("1")
        started.shows(image, FULL)
        display.move(*at(started, 600, 300))
        display.press()
        for step in range(1, 9):
            time.sleep(0.01)
            display.move(*at(started, 600 - 20 * step, 300))
        display.release()
        time.sleep(0.3)
        started.shows(image, FULL.panned(-160.0, 0.0))


def test_a_double_click_zooms_in_and_with_shift_out(
    display: VirtualDisplay, program: Program, image: Path
) -> None:
    display.click(*at(program, 200, 400), count=2)
    closer = FIT.zoomed(2.0, 200.0, 400.0)
    program.shows(image, closer)
    time.sleep(0.5)
    hold_shift(display, lambda: display.click(*at(program, 200, 400), count=2))
    program.shows(image, FIT)


BUSY = """
import time
from glview import cli
from glview.canvases.input import Controls
from glview.viewer import Viewer

draw, press = Viewer.draw, Controls.press
slow_until = 0.0

def slow_draw(*arguments, **options):
    if time.monotonic() < slow_until:
        time.sleep(0.6)
    return draw(*arguments, **options)

def noted_press(*arguments, **options):
    global slow_until
    slow_until = time.monotonic() + 0.5
    press(*arguments, **options)

Viewer.draw, Controls.press = slow_draw, noted_press
cli.main()
"""
"""glview, where the first frame after a press takes 0.6 s."""


@pytest.mark.parametrize(("pause_s", "steps"), [(0.2, 1), (1.2, 0)])
def test_a_double_click_is_one_behind_a_slow_frame(
    display: VirtualDisplay, image: Path, pause_s: float, steps: int
) -> None:
    display.move(5, 5)
    command = [sys.executable, "-W", "error", "-c", BUSY, "--size", "800x600", str(image)]
    with running(display, command) as started:
        started.shows(image, FIT)
        display.click(*at(started, 200, 400))
        time.sleep(pause_s)
        display.click(*at(started, 200, 400))
        time.sleep(1.5)
        started.shows(image, FIT.zoomed(2.0**steps, 200.0, 400.0))


def hold_shift(display: VirtualDisplay, action: Callable[[], None]) -> None:
    code = display._display.keysym_to_keycode(XK.XK_Shift_L)
    display._input(X.KeyPress, code)
    action()
    display._input(X.KeyRelease, code)


def test_keys_move_the_view(display: VirtualDisplay, program: Program, image: Path) -> None:
    display.key("plus")
    closer = replace(FIT, scale=2 * FIT.scale)
    program.shows(image, closer)
    display.key("Right")
    program.shows(image, closer.panned(-133.0, 0.0))
    display.key("minus")
    display.key("0")
    program.shows(image, FIT)


def test_r_turns_and_f_flips(display: VirtualDisplay, program: Program, image: Path) -> None:
    display.key("r")
    turned = replace(FIT, rotation=90.0).fitted(WIDTH, HEIGHT)
    program.shows(image, turned)
    display.key("f")
    program.shows(image, turned.flipped())
    display.key("r", "Shift_L")
    program.shows(image, replace(FIT, rotation=180.0, flip=True))


def test_help_stands_on_the_picture_until_escape(
    display: VirtualDisplay, program: Program, image: Path
) -> None:
    display.key("question")

    def help_is_there() -> bool:
        picture = display.screenshot(program.window)
        return bool((picture[290:310, 250:550].max(axis=2) < 60).mean() > 0.3)

    display.wait_for(help_is_there)
    display.key("Escape")
    program.shows(image, FIT)
    display.key("Escape")
    assert program.ends() == (0, "")


def test_f11_fills_the_screen_and_gives_the_window_back(
    display: VirtualDisplay, program: Program, image: Path
) -> None:
    before = program.window
    display.key("F11")
    program.shows(image, Viewport(display.width, display.height).fitted(WIDTH, HEIGHT))
    assert (program.window.x, program.window.y) == (0, 0)
    display.key("F11")
    program.shows(image, FIT)
    assert program.window == before
    display.key("F11")
    program.shows(image, Viewport(display.width, display.height).fitted(WIDTH, HEIGHT))
    display.key("Escape")
    program.shows(image, FIT)


def test_a_resized_window_stays_fitted(
    display: VirtualDisplay, program: Program, image: Path
) -> None:
    display.resize_window(program.window, 1001, 703)
    program.shows(image, Viewport(1001, 703).fitted(WIDTH, HEIGHT))


def test_it_can_begin_on_the_full_screen(display: VirtualDisplay, image: Path) -> None:
    with running(display, [*GLVIEW, "--fullscreen", str(image)]) as started:
        started.shows(image, Viewport(display.width, display.height).fitted(WIDTH, HEIGHT))
        display.key("F11")
        display.wait_for(lambda: (started.window.width, started.window.height) == (1280, 800))


def test_a_file_that_cannot_be_shown_is_one_line(display: VirtualDisplay, tmp_path: Path) -> None:
    (tmp_path / "bad.png").write_bytes(b"not an image")
    with running(display, [*GLVIEW, str(tmp_path / "bad.png")]) as started:
        status, errors = started.ends()
    assert status == 1
    assert errors == f"glview: {tmp_path}/bad.png: not a known kind of image\n"


def test_a_photo_past_the_budget_is_one_line_with_the_memory_that_suffices(
    display: VirtualDisplay, tmp_path: Path
) -> None:
    path = tmp_path / "photo.png"
    pyvips.Image.black(3000, 2500, bands=3).copy(interpretation="srgb").pngsave(str(path))
    with running(display, [*GLVIEW, "--memory", "28", str(path)]) as started:
        status, errors = started.ends()
    assert status == 1
    assert errors == (
        f"glview: {path}: needs 29 MiB in memory, more than the budget of 28 MiB; make a pyramid of"
        " it with `glview convert FILE NAME.dzi`, or give it more: --memory 29\n"
    )


def test_a_display_that_is_not_there_is_one_line_with_advice(
    display: VirtualDisplay, image: Path
) -> None:
    with running(display, [*GLVIEW, str(image)], {"DISPLAY": ":9"}) as started:
        status, errors = started.ends()
    assert status == 1
    assert errors.startswith("glview: no display can be opened (X11: ")
    assert "glview render IMAGE -o OUT.png" in errors
    assert errors.count("\n") == 1


def test_an_old_opengl_is_one_line_with_advice(display: VirtualDisplay, image: Path) -> None:
    old = {"MESA_GL_VERSION_OVERRIDE": "2.1"}
    with running(display, [*GLVIEW, str(image)], old) as started:
        status, errors = started.ends()
    assert status == 1
    assert errors.startswith("glview: this display offers no OpenGL 3.3 (")
    assert "LIBGL_ALWAYS_SOFTWARE=1" in errors
    assert errors.count("\n") == 1


def test_no_qt_is_imported_for_a_window(display: VirtualDisplay, image: Path) -> None:
    probe = "import sys; from glview import cli; status = cli.run(sys.argv[1:])"
    told = "print(*sorted({name.partition('.')[0] for name in sys.modules}))"
    with running(display, [sys.executable, "-c", f"{probe}; {told}", str(image)]) as started:
        display.close_window(started.window)
        assert started.ends() == (0, "")
        loaded = set(started.lines[-1].split())
    assert {"glfw", "OpenGL", "numpy"} <= loaded
    assert not {"PySide6", "shiboken6", "tifffile", "PIL"} & loaded


def test_a_dropped_file_is_shown(
    display: VirtualDisplay, program: Program, second_image: Path
) -> None:
    drop(display, program.window, [second_image])
    program.shows(second_image, Viewport(800, 600).fitted(400, 300))
    program.wait_for_title("second.png - 200% - glview")


def test_a_bad_file_dropped_leaves_the_picture_and_says_so(
    display: VirtualDisplay, program: Program, image: Path, tmp_path: Path
) -> None:
    before = display.screenshot(program.window)
    (tmp_path / "bad.png").write_bytes(b"not an image")
    drop(display, program.window, [tmp_path / "bad.png"])

    def message_is_there() -> bool:
        now = display.screenshot(program.window)
        return bool((now[450:] != before[450:]).any() and (now[:300] == before[:300]).all())

    display.wait_for(message_is_there)
    program.wait_for_title("picture.dzi - 27% - glview")
    display.key("Escape")
    program.shows(image, FIT)


def test_the_demo_flies_until_a_hand_takes_over(display: VirtualDisplay, tmp_path: Path) -> None:
    make_sample(sample_path(tmp_path), width=768, height=938)
    display.move(5, 5)
    command = [*GLVIEW, "demo", "--size", "640x480"]
    with running(display, command, {"XDG_CACHE_HOME": str(tmp_path)}) as started:
        title = display.wait_for(lambda: started.window.title)
        display.wait_for(lambda: started.window.title != title)
        display.click(*at(started, 320, 240))
        display.settled_screenshot(started.window, still_s=0.5)
        display.close_window(started.window)
        assert started.ends() == (0, "")


def test_a_drag_that_waits_behind_a_slow_frame_begins_where_the_hand_did(
    display: VirtualDisplay, program: Program, image: Path
) -> None:
    display.key("1")
    program.shows(image, FULL)
    display.move(*at(program, 300, 300))
    display.settled_screenshot(program.window)
    program.process.send_signal(signal.SIGSTOP)
    display.press()
    display.move(*at(program, 417, 251))
    program.process.send_signal(signal.SIGCONT)
    program.shows(image, FULL.panned(117.0, -49.0))
    time.sleep(0.2)
    display.release()
    display.settled_screenshot(program.window)
    program.shows(image, FULL.panned(117.0, -49.0))


FAULTY = """
from glview.gl.renderer import Renderer
from glview import cli
from glview.errors import ContextError

def draw(*_, faults=iter({faults})):
    raise next(faults, last)

last = {faults}[-1]
Renderer.draw = draw
cli.main()
"""


def faulty(faults: str, image: Path) -> list[str]:
    """glview with a renderer that raises one fault a frame, the last one for ever."""
    program = FAULTY.format(faults=faults)
    return [sys.executable, "-W", "error", "-c", program, "--size", "800x600", str(image)]


def test_faults_of_painting_are_told_on_the_window_and_each_is_logged(
    display: VirtualDisplay, image: Path
) -> None:
    command = faulty("[RuntimeError('no ink'), RuntimeError('no paper')]", image)
    with running(display, command) as started:
        display.wait_for(lambda: len(np.unique(display.screenshot(started.window))) > 16)
        picture = display.settled_screenshot(started.window)
        assert (picture[:300] == (26, 26, 28)).all()
        display.close_window(started.window)
        status, errors = started.ends()
    assert status == 0
    assert errors.count("RuntimeError: no ink\n") == 1
    assert errors.count("RuntimeError: no paper\n") == 1


def test_a_context_that_fails_while_painting_is_one_line(
    display: VirtualDisplay, image: Path
) -> None:
    with running(display, faulty("[ContextError('no shader compiles')]", image)) as started:
        assert started.ends() == (1, "glview: no shader compiles\n")
