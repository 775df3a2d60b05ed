"""What a glfw window is drawn on: its pixels, and how often its monitor shows them."""

from collections.abc import Callable
from typing import Any

import glfw

from glview.canvases.glfw_system import monitor_under

UNKNOWN_REFRESH_HZ = 60.0


class Surface:
    """Asks anew only after the window has told of a change, or a monitor has come or gone.

    To ask takes 17 µs for the size and 37 for the monitor (Xvfb). ``changed`` hears when the size
    may be another. `close` it before the window is destroyed.
    """

    def __init__(self, window: Any, changed: Callable[[], None]) -> None:
        self._window = window
        self._changed = changed
        self._size: tuple[int, int] | None = None
        self._refresh_hz: float | None = None
        glfw.set_framebuffer_size_callback(window, self._on_change)
        glfw.set_window_content_scale_callback(window, self._on_change)
        glfw.set_window_pos_callback(window, self._on_place)
        glfw.set_monitor_callback(self._on_place)

    @property
    def size(self) -> tuple[int, int]:
        """Width and height in pixels; 0 of a window that is minimised."""
        if self._size is None:
            width, height = glfw.get_framebuffer_size(self._window)
            self._size = width, height
        return self._size

    @property
    def refresh_hz(self) -> float:
        """Of the monitor that shows most of the window."""
        if self._refresh_hz is None:
            self._refresh_hz = _refresh_hz(self._window)
        return self._refresh_hz

    def forget(self) -> None:
        """Ask anew: for what the window does itself, of which not every system tells."""
        self._size = self._refresh_hz = None

    def close(self) -> None:
        nobody: Any = None
        glfw.set_monitor_callback(nobody)

    def _on_change(self, *_: Any) -> None:
        self.forget()
        self._changed()

    def _on_place(self, *_: Any) -> None:
        self._refresh_hz = None


def _refresh_hz(window: Any) -> float:
    monitor: Any = glfw.get_window_monitor(window)
    if not monitor and glfw.get_monitors():
        place = (*glfw.get_window_pos(window), *glfw.get_window_size(window))
        monitor = monitor_under(*place)
    mode = glfw.get_video_mode(monitor) if monitor else None
    return float(mode.refresh_rate) if mode and mode.refresh_rate > 0 else UNKNOWN_REFRESH_HZ
