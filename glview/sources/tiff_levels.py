"""Which pages of a TIFF are levels of one pyramid, and what its tags say of it (pure)."""

import math
import re
from collections.abc import Iterator
from dataclasses import dataclass

from glview.pyramid import Level
from glview.sources.model import PixelModel, held_nodata
from glview.sources.tiff_structure import Directory, Tag, TiffStructure

_REDUCED, _MASK = 1, 4
_WHITE_IS_ZERO, _BLACK_IS_ZERO, _RGB = 0, 1, 2
_UNSIGNED = 1
_READABLE = frozenset({1, 2, 3, 4, 5, 7, 8, 32766, 32771, 32773, 32809, 32909, 32946, 50001})
_COMPRESSIONS = {
    6: "old-style JPEG",
    33003: "JPEG 2000 (Aperio YCbCr)",
    33005: "JPEG 2000 (Aperio RGB)",
    34661: "JBIG",
    34676: "SGI Log",
    34677: "SGI Log 24",
    34712: "JPEG 2000",
    34887: "LERC",
    34892: "lossy JPEG (DNG)",
    34925: "LZMA",
    50000: "ZSTD",
    50002: "JPEG XL",
    52546: "JPEG XL (DNG)",
}
_TO_UM = {2: 25_400.0, 3: 10_000.0}
"""Micrometres in a ResolutionUnit."""


@dataclass(frozen=True, slots=True)
class PageLevel:
    """A page that is a level, and libvips' name for it (None: it has none)."""

    directory: Directory
    level: Level
    page: int
    sub_page: int | None
    addressable: bool


def unreadable_compression(directory: Directory) -> str | None:
    """The name of a compression that libvips would show black or refuse; None if it reads it."""
    code = directory.number(Tag.COMPRESSION, 1)
    if code in _READABLE:
        return None
    return _COMPRESSIONS.get(code, f"number {code}")


def unreadable_samples(directory: Directory) -> str | None:
    """What samples a page has that libvips refuses, such as "12-bit samples"; None if none."""
    bits = {int(value) for value in directory.numbers(Tag.BITS)} or {1}
    formats = {int(value) for value in directory.numbers(Tag.SAMPLE_FORMAT)} or {1}
    if len(bits) > 1:
        return "samples of different widths"
    width = bits.pop()
    if formats & {5, 6}:
        return "complex samples"
    if formats == {3} and width not in (16, 32):
        return f"{width}-bit float samples"
    if width not in (8, 16, 32) and not (width in (1, 2, 4) and directory.samples == 1):
        return f"{width}-bit samples"
    return None


def chosen_levels(structure: TiffStructure) -> tuple[PageLevel, ...]:
    """The first image that is tiled, and its reductions, finest first; empty if none is tiled.

    A reduction is tiled, has the same samples, and its size is the full size over one whole
    number in both axes to within a pixel (libvips rounds each halving down, others up or to the
    nearest), or two where the page says it is a reduced image. Thumbnails, labels and macro
    pictures have strips or other proportions.
    """
    full_page = _full_page(structure)
    if full_page is None:
        return ()
    full = structure.directories[full_page]
    levels = [PageLevel(full, _level(full, 1), full_page, None, addressable=True)]
    candidates = sorted(_candidates(structure, full_page), key=lambda item: -item[0].width)
    for directory, page, sub_page, addressable in candidates:
        last = levels[-1].level
        ratio = reduction_ratio(full, directory, after=round(last.downsample_x))
        if ratio is not None and directory.width <= last.width:
            level = _level(directory, ratio)
            levels.append(PageLevel(directory, level, page, sub_page, addressable))
    return tuple(levels)


def _full_page(structure: TiffStructure) -> int | None:
    for index, directory in enumerate(structure.directories):
        kind = directory.number(Tag.NEW_SUBFILE_TYPE)
        if not kind & (_REDUCED | _MASK):
            return index if directory.tiled else None
    return 0 if structure.directories[0].tiled else None


def _candidates(
    structure: TiffStructure, full_page: int
) -> Iterator[tuple[Directory, int, int | None, bool]]:
    full = structure.directories[full_page]
    subs = full.sub_directories
    # Pages chained to a SubIFD have no number in libvips.
    numbered = len(subs) == len(full.numbers(Tag.SUB_IFDS))
    for index, directory in enumerate(subs):
        if _may_reduce(directory, full):
            yield directory, full_page, index, numbered
    if subs:
        return
    for index, directory in enumerate(structure.directories[full_page + 1 :], full_page + 1):
        if _may_reduce(directory, full):
            yield directory, index, None, True


def _may_reduce(directory: Directory, full: Directory) -> bool:
    return (
        directory.tiled
        and directory.kind == full.kind
        and not directory.number(Tag.NEW_SUBFILE_TYPE) & _MASK
        and 0 < directory.width < full.width + (full.width == 1)
        and 0 < directory.height <= full.height
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


def extra_is_alpha(directory: Directory) -> bool | None:
    """Whether the first extra sample is alpha; None where the file does not say."""
    extras = directory.numbers(Tag.EXTRA_SAMPLES)
    return int(extras[0]) in (1, 2) if extras else None


def declared_nodata(directory: Directory) -> float | None:
    """GDAL's no-data value, in the samples as they are stored."""
    try:
        value = float(directory.text(Tag.GDAL_NODATA).strip())
    except ValueError:
        return None
    return value if math.isfinite(value) else None


def delivered_nodata(directory: Directory, model: PixelModel) -> float | None:
    """The no-data value in the samples as libvips delivers them, where it is one of theirs.

    It has none in colours: in those of 8 bits it stands for a whole black or white pixel, and
    would tear holes into the picture; of a palette it is a number.
    """
    value = declared_nodata(directory)
    photometric = directory.number(Tag.PHOTOMETRIC, _BLACK_IS_ZERO)
    bits = directory.number(Tag.BITS, 1)
    if value is None or photometric not in (_WHITE_IS_ZERO, _BLACK_IS_ZERO, _RGB):
        return None
    if directory.samples in (3, 4) and bits == 8:
        return None
    largest = 2**bits - 1
    if photometric == _WHITE_IS_ZERO and directory.number(Tag.SAMPLE_FORMAT, 1) == _UNSIGNED:
        value = largest - value
    if bits < 8:
        value *= 255 / largest
    return held_nodata(value, model.sample_type)


def pixel_size_um(directory: Directory) -> tuple[float, float] | None:
    """Physical size of a pixel: Aperio's MPP, OME's PhysicalSize in µm, else the resolution."""
    text = directory.text(Tag.DESCRIPTION)
    mpp = re.search(r"\bMPP\s*=\s*([0-9]+(?:\.[0-9]+)?)", text)
    if mpp and text.startswith("Aperio"):
        return float(mpp[1]), float(mpp[1])
    ome = [re.search(rf'\bPhysicalSize{axis}="([0-9.eE+-]+)"', text) for axis in "XY"]
    if ome[0] and ome[1] and not re.search(r'PhysicalSize[XY]Unit="(?!µm|um)', text):
        try:
            return float(ome[0][1]), float(ome[1][1])
        except ValueError:
            return None
    unit = _TO_UM.get(directory.number(Tag.RESOLUTION_UNIT, 2))
    across, down = directory.numbers(Tag.X_RESOLUTION), directory.numbers(Tag.Y_RESOLUTION)
    # 72 and less is what programs write that know nothing.
    if unit is None or not across or not down or min(across[0], down[0]) <= 100.0:
        return None
    return unit / across[0], unit / down[0]
