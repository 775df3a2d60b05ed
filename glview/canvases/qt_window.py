"""The window of ``glview --qt``: menus, dialogs and a status bar around a `GLBigImageWidget`.

For the GUI thread. What is viewed, and how, is the widget's; here is what a desktop adds to it.
"""

import logging
import os
from collections.abc import Callable, Sequence
from dataclasses import dataclass

from PySide6.QtCore import QEvent, QSettings, Qt, QTimer, Signal
from PySide6.QtGui import (
    QAction,
    QCloseEvent,
    QDragEnterEvent,
    QDropEvent,
    QKeyEvent,
)
from PySide6.QtWidgets import QFileDialog, QMainWindow

from glview.canvases.bindings import (
    BINDINGS,
    QT_WINDOW,
    REPEATED,
    Command,
    help_rows,
    keys_at_first,
)
from glview.canvases.following import LOOK_S, Following
from glview.canvases.qt import GLBigImageWidget
from glview.canvases.qt_around import ContrastDock, PlaneBar
from glview.canvases.qt_choices import Choices
from glview.canvases.qt_keys import Repeats
from glview.canvases.qt_keys import name_of as name_of_key
from glview.canvases.qt_left import Displays
from glview.canvases.qt_lifetime import Wake, weakly
from glview.canvases.qt_menu_bar import Calls, make_menu_bar
from glview.canvases.qt_menus import RecentMenu
from glview.canvases.qt_pictures import Pictures
from glview.canvases.qt_shape import fit_window, resize_picture, suitable_size
from glview.canvases.qt_status import Status
from glview.canvases.recent import paths_of
from glview.canvases.titles import name_of, short, title
from glview.canvases.window_settings import FIT, WindowSettings
from glview.errors import ImageError
from glview.image import ImageDescription
from glview.options import ViewerOptions
from glview.planes import parse_plane
from glview.playlist import News, Playlist
from glview.series import series_text
from glview.sources.file_types import dialog_filters
from glview.viewport import Viewport

log = logging.getLogger("glview")

TITLE_EVERY_MS = 100
HINT = "Drop an image here, several, or a folder of them.\nOr open one: Ctrl+O."
_GEOMETRY, _FOLDER = "window/geometry", "files/folder"


@dataclass(frozen=True, slots=True)
class _Asked:
    """A file that is to be shown; ``stepped``: as one of a list, not by its own name."""

    path: str
    stepped: bool
    beside: ImageError | None


