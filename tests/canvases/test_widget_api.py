"""What programs do with `GLBigImageWidget`: each script runs in a program of its own."""

import json
import sys
from dataclasses import replace
from pathlib import Path

import numpy as np
import pytest
import pyvips
from numpy.typing import NDArray

import glview
from glview.viewport import Viewport
from tests.canvases.conftest import HEIGHT, WIDTH
from tests.canvases.program import TOLERANCE, running
from tests.display import VirtualDisplay

FIT = Viewport(800, 600).fitted(WIDTH, HEIGHT)
SCRIPTED = (sys.executable, "-W", "error", "-m", "tests.canvases.qt_gestures")


def told(display: VirtualDisplay, image: Path, script: str) -> list[str]:
    """What a script prints; the view at the end is its last line. It must end well."""
    display.move(5, 5)
    with running(display, [*SCRIPTED, str(image), script]) as started:
        assert started.ends(60.0) == (0, "")
    return [line.rstrip("\n") for line in started.lines]


def view_after(display: VirtualDisplay, image: Path, script: str) -> Viewport:
    return Viewport(**json.loads(told(display, image, script)[-1]))


CALLS = {
    "go_to(700.5, 900.5, 4.0)": Viewport(800, 600, 700.5, 900.5, 4.0),
    "go_to(700.0, 900.0, 0.5, animated=False)": Viewport(800, 600, 700.0, 900.0, 0.5),
    "zoom_to_rect(QRectF(100, 200, 400, 150))": Viewport(800, 600, 300.0, 275.0, 2.0),
    "rotate(90.0)": replace(FIT, rotation=90.0).fitted(WIDTH, HEIGHT),
    "rotate(30.0, animated=False)": replace(FIT, rotation=30.0).fitted(WIDTH, HEIGHT),
    "flip()": replace(FIT, flip=True),
    "one_to_one()": Viewport(800, 600, WIDTH / 2, HEIGHT / 2, 1.0).snapped(),
    "run(Command.ZOOM_IN)": replace(FIT, scale=2 * FIT.scale),
    "command_action(Command.FLIP).trigger()": replace(FIT, flip=True),
}


def test_each_call_comes_to_its_view(display: VirtualDisplay, image: Path) -> None:
    script = """
import json
from dataclasses import asdict
from PySide6.QtCore import QRectF
from glview import Command
start = widget.view_state
"""
    for call in CALLS:
        script += f"widget.restore_view(start)\nwidget.{call}\nassert widget.wait_settled()\n"
        script += "print(json.dumps(asdict(widget.viewport)))\n"
    views = [Viewport(**json.loads(line)) for line in told(display, image, script)[:-1]]
    for (call, expected), seen in zip(CALLS.items(), views, strict=True):
        assert (seen.rotation, seen.flip, seen.width) == (expected.rotation, expected.flip, 800)
        assert seen.scale == pytest.approx(expected.scale), call
        middle = seen.s_from_i(expected.centre_x, expected.centre_y)
        assert middle == pytest.approx((400.0, 300.0), abs=0.51), call


WRONG = """
import math
from PySide6.QtCore import QRectF
def refused(call, *arguments):
    try:
        call(*arguments)
    except ValueError:
        return True
nan, inf = math.nan, math.inf
first = widget.viewport
for opening in range(2):
    print(
        *[refused(widget.go_to, 9.0, 9.0, zoom) for zoom in (0, 0.0, -1.0, nan, inf)],
        *[refused(widget.go_to, *place) for place in ((nan, 9.0), (9.0, inf))],
        *[refused(widget.zoom_to_rect, QRectF(*rect)) for rect in ((0, 0, nan, 9), (inf, 0, 9, 9))],
        widget.viewport == first,
    )
    if not opening:
        widget.load_image(sys.argv[1])
assert widget.wait_settled()
"""


def test_what_is_no_place_and_no_zoom_is_refused_at_once(
    display: VirtualDisplay, image: Path
) -> None:
    lines = told(display, image, f"import sys\n{WRONG}")
    assert lines[:-1] == [" ".join(["True"] * 10)] * 2


