"""Lines between image pixels, and their values, in one draw call."""

import math
from collections.abc import Callable

import numpy as np
from numpy.typing import NDArray

from glview.frame import CellText, PixelGrid, Target
from glview.gl import api as gl
from glview.gl.flat_texture import drop_texture, flat_texture
from glview.gl.program import Program
from glview.gl.state import CODES_UNIT, GLYPHS_UNIT, ROW_ALIGNMENT, State


class PixelGridLayer:
    """Owner of the programs and textures of the pixel grid; used with its context current."""

    def __init__(self, state: State, vertex_array: int) -> None:
        """``vertex_array`` is an empty one, to draw with."""
        self._state = state
        self._vertex_array = vertex_array
        self._programs: dict[bool, Program] = {}
        self._textures: dict[int, int] = {}
        self._uploaded: dict[int, NDArray[np.uint8]] = {}

    def draw(self, grid: PixelGrid, target: Target) -> None:
        """Draw over the picture, with the blending that is set."""
        view, level, text = grid.viewport, grid.level, grid.text
        program = self._program(text is not None)
        state = self._state
        state.program(program.name)
        state.vertex_array(self._vertex_array)
        l_x = (view.centre_x - level.offset_x) / level.downsample_x
        l_y = (view.centre_y - level.offset_y) / level.downsample_y
        eye_x, eye_y = math.floor(l_x), math.floor(l_y)
        a, b, c, d = view.matrix
        z_x, z_y = view.scale * level.downsample_x, view.scale * level.downsample_y
        gl.glUniform2f(program.location("target_size"), target.width, target.height)
        gl.glUniform4f(program.location("l_from_s"), a / z_x, c / z_x, b / z_y, d / z_y)
        gl.glUniform2f(program.location("rest"), l_x - eye_x, l_y - eye_y)
        gl.glUniform4i(
            program.location("cells"), -eye_x, -eye_y, level.width - eye_x, level.height - eye_y
        )
        gl.glUniform2f(program.location("pitch"), z_x, z_y)
        gl.glUniform1f(program.location("line_px"), grid.line_px)
        if text is not None:
            gl.glUniform4f(program.location("s_from_l"), a * z_x, b * z_y, c * z_x, d * z_y)
            self._write(program, text, eye_x, eye_y)
        gl.glDrawArrays(gl.GL_TRIANGLES, 0, 3)

    def _write(self, program: Program, text: CellText, eye_x: int, eye_y: int) -> None:
        rows, columns, lines, characters = text.codes.shape
        _, height, width, _ = text.glyphs.shape
        self._textured(CODES_UNIT, text.codes, _cells, gl.GL_R8UI, gl.GL_RED_INTEGER)
        self._textured(GLYPHS_UNIT, text.glyphs, _side_by_side, gl.GL_RG8, gl.GL_RG)
        x, y = text.column - eye_x, text.row - eye_y
        gl.glUniform4i(program.location("written"), x, y, x + columns, y + rows)
        gl.glUniform4i(program.location("text"), characters, lines, width, height)
        for number, color in enumerate(text.colors):
            gl.glUniform3f(program.location(f"colors[{number}]"), *color)

    def _textured(
        self,
        unit: int,
        source: NDArray[np.uint8],
        laid_out: Callable[[NDArray[np.uint8]], NDArray[np.uint8]],
        internal: int,
        form: int,
    ) -> None:
        """Have an array in the texture of a unit; it is uploaded when it is another one."""
        name = self._textures.get(unit)
        if name is not None and self._uploaded[unit] is source:
            self._state.texture(unit, gl.GL_TEXTURE_2D, name)
            return
        if name is not None:
            drop_texture(self._state, self._textures.pop(unit))
        self._textures[unit] = flat_texture(
            self._state, unit, laid_out(source), internal, form, "the values of a pixel grid"
        )
        self._uploaded[unit] = source

    def _program(self, with_text: bool) -> Program:
        if with_text not in self._programs:
            made = Program("resolve.vert", "grid.frag", ("TEXT",) if with_text else ())
            self._programs[with_text] = made
            self._state.program(made.name)
            if with_text:
                gl.glUniform1i(made.location("codes"), CODES_UNIT)
                gl.glUniform1i(made.location("glyphs"), GLYPHS_UNIT)
        return self._programs[with_text]

    def release(self) -> None:
        for program in self._programs.values():
            program.release()
        for name in self._textures.values():
            gl.delete(gl.glDeleteTextures, name)
        self._textures.clear()
        self._uploaded.clear()


def _cells(codes: NDArray[np.uint8]) -> NDArray[np.uint8]:
    """(rows, columns, lines, characters) as a picture of all of them."""
    rows, columns, lines, characters = codes.shape
    return _padded(codes.transpose(0, 2, 1, 3).reshape(rows * lines, columns * characters))


def _side_by_side(glyphs: NDArray[np.uint8]) -> NDArray[np.uint8]:
    """(count, height, width, 2) as a picture of one row."""
    count, height, width, _ = glyphs.shape
    return _padded(glyphs.transpose(1, 0, 2, 3).reshape(height, count * width, 2))


def _padded(texels: NDArray[np.uint8]) -> NDArray[np.uint8]:
    """With rows that begin where those of uploads must."""
    room = -texels.shape[1] % ROW_ALIGNMENT
    return np.pad(texels, ((0, 0), (0, room), *(((0, 0),) * (texels.ndim - 2))))
