"""Samples of so many bits, one behind the other, as numbers (pure numpy).

Each row begins with a byte, and the first bit is the highest of its first sample, in files of both
byte orders (TIFF 6.0, FillOrder); so it is with 24 bits and more, too, which tifffile turns around
in big-endian files.
"""

import math
from typing import Any

import numpy as np
from numpy.typing import NDArray

_WHOLE = frozenset({8, 16, 32, 64, 128})


def is_packed(bits: int) -> bool:
    """Whether samples of so many bits are no numbers of a computer."""
    return bits not in _WHOLE


def row_bytes(bits: int, columns: int, samples: int) -> int:
    """What a row of pixels takes."""
    return -(-bits * columns * samples // 8)


def unpacked(data: bytes, bits: int, rows: int, columns: int, samples: int) -> NDArray[Any]:
    """Pixels (rows, columns, samples) of 1 to 64 bits, in the narrowest type without a sign.

    ValueError where there are too few bytes.
    """
    row = row_bytes(bits, columns, samples)
    if len(data) < rows * row:
        raise ValueError(f"{len(data)} bytes of pixels where {rows * row} belong")
    # So many samples fill bytes evenly.
    group = 8 // math.gcd(bits, 8)
    step = group * bits // 8
    groups = -(-columns * samples // group)
    stored: NDArray[np.uint8] = np.frombuffer(data, np.uint8, rows * row).reshape(rows, row)
    if row < groups * step:
        stored = np.pad(stored, ((0, 0), (0, groups * step - row)))
    stored = stored.reshape(rows, groups, step)
    size = next(size for size in (1, 2, 4, 8) if size * 8 >= bits)
    out = np.zeros((rows, groups, group), f"u{size}")
    for place in range(group):
        _read(stored, place * bits, bits, out[..., place])
    found = out.reshape(rows, groups * group)[:, : columns * samples]
    return found.reshape(rows, columns, samples)


def summed(pixels: NDArray[Any], bits: int) -> NDArray[Any]:
    """Unsigned pixels of which each but a row's first is its distance from the one before."""
    whole = np.add.accumulate(pixels, axis=1, dtype=pixels.dtype)
    whole &= pixels.dtype.type((1 << bits) - 1)
    return whole


def signed(pixels: NDArray[Any], bits: int) -> NDArray[Any]:
    """`unpacked` pixels whose highest bit is a sign."""
    spare = pixels.dtype.itemsize * 8 - bits
    high: NDArray[Any] = (pixels << spare).view(f"i{pixels.dtype.itemsize}")
    high >>= spare
    return high


def _read(stored: NDArray[np.uint8], first: int, bits: int, out: NDArray[Any]) -> None:
    """Put into ``out`` (zeros) the bits from one on of each group of bytes."""
    end = first + bits
    for index in range(first // 8, -(-end // 8)):
        part = stored[..., index]
        left = max(first - index * 8, 0)
        if left:
            part = part & np.uint8(0xFF >> left)
        spare = (index + 1) * 8 - end
        if spare > 0:
            part = part >> np.uint8(spare)
        out <<= 8 - left - max(spare, 0)
        out |= part
