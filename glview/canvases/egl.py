"""A headless OpenGL context through EGL: no display server, no environment variable.

Small ctypes calls instead of a binding: choosing the device platform (a graphics card of any
vendor's) or the surfaceless one (Mesa) takes eglGetPlatformDisplayEXT, and PyOpenGL would choose a
platform of its own at import.
"""

import ctypes
import ctypes.util
from collections.abc import Iterator
from types import TracebackType
from typing import Any, Self

from glview.errors import ContextError

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
_EXTENSIONS = 0x3055
_MOST_DEVICES = 16

ADVICE = (
    "glview needs OpenGL 3.3. Install a driver for your graphics card, or Mesa's software one"
    " (Debian: libegl1 libgl1 libgl1-mesa-dri)."
)


class EglContext:
    """An OpenGL 3.3 core context without a window; current while used as a context manager.

    On the first display that has one: graphics cards in EGL's own order, then what Mesa takes
    without being told, then software. Each is tried to the end, since a display may open and have
    no such context, and Mesa's opens beside a card that only another driver can use.
    """

    def __init__(self, *, debug: bool = False, library: Any = None) -> None:
        """``library`` is libEGL, the system's unless it is given."""
        self._egl = _system_library() if library is None else library
        for name in ("eglGetProcAddress", "eglCreateContext", "eglCreatePbufferSurface"):
            getattr(self._egl, name).restype = ctypes.c_void_p
        self._surface: ctypes.c_void_p | None = None
        fault = "no EGL display can be opened"
        for display in self._displays():
            if not self._egl.eglInitialize(display, None, None):
                continue
            fault = "no OpenGL 3.3 core context can be made"
            if self._create(display, debug):
                return
        raise ContextError(f"{fault}. {ADVICE}")

    def _displays(self) -> Iterator[ctypes.c_void_p]:
        """The displays to try, best first; those of devices cost nothing where there are none."""
        make = self._function(
            b"eglGetPlatformDisplayEXT",
            ctypes.CFUNCTYPE(
                ctypes.c_void_p, ctypes.c_uint, ctypes.c_void_p, ctypes.POINTER(ctypes.c_int)
            ),
        )
        if make is None:
            raise ContextError(f"this EGL has no platform displays. {ADVICE}")
        cards, software = self._devices()
        candidates: list[tuple[int, int | None]] = [(_PLATFORM_DEVICE_EXT, card) for card in cards]
        candidates.append((_PLATFORM_SURFACELESS_MESA, None))
        candidates += [(_PLATFORM_DEVICE_EXT, device) for device in software]
        for platform, native in candidates:
            if display := make(platform, native, None):
                yield ctypes.c_void_p(display)

    def _devices(self) -> tuple[list[int], list[int]]:
        """EGL's devices: graphics cards, and those that are software."""
        query = self._function(
            b"eglQueryDevicesEXT",
            ctypes.CFUNCTYPE(
                ctypes.c_uint,
                ctypes.c_int,
                ctypes.POINTER(ctypes.c_void_p),
                ctypes.POINTER(ctypes.c_int),
            ),
        )
        found, count = (ctypes.c_void_p * _MOST_DEVICES)(), ctypes.c_int(0)
        if query is None or not query(_MOST_DEVICES, found, ctypes.byref(count)):
            return [], []
        devices = [device for device in found[: count.value] if device]
        describe = self._function(
            b"eglQueryDeviceStringEXT",
            ctypes.CFUNCTYPE(ctypes.c_char_p, ctypes.c_void_p, ctypes.c_int),
        )

        def is_software(device: int) -> bool:
            told = describe(device, _EXTENSIONS) if describe is not None else None
            return b"EGL_MESA_device_software" in (told or b"").split()

        software = [device for device in devices if is_software(device)]
        return [device for device in devices if device not in software], software

    def _function(self, name: bytes, prototype: Any) -> Any:
        """An extension's function, or None."""
        address = self._egl.eglGetProcAddress(name)
        return prototype(address) if address else None

    def _create(self, display: ctypes.c_void_p, debug: bool) -> bool:
        """Make the context on a display, if it can be made and be current there."""
        egl = self._egl
        egl.eglBindAPI(_OPENGL_API)
        wanted = (ctypes.c_int * 5)(
            _SURFACE_TYPE, _PBUFFER_BIT, _RENDERABLE_TYPE, _OPENGL_BIT, _NONE
        )
        config, count = ctypes.c_void_p(), ctypes.c_int(0)
        egl.eglChooseConfig(display, wanted, ctypes.byref(config), 1, ctypes.byref(count))
        attributes = [_MAJOR, 3, _MINOR, 3, _PROFILE_MASK, _CORE_BIT]
        if debug:
            attributes += [_DEBUG, 1]
        listed = (ctypes.c_int * (len(attributes) + 1))(*attributes, _NONE)
        made = egl.eglCreateContext(display, config, None, listed)
        if not made:
            return False
        context = ctypes.c_void_p(made)
        surface: ctypes.c_void_p | None = None
        if not egl.eglMakeCurrent(display, None, None, context):
            # Without EGL_KHR_surfaceless_context a context needs some surface to be current.
            size = (ctypes.c_int * 5)(_WIDTH, 1, _HEIGHT, 1, _NONE)
            surface = ctypes.c_void_p(egl.eglCreatePbufferSurface(display, config, size))
            if not egl.eglMakeCurrent(display, surface, surface, context):
                egl.eglDestroyContext(display, context)
                if surface.value:
                    egl.eglDestroySurface(display, surface)
                return False
        egl.eglMakeCurrent(display, None, None, None)
        self._display, self._context, self._surface = display, context, surface
        return True

    def __enter__(self) -> Self:
        surface = self._surface
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
            self._egl.eglDestroySurface(self._display, self._surface)


def _system_library() -> Any:
    name = ctypes.util.find_library("EGL")
    if name is None:
        raise ContextError(f"libEGL is not installed. {ADVICE}")
    return ctypes.CDLL(name)
