"""Every OpenGL name this project uses: one list, all OpenGL 3.3 core.

The names are PyOpenGL's raw ones, because its friendly ones store per-context data keyed by a GLX
context, which an EGL context lacks, convert arrays anew at each call, and take 0.3 s to import. A
test compares this list, and all calls of real frames, with the 3.3 core registry.

No call asks for an error (`glview.gl.binding` says why). `check` does: after what allocates, after
each program, and at the end of a frame. With `check_each_call`, or in Python's development mode
(``python -X dev``), every call is followed by it, so that it names the very call at fault.
"""

import ctypes
import reprlib
import sys
from collections.abc import Callable, Sequence
from typing import Any

from numpy.typing import NDArray
from OpenGL.platform import PLATFORM
from OpenGL.raw.GL.VERSION.GL_1_0 import (
    GL_BLEND,
    GL_COLOR_BUFFER_BIT,
    GL_COLOR_CLEAR_VALUE,
    GL_COLOR_WRITEMASK,
    GL_CULL_FACE,
    GL_DEPTH_BUFFER_BIT,
    GL_DEPTH_CLEAR_VALUE,
    GL_DEPTH_FUNC,
    GL_DEPTH_RANGE,
    GL_DEPTH_TEST,
    GL_DEPTH_WRITEMASK,
    GL_FILL,
    GL_FLOAT,
    GL_FRONT_AND_BACK,
    GL_GREEN,
    GL_INVALID_ENUM,
    GL_INVALID_OPERATION,
    GL_INVALID_VALUE,
    GL_LESS,
    GL_NEAREST,
    GL_NO_ERROR,
    GL_ONE,
    GL_ONE_MINUS_SRC_ALPHA,
    GL_OUT_OF_MEMORY,
    GL_PACK_ALIGNMENT,
    GL_POLYGON_MODE,
    GL_RED,
    GL_RENDERER,
    GL_RGBA,
    GL_SCISSOR_TEST,
    GL_STENCIL_TEST,
    GL_TEXTURE_MAG_FILTER,
    GL_TEXTURE_MIN_FILTER,
    GL_TEXTURE_WRAP_S,
    GL_TEXTURE_WRAP_T,
    GL_TRIANGLE_STRIP,
    GL_TRIANGLES,
    GL_UNPACK_ALIGNMENT,
    GL_UNPACK_ROW_LENGTH,
    GL_UNPACK_SKIP_PIXELS,
    GL_UNPACK_SKIP_ROWS,
    GL_UNPACK_SWAP_BYTES,
    GL_UNSIGNED_BYTE,
    GL_UNSIGNED_SHORT,
    GL_VERSION,
    glBlendFunc,
    glClear,
    glClearColor,
    glClearDepth,
    glColorMask,
    glDepthFunc,
    glDepthMask,
    glDepthRange,
    glDisable,
    glEnable,
    glFinish,
    glGetError,
    glGetIntegerv,
    glGetString,
    glPixelStorei,
    glPolygonMode,
    glReadPixels,
    glTexParameteri,
    glViewport,
)
from OpenGL.raw.GL.VERSION.GL_1_1 import (
    GL_COLOR_LOGIC_OP,
    GL_LINEAR,
    GL_POLYGON_OFFSET_FILL,
    GL_RGBA8,
    GL_RGBA16,
    GL_TEXTURE_2D,
    GL_TEXTURE_BINDING_2D,
    glBindTexture,
    glDeleteTextures,
    glDrawArrays,
    glGenTextures,
    glTexImage2D,
)
from OpenGL.raw.GL.VERSION.GL_1_2 import (
    GL_CLAMP_TO_EDGE,
    GL_TEXTURE_3D,
    GL_TEXTURE_MAX_LEVEL,
    GL_TEXTURE_WRAP_R,
    GL_UNPACK_IMAGE_HEIGHT,
    GL_UNPACK_SKIP_IMAGES,
    glCopyTexSubImage3D,
    glTexImage3D,
    glTexSubImage3D,
)
from OpenGL.raw.GL.VERSION.GL_1_3 import (
    GL_ACTIVE_TEXTURE,
    GL_SAMPLE_ALPHA_TO_COVERAGE,
    GL_SAMPLE_COVERAGE,
    GL_TEXTURE0,
    glActiveTexture,
)
from OpenGL.raw.GL.VERSION.GL_1_4 import (
    GL_BLEND_DST_ALPHA,
    GL_BLEND_DST_RGB,
    GL_BLEND_SRC_ALPHA,
    GL_BLEND_SRC_RGB,
    GL_DEPTH_COMPONENT24,
    GL_FUNC_ADD,
)
from OpenGL.raw.GL.VERSION.GL_1_5 import (
    GL_ARRAY_BUFFER,
    GL_STREAM_DRAW,
    glBindBuffer,
    glBufferData,
    glDeleteBuffers,
    glGenBuffers,
)
from OpenGL.raw.GL.VERSION.GL_2_0 import (
    GL_BLEND_EQUATION_ALPHA,
    GL_BLEND_EQUATION_RGB,
    GL_COMPILE_STATUS,
    GL_FRAGMENT_SHADER,
    GL_INFO_LOG_LENGTH,
    GL_LINK_STATUS,
    GL_VERTEX_SHADER,
    glAttachShader,
    glBlendEquationSeparate,
    glCompileShader,
    glCreateProgram,
    glCreateShader,
    glDeleteProgram,
    glDeleteShader,
    glEnableVertexAttribArray,
    glGetProgramInfoLog,
    glGetProgramiv,
    glGetShaderInfoLog,
    glGetShaderiv,
    glGetUniformLocation,
    glLinkProgram,
    glShaderSource,
    glUniform1f,
    glUniform1i,
    glUniform2f,
    glUniform3f,
    glUniform4f,
    glUniform4i,
    glUseProgram,
    glVertexAttribPointer,
)
from OpenGL.raw.GL.VERSION.GL_2_1 import GL_PIXEL_UNPACK_BUFFER, GL_PIXEL_UNPACK_BUFFER_BINDING
from OpenGL.raw.GL.VERSION.GL_3_0 import (
    GL_COLOR_ATTACHMENT0,
    GL_DEPTH_ATTACHMENT,
    GL_FRAMEBUFFER,
    GL_FRAMEBUFFER_COMPLETE,
    GL_FRAMEBUFFER_SRGB,
    GL_INVALID_FRAMEBUFFER_OPERATION,
    GL_R8UI,
    GL_RASTERIZER_DISCARD,
    GL_READ_FRAMEBUFFER,
    GL_RED_INTEGER,
    GL_RENDERBUFFER,
    GL_RG,
    GL_RG8,
    GL_RG16,
    GL_RG32F,
    GL_RGBA16F,
    GL_RGBA32F,
    GL_RGBA32I,
    GL_TEXTURE_2D_ARRAY,
    GL_TEXTURE_BINDING_2D_ARRAY,
    GL_VERTEX_ARRAY_BINDING,
    glBindBufferBase,
    glBindFramebuffer,
    glBindRenderbuffer,
    glBindVertexArray,
    glCheckFramebufferStatus,
    glDeleteFramebuffers,
    glDeleteRenderbuffers,
    glDeleteVertexArrays,
    glFramebufferRenderbuffer,
    glFramebufferTexture2D,
    glFramebufferTextureLayer,
    glGenFramebuffers,
    glGenRenderbuffers,
    glGenVertexArrays,
    glRenderbufferStorage,
)
from OpenGL.raw.GL.VERSION.GL_3_1 import (
    GL_PRIMITIVE_RESTART,
    GL_TEXTURE_BINDING_BUFFER,
    GL_TEXTURE_BUFFER,
    GL_UNIFORM_BUFFER,
    GL_UNIFORM_BUFFER_BINDING,
    glDrawArraysInstanced,
    glGetUniformBlockIndex,
    glTexBuffer,
    glUniformBlockBinding,
)
from OpenGL.raw.GL.VERSION.GL_3_3 import (
    GL_ONE_MINUS_SRC1_COLOR,
    GL_SAMPLER_BINDING,
    GL_TEXTURE_SWIZZLE_A,
    GL_TEXTURE_SWIZZLE_B,
    GL_TEXTURE_SWIZZLE_G,
    GL_TEXTURE_SWIZZLE_R,
    glBindSampler,
    glVertexAttribDivisor,
)

