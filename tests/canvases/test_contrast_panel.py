"""The panel of contrast in the window of ``glview --qt``, by hand, and what is kept."""

from pathlib import Path
from typing import Any

import numpy as np
import pytest
import tifffile

from tests.canvases.test_qt_window import play
from tests.display import VirtualDisplay
from tests.images import detailed

OPEN = """
from PySide6.QtCore import QPoint
from PySide6.QtGui import QColor
from glview.canvases.qt_contrast import ContrastPanel
hand.settle()
panel = window.findChild(ContrastPanel)
shown = lambda: [[w.low, w.high] for w in widget.display.windows]
def show_panel():
    hand.action("Contrast Panel").trigger()
    hand.wait(lambda: panel.isVisible() and panel.histogram.width() > 50)
    QTest.qWait(50)
"""


def told(display: VirtualDisplay, folder: Path, script: str, image: Path) -> dict[str, Any]:
    return play(display, folder, OPEN + script, image)


def test_it_is_in_the_menu_and_shows_the_window(
    display: VirtualDisplay, tmp_path: Path, deep: Path
) -> None:
    script = """
told["hidden"] = panel.isVisible()
show_panel()
told["ends"] = [panel.low.value(), panel.high.value()]
told["channels"] = [panel.channels.item(row).text() for row in range(panel.channels.count())]
told["values"] = widget.visible_values().shape[0]
"""
    assert told(display, tmp_path, script, deep) == {
        "hidden": False,
        "ends": [1000.0, 4936.0],
        "channels": ["channel 1"],
        "values": 1,
    }


def test_it_leaves_room_for_the_picture_in_a_small_window(
    display: VirtualDisplay, tmp_path: Path, deep: Path
) -> None:
    script = """
show_panel()
told["wide"] = hand.wait(lambda: widget.width() >= 200)
hand.action("Contrast Panel").trigger()
told["least"] = hand.wait(lambda: widget.minimumWidth() == 0)
"""
    assert told(display, tmp_path, script, deep) == {"wide": True, "least": True}


def test_handles_are_dragged_and_ends_are_typed(
    display: VirtualDisplay, tmp_path: Path, deep: Path
) -> None:
    script = """
show_panel()
histogram = panel.histogram
def drag(value, other):
    start, end = (QPoint(round(histogram.x_of(at)), 20) for at in (value, other))
    QTest.mousePress(histogram, Qt.LeftButton, Qt.NoModifier, start)
    QTest.mouseMove(histogram, end)
    QTest.mouseRelease(histogram, Qt.LeftButton, Qt.NoModifier, end)
drag(4936.0, 3000.0)
told["high"] = shown()
drag(1000.0, 2000.0)
told["low"] = shown()
drag(2500.0, 2600.0)
told["both"] = shown()
panel.high.setValue(4000)
panel.low.setValue(1500)
told["typed"] = shown()
panel.low.setValue(9000)
told["refused"] = shown(), panel.low.value()
"""
    said = told(display, tmp_path, script, deep)
    near = 60.0  # a logical pixel is some 20 sample values
    assert said["high"][0] == [1000.0, pytest.approx(3000.0, abs=near)]
    assert said["low"][0][0] == pytest.approx(2000.0, abs=near)
    width = said["low"][0][1] - said["low"][0][0]
    assert said["both"][0][0] == pytest.approx(2100.0, abs=2 * near)
    assert said["both"][0][1] - said["both"][0][0] == pytest.approx(width)
    assert said["typed"] == [[1500.0, 4000.0]]
    assert said["refused"] == [[[1500.0, 4000.0]], 1500.0]


