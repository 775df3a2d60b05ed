"""What a recording says about frames, answers and what was missing (pure)."""

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from itertools import pairwise

import numpy as np

from benchmarks.peers import pixels
from benchmarks.peers.pixels import Rows
from benchmarks.peers.recording import Recording, Seen

SHARP_SHARE = 0.95
"""A picture is sharp when so much of it is as it remains."""
_STRIP_PX = 64
"""Frames are counted in the middle of rows."""
_BLURRED_EVERY_S = 1 / 30
"""Of no more pictures is told how blurry they are, which takes 5 ms each."""
_AFTER_S = 0.5
"""A picture that is this long behind the hand still counts as following it."""


@dataclass(frozen=True, slots=True)
class Response:
    """What came of a gesture, in ms: from its first act on, ``settled_ms`` from its last.

    ``first_ms`` to any change, ``sharp_ms`` to a picture that is as it remains nearly everywhere.
    All are None where nothing changed, but for the first those also of what had no rest when time
    was up.
    """

    first_ms: float | None
    sharp_ms: float | None
    settled_ms: float | None
    frames: int


@dataclass(frozen=True, slots=True)
class Gaps:
    """Frames a second, and the times between frames."""

    rate: float
    p95_ms: float
    most_ms: float


def sharp_from(seen: Sequence[Seen]) -> float:
    """Since when pictures have looked like the last one."""
    since_s = seen[-1].at_s
    for picture in reversed(seen[1:]):
        if pixels.likeness(picture.rows, seen[-1].rows) < SHARP_SHARE:
            break
        since_s = picture.at_s
    return since_s


def first_with(seen: Sequence[Seen], is_it: Callable[[Rows], bool]) -> float | None:
    """When the first picture came of which something is true."""
    return next((picture.at_s for picture in seen[1:] if is_it(picture.rows)), None)


def response(recording: Recording) -> Response:
    """The answer to a gesture."""
    began_s = recording.acted_s[0]
    later = [picture for picture in recording.seen[1:] if picture.at_s >= began_s]
    if not later:
        return Response(None, None, None, 0)
    return Response(
        (later[0].at_s - began_s) * 1e3,
        (sharp_from([recording.seen[0], *later]) - began_s) * 1e3 if recording.settled else None,
        final_ms(recording),
        len([at_s for at_s in frame_times(recording.seen) if at_s >= began_s]),
    )


def final_ms(recording: Recording) -> float | None:
    """From the last act to the last change; None where the picture had no rest."""
    if not recording.settled:
        return None
    return max(recording.last.at_s - recording.acted_s[-1], 0.0) * 1e3


def frame_times(seen: Sequence[Seen]) -> list[float]:
    """When frames came: changes of the row that changed as often as most.

    A look amid a frame sees it twice, partly old; each row only once.
    """
    if len(seen) < 2:
        return []
    middle = seen[0].rows.shape[1] // 2
    strips = [
        picture.rows[:, middle - _STRIP_PX // 2 : middle + _STRIP_PX // 2] for picture in seen
    ]
    changed = [(after != before).any(1) for before, after in pairwise(strips)]
    times = np.array([picture.at_s for picture in seen[1:]])
    of_rows = sorted((times[row] for row in np.array(changed).T), key=len)
    return [float(at_s) for at_s in of_rows[len(of_rows) // 2]]


def gaps(recording: Recording, began_s: float, ended_s: float) -> Gaps:
    """Of the frames in a time, its beginning and end counted as frames."""
    inside = [at_s for at_s in frame_times(recording.seen) if began_s < at_s <= ended_s]
    between_ms = np.diff([began_s, *inside, ended_s]) * 1e3
    return Gaps(
        len(inside) / (ended_s - began_s),
        float(np.percentile(between_ms, 95)),
        float(between_ms.max()),
    )


def mean_share(
    recording: Recording,
    began_s: float,
    ended_s: float,
    share: Callable[[Rows], float],
    *,
    every_s: float = 0.0,
) -> float:
    """The mean over a time of a share of what is shown, each picture for as long as it stood.

    Pictures that come within ``every_s`` of one that was looked at count as that one.
    """
    values: list[float] = []
    weights: list[float] = []
    looked_s = -np.inf
    ends_s = [*(picture.at_s for picture in recording.seen[1:]), np.inf]
    for picture, end_s in zip(recording.seen, ends_s, strict=True):
        from_s, to_s = max(picture.at_s, began_s), min(end_s, ended_s)
        if to_s <= from_s:
            continue
        if picture.at_s - looked_s < every_s:
            weights[-1] += to_s - from_s
            continue
        values.append(share(picture.rows))
        weights.append(to_s - from_s)
        looked_s = picture.at_s
    return float(np.average(values, weights=weights)) if values else 0.0


def blurred_share(recording: Recording, began_s: float, ended_s: float) -> float | None:
    """The share of a motion's pictures that was not sharp; what remains at rest does not count.

    None where no picture at rest, before it and after it, has a texture.
    """
    rests = [recording.first, *([recording.last.rows] if recording.settled else [])]
    sharp = [found for rows in rests if (found := pixels.sharpness(rows)) is not None]
    if not sharp:
        return None
    usual = float(np.mean(sharp))
    always = min(pixels.blurred(rows, usual) for rows in rests)

    def share(rows: Rows) -> float:
        return max(0.0, (pixels.blurred(rows, usual) - always) / max(0.05, 1.0 - always))

    return mean_share(recording, began_s, ended_s, share, every_s=_BLURRED_EVERY_S)


def lags_ms(recording: Recording, way_px: Sequence[float]) -> tuple[list[float], float]:
    """How far behind the hand pictures were, which has moved to the left so far at each act.

    ``way_px`` belongs to all acts but the first and the last, which take hold and let go. Also the
    share of the way that the picture has gone in the end.
    """
    moved_s, ended_s = recording.acted_s[1:-1], recording.acted_s[-2]
    lags, at_px, most_px = [], 0, 0
    for picture in recording.seen[1:]:
        at_px = pixels.moved_left(recording.first, picture.rows, at_px)
        most_px = max(most_px, at_px)
        follows = moved_s[0] <= picture.at_s <= ended_s + _AFTER_S
        if follows and 0 < at_px < way_px[-1]:
            lags.append((picture.at_s - float(np.interp(at_px, way_px, moved_s))) * 1e3)
    return lags, most_px / way_px[-1]
