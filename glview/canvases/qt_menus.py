"""Menus of a window: the widget's commands as the table has them, and the files opened last."""

from collections.abc import Callable, Iterable, Iterator, Sequence
from typing import Any

from PySide6.QtCore import QSettings
from PySide6.QtGui import QAction
from PySide6.QtWidgets import QMenu

from glview.canvases import recent
from glview.canvases.bindings import BINDINGS, CHANNELS, MAGNIFICATIONS, SERIES, TIMES, Command
from glview.canvases.qt import GLBigImageWidget
from glview.canvases.qt_actions import MENU, printable
from glview.canvases.qt_channels import ChannelsMenu
from glview.canvases.qt_series import SeriesMenu

_SUBMENUS = {
    "&Zoom To": tuple(TIMES),
    "Ma&gnification": tuple(MAGNIFICATIONS),
    "&Move": (Command.LEFT, Command.RIGHT, Command.UP, Command.DOWN),
}
"""Many of one kind, which would make a menu long."""
_RECENT = "files/recent"


def commands_of(widget: GLBigImageWidget, but: Iterable[Command]) -> Iterator[list[QAction]]:
    """The widget's actions in the table's order, in groups; ``but`` those of some commands.

    Groups are those of the context menu; a command that it lacks goes with the one before it.
    """
    groups = {command: number for number, group in enumerate(MENU) for command in group}
    gathered: list[QAction] = []
    last, seen = 0, set(but)
    for command in (command for binding in BINDINGS for _, command in binding.keys):
        if command in seen:
            continue
        seen.add(command)
        try:
            action = widget.command_action(command)
        except KeyError:
            continue  # the window's own
        group = groups.get(command, last)
        if group != last and gathered:
            yield gathered
            gathered = []
        last = group
        gathered.append(action)
    if gathered:
        yield gathered


def add_commands(
    menu: QMenu,
    widget: GLBigImageWidget,
    but: Iterable[Command] = (),
    *,
    of_contrast: Sequence[QAction] = (),
) -> None:
    """Add all of the widget's commands to a menu; ``of_contrast`` go before its channels."""
    channels = (*CHANNELS, Command.ONLY_CHANNEL, Command.ALL_CHANNELS)
    below = [command for commands in _SUBMENUS.values() for command in commands]
    below += SERIES
    for number, group in enumerate(commands_of(widget, (*but, *below, *channels))):
        menu.addActions(group)
        menu.addSeparator()
        if not number:
            menu.addActions(of_contrast)
            menu.addMenu(ChannelsMenu(widget, menu))
            menu.addSeparator()
    menu.addMenu(SeriesMenu(widget, menu))
    for title, commands in _SUBMENUS.items():
        menu.addMenu(title).addActions([widget.command_action(command) for command in commands])


class RecentMenu(QMenu):
    """The files opened last, kept in settings; ``open_file`` is called with the one chosen."""

    def __init__(self, settings: QSettings, open_file: Callable[[str], None]) -> None:
        super().__init__("Open &Recent")
        self._settings = settings
        self._open_file = open_file
        self.aboutToShow.connect(self._fill)
        self.setToolTipsVisible(True)
        self.setEnabled(bool(self.paths))

    @property
    def paths(self) -> tuple[str, ...]:
        value: Any = self._settings.value(_RECENT, [])
        # A list of one comes back from a file as a word.
        texts = [value] if isinstance(value, str) else list(value or [])
        return tuple(recent.paths_of([text for text in texts if isinstance(text, str)]))

    def add(self, path: str) -> None:
        """A file was opened."""
        self._keep(recent.with_file(self.paths, path))

    def _keep(self, paths: tuple[str, ...]) -> None:
        self._settings.setValue(_RECENT, recent.kept(paths))
        self.setEnabled(bool(paths))

    def _fill(self) -> None:
        self.clear()
        paths = self.paths
        gone = recent.gone(paths)
        open_file = self._open_file
        for number, (path, label) in enumerate(zip(paths, recent.labels(paths), strict=True), 1):
            action = self.addAction(f"&{number % 10} {printable(label)}")
            action.setToolTip(printable(path))
            action.setEnabled(path not in gone)
            action.triggered.connect(lambda *_, path=path: open_file(path))
        self.addSeparator()
        self.addAction("&Clear", self._forget)

    def _forget(self) -> None:
        self._keep(())
