"""Colour maps: one value to one colour, as tables of 256 entries (pure).

Viridis, magma, inferno (https://bids.github.io/colormap) and cividis
(https://doi.org/10.1371/journal.pone.0199239) rise evenly in lightness as eyes judge it; the last
looks alike to those who do not tell red from green.
"""

import enum
from functools import cache
from pkgutil import get_data

import numpy as np
from numpy.typing import NDArray

ENTRIES = 256


class ColorMap(enum.Enum):
    """What a single value is shown in; the value is its name for people."""

    VIRIDIS = "viridis"
    MAGMA = "magma"
    INFERNO = "inferno"
    CIVIDIS = "cividis"
    GREY = "grey"
    GREY_INVERTED = "grey inverted"


_KEPT = (ColorMap.VIRIDIS, ColorMap.MAGMA, ColorMap.INFERNO, ColorMap.CIVIDIS)
"""Those of the asset, in its order (``scripts/make_colormaps``)."""


@cache
def table(colormap: ColorMap) -> NDArray[np.uint8]:
    """The map's entries, shape (256, 3), sRGB-encoded, from the lowest value to the highest.

    What lies between two entries is interpolated. Not to be written to.
    """
    if colormap in _KEPT:
        asset = get_data("glview", "assets/colormaps.bin")
        assert asset is not None, "the package is loaded by something that cannot read its files"
        kept = np.frombuffer(asset, np.uint8).reshape(len(_KEPT), ENTRIES, 3)
        found: NDArray[np.uint8] = kept[_KEPT.index(colormap)]
        return found
    steps = np.arange(ENTRIES, dtype=np.uint8)
    rising = np.repeat(steps[:, None], 3, axis=1)
    made = rising if colormap is ColorMap.GREY else rising[::-1].copy()
    made.flags.writeable = False
    return made
