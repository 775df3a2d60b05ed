"""Wheels, touchpads and fingers on the widget: what the view is afterwards."""

import json
import sys
import time
from dataclasses import replace
from pathlib import Path

import numpy as np
import pytest

from glview.viewport import Point, Viewport
from tests.canvases.conftest import HEIGHT, WIDTH
from tests.canvases.program import running
from tests.display import VirtualDisplay

FIT = Viewport(800, 600).fitted(WIDTH, HEIGHT)
ONE = "hands.key('1'); "
GESTURES = (sys.executable, "-W", "error", "-m", "tests.canvases.qt_gestures")
FULL = Viewport(800, 600, WIDTH / 2, HEIGHT / 2, 1.0).snapped()


def view_after(display: VirtualDisplay, image: Path, script: str) -> Viewport:
    command = [
        sys.executable,
        "-W",
        "error",
        "-m",
        "tests.canvases.qt_gestures",
        str(image),
        script,
    ]
    with running(display, command) as started:
        told = started.wait_for_line("{")
        assert started.ends() == (0, "")
    return Viewport(**json.loads(told))


MODES = (
    ("auto", "mouse", "", True),
    ("auto", "touchpad", "", False),
    ("auto", "touchpad", ", CTRL", True),
    ("zoom", "touchpad", "", True),
    ("pan", "mouse", "", False),
)


def test_the_wheel_does_what_its_mode_says(display: VirtualDisplay, image: Path) -> None:
    script = f"{ONE}\nimport json\nfrom dataclasses import asdict\nstart = widget.view_state\n"
    for mode, device, modifier, _ in MODES:
        script += f"widget.restore_view(start); widget.wheel_mode = {mode!r}\n"
        script += f"assert widget.wheel_mode == {mode!r}\n"
        script += f"hands.wheel(200, 150, (0, 120), hands.{device}{modifier})\n"
        script += "assert widget.wait_settled(); print(json.dumps(asdict(widget.viewport)))\n"
    with running(display, [*GESTURES, str(image), script]) as started:
        assert started.ends(60.0) == (0, "")
    views = [Viewport(**json.loads(line)) for line in started.lines[:-1]]
    for (mode, device, _, zooms), seen in zip(MODES, views, strict=True):
        if zooms:
            assert seen.scale == pytest.approx(2.0 ** (1 / 3)), (mode, device)
            point = FULL.i_from_s(200.0, 150.0)
            assert seen.s_from_i(*point) == pytest.approx((200.0, 150.0), abs=0.5)
        else:
            assert seen == FULL.panned(0.0, 60.0), (mode, device)


def test_shift_turns_the_wheel_aside(display: VirtualDisplay, image: Path) -> None:
    script = f"{ONE}widget.wheel_mode = 'pan'; hands.wheel(9, 9, (0, 120), hands.mouse, SHIFT)"
    assert view_after(display, image, script) == FULL.panned(60.0, 0.0)


def test_a_thousand_wheel_events_end_where_their_sum_says(
    display: VirtualDisplay, image: Path
) -> None:
    script = ONE + "[hands.wheel(5, 5, (2, -2), hands.touchpad) for _ in range(1000)]; "
    script += "[hands.wheel(200, 150, (0, 1), hands.mouse) for _ in range(1000)]"
    seen = view_after(display, image, script)
    assert seen.scale == pytest.approx(2.0 ** (1000 / 120 / 3))
    moved = FULL.panned(1000.0, -1000.0)
    point = moved.i_from_s(200.0, 150.0)
    assert seen.s_from_i(*point) == pytest.approx((200.0, 150.0), abs=0.5)


def test_a_pinch_and_a_turn_of_two_fingers_on_a_touchpad(
    display: VirtualDisplay, image: Path
) -> None:
    script = ONE + "kinds = Qt.NativeGestureType; "
    script += "hands.gesture(kinds.ZoomNativeGesture, 0.5, 300, 200); "
    script += "hands.gesture(kinds.RotateNativeGesture, 30.0, 300, 200); "
    script += "hands.gesture(kinds.EndNativeGesture, 0, 300, 200)"
    seen = view_after(display, image, script)
    assert (seen.scale, seen.rotation) == (1.5, 30.0)
    assert seen.s_from_i(*FULL.i_from_s(300.0, 200.0)) == pytest.approx((300.0, 200.0), abs=0.5)


def test_one_finger_moves_the_picture(display: VirtualDisplay, image: Path) -> None:
    script = ONE + "hands.touch({0: (300, 300)}, {0: (350, 320)}, {0: (400, 340)}, {0: (400, 340)})"
    assert view_after(display, image, script) == FULL.panned(100.0, 40.0)


def test_two_fingers_keep_what_is_under_them(display: VirtualDisplay, image: Path) -> None:
    script = ONE + "hands.touch({0: (300, 300)}, {0: (300, 300), 1: (500, 300)}, "
    script += "{0: (350, 250), 1: (450, 350)})"
    seen = view_after(display, image, script)
    for before, after in (((300, 300), Point(350.0, 250.0)), ((500, 300), Point(450.0, 350.0))):
        assert seen.s_from_i(*FULL.i_from_s(*before)) == pytest.approx(after, abs=0.5)
    assert seen.rotation == pytest.approx(45.0)


