"""Motions that end at places that nothing was read of: how long after their end it is sharp."""

import time
from collections.abc import Callable, Iterator
from dataclasses import replace

import numpy as np

from glview.bench import names
from glview.bench.flights import FRAME_S, MOST_AFTER_S
from glview.bench.places import apart
from glview.bench.rows import Row, counted, percentile
from glview.bench.screen import Screen
from glview.bench.settings import Settings
from glview.bench.subject import Subject
from glview.flight import Flight
from glview.motion import STEP_S
from glview.options import ViewerOptions

DRAG_S, DRAG_PX_S = 0.2, 600.0
"""A hand corrects where it has come to, by less than what is kept ready around a view."""
_SEED = 17


def cases(subject: Subject, settings: Settings, options: ViewerOptions) -> Iterator[Row]:
    """Glides to places at 1:1 and a drag at each; medians of each time. In a current context.

    Tiles that are late fade in, unlike in jumps: what is settled is what a person sees settle.
    """
    sharp: list[float] = []
    settled: list[float] = []
    dragged: list[float] = []
    count = 0
    for turn in range(settings.repeats):
        # Opened anew: the viewer keeps what it has seen.
        screen = Screen(subject.open(), options, settings.width, settings.height)
        screen.settle(screen.fitted())
        random = np.random.default_rng((_SEED, turn))
        places = apart(screen.view, screen.pyramid_size, screen.tile_px, settings.jumps, random)
        count += len(places)
        arrived = [_arrive(screen, x, y) for x, y in places]
        screen.close()
        for values, column in zip(
            (sharp, settled, dragged), zip(*arrived, strict=True), strict=True
        ):
            values.append(percentile(column, 50))
    note = f"after a motion of {STEP_S:g} s, {counted(count, 'place')}"
    yield Row(names.ARRIVAL_SHARP, "ms", tuple(sharp), note=note)
    yield Row("arrival: settled", "ms", tuple(settled), note="the same with late tiles faded in")
    yield Row("arrival: settled after a drag", "ms", tuple(dragged), note=f"of {DRAG_S:g} s there")


def _arrive(screen: Screen, x: float, y: float) -> tuple[float, float, float]:
    """Milliseconds from the end of a motion to a place to the sharp picture, and to the final one;
    and from the end of a drag there to the final one.
    """
    navigator = screen.viewer.navigator
    place = replace(screen.view, centre_x=x, centre_y=y, scale=1.0)
    began = time.perf_counter()
    navigator.follow(Flight.through((screen.view, place), (0.0, STEP_S), began), began)
    sharp_ms, settled_ms = _frames(
        screen,
        began + STEP_S,
        lambda: not navigator.moving and screen.is_sharp,
        lambda: screen.viewer.settled,
    )
    began = time.perf_counter()
    navigator.grab(0.0, 0.0, began)
    while (now := time.perf_counter()) - began < DRAG_S:
        navigator.drag(DRAG_PX_S * (now - began), 0.0, now)
        screen.picture()
        time.sleep(max(now + FRAME_S - time.perf_counter(), 0.0))
    ended = time.perf_counter()
    navigator.drop(ended)
    (dragged_ms,) = _frames(screen, ended, lambda: screen.viewer.settled)
    return sharp_ms, settled_ms, dragged_ms


def _frames(screen: Screen, ended: float, *conditions: Callable[[], bool]) -> Iterator[float]:
    """Frames as a screen takes them until one makes each condition true, the later ones later.

    The milliseconds from a time until then. At least one frame: what was drawn before does not show
    where a motion has come to.
    """
    waiting = list(conditions)
    while waiting:
        frame = time.perf_counter()
        screen.picture()
        now = time.perf_counter()
        while waiting and (waiting[0]() or now - ended > MOST_AFTER_S):
            waiting.pop(0)
            yield (now - ended) * 1e3
        time.sleep(max(frame + FRAME_S - now, 0.0))
