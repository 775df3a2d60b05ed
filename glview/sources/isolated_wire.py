"""What a process that reads tiles and its parent say to each other.

A message is a head, the sizes of its buffers, a pickle, and the buffers: the bytes of numpy arrays,
which the pickle only describes (PEP 574). They are read straight into a new array's memory, by a
call that lets other threads run.
"""

import io
import pickle
import struct
from dataclasses import dataclass
from types import MappingProxyType
from typing import Any

import numpy as np

from glview.errors import GlviewError
from glview.image import ImageDescription, Tile

_HEAD = struct.Struct("<QI")
_SIZE = struct.Struct("<Q")


@dataclass(frozen=True, slots=True, eq=False)
class Message:
    """A value on its way: its pickle, and the ``buffers`` that this only describes."""

    body: bytes
    buffers: tuple[Any, ...] = ()

    @classmethod
    def of(cls, value: object) -> "Message":
        """Pickle a value, or raise what that fails with; bytes of arrays are not copied."""
        body = io.BytesIO()
        buffers: list[pickle.PickleBuffer] = []
        _Pickler(body, protocol=5, buffer_callback=buffers.append).dump(value)
        return cls(body.getvalue(), tuple(buffer.raw() for buffer in buffers))

    def value(self) -> Any:
        """What was sent; imports the modules of its classes and functions."""
        return pickle.loads(self.body, buffers=self.buffers)

    def write(self, stream: io.FileIO) -> None:
        """Into an unbuffered stream; OSError where nobody reads any more."""
        sizes = (_SIZE.pack(len(buffer)) for buffer in self.buffers)
        head = _HEAD.pack(len(self.body), len(self.buffers))
        for part in (b"".join((head, *sizes, self.body)), *self.buffers):
            rest = memoryview(part)
            while rest:
                rest = rest[stream.write(rest) :]

    @classmethod
    def read(cls, stream: io.FileIO) -> "Message":
        """Wait for the next message; EOFError where there will be none."""
        body_bytes, count = _HEAD.unpack(_exactly(stream, _HEAD.size))
        sizes = [_SIZE.unpack(_exactly(stream, _SIZE.size))[0] for _ in range(count)]
        body = _exactly(stream, body_bytes)
        return cls(body.tobytes(), tuple(_exactly(stream, size) for size in sizes))


@dataclass(frozen=True, slots=True)
class Ready:
    """A child has made its source, and reads what it is asked for."""

    description: ImageDescription


@dataclass(frozen=True, slots=True, eq=False)
class Read:
    """A child has read a tile, or found that there is none."""

    tile: Tile | None
    cache_bytes: int


@dataclass(frozen=True, slots=True)
class Failed:
    """What a child was asked for ended with an exception.

    ``error`` is the exception if it is one of glview's; else ``trace`` is for the log.
    """

    fault: str
    error: GlviewError | None = None
    trace: str = ""


def _exactly(stream: io.FileIO, count: int) -> memoryview:
    """The next bytes; a pipe gives them in pieces."""
    taken = np.empty(count, np.uint8).data  # a bytearray would be zeroed first
    rest = taken
    while rest:
        got = stream.readinto(rest)
        if not got:
            raise EOFError
        rest = rest[got:]
    return taken


class _Pickler(pickle.Pickler):
    """Pickles what the usual one does not, and refuses what could not be read again."""

    def reducer_override(self, value: Any) -> Any:
        if getattr(value, "__module__", None) == "__main__":
            name = getattr(value, "__qualname__", type(value).__qualname__)
            raise pickle.PicklingError(
                f"{name} is defined in __main__, which other processes cannot import: put it into a"
                " module and import it from there"
            )
        if isinstance(value, MappingProxyType):
            return _read_only, (dict(value),)
        if isinstance(value, GlviewError):
            return _error, (_known_class(value), value.args, vars(value))
        return NotImplemented


def _read_only(items: dict[Any, Any]) -> MappingProxyType[Any, Any]:
    return MappingProxyType(items)


def _known_class(error: GlviewError) -> type[GlviewError]:
    """The nearest class that a process knows without the source's own modules."""
    return next(cls for cls in type(error).__mro__ if cls.__module__ == GlviewError.__module__)


def _error(cls: type[GlviewError], args: tuple[Any, ...], state: dict[str, Any]) -> GlviewError:
    """The error again, by its message and attributes: its class may take other arguments."""
    error = cls.__new__(cls, *args)
    vars(error).update(state)
    return error
