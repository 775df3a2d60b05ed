"""Every OpenGL name this project uses: one list, all OpenGL 3.3 core.

The raw bindings are taken because the friendly ones store per-context data keyed by a GLX context,
which an EGL context lacks, convert arrays anew at each call, and take 0.3 s to import. A test
compares this list, and all calls of real frames, with the 3.3 core registry.
"""

import ctypes
from typing import Any

from numpy.typing import NDArray
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
    GL_LESS,
    GL_NEAREST,
    GL_NONE,
    GL_ONE,
    GL_ONE_MINUS_SRC_ALPHA,
    GL_PACK_ALIGNMENT,
    GL_POLYGON_MODE,
    GL_RED,
    GL_RGBA,
    GL_SCISSOR_TEST,
    GL_STENCIL_TEST,
    GL_TEXTURE_MAG_FILTER,
    GL_TEXTURE_MIN_FILTER,
    GL_TEXTURE_WRAP_S,
    GL_TEXTURE_WRAP_T,
    GL_TRIANGLE_STRIP,
    GL_TRIANGLES,
    GL_TRUE,
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
    GL_TEXTURE_MAX_LEVEL,
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
    glUniform4f,
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
    GL_RASTERIZER_DISCARD,
    GL_READ_FRAMEBUFFER,
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


def pointer(array: NDArray[Any]) -> ctypes.c_void_p:
    """The address of a C-contiguous array's first byte; the array must outlive the call."""
    if not array.flags.c_contiguous:
        raise ValueError("an array for OpenGL must be C-contiguous")
    return ctypes.c_void_p(array.__array_interface__["data"][0])


def offset(count_bytes: int) -> ctypes.c_void_p:
    """A byte offset into a bound buffer, as the pointer arguments take it."""
    return ctypes.c_void_p(count_bytes)
