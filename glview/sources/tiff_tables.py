"""Lookup tables of channels in a TIFF, which look like the palettes of pictures in colours (pure).

Bio-Formats and ImageJ write a channel that was shown in a colour as a page with a colour map. Its
samples are measured values all the same.
"""

import itertools
from dataclasses import replace

import numpy as np

from glview.image import Channel
from glview.sources.imagej_display import RGB, STEPS, ramp_color
from glview.sources.imagej_text import read_imagej
from glview.sources.ome import OmeImage
from glview.sources.tiff_codes import Photometric
from glview.sources.tiff_levels import main_page
from glview.sources.tiff_structure import Directory, ReadAt, Tag, TiffStructure

_BITS = (8, 16)
_SHORT = 3


def with_lookup_tables(structure: TiffStructure, read_at: ReadAt) -> TiffStructure:
    """With pages of grey where a colour map is the lookup table of a channel.

    That is so where OME-XML or ImageJ tell of several channels, or of one whose map goes from black
    to one colour. Any other is the palette of a picture in colours.
    """
    main = structure.directories[main_page(structure)]
    if not any(_has_map(page) for page in structure.directories):
        return structure
    said = read_imagej(main.text(Tag.DESCRIPTION))
    if structure.ome is not None:
        several = structure.ome.sizes[0] > 1
    elif said is not None:
        several = said.channels > 1
    else:
        return structure
    if not several and table_color(main, structure.byte_order, read_at) is None:
        return structure
    return replace(structure, directories=tuple(map(_as_grey, structure.directories)))


def with_table_colors(
    declared: OmeImage, structure: TiffStructure, name: str, read_at: ReadAt
) -> OmeImage:
    """With the colours of lookup tables for channels of which nothing else tells any."""

    def colored(number: int, channel: Channel) -> Channel:
        place = declared.places.get((number, 0, 0))
        if channel.color is not None or place is None or place.file not in ("", name):
            return channel
        if not 0 <= place.page < len(structure.directories):
            return channel
        page = structure.directories[place.page]
        return replace(channel, color=table_color(page, structure.byte_order, read_at))

    return replace(
        declared, channels=tuple(itertools.starmap(colored, enumerate(declared.channels)))
    )


def table_color(page: Directory, byte_order: str, read_at: ReadAt) -> RGB | None:
    """The colour that a page's map goes to from black; None without such a map."""
    entry, bits = page.entries.get(Tag.COLOR_MAP), page.number(Tag.BITS, 1)
    if entry is None or bits not in _BITS or (entry.type, entry.count) != (_SHORT, 3 << bits):
        return None
    data = read_at(entry.offset, entry.size_bytes)
    if len(data) != entry.size_bytes:
        return None
    table = np.frombuffer(data, byte_order + "u2").reshape(3, -1)
    at = np.linspace(0, table.shape[1] - 1, STEPS).round().astype(np.intp)
    return ramp_color((table[:, at] >> 8).astype(np.uint8).tobytes())


def _has_map(page: Directory) -> bool:
    palette = page.number(Tag.PHOTOMETRIC, 1) == Photometric.PALETTE
    return palette and page.samples == 1 and page.number(Tag.BITS, 1) in _BITS


def _as_grey(page: Directory) -> Directory:
    subs = tuple(map(_as_grey, page.sub_directories))
    values = page.values
    if _has_map(page):
        values = {**values, Tag.PHOTOMETRIC: (float(Photometric.BLACK_IS_ZERO),)}
    return replace(page, values=values, sub_directories=subs)
