"""A source of Python code that never lets go of the interpreter's lock by itself.

It has a module of its own, because other processes import it.
"""

import numpy as np
from numpy.typing import NDArray

from glview.sources.callable import CallableSource

SIDE_PX = 65_536


def python_source() -> CallableSource:
    """Grey tiles of 256 px; one takes some 4 ms where nothing else runs."""
    return CallableSource(_paint, SIDE_PX, SIDE_PX, bands=1)


def _paint(_level: int, x: int, y: int, width: int, height: int) -> NDArray[np.uint8]:
    texels = bytes(i * j & 255 for j in range(y, y + height) for i in range(x, x + width))
    return np.frombuffer(texels, np.uint8).reshape(height, width)
