"""Tiles asked by what lies above them."""

import numpy as np
import pytest

from glview.atlas import Slot, plan_layout
from glview.cover import tiles_of
from glview.loader import Loaded
from glview.pyramid import Level, Pyramid, TileKey
from glview.residency import Residency
from glview.residents import LONG_AGO_S, Resident, Residents

EVEN = Pyramid(1024, 768, tuple(Level(1024 >> k, 768 >> k, 2.0**k, 2.0**k) for k in range(3)))
# Rounded down, shifted, and with other tiles on each level.
ODD = Pyramid(
    1003,
    701,
    (
        Level(1003, 701, 1.0, 1.0, tile_width=100, tile_height=90),
        Level(501, 350, 2.0, 2.0, 0.5, -0.25, tile_width=64, tile_height=70),
        Level(167, 116, 6.0, 6.0, tile_width=100, tile_height=33),
    ),
)


PLACE = Resident(Slot(0, 0, 0), LONG_AGO_S)


def all_keys(pyramid: Pyramid) -> list[TileKey]:
    return [key for level in range(len(pyramid.levels)) for key in tiles_of(pyramid, level)]


def agrees(residents: Residents, pyramid: Pyramid, tiles: set[TileKey]) -> None:
    """Whether it says for each tile and level what the pyramid does, of the tiles at hand."""
    for key in all_keys(pyramid):
        for level in range(max(key.level - 2, 0), key.level):
            expected = tiles.intersection(pyramid.covering(key, level))
            assert set(residents.under(key, level)) == expected


@pytest.mark.parametrize("pyramid", [EVEN, ODD])
def test_it_agrees_with_the_pyramid(pyramid: Pyramid) -> None:
    keys = all_keys(pyramid)
    some = keys[::2]
    residents = Residents(pyramid, dict.fromkeys(some, PLACE))
    agrees(residents, pyramid, set(some))
    for key in some[::3]:
        del residents[key]
    agrees(residents, pyramid, set(some) - set(some[::3]))
    for key in set(some) - set(some[::3]):
        del residents[key]
    assert residents._under == {}


def test_residency_keeps_it_true() -> None:
    layout = plan_layout(
        256, 256, gutter=4, bytes_per_texel=4, groups=1, budget_bytes=16 * 264 * 264 * 4
    )
    residency = Residency(EVEN, layout, gutter=4, reach=1)
    for key in all_keys(EVEN):  # more than there is room for
        texels = np.zeros((1, 264, 264, 4), np.uint8)
        residency.admit(Loaded(key, texels), [()], LONG_AGO_S)
    assert 0 < len(residency.residents) < len(all_keys(EVEN))
    agrees(residency.residents, EVEN, set(residency.residents))
    residency.lose()
    agrees(residency.residents, EVEN, set())
