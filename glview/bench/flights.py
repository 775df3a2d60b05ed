"""Flights over an image that nothing but the first picture was read of, in real time."""

import time
from collections.abc import Callable
from dataclasses import dataclass

from glview.bench.coverage import blank_share
from glview.bench.process import resident_bytes
from glview.bench.screen import Screen
from glview.bench.scripts import NAMES, Recorded, Script, scripts
from glview.bench.settings import Settings
from glview.bench.subject import Subject
from glview.bench.traces import Trace
from glview.options import ViewerOptions

FRAME_S = 1.0 / 60.0
"""Frames begin no closer than on a usual screen: an eye sees no more, and workers get time."""
MOST_AFTER_S = 20.0
"""A picture that is not sharp by then counts as sharp then."""


@dataclass(frozen=True, slots=True)
class Flown:
    """``traces`` of each script, time by time.

    ``memory_bytes`` is what the process had after a flight, with its image open, each time the most
    of all scripts; none where the system does not tell.
    """

    traces: dict[str, list[Trace]]
    memory_bytes: tuple[int, ...]


def fly_all(
    subject: Subject,
    settings: Settings,
    options: ViewerOptions,
    recorded: Recorded,
    landed: Callable[[], None],
) -> Flown:
    """Each script as often as the settings say, by turns; in a current context.

    ``recorded`` flights in place of the usual ones. ``landed`` is called after each.
    """
    traces: dict[str, list[Trace]] = {name: [] for name in recorded or NAMES}
    memory_bytes = []
    for _ in range(settings.flights):
        after_bytes = []
        for name, flown in traces.items():
            trace, resident = _fly(subject, name, settings, options, recorded)
            flown.append(trace)
            after_bytes.append(resident)
            landed()
        memory_bytes.append(max(size or 0 for size in after_bytes))
    return Flown(traces, tuple(filter(None, memory_bytes)))


def _fly(
    subject: Subject, name: str, settings: Settings, options: ViewerOptions, recorded: Recorded
) -> tuple[Trace, int | None]:
    """One script, with the image opened anew; what the process has before the image is closed."""
    screen = Screen(subject.open(), options, settings.width, settings.height)
    try:
        script = scripts(screen.fitted(), screen.pyramid_size, settings, recorded)[name]
        screen.settle(script.start)
        return flown_over(screen, script), resident_bytes()
    finally:
        screen.close()


def flown_over(screen: Screen, script: Script) -> Trace:
    """One script on a screen that shows its start."""
    navigator = screen.viewer.navigator
    gaps_ms, work_ms, missing, frames = [], [], [], []
    began = time.perf_counter()
    before_s, ended = -1.0, began
    while before_s < script.seconds:
        frame = time.perf_counter()
        script.steer(navigator, before_s, frame - began, frame)
        before_s = frame - began
        screen.picture()
        now = time.perf_counter()
        gaps_ms.append((now - ended) * 1e3)
        work_ms.append((now - frame) * 1e3)
        missing.append(screen.missing_share())
        frames.append(screen.frame)
        ended = now
        time.sleep(max(frame + FRAME_S - time.perf_counter(), 0.0))
    # Whatever a hand holds it lets go where it is.
    stopped = time.perf_counter()
    navigator.drop(stopped)
    navigator.stop(stopped)
    screen.picture()
    while not screen.is_sharp and time.perf_counter() - stopped < MOST_AFTER_S:
        screen.picture()
    sharp_ms = (time.perf_counter() - stopped) * 1e3
    # Not before: it takes half a millisecond.
    blank = tuple(map(blank_share, frames))
    return Trace(script.name, tuple(gaps_ms), tuple(work_ms), tuple(missing), blank, sharp_ms)
