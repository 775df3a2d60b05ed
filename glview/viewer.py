"""The one conductor: view, image and renderer, frame by frame. No GL, no toolkit.

A canvas owns the window and the context; it makes a renderer, attaches it, turns events into calls
on `Viewer.navigator`, and calls `Viewer.draw` when asked to paint. All calls come from the thread
that owns the context, but for the ``wake`` callback, which comes from any.
"""

import logging
import threading
from collections import deque
from collections.abc import Callable, Sequence
from dataclasses import dataclass, replace
from typing import Any, Protocol

from glview.budgets import image_bytes
from glview.display import Display
from glview.errors import GlviewError, ImageError
from glview.frame import Frame, Mark, Panel, Target
from glview.image import ImageDescription
from glview.loader import CLOSE_WITHIN_S
from glview.navigator import Navigator
from glview.options import ViewerOptions
from glview.pyramid import TileKey
from glview.session import Hole, Session, Uploader
from glview.sources.base import TileSource
from glview.stats import MemoryUse
from glview.viewport import Point, Viewport

log = logging.getLogger("glview")

__all__ = ["FrameRenderer", "Viewer", "ViewerEvents", "ViewerOptions"]

UPLOAD_BUDGET_S = 0.004
"""A quarter of a 60 Hz frame goes to uploads at most."""


class FrameRenderer(Uploader, Protocol):
    """What a viewer needs of a renderer (`glview.gl.renderer.Renderer`)."""

    def draw(self, frame: Frame, target: Target) -> None: ...

    def clear(self, target: Target, color: tuple[float, float, float]) -> None: ...

    def draw_marks(self, marks: Sequence[Mark], target: Target) -> None: ...

    def draw_panels(self, panels: Sequence[Panel], target: Target) -> None: ...


def _ignore(*_: object) -> None:
    """An event nobody listens to."""


@dataclass(frozen=True, slots=True)
class ViewerEvents:
    """Who is told what; called on the thread that draws, never while a frame is half made."""

    loaded: Callable[[ImageDescription], None] = _ignore
    failed: Callable[[ImageError], None] = _ignore
    view_changed: Callable[[Viewport], None] = _ignore
    settled: Callable[[], None] = _ignore
    tile_failed: Callable[[TileKey, str], None] = _ignore


@dataclass(frozen=True, slots=True, eq=False)
class _Opened:
    """What came of one call of `Viewer.open`."""

    generation: int
    source: TileSource | None
    error: ImageError | None


