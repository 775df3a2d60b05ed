"""All that a renderer needs for one picture, frozen, and nothing of how it is drawn."""

import enum
from dataclasses import dataclass
from typing import NamedTuple

import numpy as np
from numpy.typing import NDArray

from glview.display import Display
from glview.lod import LevelRange
from glview.pyramid import Level, Pyramid, TileKey
from glview.texels import TexelFormat
from glview.viewport import Point, Viewport

INSTANCE = np.dtype(
    [
        ("l_rect", np.int32, 4),  # x0, y0, x1, y1 in level pixels
        ("level", np.int32),
        ("layer", np.int32),  # of the atlas, times the number of groups
        ("slot_x", np.int32),  # texel of the atlas layer where l_rect's corner lies
        ("slot_y", np.int32),
        ("flags", np.int32),
        ("weighed_as", np.int32),  # the level whose weight applies; NO_LEVEL: none, in full
        ("birth_s", np.float32),  # seconds, on the frame's clock
        ("unused", np.int32),  # so that a record is three texels of four numbers
    ]
)
"""One candidate tile as the vertex stage reads it (48 bytes)."""


NO_LEVEL = -1


class Flag(enum.IntFlag):
    """What the vertex stage must know of an instance beyond its place."""

    PARTIAL = 1
    """In the second draw: blended with a weight below 1."""
    FIRST_COLUMN = 2
    """Reaches to the image's left edge (the other three likewise), and past it for its outline."""
    FIRST_ROW = 4
    LAST_COLUMN = 8
    LAST_ROW = 16


@dataclass(frozen=True, slots=True, eq=False)
class InstanceTable:
    """Candidate tiles around the view.

    ``records`` holds ``base_count`` instances for the first draw (front to back) and then those
    for the second (back to front), of the tiles ``keys``. A table is never changed; a new one has a
    new identity.
    """

    records: NDArray[np.void]
    base_count: int
    keys: tuple[TileKey, ...] = ()

    @property
    def partial_count(self) -> int:
        return len(self.records) - self.base_count


EMPTY = InstanceTable(np.zeros(0, INSTANCE), 0)


@dataclass(frozen=True, slots=True, eq=False)
class Scene:
    """What stays the same from frame to frame: the image's geometry and how its texels lie."""

    pyramid: Pyramid
    ranges: tuple[LevelRange, ...]
    texels: TexelFormat
    gutter: int


@dataclass(frozen=True, slots=True, eq=False)
class Frame:
    """One picture: a scene, a view of it, the tiles to make it of, and the time.

    ``now_s`` is on the clock of the instances' births. ``blending`` says whether any tile may
    have a weight between 0 and 1; where it is False, one draw straight to the target suffices.
    ``quick`` asks for one fetch a pixel, which is less than the average of what lies under it: for
    a picture that moves on.
    """

    scene: Scene
    viewport: Viewport
    display: Display
    instances: InstanceTable
    base_level: int
    now_s: float
    blending: bool
    quick: bool = False

    @property
    def shows_outline(self) -> bool:
        """Whether any edge of the image is in sight."""
        seen, pyramid = self.viewport.i_bounds(1.0), self.scene.pyramid
        return seen.x0 < 0.0 or seen.y0 < 0.0 or seen.x1 > pyramid.width or seen.y1 > pyramid.height


@dataclass(frozen=True, slots=True)
class Target:
    """A framebuffer to draw into, ``width`` x ``height`` device pixels.

    ``depth`` says whether it has a depth buffer; without one pictures go through a composite.
    """

    framebuffer: int
    width: int
    height: int
    depth: bool = True


@dataclass(frozen=True, slots=True, eq=False)
class Panel:
    """A picture that stands on the image: premultiplied RGBA8 (h, w, 4) at a target position."""

    pixels: NDArray[np.uint8]
    x: int
    y: int


class Clip(NamedTuple):
    """A rectangle of a target in device pixels, to which drawing is confined."""

    x0: int
    y0: int
    x1: int
    y1: int


@dataclass(frozen=True, slots=True)
class Mark:
    """The place of an unreadable tile: a corner on the screen and the edges that leave it."""

    corner: Point
    across: Point
    down: Point


@dataclass(frozen=True, slots=True)
class Outline:
    """A border inside a rectangle on the screen, given as in `Mark`, turned or not.

    ``color`` is RGBA from 0 to 1, not premultiplied. ``dash`` is the length of a dash and of the
    gap after it, 0 for a whole line, and ``inset`` how far from the edges the border begins, both
    in widths of the line.
    """

    corner: Point
    across: Point
    down: Point
    color: tuple[float, float, float, float]
    dash: float = 0.0
    inset: float = 0.0


@dataclass(frozen=True, slots=True, eq=False)
class CellText:
    """What is written into the pixels of a level, from (``column``, ``row``) on.

    ``codes`` (rows, columns, lines, characters) say which of ``glyphs`` (count, height, width, ink
    and halo: 8 bits each) stands where; ``colors`` are RGB from 0 to 1, one a line.
    """

    column: int
    row: int
    codes: NDArray[np.uint8]
    glyphs: NDArray[np.uint8]
    colors: tuple[tuple[float, float, float], ...]


@dataclass(frozen=True, slots=True)
class PixelGrid:
    """Lines between the pixels of a level, ``line_px`` device pixels wide, and what these say."""

    viewport: Viewport
    level: Level
    line_px: int
    text: CellText | None = None