def test_another_word_for_the_wheel_is_refused(display: VirtualDisplay, image: Path) -> None:
    script = "try:\n widget.wheel_mode = 'spin'\nexcept ValueError as e:\n print(e, flush=True)\n"
    with running(display, [*GESTURES, str(image), script]) as started:
        assert "spin" in started.wait_for_line("spin")
        seen = Viewport(**json.loads(started.wait_for_line("{")))
        assert seen == replace(FIT)
        started.ends()


def test_many_events_between_two_frames_cost_one(display: VirtualDisplay, image: Path) -> None:
    script = f"""{ONE}
from PySide6.QtCore import QPoint
from PySide6.QtTest import QTest
paints = []
widget.frameSwapped.connect(lambda: paints.append(1))
def told(what):
    at_once = len(paints)
    assert widget.wait_settled()
    print(what, at_once, len(paints))
    paints.clear()
[hands.wheel(5, 5, (2, -2), hands.touchpad) for _ in range(1000)]
told("scrolled")
QTest.mousePress(widget, Qt.MouseButton.LeftButton, pos=QPoint(9, 9))
[QTest.mouseMove(widget, QPoint(9 + step, 9)) for step in range(300)]
told("dragged")
"""
    with running(display, [*GESTURES, str(image), script]) as started:
        assert started.ends(60.0) == (0, "")
    for line, name in zip(started.lines, ("scrolled", "dragged"), strict=False):
        what, at_once, paints = line.split()
        assert (what, at_once) == (name, "0")
        # The one that shows it, and those for tiles that come into sight.
        assert 1 <= int(paints) <= 30


TURNED = """
import time
widget.resize(120, 90)
assert widget.wait_settled()
paints = []
widget.frameSwapped.connect(lambda: paints.append(time.perf_counter()))
for _ in range(4):
    widget.rotate(90.0)
    assert widget.wait_settled()
print("turned", len(paints), paints[-1] - paints[0], widget.screen().refreshRate())
"""


def test_no_frame_begins_before_a_screen_could_show_it(
    display: VirtualDisplay, image: Path
) -> None:
    """A frame of so small a picture takes 5 ms, and nothing waits for a screen here."""
    with running(display, [*GESTURES, str(image), TURNED]) as started:
        told = started.wait_for_line("turned").split()
        assert started.ends() == (0, "")
    paints, seconds, refresh_hz = int(told[1]), float(told[2]), float(told[3])
    assert paints > 20
    # Some are asked for by what happens besides: a turn that begins, tiles that come.
    assert paints <= seconds * refresh_hz / 0.9 + 4 * 4


THROWN = """
import time
from PySide6.QtCore import QEvent, QObject
from PySide6.QtTest import QTest
moves, released = [], []
class Watch(QObject):
    def eventFilter(self, watched, event):
        if event.type() == QEvent.Type.MouseMove:
            moves.append((time.perf_counter(), event.position().x()))
        elif event.type() == QEvent.Type.MouseButtonRelease:
            released.append((time.perf_counter(), widget.viewport.centre_x))
        return False
watch = Watch()
widget.installEventFilter(watch)
print("ready", flush=True)
while not released:
    QTest.qWait(10)
assert widget.wait_settled()
(let_go, before), = released
print("thrown", json.dumps([let_go, before - widget.viewport.centre_x, moves]))
"""


def test_a_fling_goes_as_far_as_its_speed_and_time_constant_say(
    display: VirtualDisplay, image: Path
) -> None:
    # A machine that stops the program amid the throw makes another speed of it: three attempts.
    throws = [thrown(display, image)]
    while abs(throws[-1][0] / throws[-1][1] - 0.325) > 0.05 * 0.325 and len(throws) < 3:
        throws.append(thrown(display, image))
    travelled_px, speed = throws[-1]
    assert speed < -300.0
    assert travelled_px == pytest.approx(speed * 0.325, rel=0.05), throws


def thrown(display: VirtualDisplay, image: Path) -> tuple[float, float]:
    """How far a throw went, and how fast it was when it was let go."""
    display.move(5, 5)
    with running(display, [*GESTURES, str(image), f"import json\n{ONE}{THROWN}"]) as started:
        started.wait_for_line("ready")
        x, y = started.window.x + 500, started.window.y + 300
        display.move(x, y)
        display.press()
        for step in range(1, 31):
            display.move(x - 8 * step, y)
            time.sleep(0.005)
        display.release()
        told = started.wait_for_line("thrown")
        assert started.ends() == (0, "")
    let_go, travelled_px, moves = json.loads(told.removeprefix("thrown "))
    times, places = zip(*moves, strict=True)
    began = np.interp(let_go - 0.08, times, places)
    speed = (places[-1] - began) / 0.08
    return travelled_px, speed
