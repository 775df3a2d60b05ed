"""A Qt program with several `GLBigImageWidget` in one window, run by test_qt_many.py.

It prints ``right STEP`` after each step where every widget in sight shows its view: in what it
grabs, in a grab of the whole window, and on the screen; else ``wrong STEP`` and what is. Views
must stay where a step does not set them. ``frames N`` is how many paints a move has taken until
the picture was final, ``grown …`` as in qt_cycles.py.
"""

import argparse
import gc
import itertools
import sys
from collections.abc import Callable, Generator, Iterator, Sequence
from contextlib import ExitStack, contextmanager
from functools import partial
from typing import Any

import numpy as np
from numpy.typing import NDArray
from OpenGL import GL as gl  # noqa: N811  # as everywhere
from PySide6.QtCore import QCoreApplication, QEvent, QPoint, QRect, Qt
from PySide6.QtGui import QColor, QImage
from PySide6.QtOpenGL import QOpenGLWindow
from PySide6.QtOpenGLWidgets import QOpenGLWidget
from PySide6.QtTest import QTest
from PySide6.QtWidgets import (
    QApplication,
    QDockWidget,
    QMainWindow,
    QMdiArea,
    QSplitter,
    QTabWidget,
    QWidget,
)

import glview
from glview import GLBigImageWidget, Viewport
from glview.headless import Studio
from tests.canvases.program import TOLERANCE
from tests.canvases.qt_loop import run_until, settled
from tests.footprint import footprint
from tests.images import coded

Pixels = NDArray[np.uint8]
SHOWN_MS = 15
"""How long a move may take to come to the widgets."""
ROUNDS = 2
"""How often a way is gone before, and again while growth is counted."""
PLAIN, FRAMED = QColor(200, 30, 60), QColor(20, 90, 160)


class Show:
    """Widgets of one window with what each must show."""

    def __init__(self, window: QWidget, studios: "Studios") -> None:
        self.window = window
        window.setWindowTitle("many")
        self._studios = studios
        self._of: dict[GLBigImageWidget, Studio] = {}
        self.looks = True
        """Whether a step is looked at; otherwise it is only made."""

    def widget(self) -> GLBigImageWidget:
        """One more; every other one shows the coded pixels."""
        number = len(self._of) % 2
        what, studio = self._studios[number]
        widget = GLBigImageWidget(width=300, height=240)
        widget.load_image(what)
        widget.go_to(*((700.0, 900.0, 0.37), (700.0, 500.0, 1.0))[number], animated=False)
        self._of[widget] = studio
        return widget

    def start(self, width: int, height: int) -> None:
        self.window.setGeometry(10, 40, width, height)
        self.window.show()
        QTest.qWaitForWindowExposed(self.window)
        settled(*self.visible())
        self.step("shown")

    def visible(self) -> list[GLBigImageWidget]:
        return [widget for widget in self._of if widget.isVisible()]

    def step(self, name: str, move: Callable[[], object] = lambda: None) -> None:
        """Move something; the views must be the same as before, and what is in sight right."""
        before = {widget: widget.viewport for widget in self._of}
        with paints(*self._of) as counts:
            move()
            QTest.qWait(SHOWN_MS)
            settled(*self.visible())
        faults = [
            f"{widget.viewport} after {view}"
            for widget, view in before.items()
            if not same_view(widget.viewport, view)
        ]
        if self.looks:
            wait_until_calm(self.window)
            window_grab, screen = self.window.grab().toImage(), screen_grab()
            for widget in self.visible():
                faults += self._faults(widget, self._of[widget], window_grab, screen)
        if faults or self.looks:
            tell("wrong" if faults else "right", name, *faults)
            tell("frames", max(counts[widget] for widget in self.visible()), name)

    def _faults(
        self, widget: GLBigImageWidget, studio: Studio, window_grab: QImage, screen: QImage
    ) -> list[str]:
        view = widget.viewport
        expected = studio.picture(
            size=(view.width, view.height),
            center=(view.centre_x, view.centre_y),
            zoom=view.scale,
        )
        seen = {"grab_view": pixels_of(widget.grab_view())}
        if widget.window() is self.window:
            corner = widget.mapTo(self.window, QPoint(0, 0))
            seen["window.grab"] = cut(window_grab, corner, expected)
        seen["screen"] = cut(screen, widget.mapToGlobal(QPoint(0, 0)), expected)
        return [
            f"{name}: {fault}"
            for name, picture in seen.items()
            if (fault := off(picture, expected))
        ]


