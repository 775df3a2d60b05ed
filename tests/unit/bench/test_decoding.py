"""How tiles are loaded that are only measured."""

import time

import numpy as np
import pytest
from numpy.typing import NDArray

from glview.bench.decoding import full_tiles, loaded_rate
from glview.bench.process import resident_bytes
from glview.options import ViewerOptions
from glview.pyramid import IntRect
from glview.sources.synthetic import FunctionSource, SyntheticOptions, halving_pyramid

MIB = 1 << 20


def grown_mib(*, keeps: bool, host_mib: int) -> float:
    """By how much the process has grown when the last of 48 tiles of a MiB is read."""
    tile = SyntheticOptions(512, 512)
    pyramid = halving_pyramid(512 * 9, 512 * 7, tile)
    taken: list[int] = []

    def paint(_level: int, rect: IntRect) -> NDArray[np.generic]:
        time.sleep(0.004)  # so that what has come is drained meanwhile
        taken.append(resident_bytes() or 0)
        return np.zeros((rect.height, rect.width, 3), np.uint8)

    source = FunctionSource(pyramid, paint, tile)
    keys = full_tiles(source, 48)
    options = ViewerOptions(host_bytes=host_mib * MIB)
    assert loaded_rate(source, keys, 1, options=options, keeps=keeps) > 0.0
    assert len(taken) == 48
    return (taken[-1] - taken[0]) / MIB


@pytest.mark.parametrize(
    ("keeps", "host_mib", "least", "most"),
    [(True, 256, 40, 60), (True, 24, 12, 32), (False, 256, -16, 24)],
)
def test_tiles_are_kept_within_the_budget_or_dropped(
    keeps: bool, host_mib: int, least: int, most: int
) -> None:
    assert least < grown_mib(keeps=keeps, host_mib=host_mib) < most
