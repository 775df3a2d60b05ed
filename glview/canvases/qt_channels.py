"""The channels of a widget's image by their names: as a menu, and as the list of a panel."""

from PySide6.QtCore import Signal
from PySide6.QtGui import QAction, QMouseEvent
from PySide6.QtWidgets import QListWidget, QMenu, QStyle, QWidget

from glview.canvases.bindings import CHANNELS, Command
from glview.canvases.qt import GLBigImageWidget
from glview.canvases.qt_actions import printable
from glview.canvases.qt_lifetime import weakly
from glview.display_steps import band_names


class ChannelsMenu(QMenu):
    """Shows and hides each channel; those past the ninth, which have no keys, too."""

    def __init__(self, widget: GLBigImageWidget, parent: QWidget) -> None:
        super().__init__("C&hannels", parent)
        self._widget = widget
        self._keyless: list[QAction] = []
        self.addActions([widget.command_action(command) for command in CHANNELS])
        self._end = self.addSeparator()
        last = (Command.ONLY_CHANNEL, Command.ALL_CHANNELS)
        self.addActions([widget.command_action(command) for command in last])
        self.aboutToShow.connect(self._fill)

    def _fill(self) -> None:
        described, display = self._widget.description, self._widget.display
        for action in self._keyless:
            self.removeAction(action)
            action.deleteLater()
        self._keyless = []
        if described is None or display is None:
            return
        # What Qt holds may not hold the menu.
        switch = weakly(self._switch)
        for band, name in tuple(enumerate(band_names(described)))[len(CHANNELS) :]:
            action = QAction(printable(" ".join(name.split())), self)
            action.setCheckable(True)
            action.setChecked(band not in display.hidden)
            action.triggered.connect(lambda *_, band=band: switch(band))
            self.insertAction(self._end, action)
            self._keyless.append(action)

    def _switch(self, band: int) -> None:
        display = self._widget.display
        if display is not None:
            self._widget.set_channel_shown(band, band in display.hidden)


class ChannelList(QListWidget):
    """A row a channel, with a box to be checked."""

    doubleClickedBeside = Signal(int)
    """A row was clicked twice, beside its box; carries its number."""

    def mouseDoubleClickEvent(self, event: QMouseEvent) -> None:
        super().mouseDoubleClickEvent(event)
        place = event.position().toPoint()
        # On the box each click is one of its own.
        box = 2 * self.style().pixelMetric(QStyle.PixelMetric.PM_IndicatorWidth)
        row = self.indexAt(place).row()
        if row >= 0 and place.x() > box:
            self.doubleClickedBeside.emit(row)
