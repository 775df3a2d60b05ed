"""Keys by Qt's numbers and by the names they have here."""

import pytest
from PySide6.QtCore import QEvent, Qt
from PySide6.QtGui import QKeyEvent

from glview.canvases.qt_keys import Repeats, key_called, name_of, names_of


@pytest.mark.parametrize(
    ("key", "names"),
    [
        (Qt.Key.Key_Plus, ("+",)),
        (Qt.Key.Key_Q, ("q", "Q")),
        (Qt.Key.Key_7, ("7",)),
        (Qt.Key.Key_Space, (" ",)),
        (Qt.Key.Key_ssharp, ("ß",)),
        (Qt.Key.Key_Escape, ("Escape",)),
        (Qt.Key.Key_PageUp, ("PageUp",)),
        (Qt.Key.Key_F5, ("F5",)),
    ],
)
def test_a_key_has_names_and_each_leads_back(key: Qt.Key, names: tuple[str, ...]) -> None:
    assert names_of(key) == names
    assert {key_called(name) for name in names} == {key}


def test_a_name_that_qt_does_not_know() -> None:
    assert key_called("F5000") == Qt.Key.Key_unknown


@pytest.mark.parametrize(
    ("key", "text", "name"),
    [
        (Qt.Key.Key_Plus, "+", "+"),
        (Qt.Key.Key_Q, "Q", "Q"),
        (Qt.Key.Key_Left, "", "Left"),
        (Qt.Key.Key_Escape, "\x1b", "Escape"),
        (Qt.Key.Key_Return, "\r", "Return"),
        (0x0444, "ф", "ф"),
    ],
)
def test_a_key_that_is_struck_is_named_by_what_it_types(key: int, text: str, name: str) -> None:
    event = QKeyEvent(QEvent.Type.KeyPress, key, Qt.KeyboardModifier.NoModifier, text)
    assert name_of(event) == name


@pytest.mark.parametrize(
    ("key", "text", "modifiers", "name"),
    [
        (Qt.Key.Key_Left, "", Qt.KeyboardModifier.AltModifier, "Alt+Left"),
        (Qt.Key.Key_O, "\x0f", Qt.KeyboardModifier.ControlModifier, "Ctrl+o"),
        (Qt.Key.Key_R, "r", Qt.KeyboardModifier.AltModifier, "Alt+r"),
        (Qt.Key.Key_F5, "", Qt.KeyboardModifier.ShiftModifier, "F5"),
        (
            Qt.Key.Key_PageUp,
            "",
            Qt.KeyboardModifier.AltModifier | Qt.KeyboardModifier.ControlModifier,
            "Ctrl+Alt+PageUp",
        ),
    ],
)
def test_a_key_with_modifiers_is_named_by_these_and_itself(
    key: Qt.Key, text: str, modifiers: Qt.KeyboardModifier, name: str
) -> None:
    assert name_of(QKeyEvent(QEvent.Type.KeyPress, key, modifiers, text)) == name


def test_what_a_held_key_repeats_is_known_by_its_flag_or_its_time() -> None:
    repeats = Repeats()

    def event(kind: QEvent.Type, time_ms: int, *, flagged: bool = False) -> QKeyEvent:
        made = QKeyEvent(kind, Qt.Key.Key_G, Qt.KeyboardModifier.NoModifier, "g", flagged)
        made.setTimestamp(time_ms)
        return made

    def press(time_ms: int, *, flagged: bool = False) -> bool:
        return repeats.press(event(QEvent.Type.KeyPress, time_ms, flagged=flagged))

    def release(time_ms: int) -> None:
        repeats.release(event(QEvent.Type.KeyRelease, time_ms))

    assert not press(100)
    release(760)
    assert press(760)
    assert press(800, flagged=True)
    release(840)
    assert not press(900)
    # A program that makes events up tells no times.
    release(0)
    assert not press(0)
