"""Starts of `glview IMAGE` beside a bare window, as they are seen on a screen of their own.

Nothing is asked of either program: rows of the X server's framebuffer are compared every 4 ms.
"""

import subprocess
import sys
import tempfile
import time
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path

import numpy as np
from numpy.typing import NDArray

from benchmarks.display import VirtualDisplay
from benchmarks.peers.processes import processor_s, proportional_mib, tree
from glview.bench.rows import Row, in_turns

WIDTH_PX, HEIGHT_PX = 1600, 1000
SCREEN_PX = (1920, 1200)
ROW_STEP = 40
EVERY_S = 0.004
STILL_S = 1.0
"""A picture that has not changed for so long is final."""
GIVE_UP_S = 20.0
SHOWN = 0.05
"""The share of the screen that must show something."""
SHARP = 0.97
"""The share of the screen that must be as in the final picture, within `ALIKE` steps of 255."""
ALIKE = 8

Rows = NDArray[np.uint8]


@dataclass(frozen=True, slots=True)
class Start:
    """What a person sees of a start, in milliseconds from its first moment, and what it takes."""

    first_ms: float
    sharp_ms: float
    cpu_ms: float
    memory_mib: float
    """The process's share of all pages (PSS), once the picture is final."""

    @property
    def values(self) -> tuple[float, ...]:
        return self.first_ms, self.sharp_ms, self.cpu_ms, self.memory_mib


def cases(image: Path, *, quick: bool) -> Iterator[Row]:
    """Rows for one image; needs Xvfb and openbox."""
    return started_cases(image, 3 if quick else 9)


def started_cases(image: Path, repeats: int) -> Iterator[Row]:
    """The same with so many starts of each program, and one before."""
    glview = [sys.executable, "-m", "glview", "--size", f"{WIDTH_PX}x{HEIGHT_PX}", str(image)]
    bare = [sys.executable, "-m", "benchmarks.bare_window", str(WIDTH_PX), str(HEIGHT_PX)]
    with (
        tempfile.TemporaryDirectory(prefix="glview-start-") as folder,
        VirtualDisplay(*SCREEN_PX) as display,
    ):
        env = _compiled(display.env, folder)
        turns = in_turns(
            lambda: watch(display, glview, env).values,
            lambda: watch(display, bare, env).values,
            repeats,
        )
    first, bare_first = turns.column(0)
    sharp, _ = turns.column(1)
    cpu, bare_cpu = turns.column(2)
    memory, bare_memory = turns.column(3)
    yield Row(
        "window start: first picture", "ms", first, bare_first, note="bare: a window of one colour"
    )
    yield Row("window start: sharp", "ms", sharp, bare_first)
    yield Row("window start: processor", "CPU ms", cpu, bare_cpu)
    yield Row(
        "window start: memory", "MiB", memory, bare_memory, note="PSS, software textures included"
    )


def watch(display: VirtualDisplay, command: Sequence[str], env: Mapping[str, str]) -> Start:
    """Start a program, look until its picture is final, end it."""
    screen = display.rows(ROW_STEP)
    began_s = time.perf_counter()
    program = subprocess.Popen(command, env=env, cwd=Path(__file__).resolve().parents[1])
    try:
        frames = list(_changes(screen, began_s))
        pids = tree(program.pid)
        cpu_ms, memory_mib = 1e3 * processor_s(pids), proportional_mib(pids)
    finally:
        program.terminate()
        program.wait()
    display.wait_for(lambda: not display.windows(), timeout_s=GIVE_UP_S)
    final = frames[-1][1]
    shown = [at_s for at_s, rows in frames if _shows(rows).mean() > SHOWN]
    sharp_s = frames[-1][0]
    for at_s, rows in reversed(frames):
        if _alike(rows, final) < SHARP:
            break
        sharp_s = at_s
    return Start(1e3 * shown[0], 1e3 * sharp_s, cpu_ms, memory_mib)


def _changes(screen: Rows, began_s: float) -> Iterator[tuple[float, Rows]]:
    """Each other picture and when it came, until the last stays."""
    last, changed_s = screen.copy(), began_s
    shown = False
    while (now_s := time.perf_counter()) - began_s < GIVE_UP_S:
        if not np.array_equal(screen, last):
            last, changed_s = screen.copy(), time.perf_counter()
            shown = shown or bool(_shows(last).mean() > SHOWN)
            yield changed_s - began_s, last
        elif shown and now_s - changed_s > STILL_S:
            return
        time.sleep(EVERY_S)
    raise TimeoutError(f"no picture that stays within {GIVE_UP_S:g} s")


def _shows(rows: Rows) -> NDArray[np.bool_]:
    """Where there is a picture: neither the empty screen nor the window's dark grey."""
    brightest = rows.max(axis=2)
    shows: NDArray[np.bool_] = (brightest > 60) | (brightest - rows.min(axis=2) > 12)
    return shows


def _alike(rows: Rows, final: Rows) -> float:
    difference = np.abs(rows.astype(np.int16) - final.astype(np.int16)).max(axis=2)
    return float((difference <= ALIKE).mean())


def _compiled(env: Mapping[str, str], folder: str) -> dict[str, str]:
    """With bytecode of all that is imported, as an installed program has it."""
    kept = {name: value for name, value in env.items() if name != "PYTHONDONTWRITEBYTECODE"}
    root = str(Path(__file__).resolve().parents[1])
    return kept | {"PYTHONPYCACHEPREFIX": folder, "PYTHONPATH": root}
