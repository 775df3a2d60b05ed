"""The pages that the pictures of a TIFF are made of, in the file and in those beside it.

What opens, what is told and what is converted of a file goes by the same `stack_in`.
"""

import os
from collections.abc import Iterator, Sequence
from contextlib import ExitStack, contextmanager
from dataclasses import replace

from glview.errors import ImageError, UnsupportedImageError
from glview.planes import Plane
from glview.sources.array import check_budget
from glview.sources.base import TileSource
from glview.sources.finding import found_page
from glview.sources.flat import SIDEWAYS, FlatImage
from glview.sources.image_file import ImageFile, faults_of, opened_file, tiff_structure
from glview.sources.merged import DIFFERENT
from glview.sources.ome import Place
from glview.sources.slide_names import vendor_of_tiff
from glview.sources.sniff import Content
from glview.sources.tiff_axes import Stack, stack_of
from glview.sources.tiff_levels import chosen_levels
from glview.sources.tiff_planes import planes_of
from glview.sources.tiff_structure import TiffStructure

Found = TileSource | FlatImage
"""A page: a source of its tiles, or one that is still to be decoded."""


def stack_in(file: ImageFile, structure: TiffStructure) -> Stack | None:
    """The pictures of a file as it tells of them; None for a single one, and for a slide."""
    # A slide's pages are its levels, its label and its like, whoever reads it.
    if vendor_of_tiff(structure, file.read_at) is not None:
        return None
    name = os.path.basename(file.path)
    return stack_of(structure, chosen_levels(structure), name, file.read_at)


def as_there(stack: Stack, file: ImageFile, structure: TiffStructure) -> Stack:
    """Without channels that lie in files or pages that are not there, or are broken.

    Each may be seen alone, and a microscope may have been stopped.
    """
    first = stack.pages_of(stack.first)

    def is_there(place: Place | None) -> bool:
        try:
            with page_at(file, structure, place):
                return True
        except ImageError:
            return False

    kept = [band for band, place in enumerate(first) if is_there(place)]
    if len(kept) == len(first):
        return stack
    if not kept and any(
        place and not place.file for found in stack.places.values() for place in found
    ):
        return stack  # only the first picture is not there
    if not kept:
        # A file that was given another name, whose pictures are in it all the same.
        own = {
            plane: tuple(place and Place(place.page) for place in found)
            for plane, found in stack.places.items()
        }
        return replace(stack, places=own)
    places = {plane: tuple(found[band] for band in kept) for plane, found in stack.places.items()}
    return replace(stack, channels=tuple(stack.channels[band] for band in kept), places=places)


def first_there(stack: Stack, file: ImageFile) -> Plane:
    """The first plane of which something is there; the first of all where nothing is."""

    def is_there(place: Place | None) -> bool:
        if place is None:
            return False
        return not place.file or os.path.isfile(_beside(file.path, place.file))

    there = (plane for plane, found in stack.places.items() if any(map(is_there, found)))
    plane = next(there, None)
    if plane is None:
        return stack.first
    return (*plane, 0) if stack.samples else plane


def lack_of(stack: Stack, there: Stack) -> str:
    """What a file tells of that is not there; nothing where all is."""
    lost = stack.together - there.together
    return f"{lost} of {stack.together} channels are not there" if lost else ""


@contextmanager
def found_pages(
    file: ImageFile, structure: TiffStructure, stack: Stack, plane: Plane, budget_bytes: int
) -> Iterator[list[Found]]:
    """The pages of a picture, while their files are open; they are closed only on an error.

    `ImageError` where one is not there; errors of the block come through.
    """
    found: list[Found] = []
    try:
        with ExitStack() as files:
            for place in stack.pages_of(plane):
                page = _found(file, structure, place, budget_bytes, stack, plane)
                found.append(files.enter_context(page))
            yield found
    except BaseException:
        for image in found:
            if not isinstance(image, FlatImage):
                image.close()
        raise


@contextmanager
def _found(
    file: ImageFile,
    structure: TiffStructure,
    place: Place | None,
    budget_bytes: int,
    stack: Stack,
    plane: Plane,
) -> Iterator[Found]:
    with page_at(file, structure, place) as (owner, pages, number):
        with faults_of(owner.name):
            page = found_page(
                owner,
                pages,
                budget_bytes,
                number,
                alone=stack.alone,
                sample=stack.sample_of(plane),
                planes=planes_of(stack, more=structure.more),
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


def require_alike(images: Sequence[FlatImage]) -> None:
    """`UnsupportedImageError` for channels that make no picture once they are decoded."""
    if len({(_upright(image), image.model.sample_type) for image in images}) > 1:
        raise UnsupportedImageError(images[0].name, DIFFERENT)


def _upright(image: FlatImage) -> tuple[int, int]:
    turned = image.orientation in SIDEWAYS
    return (image.height, image.width) if turned else (image.width, image.height)


def require_room(images: Sequence[FlatImage], budget_bytes: int) -> None:
    """`ImageError` where the channels of one picture do not fit in memory together."""
    if images:
        need = sum(image.need_bytes for image in images)
        check_budget(images[0].name, need, budget_bytes, images[0].advice(channels=len(images)))
