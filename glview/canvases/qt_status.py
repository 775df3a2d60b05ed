"""The status bar of a window: what is under the pointer, the zoom, what loads, what went wrong."""

import html

from PySide6.QtCore import QPointF, Qt, QTimer
from PySide6.QtGui import QPaintEvent, QResizeEvent
from PySide6.QtWidgets import QLabel, QProgressBar, QSizePolicy, QStatusBar, QStylePainter

from glview.canvases.qt import GLBigImageWidget
from glview.canvases.titles import short, zoom_text
from glview.errors import unnamed
from glview.hud.readout import fitting, readout

BRIEF_MS = 6000
"""So long stands what is told of a thing that is done."""
LOADS_AFTER_MS = 300
"""What is loaded sooner shows no bar: it would only flash."""
_BAR_PX, _GAP_PX = 120, 16


class _Text(QLabel):
    """A line that makes the window no wider, whatever it says."""

    def __init__(self) -> None:
        super().__init__()
        # A file's names are no markup.
        self.setTextFormat(Qt.TextFormat.PlainText)
        self.setSizePolicy(QSizePolicy.Policy.Ignored, QSizePolicy.Policy.Preferred)


class _Line(_Text):
    """As many whole pieces of a line as there is room for; all of them where it is pointed at."""

    def __init__(self) -> None:
        super().__init__()
        self._pieces: tuple[str, ...] = ()
        self._wanted_px = 0

    def show_pieces(self, pieces: tuple[str, ...]) -> None:
        self._pieces = pieces
        wanted = self.fontMetrics().horizontalAdvance("".join(pieces)) + _GAP_PX
        # Never narrower while it tells of anything: it would tremble with each digit.
        self._wanted_px = max(wanted, self._wanted_px) if pieces else 0
        self.setMaximumWidth(self._wanted_px)
        told = "<br>".join(html.escape(piece.strip()) for piece in pieces)
        self.setToolTip(f"<p style='white-space:pre'>{told}</p>" if told else "")
        self._fit()

    def resizeEvent(self, event: QResizeEvent) -> None:
        super().resizeEvent(event)
        self._fit()

    def _fit(self) -> None:
        room = self.contentsRect().width()
        self.setText(fitting(self._pieces, room, self.fontMetrics().horizontalAdvance))


class Told(_Text):
    """A line that is cut in its middle where there is no room: how it ends is told, too."""

    @property
    def seen(self) -> str:
        """What there is room for."""
        room = self.contentsRect().width()
        return self.fontMetrics().elidedText(self.text(), Qt.TextElideMode.ElideMiddle, room)

    def paintEvent(self, _event: QPaintEvent) -> None:
        painter = QStylePainter(self)
        painter.drawItemText(
            self.contentsRect(),
            self.alignment(),
            self.palette(),
            self.isEnabled(),
            self.seen,
            self.foregroundRole(),
        )
        painter.end()


class Status(QStatusBar):
    """Follows one widget; for the GUI thread.

    What `say` tells stays until the next; what `say_briefly` tells goes after some seconds, or when
    something else is done to the picture.
    """

    def __init__(self, widget: GLBigImageWidget) -> None:
        super().__init__()
        self._widget = widget
        self._told = Told()
        self._told.setObjectName("told")
        self._bar = QProgressBar()
        self._bar.setObjectName("loading")
        self._bar.setMaximumWidth(_BAR_PX)
        self._bar.setTextVisible(False)
        self._bar.hide()
        self._place, self._zoom = _Line(), QLabel()
        self._place.setObjectName("place")
        self._zoom.setObjectName("zoom")
        # What is told and the place have parts of the width, whatever they say; what the place does
        # not take is left to what is told.
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

    def opened(self, fault: str = "", name: str = "") -> None:
        """It is there, or it is told why not, of an image of this name."""
        told = unnamed(name, fault)
        self.say(told if told == fault else f"{short(name)}: {told}", fault)
        self._loads.stop()
        self._bar.hide()
        self._bar.setRange(0, 1)

    def say(self, told: str, whole: str = "") -> None:
        """Tell something; ``whole`` where it is pointed at, if that says more."""
        self._brief.stop()
        self._is_brief = False
        self._told.setText(told)
        self._told.setToolTip(whole or told)

    def say_briefly(self, told: str, whole: str = "") -> None:
        self.say(told, whole)
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
        described = self._widget.description
        reason = unnamed(described.name, why) if described is not None else why
        tile = f"tile {column}, {row} of level {level}"
        self.say(f"{reason} ({tile})", f"{tile.capitalize()} cannot be read: {why}")

    def _on_progress(self, needed: int, there: int) -> None:
        if there >= needed:
            self._loads.stop()
            self._bar.hide()
            return
        self._bar.setRange(0, needed)
        self._bar.setValue(there)
        if self._bar.isHidden() and not self._loads.isActive():
            self._loads.start()
