"""The GLSL of lod.glsl and box.glsl gives the values of lod.py, by value."""

import numpy as np
import pytest

from glview.gl import api as gl
from glview.gl.offscreen_target import OffscreenTarget, read_rgba
from glview.gl.program import link, shader_source
from glview.lod import LevelRange, box_texels

FULL_SCREEN = shader_source("resolve.vert")


def evaluate(expression: str, include: str) -> float:
    """A GLSL expression between 0 and 1, read back to 16 bits from two channels."""
    fragment = f"""#version 330 core
{shader_source(include)}
out vec4 color;
void main()
{{
    float wide = clamp({expression}, 0.0, 1.0) * 65535.0 + 0.5;
    float high = floor(wide / 256.0);
    color = vec4(high / 255.0, (floor(wide) - 256.0 * high) / 255.0, 0.0, 1.0);
}}
"""
    program = link("full screen", FULL_SCREEN, "expression", fragment)
    offscreen = OffscreenTarget(1, 1)
    vertex_array = gl.generate(gl.glGenVertexArrays)
    gl.glBindVertexArray(vertex_array)
    gl.glBindFramebuffer(gl.GL_FRAMEBUFFER, offscreen.target.framebuffer)
    gl.glViewport(0, 0, 1, 1)
    gl.glDisable(gl.GL_BLEND)
    gl.glDisable(gl.GL_DEPTH_TEST)
    gl.glUseProgram(program)
    gl.glDrawArrays(gl.GL_TRIANGLES, 0, 3)
    pixel = read_rgba(offscreen.target)[0, 0]
    gl.glDeleteProgram(program)
    gl.delete(gl.glDeleteVertexArrays, vertex_array)
    offscreen.release()
    return float(int(pixel[0]) * 256 + int(pixel[1])) / 65535


@pytest.mark.usefixtures("context")
@pytest.mark.parametrize("z", [0.1, 0.5, 0.503, 0.53, 0.57, 0.58, 1.0, 7.0])
@pytest.mark.parametrize("span", [(0.5, 0.574), (0.25, 0.5), (0.5, 0.5), (0.0, 0.0)])
def test_level_weight(z: float, span: tuple[float, float]) -> None:
    found = evaluate(f"level_weight({z}, {span[0]}, {span[1]})", "lod.glsl")
    assert found == pytest.approx(LevelRange(*span).weight(z), abs=2e-5)


@pytest.mark.usefixtures("context")
@pytest.mark.parametrize("z", [0.01, 1 / 3, 0.5, 0.77, 1.0, 64.0])
def test_box_texels(z: float) -> None:
    found = evaluate(f"box_texels({z}) / 4.0", "lod.glsl")
    assert found * 4 == pytest.approx(box_texels(z), abs=1e-4)


@pytest.mark.usefixtures("context")
@pytest.mark.parametrize(("age", "expected"), [(-0.1, 0.0), (0.0, 0.0), (0.025, 0.25), (0.2, 1.0)])
def test_fade_weight(age: float, expected: float) -> None:
    found = evaluate(f"fade_weight(5.0, {5.0 + age}, 0.1)", "lod.glsl")
    assert found == pytest.approx(expected, abs=1e-4)


@pytest.mark.usefixtures("context")
def test_without_a_fade_a_tile_is_there_at_once() -> None:
    assert evaluate("fade_weight(5.0, 5.0, 0.0)", "lod.glsl") == 1.0


def test_numpy_agrees_on_the_rounding_used_here() -> None:
    assert np.float32(0.5) * 65535 + 0.5 == 32768.0
