"""Faults of other packages that glview cannot work with: none of them may be installed."""

import sys

from PySide6.QtCore import QObject, Signal


class Told(QObject):
    told = Signal(int)


def test_qt_counts_its_references() -> None:
    """PySide6 6.12.0 does not, and ends a program on Python 3.11 after some thousand calls."""
    sender = Told()
    before = [sys.getrefcount(value) for value in (None, True, False)]
    for _ in range(200):
        sender.setObjectName("a name")
        sender.told.emit(1)
    after = [sys.getrefcount(value) for value in (None, True, False)]
    assert all(b > a - 100 for a, b in zip(before, after, strict=True))
