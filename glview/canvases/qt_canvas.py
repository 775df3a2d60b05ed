"""The viewer in a QOpenGLWidget; what programs call is in `glview.canvases.qt`.

All of it runs on the GUI thread; only `Wake` is called from others. Positions that reach the
navigator are device pixels.
"""

import atexit
import logging
import math
import time
from typing import Any, Protocol

from PySide6.QtCore import (
    QEvent,
    QMetaMethod,
    QPointF,
    QSize,
    Qt,
    QTimer,
    Signal,
    SignalInstance,
)
from PySide6.QtGui import (
    QContextMenuEvent,
    QEnterEvent,
    QFocusEvent,
    QKeyEvent,
    QMouseEvent,
    QNativeGestureEvent,
    QOpenGLContext,
    QShowEvent,
    QSurfaceFormat,
    QTouchEvent,
    QWheelEvent,
)
from PySide6.QtOpenGLWidgets import QOpenGLWidget
from PySide6.QtWidgets import QMenu, QWidget

from glview.canvases.bindings import QT_WIDGET, Command, help_rows
from glview.canvases.egl import ADVICE
from glview.canvases.input import Controls
from glview.canvases.levels import show_level
from glview.canvases.notices import OPENING_AFTER_S
from glview.canvases.painting import Painter
from glview.canvases.qt_actions import (
    make_actions,
    make_menu,
    name_channels,
    offer_magnifications,
    tell_keys,
    tell_switches,
)
from glview.canvases.qt_desktop import wants_reduced_motion
from glview.canvases.qt_hands import Hands
from glview.canvases.qt_keys import quit_program
from glview.canvases.qt_lifetime import Drawing, Wake, end_all, weakly
from glview.canvases.qt_overlays import Overlays
from glview.canvases.qt_pace import Pace
from glview.canvases.qt_pixels import off_grid
from glview.canvases.window_settings import FIT
from glview.display import Display
from glview.display_steps import band_names
from glview.errors import ContextError, GlviewError, ImageError
from glview.frame import Target
from glview.image import ImageDescription
from glview.options import ViewerOptions
from glview.probe import Sample, pixel_at
from glview.pyramid import TileKey
from glview.viewer import Viewer, ViewerEvents
from glview.viewport import Point, Viewport

log = logging.getLogger("glview")


class ViewAction(Protocol):
    """Something done to a view, at once or by a motion."""

    def __call__(self, *, moving: bool) -> None: ...


