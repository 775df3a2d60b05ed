"""A pyramid held in memory: the full resolution and 2x2 means of it."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from types import MappingProxyType

import numpy as np
from numpy.typing import NDArray

from glview.errors import TileError
from glview.pyramid import IntRect, Level, Pyramid, Reduction, TileKey
from glview.sources.base import Channel, ImageDescription, Margin, Tile
from glview.sources.halving import halve
from glview.sources.icc import Colors
from glview.sources.lost_parts import LostParts
from glview.sources.model import PixelModel

COARSEST_PX = 256
"""Levels are made until the longer side is at most this: one tile."""
OVERLAP_PX = 4
"""True neighbours come free from memory, so each tile brings the gutter that filtering needs."""


@dataclass(frozen=True, slots=True)
class Origin:
    """Where an image in memory came from, for its description."""

    name: str
    format_name: str
    nodata: float | None = None
    """In the file's own values."""
    offset: float = 0.0
    """`ImageDescription.offset` of the pixels."""
    pixel_size_um: tuple[float, float] | None = None
    colors: Colors = field(default_factory=Colors)
    metadata: Mapping[str, str] = field(default_factory=lambda: MappingProxyType({}))
    channels: tuple[Channel, ...] = ()
    lost: LostParts = field(default_factory=lambda: LostParts((), ""))


class MemorySource:
    """Serves tiles of an array of shape (height, width, bands) and of its means.

    ``owned`` says whether the array counts as glview's memory, ``with_levels`` whether means are
    made and kept. It is kept, not copied, and must
    not change while the source is in use. Thread-safe: nothing is written after
    construction. Tiles are read-only views.
    """

    def __init__(
        self,
        pixels: NDArray[np.generic],
        model: PixelModel,
        origin: Origin,
        *,
        owned: bool,
        with_levels: bool = True,
        tile_size_px: int = 256,
    ) -> None:
        arrays = [pixels]
        nodata = None if origin.nodata is None else origin.nodata - origin.offset
        while with_levels and max(arrays[-1].shape[:2]) > COARSEST_PX:
            arrays.append(halve(arrays[-1], alpha=model.alpha, nodata=nodata))
        self._arrays = [_read_only(array) for array in arrays]
        levels = tuple(
            Level(
                width=array.shape[1],
                height=array.shape[0],
                downsample_x=float(2**index),
                downsample_y=float(2**index),
                tile_width=tile_size_px,
                tile_height=tile_size_px,
                overlap=OVERLAP_PX,
            )
            for index, array in enumerate(arrays)
        )
        self._description = ImageDescription(
            name=origin.name,
            format=origin.format_name,
            pyramid=Pyramid(pixels.shape[1], pixels.shape[0], levels, Reduction.MEAN),
            sample_type=model.sample_type,
            color_model=model.color_model,
            bands=model.bands,
            alpha=model.alpha,
            nodata=origin.nodata,
            offset=origin.offset,
            pixel_size_um=origin.pixel_size_um,
            metadata=origin.metadata,
            color_table=origin.colors.table,
            is_profiled=origin.colors.are_known,
            channels=origin.channels,
            lost=origin.lost.largest,
        )
        self._lost = origin.lost
        self._bytes = sum(array.nbytes for array in arrays[0 if owned else 1 :])

    @property
    def description(self) -> ImageDescription:
        return self._description

    @property
    def cache_bytes(self) -> int:
        """Bytes of all levels that glview made; the caller's own array is not counted."""
        return self._bytes

    def read_tile(self, key: TileKey) -> Tile:
        """A view of the tile and up to `OVERLAP_PX` true neighbours; what was lost has a fault."""
        if not self._arrays:
            raise TileError(f"{self._description.name}: tile {key} after close")
        level = self._description.pyramid.levels[key.level]
        x0, y0, x1, y1 = level.l_tile_rect(key.column, key.row)
        i_rect = self._i_rect(key, IntRect(x0, y0, x1, y1))
        fault = self._lost.fault_in(i_rect)
        margin = tile_margin(level, key)
        pixels = self._arrays[key.level][
            y0 - margin.top : y1 + margin.bottom, x0 - margin.left : x1 + margin.right
        ]
        lost = () if fault is None else self._lost.parts_in(i_rect, 1 << key.level)
        return Tile(pixels, margin, fault, lost=lost)

    def _i_rect(self, key: TileKey, l_rect: IntRect) -> IntRect:
        """What of the image a tile is the means of."""
        x0, y0, x1, y1 = (side << key.level for side in l_rect)
        pyramid = self._description.pyramid
        return IntRect(x0, y0, min(x1, pyramid.width), min(y1, pyramid.height))

    def close(self) -> None:
        self._arrays = []
        self._bytes = 0


def tile_margin(level: Level, key: TileKey) -> Margin:
    """The neighbours that a tile brings, where any can be had: `OVERLAP_PX` of them a side."""
    x0, y0, x1, y1 = level.l_tile_rect(key.column, key.row)
    return Margin(
        left=min(OVERLAP_PX, x0),
        top=min(OVERLAP_PX, y0),
        right=min(OVERLAP_PX, level.width - x1),
        bottom=min(OVERLAP_PX, level.height - y1),
    )


def pyramid_bytes(width: int, height: int, model: PixelModel) -> int:
    """What a `MemorySource` of this size takes, full resolution included (never too little)."""
    total = 0
    while True:
        total += width * height * model.texel_bytes
        if max(width, height) <= COARSEST_PX:
            return total
        width, height = -(-width // 2), -(-height // 2)


def _read_only(array: NDArray[np.generic]) -> NDArray[np.generic]:
    view = array.view()
    view.flags.writeable = False
    return view
