"""Which pages of a TIFF are pictures of their own (pure)."""

from glview.sources.tiff_codes import Photometric
from glview.sources.tiff_levels import PageLevel, main_page, may_stand_alone
from glview.sources.tiff_structure import Directory, Tag, TiffStructure


def has_one_band(page: Directory, samples: int) -> bool:
    """Whether a page, of so many declared samples, is one channel and no picture in colours."""
    # A palette makes three bands of one sample.
    grey = page.samples == 1 and page.number(Tag.PHOTOMETRIC, 1) != Photometric.PALETTE
    return grey and samples == 1


def picture_pages(structure: TiffStructure, levels: tuple[PageLevel, ...]) -> list[int]:
    """The numbers of pages that are pictures of their own, in tiles or in strips as the main one.

    ``levels`` are those of `chosen_levels`.
    """
    main = structure.directories[main_page(structure)]
    reductions = {id(level.directory) for level in levels[1:]}
    return [
        number
        for number, page in enumerate(structure.directories)
        if page is main
        or (may_stand_alone(page) and page.tiled == main.tiled and id(page) not in reductions)
    ]


def is_volume(structure: TiffStructure, pages: list[int]) -> bool:
    """Whether some pages are the slices of one, and not several volumes."""
    slices = [structure.directories[page].slice_number for page in pages]
    return slices == list(range(len(pages)))
