"""A program of a window that prints the OpenGL calls of each of its frames.

``python -m tests.canvases.counted glfw ARGUMENT...`` is `glview`, ``... qt ARGUMENT...`` the
program of qt_program.py. A line is ``frame`` and the functions called for it, in Qt while it is
painted; what Qt's widget calls between two paints is a line ``aside``.
"""

import runpy
import sys
from collections.abc import Callable
from typing import Any

import pytest

from tests.gl.recorder import Recorder


def main() -> None:
    window, *arguments = sys.argv[1:]
    sys.argv[1:] = arguments
    recorder = Recorder()
    recorder.install(pytest.MonkeyPatch())

    def tell(what: str = "frame") -> None:
        calls, recorder.calls = recorder.calls, []
        print(what, *calls, flush=True)

    if window == "glfw":
        _tell_glfw(tell)
        runpy.run_module("glview", run_name="__main__")
    else:
        _tell_qt(tell)
        runpy.run_module("tests.canvases.qt_program", run_name="__main__")


def _tell_glfw(tell: Callable[[], None]) -> None:
    import glfw

    swap = glfw.swap_buffers

    def told(window: Any) -> None:
        tell()
        swap(window)

    glfw.swap_buffers = told


def _tell_qt(tell: Callable[..., None]) -> None:
    from glview import GLBigImageWidget

    paint = GLBigImageWidget.paintGL

    def told(self: GLBigImageWidget) -> None:
        tell("aside")
        paint(self)
        tell()

    GLBigImageWidget.paintGL = told  # type: ignore[assignment, method-assign]  # on purpose


main()
