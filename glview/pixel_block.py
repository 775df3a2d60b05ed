"""A block of samples at full resolution (pure, frozen)."""

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray


@dataclass(frozen=True, slots=True, eq=False)
class PixelBlock:
    """Samples of the finest level as the file has them, from (``column``, ``row``) on.

    ``samples`` has shape (rows, columns, bands), alpha last where there is one; where ``present``
    (rows, columns) is False there is nothing, or it cannot be read, and samples are 0.
    """

    column: int
    row: int
    samples: NDArray[np.generic]
    present: NDArray[np.bool_]