class MainWindow(QMainWindow):
    """``store`` keeps the geometry, the files opened last and the choices of the View menu."""

    hopeless = Signal(str)
    """What `begin_with` was to show cannot be shown, and nothing else is; carries why."""

    def __init__(
        self,
        store: QSettings,
        settings: WindowSettings = WindowSettings(),
        options: ViewerOptions | None = None,
    ) -> None:
        super().__init__()
        self._store = store
        self._settings = settings
        self._path = self._opening = ""
        self._asked: dict[str, _Asked] = {}
        self._first, self._stepped = True, False
        self._begun = True
        """Whether there is a window to stay: an image was shown, or a hand brought files."""
        self._series = settings.series
        self._wake = Wake(weakly(self._hear_of_images))
        self._playlist = Playlist(self._wake)
        self.widget = GLBigImageWidget(self, options=options)
        self._following = Following(
            self._playlist,
            show=weakly(self._show_image),
            say=weakly(self.widget.say),
            failed=weakly(self._cannot_open),
        )
        self.setCentralWidget(self.widget)
        self.setAcceptDrops(True)
        self._status = Status(self.widget)
        self.setStatusBar(self._status)
        profile = options.display_profile if options else None
        self._pictures = Pictures(self.widget, self._status, store, profile, self)
        self._commands: dict[Command, Callable[[], object]] = {
            Command.FULLSCREEN: self.toggle_full_screen,
            Command.HELP: self._toggle_help,
            Command.DISMISS: self._dismiss,
            Command.QUIT: self.close,
            Command.PREVIOUS_IMAGE: lambda: self.step(-1),
            Command.NEXT_IMAGE: lambda: self.step(1),
        }
        self._repeats = Repeats()
        self._keys = dict(key for binding in BINDINGS for key in binding.keys)
        self._choices = Choices(self.widget, store)
        self._displays = Displays(self.widget, store)
        contrast = ContrastDock(self, self.widget)
        self._planes = PlaneBar(self, self.widget)
        # After the sliders have heard of the image.
        self.widget.imageLoaded.connect(self._show_bars)
        self._recent = RecentMenu(store, weakly(self._open_recent))
        self._menus = make_menu_bar(
            self,
            self.widget,
            Calls(
                run=weakly(self._run),
                ask_for_files=weakly(self._ask_for_files),
                save=weakly(self._ask_where_to_save),
                copy=weakly(self._pictures.copy),
                show_bars=weakly(self._show_bars),
            ),
            recent=self._recent,
            contrast=contrast,
        )
        self._titles = QTimer(self)
        self._titles.setSingleShot(True)
        self._titles.setInterval(TITLE_EVERY_MS)
        self._titles.timeout.connect(self._retitle)
        self.widget.viewChanged.connect(self._on_view)
        self.widget.imageLoaded.connect(self._on_loaded)
        self.widget.seriesChanged.connect(self._on_series)
        self.widget.loadFailed.connect(self._on_failed)
        self.widget.displayChanged.connect(self._remember)
        self.widget.welcome = HINT
        own, widgets_keys = frozenset(self._commands), self.widget.keys_of

        def keys_of(command: Command) -> tuple[str, ...]:
            return keys_at_first(command) if command in own else widgets_keys(command)

        self.widget.help_rows = lambda: help_rows(QT_WINDOW, keys_of)
        self._come_up()
        self._image_is_there(there=False)
        self._retitle()
        self.widget.setFocus()

    # Files

    def begin_with(self, paths: Sequence[str]) -> None:
        """Open what the program was started for; `hopeless` tells where that leaves nothing."""
        self._begun = False
        self._look_into(paths)

    def open_files(self, paths: Sequence[str]) -> None:
        """Open images or folders; what is shown stays until the first is there, or if it cannot be.

        The others are stepped through; a single one stands for all of its folder.
        """
        self._begun = True
        self._look_into(paths)

    def _look_into(self, paths: Sequence[str]) -> None:
        self._stepped = False
        self._following.open(paths)
        self._hear_of_images(LOOK_S)

    def step(self, by: int) -> None:
        """Show an image so many further on, back below 0."""
        self._stepped = True
        self._following.step(by)

    def _hear_of_images(self, wait_s: float = 0.0) -> None:
        """Do what the list of images has found out."""
        self._following.hear(wait_s)
        self._retitle()

    def _give_up(self, fault: str) -> bool:
        """Tell that there is nothing to stay for; False where there is."""
        # Where there are others to step to, a bad one is no reason to end.
        alone = self._playlist.lone or not self._playlist.paths
        if alone and not self._begun:
            self.hopeless.emit(fault)
            return True
        return False

    def _cannot_open(self, error: ImageError) -> None:
        if self._give_up(str(error)):
            return
        self._playlist.failed()
        self._tell(error)

    def _tell(self, error: ImageError) -> None:
        log.error("%s", error)
        self.widget.say(error.fault, title=error.name, error=True)
        self._status.opened(str(error), error.name)

    def _show_image(self, news: News) -> None:
        # What no picture has shown yet the widget has not told of.
        self._remember()
        self._opening = name = name_of(news.path)
        self._asked[name] = _Asked(news.path, self._stepped, news.beside)
        zoom = self._settings.zoom if self._first else FIT
        series, self._series = self._series, 0
        asked = self._settings.plane if self._first else ""
        plane = asked or self._displays.plane(news.path, series)
        self.widget.load_image(
            news.path, zoom, keep_view=news.keep_view, plane=plane or None, series=series
        )
        self._status.opening(short(name))
        self._retitle()

    def _ask_for_files(self) -> None:
        folder = os.path.dirname(self._path) or str(self._store.value(_FOLDER, "")) or os.getcwd()
        dialog = QFileDialog(self, "Open", folder)
        dialog.setOption(QFileDialog.Option.HideNameFilterDetails)
        dialog.setNameFilters(dialog_filters())
        dialog.setFileMode(QFileDialog.FileMode.ExistingFiles)
        dialog.filesSelected.connect(self._open_chosen)
        dialog.setAttribute(Qt.WidgetAttribute.WA_DeleteOnClose)
        dialog.open()

    def _open_recent(self, path: str) -> None:
        self.open_files([path])

    def _open_chosen(self, paths: list[str]) -> None:
        self._store.setValue(_FOLDER, os.path.dirname(paths[0]))
        self.open_files(paths)

    def _on_loaded(self, description: ImageDescription) -> None:
        # By its name: another may have been asked for since it came.
        asked = self._asked.pop(description.name, None)
        if description.name == self._opening:
            self._asked.clear()
        self._playlist.shown()
        self._begun = True
        self._image_is_there(there=True)
        self._status.opened()
        if asked is not None:
            self._path = asked.path
            if not asked.stepped:
                self._recent.add(asked.path)
            if asked.beside is not None:
                self._tell(asked.beside)
            self._displays.show(self._path)
        if self._first and self._settings.fit and not self.isFullScreen():
            fit_window(self, self.widget, description.pyramid, self._settings.zoom)
        if self._first and self._settings.plane:
            self._go_to_plane(self._settings.plane, description)
        self._first = False
        self._retitle()

    def _go_to_plane(self, asked: str, description: ImageDescription) -> None:
        try:
            self.widget.plane = parse_plane(asked, description)
        except ValueError as error:
            self.widget.say(f"--plane {asked}: {error}")

    def _on_series(self, _: int) -> None:
        self._displays.show(self._path)

    def _remember(self) -> None:
        self._displays.remember(self._path)

    def _on_failed(self, fault: str) -> None:
        if fault.startswith(f"{self._opening}: "):  # the widget itself tells where it cannot draw
            if self._give_up(fault):
                return
            log.error("%s", fault)
        self._playlist.failed()
        asked, self._opening = self._opening, name_of(self._path)
        self._first = False
        self._status.opened(fault, asked)
        self._retitle()

    def _image_is_there(self, *, there: bool) -> None:
        for action in self._menus.of_image:
            action.setEnabled(there)

    def _ask_where_to_save(self) -> None:
        self._pictures.ask_where_to_save(self._path)

    # What the window is like

    def _come_up(self) -> None:
        """Have the size that was asked for, else that of the last time, else one that suits."""
        kept = self._store.value(_GEOMETRY)
        if self._settings.sized or kept is None or not self.restoreGeometry(kept):
            size = self._settings.size(suitable_size(self))
            resize_picture(self, self.widget, *size)
        self._choices.restore(self.findChildren(QAction), self._settings.hud)
        if self._settings.fullscreen:
            self.toggle_full_screen()

    def _keep(self) -> None:
        if not self.isFullScreen():
            self._store.setValue(_GEOMETRY, self.saveGeometry())
        self._displays.keep()
        self._choices.keep(self.findChildren(QAction))

    def toggle_full_screen(self) -> None:
        """To the full screen, or back; menus and status bar are gone there."""
        if not self.isFullScreen() and self.isVisible():
            self._store.setValue(_GEOMETRY, self.saveGeometry())
        self.setWindowState(self.windowState() ^ Qt.WindowState.WindowFullScreen)

    def _show_bars(self) -> None:
        self.menuBar().setVisible(not self.isFullScreen())
        self._status.setVisible(self._menus.status_bar.isChecked() and not self.isFullScreen())
        several = bool(self.widget.axes or self.widget.all_series)
        self._planes.setVisible(several and not self.isFullScreen())

    def _run(self, command: Command) -> None:
        self._commands[command]()

    def _toggle_help(self) -> None:
        self.widget.help_shown = not self.widget.help_shown

    def _dismiss(self) -> None:
        """One step back: the help, a message, the full screen; no window goes by accident."""
        if not self.widget.dismiss() and self.isFullScreen():
            self.toggle_full_screen()

    def _on_view(self, _: Viewport) -> None:
        if not self._titles.isActive():
            self._titles.start()

    def _retitle(self) -> None:
        shown = self.widget.description
        if shown is not None:
            place = self._playlist.place(shown.name)
            full = self.widget.full_magnification
            series = series_text(self.widget.all_series, shown.series)
            self.setWindowTitle(title(shown.name, self.widget.viewport.scale, place, full, series))
        else:
            self.setWindowTitle(title(self._opening))

    # Events

    def keyPressEvent(self, event: QKeyEvent) -> None:
        """Keys that the widget leaves: the window's of the table."""
        command, repeated = self._keys.get(name_of_key(event)), self._repeats.press(event)
        if command in self._commands:
            if not repeated or command in REPEATED:
                self._commands[command]()
        else:
            super().keyPressEvent(event)

    def keyReleaseEvent(self, event: QKeyEvent) -> None:
        """What the widget leaves of it, which is all that the window hears presses of."""
        self._repeats.release(event)
        super().keyReleaseEvent(event)

    def changeEvent(self, event: QEvent) -> None:
        if event.type() == QEvent.Type.WindowStateChange:
            # Window managers know ways of their own to the full screen and back. Later, since a
            # layout that changes in here made Qt 6.11 miss the size that the window came back to.
            QTimer.singleShot(0, self._show_bars)
        super().changeEvent(event)

    def dragEnterEvent(self, event: QDragEnterEvent) -> None:
        if any(url.isLocalFile() for url in event.mimeData().urls()):
            event.acceptProposedAction()

    def dropEvent(self, event: QDropEvent) -> None:
        uris = [bytes(url.toEncoded().data()).decode() for url in event.mimeData().urls()]
        paths = paths_of(uris)
        if paths:
            event.acceptProposedAction()
            self.open_files(paths)

    def closeEvent(self, event: QCloseEvent) -> None:
        self._remember()
        self._keep()
        self._wake.close()
        self._pictures.saving.close()
        super().closeEvent(event)
