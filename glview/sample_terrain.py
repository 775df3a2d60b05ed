"""The coarse fields of the sample image: an archipelago at a fraction of its full size.

Coordinates are fractions of the image's width, so that every size shows the same picture.
"""

import itertools
import math
from dataclasses import dataclass

import numpy as np
import pyvips
from numpy.typing import NDArray

Field = NDArray[np.float32]

_SEED = 1871
_SPINE = ((0.20, 0.17), (0.33, 0.25), (0.52, 0.33), (0.63, 0.47), (0.56, 0.63), (0.60, 0.78))
"""The mountain chain of the main island, from north-west to south."""
_BLOBS = (
    (0.80, 0.20, 0.085, 0.55),
    (0.90, 0.30, 0.050, 0.38),
    (0.17, 0.56, 0.105, 0.58),
    (0.27, 0.67, 0.050, 0.42),
    (0.86, 0.72, 0.070, 0.52),
    (0.24, 1.02, 0.085, 0.52),
    (0.42, 1.10, 0.055, 0.45),
    (0.62, 1.08, 0.080, 0.50),
    (0.88, 1.06, 0.055, 0.46),
    (0.84, 0.50, 0.028, 0.42),
    (0.08, 0.34, 0.045, 0.46),
    (0.09, 0.82, 0.040, 0.45),
)
"""Lesser islands: centre x and y, radius, height."""
_ATOLLS = ((0.36, 0.86, 0.052, 0.38), (0.80, 0.885, 0.030, 0.35), (0.53, 0.125, 0.034, 0.36))
"""Rings of reef: centre x and y, radius, height."""
_VOLCANOES = ((0.80, 0.20, 0.040, 0.62), (0.17, 0.56, 0.050, 0.55), (0.62, 1.08, 0.034, 0.45))
"""Cones with a crater lake: centre x and y, radius, height."""


@dataclass(frozen=True, slots=True, eq=False)
class Terrain:
    """Coarse fields, each of shape (rows, columns), float32, ``cell_px`` image pixels apart."""

    height: Field
    """Below 0 is sea; peaks reach about 1."""
    forest: Field
    """Density of trees: none below 0, closed canopy above 1."""
    cell_px: float


