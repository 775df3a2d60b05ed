"""Slides of microscopes: pyramids that OpenSlide reads, or describes beside our own reader."""

import os
from types import MappingProxyType

import numpy as np
from numpy.typing import NDArray

from glview.errors import ImageError, UnsupportedImageError
from glview.pyramid import IntRect, TileKey
from glview.sources.base import ColorModel, ImageDescription, SampleType, Tile
from glview.sources.files import open_regular, printable
from glview.sources.icc import color_table
from glview.sources.image_file import faults_of
from glview.sources.regrid import WANTED_PX, fitting_tile_size
from glview.sources.slide_facts import (
    are_areas_whole,
    background,
    bounds,
    is_solid,
    light,
    metadata_of,
    objective_power,
    pixel_size_um,
    tile_px,
)
from glview.sources.slide_levels import slide_levels, slide_pyramid
from glview.sources.slide_names import EXTRA, NAMES, Vendor
from glview.sources.slide_reader import SlideError, SlideReader, is_installed

_KEPT_BYTES = 32 << 20
"""What OpenSlide itself would keep of decoded tiles."""


_UNKNOWN = "Unsupported or missing image file"
"""What OpenSlide says of all that it does not take for a slide."""


def opened(path: str, name: str, cache_bytes: int) -> SlideReader:
    """The slide at ``path``; errors as those of `SlideSource`."""
    if not is_installed():
        raise UnsupportedImageError(name, f"reading slides takes OpenSlide: {EXTRA}")
    with faults_of(name):
        # OpenSlide would wait for ever at a FIFO.
        os.close(open_regular(path))
    try:
        return SlideReader(path, name, cache_bytes)
    except SlideError as error:
        fault = str(error).removeprefix(f"Reading {name}: ")
        if fault == _UNKNOWN:
            raise ImageError(name, "no slide that OpenSlide knows") from None
        raise ImageError(name, f"OpenSlide cannot read it: {fault}") from None


class SlideSource:
    """The tiles of a slide through OpenSlide, in a grid of 128 to 512 pixels.

    The grid is the slide's own where its tiles have such a size, else 256. The image is the
    rectangle of the slide that has something on it, where the file tells it, or with ``whole`` all
    of the slide. Slides of areas with nothing between them have an alpha, straight; others are RGB.
    Thread-safe. `ImageError` if it cannot be opened, or ``whole`` and no slide,
    `UnsupportedImageError` without the extra.
    """

    def __init__(
        self,
        path: str | bytes | os.PathLike[str],
        name: str | None = None,
        *,
        whole: bool = False,
        cache_bytes: int = _KEPT_BYTES,
    ) -> None:
        place = os.fsdecode(path)
        self._name = printable(place) if name is None else name
        self._reader = opened(place, self._name, min(cache_bytes, _KEPT_BYTES))
        properties, size = self._reader.properties, self._reader.sizes[0]
        told = properties.get("openslide.vendor", "")
        vendor = self.vendor = Vendor(told) if told in {known.value for known in Vendor} else None
        """Whose slide it is; None for a TIFF that OpenSlide calls generic."""
        if whole and vendor is None:
            self._reader.close()
            raise ImageError(
                self._name, "no slide, but a TIFF like any other: leave out --whole-slide"
            )
        part = None if whole else bounds(properties, size)
        width, height = tile_px(properties) or (WANTED_PX, WANTED_PX)
        grid = fitting_tile_size(width), fitting_tile_size(height)
        self._solid = is_solid(vendor)
        self._background = np.array(background(properties), np.uint8)
        shown = part or IntRect(0, 0, *size)
        try:
            self._levels = slide_levels(
                self._reader.sizes,
                self._reader.downsamples,
                part,
                grid,
                areas_whole=are_areas_whole(vendor),
            )
            pyramid = slide_pyramid(self._levels, (shown.width, shown.height))
        except ValueError as error:
            raise ImageError(self._name, str(error)) from None
        self._description = ImageDescription(
            name=self._name,
            format=NAMES[vendor] if vendor else "slide",
            pyramid=pyramid,
            sample_type=SampleType.U8,
            color_model=ColorModel.RGB,
            bands=3,
            alpha=not self._solid,
            pixel_size_um=pixel_size_um(properties),
            metadata=MappingProxyType(metadata_of(properties, part)),
            objective_power=objective_power(properties),
            associated=self._reader.associated,
            background=light(background(properties)),
            color_table=color_table(self._reader.profile, self._name),
        )

    @property
    def description(self) -> ImageDescription:
        return self._description

    @property
    def cache_bytes(self) -> int:
        """The most that OpenSlide keeps of decoded tiles; it does not say how much it does."""
        return self._reader.cache_bytes

    @property
    def most_cached_bytes(self) -> int:
        return self.cache_bytes

    def limit_cache(self, limit_bytes: int) -> None:
        self._reader.limit_cache(min(limit_bytes, _KEPT_BYTES))

    def read_tile(self, key: TileKey) -> Tile:
        """Decode one tile; `TileError` where OpenSlide cannot, which concerns no other tile."""
        item = self._levels[key.level]
        rect = item.level.l_tile_rect(key.column, key.row)
        region = item.region(rect)
        where = f"{self._name}: level {key.level} tile {key.column},{key.row}"
        pixels = self._reader.read(region, where)
        x, y = region.border_x, region.border_y
        pixels = pixels[y : region.height - y, x : region.width - x]
        return self._solid_tile(pixels) if self._solid else Tile(pixels)

    def read_associated(self, name: str) -> NDArray[np.uint8]:
        """A picture beside the slide, such as its label; see `AssociatedSource`."""
        return self._reader.read_associated(name)

    def close(self) -> None:
        self._reader.close()

    def _solid_tile(self, rgba: NDArray[np.uint8]) -> Tile:
        """As RGB, what has no pixels on the slide's own background; blended edges count in full."""
        texels = np.ascontiguousarray(rgba)
        if not texels.flags.writeable:
            texels = texels.copy()
        texels[texels[:, :, 3] == 0, :3] = self._background
        texels[:, :, 3] = 255
        return Tile(texels[:, :, :3], texels=texels)
