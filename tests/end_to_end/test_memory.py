"""Promise: memory is a setting, not a function of the image, true as the system counts it."""

from pathlib import Path

import pytest

from benchmarks.memory import ALLOWED_MIB, TERAPIXEL, fly_apart, make_wide
from glview.options import MIB


@pytest.mark.timeout(600)
def test_over_a_terapixel_a_process_grows_by_its_budgets_and_no_more() -> None:
    """Long enough to fill both: 256 tiles on the GPU and the host, and four times as many seen."""
    flown = fly_apart(TERAPIXEL, 64, places=16)
    assert 40 * MIB < flown.gpu_bytes <= 64 * MIB
    assert 40 * MIB < flown.host_bytes <= 64 * MIB
    assert flown.growth_bytes <= (128 + ALLOWED_MIB) * MIB


@pytest.mark.full
@pytest.mark.timeout(1800)
@pytest.mark.parametrize("mib", [64, 256])
def test_over_a_file_of_262144_pixels_across_it_does_not_either(tmp_path: Path, mib: int) -> None:
    flown = fly_apart(str(make_wide(tmp_path)), mib, places=60)
    assert flown.gpu_bytes <= mib * MIB
    assert flown.host_bytes <= mib * MIB
    assert flown.growth_bytes <= (2 * mib + ALLOWED_MIB) * MIB
