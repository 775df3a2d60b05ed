"""Resident frames beside workers that never stop: two decoders, and sources of Python code."""

import subprocess
import sys
import time
from collections.abc import Callable, Iterator
from contextlib import AbstractContextManager, nullcontext
from statistics import median
from types import TracebackType
from typing import NamedTuple, Self

from benchmarks.python_source import python_source
from benchmarks.resident import FEW, SCALES, Resident
from glview import budgets
from glview.bench.gl_watch import GlWatch
from glview.bench.rows import Row, percentile
from glview.buffers import Buffers
from glview.canvases.egl import EglContext
from glview.demo import ready_sample
from glview.gl import api as gl
from glview.loader import Loader
from glview.packing import Packing
from glview.pyramid import TileKey
from glview.sources.base import TileSource
from glview.sources.isolated import IsolatedSource
from glview.sources.opening import open_image
from glview.sources.presented import presented
from glview.texels import texel_format

GUTTER = 4
STAGING_BYTES = 64 << 20
KIND = "magnified"
WHAT = ("median", "p99", "outside OpenGL, median", "outside OpenGL, p99")


class Reading:
    """While used as a context manager, workers read and pack tile after tile."""

    def __init__(self, make: Callable[[], TileSource], *, workers: int = 1) -> None:
        self._source = make()
        self._workers = workers
        level = self._source.description.pyramid.levels[0]
        rows = min(level.rows, 16)
        self._keys = [TileKey(0, i, j) for j in range(rows) for i in range(level.columns)]
        self._count = 0
        form = texel_format(self._source.description)
        around = 2 * GUTTER
        slot_px = (level.tile_width + around) * (level.tile_height + around)
        buffers = Buffers(
            slot_px * form.bytes_per_texel, spare_bytes=budgets.spare_bytes(STAGING_BYTES)
        )
        self._packing = Packing(self._source, GUTTER, buffers)

    def __enter__(self) -> Self:
        self._loader = Loader(
            self._packing, workers=self._workers, staging_bytes=STAGING_BYTES, wake=lambda: None
        )
        self._loader.want(self._keys)
        while not self._loader.drain():
            time.sleep(0.001)
        self._start_s = time.perf_counter()
        return self

    def take(self) -> None:
        """Have what was read, and want more: workers are never without."""
        self._count += len(self._loader.drain())
        first = self._count % len(self._keys)
        self._loader.want(self._keys[first:] + self._keys[:first])

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
    "two decoders": lambda: Reading(lambda: presented(open_image(ready_sample())), workers=2),
    "Python source": lambda: Reading(python_source),
    "isolated Python source": lambda: Reading(lambda: IsolatedSource(python_source, processes=1)),
    "another program": Spinning,
}


class Pan(NamedTuple):
    """Milliseconds a frame, each waited for, and of it outside of OpenGL; tiles a second beside."""

    median: float
    p99: float
    outside_median: float
    outside_p99: float
    rate: float


def cases(*, quick: bool) -> Iterator[Row]:
    """Median and p99 of a pan; in place of a bare program there is the same pan alone."""
    repeats, frames = (3, 40) if quick else (7, 200)
    measured: dict[str, list[Pan]] = {name: [] for name in COMPANY}
    context = EglContext()
    with context:
        shown = Resident(FEW)
        shown.screen.settle(shown.view(SCALES[KIND]))
        _pan(shown, frames, None)
        for _ in range(repeats):
            for name, company in COMPANY.items():
                with company() as beside:
                    measured[name].append(_pan(shown, frames, beside))
        shown.close()
    context.close()
    alone = measured.pop("")
    for name, pans in measured.items():
        rate = median(pan.rate for pan in pans)
        note = f"{rate:.0f} tiles/s meanwhile" if rate else ""
        for index, what in enumerate(WHAT):
            values, bare = (tuple(pan[index] for pan in group) for group in (pans, alone))
            case = f"beside, {name}, frame {KIND}: {what}"
            yield Row(case, "ms", values, bare, note=note)


def _pan(shown: Resident, frames: int, beside: Reading | Spinning | None) -> Pan:
    walls_ms, outside_ms = [], []
    with GlWatch() as watch:
        for number in range(frames):
            if beside is not None:
                beside.take()
            watch.reset()
            start = time.perf_counter()
            shown.draw(shown.pan(SCALES[KIND], number))
            drawn = time.perf_counter()
            outside_ms.append((drawn - start - watch.inside_s) * 1e3)
            gl.glFinish()
            walls_ms.append((time.perf_counter() - start) * 1e3)
    rate = 0.0 if beside is None else beside.rate
    return Pan(
        percentile(walls_ms, 50),
        percentile(walls_ms, 99),
        percentile(outside_ms, 50),
        percentile(outside_ms, 99),
        rate,
    )
