"""What a worker does for a tile: read it, and make the atlas's own texels of it."""

from glview import texels
from glview.buffers import Buffers
from glview.errors import TileError
from glview.loader import Decoded
from glview.pyramid import TileKey
from glview.sources.base import TileSource, reader_into
from glview.thinning import Thinning


class Packing:
    """Tiles of one image as slot arrays in ``buffers``, with ``gutter`` texels around.

    Called on workers, several at a time. A decoder that can writes into the slot's own memory.
    """

    def __init__(self, source: TileSource, gutter: int, buffers: Buffers) -> None:
        self._read = reader_into(source)
        self._description = source.description
        self._gutter = gutter
        self._buffers = buffers
        self._thinning = Thinning(source.description.pyramid, gutter)

    def __call__(self, key: TileKey) -> Decoded | None:
        """A tile; None where there is nothing, and `TileError` as the source raises it."""
        tile = self._read(key, self._buffers.room)
        if tile is None:
            return None
        level = self._description.pyramid.levels[key.level]
        rect = level.l_tile_rect(key.column, key.row)
        fault = texels.fault_of(tile, (rect.width, rect.height), self._description)
        if fault is not None:
            raise TileError(f"tile {tuple(key)}: {fault}")
        packed = texels.pack(tile, self._description, self._gutter, self._buffers.empty)
        return Decoded(packed, self._thinning.of(key, packed), tile.fault, tile.lost)
