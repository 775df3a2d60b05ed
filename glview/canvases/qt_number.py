"""A field for a number with as many significant digits as it takes (Qt)."""

import math
import re

from PySide6.QtGui import QValidator
from PySide6.QtWidgets import QDoubleSpinBox, QWidget

_MOST = 1e308
_EXACT = 323
"""So many behind the point that Qt rounds no number that is typed or set."""

_BEGUN = re.compile(r"\s*[-+\u2212]?\d*[.,]?\d*(?:e[-+\u2212]?\d*)?\s*", re.IGNORECASE)
"""What a number may begin with."""


class NumberField(QDoubleSpinBox):
    """Any finite number, written with ``digits`` significant digits; a whole one if that is None.

    What is written differs from the value where that has more digits; the value stays until
    something else is typed.
    """

    def __init__(self, name: str, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._digits: int | None = 4
        self.setDecimals(_EXACT)
        self.setRange(-_MOST, _MOST)
        self.setKeyboardTracking(False)
        self.setAccessibleName(name)

    def show_value(self, value: float, digits: int | None, step: float) -> None:
        """Show a number, and how it is written."""
        self._digits = digits
        self.setDecimals(0 if digits is None else _EXACT)
        self.setSingleStep(step)
        self.setValue(value)

    def textFromValue(self, value: float) -> str:
        return f"{value:.0f}" if self._digits is None else f"{value:.{self._digits}g}"

    def valueFromText(self, text: str) -> float:
        if text == self.textFromValue(self.value()):
            return self.value()
        return _number(text) or 0.0

    def validate(self, text: str, at: int) -> tuple[QValidator.State, str, int]:
        if _number(text) is not None and _BEGUN.fullmatch(text):
            return QValidator.State.Acceptable, text, at
        begun = _BEGUN.fullmatch(text) is not None
        return QValidator.State.Intermediate if begun else QValidator.State.Invalid, text, at


def _number(text: str) -> float | None:
    """What was typed, with a point or a comma; None while it is no number."""
    try:
        value = float(text.strip().replace("\u2212", "-").replace(",", "."))
    except ValueError:
        return None
    return value if math.isfinite(value) else None
