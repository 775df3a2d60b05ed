"""`GLBigImageWidget`: the viewer as a QOpenGLWidget.

All of it runs on the GUI thread; only `_Wake` is called from others. Positions that reach the
navigator are device pixels.
"""

import atexit
import logging
import math
import threading
import time
import weakref
from collections.abc import Callable
from dataclasses import replace
from typing import Any

import shiboken6
from PySide6.QtCore import QEvent, QObject, QPointF, QSize, Qt, QTimer, Signal
from PySide6.QtGui import (
    QEnterEvent,
    QKeyEvent,
    QMouseEvent,
    QNativeGestureEvent,
    QOffscreenSurface,
    QOpenGLContext,
    QShowEvent,
    QSurfaceFormat,
    QWheelEvent,
)
from PySide6.QtOpenGLWidgets import QOpenGLWidget
from PySide6.QtWidgets import QWidget

from glview.canvases.debug_view import DebugView
from glview.canvases.egl import ADVICE
from glview.canvases.input import Command, Controls
from glview.canvases.notices import OPENING_AFTER_S, Notices
from glview.canvases.qt_desktop import wants_reduced_motion
from glview.canvases.titles import name_of
from glview.errors import ContextError, ImageError
from glview.frame import Target
from glview.image import ImageDescription
from glview.motion import on_grid
from glview.options import ViewerOptions
from glview.panels import Tone
from glview.session import Hole
from glview.stats import Stats
from glview.viewer import Viewer, ViewerEvents
from glview.viewport import Viewport

log = logging.getLogger("glview")

FIT = -1
"""The ``zoom`` that shows the whole image."""
_NOTCH_DEGREES = 120.0
"""Qt's wheel counts eighths of a degree, and a notch has 15 degrees."""
_DRAG_BUTTONS = (Qt.MouseButton.LeftButton, Qt.MouseButton.MiddleButton)
_KEY_NAMES = {
    Qt.Key.Key_Left: "Left",
    Qt.Key.Key_Right: "Right",
    Qt.Key.Key_Up: "Up",
    Qt.Key.Key_Down: "Down",
    Qt.Key.Key_F5: "F5",
}
_TEXTLESS = (
    Qt.KeyboardModifier.ControlModifier
    | Qt.KeyboardModifier.AltModifier
    | Qt.KeyboardModifier.MetaModifier
)


class _Wake(QObject):
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


class _Drawing:
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


def _end(drawing: _Drawing, viewer: Viewer, wake: _Wake) -> None:
    """Stop and free everything; harmless a second time."""
    wake.close()
    viewer.close()
    drawing.release()


def _weakly(method: Callable[..., None]) -> Callable[..., None]:
    """The method of a widget, to be called as long as there is one, and not keeping it."""
    itself: weakref.WeakMethod[Any] = weakref.WeakMethod(method)

    def call(*arguments: Any) -> None:
        found = itself()
        if found is not None and shiboken6.isValid(found.__self__):
            found(*arguments)

    return call


