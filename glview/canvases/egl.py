"""A headless OpenGL context through EGL: no display server, no environment variable.

Small ctypes calls instead of a binding: choosing the surfaceless (Mesa) or the device platform
(NVIDIA) takes eglGetPlatformDisplayEXT, and PyOpenGL would choose a platform of its own at import.
"""

import ctypes
import ctypes.util
from types import TracebackType
from typing import Any, Self

import numpy as np
from numpy.typing import NDArray

from glview.errors import ContextError, GraphicsError
from glview.frame import Target

_PLATFORM_SURFACELESS_MESA = 0x31DD
_PLATFORM_DEVICE_EXT = 0x313F
_OPENGL_API = 0x30A2
_NONE = 0x3038
_SURFACE_TYPE, _PBUFFER_BIT = 0x3033, 0x0001
_RENDERABLE_TYPE, _OPENGL_BIT = 0x3040, 0x0008
_MAJOR, _MINOR = 0x3098, 0x30FB
_PROFILE_MASK, _CORE_BIT = 0x30FD, 0x0001
_DEBUG = 0x31B0
_WIDTH, _HEIGHT = 0x3057, 0x3056
_PIXEL_BYTES = 8
"""Of an offscreen target: colour and depth."""

ADVICE = (
    "glview needs OpenGL 3.3. Install a driver for your graphics card, or Mesa's software one"
    " (Debian: libegl1 libgl1 libgl1-mesa-dri)."
)


class EglContext:
    """An OpenGL 3.3 core context without a window; current while used as a context manager."""

    def __init__(self, *, debug: bool = False) -> None:
        library = ctypes.util.find_library("EGL")
        if library is None:
            raise ContextError(f"libEGL is not installed. {ADVICE}")
        self._egl: Any = ctypes.CDLL(library)
        for name in (
            "eglGetProcAddress",
            "eglCreateContext",
            "eglCreatePbufferSurface",
        ):
            getattr(self._egl, name).restype = ctypes.c_void_p
        self._display = self._open_display()
        self._surface: int | None = None
        self._context = self._create(debug)

    def _open_display(self) -> ctypes.c_void_p:
        """The first display that initialises: surfaceless, then each device."""
        address = self._egl.eglGetProcAddress(b"eglGetPlatformDisplayEXT")
        if not address:
            raise ContextError(f"this EGL has no platform displays. {ADVICE}")
        make = ctypes.CFUNCTYPE(
            ctypes.c_void_p, ctypes.c_uint, ctypes.c_void_p, ctypes.POINTER(ctypes.c_int)
        )(address)
        candidates: list[tuple[int, int | None]] = [(_PLATFORM_SURFACELESS_MESA, None)]
        candidates += [(_PLATFORM_DEVICE_EXT, device) for device in self._devices()]
        for platform, native in candidates:
            display = make(platform, native, None)
            if display and self._egl.eglInitialize(ctypes.c_void_p(display), None, None):
                return ctypes.c_void_p(display)
        raise ContextError(f"no EGL display can be opened. {ADVICE}")

    def _devices(self) -> list[int]:
        address = self._egl.eglGetProcAddress(b"eglQueryDevicesEXT")
        if not address:
            return []
        query = ctypes.CFUNCTYPE(
            ctypes.c_uint,
            ctypes.c_int,
            ctypes.POINTER(ctypes.c_void_p),
            ctypes.POINTER(ctypes.c_int),
        )(address)
        devices = (ctypes.c_void_p * 16)()
        count = ctypes.c_int(0)
        if not query(16, devices, ctypes.byref(count)):
            return []
        return [device for device in devices[: count.value] if device]

    def _create(self, debug: bool) -> ctypes.c_void_p:
        egl = self._egl
        egl.eglBindAPI(_OPENGL_API)
        wanted = (ctypes.c_int * 5)(
            _SURFACE_TYPE, _PBUFFER_BIT, _RENDERABLE_TYPE, _OPENGL_BIT, _NONE
        )
        config, count = ctypes.c_void_p(), ctypes.c_int(0)
        egl.eglChooseConfig(self._display, wanted, ctypes.byref(config), 1, ctypes.byref(count))
        attributes = [_MAJOR, 3, _MINOR, 3, _PROFILE_MASK, _CORE_BIT]
        if debug:
            attributes += [_DEBUG, 1]
        listed = (ctypes.c_int * (len(attributes) + 1))(*attributes, _NONE)
        context = egl.eglCreateContext(self._display, config, None, listed)
        if not context:
            raise ContextError(f"no OpenGL 3.3 core context can be made. {ADVICE}")
        if not egl.eglMakeCurrent(self._display, None, None, ctypes.c_void_p(context)):
            # Without EGL_KHR_surfaceless_context a context needs some surface to be current.
            size = (ctypes.c_int * 5)(_WIDTH, 1, _HEIGHT, 1, _NONE)
            self._surface = egl.eglCreatePbufferSurface(self._display, config, size)
        return ctypes.c_void_p(context)

    def __enter__(self) -> Self:
        surface = ctypes.c_void_p(self._surface)
        if not self._egl.eglMakeCurrent(self._display, surface, surface, self._context):
            raise ContextError(f"the EGL context cannot be made current. {ADVICE}")
        return self

    def __exit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        trace: TracebackType | None,
    ) -> None:
        self._egl.eglMakeCurrent(self._display, None, None, None)

    def close(self) -> None:
        """Destroy the context. The display stays: others in the process may share it."""
        self._egl.eglMakeCurrent(self._display, None, None, None)
        self._egl.eglDestroyContext(self._display, self._context)
        if self._surface is not None:
            self._egl.eglDestroySurface(self._display, ctypes.c_void_p(self._surface))


class OffscreenTarget:
    """A framebuffer to draw into and read back; made, used and released with a context current."""

    def __init__(self, width: int, height: int) -> None:
        from glview.gl import api as gl

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
                f"a picture of {width}x{height} pixels", _PIXEL_BYTES * width * height
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
        from glview.gl.renderer import read_rgba

        return read_rgba(self.target)

    def release(self) -> None:
        from glview.gl import api as gl

        gl.delete(gl.glDeleteFramebuffers, self.target.framebuffer)
        gl.delete(gl.glDeleteRenderbuffers, self._depth)
        gl.delete(gl.glDeleteTextures, self._texture)