from glview.errors import GpuMemoryError, GraphicsError
from glview.gl.binding import bound

_KEEP_THE_LOCK = frozenset(
    {
        "glActiveTexture",
        "glBindBuffer",
        "glBindBufferBase",
        "glBindFramebuffer",
        "glBindSampler",
        "glBindTexture",
        "glBindVertexArray",
        "glBlendEquationSeparate",
        "glBlendFunc",
        "glBufferData",
        "glClearColor",
        "glClearDepth",
        "glColorMask",
        "glDepthFunc",
        "glDepthMask",
        "glDepthRange",
        "glDisable",
        "glDrawArraysInstanced",
        "glEnable",
        "glPixelStorei",
        "glPolygonMode",
        "glUniform1f",
        "glUniform1i",
        "glUniform2f",
        "glUniform3f",
        "glUniform4f",
        "glUniform4i",
        "glUseProgram",
        "glViewport",
    }
)
"""What never waits: setting state, glBufferData, which gets fresh memory for what a frame gives,
and the draw of tiles, which took 0.16 ms at most on llvmpipe, but for what the first compiles.

All others let Python's lock go: uploads, whatever allocates or reads, the first clear of a frame,
which may wait for a buffer of the window's, the draw that resolves a composite (on llvmpipe it
waits for all of that, 45 ms at 1600x1000), glGetError, which waits for a driver's own thread.

Beside a thread of Python code, of 960 frames of 480x300 pixels each, the slowest tenth took 4.0 ms
or more to draw with PyOpenGL's bindings of the three calls, 3.8 with the draw's lock let go, 0.7
with it kept, and no less with the clear's kept, too."""