class GLBigImageWidget(QOpenGLWidget):
    """Shows an image of any size; drag, wheel, double click and keys move the view.

    Signals are sent from the event loop, never from within painting.
    """

    imageLoaded = Signal(object)  # noqa: N815
    """An image is shown; carries its `glview.ImageDescription`."""
    loadFailed = Signal(str)  # noqa: N815
    """The image cannot be shown; carries one line that names it and the fault."""
    viewChanged = Signal(object)  # noqa: N815
    """The view is another; carries its `glview.Viewport`, in device pixels."""
    settled = Signal()
    """The picture is final: nothing moves, and every tile in sight is there."""
    _told = Signal()

    def __init__(
        self,
        parent: QWidget | None = None,
        width: int = 512,
        height: int = 512,
        *,
        options: ViewerOptions | None = None,
    ) -> None:
        super().__init__(parent)
        self._size_hint = QSize(width, height)
        self.resize(self._size_hint)
        surface = QSurfaceFormat()
        surface.setVersion(3, 3)
        surface.setProfile(QSurfaceFormat.OpenGLContextProfile.CoreProfile)
        surface.setDepthBufferSize(24)
        self.setFormat(surface)
        self.setFocusPolicy(Qt.FocusPolicy.StrongFocus)
        self.setMouseTracking(True)
        self._wake = _Wake(_weakly(self._on_wake))
        self._viewer = Viewer(
            options,
            wake=self._wake,
            events=ViewerEvents(
                loaded=_weakly(self._on_loaded),
                failed=_weakly(self._on_failed),
                view_changed=_weakly(self._on_view),
                settled=_weakly(self._on_settled),
            ),
        )
        self._debug = DebugView(self._viewer)
        # Neither may hold the widget.
        debug, viewer = self._debug, self._viewer
        self._controls = Controls(
            viewer.navigator,
            on_command=lambda command: (
                debug.take(command) or (command is Command.RELOAD and viewer.refresh())
            ),
        )
        self._notices = Notices()
        self._drawing = _Drawing(self._viewer)
        self._zoom = FIT
        self._opening_name = ""
        self._opens_slowly = QTimer(self)
        self._opens_slowly.setSingleShot(True)
        self._opens_slowly.setInterval(round(1000 * OPENING_AFTER_S))
        self._opens_slowly.timeout.connect(_weakly(self._on_opens_slowly))
        self._news: list[tuple[Any, ...]] = []
        self._fault = ""
        options = options or ViewerOptions()
        self._background = options.background
        self._motion_as_desktop = options.reduced_motion is None
        self._ask_desktop()
        self._told.connect(self._tell, Qt.ConnectionType.QueuedConnection)
        # None of these may hold the widget: it would never be freed, or be called half gone.
        drawing, wake = self._drawing, self._wake

        def end() -> None:
            atexit.unregister(end)
            _end(drawing, viewer, wake)

        self.destroyed.connect(end, Qt.ConnectionType.DirectConnection)
        # Python may end with the widget still there; Qt would then free a context nobody released.
        atexit.register(end)

    # What a program uses

    def load_image(self, path_or_array: Any, zoom: int = FIT) -> None:
        """Open an image in the background and show it; what is shown stays until then.

        ``path_or_array`` is anything `glview.open_image` takes; a source is the widget's from now
        on, which closes it when it is done with it. ``zoom`` is a pyramid level as
        DeepZoom counts them, from the smallest: level 0 is one pixel, and each level is half as
        wide as the next; it is shown pixel for pixel, in the middle. -1 fits the image.
        """
        if zoom < FIT:
            raise ValueError(f"zoom is a level from 0, or -1 to fit: {zoom}")
        self._zoom = zoom
        self._viewer.open(path_or_array)
        self._opening_name = name_of(path_or_array)
        self._opens_slowly.start()

    def reload(self) -> bool:
        """Open the file shown anew and keep the view, as happens when it changes (on Linux).

        False where no file is shown. `imageLoaded` or `loadFailed` tell what came of it.
        """
        return self._viewer.reload()

    def errors(self) -> tuple[Hole, ...]:
        """Every tile of the image that was found unreadable so far, in sight or not, sorted."""
        return self._viewer.errors()

    def reload_failed(self) -> None:
        """Read every failed tile anew, now those in sight; `errors` begins anew, too."""
        self._viewer.reload_failed()

    @property
    def description(self) -> ImageDescription | None:
        """The image shown, None before there is one."""
        return self._viewer.description

    @property
    def viewport(self) -> Viewport:
        """The view, in device pixels."""
        return self._viewer.navigator.view

    def stats(self) -> Stats:
        """What is shown and what it takes, now: the figures of the debug view (key ``d``)."""
        return self._viewer.stats()

    def context_shared(self) -> None:
        """Say that code of yours has drawn in the widget's context, with a QPainter or OpenGL.

        The next picture then sets all of its OpenGL state anew. A subclass whose `paintGL` paints
        on the picture calls it at the end; so does whoever draws between `makeCurrent` and
        `doneCurrent`. OpenGL code must bind a vertex array of its own, as any in a core profile.
        """
        if self._drawing.sharing is not None:
            self._drawing.sharing.told()

    def sizeHint(self) -> QSize:  # noqa: N802
        return self._size_hint

    # Painting

    def initializeGL(self) -> None:  # noqa: N802
        """Comes again after the widget was moved to another window."""
        context = self.context()
        version = context.format().version()
        if version < (3, 3):
            self._cannot_draw(f"this display offers OpenGL {version[0]}.{version[1]}. {ADVICE}")
        else:
            self._guarded(lambda: self._begin(context))

    def _begin(self, context: QOpenGLContext) -> None:
        try:
            self._drawing.begin(context)
        except ContextError as error:
            self._cannot_draw(str(error))

    def _cannot_draw(self, fault: str) -> None:
        log.error("%s", fault)
        self._add_news(self.loadFailed, fault)

    def resizeGL(self, _w: int, _h: int) -> None:  # noqa: N802
        if self._drawing.sharing is not None:
            self._drawing.sharing.resized()
        self._viewer.resize(*self._device_size())

    def paintGL(self) -> None:  # noqa: N802
        self._guarded(self._paint)

    def _paint(self) -> None:
        renderer = self._drawing.renderer
        if renderer is None:
            return
        width, height = self._device_size()
        target = Target(self.defaultFramebufferObject(), width, height, depth=True)
        self._drawing.sharing.begin()
        now, ratio = time.perf_counter(), self.devicePixelRatioF()
        more = self._viewer.draw(target, now, focus=self._controls.pointer)
        self._debug.draw(renderer, target, now, ratio)
        panels = self._notices.panels(width, height, ratio)
        renderer.draw_panels((*self._debug.panels(target, now, ratio), *panels), target)
        self._drawing.sharing.end()
        if more:
            self.update()

    def _guarded(self, action: Callable[[], None]) -> None:
        """Nothing may raise out of a paint: Qt would go on with half a frame, or abort."""
        try:
            action()
        except Exception as error:
            fault = f"{type(error).__name__}: {error}"
            if fault != self._fault:
                self._fault = fault
                log.exception("painting failed")
                self._notices.say(fault, tone=Tone.ERROR)
                self.update()
            self.context_shared()
            self._paint_message()

    def _paint_message(self) -> None:
        """What can be painted where the picture cannot."""
        renderer = self._drawing.renderer
        if renderer is None:
            return
        try:
            width, height = self._device_size()
            target = Target(self.defaultFramebufferObject(), width, height, depth=True)
            renderer.context_shared()
            renderer.clear(target, self._background)
            panels = self._notices.panels(width, height, self.devicePixelRatioF())
            renderer.draw_panels(panels, target)
        except Exception:
            log.debug("the message could not be painted", exc_info=True)

    def _device_size(self) -> tuple[int, int]:
        """The framebuffer's size, rounded as Qt does."""
        size = self.size() * self.devicePixelRatioF()
        return max(size.width(), 1), max(size.height(), 1)

    # News, gathered while drawing and told from the event loop

    def _on_wake(self) -> None:
        # A hidden widget is not painted, and its image is loaded all the same.
        self._viewer.poll()
        self.update()

    def _on_opens_slowly(self) -> None:
        if self._viewer.opening:
            self._notices.opening(self._opening_name)
            self.update()

    def _on_loaded(self, description: ImageDescription) -> None:
        self._fault = ""
        self._opens_slowly.stop()
        self._notices.loaded(description)
        if self._zoom != FIT:
            pyramid = description.pyramid
            top = math.ceil(math.log2(max(pyramid.width, pyramid.height)))
            navigator = self._viewer.navigator
            scale = math.exp2(self._zoom - top)
            navigator.set_view(on_grid(replace(navigator.view, scale=scale)))
            self._zoom = FIT  # only once: a file that is loaded anew keeps its view
        self._add_news(self.imageLoaded, description)

    def _on_failed(self, error: ImageError) -> None:
        self._zoom = FIT
        self._opens_slowly.stop()
        self._notices.failed(error)
        self._add_news(self.loadFailed, str(error))
        self.update()

    def _on_view(self, view: Viewport) -> None:
        # Of several views between two turns of the event loop the last one counts.
        self._news = [news for news in self._news if news[0] is not self.viewChanged]
        self._add_news(self.viewChanged, view)

    def _on_settled(self) -> None:
        self._add_news(self.settled)

    def _add_news(self, *news: Any) -> None:
        self._news.append(news)
        self._told.emit()

    def _tell(self) -> None:
        news, self._news = self._news, []
        for signal, *arguments in news:
            signal.emit(*arguments)

    # Events

    def _device(self, position: QPointF) -> tuple[float, float]:
        ratio = self._controls.pixel_ratio = self.devicePixelRatioF()
        return position.x() * ratio, position.y() * ratio

    def mousePressEvent(self, event: QMouseEvent) -> None:  # noqa: N802
        self._press(event, double=None)

    def mouseDoubleClickEvent(self, event: QMouseEvent) -> None:  # noqa: N802
        # The second press. Qt judges by when the hand struck, not by when a busy program hears.
        self._press(event, double=True)

    def _press(self, event: QMouseEvent, *, double: bool | None) -> None:
        if event.button() not in _DRAG_BUTTONS:
            event.ignore()
            return
        shift = bool(event.modifiers() & Qt.KeyboardModifier.ShiftModifier)
        x, y = self._device(event.position())
        self._notices.clear_message()
        self._controls.press(x, y, time.perf_counter(), shift=shift, double=double)
        self.update()

    def mouseMoveEvent(self, event: QMouseEvent) -> None:  # noqa: N802
        self._controls.move(*self._device(event.position()), time.perf_counter())
        if self._viewer.navigator.held:
            self.update()

    def mouseReleaseEvent(self, event: QMouseEvent) -> None:  # noqa: N802
        if event.button() not in _DRAG_BUTTONS:
            event.ignore()
            return
        now = time.perf_counter()
        self._controls.move(*self._device(event.position()), now)
        self._controls.release(now)
        self.update()

    def enterEvent(self, event: QEnterEvent) -> None:  # noqa: N802
        self._controls.move(*self._device(event.position()), time.perf_counter())

    def leaveEvent(self, _event: QEvent) -> None:  # noqa: N802
        self._controls.leave()

    def wheelEvent(self, event: QWheelEvent) -> None:  # noqa: N802
        notches = event.angleDelta().y() / _NOTCH_DEGREES
        self._controls.wheel(notches, *self._device(event.position()), time.perf_counter())
        event.accept()
        self.update()

    def keyPressEvent(self, event: QKeyEvent) -> None:  # noqa: N802
        name = _KEY_NAMES.get(Qt.Key(event.key()), event.text())
        known = not event.modifiers() & _TEXTLESS and self._controls.key(
            name, time.perf_counter(), repeated=event.isAutoRepeat()
        )
        if known:
            event.accept()
            self.update()
        else:
            super().keyPressEvent(event)

    def showEvent(self, event: QShowEvent) -> None:  # noqa: N802
        self._ask_desktop()
        super().showEvent(event)

    def changeEvent(self, event: QEvent) -> None:  # noqa: N802
        if event.type() == QEvent.Type.StyleChange:
            self._ask_desktop()
        super().changeEvent(event)

    def _ask_desktop(self) -> None:
        if self._motion_as_desktop:
            self._viewer.reduce_motion(wants_reduced_motion(self))

    def event(self, event: QEvent) -> bool:
        """Pinches on a touchpad, which have no handler of their own."""
        if (
            isinstance(event, QNativeGestureEvent)
            and event.gestureType() == Qt.NativeGestureType.ZoomNativeGesture
        ):
            x, y = self._device(event.position())
            self._controls.pinch(1.0 + event.value(), x, y, time.perf_counter())
            self.update()
            return True
        return super().event(event)
