"""DeepZoom images: a zoom is the number of a folder of tiles."""

import os

import numpy as np
from numpy.typing import NDArray

from glview.bigimageviewer.bigimage import BigImage, FileFormatError, Filename, ZoomError
from glview.bigimageviewer.tiledimage import TiledImage, as_format_errors
from glview.image import ImageDescription, SampleType
from glview.pyramid import TileKey
from glview.sources.deepzoom import DeepZoomSource
from glview.sources.deepzoom_xml import MAX_BYTES
from glview.sources.files import printable, read_bytes

__all__ = ["BigImage", "DZImage", "FileFormatError", "ZoomError"]


def found_path(filename: Filename) -> str:
    """Where a file is: by its name, or where only that is there, with ``.dzi`` after it."""
    path = os.fsdecode(filename)
    return f"{path}.dzi" if not os.path.isfile(path) and os.path.isfile(f"{path}.dzi") else path


class DZImage(TiledImage):
    """The DeepZoom at ``filename``, whose ``.dzi`` may be left out.

    `load_tile` gives blue, green, red of 8 bits, as OpenCV would have read the tile's file: grey
    is spread, alpha left out, and of 16 bits the upper 8 are taken. Where a sparse image declares
    nothing the tile is black.
    """

    _source: DeepZoomSource

    def open(self, filename: Filename) -> None:
        path = found_path(filename)
        data = read_bytes(path, MAX_BYTES)
        with as_format_errors():
            self._source = DeepZoomSource(path, data, name=printable(path))
        levels = self._source.description.pyramid.levels
        self._found(filename, dict(zip(self._source.folders, levels, strict=True)))
        self._indices = {folder: index for index, folder in enumerate(self._source.folders)}

    def tile_filename(self, tilex: int, tiley: int) -> str:
        self.level(self.max_zoom)
        return f"{tilex}_{tiley}.{self._source.description.metadata['tile format']}"

    def load_tile(self, tilex: int, tiley: int, zoom: int) -> NDArray[np.uint8]:
        level = self.level(zoom)
        level.l_tile_rect(tilex, tiley)
        description = self._source.description
        with as_format_errors():
            tile = self._source.read_tile(TileKey(self._indices[zoom], tilex, tiley))
        if tile is None:
            size = self.tile_height_at_zoom(tiley, zoom), self.tile_width_at_zoom(tilex, zoom)
            return np.zeros((*size, 3), np.uint8)
        return _as_opencv(tile.pixels, description)

    @property
    def band_format(self) -> int:
        return BigImage.RGB


def _as_opencv(pixels: NDArray[np.generic], description: ImageDescription) -> NDArray[np.uint8]:
    colours = pixels[..., : description.bands]
    if description.bands not in (1, 3):
        raise FileFormatError(f"{description.name}: tiles of {description.bands} bands")
    if description.sample_type is SampleType.U16:
        colours = colours.astype(np.uint16) >> 8
    elif description.sample_type is not SampleType.U8:
        raise FileFormatError(f"{description.name}: tiles of {description.sample_type.value}")
    if description.bands == 1:
        colours = np.repeat(colours, 3, axis=2)
    return np.array(colours[..., ::-1], np.uint8, order="C")
