"""How many pictures a TIFF holds of which one is shown: pages, channels, z planes, time (pure)."""

import math
import re
from dataclasses import replace

from glview.sources.stored import CHANNELS, Planes
from glview.sources.tiff_codes import Photometric
from glview.sources.tiff_levels import PageLevel, main_page, may_stand_alone
from glview.sources.tiff_sample import has_many
from glview.sources.tiff_structure import Directory, Tag, TiffStructure
from glview.texels import MAX_BANDS

_AXES = (CHANNELS, "z planes", "time points")
_IMAGEJ_KEYS = ("channels", "slices", "frames")


def planes_of(structure: TiffStructure, levels: tuple[PageLevel, ...]) -> Planes:
    """The planes that OME-XML or ImageJ declare, else the pages that are pictures like the first.

    ``levels`` are those of `chosen_levels`.
    """
    main = structure.directories[main_page(structure)]
    ome = structure.ome
    axes = _imagej_axes(main.text(Tag.DESCRIPTION)) if ome is None else ome.sizes
    several = ome is not None and len(ome.series) > 1
    if axes is not None and (several or math.prod(axes) > 1):
        declared = tuple(zip(_AXES, axes, strict=True))
        together = 1
        if ome is not None and ome.image is not None:
            together = _together(axes[0], ome.image.samples, main)
        elif ome is None and math.prod(axes) <= len(structure.directories):
            together = _together(axes[0], 1, main)
        planes = Planes(math.prod(axes), "plane", declared, together=together)
        return _with_samples(planes, main)
    pages = Planes(len(picture_pages(structure, levels)), "page", more=structure.more)
    return _with_samples(pages, main)


def has_one_band(page: Directory, samples: int) -> bool:
    """Whether a page, of so many declared samples, is one channel and no picture in colours."""
    # A palette makes three bands of one sample.
    grey = page.samples == 1 and page.number(Tag.PHOTOMETRIC, 1) != Photometric.PALETTE
    return grey and samples == 1


def _together(channels: int, samples: int, page: Directory) -> int:
    """How many channels make one picture; one where there is no room for all."""
    return channels if has_one_band(page, samples) and channels <= MAX_BANDS else 1


def _with_samples(planes: Planes, page: Directory) -> Planes:
    """Each sample of a page is a plane where they are too many for one picture."""
    if not has_many(page):
        return planes
    if planes.count == 1:
        return Planes(page.samples, "channel")
    axes = planes.axes or ((f"{planes.noun}s", planes.count),)
    return replace(
        planes,
        count=planes.count * page.samples,
        noun="plane",
        axes=(*axes, ("bands", page.samples)),
    )


def other_pages(structure: TiffStructure, levels: tuple[PageLevel, ...]) -> int:
    """How many pages are neither levels nor planes: thumbnails, labels, masks."""
    pictures = set(picture_pages(structure, levels))
    taken = {id(level.directory) for level in levels}
    return sum(
        number not in pictures and id(page) not in taken
        for number, page in enumerate(structure.directories)
    )


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


def _imagej_axes(text: str) -> tuple[int, int, int] | None:
    """Channels, slices and frames of an ImageJ stack; None where it is none."""
    if not text.startswith("ImageJ="):
        return None
    channels, slices, frames = (_number(rf"^{key}=([0-9]+)", text) for key in _IMAGEJ_KEYS)
    if channels * slices * frames == 1:
        slices = _number(r"^images=([0-9]+)", text)
    return channels, slices, frames


def _number(pattern: str, text: str) -> int:
    """A number in a text, 1 where there is none."""
    found = re.search(pattern, text, re.MULTILINE)
    return max(1, int(found[1][:9])) if found else 1
