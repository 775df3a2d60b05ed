"""A framebuffer of our own, to draw into and read back."""

import numpy as np
from numpy.typing import NDArray

from glview.errors import GraphicsError
from glview.frame import Target
from glview.gl import api as gl

PIXEL_BYTES = 8
"""Colour, and depth with its padding."""


class OffscreenTarget:
    """A framebuffer to draw into and read back; made, used and released with a context current."""

    def __init__(self, width: int, height: int) -> None:
        self._texture = gl.generate(gl.glGenTextures)
        gl.glBindTexture(gl.GL_TEXTURE_2D, self._texture)
        gl.glTexImage2D(
            gl.GL_TEXTURE_2D,
            0,
            gl.GL_RGBA8,
            width,
            height,
            0,
            gl.GL_RGBA,
            gl.GL_UNSIGNED_BYTE,
            None,
        )
        gl.glTexParameteri(gl.GL_TEXTURE_2D, gl.GL_TEXTURE_MAX_LEVEL, 0)
        self._depth = gl.generate(gl.glGenRenderbuffers)
        gl.glBindRenderbuffer(gl.GL_RENDERBUFFER, self._depth)
        gl.glRenderbufferStorage(gl.GL_RENDERBUFFER, gl.GL_DEPTH_COMPONENT24, width, height)
        try:
            gl.check_allocation(
                f"a picture of {width}x{height} pixels", PIXEL_BYTES * width * height
            )
        except GraphicsError:
            gl.delete(gl.glDeleteRenderbuffers, self._depth)
            gl.delete(gl.glDeleteTextures, self._texture)
            raise
        framebuffer = gl.generate(gl.glGenFramebuffers)
        gl.glBindFramebuffer(gl.GL_FRAMEBUFFER, framebuffer)
        gl.glFramebufferTexture2D(
            gl.GL_FRAMEBUFFER, gl.GL_COLOR_ATTACHMENT0, gl.GL_TEXTURE_2D, self._texture, 0
        )
        gl.glFramebufferRenderbuffer(
            gl.GL_FRAMEBUFFER, gl.GL_DEPTH_ATTACHMENT, gl.GL_RENDERBUFFER, self._depth
        )
        self.target = Target(framebuffer, width, height, depth=True)

    def read(self) -> NDArray[np.uint8]:
        """Its pixels, shape (height, width, 4), top row first."""
        return read_rgba(self.target)

    def release(self) -> None:
        gl.delete(gl.glDeleteFramebuffers, self.target.framebuffer)
        gl.delete(gl.glDeleteRenderbuffers, self._depth)
        gl.delete(gl.glDeleteTextures, self._texture)


def read_rgba(target: Target) -> NDArray[np.uint8]:
    """The pixels of a target, shape (height, width, 4), top row first."""
    pixels = np.empty((target.height, target.width, 4), np.uint8)
    gl.glBindFramebuffer(gl.GL_FRAMEBUFFER, target.framebuffer)
    gl.glPixelStorei(gl.GL_PACK_ALIGNMENT, 1)
    gl.glReadPixels(
        0, 0, target.width, target.height, gl.GL_RGBA, gl.GL_UNSIGNED_BYTE, gl.pointer(pixels)
    )
    gl.check("reading a picture back")
    return np.ascontiguousarray(pixels[::-1])