def test_fit_comes_back_and_stays_fitted(display: VirtualDisplay, image: Path) -> None:
    script = "widget.go_to(9.0, 9.0, 3.0, animated=False)\nwidget.fit()\n"
    script += "assert widget.wait_settled(); widget.resize(400, 500)"
    seen = view_after(display, image, script)
    assert seen == Viewport(400, 500).fitted(WIDTH, HEIGHT)


def test_places_are_converted_both_ways(display: VirtualDisplay, image: Path) -> None:
    script = """
from PySide6.QtCore import QPointF
widget.go_to(700.0, 900.0, 2.0, animated=False)
widget.rotate(30.0, animated=False)
place = widget.image_position(QPointF(500.0, 300.0))
print(place.x(), place.y())
back = widget.widget_position(place)
print(round(back.x(), 9), round(back.y(), 9), widget.image_width, widget.image_height)
"""
    first, second, _ = told(display, image, script)
    x, y = Viewport(800, 600, 700.0, 900.0, 2.0, 30.0).i_from_s(500.0, 300.0)
    assert [float(word) for word in first.split()] == pytest.approx([x, y])
    assert second == f"500.0 300.0 {2 * WIDTH} {2 * HEIGHT}"


def test_a_view_kept_as_json_renders_the_same_bytes(display: VirtualDisplay, image: Path) -> None:
    script = """
from glview import ViewState
def pixels():
    assert widget.wait_settled()
    return bytes(widget.grab_view().constBits())
widget.go_to(700.3, 900.1, 1.37, animated=False)
widget.rotate(11.0, animated=False)
first, kept = pixels(), widget.view_state.to_json()
widget.fit(animated=False)
assert pixels() != first
widget.restore_view(ViewState.from_json(kept))
print(pixels() == first)
"""
    assert told(display, image, script)[0] == "True"


def test_what_is_grabbed_is_the_picture(
    display: VirtualDisplay, image: Path, tmp_path: Path
) -> None:
    path = tmp_path / "view.png"
    told(display, image, f"assert widget.grab_view().save({str(path)!r})")
    seen = pyvips.Image.new_from_file(str(path)).numpy()[..., :3]
    expected = glview.render(image, size=(800, 600))
    assert np.abs(seen.astype(int) - expected).max() <= TOLERANCE


def test_an_overlay_is_painted_in_image_pixels(
    display: VirtualDisplay, image: Path, tmp_path: Path
) -> None:
    path = tmp_path / "view.png"
    script = f"""
from PySide6.QtCore import QRectF
from PySide6.QtGui import QColor
def mark(painter, view):
    painter.fillRect(QRectF(700, 900, 50, 40), QColor(255, 0, 0))
widget.add_overlay(mark)
widget.go_to(725.0, 920.0, 2.0, animated=False)
assert widget.wait_settled()
assert widget.grab_view().save({str(path)!r})
widget.remove_overlay(mark)
"""
    told(display, image, script)
    seen: NDArray[np.uint8] = pyvips.Image.new_from_file(str(path)).numpy()[..., :3]
    expected = glview.render(image, size=(800, 600), center=(725.0, 920.0), zoom=2.0)
    expected[260:340, 350:450] = (255, 0, 0)
    assert np.abs(seen.astype(int) - expected).max() <= TOLERANCE


@pytest.mark.parametrize("grabbed", ["widget.grab()", "rendered(widget)"])
def test_qt_grabs_overlays_too(
    display: VirtualDisplay, image: Path, tmp_path: Path, grabbed: str
) -> None:
    path = tmp_path / "view.png"
    script = f"""
from PySide6.QtCore import QRectF
from PySide6.QtGui import QColor, QPixmap
def mark(painter, view):
    painter.fillRect(QRectF(700, 900, 50, 40), QColor(255, 0, 0))
def rendered(widget):
    pixmap = QPixmap(widget.size())
    widget.render(pixmap)
    return pixmap
widget.add_overlay(mark)
widget.go_to(725.0, 920.0, 2.0, animated=False)
assert widget.wait_settled()
assert {grabbed}.save({str(path)!r})
"""
    told(display, image, script)
    seen: NDArray[np.uint8] = pyvips.Image.new_from_file(str(path)).numpy()[..., :3]
    expected = glview.render(image, size=(800, 600), center=(725.0, 920.0), zoom=2.0)
    expected[260:340, 350:450] = (255, 0, 0)
    assert np.abs(seen.astype(int) - expected).max() <= TOLERANCE


