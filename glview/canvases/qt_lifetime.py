"""What of a widget outlives it, or must not hold it: its wake-up, its renderer, its end."""

import threading
import weakref
from collections.abc import Callable
from typing import Any

import shiboken6
from PySide6.QtCore import QObject, Qt, Signal
from PySide6.QtGui import QOffscreenSurface, QOpenGLContext

from glview.viewer import Viewer


class Wake(QObject):
    """Carries a call from any thread to the GUI thread, many calls as one."""

    _called = Signal()

    def __init__(self, then: Callable[[], None]) -> None:
        super().__init__()
        self._lock = threading.Lock()
        self._waiting = False
        self._open = True
        self._then = then
        self._called.connect(self._arrived, Qt.ConnectionType.QueuedConnection)

    def __call__(self) -> None:
        with self._lock:
            if self._open and not self._waiting:
                self._waiting = True
                self._called.emit()

    def _arrived(self) -> None:
        with self._lock:
            self._waiting = False
            if not self._open:
                return
        self._then()

    def close(self) -> None:
        with self._lock:
            self._open = False


class Drawing:
    """The renderer and the context it lives in; knows no widget, so it can outlive one."""

    def __init__(self, viewer: Viewer) -> None:
        self._viewer = viewer
        self._context: QOpenGLContext | None = None
        self._surface: Any = None
        self._last_call: Callable[[], None] = lambda: None
        self.renderer: Any = None
        self.sharing: Any = None

    def begin(self, context: QOpenGLContext) -> None:
        """Make a renderer in a context, which is current."""
        from glview.gl.renderer import Renderer
        from glview.gl.sharing import Sharing

        self.release()
        # The widget's own surface may be gone before its context is.
        surface = QOffscreenSurface()
        surface.setFormat(context.format())
        surface.create()
        renderer = Renderer()
        address = shiboken6.getCppPointer(context)[0]

        def last_call() -> None:
            # As its widget goes, Python's object for the context has gone before the context has.
            dying: Any = shiboken6.wrapInstance(address, QOpenGLContext)
            self.release(dying)

        self._last_call = last_call
        context.aboutToBeDestroyed.connect(last_call, Qt.ConnectionType.DirectConnection)
        # Only now: `release` undoes all of it or nothing.
        self._context, self._surface, self.renderer = context, surface, renderer
        self.sharing = Sharing(renderer)
        self._viewer.attach(renderer)

    def release(self, dying: QOpenGLContext | None = None) -> None:
        """Delete what was made in the context; once.

        A context that shares with others leaves its textures to them if they are not deleted.
        """
        if self._context is None:
            return
        context, self._context = dying or self._context, None
        renderer, self.renderer, self.sharing = self.renderer, None, None
        self._viewer.detach()
        if shiboken6.isValid(context):
            if dying is None:
                context.aboutToBeDestroyed.disconnect(self._last_call)
            if context.makeCurrent(self._surface):
                renderer.release()
                context.doneCurrent()
        self._surface = None


def end_all(drawing: Drawing, viewer: Viewer, wakes: tuple[Wake, ...]) -> None:
    """Stop and free everything; harmless a second time."""
    for wake in wakes:
        wake.close()
    viewer.close()
    drawing.release()


def weakly(method: Callable[..., None]) -> Callable[..., None]:
    """The method of a widget, to be called as long as there is one, and not keeping it."""
    itself: weakref.WeakMethod[Any] = weakref.WeakMethod(method)

    def call(*arguments: Any) -> None:
        found = itself()
        if found is not None and shiboken6.isValid(found.__self__):
            found(*arguments)

    return call


def while_there(function: Callable[..., None], *objects: QObject) -> Callable[[], None]:
    """The function, to be called with objects as long as they are all there; keeping none."""
    known = [weakref.ref(each) for each in objects]

    def call() -> None:
        found = [each() for each in known]
        if all(each is not None and shiboken6.isValid(each) for each in found):
            function(*found)

    return call
