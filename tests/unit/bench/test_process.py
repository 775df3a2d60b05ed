"""What a process takes, as the system counts it."""

import os

import numpy as np

from glview.bench.process import peak_bytes, proportional_bytes, resident_bytes

MIB = 1 << 20


def test_what_is_held_counts() -> None:
    before = resident_bytes() or 0
    held = np.ones(64 * MIB, np.uint8)
    assert (resident_bytes() or 0) - before > 60 * MIB
    assert (proportional_bytes(os.getpid()) or 0) > 60 * MIB
    del held
    assert abs((resident_bytes() or 0) - before) < 4 * MIB
    assert (peak_bytes() or 0) - before > 60 * MIB


def test_a_process_that_is_gone_takes_nothing() -> None:
    assert proportional_bytes(1 << 30) is None
