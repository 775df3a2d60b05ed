"""A window on an image at a zoom, and the tiles around it as one picture."""

import numpy as np
from numpy.typing import NDArray
from PySide6.QtCore import QRect
from PySide6.QtGui import QImage

from glview.bigimageviewer.bigimage import FIT, BigImage
from glview.errors import GlviewError
from glview.pyramid import IntRect

_FORMATS = {1: QImage.Format.Format_Grayscale8, 4: QImage.Format.Format_RGBA8888}


class NotImplementedException(GlviewError):  # noqa: N818  # BigImageViewer's name
    """The samples of the image are none that a QImage has."""

    def __init__(self, message: str = "Error image shape") -> None:
        super().__init__(message)
        self.message = message


class LoadedImage:
    """Whole tiles of an image around a viewport of some size, which can be scrolled and zoomed.

    Up to ``extra_tiles`` are kept on each side of the viewport, so that small ways of it load
    nothing. `load_image` reads the tiles; before that nothing is there to be drawn. Positions are
    pixels of the picture at the current zoom.
    """

    def __init__(self, image: BigImage, extra_tiles: int = 2) -> None:
        self._image = image
        self._extra_tiles = extra_tiles
        self._zoom = FIT
        self._corner = (0, 0)
        self._size = (0, 0)
        self._grid = IntRect(0, 0, 0, 0)
        self._tiles: dict[tuple[int, int], NDArray[np.generic]] = {}

    @property
    def viewport_on_fullimage(self) -> tuple[int, int]:
        """Where the viewport's top left corner is; setting it draws nothing."""
        return self._corner

    @viewport_on_fullimage.setter
    def viewport_on_fullimage(self, corner: tuple[int, int]) -> None:
        self._corner = (corner[0], corner[1])

    @property
    def viewport_size(self) -> tuple[int, int]:
        """Width and height of the viewport; setting them draws nothing."""
        return self._size

    @viewport_size.setter
    def viewport_size(self, size: tuple[int, int]) -> None:
        self._size = (size[0], size[1])

    @property
    def zoom(self) -> int:
        """The current zoom, -1 for one that fits; setting it draws nothing.

        Others than those of the image become the nearest.
        """
        return self._zoom

    @zoom.setter
    def zoom(self, zoom: int) -> None:
        least, most = self.min_available_zoom, self.max_available_zoom
        self._zoom = zoom if zoom == FIT else min(max(zoom, least), most)

    @property
    def min_available_zoom(self) -> int:
        return self._image.min_zoom

    @property
    def max_available_zoom(self) -> int:
        return self._image.max_zoom

    def load_image(self, centerx: int | None = None, centery: int | None = None) -> None:
        """Read all tiles anew; with a center the viewport is put around it first.

        Nothing without a viewport.
        """
        if 0 in self._size:
            return
        if self._zoom == FIT:
            self._zoom = self._image.fit_to_viewport(*self._size)[0]
        if centerx is not None and centery is not None:
            self._corner = (centerx - self._size[0] // 2, centery - self._size[1] // 2)
        self._corner = self._within(*self._corner)
        self._tiles = {}
        self._load_tiles(self._wanted_grid())

    def scroll(self, dx: int, dy: int) -> bool:
        """Move the picture, as by a drag; true if `to_qimage` gives another one now."""
        return self.scroll_to(self._corner[0] - dx, self._corner[1] - dy)

    def scroll_to(self, top_left_x: int, top_left_y: int) -> bool:
        """Put the viewport elsewhere; true if `to_qimage` gives another picture now."""
        self._corner = self._within(top_left_x, top_left_y)
        grid = self._wanted_grid()
        if grid == self._grid:
            return False
        self._load_tiles(grid)
        return True

    def zoom_to(self, zoom: int, centerx: int, centery: int) -> bool:
        """Go to a zoom, with what is at a position of the viewport in its middle.

        False where the image has no such zoom, or it is the current one.
        """
        least, most = self.min_available_zoom, self.max_available_zoom
        if zoom == self._zoom or not least <= zoom <= most:
            return False
        x, y = self._corner[0] + centerx, self._corner[1] + centery
        factor = 2.0 ** (zoom - self._zoom)
        self._zoom = zoom
        self.load_image(int(x * factor), int(y * factor))
        return True

    def get_rect(self) -> QRect:
        """What of the picture of `to_qimage` is in the viewport."""
        if not self._tiles:
            return QRect(0, 0, 0, 0)
        x0, y0 = self._grid.x0 * self._image.tile_width, self._grid.y0 * self._image.tile_height
        x, y = self._corner
        width, height = self._picture_size()
        return QRect(x - x0, y - y0, min(self._size[0], width), min(self._size[1], height))

    def to_qimage(self) -> tuple[QImage, QRect]:
        """All loaded tiles as one picture, and `get_rect`.

        `NotImplementedException` where the samples are not of 8 bits, or neither grey nor colours.
        """
        if not self._tiles:
            return QImage(), QRect(0, 0, 0, 0)
        pixels = self._assembled()
        if pixels.dtype != np.uint8 or pixels.shape[2] not in (1, 3, 4):
            raise NotImplementedException(f"{pixels.shape[2]} bands of {pixels.dtype}")
        height, width, bands = pixels.shape
        form = _FORMATS.get(bands, QImage.Format.Format_BGR888)
        if bands == 3 and self._image.band_format == BigImage.BGR:
            form = QImage.Format.Format_RGB888
        # A copy: a QImage does not hold the bytes that it is made of.
        picture = QImage(pixels.tobytes(), width, height, width * bands, form).copy()
        return picture, self.get_rect()

    def _within(self, x: int, y: int) -> tuple[int, int]:
        """The nearest corner with the viewport on the picture, at its start where it is larger."""
        width, height = self._picture_size()
        return max(min(x, width - self._size[0]), 0), max(min(y, height - self._size[1]), 0)

    def _picture_size(self) -> tuple[int, int]:
        image, zoom = self._image, self._zoom
        return image.image_width_for_zoom(zoom), image.image_height_for_zoom(zoom)

    def _wanted_grid(self) -> IntRect:
        """Columns and rows around the viewport that there are."""
        image, extra = self._image, self._extra_tiles
        x, y = self._corner
        return IntRect(
            max(image.x_to_tile(x) - extra, 0),
            max(image.y_to_tile(y) - extra, 0),
            min(
                image.x_to_tile(x + self._size[0] - 1) + 1 + extra,
                image.num_tiles_across(self._zoom),
            ),
            min(
                image.y_to_tile(y + self._size[1] - 1) + 1 + extra,
                image.num_tiles_down(self._zoom),
            ),
        )

    def _load_tiles(self, grid: IntRect) -> None:
        kept, self._tiles, self._grid = self._tiles, {}, grid
        for row in range(grid.y0, grid.y1):
            for column in range(grid.x0, grid.x1):
                key = (column, row)
                self._tiles[key] = kept[key] if key in kept else self._tile(column, row)

    def _tile(self, column: int, row: int) -> NDArray[np.generic]:
        """A tile without its overlap."""
        image, zoom = self._image, self._zoom
        pixels = image.load_tile(column, row, zoom)
        height, width = pixels.shape[:2]
        return pixels[
            image.top_overlap(row) : height - image.bottom_overlap(row, zoom),
            image.left_overlap(column) : width - image.right_overlap(column, zoom),
        ]

    def _assembled(self) -> NDArray[np.generic]:
        grid = self._grid
        rows = [
            np.concatenate([self._tiles[column, row] for column in range(grid.x0, grid.x1)], axis=1)
            for row in range(grid.y0, grid.y1)
        ]
        return np.concatenate(rows)
