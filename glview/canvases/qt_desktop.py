"""What the desktop asks of programs, where Qt can tell."""

from PySide6.QtGui import QGuiApplication
from PySide6.QtWidgets import QStyle, QWidget


def wants_reduced_motion(widget: QWidget) -> bool:
    """Whether people want no animations: by the style, and from Qt 6.11 on by the desktop."""
    if not widget.style().styleHint(QStyle.StyleHint.SH_Widget_Animate, None, widget):
        return True
    hints = QGuiApplication.styleHints()
    accessibility = hints.accessibility() if hasattr(hints, "accessibility") else None
    preference = getattr(accessibility, "motionPreference", None)
    return preference is not None and preference().name == "ReducedMotion"
