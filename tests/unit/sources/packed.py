"""Writes TIFFs of one strip whose samples are so many bits wide, one behind the other."""

import struct
from pathlib import Path

from glview.sources.tiff_directory import Field, laid_out

UNSIGNED, SIGNED = 1, 2
Pixels = list[list[list[int]]]
"""Rows of pixels of samples."""


def packed(rows: Pixels, bits: int) -> bytes:
    """Each row in whole bytes, the first bit of the first sample first."""
    out = b""
    for row in rows:
        text = "".join(
            format(sample % (1 << bits), f"0{bits}b") for pixel in row for sample in pixel
        )
        text += "0" * (-len(text) % 8)
        out += int(text, 2).to_bytes(len(text) // 8, "big")
    return out


def write_packed(
    path: Path,
    rows: Pixels,
    bits: int,
    *,
    order: str = "<",
    form: int = UNSIGNED,
    photometric: int = 1,
    extras: tuple[int, ...] = (),
    more: dict[int, tuple[int, ...]] | None = None,
    nodata: str = "",
) -> None:
    """A file of byte ``order`` of rows of pixels; ``more`` are other tags of short numbers."""
    data = packed(rows, bits)
    data += b"\0" * (len(data) % 2)
    height, width, samples = len(rows), len(rows[0]), len(rows[0][0])
    longs = {256: width, 257: height, 273: 8, 278: height, 279: len(data)}
    shorts = {258: (bits,) * samples, 262: (photometric,), 277: (samples,), 339: (form,) * samples}
    shorts |= ({338: extras} if extras else {}) | (more or {})
    fields = [Field(tag, 4, 1, struct.pack(order + "I", value)) for tag, value in longs.items()]
    fields += [
        Field(tag, 3, len(values), struct.pack(f"{order}{len(values)}H", *values))
        for tag, values in shorts.items()
    ]
    if nodata:
        fields.append(Field(42113, 2, len(nodata) + 1, nodata.encode() + b"\0"))
    directory, _ = laid_out(fields, 8 + len(data), order=order, big=False)
    mark = b"II" if order == "<" else b"MM"
    path.write_bytes(struct.pack(order + "2sHI", mark, 42, 8 + len(data)) + data + directory)
