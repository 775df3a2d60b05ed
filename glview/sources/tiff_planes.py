"""How many pictures a TIFF holds of which one is shown: what is told of its `Stack` (pure)."""

import math

from glview.planes import CHANNEL
from glview.sources.stored import CHANNELS, Planes
from glview.sources.tiff_axes import Stack
from glview.sources.tiff_levels import PageLevel
from glview.sources.tiff_pages import picture_pages
from glview.sources.tiff_structure import TiffStructure

_PAGE = "page"
_AXES = {CHANNEL: CHANNELS, "z": "z planes", "t": "time points", _PAGE: "pages", "band": "bands"}


def planes_of(stack: Stack | None, *, more: bool = False) -> Planes:
    """The pictures of a file, as they open; channels that come up together count one by one.

    ``more``: whether the file has more pages than were looked at.
    """
    if stack is None:
        return Planes(more=more)
    together = stack.together
    axes = [(_AXES[axis.name], axis.size) for axis in reversed(stack.axes)]
    if together > 1:
        axes.insert(0, (CHANNELS, together))
    count = math.prod(size for _, size in axes)
    paged = any(axis.name == _PAGE for axis in stack.axes)
    if len(stack.axes) == 1 and (paged or stack.samples):
        return Planes(count, _PAGE if paged else CHANNEL, more=more and paged)
    noun = "plane" if axes else _PAGE
    return Planes(count, noun, tuple(axes), more=more and paged, together=together)


def other_pages(
    structure: TiffStructure, levels: tuple[PageLevel, ...], stack: Stack | None
) -> int:
    """How many pages are neither levels nor pictures that open: thumbnails, labels, masks.

    Of a file of several images, pages of the others are pictures, too.
    """
    if stack is None or stack.alone:
        pictures = set(picture_pages(structure, levels))
    else:
        found = (place for places in stack.places.values() for place in places)
        pictures = {place.page for place in found if place is not None and not place.file}
    taken = {id(level.directory) for level in levels}
    return sum(
        number not in pictures and id(page) not in taken
        for number, page in enumerate(structure.directories)
    )
