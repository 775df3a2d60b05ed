"""Keys by Qt's numbers and by the names of `Controls`, and commands whose key a program sets."""

import sys
from typing import Protocol, Self, overload

from PySide6.QtCore import QCoreApplication, Qt, QThread
from PySide6.QtGui import QKeyEvent

from glview.canvases.bindings import Command

_MODIFIERS = (
    (Qt.KeyboardModifier.ControlModifier, "Ctrl+"),
    (Qt.KeyboardModifier.AltModifier, "Alt+"),
    (Qt.KeyboardModifier.MetaModifier, "Meta+"),
)


def name_of(event: QKeyEvent) -> str:
    """What `Controls` calls a key that was struck: the character it types, or Qt's name of it.

    With Ctrl, Alt or Meta it is called by these and what is on the key: ``Ctrl+o``, ``Alt+Left``.
    """
    key, held = Qt.Key(event.key()), event.modifiers()
    modifiers = "".join(word for modifier, word in _MODIFIERS if held & modifier)
    if modifiers:
        return modifiers + (chr(key).lower() if key < Qt.Key.Key_Escape else _qt_name(key))
    text = event.text()
    return text if text and text.isprintable() else _qt_name(key)


def names_of(key: Qt.Key) -> tuple[str, ...]:
    """All that a key can be called when it is struck, with Shift or without."""
    if key >= Qt.Key.Key_Escape or not chr(key).isprintable():
        return (_qt_name(key),)
    cases = (chr(key).lower(), chr(key).upper())
    return tuple(dict.fromkeys(name for name in cases if len(name) == 1))


def key_called(name: str) -> Qt.Key:
    """The key of a name, `Qt.Key.Key_unknown` where Qt knows none."""
    if len(name) == 1:
        upper = name.upper()
        return Qt.Key(ord(upper if len(upper) == 1 else name))
    return Qt.Key.__members__.get(f"Key_{name}", Qt.Key.Key_unknown)


def code_of(event: QKeyEvent) -> int:
    """A key of the keyboard, whatever it types with Shift; Qt's number where none is told."""
    return event.nativeScanCode() or event.key()


class Repeats:
    """Tells which presses are the keyboard's, of a key that is held, from all presses and releases.

    Qt tells, too, but on X11 only where a repeat's release and press come to it together; apart
    they still bear one time.
    """

    def __init__(self) -> None:
        self._let_go: dict[int, int] = {}

    def press(self, event: QKeyEvent) -> bool:
        """Whether a press is a repeat."""
        let_go_ms = self._let_go.pop(code_of(event), 0)
        return event.isAutoRepeat() or 0 < let_go_ms == event.timestamp()

    def release(self, event: QKeyEvent) -> None:
        self._let_go[code_of(event)] = event.timestamp()


def _qt_name(key: Qt.Key) -> str:
    return key.name.removeprefix("Key_")


class Keyed(Protocol):
    """What has commands that keys ask for."""

    def keys_of(self, command: Command) -> tuple[str, ...]: ...

    def set_keys(self, command: Command, *keys: str) -> None: ...


class KeyProperty:
    """A property of a widget: the key that asks for a command, a `Qt.Key`; None: no key does.

    Of several keys it is the first; setting it takes the others away.
    """

    def __init__(self, command: Command) -> None:
        self._command = command

    @overload
    def __get__(self, widget: None, kind: type) -> Self: ...

    @overload
    def __get__(self, widget: Keyed, kind: type) -> Qt.Key | None: ...

    def __get__(self, widget: Keyed | None, kind: type) -> Self | Qt.Key | None:
        if widget is None:
            return self
        names = widget.keys_of(self._command)
        return key_called(names[0]) if names else None

    def __set__(self, widget: Keyed, key: Qt.Key | None) -> None:
        widget.set_keys(self._command, *(() if key is None else names_of(Qt.Key(key))))


def quit_program() -> bool:
    """End the program with status 0, as if its last window had been closed; true.

    What follows the event loop comes still. A program that runs none ends at once.
    """
    if QThread.currentThread().loopLevel() == 0:
        sys.exit(0)
    QCoreApplication.exit(0)
    return True
