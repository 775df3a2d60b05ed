"""The geometry of an image pyramid: levels, tiles, and where they lie (pure, frozen).

Planes carry their letter in every name:

* ``i_`` image: full-resolution pixels; pixel (0, 0) covers [0, 1) x [0, 1).
* ``l_`` level: pixels of one level; ``i = l * downsample + offset``.
* ``t_`` tile grid: column and row of a tile in its level.
* ``s_`` screen: device pixels of the target, y downwards.

A level is placed by its downsample and offset, never by a ratio of sizes: libvips rounds the
sizes of TIFF levels down, DeepZoom rounds up, and both would swim if sizes were compared.
"""

import enum
import itertools
import math
from collections.abc import Iterator
from dataclasses import dataclass
from typing import NamedTuple

MAX_SIDE_PX = (1 << 31) - 1
"""Positions of texels are 32-bit whole numbers on the GPU."""
MAX_LEVELS = 40
"""More cannot be shown: the block of uniforms has room for so many. Halved, 2^31 pixels make 32."""


class TileKey(NamedTuple):
    """Names one tile: level (0 = full resolution), column and row in its grid."""

    level: int
    column: int
    row: int


class IntRect(NamedTuple):
    """Half-open rectangle of whole pixels or tiles: x0 <= x < x1, y0 <= y < y1."""

    x0: int
    y0: int
    x1: int
    y1: int

    @property
    def width(self) -> int:
        return self.x1 - self.x0

    @property
    def height(self) -> int:
        return self.y1 - self.y0

    def holds(self, other: "IntRect") -> bool:
        """Whether all of another rectangle lies in it."""
        return (
            self.x0 <= other.x0
            and self.y0 <= other.y0
            and other.x1 <= self.x1
            and other.y1 <= self.y1
        )


class Rect(NamedTuple):
    """Rectangle in a continuous plane; the plane is named by the variable's prefix."""

    x0: float
    y0: float
    x1: float
    y1: float

    def meets(self, other: "Rect") -> bool:
        """Whether they overlap: a common edge is not enough."""
        across = self.x0 < other.x1 and other.x0 < self.x1
        return across and self.y0 < other.y1 and other.y0 < self.y1


class Reduction(enum.Enum):
    """How each level was made from the next finer one; decides how levels cross-fade."""

    MEAN = "mean"
    """2x2 means (DeepZoom, libvips): a late and brief cross-fade is invisible."""
    UNKNOWN = "unknown"
    """Anything else: half an octave of cross-fade."""
    NEAREST = "nearest"
    """Labels and masks: values must not be mixed, so no cross-fade and no filtering."""


