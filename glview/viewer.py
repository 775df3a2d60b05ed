"""The one conductor: view, image and renderer, frame by frame. No GL, no toolkit.

A canvas owns the window and the context; it makes a renderer, attaches it, turns events into calls
on `Viewer.navigator`, and calls `Viewer.draw` when asked to paint. All calls come from the thread
that owns the context, but for the ``wake`` callback, which comes from any.
"""

import logging
import time
from collections.abc import Callable
from dataclasses import dataclass, replace
from typing import Any, Final

import numpy as np
from numpy.typing import NDArray

from glview.display import RGB, Display
from glview.errors import GlviewError, ImageError
from glview.failures import Hole
from glview.frame import Mark, Outline, Target
from glview.frame_times import FrameRing
from glview.gpu import FrameRenderer
from glview.image import ImageDescription
from glview.images import Images
from glview.loader import CLOSE_WITHIN_S
from glview.lod import LodChoice
from glview.magnification import full_magnification
from glview.motion import SWIFT_PX_S, speed_px_s
from glview.navigator import Navigator
from glview.opener import Opened, Opener, WatchedFile, as_image_error
from glview.options import ViewerOptions, WindowRule
from glview.outlines import outlines, placed
from glview.pixel_block import PixelBlock
from glview.plane_changes import PlaneChanges
from glview.planes import Plane, Seen, channel_at
from glview.pressure import Pressure
from glview.probe import Sample
from glview.pyramid import IntRect, TileKey
from glview.reach import Limits
from glview.screen_colors import ScreenColors
from glview.session import Session
from glview.sources.base import TileSource
from glview.stats import GpuBytes, HostBytes, MemoryUse, Stats, TileCounts
from glview.thumbnail import Thumbnail
from glview.view_state import ViewState
from glview.viewport import Point, Viewport

log = logging.getLogger("glview")

__all__ = ["Viewer", "ViewerEvents", "ViewerOptions"]

UPLOAD_BUDGET_S = 0.004
"""A quarter of a 60 Hz frame goes to uploads, with another image coming in as without; or a quarter
of the frame before, where frames take longer, so that as many tiles come in a second:"""
MOST_UPLOAD_BUDGET_S = 0.012
"""after four keys on a machine without a GPU, at 50 ms a frame, the 88 tiles of a screen took four
frames at 4 ms, the last of them after the motion's end."""
FIRST_BUDGET_S = 0.03
"""While there is no picture nothing moves that could be held up: 77 tiles of 256 px, those of a
first picture at 1600x1000, take 9 ms on llvmpipe, and their atlas 12."""


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
    plane_changed: Callable[[ImageDescription], None] = _ignore
    """Another picture of the same file is shown."""
    display_changed: Callable[[Display], None] = _ignore


