"""How many pictures a TIFF holds of which one is shown: pages, channels, z planes, time (pure)."""

import math
import re

from glview.sources.stored import Planes
from glview.sources.tiff_levels import PageLevel, main_page, may_stand_alone
from glview.sources.tiff_structure import Tag, TiffStructure

_AXES = ("channels", "z planes", "time points")
_OME_PIXELS = re.compile(r"<(?:\w+:)?Pixels\b([^>]*)>(.*?)(?:</(?:\w+:)?Pixels>|\Z)", re.DOTALL)
_IMAGEJ_KEYS = ("channels", "slices", "frames")


def planes_of(structure: TiffStructure, levels: tuple[PageLevel, ...]) -> Planes:
    """The planes that OME-XML or ImageJ declare, else the pages that are pictures like the first.

    ``levels`` are those of `chosen_levels`.
    """
    main = structure.directories[main_page(structure)]
    text = main.text(Tag.DESCRIPTION)
    axes = _ome_axes(text) or _imagej_axes(text)
    several = len(_OME_PIXELS.findall(text)) > 1 if "<OME" in text or ":OME" in text else False
    if axes is not None and (several or math.prod(axes) > 1):
        return Planes(math.prod(axes), "plane", tuple(zip(_AXES, axes, strict=True)))
    return Planes(len(picture_pages(structure, levels)), "page", more=structure.more)


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


def _ome_axes(text: str) -> tuple[int, int, int] | None:
    """Channels, z planes and time points of the first image of OME-XML; None where it is none."""
    pixels = _OME_PIXELS.search(text) if "<OME" in text or ":OME" in text else None
    if pixels is None:
        return None
    sizes = [_number(rf"\bSize{axis}\s*=\s*[\"']([0-9]+)", pixels[1]) for axis in "CZT"]
    # The samples of an RGB pixel count as channels, and are one plane.
    samples = _number(r"\bSamplesPerPixel\s*=\s*[\"']([0-9]+)", pixels[2])
    return max(1, sizes[0] // samples), sizes[1], sizes[2]


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
