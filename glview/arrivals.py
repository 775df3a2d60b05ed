"""Brings images and their planes to the screen: opened, made ready where one is shown, put. No GL.

    open, reload ─> opened ─┬──────────────── put ────────────────> shown
                            └─> made ready behind the one shown ────┘
    go_to_plane ─> `PlaneChanges` ──┘
    go_to_series: the file is opened anew, for another of its images

Used by the thread that owns the view.
"""

import logging
from collections.abc import Callable
from dataclasses import replace
from typing import Any

from glview.errors import GlviewError, ImageError
from glview.gpu import Uploader
from glview.image import Series
from glview.images import Images
from glview.navigator import Navigator
from glview.opener import Opened, Opener, Original, as_image_error
from glview.pace import FIRST_BUDGET_S
from glview.plane_changes import PlaneChanges
from glview.planes import AskedPlane, Plane, Seen
from glview.series_changes import SeriesChanges, keep_own
from glview.session import Session
from glview.sources.base import TileSource
from glview.telling import Telling
from glview.view_state import ViewState, display_after
from glview.viewport import Point, Viewport

log = logging.getLogger("glview")


class Arrivals:
    """Puts into ``images`` what is asked for, once it is there, and tells of it.

    ``session_of`` makes sessions of sources, ``wake`` is called when another picture is to be
    drawn.
    """

    def __init__(
        self,
        images: Images,
        opener: Opener,
        planes: PlaneChanges,
        navigator: Navigator,
        telling: Telling,
        *,
        session_of: Callable[[TileSource], Session],
        wake: Callable[[], None],
    ) -> None:
        self._images = images
        self._opener = opener
        self._planes = planes
        self._navigator = navigator
        self._telling = telling
        self._session_of = session_of
        self._wake = wake
        self._restored: ViewState | None = None
        """A view whose plane is on its way, with a display of its own."""
        self._series = SeriesChanges()

    def open(self, what: Any, *, keep_view: bool, plane: AskedPlane, series: int) -> None:
        """Open an image, as `Viewer.open` does."""
        if self._series.wanted is not None:
            # Left there it would pass for the file.
            self._images.drop_incoming()
        self._series.forget()
        self._planes.forget()
        self._restored = None
        room_bytes = self._images.host_bytes
        self._opener.open(
            what, budget_bytes=room_bytes, keep_view=keep_view, plane=plane, series=series
        )

    def close_image(self) -> None:
        """Show no image any more, as `Viewer.close_image` does."""
        self._series.forget()
        self._planes.forget()
        self._restored = None
        self._opener.drop()
        if self._images.take_away():
            self._navigator.clear_image()
            self._telling.closed()
            self._wake()

    def reload(self) -> bool:
        """Open the file or array shown anew, as `Viewer.reload` does; False if there is none."""
        original, shown = self._images.original, self._images.shown
        again = original.again() if original is not None else None
        if original is None or again is None:
            return False
        if self._series.wanted is not None:
            self._open_series(again)
        elif not self._opener.busy:
            axes = shown.file_description.axes if shown is not None else ()
            seen = Seen(axes, self._planes.plane) if axes else None
            self._planes.forget()
            room_bytes = self._images.host_bytes
            self._opener.open(
                again, budget_bytes=room_bytes, again=True, seen=seen, series=original.series
            )
        return True

    def go_to_plane(self, plane: Plane, *, restored: ViewState | None = None) -> None:
        """Show another picture of the same file, as `Viewer.go_to_plane` does.

        In the display of a view that is ``restored``.
        """
        self._restored = None
        self._planes.go_to(plane)
        self._restored = restored

    @property
    def all_series(self) -> tuple[Series, ...]:
        """The images of the file shown, as `Viewer.all_series` has them."""
        shown, original = self._images.shown, self._images.original
        # What came as a source does not lead to the others.
        return shown.file_description.all_series if shown is not None and original else ()

    @property
    def series(self) -> int:
        """Which of them is asked for, or else shown."""
        shown, wanted = self._images.shown, self._series.wanted
        if wanted is not None:
            return wanted
        return shown.file_description.series if shown is not None else 0

    @property
    def series_under_way(self) -> bool:
        """Whether another is asked for than the one that is shown."""
        return self._series.wanted is not None

    def go_to_series(self, series: int, *, restored: ViewState | None = None) -> None:
        """Show another image of the same file, as `Viewer.go_to_series` does.

        In a view that is ``restored``.
        """
        count = len(self.all_series)
        if not 0 <= series < count:
            raise IndexError(f"there is no image {series}: it has {count or 1}")
        original, shown = self._images.original, self._images.shown
        assert original is not None
        assert shown is not None
        if series == self.series and restored is None:
            return
        self._planes.forget()
        self._restored = None
        if series == shown.file_description.series:
            # The hand has come back while another was on its way.
            self._opener.drop()
            self._images.drop_incoming()
            self._series.over()
            self._wake()
        else:
            self._series.ask(series, restored)
            self._open_series(original.again())

    def restore_series(self, state: ViewState) -> bool:
        """Go to the image of the file that a view is of; False where that is shown already.

        GlviewError where the file has none such.
        """
        shown = self._images.shown
        if state.series is None or shown is None:
            return False
        count = len(self.all_series)
        if not 0 <= state.series < max(count, 1):
            raise GlviewError(f"a view of image {state.series + 1}, of a file of {count or 1}")
        elsewhere = count > 0 and state.series != shown.file_description.series
        if elsewhere:
            self.go_to_series(state.series, restored=state)
        elif count:
            self.go_to_series(state.series)
        return elsewhere

    def _open_series(self, what: Any) -> None:
        """Begin to open the image of the file that is asked for."""
        wanted, room_bytes = self._series.wanted, self._images.host_bytes
        assert wanted is not None
        # Another that was asked for before.
        self._images.drop_incoming()
        plane, seen = self._series.plane, self._series.seen
        self._opener.open(what, budget_bytes=room_bytes, plane=plane, seen=seen, series=wanted)

    def poll(self) -> None:
        """Take in what has been opened or has changed, and tell of it."""
        while (opened := self._opener.take()) is not None:
            if opened.source is None:
                assert opened.error is not None
                if opened.original is not None:
                    opened.original.close()
                self._series.over()
                self._telling.failed(opened.error)
                continue
            try:
                self._take_in(opened, opened.source)
            except Exception as error:
                # A fault of the image's must not escape into a canvas' event loop.
                if not isinstance(error, ImageError):
                    log.exception("%s: cannot be shown", opened.source.description.name)
                self._opener.discard(opened)
                self._series.over()
                self._telling.failed(as_image_error(opened.source.description.name, error))
        self._planes.poll()
        original = self._images.original
        watch = original.watch if original else None
        # An image that was asked for meanwhile comes first.
        if watch is not None and not self._opener.busy and watch.take():
            self.reload()

    def _take_in(self, opened: Opened, source: TileSource) -> None:
        session = self._session_of(source)
        of_series = self._series.wanted is not None
        alike = self._is_as_large(session)
        keep_view = opened.again or (opened.keep_view and alike)
        if of_series:
            self._series.dress(session, self._images.shown)
        if (keep_view or of_series) and self._images.is_attached:
            # There may be a picture on the screen, which stays until this one is there.
            self._planes.forget()
            self._images.make_ready(session, opened.original, adopts=not of_series)
            self._wake()
        elif of_series:
            self._leave_series()
            self._planes.forget()
            self._images.put(session, opened.original)
            self._show_series(session)
        else:
            self._put(session, opened.original, keep_view=keep_view)

    def _is_as_large(self, session: Session) -> bool:
        """Whether an image has the size of the one that is shown."""
        pyramid = session.file_description.pyramid
        return (pyramid.width, pyramid.height) == self._navigator.image_size

    def put(self, session: Session) -> None:
        """Put an image, fitted, in the place of the one before it, whatever is asked for."""
        self._series.forget()
        self._put(session, None, keep_view=False)

    def _put(self, session: Session, original: Original | None, *, keep_view: bool) -> None:
        self._planes.forget()
        self._images.put(session, original)
        self._show(session, keep_view=keep_view)

    def bring_in(
        self, uploader: Uploader, now_s: float, focus: Point | None, upload_budget_s: float
    ) -> bool:
        """Make ready what was opened anew, and show it once it is; True if more of it waits."""
        incoming = self._images.incoming
        if incoming is None:
            return False
        # Half of a frame's slice goes to what is behind, since a picture that moves must go on. At
        # rest all is taken in at once that has come of a plane.
        at_rest = self._planes.comes and not self._navigator.moving
        budget_s = FIRST_BUDGET_S if at_rest else upload_budget_s / 2.0
        view = self._view_of(incoming.session)
        waiting = incoming.prepare(view, focus, now_s, budget_s)
        # Another image that was asked for meanwhile comes first, unless it cannot be opened.
        if self._opener.busy or not incoming.is_ready(now_s, self._planes.ready_within_s):
            return waiting
        incoming.hand_over(uploader)
        if self._planes.comes:
            self._show_plane()
        elif self._series.wanted is not None:
            self._leave_series()
            self._planes.forget()
            # A hand may have changed what stays meanwhile.
            keep_own(incoming.session, self._images.shown)
            self._show_series(self._images.put_incoming(adopts=False))
        else:
            self._planes.forget()
            self._show(self._images.put_incoming(), keep_view=True)
        return False

    def _view_of(self, session: Session) -> Viewport:
        """How an image that comes will be seen."""
        pyramid = session.file_description.pyramid
        seen = self._navigator.seen_on(pyramid.width, pyramid.height)
        if self._series.wanted is None:
            return seen
        if not self._is_as_large(session):
            seen = replace(seen, rotation=0.0, flip=False).fitted(pyramid.width, pyramid.height)
        restored = self._series.restored
        if restored is None:
            return seen
        view = restored.on(seen)
        return view.fitted(pyramid.width, pyramid.height) if restored.fitted else view

    def _leave_series(self) -> None:
        if self._images.shown is not None:
            self._series.leave(self._images.shown)

    def _show_series(self, session: Session) -> None:
        """Look at another image of the same file, and tell of it."""
        pyramid, view = session.file_description.pyramid, self._view_of(session)
        if not self._is_as_large(session):
            self._navigator.set_image(pyramid.width, pyramid.height)
        if self._series.restored is not None:
            self._navigator.set_view(view)
        self._series.over()
        self._telling.series_changed(session.file_description)
        self._wake()

    def _show(self, session: Session, *, keep_view: bool) -> None:
        """Look at another image, and tell of it."""
        pyramid = session.file_description.pyramid
        if keep_view:
            self._navigator.change_image(pyramid.width, pyramid.height)
        else:
            self._navigator.set_image(pyramid.width, pyramid.height)
        self._telling.loaded(session.file_description)
        self._wake()

    def _show_plane(self) -> None:
        """Look at another picture of the same file, and tell of it."""
        session = self._planes.put()
        restored = self._restored
        if restored is not None and restored.plane == session.file_description.plane:
            session.display = display_after(restored, session.display)
            self._restored = None
        pyramid = session.file_description.pyramid
        self._navigator.change_image(pyramid.width, pyramid.height)
        self._telling.plane_changed(session.file_description)
        self._wake()
