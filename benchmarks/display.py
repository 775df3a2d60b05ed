"""A screen of its own for real windows: Xvfb, a window manager, real input, screenshots.

Benchmarks and tests use it. Nothing in this process changes: programs get `VirtualDisplay.env`.
One thread at a time may use a display. Positions are screen pixels from the top left.
"""

import os
import subprocess
import tempfile
import time
from collections.abc import Callable, Iterator, Sequence
from contextlib import ExitStack, contextmanager
from dataclasses import dataclass
from pathlib import Path
from types import TracebackType
from typing import Self, TypeVar

import numpy as np
from numpy.typing import NDArray
from Xlib import XK, X
from Xlib.display import Display
from Xlib.error import BadDrawable, BadWindow
from Xlib.ext import randr, xtest
from Xlib.protocol import rq
from Xlib.protocol.event import ClientMessage
from Xlib.xobject.drawable import Window as XWindow

START_TIMEOUT_S = 20.0

T = TypeVar("T")

_OPENBOX_CONFIG = """<?xml version="1.0"?>
<openbox_config xmlns="http://openbox.org/3.4/rc">
  <focus><focusNew>yes</focusNew></focus>
  <desktops><number>1</number><popupTime>0</popupTime></desktops>
  <mouse>
    <context name="Client">
      <mousebind button="Left" action="Press">
        <action name="Focus"/><action name="Raise"/>
      </mousebind>
    </context>
  </mouse>
  {rules}
</openbox_config>
"""


class _SetMonitor(rq.Request):
    """RandR 1.5; the one of python-xlib 0.33 cannot pack its own arguments."""

    _request = rq.Struct(
        rq.Card8("opcode"),
        rq.Opcode(43),
        rq.RequestLength(),
        rq.Window("window"),
        rq.Card32("name"),
        rq.Bool("primary"),
        rq.Bool("automatic"),
        rq.LengthOf("outputs", 2),
        rq.Int16("x"),
        rq.Int16("y"),
        rq.Card16("width"),
        rq.Card16("height"),
        rq.Card32("width_mm"),
        rq.Card32("height_mm"),
        rq.List("outputs", rq.Card32Obj),
    )


@dataclass(frozen=True, slots=True)
class Window:
    """A top-level window as the window manager lists it; the rectangle is without its frame."""

    id: int
    title: str
    pid: int
    x: int
    y: int
    width: int
    height: int

    @property
    def centre(self) -> tuple[int, int]:
        return self.x + self.width // 2, self.y + self.height // 2


