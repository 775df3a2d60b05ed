"""Reads a tiled TIFF level through one image that libvips keeps open."""

import os
import threading
import weakref
from typing import Any

import numpy as np
import pyvips
from numpy.typing import NDArray

from glview.sources.files import open_regular
from glview.sources.model import PixelModel
from glview.sources.tiff_beside import beside_rgb
from glview.sources.tiff_codes import Compression, Extra, Photometric
from glview.sources.tiff_facts import extra_is_alpha, is_jpeg_with_extras
from glview.sources.tiff_levels import PageLevel
from glview.sources.tiff_structure import Tag
from glview.sources.vips_pixels import VipsError, displayable, fetch_rect, let_go

_CACHED_ROWS = 4.5
"""Rows of tiles that libvips keeps of a tiled level: 4.1 to 4.3 measured."""
_LOCKS = 64
"""Tiles that share one wait for each other: few do among those read at once."""


def may_use_region(page: PageLevel) -> bool:
    """Where libvips' way into the file is faster and as strict.

    JPEG gains 2x, and broken JPEG is reported. CMYK gains 100x: making the transform to sRGB
    takes 40 ms, once for the level instead of for each tile. Colours multiplied by alpha are made
    straight by `tiff_bands` alone.
    """
    directory = page.directory
    return (
        page.addressable
        and not is_jpeg_with_extras(directory)
        and Extra.ASSOCIATED not in directory.numbers(Tag.EXTRA_SAMPLES)
        and directory.number(Tag.PLANAR, 1) == 1
        and (
            directory.number(Tag.COMPRESSION, 1) == Compression.JPEG
            or directory.number(Tag.PHOTOMETRIC) == Photometric.SEPARATED
        )
    )


def row_cache_need_bytes(page: PageLevel, model: PixelModel) -> int:
    """What libvips keeps of one open tiled level: some rows of tiles."""
    level = page.level
    row = level.columns * level.tile_width * level.tile_height * model.texel_bytes
    return int(min(_CACHED_ROWS, level.rows) * row)


class RegionReader:
    """Reads one level through libvips: one image, one Region for each thread.

    libvips caches rows of tiles for the image and locks around its decoder: fast, but memory
    grows with the width. It fails once at a broken tile and gives from then on the black that it
    keeps in its place; so such a tile is read here once, by one thread, and no more.
    """

    def __init__(self, image: Any, model: PixelModel) -> None:
        self._image = image
        self._model = model
        self._own = threading.local()
        self._broken: set[tuple[int, int]] = set()
        self._locks = tuple(threading.Lock() for _ in range(_LOCKS))
        # With the last thread that reads here. libvips' operation cache knows the rows, too, and
        # would keep them until it has seen 100 other operations.
        weakref.finalize(self, let_go, image).atexit = False

    @classmethod
    def opened(
        cls, path: str, descriptor: int, page: PageLevel, model: PixelModel
    ) -> "RegionReader | None":
        """A reader, or None where libvips sees another page than glview does.

        None as well where there is another file at ``path`` by now than that of ``descriptor``.
        """
        try:
            # Opened anew: duplicates of a descriptor share their position.
            own = open_regular(path)
        except OSError:
            return None
        try:
            if not os.path.sameopenfile(own, descriptor):
                return None
            source = pyvips.Source.new_from_descriptor(own)
            where = {"page": page.page} if page.sub_page is None else {
                "page": page.page, "subifd": page.sub_page
            }  # fmt: skip
            image = pyvips.Image.tiffload_source(source, fail_on="warning", **where)
            image, found = displayable(
                image,
                extra_is_alpha=extra_is_alpha(page.directory),
                beside=beside_rgb(page.directory),
            )
        except (OSError, pyvips.Error, ValueError):
            return None
        finally:
            os.close(own)
        size = (page.level.width, page.level.height)
        if found != model or (image.width, image.height) != size:
            return None
        return cls(image, model)

    def fetch(self, x: int, y: int, width: int, height: int) -> NDArray[np.generic] | None:
        """Pixels of one tile, or None where libvips fails or has failed."""
        region = getattr(self._own, "region", None)
        if region is None:
            region = self._own.region = pyvips.Region.new(self._image)
        with self._locks[hash((x, y)) % _LOCKS]:
            if (x, y) in self._broken:
                return None
            try:
                return fetch_rect(region, x, y, width, height, self._model)
            except VipsError:
                self._broken.add((x, y))
                return None
