"""Gestures that no real input can make under Xvfb, sent to a widget as Qt sends them.

``python -m tests.canvases.qt_gestures IMAGE SCRIPT``: the calls in SCRIPT are made once the image
is shown, then the view is printed as JSON, and the program ends.
"""

import json
import sys
import time
from dataclasses import asdict

from PySide6.QtCore import QPoint, QPointF, Qt
from PySide6.QtGui import QInputDevice, QNativeGestureEvent, QPointingDevice, QWheelEvent
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QApplication

from glview import GLBigImageWidget

NO_MODIFIER = Qt.KeyboardModifier.NoModifier
CTRL = Qt.KeyboardModifier.ControlModifier
SHIFT = Qt.KeyboardModifier.ShiftModifier


def device(kind: QInputDevice.DeviceType) -> QPointingDevice:
    pointer = QPointingDevice.PointerType
    return QPointingDevice(
        "test",
        1,
        kind,
        pointer.Finger if kind == QInputDevice.DeviceType.TouchPad else pointer.Generic,
        QInputDevice.Capability.Scroll | QInputDevice.Capability.Position,
        5,
        3,
    )


class Hands:
    """What a script may do; positions are logical pixels of the widget."""

    def __init__(self, widget: GLBigImageWidget) -> None:
        self._widget = widget
        self._screen = QTest.createTouchDevice()
        self.mouse = device(QInputDevice.DeviceType.Mouse)
        self.touchpad = device(QInputDevice.DeviceType.TouchPad)

    def wheel(
        self,
        x: float,
        y: float,
        turned: tuple[int, int],
        by: QPointingDevice,
        modifiers: Qt.KeyboardModifier = NO_MODIFIER,
    ) -> None:
        place = QPointF(x, y)
        event = QWheelEvent(
            place,
            self._widget.mapToGlobal(place),
            QPoint(),
            QPoint(*turned),
            Qt.MouseButton.NoButton,
            modifiers,
            Qt.ScrollPhase.NoScrollPhase,
            False,
            Qt.MouseEventSource.MouseEventNotSynthesized,
            by,
        )
        QApplication.sendEvent(self._widget, event)

    def key(self, character: str) -> None:
        """Strike a key, and wait until what it asks for is done."""
        QTest.keyClicks(self._widget, character)
        run_until_settled(self._widget)

    def strike(self, key: Qt.Key) -> None:
        """The same for a key that types nothing."""
        QTest.keyClick(self._widget, key)
        run_until_settled(self._widget)

    def gesture(self, kind: Qt.NativeGestureType, value: float, x: float, y: float) -> None:
        place = QPointF(x, y)
        around = self._widget.mapToGlobal(place)
        event = QNativeGestureEvent(
            kind, self.touchpad, 2, place, place, around, value, QPointF(), 1
        )
        QApplication.sendEvent(self._widget, event)

    def touch(self, *steps: dict[int, tuple[int, int]]) -> None:
        """Fingers by number: where all of them are, step by step; the last lifts them."""
        down: dict[int, tuple[int, int]] = {}
        for fingers in (*steps, {}):
            sequence = QTest.touchEvent(self._widget, self._screen, autoCommit=False)
            for number in down.keys() | fingers.keys():
                if number not in fingers:
                    sequence.release(number, QPoint(*down[number]), self._widget)
                elif number in down:
                    sequence.move(number, QPoint(*fingers[number]), self._widget)
                else:
                    sequence.press(number, QPoint(*fingers[number]), self._widget)
            sequence.commit()
            QTest.qWait(100)
            down = dict(fingers)


def main() -> None:
    image, script = sys.argv[1:]
    app = QApplication([])
    widget = GLBigImageWidget(None, 800, 600)

    def play() -> None:
        widget.settled.disconnect()
        names: dict[str, object] = {"hands": Hands(widget), "widget": widget, "Qt": Qt}
        names |= {"CTRL": CTRL, "SHIFT": SHIFT}
        exec(script, names)  # the tests' own lines
        run_until_settled(widget)
        print(json.dumps(asdict(widget.viewport)), flush=True)
        app.quit()

    widget.settled.connect(play)
    widget.load_image(image)
    widget.show()
    app.exec()


def run_until_settled(widget: GLBigImageWidget) -> None:
    """Let the event loop run until nothing moves."""
    until = time.monotonic() + 10.0
    QTest.qWait(50)
    while not widget.stats().settled and time.monotonic() < until:
        QTest.qWait(10)


main()
