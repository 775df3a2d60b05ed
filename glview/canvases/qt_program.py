"""``glview --qt``: the program around the window, with what only a program may set.

`run` is for the process's main thread, once.
"""

import contextlib
import os
import signal
import socket
import sys
import time
from collections.abc import Callable, Iterator, Sequence
from pathlib import Path
from typing import TYPE_CHECKING

import shiboken6
from PySide6.QtCore import (
    QCoreApplication,
    QMessageLogContext,
    QSettings,
    QSocketNotifier,
    Qt,
    QtMsgType,
    qInstallMessageHandler,
)
from PySide6.QtGui import QIcon, QSurfaceFormat
from PySide6.QtWidgets import QApplication

from glview import interrupts
from glview.canvases.qt import GLBigImageWidget
from glview.canvases.qt_window import MainWindow
from glview.canvases.window_settings import NO_DISPLAY, PROGRAM, WindowSettings
from glview.errors import GlviewError
from glview.options import ViewerOptions
from glview.viewport import Viewport

if TYPE_CHECKING:
    from glview.recording import See

_ICON = Path(__file__).parents[1] / "assets" / "glview.svg"
_NO_WINDOW = 1
"""The exit status where there is no display, or Qt cannot use it."""


def run(
    paths: Sequence[str],
    settings: WindowSettings = WindowSettings(),
    options: ViewerOptions | None = None,
    *,
    version: str = "",
    see: "See | None" = None,
) -> int:
    """Show images in a window until it is closed; the exit status. KeyboardInterrupt on Ctrl-C.

    GlviewError where all that there was to show is one thing that cannot be shown.
    ``see`` hears of each view that is shown.
    """
    app = _application()
    app.setApplicationVersion(version)
    window = MainWindow(QSettings(PROGRAM, PROGRAM), settings, options)
    if see is not None:
        _let_see(window.widget, see)
    interrupted, hopeless = [], []

    def give_up(fault: str) -> None:
        hopeless.append(fault)
        window.close()

    window.hopeless.connect(give_up)
    if paths:
        window.begin_with(paths)

    def end() -> None:
        interrupted.append(True)
        window.close()

    status = 0
    if not hopeless:
        window.show()
        with _interruptible(end):
            status = app.exec()
    # Not left to Python, which may let the application go before it.
    shiboken6.delete(window)
    if interrupted:
        raise KeyboardInterrupt
    if hopeless:
        raise GlviewError(hopeless[0])
    return status


def _let_see(widget: GLBigImageWidget, see: "See") -> None:
    """Tell of each view; a widget tells them from the event loop, right after the picture."""

    def viewed(view: Viewport) -> None:
        described = widget.description
        if described is not None:
            see(described.pyramid.width, described.pyramid.height, view, time.perf_counter())

    widget.viewChanged.connect(viewed)


def _application() -> QApplication:
    # Widgets that come to another window keep what they have drawn with.
    QCoreApplication.setAttribute(Qt.ApplicationAttribute.AA_ShareOpenGLContexts)
    if sys.platform == "darwin":
        surface = QSurfaceFormat()
        surface.setVersion(3, 3)
        surface.setProfile(QSurfaceFormat.OpenGLContextProfile.CoreProfile)
        surface.setDepthBufferSize(24)
        QSurfaceFormat.setDefaultFormat(surface)
    with _telling_why_not():
        app = QApplication([PROGRAM])
    app.setApplicationName(PROGRAM)
    app.setDesktopFileName(PROGRAM)
    app.setWindowIcon(QIcon(str(_ICON)))
    return app


@contextlib.contextmanager
def _telling_why_not() -> Iterator[None]:
    """Where Qt finds no display it ends the program; let it say so in one line of ours."""
    told: list[str] = []

    def hear(kind: QtMsgType, _: QMessageLogContext, message: str) -> None:
        if kind == QtMsgType.QtFatalMsg:
            why = told[0] if told else message.splitlines()[0]
            os.write(2, f"glview: {NO_DISPLAY.format(why.strip())}\n".encode())
            os._exit(_NO_WINDOW)
        told.append(message)

    qInstallMessageHandler(hear)
    try:
        yield
    finally:
        qInstallMessageHandler(None)


@contextlib.contextmanager
def _interruptible(end: Callable[[], None]) -> Iterator[None]:
    """Call ``end`` from the event loop on Ctrl-C; a second one ends the process.

    The loop is C code, which resumes waiting after a signal; and a handler of Python's would run
    amid a paint.
    """
    if signal.getsignal(signal.SIGINT) is signal.SIG_IGN:
        yield
        return
    reading, writing = socket.socketpair()
    reading.setblocking(False)
    writing.setblocking(False)
    notifier = QSocketNotifier(reading.fileno(), QSocketNotifier.Type.Read)

    def hear(*_: object) -> None:
        if signal.SIGINT in reading.recv(64):
            end()

    notifier.activated.connect(hear)

    def hear_first(*_: object) -> None:
        signal.signal(signal.SIGINT, interrupts.end)

    handler = signal.signal(signal.SIGINT, hear_first)
    wakeup = signal.set_wakeup_fd(writing.fileno(), warn_on_full_buffer=False)
    try:
        yield
    finally:
        signal.set_wakeup_fd(wakeup)
        signal.signal(signal.SIGINT, handler)
        notifier.setEnabled(False)
        reading.close()
        writing.close()
