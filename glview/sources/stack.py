"""One picture of a TIFF that holds several, and the way to the others."""

import logging
from collections.abc import Callable
from dataclasses import dataclass, replace

from glview.errors import ImageError
from glview.image import Series
from glview.planes import AskedPlane, Plane, check_series, chosen_plane, require_plane
from glview.pyramid import TileKey
from glview.sources.base import (
    ImageDescription,
    Room,
    Tile,
    TileSource,
    find_offset,
    reader_into,
)
from glview.sources.cancellation import Cancellation
from glview.sources.finding import found_tiff
from glview.sources.flat import FlatImage, turned_size
from glview.sources.image_file import ImageFile, image_file, tiff_structure
from glview.sources.merged import MergedSource, completed
from glview.sources.sniff import Content
from glview.sources.stack_pages import (
    Found,
    as_there,
    first_there,
    found_pages,
    lack_of,
    require_room,
    stack_in,
)
from glview.sources.tiff_axes import Stack, series_in
from glview.sources.tiff_structure import TiffStructure
from glview.sources.wrapped import Wrapped

_log = logging.getLogger("glview")


class PlaneSource(Wrapped):
    """One picture of a `Stack`; it owns ``source``. As thread-safe as that.

    ``reopen`` opens another by its plane, from the file as it is then. ``pixel_size_um`` is what
    the file tells of all of them. It is one of ``all_series``, where the file has several.
    """

    def __init__(
        self,
        source: TileSource,
        stack: Stack,
        plane: Plane,
        reopen: Callable[[Plane], TileSource],
        pixel_size_um: tuple[float, float] | None = None,
        *,
        all_series: tuple[Series, ...] = (),
        series: int = 0,
    ) -> None:
        super().__init__(source)
        self._read_into = reader_into(source)
        self._reopen = reopen
        told = source.description
        channels = stack.channels_of(plane)
        if len(channels) == told.bands:
            channels = completed(channels, told.channels)
        else:
            channels = told.channels
        self._description = replace(
            told,
            axes=stack.axes,
            plane=plane,
            channels=channels,
            pixel_size_um=pixel_size_um or told.pixel_size_um,
            all_series=all_series,
            series=series,
        )

    @property
    def description(self) -> ImageDescription:
        return self._description

    def read_tile(self, key: TileKey) -> Tile | None:
        return self._source.read_tile(key)

    def read_tile_into(self, key: TileKey, room: Room) -> Tile | None:
        return self._read_into(key, room)

    def at_plane(self, plane: Plane) -> TileSource:
        """Another picture, from the file as it is now; it is decoded where it has no tiles."""
        require_plane(self._description, plane)
        return self._reopen(plane)


@dataclass(frozen=True, slots=True)
class _Asked:
    """How pictures are opened."""

    budget_bytes: int
    cancellation: Cancellation
    series: int


def open_tiff(
    file: ImageFile,
    budget_bytes: int,
    cancellation: Cancellation,
    series: int = 0,
    plane: AskedPlane = None,
) -> TileSource:
    """A picture of a TIFF, of one of its images; `ImageError` as `open_image` has it."""
    structure = tiff_structure(file, series)
    if structure.fault:
        _log.warning("%s: damaged, shown as far as it can be read: %s", file.name, structure.fault)
    check_series(file.name, series, max(1, len(series_in(structure))))
    stack = stack_in(file, structure)
    asked = _Asked(budget_bytes, cancellation, series)
    if stack is None:
        chosen_plane(file.name, (), plane)
        return _opened([found_tiff(file, structure, budget_bytes)], asked)[0]
    stack = stack.meant(plane)
    asked_plane = chosen_plane(file.name, stack.axes, plane)
    there = as_there(stack, file, structure)
    chosen = asked_plane or first_there(there, file)
    if lack := lack_of(stack, there):
        _log.warning("%s: damaged, shown as far as it can be read: %s", file.name, lack)
    return _plane(file, structure, there, chosen, asked)


def _plane(
    file: ImageFile, structure: TiffStructure, stack: Stack, plane: Plane, asked: _Asked
) -> TileSource:
    stamp = file.stamp

    def reopen(other: Plane) -> TileSource:
        with image_file(file.path) as found:
            again = replace(found, told_by=file.told_by)
            if again.kind is not Content.TIFF:
                raise ImageError(again.name, "is no TIFF any more")
            # To read 10,000 pages anew takes 0.4 s of each step.
            pages = structure if again.stamp == stamp else tiff_structure(again, asked.series)
            # What called off the first has nothing to do with this.
            return _plane(again, pages, stack, other, replace(asked, cancellation=Cancellation()))

    with found_pages(file, structure, stack, plane, asked.budget_bytes) as found:
        sources = _opened(found, asked)
        source = MergedSource(sources, stack.channels) if len(sources) > 1 else sources[0]
    # One that is read by tiles of its own is not turned.
    turned = next((image.orientation for image in found if isinstance(image, FlatImage)), 1)
    size_um = turned_size(stack.pixel_size_um, turned)
    all_series, series = series_in(structure), asked.series
    return PlaneSource(source, stack, plane, reopen, size_um, all_series=all_series, series=series)


def _opened(found: list[Found], asked: _Asked) -> list[TileSource]:
    """Sources of pages; those without tiles are decoded, which takes memory for all of them."""
    if len(found) > 1:
        require_room([image for image in found if isinstance(image, FlatImage)], asked.budget_bytes)
    return [_ready(image, asked) for image in found]


def _ready(image: Found, asked: _Asked) -> TileSource:
    if isinstance(image, FlatImage):
        return image.decoded(asked.budget_bytes, asked.cancellation)
    find_offset(image)
    return image
