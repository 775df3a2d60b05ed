"""Pictures that reach a window: glview's resident pan, a bare pass, an empty canvas; glfw and Qt.

On the screen that is there, else on a virtual one (Xvfb). Each toolkit has a process of its own, in
which the three take turns.
"""

import contextlib
import json
import os
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path

from benchmarks.display import VirtualDisplay
from glview.bench.rows import PROCESSOR_MS, Row
from glview.errors import GlviewError

CANVASES = {"glfw": "glfw_frames", "Qt": "qt_frames"}


def cases(*, quick: bool) -> Iterator[Row]:
    """Milliseconds a frame, until the next can be begun."""
    repeats, frames = (3, 40) if quick else (7, 120)
    with _environment() as env:
        for canvas, module in CANVASES.items():
            told = _run(module, [str(repeats), str(frames)], env)
            size = "{}x{}".format(*told["size"])
            for index, (what, unit) in enumerate((("wall", "ms"), ("processor", PROCESSOR_MS))):
                ours, bare, empty = (
                    tuple(float(turn[index]) for turn in told[name])
                    for name in ("glview", "bare", "empty")
                )
                name = f"window, {canvas}, {what}"
                yield Row(f"{name}: beside a bare pass", unit, ours, bare, note=size)
                yield Row(f"{name}: beside an empty canvas", unit, ours, empty)


@contextlib.contextmanager
def _environment() -> Iterator[dict[str, str]]:
    """Of the screen that is there, or of a virtual one meanwhile."""
    if os.environ.get("DISPLAY") or os.environ.get("WAYLAND_DISPLAY"):
        yield dict(os.environ)
        return
    with VirtualDisplay(1920, 1200) as display:
        yield display.env


def _run(module: str, arguments: list[str], env: dict[str, str]) -> dict[str, list[list[float]]]:
    done = subprocess.run(
        [sys.executable, "-m", f"benchmarks.windows.{module}", *arguments],
        cwd=Path(__file__).resolve().parents[2],
        env=env,
        capture_output=True,
        text=True,
        check=False,
    )
    if done.returncode:
        last = (done.stderr.strip() or f"status {done.returncode}").splitlines()[-1]
        raise GlviewError(f"no pictures in a window ({module}): {last}")
    found: dict[str, list[list[float]]] = json.loads(done.stdout)
    return found
