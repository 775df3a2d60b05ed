"""The commands of a widget as QActions, and its context menu."""

from collections.abc import Callable

from PySide6.QtCore import QObject
from PySide6.QtGui import QAction
from PySide6.QtWidgets import QMenu, QWidget

from glview.canvases.bindings import BINDINGS, Command

MENU = (
    (Command.ZOOM_IN, Command.ZOOM_OUT, Command.FIT, Command.ONE_TO_ONE),
    (Command.TURN, Command.TURN_BACK, Command.UPRIGHT, Command.FLIP),
    (Command.RELOAD, Command.DEBUG),
)
"""What the context menu has, between separators."""
TITLES = {
    Command.ZOOM_IN: "Zoom In",
    Command.ZOOM_OUT: "Zoom Out",
    Command.FIT: "Fit",
    Command.ONE_TO_ONE: "1:1",
    Command.TURN: "Turn Right",
    Command.TURN_BACK: "Turn Left",
    Command.TILT: "Turn 5° Right",
    Command.TILT_BACK: "Turn 5° Left",
    Command.UPRIGHT: "Upright",
    Command.FLIP: "Flip",
    Command.LEFT: "Left",
    Command.RIGHT: "Right",
    Command.UP: "Up",
    Command.DOWN: "Down",
    Command.RELOAD: "Reload",
    Command.DEBUG: "Figures",
}
"""All but what concerns the window around the widget, which is the program's."""


def make_actions(widget: QWidget, run: Callable[[Command], None]) -> dict[Command, QAction]:
    """An action of the widget for each command; ``run`` is called when one is triggered.

    Its text tells the key (the first there is), which the widget itself listens to: a shortcut of
    the action's would take it from other widgets of the window.
    """
    actions = {}
    for command, title in TITLES.items():
        action = make_action(widget, command, title)
        action.triggered.connect(lambda *_, command=command: run(command))
        actions[command] = action
    return actions


def make_action(parent: QObject, command: Command, title: str) -> QAction:
    """An action that tells the key of a command, and does nothing yet."""
    keys = {command: key for binding in reversed(BINDINGS) for key, command in binding.keys[::-1]}
    key = keys.get(command)
    action = QAction(f"{title}\t{_told(key)}" if key else title, parent)
    action.setIconText(title)
    action.setToolTip(f"{title} ({_told(key)})" if key else title)
    action.setObjectName(command.name.lower())
    return action


def _told(key: str) -> str:
    """A key as menus call it: letters in capitals, and capitals with Shift."""
    return f"Shift+{key}" if key.isalpha() and key.isupper() and len(key) == 1 else key.capitalize()


def make_menu(widget: QWidget, actions: dict[Command, QAction]) -> QMenu:
    """A context menu, which is the caller's."""
    menu = QMenu(widget)
    for number, group in enumerate(MENU):
        if number:
            menu.addSeparator()
        menu.addActions([actions[command] for command in group])
    return menu
