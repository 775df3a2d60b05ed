"""An image as a program written for BigImageViewer asks about it: zooms and tiles.

A zoom is one resolution: the larger the number, the larger the picture; the next one is twice as
wide. Sizes and positions are pixels at a zoom. Tiles are counted from the left and from the top.
"""

import math
import os

import numpy as np
from numpy.typing import NDArray

from glview.errors import GlviewError

FIT = -1
"""Stands for the largest zoom whose picture fits."""
Filename = str | os.PathLike[str]
_ROUNDING = 1e-4
"""Of a tile: a position that was computed may fall short of the edge it means."""


class FileFormatError(GlviewError):
    """The file is not what it should be; ``message`` names it and the fault."""

    def __init__(self, message: str = "Error in file format") -> None:
        super().__init__(message)
        self.message = message


class ZoomError(GlviewError):
    """The image has no such zoom."""

    def __init__(self, message: str = "No such zoom") -> None:
        super().__init__(message)
        self.message = message


class BigImage:
    """A tiled image of several zooms: the geometry, on what a subclass tells of its file.

    A subclass has `open`, `zooms`, `image_width_for_zoom`, `image_height_for_zoom`, `tile_width`,
    `tile_height`, `load_tile` and `band_format`; here these raise NotImplementedError.
    """

    BGR = 0
    RGB = 1

    def __init__(self, filename: Filename | None = None) -> None:
        if filename is not None:
            self.open(filename)

    def open(self, filename: Filename) -> None:
        """Read what a file says about its image; nothing is decoded.

        `FileFormatError` where it is broken, OSError where the system does not let it be read.
        """
        raise NotImplementedError

    # Zooms

    @property
    def zooms(self) -> list[int]:
        """The zooms there are, from the largest to the smallest."""
        raise NotImplementedError

    @property
    def max_zoom(self) -> int:
        """The zoom of the largest picture."""
        return max(self.zooms)

    @property
    def min_zoom(self) -> int:
        """The zoom of the smallest picture."""
        return min(self.zooms)

    def image_width_for_zoom(self, zoom: int) -> int:
        """Width of the picture; `ZoomError` where there is no such zoom."""
        raise NotImplementedError

    def image_height_for_zoom(self, zoom: int) -> int:
        """Height of the picture; `ZoomError` where there is no such zoom."""
        raise NotImplementedError

    def width_for_zoom(self, zoom: int) -> int:
        """`image_width_for_zoom` as BigImageViewer's README spells it."""
        return self.image_width_for_zoom(zoom)

    def height_for_zoom(self, zoom: int) -> int:
        """`image_height_for_zoom` as BigImageViewer's README spells it."""
        return self.image_height_for_zoom(zoom)

    def fit_to_viewport(self, viewport_width: int, viewport_height: int) -> tuple[int, int, int]:
        """Zoom, width and height of the largest picture that fits whole, else of the smallest."""
        zoom, width, height = self.min_zoom, 0, 0
        for zoom in self.zooms:
            width, height = self.image_width_for_zoom(zoom), self.image_height_for_zoom(zoom)
            if width <= viewport_width and height <= viewport_height:
                break
        return zoom, width, height

    # Tiles

    @property
    def tile_width(self) -> int:
        """Width of a tile without what it overlaps; at the right edge there may be less."""
        raise NotImplementedError

    @property
    def tile_height(self) -> int:
        """Height of a tile without what it overlaps; at the bottom edge there may be less."""
        raise NotImplementedError

    @property
    def overlap(self) -> int:
        """How many pixels of each neighbour a tile brings along."""
        return 0

    def num_tiles_across(self, zoom: int) -> int:
        return -(-self.image_width_for_zoom(zoom) // self.tile_width)

    def num_tiles_down(self, zoom: int) -> int:
        return -(-self.image_height_for_zoom(zoom) // self.tile_height)

    def x_to_tile(self, x: float) -> int:
        """The column of tiles that a position lies in."""
        return math.floor(x / self.tile_width + _ROUNDING)

    def y_to_tile(self, y: float) -> int:
        """The row of tiles that a position lies in."""
        return math.floor(y / self.tile_height + _ROUNDING)

    def left_overlap(self, tile: int) -> int:
        """How much of its left neighbour a tile of this column brings along."""
        return 0 if tile == 0 else self.overlap

    def top_overlap(self, tile: int) -> int:
        """How much of its upper neighbour a tile of this row brings along."""
        return 0 if tile == 0 else self.overlap

    def right_overlap(self, tile: int, zoom: int) -> int:
        """How much of its right neighbour a tile of this column brings along."""
        return 0 if tile == self.num_tiles_across(zoom) - 1 else self.overlap

    def bottom_overlap(self, tile: int, zoom: int) -> int:
        """How much of its lower neighbour a tile of this row brings along."""
        return 0 if tile == self.num_tiles_down(zoom) - 1 else self.overlap

    def tile_start_x(self, tile: int, clip: bool = False) -> int:
        """Where a column begins, with its overlap; ``clip``: not left of the image."""
        start = tile * self.tile_width - self.left_overlap(tile)
        return max(start, 0) if clip else start

    def tile_start_y(self, tile: int, clip: bool = False) -> int:
        """Where a row begins, with its overlap; ``clip``: not above the image."""
        start = tile * self.tile_height - self.top_overlap(tile)
        return max(start, 0) if clip else start

    def tile_end_x_plus_one(self, tile: int, zoom: int) -> int:
        """The first pixel to the right of a column, with its overlap, within the image."""
        end = (tile + 1) * self.tile_width + self.right_overlap(tile, zoom)
        return min(end, self.image_width_for_zoom(zoom))

    def tile_end_y_plus_one(self, tile: int, zoom: int) -> int:
        """The first pixel below a row, with its overlap, within the image."""
        end = (tile + 1) * self.tile_height + self.bottom_overlap(tile, zoom)
        return min(end, self.image_height_for_zoom(zoom))

    def tile_width_at_zoom(self, tile: int, zoom: int) -> int:
        """Width of the tiles of a column, with their overlap, within the image."""
        return self.tile_end_x_plus_one(tile, zoom) - self.tile_start_x(tile)

    def tile_height_at_zoom(self, tile: int, zoom: int) -> int:
        """Height of the tiles of a row, with their overlap, within the image."""
        return self.tile_end_y_plus_one(tile, zoom) - self.tile_start_y(tile)

    def tile_filename(self, tilex: int, tiley: int) -> str:
        """Name of a tile's file, without its folder, where tiles are files."""
        raise NotImplementedError

    def load_tile(self, tilex: int, tiley: int, zoom: int) -> NDArray[np.generic]:
        """Pixels of a tile with its overlap: an array (height, width, bands), the caller's own.

        `FileFormatError` where the tile cannot be read, `ZoomError` where there is no such zoom,
        IndexError where there is no such tile.
        """
        raise NotImplementedError

    @property
    def band_format(self) -> int:
        """`RGB` where `load_tile` gives blue, green, red; `BGR` where it gives red, green, blue.

        The names say the opposite of the order; programs rely on the values.
        """
        raise NotImplementedError
