"""IRAF's zscale: a window for what is faint beside a background that is nearly all (pure)."""

import numpy as np
from numpy.typing import NDArray

CONTRAST = 0.25
SAMPLES = 1000
"""Of the values, drawn: every hundredth may be of one column. IRAF and astropy take as many."""
_REJECTED_FROM = 2.5
_ROUNDS = 5
_LEAST = 5


def zscale(values: NDArray[np.floating]) -> tuple[float, float]:
    """The values to be shown as black and as white; those of all where there is no background.

    Values in their order rise evenly about the median, where the background is, and steeply at
    their ends, where stars and defects are. A straight line I(i) is fitted to them by their rank i,
    of which in five rounds those are left out that are 2.5 standard deviations away from it, with
    a hundredth of all beside each. With n values, the rank m of the median and its value M

        z1 = M + (slope / contrast) (1 - m),    z2 = M + (slope / contrast) (n - m),

    within the ends of the values; these ends themselves where more than half was left out. So says
    the help page of ``display`` in IRAF (images.tv, "ZSCALE ALGORITHM"), as SAOImage DS9 and
    astropy's ``ZScaleInterval`` have it.
    """
    some = values if values.size <= SAMPLES else np.random.default_rng(0).choice(values, SAMPLES)
    ranked = np.sort(some.astype(np.float64))
    count = ranked.size
    ends = float(ranked[0]), float(ranked[-1])
    if count < _LEAST:
        return ends
    ranks = np.arange(count) - 0.5 * (count - 1)
    fitted = np.ones(count, bool)
    beside = np.ones(max(1, count // 100), bool)
    slope = 0.0
    for _ in range(_ROUNDS):
        slope, middle = np.polyfit(ranks[fitted], ranked[fitted], 1)
        off = ranked - (middle + slope * ranks)
        far = np.abs(off) > _REJECTED_FROM * off[fitted].std()
        left = ~np.convolve(far | ~fitted, beside, "same")
        if left.sum() < max(_LEAST, count // 2):
            return ends
        if np.array_equal(left, fitted):
            break
        fitted = left
    median = float(np.median(ranked))
    reach = float(slope) / CONTRAST * 0.5 * (count - 1)
    return max(ends[0], median - reach), min(ends[1], median + reach)
