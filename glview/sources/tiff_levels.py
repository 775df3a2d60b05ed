"""Which pages of a TIFF are levels of one pyramid (pure)."""

import math
from collections.abc import Iterator, Sequence
from dataclasses import dataclass

from glview.pyramid import Level
from glview.sources.tiff_structure import Directory, Tag, TiffStructure

_REDUCED, _MASK = 1, 4


@dataclass(frozen=True, slots=True)
class PageLevel:
    """A page that is a level, and libvips' name for it (None: it has none)."""

    directory: Directory
    level: Level
    page: int
    sub_page: int | None
    addressable: bool


def chosen_levels(
    structure: TiffStructure, number: int | None = None, *, alone: bool = False
) -> tuple[PageLevel, ...]:
    """A page and its reductions, finest first; empty if it is not tiled. None: the main page.

    A reduction is tiled, has the same samples, and its size is the full size over one whole
    number in both axes to within a pixel (libvips rounds each halving down, others up or to the
    nearest), or two where the page says it is a reduced image. Thumbnails, labels and macro
    pictures have strips or other proportions. ``alone``: other pages are images of their own.
    """
    full_page = main_page(structure) if number is None else number
    full = structure.directories[full_page]
    if not full.tiled or min(full.width, full.height) < 1:
        return ()
    levels = [PageLevel(full, _level(full, 1), full_page, None, addressable=True)]
    candidates = sorted(
        _candidates(structure, full_page, alone=alone), key=lambda item: -item[0].width
    )
    for directory, page, sub_page, addressable in candidates:
        last = levels[-1].level
        ratio = reduction_ratio(full, directory, after=round(last.downsample_x))
        if ratio is not None and directory.width <= last.width:
            level = _level(directory, ratio)
            levels.append(PageLevel(directory, level, page, sub_page, addressable))
    return tuple(levels)


def strip_levels(structure: TiffStructure, number: int) -> tuple[PageLevel, ...]:
    """A page alone, its strips as tiles as wide as it; it has at least one pixel."""
    page = structure.directories[number].as_tiles()
    return (PageLevel(page, _level(page, 1), number, None, addressable=False),)


def may_stand_alone(directory: Directory) -> bool:
    """Whether a page does not say that it is a reduction or a mask of another."""
    return not directory.number(Tag.NEW_SUBFILE_TYPE) & (_REDUCED | _MASK)


def main_page(structure: TiffStructure) -> int:
    """The number of the page that is shown: the first that is neither a reduction nor a mask."""
    pages = enumerate(structure.directories)
    return next((index for index, page in pages if may_stand_alone(page)), 0)


def _candidates(
    structure: TiffStructure, full_page: int, *, alone: bool
) -> Iterator[tuple[Directory, int, int | None, bool]]:
    full = structure.directories[full_page]
    subs = full.sub_directories
    # Pages chained to a SubIFD have no number in libvips.
    numbered = len(subs) == len(full.numbers(Tag.SUB_IFDS))
    for index, directory in enumerate(subs):
        if _may_reduce(directory, full):
            yield directory, full_page, index, numbered
    if subs or alone:
        return
    sizes: dict[tuple[int, int], list[int]] = {}
    for index, page in enumerate(structure.directories):
        if _may_reduce(page, full):
            sizes.setdefault((page.width, page.height), []).append(index)
    if not sizes:
        return
    turn = turn_of(structure.directories, full_page)
    for found in sizes.values():
        for index in turn.own(found):
            yield structure.directories[index], index, None, True


@dataclass(frozen=True, slots=True)
class Turn:
    """Which of several full pages alike one is, such as channels."""

    page: int
    rank: int
    """How many come before it, of all ``count``."""
    count: int
    end: int
    """The next one; past the last page for the last."""

    def own(self, found: Sequence[int]) -> list[int]:
        """Of pages of one size that may be the page's those that are not another's.

        Channels may come one after the other in each size, or each with its sizes: where there are
        as many as full pages each has its own; else those are a page's that follow before the next.
        """
        if len(found) == self.count:
            found = found[self.rank : self.rank + 1]
        else:
            found = [index for index in found if index < self.end]
        return [index for index in found if index > self.page]


def turn_of(pages: Sequence[Directory], number: int) -> Turn:
    """That of a page among those of its size and samples that stand alone, too."""
    full = pages[number]
    alike = [index for index, page in enumerate(pages) if page is full or is_alike(page, full)]
    rank = alike.index(number)
    end = alike[rank + 1] if rank + 1 < len(alike) else len(pages)
    return Turn(number, rank, len(alike), end)


def is_alike(page: Directory, full: Directory) -> bool:
    """Whether a page is a picture of its own, of the size and samples of another."""
    return (
        (page.width, page.height) == (full.width, full.height)
        and page.tiled == full.tiled
        and may_stand_alone(page)
        and page.kind == full.kind
    )


def _may_reduce(directory: Directory, full: Directory) -> bool:
    return (
        # Cheap ones first: there may be ten thousand pages.
        directory.tiled
        and 0 < directory.width < full.width + (full.width == 1)
        and 0 < directory.height <= full.height
        and not directory.number(Tag.NEW_SUBFILE_TYPE) & _MASK
        and directory.kind == full.kind
    )


def reduction_ratio(full: Directory, page: Directory, after: int) -> int | None:
    """The whole number by which ``page`` is smaller than ``full``, larger than ``after``.

    Powers of two first (a level of 125 over 1003 is 8, not 8.02); None where none fits.
    """
    ratio = max(full.width / page.width, full.height / page.height)
    power = 2 ** max(1, round(math.log2(ratio)))
    slack = 2.0 if page.number(Tag.NEW_SUBFILE_TYPE) & _REDUCED else 1.0
    for candidate in (2 * after, 4 * after, power, round(ratio), int(ratio), int(ratio) + 1):
        across = abs(full.width / candidate - page.width)
        down = abs(full.height / candidate - page.height)
        one_px = page.width == 1 or page.height == 1
        if candidate > after and max(across, down) < (2.0 if one_px else slack):
            return candidate
    return None


def _level(directory: Directory, ratio: int) -> Level:
    return Level(
        width=directory.width,
        height=directory.height,
        downsample_x=float(ratio),
        downsample_y=float(ratio),
        tile_width=directory.number(Tag.TILE_WIDTH),
        tile_height=directory.number(Tag.TILE_HEIGHT),
    )
