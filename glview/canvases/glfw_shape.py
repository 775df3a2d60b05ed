"""A glfw window's place and size: as large as its picture, on the full screen and back."""

from typing import Any

import glfw

from glview.canvases.glfw_surface import Surface
from glview.canvases.glfw_system import monitor_under
from glview.canvases.levels import picture_size
from glview.pyramid import Pyramid


class Shape:
    """Changes them, which the window's surface is told; on the window's thread."""

    def __init__(self, window: Any, surface: Surface) -> None:
        self._window = window
        self._surface = surface
        self._windowed = (0, 0, 1, 1)
        self.fullscreen = False
        """Whether the window is on the full screen; `toggle_fullscreen` changes it."""

    def fit(self, pyramid: Pyramid, zoom: float) -> tuple[int, int]:
        """Have the window as large as the picture at a zoom, as far as the screen has room.

        The size that it will have, in device pixels.
        """
        room = self._surface.size
        _, __, *area = glfw.get_monitor_workarea(monitor_under(*self._frame()))
        ratio = room[0] / max(glfw.get_window_size(self._window)[0], 1)
        most = (round(area[0] * ratio), round(area[1] * ratio))
        across, down = picture_size(pyramid, zoom, room, most)
        glfw.set_window_size(self._window, round(across / ratio), round(down / ratio))
        return across, down

    def toggle_fullscreen(self) -> None:
        window = self._window
        if self.fullscreen:
            nowhere: Any = None
            glfw.set_window_monitor(window, nowhere, *self._windowed, glfw.DONT_CARE)
        else:
            self._windowed = self._frame()
            monitor = monitor_under(*self._windowed)
            mode = glfw.get_video_mode(monitor)
            glfw.set_window_monitor(
                window, monitor, 0, 0, mode.size.width, mode.size.height, mode.refresh_rate
            )
        self.fullscreen = not self.fullscreen
        self._surface.forget()

    def _frame(self) -> tuple[int, int, int, int]:
        """The window's place and size on the desktop, in screen coordinates."""
        return (*glfw.get_window_pos(self._window), *glfw.get_window_size(self._window))
