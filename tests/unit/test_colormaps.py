"""Tables of colour maps."""

import numpy as np
import pytest

from glview.colormaps import ColorMap, table


@pytest.mark.parametrize(
    ("colormap", "first", "middle", "last"),
    [
        (ColorMap.VIRIDIS, [68, 1, 84], [33, 145, 140], [253, 231, 37]),
        (ColorMap.MAGMA, [0, 0, 4], [183, 55, 121], [252, 253, 191]),
        (ColorMap.INFERNO, [0, 0, 4], [188, 55, 84], [252, 255, 164]),
        (ColorMap.CIVIDIS, [0, 34, 78], [125, 124, 120], [254, 232, 56]),
        (ColorMap.GREY, [0, 0, 0], [128, 128, 128], [255, 255, 255]),
        (ColorMap.GREY_INVERTED, [255, 255, 255], [127, 127, 127], [0, 0, 0]),
    ],
)
def test_a_map_has_256_colours(
    colormap: ColorMap, first: list[int], middle: list[int], last: list[int]
) -> None:
    made = table(colormap)
    assert made.shape == (256, 3)
    assert made.dtype == np.uint8
    assert [made[entry].tolist() for entry in (0, 128, 255)] == [first, middle, last]


@pytest.mark.parametrize("colormap", list(ColorMap))
def test_a_map_rises_in_lightness(colormap: ColorMap) -> None:
    """By the luminance of its sRGB colours, to the rounding of a byte; one falls."""
    linear = (table(colormap) / 255.0) ** 2.2
    luminance = linear @ np.array([0.2126, 0.7152, 0.0722])
    steps = np.diff(luminance if colormap is not ColorMap.GREY_INVERTED else luminance[::-1])
    assert steps.min() > -0.002


@pytest.mark.parametrize("colormap", list(ColorMap))
def test_nobody_writes_to_a_table(colormap: ColorMap) -> None:
    assert not table(colormap).flags.writeable