def off(picture: Pixels, expected: Pixels) -> str:
    """How a picture differs, nothing where it does not."""
    if picture.shape != expected.shape:
        return f"{picture.shape} instead of {expected.shape}"
    wrong = np.abs(picture.astype(int) - expected).max(axis=-1) > TOLERANCE
    return f"{wrong.mean():.1%} of the pixels differ" if wrong.any() else ""


def pixels_of(image: QImage) -> Pixels:
    image = image.convertToFormat(QImage.Format.Format_RGBX8888)
    rows = np.frombuffer(image.constBits(), np.uint8).reshape(image.height(), -1)
    return rows[:, : image.width() * 4].reshape(image.height(), image.width(), 4)[..., :3].copy()


def cut(image: QImage, corner: QPoint, like: Pixels) -> Pixels:
    height, width, _ = like.shape
    return pixels_of(image.copy(QRect(corner.x(), corner.y(), width, height)))


def screen_grab() -> QImage:
    return QApplication.primaryScreen().grabWindow(0).toImage()


def wait_until_calm(window: QWidget) -> None:
    """Until the screen shows what was composed last."""
    screen, frame = QApplication.primaryScreen(), window.frameGeometry()
    place = frame.x(), frame.y(), frame.width(), frame.height()
    last = [QImage()]

    def calm() -> bool:
        now = screen.grabWindow(0, *place).toImage()
        same = now == last[0]
        last[0] = now
        return same

    run_until(calm)


@contextmanager
def paints(*widgets: GLBigImageWidget) -> Iterator[dict[GLBigImageWidget, int]]:
    """How many paints each widget takes until its picture is final for the first time."""
    counts = dict.fromkeys(widgets, 0)
    final: set[GLBigImageWidget] = set()

    def counter(widget: GLBigImageWidget) -> Callable[[], None]:
        def painted() -> None:
            if widget not in final:
                counts[widget] += 1
            if widget.stats().settled:
                final.add(widget)

        return painted

    connections = [widget.frameSwapped.connect(counter(widget)) for widget in widgets]
    yield counts
    for widget, connection in zip(widgets, connections, strict=True):
        widget.frameSwapped.disconnect(connection)


def same_view(now: Viewport, before: Viewport) -> bool:
    """But for the size, which layouts may change."""
    return now == before.resized(now.width, now.height)


def tell(*words: object) -> None:
    print(*words, flush=True)


class Plain(QOpenGLWidget):
    """Fills itself by means of its own, in an OpenGL state that it leaves as it likes."""

    def paintGL(self) -> None:
        paint(PLAIN)


class Framed(QOpenGLWindow):
    """The same in a window of its own."""

    def paintGL(self) -> None:
        paint(FRAMED)


def paint(color: QColor) -> None:
    gl.glColorMask(True, True, True, True)
    gl.glDisable(gl.GL_SCISSOR_TEST)
    gl.glClearColor(color.redF(), color.greenF(), color.blueF(), 1.0)
    gl.glClear(gl.GL_COLOR_BUFFER_BIT)
    gl.glEnable(gl.GL_SCISSOR_TEST)
    gl.glScissor(0, 0, 3, 3)
    gl.glEnable(gl.GL_CULL_FACE)
    gl.glBlendFunc(gl.GL_ZERO, gl.GL_ZERO)
    gl.glPixelStorei(gl.GL_UNPACK_SKIP_ROWS, 3)
    gl.glColorMask(False, True, False, True)


Rounds = Generator[None]
Studios = Sequence[tuple[Any, Studio]]
"""What is shown, with what renders it."""


