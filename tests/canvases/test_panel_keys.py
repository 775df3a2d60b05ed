"""Keys of the picture while the contrast panel has the focus, its mnemonics, and a closed image."""

from pathlib import Path
from typing import Any

import pytest

from tests.canvases.test_contrast_panel import OPEN
from tests.canvases.test_qt_window import play
from tests.display import VirtualDisplay

SCRIPT = (
    OPEN
    + r"""
from PySide6.QtWidgets import QAbstractButton, QLabel, QMenu
from glview.hud.items import HudItem
window.activateWindow()
hand.wait(window.isActiveWindow)
show_panel()
first = shown()
def click(row):
    panel.channels.scrollToItem(panel.channels.item(row))
    at = panel.channels.visualItemRect(panel.channels.item(row)).center()
    QTest.mouseClick(panel.channels.viewport(), Qt.LeftButton, Qt.NoModifier, at)
def soon(true):
    for _ in range(100):
        if true():
            return True
        QTest.qWait(10)
    return False
def strike(*keys):
    for key in keys:
        QTest.keyClick(window.focusWidget(), key)

click(2)
told["clicked"] = window.focusWidget() is panel.channels
strike("l", "b")
told["curve"] = [widget.display.transfer.value, widget.display.gamma]
told["bar"] = HudItem.SCALE_BAR in widget.hud
strike("h")
told["help"] = widget.help_shown
before = widget.viewport.centre_y
strike(Qt.Key_Down)
told["row"] = panel.channels.currentRow()
told["moved"] = widget.viewport.centre_y - before
told["stayed"] = window.focusWidget() is panel.channels

told["passed on"] = []
for control in (panel.curves, panel.maps, panel.logarithmic, panel.whole, panel.checker,
                panel.auto, panel.faint, panel.reset, panel.color, panel.low):
    control.setFocus()
    before = HudItem.SCALE_BAR in widget.hud
    strike("b")
    told["passed on"].append((HudItem.SCALE_BAR in widget.hud) != before)

click(1)
before = widget.viewport.scale
QTest.keyPress(panel.channels, "+")
panel.low.setFocus()
soon(lambda: widget.stats().settled)
told["grew"] = widget.viewport.scale > before
before = widget.viewport.scale
QTest.qWait(300)
told["went on"] = widget.viewport.scale > before
QTest.keyRelease(widget, "+")

click(1)
panel.channels.setFocus()
strike("g")
told["asked"] = window.focusWidget() is widget
strike(Qt.Key_Escape)

alone = told["alone"] = []
click(2)
strike("o")
alone.append(widget.display.shown)
strike("o")
alone.append(widget.display.shown)
told["followed"] = soon(lambda: panel.channels.currentRow() == 3)
strike("O")
alone.append(widget.display.shown)
click(1)
strike("o")
alone.append(widget.display.shown)
told["selected"] = widget.selected_channel
widget.selected_channel = 4
told["set"] = soon(lambda: panel.channels.currentRow() == 4)

def letters(texts):
    marked = [text.replace("&&", "").partition("&")[2][:1].lower() for text in texts]
    return "".join(sorted(filter(None, marked)))
window._recent.aboutToShow.emit()
bar = [action.text() for action in window.menuBar().actions()]
for kind in (QAbstractButton, QLabel):
    bar += [control.text() for control in window.findChildren(kind)]
told["letters"] = [letters(bar)] + [
    letters([action.text().partition("\t")[0] for action in menu.actions()])
    for menu in window.menuBar().findChildren(QMenu)
]

def state():
    return [panel.channels.count(), panel.low.text(), panel.high.text(), panel.histogram.is_empty,
            panel.curves.currentText(), panel.isEnabled()]
soon(lambda: not panel.histogram.is_empty)
widget.close_image()
soon(lambda: not panel.isEnabled())
told["closed"] = state()
widget.load_image(window._path)
soon(panel.isEnabled)
hand.settle()
soon(lambda: not panel.histogram.is_empty)
told["first"] = ["%.0f" % end for end in first[0]]
soon(lambda: state()[1:3] == told["first"])
told["again"] = state()
"""
)


@pytest.fixture(scope="module")
def told(
    display: VirtualDisplay, channels: Path, tmp_path_factory: pytest.TempPathFactory
) -> dict[str, Any]:
    """What came of all that a hand does in one window."""
    return play(display, tmp_path_factory.mktemp("home"), SCRIPT, channels)


def test_after_a_click_on_a_channel_single_keys_are_the_pictures(told: dict[str, Any]) -> None:
    assert told["clicked"]
    assert (told["curve"], told["bar"], told["help"]) == (["linear", 2.2], True, True)


def test_arrows_stay_the_lists(told: dict[str, Any]) -> None:
    assert (told["row"], told["moved"], told["stayed"]) == (3, 0.0, True)


def test_only_fields_of_numbers_keep_single_keys(told: dict[str, Any]) -> None:
    assert told["passed on"] == [True] * 9 + [False]


def test_a_key_that_is_held_ends_with_the_focus(told: dict[str, Any]) -> None:
    assert (told["grew"], told["went on"]) == (True, False)


def test_what_is_asked_for_is_typed_to_the_picture(told: dict[str, Any]) -> None:
    assert told["asked"]


def test_keys_and_the_panel_mean_the_same_channel(told: dict[str, Any]) -> None:
    assert told["alone"] == [[2], [3], [0, 1, 2, 3, 4], [1]]
    assert (told["followed"], told["selected"], told["set"]) == (True, 1, True)


def test_no_letter_is_underlined_twice(told: dict[str, Any]) -> None:
    assert set("fvhair") <= set(told["letters"][0])
    assert [text for text in told["letters"] if len(set(text)) < len(text)] == []


def test_of_a_closed_image_the_panel_tells_nothing(told: dict[str, Any]) -> None:
    assert told["closed"] == [0, "", "", True, "", False]
    assert told["again"] == [5, *told["first"], False, "linear", True]
