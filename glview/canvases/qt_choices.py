"""Choices of menus that are kept: every action that is on or off and has a name."""

from collections.abc import Iterable

from PySide6.QtCore import QSettings
from PySide6.QtGui import QAction


def restore_choices(actions: Iterable[QAction], store: QSettings) -> None:
    """Trigger those that are not as they were kept."""
    for action in actions:
        name = _place(action)
        if not action.isCheckable() or not store.contains(name):
            continue
        on = bool(store.value(name, type=bool))
        # What goes off by another one's going on has no off of its own.
        if on != action.isChecked() and (on or action.actionGroup() is None):
            action.trigger()


def keep_choices(actions: Iterable[QAction], store: QSettings) -> None:
    """Keep how they are."""
    for action in actions:
        if action.isCheckable() and action.objectName():
            store.setValue(_place(action), action.isChecked())


def _place(action: QAction) -> str:
    return f"view/{action.objectName()}"
