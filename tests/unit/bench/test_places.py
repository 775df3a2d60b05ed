"""Places that share no tile."""

import itertools

import numpy as np
import pytest

from glview.bench.places import apart
from glview.cover import tiles_under
from glview.pyramid import Level, Pyramid
from glview.scheduler import NEIGHBOURHOOD_PX
from glview.viewport import Viewport

SCREEN = Viewport(1600, 1000)


def chosen(width: int, height: int, most: int = 99, seed: int = 0) -> list[tuple[float, float]]:
    return apart(SCREEN, (width, height), (254, 254), most, np.random.default_rng(seed))


@pytest.mark.parametrize("seed", range(5))
def test_no_place_has_read_what_is_in_sight_at_another(seed: int) -> None:
    pyramid = Pyramid(6144, 6144, (Level(6144, 6144, 1.0, 1.0, tile_width=254, tile_height=254),))
    read = []
    for x, y in chosen(6144, 6144, seed=seed):
        assert 800 <= x <= 5344
        assert 500 <= y <= 5644
        view = Viewport(1600, 1000, x, y)
        in_sight = set(tiles_under(view, pyramid, 0))
        around = set(tiles_under(view, pyramid, 0, margin_px=NEIGHBOURHOOD_PX))
        read.append((in_sight, around))
    assert len(read) == 12
    assert not any(a[0] & b[1] for a, b in itertools.permutations(read, 2))


def test_there_are_as_many_as_were_asked_for_where_they_fit() -> None:
    assert len(chosen(6144, 6144, most=8)) == 8
    assert len(chosen(4096, 2500, most=8)) == 4


def test_an_image_smaller_than_a_screen_has_one_place() -> None:
    assert chosen(800, 600) == [(400.0, 300.0)]


def test_places_are_others_each_time() -> None:
    assert chosen(30_000, 30_000, most=1) != chosen(30_000, 30_000, most=1, seed=1)