class VirtualDisplay:
    """An X server with openbox on it, from `__enter__` to `__exit__`.

    Ends only what it started; the server also ends when the thread that started it does.
    ``rules`` are more of openbox's configuration: where windows come, and how large.
    """

    def __init__(self, width: int = 1920, height: int = 1080, *, rules: str = "") -> None:
        self.width = width
        self.height = height
        self._rules = rules
        self._pids: list[int] = []
        self._cleanup = ExitStack()

    def __enter__(self) -> Self:
        with ExitStack() as stack:
            self._directory = Path(
                stack.enter_context(tempfile.TemporaryDirectory(prefix="glview-display-"))
            )
            number = self._start_server(stack)
            self.name = f":{number}"
            self._display = Display(self.name)
            stack.callback(self._display.close)
            self._root = self._display.screen().root
            self._framebuffer = self._map_framebuffer()
            self._start_window_manager(stack)
            self._cleanup = stack.pop_all()
        return self

    def __exit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        traceback: TracebackType | None,
    ) -> None:
        self._cleanup.close()

    @property
    def env(self) -> dict[str, str]:
        """This process's environment, with this display in place of any other."""
        foreign = ("WAYLAND_DISPLAY", "XAUTHORITY", "QT_QPA_PLATFORM", "QT_SCALE_FACTOR")
        kept = {name: value for name, value in os.environ.items() if name not in foreign}
        return kept | {
            "DISPLAY": self.name,
            "XDG_SESSION_TYPE": "x11",
            "XDG_RUNTIME_DIR": str(self._directory),  # Qt complains where there is none
        }

    @contextmanager
    def resources(self, text: str) -> Iterator[None]:
        """X resources as a desktop sets them, such as ``Xft.dpi: 192`` for a fine screen."""
        name = self._display.get_atom("RESOURCE_MANAGER")
        self._root.change_property(name, self._display.get_atom("STRING"), 8, text.encode())
        self._display.sync()
        try:
            yield
        finally:
            self._root.delete_property(name)
            self._display.sync()

    @property
    def pids(self) -> tuple[int, ...]:
        """The processes that were started: the server, the window manager."""
        return tuple(self._pids)

    # Looking

    @property
    def framebuffer(self) -> NDArray[np.uint32]:
        """What is on the screen, now and whenever it is read: (height, width), 0x00RRGGBB."""
        return self._framebuffer.view(np.uint32)[..., 0]

    def screenshot(self, window: Window | None = None) -> NDArray[np.uint8]:
        """What is on the screen or under a window: (height, width, 3) RGB, no pointer."""
        self._display.sync()
        bgrx = self._framebuffer
        if window is not None:
            x0, y0 = max(window.x, 0), max(window.y, 0)
            bgrx = bgrx[y0 : window.y + window.height, x0 : window.x + window.width]
        return np.ascontiguousarray(bgrx[..., 2::-1])

    def rows(self, step: int) -> NDArray[np.uint8]:
        """Every ``step``-th row of the screen as it is at any moment, BGR: a view, to be copied."""
        return self._framebuffer[step // 2 :: step, :, :3]

    def windows(self) -> list[Window]:
        """The top-level windows, oldest first."""
        listed = self._property(self._root, "_NET_CLIENT_LIST")
        found = (self._window(int(number)) for number in listed)
        return [window for window in found if window is not None]

    def wait_for_window(
        self, title: str = "", *, pid: int | None = None, timeout_s: float = 20.0
    ) -> Window:
        """The first window whose title contains ``title``; TimeoutError with the others' titles."""

        def found() -> Window | None:
            for window in self.windows():
                if title in window.title and pid in {None, window.pid}:
                    return window
            return None

        try:
            return self.wait_for(found, timeout_s=timeout_s)
        except TimeoutError:
            titles = [window.title for window in self.windows()]
            raise TimeoutError(f"no window {title!r} after {timeout_s} s, only {titles}") from None

    def refreshed(self, window: Window) -> Window:
        """The same window as it is now; LookupError when it is gone."""
        now = self._window(window.id)
        if now is None:
            raise LookupError(f"the window {window.title!r} is gone")
        return now

    @staticmethod
    def wait_for(condition: Callable[[], T | None], *, timeout_s: float = 20.0) -> T:
        """The first true result of ``condition``, asked every 20 ms; TimeoutError without one."""
        end = time.monotonic() + timeout_s
        while not (result := condition()):
            if time.monotonic() > end:
                raise TimeoutError(f"nothing after {timeout_s} s")
            time.sleep(0.02)
        return result

    def settled_screenshot(
        self, window: Window | None = None, *, still_s: float = 0.3, timeout_s: float = 20.0
    ) -> NDArray[np.uint8]:
        """A screenshot after the picture has not changed for ``still_s``."""
        last = self.screenshot(window)
        since = start = time.monotonic()
        while time.monotonic() - since < still_s:
            if time.monotonic() - start > timeout_s:
                raise TimeoutError(f"the picture still changes after {timeout_s} s")
            time.sleep(0.02)
            now = self.screenshot(window)
            if not np.array_equal(now, last):
                last, since = now, time.monotonic()
        return last

    # Windows

    def close_window(self, window: Window) -> None:
        """Ask as the frame's close button does; the program decides."""
        self._ask_manager(window, "_NET_CLOSE_WINDOW", [X.CurrentTime, 2, 0, 0, 0])

    def resize_window(self, window: Window, width: int, height: int) -> None:
        """Resize as a drag of the frame does."""
        size_given = 1 << 10 | 1 << 11 | 2 << 12
        self._ask_manager(window, "_NET_MOVERESIZE_WINDOW", [size_given, 0, 0, width, height])

    def move_window(self, window: Window, x: int, y: int) -> None:
        """Move as a drag of the title does; the frame's corner comes to (x, y)."""
        place_given = 1 << 8 | 1 << 9 | 2 << 12
        self._ask_manager(window, "_NET_MOVERESIZE_WINDOW", [place_given, x, y, 0, 0])

    def split(self) -> None:
        """From now on there are two monitors side by side, called ``left`` and ``right``."""
        half = self.width // 2
        for name, x, outputs in (("left", 0, [self._output()]), ("right", half, [])):
            _SetMonitor(
                display=self._display.display,
                opcode=self._display.display.get_extension_major(randr.extname),
                window=self._root,
                name=self._display.intern_atom(name),
                primary=x == 0,
                automatic=False,
                x=x,
                y=0,
                width=half,
                height=self.height,
                width_mm=250,
                height_mm=280,
                outputs=outputs,
            )
        self._display.sync()

    def _output(self) -> int:
        (monitor,) = randr.get_monitors(self._root).monitors
        return int(monitor.crtcs[0])

    # Real input, through the XTEST extension

    def move(self, x: int, y: int) -> None:
        """Put the pointer there."""
        self._input(X.MotionNotify, x=x, y=y)

    def press(self, button: int = 1) -> None:
        self._input(X.ButtonPress, button)

    def release(self, button: int = 1) -> None:
        self._input(X.ButtonRelease, button)

    def click(self, x: int, y: int, *, button: int = 1, count: int = 1) -> None:
        """Click there, twice for a double click: as fast as the server can, however busy we are."""
        self.move(x, y)
        for _ in range(count):
            for kind in (X.ButtonPress, X.ButtonRelease):
                xtest.fake_input(self._display, kind, button)
        self._display.sync()

    def drag(
        self, start: tuple[int, int], end: tuple[int, int], *, duration_s: float = 0.2
    ) -> None:
        """Drag with the first button in a straight line, and rest before letting go."""
        steps = max(2, round(duration_s / 0.01))
        self.move(*start)
        self.press()
        for step in range(1, steps + 1):
            self.move(*(round(a + (b - a) * step / steps) for a, b in zip(start, end, strict=True)))
            time.sleep(duration_s / steps)
        time.sleep(0.15)
        self.release()

    def wheel(self, notches: int) -> None:
        """Turn the wheel under the pointer; up (away from the hand) is positive."""
        button = 4 if notches > 0 else 5
        for _ in range(abs(notches)):
            self.press(button)
            self.release(button)

    def key(self, name: str, *modifiers: str) -> None:
        """Strike a key by its X name ("Escape", "plus", "F11"), with "Control_L" or such held."""
        keysym = XK.string_to_keysym(name)
        if keysym == X.NoSymbol:
            raise ValueError(f"X knows no key {name!r}")
        self._strike(keysym, modifiers)

    def hold(self, name: str) -> None:
        """Press a key by its X name, such as "Control_L", and keep it down until `let_go`."""
        self._input(X.KeyPress, self._display.keysym_to_keycode(XK.string_to_keysym(name)))

    def let_go(self, name: str) -> None:
        self._input(X.KeyRelease, self._display.keysym_to_keycode(XK.string_to_keysym(name)))

    def type(self, text: str) -> None:
        """Type printable Latin-1 text (its code points are its keysyms)."""
        for character in text:
            self._strike(ord(character))

    # Inside

    def _start_server(self, stack: ExitStack) -> int:
        read_end, write_end = os.pipe()
        with os.fdopen(read_end, "rb", buffering=0) as answer:
            log = stack.enter_context((self._directory / "Xvfb.log").open("wb"))
            server = subprocess.Popen(
                [
                    *("setpriv", "--pdeathsig", "TERM", "Xvfb", "-displayfd", str(write_end)),
                    *("-screen", "0", f"{self.width}x{self.height}x24", "-dpi", "96"),
                    *("-fbdir", str(self._directory), "-nocursor", "-nolisten", "tcp", "-noreset"),
                ],
                pass_fds=[write_end],
                stdin=subprocess.DEVNULL,
                stdout=log,
                stderr=log,
            )
            stack.callback(_end, server)
            self._pids.append(server.pid)
            os.close(write_end)
            number = b""
            while not number.endswith(b"\n"):
                # The end of the file means that the server gave up.
                if not (part := answer.read(16)):
                    raise RuntimeError(f"Xvfb: {self._log('Xvfb.log')}")
                number += part
        return int(number)

    def _start_window_manager(self, stack: ExitStack) -> None:
        config = self._directory / "openbox.xml"
        config.write_text(_OPENBOX_CONFIG.format(rules=self._rules))
        log = stack.enter_context((self._directory / "openbox.log").open("wb"))
        manager = subprocess.Popen(
            [
                *("setpriv", "--pdeathsig", "TERM", "openbox"),
                *("--sm-disable", "--config-file", str(config)),
            ],
            env=self.env,
            stdin=subprocess.DEVNULL,
            stdout=log,
            stderr=log,
        )
        stack.callback(_end, manager)
        self._pids.append(manager.pid)

        # openbox announces itself before it manages windows, and loses one that comes in between
        # (11 of 40). So it is ready when it has managed one.
        end = time.monotonic() + START_TIMEOUT_S
        while not self._try_window():
            if manager.poll() is not None or time.monotonic() > end:
                raise RuntimeError(f"openbox: {self._log('openbox.log')}")

    def _try_window(self) -> bool:
        """Whether a window that is mapped now is managed within a moment."""
        window = self._root.create_window(0, 0, 1, 1, 0, X.CopyFromParent)
        window.map()
        try:
            self.wait_for(self.windows, timeout_s=0.3)
        except TimeoutError:
            return False
        finally:
            window.destroy()
            self._display.sync()
        self.wait_for(lambda: not self.windows(), timeout_s=START_TIMEOUT_S)
        return True

    def _map_framebuffer(self) -> NDArray[np.uint8]:
        path = self._directory / "Xvfb_screen0"
        header = np.fromfile(path, dtype=">u4", count=25)
        header_bytes, stride_bytes, colours = int(header[0]), int(header[12]), int(header[19])
        rows: NDArray[np.uint8] = np.memmap(
            path,
            dtype=np.uint8,
            mode="r",
            offset=header_bytes + 12 * colours,
            shape=(self.height, stride_bytes),
        )
        return rows[:, : self.width * 4].reshape(self.height, self.width, 4)

    def _property(self, window: XWindow, name: str) -> Sequence[int]:
        """The values of a window's property, none if it has none."""
        found = window.get_full_property(self._display.get_atom(name), X.AnyPropertyType)
        return found.value if found is not None else ()

    def _window(self, number: int) -> Window | None:
        window = self._display.create_resource_object("window", number)
        try:
            size = window.get_geometry()
            corner = self._root.translate_coords(window, 0, 0)
            title = bytes(self._property(window, "_NET_WM_NAME")).decode()
            pid = next(iter(self._property(window, "_NET_WM_PID")), 0)
        except (BadWindow, BadDrawable):
            return None
        return Window(number, title, int(pid), corner.x, corner.y, size.width, size.height)

    def _ask_manager(self, window: Window, request: str, arguments: list[int]) -> None:
        message = ClientMessage(
            window=self._display.create_resource_object("window", window.id),
            client_type=self._display.get_atom(request),
            data=(32, arguments),
        )
        self._root.send_event(message, X.SubstructureRedirectMask | X.SubstructureNotifyMask)
        self._display.sync()

    def _input(self, kind: int, detail: int = 0, *, x: int = 0, y: int = 0) -> None:
        xtest.fake_input(self._display, kind, detail, x=x, y=y)
        self._display.sync()

    def _strike(self, keysym: int, modifiers: Sequence[str] = ()) -> None:
        codes = list(self._display.keysym_to_keycodes(keysym))
        if not codes:
            raise ValueError(f"the keyboard has no key for keysym {keysym:#x}")
        code, column = min(codes, key=lambda pair: pair[1])
        held = [XK.string_to_keysym(name) for name in modifiers]
        if column == 1 and XK.XK_Shift_L not in held:
            held.append(XK.XK_Shift_L)
        keys = [self._display.keysym_to_keycode(symbol) for symbol in held] + [code]
        for key in keys:
            self._input(X.KeyPress, key)
        for key in reversed(keys):
            self._input(X.KeyRelease, key)
        # No hand is faster: within a millisecond a toolkit takes another press for a repeat.
        time.sleep(0.01)

    def _log(self, name: str) -> str:
        return (self._directory / name).read_text(errors="replace").strip() or "no message"


def _end(process: subprocess.Popen[bytes]) -> None:
    process.terminate()
    try:
        process.wait(timeout=5.0)
    except subprocess.TimeoutExpired:
        process.kill()
        process.wait()