class Viewer:
    """Shows one image at a time on one canvas."""

    def __init__(
        self,
        options: ViewerOptions | None = None,
        *,
        wake: Callable[[], None] = _ignore,
        answered: Callable[[], None] | None = None,
        read_ahead: Callable[[], None] | None = None,
        events: ViewerEvents | None = None,
        limits: Limits | None = None,
        stopwatch: Callable[[], float] = time.perf_counter,
    ) -> None:
        self._options = options or ViewerOptions()
        self._wake = wake
        self._answered = answered or wake
        self._read_ahead = read_ahead
        self._screen = ScreenColors(self._options.display_profile)
        # The tables of a screen's colours are made where images are opened: no frame waits.
        self._opener = Opener(wake, watch=self._options.watch, prepare=self._screen.prepare)
        self._events = events or ViewerEvents()
        self._stopwatch = stopwatch
        self._frames = FrameRing()
        self._pressure = Pressure()
        self.refresh_hz = 60.0
        """How often the screen takes a picture; the canvas says."""
        # Canvases hold on to it, so it is never another one.
        self.navigator: Final = Navigator(
            limits=limits or Limits(), reduced_motion=bool(self._options.reduced_motion)
        )
        self._images = Images(self._options.gpu_bytes, self._options.host_bytes)
        self._renderer: FrameRenderer | None = None
        self._attached = False
        self._squares = False
        self._planes = PlaneChanges(
            self._images,
            self._session_of,
            wake=wake,
            read_ahead=read_ahead or wake,
            failed=self._events.failed,
        )
        self._restored: ViewState | None = None
        """A view whose plane is on its way, with windows of its own."""
        self._last_view: Viewport | None = None
        self._last_s = 0.0
        self._told_view: Viewport | None = None
        self._told_display: Display | None = None
        self._settled = False
        self._blank = True

    @property
    def _session(self) -> Session | None:
        return self._images.shown

    @property
    def description(self) -> ImageDescription | None:
        """The image shown, or None."""
        return self._session.file_description if self._session else None

    @property
    def full_magnification(self) -> float | None:
        """That of full resolution, as of an objective; None where nobody knows."""
        told = self.description
        return full_magnification(told.objective_power, told.pixel_size_um) if told else None

    @property
    def display(self) -> Display | None:
        """How data becomes light, or None without an image; may be set to another."""
        return self._session.display if self._session else None

    @display.setter
    def display(self, display: Display) -> None:
        if self._session is None:
            raise GlviewError("no image is open whose display could be set")
        self._session.display = display
        self._display_set()

    @property
    def plain_background(self) -> RGB:
        """What the image is seen on where neither a hand nor a checkerboard changes it."""
        return self._options.background_of(self.description)

    @property
    def first_display(self) -> Display | None:
        """What `reset_display` would come back to; None without an image."""
        return self._session.first_display if self._session else None

    def auto_window(self, rule: WindowRule | None = None) -> None:
        """Windows that suit what is in sight, by a rule; nothing without an image."""
        if self._session is not None and self._session.has_tiles:
            self._session.auto_window(rule)
            self._display_set()

    def reset_display(self) -> None:
        """Windows, colours, curve and bands as the image was first shown; nothing without one."""
        if self._session is not None:
            self._session.reset_display()
            self._display_set()

    def visible_values(self) -> NDArray[np.floating]:
        """Some of the file's values in sight, shape (bands, count); none without an image."""
        if self._session is None:
            return np.zeros((0, 0), np.float32)
        return self._session.visible_values()

    def _display_set(self) -> None:
        self._settled = False
        self._wake()

    @property
    def squares(self) -> bool:
        """Whether large image pixels are squares (`Session.squares`); may be set."""
        return self._squares

    @squares.setter
    def squares(self, squares: bool) -> None:
        self._squares = squares
        if self._session is not None:
            self._session.squares = squares

    @property
    def progress(self) -> tuple[int, int]:
        """How many tiles the picture needs, and how many of them are there, empty or failed."""
        return self._session.progress() if self._session else (0, 0)

    @property
    def state(self) -> ViewState | None:
        """The complete view; None without an image."""
        if self._session is None:
            return None
        navigator = self.navigator
        return ViewState.of(
            navigator.destination,
            self._session.display,
            fitted=navigator.fitted,
            plane=self.plane,
        )

    def restore(self, state: ViewState) -> None:
        """Be at a view, at once. GlviewError without an image, and where its bands are others."""
        display = self.display
        if display is None:
            raise GlviewError("no image is open that a view could be restored of")
        if len(display.windows) != len(state.display.windows):
            raise GlviewError(
                f"a view of {len(state.display.windows)} bands, of an image of"
                f" {len(display.windows)}"
            )
        described = self.description
        assert described is not None
        if state.plane and not described.has_plane(state.plane):
            raise GlviewError(f"a view of an image with other planes: {state.plane}")
        shown = replace(state.display, color_table=display.color_table, screen=display.screen)
        axes, there = described.axes, state.plane or self.plane
        elsewhere = channel_at(axes, there) != channel_at(axes, self.plane_shown)
        if elsewhere:
            # They are another channel's, and come with it.
            shown = replace(shown, windows=display.windows, colors=display.colors)
        self.display = shown
        if state.plane:
            self.go_to_plane(state.plane)
            self._restored = state if elsewhere else None
        navigator = self.navigator
        view = state.on(navigator.view)
        size = navigator.image_size
        navigator.set_view(view.fitted(*size) if state.fitted and size else view)

    @property
    def settled(self) -> bool:
        """Whether the last picture drawn is final: nothing moves or fades, and no tile will come.

        Of what is in sight all is there that can be read; loading ahead of need may go on. A view
        that is not drawn yet is not settled.
        """
        navigator = self.navigator
        still = not navigator.moving and navigator.view == self._last_view
        return self._settled and still and not self._planes.under_way

    @property
    def reduced(self) -> bool:
        """Whether the picture is made of coarser tiles than the view asks for, for want of room."""
        return self._session is not None and self._session.is_reduced

    @property
    def opening(self) -> bool:
        """Whether an image is being opened; another plane of the one shown does not count."""
        return self._opener.busy

    @property
    def blank(self) -> bool:
        """Whether the last picture shows no tile of an image at all."""
        return self._blank

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

    @property
    def plane(self) -> Plane:
        """Which of the file's pictures is shown, or will be: an index along each of its axes."""
        return self._planes.plane

    @property
    def plane_shown(self) -> Plane:
        """Which of the file's pictures is on the screen."""
        return self.description.plane if self.description else ()

    def go_to_plane(self, plane: Plane) -> None:
        """Show another picture of the same file, with the view and the display kept.

        The one on the screen stays until it is sharp, or a second is over. Where planes are asked
        for faster than they come, some are left out, never the last. IndexError where there is
        none; what goes wrong in opening it is told, and the picture stays.
        """
        self._restored = None
        self._planes.go_to(plane)

    def open(
        self,
        what: Any,
        *,
        keep_view: bool = False,
        plane: Plane | str | None = None,
        series: int = 0,
    ) -> None:
        """Open an image in a thread of its own; `ViewerEvents` tell what came of it.

        ``what`` is anything `glview.open_image` takes; a source is the viewer's from now on, which
        closes it when it is done with it, also where it is overtaken or cannot be shown. The image
        shown stays until then. A later call overtakes this one: images are opened one at a time.

        It is fitted; with ``keep_view`` one of the same size as the image shown takes its place as
        it is seen, like one that is loaded anew (`reload`), to be compared with. ``plane`` is which
        of several pictures is meant, also in words (`glview.planes.parse_plane`), which count for
        nothing where the image has none such; None: the one that comes up.
        ``series`` is which of several images of a file, as `glview.open_image` has it.
        """
        self._planes.forget()
        self._restored = None
        room_bytes = self._options.host_bytes
        self._opener.open(
            what, budget_bytes=room_bytes, keep_view=keep_view, plane=plane, series=series
        )

    def reload(self) -> bool:
        """Open the file shown anew, as `open` does, but keep the view; False if there is none.

        The old picture is drawn until the new one is sharp, and for good if that cannot be opened,
        which is told. Of several pictures it is the one shown, or the nearest that there still is.
        While an image is being opened this does nothing. A file that changes is reloaded by itself
        (`ViewerOptions.watch`).
        """
        file = self._images.file
        if file is None:
            return False
        if not self.opening:
            described = self.description
            seen = Seen(described.axes, self.plane) if described and described.axes else None
            self._planes.forget()
            room_bytes = self._options.host_bytes
            self._opener.open(
                file.path, budget_bytes=room_bytes, again=True, seen=seen, series=file.series
            )
        return True

    def refresh(self) -> bool:
        """What a hand asks for that wants it all anew: `reload`, or `reload_failed` without a file.

        False where there is nothing to do.
        """
        if self.reload():
            return True
        lacking = self._session is not None and self._session.lacks_any
        if lacking:
            self.reload_failed()
        return lacking

    def poll(self) -> None:
        """Take in what has been opened or has changed, and tell of it; `draw` does so, too."""
        while (opened := self._opener.take()) is not None:
            if opened.source is None:
                assert opened.error is not None
                if opened.file is not None:
                    opened.file.close()
                self._events.failed(opened.error)
                continue
            try:
                self._take_in(opened, opened.source)
            except Exception as error:
                # A fault of the image's must not escape into a canvas' event loop.
                if not isinstance(error, ImageError):
                    log.exception("%s: cannot be shown", opened.source.description.name)
                self._opener.discard(opened)
                self._events.failed(as_image_error(opened.source.description.name, error))
        self._planes.poll()
        file = self._images.file
        watch = file.watch if file else None
        # An image that was asked for meanwhile comes first.
        if watch is not None and not self.opening and watch.take():
            self.reload()

    def ask(self, x: float, y: float) -> bool:
        """Ask what the pixel at an image position is; False beside the image, and without one.

        ``answered`` (``wake`` where none is given) is called from another thread when `answer` has
        it. Of several questions the last counts.
        """
        return self._session is not None and self._session.probe.ask(x, y)

    def answer(self) -> Sample | None:
        """The pixel that was asked for last, once it is known, and once."""
        return self._session.probe.take() if self._session is not None else None

    def ask_block(self, rect: IntRect, then: Callable[[PixelBlock], Any]) -> None:
        """Ask for the pixels of the finest level in a rectangle within it; see `ask`.

        ``then`` makes of them, on another thread, what `block` gives.
        """
        if self._session is not None:
            self._session.probe.ask_block(rect, then)

    def block(self) -> Any:
        """What was made of the block of pixels that was asked for last, once; None until then."""
        return self._session.probe.take_block() if self._session is not None else None

    def overview_count(self) -> int:
        """How many tiles there are of those that `thumbnail` is made of: it changes with them."""
        return self._session.overview_count() if self._session is not None else 0

    def thumbnail(self, width_px: int, height_px: int) -> Thumbnail | None:
        """What to draw for the whole image as it is displayed, upright; None until it can be."""
        if self._session is None or not self._attached:
            return None
        return self._session.thumbnail(width_px, height_px)

    def show(self, source: TileSource) -> None:
        """Show an opened source, fitted; the viewer closes it when it is done with it.

        `ImageError` where it cannot be shown at all; the image before it then stays.
        """
        self._put(self._session_of(source), None, keep_view=False)

    def _session_of(self, source: TileSource) -> Session:
        made = Session(
            source,
            self._options,
            wake=self._wake,
            answered=self._answered,
            read_ahead=self._read_ahead,
            stopwatch=self._stopwatch,
            screen=self._screen,
        )
        made.squares = self._squares
        return made

    def _take_in(self, opened: Opened, source: TileSource) -> None:
        session = self._session_of(source)
        pyramid = session.file_description.pyramid
        alike = (pyramid.width, pyramid.height) == self.navigator.image_size
        keep_view = opened.again or (opened.keep_view and alike)
        if keep_view and self._attached:
            # There may be a picture on the screen, which stays until this one is there.
            self._planes.forget()
            self._images.make_ready(session, opened.file)
            self._wake()
        else:
            self._put(session, opened.file, keep_view=keep_view)

    def _put(self, session: Session, file: WatchedFile | None, *, keep_view: bool) -> None:
        """Put an image in the place of the one before it."""
        self._planes.forget()
        self._images.put(session, file)
        self._attached = False
        self._show(session, keep_view=keep_view)

    def _show(self, session: Session, *, keep_view: bool) -> None:
        """Look at another image, and tell of it."""
        self._settled = False
        self._told_display = None
        pyramid = session.file_description.pyramid
        if keep_view:
            self.navigator.change_image(pyramid.width, pyramid.height)
        else:
            self.navigator.set_image(pyramid.width, pyramid.height)
        self._events.loaded(session.file_description)
        self._wake()

    def _show_plane(self) -> None:
        """Look at another picture of the same file, and tell of it."""
        session = self._planes.put()
        session.squares = self._squares
        restored = self._restored
        if restored is not None and restored.plane == session.file_description.plane:
            kept = restored.display
            session.display = replace(session.display, windows=kept.windows, colors=kept.colors)
            self._restored = None
        self._settled = False
        pyramid = session.file_description.pyramid
        self.navigator.change_image(pyramid.width, pyramid.height)
        self._events.plane_changed(session.file_description)
        self._wake()

    def _bring_in(
        self, renderer: FrameRenderer, now: float, focus: Point | None, budget_s: float
    ) -> bool:
        """Make ready what was opened anew, and show it once it is; True if more of it waits."""
        incoming = self._images.incoming
        if incoming is None:
            return False
        pyramid = incoming.session.description.pyramid
        view = self.navigator.seen_on(pyramid.width, pyramid.height)
        waiting = incoming.prepare(view, focus, now, budget_s)
        # Another image that was asked for meanwhile comes first, unless it cannot be opened.
        if self.opening or not incoming.is_ready(now, self._planes.ready_within_s):
            return waiting
        incoming.hand_over(renderer)
        self._attached = True
        if self._planes.comes:
            self._show_plane()
        else:
            self._planes.forget()
            self._show(self._images.put_incoming(), keep_view=True)
        return False

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
        upload_budget_s: float | None = None,
    ) -> bool:
        """One picture into the target, whose context is current; True if another should follow.

        ``now`` in seconds on any steady clock; ``focus`` is the screen point to sharpen first.
        """
        began_s = self._stopwatch()
        gap_s = self._frames.gap_s(now)
        if upload_budget_s is None:
            frame_s = gap_s or 0.0
            upload_budget_s = min(max(frame_s / 4.0, UPLOAD_BUDGET_S), MOST_UPLOAD_BUDGET_S)
        self.poll()
        renderer = self._renderer
        if renderer is None:
            raise GlviewError("no renderer is attached")
        view = self.navigator.step(now)
        if (view.width, view.height) != (target.width, target.height):
            self.navigator.resize(target.width, target.height)
            view = self.navigator.step(now)
        # One slice for both images: half of it behind, since a picture that moves must go on. At
        # rest all is taken in at once that has come of a plane.
        uploads_from_s = self._stopwatch()
        at_rest = self._planes.comes and not self.navigator.moving
        behind_s = FIRST_BUDGET_S if at_rest else upload_budget_s / 2.0
        behind = self._bring_in(renderer, now, focus, behind_s)
        left_s = upload_budget_s - (self._stopwatch() - uploads_from_s)
        view = self.navigator.view
        session = self._session
        if session is None:
            self._blank = True
            renderer.clear(target, self._options.background_of())
            return False
        moving = self.navigator.moving
        changed = view != self._last_view
        swift = self._is_swift(view, now)
        planned = self._follow(session, renderer, now, focus, moving=moving or changed, swift=swift)
        if not session.is_begun:
            left_s = max(left_s, FIRST_BUDGET_S)
        waiting = session.take(renderer, now, left_s)
        session.retry(now)
        ready = session.has_picture(now)
        self._blank = True
        if ready:
            frame = session.frame(view, now)
            if moving:
                self._pressure.note(now, gap_s, self.refresh_hz)
                frame = replace(frame, quick=self._pressure.is_high(now))
            self._blank = not frame.instances.keys
            renderer.draw(frame, target)
            if self._options.mark_holes:
                self._mark(renderer, session, view, target)
        else:
            renderer.clear(target, session.display.background)
        more = moving or waiting or behind or not planned or session.is_appearing(now)
        # Tiles that wait for the first picture to be whole are not waited for without end.
        more = more or (not ready and session.has_tiles)
        self._frames.add(now, self._stopwatch() - began_s, more=more)
        is_final = session.is_complete() and session.is_windowed
        self._tell(session, view, changed, settled=ready and not more and is_final)
        return more

    def _is_swift(self, view: Viewport, now: float) -> bool:
        """Whether the picture has moved faster since the last one than an eye can follow."""
        before, since_s = self._last_view, now - self._last_s
        self._last_s = now
        return before is not None and speed_px_s(before, view, since_s) > SWIFT_PX_S

    def _follow(
        self,
        session: Session,
        renderer: FrameRenderer,
        now: float,
        focus: Point | None,
        *,
        moving: bool,
        swift: bool = False,
    ) -> bool:
        """Plan for the view, in an atlas that suits it; True if the plan is for this very view."""
        if not self._attached:
            # Here and not when it was opened: only now is the context sure to be current.
            session.attach(renderer)
            self._attached = True
        view = self.navigator.view
        session.fit(renderer, view.width, view.height)
        ahead = self.navigator.ahead(now)
        return session.follow(view, focus=focus, moving=moving, ahead=ahead, swift=swift)

    def get_ahead(self, now: float, *, focus: Point | None = None) -> bool:
        """Ask for tiles ahead of need, upload them, link programs for what pictures come.

        Draws nothing. For a canvas whose picture is drawn and that no other follows at once, and
        when ``read_ahead`` was called, its context current; without it the next `draw` does all
        this. Takes `FIRST_BUDGET_S` at a time; True if more tiles wait.
        """
        session, renderer = self._session, self._renderer
        if session is None or renderer is None or not self._attached or self.navigator.moving:
            return False
        self._planes.poll()
        self._follow(session, renderer, now, focus, moving=False)
        session.get_ahead(renderer)
        if session.keeps_ahead:
            display = session.display
            session.take(renderer, now, FIRST_BUDGET_S)
            if session.display is not display:
                self._wake()  # the last of the overview has come, and its windows
        ahead = False
        if self._options.prefetch and self._settled:
            ahead = self._planes.look_ahead(self.navigator.view, now, FIRST_BUDGET_S)
        return session.keeps_ahead or ahead

    def _mark(
        self, renderer: FrameRenderer, session: Session, view: Viewport, target: Target
    ) -> None:
        pyramid = session.description.pyramid
        marks = [Mark(*placed(pyramid, view, hole.key)) for hole in session.holes()]
        if marks:
            renderer.draw_marks(marks, target)

    def _tell(self, session: Session, view: Viewport, changed: bool, *, settled: bool) -> None:
        for hole in session.new_holes():
            self._events.tile_failed(hole.key, hole.error)
        self._last_view = view
        if self.tell_view():
            self._events.view_changed(view)
        if session.is_begun and session.display != self._told_display:
            self._told_display = session.display
            self._events.display_changed(session.display)
        newly, self._settled = settled and (changed or not self._settled), settled
        if newly:
            self._events.settled()

    def tell_view(self) -> bool:
        """Whether the view is another than was told of; from now on it counts as told.

        For who sets it and tells of it at once: `ViewerEvents` do with the next picture.
        """
        view = self.navigator.view
        is_news, self._told_view = view != self._told_view, view
        return is_news

    def outlines(self, now: float) -> tuple[Outline, ...]:
        """Borders of the tiles of the last picture, by level and state; none before there is one.

        In the order to draw them. ``now`` as for `draw`; a getter, like `stats`.
        """
        session, view = self._session, self._last_view
        if session is None or view is None:
            return ()
        states = session.tile_states(now)
        return outlines(session.description.pyramid, view, states, session.levels.base)

    def stats(self) -> Stats:
        """What is shown and what it takes, now; for the thread that draws, at any time."""
        session, options = self._session, self._options
        described = self.description
        levels = session.levels if session else LodChoice(0, ())
        nothing = MemoryUse(
            GpuBytes(0, 0, options.gpu_bytes), HostBytes(0, 0, 0, 0, options.host_bytes)
        )
        renderer = self._renderer if self._attached else None
        return Stats(
            name=described.name if described else "",
            format=described.format if described else "",
            view=self.navigator.view,
            base_level=levels.base,
            fading_levels=levels.fading,
            reduced=self.reduced,
            settled=self.settled,
            tiles=session.tile_counts() if session else TileCounts(),
            memory=session.memory(renderer) if session else nothing,
            frames=self._frames.times(),
        )

    def set_budgets(self, *, gpu_bytes: int | None = None, host_bytes: int | None = None) -> None:
        """Keep to other budgets from now on, of this image and of those to come.

        The picture stays: of its tiles those go first that were seen longest ago. What the image
        itself holds in memory stays as it is. ValueError for anything but whole numbers above 0.
        """
        now = self._options
        self._options = replace(
            now,
            gpu_bytes=now.gpu_bytes if gpu_bytes is None else gpu_bytes,
            host_bytes=now.host_bytes if host_bytes is None else host_bytes,
        )
        self._images.set_budgets(self._options.gpu_bytes, self._options.host_bytes)
        self._settled = False
        self._wake()

    def reduce_motion(self, reduced: bool) -> None:
        """Have neither motions nor fades from now on, or have them again."""
        self._options = replace(self._options, reduced_motion=reduced)
        self.navigator.reduced_motion = reduced
        fade_s = self._options.fades_s
        if self._session is not None and self._session.display.fade_s != fade_s:
            self.update_display(fade_s=fade_s)

    def update_display(self, **changes: Any) -> None:
        """Change some of the display's fields, by name."""
        if self._session is not None:
            self.display = replace(self._session.display, **changes)

    def close(self) -> None:
        """Stop all threads within two seconds and close the image; the canvas releases GL."""
        deadline_s = time.monotonic() + CLOSE_WITHIN_S
        self._opener.close()
        self._planes.close()
        self._images.close()
        left = [each.join(deadline_s - time.monotonic()) for each in (self._opener, self._planes)]
        if not all(left):
            log.info("an image that is being opened does not come and was left")
