"""Images of any other file: zoom 0 is the largest picture that a single tile holds."""

import math
import os
import weakref
from dataclasses import replace

import numpy as np
from numpy.typing import NDArray

from glview.bigimageviewer.bigimage import BigImage, FileFormatError, Filename, ZoomError
from glview.bigimageviewer.tiledimage import TiledImage, as_format_errors
from glview.image import ImageDescription, Tile
from glview.pyramid import Level, TileKey
from glview.sources.base import TileSource, find_offset
from glview.sources.derived import filled
from glview.sources.files import open_regular
from glview.sources.finding import found_image
from glview.sources.flat import FlatImage
from glview.sources.image_file import image_file
from glview.sources.mosaic import pixels_of
from glview.sources.opening import BUDGET_BYTES, open_image
from glview.sources.regrid import RegridSource

__all__ = ["BigImage", "FileFormatError", "LIImage", "ZoomError"]

_UNTILED_PX = 256
_SIDEWAYS = (5, 6, 7, 8)
"""EXIF orientations that make width of height."""


class LIImage(TiledImage):
    """The image of any file that glview reads, in the tiles of its full resolution.

    Each zoom is half of the next: a level of the file where it has one of that size, else made of
    the next larger one when a tile of it is asked for. A file without tiles is given some of 256,
    and is decoded with the first. `load_tile` gives the samples as glview reads them: red, green,
    blue or grey, with alpha where there is one, in the file's depth; as
    float64 where they are too far from 0 for the float32 that they are read as.
    """

    _source: TileSource | None = None

    def open(self, filename: Filename) -> None:
        path = os.fsdecode(filename)
        # A file that is not there is the system's fault, not the format's.
        os.close(open_regular(path))
        with as_format_errors(), image_file(path) as file:
            found = found_image(file, BUDGET_BYTES)
            if isinstance(found, FlatImage):
                found.require_budget(BUDGET_BYTES)
        self.close()
        if isinstance(found, FlatImage):
            width, height = found.width, found.height
            if found.orientation in _SIDEWAYS:
                width, height = height, width
            own: tuple[Level, ...] = (
                Level(width, height, 1.0, 1.0, tile_width=_UNTILED_PX, tile_height=_UNTILED_PX),
            )
        else:
            own = found.description.pyramid.levels
        self._path = path
        levels = halvings(own)
        self._found(filename, dict(zip(reversed(range(len(levels))), levels, strict=True)))
        if not isinstance(found, FlatImage):
            with as_format_errors():
                find_offset(found)
            self._read_from(found)

    def load_tile(self, tilex: int, tiley: int, zoom: int) -> NDArray[np.generic]:
        level = self.level(zoom)
        x0, y0, x1, y1 = level.l_tile_rect(tilex, tiley)
        with as_format_errors():
            if self._source is None:
                self._read_from(open_image(self._path))
            assert self._source is not None
            tile = self._source.read_tile(TileKey(self.max_zoom - zoom, tilex, tiley))
            description = self._source.description
        if tile is None:
            depth = description.bands + description.alpha
            return np.zeros((y1 - y0, x1 - x0, depth), description.sample_type.dtype)
        if any(description.band_offsets):
            # What float32 does not hold lies that far from what a tile has.
            offsets = (*description.band_offsets, *(0.0,) * description.alpha)
            return pixels_of(tile).astype(np.float64) + offsets
        return pixels_of(tile).copy()

    @property
    def band_format(self) -> int:
        return BigImage.BGR

    def close(self) -> None:
        """Close the file; the next tile opens it again. Comes by itself with the last reference."""
        if self._source is not None:
            self._source = None
            self._end()

    def _read_from(self, source: TileSource) -> None:
        whole = filled(_Halvings(source))
        self._source = RegridSource(whole, self.tile_width, self.tile_height)
        self._end = weakref.finalize(self, self._source.close)


def halvings(own: tuple[Level, ...]) -> tuple[Level, ...]:
    """A level for each zoom, finest first, of an image whose file has the levels ``own``.

    As many as it takes until a single tile holds the picture.
    """
    levels = [replace(own[0], overlap=0)]
    stored = {_halved_times(own[0], level): level for level in own}
    while levels[-1].columns * levels[-1].rows > 1:
        last, there = levels[-1], stored.get(len(levels))
        levels.append(
            replace(
                last,
                width=there.width if there else -(-last.width // 2),
                height=there.height if there else -(-last.height // 2),
                downsample_x=2.0 * last.downsample_x,
                downsample_y=2.0 * last.downsample_y,
            )
        )
    return tuple(levels)


def _halved_times(finest: Level, level: Level) -> int | None:
    """How many halvings lie between two levels; None where that is no whole number."""
    across = level.downsample_x / finest.downsample_x
    down = level.downsample_y / finest.downsample_y
    times = round(math.log2(across))
    return times if across == down == 2.0**times else None


class _Halvings:
    """Those levels of a source that are halvings of its finest one."""

    def __init__(self, source: TileSource) -> None:
        self._source = source
        inner = source.description
        own = inner.pyramid.levels
        self._indices = [
            index for index, level in enumerate(own) if _halved_times(own[0], level) is not None
        ]
        levels = tuple(own[index] for index in self._indices)
        self._description = replace(inner, pyramid=replace(inner.pyramid, levels=levels))

    @property
    def description(self) -> ImageDescription:
        return self._description

    @property
    def cache_bytes(self) -> int:
        return self._source.cache_bytes

    def read_tile(self, key: TileKey) -> Tile | None:
        return self._source.read_tile(TileKey(self._indices[key.level], key.column, key.row))

    def close(self) -> None:
        self._source.close()