class Viewer:
    """Shows one image at a time on one canvas."""

    def __init__(
        self,
        options: ViewerOptions | None = None,
        *,
        wake: Callable[[], None] = _ignore,
        events: ViewerEvents | None = None,
    ) -> None:
        self._options = options or ViewerOptions()
        self._wake = wake
        self._events = events or ViewerEvents()
        self.navigator = Navigator(reduced_motion=self._options.reduced_motion)
        self._session: Session | None = None
        self._renderer: FrameRenderer | None = None
        self._attached = False
        self._opened: deque[_Opened] = deque()
        self._generation = 0
        self._retiring: list[threading.Thread] = []
        self._pending = False
        self._closed = False
        self._last_view: Viewport | None = None
        self._settled = False

    @property
    def description(self) -> ImageDescription | None:
        """The image shown, or None."""
        return self._session.file_description if self._session else None

    @property
    def display(self) -> Display | None:
        """How data becomes light, or None without an image; may be set to another."""
        return self._session.display if self._session else None

    @display.setter
    def display(self, display: Display) -> None:
        if self._session is None:
            raise GlviewError("no image is open whose display could be set")
        self._session.display = display
        self._settled = False
        self._wake()

    @property
    def settled(self) -> bool:
        """Whether the last picture drawn is final: nothing moves, loads or fades."""
        return self._settled

    @property
    def reduced(self) -> bool:
        """Whether the picture is made of coarser tiles than the view asks for, for want of room."""
        return self._session is not None and self._session.is_reduced

    @property
    def opening(self) -> bool:
        """Whether an image is being opened."""
        return self._pending and not self._closed

    @property
    def holes(self) -> list[Hole]:
        """Tiles in sight that cannot be read."""
        return self._session.holes() if self._session else []

    def errors(self) -> tuple[Hole, ...]:
        """Every tile of the image that was found unreadable so far, in sight or not, sorted."""
        return self._session.errors() if self._session else ()

    def reload_failed(self) -> None:
        """Read every failed tile anew, now those in sight; what fails again is told of again."""
        if self._session is not None:
            self._session.reload_failed()
            self._settled = False
            self._wake()

    def open(self, what: Any) -> None:
        """Open an image in a thread of its own; `ViewerEvents` tell what came of it.

        ``what`` is anything `glview.open_image` takes. The image shown stays until then. A later
        call overtakes this one.
        """
        self._generation += 1
        self._pending = True
        threading.Thread(
            target=self._open, args=(what, self._generation), name="glview open", daemon=True
        ).start()

    def _open(self, what: Any, generation: int) -> None:
        # Here, so that a window comes up while pyvips is being imported.
        from glview.sources.opening import open_image

        try:
            room_bytes = image_bytes(self._options.host_bytes)
            opened = _Opened(generation, open_image(what, budget_bytes=room_bytes), None)
        except ImageError as error:
            opened = _Opened(generation, None, error)
        except Exception as error:
            # Whatever a decoder raises must reach the person, not end a thread in silence.
            log.exception("%s: cannot be opened", what)
            opened = _Opened(generation, None, _as_image_error(str(what), error))
        self._opened.append(opened)
        if self._closed:
            # Nobody will ask for it any more, and there may be nobody left to wake.
            self._discard_opened()
        else:
            self._wake()

    def _discard_opened(self) -> None:
        """Close what was opened and will not be shown; on any thread, after `close`."""
        while self._opened:
            try:
                source = self._opened.popleft().source
            except IndexError:
                return  # another thread took it
            if source is not None:
                source.close()

    def poll(self) -> None:
        """Take in what has been opened and tell of it; `draw` does so, too."""
        while self._opened:
            opened = self._opened.popleft()
            if opened.generation != self._generation or self._closed:
                if opened.source is not None:
                    opened.source.close()
                continue
            self._pending = False
            if opened.source is None:
                assert opened.error is not None
                self._events.failed(opened.error)
                continue
            try:
                self.show(opened.source)
            except Exception as error:
                # A fault of the image's must not escape into a canvas' event loop.
                log.exception("%s: cannot be shown", opened.source.description.name)
                opened.source.close()
                self._events.failed(_as_image_error(opened.source.description.name, error))

    def show(self, source: TileSource) -> None:
        """Show an opened source, fitted; the viewer closes it when it is done with it.

        `ImageError` where it cannot be shown at all; the image before it then stays.
        """
        session = Session(source, self._options, wake=self._wake)
        if self._session is not None:
            self._retire(self._session)
        self._session = session
        self._settled = False
        self._attached = False
        pyramid = source.description.pyramid
        self.navigator.set_image(pyramid.width, pyramid.height)
        self._events.loaded(source.description)
        self._wake()

    def _retire(self, session: Session) -> None:
        """Close a session in a thread of its own: no frame waits for a worker amid its tile."""
        thread = threading.Thread(target=session.close, name="glview close", daemon=True)
        thread.start()
        self._retiring = [other for other in self._retiring if other.is_alive()] + [thread]

    def attach(self, renderer: FrameRenderer) -> None:
        """Draw through this renderer from now on."""
        self._renderer = renderer
        self._attached = False
        self._settled = False

    def detach(self) -> None:
        """The renderer is gone with its context; the view and the image stay."""
        self._renderer = None
        self._settled = False

    def resize(self, width_px: int, height_px: int) -> None:
        """The target's size in device pixels."""
        self.navigator.resize(width_px, height_px)
        self._settled = False

    def draw(
        self,
        target: Target,
        now: float,
        *,
        focus: Point | None = None,
        upload_budget_s: float = UPLOAD_BUDGET_S,
    ) -> bool:
        """One picture into the target, whose context is current; True if another should follow.

        ``now`` in seconds on any steady clock; ``focus`` is the screen point to sharpen first.
        """
        self.poll()
        renderer = self._renderer
        if renderer is None:
            raise GlviewError("no renderer is attached")
        view = self.navigator.step(now)
        if (view.width, view.height) != (target.width, target.height):
            self.navigator.resize(target.width, target.height)
            view = self.navigator.step(now)
        session = self._session
        if session is None:
            renderer.clear(target, self._options.background)
            return False
        if not self._attached:
            # Here and not when it was opened: only now is the context sure to be current.
            session.attach(renderer)
            self._attached = True
        session.fit(renderer, target.width, target.height)
        moving = self.navigator.moving
        changed = view != self._last_view
        ahead = self.navigator.ahead(now)
        planned = session.follow(view, focus=focus, moving=moving or changed, ahead=ahead)
        waiting = session.take(renderer, now, upload_budget_s)
        session.retry(now)
        ready = session.has_picture(now)
        if ready:
            renderer.draw(session.frame(view, now), target)
            if self._options.mark_holes:
                self._mark(renderer, session, view, target)
        else:
            renderer.clear(target, session.display.background)
        more = moving or waiting or not planned or session.is_appearing(now)
        # Tiles that wait for the first picture to be whole are not waited for without end.
        more = more or (not ready and session.has_tiles)
        self._tell(session, view, changed, settled=not more and session.is_complete())
        return more

    def _mark(
        self, renderer: FrameRenderer, session: Session, view: Viewport, target: Target
    ) -> None:
        pyramid = session.description.pyramid
        marks = []
        for hole in session.holes():
            rect = pyramid.levels[hole.key.level].i_tile_rect(hole.key.column, hole.key.row)
            right, bottom = min(rect.x1, pyramid.width), min(rect.y1, pyramid.height)
            corner = view.s_from_i(rect.x0, rect.y0)
            across, down = view.s_from_i(right, rect.y0), view.s_from_i(rect.x0, bottom)
            marks.append(
                Mark(
                    corner,
                    Point(across.x - corner.x, across.y - corner.y),
                    Point(down.x - corner.x, down.y - corner.y),
                )
            )
        if marks:
            renderer.draw_marks(marks, target)

    def _tell(self, session: Session, view: Viewport, changed: bool, *, settled: bool) -> None:
        for hole in session.new_holes():
            self._events.tile_failed(hole.key, hole.error)
        if changed:
            self._last_view = view
            self._events.view_changed(view)
        newly, self._settled = settled and (changed or not self._settled), settled
        if newly:
            self._events.settled()

    def set_budgets(self, *, gpu_bytes: int | None = None, host_bytes: int | None = None) -> None:
        """Keep to other budgets from now on, of this image and of those to come.

        The picture stays: of its tiles those go first that were seen longest ago. What the image
        itself holds in memory stays as it is. ValueError for anything but whole numbers above 0.
        """
        now = self._options
        self._options = now = replace(
            now,
            gpu_bytes=now.gpu_bytes if gpu_bytes is None else gpu_bytes,
            host_bytes=now.host_bytes if host_bytes is None else host_bytes,
        )
        if self._session is not None:
            self._session.set_budgets(now.gpu_bytes, now.host_bytes)
            self._settled = False
            self._wake()

    @property
    def memory(self) -> MemoryUse | None:
        """What is taken of both budgets now, or None without an image."""
        if self._session is None:
            return None
        return self._session.memory(self._renderer if self._attached else None)

    def update_display(self, **changes: Any) -> None:
        """Change some of the display's fields, by name."""
        if self._session is not None:
            self.display = replace(self._session.display, **changes)

    def close(self) -> None:
        """Stop all threads within two seconds and close the image; the canvas releases GL."""
        self._closed = True
        if self._session is not None:
            self._session.close()
            self._session = None
        # They began before, so that each ends within its own two seconds.
        for thread in self._retiring:
            thread.join(CLOSE_WITHIN_S)
        self._discard_opened()


def _as_image_error(name: str, error: Exception) -> ImageError:
    """Any fault met while opening, as the one that programs expect."""
    if isinstance(error, ImageError):
        return error
    return ImageError(name, f"{type(error).__name__}: {error}")
