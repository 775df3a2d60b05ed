"""A few thousand tiles of the simulation that `scripts/soak --simulate` runs for millions."""

import pytest

from tests.soak.simulation import simulate


@pytest.mark.parametrize("seed", [1, 2, 3])
def test_nothing_goes_wrong_in_a_random_flight(seed: int) -> None:
    flight = simulate(10_000, seed)
    assert flight.loader.requests >= 10_000
    assert flight.loader.delivered > 100
