"""NDPI's dialect of TIFF: places of 64 bits."""

import struct
from pathlib import Path

import pytest

from glview.sources.tiff_ndpi import FORMAT_TAG, ReadAt, ndpi_start, upper_halves
from glview.sources.tiff_reading import read_structure
from glview.sources.tiff_structure import Tag
from tests.slide_ndpi import write_ndpi
from tests.slides import tissue


def reader(data: bytes, at: int = 0) -> ReadAt:
    return lambda offset, count: data[max(0, offset - at) :][:count] if offset >= at else b""


def head(start: int, mark: bytes = b"II*\0") -> bytes:
    return mark + struct.pack("<Q", start) + bytes(4)


def directory(tag: int) -> bytes:
    return struct.pack("<HHHII", 1, tag, 4, 1, 7)


def test_an_ndpi_is_known_by_a_tag_at_a_place_of_64_bits() -> None:
    start = 5 << 32
    assert ndpi_start(head(start), reader(directory(FORMAT_TAG), start)) == start


@pytest.mark.parametrize(
    ("first", "tag"),
    [
        (head(5 << 32), 256),
        (head(5 << 32, b"MM\0*"), FORMAT_TAG),
        (head(5 << 32, b"II+\0"), FORMAT_TAG),
        (head((1 << 64) - 2), FORMAT_TAG),
        (head(5 << 32)[:8], FORMAT_TAG),
    ],
)
def test_other_tiffs_are_no_ndpi(first: bytes, tag: int) -> None:
    assert ndpi_start(first, reader(directory(tag), 5 << 32)) is None


def test_upper_halves_lie_past_the_place_of_the_next_directory() -> None:
    data = bytes(8) + struct.pack("<3I", 0, 1, 2)
    assert upper_halves(100, 3, reader(data, 100)) == (0, 1, 2)
    assert upper_halves(100, 3, reader(data[:16], 100)) == (0, 1, 0)


def test_pages_and_values_past_32_bits_are_found(tmp_path: Path) -> None:
    path, start = tmp_path / "a.ndpi", 5 << 30
    write_ndpi(path, tissue(512, 512), start=start)
    with path.open("rb") as file:

        def read_at(offset: int, count: int) -> bytes:
            file.seek(offset)
            return file.read(count)

        structure = read_structure(read_at, path.stat().st_size)
    assert [(page.width, page.height) for page in structure.directories] == [
        (512, 512),
        (128, 128),
        (128, 48),
    ]
    first = structure.directories[0]
    assert first.entries[Tag.BITS].offset > start
    assert first.numbers(Tag.BITS) == (8, 8, 8)
    assert structure.fault == ""
