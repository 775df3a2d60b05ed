"""Brings images and their planes to the screen: opened, made ready where one is shown, put. No GL.

    open, reload ─> opened ─┬──────────────── put ────────────────> shown
                            └─> made ready behind the one shown ────┘
    go_to_plane ─> `PlaneChanges` ──┘

Used by the thread that owns the view.
"""

import logging
from collections.abc import Callable
from typing import Any

from glview.errors import ImageError
from glview.gpu import Uploader
from glview.images import Images
from glview.navigator import Navigator
from glview.opener import Opened, Opener, Original, as_image_error
from glview.pace import FIRST_BUDGET_S
from glview.plane_changes import PlaneChanges
from glview.planes import Plane, Seen
from glview.session import Session
from glview.sources.base import TileSource
from glview.telling import Telling
from glview.view_state import ViewState, display_after
from glview.viewport import Point

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

    def open(self, what: Any, *, keep_view: bool, plane: Plane | str | None, series: int) -> None:
        """Open an image, as `Viewer.open` does."""
        self._planes.forget()
        self._restored = None
        room_bytes = self._images.host_bytes
        self._opener.open(
            what, budget_bytes=room_bytes, keep_view=keep_view, plane=plane, series=series
        )

    def close_image(self) -> None:
        """Show no image any more, as `Viewer.close_image` does."""
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
        if not self._opener.busy:
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

    def poll(self) -> None:
        """Take in what has been opened or has changed, and tell of it."""
        while (opened := self._opener.take()) is not None:
            if opened.source is None:
                assert opened.error is not None
                if opened.original is not None:
                    opened.original.close()
                self._telling.failed(opened.error)
                continue
            try:
                self._take_in(opened, opened.source)
            except Exception as error:
                # A fault of the image's must not escape into a canvas' event loop.
                if not isinstance(error, ImageError):
                    log.exception("%s: cannot be shown", opened.source.description.name)
                self._opener.discard(opened)
                self._telling.failed(as_image_error(opened.source.description.name, error))
        self._planes.poll()
        original = self._images.original
        watch = original.watch if original else None
        # An image that was asked for meanwhile comes first.
        if watch is not None and not self._opener.busy and watch.take():
            self.reload()

    def _take_in(self, opened: Opened, source: TileSource) -> None:
        session = self._session_of(source)
        pyramid = session.file_description.pyramid
        alike = (pyramid.width, pyramid.height) == self._navigator.image_size
        keep_view = opened.again or (opened.keep_view and alike)
        if keep_view and self._images.is_attached:
            # There may be a picture on the screen, which stays until this one is there.
            self._planes.forget()
            self._images.make_ready(session, opened.original)
            self._wake()
        else:
            self.put(session, opened.original, keep_view=keep_view)

    def put(self, session: Session, original: Original | None, *, keep_view: bool) -> None:
        """Put an image in the place of the one before it."""
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
        pyramid = incoming.session.description.pyramid
        view = self._navigator.seen_on(pyramid.width, pyramid.height)
        waiting = incoming.prepare(view, focus, now_s, budget_s)
        # Another image that was asked for meanwhile comes first, unless it cannot be opened.
        if self._opener.busy or not incoming.is_ready(now_s, self._planes.ready_within_s):
            return waiting
        incoming.hand_over(uploader)
        if self._planes.comes:
            self._show_plane()
        else:
            self._planes.forget()
            self._show(self._images.put_incoming(), keep_view=True)
        return False

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
