"""Level of detail: which levels make a picture, with which weights and kernel.

`shaders/lod.glsl` says the same in GLSL; a test compares the two by value.

``z`` is the number of screen pixels per level pixel. A level stands alone from z = 1 downwards
until the next coarser one comes near its own z = 1; there the two cross-fade. The screen pixel is
the area average of the level under it: a box ``clamp(1/z, 1, 3)`` level pixels wide.
"""

import math
from dataclasses import dataclass

from glview.pyramid import Pyramid, Reduction

MAX_BOX_TEXELS = 3.0
"""Two bilinear fetches an axis reach four texels, which hold any box up to three wide."""

FADE_OCTAVES = {Reduction.MEAN: 0.2, Reduction.UNKNOWN: 0.5, Reduction.NEAREST: 0.0}
"""Width of the cross-fade as a share of the step between two levels.

With 2x2 means the finer level stays exact until late: a fade over the last fifth of the octave
keeps 0.1 % zoom steps within 1.03 of their neighbours (a hard switch: 2.2 to 2.6).
"""


def ease(edge0: float, edge1: float, x: float) -> float:
    """0 at ``edge0``, 1 at ``edge1``, most of the way early: ``1 - (1 - t)^3``.

    The finer level gains fast as soon as the coarser one is magnified, because it is the better
    picture. On an image with a photograph's spectrum, PSNR to the true area average at z = 0.55 /
    0.53 / 0.51: linear 45 / 41 / 38 dB, smoothstep 48 / 40 / 37, this 65 / 50 / 40; steps of 0.1 %
    zoom stay within 1.01 of their neighbours with each. A step at ``edge0`` where the edges meet.
    """
    if edge1 <= edge0:
        return 1.0 if x > edge0 else 0.0
    t = min(max((x - edge0) / (edge1 - edge0), 0.0), 1.0)
    return 1.0 - (1.0 - t) ** 3


@dataclass(frozen=True, slots=True)
class LevelRange:
    """Where one level takes part: weight 0 at ``z_none`` and below, 1 from ``z_full`` on."""

    z_none: float
    z_full: float

    def weight(self, z: float) -> float:
        """Share of this level over the next coarser one, 0 to 1."""
        if self.z_none <= 0.0:
            return 1.0
        return ease(self.z_none, self.z_full, z)


def level_ranges(pyramid: Pyramid, *, blend: bool = True) -> tuple[LevelRange, ...]:
    """The range of each level; the coarsest one always has weight 1.

    Without ``blend`` levels switch at once where the coarser one reaches 1:1.
    """
    share = FADE_OCTAVES[pyramid.reduction] if blend else 0.0
    ranges = []
    for fine, coarse in zip(pyramid.levels, pyramid.levels[1:], strict=False):
        step = coarse.downsample / fine.downsample
        z_none = 1.0 / step
        ranges.append(LevelRange(z_none, z_none * step**share))
    ranges.append(LevelRange(0.0, 0.0))
    return tuple(ranges)


def box_texels(z: float) -> float:
    """Width of the box filter in level pixels along one axis, for screen pixels per level pixel."""
    return min(max(1.0 / z, 1.0), MAX_BOX_TEXELS)


def reach_texels(pyramid: Pyramid) -> int:
    """How far past its tile's edge a filter can look, in whole texels.

    A box of w texels centred on the edge covers w/2 beyond it; bilinear magnification is the
    box of one texel. Where the axes differ, a level is chosen by the mean of both, and the box
    along the finer axis may be as wide as boxes get.
    """
    if any(level.downsample_x != level.downsample_y for level in pyramid.levels):
        return math.ceil(MAX_BOX_TEXELS / 2)
    steps = [
        coarse.downsample / fine.downsample
        for fine, coarse in zip(pyramid.levels, pyramid.levels[1:], strict=False)
    ]
    return math.ceil(min(max([1.0, *steps]), MAX_BOX_TEXELS) / 2 - 1e-9)


@dataclass(frozen=True, slots=True)
class LodChoice:
    """The levels that make the picture at one scale.

    ``base`` is the finest level with weight 1; ``fading`` the finer ones with a weight between 0
    and 1, finest first (at most one where steps are about 2).
    """

    base: int
    fading: tuple[int, ...]

    @property
    def levels(self) -> tuple[int, ...]:
        """All levels that a settled picture needs, base first."""
        return (self.base, *reversed(self.fading))


def choose(pyramid: Pyramid, ranges: tuple[LevelRange, ...], scale: float) -> LodChoice:
    """The levels for a scale in screen pixels per image pixel."""
    fading: list[int] = []
    for index, (level, span) in enumerate(zip(pyramid.levels, ranges, strict=True)):
        weight = span.weight(scale * level.downsample)
        if weight >= 1.0:
            return LodChoice(index, tuple(fading))
        if weight > 0.0:
            fading.append(index)
    raise AssertionError("the coarsest level has weight 1 at every scale")
