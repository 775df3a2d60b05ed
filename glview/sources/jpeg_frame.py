"""What the markers before a JPEG's samples say (pure)."""

from collections.abc import Iterator
from typing import NamedTuple

_START, _SCAN = b"\xff\xd8", 0xDA
SEQUENTIAL = frozenset({0xC0, 0xC1})
"""Sequential, with Huffman codes: baseline and extended."""
_ALL_FRAMES = frozenset({*range(0xC0, 0xD0)} - {0xC4, 0xC8, 0xCC})
_TABLES = frozenset({0xC4, 0xDB, 0xDD})
_REMARKS = frozenset({*range(0xE0, 0xF0), 0xFE})
"""APPn and comments."""
_ADOBE = b"\xff\xee\x00\x0eAdobe\x00\x64\x00\x00\x00\x00"
"""A mark of which only the last byte, which follows, counts: the colour transform."""


Segment = tuple[int, bytes]
"""The code of a marker, and what follows behind its length."""


class Frame(NamedTuple):
    """Size in pixels, and how many samples a pixel has."""

    width: int
    height: int
    samples: int


def plain_frame(data: bytes) -> Frame | None:
    """The frame of a JPEG of 8 bits whose samples all come in one sequential scan; else None.

    One scan takes as long as its bytes are many. Of a progressive JPEG every scan of a few bytes
    takes as long as the picture, and any number of them may follow.
    """
    frame: Frame | None = None
    try:
        for code, start, end in _segments(data):
            if code in SEQUENTIAL and frame is None and end - start >= 8 and data[start + 2] == 8:
                high, low, wide, narrow = data[start + 3 : start + 7]
                frame = Frame(wide << 8 | narrow, high << 8 | low, data[start + 7])
            elif code == _SCAN:
                whole = frame is not None and data[start + 2] == frame.samples
                return frame if whole else None
            elif code not in _TABLES and code not in _REMARKS:
                return None
    except (IndexError, ValueError):
        return None
    return None


def frame_size(data: bytes) -> tuple[int, int] | None:
    """Width and height that a JPEG of any kind declares; None where none is found."""
    try:
        for code, start, end in _segments(data):
            if code in _ALL_FRAMES and end - start >= 8:
                high, low, wide, narrow = data[start + 3 : start + 7]
                return wide << 8 | narrow, high << 8 | low
    except (IndexError, ValueError):
        return None
    return None


def segments_of(data: bytes) -> tuple[list[Segment], int]:
    """The segments a JPEG begins with, up to the first scan, and where they end.

    Those before the first that is broken, which may be none of them.
    """
    found: list[Segment] = []
    behind = 0
    try:
        for code, start, end in _segments(data):
            found.append((code, data[start + 2 : end]))
            behind = end
    except (IndexError, ValueError):
        pass
    return found, behind


def head_of(tables: bytes, *, mixed: bool) -> bytes | None:
    """What a TIFF's tiles begin with where its tables stand in the file only once, or nowhere.

    Of three samples, ``mixed`` says whether they are YCbCr. None where the marks are broken.
    """
    try:
        own = [tables[start - 2 : end] for _, start, end in _segments(tables)] if tables else []
    except (IndexError, ValueError):
        return None
    return b"".join((_START, _ADOBE, b"\x01" if mixed else b"\x00", *own))


def joined(head: bytes, data: bytes) -> bytes | None:
    """A JPEG of its own from a tile's; None where its marks are broken.

    What it says itself of its colours is dropped, since the TIFF's word counts.
    """
    parts = [head]
    try:
        for code, start, end in _segments(data):
            if code == _SCAN:
                parts.append(data[start - 2 :])
            elif code not in _REMARKS:
                parts.append(data[start - 2 : end])
    except (IndexError, ValueError):
        return None
    return b"".join(parts)


def _segments(data: bytes) -> Iterator[tuple[int, int, int]]:
    """Each marker's code, and where its segment begins (with its length) and ends.

    Up to the first scan, or the end of the image. IndexError or ValueError where they are broken.
    """
    if data[:2] != _START:
        raise ValueError("no JPEG")
    at = 2
    while True:
        if data[at] != 0xFF:
            raise ValueError("no marker")
        code = data[at + 1]
        if code == 0xFF:  # fills
            at += 1
            continue
        if code == 0xD9:
            return
        start = at + 2
        at = start + (data[start] << 8 | data[start + 1])
        if at < start + 2 or at > len(data):
            raise ValueError("a segment without an end")
        yield code, start, at
        if code == _SCAN:
            return
