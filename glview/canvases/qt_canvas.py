"""The viewer in a QOpenGLWidget; what programs call is in `glview.canvases.qt`.

All of it runs on the GUI thread; only `Wake` is called from others. Positions that reach the
navigator are device pixels.
"""

import atexit
import logging
import math
import time

from PySide6.QtCore import QEvent, QPointF, QSize, Qt, QTimer, Signal
from PySide6.QtGui import QContextMenuEvent, QOpenGLContext, QShowEvent, QSurfaceFormat
from PySide6.QtWidgets import QMenu, QWidget

from glview.canvases.bindings import QT_WIDGET, Command, help_rows
from glview.canvases.egl import ADVICE
from glview.canvases.input import Controls
from glview.canvases.painting import Painter
from glview.canvases.qt_actions import (
    make_actions,
    make_menu,
    name_channels,
    offer_magnifications,
    offer_series,
    tell_keys,
    tell_switches,
)
from glview.canvases.qt_cursor import Cursor
from glview.canvases.qt_desktop import wants_reduced_motion
from glview.canvases.qt_events import HandsWidget
from glview.canvases.qt_hands import Hands
from glview.canvases.qt_keys import quit_program
from glview.canvases.qt_lifetime import Drawing, Wake, end_all, weakly
from glview.canvases.qt_news import News
from glview.canvases.qt_opening import Opening
from glview.canvases.qt_overlays import Overlays
from glview.canvases.qt_pace import Pace
from glview.canvases.qt_pixels import off_grid
from glview.display import Display
from glview.display_steps import band_names
from glview.errors import ContextError, ImageError
from glview.frame import Target
from glview.image import ImageDescription
from glview.options import ViewerOptions
from glview.pyramid import TileKey
from glview.viewer import Viewer, ViewerEvents
from glview.viewport import Point, Viewport

log = logging.getLogger("glview")