class ImageCanvas(QOpenGLWidget):
    """A widget with a viewer in it: contexts, paints, hands, and the news of all that.

    Signals are sent from the event loop, never from within painting.
    """

    imageLoaded = Signal(object)
    """An image is shown; carries its `glview.ImageDescription`."""
    loadFailed = Signal(str)
    """The image cannot be shown; carries one line that names it and the fault.

    Also sent where nothing can be drawn at all, with a line about the display."""
    viewChanged = Signal(object)
    """The view is another; carries its `glview.Viewport`, in device pixels.

    Sent at once by what sets a view, and once a picture by what moves it."""
    settled = Signal()
    """The picture is final: nothing moves, and what can be read of what is in sight is there."""
    displayChanged = Signal(object)
    """Data is shown otherwise, or another image is; carries the `glview.Display`."""
    planeChanged = Signal(tuple)
    """Another picture of the same file is shown; carries its index along each axis, from 0."""
    clicked = Signal(QPointF, Qt.MouseButton)
    """A mouse button was pressed and released; carries the place in the image, in pixels."""
    tileFailed = Signal(int, int, int, str)
    """A tile in sight cannot be read; carries its level, column and row, and why."""
    progress = Signal(int, int)
    """Carries how many tiles the picture needs, and how many of those need not be waited for."""
    cursorMoved = Signal(object, object)
    """The pointer is at a place of the image, or beside it.

    Carries the place in image pixels as a QPointF, and the samples of the pixel there as the file
    has them at full resolution, once they are read; or None and an empty tuple."""
    menuAboutToShow = Signal(QMenu, QPointF)
    """The context menu opens; carries it, to be extended, and the place in image pixels."""
    _told = Signal()

    def __init__(
        self,
        parent: QWidget | None = None,
        width: int = 512,
        height: int = 512,
        *,
        options: ViewerOptions | None = None,
        samples: int = 0,
    ) -> None:
        super().__init__(parent)
        self._size_hint = QSize(width, height)
        self.resize(self._size_hint)
        surface = QSurfaceFormat()
        surface.setVersion(3, 3)
        surface.setProfile(QSurfaceFormat.OpenGLContextProfile.CoreProfile)
        surface.setDepthBufferSize(24)
        surface.setSamples(samples)
        self.setFormat(surface)
        self.setFocusPolicy(Qt.FocusPolicy.StrongFocus)
        self.setMouseTracking(True)
        self.setAttribute(Qt.WidgetAttribute.WA_AcceptTouchEvents)
        self._wake = Wake(weakly(self._on_wake))
        self._answered = Wake(weakly(self._on_answer))
        self._read_ahead = Wake(weakly(self._get_ahead))
        self._viewer = Viewer(
            options,
            wake=self._wake,
            answered=self._answered,
            read_ahead=self._read_ahead,
            events=ViewerEvents(
                loaded=weakly(self._on_loaded),
                failed=weakly(self._on_failed),
                view_changed=weakly(self._on_view),
                settled=weakly(self._on_settled),
                tile_failed=weakly(self._on_tile_failed),
                display_changed=weakly(self._on_display),
                plane_changed=weakly(self._on_plane),
            ),
        )
        options = options or ViewerOptions()
        self._painter = Painter(self._viewer, options.background_of())
        # Neither may hold the widget.
        painter, viewer = self._painter, self._viewer
        self._controls = Controls(
            viewer.navigator,
            on_command=lambda command: (
                painter.take(command)
                or (command is Command.RELOAD and viewer.refresh())
                or (command is Command.QUIT and quit_program())
            ),
            magnification=lambda: viewer.full_magnification,
            grip=painter.hud.grip,
            contrast=painter.contrast,
        )
        controls = self._controls
        self._painter.notices.rows = lambda: help_rows(QT_WIDGET, controls.keys_of)
        # To quit is the program's, until it sets `exit_key`.
        self._controls.bind(Command.QUIT)
        self._drawing = Drawing(self._viewer)
        self._zoom: float = FIT
        self._to_do: list[ViewAction] = []
        self._hands = Hands(self._controls, weakly(self._on_click))
        self._opening_name = ""
        self._pace = Pace(self)
        self._opens_slowly = QTimer(self)
        self._opens_slowly.setSingleShot(True)
        self._opens_slowly.setInterval(round(1000 * OPENING_AFTER_S))
        self._opens_slowly.timeout.connect(weakly(self._on_opens_slowly))
        self._unsay = QTimer(self)
        self._unsay.setSingleShot(True)
        self._unsay.timeout.connect(weakly(self._on_unsay))
        self._overlays = Overlays()
        self._actions = make_actions(self, weakly(self.run), self._controls.keys_of)
        tell_switches(self._actions, self._painter.is_on)
        offer_magnifications(self._actions, known=False)
        self._progress = (0, 0)
        self._place_asked: QPointF | None = None
        self._known: Sample | None = None
        self._news: list[tuple[Any, ...]] = []
        self._motion_as_desktop = options.reduced_motion is None
        self._ask_desktop()
        self._is_drawn = False
        self._told.connect(self._tell, Qt.ConnectionType.QueuedConnection)
        self.frameSwapped.connect(weakly(self._on_swapped))
        # None of these may hold the widget: it would never be freed, or be called half gone.
        drawing = self._drawing
        wakes = (self._wake, self._answered, self._read_ahead)

        def end() -> None:
            atexit.unregister(end)
            end_all(drawing, viewer, wakes)

        self.destroyed.connect(end, Qt.ConnectionType.DirectConnection)
        # Python may end with the widget still there; Qt would then free a context nobody released.
        atexit.register(end)

    @property
    def viewport(self) -> Viewport:
        """The view, in device pixels."""
        return self._viewer.navigator.view

    def image_position(self, position: QPointF) -> QPointF:
        """The place of the image, in pixels, under a place of the widget, in logical pixels.

        As events tell it: on screens of 1.25 or 1.5 device pixels per logical one, where Qt puts
        the picture on whole ones, that is up to half a device pixel beside what a QPainter paints.
        """
        at = position * self.devicePixelRatioF() + off_grid(self)
        return QPointF(*self.viewport.i_from_s(at.x(), at.y()))

    def run(self, command: Command) -> None:
        """Do what a key of the command would."""
        if self._controls.run(command, time.perf_counter()):
            tell_switches(self._actions, self._painter.is_on)
            self.update()

    def context_shared(self) -> None:
        """Say that code of yours has drawn in the widget's context, with a QPainter or OpenGL.

        The next picture then sets all of its OpenGL state anew. A subclass whose `paintGL` paints
        on the picture calls it at the end; so does whoever draws between `makeCurrent` and
        `doneCurrent`. OpenGL code must bind a vertex array of its own, as any in a core profile.
        """
        if self._drawing.sharing is not None:
            self._drawing.sharing.told()

    def sizeHint(self) -> QSize:
        return self._size_hint

    # Painting

    def initializeGL(self) -> None:
        """Comes again after the widget was moved to another window."""
        context = self.context()
        version = context.format().version()
        if version < (3, 3):
            self._cannot_draw(f"this display offers OpenGL {version[0]}.{version[1]}. {ADVICE}")
        else:
            self._begin(context)

    def _begin(self, context: QOpenGLContext) -> None:
        try:
            self._drawing.begin(context)
        except ContextError as error:
            self._cannot_draw(str(error))
        except Exception as error:  # noqa: BLE001  # it logs it; Qt would abort
            self._painter.tell(error)

    def _cannot_draw(self, fault: str) -> None:
        log.error("%s", fault)
        self._add_news(self.loadFailed, fault)

    def resizeGL(self, _w: int, _h: int) -> None:
        if self._drawing.sharing is not None:
            self._drawing.sharing.resized()
        self._viewer.resize(*self._device_size())

    def paintGL(self) -> None:
        renderer = self._drawing.renderer
        if renderer is None:
            return
        width, height = self._device_size()
        target = Target(self.defaultFramebufferObject(), width, height, depth=True)
        sharing, painter = self._drawing.sharing, self._painter
        now, ratio = time.perf_counter(), self.devicePixelRatioF()
        painter.notices.prompt = self._controls.prompt
        self._viewer.refresh_hz = self.screen().refreshRate()
        try:
            sharing.begin()
            more = painter.paint(renderer, target, now, ratio, self._controls.pointer)
            if painter.failed:
                sharing.told()
            sharing.end()
            if self._overlays:
                self._overlays.paint(self, self.viewport)
                sharing.told()
        except Exception as error:  # noqa: BLE001  # it logs it; Qt would abort
            sharing.told()
            more = painter.tell(error)
        due_s = painter.notices.due_s
        if due_s < math.inf and not self._unsay.isActive():
            self._unsay.start(math.ceil(1000.0 * max(due_s - now, 0.0)))
        self._is_drawn = not more
        if more:
            self._pace.follow(now, self._viewer.refresh_hz)
        self._tell_progress()

    def _on_swapped(self) -> None:
        """The picture is on the screen: 60 ms sooner, for a first one, than what comes after it."""
        if self._is_drawn:
            self._is_drawn = False
            self._get_ahead()

    def _get_ahead(self) -> None:
        """What the next pictures will take, as long as this one stays."""
        sharing = self._drawing.sharing
        if sharing is None or not self.isVisible():
            return
        self.makeCurrent()
        try:
            sharing.begin()
            if self._viewer.get_ahead(time.perf_counter(), focus=self._controls.pointer):
                self._read_ahead()
            sharing.end()
        except Exception as error:  # noqa: BLE001  # it logs it; Qt would abort
            sharing.told()
            self._painter.tell(error)
        finally:
            self.doneCurrent()

    def _device_size(self) -> tuple[int, int]:
        """The framebuffer's size, rounded as Qt does."""
        size = self.size() * self.devicePixelRatioF()
        return max(size.width(), 1), max(size.height(), 1)

    def _is_heard(self, signal: SignalInstance) -> bool:
        """Whether anybody listens: what takes time to find out is left undone otherwise."""
        return self.isSignalConnected(QMetaMethod.fromSignal(signal))

    def _tell_progress(self) -> None:
        if not self._is_heard(self.progress):
            return
        progress = self._viewer.progress
        if progress != self._progress:
            self._progress = progress
            self._replace_news(self.progress, *progress)

    # News, gathered while drawing and told from the event loop

    def _on_wake(self) -> None:
        # A hidden widget is not painted, and its image is loaded all the same.
        self._viewer.poll()
        self.update()

    def _on_unsay(self) -> None:
        self.update()

    def _on_opens_slowly(self) -> None:
        if self._viewer.opening:
            self._painter.notices.opening(self._opening_name)
            self.update()

    def _on_loaded(self, description: ImageDescription) -> None:
        self._painter.image_changed()
        self._opens_slowly.stop()
        self._painter.notices.loaded(description)
        known = self._viewer.full_magnification is not None
        offer_magnifications(self._actions, known=known)
        self._name_channels(description)
        if self._zoom != FIT:
            show_level(self._viewer.navigator, description.pyramid, self._zoom)
            self._zoom = FIT  # only once: a file that is loaded anew keeps its view
        self._do_what_waited()
        self._add_news(self.imageLoaded, description)
        self._ask_sample_anew()

    def _on_click(self, place: Point, button: Qt.MouseButton) -> None:
        at = self.viewport.i_from_s(*place)
        self._add_news(self.clicked, QPointF(*at), button)

    def _on_failed(self, error: ImageError) -> None:
        self._zoom = FIT
        self._to_do.clear()
        self._opens_slowly.stop()
        self._painter.notices.failed(error)
        self._add_news(self.loadFailed, str(error))
        self.update()

    def _on_view(self, view: Viewport) -> None:
        self._replace_news(self.viewChanged, view)
        self._ask_sample()  # a pointer at rest is at another place of the image

    def _once_shown(self, action: ViewAction, *, animated: bool = False) -> None:
        """Do something to the view: now, or when the image is shown that is being opened."""
        if self._viewer.opening:
            self._to_do.append(action)
            return
        action(moving=animated)
        self._view_was_set()

    def _do_what_waited(self) -> None:
        to_do, self._to_do[:] = tuple(self._to_do), ()
        for action in to_do:
            try:
                action(moving=False)
            except GlviewError as error:
                log.error("%s", error)  # noqa: TRY400  # the fault is the program's, in words

    def _view_was_set(self) -> None:
        """Tell of a view that a program has set, at once: who follows it can know its own doing."""
        if self._viewer.tell_view():
            self._news = [news for news in self._news if news[0] is not self.viewChanged]
            self.viewChanged.emit(self.viewport)
            self._ask_sample()
        self.update()

    def _on_settled(self) -> None:
        self._add_news(self.settled)

    def _on_plane(self, description: ImageDescription) -> None:
        self._replace_news(self.planeChanged, description.plane)
        self._name_channels(description)
        self._ask_sample_anew()

    def _name_channels(self, description: ImageDescription) -> None:
        name_channels(self._actions, band_names(description))
        tell_keys(self._actions, self._controls.keys_of)

    def _on_display(self, display: Display) -> None:
        tell_switches(self._actions, self._painter.is_on)
        self._replace_news(self.displayChanged, display)

    def _on_tile_failed(self, key: TileKey, error: str) -> None:
        self._add_news(self.tileFailed, *key, error)

    def _on_answer(self) -> None:
        sample, described = self._viewer.answer(), self._viewer.description
        self._painter.hud.answered(sample)
        if self._painter.hud.reads:
            self.update()
        pointer = self._controls.pointer
        if sample is None or described is None or pointer is None:
            return
        place = self.viewport.i_from_s(*pointer)
        # The view or the pointer may have moved since; then another answer is on its way.
        self._known = sample
        self._tell_known(place)

    def _ask_sample(self) -> None:
        """Ask what is under the pointer, for those who want to know."""
        if not self._is_heard(self.cursorMoved):
            return
        pointer = self._controls.pointer
        place = self.viewport.i_from_s(*pointer) if pointer is not None else None
        if place is not None and self._tell_known(place):
            return
        inside = place is not None and self._viewer.ask(*place)
        was_inside = self._place_asked is not None
        self._place_asked = QPointF(*place) if place is not None and inside else None
        if was_inside and not inside:
            self._replace_news(self.cursorMoved, None, ())

    def _ask_sample_anew(self) -> None:
        """What was read under the pointer was another picture's."""
        self._known = None
        if self._place_asked is not None:
            self._replace_news(self.cursorMoved, self._place_asked, ())
        self._ask_sample()

    def _tell_known(self, place: Point) -> bool:
        """Tell of a place in the pixel that was read last: nothing need be read for it."""
        known, described = self._known, self._viewer.description
        if known is None or described is None:
            return False
        if pixel_at(described, *place) != pixel_at(described, known.x, known.y):
            return False
        self._place_asked = QPointF(*place)
        self._replace_news(self.cursorMoved, self._place_asked, known.values)
        return True

    def _replace_news(self, *news: Any) -> None:
        """Of several between two turns of the event loop the last one counts."""
        self._news = [other for other in self._news if other[0] is not news[0]]
        self._add_news(*news)

    def _add_news(self, *news: Any) -> None:
        self._news.append(news)
        self._told.emit()

    def _tell(self) -> None:
        news, self._news = self._news, []
        for signal, *arguments in news:
            signal.emit(*arguments)

    # Events

    @property
    def _hands_now(self) -> Hands:
        self._hands.pixel_ratio = self.devicePixelRatioF()
        self._hands.off_grid = off_grid(self)
        return self._hands

    def _done(self, event: QEvent, *, done: bool) -> None:
        """Take an event and show what came of it, or leave it to the widget's parent."""
        event.setAccepted(done)
        if done:
            self.update()

    def mousePressEvent(self, event: QMouseEvent) -> None:
        self._painter.notices.clear_message()
        self._done(event, done=self._hands_now.press(event))

    def mouseDoubleClickEvent(self, event: QMouseEvent) -> None:
        self._done(event, done=self._hands_now.press(event, double=True))

    def mouseMoveEvent(self, event: QMouseEvent) -> None:
        changed = self._hands_now.move(event)
        self._ask_sample()
        if changed:
            self.update()

    def mouseReleaseEvent(self, event: QMouseEvent) -> None:
        self._done(event, done=self._hands_now.release(event))

    def enterEvent(self, event: QEnterEvent) -> None:
        self._hands_now.move(event)

    def leaveEvent(self, _event: QEvent) -> None:
        changed = self._hands.leave()
        self._ask_sample()
        if changed:
            self.update()

    def wheelEvent(self, event: QWheelEvent) -> None:
        self._done(event, done=self._hands_now.wheel(event))

    def keyPressEvent(self, event: QKeyEvent) -> None:
        if self._hands.key(event):
            tell_switches(self._actions, self._painter.is_on)
            self._done(event, done=True)
        else:
            super().keyPressEvent(event)

    def keyReleaseEvent(self, event: QKeyEvent) -> None:
        if self._hands.key_up(event):
            self._done(event, done=True)
        else:
            super().keyReleaseEvent(event)

    def focusOutEvent(self, event: QFocusEvent) -> None:
        self._done(event, done=self._hands.all_keys_up())
        super().focusOutEvent(event)

    def event(self, event: QEvent) -> bool:
        """Gestures on a touchpad and fingers on a screen, which have no handlers of their own."""
        if event.type() == QEvent.Type.ShortcutOverride and self._controls.prompt is not None:
            # What is typed is an answer, and no shortcut of the program's.
            event.accept()
            return True
        if isinstance(event, QNativeGestureEvent):
            done = self._hands_now.gesture(event)
        elif isinstance(event, QTouchEvent):
            self._painter.notices.clear_message()
            done = self._hands_now.touch(event)
        else:
            done = False
        if done:
            self._done(event, done=True)
        return done or super().event(event)

    def contextMenuEvent(self, event: QContextMenuEvent) -> None:
        """The commands; programs extend it by `menuAboutToShow`, or set a contextMenuPolicy."""
        tell_keys(self._actions, self._controls.keys_of)
        menu = make_menu(self, self._actions)
        menu.setAttribute(Qt.WidgetAttribute.WA_DeleteOnClose)
        self.menuAboutToShow.emit(menu, self.image_position(QPointF(event.pos())))
        menu.popup(event.globalPos())

    def showEvent(self, event: QShowEvent) -> None:
        self._ask_desktop()
        super().showEvent(event)

    def changeEvent(self, event: QEvent) -> None:
        if event.type() == QEvent.Type.StyleChange:
            self._ask_desktop()
        super().changeEvent(event)

    def _ask_desktop(self) -> None:
        if self._motion_as_desktop:
            self._viewer.reduce_motion(wants_reduced_motion(self))