def test_words_on_the_picture_are_legible(display: VirtualDisplay, tmp_path: Path) -> None:
    """Qt uploads its letters with rows of four bytes, whatever a context is set to."""
    grey = tmp_path / "grey.png"
    pyvips.Image.black(601, 401).cast("uchar").pngsave(str(grey))
    paths = tmp_path / "on.png", tmp_path / "plain.png"
    script = f"""
from PySide6.QtCore import QPointF
from PySide6.QtGui import QColor, QImage, QPainter
def write(painter, view=None):
    painter.resetTransform()
    painter.setPen(QColor(255, 255, 255))
    painter.drawText(QPointF(100.0, 100.0), "Hamburgefonts 123")
widget.add_overlay(write)
widget.go_to(300.0, 200.0, 3.0, animated=False)
assert widget.wait_settled()
assert widget.grab_view().save({str(paths[0])!r})
plain = QImage(800, 600, QImage.Format.Format_RGB32)
plain.fill(0)
painter = QPainter(plain)
painter.setRenderHint(QPainter.RenderHint.Antialiasing)
painter.setFont(widget.font())
write(painter)
painter.end()
assert plain.save({str(paths[1])!r})
"""
    told(display, grey, script)
    on, plain = (
        pyvips.Image.new_from_file(str(path)).numpy()[80:110, 95:250, :3].astype(int)
        for path in paths
    )
    assert plain.max() > 128
    # The same letters but for how their edges are blended.
    assert np.corrcoef(on.ravel(), plain.ravel())[0, 1] > 0.9


def test_a_mistake_in_an_overlay_is_told_once_and_ends_it(
    display: VirtualDisplay, image: Path
) -> None:
    script = """
from PySide6.QtTest import QTest
calls = []
widget.add_overlay(lambda painter: None)
widget.add_overlay(lambda painter, view: calls.append(view))
for step in range(5):
    widget.go_to(700.0 + step, 900.0, 2.0, animated=False)
    QTest.qWait(50)
print(len(calls) >= 5)
"""
    display.move(5, 5)
    with running(display, [*SCRIPTED, str(image), script]) as started:
        status, errors = started.ends(60.0)
    assert (status, started.lines[0]) == (0, "True\n")
    assert errors.count("Traceback") == 1
    assert "the overlay is left out" in errors


def test_what_is_asked_of_a_view_before_the_image_comes_is_done_then(
    display: VirtualDisplay, image: Path
) -> None:
    script = f"""
widget.load_image({str(image)!r})
widget.go_to(700.0, 900.0, 0.5, animated=False)
assert widget.wait_settled()
"""
    seen = view_after(display, image, script)
    assert (seen.centre_x, seen.centre_y, seen.scale) == (700.0, 900.0, 0.5)


def test_the_pointer_tells_the_samples_under_it(
    display: VirtualDisplay, image: Path, pixels: NDArray[np.uint8]
) -> None:
    script = """
from PySide6.QtCore import QPointF, QPoint
from PySide6.QtTest import QTest
seen = []
widget.cursorMoved.connect(lambda place, values: seen.append((place, values)))
widget.go_to(700.0, 900.0, 1.0, animated=False)
def wait(done):
    for _ in range(200):
        QTest.qWait(20)
        if done():
            break
QTest.mouseMove(widget, QPoint(450, 310))
wait(lambda: seen)
place, values = seen[-1]
print(int(place.x()), int(place.y()), *(int(value) for value in values))
del seen[:]
widget.go_to(1000.0, 1200.0, 1.0, animated=False)  # under a pointer that rests
wait(lambda: seen)
place, values = seen[-1]
print(int(place.x()), int(place.y()), *(int(value) for value in values))
widget.go_to(0.0, 0.0, 1.0, animated=False)
QTest.mouseMove(widget, QPoint(20, 20))
wait(lambda: seen[-1][0] is None)
print(seen[-1])
"""
    first, moved, second, _ = told(display, image, script)
    for line, expected in ((first, (750, 910)), (moved, (1050, 1210))):
        x, y, *values = map(int, line.split())
        assert (x, y) == expected
        assert values == pixels[y, x].tolist()
    assert second == "(None, ())"


