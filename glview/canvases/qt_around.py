"""What is around the picture in the window of ``glview --qt``: a panel, and sliders below."""

from PySide6.QtCore import Qt
from PySide6.QtWidgets import QDockWidget, QMainWindow, QToolBar

from glview.canvases.qt import GLBigImageWidget
from glview.canvases.qt_contrast import ContrastPanel
from glview.canvases.qt_planes import PlaneSliders

_LEAST_BESIDE_PX = 200
"""So wide stays the picture beside a panel, in logical pixels."""


class ContrastDock(QDockWidget):
    """The panel of contrast at the right of a window, out of sight until it is asked for."""

    def __init__(self, window: QMainWindow, widget: GLBigImageWidget) -> None:
        super().__init__("Contrast", window)
        self._beside = widget
        self.setObjectName("contrast")
        self.setWidget(ContrastPanel(widget, self))
        window.addDockWidget(Qt.DockWidgetArea.RightDockWidgetArea, self)
        self.hide()
        self.visibilityChanged.connect(self._leave_room)

    def _leave_room(self, shown: bool) -> None:
        """Let the panel make a small window larger, not the picture a strip."""
        self._beside.setMinimumWidth(_LEAST_BESIDE_PX if shown else 0)


class PlaneBar(QToolBar):
    """Sliders below the picture, to be shown where the file has other pictures."""

    def __init__(self, window: QMainWindow, widget: GLBigImageWidget) -> None:
        super().__init__("Planes", window)
        self.setMovable(False)
        self.addWidget(PlaneSliders(widget, self))
        window.addToolBar(Qt.ToolBarArea.BottomToolBarArea, self)
        self.toggleViewAction().setVisible(False)
        self.hide()
