"""Programs written for BigImageViewer, in real windows."""

import sys
from collections.abc import Sequence
from pathlib import Path

import numpy as np
import pytest
import pyvips
from numpy.typing import NDArray

import glview
from glview.navigator import Navigator
from glview.viewport import Viewport
from tests.canvases.conftest import HEIGHT, WIDTH
from tests.canvases.program import TOLERANCE, Program, running
from tests.display import VirtualDisplay

USERS = Path(__file__).with_name("bigimageviewer_program.py")
USERS_PROGRAM = (sys.executable, "-W", "error", str(USERS))
COMMAND = (sys.executable, "-W", "error", "-m", "glview.bigimageviewer")
SCRIPTED = """
import sys
import time

from PySide6.QtCore import QPoint, QPointF, Qt
from PySide6.QtGui import QWheelEvent
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QApplication
from glview.bigimageviewer import BigImageComponent

app = QApplication([])
viewer = BigImageComponent(width=512, height=512)

def settled():
    assert viewer.wait_settled()
    app.processEvents()

def size():
    return viewer.image_width, viewer.image_height

def show():
    viewer.show()
    settled()

image = sys.argv[1]
"""


def middle(scale: float, width: int = 640, height: int = 480) -> Viewport:
    return Viewport(width, height, WIDTH / 2, HEIGHT / 2, scale).snapped()


def zoomed(view: Viewport, factor: float, x: float, y: float) -> Viewport:
    """Where a zoom about a place of the window ends."""
    navigator = Navigator(view.width, view.height, reduced_motion=True)
    navigator.set_image(WIDTH, HEIGHT)
    navigator.set_view(view)
    navigator.zoom(factor, x, y, 0.0)
    return navigator.view


def rendered(image: Path, view: Viewport) -> NDArray[np.uint8]:
    return glview.render(
        image,
        size=(view.width, view.height),
        center=(view.centre_x, view.centre_y),
        zoom=view.scale,
    )


def shows(started: Program, rows: slice, expected: NDArray[np.uint8]) -> None:
    """Wait until some rows of the window are a picture."""

    def same() -> bool:
        seen = started.display.screenshot(started.window)[rows]
        if seen.shape != expected.shape:
            return False
        return bool(np.abs(seen.astype(int) - expected).max() <= TOLERANCE)

    started.display.wait_for(same)


def told(display: VirtualDisplay, image: Path, script: str, **env: str) -> list[str]:
    """What a script prints; it must end well."""
    display.move(5, 5)
    command = [sys.executable, "-W", "error", "-c", SCRIPTED + script, str(image)]
    with running(display, command, env) as started:
        assert started.ends(60.0) == (0, "")
    return [line.rstrip("\n") for line in started.lines]


def test_only_its_import_line_is_another() -> None:
    changed = [line for line in USERS.read_text().splitlines() if "glview" in line]
    assert changed == [
        "from glview.bigimageviewer import BigImageComponent, DZImage, FileFormatError, ZoomError"
    ]


def test_a_users_program_opens_zooms_and_exits(display: VirtualDisplay, image: Path) -> None:
    display.move(5, 5)
    with running(display, [*USERS_PROGRAM, str(image)]) as started:
        started.wait_for_line("shown")
        assert started.lines == ["zooms 0 to 12, 96 tiles (1, 1) 3001\n", "shown 376 250\n"]
        picture = slice(0, 480)
        # Of the zooms 3001, 1501, 751 and 376 pixels wide the last one fits.
        shows(started, picture, rendered(image, middle(1 / 8)))
        corner = started.window
        # Keys that are struck before the window has the focus go elsewhere.
        display.click(corner.x + 200, corner.y + 100)
        display.settled_screenshot(corner)
        # One after the other: a picture smaller than the window stays in its middle meanwhile.
        closer = middle(1 / 8)
        for _ in range(2):
            display.key("i")
            closer = zoomed(closer, 2.0, 200.0, 100.0)
            shows(started, picture, rendered(image, closer))
        display.key("o")
        shows(started, picture, rendered(image, zoomed(closer, 0.5, 200.0, 100.0)))
        display.key("plus")
        display.key("q")
        assert started.ends() == (0, "")


def test_its_zoom_is_shown_pixel_for_pixel_and_stays_when_it_is_resized(
    display: VirtualDisplay, image: Path
) -> None:
    display.move(5, 5)
    with running(display, [*USERS_PROGRAM, str(image), "--zoom", "11"]) as started:
        assert started.wait_for_line("shown") == "shown 1501 1000\n"
        shows(started, slice(0, 480), rendered(image, middle(1 / 2)))
        display.resize_window(started.window, 700, 420)
        shows(started, slice(0, 400), rendered(image, middle(1 / 2, 700, 400)))


@pytest.mark.parametrize(
    ("options", "width", "height", "scale"),
    [
        pytest.param((), 512, 512, 1 / 8, marks=pytest.mark.full),
        pytest.param(("-W", "800", "-H", "600"), 800, 600, 1 / 4, marks=pytest.mark.full),
        (("--zoom", "11", "--width", "400", "--height", "300"), 400, 300, 1 / 2),
        (("--fit",), 376, 250, 1 / 8),
        (("-z", "10", "-F"), 751, 500, 1 / 4),
    ],
)
def test_the_command_has_the_options_of_before(
    display: VirtualDisplay,
    image: Path,
    options: Sequence[str],
    width: int,
    height: int,
    scale: float,
) -> None:
    display.move(5, 5)
    with running(display, [*COMMAND, *options, str(image)]) as started:
        expected = rendered(image, middle(scale, width, height))
        shows(started, slice(-height, None), expected)
        assert started.window.title == "picture"
        display.click(*started.window.centre)
        display.settled_screenshot(started.window)
        display.key("q")
        assert started.ends() == (0, "")


