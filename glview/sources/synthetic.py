"""Sources that need no file: they paint what tests and benchmarks want to see."""

import time
from collections.abc import Callable, Collection
from dataclasses import dataclass, field

import numpy as np
from numpy.typing import NDArray

from glview.errors import TileError
from glview.pyramid import IntRect, Level, Pyramid, Reduction, TileKey
from glview.sources.base import (
    Channel,
    ColorModel,
    ImageDescription,
    Margin,
    Reading,
    SampleType,
    Tile,
)
from glview.sources.model import PixelModel

RGB8 = PixelModel(SampleType.U8, ColorModel.RGB, 3)


@dataclass(frozen=True, slots=True)
class SyntheticOptions:
    """How a synthetic source behaves."""

    tile_width: int = 256
    tile_height: int = 256
    overlap: int = 0
    model: PixelModel = RGB8
    delay_s: float = 0.0
    """Each `read_tile` sleeps this long, as a server would answer."""
    failing: Collection[TileKey] = field(default_factory=frozenset)
    """These tiles raise TileError."""
    absent: Collection[TileKey] = field(default_factory=frozenset)
    """These tiles are None, as in a sparse image."""
    reduction: Reduction = Reduction.MEAN
    name: str = "synthetic"
    channels: tuple[Channel, ...] = ()


class FunctionSource:
    """Tiles from ``paint(level, l_rect)``, which gives (height, width, depth) of the model.

    ``paint`` is called on worker threads, several at a time.
    """

    def __init__(
        self,
        pyramid: Pyramid,
        paint: Callable[[int, IntRect], NDArray[np.generic]],
        options: SyntheticOptions | None = None,
    ) -> None:
        self._options = options = options or SyntheticOptions()
        self._paint = paint
        model = options.model
        self._description = ImageDescription(
            name=options.name,
            format="synthetic",
            pyramid=pyramid,
            sample_type=model.sample_type,
            color_model=model.color_model,
            bands=model.bands,
            alpha=model.alpha,
            channels=options.channels,
            reading=Reading.WAITING if options.delay_s > 0.0 else Reading.COMPUTING,
        )

    @property
    def description(self) -> ImageDescription:
        return self._description

    @property
    def cache_bytes(self) -> int:
        return 0

    def read_tile(self, key: TileKey) -> Tile | None:
        """Paint one tile with its overlap, after the delay."""
        options = self._options
        if options.delay_s > 0.0:
            time.sleep(options.delay_s)
        if key in options.failing:
            raise TileError(f"{options.name}: tile {tuple(key)} fails as asked")
        if key in options.absent:
            return None
        level = self._description.pyramid.levels[key.level]
        x0, y0, x1, y1 = level.l_tile_rect(key.column, key.row)
        margin = Margin(
            left=min(level.overlap, x0),
            top=min(level.overlap, y0),
            right=min(level.overlap, level.width - x1),
            bottom=min(level.overlap, level.height - y1),
        )
        rect = IntRect(x0 - margin.left, y0 - margin.top, x1 + margin.right, y1 + margin.bottom)
        return Tile(self._paint(key.level, rect), margin)

    def close(self) -> None:
        """Nothing is open."""


def halving_pyramid(width: int, height: int, options: SyntheticOptions | None = None) -> Pyramid:
    """Levels rounded up as DeepZoom's are, down to one of a single tile."""
    options = options or SyntheticOptions()
    levels = []
    for power in range(64):
        level = Level(
            width=-(-width >> power),
            height=-(-height >> power),
            downsample_x=float(1 << power),
            downsample_y=float(1 << power),
            tile_width=options.tile_width,
            tile_height=options.tile_height,
            overlap=options.overlap,
        )
        levels.append(level)
        if level.columns == level.rows == 1:
            break
    return Pyramid(width, height, tuple(levels), options.reduction)


class KeyedSource(FunctionSource):
    """Every texel says where it came from: `keyed_texels` of its level and level pixel.

    Any size; a terapixel costs nothing.
    """

    def __init__(self, width: int, height: int, options: SyntheticOptions | None = None) -> None:
        options = options or SyntheticOptions()
        model = options.model

        def paint(level: int, l_rect: IntRect) -> NDArray[np.generic]:
            return keyed_texels(level, l_rect, model)

        super().__init__(halving_pyramid(width, height, options), paint, options)


def keyed_texels(level: int, l_rect: IntRect, model: PixelModel) -> NDArray[np.generic]:
    """The texels `KeyedSource` paints, (height, width, depth), computed in whole numbers.

    For integer types, with x, y the level pixel and b the band:
    ``(x * (2b + 1) + y * (3b + 7) + level * 37 + b * 101) mod 251``; neighbours differ, tiles of
    any usual size differ, levels and bands differ. uint16 and int16 hold that times 257 (minus
    32,768); float32 holds it divided by 250. Alpha is opaque.
    """
    x = np.arange(l_rect.x0, l_rect.x1, dtype=np.int64)[np.newaxis, :]
    y = np.arange(l_rect.y0, l_rect.y1, dtype=np.int64)[:, np.newaxis]
    out = np.empty((l_rect.height, l_rect.width, model.depth), dtype=model.sample_type.dtype)
    for band in range(model.bands):
        value = (x * (2 * band + 1) + y * (3 * band + 7) + level * 37 + band * 101) % 251
        out[:, :, band] = _scaled(value, model.sample_type)
    if model.alpha:
        opaque = 255 if model.sample_type is SampleType.U8 else 65535
        out[:, :, -1] = {SampleType.S16: 32767, SampleType.F32: 1}.get(model.sample_type, opaque)
    return out


def _scaled(value: NDArray[np.int64], sample_type: SampleType) -> NDArray[np.generic]:
    if sample_type is SampleType.U8:
        return value
    if sample_type is SampleType.U16:
        return value * 257
    if sample_type is SampleType.S16:
        return value * 257 - 32768
    return value / 250.0
