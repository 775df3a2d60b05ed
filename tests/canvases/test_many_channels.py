"""Many channels with names in the window of ``glview --qt``: status bar, menu and panel."""

import re
from typing import Any

import numpy as np
import pytest
import tifffile

from tests.canvases.test_qt_window import play
from tests.display import VirtualDisplay

COUNT = 20
IMPORTED = """
from PySide6.QtCore import QPoint
from PySide6.QtWidgets import QLabel
from glview.canvases.qt_channels import ChannelsMenu
from glview.canvases.qt_contrast import ContrastPanel
"""
SCRIPT = """
hand.settle()
def place(calls=[0]):
    # Again now and then: the window may have come under the pointer only after it moved.
    if calls[0] % 50 == 0:
        hand.point(200 + calls[0] // 50 % 2, 150)
    calls[0] += 1
    return hand.status("place") if "CD0" in hand.status("place") else ""
told["place"] = hand.wait(place)
told["all"] = window.statusBar().findChild(QLabel, "place").toolTip()
channels = window.findChild(ChannelsMenu)
channels.aboutToShow.emit()
told["menu"] = [text.text().partition("\t")[0] for text in channels.actions() if text.isVisible()]
shown = lambda: list(widget.display.shown)
for action in channels.actions():
    if action.text() == "CD15":
        action.trigger()
        break
told["without one"] = shown()
channels.aboutToShow.emit()
told["checked"] = [action.isChecked() for action in channels.actions()[14:17]]
told["keys"], told["rows"] = [], []
panel = window.findChild(ContrastPanel)
for key in "oooO":
    QTest.keyClick(widget, key)
    told["keys"].append(len(shown()) == 1 and shown()[0])
    window.repaint()
    QTest.qWait(100)
    told["rows"].append(panel.channels.currentRow())
told["hidden"] = panel.isVisible()
QTest.keyClick(window, Qt.Key_C, Qt.ControlModifier | Qt.ShiftModifier)
QTest.qWait(200)
told["then"] = panel.isVisible()
hand.action("Contrast Panel").setChecked(True)
panel.parent().show()
QTest.qWait(200)
def twice(row, x):
    at = QPoint(x, panel.channels.visualItemRect(panel.channels.item(row)).center().y())
    QTest.mouseDClick(panel.channels.viewport(), Qt.LeftButton, Qt.NoModifier, at)
    QTest.qWait(QApplication.doubleClickInterval() + 50)
    return shown()
told["panel"] = [twice(2, 60), twice(1, 60), len(twice(1, 60)), len(twice(0, 8))]
hand.action("Copy View").trigger()
told["said"] = [hand.status("told")]
hand.action("1:1").trigger()
hand.settle()
QTest.qWait(100)
told["said"].append(hand.status("told"))
window._status._brief.setInterval(50)
hand.action("Copy View").trigger()
told["said"].append(hand.status("told"))
QTest.qWait(300)
told["said"].append(hand.status("told"))
"""


@pytest.fixture(scope="module")
def told(display: VirtualDisplay, tmp_path_factory: pytest.TempPathFactory) -> dict[str, Any]:
    """What a hand finds in one window, for all tests here."""
    folder = tmp_path_factory.mktemp("channels")
    image = folder / "codex.ome.tif"
    values = 40000 + 7 * np.arange(COUNT, dtype=np.uint16)
    tifffile.imwrite(
        image,
        np.broadcast_to(values[:, None, None], (COUNT, 200, 300)).copy(),
        photometric="minisblack",
        metadata={"axes": "CYX", "Channel": {"Name": [f"CD{number}" for number in range(COUNT)]}},
    )
    return play(display, folder, IMPORTED + SCRIPT, image)


def test_the_status_bar_shows_whole_samples_and_the_tooltip_all_of_them(
    told: dict[str, Any],
) -> None:
    named = [f"CD{number} {40000 + 7 * number}" for number in range(COUNT)]
    shown, rest = told["place"].removesuffix("  …").split("   ", 1)[1], told["all"]
    assert told["place"].endswith("  …")
    assert shown.split("  ") == named[: len(shown.split("  "))]
    assert re.findall(r"CD[0-9]+ [0-9]+", rest) == named


def test_the_menu_names_all_channels_and_switches_each(told: dict[str, Any]) -> None:
    names = [f"CD{number}" for number in range(COUNT)]
    assert told["menu"] == [*names, "", "Only One Channel, Then the Next", "All Channels"]
    assert told["without one"] == [number for number in range(COUNT) if number != 15]
    assert told["checked"] == [True, False, True]


def test_a_key_shows_one_channel_alone_and_then_the_next_and_another_all(
    told: dict[str, Any],
) -> None:
    assert told["keys"] == [0, 1, 2, False]


def test_the_handles_of_the_panel_are_of_the_channel_shown_alone(told: dict[str, Any]) -> None:
    assert told["rows"] == [0, 1, 2, 2]


def test_a_key_shows_the_panel(told: dict[str, Any]) -> None:
    assert (told["hidden"], told["then"]) == (False, True)


def test_a_double_click_in_the_panel_shows_a_channel_alone_and_again_all(
    told: dict[str, Any],
) -> None:
    assert told["panel"] == [[2], [1], COUNT, COUNT]


def test_what_was_done_is_told_until_something_else_is_or_some_seconds_are_over(
    told: dict[str, Any],
) -> None:
    assert told["said"] == ["Copied", "", "Copied", ""]
