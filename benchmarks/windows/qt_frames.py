"""`python -m benchmarks.windows.qt_frames REPEATS FRAMES KIND...`: Qt's widget beside bare ones.

All are in one window, one at a time in front.
"""

import sys

from PySide6.QtCore import QEvent, QPointF, Qt
from PySide6.QtGui import QMouseEvent, QSurfaceFormat
from PySide6.QtOpenGLWidgets import QOpenGLWidget
from PySide6.QtWidgets import QApplication, QStackedWidget

from benchmarks.bare_frames import BareFrames
from benchmarks.resident import HEIGHT_PX, SCALES, WIDTH_PX, display_for
from benchmarks.windows import contrast
from benchmarks.windows.contrast import Deep, counted, fewer, hand
from benchmarks.windows.turns import OPTIONS, Found, Show, empty, in_turns, pan, source, tell
from glview.canvases.qt import GLBigImageWidget


class Ours(GLBigImageWidget):
    """Counts its frames: one may be followed by another before events are through."""

    drawn = 0

    def paintGL(self) -> None:
        super().paintGL()
        self.drawn += 1


class Canvas(QOpenGLWidget):
    """Draws a frame by its kind and number, and counts."""

    kind = ""
    number = 0
    drawn = 0


class Empty(Canvas):
    """One colour."""

    def paintGL(self) -> None:
        empty(self.defaultFramebufferObject(), self.number)
        self.drawn += 1


class Bare(Canvas):
    """Bare passes over all of it."""

    def initializeGL(self) -> None:
        self._frames = BareFrames()

    def paintGL(self) -> None:
        scale, framebuffer = SCALES[self.kind], self.defaultFramebufferObject()
        self._frames.draw(self.kind, scale, self.number, framebuffer)
        self.drawn += 1


def drag(widget: QOpenGLWidget, kind: QEvent.Type, place: tuple[float, float]) -> None:
    """Tell a widget of a mouse whose left button is held with Ctrl."""
    moves = kind is QEvent.Type.MouseMove
    button = Qt.MouseButton.NoButton if moves else Qt.MouseButton.LeftButton
    at, ctrl = QPointF(*place), Qt.KeyboardModifier.ControlModifier
    event = QMouseEvent(kind, at, at, button, Qt.MouseButton.LeftButton, ctrl)
    QApplication.sendEvent(widget, event)


def main(repeats: str, frames: str, *kinds: str) -> None:
    """Measure and print."""
    surface = QSurfaceFormat()
    surface.setVersion(3, 3)
    surface.setProfile(QSurfaceFormat.OpenGLContextProfile.CoreProfile)
    surface.setSwapInterval(0)
    QSurfaceFormat.setDefaultFormat(surface)
    app = QApplication([])
    stack = QStackedWidget()
    stack.setWindowFlag(Qt.WindowType.FramelessWindowHint)
    ours = Ours(options=OPTIONS)
    widgets: dict[str, Ours | Canvas] = {"glview": ours, "bare": Bare(), "empty": Empty()}
    for widget in widgets.values():
        stack.addWidget(widget)
    stack.resize(WIDTH_PX, HEIGHT_PX)
    stack.show()
    ours.load_image(source())
    while not ours.stats().settled:
        app.processEvents()
    size = ours.viewport.width, ours.viewport.height

    def prepare(kind: str) -> None:
        stack.setCurrentWidget(ours)
        assert ours.display is not None
        ours.display = display_for(kind, ours.display)
        ours.set_viewport(pan(kind, *size, 0))
        app.processEvents()
        while not ours.stats().settled:
            app.processEvents()

    def shown(name: str, kind: str) -> Show:
        widget = widgets[name]

        def show(number: int) -> int:
            if isinstance(widget, Canvas):
                widget.kind, widget.number = kind, number
            if number == 0:
                stack.setCurrentWidget(widget)
                app.processEvents()
            before = widget.drawn
            # Not by `repaint`, which would leave the update that a view asks for to come after it.
            if isinstance(widget, Canvas):
                widget.update()
            else:
                widget.set_viewport(pan(kind, *size, number))
            while widget.drawn == before:
                app.processEvents()
            return widget.drawn - before

        return show

    found = {}
    for kind in kinds:
        prepare(kind)
        shows = {name: shown(name, kind) for name in widgets}
        found[kind] = in_turns(shows, int(repeats), int(frames))
    stack.setCurrentWidget(ours)
    deeper, counts = _contrast(app, ours, int(repeats), fewer(int(frames)))
    stack.close()
    tell(size, found, deeper, counts)


def _contrast(
    app: QApplication, ours: Ours, repeats: int, frames: int
) -> tuple[Found, tuple[int, int]]:
    """A drag on contrast, and a pan over the same tiles."""
    deep = Deep()
    ours.load_image(deep.source)
    size = ours.viewport.width, ours.viewport.height

    def shown() -> int:
        before = ours.drawn
        ours.update()
        while ours.drawn == before:
            app.processEvents()
        return ours.drawn - before

    def panned(number: int) -> int:
        ours.set_viewport(pan(contrast.KIND, *size, number))
        return shown()

    def dragged(number: int) -> int:
        if number == 0:
            drag(ours, QEvent.Type.MouseButtonRelease, hand(*size, 0))
            drag(ours, QEvent.Type.MouseButtonPress, hand(*size, 0))
        drag(ours, QEvent.Type.MouseMove, hand(*size, number))
        return shown()

    app.processEvents()
    panned(0)
    while not ours.stats().settled or ours.stats().name != deep.source.description.name:
        panned(0)
    found = in_turns({"panned": panned, "dragged": dragged}, repeats, frames)
    return found, counted(dragged, frames, lambda: deep.reads)


if __name__ == "__main__":
    main(*sys.argv[1:])
