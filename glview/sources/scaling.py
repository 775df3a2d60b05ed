"""From samples as they are stored to the values that they stand for (pure numpy)."""

from dataclasses import dataclass
from typing import Any

import numpy as np
from numpy.typing import NDArray

_SIGN_OFFSETS = {
    "int8": -128.0,
    "uint8": -128.0,
    "int16": 2.0**15,
    "int32": 2.0**31,
    "int64": 2.0**63,
}
"""By which whole numbers of the other sign are stored; those of 8 bits are stored without one."""
_OTHER_SIGN = {"uint8": "int8", "int16": "uint16", "int32": "uint32", "int64": "uint64"}


@dataclass(frozen=True, slots=True)
class Scaling:
    """A value is ``intercept + slope * sample``; of ``blank`` samples there is none.

    After the FITS standard 4.0, section 4.4.2.5 (BSCALE, BZERO, BLANK): an intercept of half a
    type's range is how the type of the other sign is stored, and nothing is rounded then.
    """

    slope: float = 1.0
    intercept: float = 0.0
    blank: int | None = None

    def dtype(self, stored: np.dtype[Any]) -> np.dtype[Any]:
        """What values of samples of a type are, in this machine's byte order."""
        own = stored.newbyteorder("=")
        if self._is_sign(own):
            return np.dtype(_OTHER_SIGN[own.name])
        if (self.slope, self.intercept) == (1.0, 0.0):
            return own
        return np.dtype(np.float32 if own.itemsize <= 2 else np.float64)

    def of(self, samples: NDArray[Any]) -> NDArray[Any]:
        """Values; NaN for those that are blank, where values are floats."""
        dtype = self.dtype(samples.dtype)
        own = samples.dtype.newbyteorder("=")
        if self._is_sign(own):
            # Half the range more is the highest bit turned over.
            bits: NDArray[Any] = samples.astype(own).view(f"u{own.itemsize}")
            return np.asarray((bits ^ bits.dtype.type(1 << (8 * own.itemsize - 1))).view(dtype))
        if dtype == own:
            return samples
        # What a float does not hold is infinite, and a NaN of any kind stays one.
        with np.errstate(over="ignore", invalid="ignore"):
            values = samples.astype(np.float64) * self.slope + self.intercept
            if self.blank is not None and own.kind in "iu":
                values[samples == self.blank] = np.nan
            return values.astype(dtype)

    def nodata(self, stored: np.dtype[Any]) -> float | None:
        """The value of blank samples; None where there cannot be any, or they are NaN."""
        if self.blank is None or self.dtype(stored).kind == "f":
            return None
        limits = np.iinfo(stored)
        if not limits.min <= self.blank <= limits.max:
            return None
        is_sign = self._is_sign(stored.newbyteorder("="))
        return self.blank + (self.intercept if is_sign else 0.0)

    def _is_sign(self, own: np.dtype[Any]) -> bool:
        return self.slope == 1.0 and self.intercept == _SIGN_OFFSETS.get(own.name)


AS_STORED = Scaling()
