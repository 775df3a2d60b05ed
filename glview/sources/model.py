"""What the samples of one image are: type, meaning of the bands, alpha."""

import math
from dataclasses import dataclass
from typing import NamedTuple

import numpy as np
from numpy.typing import NDArray

from glview.sources.base import ColorModel, Margin, SampleType, Tile


@dataclass(frozen=True, slots=True)
class PixelModel:
    """How every tile of one image is delivered.

    ``bands`` does not count alpha, as in `ImageDescription`; arrays have ``depth`` bands.
    """

    sample_type: SampleType
    color_model: ColorModel
    bands: int
    alpha: bool = False

    @property
    def depth(self) -> int:
        """Bands of an array, alpha included."""
        return self.bands + self.alpha

    @property
    def texel_bytes(self) -> int:
        return self.depth * self.sample_type.dtype.itemsize


class Decoded(NamedTuple):
    """Pixels (height, width, model.depth), what they mean, and if made `Tile.texels` of them.

    And the `Tile.room` that these lie in.
    """

    pixels: NDArray[np.generic]
    model: PixelModel
    texels: NDArray[np.uint8] | None = None
    room: NDArray[np.uint8] | None = None

    def tile(self, margin: Margin, want: PixelModel) -> Tile:
        """As a tile of an image of a model; ValueError where something seen would be lost."""
        if self.model == want:
            return Tile(self.pixels, margin, texels=self.texels, room=self.room)
        return Tile(converted(self.pixels, self.model, want), margin)

    def part(self, width: int, height: int) -> Tile:
        """The upper left of it, as a tile."""
        if self.pixels.shape[:2] == (height, width):
            return Tile(self.pixels, texels=self.texels, room=self.room)
        texels = None if self.texels is None else self.texels[:height, :width]
        return Tile(self.pixels[:height, :width], texels=texels)


def guessed_model(sample_type: SampleType, depth: int) -> PixelModel:
    """The usual meaning of 1 (grey), 2 (grey, alpha), 3 (RGB), 4 (RGBA) or more bands."""
    if depth in (1, 2):
        return PixelModel(sample_type, ColorModel.GREY, 1, depth == 2)
    if depth in (3, 4):
        return PixelModel(sample_type, ColorModel.RGB, 3, depth == 4)
    return PixelModel(sample_type, ColorModel.CHANNELS, depth)


def opaque_value(sample_type: SampleType) -> float:
    """The alpha of an opaque texel: the largest integer, or 1 for floats."""
    if sample_type is SampleType.F32:
        return 1.0
    return float(np.iinfo(np.dtype(sample_type.value)).max)


def held_nodata(value: float | None, sample_type: SampleType) -> float | None:
    """A no-data value if samples of the type can have it, else None: it means no pixel then.

    NaN and infinities are None, too: they mean nothing without being declared.
    """
    if value is None or not math.isfinite(value):
        return None
    if sample_type is SampleType.F32:
        # Rounded as the samples are: programs write the lowest float with too few digits.
        with np.errstate(over="ignore"):
            return value if np.isfinite(np.float32(value)) else None
    limits = np.iinfo(np.dtype(sample_type.value))
    return value if value % 1 == 0 and limits.min <= value <= limits.max else None


def union(a: PixelModel, b: PixelModel) -> PixelModel:
    """The smallest model that holds tiles of both; ValueError where there is none."""
    if a.sample_type is not b.sample_type:
        raise ValueError(f"tiles of {a.sample_type.value} and of {b.sample_type.value}")
    if ColorModel.CHANNELS in (a.color_model, b.color_model):
        if a != b:
            raise ValueError(f"tiles of {a.depth} and of {b.depth} channels")
        return a
    rgb = ColorModel.RGB in (a.color_model, b.color_model)
    color_model = ColorModel.RGB if rgb else ColorModel.GREY
    return PixelModel(a.sample_type, color_model, 3 if rgb else 1, a.alpha or b.alpha)


def converted(
    pixels: NDArray[np.generic], have: PixelModel, want: PixelModel
) -> NDArray[np.generic]:
    """``pixels`` (height, width, have.depth) as (height, width, want.depth).

    Grey is spread to RGB, RGB that is grey everywhere narrows to grey, an opaque alpha is added,
    an opaque alpha is dropped. ValueError where something seen would be lost.
    """
    if have == want:
        return pixels
    if have.sample_type is not want.sample_type or ColorModel.CHANNELS in (
        have.color_model,
        want.color_model,
    ):
        raise ValueError(
            f"{have.depth} bands of {have.sample_type.value} where {want.depth} of "
            f"{want.sample_type.value} belong"
        )
    opaque = opaque_value(have.sample_type)
    colour = pixels[:, :, : have.bands]
    if have.bands < want.bands:
        colour = np.repeat(colour, want.bands, axis=2)
    elif have.bands > want.bands:
        if (colour != colour[:, :, :1]).any():
            raise ValueError("a coloured tile in a grey image")
        colour = colour[:, :, :1]
    if not want.alpha:
        if have.alpha and (pixels[:, :, -1] != opaque).any():
            raise ValueError("a transparent tile in an image without alpha")
        return np.ascontiguousarray(colour)
    out = np.empty((*pixels.shape[:2], want.depth), dtype=pixels.dtype)
    out[:, :, : want.bands] = colour
    out[:, :, -1] = pixels[:, :, -1] if have.alpha else opaque
    return out
