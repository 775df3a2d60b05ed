"""What makes bytes an ICC profile of a screen (pure)."""

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
