"""`python -m benchmarks.windows.glfw_frames REPEATS FRAMES KIND...`: `glview IMAGE`'s own window.

All that its loop does for a frame, but the wait for the screen's next one.
"""

import sys
import time
from typing import Any

import glfw

from benchmarks.bare_frames import BareFrames
from benchmarks.resident import HEIGHT_PX, SCALES, WIDTH_PX, display_for
from benchmarks.windows.contrast import KIND, Deep, counted, fewer, hand
from benchmarks.windows.turns import OPTIONS, Found, empty, in_turns, pan, source, tell
from glview.canvases.contrast import Contrast
from glview.canvases.glfw import SHOW_AFTER_S, GlfwWindow
from glview.canvases.glfw_system import Wake, make_window, started
from glview.canvases.notices import Notices
from glview.canvases.window_settings import WindowSettings


def main(repeats: str, frames: str, *kinds: str) -> None:
    """Measure and print."""
    settings = WindowSettings(width=WIDTH_PX, height=HEIGHT_PX)
    with started():
        wake = Wake()
        window = GlfwWindow(wake, settings, OPTIONS)
        try:
            window.begin(source())
            handle = make_window(settings)
            glfw.set_window_attrib(handle, glfw.DECORATED, False)
            glfw.swap_interval(0)
            window.come_up(handle, time.perf_counter() + SHOW_AFTER_S)
            _settle(window)
            bare = BareFrames()
            found = {}
            for kind in kinds:
                found[kind] = _measured(window, handle, bare, kind, int(repeats), int(frames))
            bare.release()
            contrast, counts = _contrast(window, int(repeats), fewer(int(frames)))
            view = window.viewer.navigator.view
        finally:
            wake.close()
            window.close()
    tell((view.width, view.height), found, contrast, counts)


def _settle(window: GlfwWindow) -> None:
    """Until the picture is final."""
    window.hear()
    window.turn()
    while not window.viewer.settled:
        window.hear()
        window.turn()


def _measured(
    window: GlfwWindow, handle: Any, bare: BareFrames, kind: str, repeats: int, frames: int
) -> Found:
    """One way of drawing."""
    view = window.viewer.navigator.view
    width, height = view.width, view.height

    def ours(number: int) -> int:
        window.look(pan(kind, width, height, number))
        window.hear()
        window.turn()
        return 1

    def present() -> int:
        glfw.swap_buffers(handle)
        glfw.poll_events()
        return 1

    def theirs(number: int) -> int:
        bare.draw(kind, SCALES[kind], number, 0)
        return present()

    def nothing(number: int) -> int:
        empty(0, number)
        return present()

    display = window.viewer.display
    assert display is not None
    window.viewer.display = display_for(kind, display)
    window.context_shared()
    ours(0)
    _settle(window)
    shows = {"glview": ours, "bare": theirs, "empty": nothing}
    return in_turns(shows, repeats, frames, window.context_shared)


def _contrast(window: GlfwWindow, repeats: int, frames: int) -> tuple[Found, tuple[int, int]]:
    """A drag on contrast, but for what the picture says of it, and a pan over the same tiles."""
    deep = Deep()
    window.viewer.show(deep.source)
    view = window.viewer.navigator.view
    width, height = view.width, view.height
    contrast = Contrast(window.viewer, Notices())

    def panned(number: int) -> int:
        window.look(pan(KIND, width, height, number))
        window.hear()
        window.turn()
        return 1

    def dragged(number: int) -> int:
        if number == 0:
            contrast.press(*hand(width, height, 0))
        contrast.drag(*hand(width, height, number))
        window.hear()
        window.turn()
        return 1

    panned(0)
    _settle(window)
    found = in_turns({"panned": panned, "dragged": dragged}, repeats, frames)
    return found, counted(dragged, frames, lambda: deep.reads)


if __name__ == "__main__":
    main(*sys.argv[1:])
