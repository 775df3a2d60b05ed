"""An image that a widget opens: its name, and what is to be done to the view once it is shown."""

import logging
from collections.abc import Callable
from typing import Protocol

from PySide6.QtCore import QObject, QTimer

from glview.canvases.levels import show_level
from glview.canvases.notices import OPENING_AFTER_S
from glview.canvases.window_settings import FIT
from glview.errors import GlviewError
from glview.navigator import Navigator
from glview.pyramid import Pyramid

log = logging.getLogger("glview")


class ViewAction(Protocol):
    """Something done to a view, at once or by a motion."""

    def __call__(self, *, moving: bool) -> None: ...


class Opening:
    """What waits for the image; for the GUI thread.

    ``slowly`` is called where one has not come `OPENING_AFTER_S` after `begin`; it may not hold
    the widget, whose the timer is.
    """

    def __init__(self, parent: QObject, slowly: Callable[[], None]) -> None:
        self.name = ""
        """That of the image that was asked for last."""
        self._zoom: float = FIT
        self._to_do: list[ViewAction] = []
        self._slowly = QTimer(parent)
        self._slowly.setSingleShot(True)
        self._slowly.setInterval(round(1000 * OPENING_AFTER_S))
        self._slowly.timeout.connect(slowly)

    def begin(self, name: str, zoom: float) -> None:
        """An image is being opened, to be shown at a zoom; what waited for another is void."""
        self.name, self._zoom = name, zoom
        self._to_do.clear()
        self._slowly.start()

    def wait(self, action: ViewAction) -> None:
        """Have something done to the view when the image is shown."""
        self._to_do.append(action)

    def shown(self, navigator: Navigator, pyramid: Pyramid) -> None:
        """The image is shown: do what waited for it."""
        self._slowly.stop()
        if self._zoom != FIT:
            show_level(navigator, pyramid, self._zoom)
            self._zoom = FIT  # only once: a file that is loaded anew keeps its view
        to_do, self._to_do[:] = tuple(self._to_do), ()
        for action in to_do:
            try:
                action(moving=False)
            except GlviewError as error:
                log.error("%s", error)  # noqa: TRY400  # the fault is the program's, in words

    def failed(self) -> None:
        """The image cannot be shown, or is not wanted any more."""
        self._zoom = FIT
        self._to_do.clear()
        self._slowly.stop()
