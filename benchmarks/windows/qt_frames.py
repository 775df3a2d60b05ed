"""`python -m benchmarks.windows.qt_frames REPEATS FRAMES`: `GLBigImageWidget` beside bare widgets.

All are in one window, one at a time in front.
"""

import sys

from PySide6.QtCore import QEvent, QPointF, Qt
from PySide6.QtGui import QMouseEvent, QSurfaceFormat
from PySide6.QtOpenGLWidgets import QOpenGLWidget
from PySide6.QtWidgets import QApplication, QStackedWidget

from benchmarks.bare_frames import BareFrames
from benchmarks.resident import HEIGHT_PX, SCALES, WIDTH_PX
from benchmarks.windows.contrast import SCALE, Deep, counted, fewer, hand
from benchmarks.windows.turns import KIND, OPTIONS, Show, empty, in_turns, pan, source, tell
from glview.canvases.qt import GLBigImageWidget


class Canvas(QOpenGLWidget):
    """Draws a frame by its number."""

    number = 0


class Empty(Canvas):
    """One colour."""

    def paintGL(self) -> None:
        empty(self.defaultFramebufferObject(), self.number)


class Bare(Canvas):
    """One pass over all of it."""

    def initializeGL(self) -> None:
        self._frames = BareFrames()

    def paintGL(self) -> None:
        self._frames.draw(KIND, SCALES[KIND], self.number, self.defaultFramebufferObject())


def drag(widget: QOpenGLWidget, kind: QEvent.Type, place: tuple[float, float]) -> None:
    """Tell a widget of a mouse whose left button is held with Ctrl."""
    moves = kind is QEvent.Type.MouseMove
    button = Qt.MouseButton.NoButton if moves else Qt.MouseButton.LeftButton
    at, ctrl = QPointF(*place), Qt.KeyboardModifier.ControlModifier
    event = QMouseEvent(kind, at, at, button, Qt.MouseButton.LeftButton, ctrl)
    QApplication.sendEvent(widget, event)


def main(repeats: str, frames: str) -> None:
    """Measure and print."""
    surface = QSurfaceFormat()
    surface.setVersion(3, 3)
    surface.setProfile(QSurfaceFormat.OpenGLContextProfile.CoreProfile)
    surface.setSwapInterval(0)
    QSurfaceFormat.setDefaultFormat(surface)
    app = QApplication([])
    stack = QStackedWidget()
    stack.setWindowFlag(Qt.WindowType.FramelessWindowHint)
    ours = GLBigImageWidget(options=OPTIONS)
    widgets: dict[str, QOpenGLWidget] = {"glview": ours, "bare": Bare(), "empty": Empty()}
    for widget in widgets.values():
        stack.addWidget(widget)
    stack.resize(WIDTH_PX, HEIGHT_PX)
    stack.show()
    ours.load_image(source())
    while not ours.stats().settled:
        app.processEvents()
    size = ours.viewport.width, ours.viewport.height

    def shown(name: str) -> Show:
        widget = widgets[name]

        def show(number: int) -> None:
            if number == 0:
                stack.setCurrentWidget(widget)
                app.processEvents()
            if isinstance(widget, Canvas):
                widget.number = number
            else:
                ours.set_viewport(pan(*size, number))
            widget.repaint()
            app.processEvents()

        return show

    found = in_turns({name: shown(name) for name in widgets}, int(repeats), int(frames))
    deep = Deep()
    stack.setCurrentWidget(ours)
    ours.load_image(deep.source)

    def panned(number: int) -> None:
        ours.set_viewport(pan(*size, number, SCALE))
        ours.repaint()
        app.processEvents()

    def dragged(number: int) -> None:
        if number == 0:
            drag(ours, QEvent.Type.MouseButtonRelease, hand(*size, 0))
            drag(ours, QEvent.Type.MouseButtonPress, hand(*size, 0))
        drag(ours, QEvent.Type.MouseMove, hand(*size, number))
        ours.repaint()
        app.processEvents()

    app.processEvents()
    panned(0)
    while not ours.stats().settled or ours.stats().name != deep.source.description.name:
        panned(0)
    found |= in_turns({"panned": panned, "dragged": dragged}, int(repeats), fewer(int(frames)))
    counts = counted(dragged, fewer(int(frames)), lambda: deep.reads)
    stack.close()
    tell(size, found, counts)


if __name__ == "__main__":
    main(*sys.argv[1:])
