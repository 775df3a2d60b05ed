"""One band of an image that has more than a picture has room for."""

import threading
from dataclasses import replace

import numpy as np

from glview.pyramid import TileKey
from glview.sources.base import (
    ColorModel,
    ImageDescription,
    Tile,
    TileSource,
    find_offset,
)
from glview.sources.wrapped import Wrapped


class BandSource(Wrapped):
    """A band of another source's tiles, counted from 0; it owns that. As thread-safe as it is.

    Of so many tiles ``at_once`` all bands are decoded, however many threads ask: eight tiles of 256
    pixels and 224 bands of 16 bits took 1 GB.
    """

    def __init__(self, source: TileSource, band: int, at_once: int) -> None:
        self._turns = threading.BoundedSemaphore(at_once)
        super().__init__(source)
        self._band = band
        told = source.description
        channels = told.channels[band : band + 1] if len(told.channels) == told.bands else ()
        self._description = replace(
            told, color_model=ColorModel.GREY, bands=1, alpha=False, channels=channels
        )

    @property
    def description(self) -> ImageDescription:
        return self._description

    def find_offset(self) -> None:
        find_offset(self._source)
        self._description = replace(self._description, offset=self._source.description.offset)

    def read_tile(self, key: TileKey) -> Tile | None:
        with self._turns:
            tile = self._source.read_tile(key)
            if tile is None:
                return None
            # A view of one band would keep all of them.
            pixels = np.array(tile.pixels[..., self._band : self._band + 1], order="C")
            return Tile(pixels, tile.margin, tile.fault, lost=tile.lost)
