"""Flights over a cold image, beside the same ones over tiles that are all there by then."""

import os
import time
from collections.abc import Iterator
from dataclasses import dataclass, field, replace

from glview.bench.flights import flown_over
from glview.bench.gl_watch import GlWatch
from glview.bench.process import proportional_bytes
from glview.bench.rows import Row, percentile
from glview.bench.screen import Screen
from glview.bench.scripts import NAMES, Script, scripts
from glview.bench.settings import FULL, QUICK, Settings
from glview.bench.subject import Subject
from glview.bench.traces import Trace, rows_of
from glview.canvases.egl import EglContext
from glview.demo import ready_sample
from glview.options import MIB, ViewerOptions


class Watched(Screen):
    """Notes how long pictures take outside of OpenGL, the turns of other threads included."""

    def __init__(self, subject: Subject, settings: Settings) -> None:
        super().__init__(subject.open(), ViewerOptions(), settings.width, settings.height)
        self.outside_ms: list[float] = []

    def draw(self, upload_budget_s: float | None = None) -> bool:
        with GlWatch() as watch:
            began_s = time.perf_counter()
            more = super().draw(upload_budget_s)
            took_s = time.perf_counter() - began_s
        self.outside_ms.append((took_s - watch.inside_s) * 1e3)
        return more


@dataclass(slots=True)
class Flown:
    """One script, turn by turn: ``cold``, and again over what that has read."""

    cold: list[Trace] = field(default_factory=list)
    resident: list[Trace] = field(default_factory=list)
    outside_p99_ms: list[float] = field(default_factory=list)


def cases(*, quick: bool) -> Iterator[Row]:
    """The usual flights over the demo's sample, which is painted once."""
    return flown_cases(Subject.of_file(ready_sample()), QUICK if quick else FULL)


def flown_cases(subject: Subject, settings: Settings) -> Iterator[Row]:
    """The same over any image."""
    flown = {name: Flown() for name in NAMES}
    memory_mib = []
    context = EglContext()
    with context:
        for _ in range(settings.flights):
            for name, turns in flown.items():
                memory_mib.append(_fly(subject, name, settings, turns))
    context.close()
    for name, turns in flown.items():
        yield from _rows(f"{name} over the sample", turns)
    note = f"PSS after each 2 of {2 * len(memory_mib)} flights: {memory_mib[0]:.0f} first"
    note += f", {memory_mib[-1]:.0f} last, {max(memory_mib):.0f} at most"
    yield Row("flights: memory, image open", "MiB", tuple(memory_mib), note=note)


def _fly(subject: Subject, name: str, settings: Settings, turns: Flown) -> float:
    """A script over the cold image and again; the MiB of the process then, the image still open."""
    screen = Watched(subject, settings)
    try:
        script: Script = scripts(screen.fitted(), screen.pyramid_size, settings, {})[name]
        screen.settle(script.start)
        screen.outside_ms.clear()
        turns.cold.append(flown_over(screen, script))
        turns.outside_p99_ms.append(percentile(screen.outside_ms, 99))
        screen.settle(script.start)
        turns.resident.append(flown_over(screen, script))
        return (proportional_bytes(os.getpid()) or 0) / MIB
    finally:
        screen.close()


def _rows(name: str, turns: Flown) -> Iterator[Row]:
    cold_ms = tuple(percentile(trace.gaps_ms, 99) for trace in turns.cold)
    median_ms = tuple(percentile(trace.gaps_ms, 50) for trace in turns.resident)
    missing = max(max(trace.missing) for trace in turns.resident)
    note = "bare: the median over resident tiles" + (f", {missing:.0%} not" if missing else "")
    yield Row(f"flight, {name}: gap, p99 beside resident", "ms", cold_ms, median_ms, note=note)
    yield Row(f"flight, {name}: outside OpenGL, p99", "ms", tuple(turns.outside_p99_ms))
    yield from rows_of([replace(trace, name=name) for trace in turns.cold])
