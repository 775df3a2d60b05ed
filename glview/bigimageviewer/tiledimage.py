"""What the images of files have in common: a level of glview's for each zoom."""

import os
from collections.abc import Iterator, Mapping
from contextlib import contextmanager

from glview.bigimageviewer.bigimage import BigImage, FileFormatError, Filename, ZoomError
from glview.errors import GlviewError
from glview.pyramid import Level


class TiledImage(BigImage):
    """A `BigImage` whose subclass calls `_found` when it has opened a file."""

    def __init__(self, filename: Filename | None = None) -> None:
        self.filename = ""
        self._levels: Mapping[int, Level] = {}
        super().__init__(filename)

    def level(self, zoom: int) -> Level:
        """The level of a zoom, its downsample counted from the full resolution."""
        found = self._opened.get(zoom)
        if found is None:
            raise ZoomError(f"{self.filename}: no zoom {zoom}, only {self.zooms}")
        return found

    @property
    def zooms(self) -> list[int]:
        return sorted(self._opened, reverse=True)

    def image_width_for_zoom(self, zoom: int) -> int:
        return self.level(zoom).width

    def image_height_for_zoom(self, zoom: int) -> int:
        return self.level(zoom).height

    @property
    def tile_width(self) -> int:
        return self.level(self.max_zoom).tile_width

    @property
    def tile_height(self) -> int:
        return self.level(self.max_zoom).tile_height

    @property
    def overlap(self) -> int:
        return self.level(self.max_zoom).overlap

    def _found(self, filename: Filename, levels: Mapping[int, Level]) -> None:
        """From now on this is the image of a file, with a level for each zoom."""
        self.filename = os.fsdecode(filename)
        self._levels = levels

    @property
    def _opened(self) -> Mapping[int, Level]:
        if not self._levels:
            raise FileFormatError("no image is open")
        return self._levels


@contextmanager
def as_format_errors() -> Iterator[None]:
    """glview's faults of a file as BigImageViewer's."""
    try:
        yield
    except (FileFormatError, ZoomError):
        raise
    except GlviewError as error:
        raise FileFormatError(str(error)) from None
