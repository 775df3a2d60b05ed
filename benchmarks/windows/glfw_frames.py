"""`python -m benchmarks.windows.glfw_frames REPEATS FRAMES`: what glview's own window does.

That is what `glview.canvases.glfw` does for a frame, without the wait for the screen's next one.
"""

import sys
import time

import glfw

from benchmarks.bare_frames import BareFrames
from benchmarks.resident import HEIGHT_PX, SCALES, WIDTH_PX
from benchmarks.windows.contrast import SCALE, Deep, counted, fewer, hand
from benchmarks.windows.turns import KIND, OPTIONS, Show, empty, in_turns, pan, source, tell
from glview.canvases.glfw_system import started
from glview.canvases.painting import Painter
from glview.frame import Target
from glview.gl.renderer import Renderer
from glview.viewer import Viewer


def main(repeats: str, frames: str) -> None:
    """Measure and print."""
    with started():
        for hint, value in (
            (glfw.CONTEXT_VERSION_MAJOR, 3),
            (glfw.CONTEXT_VERSION_MINOR, 3),
            (glfw.OPENGL_PROFILE, glfw.OPENGL_CORE_PROFILE),
            (glfw.DECORATED, False),
        ):
            glfw.window_hint(hint, value)
        window = glfw.create_window(WIDTH_PX, HEIGHT_PX, "presenting", None, None)
        glfw.make_context_current(window)
        glfw.swap_interval(0)
        glfw.poll_events()
        width, height = glfw.get_framebuffer_size(window)
        renderer, viewer, bare = Renderer(), Viewer(OPTIONS, wake=lambda: None), BareFrames()
        viewer.attach(renderer)
        viewer.resize(width, height)
        viewer.show(source())
        painter = Painter(viewer, OPTIONS.background_of())
        target = Target(0, width, height, depth=True)

        def present() -> None:
            glfw.swap_buffers(window)
            glfw.poll_events()

        def ours(number: int) -> None:
            viewer.navigator.set_view(pan(width, height, number))
            painter.paint(renderer, target, time.perf_counter(), 1.0, None)
            present()

        def theirs(number: int) -> None:
            bare.draw(KIND, SCALES[KIND], number, 0)
            present()

        def nothing(number: int) -> None:
            empty(0, number)
            present()

        def settle(show: Show) -> None:
            show(0)
            while not viewer.settled:
                show(0)

        settle(ours)
        shows = {"glview": ours, "bare": theirs, "empty": nothing}
        found = in_turns(shows, int(repeats), int(frames), renderer.context_shared)
        deep = Deep()
        viewer.show(deep.source)

        def panned(number: int) -> None:
            viewer.navigator.set_view(pan(width, height, number, SCALE))
            painter.paint(renderer, target, time.perf_counter(), 1.0, None)
            present()

        def dragged(number: int) -> None:
            if number == 0:
                painter.contrast.press(*hand(width, height, 0))
            painter.contrast.drag(*hand(width, height, number))
            painter.paint(renderer, target, time.perf_counter(), 1.0, None)
            present()

        settle(panned)
        pair = {"panned": panned, "dragged": dragged}
        found |= in_turns(pair, int(repeats), fewer(int(frames)), renderer.context_shared)
        counts = counted(dragged, fewer(int(frames)), lambda: deep.reads)
        viewer.close()
        renderer.release()
        bare.release()
        glfw.destroy_window(window)
    tell((width, height), found, counts)


if __name__ == "__main__":
    main(*sys.argv[1:])
