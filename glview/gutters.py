"""Edge strips and the gutters they fill (pure numpy).

A slot's gutter must hold what lies beside the tile in the image, or filtering shows the tile's
edge. A tile brings what its file's overlap has; for the rest each resident tile leaves strips of
its own border on the host, and whichever of two neighbours arrives later completes both.
"""

from collections.abc import Iterator, Mapping
from collections.abc import Set as AbstractSet
from dataclasses import dataclass
from typing import NamedTuple

import numpy as np
from numpy.typing import NDArray

from glview.pyramid import TileKey
from glview.texels import repeat_edges

Texels = NDArray[np.generic]

_SIDES = (
    ((-1, -1), (0, -1), (1, -1)),
    ((-1, 0),),
    ((1, 0),),
    ((-1, 1), (0, 1), (1, 1)),
)
AROUND = tuple((dx, dy) for dy in (-1, 0, 1) for dx in (-1, 0, 1) if (dx, dy) != (0, 0))


@dataclass(frozen=True, slots=True, eq=False)
class EdgeStrips:
    """The outermost ``gutter`` texels of a tile on each side, shape (groups, h, w, components).

    ``left`` and ``right`` are full height, ``top`` and ``bottom`` full width; all true data.
    """

    left: Texels
    right: Texels
    top: Texels
    bottom: Texels

    @property
    def size_bytes(self) -> int:
        return self.left.nbytes + self.right.nbytes + self.top.nbytes + self.bottom.nbytes

    def facing(self, dx: int, dy: int, gutter: int) -> Texels:
        """What a neighbour sees that lies at (-dx, -dy) of this tile, padded to the gutter.

        A tile at an image edge may be narrower than the gutter: its last texel is repeated, as
        the image itself is beyond its edge.
        """
        if dx == 0:
            return _padded(self.top if dy > 0 else self.bottom, gutter, None, dy < 0, False)
        if dy == 0:
            return _padded(self.left if dx > 0 else self.right, None, gutter, False, dx < 0)
        block = self.top if dy > 0 else self.bottom
        block = block[:, :, :gutter] if dx > 0 else block[:, :, -gutter:]
        return _padded(block, gutter, gutter, dy < 0, dx < 0)


class Patch(NamedTuple):
    """A rectangle of true texels to write into a tile's slot.

    (x, y) is relative to the slot's first texel (gutter included); ``texels`` has shape
    (groups, h, w, components).
    """

    key: TileKey
    x: int
    y: int
    texels: Texels


def strips_of(slot: Texels, gutter: int) -> EdgeStrips:
    """Copies of the border strips of a slot array (so that the array itself can go)."""
    inner = slot[:, gutter:-gutter, gutter:-gutter] if gutter else slot
    return EdgeStrips(
        inner[:, :, :gutter].copy(),
        inner[:, :, -gutter:].copy(),
        inner[:, :gutter].copy(),
        inner[:, -gutter:].copy(),
    )


def patches(
    key: TileKey,
    size: tuple[int, int],
    strips: Mapping[TileKey, EdgeStrips],
    gutter: int,
    grid: tuple[int, int],
) -> Iterator[Patch]:
    """What the resident neighbours of a tile know of its gutter.

    ``size`` is the tile's width and height, ``grid`` the level's columns and rows.
    """
    level, column, row = key
    for towards in AROUND:
        neighbour = strips.get(TileKey(level, column + towards[0], row + towards[1]))
        if neighbour is not None:
            yield _patch(key, size, towards, neighbour, gutter, grid)


def renewals(
    key: TileKey,
    size: tuple[int, int],
    strips: Mapping[TileKey, EdgeStrips],
    gutter: int,
    grid: tuple[int, int],
    came: AbstractSet[tuple[int, int]],
) -> Iterator[Patch]:
    """What a tile in the atlas is to be told of neighbours that ``came``, (dx, dy) from it.

    Above and below in one piece with the corners that are known, so that a side is one upload.
    """
    for side in _SIDES:
        if came.isdisjoint(side):
            continue
        run: list[Patch] = []
        told = False
        for towards in (*side, None):
            dx, dy = towards or (0, 0)
            there = towards and strips.get(TileKey(key.level, key.column + dx, key.row + dy))
            if towards and there:
                run.append(_patch(key, size, towards, there, gutter, grid))
                told = told or towards in came
                continue
            if told:
                yield _joined(run)
            run, told = [], False


def apply(slot: Texels, patch: Patch) -> None:
    """Write a patch into a slot array that has not been uploaded yet."""
    height, width = patch.texels.shape[1:3]
    slot[:, patch.y : patch.y + height, patch.x : patch.x + width] = patch.texels


def _patch(
    key: TileKey,
    size: tuple[int, int],
    towards: tuple[int, int],
    strips: EdgeStrips,
    gutter: int,
    grid: tuple[int, int],
) -> Patch:
    """What the neighbour that lies ``towards`` (dx, dy) of a tile tells it."""
    (width, height), (dx, dy) = size, towards
    x = 0 if dx < 0 else gutter + (width if dx else 0)
    y = 0 if dy < 0 else gutter + (height if dy else 0)
    texels = strips.facing(dx, dy, gutter)
    # Past the image's edge nothing lies diagonally: the corner repeats the end of the strip.
    left, right = _ends(key.column, grid[0], gutter) if dx == 0 else (0, 0)
    top, bottom = _ends(key.row, grid[1], gutter) if dy == 0 else (0, 0)
    if left or right or top or bottom:
        texels = _repeated(texels, left, top, right, bottom)
    return Patch(key, x - left, y - top, texels)


def _joined(run: list[Patch]) -> Patch:
    """Patches that lie side by side as one, in one piece of memory."""
    first = run[0]
    texels = [patch.texels for patch in run]
    joined = np.ascontiguousarray(texels[0]) if len(run) == 1 else np.concatenate(texels, axis=2)
    return Patch(first.key, first.x, first.y, joined)


def _ends(index: int, count: int, gutter: int) -> tuple[int, int]:
    """How much of the gutter lies past the image's edge before and after a column or row."""
    return gutter * (index == 0), gutter * (index == count - 1)


def _padded(
    block: Texels, height: int | None, width: int | None, at_top: bool, at_left: bool
) -> Texels:
    """``block`` repeated outwards to the given size; ``at_*``: the missing part comes first."""
    rows = 0 if height is None else height - block.shape[1]
    columns = 0 if width is None else width - block.shape[2]
    if rows <= 0 and columns <= 0:
        return block
    top, left = rows * at_top, columns * at_left
    return _repeated(block, left, top, columns - left, rows - top)


def _repeated(block: Texels, left: int, top: int, right: int, bottom: int) -> Texels:
    """``block`` with its outermost texels repeated so many times (np.pad takes 70 us)."""
    groups, height, width, components = block.shape
    shape = (groups, top + height + bottom, left + width + right, components)
    out: Texels = np.empty(shape, block.dtype)
    out[:, top : top + height, left : left + width] = block
    repeat_edges(out, left, top, left + width, top + height)
    return out
