"""The histogram of the contrast panel, and its boxes, in the window of ``glview --qt``."""

from typing import Any

import numpy as np
import pytest
import tifffile

from tests.canvases.test_qt_window import play
from tests.display import VirtualDisplay

SCRIPT = """
from PySide6.QtCore import QPoint
from glview.canvases.qt_contrast import ContrastPanel
hand.settle()
panel = window.findChild(ContrastPanel)
hand.action("Contrast Panel").trigger()
histogram = panel.histogram
hand.wait(lambda: panel.isVisible() and histogram.width() > 50 and histogram._values.size)
def share():
    return (histogram.x_of(200.0) - histogram.x_of(100.0)) / histogram.width()
def painted():
    picture = histogram.grab().toImage()
    places = ((x, y) for x in range(picture.width()) for y in range(picture.height()))
    return sum(picture.pixelColor(x, y).lightness() > 60 for x, y in places)
told["shares"] = []
for row in (0, 1, 0):
    panel.channels.setCurrentRow(row)
    told["shares"].append(share())
panel.channels.item(1).setCheckState(Qt.CheckState.Unchecked)
told["boxes"] = [panel.logarithmic.isChecked(), panel.checker.isChecked()]
told["painted"] = [painted()]
panel.logarithmic.click()
told["painted"].append(painted())
told["checker"] = []
def checker():
    hand.settle()
    QTest.qWait(50)
    told["checker"].append([panel.checker.isChecked(), widget.display.checker is not None])
panel.checker.click()
checker()
QTest.keyClick(widget, "t")
checker()
panel.checker.click()
checker()
highs = []
for button in (panel.auto, panel.faint, panel.auto):
    button.click()
    highs.append(widget.display.windows[0].high)
told["highs"] = highs
def apart():
    low, high = panel.low.value(), panel.high.value()
    return (histogram.x_of(high) - histogram.x_of(low)) / histogram.width()
panel.channels.setCurrentRow(1)
panel.high.setValue(panel.low.value() + 80)
told["apart"] = [apart()]
def double_click():
    QTest.mouseDClick(histogram, Qt.LeftButton, Qt.NoModifier, histogram.rect().center())
    told["apart"].append(apart())
    told["whole"].append(panel.whole.isChecked())
told["cursors"] = []
for value in panel.low.value(), panel.low.value() + 40, panel.high.value():
    QTest.mouseMove(histogram, QPoint(round(histogram.x_of(value)), 20))
    QTest.qWait(20)
    told["cursors"].append(histogram.cursor().shape().name)
told["whole"] = [panel.whole.isChecked()]
double_click()
double_click()
window.resize(600, 200)
QTest.qWait(20)
told["height"] = histogram.height()
"""


@pytest.fixture(scope="module")
def told(display: VirtualDisplay, tmp_path_factory: pytest.TempPathFactory) -> dict[str, Any]:
    """What a hand finds in one window, for all tests here."""
    folder = tmp_path_factory.mktemp("histogram")
    image = folder / "two.ome.tif"
    steps = np.arange(80 * 100).reshape(80, 100)
    dim = np.where(steps % 17, 148 + steps % 5, 100 + steps % 101)
    pixels = np.stack([dim, steps]).astype(np.uint16)
    tifffile.imwrite(image, pixels, photometric="minisblack", metadata={"axes": "CYX"})
    return play(display, folder, SCRIPT, image)


def test_it_is_spread_for_the_values_of_the_chosen_channel(told: dict[str, Any]) -> None:
    """A hundred values are all of it, and nothing beside the 8,000 of the other channel."""
    dim, bright, again = told["shares"]
    assert dim > 0.8
    assert bright < 0.02
    assert again == dim


def test_its_counts_are_logarithmic_at_first(told: dict[str, Any]) -> None:
    """Of a hundred values five are nearly all of the picture."""
    assert told["boxes"] == [True, False]
    assert told["painted"][0] > 3 * told["painted"][1]


def test_it_is_near_the_window_and_over_all_values_after_a_double_click(
    told: dict[str, Any],
) -> None:
    """A window of 80 among 8,000 values."""
    near, whole, again = told["apart"]
    # More tiles may have come meanwhile, and so other values.
    assert near == pytest.approx(again, rel=0.1)
    assert min(near, again) > 0.18
    assert whole < 0.02
    assert told["whole"] == [False, True, False]


def test_the_pointer_tells_what_it_would_take_hold_of(told: dict[str, Any]) -> None:
    assert told["cursors"] == ["SplitHCursor", "SizeAllCursor", "SplitHCursor"]


def test_a_box_is_the_key_of_the_checkerboard(told: dict[str, Any]) -> None:
    assert told["checker"] == [[True, True], [False, False], [True, True]]


def test_a_button_is_for_what_is_faint(told: dict[str, Any]) -> None:
    """Most of the first channel is of five values."""
    usual, faint, again = told["highs"]
    assert faint < usual == again


def test_it_is_high_enough_to_be_read_in_the_smallest_window(told: dict[str, Any]) -> None:
    assert told["height"] >= 90