def test_a_pointer_within_a_pixel_asks_for_it_once(display: VirtualDisplay, image: Path) -> None:
    script = """
from PySide6.QtCore import QPoint
from PySide6.QtTest import QTest
seen, asked = [], []
ask = widget._viewer.ask
widget._viewer.ask = lambda x, y: asked.append((x, y)) or ask(x, y)
widget.cursorMoved.connect(lambda place, values: seen.append((place, values)))
widget.go_to(700.5, 900.5, 60.0, animated=False)
def wait(done):
    for _ in range(200):
        QTest.qWait(20)
        if done():
            break
QTest.mouseMove(widget, QPoint(400, 300))
wait(lambda: seen and seen[-1][1])
before, (first, values) = len(asked), seen[-1]
QTest.mouseMove(widget, QPoint(410, 305))
wait(lambda: seen[-1][0] != first)
place, again = seen[-1]
print(len(asked) == before, again == values, 0.0 < place.x() - first.x() < 1.0)
"""
    assert told(display, image, script)[0] == "True True True"


def test_clicks_tell_their_place_and_drags_are_none(display: VirtualDisplay, image: Path) -> None:
    script = """
from PySide6.QtCore import QPoint
from PySide6.QtTest import QTest
widget.go_to(700.0, 900.0, 2.0, animated=False)
widget.clicked.connect(lambda at, button: print(at.x(), at.y(), button.name, flush=True))
QTest.mouseClick(widget, Qt.MouseButton.LeftButton, pos=QPoint(500, 320))
QTest.qWait(500)
QTest.mouseClick(widget, Qt.MouseButton.RightButton, pos=QPoint(300, 300))
QTest.mousePress(widget, Qt.MouseButton.LeftButton, pos=QPoint(100, 100))
QTest.mouseMove(widget, QPoint(120, 100))
QTest.mouseRelease(widget, Qt.MouseButton.LeftButton, pos=QPoint(120, 100))
QTest.qWait(100)
"""
    lines = told(display, image, script)
    assert lines[:-1] == ["750.0 910.0 LeftButton", "650.0 900.0 RightButton"]


def test_failed_tiles_and_progress_are_told(
    display: VirtualDisplay, image: Path, tmp_path: Path
) -> None:
    copied = tmp_path / "copy"
    copied.mkdir()
    for path in image.parent.rglob("*"):
        target = copied / path.relative_to(image.parent)
        target.mkdir(exist_ok=True) if path.is_dir() else target.write_bytes(path.read_bytes())
    (copied / "picture_files" / "12" / "4_3.png").write_bytes(b"no tile")
    script = """
widget.tileFailed.connect(lambda *news: print('failed', *news[:3], flush=True))
seen = []
widget.progress.connect(lambda wanted, ready: seen.append((wanted, ready)))
widget.go_to(4.5 * 254, 3.5 * 254, 1.0, animated=False)
assert widget.wait_settled()
QTest = __import__('PySide6.QtTest').QtTest.QTest
QTest.qWait(50)
wanted, ready = seen[-1]
print(wanted == ready > 4, all(a >= b for a, b in seen))
"""
    display.move(5, 5)
    with running(display, [*SCRIPTED, str(copied / image.name), script]) as started:
        status, errors = started.ends(60.0)
    assert status == 0
    assert "4_3.png" in errors
    assert started.lines[:2] == ["failed 0 4 3\n", "True True\n"]


def test_keys_can_be_changed_and_taken_away(display: VirtualDisplay, image: Path) -> None:
    script = """
from glview import Command
assert widget.keys_of(Command.FLIP) == ("f", "F")
told = lambda: [widget.command_action(c).text() for c in (Command.FLIP, Command.ZOOM_IN)]
print(told(), widget.command_action(Command.BACK).text(), flush=True)
widget.set_keys(Command.FLIP, "m", "f")
widget.set_keys(Command.ZOOM_IN)
print(told(), flush=True)
widget.set_keys(Command.FLIP, "Ctrl+m", "m")
print(told(), widget.command_action(Command.FLIP).toolTip(), flush=True)
for key in "f+":
    hands.key(key)
print(widget.viewport.flip, widget.viewport.scale < 0.3)
hands.key("m")
print(widget.viewport.flip)
"""
    assert told(display, image, script)[:-1] == [
        "['Flip\\tF', 'Zoom In\\t+'] Back\tAlt+Left",
        r"['Flip\tM', 'Zoom In']",
        r"['Flip\tCtrl+M', 'Zoom In'] Flip (Ctrl+M)",
        "False True",
        "True",
    ]


