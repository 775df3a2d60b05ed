"""The candidate tiles of a picture where the vertex stage finds them: a buffer behind a texture."""

from glview.frame import EMPTY, InstanceTable
from glview.gl import api as gl
from glview.gl.makeup import Makeup, makeup_of
from glview.gl.state import INSTANCE_UNIT, State

_VERTICES = 4
"""Of a strip. The vertex stage knows the second draw by its vertices, which count on from here."""


class InstanceBuffer:
    """Owner of the records' buffer and texture; used with its context current.

    A texture, since the second draw begins in the middle of the records: with vertex attributes
    that takes OpenGL 4.2, or two vertex arrays and two calls in each frame to change them. Every
    driver must take 65,536 texels, which are 21,845 tiles; a cross-fade on 7680x4320 pixels with
    the smallest tiles (128 px) has some 10,200.
    """

    def __init__(self, state: State) -> None:
        self._state = state
        self._table: InstanceTable = EMPTY
        self._makeup = makeup_of(EMPTY)
        self._buffer = gl.generate(gl.glGenBuffers)
        self._texture = gl.generate(gl.glGenTextures)
        state.instance_buffer(self._buffer)
        state.texture_to_write(INSTANCE_UNIT, gl.GL_TEXTURE_BUFFER, self._texture)
        gl.glTexBuffer(gl.GL_TEXTURE_BUFFER, gl.GL_RGBA32I, self._buffer)

    @property
    def makeup(self) -> Makeup:
        """Of which levels the table to draw is."""
        return self._makeup

    def upload(self, table: InstanceTable) -> None:
        """Make a table the one to draw; nothing to do where it is already."""
        if table is self._table:
            return
        self._table = table
        self._makeup = makeup_of(table)
        if len(table.records):
            self._state.instance_buffer(self._buffer)
            gl.glBufferData(
                gl.GL_TEXTURE_BUFFER,
                table.records.nbytes,
                gl.pointer(table.records),
                gl.GL_STREAM_DRAW,
            )

    def bind(self) -> None:
        """Let the vertex stage read it."""
        self._state.texture(INSTANCE_UNIT, gl.GL_TEXTURE_BUFFER, self._texture)

    def draw_base(self) -> None:
        self._draw(0, self._table.base_count)

    def draw_partial(self) -> None:
        self._draw(_VERTICES, self._table.partial_count)

    @staticmethod
    def _draw(first_vertex: int, count: int) -> None:
        if count:
            gl.glDrawArraysInstanced(gl.GL_TRIANGLE_STRIP, first_vertex, _VERTICES, count)

    def release(self) -> None:
        gl.delete(gl.glDeleteTextures, self._texture)
        gl.delete(gl.glDeleteBuffers, self._buffer)
        self._state.forget_textures()
