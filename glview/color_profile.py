"""What makes bytes an ICC profile of a screen, and what a profile is called (pure)."""

import struct

_HEADER_BYTES = 128
_ENTRY = struct.Struct(">4sII")
"""A tag's name, where it lies, how many bytes it has (ICC.1:2022, 7.3)."""
_MOST_TAGS = 1000
_MATRIX = frozenset((b"rXYZ", b"gXYZ", b"bXYZ", b"rTRC", b"gTRC", b"bTRC"))
_TABLES = frozenset((b"B2A0", b"B2A1"))
"""Tags by which colours become a device's; either is enough."""


def fault_of_profile(data: bytes) -> str:
    """Why bytes are no ICC profile that a screen can have, in a few words; empty if they are."""
    if len(data) <= _HEADER_BYTES + 4 or data[36:40] != b"acsp":
        return "no ICC profile"
    if struct.unpack_from(">I", data)[0] > len(data):
        return "an ICC profile that is cut off"
    space = data[16:20]
    if space != b"RGB ":
        said = space.decode("latin-1").strip()
        return f"an ICC profile of {said!r}, not of a screen's RGB"
    (count,) = struct.unpack_from(">I", data, _HEADER_BYTES)
    end = _HEADER_BYTES + 4 + count * _ENTRY.size
    if count > _MOST_TAGS or end > len(data):
        return "a broken ICC profile"
    tags = list(_ENTRY.iter_unpack(data[_HEADER_BYTES + 4 : end]))
    if any(offset < end or offset + size > len(data) for _, offset, size in tags):
        return "a broken ICC profile"
    names = {name for name, _, _ in tags}
    if not (names >= _MATRIX or names & _TABLES):
        return "an ICC profile that colours cannot be turned into"
    return ""


def profile_name(data: bytes) -> str:
    """What an ICC profile calls itself; "without a name" where it does not say.

    A ``desc`` of text (ICC.1:2001, 6.5.17) or of several languages, of which the first is taken
    (ICC.1:2022, 10.15).
    """
    return " ".join(_described(data).replace("\0", " ").split()) or "without a name"


def _described(data: bytes) -> str:
    try:
        (count,) = struct.unpack_from(">I", data, _HEADER_BYTES)
        for number in range(min(count, _MOST_TAGS)):
            entry = _HEADER_BYTES + 4 + number * _ENTRY.size
            name, offset, size = _ENTRY.unpack_from(data, entry)
            if name == b"desc":
                return _text(data[offset : offset + size])
    except struct.error:
        pass
    return ""


def _text(tag: bytes) -> str:
    if tag[:4] == b"mluc":
        length, start = struct.unpack_from(">II", tag, 20)
        return tag[start : start + length].decode("utf-16-be", "replace")
    (length,) = struct.unpack_from(">I", tag, 8)
    return tag[12 : 12 + length].decode("latin-1")
