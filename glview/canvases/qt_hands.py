"""Qt's events as what hands do: positions in device pixels, keys as the characters they type.

Each method takes an event and says whether it means anything here; the widget accepts it and asks
for a picture, or leaves it to others.
"""

import math
import time
from collections.abc import Callable

from PySide6.QtCore import QEvent, QPointF, Qt
from PySide6.QtGui import (
    QEventPoint,
    QGuiApplication,
    QInputDevice,
    QKeyEvent,
    QKeySequence,
    QMouseEvent,
    QNativeGestureEvent,
    QSinglePointEvent,
    QTouchEvent,
    QWheelEvent,
)

from glview.canvases.input import Controls
from glview.canvases.qt_keys import Repeats, code_of, name_of
from glview.canvases.qt_wheel import WheelMode, Zoom, meaning
from glview.viewport import Point

CLICK_PX = 4.0
"""A press that moves less is a click, in logical pixels."""
_DRAG_BUTTONS = (Qt.MouseButton.LeftButton, Qt.MouseButton.MiddleButton)
_PASTE = QKeySequence.StandardKey.Paste
_SIDE_BUTTONS = {Qt.MouseButton.BackButton: "Mouse4", Qt.MouseButton.ForwardButton: "Mouse5"}


class Hands:
    """Events in, calls on `Controls` out; for the GUI thread.

    ``clicked`` is called with the place in device pixels and the button, when that is released
    where it was pressed; ``touched`` when one goes down, and for fingers.
    """

    def __init__(
        self,
        controls: Controls,
        *,
        clicked: Callable[[Point, Qt.MouseButton], None],
        touched: Callable[[], None],
    ) -> None:
        self._controls = controls
        self._clicked = clicked
        self._touched = touched
        self._pressed: dict[Qt.MouseButton, Point] = {}
        self._struck: dict[int, tuple[float, int]] = {}
        self._repeats = Repeats()
        self.wheel_mode = WheelMode.AUTO
        self.pixel_ratio = 1.0
        """Device pixels per logical pixel; to be kept true by the widget."""
        self.off_grid = QPointF()
        """What `qt_pixels.off_grid` says of the widget; likewise."""

    def answers(self, event: QKeyEvent) -> bool:
        """Whether a key is of the answer to a question on the picture, or pastes it."""
        asked = self._controls.prompt is not None
        return asked and (self._controls.answers(name_of(event)) or event.matches(_PASTE))

    def press(self, event: QMouseEvent, *, double: bool = False) -> bool:
        """A button goes down; ``double``: for the second time, by when the hand struck."""
        if not double:
            self._touched()
        place, button = self._place(event), event.button()
        self._pressed[button] = place
        if side := _SIDE_BUTTONS.get(button):
            return self._controls.key(side, time.perf_counter())
        if button not in _DRAG_BUTTONS:
            return False
        held = event.modifiers()
        ctrl = bool(held & Qt.KeyboardModifier.ControlModifier)
        if ctrl and self._controls.press_contrast(*place):
            return True
        shift = bool(held & Qt.KeyboardModifier.ShiftModifier)
        # One that Qt does not call double may be: the first press may have gone to the window.
        judged = True if double else None
        if self._controls.press(*place, time.perf_counter(), shift=shift, double=judged):
            del self._pressed[button]  # a double click has clicked once
        elif self._controls.gripped:
            del self._pressed[button]  # what stands on the picture is no place of the image
        return True

    def move(self, event: QSinglePointEvent) -> bool:
        """True if the picture is another for that."""
        return self._controls.move(*self._place(event), time.perf_counter())

    def release(self, event: QMouseEvent) -> bool:
        place, button = self._place(event), event.button()
        pressed = self._pressed.pop(button, None)
        dragged = button in _DRAG_BUTTONS
        if dragged:
            now = time.perf_counter()
            self._controls.move(*place, now)
            self._controls.release(now)
        if pressed is not None and math.dist(pressed, place) < CLICK_PX * self.pixel_ratio:
            self._clicked(place, button)
        return dragged

    def leave(self) -> bool:
        return self._controls.leave()

    def wheel(self, event: QWheelEvent) -> bool:
        asked, now = meaning(event, self.wheel_mode), time.perf_counter()
        if isinstance(asked, Zoom):
            self._controls.wheel(asked.notches, *self._place(event), now)
        else:
            ratio = self.pixel_ratio
            self._controls.scroll(asked.dx * ratio, asked.dy * ratio, now)
        return True

    def key(self, event: QKeyEvent) -> bool:
        """A key goes down, or the keyboard repeats one that is held."""
        now, code = time.perf_counter(), code_of(event)
        repeated = self._repeats.press(event)
        if event.matches(_PASTE) and self._controls.paste(QGuiApplication.clipboard().text()):
            return True
        if not repeated:
            self._struck[code] = (now, event.timestamp())
        return self._controls.key_down(name_of(event), now, code=code, repeated=repeated)

    def key_up(self, event: QKeyEvent) -> bool:
        """A key is let go; what the keyboard repeats is not, though Qt says so each time."""
        self._repeats.release(event)
        if event.isAutoRepeat():
            return False
        now, code = time.perf_counter(), code_of(event)
        began_s, began_ms = self._struck.pop(code, (now, event.timestamp()))
        # By the clock of the keyboard: behind a slow frame a key that was struck seems held.
        waited = now - began_s - (event.timestamp() - began_ms) / 1000.0
        return self._controls.key_up(code, now, waited=max(waited, 0.0))

    def all_keys_up(self) -> bool:
        """The keyboard is another widget's."""
        self._controls.all_keys_up(time.perf_counter())
        return True

    def gesture(self, event: QNativeGestureEvent) -> bool:
        """Two fingers on a touchpad."""
        now, place = time.perf_counter(), self._place(event)
        kind, value = event.gestureType(), event.value()
        if kind == Qt.NativeGestureType.ZoomNativeGesture:
            self._controls.pinch(*place, now, factor=1.0 + value)
        elif kind == Qt.NativeGestureType.RotateNativeGesture:
            self._controls.pinch(*place, now, degrees=value)
        elif kind == Qt.NativeGestureType.EndNativeGesture:
            self._controls.lift(now)
        else:
            return False
        return True

    def touch(self, event: QTouchEvent) -> bool:
        """Fingers on the screen; those on a touchpad come as wheel and gestures."""
        self._touched()
        if event.device().type() != QInputDevice.DeviceType.TouchScreen:
            return False
        gone = event.type() == QEvent.Type.TouchCancel
        fingers = {
            finger.id(): self._device(finger.position())
            for finger in event.points()
            if not gone and finger.state() != QEventPoint.State.Released
        }
        self._controls.touch(fingers, time.perf_counter())
        return True

    def _place(self, event: QSinglePointEvent) -> Point:
        return self._device(event.position())

    def _device(self, position: QPointF) -> Point:
        ratio, beyond = self.pixel_ratio, self.off_grid
        self._controls.pixel_ratio = ratio
        return Point(position.x() * ratio + beyond.x(), position.y() * ratio + beyond.y())
