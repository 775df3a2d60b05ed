"""`glview IMAGE`: a window of its own through glfw.

Everything here happens on the thread that called `run`, the process's main thread as glfw
requires; only `Wake` is called from others.
"""

import math
import os
import time
from collections.abc import Callable, Sequence
from typing import TYPE_CHECKING, Any

import glfw

from glview.canvases.bindings import GLFW_WINDOW, Command, help_rows
from glview.canvases.glfw_hands import Hands
from glview.canvases.glfw_opening import Opening, welcome
from glview.canvases.glfw_shape import Shape
from glview.canvases.glfw_surface import Surface
from glview.canvases.glfw_system import Wake, interruptible, make_window, started
from glview.canvases.input import Controls
from glview.canvases.levels import show_level
from glview.canvases.painting import Painter
from glview.canvases.stepping import go_to_plane
from glview.canvases.titles import Caption
from glview.canvases.window_settings import FIT, WindowSettings
from glview.errors import ContextError, ImageError
from glview.frame import Target
from glview.frame_times import next_frame_s
from glview.hud.items import HudItem
from glview.image import ImageDescription
from glview.motion import Motion
from glview.options import ViewerOptions
from glview.playlist import Playlist
from glview.pyramid import Pyramid
from glview.viewer import Viewer, ViewerEvents
from glview.viewport import Viewport

if TYPE_CHECKING:
    from glview.recording import See

SHOW_AFTER_S = 0.4
"""The window waits this long for its first picture, so that it does not come up empty."""

Tour = Callable[[ImageDescription, Viewport, float], Motion]
"""Makes the motion that an image is first shown with: what is shown, where from, and when."""


def run(
    what: Any,
    settings: WindowSettings = WindowSettings(),
    options: ViewerOptions | None = None,
    *,
    tour: Tour | None = None,
    see: "See | None" = None,
) -> None:
    """Show images in a window until it is closed.

    ``what`` is anything `glview.open_image` takes, a folder, or a sequence of paths to step
    through: none for an empty window. ``see`` hears of each view. `ImageError` if there is nothing
    to be shown; `ContextError` without a display or OpenGL 3.3.
    """
    with started():
        show(what, settings, options, lambda: make_window(settings), tour=tour, see=see)


def show(
    what: Any,
    settings: WindowSettings,
    options: ViewerOptions | None,
    made: Callable[[], Any],
    *,
    tour: Tour | None = None,
    see: "See | None" = None,
) -> None:
    """`run`, where glfw is `started`; ``made`` gives the window, which is this function's then."""
    wake = Wake()
    window = GlfwWindow(wake, settings, options, tour, see)
    try:
        with interruptible(wake, window.interrupt):
            window.run(what, made)
    finally:
        wake.close()
        window.close()


_STEPS = {Command.PREVIOUS_IMAGE: -1, Command.NEXT_IMAGE: 1}


