"""Textures of what is painted on a picture, drawn a texel a pixel."""

from typing import Any

from numpy.typing import NDArray

from glview.errors import GraphicsError
from glview.gl import api as gl
from glview.gl.state import State


def flat_texture(
    state: State, unit: int, texels: NDArray[Any], internal: int, form: int, what: str
) -> int:
    """A texture of 8-bit texels (height, width, ...), bound to a unit; its name is the caller's.

    Rows must begin where those of uploads do (`glview.gl.state.ROW_ALIGNMENT`). `GpuMemoryError`
    where it is refused: then there is none.
    """
    name = gl.generate(gl.glGenTextures)
    state.texture_to_write(unit, gl.GL_TEXTURE_2D, name)
    gl.glTexParameteri(gl.GL_TEXTURE_2D, gl.GL_TEXTURE_MIN_FILTER, gl.GL_NEAREST)
    gl.glTexParameteri(gl.GL_TEXTURE_2D, gl.GL_TEXTURE_MAG_FILTER, gl.GL_NEAREST)
    gl.glTexParameteri(gl.GL_TEXTURE_2D, gl.GL_TEXTURE_MAX_LEVEL, 0)
    height, width = texels.shape[:2]
    gl.glTexImage2D(
        gl.GL_TEXTURE_2D,
        0,
        internal,
        width,
        height,
        0,
        form,
        gl.GL_UNSIGNED_BYTE,
        gl.pointer(texels),
    )
    try:
        gl.check_allocation(what, texels.nbytes)
    except GraphicsError:
        drop_texture(state, name)
        raise
    return name


def drop_texture(state: State, name: int) -> None:
    """Delete a texture that may be bound."""
    gl.delete(gl.glDeleteTextures, name)
    state.forget_textures()
