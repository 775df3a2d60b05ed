"""What a person would do with a viewer, and the figures of it.

Each scenario leaves the viewer running, at whatever view, and shows a place that was not shown
before: ``place`` counts them.
"""

import time
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from functools import partial

import numpy as np

from benchmarks.peers import motion, pixels
from benchmarks.peers.pixels import Rows
from benchmarks.peers.recording import Act, Recording
from benchmarks.peers.session import Cost, Session

Figures = dict[str, float | None]
"""By name; None where the viewer did not answer."""

COLOURS = 400
"""A window with as many colours shows an image and not only its frame."""
HZ = 60
"""Moves of a hand a second."""
IDLE_S = 5.0
DRAG_PX, DRAG_MOVES = 12, 84
"""720 pixels a second for 1.4 s."""
NOTCHES, NOTCH_S = 20, 0.05
EDGE_PX = 120
"""A hand lets go so far from the viewport's edge, and takes hold again at the other."""
MARGIN = 0.05
"""No motion shows the outermost part of the image."""


@dataclass(frozen=True, slots=True)
class Drag:
    """A picture that is dragged at 1:1 up and to the left, by so much with each move."""

    x_px: int
    y_px: int
    seconds: float

    @property
    def moves(self) -> int:
        return int(self.seconds * HZ)


PAN = Drag(24, 10, 5.0)
FAST = Drag(80, 30, 3.0)
LEAST_PX = (18_000, 9_000)
"""An image that `FAST` leads from one end of to the other, nearly."""


def start(session: Session, _place: int) -> Figures:
    """From the command to a window, its first picture, its sharp one."""
    costs, began_s = session.costs(), session.start()

    def shows(rows: Rows) -> bool:
        something = 1.0 - pixels.blank(rows, session.background).mean()
        return bool(something > 0.05) and len(np.unique(rows[:, ::7])) > COLOURS

    recording = session.record(most_s=90.0, ready=shows)
    cost = costs()
    final = recording.last.rows
    first_s = sharp_s = None
    # Both are told by the picture that remains.
    if recording.settled:
        first_s = motion.first_with(
            recording.seen, lambda rows: pixels.coarse_likeness(rows, final) >= 0.10
        )
        sharp_s = motion.sharp_from(recording.seen)
    return {
        "first_ms": None if first_s is None else (first_s - began_s) * 1e3,
        "sharp_ms": None if sharp_s is None else (sharp_s - began_s) * 1e3,
        "processor_s": cost.processor_s,
        "memory_mib": session.memory_mib(),
        "blank": float(pixels.blank(final, session.background).mean()),
        "others_cores": cost.others_cores,
    }


def idle(session: Session, _place: int) -> Figures:
    """What a viewer takes when nothing moves."""
    session.record(still_s=2.0, most_s=20.0)
    costs, before_s = session.costs(), time.perf_counter()
    time.sleep(IDLE_S)
    cost, seconds = costs(), time.perf_counter() - before_s
    return {
        "processor_share": cost.processor_s / seconds,
        "others_cores": cost.others_cores,
    }


def zoom(session: Session, place: int, *, gesture: str, before: int) -> Figures:
    """A zoom at a place of the image, from so many levels in."""
    session.point_at(*(0.12 + 0.76 * share for share in spread(place)))
    if before:
        session.do("zoom2", before, still_s=1.0)
    costs = session.costs()
    recording = session.record(session.gesture(gesture))
    return _answer(recording) | _cost(costs())


