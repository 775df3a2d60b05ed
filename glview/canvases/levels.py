"""A zoom as the level of a DeepZoom pyramid, counted from the smallest, as programs and people ask
for it. No GL, no toolkit.

Level 0 is one pixel, and each level is half as wide as the next; fractions lie between levels.
"""

import math
from dataclasses import replace

from glview.canvases.window_settings import FIT
from glview.motion import on_grid
from glview.navigator import Navigator
from glview.pyramid import Pyramid
from glview.viewport import Viewport


def level_scale(pyramid: Pyramid, level: float) -> float:
    """Device pixels per image pixel where a level is shown pixel for pixel."""
    return math.exp2(level - math.ceil(math.log2(max(pyramid.width, pyramid.height))))


def show_level(navigator: Navigator, pyramid: Pyramid, level: float) -> None:
    """Show a level pixel for pixel, in the middle, at once; a resize keeps the scale."""
    view = on_grid(replace(navigator.view, scale=level_scale(pyramid, level)))
    navigator.set_view(view, at_scale=True)


def picture_size(
    pyramid: Pyramid, level: float, room: tuple[int, int], most: tuple[int, int]
) -> tuple[int, int]:
    """Width and height of the whole picture in device pixels, ``most`` at most.

    Of `FIT` it is the picture that fits ``room``.
    """
    if level == FIT:
        scale = Viewport(*room).fitted(pyramid.width, pyramid.height).scale
    else:
        scale = level_scale(pyramid, level)
    width, height = round(pyramid.width * scale), round(pyramid.height * scale)
    return min(max(width, 1), most[0]), min(max(height, 1), most[1])
