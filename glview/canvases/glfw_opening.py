"""What `glview IMAGE` opens, says while it does, and does with what comes of it. No toolkit."""

import logging
import math
import time
from collections.abc import Callable, Sequence
from typing import Any

from glview.canvases.bindings import Command, key_sign
from glview.canvases.following import LOOK_S, Following
from glview.canvases.input import Controls
from glview.canvases.notices import OPENING_AFTER_S
from glview.canvases.painting import Painter
from glview.canvases.titles import name_of, title
from glview.canvases.window_settings import FIT, WindowSettings
from glview.errors import ImageError
from glview.image import ImageDescription
from glview.playlist import News, Playlist
from glview.series import series_text
from glview.viewer import Viewer

log = logging.getLogger("glview")


def welcome(controls: Controls) -> str:
    """What an empty window says."""
    keys = " or ".join(map(key_sign, controls.keys_of(Command.HELP)[:1]))
    quits = " or ".join(map(key_sign, controls.keys_of(Command.QUIT)[:1]))
    return (
        "Drop an image here, several, or a folder of them.\n"
        "DeepZoom, TIFF, JPEG, PNG, WebP, GIF and AVIF of any size.\n"
        f"Press {keys} for the keys, {quits} to quit."
    )


class Opening:
    """The images of a window; for its thread.

    ``changed`` is called where the picture, or what stands on it, is another; ``hopeless`` with
    why there is nothing to show, where the window has nothing to stay for.
    """

    def __init__(
        self,
        viewer: Viewer,
        painter: Painter,
        playlist: Playlist,
        settings: WindowSettings,
        *,
        changed: Callable[[], None],
        hopeless: Callable[[ImageError], None],
    ) -> None:
        self._viewer = viewer
        self._painter = painter
        self._playlist = playlist
        self._following = Following(playlist, show=self._show, say=self._say, failed=self.failed)
        self._changed = changed
        self._hopeless = hopeless
        self._begun = False
        """Whether there is a window to stay: an image was shown, or a hand brought another."""
        self._name = ""
        self._beside: ImageError | None = None
        self._plane = settings.plane
        self._series = settings.series
        self._first = settings.fit or settings.zoom != FIT or bool(settings.plane)
        self.slow_at = math.inf
        """When it takes long, on the clock of `time.perf_counter`; `say_slow` is to be called."""

    def begin(self, paths: Sequence[Any]) -> None:
        """Open what the window was made for."""
        self._look_into(paths)
        self._following.hear(LOOK_S)

    def begin_empty(self, told: str) -> None:
        """Open nothing, and say so."""
        self._begun = True
        self._painter.notices.welcome = told

    def take(self, paths: Sequence[Any]) -> None:
        """A hand brings other files."""
        self._begun = True
        self._look_into(paths)
        self._following.hear()

    def hear(self) -> None:
        """Do what the list of images has found out."""
        self._following.hear()

    def step(self, by: int) -> None:
        """Show another image of the list."""
        self._following.step(by)

    def open(self, what: Any, *, keep_view: bool = False) -> None:
        """Open anything that `glview.open_image` takes."""
        series, self._series = self._series, 0
        # At once, and so with windows of its own.
        plane = self._plane if self._first else ""
        self._viewer.open(what, keep_view=keep_view, plane=plane or None, series=series)
        self._expect(name_of(what))

    def say_slow(self) -> None:
        self.slow_at = math.inf
        self._painter.notices.opening(self._name)
        self._changed()

    def loaded(self, description: ImageDescription) -> bool:
        """An image is shown; whether it is the first, and to come up as the settings ask."""
        self._begun = True
        self._playlist.shown()
        self._painter.image_changed()
        self.slow_at = math.inf
        self._painter.notices.loaded(description)
        beside, self._beside = self._beside, None
        if beside is not None:
            self._tell(beside)
        self._changed()
        first, self._first = self._first, False
        return first

    def failed(self, error: ImageError) -> None:
        """What was to be opened cannot be shown."""
        # Where there are others to step to, a bad one is no reason to end.
        alone = self._playlist.lone or not self._playlist.paths
        if alone and not self._begun:
            self._hopeless(error)
            return
        self._playlist.failed()
        self.slow_at = math.inf
        self._tell(error)
        self._changed()

    def _tell(self, error: ImageError) -> None:
        log.error("%s", error)
        self._painter.notices.failed(error)

    def title(self) -> str:
        """What the window is called now."""
        described = self._viewer.description
        if described is None:
            return title(self._name)
        scale = self._viewer.navigator.view.scale
        place = self._playlist.place(described.name)
        series = series_text(self._viewer.all_series, described.series)
        return title(described.name, scale, place, self._viewer.full_magnification, series)

    def _look_into(self, paths: Sequence[Any]) -> None:
        self._following.open(paths)
        self._expect(name_of(paths[0]))

    def _expect(self, name: str) -> None:
        """Say so if it takes long to come."""
        self._name = name
        self.slow_at = time.perf_counter() + OPENING_AFTER_S

    def _show(self, news: News) -> None:
        self._beside = news.beside
        self.open(news.path, keep_view=news.keep_view)

    def _say(self, told: str) -> None:
        self._painter.notices.say(told)
        self._changed()
