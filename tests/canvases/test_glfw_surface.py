"""A window's pixels and its monitor's refresh rate are asked for when they may be others."""

from collections.abc import Callable, Iterator
from typing import Any

import glfw
import pytest

from glview.canvases.glfw_surface import Surface
from glview.canvases.glfw_system import make_window, started
from glview.canvases.window_settings import WindowSettings
from tests.display import VirtualDisplay


def becomes_true(condition: Callable[[], bool]) -> None:
    """Take in events until then."""

    def heard() -> bool:
        glfw.poll_events()
        return condition()

    VirtualDisplay.wait_for(heard)


class Asked:
    """How often glfw was asked, and a refresh rate that a test sets."""

    def __init__(self, monkeypatch: pytest.MonkeyPatch) -> None:
        self.sizes = self.modes = 0
        self.rate = 75
        self._size, self._mode = glfw.get_framebuffer_size, glfw.get_video_mode
        monkeypatch.setattr(glfw, "get_framebuffer_size", self.size)
        monkeypatch.setattr(glfw, "get_video_mode", self.mode)

    def size(self, window: Any) -> Any:
        self.sizes += 1
        return self._size(window)

    def mode(self, monitor: Any) -> Any:
        self.modes += 1
        return self._mode(monitor)._replace(refresh_rate=self.rate)


@pytest.fixture
def window(on_display: VirtualDisplay) -> Iterator[Any]:  # noqa: ARG001 # the screen it is on
    """One of 300x200 that stands still."""
    with started():
        made = make_window(WindowSettings(width=300, height=200))
        glfw.show_window(made)
        becomes_true(lambda: glfw.get_window_pos(made)[1] > 0)
        for _ in range(10):
            glfw.wait_events_timeout(0.02)
        yield made
        glfw.destroy_window(made)


def test_what_stays_is_asked_once(window: Any, monkeypatch: pytest.MonkeyPatch) -> None:
    surface = Surface(window, changed=lambda: None)
    asked = Asked(monkeypatch)
    for _ in range(10):
        glfw.poll_events()
        assert (surface.size, surface.refresh_hz) == ((300, 200), 75.0)
    # The mode is also asked to find the monitor.
    assert (asked.sizes, asked.modes) == (1, 2)
    surface.close()


def test_another_size_is_noticed(window: Any, on_display: VirtualDisplay) -> None:
    changes: list[bool] = []
    surface = Surface(window, changed=lambda: changes.append(True))
    assert surface.size == (300, 200)
    (shown,) = on_display.windows()
    on_display.resize_window(shown, 420, 310)
    becomes_true(lambda: surface.size == (420, 310))
    assert changes
    surface.close()


def test_a_window_that_was_moved_may_be_on_another_monitor(
    window: Any, on_display: VirtualDisplay, monkeypatch: pytest.MonkeyPatch
) -> None:
    surface = Surface(window, changed=lambda: None)
    asked = Asked(monkeypatch)
    assert surface.refresh_hz == 75.0
    asked.rate = 144
    assert surface.refresh_hz == 75.0
    (shown,) = on_display.windows()
    on_display.move_window(shown, 700, 400)
    becomes_true(lambda: surface.refresh_hz == 144.0)
    surface.close()
