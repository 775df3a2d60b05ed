"""In which colours and windows ImageJ showed the channels of a TIFF (pure).

It keeps them in a tag of its own: a header of kinds and counts, then the values of each kind one
behind the other, whose lengths are in a second tag (``ij.io.TiffDecoder.getMetaData``).
"""

import itertools
import struct
from collections.abc import Sequence

from glview.image import Channel
from glview.sources.imagej_text import ImageJText, window_of
from glview.sources.tiff_structure import Directory, ReadAt, Tag

_MAX_BYTES = 1 << 24
"""A metadata tag with more of labels and regions in it is not looked into."""
STEPS = 256
"""Of a table of colours."""
_LUT_BYTES = 3 * STEPS
_RAMP_OFF = 3
"""So much, of 255, may a table differ from a ramp from black to its last colour."""
RGB = tuple[float, float, float]


def imagej_channels(
    page: Directory, said: ImageJText, count: int, byte_order: str, read_at: ReadAt
) -> tuple[Channel, ...]:
    """Of each channel what ImageJ says of it in its first page; ``said`` is its description.

    A table of colours that is no ramp from black has no colour here. Nor have any where ImageJ
    showed greys; where it showed channels one at a time they have those that they were shown in.
    """
    kinds = _kinds(page, byte_order, read_at)
    windows = _windows(kinds.get(b"rang", []), byte_order)
    if not windows and count == 1:
        windows = [said.window]
    tables = kinds.get(b"luts", []) if said.mode != "grayscale" or count == 1 else []
    colors = [ramp_color(table) for table in tables]
    pairs = itertools.zip_longest(windows[:count], colors[:count])
    found = [Channel(color=color, window=window) for window, color in pairs]
    return (*found, *(Channel() for _ in range(count - len(found))))


def _kinds(page: Directory, byte_order: str, read_at: ReadAt) -> dict[bytes, list[bytes]]:
    """The values of each kind; nothing where the tags make no sense."""
    entry = page.entries.get(Tag.IMAGEJ)
    lengths = [int(number) for number in page.numbers(Tag.IMAGEJ_LENGTHS)]
    if entry is None or not lengths or not 12 <= entry.size_bytes <= _MAX_BYTES:
        return {}
    data = read_at(entry.offset, entry.size_bytes)
    header, lengths = data[: lengths[0]], lengths[1:]
    if header[:4] not in (b"IJIJ", b"JIJI") or len(header) % 8 != 4:
        return {}
    found: dict[bytes, list[bytes]] = {}
    at = len(header)
    for kind, number in struct.iter_unpack(byte_order + "4sI", header[4:]):
        name = kind if header[:1] == b"I" else kind[::-1]
        values, lengths = lengths[:number], lengths[number:]
        for length in values:
            found.setdefault(name, []).append(data[at : at + length])
            at += length
    return found


def _windows(values: Sequence[bytes], byte_order: str) -> list[tuple[float, float] | None]:
    data = values[0] if values else b""
    pairs = struct.iter_unpack(byte_order + "dd", data[: len(data) // 16 * 16])
    return [window_of(low, high) for low, high in pairs]


def ramp_color(table: bytes) -> RGB | None:
    """The last colour of a ramp from black to it."""
    if len(table) != _LUT_BYTES:
        return None
    last = [table[band * STEPS + STEPS - 1] for band in range(3)]
    for band, most in enumerate(last):
        ramp = table[band * STEPS : (band + 1) * STEPS]
        off = (abs(value - most * step / (STEPS - 1)) for step, value in enumerate(ramp))
        if max(off) > _RAMP_OFF:
            return None
    red, green, blue = (most / 255.0 for most in last)
    return (red, green, blue) if any(last) else None
