"""Borders over the picture, all in one draw call."""

from collections.abc import Sequence

import numpy as np

from glview.frame import Clip, Outline
from glview.gl import api as gl
from glview.gl.program import Program
from glview.gl.state import State

_RECORD = np.dtype(
    [
        ("corner", np.float32, 2),
        ("edges", np.float32, 4),
        ("color", np.float32, 4),
        ("stroke", np.float32, 2),
    ]
)
_VERTICES = 10
"""Of the strip around a rectangle, the first two of them again at its end."""


class OutlineBuffer:
    """Owner of the program and the buffer of borders; made and used with its context current."""

    def __init__(self, state: State) -> None:
        self._state = state
        self._program = Program("outline.vert", "outline.frag")
        self._buffer = gl.generate(gl.glGenBuffers)
        self._vertex_array = gl.generate(gl.glGenVertexArrays)
        state.vertex_array(self._vertex_array)
        gl.glBindBuffer(gl.GL_ARRAY_BUFFER, self._buffer)
        for location, (field, start, *_) in enumerate((_RECORD.fields or {}).values()):
            place = gl.offset(start)
            gl.glVertexAttribPointer(
                location, field.shape[0], gl.GL_FLOAT, False, _RECORD.itemsize, place
            )
            gl.glEnableVertexAttribArray(location)
            gl.glVertexAttribDivisor(location, 1)

    def draw(
        self,
        outlines: Sequence[Outline],
        target_size: tuple[int, int],
        line_px: int,
        clip: Clip | None,
    ) -> None:
        """Draw the borders in their order, into the framebuffer and with the blending that is set.

        Of what lies beside ``clip`` nothing is drawn; None: the whole target.

        ``line_px`` is the width of a line in device pixels, of which OpenGL 3.3 core promises 1 at
        most: so a line is a strip of triangles here.
        """
        records = np.array(
            [
                (
                    outline.corner,
                    (*outline.across, *outline.down),
                    outline.color,
                    (outline.inset, outline.dash),
                )
                for outline in outlines
            ],
            _RECORD,
        )
        state, program = self._state, self._program
        state.program(program.name)
        state.vertex_array(self._vertex_array)
        gl.glBindBuffer(gl.GL_ARRAY_BUFFER, self._buffer)
        gl.glBufferData(gl.GL_ARRAY_BUFFER, records.nbytes, gl.pointer(records), gl.GL_STREAM_DRAW)
        gl.glUniform2f(program.location("target_size"), *target_size)
        gl.glUniform1f(program.location("line_px"), line_px)
        gl.glUniform4f(program.location("clip"), *(clip or (0, 0, *target_size)))
        gl.glDrawArraysInstanced(gl.GL_TRIANGLE_STRIP, 0, _VERTICES, len(records))

    def release(self) -> None:
        self._program.release()
        gl.delete(gl.glDeleteBuffers, self._buffer)
        gl.delete(gl.glDeleteVertexArrays, self._vertex_array)
