from typing import Any

import pytest

from glview.sources.jpeg_frame import Frame, head_of, joined, plain_frame
from tests.unit.sources.build import picture, vips

SIZE = (75, 43)
START, END = b"\xff\xd8", b"\xff\xd9"


def saved(bands: int = 3, **options: Any) -> bytes:
    image = vips(picture(*SIZE, bands))
    return bytes(image.jpegsave_buffer(**options))


def segment(code: int, content: bytes) -> bytes:
    return bytes((0xFF, code)) + (len(content) + 2).to_bytes(2, "big") + content


def frame(code: int = 0xC0, *, bits: int = 8, samples: int = 3) -> bytes:
    parts = bytes(part for k in range(samples) for part in (k + 1, 0x11, 0))
    return segment(code, bytes((bits, 0, SIZE[1], 0, SIZE[0], samples)) + parts)


def scan(samples: int = 3) -> bytes:
    parts = bytes(part for k in range(samples) for part in (k + 1, 0))
    return segment(0xDA, bytes((samples,)) + parts + b"\x00\x3f\x00")


@pytest.mark.parametrize(("bands", "samples"), [(1, 1), (3, 3)])
@pytest.mark.parametrize("subsample_mode", ["on", "off"])
@pytest.mark.parametrize("restart_interval", [0, 4])
def test_a_usual_jpeg_has_its_size_and_samples(
    bands: int, samples: int, subsample_mode: str, restart_interval: int
) -> None:
    data = saved(bands, subsample_mode=subsample_mode, restart_interval=restart_interval)
    assert plain_frame(data) == Frame(*SIZE, samples)


def test_a_progressive_one_is_not_plain() -> None:
    """A few bytes of it may ask for hours."""
    assert plain_frame(saved(interlace=True)) is None


def test_marks_may_be_filled() -> None:
    assert plain_frame(START + b"\xff\xff" + frame() + b"\xff" + scan()) == Frame(*SIZE, 3)


@pytest.mark.parametrize(
    "data",
    [
        START + frame(bits=12) + scan(),
        START + frame(0xC3) + scan(),
        START + frame(0xC9) + scan(),
        START + frame() + frame() + scan(),
        START + frame() + scan(1),
        START + frame() + END,
        START + scan(),
        START + b"\x00" + frame() + scan(),
        START + segment(0xDC, b"\x00\x10") + frame() + scan(),
        START + b"\xff\xe0\x00\x01" + frame() + scan(),
        frame() + scan(),
    ],
    ids=[
        "12 bits", "lossless", "arithmetic", "two frames", "scans apart", "no scan", "no frame",
        "rubbish", "a line count", "a segment of no length", "no start",
    ],
)  # fmt: skip
def test_all_else_is_not_plain(data: bytes) -> None:
    assert plain_frame(data) is None


def test_what_ends_too_early_is_not_plain() -> None:
    data = START + segment(0xE1, bytes(20)) + frame() + scan()
    assert plain_frame(data) is not None
    assert {plain_frame(data[:end]) for end in range(len(data))} == {None}


def test_tables_and_colours_of_the_file_are_put_in_and_the_tile_s_own_word_is_not() -> None:
    tables = START + segment(0xDB, b"quantities") + segment(0xC4, b"codes") + END
    tile = START + segment(0xE0, b"JFIF") + segment(0xFE, b"remark") + frame() + scan() + b"bits"
    for mixed, transform in ((True, b"\x01"), (False, b"\x00")):
        head = head_of(tables, mixed=mixed)
        assert head is not None
        assert joined(head, tile) == b"".join(
            (
                START,
                segment(0xEE, b"Adobe\x00\x64\x00\x00\x00\x00" + transform),
                tables[2:-2],
                frame(),
                scan(),
                b"bits",
            )
        )


def test_a_tile_may_have_its_own_tables() -> None:
    data = saved()
    head = head_of(b"", mixed=True)
    assert head is not None
    whole = joined(head, data)
    assert whole is not None
    assert plain_frame(whole) == Frame(*SIZE, 3)


@pytest.mark.parametrize("broken", [b"no JPEG", START + segment(0xDB, b"")[:-1], START])
def test_what_is_broken_is_not_joined(broken: bytes) -> None:
    assert head_of(broken, mixed=True) is None
    assert joined(START, broken) is None
