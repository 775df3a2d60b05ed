"""The image that is shown, the one that is made ready behind it, and those on their way out. No GL.

Those that live share the budgets; used by the thread that owns the view.
"""

import threading
from dataclasses import replace

from glview import budgets
from glview.heap import give_back
from glview.incoming import Incoming
from glview.loader import CLOSE_WITHIN_S
from glview.opener import WatchedFile
from glview.session import Session


class Images:
    """Owner of sessions and of the files they are of; `close` must be the last call."""

    def __init__(self, gpu_bytes: int, host_bytes: int) -> None:
        self._gpu_bytes = gpu_bytes
        self._host_bytes = host_bytes
        self._shown: Session | None = None
        self._file: WatchedFile | None = None
        self._incoming: Incoming | None = None
        self._retiring: list[threading.Thread] = []

    @property
    def shown(self) -> Session | None:
        """The image on the screen, or None."""
        return self._shown

    @property
    def file(self) -> WatchedFile | None:
        """What `shown` is read from, if that is a file."""
        return self._file

    @property
    def incoming(self) -> Incoming | None:
        """The image that is made ready out of sight."""
        return self._incoming

    def set_budgets(self, gpu_bytes: int, host_bytes: int) -> None:
        """Keep to other budgets from now on."""
        self._gpu_bytes, self._host_bytes = gpu_bytes, host_bytes
        self._share()

    def put(self, session: Session, file: WatchedFile | None) -> None:
        """Show another image from now on; the one before it and one made ready are closed."""
        self.drop_incoming()
        if self._shown is not None:
            # Another plane of a file goes on with its watch.
            self._retire(self._shown, None if file is self._file else self._file)
        self._shown, self._file = session, file
        self._share()

    def make_ready(self, session: Session, file: WatchedFile | None) -> None:
        """Have an image made ready in the place of any other that was."""
        self.drop_incoming()
        # Now, too: it need not wait for windows of its own.
        _show_alike(session, self._shown)
        room_bytes = budgets.incoming_bytes(self._host_bytes)
        self._incoming = Incoming(session, file, capacity_bytes=room_bytes)
        self._share()

    def put_incoming(self) -> Session:
        """Show what was made ready, in the display of the image before where that fits."""
        incoming, self._incoming = self._incoming, None
        assert incoming is not None
        _show_alike(incoming.session, self._shown)
        self.put(incoming.session, incoming.file)
        return incoming.session

    def drop_incoming(self) -> None:
        """Make nothing ready any more."""
        incoming, self._incoming = self._incoming, None
        if incoming is not None:
            self._share()
            own = None if incoming.file is self._file else incoming.file
            self._retire(incoming.session, own)

    def _share(self) -> None:
        """An image that is made ready behind another has a part of the host's bytes meanwhile."""
        incoming = self._incoming
        lent_bytes = budgets.incoming_bytes(self._host_bytes) if incoming is not None else 0
        if self._shown is not None:
            self._shown.set_budgets(self._gpu_bytes, self._host_bytes - lent_bytes)
        if incoming is not None:
            incoming.session.set_budgets(self._gpu_bytes, lent_bytes)

    def _retire(self, session: Session, file: WatchedFile | None) -> None:
        """Close a session in a thread of its own: no frame waits for a worker amid its tile."""
        thread = threading.Thread(
            target=_close, args=(session, file), name="glview close", daemon=True
        )
        thread.start()
        self._retiring = [other for other in self._retiring if other.is_alive()] + [thread]

    def close(self) -> None:
        """Close all of them, within two seconds each."""
        self.drop_incoming()
        if self._shown is not None:
            _close(self._shown, self._file)
            self._shown, self._file = None, None
        # They began before, so that each ends within its own two seconds.
        for thread in self._retiring:
            thread.join(CLOSE_WITHIN_S)


def _show_alike(session: Session, before: Session | None) -> None:
    """In the display of another image, if that fits; its windows only once they were found."""
    if before is None or _samples(session) != _samples(before):
        return
    own, display = session.display, before.display
    windows = display.windows if before.is_windowed else own.windows
    session.display = replace(display, windows=windows, color_table=own.color_table)


def _close(session: Session, file: WatchedFile | None) -> None:
    """End all that belongs to an image."""
    if file is not None:
        file.close()
    session.close()
    if file is not None:
        file.join(CLOSE_WITHIN_S)
    give_back()


def _samples(session: Session) -> tuple[object, ...]:
    """What a display is made for."""
    description = session.description
    return description.color_model, description.bands, description.sample_type
