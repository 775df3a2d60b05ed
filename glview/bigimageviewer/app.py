"""`MainWindow`: a window with a `BigImageComponent`, a menu to open files, and Q to quit."""

import os
from pathlib import Path

from PySide6.QtCore import QCoreApplication, Qt
from PySide6.QtGui import QAction, QKeySequence
from PySide6.QtWidgets import QFileDialog, QMainWindow, QWidget

from glview.bigimageviewer.bigimage import FIT, Filename
from glview.bigimageviewer.bigimagecomponent import BigImageComponent
from glview.canvases.qt_shape import resize_picture
from glview.sources.file_types import dialog_filters

__all__ = ["BigImageComponent", "MainWindow"]


class MainWindow(QMainWindow):
    """The window of ``python -m glview.bigimageviewer``.

    ``viewport_width`` and ``viewport_height`` are the size of the picture's part of it, in logical
    pixels; None or -1: 512. Its central widget is the `BigImageComponent`.
    """

    DEFAULT_WIDTH = 512
    DEFAULT_HEIGHT = 512

    def __init__(
        self,
        parent: QWidget | None = None,
        viewport_width: int | None = None,
        viewport_height: int | None = None,
    ) -> None:
        super().__init__(parent)
        width = self.DEFAULT_WIDTH if viewport_width in {None, -1} else viewport_width
        height = self.DEFAULT_HEIGHT if viewport_height in {None, -1} else viewport_height
        assert width is not None
        assert height is not None
        self._viewer = BigImageComponent(width=width, height=height)
        self._viewer.exit_key = Qt.Key.Key_Q
        self.setCentralWidget(self._viewer)
        self.menu = self.menuBar()
        self.menu_file = self.menu.addMenu("&File")
        opening = QAction("&Open", self)
        opening.setShortcuts(QKeySequence.StandardKey.Open)
        opening.triggered.connect(self._open)
        leaving = QAction("E&xit", self)
        leaving.triggered.connect(QCoreApplication.quit)
        self.menu_file.addActions([opening, leaving])

    def load_file(self, filename: Filename, zoom: int = FIT) -> bool:
        """Show an image file, as `BigImageComponent.load_image`; its name becomes the title."""
        shown = self._viewer.load_image(filename, zoom)
        self.setWindowTitle(Path(os.fsdecode(filename)).stem)
        return shown

    def resize_viewer(self, width: int, height: int) -> None:
        """Make the window such that the picture's part of it has a size."""
        resize_picture(self, self._viewer, width, height)

    def fit_to_image(self) -> None:
        """Make the window as large as the picture at its zoom; nothing without an image."""
        width, height = self._viewer.image_width, self._viewer.image_height
        if width is not None and height is not None:
            self.resize_viewer(width, height)

    def focusViewer(self) -> None:  # noqa: N802  # BigImageViewer's name
        """Let keys go to the picture."""
        self._viewer.setFocus()

    def _open(self) -> None:
        """Ask for files until one can be shown, or nobody wants one."""
        folder, filters = str(Path.cwd()), ";;".join(dialog_filters())
        while True:
            filename, _ = QFileDialog.getOpenFileName(self, "Open File", folder, filters)
            if not filename or self.load_file(filename):
                return
            folder = str(Path(filename).parent)