class GlfwWindow:
    """The window, its context and its viewer: `begin`, `come_up`, then `hear` and `turn` in turns.

    Within `started`; `run` and `show` are what programs call.
    """

    def __init__(
        self,
        wake: Wake,
        settings: WindowSettings,
        options: ViewerOptions | None,
        tour: Tour | None = None,
        see: "See | None" = None,
    ) -> None:
        self._wake = wake
        self._tour = tour
        self._see = see
        self._failure: ImageError | None = None
        self._shown = self._interrupted = False
        self._dirty = True
        self._frame_at = 0.0
        self._behind_frame = False
        self._renderer: Any = None
        self._more = False
        # Before the window, which takes a while to come: the image opens meanwhile.
        self._read_ahead = Wake()
        self._viewer = Viewer(
            options,
            wake=wake,
            read_ahead=self._read_ahead,
            events=ViewerEvents(
                loaded=self._loaded,
                failed=self._failed,
                view_changed=self._viewed,
                series_changed=lambda _: self._painter.series_changed(),
            ),
        )
        background = (options or ViewerOptions()).background_of()
        self._painter = Painter(self._viewer, background, fatal=(ImageError, ContextError))
        self._painter.hud.show({*settings.hud, HudItem.PLANE_SLIDERS})
        self._controls = Controls(
            self._viewer.navigator,
            on_command=self._command,
            magnification=lambda: self._viewer.full_magnification,
            grip=self._painter.hud.grip,
            contrast=self._painter.contrast,
        )
        self._painter.notices.rows = lambda: help_rows(GLFW_WINDOW, self._controls.keys_of)
        self._settings = settings
        self._opening = Opening(
            self._viewer,
            self._painter,
            Playlist(wake),
            settings,
            changed=self._change,
            hopeless=self._give_up,
        )
        self._caption = Caption(
            self._opening.title, lambda text: glfw.set_window_title(self._window, text)
        )
        self._window: Any = None

    # Life

    def run(self, what: Any, made: Callable[[], Any]) -> None:
        self.begin(what)
        show_at = time.perf_counter() + SHOW_AFTER_S
        self.come_up(made(), show_at)
        while not self._ends:
            self.hear()
            self._pace()
            self.turn()
        if self._interrupted:
            raise KeyboardInterrupt

    def interrupt(self) -> None:
        """Let `run` end soon, with KeyboardInterrupt."""
        self._interrupted = True

    @property
    def _ends(self) -> bool:
        return self._interrupted or bool(glfw.window_should_close(self._window))

    @property
    def viewer(self) -> Viewer:
        return self._viewer

    def begin(self, what: Any) -> None:
        """Open what is to be shown, which goes on while the window is made."""
        if isinstance(what, (str, bytes, os.PathLike)):
            what = (what,)
        if not isinstance(what, Sequence):
            self._opening.open(what)
        elif what:
            self._opening.begin(what)
        else:
            self._opening.begin_empty(welcome(self._controls))

    def come_up(self, window: Any, show_at: float) -> None:
        """Show a window once something is to be seen in it, at ``show_at`` at the latest.

        Its context is current; it is this object's from here on.
        """
        self._take_window(window)
        while not (self._shown or self._ends):
            if self._wake.take():
                self._opening.hear()
            self._viewer.poll()
            if self._failure is not None:
                raise self._failure
            left_s = show_at - time.perf_counter()
            shows = self._viewer.description is not None or self._painter.notices.speaks
            if shows or left_s <= 0.0:
                self._show()
            else:
                glfw.wait_events_timeout(left_s)

    def hear(self) -> None:
        """Take in events."""
        glfw.poll_events()
        self._behind_frame = False
        self._viewer.refresh_hz = self._surface.refresh_hz

    def turn(self) -> None:
        """Do what is due, a frame with it; wait where nothing is."""
        if self._wake.take():
            self._opening.hear()
            self._dirty = True
        if time.perf_counter() >= self._opening.slow_at:
            self._opening.say_slow()
        if time.perf_counter() >= self._painter.notices.due_s:
            self._dirty = True
        if self._dirty or self._more:
            self._draw()
        elif self._read_ahead.take():
            self._get_ahead()
        elif not self._ends:
            self._wait()

    def look(self, view: Viewport) -> None:
        """Be at a view, and draw it in the next turn."""
        self._viewer.navigator.set_view(view)
        self._dirty = True

    def context_shared(self) -> None:
        """Another has drawn in the window's context."""
        self._renderer.context_shared()

    def _wait(self) -> None:
        """Until something happens, or it is time to say that an image opens, or to unsay a word."""
        until = min(self._opening.slow_at, self._painter.notices.due_s)
        if until == math.inf:
            glfw.wait_events()
        elif (left := until - time.perf_counter()) > 0.0:
            glfw.wait_events_timeout(left)

    def close(self) -> None:
        """Stop the loader, then release GL, then the window, which is out of sight at once."""
        self._read_ahead.close()
        if self._window is not None:
            # Workers amid a tile may take their two seconds.
            glfw.hide_window(self._window)
        self._viewer.close()
        if self._window is None:
            return
        self._surface.close()
        if self._renderer is not None:
            glfw.make_context_current(self._window)
            self._renderer.release()
            self._viewer.detach()
            self._renderer = None
        glfw.make_context_current(None)  # type: ignore[arg-type] # None lets it go
        glfw.destroy_window(self._window)
        self._window = None

    def _take_window(self, window: Any) -> None:
        """Be what a window shows."""
        self._window = window
        self._surface = Surface(window, changed=self._change)
        self._shape = Shape(window, self._surface)
        self._listen(window)
        self._hands = Hands(
            window,
            self._controls,
            changed=self._change,
            pressed=self._painter.notices.clear_message,
            waited=self._waited,
        )
        from glview.gl.renderer import Renderer

        self._renderer = Renderer()
        self._viewer.attach(self._renderer)

    def _listen(self, window: Any) -> None:
        glfw.set_window_refresh_callback(window, self._on_refresh)
        drop: Any = self._on_drop
        glfw.set_drop_callback(window, drop)

    def _show(self) -> None:
        self._shown = True
        width, height = self._surface.size
        self._viewer.resize(max(width, 1), max(height, 1))
        self._caption.look(time.perf_counter(), more=False)
        if self._settings.fullscreen:
            self._toggle_fullscreen()
        glfw.show_window(self._window)

    # Frames

    def _pace(self) -> None:
        """No frame begins sooner than the monitor could show it."""
        due = next_frame_s(self._frame_at, self._viewer.refresh_hz)
        while (self._more or self._dirty) and (left := due - time.perf_counter()) > 0.0:
            glfw.wait_events_timeout(left)

    def _draw(self) -> None:
        width, height = self._surface.size
        self._dirty = False
        if width < 1 or height < 1:  # minimised
            self._more = False
            return
        now = self._frame_at = time.perf_counter()
        self._behind_frame = True
        target = Target(0, width, height, depth=True)
        self._controls.pixel_ratio = ratio = glfw.get_window_content_scale(self._window)[0]
        focus = self._controls.pointer
        self._painter.hud.answered(self._viewer.answer())
        self._painter.notices.prompt = self._controls.prompt
        self._more = self._painter.paint(self._renderer, target, now, ratio, focus)
        glfw.swap_buffers(self._window)
        self._caption.look(now, more=self._more)
        if not self._more:
            self._get_ahead()

    def _get_ahead(self) -> None:
        """What the next pictures will take, as long as this one stays."""
        if self._viewer.get_ahead(time.perf_counter(), focus=self._controls.pointer):
            self._read_ahead()

    # Opening, and what comes of it

    def _loaded(self, description: ImageDescription) -> None:
        if self._opening.loaded(description):
            self._begin_as_asked(description.pyramid)
            go_to_plane(self._viewer, self._settings.plane, self._painter.notices.say)
        if self._tour is not None:
            now = time.perf_counter()
            width, height = self._surface.size
            self._viewer.resize(max(width, 1), max(height, 1))
            navigator = self._viewer.navigator
            navigator.follow(self._tour(description, navigator.view, now), now)
            self._tour = None

    def _failed(self, error: ImageError) -> None:
        self._opening.failed(error)

    def _give_up(self, error: ImageError) -> None:
        self._failure = error
        if self._shown:
            raise error

    def _viewed(self, view: Viewport) -> None:
        described = self._viewer.description
        if self._see is not None and described is not None:
            self._see(described.pyramid.width, described.pyramid.height, view, self._frame_at)

    def _begin_as_asked(self, pyramid: Pyramid) -> None:
        """The first image at its zoom, and the window as large as its picture."""
        zoom = self._settings.zoom
        if self._settings.fit:
            self._viewer.resize(*self._shape.fit(pyramid, zoom))
        if zoom != FIT:
            show_level(self._viewer.navigator, pyramid, zoom)

    # Events

    def _command(self, command: Command) -> bool:
        if command is Command.HELP:
            self._painter.notices.help_shown = not self._painter.notices.help_shown
        elif command is Command.FULLSCREEN:
            self._toggle_fullscreen()
        elif command is Command.RELOAD:
            self._viewer.refresh()
        elif command in _STEPS:
            self._opening.step(_STEPS[command])
        elif command is Command.DISMISS:
            self._step_back()
        elif command is Command.QUIT:
            glfw.set_window_should_close(self._window, True)
        elif not self._painter.take(command):
            return False
        self._dirty = True
        return True

    def _step_back(self) -> None:
        """Take away what is told, else leave the full screen, else the program."""
        if self._painter.notices.dismiss():
            return
        if self._shape.fullscreen:
            self._toggle_fullscreen()
        else:
            glfw.set_window_should_close(self._window, True)

    def _toggle_fullscreen(self) -> None:
        self._shape.toggle_fullscreen()
        self._dirty = True

    def _on_refresh(self, _: Any) -> None:
        self._dirty = True
        # Where a resize by hand holds up the event loop, this is all the drawing there is.
        # Not the first frame, whose faults glfw would raise in whatever calls it next.
        began = self._shown and self._frame_at > 0.0
        if began and time.perf_counter() >= next_frame_s(self._frame_at, self._surface.refresh_hz):
            self._draw()

    def _on_drop(self, _: Any, paths: list[str]) -> None:
        if paths:
            self._opening.take(paths)

    def _waited(self, now: float) -> float:
        """How long what happens now may have lain behind a frame.

        glfw tells no times: what came during a frame came at its start, for all we know.
        """
        return now - self._frame_at if self._behind_frame else 0.0

    def _change(self) -> None:
        self._dirty = True
