"""Gives an image an alpha band, so that parts of a tile can be absent."""

from dataclasses import replace

import numpy as np

from glview.image import ImageDescription, SampleType, Tile
from glview.pyramid import TileKey
from glview.sources.base import TileSource, at_plane, stop
from glview.sources.model import opaque_value
from glview.sources.wrapped import Wrapped


class OpaqueSource(Wrapped):
    """Another source's tiles with an opaque alpha as their last band. As thread-safe as that."""

    def __init__(self, source: TileSource) -> None:
        super().__init__(source)
        self._description = replace(source.description, alpha=True)

    @property
    def description(self) -> ImageDescription:
        return self._description

    def read_tile(self, key: TileKey) -> Tile | None:
        """The tile with a band more; None and errors as they come."""
        tile = self._source.read_tile(key)
        if tile is None:
            return None
        height, width, bands = tile.pixels.shape
        pixels = np.empty((height, width, bands + 1), dtype=tile.pixels.dtype)
        pixels[:, :, :-1] = tile.pixels
        pixels[:, :, -1] = opaque_value(self._description.sample_type)
        return replace(tile, pixels=pixels)

    def at_plane(self, plane: tuple[int, ...]) -> TileSource:
        """Another plane of the source, with an alpha, too."""
        return OpaqueSource(at_plane(self._source, plane))

    def stop(self) -> None:
        stop(self._source)


def with_alpha(source: TileSource) -> TileSource:
    """``source`` itself if it can say that a texel is absent, else wrapped with an alpha band."""
    description = source.description
    can = description.alpha or description.nodata is not None
    return source if can or description.sample_type is SampleType.F32 else OpaqueSource(source)