def test_windows_of_any_size_are_written_and_typed(
    display: VirtualDisplay, tmp_path: Path, deep: Path
) -> None:
    script = """
from dataclasses import replace
import numpy as np
from glview.display import Window
widget.load_image(np.zeros((8, 8), np.float32))
hand.settle()
show_panel()
def at(low, high):
    widget.display = replace(widget.display, windows=(Window(low, high),))
    hand.wait(lambda: [panel.low.value(), panel.high.value()] == [low, high])
    return [panel.low.text(), panel.high.text()]
def typed(field, text):
    field.setFocus()
    field.selectAll()
    QTest.keyClicks(field, text)
    QTest.keyClick(field, Qt.Key_Return)
    return shown()
told["small"] = at(1e-17, 3e-17)
told["typed small"] = typed(panel.high, "2.5e-17")
told["large"] = at(0.0, 5e15)
told["typed large"] = typed(panel.low, "1e12")
told["near"] = at(2459000.512345678, 2459001.5)
told["not typed"] = typed(panel.low, panel.low.text())
told["other end"] = typed(panel.high, "2459001.25")
"""
    assert told(display, tmp_path, script, deep) == {
        "small": ["1e-17", "3e-17"],
        "typed small": [[1e-17, 2.5e-17]],
        "large": ["0", "5e+15"],
        "typed large": [[1e12, 5e15]],
        "near": ["2459000.5123", "2459001.5"],
        "not typed": [[2459000.512345678, 2459001.5]],
        "other end": [[2459000.512345678, 2459001.25]],
    }


def test_a_field_takes_numbers_only_and_enter_gives_the_keys_back_to_the_picture(
    display: VirtualDisplay, tmp_path: Path, deep: Path
) -> None:
    script = """
show_panel()
window.activateWindow()
hand.wait(window.isActiveWindow)
panel.low.setFocus()
panel.low.selectAll()
QTest.keyClicks(panel.low, "b1n,x2e3 ")
told["typed"] = panel.low.text()
QTest.keyClick(panel.low, Qt.Key.Key_Return)
told["low"] = shown()[0][0]
told["focus"] = window.focusWidget() is widget
"""
    got = told(display, tmp_path, script, deep)
    assert got["typed"].strip() == "1,2e3"
    assert (got["low"], got["focus"]) == (1200.0, True)


def test_channels_curves_and_maps_are_chosen(
    display: VirtualDisplay, tmp_path: Path, channels: Path
) -> None:
    script = """
show_panel()
first = shown()
told["map"] = panel.maps.isEnabled()
for row in (0, 2, 3, 4):
    panel.channels.item(row).setCheckState(Qt.CheckState.Unchecked)
told["shown"] = widget.display.shown
hand.wait(panel.maps.isEnabled)
panel.maps.setCurrentIndex(2); panel.maps.activated.emit(2)
panel.curves.setCurrentIndex(3); panel.curves.activated.emit(3)
panel.channels.setCurrentRow(1)
panel.low.setValue(300)
panel.set_color(1, QColor(255, 128, 0))
told["display"] = [widget.display.colormap.value, widget.display.transfer.value]
told["window"] = shown()[1][0]
told["others"] = shown()[2:] == first[2:]
told["color"] = widget.display.colors[1]
panel.reset.click()
told["reset"] = shown() == first and widget.display.shown == (0, 1, 2)
"""
    said = told(display, tmp_path, script, channels)
    color = said.pop("color")
    assert color == pytest.approx([1.0, 0.502, 0.0], abs=1e-3)
    assert said == {
        "map": False,
        "shown": [1],
        "display": ["magma", "asinh"],
        "window": 300.0,
        "others": True,
        "reset": True,
    }


def test_red_green_and_blue_have_one_window_and_what_is_beside_them_another(
    display: VirtualDisplay, tmp_path: Path
) -> None:
    image = np.dstack([detailed(300, 200), detailed(300, 200)[..., :1]])
    path = tmp_path / "infrared.tif"
    tifffile.imwrite(path, image, photometric="rgb", extrasamples=["unspecified"])
    script = """
show_panel()
told["channels"] = [panel.channels.item(row).text() for row in range(panel.channels.count())]
told["on"] = widget.display.shown
panel.channels.setCurrentRow(1)
told["color"] = panel.color.isEnabled()
panel.high.setValue(200)
panel.channels.setCurrentRow(3)
told["other color"] = panel.color.isEnabled()
panel.low.setValue(50)
told["windows"] = shown()
"""
    assert told(display, tmp_path, script, path) == {
        "channels": ["Red", "Green", "Blue", "channel 4"],
        "on": [0, 1, 2],
        "color": False,
        "other color": True,
        "windows": [[0, 200]] * 3 + [[50, 255]],
    }


