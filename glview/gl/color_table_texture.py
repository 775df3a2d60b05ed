"""An image's colour table as a texture that its light is looked up in."""

import numpy as np

from glview.gl import api as gl
from glview.gl.state import COLOR_TABLE_UNIT, State
from glview.image import ColorTable


class ColorTableTexture:
    """The table that was asked for last, 575 kB of 33 nodes; used with its context current."""

    def __init__(self, state: State) -> None:
        self._state = state
        self._table: ColorTable | None = None
        self._name = 0

    def bind(self, table: ColorTable) -> None:
        """Have a table at `COLOR_TABLE_UNIT`; uploaded where it is another one."""
        if table is self._table:
            self._state.texture(COLOR_TABLE_UNIT, gl.GL_TEXTURE_3D, self._name)
            return
        if not self._name:
            self._name = gl.generate(gl.glGenTextures)
        self._state.texture_to_write(COLOR_TABLE_UNIT, gl.GL_TEXTURE_3D, self._name)
        nodes = table.values.shape[0]
        texels = np.ones((nodes, nodes, nodes, 4), np.float32)
        texels[..., :3] = table.values
        gl.glTexImage3D(
            gl.GL_TEXTURE_3D,
            0,
            gl.GL_RGBA32F,
            nodes,
            nodes,
            nodes,
            0,
            gl.GL_RGBA,
            gl.GL_FLOAT,
            gl.pointer(texels),
        )
        gl.glTexParameteri(gl.GL_TEXTURE_3D, gl.GL_TEXTURE_MAX_LEVEL, 0)
        gl.glTexParameteri(gl.GL_TEXTURE_3D, gl.GL_TEXTURE_MIN_FILTER, gl.GL_LINEAR)
        gl.glTexParameteri(gl.GL_TEXTURE_3D, gl.GL_TEXTURE_MAG_FILTER, gl.GL_LINEAR)
        for axis in (gl.GL_TEXTURE_WRAP_S, gl.GL_TEXTURE_WRAP_T, gl.GL_TEXTURE_WRAP_R):
            gl.glTexParameteri(gl.GL_TEXTURE_3D, axis, gl.GL_CLAMP_TO_EDGE)
        gl.check_allocation(f"a colour table of {nodes} nodes", texels.nbytes)
        self._table = table

    def release(self) -> None:
        """Delete it."""
        if self._name:
            gl.delete(gl.glDeleteTextures, self._name)
            self._state.forget_textures()
        self._name, self._table = 0, None
