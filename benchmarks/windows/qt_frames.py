"""`python -m benchmarks.windows.qt_frames REPEATS FRAMES KIND...`: Qt's widget beside bare ones.

All are in one window, one at a time in front.
"""

import sys

from PySide6.QtCore import Qt
from PySide6.QtGui import QSurfaceFormat
from PySide6.QtOpenGLWidgets import QOpenGLWidget
from PySide6.QtWidgets import QApplication, QStackedWidget

from benchmarks.bare_frames import BareFrames
from benchmarks.resident import HEIGHT_PX, SCALES, WIDTH_PX, display_for
from benchmarks.windows.turns import OPTIONS, Show, empty, in_turns, pan, source, tell
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
    stack.close()
    tell(size, found)


if __name__ == "__main__":
    main(*sys.argv[1:])