def test_a_channel_that_is_off_from_the_start_has_a_box_to_switch_it_on(
    display: VirtualDisplay, tmp_path: Path, channels: Path
) -> None:
    script = """
show_panel()
items = [panel.channels.item(row) for row in range(panel.channels.count())]
told["boxes"] = [item.data(Qt.ItemDataRole.CheckStateRole) is not None for item in items]
told["shown"] = widget.display.shown
"""
    said = told(display, tmp_path, script, channels)
    assert said == {"boxes": [True] * 5, "shown": [0, 1, 2]}


def test_auto_is_for_what_is_in_sight(display: VirtualDisplay, tmp_path: Path, deep: Path) -> None:
    script = """
show_panel()
widget.display = replace(widget.display, windows=(Window(5, 6),))
panel.auto.click()
told["auto"] = shown()
"""
    script = "from dataclasses import replace\nfrom glview import Window\n" + script
    ((low, high),) = told(display, tmp_path, script, deep)["auto"]
    assert 1000.0 <= low < 1200.0
    assert 4400.0 < high <= 5080.0  # of the level in sight, whose texels are means


def test_an_image_is_shown_as_it_was_left(
    display: VirtualDisplay, tmp_path: Path, deep: Path
) -> None:
    change = """
from dataclasses import replace
from glview import Transfer, Window
widget.display = replace(widget.display, windows=(Window(1200, 3000),), transfer=Transfer.LOG)
hand.settle()
hand.wait(lambda: "deep" in window._displays.text())
"""
    told(display, tmp_path, change, deep)
    look = "told['shown'] = shown(), widget.display.transfer.value\nwidget.reset_display()\n"
    look += "hand.settle()\nhand.wait(lambda: 'deep' not in window._displays.text())\n"
    assert told(display, tmp_path, look, deep)["shown"] == [[[1200.0, 3000.0]], "log"]
    look = "told['shown'] = shown(), widget.display.transfer.value"
    assert told(display, tmp_path, look, deep)["shown"] == [[[1000.0, 4936.0]], "linear"]


FROM = "from dataclasses import replace\n"
FRAMES = """
from glview.gl.renderer import Renderer
from glview import Transfer, Window
frames, loaded, draw = [], [], Renderer.draw
def seen(renderer, frame, target):
    shown = frame.display
    frames.append([len(shown.windows), shown.windows[0].low, shown.transfer.value])
    draw(renderer, frame, target)
Renderer.draw = seen
widget.imageLoaded.connect(lambda _: loaded.append(True))
def as_left(low):
    widget.display = replace(widget.display, windows=(Window(low, 3000),), transfer=Transfer.LOG)
    hand.settle()
    frames.clear()
    loaded.clear()
def of_bands(bands):
    return sorted({tuple(frame) for frame in frames if frame[0] == bands})
"""


def test_from_the_first_picture_on_an_image_is_as_it_was_left(
    display: VirtualDisplay, tmp_path: Path, deep: Path, second_image: Path
) -> None:
    script = """
hand.wait(lambda: " 1 of 2 " in window.windowTitle())
as_left(1200)
hand.action("Next Image").trigger()
hand.wait(lambda: window.windowTitle().startswith("second.png - 2") and widget.stats().settled)
hand.action("Previous Image").trigger()
hand.wait(lambda: window.windowTitle().startswith("deep.tif - 1") and widget.stats().settled)
told["seen"] = of_bands(1), of_bands(3)
"""
    said = play(display, tmp_path, OPEN + FROM + FRAMES + script, deep, second_image)
    assert said == {"seen": [[[1, 1200.0, "log"]], [[3, 0, "linear"]]]}


