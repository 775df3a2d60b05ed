"""The image that is shown, the one that is made ready behind it, and those on their way out. No GL.

Those that live share the budgets; used by the thread that owns the view.
"""

import threading
from collections.abc import Collection, Mapping

from glview import budgets
from glview.gpu import Uploader
from glview.heap import give_back
from glview.incoming import Incoming
from glview.loader import CLOSE_WITHIN_S
from glview.opener import Original
from glview.planes import channel_at
from glview.session import Session


class Images:
    """Owner of sessions and of the files they are of; `close` must be the last call."""

    def __init__(self, gpu_bytes: int, host_bytes: int) -> None:
        self._gpu_bytes = gpu_bytes
        self._host_bytes = host_bytes
        self._shown: Session | None = None
        self._original: Original | None = None
        self._incoming: Incoming | None = None
        self._ahead: dict[tuple[int, ...], Incoming] = {}
        self._retiring: list[threading.Thread] = []
        self._attached = False
        self._squares = False

    @property
    def shown(self) -> Session | None:
        """The image on the screen, or None."""
        return self._shown

    @property
    def is_attached(self) -> bool:
        """Whether the atlas is that of the image shown."""
        return self._attached

    def attach(self, uploader: Uploader) -> None:
        """Have the image shown fill the atlas, unless it does; the context is current."""
        if not self._attached:
            assert self._shown is not None
            self._shown.attach(uploader)
            self._attached = True

    def begin_anew(self) -> None:
        """A new context: its atlas is nobody's."""
        self._attached = False

    @property
    def squares(self) -> bool:
        """Whether large pixels of what is shown are squares (`Session.squares`); may be set."""
        return self._squares

    @squares.setter
    def squares(self, squares: bool) -> None:
        self._squares = squares
        if self._shown is not None:
            self._shown.squares = squares

    @property
    def original(self) -> Original | None:
        """What `shown` was opened from, if it can be from anew."""
        return self._original

    @property
    def incoming(self) -> Incoming | None:
        """The image that is made ready out of sight."""
        return self._incoming

    @property
    def ahead(self) -> Mapping[tuple[int, ...], Incoming]:
        """Other planes of the image shown that are made ready, each by its place."""
        return self._ahead

    @property
    def host_bytes(self) -> int:
        """The budget on the host that all of them share."""
        return self._host_bytes

    def set_budgets(self, gpu_bytes: int, host_bytes: int) -> None:
        """Keep to other budgets from now on."""
        self._gpu_bytes, self._host_bytes = gpu_bytes, host_bytes
        self._share()

    def put(self, session: Session, original: Original | None) -> None:
        """Show another image from now on; the one before it and one made ready are closed."""
        self.drop_incoming()
        self.keep_ahead(())
        if self._shown is not None:
            self._retire(self._shown, self._original)
        self._shown, self._original = session, original
        self._attached = False
        session.squares = self._squares
        self._share()

    def take_away(self) -> bool:
        """Show none any more; all of them are closed. False if there was none."""
        self.drop_incoming()
        self.keep_ahead(())
        shown, self._shown = self._shown, None
        if shown is None:
            return False
        self._retire(shown, self._original)
        self._original = None
        self._attached = False
        return True

    def make_ready(
        self, session: Session, original: Original | None, *, adopts: bool = True
    ) -> None:
        """Have an image made ready in the place of any other that was.

        In what somebody has set of the display before where that fits, unless it ``adopts`` none.
        """
        self.drop_incoming()
        if adopts:
            # Now, too: it need not wait for windows of its own.
            adopt_display(session, self._shown)
        room_bytes = budgets.incoming_bytes(self._host_bytes)
        self._incoming = Incoming(session, original, capacity_bytes=room_bytes)
        self._share()

    def put_incoming(self, *, adopts: bool = True) -> Session:
        """Show what was made ready, in the display of the image before as `make_ready` does.

        The atlas is its already, by `Incoming.hand_over`.
        """
        incoming, self._incoming = self._incoming, None
        assert incoming is not None
        if adopts:
            adopt_display(incoming.session, self._shown)
        self.put(incoming.session, incoming.original)
        self._attached = True
        return incoming.session

    def look_ahead(self, session: Session) -> None:
        """Have another plane of the image shown made ready, to be `brought` in its turn.

        Where it holds more than its share of the host by itself it is closed again.
        """
        room_bytes = budgets.ahead_bytes(self._host_bytes)
        if session.source_bytes > room_bytes:
            self._retire(session, None)
            return
        plane = session.file_description.plane
        session.is_ahead = True
        self._ahead[plane] = Incoming(session, None, capacity_bytes=room_bytes)
        self._share()

    def keep_ahead(self, planes: Collection[tuple[int, ...]]) -> None:
        """Of the planes made ready beside the one shown close all but these."""
        dropped = [plane for plane in self._ahead if plane not in planes]
        for plane in dropped:
            self._retire(self._ahead.pop(plane).session, None)
        if dropped:
            self._share()

    def bring(self, plane: tuple[int, ...]) -> bool:
        """Have a plane that was made ready beside the one shown take its place; False without."""
        incoming = self._ahead.pop(plane, None)
        if incoming is None:
            return False
        self.drop_incoming()
        # Before anybody draws: what comes from now on wants another picture.
        incoming.session.is_ahead = False
        incoming.begin()
        self._incoming = incoming
        self._share()
        return True

    def put_plane(self) -> Session:
        """Show the plane that was made ready; the one before it is kept, to be come back to.

        The file, whose changes are heard of, is the same; the atlas is the plane's already.
        """
        incoming, self._incoming = self._incoming, None
        assert incoming is not None
        assert self._shown is not None
        before, self._shown = self._shown, incoming.session
        self._attached = True
        incoming.session.squares = self._squares
        adopt_display(incoming.session, before, found=True)
        self.look_ahead(before)
        self._share()
        return incoming.session

    def drop_incoming(self) -> None:
        """Make nothing ready any more."""
        incoming, self._incoming = self._incoming, None
        if incoming is not None:
            self._share()
            self._retire(incoming.session, incoming.original)

    def _share(self) -> None:
        """An image that is made ready behind another has a part of the host's bytes meanwhile."""
        incoming = self._incoming
        lent_bytes = budgets.incoming_bytes(self._host_bytes) if incoming is not None else 0
        each_bytes = budgets.ahead_bytes(self._host_bytes)
        if self._shown is not None:
            left_bytes = self._host_bytes - lent_bytes - len(self._ahead) * each_bytes
            self._shown.set_budgets(self._gpu_bytes, left_bytes)
        for ahead in self._ahead.values():
            ahead.session.set_budgets(self._gpu_bytes, each_bytes)
        if incoming is not None:
            incoming.session.set_budgets(self._gpu_bytes, lent_bytes)

    def _retire(self, session: Session, original: Original | None) -> None:
        """Close a session in a thread of its own: no frame waits for a worker amid its tile."""
        thread = threading.Thread(
            target=_close, args=(session, original), name="glview close", daemon=True
        )
        thread.start()
        self._retiring = [other for other in self._retiring if other.is_alive()] + [thread]

    def close(self) -> None:
        """Close all of them, within two seconds each."""
        self.drop_incoming()
        self.keep_ahead(())
        if self._shown is not None:
            _close(self._shown, self._original)
            self._shown, self._original = None, None
        # They began before, so that each ends within its own two seconds.
        for thread in self._retiring:
            thread.join(CLOSE_WITHIN_S)


def adopt_display(session: Session, before: Session | None, *, found: bool = False) -> None:
    """In what somebody has set of another image's display, if that fits.

    With ``found``, as for another plane of a file, in the windows that were found for it, too: so
    that they can be compared. Those of another image could show nothing of this one.
    """
    if before is not None and _samples(session) == _samples(before):
        session.adopt(before.lit, found=found, alike=_channel(session) == _channel(before))


def _channel(session: Session) -> int | None:
    described = session.file_description
    return channel_at(described.axes, described.plane)


def _close(session: Session, original: Original | None) -> None:
    """End all that belongs to an image."""
    if original is not None:
        original.close()
    session.close()
    if original is not None:
        original.join(CLOSE_WITHIN_S)
    give_back()


def _samples(session: Session) -> tuple[object, ...]:
    """What a display is made for."""
    description = session.description
    return description.color_model, description.bands, description.sample_type
