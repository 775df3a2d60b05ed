"""Recordings that were never made, of noise that moves."""

from collections.abc import Sequence

import numpy as np

from benchmarks.peers.pixels import Rows
from benchmarks.peers.recording import Recording, Seen

GREEN = 0x00FF00


def noise(seed: int = 0, width: int = 640) -> Rows:
    """25 rows of noise, without green ones."""
    grey = np.random.default_rng(seed).integers(10, 240, (25, width)).astype(np.uint32)
    return grey * 0x010101


def enlarged(rows: Rows, times: int) -> Rows:
    """Each pixel so many times, as wide as before."""
    return np.repeat(rows, times, 1)[:, : rows.shape[1]]


def shown(
    pictures: Sequence[tuple[float, Rows]],
    acted_s: Sequence[float] = (),
    *,
    settled: bool = True,
) -> Recording:
    return Recording(tuple(Seen(at_s, rows) for at_s, rows in pictures), tuple(acted_s), settled)
