"""All cases on one image, in an order in which the first do not make the later ones look worse."""

import functools
import os
import time
from collections.abc import Callable, Iterator
from contextlib import ExitStack
from types import MappingProxyType

from glview.bench import (
    arrivals,
    decoding,
    flights,
    frames,
    memory,
    opening,
    residents,
    scale,
    starting,
    uploading,
)
from glview.bench.jumps import Jumps
from glview.bench.machine import Others, facts
from glview.bench.opengl import opengl_facts
from glview.bench.parts import Told, measured
from glview.bench.report import Report
from glview.bench.rows import Row
from glview.bench.scripts import Recorded
from glview.bench.settings import Settings
from glview.bench.subject import Subject
from glview.bench.traces import Trace, rows_of
from glview.bench.verdict import stages_of, verdict
from glview.canvases.egl import EglContext
from glview.image import Reading
from glview.options import ViewerOptions, worker_count
from glview.progress import Progress

_PARTS = {
    "opening": (4.0, 3),
    "levels": (2.0, 6),
    "jumps": (6.0, 2),
    "arrivals": (8.0, 3),
    "flights": (40.0, 9),
    "memory": (0.0, 2),
    "decoding": (8.0, 5),
    "uploads": (2.0, 1),
    "frames": (30.0, 15),
    "fine screen": (10.0, 5),
    "residents": (4.0, 3),
    "scale": (10.0, 12),
    "start": (8.0, 6),
}
"""How much of the whole time each part takes, and in about how many steps, for the bar."""

_FLOWN = ("opening", "flights", "memory")
"""The parts that are measured where flights were recorded."""

SLOW_MS = 300.0
"""An image that takes longer to open is decoded then, and is opened once for all that follows."""


def measure(
    subject: Subject,
    settings: Settings,
    options: ViewerOptions = ViewerOptions(),
    on_progress: Progress | None = None,
    *,
    recorded: Recorded = MappingProxyType({}),
) -> Report:
    """All cases, or with ``recorded`` flights those and what they took of memory.

    `ImageError` where the image cannot be opened, `ContextError` without OpenGL, `GlviewError`
    where a flight was recorded over another image.
    """
    image = subject.facts()
    others, began = Others(), time.perf_counter()
    rows: list[Row] = []
    traces: list[Trace] = []
    jumps = Jumps()
    chosen = tuple(_PARTS) if not recorded else _FLOWN
    tell = Told(on_progress, {name: _PARTS[name] for name in chosen})
    with ExitStack() as stack:
        context = EglContext()
        stack.callback(context.close)
        stack.enter_context(context)
        machine = facts() | opengl_facts()
        rows += measured("opening", opening.cases(subject, settings, options), tell)
        if rows[0].value > SLOW_MS:
            subject = stack.enter_context(subject.held())
        parts = _parts(subject, settings, options, jumps, traces, tell, recorded)
        for name in chosen[1:]:
            rows += measured(name, parts[name](), tell)
    workers = worker_count(Reading(image["reading"]), os.cpu_count() or 2)
    stages = stages_of(rows, tiles=jumps.tiles, renderer=str(machine["renderer"]), workers=workers)
    return Report(
        tuple(rows),
        machine,
        settings.as_dict(),
        others.cores(),
        image,
        tuple(traces),
        verdict(stages) if stages else (),
        round(time.perf_counter() - began, 1),
    )


def _parts(
    subject: Subject,
    settings: Settings,
    options: ViewerOptions,
    jumps: Jumps,
    traces: list[Trace],
    tell: Told,
    recorded: Recorded,
) -> dict[str, Callable[[], Iterator[Row]]]:
    """All but opening, in their order; ``traces`` gets the first of each flight."""
    memory_bytes: list[int] = []

    def fly() -> Iterator[Row]:
        landed = functools.partial(tell.row, "flights")
        flown = flights.fly_all(subject, settings, options, recorded, landed)
        memory_bytes.extend(flown.memory_bytes)
        for turns in flown.traces.values():
            traces.append(turns[0])
            yield from rows_of(turns)

    return {
        "levels": lambda: opening.level_cases(subject, settings),
        "jumps": lambda: jumps.cases(subject, settings, options),
        "arrivals": lambda: arrivals.cases(subject, settings, options),
        "flights": fly,
        # The peak before the rest: those hold tiles of their own.
        "memory": lambda: memory.cases(memory_bytes),
        "decoding": lambda: decoding.cases(subject, settings, options),
        "uploads": lambda: uploading.cases(subject, settings, options),
        "frames": lambda: frames.cases(subject, settings, options),
        "fine screen": lambda: frames.fine_cases(subject, settings, options),
        "residents": lambda: residents.cases(settings, options),
        "scale": lambda: scale.cases(settings, options),
        "start": lambda: starting.cases(subject, settings, options),
    }
