"""The least a program can do for the same passes: full-screen triangles, the same fetches."""

import numpy as np

from benchmarks.resident import HEIGHT_PX, WIDTH_PX
from glview.gl import api as gl
from glview.gl.offscreen_target import OffscreenTarget
from glview.gl.program import link

ATLAS_WIDTH_PX, ATLAS_HEIGHT_PX = 3072, 2048

_VERTEX = """#version 330 core
void main()
{
    gl_Position = vec4(vec2((gl_VertexID & 1) * 4 - 1, (gl_VertexID & 2) * 2 - 1), 0.0, 1.0);
}
"""
_HEAD = """#version 330 core
uniform sampler2DArray atlas;
uniform vec4 place;
vec4 one(vec2 at) { return textureLod(atlas, vec3(at / vec2(3072.0, 2048.0), 0.0), 0.0); }
vec4 four(vec2 at)
{
    return 0.25 * (one(at) + one(at + vec2(1.2, 0.0)) + one(at + vec2(0.0, 1.2)) + one(at + 1.2));
}
"""
_LIGHT = "layout(location = 0) out vec4 color;\nvoid main() { color = vec4(%s.rgb, 1.0); }\n"
_AT = "gl_FragCoord.xy * place.z + place.xy"
_BLENDED = f"""layout(location = 0, index = 0) out vec4 color;
layout(location = 0, index = 1) out vec4 blend;
void main() {{ color = four({_AT}) * place.w; blend = vec4(place.w); }}
"""
_FRAGMENTS = {
    "magnified": _HEAD + _LIGHT % f"one({_AT})",
    "minified": _HEAD + _LIGHT % f"four({_AT})",
    "blended": _HEAD + _BLENDED,
    "resolve": _HEAD + _LIGHT % "texelFetch(atlas, ivec3(gl_FragCoord.xy, 0), 0)",
}


class BareFrames:
    """Draws frames of a kind; made, used and released in one current context."""

    def __init__(self) -> None:
        self._programs = {
            name: link("bare.vert", _VERTEX, f"{name}.frag", text)
            for name, text in _FRAGMENTS.items()
        }
        self._places = {
            name: int(gl.glGetUniformLocation(program, b"place"))
            for name, program in self._programs.items()
        }
        self._offscreen = OffscreenTarget(WIDTH_PX, HEIGHT_PX)
        self._vertex_array = gl.generate(gl.glGenVertexArrays)
        noise = np.random.default_rng(0).integers(
            0, 256, (ATLAS_HEIGHT_PX, ATLAS_WIDTH_PX, 4), np.uint8
        )
        self._atlas = _texture(gl.GL_RGBA8, noise, ATLAS_WIDTH_PX, ATLAS_HEIGHT_PX)
        self._composite = _texture(gl.GL_RGBA16F, None, WIDTH_PX, HEIGHT_PX)
        self._half = gl.generate(gl.glGenFramebuffers)
        gl.glBindFramebuffer(gl.GL_FRAMEBUFFER, self._half)
        gl.glFramebufferTextureLayer(
            gl.GL_FRAMEBUFFER, gl.GL_COLOR_ATTACHMENT0, self._composite, 0, 0
        )

    def draw(self, kind: str, scale: float, frame: int, framebuffer: int | None = None) -> None:
        """One frame, not waited for, into a framebuffer or a target of its own."""
        target = self._offscreen.target.framebuffer if framebuffer is None else framebuffer
        gl.glBindVertexArray(self._vertex_array)
        gl.glViewport(0, 0, WIDTH_PX, HEIGHT_PX)
        gl.glDisable(gl.GL_DEPTH_TEST)
        gl.glDisable(gl.GL_BLEND)
        gl.glActiveTexture(gl.GL_TEXTURE0)
        gl.glBindTexture(gl.GL_TEXTURE_2D_ARRAY, self._atlas)
        x = float(frame % 8)
        if kind in ("magnified", "minified"):
            self._pass(target, kind, (x, 1.0, 1.0 / scale, 1.0))
            return
        through = self._half if kind == "composite" else target
        self._pass(through, "magnified", (x, 1.0, 0.5 / scale, 1.0))
        gl.glEnable(gl.GL_BLEND)
        gl.glBlendFunc(gl.GL_ONE, gl.GL_ONE_MINUS_SRC1_COLOR)
        self._pass(through, "blended", (x, 1.0, 1.0 / scale, 0.8))
        if kind == "composite":
            gl.glDisable(gl.GL_BLEND)
            gl.glBindTexture(gl.GL_TEXTURE_2D_ARRAY, self._composite)
            self._pass(target, "resolve", None)

    def _pass(
        self, framebuffer: int, kind: str, place: tuple[float, float, float, float] | None
    ) -> None:
        gl.glBindFramebuffer(gl.GL_FRAMEBUFFER, framebuffer)
        gl.glUseProgram(self._programs[kind])
        if place is not None:
            gl.glUniform4f(self._places[kind], *place)
        gl.glDrawArrays(gl.GL_TRIANGLES, 0, 3)

    def release(self) -> None:
        for program in self._programs.values():
            gl.glDeleteProgram(program)
        gl.delete(gl.glDeleteVertexArrays, self._vertex_array)
        gl.delete(gl.glDeleteFramebuffers, self._half)
        for texture in (self._atlas, self._composite):
            gl.delete(gl.glDeleteTextures, texture)
        self._offscreen.release()


def _texture(
    internal: int, pixels: np.ndarray[tuple[int, ...], np.dtype[np.uint8]] | None, w: int, h: int
) -> int:
    name = gl.generate(gl.glGenTextures)
    target = gl.GL_TEXTURE_2D_ARRAY
    gl.glBindTexture(target, name)
    linear = gl.GL_NEAREST if pixels is None else gl.GL_LINEAR
    gl.glTexParameteri(target, gl.GL_TEXTURE_MIN_FILTER, linear)
    gl.glTexParameteri(target, gl.GL_TEXTURE_MAG_FILTER, linear)
    gl.glTexParameteri(target, gl.GL_TEXTURE_WRAP_S, gl.GL_CLAMP_TO_EDGE)
    gl.glTexParameteri(target, gl.GL_TEXTURE_WRAP_T, gl.GL_CLAMP_TO_EDGE)
    gl.glTexParameteri(target, gl.GL_TEXTURE_MAX_LEVEL, 0)
    first = None if pixels is None else gl.pointer(pixels)
    gl.glTexImage3D(target, 0, internal, w, h, 1, 0, gl.GL_RGBA, gl.GL_UNSIGNED_BYTE, first)
    return name
