"""Magnifications as of a microscope's objective: what scale of a view they are (pure)."""

import math

_UM_AT_1X = 10.0
"""A pixel of a camera, through an objective of 1x: 0.25 µm are 40x, as scanners have it."""

_LEAST, _MOST = 0.5, 500.0
"""Beyond are photographs of so many dots an inch, maps, and microscopes without an objective."""

PRESETS = (5.0, 10.0, 20.0, 40.0)
"""What one goes to."""


def full_magnification(
    objective_power: float | None, pixel_size_um: tuple[float, float] | None
) -> float | None:
    """The magnification of full resolution: its objective's, else by the size of a pixel.

    None where neither is known, and for pixels that no microscope has.
    """
    if objective_power is not None and 0.0 < objective_power < math.inf:
        return objective_power
    if pixel_size_um is None:
        return None
    guessed = _UM_AT_1X / math.sqrt(pixel_size_um[0] * pixel_size_um[1])
    return guessed if _LEAST <= guessed <= _MOST else None


def magnified(magnification: float) -> str:
    """A magnification as people write it: 40x, 6.3x, 0.31x."""
    if magnification >= 100.0:
        return f"{magnification:.0f}x"
    return f"{magnification:.2g}x" if magnification < 10.0 else f"{magnification:.3g}x"
