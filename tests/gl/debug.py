"""The driver's own debug output (KHR_debug): tests use it, the product does not."""

import ctypes

from glview.gl import api as gl

_DEBUG_OUTPUT = 0x92E0
_DEBUG_OUTPUT_SYNCHRONOUS = 0x8242
_MAX_DEBUG_MESSAGE_LENGTH = 0x9143


class DebugOutput:
    """Collects the driver's messages for the current context."""

    def __init__(self) -> None:
        from OpenGL.raw.GL.VERSION.GL_4_3 import glGetDebugMessageLog

        self._get = glGetDebugMessageLog
        gl.glEnable(_DEBUG_OUTPUT)
        gl.glEnable(_DEBUG_OUTPUT_SYNCHRONOUS)
        self._length = gl.integer(_MAX_DEBUG_MESSAGE_LENGTH)

    def take(self) -> list[str]:
        """All messages since the last call, oldest first."""
        messages: list[str] = []
        while True:
            text = ctypes.create_string_buffer(self._length)
            length = ctypes.c_int(0)
            count = self._get(1, self._length, None, None, None, None, ctypes.byref(length), text)
            if not count:
                return messages
            messages.append(text.value.decode(errors="replace"))
