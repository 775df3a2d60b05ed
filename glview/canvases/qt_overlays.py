"""What a program paints on the picture with a QPainter, in image coordinates."""

import logging
from collections.abc import Callable, Iterator
from contextlib import contextmanager

from PySide6.QtGui import QPainter, QTransform
from PySide6.QtOpenGL import QOpenGLPaintDevice
from PySide6.QtWidgets import QWidget

from glview.viewport import Viewport

log = logging.getLogger("glview")

Overlay = Callable[[QPainter, Viewport], None]


class Overlays:
    """The paintings on one widget, bottom one first; for the GUI thread."""

    def __init__(self) -> None:
        self._overlays: list[Overlay] = []

    def __bool__(self) -> bool:
        return bool(self._overlays)

    def add(self, overlay: Overlay) -> None:
        self._overlays.append(overlay)

    def remove(self, overlay: Overlay) -> None:
        """ValueError for one that is not there."""
        self._overlays.remove(overlay)

    def paint(self, widget: QWidget, view: Viewport) -> None:
        """Paint all of them on a widget that shows a view, with its context current."""
        with _painting(widget) as painter:
            transform = widget_from_image(view, widget.devicePixelRatioF())
            for overlay in tuple(self._overlays):
                painter.save()
                # Without it Qt switches multisampling off.
                painter.setRenderHint(QPainter.RenderHint.Antialiasing)
                painter.setWorldTransform(transform)
                try:
                    overlay(painter, view)
                except Exception:
                    # Once, not with each picture.
                    log.exception("%r failed: the overlay is left out", overlay)
                    self._overlays.remove(overlay)
                painter.restore()


@contextmanager
def _painting(widget: QWidget) -> Iterator[QPainter]:
    ratio = widget.devicePixelRatioF()
    # The framebuffer that is bound. As a device the widget would be whatever it is grabbed into,
    # on which Qt then puts the picture.
    device = QOpenGLPaintDevice(widget.size() * ratio)
    device.setDevicePixelRatio(ratio)
    painter = QPainter(device)
    painter.setFont(widget.font())
    try:
        yield painter
    finally:
        # Qt aborts over a painter that is left on a device.
        painter.end()


def widget_from_image(view: Viewport, pixel_ratio: float) -> QTransform:
    """From image pixels to a widget's logical pixels."""
    a, b, c, d = (view.scale / pixel_ratio * part for part in view.matrix)
    origin = view.s_from_i(0.0, 0.0)
    return QTransform(a, c, b, d, origin.x / pixel_ratio, origin.y / pixel_ratio)
