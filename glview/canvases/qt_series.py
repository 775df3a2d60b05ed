"""The images of a file by their names, as a menu."""

from PySide6.QtGui import QActionGroup
from PySide6.QtWidgets import QMenu, QWidget

from glview.canvases.bindings import Command
from glview.canvases.qt import GLBigImageWidget
from glview.canvases.qt_actions import printable
from glview.series import series_names


class SeriesMenu(QMenu):
    """Goes to each image of the file that a widget shows; not there where it holds one only."""

    def __init__(self, widget: GLBigImageWidget, parent: QWidget) -> None:
        super().__init__("&Images of the File", parent)
        self._widget = widget
        self._one_of: QActionGroup | None = None
        self._end = self.addSeparator()
        steps = (Command.SERIES_BACK, Command.SERIES_ON)
        self.addActions([widget.command_action(command) for command in steps])
        self.aboutToShow.connect(self._fill)
        widget.imageLoaded.connect(self._offer)
        widget.imageClosed.connect(self._offer)
        self._offer()

    def _offer(self) -> None:
        self.setEnabled(bool(self._widget.all_series))

    def _fill(self) -> None:
        if self._one_of is not None:
            for action in self._one_of.actions():
                self.removeAction(action)
            self._one_of.deleteLater()
        self._one_of = one_of = QActionGroup(self)
        sizes = [f"{each.width} x {each.height}" for each in self._widget.all_series]
        names = series_names(self._widget.all_series)
        for number, (name, size) in enumerate(zip(names, sizes, strict=True)):
            told = name if name == size else f"{name}   {size}"
            action = one_of.addAction(f"{number + 1} {printable(told)}")
            action.setCheckable(True)
            action.setChecked(number == self._widget.series)
            action.triggered.connect(lambda *_, number=number: self._go_to(number))
            self.insertAction(self._end, action)

    def _go_to(self, series: int) -> None:
        # The file may have become another behind the menu.
        if series < len(self._widget.all_series):
            self._widget.series = series
