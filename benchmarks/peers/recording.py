"""Something is done to a viewer at certain times, and every change that is seen is noted."""

import time
from collections.abc import Callable, Sequence
from dataclasses import dataclass

import numpy as np

from benchmarks.peers.pixels import Rows

TICK_S = 0.005
"""From one look to the next. A look takes 0.02 ms, and a copy of what has changed 0.1."""
STILL_S = 1.0
"""So long nothing must have changed at the end."""

Act = tuple[float, Callable[[], None]]
"""What is to be done, and how many seconds after the beginning."""


@dataclass(frozen=True, slots=True)
class Seen:
    """A picture, and when it was first there, in seconds on a clock that only goes forward."""

    at_s: float
    rows: Rows


@dataclass(frozen=True, slots=True)
class Recording:
    """``seen`` begins with the picture before; ``acted_s`` says when each act was done.

    ``settled`` is False where the picture still changed when time was up.
    """

    seen: tuple[Seen, ...]
    acted_s: tuple[float, ...]
    settled: bool

    @property
    def first(self) -> Rows:
        """The picture before."""
        return self.seen[0].rows

    @property
    def last(self) -> Seen:
        """The picture that remained."""
        return self.seen[-1]


def record(
    view: Rows,
    acts: Sequence[Act] = (),
    *,
    still_s: float = STILL_S,
    most_s: float = 30.0,
    ready: Callable[[Rows], bool] = lambda _: True,
) -> Recording:
    """Act, and look at ``view``, which changes by itself, until nothing has changed for a while.

    And until a picture was ``ready``; after ``most_s`` in any case.
    """
    began_s = time.perf_counter()
    seen = [Seen(began_s, view.copy())]
    acted_s: list[float] = []
    left = sorted(acts, key=lambda act: act[0])
    is_ready = ready(seen[0].rows)
    look_s = began_s
    while True:
        now_s = time.perf_counter()
        while left and now_s - began_s >= left[0][0]:
            left.pop(0)[1]()
            acted_s.append(time.perf_counter())
        if not np.array_equal(view, seen[-1].rows):
            seen.append(Seen(time.perf_counter(), view.copy()))
            is_ready = is_ready or ready(seen[-1].rows)
        since_s = max(seen[-1].at_s, acted_s[-1] if acted_s else began_s)
        settled = not left and is_ready and now_s - since_s >= still_s
        if settled or now_s - began_s > most_s:
            return Recording(tuple(seen), tuple(acted_s), settled)
        look_s = max(look_s + TICK_S, time.perf_counter())
        time.sleep(max(look_s - time.perf_counter(), 0.0))
