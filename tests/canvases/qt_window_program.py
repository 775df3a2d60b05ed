"""The window of ``glview --qt`` with a script in the place of a hand.

``python -m tests.canvases.qt_window_program SETTINGS SCRIPT [IMAGE]``: the settings are kept in the
file SETTINGS; the script's calls are made once the image is shown (or at once), then what they
have put into ``told`` is printed as JSON and the window closed.
"""

import json
import sys
import time
import traceback
from collections.abc import Callable
from typing import Any

from PySide6.QtCore import QPoint, QSettings, Qt, QTimer
from PySide6.QtGui import QAction
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QApplication, QFileDialog, QLabel, QMessageBox, QProgressBar

from glview.canvases import qt_program
from glview.canvases.qt_window import MainWindow
from glview.canvases.window_settings import WindowSettings


class Hand:
    """What a script may do with a window."""

    def __init__(self, store: QSettings) -> None:
        self.store = store
        self.window = MainWindow(store, WindowSettings(width=400, height=300))
        self.told: dict[str, Any] = {}

    def wait(self, true: Callable[[], Any]) -> Any:
        """Let the event loop run until something is true."""
        until = time.monotonic() + 10.0
        while not (found := true()):
            assert time.monotonic() < until, "in vain"
            QTest.qWait(10)
        return found

    def settle(self) -> None:
        self.window.repaint()
        self.wait(lambda: self.window.widget.stats().settled)

    def action(self, text: str) -> QAction:
        """The first action called so, without its key and the letter underlined."""
        return next(action for action in self.window.findChildren(QAction) if plain(action) == text)

    def dialog(self) -> QFileDialog:
        return self.wait(lambda: self.window.findChild(QFileDialog))  # type: ignore[no-any-return]  # `wait` gives what it is asked for

    def box(self) -> QMessageBox:
        return self.wait(lambda: self.window.findChild(QMessageBox))  # type: ignore[no-any-return]  # `wait` gives what it is asked for

    def status(self, name: str) -> str:
        label = self.window.statusBar().findChild(QLabel, name)
        assert isinstance(label, QLabel)
        return label.text()

    def loading(self) -> bool:
        """Whether the bar of what loads is seen."""
        bar = self.window.statusBar().findChild(QProgressBar, "loading")
        assert isinstance(bar, QProgressBar)
        return bar.isVisible()

    def point(self, x: int, y: int) -> None:
        """Put the pointer on the picture."""
        QTest.mouseMove(self.window.widget, QPoint(x, y))

    def menu(self, title: str) -> list[str]:
        """What a menu of the bar has, with those below; a line for each separator."""
        bar = self.window.menuBar().actions()
        return list(below(next(action for action in bar if plain(action) == title)))


def plain(action: QAction) -> str:
    return action.text().partition("\t")[0].replace("&", "")


def below(action: QAction) -> list[str]:
    listed = []
    for inner in action.menu().actions():  # type: ignore[attr-defined]  # it has a menu
        listed.append("-" if inner.isSeparator() else plain(inner))
        if inner.menu():
            listed += below(inner)
    return listed


def main() -> None:
    kept, script, *images = sys.argv[1:]
    app = qt_program._application()
    app.setApplicationVersion("1.2.3")
    hand = Hand(QSettings(kept, QSettings.Format.IniFormat))
    window = hand.window

    def play() -> None:
        if images:
            window.widget.settled.disconnect(play)
        names = {"hand": hand, "window": window, "widget": window.widget, "told": hand.told}
        classes = {kind.__name__: kind for kind in (QApplication, MainWindow, QTest, Qt)}
        try:
            exec(script, names | classes)
        except Exception:  # noqa: BLE001  # Qt would print it and wait for ever
            traceback.print_exc()
            app.exit(1)
            return
        print(json.dumps(hand.told), flush=True)
        window.close()

    if images:
        window.widget.settled.connect(play)
        window.open_files(images)
    else:
        QTimer.singleShot(0, play)
    window.show()
    sys.exit(app.exec())


main()
