"""Opens files so that nothing blocks and every name works (bytes that are no UTF-8, brackets)."""

import errno
import os
import stat

_FLAGS = (
    os.O_RDONLY
    | getattr(os, "O_NONBLOCK", 0)
    | getattr(os, "O_CLOEXEC", 0)
    | getattr(os, "O_BINARY", 0)
)
_LARGEST_OFFSET = (1 << 63) - 1
_LARGE_BYTES = 1 << 20
"""What the system's calls take; files that point further point nowhere."""


def printable(path: str) -> str:
    """A path for people: bytes that are no UTF-8 shown as question marks."""
    return path.encode("utf-8", "replace").decode()


def open_regular(path: str) -> int:
    """A read-only descriptor of a regular file; OSError for everything else.

    A FIFO or a device would block the first reader for ever, so it is refused unread.
    """
    return _opened(path)[0]


def _opened(path: str) -> tuple[int, int]:
    """The same, and the file's size."""
    descriptor = os.open(path, _FLAGS)
    try:
        found = os.fstat(descriptor)
        if stat.S_ISDIR(found.st_mode):
            raise IsADirectoryError(errno.EISDIR, "is a directory", path)
        if not stat.S_ISREG(found.st_mode):
            raise OSError(errno.EINVAL, "is not a regular file", path)
    except OSError:
        os.close(descriptor)
        raise
    return descriptor, found.st_size


def read_bytes(path: str, limit: int) -> bytes:
    """The content of a regular file of at most ``limit`` bytes; OSError otherwise."""
    descriptor, size = _opened(path)
    try:
        if size > limit:
            raise OSError(errno.EFBIG, f"has {size} bytes, more than {limit}", path)
        return read_at(descriptor, 0, size)
    finally:
        os.close(descriptor)


def read_at(descriptor: int, offset: int, count: int) -> bytes:
    """Up to ``count`` bytes from ``offset``, fewer at the end of the file, none in front of it.

    Thread-safe: the descriptor's own position is neither used nor moved.
    """
    if min(offset, count) < 0 or offset + count > _LARGEST_OFFSET:
        return b""
    if count > _LARGE_BYTES:
        # So many bytes are taken before any is read.
        count = max(0, min(count, os.fstat(descriptor).st_size - offset))
    data = os.pread(descriptor, count, offset)
    if len(data) in (0, count):
        return data
    parts = [data]
    done = len(data)
    while done < count:
        data = os.pread(descriptor, count - done, offset + done)
        if not data:
            break
        parts.append(data)
        done += len(data)
    return b"".join(parts)
