"""The errors glview raises, one small tree.

Every message names the file (or the tile) and what is wrong with it, in one line.
"""

import errno

_LASTING = frozenset(
    {
        errno.EACCES,
        errno.EBADF,
        errno.EFBIG,
        errno.EINVAL,
        errno.EISDIR,
        errno.ELOOP,
        errno.ENAMETOOLONG,
        errno.ENOTDIR,
        errno.EOVERFLOW,
        errno.EPERM,
    }
)
"""What the system will say again however often it is asked."""


def unnamed(name: str, message: str) -> str:
    """A message without the file's name before it, to be told behind the name."""
    return message.removeprefix(f"{name}: ")


class GlviewError(Exception):
    """Base of all errors that glview raises on purpose."""


class ImageError(GlviewError):
    """An image cannot be opened or shown; the message names the file and the fault."""

    def __init__(self, name: str, fault: str) -> None:
        super().__init__(f"{name or repr(name)}: {fault}")
        self.name = name
        self.fault = fault


class UnsupportedImageError(ImageError):
    """The file may be sound, but holds something glview does not read."""


class TileError(GlviewError):
    """One tile cannot be read; the rest of the image is unaffected.

    ``may_heal`` says whether it is worth reading again after a while: a drive that did not answer
    may be back, a missing file may just be being written. Content that is broken stays so.
    """

    def __init__(self, message: str, *, may_heal: bool = False) -> None:
        super().__init__(message)
        self.may_heal = may_heal

    @classmethod
    def of_system(cls, where: str, error: OSError) -> "TileError":
        """The system's own fault: it may heal, unless a permission or a kind of file is wrong."""
        lasting = isinstance(error, PermissionError) or error.errno in _LASTING
        return cls(f"{where}: {error.strerror or error}", may_heal=not lasting)


class ContextError(GlviewError):
    """No OpenGL 3.3 core context can be had; the message says what to do."""


class GraphicsError(GlviewError):
    """OpenGL has told of an error; the message says which, and amid what."""


class GpuMemoryError(GraphicsError):
    """The graphics driver refuses memory; ``size_bytes`` of it were asked for at once."""

    def __init__(self, what: str, size_bytes: int) -> None:
        super().__init__(
            f"the graphics driver refuses {-(-size_bytes >> 20)} MiB of memory for {what}"
        )
        self.size_bytes = size_bytes
