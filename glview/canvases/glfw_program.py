"""The program's window: it is made while all that shows images is imported.

glfw makes the window and its context in C, 60 to 80 ms on llvmpipe, in which Python's lock is
free; what is imported meanwhile takes 170 ms of Python code.
"""

import contextlib
import importlib
import threading
from collections.abc import Callable
from typing import TYPE_CHECKING, Any

from glview.canvases.glfw_system import make_window, started
from glview.canvases.window_settings import WindowSettings

if TYPE_CHECKING:
    from glview.canvases.glfw import Tour
    from glview.options import ViewerOptions
    from glview.recording import See

_SHOWS = ("glview.canvases.glfw", "glview.sources.opening", "glview.gl.renderer")
"""What a window cannot do without, in the order in which it is needed."""


def run(
    what: Any,
    settings: WindowSettings,
    options: "Callable[[], ViewerOptions]",
    *,
    tour: "Tour | None" = None,
    see: "See | None" = None,
) -> None:
    """`glview.canvases.glfw.run`, with ``options`` that are made once that can be."""
    thread = threading.Thread(target=_import, name="glview imports", daemon=True)
    thread.start()
    with started():
        window = make_window(settings)
        thread.join()
        from glview.canvases.glfw import show

        show(what, settings, options(), lambda: window, tour=tour, see=see)


def _import() -> None:
    # What goes wrong is told where it is imported again.
    with contextlib.suppress(Exception):
        for name in _SHOWS:
            importlib.import_module(name)
