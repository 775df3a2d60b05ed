"""A viewer that runs on a stage: started, driven by its adapter's gestures, ended."""

import math
import shutil
import subprocess
import time
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from pathlib import Path

import numpy as np
from numpy.typing import NDArray

from benchmarks.peers import processes
from benchmarks.peers.adapter import WINDOW, Adapter, Fit, Step
from benchmarks.peers.hand import Hand
from benchmarks.peers.pixels import Rows
from benchmarks.peers.recording import STILL_S, Act, Recording, record
from benchmarks.peers.stage import ROOT_COLOUR, SCREEN, Stage
from glview.bench.machine import busy_s

_LEAST_S = 0.1
"""The system counts processors' time in steps of 0.01 s."""


@dataclass(frozen=True, slots=True)
class Image:
    """What is shown."""

    name: str
    width: int
    height: int


@dataclass(frozen=True, slots=True)
class Cost:
    """What a scenario took: seconds of all processors, and the cores that others kept busy."""

    processor_s: float
    others_cores: float


class Session:
    """One viewer on a stage that is its own; `close` it."""

    def __init__(self, adapter: Adapter, image: Image, stage: Stage, home: Path) -> None:
        self.adapter = adapter
        self.image = image
        self.view = stage.rows(adapter.viewport)
        self._stage = stage
        self._home = home
        self._depth = 0
        self._program: subprocess.Popen[bytes] | None = None
        self._memory: processes.Memory | None = None
        self._log = (home / "log.txt").open("ab")
        foreign = ("DBUS_SESSION_BUS_ADDRESS",)
        kept = {name: value for name, value in stage.display.env.items() if name not in foreign}
        self._env = kept | {"HOME": str(home)} | dict(adapter.env)

    @property
    def hand(self) -> Hand:
        return self._stage.hand

    @property
    def background(self) -> tuple[int, ...]:
        """Colours that mean that there is no image, the empty screen's with them."""
        return (*self.adapter.background, ROOT_COLOUR)

    @property
    def fit(self) -> Fit:
        """Where the whole image stands."""
        return self.adapter.fit(self.image.width, self.image.height)

    @property
    def alive(self) -> bool:
        return self._program is not None and self._program.poll() is None

    @property
    def pids(self) -> list[int]:
        """The viewer, and all that it has started."""
        return processes.tree(self._program.pid) if self._program is not None else []

    @property
    def peak_mib(self) -> float:
        """The most memory it has taken since it was started."""
        return self._memory.peak_mib if self._memory is not None else 0.0

    # Life

    def start(self) -> float:
        """Start it, anew if it runs; when that was."""
        self.stop()
        for name in self.adapter.fresh:
            shutil.rmtree(self._home / name, ignore_errors=True)
        self.hand.move(SCREEN[0] - 5, SCREEN[1] - 5)
        self._depth = 0
        began_s = time.perf_counter()
        self._program = subprocess.Popen(
            self.adapter.command,
            env=self._env,
            cwd=self._home,
            stdin=subprocess.DEVNULL,
            stdout=self._log,
            stderr=self._log,
            start_new_session=True,
        )
        self._memory = processes.Memory(self._program.pid)
        return began_s

    def stop(self) -> None:
        """End it, and wait until its windows are gone."""
        if self._program is None or self._memory is None:
            return
        self._memory.stop()
        processes.end(self._program)
        self._program = None
        self._stage.display.wait_for(lambda: not self._stage.display.windows())

    def close(self) -> None:
        self.stop()
        self._log.close()

    # Doing

    def record(
        self,
        acts: Sequence[Act] = (),
        *,
        still_s: float = STILL_S,
        most_s: float = 30.0,
        ready: Callable[[Rows], bool] = lambda _: True,
    ) -> Recording:
        """See `recording.record`."""
        return record(self.view, acts, still_s=still_s, most_s=most_s, ready=ready)

    def gesture(self, name: str, times: int = 1) -> list[Act]:
        """The acts of one of the adapter's gestures, so many times in a row.

        ``reset`` and ``zoom16`` are put together of others where the viewer has none.
        """
        gestures = self.adapter.gestures
        if name == "zoom16" and name not in gestures:
            name, times = "zoom2", 4
        elif name == "reset" and name not in gestures:
            name, times = "zoom_out", self._depth
        acts: list[Act] = []
        at_s = 0.0
        for step in gestures[name] * times:
            strokes = step.strokes(self.fit.scale)
            acts += _strokes(self.hand, step, strokes, at_s)
            at_s += step.every_s * strokes
        if name in {"reset", "zoom_out"}:
            self._depth = 0
        else:
            levels = round(-math.log2(self.fit.scale))
            self._depth += {"zoom2": times, "zoom16": 4, "native": levels}[name]
        return acts

    def do(self, name: str, times: int = 1, *, still_s: float = 0.6) -> None:
        """Make a gesture, and wait until the picture stands still."""
        self.record(self.gesture(name, times), still_s=still_s, most_s=20.0)

    def point_at(self, x_share: float, y_share: float) -> None:
        """Show the whole image, and have the pointer over a place of it."""
        self.do("reset")
        fit = self.fit
        self.hand.move(
            fit.x + fit.scale * self.image.width * x_share,
            fit.y + fit.scale * self.image.height * y_share,
        )
        self.record(still_s=0.4, most_s=10.0)

    # What it takes

    def costs(self) -> Callable[[], Cost]:
        """Begin to count; what is given back says how much it was until then."""
        began_s, server = time.perf_counter(), self._stage.display.pids
        viewer_s, own_s = processes.processor_s(self.pids), time.process_time()
        server_s, all_s = processes.processor_s(server), busy_s()

        def so_far() -> Cost:
            wall_s = max(time.perf_counter() - began_s, _LEAST_S)
            viewer = processes.processor_s(self.pids) - viewer_s
            known = viewer + time.process_time() - own_s + processes.processor_s(server) - server_s
            busy = busy_s()
            others = 0.0 if busy is None or all_s is None else busy - all_s - known
            return Cost(viewer, max(others, 0.0) / wall_s)

        return so_far

    def shot(self) -> NDArray[np.uint8]:
        """The window: (height, width, 3), RGB."""
        width, height = WINDOW
        return self._stage.display.screenshot()[:height, :width]

    def memory_mib(self) -> float:
        """What it takes now."""
        return processes.proportional_mib(self.pids)


def _strokes(hand: Hand, step: Step, count: int, at_s: float) -> list[Act]:
    """The acts of one step, from a time on; of a pause none."""
    stroke = step.stroke
    if stroke is None:
        return []
    return [(at_s + number * step.every_s, lambda: hand.strike(stroke)) for number in range(count)]
