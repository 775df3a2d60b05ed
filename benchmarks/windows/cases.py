"""Pictures that reach a window: glview's resident pan, bare passes, an empty canvas; glfw and Qt.

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
from typing import Any

from benchmarks.display import VirtualDisplay
from benchmarks.resident import SCALES
from benchmarks.windows.turns import Found
from glview.bench.rows import PROCESSOR_MS, Row
from glview.errors import GlviewError

CANVASES = {"glfw": "glfw_frames", "Qt": "qt_frames"}
QUICK = ("magnified", "composite")
MEASURED = (("wall", "ms"), ("processor", PROCESSOR_MS))
"""The ways of drawing that take least and most."""


def cases(*, quick: bool) -> Iterator[Row]:
    """Milliseconds a frame, until the next can be begun."""
    repeats, frames, kinds = (3, 12, QUICK) if quick else (7, 120, tuple(SCALES))
    with _environment() as env:
        for canvas, module in CANVASES.items():
            told = _run(module, [str(repeats), str(frames), *kinds], env)
            size = "{}x{}".format(*told["size"])
            for kind in kinds:
                yield from _rows(f"window, {canvas}, {kind}", told["kinds"][kind], size)
            yield from _contrast_rows(f"window, {canvas}", told["contrast"], told["counts"])


def _rows(name: str, found: Found, size: str) -> Iterator[Row]:
    for index, (what, unit) in enumerate(MEASURED):
        ours, bare, empty = (
            tuple(float(turn[index]) for turn in found[program])
            for program in ("glview", "bare", "empty")
        )
        yield Row(f"{name}, {what}: beside bare passes", unit, ours, bare, note=size)
        yield Row(f"{name}, {what}: beside an empty canvas", unit, ours, empty)


def _contrast_rows(name: str, found: Found, counts: tuple[int, int]) -> Iterator[Row]:
    note = f"{counts[0]} tiles read, {counts[1]} uploads"
    for index, (what, unit) in enumerate(MEASURED):
        panned, dragged = (
            tuple(float(turn[index]) for turn in found[shown]) for shown in ("panned", "dragged")
        )
        case = f"{name}, {what}: a drag on contrast beside a pan"
        yield Row(case, unit, dragged, panned, note=note)


@contextlib.contextmanager
def _environment() -> Iterator[dict[str, str]]:
    """Of the screen that is there, or of a virtual one meanwhile."""
    if os.environ.get("DISPLAY") or os.environ.get("WAYLAND_DISPLAY"):
        yield dict(os.environ)
        return
    with VirtualDisplay(1920, 1200) as display:
        yield display.env


def _run(module: str, arguments: list[str], env: dict[str, str]) -> dict[str, Any]:
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
    found: dict[str, Any] = json.loads(done.stdout)
    return found