_FUNCTIONS: dict[str, Callable[..., Any]] = {
    name: bound(raw, PLATFORM, keeps_lock=name in _KEEP_THE_LOCK)
    for name, raw in tuple(globals().items())
    if name.startswith("gl") and callable(raw)
}
globals().update(_FUNCTIONS)

_ERRORS = {
    int(error): error.name
    for error in (
        GL_INVALID_ENUM,
        GL_INVALID_FRAMEBUFFER_OPERATION,
        GL_INVALID_OPERATION,
        GL_INVALID_VALUE,
        GL_OUT_OF_MEMORY,
    )
}
_ERRORS_AT_ONCE = 8
"""A context has a flag for each kind of error; one that is lost may tell of errors without end."""
_ALLOCATE = frozenset({"glRenderbufferStorage", "glTexImage2D", "glTexImage3D"})
"""`check_allocation` follows each of these."""


def take_errors() -> list[int]:
    """What has gone wrong since this was asked last; the context remembers each kind once."""
    found: list[int] = []
    while len(found) < _ERRORS_AT_ONCE and (error := glGetError()) != GL_NO_ERROR:
        found.append(int(error))
    return found


def check(doing: str) -> None:
    """`GraphicsError` if anything has gone wrong since the last check, up to ``doing`` this."""
    if errors := take_errors():
        raise GraphicsError(_told(errors, doing))


def check_allocation(what: str, size_bytes: int) -> None:
    """`GpuMemoryError` if there was no memory for what was asked for just now."""
    errors = take_errors()
    if GL_OUT_OF_MEMORY in errors:
        raise GpuMemoryError(what, size_bytes)
    if errors:
        raise GraphicsError(_told(errors, f"up to asking for the memory of {what}"))


def _told(errors: Sequence[int], doing: str) -> str:
    names = (_ERRORS.get(error, f"error 0x{error:x}") for error in errors)
    return f"OpenGL reported {', '.join(names)}, {doing}"


def check_each_call() -> None:
    """From now on, in this process: `check` after each call, so that the one at fault is named."""
    names = _FUNCTIONS.keys() - _ALLOCATE - {"glGetError"}
    globals().update({name: _checked(name, _FUNCTIONS[name]) for name in names})


def _checked(name: str, function: Callable[..., Any]) -> Callable[..., Any]:
    get_error = _FUNCTIONS["glGetError"]

    def call(*arguments: Any) -> Any:
        result = function(*arguments)
        if (error := int(get_error())) != GL_NO_ERROR:
            raise GraphicsError(_told([error], f"{name}{reprlib.repr(arguments)}"))
        return result

    return call


if sys.flags.dev_mode:
    check_each_call()


def generate(function: Any) -> int:
    """One new object from a glGen... function."""
    name = ctypes.c_uint(0)
    function(1, ctypes.byref(name))
    return int(name.value)


def delete(function: Any, name: int) -> None:
    """Delete one object with a glDelete... function."""
    function(1, ctypes.byref(ctypes.c_uint(name)))


def integer(query: int) -> int:
    """One value from glGetIntegerv."""
    value = ctypes.c_int(0)
    glGetIntegerv(query, ctypes.byref(value))
    return int(value.value)


def integers(query: int) -> tuple[int, ...]:
    """The values of a query that has four at most."""
    values = (ctypes.c_int * 4)()
    glGetIntegerv(query, values)
    return tuple(values)


def text(query: int) -> str:
    """What glGetString says: of `GL_RENDERER`, `GL_VERSION`."""
    found = ctypes.cast(glGetString(query), ctypes.c_char_p).value
    return (found or b"").decode("utf-8", "replace")


def pointer(array: NDArray[Any]) -> ctypes.c_void_p:
    """The address of a C-contiguous array's first byte; the array must outlive the call."""
    if not array.flags.c_contiguous:
        raise ValueError("an array for OpenGL must be C-contiguous")
    return ctypes.c_void_p(array.__array_interface__["data"][0])


def offset(count_bytes: int) -> ctypes.c_void_p:
    """A byte offset into a bound buffer, as the pointer arguments take it."""
    return ctypes.c_void_p(count_bytes)
