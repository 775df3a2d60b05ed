"""What an image cannot say of itself."""

import math
from dataclasses import replace

import pytest

from glview.sources.synthetic import KeyedSource


@pytest.mark.parametrize("size", [(0.0, 1.0), (1.0, -0.5), (math.inf, 1.0), (1.0, math.nan)])
def test_pixels_have_a_size_or_none_is_told(size: tuple[float, float]) -> None:
    description = KeyedSource(100, 100).description
    assert replace(description, pixel_size_um=(0.25, 0.5)).pixel_size_um == (0.25, 0.5)
    with pytest.raises(ValueError, match="pixel_size_um must be positive and finite"):
        replace(description, pixel_size_um=size)
