"""Where tiles lie on the screen, and the borders that tell their level and state (pure)."""

from collections.abc import Mapping

from glview.failures import Hole
from glview.frame import Outline
from glview.pyramid import IntRect, Pyramid, Rect, TileKey
from glview.tile_states import TileState
from glview.viewport import Point, Viewport

RGB = tuple[float, float, float]

LEVEL_COLORS: tuple[RGB, ...] = (
    (0.40, 0.95, 0.35),
    (0.35, 0.70, 1.00),
    (1.00, 0.85, 0.25),
    (0.85, 0.50, 1.00),
    (0.20, 0.92, 0.85),
    (1.00, 0.62, 0.30),
)
"""Levels take them in turn: those that meet in a picture are far apart, and none is near red."""
FAILED_COLOR: RGB = (1.0, 0.15, 0.15)
APPEARING_ALPHA = 0.5
DASH = 5.0
"""Widths of the line: a dash for what stands in,"""
DOT = 1.5
"""and for what is missing."""
LEVEL_INSET = 3.0
"""Borders of levels coincide: by so many widths of the line, casing and all, a level's lies further
in than those of the level nearer to the base."""


def level_color(level: int) -> RGB:
    """The colour of a level's borders, 0 to 1."""
    return LEVEL_COLORS[level % len(LEVEL_COLORS)]


def placed(pyramid: Pyramid, view: Viewport, key: TileKey) -> tuple[Point, Point, Point]:
    """Where a tile is seen: its first corner, and the edges along its first row and first column.

    All in screen pixels. The tile is cut to the image; the outermost tiles reach to its edge.
    """
    return placed_rect(view, _i_seen(pyramid, key))


def placed_rect(view: Viewport, rect: Rect | IntRect) -> tuple[Point, Point, Point]:
    """Where a rectangle of the image is seen, as `placed` has it."""
    corner = view.s_from_i(rect.x0, rect.y0)
    across, down = view.s_from_i(rect.x1, rect.y0), view.s_from_i(rect.x0, rect.y1)
    return (
        corner,
        Point(across.x - corner.x, across.y - corner.y),
        Point(down.x - corner.x, down.y - corner.y),
    )


def lost_parts(pyramid: Pyramid, hole: Hole) -> list[Rect]:
    """What of the image a hole is: the whole tile, or the parts of it that are lost."""
    if not hole.lost:
        return [_i_seen(pyramid, hole.key)]
    level = pyramid.levels[hole.key.level]
    tile = level.l_tile_rect(hole.key.column, hole.key.row)
    found = []
    for x0, y0, x1, y1 in hole.lost:
        right = level.offset_x + (tile.x0 + x1) * level.downsample_x
        bottom = level.offset_y + (tile.y0 + y1) * level.downsample_y
        found.append(
            Rect(
                level.offset_x + (tile.x0 + x0) * level.downsample_x,
                level.offset_y + (tile.y0 + y0) * level.downsample_y,
                min(right, float(pyramid.width)),
                min(bottom, float(pyramid.height)),
            )
        )
    return found


def outlines(
    pyramid: Pyramid, view: Viewport, states: Mapping[TileKey, TileState], base: int
) -> tuple[Outline, ...]:
    """The borders of those tiles that are in sight, in the order of ``states``."""
    found = []
    for key, state in states.items():
        corner, across, down = placed(pyramid, view, key)
        if _is_in_sight(view, corner, across, down):
            color, dash = _look(key.level, state)
            inset = LEVEL_INSET * abs(key.level - base)
            found.append(Outline(corner, across, down, color, dash, inset))
    return tuple(found)


def _look(level: int, state: TileState) -> tuple[tuple[float, float, float, float], float]:
    """Colour and dash of a border."""
    own = level_color(level)
    if state is TileState.FAILED:
        return (*FAILED_COLOR, 1.0), 0.0
    if state is TileState.APPEARING:
        return (*own, APPEARING_ALPHA), 0.0
    if state is TileState.STANDING_IN:
        return (*own, 1.0), DASH
    if state is TileState.MISSING:
        return (*own, 1.0), DOT
    return (*own, 1.0), 0.0


def _i_seen(pyramid: Pyramid, key: TileKey) -> Rect:
    """The part of the image that a tile stands for, as shaders/tile.vert has it."""
    level = pyramid.levels[key.level]
    x0, y0, x1, y1 = level.i_tile_rect(key.column, key.row)
    return Rect(
        0.0 if key.column == 0 else x0,
        0.0 if key.row == 0 else y0,
        pyramid.width if key.column == level.columns - 1 else min(x1, pyramid.width),
        pyramid.height if key.row == level.rows - 1 else min(y1, pyramid.height),
    )


def _is_in_sight(view: Viewport, corner: Point, across: Point, down: Point) -> bool:
    """Whether the upright rectangle around a place meets the target."""
    left = corner.x + min(across.x, 0.0) + min(down.x, 0.0)
    top = corner.y + min(across.y, 0.0) + min(down.y, 0.0)
    width, height = abs(across.x) + abs(down.x), abs(across.y) + abs(down.y)
    return left < view.width and top < view.height and left + width > 0.0 and top + height > 0.0
