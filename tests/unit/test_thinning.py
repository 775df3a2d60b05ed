"""What is remembered of the values of tiles."""

import numpy as np

from glview.pyramid import Level, Pyramid, Rect, TileKey
from glview.thinning import Thinned, Thinning

GUTTER = 4
LEVEL = Level(4096, 4096, 1.0, 1.0, tile_width=64, tile_height=64)
THINNING = Thinning(Pyramid(4096, 4096, (LEVEL,)), GUTTER)
SLOT = np.arange(72 * 72, dtype=np.uint16).reshape(1, 72, 72, 1)
KEY = TileKey(0, 49, 0)


def test_of_a_large_level_every_eighth_texel_of_every_eighth_row() -> None:
    picked = THINNING.of(KEY, SLOT)
    assert picked.shape == (1, 8, 8, 1)
    assert picked[0, 0, :2, 0].tolist() == [4 * 72 + 4, 4 * 72 + 12]


def test_tiles_are_remembered_as_long_as_they_are_there() -> None:
    thinned = Thinned(THINNING)
    for column in range(50):
        key = TileKey(0, column, 0)
        thinned.put(key, SLOT, None, {key: None})
    assert len(thinned.of([KEY])) == 1
    assert len(thinned.of(TileKey(0, column, 0) for column in range(50))) <= 10


def test_what_a_worker_has_picked_is_not_picked_again() -> None:
    thinned = Thinned(THINNING)
    picked = THINNING.of(KEY, SLOT)
    thinned.put(KEY, SLOT, picked, {KEY: None})
    thinned.put(KEY, SLOT, None, {KEY: None})
    (kept,) = thinned.of([KEY])
    assert kept is picked


def test_a_tile_that_comes_anew_is_known_anew() -> None:
    thinned = Thinned(THINNING)
    thinned.put(KEY, SLOT, THINNING.of(KEY, SLOT), {KEY: None})
    other = THINNING.of(KEY, SLOT + 1)
    thinned.put(KEY, SLOT + 1, other, {KEY: None})
    (kept,) = thinned.of([KEY])
    assert kept is other


def test_what_is_in_sight_of_a_level_that_begins_elsewhere() -> None:
    level = Level(512, 512, 2.0, 2.0, offset_x=100.0, offset_y=60.0)
    pyramid = Pyramid(1124, 1084, (Level(1124, 1084, 1.0, 1.0), level))
    picked = np.arange(512 * 512).reshape(1, 512, 512, 1)
    # 200 to 300 and 160 to 240 of the image: from 50 to 100 and 50 to 90 of the level.
    seen = Thinning(pyramid, GUTTER).within(TileKey(1, 0, 0), picked, Rect(200, 160, 300, 240))
    assert seen.shape[1:3] == (40, 50)
    assert seen[0, 0, 0, 0] == 50 * 512 + 50
