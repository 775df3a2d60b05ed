"""The virtual screen itself: real windows, real input, true pixels."""

import os
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path

import numpy as np
import pytest

from tests.display import VirtualDisplay, Window

# A window that is red in its left half and prints what happens to it.
PROGRAM = """
import os, sys
from Xlib import X
from Xlib.display import Display

display = Display()
screen = display.screen()
window = screen.root.create_window(0, 0, 300, 200, 0, 24, background_pixel=0x0000FF,
    event_mask=X.ButtonPressMask | X.KeyPressMask | X.ExposureMask | X.StructureNotifyMask)
window.set_wm_name("red half")
window.change_property(display.get_atom("_NET_WM_NAME"), display.get_atom("UTF8_STRING"), 8,
    "red half \\u00e9".encode())
window.change_property(display.get_atom("_NET_WM_PID"), 6, 32, [os.getpid()])
window.set_wm_protocols([display.get_atom("WM_DELETE_WINDOW")])
gc = window.create_gc(foreground=0xFF0000)
window.map()
while True:
    event = display.next_event()
    if event.type == X.Expose:
        window.fill_rectangle(gc, 0, 0, 150, 4000)
    elif event.type == X.ButtonPress:
        print("button", event.detail, event.event_x, event.event_y, flush=True)
    elif event.type == X.KeyPress:
        symbol = display.keycode_to_keysym(event.detail, event.state & 1)
        print("key", symbol, event.state & 5, flush=True)
    elif event.type == X.ConfigureNotify:
        print("size", event.width, event.height, flush=True)
    elif event.type == X.ClientMessage:
        print("closed", flush=True)
        sys.exit(0)
"""


class Program:
    """The program above, running."""

    def __init__(self, display: VirtualDisplay, process: subprocess.Popen[str]) -> None:
        self.process = process
        self.window: Window = display.wait_for_window("red half", pid=process.pid)
        display.settled_screenshot(self.window)

    def says(self, kind: str) -> str:
        """The next line that begins with ``kind``."""
        assert self.process.stdout is not None
        return next(line.strip() for line in self.process.stdout if line.startswith(kind))


@pytest.fixture
def program(display: VirtualDisplay) -> Iterator[Program]:
    with subprocess.Popen(
        [sys.executable, "-c", PROGRAM], env=display.env, stdout=subprocess.PIPE, text=True
    ) as process:
        try:
            yield Program(display, process)
        finally:
            process.kill()


def test_a_screenshot_has_the_windows_pixels(display: VirtualDisplay, program: Program) -> None:
    picture = display.screenshot(program.window)
    assert picture.shape == (200, 300, 3)
    assert (picture[:, :150] == (255, 0, 0)).all()
    assert (picture[:, 150:] == (0, 0, 255)).all()


def test_the_whole_screen_is_seen(display: VirtualDisplay, program: Program) -> None:
    whole = display.screenshot()
    window = program.window
    assert whole.shape == (1080, 1920, 3)
    inside = whole[window.y : window.y + window.height, window.x : window.x + window.width]
    assert np.array_equal(inside, display.screenshot(window))


def test_a_window_has_its_title_and_process(program: Program) -> None:
    assert program.window.title == "red half é"
    assert program.window.pid == program.process.pid


def test_a_click_lands_where_it_is_aimed(display: VirtualDisplay, program: Program) -> None:
    display.click(program.window.x + 7, program.window.y + 9)
    assert program.says("button") == "button 1 7 9"


def test_the_wheel_turns_both_ways(display: VirtualDisplay, program: Program) -> None:
    display.move(*program.window.centre)
    display.wheel(1)
    display.wheel(-1)
    assert program.says("button") == "button 4 150 100"
    assert program.says("button") == "button 5 150 100"


@pytest.mark.parametrize(
    ("name", "modifiers", "expected"),
    [
        ("f", (), "key 102 0"),
        ("plus", (), "key 43 1"),
        ("question", (), "key 63 1"),
        ("Escape", (), "key 65307 0"),
        ("o", ("Control_L",), "key 111 4"),
    ],
)
def test_a_key_arrives_with_its_modifiers(
    display: VirtualDisplay, program: Program, name: str, modifiers: tuple[str, ...], expected: str
) -> None:
    display.key(name, *modifiers)
    lines = [program.says("key") for _ in range(1 + len(modifiers) + expected.endswith(" 1"))]
    assert lines[-1] == expected


def test_text_is_typed(display: VirtualDisplay, program: Program) -> None:
    display.type("a0")
    assert program.says("key") == "key 97 0"
    assert program.says("key") == "key 48 0"


def test_an_unknown_key_is_refused(display: VirtualDisplay) -> None:
    with pytest.raises(ValueError, match="X knows no key 'Nonsense'"):
        display.key("Nonsense")


def test_a_window_is_resized(display: VirtualDisplay, program: Program) -> None:
    display.resize_window(program.window, 500, 400)
    display.wait_for(lambda: display.refreshed(program.window).width == 500)
    assert display.refreshed(program.window).height == 400


def test_a_window_is_asked_to_close(display: VirtualDisplay, program: Program) -> None:
    display.close_window(program.window)
    assert program.says("closed") == "closed"
    assert program.process.wait(timeout=10) == 0


def test_a_window_that_is_gone_is_said_to_be(display: VirtualDisplay, program: Program) -> None:
    program.process.kill()
    display.wait_for(lambda: program.window.id not in [w.id for w in display.windows()])
    with pytest.raises(LookupError, match="red half é"):
        display.refreshed(program.window)


@pytest.mark.usefixtures("program")
def test_waiting_in_vain_names_the_windows_there_are(display: VirtualDisplay) -> None:
    with pytest.raises(TimeoutError, match=r"no window 'blue' after 0\.1 s.*red half"):
        display.wait_for_window("blue", timeout_s=0.1)


def test_the_environment_of_this_process_is_left_alone() -> None:
    before = dict(os.environ)
    with VirtualDisplay(320, 240) as own:
        assert own.env["DISPLAY"] == own.name
        assert own.screenshot().shape == (240, 320, 3)
    assert dict(os.environ) == before


def test_nothing_is_left_behind() -> None:
    with VirtualDisplay(320, 240) as own:
        directory = Path(own.env["XDG_RUNTIME_DIR"])
        socket = Path("/tmp/.X11-unix", f"X{own.name[1:]}")
        assert directory.exists()
        assert socket.exists()
    assert not directory.exists()
    assert not socket.exists()


def test_two_screens_stand_beside_each_other(display: VirtualDisplay) -> None:
    with VirtualDisplay(320, 240) as second:
        assert second.name != display.name
