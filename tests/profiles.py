"""ICC profiles for tests, made of one that libvips brings."""

import struct


def swapped(profile: bytes) -> bytes:
    """A screen whose red is another's green, and the other way round, of gamma 1.8.

    Nobody mistakes it.
    """
    (count,) = struct.unpack_from(">I", profile, 128)
    made = bytearray(profile)
    names = {b"rXYZ": b"gXYZ", b"gXYZ": b"rXYZ"}
    for at in range(132, 132 + 12 * count, 12):
        name = profile[at : at + 4]
        made[at : at + 4] = names.get(name, name)
    # Curves of type 0 have this number alone (ICC.1:2022, 10.18).
    curve = made.index(b"para", 132 + 12 * count)
    assert made.count(b"para", 132 + 12 * count) == 1
    struct.pack_into(">HHi", made, curve + 8, 0, 0, round(1.8 * 65_536))
    # Its checksum is not true any more, and none need be.
    made[84:100] = bytes(16)
    return bytes(made)
