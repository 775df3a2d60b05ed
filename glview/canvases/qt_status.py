"""The status bar of a window: what is under the pointer, the zoom, what loads, what went wrong."""

import html

from PySide6.QtCore import QPointF, Qt, QTimer
from PySide6.QtGui import QResizeEvent
from PySide6.QtWidgets import QLabel, QProgressBar, QSizePolicy, QStatusBar

from glview.canvases.qt import GLBigImageWidget
from glview.canvases.titles import zoom_text
from glview.hud.readout import fitting, readout

BRIEF_MS = 6000
"""So long stands what is told of a thing that is done."""
LOADS_AFTER_MS = 300
"""What is loaded sooner shows no bar: it would only flash."""
_BAR_PX = 120


class _Line(QLabel):
    """As many whole pieces of a line as there is room for; all of them where it is pointed at."""

    def __init__(self) -> None:
        super().__init__()
        self._pieces: tuple[str, ...] = ()
        # A file's names are no markup.
        self.setTextFormat(Qt.TextFormat.PlainText)
        self.setSizePolicy(QSizePolicy.Policy.Ignored, QSizePolicy.Policy.Preferred)

    def show_pieces(self, pieces: tuple[str, ...]) -> None:
        self._pieces = pieces
        told = "<br>".join(html.escape(piece.strip()) for piece in pieces)
        self.setToolTip(f"<p style='white-space:pre'>{told}</p>" if told else "")
        self._fit()

    def resizeEvent(self, event: QResizeEvent) -> None:
        super().resizeEvent(event)
        self._fit()

    def _fit(self) -> None:
        room = self.contentsRect().width()
        self.setText(fitting(self._pieces, room, self.fontMetrics().horizontalAdvance))


class Status(QStatusBar):
    """Follows one widget; for the GUI thread.

    What `say` tells stays until the next; what `say_briefly` tells goes after some seconds, or when
    something else is done to the picture.
    """

    def __init__(self, widget: GLBigImageWidget) -> None:
        super().__init__()
        self._widget = widget
        self._told = QLabel()
        self._told.setObjectName("told")
        # Long words are cut: they must not make the window wider.
        self._told.setSizePolicy(QSizePolicy.Policy.Ignored, QSizePolicy.Policy.Preferred)
        self._bar = QProgressBar()
        self._bar.setObjectName("loading")
        self._bar.setMaximumWidth(_BAR_PX)
        self._bar.setTextVisible(False)
        self._bar.hide()
        self._place, self._zoom = _Line(), QLabel()
        self._place.setObjectName("place")
        self._zoom.setObjectName("zoom")
        # What is told and the place have parts of the width, whatever they say.
        self.addWidget(self._told, 1)
        for shown, share in ((self._bar, 0), (self._place, 2), (self._zoom, 0)):
            self.addPermanentWidget(shown, share)
        self._loads = QTimer(self)
        self._loads.setSingleShot(True)
        self._loads.setInterval(LOADS_AFTER_MS)
        self._loads.timeout.connect(self._bar.show)
        self._under: tuple[QPointF | None, tuple[float, ...]] = (None, ())
        widget.cursorMoved.connect(self._on_cursor)
        widget.displayChanged.connect(self._tell_place)
        widget.progress.connect(self._on_progress)
        self._brief, self._is_brief = QTimer(self), False
        self._brief.setSingleShot(True)
        self._brief.setInterval(BRIEF_MS)
        self._brief.timeout.connect(self._unsay)
        for done in (widget.viewChanged, widget.displayChanged, widget.planeChanged):
            done.connect(self._unsay)
        widget.tileFailed.connect(self._on_tile_failed)
        widget.viewChanged.connect(self.show_zoom)
        widget.imageLoaded.connect(self.show_zoom)

    def opening(self, name: str) -> None:
        """An image is being opened, nobody knows for how long."""
        self.say(f"Opening {name} …")
        self._bar.setRange(0, 0)
        self._loads.start()

    def opened(self, told: str = "") -> None:
        """It is there, or it is told why not."""
        self.say(told)
        self._loads.stop()
        self._bar.hide()
        self._bar.setRange(0, 1)

    def say(self, told: str) -> None:
        self._brief.stop()
        self._is_brief = False
        self._told.setText(told)
        self._told.setToolTip(told)

    def say_briefly(self, told: str) -> None:
        self.say(told)
        self._is_brief = True
        self._brief.start()

    def _unsay(self, *_: object) -> None:
        """The brief message is over, if there is one."""
        if self._is_brief:
            self.say("")

    def show_zoom(self, *_: object) -> None:
        shown = self._widget.description is not None
        full = self._widget.full_magnification
        # So wide that nothing moves while the picture does.
        longest = "0.0012%" if full is None else "0.12% (0.012x)"
        self._zoom.setMinimumWidth(self.fontMetrics().horizontalAdvance(longest))
        self._zoom.setText(zoom_text(self._widget.viewport.scale, full) if shown else "")

    def _on_cursor(self, at: QPointF | None, values: tuple[float, ...]) -> None:
        self._under = at, values
        self._tell_place()

    def _tell_place(self, *_: object) -> None:
        shown, display = self._widget.description, self._widget.display
        at, values = self._under
        pieces: tuple[str, ...] = ()
        if at is not None and shown is not None and display is not None:
            pieces = readout(shown, (at.x(), at.y()), values, display.hidden)
        self._place.show_pieces(pieces)

    def _on_tile_failed(self, level: int, column: int, row: int, why: str) -> None:
        self.say(f"Tile {column}, {row} of level {level} cannot be read: {why}")

    def _on_progress(self, needed: int, there: int) -> None:
        if there >= needed:
            self._loads.stop()
            self._bar.hide()
            return
        self._bar.setRange(0, needed)
        self._bar.setValue(there)
        if self._bar.isHidden() and not self._loads.isActive():
            self._loads.start()
