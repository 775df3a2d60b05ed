"""A program of a window that prints what each of its paints shows: a plane, and whether all of it.

``python -m tests.canvases.painted glfw ARGUMENT...`` is `glview`, ``... qt ARGUMENT...`` the
program of qt_program.py. A line is ``painted``, the plane and ``sharp`` or ``unsharp``. What is
ahead of need is taken in by half milliseconds, as where a machine cannot take all at once.
"""

import runpy
import sys
from typing import Any

from glview import viewer
from glview.canvases.painting import Painter


def main() -> None:
    window, *arguments = sys.argv[1:]
    sys.argv[1:] = arguments
    vars(viewer)["FIRST_BUDGET_S"] = 0.0005
    paint = Painter.paint

    def told(self: Painter, *of: Any) -> bool:
        more = paint(self, *of)
        needed, there = self._viewer.progress
        print(
            "painted",
            self._viewer.plane_shown,
            "sharp" if needed == there else "unsharp",
            flush=True,
        )
        return more

    Painter.paint = told  # type: ignore[assignment, method-assign]  # on purpose
    name = "glview" if window == "glfw" else "tests.canvases.qt_program"
    runpy.run_module(name, run_name="__main__")


main()
