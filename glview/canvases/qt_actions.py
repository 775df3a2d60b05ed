"""The commands of a widget as QActions, and its context menu."""

from collections.abc import Callable, Sequence

from PySide6.QtCore import QObject
from PySide6.QtGui import QAction
from PySide6.QtWidgets import QMenu, QWidget

from glview.canvases.bindings import CHANNELS, MAGNIFICATIONS, SERIES, TIMES, Command, KeysOf

MENU = (
    (Command.ZOOM_IN, Command.ZOOM_OUT, Command.FIT, Command.ONE_TO_ONE),
    (Command.TURN, Command.TURN_BACK, Command.UPRIGHT, Command.FLIP),
    (
        *(Command.SCALE_BAR, Command.NAVIGATOR, Command.READOUT, Command.PIXEL_GRID),
        *(Command.LEGEND, Command.CHECKER, Command.NEAREST),
    ),
    (
        *(Command.AUTO_WINDOW, Command.FAINT_WINDOW, Command.RESET_DISPLAY),
        *(Command.NEXT_CURVE, Command.NEXT_COLORMAP),
    ),
    (Command.BACK, Command.FORWARD, Command.GO_TO),
    (Command.PLANE_BACK, Command.PLANE_ON, Command.SERIES_BACK, Command.SERIES_ON),
    (Command.RELOAD, Command.DEBUG),
)
"""What the context menu has, between separators."""
TITLES = {
    Command.ZOOM_IN: "Zoom In",
    Command.ZOOM_OUT: "Zoom Out",
    Command.FIT: "Fit",
    Command.ONE_TO_ONE: "1:1",
    **{command: f"{times}:1" for command, times in TIMES.items()},
    **{command: f"{power:.0f}x" for command, power in MAGNIFICATIONS.items()},
    Command.GO_TO: "Go To …",
    Command.BACK: "Back",
    Command.FORWARD: "Forward",
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
    Command.SCALE_BAR: "Scale Bar",
    Command.NAVIGATOR: "Navigator",
    Command.READOUT: "Pixel Under the Pointer",
    Command.PIXEL_GRID: "Pixel Grid",
    Command.LEGEND: "Names of Channels",
    Command.PLANE_SLIDERS: "Plane Sliders",
    Command.CHECKER: "Checkerboard",
    Command.NEAREST: "Pixels as Squares",
    Command.AUTO_WINDOW: "Contrast for What Is in Sight",
    Command.FAINT_WINDOW: "Contrast for What Is Faint in Sight",
    Command.RESET_DISPLAY: "Contrast as at First",
    Command.NEXT_CURVE: "Next Curve",
    Command.NEXT_COLORMAP: "Next Colour Map",
    **{command: f"Channel {number}" for command, number in CHANNELS.items()},
    Command.ONLY_CHANNEL: "Only One Channel, Then the Next",
    Command.ALL_CHANNELS: "All Channels",
    Command.PLANE_BACK: "Plane Before",
    Command.PLANE_ON: "Next Plane",
    Command.SLOW_PLANE_BACK: "Plane Before, Second Axis",
    Command.SLOW_PLANE_ON: "Next Plane, Second Axis",
    Command.SLOWEST_PLANE_BACK: "Plane Before, Third Axis",
    Command.SLOWEST_PLANE_ON: "Next Plane, Third Axis",
    Command.SERIES_BACK: "Image Before in the File",
    Command.SERIES_ON: "Next Image in the File",
    Command.DEBUG: "Tile Borders and Figures",
}
"""All but what concerns the window around the widget, which is the program's."""


def make_actions(
    widget: QWidget, run: Callable[[Command], None], keys_of: KeysOf
) -> dict[Command, QAction]:
    """An action of the widget for each command; ``run`` is called when one is triggered."""
    actions = {}
    for command, title in TITLES.items():
        action = make_action(widget, command, title)
        action.triggered.connect(lambda *_, command=command: run(command))
        actions[command] = action
    tell_keys(actions, keys_of)
    return actions


def make_action(parent: QObject, command: Command, title: str) -> QAction:
    """An action for a command that tells no key and does nothing yet."""
    action = QAction(title, parent)
    action.setIconText(title)
    action.setObjectName(command.name.lower())
    return action


def tell_switches(actions: dict[Command, QAction], is_on: Callable[[Command], bool | None]) -> None:
    """Have the actions of what is shown and taken away say which it is."""
    for command, action in actions.items():
        on = is_on(command)
        if on is not None:
            action.setCheckable(True)
            action.setChecked(on)


def offer_magnifications(actions: dict[Command, QAction], *, known: bool) -> None:
    """Have the actions of magnifications be there to be triggered, or not, as one is known."""
    for command in MAGNIFICATIONS:
        actions[command].setEnabled(known)


def offer_series(actions: dict[Command, QAction], *, several: bool) -> None:
    """Have the actions of a file's images be there to be triggered where it has several."""
    for command in SERIES:
        actions[command].setEnabled(several)


def name_channels(actions: dict[Command, QAction], names: Sequence[str]) -> None:
    """Have the actions of channels be called as these are; of those beyond there is none.

    `tell_keys` is to follow.
    """
    for command, number in CHANNELS.items():
        actions[command].setVisible(number <= len(names))
        if number <= len(names):
            actions[command].setIconText(printable(" ".join(names[number - 1].split())))


def printable(name: str) -> str:
    """A name as menus show it, without letters that are underlined."""
    return name.encode("utf-8", "replace").decode().replace("&", "&&")


def tell_keys(actions: dict[Command, QAction], keys_of: KeysOf) -> None:
    """Tell in the actions' texts the keys that are bound now, of several the first.

    Who made the actions listens to them: a shortcut of the action's would take its key from other
    widgets of the window.
    """
    for command, action in actions.items():
        title, keys = action.iconText(), keys_of(command)
        action.setText(f"{title}\t{_told(keys[0])}" if keys else title)
        action.setToolTip(f"{title} ({_told(keys[0])})" if keys else title)


def _told(key: str) -> str:
    """A key as menus call it: letters in capitals, and capitals with Shift."""
    *modifiers, last = key.split("+") if len(key) > 1 else (key,)
    if len(last) == 1 and last.isalpha():
        modifiers += ["Shift"] if last.isupper() else []
        last = last.upper()
    return "+".join([*modifiers, last])


def make_menu(widget: QWidget, actions: dict[Command, QAction]) -> QMenu:
    """A context menu, which is the caller's."""
    menu = QMenu(widget)
    for number, group in enumerate(MENU):
        if number:
            menu.addSeparator()
        menu.addActions([actions[command] for command in group])
    return menu
