"""What cannot work is refused when it is set, not when it is missed."""

from typing import Any

import pytest

from glview.options import ViewerOptions


@pytest.mark.parametrize(
    ("name", "value"),
    [
        ("gpu_bytes", 0),
        ("host_bytes", -1),
        ("workers", 0),
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
    assert options.workers >= 2
