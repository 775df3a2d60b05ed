"""Where a widget's device pixels are, on screens whose pixels are a fraction of Qt's finer."""

from PySide6.QtCore import QPoint, QPointF
from PySide6.QtWidgets import QWidget


def off_grid(widget: QWidget) -> QPointF:
    """How far the widget's place in its window is beyond the pixel that Qt composes it at.

    In device pixels, half a one at most in x and y; nothing where the ratio is a whole number. At
    1.25 a widget at 7 logical pixels would begin at 8.75: its picture begins at 9, and its events
    count from 8.75. To be added to what an event says.
    """
    home = widget.window() if widget.isWindow() else widget.nativeParentWidget() or widget.window()
    return beyond_pixel(widget.mapTo(home, QPoint(0, 0)), widget.devicePixelRatioF())


def beyond_pixel(place: QPoint, ratio: float) -> QPointF:
    """The part that Qt's rounding takes from a place in logical pixels, in device pixels."""
    return QPointF(place) * ratio - QPointF(place * ratio)
