"""Saves the picture of a widget, in a thread of its own: a large one takes a second."""

from functools import partial
from pathlib import Path

import numpy as np
from numpy.typing import NDArray
from PySide6.QtCore import QObject, Qt, Signal
from PySide6.QtGui import QImage
from PySide6.QtWidgets import QFileDialog, QWidget

from glview.canvases.qt_lifetime import Wake, weakly
from glview.canvases.writing import Writing
from glview.png import write_png


class Saving(QObject):
    """Pictures on their way to their files; `saved` and `failed` tell what came of one."""

    saved = Signal(str)
    """Carries the path."""
    failed = Signal(str)
    """Carries one line that names the file and the fault."""

    def __init__(self, parent: QObject, profile: bytes | None = None) -> None:
        """``profile`` is the ICC profile that pictures are in; None for sRGB."""
        super().__init__(parent)
        # Threads know these two, and none of Qt's objects that may go before them.
        self._wake = Wake(weakly(self._tell))
        self._writing = Writing(self._wake, partial(write_png, profile=profile))

    def ask(self, parent: QWidget, picture: QImage, folder: str, name: str) -> None:
        """Ask where to save a picture, and do it there; returns at once."""
        dialog = QFileDialog(parent, "Save View as Image", folder)
        dialog.setNameFilter("PNG image (*.png)")
        dialog.setAcceptMode(QFileDialog.AcceptMode.AcceptSave)
        dialog.setDefaultSuffix("png")
        dialog.selectFile(name)
        dialog.fileSelected.connect(lambda path: self.save(picture, path))
        dialog.setAttribute(Qt.WidgetAttribute.WA_DeleteOnClose)
        dialog.open()

    def save(self, picture: QImage, path: str) -> None:
        """Begin to write a PNG. The program does not end before it is done."""
        if Path(path).suffix.lower() != ".png":
            self.failed.emit(f"{path}: what is saved is a PNG: its name must end in .png")
            return
        self._writing.begin(pixels_of(picture), path)

    def close(self) -> None:
        """The window closes: wait a moment for what is being written; its faults are logged."""
        self._wake.close()
        self._writing.close()

    def _tell(self) -> None:
        for outcome in self._writing.take():
            if outcome.fault:
                self.failed.emit(outcome.fault)
            else:
                self.saved.emit(outcome.path)


def pixels_of(picture: QImage) -> NDArray[np.uint8]:
    """(height, width, 3) RGB of a picture."""
    rgb = picture.convertToFormat(QImage.Format.Format_RGB888)
    rows = np.frombuffer(rgb.constBits(), np.uint8).reshape(rgb.height(), rgb.bytesPerLine())
    return np.array(rows[:, : rgb.width() * 3]).reshape(rgb.height(), rgb.width(), 3)
