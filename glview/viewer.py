"""The one conductor: view, image and renderer, frame by frame. No GL, no toolkit.

A canvas owns the window and the context; it makes a renderer, attaches it, turns events into calls
on `Viewer.navigator`, and calls `Viewer.draw` when asked to paint. All calls come from the thread
that owns the context, but for the ``wake`` callback, which comes from any.
"""

import logging
import time
from collections.abc import Callable
from dataclasses import replace
from typing import Any, Final

import numpy as np
from numpy.typing import NDArray

from glview.arrivals import Arrivals
from glview.display import RGB, Display, Magnification, WindowOrigin
from glview.drawing import Drawing
from glview.errors import GlviewError
from glview.failures import Hole
from glview.frame import Outline, Target
from glview.gpu import FrameRenderer
from glview.image import ImageDescription, Series
from glview.images import Images
from glview.loader import CLOSE_WITHIN_S
from glview.lod import LodChoice
from glview.magnification import full_magnification
from glview.navigator import Navigator
from glview.opener import Opener
from glview.options import ViewerOptions, WindowRule
from glview.outlines import outlines
from glview.pace import FIRST_BUDGET_S, Pace
from glview.pixel_block import PixelBlock
from glview.plane_changes import PlaneChanges
from glview.planes import AskedPlane, Plane, channel_at
from glview.probe import Sample
from glview.pyramid import IntRect
from glview.reach import Limits
from glview.screen_colors import ScreenColors
from glview.session import Session
from glview.sources.base import TileSource
from glview.stats import GpuBytes, HostBytes, MemoryUse, Stats, TileCounts
from glview.telling import Telling, ViewerEvents, ignore
from glview.thumbnail import Thumbnail
from glview.view_state import ViewState, display_after, require_fit
from glview.viewport import Point

log = logging.getLogger("glview")

__all__ = ["Viewer", "ViewerEvents", "ViewerOptions"]


