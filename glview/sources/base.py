"""What every source of tiles offers."""

from collections.abc import Callable
from typing import Any, Protocol, TypeGuard, runtime_checkable

import numpy as np
from numpy.typing import NDArray

from glview.image import (
    Axis,
    Channel,
    ColorModel,
    ImageDescription,
    Margin,
    Reading,
    SampleType,
    Tile,
)
from glview.planes import AskedPlane, chosen_plane, require_plane
from glview.pyramid import TileKey

__all__ = [
    "Axis",
    "Channel",
    "ColorModel",
    "ImageDescription",
    "Margin",
    "Reading",
    "Room",
    "SampleType",
    "Tile",
    "TileSource",
]

Room = Callable[[int], NDArray[Any]]
"""Memory (flat bytes) for at least so many bytes of `Tile.texels`, which go to its end."""


def own_room(size_bytes: int) -> NDArray[Any]:
    """Room of a tile's own."""
    return np.empty(size_bytes, np.uint8)


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


def is_source(what: object) -> TypeGuard[TileSource]:
    """Whether ``what`` is a source; asks for its description, which may take a while."""
    return isinstance(getattr(what, "description", None), ImageDescription)


@runtime_checkable
class BoundedSource(TileSource, Protocol):
    """A source whose caches keep to a bound, which may change while it is read."""

    @property
    def most_cached_bytes(self) -> int:
        """The most that `cache_bytes` comes to."""
        ...

    def limit_cache(self, limit_bytes: int) -> None:
        """Keep to another bound, as far as what is read next allows; on the owner's thread."""
        ...


def most_cached(source: TileSource) -> int:
    """The most that a source keeps between calls, as far as it says so."""
    return source.most_cached_bytes if isinstance(source, BoundedSource) else source.cache_bytes


def limit_cache(source: TileSource, limit_bytes: int) -> None:
    """Keep a source's cache to a bound, if it can be."""
    if isinstance(source, BoundedSource):
        source.limit_cache(limit_bytes)


@runtime_checkable
class WideSource(TileSource, Protocol):
    """A source that may have samples which float32 does not hold (`glview.sources.narrowing`)."""

    def find_offset(self) -> None:
        """Find `ImageDescription.offset`, which is 0 before; decodes some tiles.

        To be called once, before tiles are read and the description is used.
        """
        ...


def find_offset(source: TileSource) -> None:
    """Find a source's offset, if it may have one."""
    if isinstance(source, WideSource):
        source.find_offset()


@runtime_checkable
class RoomSource(TileSource, Protocol):
    """A source whose decoder can write into memory that is given, or that passes it on."""

    def read_tile_into(self, key: TileKey, room: Room) -> Tile | None:
        """As `read_tile`; where the tile has texels, they may lie in what ``room`` gave."""
        ...


def reader_into(source: TileSource) -> Callable[[TileKey, Room], Tile | None]:
    """How tiles are read into given memory; a source that cannot use it leaves it."""
    if isinstance(source, RoomSource):
        return source.read_tile_into
    return lambda key, _: source.read_tile(key)


@runtime_checkable
class PlanedSource(TileSource, Protocol):
    """A source of one of several pictures of a file (`ImageDescription.axes`)."""

    def at_plane(self, plane: tuple[int, ...]) -> TileSource:
        """Another of them, opened anew, for the caller to close; on any thread.

        May read and decode. `ImageError` where it cannot be opened, IndexError where there is none.
        """
        ...


def at_plane(source: TileSource, plane: tuple[int, ...]) -> TileSource:
    """Another picture of a source's file, as `PlanedSource.at_plane`; on any thread.

    IndexError where there is none: as many indices as axes count, each from 0 on.
    """
    require_plane(source.description, plane)
    if not isinstance(source, PlanedSource):
        raise IndexError(f"{source.description.name}: its planes cannot be reached")
    return source.at_plane(plane)


def in_place(source: TileSource, asked: AskedPlane) -> TileSource:
    """A plane of a source that was just opened, which is closed where it is another.

    None: the one that came up. `ImageError` where there is none, and as `PlanedSource.at_plane`.
    """
    told = source.description
    try:
        plane = chosen_plane(told.name, told.axes, asked)
        if plane is not None and plane != told.plane:
            source, opened = at_plane(source, plane), source
            opened.close()
    except BaseException:
        source.close()
        raise
    return source


@runtime_checkable
class AssociatedSource(TileSource, Protocol):
    """A source with pictures beside the image (`ImageDescription.associated`)."""

    def read_associated(self, name: str) -> NDArray[np.uint8]:
        """One of them, (height, width, 3 or 4) bytes of RGB or straight RGBA.

        Decodes; on any thread. KeyError for a name that it has not, `ImageError` for what cannot be
        read.
        """
        ...


@runtime_checkable
class StoppableSource(TileSource, Protocol):
    """A source that can end what it reads."""

    def stop(self) -> None:
        """End reads under way, with a `TileError`, and refuse others; on any thread, idempotent."""
        ...


@runtime_checkable
class HoledSource(TileSource, Protocol):
    """A source that keeps tiles made of several, of which some could not be read."""

    def forget_holes(self) -> None:
        """Make those tiles anew when they are asked for again; on any thread."""
        ...


def forget_holes(source: TileSource) -> None:
    """Have unreadable parts read anew, where a source keeps what was made without them."""
    if isinstance(source, HoledSource):
        source.forget_holes()


def stop(source: TileSource) -> None:
    """End what a source reads, if it can be; it is still to be closed."""
    if isinstance(source, StoppableSource):
        source.stop()
