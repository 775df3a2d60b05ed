"""A Qt program that puts a `GLBigImageWidget` through many lives, run by test_qt_cycles.py.

It prints a line ``grown MEMORY_MIB DESCRIPTORS THREADS`` for what the second half of the cycles
has added, and ``view kept`` or ``view lost`` where a widget lives on; of glview's own window
``gone``, or what of it is still there.
"""

import argparse
import gc
import itertools
import sys
import time
import weakref
from collections.abc import Callable, Generator
from pathlib import Path

from PySide6.QtCore import QCoreApplication, QEvent, QSettings, Qt
from PySide6.QtWidgets import QApplication, QDockWidget, QMainWindow, QMenu, QWidget

from glview import GLBigImageWidget, Viewport
from glview.canvases.qt_window import MainWindow
from glview.canvases.window_settings import WindowSettings
from tests.canvases.qt_loop import run_until, settled
from tests.footprint import footprint


def main() -> None:
    parser = argparse.ArgumentParser()
    parser.add_argument("image")
    parser.add_argument("way", choices=["open", "window", "reparent", "dock", "hide"])
    parser.add_argument("--cycles", type=int, required=True)
    parser.add_argument("--share", action="store_true")
    options = parser.parse_args()
    if options.share:
        QCoreApplication.setAttribute(Qt.ApplicationAttribute.AA_ShareOpenGLContexts)
    app = QApplication([])
    ways: dict[str, Callable[[str], Generator[None]]] = {
        "open": opened,
        "window": windows,
        "reparent": reparented,
        "dock": docked,
        "hide": hidden,
    }
    cycles = ways[options.way](options.image)
    for _ in range(options.cycles // 2):
        next(cycles)
    gc.collect()
    before = footprint()
    for _ in range(options.cycles - options.cycles // 2):
        next(cycles)
    gc.collect()
    after = footprint()
    print(
        "grown",
        round(after.memory_mib - before.memory_mib, 1),
        after.descriptors - before.descriptors,
        after.threads - before.threads,
        flush=True,
    )
    cycles.close()
    app.closeAllWindows()
    sys.exit(0)


def opened(image: str) -> Generator[None]:
    """A window with a widget, opened, seen, closed and deleted."""
    while True:
        window = QMainWindow()
        widget = GLBigImageWidget()
        window.setCentralWidget(widget)
        window.resize(640, 480)
        widget.load_image(image)
        window.show()
        settled(widget)
        window.close()
        window.deleteLater()
        QCoreApplication.sendPostedEvents(None, QEvent.Type.DeferredDelete)
        del window, widget
        yield


def windows(image: str) -> Generator[None]:
    """glview's own window, with its panel and menus: closed and deleted, or closed and let go."""
    kept = str(Path(image).parent / "settings.ini")
    for deleted in itertools.cycle((True, False)):
        window = MainWindow(QSettings(kept, QSettings.Format.IniFormat), WindowSettings(640, 480))
        window.setAttribute(Qt.WidgetAttribute.WA_DeleteOnClose, deleted)
        parts: dict[str, Callable[[], object]] = {
            "window": weakref.ref(window),
            "widget": weakref.ref(window.widget),
            "viewer": weakref.ref(window.widget._viewer),
        }
        window.open_files([image])
        window.show()
        window.widget.wait_settled()
        for menu in window.findChildren(QMenu):
            menu.aboutToShow.emit()
            menu.aboutToHide.emit()
        window._recent.aboutToShow.emit()
        for dock in window.findChildren(QDockWidget):
            dock.show()
        window.close()
        QCoreApplication.sendPostedEvents(None, QEvent.Type.DeferredDelete)
        del window, menu, dock
        # Several times for what destructors let go, and a thread that is telling the window a word.
        for _ in range(20):
            gc.collect()
            left = [name for name, part in parts.items() if part() is not None]
            if not left:
                break
            time.sleep(0.1)
        print(", ".join(left) or "gone", flush=True)
        yield


def zoomed(widget: GLBigImageWidget, image: str) -> Viewport:
    """The widget with the image in it, looked at somewhere; the view."""
    widget.load_image(image, zoom=11)
    settled(widget)
    return widget.viewport


def tell(widget: GLBigImageWidget, view: Viewport) -> None:
    now = widget.viewport
    same = (now.centre_x, now.centre_y, now.scale) == (view.centre_x, view.centre_y, view.scale)
    print("view", "kept" if same else f"lost: {now} for {view}", flush=True)


def reparented(image: str) -> Generator[None]:
    """From one window to another and back."""
    windows = [QMainWindow(), QMainWindow()]
    for number, window in enumerate(windows):
        window.setWindowTitle(f"window {number}")
        window.resize(640, 480)
        window.show()
    widget = GLBigImageWidget()
    windows[0].setCentralWidget(widget)
    view = zoomed(widget, image)
    number = 0
    while True:
        windows[number].takeCentralWidget()
        number = 1 - number
        windows[number].setCentralWidget(widget)
        widget.show()
        settled(widget)
        tell(widget, view)
        yield


def docked(image: str) -> Generator[None]:
    """In a dock that floats and comes back."""
    window = QMainWindow()
    window.setCentralWidget(QWidget())
    dock = QDockWidget("dock")
    widget = GLBigImageWidget()
    dock.setWidget(widget)
    window.addDockWidget(Qt.DockWidgetArea.LeftDockWidgetArea, dock)
    window.resize(900, 600)
    window.show()
    view = zoomed(widget, image)
    while True:
        dock.setFloating(not dock.isFloating())
        settled(widget)
        tell(widget, view)
        yield


def hidden(image: str) -> Generator[None]:
    """Hidden and shown again."""
    window = QMainWindow()
    widget = GLBigImageWidget()
    window.setCentralWidget(widget)
    window.resize(640, 480)
    window.show()
    view = zoomed(widget, image)
    while True:
        window.hide()
        run_until(lambda: not window.isVisible())
        window.show()
        settled(widget)
        tell(widget, view)
        yield


main()
