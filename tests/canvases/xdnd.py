"""Drops files on a window as a file manager does: the XDND protocol, version 5."""

import time
from collections.abc import Sequence
from pathlib import Path

from Xlib import X
from Xlib.display import Display
from Xlib.protocol.event import ClientMessage, SelectionNotify

from tests.display import VirtualDisplay, Window

VERSION = 5
TIMEOUT_S = 10.0


def drop(screen: VirtualDisplay, window: Window, files: Sequence[Path]) -> None:
    """Drop files on the middle of a window and wait until the program has taken them."""
    display = Display(screen.name)
    try:
        _drop(display, window, "".join(f"{file.as_uri()}\r\n" for file in files).encode())
    finally:
        display.close()


def _drop(display: Display, window: Window, uris: bytes) -> None:
    atom = display.get_atom
    target = display.create_resource_object("window", window.id)
    source = display.screen().root.create_window(0, 0, 1, 1, 0, X.CopyFromParent)
    source.set_selection_owner(atom("XdndSelection"), X.CurrentTime)

    def tell(kind: str, *words: int) -> None:
        values = [source.id, *words, 0, 0, 0, 0][:5]
        target.send_event(ClientMessage(window=target, client_type=atom(kind), data=(32, values)))
        display.flush()

    x, y = window.centre
    tell("XdndEnter", VERSION << 24, atom("text/uri-list"))
    tell("XdndPosition", 0, x << 16 | y, X.CurrentTime, atom("XdndActionCopy"))
    end = time.monotonic() + TIMEOUT_S
    while time.monotonic() < end:
        if not display.pending_events():
            time.sleep(0.01)
            continue
        event = display.next_event()
        if event.type == X.SelectionRequest:
            event.requestor.change_property(event.property, event.target, 8, uris)
            answer = SelectionNotify(
                time=event.time,
                requestor=event.requestor,
                selection=event.selection,
                target=event.target,
                property=event.property,
            )
            event.requestor.send_event(answer)
            display.flush()
        elif event.type == X.ClientMessage and event.client_type == atom("XdndStatus"):
            assert event.data[1][1] & 1, "the window does not take files"
            tell("XdndDrop", 0, X.CurrentTime)
        elif event.type == X.ClientMessage and event.client_type == atom("XdndFinished"):
            return
    raise TimeoutError("the drop was not answered")
