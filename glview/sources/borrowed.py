"""A source that stays its owner's while a picture is made of it."""

from glview.errors import TileError
from glview.pyramid import TileKey
from glview.sources.base import (
    ImageDescription,
    Tile,
    TileSource,
    at_plane,
)
from glview.sources.wrapped import Wrapped


class BorrowedSource(Wrapped):
    """Another source's tiles until this one is closed, which leaves that one open.

    As thread-safe as that. What bounds its cache bounds the other's, too, for good.
    """

    def __init__(self, source: TileSource) -> None:
        super().__init__(source)
        self._closed = False

    @property
    def description(self) -> ImageDescription:
        return self._source.description

    def read_tile(self, key: TileKey) -> Tile | None:
        if self._closed:
            raise TileError(f"{self._source.description.name}: closed")
        return self._source.read_tile(key)

    def at_plane(self, plane: tuple[int, ...]) -> TileSource:
        """Another plane of the other source: not borrowed, the caller's to close."""
        return at_plane(self._source, plane)

    def stop(self) -> None:
        """Refuse to begin other reads; those under way go on, since others may wait for them."""
        self._closed = True

    def close(self) -> None:
        self._closed = True
