"""Lengths in words (pure)."""

import math

METRES = ((1e3, "km"), (1.0, "m"), (1e-3, "mm"), (1e-6, "µm"), (1e-9, "nm"), (1e-12, "pm"))
"""SI; no centimetres, which instruments do not use."""
_HAIR = 1e-9
_MOST_DIGITS = 9


def round_length(length_m: float) -> str:
    """A length with the prefix that leaves a number of 1 or more, as a whole number."""
    unit, name = _unit_of(length_m)
    number = length_m / unit
    return f"{number:,.0f} {name}" if number >= 1.0 - _HAIR else f"{number:.3g} {name}"


def with_unit(x_m: float, y_m: float, step_m: float) -> str:
    """Two lengths in the unit that suits the larger one, to a hundredth, or to ``step_m``."""
    unit, name = _unit_of(max(abs(x_m), abs(y_m)))
    digits = min(max(2, math.ceil(-math.log10(step_m / unit) - _HAIR)), _MOST_DIGITS)
    return f"{x_m / unit:.{digits}f}, {y_m / unit:.{digits}f} {name}"


def _unit_of(length_m: float) -> tuple[float, str]:
    # A hair of room: 1e-3 must not come out as 1,000 µm for a rounding.
    return next((row for row in METRES if length_m >= row[0] * (1.0 - _HAIR)), METRES[-1])
