"""A mouse and a keyboard through XTEST, which does not wait for the server: it is measured."""

from Xlib import XK, X
from Xlib.display import Display
from Xlib.ext import xtest

from benchmarks.peers.adapter import Click, Key

_HELD = {"ctrl": "Control_L", "shift": "Shift_L", "alt": "Alt_L"}


class Hand:
    """On a connection of its own."""

    def __init__(self, connection: Display) -> None:
        self._connection = connection

    def move(self, x: float, y: float) -> None:
        """To a place of the screen."""
        self._input(X.MotionNotify, x=round(x), y=round(y))
        self._connection.flush()

    def press(self, button: int) -> None:
        self._input(X.ButtonPress, button)
        self._connection.flush()

    def release(self, button: int) -> None:
        self._input(X.ButtonRelease, button)
        self._connection.flush()

    def strike(self, stroke: Key | Click) -> None:
        """A key or a button, down and up."""
        if isinstance(stroke, Click):
            self.press(stroke.button)
            self.release(stroke.button)
        else:
            self._key(stroke.name)

    def _key(self, name: str) -> None:
        *words, last = name.split("+")
        held = [_HELD[word] for word in words]
        codes = list(self._connection.keysym_to_keycodes(XK.string_to_keysym(last)))
        if not codes:
            raise ValueError(f"the keyboard has no key {name!r}")
        code, column = min(codes, key=lambda pair: pair[1])
        if column == 1 and "Shift_L" not in held:
            held.append("Shift_L")
        keys = [self._connection.keysym_to_keycode(XK.string_to_keysym(key)) for key in held]
        for key in (*keys, code):
            self._input(X.KeyPress, key)
        for key in reversed((*keys, code)):
            self._input(X.KeyRelease, key)
        self._connection.flush()

    def _input(self, kind: int, detail: int = 0, *, x: int = 0, y: int = 0) -> None:
        xtest.fake_input(self._connection, kind, detail, x=x, y=y)
