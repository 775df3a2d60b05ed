"""Resident frames beside a source of Python code that never stops, in this process and isolated."""

import subprocess
import sys
import time
from collections.abc import Callable, Iterator
from contextlib import AbstractContextManager, nullcontext
from statistics import median
from types import TracebackType
from typing import Any, Self

from numpy.typing import NDArray

from benchmarks.python_source import python_source
from benchmarks.resident import FEW, SCALES, Resident
from glview import texels
from glview.bench.rows import Row, percentile
from glview.canvases.egl import EglContext
from glview.gl import api as gl
from glview.loader import Loader
from glview.pyramid import TileKey
from glview.sources.base import TileSource
from glview.sources.isolated import IsolatedSource

GUTTER = 4
STAGING_BYTES = 64 << 20
KIND = "magnified"


class Reading:
    """While used as a context manager, one worker reads and packs tile after tile."""

    def __init__(self, make: Callable[[], TileSource]) -> None:
        self._source = make()
        grid = self._source.description.pyramid.levels[0]
        self._keys = [TileKey(0, i, j) for j in range(16) for i in range(grid.columns)]
        self._count = 0

    def __enter__(self) -> Self:
        self._loader = Loader(self._read, workers=1, staging_bytes=STAGING_BYTES, wake=lambda: None)
        self._loader.want(self._keys)
        while not self._loader.drain():
            time.sleep(0.001)
        self._start_s = time.perf_counter()
        return self

    def _read(self, key: TileKey) -> NDArray[Any] | None:
        tile = self._source.read_tile(key)
        return None if tile is None else texels.pack(tile, self._source.description, GUTTER)

    def take(self) -> None:
        """Have what was read, and want more."""
        self._count += len(self._loader.drain())
        self._loader.want(self._keys[self._count % len(self._keys) :])

    @property
    def rate(self) -> float:
        """Tiles a second, since it began."""
        return self._count / (time.perf_counter() - self._start_s)

    def __exit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        trace: TracebackType | None,
    ) -> None:
        self._loader.close()
        self._source.close()


class Spinning:
    """While used as a context manager, another program keeps a core busy."""

    rate = 0.0

    def __enter__(self) -> Self:
        self._program = subprocess.Popen([sys.executable, "-c", "while True: pass"])
        return self

    def take(self) -> None:
        """Nothing comes of it."""

    def __exit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        trace: TracebackType | None,
    ) -> None:
        self._program.kill()
        self._program.wait()


Company = AbstractContextManager[Reading | Spinning | None]
COMPANY: dict[str, Callable[[], Company]] = {
    "": nullcontext,
    "Python source": lambda: Reading(python_source),
    "isolated Python source": lambda: Reading(lambda: IsolatedSource(python_source, processes=1)),
    "another program": Spinning,
}


def cases(*, quick: bool) -> Iterator[Row]:
    """Median and p99 of a pan; in place of a bare program there is the same pan alone."""
    repeats, frames = (3, 40) if quick else (7, 200)
    measured: dict[str, list[tuple[float, float, float]]] = {name: [] for name in COMPANY}
    context = EglContext()
    with context:
        shown = Resident(FEW)
        shown.settle(shown.view(SCALES[KIND]))
        _pan(shown, frames, None)
        for _ in range(repeats):
            for name, company in COMPANY.items():
                with company() as beside:
                    measured[name].append(_pan(shown, frames, beside))
        shown.close()
    context.close()
    alone = measured.pop("")
    for name, pans in measured.items():
        rate = median(pan[2] for pan in pans)
        note = f"{rate:.0f} tiles/s meanwhile" if rate else ""
        for index, what in enumerate(("median", "p99")):
            values, bare = (tuple(pan[index] for pan in group) for group in (pans, alone))
            case = f"beside, {name}, frame {KIND}: {what}"
            yield Row(case, "ms", values, bare, note=note)


def _pan(
    shown: Resident, frames: int, beside: Reading | Spinning | None
) -> tuple[float, float, float]:
    """Milliseconds a frame, each waited for: median and p99; and tiles a second meanwhile."""
    walls_ms = []
    for number in range(frames):
        if beside is not None:
            beside.take()
        start = time.perf_counter()
        shown.draw(shown.pan(SCALES[KIND], number))
        gl.glFinish()
        walls_ms.append((time.perf_counter() - start) * 1e3)
    rate = 0.0 if beside is None else beside.rate
    return percentile(walls_ms, 50), percentile(walls_ms, 99), rate
