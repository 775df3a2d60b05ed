"""glfw's events as what hands do: positions in device pixels, keys by their names.

glfw tells of a key twice: the key itself with what happens to it, and what it types, which follows
the keyboard's layout. A key that types is known by what it types.
"""

import time
from collections.abc import Callable
from typing import Any

import glfw

from glview.canvases.bindings import Command
from glview.canvases.input import Controls

KEY_NAMES = {
    glfw.KEY_LEFT: "Left",
    glfw.KEY_RIGHT: "Right",
    glfw.KEY_UP: "Up",
    glfw.KEY_DOWN: "Down",
    glfw.KEY_PAGE_UP: "PageUp",
    glfw.KEY_PAGE_DOWN: "PageDown",
    glfw.KEY_ESCAPE: "Escape",
    glfw.KEY_ENTER: "Enter",
    glfw.KEY_KP_ENTER: "Enter",
    glfw.KEY_BACKSPACE: "Backspace",
    glfw.KEY_F5: "F5",
    glfw.KEY_F6: "F6",
    glfw.KEY_F7: "F7",
    glfw.KEY_F8: "F8",
    glfw.KEY_F9: "F9",
    glfw.KEY_F11: "F11",
}
_DIGITS = {glfw.KEY_0 + digit: str(digit) for digit in range(10)}
"""With Ctrl or Alt a key types nothing."""
_DRAG_BUTTONS = frozenset({glfw.MOUSE_BUTTON_LEFT, glfw.MOUSE_BUTTON_MIDDLE})
_BUTTON_NAMES = {glfw.MOUSE_BUTTON_4: "Mouse4", glfw.MOUSE_BUTTON_5: "Mouse5"}
_MODIFIERS = (
    (glfw.MOD_CONTROL, "Ctrl+"),
    (glfw.MOD_ALT, "Alt+"),
    (glfw.MOD_SUPER, "Meta+"),
)


class Hands:
    """Events of a window in, calls on `Controls` out; on the window's thread.

    ``changed`` is called where something is to be drawn, ``pressed`` when a button goes down.
    """

    def __init__(
        self,
        window: Any,
        controls: Controls,
        *,
        changed: Callable[[], None],
        pressed: Callable[[], None],
        waited: Callable[[float], float],
    ) -> None:
        self._window = window
        self._controls = controls
        self._changed = changed
        self._pressed = pressed
        # How long what comes now may have lain behind a frame: glfw tells no times.
        self._waited = waited
        self._struck: int | None = None
        self._repeats = False
        glfw.set_mouse_button_callback(window, self._on_button)
        glfw.set_cursor_pos_callback(window, self._on_cursor)
        glfw.set_cursor_enter_callback(window, self._on_enter)
        glfw.set_scroll_callback(window, self._on_scroll)
        glfw.set_key_callback(window, self._on_key)
        glfw.set_char_callback(window, self._on_char)
        glfw.set_window_focus_callback(window, self._on_focus)

    def _on_button(self, _: Any, button: int, action: int, mods: int) -> None:
        down, now = action == glfw.PRESS, time.perf_counter()
        x, y = self._pointer()
        if down:
            self._pressed()
        if button == glfw.MOUSE_BUTTON_RIGHT:
            if down:
                self._controls.run(Command.HELP, now)
        elif name := _BUTTON_NAMES.get(button):
            if down:
                self._controls.key(name, now)
        elif button not in _DRAG_BUTTONS:
            return
        elif down and mods & glfw.MOD_CONTROL and self._controls.press_contrast(x, y):
            pass
        elif down:
            shift = bool(mods & glfw.MOD_SHIFT)
            self._controls.press(x, y, now, shift=shift, waited=self._waited(now))
        else:
            self._controls.move(x, y, now)
            self._controls.release(now)
        self._changed()

    def _on_cursor(self, _: Any, x: float, y: float) -> None:
        if self._controls.move(*self._device(x, y), time.perf_counter()):
            self._changed()

    def _on_enter(self, _: Any, entered: int) -> None:
        if not entered and self._controls.leave():
            self._changed()

    def _on_scroll(self, _: Any, __: float, notches: float) -> None:
        self._controls.wheel(notches, *self._pointer(), time.perf_counter())
        self._changed()

    def _on_focus(self, _: Any, focused: int) -> None:
        if not focused:
            self._controls.all_keys_up(time.perf_counter())
            self._changed()

    def _on_key(self, _: Any, key: int, scancode: int, action: int, mods: int) -> None:
        if action == glfw.RELEASE:
            now = time.perf_counter()
            if scancode == self._struck:
                self._struck = None
            if self._controls.key_up(scancode, now, waited=self._waited(now)):
                self._changed()
            return
        # What it types comes next.
        self._struck, self._repeats = scancode, action == glfw.REPEAT
        name = KEY_NAMES.get(key)
        if mods & (glfw.MOD_CONTROL | glfw.MOD_SUPER) and self._is_v(key, scancode):
            self._paste()
        if mods & (glfw.MOD_CONTROL | glfw.MOD_ALT):
            name = name or _DIGITS.get(key)
        if name is not None:
            modifiers = "".join(word for bit, word in _MODIFIERS if mods & bit)
            self._strike(modifiers + name)

    def _is_v(self, key: int, scancode: int) -> bool:
        """Whether it types a v in the layout of the keyboard."""
        return bool(glfw.get_key_name(key, scancode) == "v")

    def _paste(self) -> None:
        if self._controls.prompt is None:
            return
        # Where it holds no text there is none. The wrapper's types promise text, not bytes, and ask
        # for a window, which its code warns of.
        held: Any = glfw.get_clipboard_string(None)  # type: ignore[arg-type]  # of any window
        text = held.decode("utf-8", "replace") if isinstance(held, bytes) else held
        if text and self._controls.paste(text):
            self._changed()

    def _on_char(self, _: Any, codepoint: int) -> None:
        if self._struck is not None:
            self._strike(chr(codepoint))
        # What comes of no key, or late, will not be let go.
        elif self._controls.key(chr(codepoint), time.perf_counter()):
            self._changed()

    def _strike(self, name: str) -> None:
        now = time.perf_counter()
        if self._controls.key_down(name, now, code=self._struck, repeated=self._repeats):
            self._changed()

    def _pointer(self) -> tuple[float, float]:
        """Where the pointer was at the event being handled, in device pixels.

        glfw.get_cursor_pos tells where it is by now: behind a slow frame a press would take hold
        of the picture at another place than the hand did, and drags fall short.
        """
        return self._controls.pointer or self._device(*glfw.get_cursor_pos(self._window))

    def _device(self, x: float, y: float) -> tuple[float, float]:
        """Device pixels of a position in screen coordinates; the same but on HiDPI screens."""
        width, height = glfw.get_window_size(self._window)
        device_width, device_height = glfw.get_framebuffer_size(self._window)
        return x * device_width / max(width, 1), y * device_height / max(height, 1)
