"""One picture of a TIFF that holds several, and the way to the others."""

import logging
import os
from collections.abc import Callable, Iterator, Sequence
from contextlib import ExitStack, contextmanager
from dataclasses import dataclass, replace

from glview.errors import ImageError
from glview.image import Series
from glview.planes import AskedPlane, Plane, chosen_plane, require_plane
from glview.pyramid import TileKey
from glview.sources.array import check_budget
from glview.sources.base import (
    ImageDescription,
    Room,
    Tile,
    TileSource,
    find_offset,
    reader_into,
)
from glview.sources.cancellation import Cancellation
from glview.sources.finding import found_page, found_tiff
from glview.sources.flat import FlatImage, turned_size
from glview.sources.image_file import (
    ImageFile,
    faults_of,
    image_file,
    opened_file,
    tiff_structure,
)
from glview.sources.merged import MergedSource, completed
from glview.sources.ome import Place
from glview.sources.slide_names import vendor_of_tiff
from glview.sources.sniff import Content
from glview.sources.tiff_axes import Stack, series_in, stack_of
from glview.sources.tiff_levels import chosen_levels
from glview.sources.tiff_structure import TiffStructure
from glview.sources.wrapped import Wrapped

_log = logging.getLogger("glview")

_Found = TileSource | FlatImage


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
    stack = None
    # A slide's pages are its levels, its label and its like, whoever reads it.
    if vendor_of_tiff(structure, file.read_at) is None:
        name = os.path.basename(file.path)
        stack = stack_of(structure, chosen_levels(structure), name, file.read_at)
    asked = _Asked(budget_bytes, cancellation, series)
    if stack is None:
        chosen_plane(file.name, (), plane)
        return _opened([found_tiff(file, structure, budget_bytes)], asked)[0]
    stack = stack.meant(plane)
    there = chosen_plane(file.name, stack.axes, plane) or stack.first
    return _plane(file, structure, _with_what_is_there(stack, file, structure), there, asked)


def first_decoded(
    file: ImageFile, structure: TiffStructure, stack: Stack, budget_bytes: int
) -> tuple[FlatImage, ...]:
    """The pages that are decoded whole for the picture that comes up; `ImageError` as opening."""
    found: list[FlatImage] = []
    there = _with_what_is_there(stack, file, structure)
    for place in there.pages_of(there.first):
        with _found(file, structure, place, budget_bytes, there, there.first) as page:
            if isinstance(page, FlatImage):
                found.append(page)
            else:
                page.close()
    return tuple(found)


def require_room(images: Sequence[FlatImage], budget_bytes: int) -> None:
    """`ImageError` where the channels of one picture do not fit in memory together."""
    if images:
        need = sum(image.need_bytes for image in images)
        check_budget(images[0].name, need, budget_bytes, images[0].advice(channels=len(images)))


def check_series(name: str, series: int, count: int = 1) -> None:
    """`ImageError` where a file of so many images has none of a number, counted from 0."""
    if not 0 <= series < count:
        raise ImageError(name, f"image {series + 1} of {count} is asked for")


def _with_what_is_there(stack: Stack, file: ImageFile, structure: TiffStructure) -> Stack:
    """Without channels that lie in other files that are not there, or in pages that are not.

    Each may be seen alone, and a microscope may have been stopped.
    """
    first = stack.pages_of(stack.first)

    def is_there(place: Place | None) -> bool:
        if place is None:
            return False
        if place.file:
            return os.path.exists(_beside(file.path, place.file))
        return place.page < len(structure.directories)

    kept = [band for band, place in enumerate(first) if is_there(place)]
    if len(kept) == len(first):
        return stack
    if kept:
        lack = f"{len(first) - len(kept)} of {len(first)} channels are not there"
        _log.warning("%s: damaged, shown as far as it can be read: %s", file.name, lack)
    if not kept:
        # A file that was given another name, whose pictures are in it all the same.
        own = {
            plane: tuple(place and Place(place.page) for place in found)
            for plane, found in stack.places.items()
        }
        return replace(stack, places=own)
    places = {plane: tuple(found[band] for band in kept) for plane, found in stack.places.items()}
    return replace(stack, channels=tuple(stack.channels[band] for band in kept), places=places)


