"""How often which values occur, for a picture of a few hundred columns (pure)."""

import math
from collections.abc import Iterable

import numpy as np
from numpy.typing import NDArray

from glview.display import Window

BESIDE = 0.05
"""This share of the span is free at both sides, so that the ends of a window can be taken hold of.
"""
NEAR = 2.0
"""So many of its widths past either end are near a window: it takes a fifth of them or more."""
WHOLE_BELOW = 32.0
"""Columns narrower than this are whole numbers wide for whole numbers: else some hold one value
more than those beside them, or none, and are a comb."""
_FAR = 8e307
"""What lies further away cannot be seen: the width would be infinite."""


def span(values: NDArray[np.floating], windows: Iterable[Window], *, near: bool = False) -> Window:
    """From where to where a histogram goes: all values (bands, count) and all of the windows.

    Without any it goes from 0 to 1. ``near`` the windows, a few values far away do not press these
    together; where no value is near, all of it is shown.
    """
    ends = [end for window in windows for end in (window.low, window.high)]
    first, last = min(ends, default=-_FAR), max(ends, default=_FAR)
    if values.size:
        ends += [float(values.min()), float(values.max())]
    low, high = max(min(ends, default=0.0), -_FAR), min(max(ends, default=1.0), _FAR)
    if near:
        least, most = first - NEAR * (last - first), last + NEAR * (last - first)
        if not values.size or bool(((values >= least) & (values <= most)).any()):
            low, high = max(low, least), min(high, most)
    beside = BESIDE * (high - low) if low < high else max(0.5, 1e-6 * abs(low))
    return Window(max(low - beside, -_FAR), min(high + beside, _FAR))


def columns_over(values: NDArray[np.floating], over: Window, columns: int) -> tuple[Window, int]:
    """From where to where columns go, and how many: so many from end to end.

    Fewer for whole numbers that are near each other, each as many of them wide as the others, with
    the numbers in their middle; the outermost may reach past the ends.
    """
    wide = (over.high - over.low) / columns
    if wide >= WHOLE_BELOW or not values.size or not bool((values == np.rint(values)).all()):
        return over, columns
    step = float(math.ceil(wide))
    first = math.floor(over.low + 0.5) - 0.5
    count = max(math.ceil((over.high - first) / step), 1)
    return Window(first, first + count * step), count


def heights(
    values: NDArray[np.floating], over: Window, columns: int, *, logarithmic: bool = True
) -> NDArray[np.float64]:
    """How high each of the columns is for one band's values, from 0 to 1.

    By the logarithm of one more than how many values fall into it: a single one is seen beside a
    background that is nearly all of the picture (so SAOImage DS9 shows its own at first). Else by
    how many they are.
    """
    # By hand: numpy's own histogram refuses ends that are close together for the values' type.
    wide = values.astype(np.float64)
    wide = wide[(wide >= over.low) & (wide <= over.high)]
    shares = (wide - over.low) / (over.high - over.low)
    places = np.minimum((shares * columns).astype(np.intp), columns - 1)
    counts = np.bincount(places, minlength=columns)
    high = np.log1p(counts) if logarithmic else counts.astype(np.float64)
    highest = float(high.max(initial=0.0))
    return np.asarray(high / highest if highest > 0.0 else high, np.float64)
