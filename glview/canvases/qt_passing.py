"""Keys that are struck while a control beside the picture has the focus, passed on to the picture.

Lists, boxes and buttons take letters to search by, or leave them to a window that knows none: after
one click beside the picture its keys would be dead.
"""

from PySide6.QtCore import QEvent, QObject, Qt
from PySide6.QtGui import QFocusEvent, QKeyEvent
from PySide6.QtWidgets import QApplication, QWidget

_OWN = frozenset(
    {
        *(Qt.Key.Key_Left, Qt.Key.Key_Right, Qt.Key.Key_Up, Qt.Key.Key_Down),
        *(Qt.Key.Key_Home, Qt.Key.Key_End, Qt.Key.Key_PageUp, Qt.Key.Key_PageDown),
        *(Qt.Key.Key_Tab, Qt.Key.Key_Backtab),
        *(Qt.Key.Key_Space, Qt.Key.Key_Return, Qt.Key.Key_Enter),
    }
)
"""What moves in a control, or presses it."""


class KeyPassing(QObject):
    """Passes the keys of controls on to a widget: all but those that move in a control or press it.

    Not for fields that take text. A key that the widget and its window leave is the control's.
    Lives as long as ``parent``.
    """

    def __init__(self, to: QWidget, parent: QWidget) -> None:
        super().__init__(parent)
        self._to = to

    def watch(self, *controls: QWidget) -> None:
        """Pass on the keys of these."""
        for control in controls:
            control.installEventFilter(self)

    def eventFilter(self, control: QObject, event: QEvent) -> bool:
        pressed = event.type() == QEvent.Type.KeyPress
        released = event.type() == QEvent.Type.KeyRelease
        if isinstance(event, QKeyEvent) and (pressed or released):
            if event.key() in _OWN:
                return False
            event.ignore()
            QApplication.sendEvent(self._to, event)
            return event.isAccepted()
        if event.type() == QEvent.Type.FocusOut:
            # A key that is still held is let go elsewhere.
            QApplication.sendEvent(self._to, QFocusEvent(QEvent.Type.FocusOut))
        return super().eventFilter(control, event)