class Viewer:
    """Shows one image at a time on one canvas."""

    def __init__(
        self,
        options: ViewerOptions | None = None,
        *,
        wake: Callable[[], None] = ignore,
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
        self._stopwatch = stopwatch
        self._pace = Pace(stopwatch)
        self.refresh_hz = 60.0
        """How often the screen takes a picture; the canvas says."""
        # Canvases hold on to it, so it is never another one.
        self.navigator: Final = Navigator(
            limits=limits or Limits(), reduced_motion=bool(self._options.reduced_motion)
        )
        self._telling = Telling(events or ViewerEvents(), self.navigator)
        self._images = Images(self._options.gpu_bytes, self._options.host_bytes)
        self._planes = PlaneChanges(
            self._images,
            self._session_of,
            wake=wake,
            read_ahead=read_ahead or wake,
            failed=self._telling.failed,
        )
        self._arrivals = Arrivals(
            self._images,
            self._opener,
            self._planes,
            self.navigator,
            self._telling,
            session_of=self._session_of,
            wake=wake,
        )
        self._drawing = Drawing(
            self._images, self.navigator, self._pace, mark_holes=self._options.mark_holes
        )

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
        self._call_for_picture()

    @property
    def plain_background(self) -> RGB:
        """What the image is seen on where neither a hand nor a checkerboard changes it."""
        return self._options.background_of(self.description)

    @property
    def magnification(self) -> Magnification:
        """How large pixels look; without an image, as those of the first one will."""
        display = self.display
        return self._options.magnification if display is None else display.magnification

    @property
    def checker(self) -> bool:
        """Whether a checkerboard is where nothing is; without an image, as below the first one."""
        display = self.display
        return self._options.checker if display is None else display.checker is not None

    @property
    def first_display(self) -> Display | None:
        """What `reset_display` would come back to; None without an image."""
        return self._session.first_display if self._session else None

    @property
    def window_origin(self) -> WindowOrigin:
        """Whose doing the windows are: only those that are set come with the next image.

        May be set after a display that was kept, by who knows whose its windows were; nothing
        without an image.
        """
        return self._session.window_origin if self._session else WindowOrigin.FOUND

    @window_origin.setter
    def window_origin(self, origin: WindowOrigin) -> None:
        if self._session is not None:
            self._session.window_origin = origin

    def auto_window(self, rule: WindowRule | None = None) -> None:
        """Windows that suit what is in sight, by a rule; nothing without an image."""
        if self._session is not None and self._session.standing.has_tiles:
            self._session.auto_window(rule)
            self._call_for_picture()

    def reset_display(self) -> None:
        """Windows, colours, curve and bands as the image was first shown; nothing without one."""
        if self._session is not None:
            self._session.reset_display()
            self._call_for_picture()

    def visible_values(self) -> NDArray[np.floating]:
        """Some of the file's values in sight, shape (bands, count); none without an image."""
        if self._session is None:
            return np.zeros((0, 0), np.float32)
        return self._session.visible_values()

    def _call_for_picture(self) -> None:
        self._telling.unsettle()
        self._wake()

    @property
    def squares(self) -> bool:
        """Whether large image pixels are squares (`Session.squares`); may be set."""
        return self._images.squares

    @squares.setter
    def squares(self, squares: bool) -> None:
        self._images.squares = squares

    @property
    def progress(self) -> tuple[int, int]:
        """How many tiles the picture needs, and how many of them are there, empty or failed."""
        return self._session.standing.progress() if self._session else (0, 0)

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
            series=self._session.file_description.series if self.all_series else None,
        )

    def restore(self, state: ViewState) -> None:
        """Be at a view, at once. GlviewError without an image, and where its bands are others."""
        described, display = self.description, self.display
        if described is None or display is None:
            raise GlviewError("no image is open that a view could be restored of")
        if self._arrivals.restore_series(state):
            return
        require_fit(state, described, display)
        axes, there = described.axes, state.plane or self.plane
        bands_alike = len(state.display.windows) == len(display.windows)
        channels_alike = channel_at(axes, there) == channel_at(axes, self.plane_shown)
        elsewhere = not (bands_alike and channels_alike)
        self.display = display_after(state, display, elsewhere=elsewhere)
        if state.plane:
            self._arrivals.go_to_plane(state.plane, restored=state if elsewhere else None)
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
        still = not navigator.moving and navigator.view == self._pace.view
        awaited = self._planes.under_way or self._arrivals.series_under_way
        return self._telling.settled and still and not awaited

    @property
    def reduced(self) -> bool:
        """Whether the picture is made of coarser tiles than the view asks for, for want of room."""
        return self._session is not None and self._session.standing.is_reduced

    @property
    def opening(self) -> bool:
        """Whether an image is being opened; another plane of the one shown does not count."""
        return self._opener.busy

    @property
    def blank(self) -> bool:
        """Whether the last picture shows no tile of an image at all."""
        return self._drawing.blank

    @property
    def holes(self) -> list[Hole]:
        """Tiles in sight that cannot be read."""
        return self._session.standing.holes() if self._session else []

    def errors(self) -> tuple[Hole, ...]:
        """Every tile of the image that was found unreadable so far, in sight or not, sorted."""
        return self._session.standing.errors() if self._session else ()

    def reload_failed(self) -> None:
        """Read every failed tile anew, now those in sight; what fails again is told of again."""
        if self._session is not None:
            self._session.reload_failed()
            self._call_for_picture()

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
        self._arrivals.go_to_plane(plane)

    @property
    def all_series(self) -> tuple[Series, ...]:
        """The images of a file that holds several, such as an OME-TIFF; else none.

        Also none of what was opened as a source, which does not lead to the others.
        """
        return self._arrivals.all_series

    @property
    def series(self) -> int:
        """Which of them is shown, or will be, counted from 0; `description` has the one shown."""
        return self._arrivals.series

    def go_to_series(self, series: int) -> None:
        """Show another image of the same file, at the plane and in the display it was left in.

        One of the size of the image shown keeps the view, others are fitted. The one on the screen
        stays until it is sharp, or a second is over; `ViewerEvents.series_changed` tells it. A
        later call overtakes this one. IndexError where there is none; what goes wrong in opening
        it is told, and the picture stays.
        """
        self._arrivals.go_to_series(series)

    def open(
        self,
        what: Any,
        *,
        keep_view: bool = False,
        plane: AskedPlane = None,
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
        self._arrivals.open(what, keep_view=keep_view, plane=plane, series=series)

    def close_image(self) -> None:
        """Show no image any more, and call off one that is being opened.

        Its file, source and memory are left at once, those of the GPU with the next picture, which
        is the background. `ViewerEvents.closed` tells it where an image was shown.
        """
        self._arrivals.close_image()

    def reload(self) -> bool:
        """Open the file shown anew, as `open` does, but keep the view; False if there is none.

        Or the array, which a program has changed meanwhile; one of a type that is not used in place
        (see `glview.sources.array`) as long as the program holds that very array. The old picture
        is drawn until the new one is sharp, and for good if that cannot be opened, which is told.
        Of several pictures it is the one shown, or the nearest that there still is.

        While an image is being opened this does nothing. A file that changes is reloaded by itself
        (`ViewerOptions.watch`).
        """
        return self._arrivals.reload()

    def refresh(self) -> bool:
        """What a hand asks for that wants it all anew: `reload`, else `reload_failed`.

        False where there is nothing to do.
        """
        if self.reload():
            return True
        lacking = self._session is not None and self._session.standing.lacks_any
        if lacking:
            self.reload_failed()
        return lacking

    def poll(self) -> None:
        """Take in what has been opened or has changed, and tell of it; `draw` does so, too."""
        self._arrivals.poll()

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
        return self._session.standing.overview_count() if self._session is not None else 0

    def thumbnail(self, width_px: int, height_px: int) -> Thumbnail | None:
        """What to draw for the whole image as it is displayed, upright; None until it can be."""
        if self._session is None or not self._images.is_attached:
            return None
        return self._session.thumbnail(width_px, height_px)

    def show(self, source: TileSource) -> None:
        """Show an opened source, fitted; the viewer closes it when it is done with it.

        `ImageError` where it cannot be shown at all; the image before it then stays.
        """
        self._arrivals.put(self._session_of(source))

    def _session_of(self, source: TileSource) -> Session:
        return Session(
            source,
            self._options,
            wake=self._wake,
            answered=self._answered,
            read_ahead=self._read_ahead,
            stopwatch=self._stopwatch,
            screen=self._screen,
        )

    def attach(self, renderer: FrameRenderer) -> None:
        """Draw through this renderer from now on."""
        self._drawing.attach(renderer)
        self._telling.unsettle()

    def detach(self) -> None:
        """The renderer is gone with its context; the view and the image stay."""
        self._drawing.detach()
        self._telling.unsettle()

    def resize(self, width_px: int, height_px: int) -> None:
        """The target's size in device pixels."""
        self.navigator.resize(width_px, height_px)
        self._telling.unsettle()

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
        beat = self._pace.begin(now)
        if upload_budget_s is None:
            upload_budget_s = beat.upload_budget_s
        self.poll()
        renderer = self._drawing.renderer
        if renderer is None:
            raise GlviewError("no renderer is attached")
        view = self.navigator.step(now)
        if (view.width, view.height) != (target.width, target.height):
            self.navigator.resize(target.width, target.height)
            self.navigator.step(now)
        # One slice for both images, the one shown and one that comes.
        uploads_from_s = self._stopwatch()
        behind = self._arrivals.bring_in(renderer, now, focus, upload_budget_s)
        left_s = upload_budget_s - (self._stopwatch() - uploads_from_s)
        session = self._session
        if session is None:
            self._drawing.clear(target, self._options.background_of())
            return False
        drawn = self._drawing.draw(
            session, target, beat, focus, upload_budget_s=left_s, refresh_hz=self.refresh_hz
        )
        more = drawn.more or behind
        self._pace.end(beat, more=more)
        is_final = session.standing.is_complete() and session.is_windowed
        settled = drawn.ready and not more and is_final
        self._telling.holes(session.standing.new_holes())
        self._pace.saw(drawn.view)
        self._telling.picture(session, drawn.view, changed=drawn.changed, settled=settled)
        return more

    def get_ahead(self, now: float, *, focus: Point | None = None) -> bool:
        """Ask for tiles ahead of need, upload them, link programs for what pictures come.

        Draws nothing. For a canvas whose picture is drawn and that no other follows at once, and
        when ``read_ahead`` was called, its context current; without it the next `draw` does all
        this. Takes `FIRST_BUDGET_S` at a time; True if more tiles wait.
        """
        session, renderer = self._session, self._drawing.renderer
        if session is None or renderer is None or self.navigator.moving:
            return False
        if not self._images.is_attached:
            return False
        self._planes.poll()
        self._drawing.follow(session, now, focus, moving=False)
        session.get_ahead(renderer)
        if session.standing.keeps_ahead:
            display = session.display
            session.take(renderer, now, FIRST_BUDGET_S)
            if session.display is not display:
                self._wake()  # the last of the overview has come, and its windows
        ahead = False
        if self._options.prefetch and self._telling.settled:
            ahead = self._planes.look_ahead(self.navigator.view, now, FIRST_BUDGET_S)
        return session.standing.keeps_ahead or ahead

    def tell_view(self) -> bool:
        """Whether the view is another than was told of; from now on it counts as told.

        For who sets it and tells of it at once: `ViewerEvents` do with the next picture.
        """
        return self._telling.view_is_news()

    def outlines(self, now: float) -> tuple[Outline, ...]:
        """Borders of the tiles of the last picture, by level and state; none before there is one.

        In the order to draw them. ``now`` as for `draw`; a getter, like `stats`.
        """
        session, view = self._session, self._pace.view
        if session is None or view is None:
            return ()
        states = session.standing.tile_states(now, session.display.fade_s)
        return outlines(session.description.pyramid, view, states, session.standing.levels.base)

    def stats(self) -> Stats:
        """What is shown and what it takes, now; for the thread that draws, at any time."""
        session, options = self._session, self._options
        described = self.description
        levels = session.standing.levels if session else LodChoice(0, ())
        nothing = MemoryUse(
            GpuBytes(0, 0, options.gpu_bytes), HostBytes(0, 0, 0, 0, options.host_bytes)
        )
        renderer = self._drawing.renderer if self._images.is_attached else None
        return Stats(
            name=described.name if described else "",
            format=described.format if described else "",
            view=self.navigator.view,
            base_level=levels.base,
            fading_levels=levels.fading,
            reduced=self.reduced,
            settled=self.settled,
            tiles=session.standing.tile_counts() if session else TileCounts(),
            memory=session.memory(renderer) if session else nothing,
            frames=self._pace.times(),
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
        self._call_for_picture()

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
