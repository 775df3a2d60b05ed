"""A Qt program with a `GLBigImageWidget`, run by test_qt.py."""

import argparse
import sys
import time

from PySide6.QtCore import QRect, QTimer
from PySide6.QtGui import QColor, QMouseEvent, QPainter
from PySide6.QtWidgets import QApplication, QMainWindow, QProxyStyle, QStyle, QVBoxLayout, QWidget

from glview import GLBigImageWidget


def tell(*words: object) -> None:
    print(*words, flush=True)


class Painted(GLBigImageWidget):
    """Has a red corner of 50x40 once it was clicked."""

    _painted = False

    def mousePressEvent(self, event: QMouseEvent) -> None:
        self._painted = True
        super().mousePressEvent(event)

    def paintGL(self) -> None:
        super().paintGL()
        if self._painted:
            painter = QPainter(self)
            painter.fillRect(QRect(0, 0, 50, 40), QColor(255, 0, 0))
            painter.end()
            self.context_shared()


class UnderAnotherQt(GLBigImageWidget):
    """Before each paint more state is changed than by any Qt so far."""

    def paintGL(self) -> None:
        functions = self.context().functions()
        functions.glEnable(0x0C11)  # GL_SCISSOR_TEST
        functions.glScissor(0, 0, 10, 10)
        super().paintGL()


class StillStyle(QProxyStyle):
    """As where the desktop is set to have no animations."""

    def styleHint(self, hint, *others):  # type: ignore[no-untyped-def]  # noqa: ANN001, ANN002, ANN201  # Qt has many
        if hint == QStyle.StyleHint.SH_Widget_Animate:
            return 0
        return super().styleHint(hint, *others)


WIDGETS = {"plain": GLBigImageWidget, "painted": Painted, "another Qt": UnderAnotherQt}


def arguments() -> argparse.Namespace:
    parser = argparse.ArgumentParser()
    parser.add_argument("image")
    parser.add_argument("--end", default="")
    parser.add_argument("--zoom", type=int, default=-1)
    parser.add_argument("--size", type=int, nargs=2, default=(800, 600))
    parser.add_argument("--widget", choices=WIDGETS, default="plain")
    parser.add_argument("--still", action="store_true")
    return parser.parse_args()


def application(*, still: bool) -> QApplication:
    app = QApplication([])
    if still:
        app.setStyle(StillStyle())
    return app


def main() -> None:
    options = arguments()
    way = options.end
    app = application(still=options.still)
    outer = QWidget()
    widget = WIDGETS[options.widget](outer, 800, 600)
    layout = QVBoxLayout(outer)
    layout.setContentsMargins(0, 0, 0, 0)
    layout.addWidget(widget)
    outer.setWindowTitle("widget")
    tell("hint", widget.sizeHint().width(), widget.sizeHint().height())
    widget.imageLoaded.connect(lambda description: tell("loaded", description.name))
    widget.loadFailed.connect(lambda fault: tell("failed", fault))
    widget.viewChanged.connect(lambda view: tell("view", view.width, view.height, view.scale))
    widget.clicked.connect(lambda *_: tell("clicked"))
    began = time.perf_counter()
    widget.load_image(options.image, options.zoom)
    tell("returned", time.perf_counter() - began < 0.1)
    if way == "never shown":
        widget.imageLoaded.connect(app.quit)
        app.exec()
        return
    outer.resize(*options.size)
    outer.show()
    outer.windowHandle().screenChanged.connect(
        lambda screen: tell("screen", screen.name(), round(screen.devicePixelRatio()))
    )
    kept: list[QWidget] = [outer]

    def end() -> None:
        tell("settled")
        widget.settled.disconnect()
        if way == "close":
            outer.close()
        elif way == "close the widget":
            widget.close()
            QTimer.singleShot(200, app.quit)
        elif way == "deleteLater":
            widget.deleteLater()
            QTimer.singleShot(200, app.quit)
        elif way == "parent destroyed":
            kept.clear()
            outer.deleteLater()
            QTimer.singleShot(200, app.quit)
        elif way == "quit":
            app.quit()
        elif way == "sys.exit":
            sys.exit(0)
        elif way == "moved":
            window = QMainWindow()
            kept.append(window)
            window.setCentralWidget(widget)
            window.setWindowTitle("new home")
            window.resize(700, 500)
            outer.hide()
            window.show()

    widget.settled.connect(end)
    if way == "plain end":
        until = time.monotonic() + 1.0
        while time.monotonic() < until:
            app.processEvents()
            time.sleep(0.005)
        return
    app.exec()


main()