def splitter(studios: Studios) -> tuple[Show, Rounds]:
    window = QSplitter()
    show = Show(window, studios)
    for _ in range(3):
        window.addWidget(show.widget())
    show.start(960, 300)

    def rounds() -> Rounds:
        for shift in itertools.cycle((60, -60)):
            handle = window.handle(1)
            middle = handle.rect().center()

            def drag(shift: int = shift, handle: QWidget = handle, middle: QPoint = middle) -> None:
                QTest.mousePress(handle, Qt.MouseButton.LeftButton, pos=middle)
                for _ in range(3):
                    # The handle goes along, so that each step is one from where it is.
                    QTest.mouseMove(handle, middle + QPoint(shift // 3, 0))
                    QTest.qWait(1)
                QTest.mouseRelease(handle, Qt.MouseButton.LeftButton, pos=middle)

            before = window.sizes()
            show.step("dragged", drag)
            if window.sizes() == before:
                tell("wrong dragged: nothing moved")
            yield

    return show, rounds()


def dock(studios: Studios) -> tuple[Show, Rounds]:
    window = QMainWindow()
    show = Show(window, studios)
    window.setCentralWidget(show.widget())
    docked = QDockWidget("dock")
    docked.setWidget(show.widget())
    window.addDockWidget(Qt.DockWidgetArea.LeftDockWidgetArea, docked)
    show.start(900, 400)

    def float_away() -> None:
        docked.setFloating(True)
        docked.move(950, 500)

    def rounds() -> Rounds:
        while True:
            show.step("floats", float_away)
            show.step("docked", lambda: docked.setFloating(False))
            yield

    return show, rounds()


def mdi(studios: Studios) -> tuple[Show, Rounds]:
    window = QMdiArea()
    show = Show(window, studios)
    subs = [window.addSubWindow(show.widget()) for _ in range(3)]
    for number, sub in enumerate(subs):
        sub.setGeometry(330 * number, 10, 310, 260)
    show.start(1010, 500)

    def rounds() -> Rounds:
        for down in itertools.cycle((150, 10)):
            show.step("moved", partial(subs[1].move, 330, down))
            show.step("minimized", subs[0].showShaded)
            show.step("restored", subs[0].showNormal)
            yield

    return show, rounds()


def tabs(studios: Studios) -> tuple[Show, Rounds]:
    window = QTabWidget()
    show = Show(window, studios)
    for number in range(3):
        window.addTab(show.widget(), str(number))
    show.start(500, 400)

    def rounds() -> Rounds:
        while True:
            for number in (1, 2, 0):
                show.step(f"tab {number}", partial(window.setCurrentIndex, number))
            yield

    return show, rounds()


def others(studios: Studios) -> tuple[Show, Rounds]:
    window = QSplitter()
    show = Show(window, studios)
    plain, inner = Plain(), Framed()
    framed = QWidget.createWindowContainer(inner)
    for widget in (show.widget(), plain, show.widget(), framed):
        widget.setMinimumWidth(200)
        window.addWidget(widget)
    show.start(960, 300)

    def all_paint() -> None:
        for widget in show.visible():
            widget.update()
        plain.update()
        inner.update()

    def rounds() -> Rounds:
        while True:
            show.step("beside", all_paint)
            screen = screen_grab()
            for widget, color in ((plain, PLAIN), (framed, FRAMED)):
                seen = screen.pixelColor(widget.mapToGlobal(widget.rect().center()))
                if seen != color:
                    tell("wrong", color.name(), seen.getRgb())
            yield

    return show, rounds()


WAYS: dict[str, Callable[[Studios], tuple[Show, Rounds]]] = {
    "splitter": splitter,
    "dock": dock,
    "mdi": mdi,
    "tabs": tabs,
    "others": others,
}


def main() -> None:
    parser = argparse.ArgumentParser()
    parser.add_argument("image")
    parser.add_argument("--share", action="store_true")
    parser.add_argument("--ways", nargs="+", choices=WAYS, default=WAYS)
    options = parser.parse_args()
    if options.share:
        QCoreApplication.setAttribute(Qt.ApplicationAttribute.AA_ShareOpenGLContexts)
    QApplication([])
    with ExitStack() as stack:
        sources = (options.image, coded(1500, 1100))
        studios = [(what, stack.enter_context(glview.studio(what))) for what in sources]
        for way in options.ways:
            go(way, studios)
    sys.exit(0)


def go(way: str, studios: Studios) -> None:
    """Look at a way, go it often, and look again."""
    tell("way", way)
    show, rounds = WAYS[way](studios)
    next(rounds)
    show.looks = False
    marks = []
    for _ in range(2):
        for _ in range(ROUNDS):
            next(rounds)
        gc.collect()
        marks.append(footprint())
    before, after = marks
    show.looks = True
    next(rounds)
    grown = after.memory_mib - before.memory_mib
    descriptors = after.descriptors - before.descriptors
    tell("grown", round(grown, 1), descriptors, after.threads - before.threads)
    show.window.close()
    show.window.deleteLater()
    QCoreApplication.sendPostedEvents(None, QEvent.Type.DeferredDelete)


main()
