"""Small NDPI slides as Hamamatsu's scanners write them, made for tests.

A classic TIFF whose places have 64 bits: the upper half of each lies past its directory's table.
"""

import re
import struct
from pathlib import Path
from typing import BinaryIO

import pyvips

from tests.slides import MACRO, Pixels, flat, reduced

_SHORT, _LONG, _RATIONAL, _SIGNED, _FLOAT = 3, 4, 5, 9, 11
_RESTARTS = 16
"""Blocks of 8 x 8 pixels between two restart markers: OpenSlide reads 128 x 8 pixels at a time."""

Value = tuple[int, int, bytes]
"""A tag's type, how many values it has, and these."""


def write_ndpi(path: Path, full: Pixels, *, start: int = 16) -> None:
    """As Hamamatsu writes one: a JPEG for each level, four apart, and one of the macro.

    20x, 0.5 µm a pixel. All but the header lies after ``start``: in slides of gigabytes that is
    past what 32 bits reach, here behind a hole of the file. Sides are multiples of 512.
    """
    pictures = [(full, 20.0), (reduced(full, 4), 5.0), (flat(MACRO, 128, 48), -1.0)]
    with path.open("wb") as file:
        file.write(struct.pack("<2sHQ", b"II", 42, 0))
        link = 4
        file.seek(start)
        for pixels, lens in pictures:
            jpeg = _jpeg(pixels)
            place = file.tell()
            file.write(jpeg)
            link = _append(file, link, _tags(pixels, lens, place, jpeg))


def _jpeg(pixels: Pixels) -> bytes:
    image = pyvips.Image.new_from_array(pixels).copy(interpretation="srgb")
    return bytes(image.jpegsave_buffer(Q=95, restart_interval=_RESTARTS))


def _tags(pixels: Pixels, lens: float, place: int, jpeg: bytes) -> dict[int, Value]:
    height, width = pixels.shape[:2]
    begin = jpeg.index(b"\xff\xda")
    begin += 2 + int.from_bytes(jpeg[begin + 2 : begin + 4], "big")
    starts = [begin, *(found.end() for found in re.finditer(rb"\xff[\xd0-\xd7]", jpeg[begin:]))]
    starts[1:] = [begin + at for at in starts[1:]]
    per_cm = struct.pack("<II", round(20_000 * lens / 20) if lens > 0 else 300, 1)
    return {
        256: (_LONG, 1, struct.pack("<I", width)),
        257: (_LONG, 1, struct.pack("<I", height)),
        258: (_SHORT, 3, struct.pack("<3H", 8, 8, 8)),
        259: (_SHORT, 1, struct.pack("<H", 7)),
        262: (_SHORT, 1, struct.pack("<H", 6)),
        273: (_LONG, 1, struct.pack("<Q", place)),
        277: (_SHORT, 1, struct.pack("<H", 3)),
        278: (_LONG, 1, struct.pack("<I", height)),
        279: (_LONG, 1, struct.pack("<I", len(jpeg))),
        282: (_RATIONAL, 1, per_cm),
        283: (_RATIONAL, 1, per_cm),
        296: (_SHORT, 1, struct.pack("<H", 3)),
        65420: (_LONG, 1, struct.pack("<I", 1)),
        65421: (_FLOAT, 1, struct.pack("<f", lens)),
        65424: (_SIGNED, 1, struct.pack("<i", 0)),
        65426: (_LONG, len(starts), struct.pack(f"<{len(starts)}I", *starts)),
    }


def _append(file: BinaryIO, link: int, tags: dict[int, Value]) -> int:
    """Write a directory with its values, and its place at ``link``; where the next's belongs."""
    table, upper = bytearray(), bytearray()
    for tag, (kind, count, data) in tags.items():
        value = data
        if kind == _RATIONAL or count > 1:
            value = struct.pack("<Q", file.tell())
            file.write(data)
        value = value.ljust(8, b"\0")
        table += struct.pack("<HHI", tag, kind, count) + value[:4]
        upper += value[4:]
    place = file.tell()
    file.write(struct.pack("<H", len(tags)) + table + bytes(8) + upper)
    end = file.tell()
    file.seek(link)
    file.write(struct.pack("<Q", place))
    file.seek(end)
    return place + 2 + len(table)
