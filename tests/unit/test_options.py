"""What cannot work is refused when it is set, not when it is missed."""

from typing import Any

import pytest

from glview.image import Reading
from glview.options import ViewerOptions, worker_count


@pytest.mark.parametrize(
    ("name", "value"),
    [
        ("gpu_bytes", 0),
        ("host_bytes", -1),
        ("workers", 0),
        ("gpu_bytes", 1.5),
        ("gutter", 1),
        ("fade_s", -0.1),
        ("fade_s", 0.2),
    ],
)
def test_options_that_cannot_work_are_refused(name: str, value: Any) -> None:
    with pytest.raises(ValueError, match=name.partition("_")[0]):
        ViewerOptions(**{name: value})


def test_the_defaults_are_256_mib_each() -> None:
    options = ViewerOptions()
    assert (options.gpu_bytes, options.host_bytes) == (268_435_456, 268_435_456)
    assert options.workers is None


@pytest.mark.parametrize(
    ("reading", "cores", "count"),
    [
        (Reading.COMPUTING, 1, 2),
        (Reading.COMPUTING, 6, 6),
        (Reading.COMPUTING, 64, 8),
        (Reading.WAITING, 1, 4),
        (Reading.WAITING, 2, 8),
        (Reading.WAITING, 64, 16),
        (Reading.PYTHON, 64, 1),
    ],
)
def test_the_number_of_workers_follows_what_reading_a_tile_does(
    reading: Reading, cores: int, count: int
) -> None:
    assert worker_count(reading, cores) == count
