"""The errors glview raises, one small tree.

Every message names the file (or the tile) and what is wrong with it, in one line.
"""


class GlviewError(Exception):
    """Base of all errors that glview raises on purpose."""


class ImageError(GlviewError):
    """An image cannot be opened or shown; the message names the file and the fault."""

    def __init__(self, name: str, fault: str) -> None:
        super().__init__(f"{name}: {fault}")
        self.name = name
        self.fault = fault


class UnsupportedImageError(ImageError):
    """The file may be sound, but holds something glview does not read."""


class TileError(GlviewError):
    """One tile cannot be read; the rest of the image is unaffected."""


class ContextError(GlviewError):
    """No OpenGL 3.3 core context can be had; the message says what to do."""
