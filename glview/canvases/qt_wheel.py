"""What Qt's wheel events mean: a wheel that is turned, or two fingers that move."""

import enum
from dataclasses import dataclass

from PySide6.QtCore import QPointF, Qt
from PySide6.QtGui import QGuiApplication, QInputDevice, QWheelEvent

NOTCH_DEGREES = 120.0
"""Qt's wheel counts eighths of a degree, and a notch has 15 degrees."""
NOTCH_PX = 60.0
"""How far a notch moves the picture where it does, in logical pixels; three lines of text."""


class WheelMode(enum.Enum):
    """What the wheel does: zoom, pan, or either by what is moved."""

    AUTO = "auto"
    """A mouse's wheel zooms, two fingers on a touchpad pan."""
    ZOOM = "zoom"
    PAN = "pan"


@dataclass(frozen=True, slots=True)
class Zoom:
    """Notches of the wheel, away from the hand."""

    notches: float


@dataclass(frozen=True, slots=True)
class Pan:
    """A way of the picture, in logical pixels."""

    dx: float
    dy: float


def meaning(event: QWheelEvent, mode: WheelMode) -> Zoom | Pan:
    """What an event asks for. With Ctrl it zooms in every mode, as pinches are told on Windows."""
    turned = event.angleDelta()
    pans = mode is WheelMode.PAN or (mode is WheelMode.AUTO and _is_of_fingers(event))
    if not pans or event.modifiers() & Qt.KeyboardModifier.ControlModifier:
        # With Alt Qt calls the wheel's turn a horizontal one.
        return Zoom((turned.y() or turned.x()) / NOTCH_DEGREES)
    way = QPointF(event.pixelDelta())
    # Unreliable on X11, as Qt's documentation says.
    if way.isNull() or QGuiApplication.platformName() == "xcb":
        way = QPointF(turned) * (NOTCH_PX / NOTCH_DEGREES)
    if event.modifiers() & Qt.KeyboardModifier.ShiftModifier and not way.x():
        way = QPointF(way.y(), 0.0)
    return Pan(way.x(), way.y())


def _is_of_fingers(event: QWheelEvent) -> bool:
    """Told by the device; where that is called a mouse, by phases, which no plain wheel has."""
    if event.device().type() == QInputDevice.DeviceType.TouchPad:
        return True
    return event.phase() != Qt.ScrollPhase.NoScrollPhase and not event.pixelDelta().isNull()
