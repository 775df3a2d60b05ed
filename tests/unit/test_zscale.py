"""IRAF's zscale."""

import numpy as np
import pytest

from glview.zscale import zscale


def test_of_an_even_ramp_it_is_all() -> None:
    assert zscale(np.arange(1000.0)) == (0.0, 999.0)


def test_of_a_background_it_is_some_widths_of_it_however_bright_the_stars_are() -> None:
    sky = np.random.default_rng(1).normal(1000.0, 10.0, 100_000)
    sky[::50] = np.geomspace(2000.0, 1e6, 2000)
    low, high = zscale(sky)
    assert low == pytest.approx(966.0, abs=8.0)
    assert high == pytest.approx(1065.0, abs=15.0)


@pytest.mark.parametrize("values", [[7.0], [7.0] * 2000, [1.0, 2.0, 3.0, 4.0]])
def test_few_values_and_one_alone_are_their_own_ends(values: list[float]) -> None:
    assert zscale(np.array(values)) == (min(values), max(values))
