"""A slide whose tiles our own TIFF reader reads, and which OpenSlide describes."""

from dataclasses import replace
from types import MappingProxyType

import numpy as np
from numpy.typing import NDArray

from glview.pyramid import TileKey
from glview.sources.base import ImageDescription, Room, Tile
from glview.sources.slide_facts import (
    background,
    light,
    metadata_of,
    objective_power,
    pixel_size_um,
)
from glview.sources.slide_reader import SlideReader
from glview.sources.tiff import TiffSource
from glview.sources.wrapped import Wrapped


class SlideTiffSource(Wrapped):
    """The tiles of a `TiffSource`, which it owns, with what OpenSlide tells of the slide.

    Of an Aperio slide's JPEG tiles that makes four times as many a second as OpenSlide decodes,
    without blending where a level is not exactly a whole number of times smaller. Thread-safe.
    """

    def __init__(self, tiff: TiffSource, reader: SlideReader, format_name: str) -> None:
        super().__init__(tiff)
        self._tiff = tiff
        self._reader = reader
        plain, told = tiff.description, reader.properties
        self._description = replace(
            plain,
            format=format_name,
            pixel_size_um=pixel_size_um(told) or plain.pixel_size_um,
            metadata=MappingProxyType({**plain.metadata, **self._told(reader)}),
            objective_power=objective_power(told),
            associated=reader.associated,
            background=light(background(told)),
        )

    @staticmethod
    def _told(reader: SlideReader) -> dict[str, str]:
        told = metadata_of(reader.properties, None)
        told.pop("comment", None)  # the ImageDescription once more
        return told

    @property
    def description(self) -> ImageDescription:
        return self._description

    def read_tile(self, key: TileKey) -> Tile | None:
        return self._tiff.read_tile(key)

    def read_tile_into(self, key: TileKey, room: Room) -> Tile | None:
        return self._tiff.read_tile_into(key, room)

    def read_associated(self, name: str) -> NDArray[np.uint8]:
        """A picture beside the slide, such as its label; see `AssociatedSource`."""
        return self._reader.read_associated(name)

    def close(self) -> None:
        super().close()
        self._reader.close()