def test_a_picture_that_just_fits_keeps_its_zoom_when_resized(
    display: VirtualDisplay, image: Path
) -> None:
    display.move(5, 5)
    with running(display, [*COMMAND, "--fit", str(image)]) as started:
        shows(started, slice(-250, None), rendered(image, middle(1 / 8, 376, 250)))
        higher = started.window.height + 100
        display.resize_window(started.window, 500, higher)
        shows(started, slice(-350, None), rendered(image, middle(1 / 8, 500, 350)))


def test_the_command_tells_of_a_file_that_cannot_be_shown(
    display: VirtualDisplay, tmp_path: Path
) -> None:
    with running(display, [*COMMAND, str(tmp_path / "none.dzi"), "--fit"]) as started:
        display.wait_for(lambda: len(np.unique(display.screenshot(started.window)[100:])) > 16)
        display.close_window(started.window)
        assert started.ends() == (0, "")


def test_the_size_of_the_picture_is_told(display: VirtualDisplay, image: Path) -> None:
    script = """
print(viewer.sizeHint().toTuple(), viewer.minimumSize().toTuple(), size())
print(viewer.load_image(image), size(), viewer.description)
show()
print(size())
viewer.load_image(image, zoom=11)
print(size())
settled()
print(size())
QTest.keyClicks(viewer, "+")
print(size())
settled()
viewer.go_to(9.0, 9.0, 0.3)
settled()
print(size())
"""
    assert told(display, image, script) == [
        "(512, 512) (32, 32) (None, None)",
        "True (376, 250) None",
        "(376, 250)",
        "(1501, 1000)",
        "(1501, 1000)",
        "(3001, 2000)",
        "(901, 600)",
    ]


def test_zooms_come_as_the_readme_has_them(display: VirtualDisplay, image: Path) -> None:
    script = """
viewer.zoom = 4
viewer.load_image(image)
print(size(), viewer.zoom)
viewer.load_image(image, zoom=11)
print(size())
viewer.load_image(image, zoom=99)
print(size())
viewer.zoom = -1
viewer.load_image(image.removesuffix(".dzi"))
print(size())
"""
    lines = told(display, image, script)
    assert lines == ["(12, 8) 4", "(1501, 1000)", "(3001, 2000)", "(376, 250)"]


def test_a_tiff_is_counted_by_its_own_zooms(
    display: VirtualDisplay, pixels: NDArray[np.uint8], tmp_path: Path
) -> None:
    path = tmp_path / "a.tif"
    picture = pyvips.Image.new_from_array(pixels).copy(interpretation="srgb")
    picture.tiffsave(str(path), tile=True, pyramid=True, compression="deflate")
    script = """
from glview.bigimageviewer import LIImage
zooms = LIImage(image)
print(zooms.zooms, zooms.width_for_zoom(2))
viewer.load_image(image, zoom=2)
print(size())
show()
print(size(), viewer.viewport.scale)
"""
    assert told(display, path, script) == [
        "[5, 4, 3, 2, 1, 0] 375",
        "(375, 250)",
        "(375, 250) 0.125",
    ]


def test_on_a_fine_screen_a_picture_is_as_large_and_sharper(
    display: VirtualDisplay, image: Path
) -> None:
    script = """
viewer.load_image(image)
print(size())
show()
print(size(), viewer.viewport.scale, viewer.viewport.width)
"""
    lines = told(display, image, script, QT_SCALE_FACTOR="2")
    assert lines == ["(376, 250)", "(376, 250) 0.25 1024"]


def test_the_wheel_pans(display: VirtualDisplay, image: Path) -> None:
    script = """
viewer.load_image(image, zoom=12)
show()
before = viewer.viewport
event = QWheelEvent(QPointF(9, 9), viewer.mapToGlobal(QPointF(9, 9)), QPoint(), QPoint(0, 120),
    Qt.MouseButton.NoButton, Qt.KeyboardModifier.NoModifier, Qt.ScrollPhase.NoScrollPhase, False)
QApplication.sendEvent(viewer, event)
settled()
print(viewer.viewport.scale, viewer.viewport.centre_y - before.centre_y)
"""
    assert told(display, image, script) == ["1.0 -60.0"]


def test_what_cannot_be_shown_is_told_and_what_was_shown_stays(
    display: VirtualDisplay, image: Path, tmp_path: Path
) -> None:
    (tmp_path / "bad.dzi").write_text("no xml")
    script = f"""
viewer.loadFailed.connect(lambda fault: print(fault, flush=True))
print(viewer.load_image({str(tmp_path / "none.dzi")!r}), size())
viewer.wait_settled()
app.processEvents()
viewer.load_image(image)
show()
print(viewer.load_image({str(tmp_path / "bad.dzi")!r}), size())
viewer.wait_settled()
app.processEvents()
print(size())
"""
    lines = told(display, image, script)
    assert lines[0] == "False (None, None)"
    assert lines[1] == f"{tmp_path}/none.dzi: no such file"
    assert lines[2] == "False (376, 250)"
    assert lines[3].startswith(f"{tmp_path}/bad.dzi: not ")
    assert lines[4] == "(376, 250)"