def test_what_is_set_just_before_a_step_or_the_end_is_kept(
    display: VirtualDisplay, tmp_path: Path, deep: Path, second_image: Path
) -> None:
    """Before any picture shows it."""
    step = """
hand.wait(lambda: " 1 of 2 " in window.windowTitle())
widget.setUpdatesEnabled(False)
widget.display = replace(widget.display, gamma=3.0)
hand.action("Next Image").trigger()
hand.wait(lambda: window.windowTitle().startswith("second.png - 2"))
widget.setUpdatesEnabled(True)
hand.wait(lambda: widget.stats().settled)
hand.action("Previous Image").trigger()
hand.wait(lambda: window.windowTitle().startswith("deep.tif - 1") and widget.stats().settled)
told["stepped"] = widget.display.gamma
widget.display = replace(widget.display, gamma=4.0)
"""
    end = """
told["again"] = widget.display.gamma
"""
    said = play(display, tmp_path, OPEN + FROM + step, deep, second_image)
    said |= play(display, tmp_path, OPEN + FROM + end, deep)
    assert said == {"stepped": 3.0, "again": 4.0}


def test_a_file_that_is_loaded_anew_and_another_plane_are_as_it_was_left(
    display: VirtualDisplay, tmp_path: Path
) -> None:
    path = tmp_path / "stack.tif"
    stack = detailed(200, 150, 3).astype(np.uint16).transpose(2, 0, 1) * 16 + 1000
    tifffile.imwrite(path, stack, imagej=True, metadata={"axes": "ZYX"})
    script = """
as_left(1200)
widget.plane = (1,)
hand.wait(lambda: widget.plane == (1,))
hand.settle()
told["plane"] = of_bands(1)
as_left(1300)
hand.action("Reload").trigger()
hand.wait(lambda: loaded)
hand.settle()
told["reloaded"] = of_bands(1)
"""
    assert told(display, tmp_path, FROM + FRAMES + script, path) == {
        "plane": [[1, 1200.0, "log"]],
        "reloaded": [[1, 1300.0, "log"]],
    }


def test_a_file_of_other_channels_meanwhile_is_shown_as_it_comes(
    display: VirtualDisplay, tmp_path: Path, deep: Path, channels: Path
) -> None:
    path = tmp_path / "same.tif"
    path.write_bytes(deep.read_bytes())
    script = "as_left(1200)\nhand.wait(lambda: 'same' in window._displays.text())\n"
    told(display, tmp_path, FROM + FRAMES + script, path)
    path.write_bytes(channels.read_bytes())
    look = "told['shown'] = len(widget.display.windows), widget.display.transfer.value"
    assert told(display, tmp_path, look, path) == {"shown": [5, "linear"]}


def test_the_next_image_of_the_same_size_is_in_its_own_windows_and_not_kept(
    display: VirtualDisplay, tmp_path: Path
) -> None:
    paths = [tmp_path / "dim.tif", tmp_path / "light.tif"]
    dim = np.tile(np.arange(1000, 1200, dtype=np.uint16), (150, 1))
    for path, pixels in zip(paths, (dim, dim * 50), strict=True):
        tifffile.imwrite(path, pixels)
    script = """
hand.wait(lambda: " 1 of 2 " in window.windowTitle())
hand.action("Next Image").trigger()
hand.wait(lambda: window.windowTitle().startswith("light.tif - 2") and widget.stats().settled)
told["shown"] = shown()
window._remember()
told["kept"] = window._displays.text()
"""
    said = play(display, tmp_path, OPEN + script, *paths)
    assert said == {"shown": [[50_000.0, 59_950.0]], "kept": "{}"}


def test_a_display_that_is_kept_comes_at_the_plane_that_it_was_left_at(
    display: VirtualDisplay, tmp_path: Path
) -> None:
    path = tmp_path / "stack.tif"
    stack = detailed(200, 150, 3).astype(np.uint16).transpose(2, 0, 1) * 16 + 1000
    tifffile.imwrite(path, stack, imagej=True, metadata={"axes": "ZYX"})
    leave = """
widget.plane = (2,)
hand.wait(lambda: widget.plane == (2,))
hand.settle()
as_left(1200)
"""
    look = "told['again'] = widget.plane, shown()"
    told(display, tmp_path, FROM + FRAMES + leave, path)
    assert told(display, tmp_path, look, path) == {"again": [[2], [[1200.0, 3000.0]]]}
    # A shorter one meanwhile is shown all the same.
    tifffile.imwrite(path, stack[:2], imagej=True, metadata={"axes": "ZYX"})
    assert told(display, tmp_path, look, path) == {"again": [[0], [[1200.0, 3000.0]]]}
