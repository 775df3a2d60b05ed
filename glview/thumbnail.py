"""The whole image as a small picture, from the tiles that stay resident (pure)."""

import math
from dataclasses import dataclass, replace

import numpy as np
from numpy.typing import NDArray

from glview.cover import overview_level, tiles_of
from glview.display import Display
from glview.frame import Frame, Scene
from glview.instances import build
from glview.lod import LodChoice
from glview.residents import Residents
from glview.viewport import Viewport

LEAST_Z = 0.5
"""Screen pixels per level pixel down to which the picture is the exact average of the level."""


@dataclass(frozen=True, slots=True, eq=False)
class Thumbnail:
    """A frame to be drawn ``times`` as large as it is wanted, and averaged."""

    frame: Frame
    times: int

    def averaged(self, picture: NDArray[np.uint8]) -> NDArray[np.uint8]:
        """The drawn frame (height, width, bands) in the size that is wanted."""
        height, width, bands = picture.shape
        n = self.times
        blocks = picture.reshape(height // n, n, width // n, n, bands)
        mean: NDArray[np.float64] = blocks.mean(axis=(1, 3))
        return np.rint(mean).astype(np.uint8)


def thumbnail(
    scene: Scene, residents: Residents, display: Display, width_px: int, height_px: int
) -> Thumbnail:
    """What to draw for the whole image, as large as it goes in ``width_px`` x ``height_px`` pixels.

    Of the overview's level alone, without fades: however small it shall be, an average of that.
    """
    pyramid = scene.pyramid
    level = overview_level(pyramid)
    geometry = pyramid.levels[level]
    finest = min(geometry.downsample_x, geometry.downsample_y)
    scale = min(width_px / pyramid.width, height_px / pyramid.height)
    times = max(1, math.ceil(LEAST_Z / (scale * finest) - 1e-9))
    view = Viewport(
        times * width_px,
        times * height_px,
        pyramid.width / 2.0,
        pyramid.height / 2.0,
        min(times * width_px / pyramid.width, times * height_px / pyramid.height),
    )
    table = build(
        pyramid,
        LodChoice(level, ()),
        {level: tiles_of(pyramid, level)},
        residents,
        gutter=scene.gutter,
        groups=scene.texels.groups,
        now_s=0.0,
        fade_s=0.0,
    )
    # A checkerboard would be averaged.
    shown = replace(display, fade_s=0.0, checker=None)
    return Thumbnail(Frame(scene, view, shown, table, level, 0.0, False), times)
