"""When the next frame of a widget begins: no sooner than its screen could show it."""

import time

from PySide6.QtCore import Qt, QTimer
from PySide6.QtWidgets import QWidget

from glview.frame_times import next_frame_s


class Pace:
    """Asks a widget for the frame after this one; used on the widget's thread.

    On Xvfb fades were drawn 100 times a second, 10 ms each of both cores, and left the decoders
    little: ten tiles came in 330 ms; now in 110 to 190.
    """

    def __init__(self, widget: QWidget) -> None:
        self._widget = widget
        self._timer = QTimer(widget)
        self._timer.setSingleShot(True)
        self._timer.setTimerType(Qt.TimerType.PreciseTimer)
        self._timer.timeout.connect(widget.update)

    def follow(self, began_s: float, refresh_hz: float) -> None:
        """Have another frame after one that began then (`time.perf_counter`)."""
        left_ms = int(1e3 * (next_frame_s(began_s, refresh_hz) - time.perf_counter()))
        if left_ms > 0:
            self._timer.start(left_ms)
        else:
            self._widget.update()
