"""glfw itself: beginning and end, errors, monitors, a window, and how to wake its wait.

Nothing of glview's is imported that shows images: a window is made while that is imported.
"""

import contextlib
import signal
import socket
import threading
from collections.abc import Callable, Iterator
from typing import Any

import glfw

from glview import interrupts
from glview.canvases.window_settings import NO_DISPLAY, PROGRAM, WindowSettings
from glview.errors import ContextError

DEFAULT_SIZE = (1280, 800)

_NO_OPENGL = (
    "this display offers no OpenGL 3.3 ({}). Over a remote desktop or ssh -X use software"
    " rendering: install Mesa (Debian: libgl1-mesa-dri) and set LIBGL_ALWAYS_SOFTWARE=1; or make"
    " pictures without a display: `glview render IMAGE -o OUT.png`."
)


class Wake:
    """Ends the wait for events, from any thread, as long as glfw is there."""

    def __init__(self) -> None:
        self._lock = threading.Lock()
        self._open = True
        self._set = False

    def __call__(self) -> None:
        with self._lock:
            if self._open and not self._set:
                self._set = True
                glfw.post_empty_event()

    def take(self) -> bool:
        """Whether it was called since the last time."""
        with self._lock:
            called, self._set = self._set, False
        return called

    def close(self) -> None:
        with self._lock:
            self._open = False


@contextlib.contextmanager
def started() -> Iterator[None]:
    """glfw between its beginning and end; its errors come as `ContextError`, not as warnings."""
    faults: list[str] = []

    def note(_: int, description: str | bytes) -> None:
        # The wrapper's types promise text and its code hands on bytes.
        text = description if isinstance(description, str) else description.decode()
        faults.append(text)

    previous: Any = glfw.set_error_callback(note)
    try:
        if not glfw.init():
            raise ContextError(NO_DISPLAY.format(_last(faults)))
        try:
            yield
        except NoWindowError:
            raise ContextError(_NO_OPENGL.format(_last(faults))) from None
        finally:
            glfw.terminate()
    finally:
        glfw.set_error_callback(previous)


class NoWindowError(Exception):
    """glfw made no window; its error callback has heard why."""


def _last(faults: list[str]) -> str:
    return faults[-1].rstrip(".") if faults else "it does not say why"


@contextlib.contextmanager
def interruptible(wake: Wake, end: Callable[[], None]) -> Iterator[None]:
    """Call ``end`` on Ctrl-C, and end a wait for events; a second one ends the process.

    The C code of a wait resumes it after a signal, and an exception amid a callback may be lost.
    """
    main = threading.current_thread() is threading.main_thread()
    if not main or signal.getsignal(signal.SIGINT) is signal.SIG_IGN:
        yield
        return

    def hear_first(*_: object) -> None:
        signal.signal(signal.SIGINT, interrupts.end)
        end()

    reading, writing = socket.socketpair()
    writing.setblocking(False)
    before = signal.set_wakeup_fd(writing.fileno(), warn_on_full_buffer=False)

    def pass_on() -> None:
        while reading.recv(64):
            wake()

    listener = threading.Thread(target=pass_on, name="glview signals", daemon=True)
    listener.start()
    handler = signal.signal(signal.SIGINT, hear_first)
    try:
        yield
    finally:
        signal.signal(signal.SIGINT, handler)
        signal.set_wakeup_fd(before)
        writing.close()
        listener.join()
        reading.close()


def make_window(settings: WindowSettings) -> Any:
    """A window that is not shown yet, whose context of OpenGL 3.3 is current.

    Within `started`, which says why there is none.
    """
    glfw.default_window_hints()
    for hint, value in (
        (glfw.CONTEXT_VERSION_MAJOR, 3),
        (glfw.CONTEXT_VERSION_MINOR, 3),
        (glfw.OPENGL_PROFILE, glfw.OPENGL_CORE_PROFILE),
        (glfw.OPENGL_FORWARD_COMPAT, True),
        (glfw.DEPTH_BITS, 24),
        (glfw.STENCIL_BITS, 0),
        # Otherwise a compositor could show what is behind the window.
        (glfw.ALPHA_BITS, 0),
        (glfw.VISIBLE, False),
    ):
        glfw.window_hint(hint, value)
    glfw.window_hint_string(glfw.X11_CLASS_NAME, PROGRAM)
    glfw.window_hint_string(glfw.X11_INSTANCE_NAME, PROGRAM)
    width, height = settings.size(suitable_size(glfw.get_primary_monitor()))
    window: Any = glfw.create_window(width, height, PROGRAM, None, None)
    if not window:
        raise NoWindowError
    glfw.make_context_current(window)
    glfw.swap_interval(1)
    return window


def suitable_size(monitor: Any) -> tuple[int, int]:
    """The default size, but at most four fifths of the monitor."""
    width, height = DEFAULT_SIZE
    if monitor:
        _, __, across, down = glfw.get_monitor_workarea(monitor)
        scale = glfw.get_monitor_content_scale(monitor)[0]
        platform_scales = glfw.get_platform() != glfw.PLATFORM_X11
        grow = 1.0 if platform_scales else scale
        width, height = round(width * grow), round(height * grow)
        if across > 0 and down > 0:
            width, height = min(width, across * 4 // 5), min(height, down * 4 // 5)
    return width, height


def monitor_under(x: int, y: int, width: int, height: int) -> Any:
    """The monitor that shows most of a rectangle."""

    def overlap(monitor: Any) -> int:
        left, top = glfw.get_monitor_pos(monitor)
        size = glfw.get_video_mode(monitor).size
        across = min(x + width, left + size.width) - max(x, left)
        down = min(y + height, top + size.height) - max(y, top)
        return max(across, 0) * max(down, 0)

    return max(glfw.get_monitors(), key=overlap)
