"""The view as a picture that leaves the window of ``glview --qt``: to a file, to the clipboard."""

import os
from pathlib import Path

from PySide6.QtCore import QObject, QSettings, Qt
from PySide6.QtGui import QGuiApplication, QImage
from PySide6.QtWidgets import QMessageBox

from glview.canvases.qt import GLBigImageWidget
from glview.canvases.qt_saving import Saving
from glview.canvases.qt_status import Status
from glview.canvases.titles import name_of, short
from glview.hud.items import HudItem

_FOLDER = "files/save_folder"


class Pictures(QObject):
    """Pictures of a widget's view; its status bar tells what came of them. GUI thread."""

    def __init__(
        self,
        widget: GLBigImageWidget,
        status: Status,
        store: QSettings,
        profile: bytes | None,
        parent: QObject,
    ) -> None:
        """``store`` keeps the folder; ``profile`` is the ICC profile they are in, None for sRGB."""
        super().__init__(parent)
        self._widget, self._status, self._store = widget, status, store
        self.saving = Saving(self, profile)
        self.saving.saved.connect(self._on_saved)
        self.saving.failed.connect(self._on_failed)

    def ask_where_to_save(self, image_path: str) -> None:
        """Ask for a file beside that of the image, or where one was saved last, and save it."""
        folder = str(self._store.value(_FOLDER, ""))
        if not os.path.isdir(folder):
            folder = os.path.dirname(os.path.abspath(image_path))
        name = f"{Path(name_of(image_path)).stem}-view.png"
        # As it is now: behind the dialog the picture may become another.
        self.saving.ask(self._widget.window(), self._taken(), folder, name)

    def copy(self) -> None:
        """To the clipboard."""
        QGuiApplication.clipboard().setImage(self._taken())
        self._status.say_briefly("Copied")

    def _taken(self) -> QImage:
        """The view without what is about the pointer."""
        shown = self._widget.hud
        self._widget.hud = shown - {HudItem.READOUT}
        try:
            return self._widget.grab_view()
        finally:
            self._widget.hud = shown

    def _on_saved(self, path: str) -> None:
        self._store.setValue(_FOLDER, os.path.dirname(path))
        self._status.say_briefly(f"Saved {short(path)}", f"Saved {path}")

    def _on_failed(self, fault: str) -> None:
        told = "The view is not saved"
        window = self._widget.window()
        box = QMessageBox(QMessageBox.Icon.Warning, "glview", told, parent=window)
        box.setInformativeText(fault)
        box.setAttribute(Qt.WidgetAttribute.WA_DeleteOnClose)
        box.open()
