"""The menu bar of a window: its own commands, and the widget's as the table has them."""

from collections.abc import Callable
from dataclasses import dataclass
from functools import partial

from PySide6.QtCore import QTimer
from PySide6.QtGui import QAction, QActionGroup, QKeySequence
from PySide6.QtWidgets import QApplication, QDockWidget, QMainWindow, QMenu

from glview.canvases.bindings import Command, keys_at_first
from glview.canvases.qt import GLBigImageWidget
from glview.canvases.qt_about import show_about
from glview.canvases.qt_actions import make_action, tell_keys
from glview.canvases.qt_lifetime import while_there
from glview.canvases.qt_menus import add_commands

_CONTRAST_KEY = "Ctrl+Shift+C"
"""ImageJ's."""
_WHEEL = (
    ("auto", "Mouse &Zooms, Touchpad Moves"),
    ("zoom", "Always Z&ooms"),
    ("pan", "Always &Moves"),
)
_Key = QKeySequence.StandardKey


@dataclass(frozen=True, slots=True)
class Calls:
    """What the menus call, which may not hold the window: it would never be freed."""

    run: Callable[[Command], object]
    """Does a command of the table that is the window's."""
    ask_for_files: Callable[[], object]
    save: Callable[[], object]
    copy: Callable[[], object]
    show_bars: Callable[[], object]


@dataclass(frozen=True, slots=True)
class MenuBar:
    """Actions of the menus that the window has to do with."""

    of_image: tuple[QAction, ...]
    """What there must be an image for."""
    status_bar: QAction
    """On where there is to be one."""


def make_menu_bar(
    window: QMainWindow,
    widget: GLBigImageWidget,
    calls: Calls,
    *,
    recent: QMenu,
    contrast: QDockWidget,
) -> MenuBar:
    """Fill a window's menu bar; its actions are the window's."""
    actions = _Actions(window, calls.run)
    of_image = _file_menu(actions, window.menuBar().addMenu("&File"), widget, calls, recent)
    view = window.menuBar().addMenu("&View")
    status_bar = _view_menu(actions, view, widget, calls, contrast)
    help_menu = window.menuBar().addMenu("&Help")
    help_menu.addAction(actions.command(Command.HELP, "&Keys"))
    help_menu.addAction(actions.make("&About glview", while_there(show_about, window, widget)))
    left = while_there(_on_hiding, window, widget)
    for menu in window.menuBar().findChildren(QMenu):
        menu.aboutToHide.connect(left)
    return MenuBar(of_image, status_bar)


def _on_hiding(window: QMainWindow, widget: GLBigImageWidget) -> None:
    """A menu goes: look who has the keys in the next turn.

    From one menu to the next there is none for a moment.
    """
    QTimer.singleShot(0, window, while_there(_give_keys_back, window, widget))


def _give_keys_back(window: QMainWindow, widget: GLBigImageWidget) -> None:
    """Have keys go to the picture again; Qt leaves them with the bar until another Esc."""
    if QApplication.activePopupWidget() is None and window.menuBar().hasFocus():
        widget.setFocus()


def _file_menu(
    actions: "_Actions", menu: QMenu, widget: GLBigImageWidget, calls: Calls, recent: QMenu
) -> tuple[QAction, ...]:
    """Those of its actions that there must be an image for."""
    menu.addAction(actions.make("&Open …", calls.ask_for_files, _Key.Open))
    menu.addMenu(recent)
    reload = widget.command_action(Command.RELOAD)
    menu.addAction(reload)
    steps = [
        actions.command(Command.PREVIOUS_IMAGE, "&Previous Image"),
        actions.command(Command.NEXT_IMAGE, "&Next Image"),
    ]
    menu.addActions(steps)
    menu.addSeparator()
    save = actions.make("&Save View as Image …", calls.save, _Key.Save)
    copy = actions.make("&Copy View", calls.copy, _Key.Copy)
    menu.addActions([save, copy])
    menu.addSeparator()
    menu.addAction(actions.make("&Quit", partial(calls.run, Command.QUIT), _Key.Quit))
    return reload, *steps, save, copy


def _view_menu(
    actions: "_Actions", menu: QMenu, widget: GLBigImageWidget, calls: Calls, dock: QDockWidget
) -> QAction:
    """The one of its actions that is on where there is to be a status bar."""
    contrast = dock.toggleViewAction()
    contrast.setText("&Contrast Panel")
    contrast.setObjectName("contrast_panel")
    contrast.setShortcut(_CONTRAST_KEY)
    actions.add(contrast)
    add_commands(menu, widget, but=(Command.RELOAD,), of_contrast=[contrast])
    wheel = menu.addMenu("&Wheel")
    one_of = QActionGroup(actions.window)
    for mode, text in _WHEEL:
        set_it = while_there(partial(_set_wheel, mode), widget)
        action = actions.choice(f"wheel_{mode}", text, set_it)
        action.setChecked(mode == widget.wheel_mode)
        one_of.addAction(action)
        wheel.addAction(action)
    menu.addSeparator()
    status_bar = actions.choice("status_bar", "&Status Bar", calls.show_bars)
    status_bar.setChecked(True)
    menu.addActions([status_bar, actions.command(Command.FULLSCREEN, "F&ull Screen")])
    return status_bar


def _set_wheel(mode: str, widget: GLBigImageWidget) -> None:
    widget.wheel_mode = mode


class _Actions:
    """Makes actions of a window."""

    def __init__(self, window: QMainWindow, run: Callable[[Command], object]) -> None:
        self.window = window
        self._run = run

    def add(self, action: QAction) -> None:
        """Have an action be the window's, too: in a hidden menu no key would find it."""
        self.window.addAction(action)

    def make(
        self, text: str, then: Callable[[], object], key: QKeySequence.StandardKey | None = None
    ) -> QAction:
        action = QAction(text, self.window)
        action.setAutoRepeat(False)
        action.triggered.connect(lambda *_: then())
        if key is not None:
            action.setShortcut(key)
        self.add(action)
        return action

    def choice(self, name: str, text: str, then: Callable[[], object]) -> QAction:
        """What is on or off, and kept."""
        action = self.make(text, then)
        action.setObjectName(name)
        action.setCheckable(True)
        return action

    def command(self, command: Command, text: str) -> QAction:
        """A command of the table that is the window's, which hears its keys."""
        action, run = make_action(self.window, command, text), self._run
        action.triggered.connect(lambda *_: run(command))
        tell_keys({command: action}, keys_at_first)
        return action
