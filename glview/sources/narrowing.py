"""From wide samples to float32 near a value of the image's own (pure numpy).

A float32 has 24 bits: of values around 3e9 every 256th, of Julian dates every quarter of a day. So
what is carried is how far values lie from an offset, one for an image, or for each of its channels
that are stored apart, which is found from some of them when it is opened, and added again wherever
values are told (`ImageDescription.offset`).
"""

import math
from dataclasses import dataclass
from typing import Any

import numpy as np
from numpy.typing import NDArray

_FAR = 4096.0
"""Values this many times their spread away from 0 have 4,096 steps left in float32."""
_EXACT = 2.0**24
"""Whole numbers up to this are what they are in float32."""
_ROUNDED_NODATA = 1e30
"""The lowest float is written with too few digits by many programs: rounded, it is the same."""
_PART = 1 << 20
_SOME = 1 << 16


@dataclass(frozen=True, slots=True)
class Narrowing:
    """How an image's samples become float32; ``nodata`` is in the file's own values."""

    offset: float = 0.0
    nodata: float | None = None

    def of(self, values: NDArray[Any]) -> NDArray[np.float32]:
        """``values`` less the offset. What is not no-data stays apart from what is.

        What float32 cannot hold is infinite, and so nothing.
        """
        out = np.empty(values.shape, np.float32)
        rows = max(1, _PART * len(values) // max(1, values.size))
        for row in range(0, len(values), rows):
            out[row : row + rows] = self._part(values[row : row + rows])
        return out

    def _part(self, values: NDArray[Any]) -> NDArray[np.float32]:
        with np.errstate(over="ignore", invalid="ignore"):
            wide = _less(values, self.offset)
            out = wide.astype(np.float32)
        nodata = self.nodata
        if nodata is None or (values.dtype.kind == "f" and abs(nodata) >= _ROUNDED_NODATA):
            return out
        own: float = nodata
        if values.dtype.kind in "iu" and nodata % 1 == 0:
            # The largest of 64 bits is a power of two among floats.
            own = min(int(nodata), int(np.iinfo(values.dtype).max))
        held = np.float32(nodata - self.offset)
        alike = (out == held) & (values != own)
        if alike.any():
            up, down = (np.nextafter(held, np.float32(end)) for end in (np.inf, -np.inf))
            out[alike] = np.where(wide[alike] >= nodata - self.offset, up, down)
        return out


AS_THEY_ARE = Narrowing()


def some_of(values: NDArray[Any]) -> NDArray[Any]:
    """As many of the pixels of (height, width, bands) as tell an offset."""
    every = max(1, math.isqrt(values.size // _SOME))
    return values[::every, ::every]


def suitable_offset(values: NDArray[Any], nodata: float | None) -> float:
    """What to subtract from values like these; 0 where float32 tells them apart as they are.

    A hundredth at either end does not count.
    """
    wide = np.abs(values).ravel() if values.dtype.kind == "c" else values.ravel()
    wide = wide.astype(np.float64)
    wide = wide[np.isfinite(wide) & (wide != nodata)]
    if not wide.size:
        return 0.0
    low, high = (float(end) for end in np.quantile(wide, (0.01, 0.99)))
    if low == high:
        low, high = float(wide.min()), float(wide.max())
    largest, spread = max(abs(low), abs(high)), high - low
    whole = values.dtype.kind in "iu"
    if (low <= 0.0 <= high) or (whole and largest <= _EXACT) or largest < _FAR * spread:
        return 0.0
    if spread == 0.0:
        return low if abs(low) >= _EXACT else 0.0
    # A round number, so that what is added again is the value that there was.
    step = 2.0 ** math.floor(math.log2(spread))
    return math.floor(low / step) * step


def _less(values: NDArray[Any], offset: float) -> NDArray[np.float64]:
    wide = values.astype(np.float64)
    if offset == 0.0:
        return wide
    near: NDArray[np.float64] = wide - offset
    if values.dtype.kind in "iu" and values.dtype.itemsize == 8:
        # float64 has 53 bits. Differences wrap around, and so are right unless they are huge.
        whole = values.view(np.uint64) - np.uint64(int(offset) % 2**64)
        near = np.where(np.abs(near) < 2.0**62, whole.view(np.int64).astype(np.float64), near)
    return near
