"""Small periodic textures that carry the sample image's detail at single pixels."""

from dataclasses import dataclass
from typing import TypeVar

import numpy as np
import pyvips
from numpy.typing import NDArray

Field = NDArray[np.float32]
_T = TypeVar("_T", np.float32, np.uint8)

_SEED = 1909
_TREE_PX = 11


@dataclass(frozen=True, slots=True, eq=False)
class Textures:
    """Images that continue at their own edges; lay them out with ``replicate``."""

    relief: pyvips.Image
    """Float: fractal relief whose slope is about 1 a pixel (root mean square)."""
    waves: pyvips.Image
    """Float: light on waves, about -20 to 90."""
    tree_threshold: pyvips.Image
    """Float: a tree stands where the density of the forest exceeds this."""
    tree_light: pyvips.Image
    """Float: light on crowns, about -70 to 70."""
    tree_tint: pyvips.Image
    """Uchar: one colour code for each tree."""


def make_textures(size_px: int) -> Textures:
    """Paint them; the relief is ``size_px`` square, the others half that or less."""
    random = np.random.default_rng(_SEED)
    threshold, light, tint = _trees(random, size_px // 2 // _TREE_PX)
    return Textures(
        relief=_image(_relief(random, size_px)),
        waves=_image(_waves(random, size_px // 2)),
        tree_threshold=_image(threshold),
        tree_light=_image(light),
        tree_tint=_image(tint),
    )


def _image(values: NDArray[np.generic]) -> pyvips.Image:
    return pyvips.Image.new_from_array(np.ascontiguousarray(values))


def _spectrum(size: int) -> tuple[Field, Field]:
    """Frequencies along x and y in cycles a pixel, shaped for ``rfft2``."""
    fx = np.fft.rfftfreq(size).astype(np.float32)[None, :]
    fy = np.fft.fftfreq(size).astype(np.float32)[:, None]
    return fx, fy


def _filtered(random: np.random.Generator, response: Field) -> Field:
    """Periodic noise of unit deviation with the given amplitude for each frequency."""
    size = response.shape[0]
    noise = random.standard_normal((size, size), np.float32)
    made = np.fft.irfft2(np.fft.rfft2(noise) * response, s=(size, size))
    return np.asarray(made / made.std(), np.float32)


def _relief(random: np.random.Generator, size: int) -> Field:
    """Fractal noise from 2 to 256 pixels wavelength, a little ridged."""
    fx, fy = _spectrum(size)
    frequency = np.hypot(fx, fy)
    band = np.clip(frequency * 256 - 0.5, 0, 1) * np.clip((0.46 - frequency) * 8, 0, 1)
    response = (band * np.maximum(frequency, 1 / size) ** -1.85).astype(np.float32)
    smooth = _filtered(random, response)
    ridged = smooth - 0.8 * np.abs(_filtered(random, response))
    slope = np.sqrt(np.mean((ridged - np.roll(ridged, 1, axis=1)) ** 2) * 2)
    return np.asarray((ridged - ridged.mean()) / slope, np.float32)


def _waves(random: np.random.Generator, size: int) -> Field:
    """A swell from the south-west with bright, broken crests."""
    fx, fy = _spectrum(size)
    along, across = 0.8 * fx - 0.6 * fy, 0.6 * fx + 0.8 * fy
    swell_at = np.exp(-(((np.abs(across) - 0.045) / 0.016) ** 2) - (along / 0.02) ** 2)
    ripple_at = np.exp(-(((np.abs(across) - 0.16) / 0.06) ** 2) - (along / 0.06) ** 2)
    gusts_at = np.exp(-((np.hypot(fx, fy) / 0.006) ** 2))
    swell = _filtered(random, swell_at.astype(np.float32))
    ripple = _filtered(random, ripple_at.astype(np.float32))
    gusts = _filtered(random, gusts_at.astype(np.float32))
    crests = np.clip((swell + 0.35 * ripple + 0.5 * gusts - 2.1) * 2.5, 0, 1)
    return np.asarray(4.0 * swell + 5.0 * ripple + 62.0 * crests, np.float32)


def _trees(random: np.random.Generator, cells: int) -> tuple[Field, Field, NDArray[np.uint8]]:
    """Round crowns, one in each cell of a jittered grid, lit from the north-west."""
    px = _TREE_PX
    jitter_x, jitter_y = random.uniform(0.1, 0.9, (2, cells, cells)).astype(np.float32)
    radius = random.uniform(0.34, 0.68, (cells, cells)).astype(np.float32)
    rank = random.uniform(0, 1, (cells, cells)).astype(np.float32)
    kind = random.integers(0, 256, (cells, cells), np.uint8)
    inner = ((np.arange(px) + 0.5) / px).astype(np.float32)
    at_x, at_y = np.tile(inner, cells)[None, :], np.tile(inner, cells)[:, None]
    shape = (cells * px, cells * px)
    top = np.full(shape, -1, np.float32)
    threshold = np.full(shape, 9, np.float32)
    light = np.zeros(shape, np.float32)
    tint = np.zeros(shape, np.uint8)

    def spread(values: NDArray[_T], dx: int, dy: int) -> NDArray[_T]:
        moved = np.roll(values, (-dy, -dx), axis=(0, 1))
        return np.repeat(np.repeat(moved, px, axis=0), px, axis=1)

    for dx, dy in ((dx, dy) for dy in (-1, 0, 1) for dx in (-1, 0, 1)):
        size = spread(radius, dx, dy)
        from_x = (at_x - dx - spread(jitter_x, dx, dy)) / size
        from_y = (at_y - dy - spread(jitter_y, dx, dy)) / size
        away = np.hypot(from_x, from_y)
        dome = size * (1 - away)
        wins = dome > top
        edge = np.clip((away - 1) * size * px + 0.5, 0, 1)
        lit = -(from_x + from_y) * 52 + 22 * (0.6 - away) - 8
        top = np.where(wins, dome, top)
        threshold = np.where(wins, spread(rank, dx, dy) + 6 * edge, threshold)
        light = np.where(wins, lit, light)
        tint = np.where(wins, spread(kind, dx, dy), tint).astype(np.uint8)
    return threshold.astype(np.float32), light.astype(np.float32), tint
