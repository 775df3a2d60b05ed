"""What every source of tiles offers."""

from typing import Protocol

from glview.image import ColorModel, ImageDescription, Margin, Reading, SampleType, Tile
from glview.pyramid import TileKey

__all__ = [
    "ColorModel",
    "ImageDescription",
    "Margin",
    "Reading",
    "SampleType",
    "Tile",
    "TileSource",
]


class TileSource(Protocol):
    """Decoded tiles of one image, readable from several threads at a time."""

    @property
    def description(self) -> ImageDescription:
        """The image's description; constant."""
        ...

    @property
    def cache_bytes(self) -> int:
        """Host memory the source keeps between calls (decoder caches), counted or estimated."""
        ...

    def read_tile(self, key: TileKey) -> Tile | None:
        """Decode one tile; called on worker threads, several at a time.

        Returns None where the image declares that it has nothing here (sparse images): coarser
        levels show through. Raises `TileError` naming the tile where data should be but cannot
        be read, which says whether another attempt is worth it.
        """
        ...

    def close(self) -> None:
        """Free what is open. No `read_tile` runs or comes after; idempotent."""
        ...
