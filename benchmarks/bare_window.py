"""`python -m benchmarks.bare_window WIDTH HEIGHT`: a window that shows one colour, and no more.

As short as it can be written with what glview is made of; what it imports counts.
"""

import sys

import glfw
import numpy as np
import pyvips
from OpenGL import GL

USED = (np, pyvips)
COLOUR = (0.8, 0.3, 0.3, 1.0)


def main(width_px: int, height_px: int) -> None:
    """Stay until the window is closed."""
    glfw.init()
    for hint, value in (
        (glfw.CONTEXT_VERSION_MAJOR, 3),
        (glfw.CONTEXT_VERSION_MINOR, 3),
        (glfw.OPENGL_PROFILE, glfw.OPENGL_CORE_PROFILE),
        (glfw.OPENGL_FORWARD_COMPAT, True),
    ):
        glfw.window_hint(hint, value)
    window = glfw.create_window(width_px, height_px, "bare", None, None)
    glfw.make_context_current(window)
    GL.glClearColor(*COLOUR)
    GL.glClear(GL.GL_COLOR_BUFFER_BIT)
    glfw.swap_buffers(window)
    while not glfw.window_should_close(window):
        glfw.wait_events()


if __name__ == "__main__":
    main(*map(int, sys.argv[1:]))
