"""A histogram with a window's two ends to be dragged, as a Qt widget."""

from collections.abc import Collection, Sequence

import numpy as np
from numpy.typing import NDArray
from PySide6.QtCore import QPointF, QSize, Qt, Signal
from PySide6.QtGui import QColor, QMouseEvent, QPainter, QPaintEvent, QPen, QPolygonF
from PySide6.QtWidgets import QSizePolicy, QWidget

from glview.display import RGB, Window
from glview.histogram import columns_over, heights, span

_NEAR_PX = 8.0
_PAPER = QColor(19, 21, 26)
_LINE = QColor(232, 235, 240)
_WIDTH, _HEIGHT = 240, 110
_LEAST_HEIGHT = 90
"""Below, columns cannot be told apart by their height."""
_ALPHA, _FAINT_ALPHA = 0.65, 0.2


class Histogram(QWidget):
    """Shows the values of several bands, and a window of one or more of them; for the GUI thread.

    It goes over the values near the window, so that its ends lie apart, or over all of them.

    ``windowDragged(low, high)`` is sent while a hand drags an end of it, or both by its middle;
    ``doubleClicked()`` when it is clicked twice.
    """

    windowDragged = Signal(float, float)
    doubleClicked = Signal()

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._values: NDArray[np.floating] = np.zeros((0, 0), np.float32)
        self._colors: tuple[RGB, ...] = ()
        self._shown: frozenset[int] = frozenset()
        self._chosen: frozenset[int] = frozenset()
        self._logarithmic = True
        self._whole = False
        self._window = Window(0.0, 1.0)
        self._span = Window(0.0, 1.0)
        self._held: tuple[bool, bool, float, Window] | None = None
        self._bars: dict[int, tuple[int, Window, NDArray[np.float64]]] = {}
        self.setSizePolicy(QSizePolicy.Policy.Expanding, QSizePolicy.Policy.Preferred)
        self.setMinimumHeight(_LEAST_HEIGHT)
        self.setAccessibleName("Histogram")
        self.setMouseTracking(True)

    def sizeHint(self) -> QSize:
        return QSize(_WIDTH, _HEIGHT)

    def set_values(self, values: NDArray[np.floating]) -> None:
        """What is in sight: shape (bands, count)."""
        self._values = values
        self._bars.clear()
        self._fit()

    def clear(self) -> None:
        """Show nothing: neither values nor a window."""
        self.set_values(np.zeros((0, 0), np.float32))
        self._colors, self._shown, self._chosen = (), frozenset(), frozenset()
        self._held = None

    @property
    def is_empty(self) -> bool:
        """Whether there are no values to be shown."""
        return self._values.size == 0

    @property
    def logarithmic(self) -> bool:
        """Whether heights are logarithms of how many values there are; may be set."""
        return self._logarithmic

    @logarithmic.setter
    def logarithmic(self, logarithmic: bool) -> None:
        self._logarithmic = logarithmic
        self._bars.clear()
        self.update()

    @property
    def whole(self) -> bool:
        """Whether it goes over all values, however far from the window; may be set."""
        return self._whole

    @whole.setter
    def whole(self, whole: bool) -> None:
        self._whole = whole
        self._fit()

    def set_window(
        self, window: Window, chosen: Collection[int], colors: Sequence[RGB], shown: Collection[int]
    ) -> None:
        """The window that has handles, and the bands that it is of.

        From end to end are their values; those of other bands that are ``shown`` are faint behind
        them. ``colors`` are those of all bands.
        """
        self._window, self._chosen = window, frozenset(chosen)
        self._colors, self._shown = tuple(colors), frozenset(shown)
        if self._held is None:
            self._fit()
        self.update()

    def _fit(self) -> None:
        """Show the values of the chosen bands; not while a hand holds on to a place of them."""
        chosen = [band for band in sorted(self._chosen) if band < len(self._values)]
        fitted = span(self._values[chosen], [self._window], near=not self._whole)
        if fitted != self._span:
            self._span = fitted
            self._bars.clear()
        self.update()

    def x_of(self, value: float) -> float:
        """Where a value stands, in logical pixels."""
        return (value - self._span.low) / (self._span.high - self._span.low) * self.width()

    def _value_at(self, x: float) -> float:
        return self._span.low + x / max(self.width(), 1) * (self._span.high - self._span.low)

    def paintEvent(self, _event: QPaintEvent) -> None:
        painter = QPainter(self)
        painter.fillRect(self.rect(), _PAPER)
        painter.setRenderHint(QPainter.RenderHint.Antialiasing)
        painter.setCompositionMode(QPainter.CompositionMode.CompositionMode_Plus)
        for band in sorted(self._shown | self._chosen):
            if band < len(self._values) and band < len(self._colors):
                alpha = _ALPHA if band in self._chosen else _FAINT_ALPHA
                self._paint_band(painter, band, alpha)
        painter.setCompositionMode(QPainter.CompositionMode.CompositionMode_SourceOver)
        painter.setRenderHint(QPainter.RenderHint.Antialiasing, on=False)
        for value in (self._window.low, self._window.high) if self._colors else ():
            x = round(self.x_of(value))
            painter.setPen(QPen(_LINE, 1))
            painter.drawLine(x, 0, x, self.height())
            painter.fillRect(x - 2, self.height() - 9, 5, 9, _LINE)
        painter.end()

    def _paint_band(self, painter: QPainter, band: int, alpha: float) -> None:
        columns = max(self.width() // 2, 1)
        made = self._bars.get(band)
        if made is None or made[0] != columns:
            values = self._values[band]
            over, count = columns_over(values, self._span, columns)
            high = heights(values, over, count, logarithmic=self._logarithmic)
            self._bars[band] = made = columns, over, high
        _, over, high = made
        bottom, right = float(self.height()), float(self.width())
        ends = np.linspace(self.x_of(over.low), self.x_of(over.high), len(high) + 1)
        ends = ends.clip(0.0, right).tolist()
        outline = [QPointF(0.0, bottom)]
        for left, end, share in zip(ends, ends[1:], high.tolist(), strict=False):
            y = bottom * (1.0 - 0.95 * share)
            outline += [QPointF(left, y), QPointF(end, y)]
        outline.append(QPointF(right, bottom))
        color = QColor.fromRgbF(*self._colors[band])
        # The darkest colours are seen on the dark paper, too.
        color = color.lighter(130) if color.lightnessF() > 0.0 else QColor(90, 90, 90)
        color.setAlphaF(alpha)
        painter.setPen(Qt.PenStyle.NoPen)
        painter.setBrush(color)
        painter.drawPolygon(QPolygonF(outline))

    def mousePressEvent(self, event: QMouseEvent) -> None:
        if event.button() != Qt.MouseButton.LeftButton:
            super().mousePressEvent(event)
            return
        x = event.position().x()
        self._held = (*self._grip(x), self._value_at(x), self._window)

    def _grip(self, x: float) -> tuple[bool, bool]:
        """Which of the ends a hand takes hold of there: the nearer one, or both between them."""
        low, high = self.x_of(self._window.low), self.x_of(self._window.high)
        if low + _NEAR_PX < x < high - _NEAR_PX:
            return True, True
        return abs(x - low) <= abs(x - high), abs(x - low) > abs(x - high)

    def mouseMoveEvent(self, event: QMouseEvent) -> None:
        if self._held is None:
            both = all(self._grip(event.position().x()))
            shape = Qt.CursorShape.SizeAllCursor if both else Qt.CursorShape.SplitHCursor
            self.setCursor(shape)
            super().mouseMoveEvent(event)
            return
        holds_low, holds_high, began, window = self._held
        moved = self._value_at(event.position().x()) - began
        low = window.low + moved * holds_low
        high = window.high + moved * holds_high
        # Neither end passes the other.
        least = (self._span.high - self._span.low) / max(self.width(), 1)
        if holds_low and not holds_high:
            low = min(low, high - least)
        elif holds_high and not holds_low:
            high = max(high, low + least)
        self.windowDragged.emit(low, high)

    def mouseDoubleClickEvent(self, event: QMouseEvent) -> None:
        if event.button() == Qt.MouseButton.LeftButton:
            self.doubleClicked.emit()

    def mouseReleaseEvent(self, event: QMouseEvent) -> None:
        if self._held is not None and event.button() == Qt.MouseButton.LeftButton:
            self._held = None
            self._fit()
        super().mouseReleaseEvent(event)
