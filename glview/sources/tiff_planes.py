"""How many pictures a TIFF holds of which one is shown: what is told of its `Stack` (pure)."""

import itertools
import math
from collections.abc import Sequence

from glview.planes import CHANNEL
from glview.sources.stored import CHANNELS, Planes
from glview.sources.tiff_axes import Stack
from glview.sources.tiff_levels import PageLevel, chosen_levels, may_stand_alone
from glview.sources.tiff_masks import is_mask
from glview.sources.tiff_pages import picture_pages
from glview.sources.tiff_structure import Directory, TiffStructure

_Form = tuple[int, int, bool, bool, tuple[object, ...]]
"""By what a page is taken for the level or the mask of one like the picture that comes up."""
_MOST_SIZES = 64
"""Of pictures whose levels are looked for."""
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
    structure: TiffStructure,
    levels: tuple[PageLevel, ...],
    stack: Stack | None,
    masks: Sequence[int] = (),
) -> int:
    """How many pages are never shown: thumbnails, labels and the like.

    ``levels`` and the ``masks`` that are applied are those of the picture that comes up. Pictures
    like it have such, too, and of a file of several images pages of the others are pictures.
    """
    pages = structure.directories
    if stack is None:
        pictures = set(picture_pages(structure, levels))
    elif stack.alone:
        pictures = {number for number, page in enumerate(pages) if may_stand_alone(page)}
    else:
        found = (place for places in stack.places.values() for place in places)
        pictures = {place.page for place in found if place is not None and not place.file}
    taken = {id(level.directory) for level in levels} | {id(pages[number]) for number in masks}
    left = [
        page
        for number, page in enumerate(pages)
        if number not in pictures and id(page) not in taken
    ]
    if not left or stack is None:
        return len(left)
    forms = [_form(pages[number]) for number in masks]
    if not stack.alone:
        forms += _forms_of_levels(structure, pictures)
    return sum(_form(page) not in forms for page in left)


def _forms_of_levels(structure: TiffStructure, pictures: set[int]) -> list[_Form]:
    """What pages are like that are levels of some pictures behind their first."""
    firsts: dict[tuple[int, int], int] = {}
    for number in sorted(pictures):
        if number < len(structure.directories):
            page = structure.directories[number]
            firsts.setdefault((page.width, page.height), number)
    several = itertools.islice(firsts.values(), _MOST_SIZES)
    return [
        _form(level.directory)
        for number in several
        for level in chosen_levels(structure, number)[1:]
    ]


def _form(page: Directory) -> _Form:
    return page.width, page.height, page.tiled, is_mask(page), page.kind
