"""Gutters hold what lies beside a tile in the image, whoever arrives first."""

from typing import Any

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from numpy.typing import NDArray

from glview import gutters
from glview.gutters import EdgeStrips, Patch
from glview.pyramid import Level, TileKey

GUTTER = 4
Texels = NDArray[Any]


def picture(width: int, height: int) -> NDArray[np.uint16]:
    """A level of which no two texels are alike, shape (groups, height, width, components)."""
    return np.arange(2 * height * width, dtype=np.uint16).reshape(2, height, width, 1)


class Atlas:
    """Slots of one level, filled by the rules of `glview.gutters`."""

    def __init__(self, whole: Texels, tile: int) -> None:
        self.whole = whole
        height, width = whole.shape[1:3]
        self.level = Level(width, height, 1.0, 1.0, 0.0, 0.0, tile, tile)
        self.slots: dict[TileKey, Texels] = {}
        self.strips: dict[TileKey, EdgeStrips] = {}
        self.sizes: dict[TileKey, tuple[int, int]] = {}

    def arrive(self, column: int, row: int) -> None:
        key = TileKey(0, column, row)
        x0, y0, x1, y1 = self.level.l_tile_rect(column, row)
        grid = (self.level.columns, self.level.rows)
        sides = ((0, 0), (GUTTER, GUTTER), (GUTTER, GUTTER), (0, 0))
        slot = np.pad(self.whole[:, y0:y1, x0:x1], sides, mode="edge")
        size = (x1 - x0, y1 - y0)
        own = gutters.strips_of(slot, GUTTER)
        for patch in gutters.patches(key, size, self.strips, GUTTER, grid):
            assert patch.key == key
            gutters.apply(slot, patch)
        self.slots[key], self.strips[key], self.sizes[key] = slot, own, size
        for dx, dy in gutters.AROUND:
            told = TileKey(0, column - dx, row - dy)
            if told in self.slots:
                self.renew(told, {(dx, dy)})

    def renew(self, key: TileKey, came: set[tuple[int, int]]) -> int:
        """Tell a tile of its neighbours, in how many pieces."""
        grid = (self.level.columns, self.level.rows)
        found = list(gutters.renewals(key, self.sizes[key], self.strips, GUTTER, grid, came))
        for patch in found:
            assert patch.texels.flags.c_contiguous
            gutters.apply(self.slots[patch.key], patch)
        return len(found)

    def leave(self, column: int, row: int) -> None:
        key = TileKey(0, column, row)
        del self.slots[key], self.strips[key], self.sizes[key]

    def true_slot(self, key: TileKey) -> Texels:
        sides = ((0, 0), (GUTTER, GUTTER), (GUTTER, GUTTER), (0, 0))
        x0, y0, x1, y1 = self.level.l_tile_rect(key.column, key.row)
        padded = np.pad(self.whole, sides, mode="edge")
        return padded[:, y0 : y1 + 2 * GUTTER, x0 : x1 + 2 * GUTTER]


@given(
    width=st.integers(1, 26),
    height=st.integers(1, 26),
    tile=st.integers(GUTTER, 11),
    data=st.data(),
)
def test_in_any_order_of_arrival_each_slot_is_its_part_of_the_padded_level(
    width: int, height: int, tile: int, data: st.DataObject
) -> None:
    atlas = Atlas(picture(width, height), tile)
    places = [(c, r) for r in range(atlas.level.rows) for c in range(atlas.level.columns)]
    for place in data.draw(st.permutations(places)):
        atlas.arrive(*place)
    for key, slot in atlas.slots.items():
        assert np.array_equal(slot, atlas.true_slot(key)), key


def test_a_tile_that_comes_back_finds_its_neighbours_again() -> None:
    atlas = Atlas(picture(24, 24), 8)
    for row in range(3):
        for column in range(3):
            atlas.arrive(column, row)
    atlas.leave(1, 1)
    atlas.leave(2, 2)
    atlas.arrive(1, 1)
    assert not np.array_equal(atlas.slots[TileKey(0, 1, 1)][:, -1, -1], atlas.whole[:, 19, 19])
    atlas.arrive(2, 2)
    for key, slot in atlas.slots.items():
        assert np.array_equal(slot, atlas.true_slot(key)), key


def test_until_a_neighbour_comes_the_edge_is_repeated() -> None:
    atlas = Atlas(picture(16, 8), 8)
    atlas.arrive(0, 0)
    slot = atlas.slots[TileKey(0, 0, 0)]
    assert (slot[0, GUTTER, -GUTTER:, 0] == atlas.whole[0, 0, 7, 0]).all()


def test_a_last_column_of_one_texel_is_repeated_in_its_neighbours_gutter() -> None:
    atlas = Atlas(picture(9, 8), 8)
    atlas.arrive(0, 0)
    atlas.arrive(1, 0)
    slot = atlas.slots[TileKey(0, 0, 0)]
    assert slot[0, GUTTER, -GUTTER:, 0].tolist() == [8, 8, 8, 8]


