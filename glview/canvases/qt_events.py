"""A widget that hands take hold of: Qt's events, each to what hands do."""

from PySide6.QtCore import QEvent, Qt
from PySide6.QtGui import (
    QEnterEvent,
    QFocusEvent,
    QKeyEvent,
    QMouseEvent,
    QNativeGestureEvent,
    QTouchEvent,
    QWheelEvent,
)
from PySide6.QtOpenGLWidgets import QOpenGLWidget
from PySide6.QtWidgets import QWidget

from glview.canvases.qt_hands import Hands
from glview.canvases.qt_pixels import off_grid


class HandsWidget(QOpenGLWidget):
    """Takes the events that mean something, asks for a picture, and leaves others to its parent.

    What it draws is a subclass's, which sets ``_hands``.
    """

    _hands: Hands

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.setFocusPolicy(Qt.FocusPolicy.StrongFocus)
        self.setMouseTracking(True)
        self.setAttribute(Qt.WidgetAttribute.WA_AcceptTouchEvents)

    def _pointer_moved(self) -> None:
        """For subclasses: the pointer is at another place, or has left."""

    def _key_struck(self) -> None:
        """For subclasses: a key has done something."""

    @property
    def _hands_now(self) -> Hands:
        self._hands.pixel_ratio = self.devicePixelRatioF()
        self._hands.off_grid = off_grid(self)
        return self._hands

    def _done(self, event: QEvent, *, done: bool) -> None:
        """Take an event and show what came of it, or leave it to the widget's parent."""
        event.setAccepted(done)
        if done:
            self.update()

    def mousePressEvent(self, event: QMouseEvent) -> None:
        self._done(event, done=self._hands_now.press(event))

    def mouseDoubleClickEvent(self, event: QMouseEvent) -> None:
        self._done(event, done=self._hands_now.press(event, double=True))

    def mouseMoveEvent(self, event: QMouseEvent) -> None:
        changed = self._hands_now.move(event)
        self._pointer_moved()
        if changed:
            self.update()

    def mouseReleaseEvent(self, event: QMouseEvent) -> None:
        self._done(event, done=self._hands_now.release(event))

    def enterEvent(self, event: QEnterEvent) -> None:
        self._hands_now.move(event)

    def leaveEvent(self, _event: QEvent) -> None:
        changed = self._hands.leave()
        self._pointer_moved()
        if changed:
            self.update()

    def wheelEvent(self, event: QWheelEvent) -> None:
        self._done(event, done=self._hands_now.wheel(event))

    def keyPressEvent(self, event: QKeyEvent) -> None:
        if self._hands.key(event):
            self._key_struck()
            self._done(event, done=True)
        else:
            super().keyPressEvent(event)

    def keyReleaseEvent(self, event: QKeyEvent) -> None:
        if self._hands.key_up(event):
            self._done(event, done=True)
        else:
            super().keyReleaseEvent(event)

    def focusOutEvent(self, event: QFocusEvent) -> None:
        self._done(event, done=self._hands.all_keys_up())
        super().focusOutEvent(event)

    def event(self, event: QEvent) -> bool:
        """Gestures on a touchpad and fingers on a screen, which have no handlers of their own."""
        overrides = event.type() == QEvent.Type.ShortcutOverride
        if overrides and isinstance(event, QKeyEvent) and self._hands.answers(event):
            # What is typed is an answer, and no shortcut of the program's.
            event.accept()
            return True
        if isinstance(event, QNativeGestureEvent):
            done = self._hands_now.gesture(event)
        elif isinstance(event, QTouchEvent):
            done = self._hands_now.touch(event)
        else:
            done = False
        if done:
            self._done(event, done=True)
        return done or super().event(event)