def make_terrain(width_px: int, height_px: int) -> Terrain:
    """Compute the fields for an image of this size, with a spare cell beyond each edge."""
    columns = max(256, width_px // 16)
    cell_px = width_px / columns
    shape = (math.ceil(height_px / cell_px) + 4, columns + 4)
    y, x = (
        ((np.arange(count, dtype=np.float32) - 2) / columns).reshape(axis)
        for count, axis in zip(shape, ((-1, 1), (1, -1)), strict=True)
    )
    noise = _Noise(shape, columns)
    warp_x, warp_y = noise.fractal(6, 6, 0.55), noise.fractal(6, 6, 0.55)
    shape_x, shape_y = x + 0.085 * warp_x, y + 0.085 * warp_y
    island = _islands(shape_x, shape_y)
    ridges = noise.warped(noise.ridged(7, 7), warp_x, warp_y, 0.018)
    rolling = noise.fractal(7, 7, 0.56)
    inland = np.clip(island * 1.9 + 0.1, 0, 1)
    height = island - 0.02 + 0.22 * rolling + inland**1.5 * (1.15 * ridges - 0.30)
    height = _carve(height, shape_x, shape_y)
    height = np.where(height < 0, 0.5 * height, height)
    woods = 0.7 + 2.2 * noise.fractal(5, 7, 0.6) - np.abs(height - 0.17) * 6.0
    forest = np.minimum(woods, (height - 0.012) * 120)
    return Terrain(
        height=np.clip(height, -0.99, 1.05).astype(np.float32),
        forest=np.clip(forest, -3, 3).astype(np.float32),
        cell_px=cell_px,
    )


def _islands(x: Field, y: Field) -> Field:
    """Smooth ground: the main island about its spine, lesser ones, atolls."""
    distance = np.full(np.broadcast_shapes(x.shape, y.shape), np.inf, np.float32)
    for (ax, ay), (bx, by) in itertools.pairwise(_SPINE):
        dx, dy = bx - ax, by - ay
        along = np.clip(((x - ax) * dx + (y - ay) * dy) / (dx * dx + dy * dy), 0, 1)
        np.minimum(distance, np.hypot(x - ax - along * dx, y - ay - along * dy), out=distance)
    ground = -0.36 + 0.78 * np.exp(-((distance / 0.105) ** 2))
    for cx, cy, radius, top in _BLOBS:
        ground += top * np.exp(-(((x - cx) ** 2 + (y - cy) ** 2) / radius**2))
    for cx, cy, radius, top in _ATOLLS:
        ring = (np.hypot(x - cx, y - cy) - radius) / 0.014
        ground += top * np.exp(-(ring**2)) + 0.16 * (ring < 0) * (1 - np.exp(-(ring**2)))
    return np.asarray(ground, np.float32)


def _carve(height: Field, x: Field, y: Field) -> Field:
    """Set volcanoes with crater lakes on the ground."""
    for cx, cy, radius, top in _VOLCANOES:
        away = np.hypot(x - cx, y - cy) / radius
        cone = top * np.exp(-1.3 * away)
        crater = np.clip((0.40 - away) / 0.26, 0, 1)
        cone = np.where(away < 0.34, top * math.exp(-1.3 * 0.34), cone)
        height = height + cone - crater**1.5 * (0.9 * height + cone + 0.08)
    return height


class _Noise:
    """Lattice noise in image coordinates: octave n has 2^n cells across the width."""

    def __init__(self, shape: tuple[int, int], columns: int) -> None:
        self._shape = shape
        self._columns = columns
        self._random = np.random.default_rng(_SEED)

    def octave(self, exponent: int) -> Field:
        """One octave, about -1 to 1; all zero where the grid is too coarse for it."""
        cells = 2**exponent
        lattice = self._random.uniform(-1, 1, (2 * cells + 4, cells + 4)).astype(np.float32)
        if cells * 2.5 > self._columns:
            return np.zeros(self._shape, np.float32)
        rows = self._weights(self._shape[0], lattice.shape[0], cells)
        columns = self._weights(self._shape[1], lattice.shape[1], cells)
        return np.asarray(2.2 * (rows @ lattice @ columns.T), np.float32)

    def fractal(self, octaves: int, first: int, gain: float) -> Field:
        """A sum of octaves from 2^(first - 4) cells on, each ``gain`` times the last."""
        total = np.zeros(self._shape, np.float32)
        for index in range(octaves):
            total += gain**index * self.octave(first - 4 + index)
        return total

    def ridged(self, octaves: int, first: int) -> Field:
        """Sharp crests and smooth valleys, 0 to about 1: each octave grows on the last."""
        total = np.zeros(self._shape, np.float32)
        weight = np.ones(self._shape, np.float32)
        for index in range(octaves):
            crest = (1 - np.abs(0.9 * self.octave(first - 4 + index))) ** 2 * weight
            weight = np.clip(crest * 1.8, 0, 1)
            total += 0.52**index * crest
        return total * np.float32(0.6)

    def warped(self, values: Field, by_x: Field, by_y: Field, amount: float) -> Field:
        """Sample ``values`` away from each cell by a displacement in image widths."""
        rows, columns = self._shape
        index = np.empty((rows, columns, 2), np.float32)
        index[..., 0] = np.arange(columns) + amount * self._columns * by_x
        index[..., 1] = np.arange(rows)[:, None] + amount * self._columns * by_y
        image = pyvips.Image.new_from_array(values)
        bicubic = pyvips.Interpolate.new("bicubic")
        moved = image.mapim(pyvips.Image.new_from_array(index), interpolate=bicubic, extend="copy")
        return np.asarray(moved.numpy(), np.float32)

    def _weights(self, count: int, lattice: int, cells: int) -> Field:
        """Cubic B-spline weights: (count, lattice), placed by fractions of the width."""
        position = (np.arange(count) - 2) * (cells / self._columns) + 1.5
        distance = np.abs(position[:, None] - np.arange(lattice)[None, :])
        near = 2 / 3 - distance**2 + distance**3 / 2
        far = np.clip(2 - distance, 0, None) ** 3 / 6
        return np.asarray(np.where(distance < 1, near, far), np.float32)