def test_beside_the_image_a_corner_repeats_the_neighbours_end() -> None:
    """Else the outline shows a step where two tiles meet."""
    atlas = Atlas(picture(8, 16), 8)
    atlas.arrive(0, 0)
    atlas.arrive(0, 1)
    below = atlas.slots[TileKey(0, 0, 1)]
    assert below[0, GUTTER - 1, -GUTTER:, 0].tolist() == [63, 63, 63, 63]
    assert below[0, GUTTER - 1, :GUTTER, 0].tolist() == [56, 56, 56, 56]


def test_neighbours_in_other_levels_are_none() -> None:
    strips = gutters.strips_of(np.zeros((1, 12, 12, 1), np.uint8), GUTTER)
    others = {TileKey(1, 1, 0): strips}
    assert list(gutters.patches(TileKey(0, 0, 0), (4, 4), others, GUTTER, (3, 3))) == []


def test_eight_neighbours_tell_a_tile_all_of_its_gutter() -> None:
    strips = gutters.strips_of(np.zeros((1, 16, 16, 1), np.uint8), GUTTER)
    around = {TileKey(0, c, r): strips for c in range(3) for r in range(3) if (c, r) != (1, 1)}
    told = np.zeros((16, 16), int)
    for patch in gutters.patches(TileKey(0, 1, 1), (8, 8), around, GUTTER, (3, 3)):
        height, width = patch.texels.shape[1:3]
        told[patch.y : patch.y + height, patch.x : patch.x + width] += 1
    expected = np.ones((16, 16), int)
    expected[GUTTER:-GUTTER, GUTTER:-GUTTER] = 0
    assert np.array_equal(told, expected)


@pytest.mark.parametrize(
    ("there", "came", "pieces"),
    [
        # A row below, of which one piece is made.
        ([(0, 2), (1, 2), (2, 2)], {(-1, 1), (0, 1), (1, 1)}, 1),
        # What was known of it goes with the corner that came.
        ([(0, 2), (1, 2)], {(-1, 1)}, 1),
        # The corners, and nothing between them.
        ([(0, 2), (2, 2)], {(-1, 1), (1, 1)}, 2),
        ([(0, 2), (2, 2)], {(1, 1)}, 1),
        ([(0, 1), (2, 1)], {(-1, 0), (1, 0)}, 2),
        ([(c, r) for c in range(3) for r in range(3) if (c, r) != (1, 1)], set(gutters.AROUND), 4),
        # It came, and has gone again.
        ([], {(0, 1)}, 0),
    ],
)
def test_a_side_is_told_of_in_one_piece_as_far_as_it_is_known(
    there: list[tuple[int, int]], came: set[tuple[int, int]], pieces: int
) -> None:
    atlas = Atlas(picture(24, 24), 8)
    for place in there:
        atlas.arrive(*place)
    atlas.arrive(1, 1)
    known = atlas.slots[TileKey(0, 1, 1)].copy()
    middle = np.s_[:, GUTTER:-GUTTER, GUTTER:-GUTTER]
    atlas.slots[TileKey(0, 1, 1)][:] = 0
    atlas.slots[TileKey(0, 1, 1)][middle] = known[middle]
    assert atlas.renew(TileKey(0, 1, 1), came) == pieces
    slot = atlas.slots[TileKey(0, 1, 1)]
    assert (slot == known)[slot != 0].all()
    for dx, dy in came & {(c - 1, r - 1) for c, r in there}:
        x, y = (GUTTER if side == 0 else 0 if side < 0 else -1 for side in (dx, dy))
        assert (slot[:, y, x] == known[:, y, x]).all()


def test_strips_are_copies() -> None:
    slot = np.ones((1, 16, 16, 1), np.uint8)
    strips = gutters.strips_of(slot, GUTTER)
    slot[:] = 0
    assert strips.left.min() == strips.bottom.min() == 1


def test_strips_count_their_bytes() -> None:
    strips = gutters.strips_of(np.zeros((2, 18, 28, 4), np.uint16), GUTTER)
    # 20 x 10 texels of 2 groups, 4 components, 2 bytes: two columns and two rows of 4.
    assert strips.size_bytes == (2 * 4 * 10 + 2 * 4 * 20) * 2 * 4 * 2


@pytest.mark.parametrize("gutter", [1, 2, 8])
def test_the_gutter_has_any_width(gutter: int) -> None:
    slot = np.zeros((1, 16 + 2 * gutter, 16 + 2 * gutter, 1), np.uint8)
    assert gutters.strips_of(slot, gutter).left.shape == (1, 16, gutter, 1)


def test_a_patch_goes_where_it_says() -> None:
    slot = np.zeros((1, 4, 4, 1), np.uint8)
    gutters.apply(slot, Patch(TileKey(0, 0, 0), 1, 2, np.ones((1, 1, 2, 1), np.uint8)))
    assert slot[0, ..., 0].tolist() == [[0] * 4, [0] * 4, [0, 1, 1, 0], [0] * 4]
