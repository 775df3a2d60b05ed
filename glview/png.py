"""Writes PNG files: no decoder is needed for what is rendered."""

import os
import struct
import zlib
from pathlib import Path

import numpy as np
from numpy.typing import NDArray

_UP = 2
_LEVEL = 6
_BAND_ROWS = 256


def write_png(path: Path, pixels: NDArray[np.uint8], profile: bytes | None = None) -> None:
    """Write (height, width, 3) RGB; the file appears whole or not at all. OSError if it cannot.

    Its colours are those of an ICC ``profile``, which the file holds then, else sRGB.
    """
    height, width, _ = pixels.shape
    part = path.with_name(f".{path.name}.{os.getpid()}.part")
    try:
        with part.open("xb") as file:
            file.write(b"\x89PNG\r\n\x1a\n")
            file.write(_chunk(b"IHDR", struct.pack(">IIBBBBB", width, height, 8, 2, 0, 0, 0)))
            file.write(_color_chunk(profile))
            packer = zlib.compressobj(_LEVEL)
            for top in range(0, height, _BAND_ROWS):
                file.write(_chunk(b"IDAT", packer.compress(_filtered(pixels, top))))
            file.write(_chunk(b"IDAT", packer.flush()))
            file.write(_chunk(b"IEND", b""))
        part.replace(path)
    finally:
        part.unlink(missing_ok=True)


def _color_chunk(profile: bytes | None) -> bytes:
    if profile is None:
        return _chunk(b"sRGB", b"\0")
    # A name, its end, and the one way of packing that there is.
    return _chunk(b"iCCP", b"display\0\0" + zlib.compress(profile))


def _filtered(pixels: NDArray[np.uint8], top: int) -> bytes:
    """Rows as differences to the row above, each behind its filter's number."""
    rows = pixels[top : top + _BAND_ROWS].reshape(-1, pixels.shape[1] * 3)
    above = np.zeros_like(rows)
    above[1:] = rows[:-1]
    if top:
        above[0] = pixels[top - 1].reshape(-1)
    return np.insert(rows - above, 0, np.uint8(_UP), axis=1).tobytes()


def _chunk(kind: bytes, body: bytes) -> bytes:
    check = zlib.crc32(body, zlib.crc32(kind))
    return struct.pack(">I", len(body)) + kind + body + struct.pack(">I", check)
