"""Choices of menus that are kept: every action that is on or off and has a name."""

from collections.abc import Iterable

from PySide6.QtCore import QSettings
from PySide6.QtGui import QAction

from glview.canvases.bindings import CHANNELS, Command
from glview.canvases.qt import GLBigImageWidget
from glview.hud.items import HudItem


class Choices:
    """The choices of a window's menus about a widget; ``store`` keeps them. GUI thread."""

    def __init__(self, widget: GLBigImageWidget, store: QSettings) -> None:
        self._widget, self._store = widget, store
        self._lent: set[QAction] = set()
        """What is on because the command line said so."""

    def restore(self, actions: Iterable[QAction], hud: frozenset[HudItem]) -> None:
        """As they were kept; on for this once is what is on already, and ``hud``."""
        widget = self._widget
        # What is on now was asked for by an option.
        switches = map(widget.command_action, (Command.NEAREST, Command.CHECKER))
        asked = {switch for switch in switches if switch.isChecked()}
        restore_choices((action for action in actions if action not in asked), self._store)
        for item in hud - widget.hud:
            widget.hud |= {item}
            asked.add(widget.command_action(Command[item.name]))
        lent = self._lent
        for action in asked:
            # For this once, unless a hand then chooses it.
            self._lent.add(action)
            action.toggled.connect(lambda _, action=action: lent.discard(action))

    def keep(self, actions: Iterable[QAction]) -> None:
        """Keep how they are, but for what was on for this once and what is an image's own."""
        of_image = {self._widget.command_action(command) for command in CHANNELS}
        left_out = self._lent | of_image
        keep_choices((action for action in actions if action not in left_out), self._store)


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