class ImageCanvas(HandsWidget):
    """A widget with a viewer in it: contexts, paints, and the news of what comes of them.

    Signals are sent from the event loop, never from within painting.
    """

    imageLoaded = Signal(object)
    """An image is shown; carries its `glview.ImageDescription`."""
    loadFailed = Signal(str)
    """The image cannot be shown; carries one line that names it and the fault.

    Also sent where nothing can be drawn at all, with a line about the display."""
    imageClosed = Signal()
    """The image was closed, and none is shown any more."""
    viewChanged = Signal(object)
    """The view is another; carries its `glview.Viewport`, in device pixels.

    Sent at once by what sets a view, and once a picture by what moves it."""
    settled = Signal()
    """The picture is final: nothing moves, and what can be read of what is in sight is there."""
    displayChanged = Signal(object)
    """Data is shown otherwise, or another image is; carries the `glview.Display`."""
    channelSelected = Signal(int)
    """Another channel is the selected one; carries its number, from 0."""
    planeChanged = Signal(tuple)
    """Another picture of the same file is shown; carries its index along each axis, from 0."""
    seriesChanged = Signal(int)
    """Another image of the same file is shown; carries its number, from 0.

    `imageLoaded` comes before it."""
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
                closed=weakly(self._on_closed),
                series_changed=weakly(self._on_series),
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
        self._hands = Hands(
            controls, clicked=weakly(self._on_click), touched=painter.notices.clear_message
        )
        self._opening = Opening(self, weakly(self._on_opens_slowly))
        self._news = News(self)
        self._cursor = Cursor(viewer, controls, weakly(self._on_cursor))
        self._pace = Pace(self)
        self._unsay = QTimer(self)
        self._unsay.setSingleShot(True)
        self._unsay.timeout.connect(weakly(self._on_unsay))
        self._overlays = Overlays()
        self._actions = make_actions(self, weakly(self.run), self._controls.keys_of)
        tell_switches(self._actions, self._painter.is_on)
        offer_magnifications(self._actions, known=False)
        offer_series(self._actions, several=False)
        self._progress = (0, 0)
        self._motion_as_desktop = options.reduced_motion is None
        self._ask_desktop()
        self._is_drawn = False
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
        self._news.add(self.loadFailed, fault)

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

    def _is_heard(self, signal: str) -> bool:
        """Whether anybody listens: what takes time to find out is left undone otherwise."""
        known = self.metaObject()
        # PySide 6.11's QMetaMethod.fromSignal takes a reference to the widget for good.
        return self.isSignalConnected(known.method(known.indexOfSignal(signal)))

    def _tell_progress(self) -> None:
        if not self._is_heard("progress(int,int)"):
            return
        progress = self._viewer.progress
        if progress != self._progress:
            self._progress = progress
            self._news.replace(self.progress, *progress)

    # What comes of it: some is news, which is told from the event loop

    def _on_wake(self) -> None:
        # A hidden widget is not painted, and its image is loaded all the same.
        self._viewer.poll()
        self.update()

    def _on_unsay(self) -> None:
        self.update()

    def _on_opens_slowly(self) -> None:
        if self._viewer.opening:
            self._painter.notices.opening(self._opening.name)
            self.update()

    def _on_loaded(self, description: ImageDescription) -> None:
        self._painter.image_changed()
        self._painter.notices.loaded(description)
        known = self._viewer.full_magnification is not None
        offer_magnifications(self._actions, known=known)
        offer_series(self._actions, several=bool(self._viewer.all_series))
        self._name_channels(description)
        self._opening.shown(self._viewer.navigator, description.pyramid)
        self._news.add(self.imageLoaded, description)
        self._ask_sample_anew()

    def _on_closed(self) -> None:
        self._painter.image_changed()
        offer_magnifications(self._actions, known=False)
        offer_series(self._actions, several=False)
        name_channels(self._actions, ())
        tell_keys(self._actions, self._controls.keys_of)
        tell_switches(self._actions, self._painter.is_on)
        self._news.add(self.imageClosed)
        self._ask_sample_anew()

    def _on_click(self, place: Point, button: Qt.MouseButton) -> None:
        at = self.viewport.i_from_s(*place)
        self._news.add(self.clicked, QPointF(*at), button)

    def _on_failed(self, error: ImageError) -> None:
        self._opening.failed()
        self._painter.notices.failed(error)
        self._news.add(self.loadFailed, str(error))
        self.update()

    def _on_view(self, view: Viewport) -> None:
        self._news.replace(self.viewChanged, view)
        self._ask_sample()  # a pointer at rest is at another place of the image

    def _view_was_set(self) -> None:
        """Tell of a view that a program has set, at once: who follows it can know its own doing."""
        if self._viewer.tell_view():
            self._news.drop(self.viewChanged)
            self.viewChanged.emit(self.viewport)
            self._ask_sample()
        self.update()

    def _on_settled(self) -> None:
        self._news.add(self.settled)

    def _on_plane(self, description: ImageDescription) -> None:
        self._news.replace(self.planeChanged, description.plane)
        self._name_channels(description)
        self._ask_sample_anew()

    def _on_series(self, description: ImageDescription) -> None:
        self._painter.series_changed()
        self._news.add(self.seriesChanged, description.series)

    def _name_channels(self, description: ImageDescription) -> None:
        name_channels(self._actions, band_names(description))
        tell_keys(self._actions, self._controls.keys_of)

    def _on_display(self, display: Display) -> None:
        tell_switches(self._actions, self._painter.is_on)
        self._news.replace(self.displayChanged, display)

    def _on_tile_failed(self, key: TileKey, error: str) -> None:
        self._news.add(self.tileFailed, *key, error)

    def _on_answer(self) -> None:
        sample = self._viewer.answer()
        self._painter.hud.answered(sample)
        if self._painter.hud.reads:
            self.update()
        self._cursor.answered(sample)

    def _on_cursor(self, place: QPointF | None, values: tuple[float, ...]) -> None:
        self._news.replace(self.cursorMoved, place, values)

    def _ask_sample(self) -> None:
        """Ask what is under the pointer, for those who want to know."""
        if self._is_heard("cursorMoved(PyObject,PyObject)"):
            self._cursor.ask()

    def _ask_sample_anew(self) -> None:
        self._cursor.forget()
        self._ask_sample()

    # Events

    def _pointer_moved(self) -> None:
        self._ask_sample()

    def _key_struck(self) -> None:
        tell_switches(self._actions, self._painter.is_on)
        if self._controls.prompt is not None and not self.hasFocus():
            self.setFocus()  # the answer is typed here, wherever the key came from

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