def pan(session: Session, place: int, *, drag: Drag) -> Figures:
    """A picture that is dragged, by a hand that takes hold anew at the edge."""
    x, y, width, height = session.adapter.viewport
    _native(session, place, drag)
    costs = session.costs()
    moved: list[Cost] = []

    def let_go() -> None:
        moved.append(costs())
        session.hand.release(session.adapter.pan_button)

    hold = (x + width - EDGE_PX, y + height // 2 + 200)
    recording = session.record(_dragging(session, drag, hold, (x, y), let_go))
    cost = costs()
    began_s, ended_s = recording.acted_s[0], recording.acted_s[-1]
    gaps = motion.gaps(recording, began_s, ended_s)
    background = session.background
    return {
        "frames_s": gaps.rate,
        "gap_p95_ms": gaps.p95_ms,
        "gap_most_ms": gaps.most_ms,
        "blank": motion.mean_share(
            recording, began_s, ended_s, lambda rows: float(pixels.blank(rows, background).mean())
        ),
        "blurred": motion.blurred_share(recording, began_s, ended_s),
        "settled_ms": motion.final_ms(recording),
        "processor_s": moved[0].processor_s,
        "processor_after_s": cost.processor_s - moved[0].processor_s,
        "others_cores": cost.others_cores,
    }


def drag(session: Session, place: int) -> Figures:
    """How far a picture that is dragged is behind the pointer."""
    x, y, width, height = session.adapter.viewport
    _native(session, place, Drag(DRAG_PX, 0, DRAG_MOVES / HZ))
    hand, button = session.hand, session.adapter.pan_button
    at_x, at_y = x + width - EDGE_PX, y + height // 2
    hand.move(at_x, at_y)
    session.record(still_s=0.5, most_s=5.0)
    acts: list[Act] = [(0.0, partial(hand.press, button))]
    acts += [
        (0.1 + number / HZ, partial(hand.move, at_x - DRAG_PX * number, at_y))
        for number in range(1, DRAG_MOVES + 1)
    ]
    acts.append((0.1 + DRAG_MOVES / HZ + 0.6, partial(hand.release, button)))
    costs = session.costs()
    recording = session.record(acts)
    cost = _cost(costs())
    way_px = [DRAG_PX * number for number in range(1, DRAG_MOVES + 1)]
    lags, followed = motion.lags_ms(recording, way_px)
    return {
        "lag_p50_ms": float(np.percentile(lags, 50)) if lags else None,
        "lag_p95_ms": float(np.percentile(lags, 95)) if lags else None,
        "followed": followed,
    } | cost


def fling(session: Session, place: int) -> Figures:
    """Notches of a wheel within a second, over the whole image."""
    session.point_at(*(0.12 + 0.76 * share for share in spread(place)))
    strike = partial(session.hand.press, session.adapter.fling_button)
    release = partial(session.hand.release, session.adapter.fling_button)
    acts = [(number * NOTCH_S, act) for number in range(NOTCHES) for act in (strike, release)]
    costs = session.costs()
    recording = session.record(acts)
    cost = _cost(costs())
    began_s = recording.acted_s[0]
    gaps = motion.gaps(recording, began_s, began_s + NOTCHES * NOTCH_S)
    answer = _answer(recording)
    return answer | {"frames_s": gaps.rate if answer["frames"] else None} | cost


def memory(session: Session, _place: int) -> Figures:
    """The most that the viewer has taken since it was started."""
    return {"peak_mib": session.peak_mib}


SCENARIOS: Mapping[str, Callable[[Session, int], Figures]] = {
    "start": start,
    "idle": idle,
    "zoom2": partial(zoom, gesture="zoom2", before=3),
    "zoom16": partial(zoom, gesture="zoom16", before=0),
    "pan": partial(pan, drag=PAN),
    "fastpan": partial(pan, drag=FAST),
    "drag": drag,
    "fling": fling,
    "memory": memory,
}
"""In their order. `start` must have been before all others."""


def spread(number: int) -> tuple[float, float]:
    """Places that lie apart however many there are, as shares of a side (the R2 sequence)."""
    return (0.5 + number * 0.7548776662) % 1.0, (0.5 + number * 0.5698402910) % 1.0


def _native(session: Session, place: int, motion_of: Drag) -> None:
    """Show a place at 1:1, from which a drag stays inside the image."""
    way = (motion_of.x_px * motion_of.moves, motion_of.y_px * motion_of.moves)
    sides = (session.image.width, session.image.height)
    shares = [
        MARGIN + share * max(1.0 - 2.0 * MARGIN - way_px / side, 0.0)
        for share, way_px, side in zip(spread(place), way, sides, strict=True)
    ]
    session.point_at(*shares)
    session.do("native", still_s=1.0)


def _dragging(
    session: Session,
    motion_of: Drag,
    hold: tuple[int, int],
    corner: tuple[int, int],
    let_go: Callable[[], None],
) -> list[Act]:
    """Moves of a hand that takes hold at a place, again and again, and lets go near a corner.

    ``let_go`` is its last act.
    """
    hand, button = session.hand, session.adapter.pan_button

    def take(x: int, y: int, *, again: bool) -> None:
        if again:
            hand.release(button)
        hand.move(*hold)
        hand.press(button)
        hand.move(x, y)

    acts: list[Act] = [(0.0, partial(take, *hold, again=False))]
    x, y = hold
    for number in range(1, motion_of.moves):
        x, y = x - motion_of.x_px, y - motion_of.y_px
        if x < corner[0] + EDGE_PX or y < corner[1] + EDGE_PX // 2:
            x, y = hold[0] - motion_of.x_px, hold[1] - motion_of.y_px
            acts.append((number / HZ, partial(take, x, y, again=True)))
        else:
            acts.append((number / HZ, partial(hand.move, x, y)))
    acts.append((motion_of.seconds, let_go))
    return acts


def _answer(recording: Recording) -> Figures:
    found = motion.response(recording)
    return {
        "first_ms": found.first_ms,
        "sharp_ms": found.sharp_ms,
        "settled_ms": found.settled_ms,
        "frames": float(found.frames),
    }


def _cost(cost: Cost) -> Figures:
    return {"processor_s": cost.processor_s, "others_cores": cost.others_cores}
