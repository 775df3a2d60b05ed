"""A program with a window under test: started, watched, compared with rendered pictures."""

import os
import subprocess
import sys
import threading
import time
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from pathlib import Path
from typing import IO

import numpy as np
from numpy.typing import NDArray

import glview
from glview.viewport import Viewport
from tests.display import VirtualDisplay, Window
from tests.mutants import CHECKOUT

GLVIEW = (sys.executable, "-W", "error", "-c", "from glview.cli import main; main()")
WINDOWS = {
    "glfw": [*GLVIEW, "--size", "800x600"],
    "qt": [sys.executable, "-W", "error", "-m", "tests.canvases.qt_program"],
}
"""Both windows with 800x600 pixels of a picture; an image's path comes last."""
TOLERANCE = 2


class Program:
    """A running program and its window."""

    def __init__(
        self, display: VirtualDisplay, command: Sequence[str], env: dict[str, str] | None = None
    ) -> None:
        self.display = display
        self.process = subprocess.Popen(
            command,
            cwd=CHECKOUT,
            env=display.env | (env or {}),
            stdin=subprocess.DEVNULL,
            stdout=subprocess.PIPE,
            stderr=subprocess.PIPE,
            text=True,
        )
        self.lines: list[str] = []
        self.errors: list[str] = []
        self._readers = [
            threading.Thread(target=_read, args=(self.process.stdout, self.lines)),
            threading.Thread(target=_read, args=(self.process.stderr, self.errors)),
        ]
        for reader in self._readers:
            reader.start()

    @property
    def window(self) -> Window:
        """The window as it is now, once it is there."""
        return self.display.wait_for_window(pid=self.process.pid)

    def ends(self, timeout_s: float = 20.0) -> tuple[int, str]:
        """Exit status and stderr."""
        status = self.process.wait(timeout_s)
        for reader in self._readers:
            reader.join()
        return status, "".join(self.errors)

    def kill(self) -> None:
        if self.process.poll() is None:
            self.process.kill()
        self.ends()

    def wait_for_line(self, text: str, timeout_s: float = 20.0) -> str:
        """The first line it printed that contains a text."""
        return self.display.wait_for(
            lambda: next((line for line in list(self.lines) if text in line), None),
            timeout_s=timeout_s,
        )

    def wait_for_title(self, title: str) -> None:
        self.display.wait_for(lambda: self.window.title == title)

    def shows(self, image: Path, view: Viewport, timeout_s: float = 15.0) -> None:
        """Wait until the window shows a view of an image, as `glview.render` makes it."""
        expected = glview.render(
            image,
            size=(view.width, view.height),
            center=(view.centre_x, view.centre_y),
            zoom=view.scale,
            rotation=view.rotation,
            flip=view.flip,
        )
        self.shows_picture(expected, timeout_s)

    def shows_picture(self, expected: NDArray[np.uint8], timeout_s: float = 15.0) -> None:
        end = time.monotonic() + timeout_s
        while True:
            seen = self.display.screenshot(self.window)
            if seen.shape == expected.shape:
                off = np.abs(seen.astype(np.int16) - expected)
                if off.max() <= TOLERANCE:
                    return
                fault = f"{(off.max(axis=2) > TOLERANCE).mean():.1%} of the pixels differ"
            else:
                fault = f"{seen.shape} instead of {expected.shape}"
            assert time.monotonic() < end, f"{fault}, title {self.window.title!r}, {self.errors}"
            time.sleep(0.05)

    def cpu_s(self) -> float:
        """Processor time used so far, by all its threads."""
        fields = Path(f"/proc/{self.process.pid}/stat").read_text().rpartition(")")[2].split()
        return (int(fields[11]) + int(fields[12])) / os.sysconf("SC_CLK_TCK")


@contextmanager
def running(
    display: VirtualDisplay, command: Sequence[str], env: dict[str, str] | None = None
) -> Iterator[Program]:
    """A program until the end of the block at most."""
    program = Program(display, command, env)
    try:
        yield program
    finally:
        program.kill()


def _read(stream: IO[str], lines: list[str]) -> None:
    with stream:
        lines.extend(stream)