def test_a_place_that_is_typed_is_no_shortcut_of_the_programs(
    display: VirtualDisplay, image: Path
) -> None:
    script = """
from PySide6.QtGui import QKeySequence, QShortcut
QShortcut(QKeySequence("7"), widget, lambda: print("shortcut", flush=True))
for key in "7g7":
    hands.key(key)
hands.key("x")
hands.strike(Qt.Key.Key_Return)
print(widget.wait_settled(), widget.viewport.scale)
"""
    assert told(display, image, script)[:-1] == ["shortcut", "True 7.0"]


def test_the_context_menu_has_the_commands_and_can_be_extended(
    display: VirtualDisplay, image: Path
) -> None:
    script = """
from PySide6.QtCore import QPoint
from PySide6.QtGui import QContextMenuEvent
from PySide6.QtWidgets import QApplication
widget.go_to(700.0, 900.0, 2.0, animated=False)
def extend(menu, at):
    menu.addAction("Mark")
    print([action.text().split("\\t")[0] for action in menu.actions()])
    print(at.x(), at.y(), flush=True)
widget.menuAboutToShow.connect(extend)
event = QContextMenuEvent(QContextMenuEvent.Reason.Mouse, QPoint(500, 320), QPoint(500, 320))
QApplication.sendEvent(widget, event)
QApplication.activePopupWidget().close()
"""
    texts, at, _ = told(display, image, script)
    assert texts.startswith("['Zoom In', 'Zoom Out', 'Fit', '1:1', '', 'Turn Right',")
    assert texts.endswith("'Mark']")
    assert at == "750.0 910.0"


def test_with_samples_the_edges_of_overlays_are_smooth_and_the_picture_is_the_same(
    display: VirtualDisplay, image: Path, tmp_path: Path
) -> None:
    paths = tmp_path / "plain.png", tmp_path / "on.png"
    script = f"""
from PySide6.QtCore import QPointF
from PySide6.QtGui import QColor
from glview import GLBigImageWidget
widget.hide()
smooth = GLBigImageWidget(None, 800, 600, samples=4)
smooth.load_image({str(image)!r})
smooth.go_to(725.0, 920.0, 0.6, animated=False)
smooth.rotate(20.0, animated=False)
smooth.show()
assert smooth.wait_settled()
assert smooth.grab_view().save({str(paths[0])!r})
def mark(painter, view):
    painter.setBrush(QColor(0, 0, 0))
    painter.drawEllipse(QPointF(725.0, 920.0), 200.0, 200.0)
smooth.add_overlay(mark)
assert smooth.grab_view().save({str(paths[1])!r})
smooth.close()
widget.show()
"""
    told(display, image, script)
    plain, on = (
        pyvips.Image.new_from_file(str(path)).numpy()[..., :3].astype(int) for path in paths
    )
    expected = glview.render(image, size=(800, 600), center=(725.0, 920.0), zoom=0.6, rotation=20.0)
    off = np.abs(plain - expected)
    # Pixels that two tiles share are a mean of both.
    assert off.max() <= 4
    assert (off > TOLERANCE).any(axis=-1).sum() < 20
    y, x = np.mgrid[:600, :800] + 0.5
    from_edge_px = np.hypot(x - 400.0, y - 300.0) - 120.0
    share = on.sum(axis=-1) / plain.sum(axis=-1)
    assert (share[from_edge_px < -2.0] == 0.0).all()
    assert (share[from_edge_px > 2.0] == 1.0).all()
    # Between them a quarter, a half, three quarters: a staircase has none.
    between = (share > 0.1) & (share < 0.9)
    assert between.sum() > 300


def test_a_widget_that_is_not_shown_is_not_waited_for(display: VirtualDisplay, image: Path) -> None:
    script = """
import sys, time
from glview import GLBigImageWidget
hidden = GLBigImageWidget()
hidden.load_image(sys.argv[1])
began = time.monotonic()
print(hidden.wait_settled(), hidden.description is not None, time.monotonic() - began < 10)
"""
    assert told(display, image, script)[0] == "False True True"