def _plane(
    file: ImageFile, structure: TiffStructure, stack: Stack, plane: Plane, asked: _Asked
) -> TileSource:
    stamp = file.stamp

    def reopen(other: Plane) -> TileSource:
        with image_file(file.path) as again:
            if again.kind is not Content.TIFF:
                raise ImageError(again.name, "is no TIFF any more")
            # To read 10,000 pages anew takes 0.4 s of each step.
            pages = structure if again.stamp == stamp else tiff_structure(again, asked.series)
            # What called off the first has nothing to do with this.
            return _plane(again, pages, stack, other, replace(asked, cancellation=Cancellation()))

    found: list[_Found] = []
    try:
        with ExitStack() as files:
            for place in stack.pages_of(plane):
                page = _found(file, structure, place, asked.budget_bytes, stack, plane)
                found.append(files.enter_context(page))
            sources = _opened(found, asked)
        source = MergedSource(sources, stack.channels) if len(sources) > 1 else sources[0]
    except BaseException:
        for image in found:
            if not isinstance(image, FlatImage):
                image.close()
        raise
    # One that is read by tiles of its own is not turned.
    turned = next((image.orientation for image in found if isinstance(image, FlatImage)), 1)
    size_um = turned_size(stack.pixel_size_um, turned)
    all_series, series = series_in(structure), asked.series
    return PlaneSource(source, stack, plane, reopen, size_um, all_series=all_series, series=series)


@contextmanager
def _found(
    file: ImageFile,
    structure: TiffStructure,
    place: Place | None,
    budget_bytes: int,
    stack: Stack,
    plane: Plane,
) -> Iterator[_Found]:
    """A page, while its file is open."""
    with page_at(file, structure, place) as (owner, pages, number):
        with faults_of(owner.name):
            page = found_page(
                owner,
                pages,
                budget_bytes,
                number,
                alone=stack.alone,
                sample=stack.sample_of(plane),
                together=stack.together,
            )
        yield page


@contextmanager
def page_at(
    file: ImageFile, structure: TiffStructure, place: Place | None
) -> Iterator[tuple[ImageFile, TiffStructure, int]]:
    """Where a picture lies: its file, open within the block, the file's pages, and which of them.

    `ImageError` where it is not there; errors of the block come through.
    """
    if place is None:
        raise ImageError(file.name, "the file does not say where this picture lies")
    if not place.file:
        _require_page(file, structure, place.page)
        yield file, structure, place.page
        return
    with opened_file(_beside(file.path, place.file)) as other:
        if other.kind is not Content.TIFF:
            raise ImageError(other.name, "is no TIFF, as the picture's file says it is")
        with faults_of(other.name):
            pages = tiff_structure(other, told=structure.ome)
        _require_page(other, pages, place.page)
        yield other, pages, place.page


def _beside(path: str, name: str) -> str:
    """A file in the same folder; what leads out of it is not followed."""
    return os.path.join(os.path.dirname(path), os.path.basename(name))


def _require_page(file: ImageFile, structure: TiffStructure, number: int) -> None:
    if not 0 <= number < len(structure.directories):
        count = len(structure.directories)
        raise ImageError(file.name, f"page {number + 1} of {count} is missing")
    directory = structure.directories[number]
    if not directory.has_a_size:
        raise ImageError(file.name, f"a page of {directory.width}x{directory.height} pixels")


def _opened(found: list[_Found], asked: _Asked) -> list[TileSource]:
    """Sources of pages; those without tiles are decoded, which takes memory for all of them."""
    if len(found) > 1:
        require_room([image for image in found if isinstance(image, FlatImage)], asked.budget_bytes)
    return [_ready(image, asked) for image in found]


def _ready(image: _Found, asked: _Asked) -> TileSource:
    if isinstance(image, FlatImage):
        return image.decoded(asked.budget_bytes, asked.cancellation)
    find_offset(image)
    return image
