"""Which pages of a TIFF say where others are transparent (pure).

TIFF 6.0: NewSubfileType with bit 2, PhotometricInterpretation 4. GDAL writes one for each level
behind it, of one bit a pixel, or of eight.
"""

from dataclasses import replace

from glview.sources.tiff_codes import Photometric
from glview.sources.tiff_levels import PageLevel, turn_of
from glview.sources.tiff_structure import Directory, Tag, TiffStructure

_MASK = 4
NOT_APPLIED = "its mask, which has strips, is not applied to tiles"
NOT_OF_CHANNELS = "its mask is not applied to channels that are shown together"


def is_mask(page: Directory) -> bool:
    """Whether a page says that it is the mask of another."""
    return bool(page.number(Tag.NEW_SUBFILE_TYPE) & _MASK) and (
        page.number(Tag.PHOTOMETRIC, 1) == Photometric.MASK and page.samples == 1
    )


def mask_of(
    structure: TiffStructure, number: int, reduction: Directory | None = None
) -> int | None:
    """The page that is the mask of a page, or of its ``reduction``; None where there is none."""
    pages = structure.directories
    wanted = pages[number] if reduction is None else reduction
    size = wanted.width, wanted.height
    found = [
        index
        for index, page in enumerate(pages)
        if (page.width, page.height) == size and is_mask(page)
    ]
    return next(iter(turn_of(pages, number).own(found)), None) if found else None


def mask_levels(structure: TiffStructure, levels: tuple[PageLevel, ...]) -> tuple[PageLevel, ...]:
    """The masks of levels of a page, as levels themselves, in tiles all; ends where one has none.

    Of SubIFDs there are none here.
    """
    found: list[PageLevel] = []
    for level in levels:
        number = mask_of(structure, levels[0].page, level.directory)
        if number is None or not structure.directories[number].tiled:
            break
        page = structure.directories[number]
        own = replace(
            level.level,
            tile_width=page.number(Tag.TILE_WIDTH),
            tile_height=page.number(Tag.TILE_HEIGHT),
        )
        found.append(PageLevel(as_grey(page), own, number, None, addressable=False))
    return tuple(found)


def as_grey(mask: Directory) -> Directory:
    """A mask's page as libvips reads it, which knows no masks: white is what is there."""
    return replace(mask, values={**mask.values, Tag.PHOTOMETRIC: (Photometric.BLACK_IS_ZERO,)})
