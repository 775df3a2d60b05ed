"""What of WebP is lossy: told by the first chunk of pixels, wherever it is."""

import struct

import pytest

from glview.sources.webp import is_lossy


def chunk(name: bytes, data: bytes) -> bytes:
    return name + struct.pack("<I", len(data)) + data + b"\0" * (len(data) % 2)


def file_of(*chunks: bytes) -> bytes:
    body = b"WEBP" + b"".join(chunks)
    return b"RIFF" + struct.pack("<I", len(body)) + body


LOSSY, LOSSLESS = chunk(b"VP8 ", b"12345678"), chunk(b"VP8L", b"12345678")
HEAD, PROFILE = chunk(b"VP8X", b"1234567890"), chunk(b"ICCP", b"VP8 odd")


@pytest.mark.parametrize(
    ("data", "lossy"),
    [
        (file_of(LOSSY), True),
        (file_of(LOSSLESS), False),
        (file_of(HEAD, PROFILE, chunk(b"ALPH", b"1"), LOSSY), True),
        (file_of(HEAD, PROFILE, LOSSLESS), False),
        (file_of(HEAD, chunk(b"ANIM", b"123456"), chunk(b"ANMF", b"0" * 16 + LOSSY)), True),
        (file_of(HEAD, chunk(b"ANIM", b"123456"), chunk(b"ANMF", b"0" * 16 + LOSSLESS)), False),
        (file_of(HEAD), False),
        (file_of(*[PROFILE] * 100, LOSSY), False),
        (b"", False),
    ],
)
def test_the_first_chunk_of_pixels_tells(data: bytes, lossy: bool) -> None:
    assert is_lossy(lambda offset, count: data[offset : offset + count]) is lossy
