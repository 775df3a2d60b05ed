"""The process in which an `IsolatedSource` reads tiles, asked by stdin, answering by stdout.

The source has the main thread to itself. A second one listens, so that the process ends with its
parent even amid a tile (but not amid a call into C that holds the interpreter's lock: then after
it).
"""

import contextlib
import io
import os
import queue
import sys
import threading
import time
import traceback

import numpy as np

from glview.errors import GlviewError, TileError
from glview.pyramid import TileKey
from glview.sources.base import ImageDescription, Margin, Tile, TileSource
from glview.sources.isolated_wire import Failed, Message, Read, Ready

CLOSE_WITHIN_S = 1.0
"""How long a tile under way, and then the source's own `close`, may still take."""

Requests = queue.SimpleQueue[Message | None]


def main() -> None:
    """Read tiles as long as the parent wants some."""
    asked, replies = _claim_pipes()
    requests: Requests = queue.SimpleQueue()
    threading.Thread(target=_listen, args=(asked, requests), daemon=True).start()
    with replies:
        _serve(requests, replies)


def _claim_pipes() -> tuple[io.FileIO, io.FileIO]:
    """Both pipes, out of the source's reach: what it prints goes to stderr, stdin is empty."""
    asked, replies = os.fdopen(os.dup(0), "rb", 0), os.fdopen(os.dup(1), "wb", 0)
    nothing = os.open(os.devnull, os.O_RDONLY)
    os.dup2(nothing, 0)
    os.close(nothing)
    os.dup2(2, 1)
    if sys.stdout is not None:
        sys.stdout.reconfigure(line_buffering=True)  # type: ignore[union-attr]  # a TextIOWrapper
    return asked, replies


def _listen(asked: io.FileIO, requests: Requests) -> None:
    """Hand requests on; end the process soon after the last one."""
    with asked:
        try:
            while True:
                requests.put(Message.read(asked))
        except EOFError:
            requests.put(None)
    time.sleep(CLOSE_WITHIN_S)
    os._exit(1)


def _serve(requests: Requests, replies: io.FileIO) -> None:
    opening = requests.get()
    if opening is None:
        return
    source: TileSource | None = None
    try:
        make, args = opening.value()
        source = make(*args)
        answer = Message.of(Ready(_description(source)))
    except Exception as error:  # noqa: BLE001  # whatever the source raises, the parent is told
        answer = _failure(error)
    if not _told(answer, replies) or source is None:
        return
    while (request := requests.get()) is not None:
        if not _told(_reply(source, request.value()), replies):
            break
    source.close()


def _description(source: object) -> ImageDescription:
    description = getattr(source, "description", None)
    if not isinstance(description, ImageDescription):
        raise TypeError(f"{type(source).__name__} is no TileSource")
    return description


def _reply(source: TileSource, key: TileKey) -> Message:
    try:
        tile = source.read_tile(key)
        if tile is not None:
            # Only contiguous arrays are sent as they are.
            tile = Tile(np.ascontiguousarray(tile.pixels), Margin(*tile.margin))
        return Message.of(Read(tile, source.cache_bytes))
    except OSError as error:
        return _failure(TileError.of_system(f"tile {tuple(key)}", error))
    except Exception as error:  # noqa: BLE001  # as above
        return _failure(error)


def _failure(error: Exception) -> Message:
    if isinstance(error, GlviewError):
        with contextlib.suppress(Exception):  # of attributes that cannot be sent
            return Message.of(Failed(str(error), error))
    return Message.of(Failed(f"{type(error).__name__}: {error}", trace=traceback.format_exc()))


def _told(answer: Message, replies: io.FileIO) -> bool:
    """Whether the parent is still there to hear the answer."""
    try:
        answer.write(replies)
    except OSError:
        return False
    return True