@dataclass(frozen=True, slots=True)
class Level:
    """One resolution of an image.

    ``width`` and ``height`` are in this level's pixels, ``offset_x`` and ``offset_y`` in
    full-resolution pixels (where the left and top edges of texel (0, 0) lie). ``tile_width`` and
    ``tile_height`` give the grid; ``overlap`` is how many texels of its neighbours a stored tile
    brings along on each inner side.
    """

    width: int
    height: int
    downsample_x: float
    downsample_y: float
    offset_x: float = 0.0
    offset_y: float = 0.0
    tile_width: int = 256
    tile_height: int = 256
    overlap: int = 0
    derived: bool = False
    """Made of the next finer level's tiles when asked for, not read."""

    def __post_init__(self) -> None:
        if min(self.width, self.height, self.tile_width, self.tile_height) < 1:
            raise ValueError(f"sizes must be positive: {self}")
        if not (self.downsample_x > 0.0 and self.downsample_y > 0.0):
            raise ValueError(f"downsamples must be positive: {self}")

    @property
    def columns(self) -> int:
        return -(-self.width // self.tile_width)

    @property
    def rows(self) -> int:
        return -(-self.height // self.tile_height)

    @property
    def downsample(self) -> float:
        """Geometric mean of the two axes: image pixels per level pixel."""
        return math.sqrt(self.downsample_x * self.downsample_y)

    def is_gridded_like(self, coarser: "Level", step: float) -> bool:
        """Whether ``step`` of its tiles across and down make one of a coarser level's."""
        return (
            coarser.downsample_y == step * self.downsample_y
            and (coarser.tile_width, coarser.tile_height) == (self.tile_width, self.tile_height)
            and coarser.offset_x == self.offset_x == 0.0 == coarser.offset_y == self.offset_y
        )

    def l_tile_rect(self, column: int, row: int) -> IntRect:
        """The level pixels a tile stands for, without overlap; IndexError outside the grid."""
        if not (0 <= column < self.columns and 0 <= row < self.rows):
            raise IndexError(f"no tile {column},{row} in a grid of {self.columns}x{self.rows}")
        x0, y0 = column * self.tile_width, row * self.tile_height
        return IntRect(
            x0,
            y0,
            min(x0 + self.tile_width, self.width),
            min(y0 + self.tile_height, self.height),
        )

    def i_tile_rect(self, column: int, row: int) -> Rect:
        """The image rectangle under a tile (not clipped to the image)."""
        x0, y0, x1, y1 = self.l_tile_rect(column, row)
        return Rect(
            x0 * self.downsample_x + self.offset_x,
            y0 * self.downsample_y + self.offset_y,
            x1 * self.downsample_x + self.offset_x,
            y1 * self.downsample_y + self.offset_y,
        )

    def t_range(self, i_rect: Rect) -> IntRect:
        """The columns and rows whose tiles meet an image rectangle, clamped to the grid.

        Tiles at the last column and row also answer for image pixels past the level's own
        edge (floor-rounded levels), so a rectangle inside the image never yields nothing.
        """
        x0 = math.floor((i_rect.x0 - self.offset_x) / self.downsample_x / self.tile_width)
        y0 = math.floor((i_rect.y0 - self.offset_y) / self.downsample_y / self.tile_height)
        x1 = math.ceil((i_rect.x1 - self.offset_x) / self.downsample_x / self.tile_width)
        y1 = math.ceil((i_rect.y1 - self.offset_y) / self.downsample_y / self.tile_height)
        columns, rows = self.columns, self.rows
        x0, y0 = min(max(x0, 0), columns - 1), min(max(y0, 0), rows - 1)
        return IntRect(x0, y0, min(max(x1, x0 + 1), columns), min(max(y1, y0 + 1), rows))


@dataclass(frozen=True, slots=True)
class Pyramid:
    """An image's size and its levels, finest first.

    The first level need not have downsample 1: a DeepZoom whose largest levels are missing still
    keeps the image's declared size.
    """

    width: int
    height: int
    levels: tuple[Level, ...]
    reduction: Reduction = Reduction.MEAN

    def __post_init__(self) -> None:
        if not self.levels:
            raise ValueError("a pyramid needs a level")
        if not 1 <= min(self.width, self.height) <= max(self.width, self.height) <= MAX_SIDE_PX:
            raise ValueError(f"an image of {self.width}x{self.height} pixels")
        steps = [level.downsample for level in self.levels]
        if any(b <= a for a, b in itertools.pairwise(steps)):
            raise ValueError(f"levels must go from fine to coarse: {steps}")

    def t_range(self, level: int, i_rect: Rect) -> IntRect:
        """The tile range of one level that covers an image rectangle."""
        return self.levels[level].t_range(i_rect)

    def tiles_read_for(self, level: int) -> float:
        """About how many stored tiles must be read to make one tile of a level."""
        stored = level
        while stored > 0 and self.levels[stored].derived:
            stored -= 1
        across = self.levels[level].downsample / self.levels[stored].downsample
        return min(across * across, self.levels[stored].columns * self.levels[stored].rows)

    def i_rect(self, key: TileKey) -> Rect:
        """The image rectangle that a tile answers for.

        The outermost tiles do so for the image beyond them, too (levels rounded down, offsets).
        """
        own = self.levels[key.level]
        x0, y0, x1, y1 = own.i_tile_rect(key.column, key.row)
        if key.column == 0:
            x0 = min(x0, 0.0)
        if key.row == 0:
            y0 = min(y0, 0.0)
        if key.column == own.columns - 1:
            x1 = max(x1, float(self.width))
        if key.row == own.rows - 1:
            y1 = max(y1, float(self.height))
        return Rect(x0, y0, x1, y1)

    def touching(self, key: TileKey, level: int) -> Iterator[TileKey]:
        """The tiles of another level that lie under or over the tile ``key``, or meet its edges."""
        x0, y0, x1, y1 = self.i_rect(key)
        near = self.levels[key.level].downsample
        grid = self.levels[level].t_range(Rect(x0 - near, y0 - near, x1 + near, y1 + near))
        for row in range(grid.y0, grid.y1):
            for column in range(grid.x0, grid.x1):
                yield TileKey(level, column, row)

    def covering(self, key: TileKey, level: int) -> Iterator[TileKey]:
        """The tiles of another level that lie under or over the tile ``key``."""
        own, other = self.levels[key.level], self.levels[level]
        step = other.downsample_x / own.downsample_x
        if level > key.level and step in (2.0, 4.0) and own.is_gridded_like(other, step):
            # One: asked for each tile that arrives, when the way below takes a tenth of its upload.
            column, row = key.column // int(step), key.row // int(step)
            yield TileKey(level, min(column, other.columns - 1), min(row, other.rows - 1))
            return
        x0, y0, x1, y1 = self.i_rect(key)
        # A hair inside, so that tiles which only share an edge do not count.
        inset = 1e-6 * self.levels[key.level].downsample
        inner = Rect(x0 + inset, y0 + inset, x1 - inset, y1 - inset)
        grid = self.levels[level].t_range(inner)
        for row in range(grid.y0, grid.y1):
            for column in range(grid.x0, grid.x1):
                yield TileKey(level, column, row)
