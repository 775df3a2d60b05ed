"""Which of a file's pictures is shown, which is on its way, and which are made ready beside it.

    go_to ─> asked for ── opened ──> made ready behind the one shown ── sharp ──> shown
                 └── is beside the one shown already ─┘

One is opened at a time, and what is on its way is shown before another is begun: so a hand that
runs through them sees some on the way, and ends at the last. No GL; for the thread that owns the
view.
"""

from collections.abc import Callable
from typing import Any

from glview.errors import ImageError
from glview.images import Images, adopt_display
from glview.incoming import PASSED_WITHIN_S, SHARP_WITHIN_S
from glview.opener import Beside, Opener, as_image_error
from glview.planes import Plane, no_plane, stepped
from glview.session import Session
from glview.sources.base import TileSource
from glview.viewport import Viewport


class PlaneChanges:
    """Steps through the planes of the image that ``images`` shows.

    ``session_of`` makes sessions of sources; ``failed`` hears of a plane that cannot be shown.
    ``wake`` is called when another picture is to be drawn, ``read_ahead`` when there is something
    for `look_ahead` alone; both from any thread.
    """

    def __init__(
        self,
        images: Images,
        session_of: Callable[[TileSource], Session],
        *,
        wake: Callable[[], None],
        read_ahead: Callable[[], None],
        failed: Callable[[ImageError], Any],
    ) -> None:
        self._images = images
        self._session_of = session_of
        self._wake = wake
        self._read_ahead = read_ahead
        self._failed = failed
        self._opener = Opener(self._has_opened, watch=False)
        self._wanted: Plane | None = None
        self._opening: Plane | None = None
        self._for_hand = False
        self._coming: Plane | None = None
        self._along: tuple[int, int] | None = None
        self._unready: set[Plane] = set()
        self._are_large = False

    def _has_opened(self) -> None:
        """On the opener's thread: who waits for a plane wants a picture of it."""
        (self._read_ahead if self._wanted is None else self._wake)()

    @property
    def plane(self) -> Plane:
        """The plane that is asked for, or else shown; none without an image of several."""
        shown = self._images.shown
        if self._wanted is not None:
            return self._wanted
        return shown.file_description.plane if shown is not None else ()

    @property
    def comes(self) -> bool:
        """Whether what `Images.incoming` makes ready is a plane."""
        return self._coming is not None

    @property
    def under_way(self) -> bool:
        """Whether another plane is asked for than the one that is shown."""
        return self._wanted is not None

    @property
    def ready_within_s(self) -> float:
        """How long the plane that comes may take to be sharp."""
        return SHARP_WITHIN_S if self._coming == self._wanted else PASSED_WITHIN_S

    def go_to(self, plane: Plane) -> None:
        """Show another plane once it is there; IndexError where there is none."""
        shown = self._images.shown
        described = shown.file_description if shown is not None else None
        if described is None or not described.has_plane(plane):
            raise IndexError(no_plane(described.axes, plane) if described else "no image is open")
        before = self.plane
        if plane == before:
            return
        changed = [
            (axis, at - old)
            for axis, (at, old) in enumerate(zip(plane, before, strict=True))
            if at != old
        ]
        if len(changed) == 1:
            axis, by = changed[0]
            self._along = (axis, 1 if by > 0 else -1)
        self._wanted = plane
        # What was opened to be read ahead may lie there still, and nothing else be opened for it.
        self.poll()
        self._go_on()

    def _go_on(self) -> None:
        """Begin what is asked for, unless another is on its way."""
        shown, wanted = self._images.shown, self._wanted
        # What is made ready is a plane that comes first, or all of the file anew.
        if self._images.incoming is not None or wanted is None or shown is None:
            return
        if shown.file_description.plane == wanted:
            self._wanted = None
        elif self._images.bring(wanted):
            self._coming = wanted
            self._wake()
        elif not self._opener.busy:
            self._open(shown, wanted, for_hand=True)

    def _open(self, shown: Session, plane: Plane, *, for_hand: bool) -> None:
        self._opening, self._for_hand = plane, for_hand
        # A plane of the file is as large as the one shown, which was let in.
        self._opener.open(Beside(shown.source), budget_bytes=0, plane=plane)

    def poll(self) -> None:
        """Take in what has been opened."""
        opened = self._opener.take()
        if opened is None:
            return
        plane, self._opening = self._opening, None
        error, session = opened.error, None
        if opened.source is not None:
            try:
                session = self._session_of(opened.source)
            except Exception as fault:  # noqa: BLE001  # whatever it is, the picture stays
                error = as_image_error(opened.source.description.name, fault)
                self._opener.discard(opened)
        if session is None:
            assert plane is not None
            self._unready.add(plane)
            if plane == self._wanted:
                self._wanted = None
                assert error is not None
                self._failed(error)
        else:
            self._take_in(session)
        self._go_on()

    def _take_in(self, session: Session) -> None:
        shown = self._images.shown
        assert shown is not None
        adopt_display(session, shown, found=True)
        plane = session.file_description.plane
        # The hand may have come back to the plane shown meanwhile, or want what was read ahead.
        is_left = self._wanted not in (None, shown.file_description.plane)
        for_hand = is_left and (self._for_hand or plane == self._wanted)
        if not for_hand or self._images.incoming is not None:
            self._images.look_ahead(session)
            # Pages that are decoded whole are mostly of one size: after one none is tried.
            self._are_large = self._are_large or plane not in self._images.ahead
            return
        self._coming = plane
        self._images.make_ready(session, None)
        self._wake()

    def put(self) -> Session:
        """Show the plane that was made ready, and go on to what is asked for meanwhile."""
        self._coming = None
        session = self._images.put_plane()
        self._images.keep_ahead(self._neighbours())
        self._go_on()
        return session

    def _neighbours(self) -> tuple[Plane, ...]:
        """The planes that come next: in the direction of the last step, and back."""
        shown = self._images.shown
        described = shown.file_description if shown is not None else None
        if described is None or not described.axes:
            return ()
        # Before a hand has stepped: along the last axis, as the first key does.
        axis, by = self._along or (len(described.axes) - 1, 1)
        there = [stepped(described.axes, described.plane, axis, way) for way in (by, -by)]
        return tuple(plane for plane in there if plane != described.plane)

    def look_ahead(self, view: Viewport, now_s: float, budget_s: float) -> bool:
        """Make the planes ready that come next; True if there is more to do at once.

        For a picture that is final: they have what is left of the machine.
        """
        shown = self._images.shown
        if shown is None or self._wanted is not None or self._coming is not None:
            return False
        wanted = self._neighbours()
        self._images.keep_ahead(wanted)
        more = False
        skipped = wanted if self._are_large else self._unready
        for plane in wanted:
            incoming = self._images.ahead.get(plane)
            if incoming is not None:
                more = incoming.look_ahead(view, now_s, budget_s / 2) or more
            elif plane not in skipped and not self._opener.busy:
                self._open(shown, plane, for_hand=False)
        return more

    def forget(self) -> None:
        """Another image is wanted: nothing more of this one, whatever becomes of that."""
        self._opener.drop()
        if self._coming is not None:
            # Left there it would pass for the other image, of no file.
            self._images.drop_incoming()
        self._wanted = self._opening = self._coming = self._along = None
        self._unready.clear()
        self._are_large = False

    def close(self) -> None:
        """Call off what is being opened; `join` waits for it."""
        self._opener.close()

    def join(self, timeout_s: float) -> bool:
        return self._opener.join(timeout_s)
