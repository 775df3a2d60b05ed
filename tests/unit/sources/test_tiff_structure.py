import contextlib
import struct
from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from glview.sources.tiff_reading import TiffError, read_structure
from glview.sources.tiff_structure import Tag, TiffStructure
from tests.unit.sources.build import picture, vips


def structure_of(data: bytes) -> TiffStructure:
    return read_structure(lambda offset, count: data[offset : offset + count], len(data))


def saved(tmp_path: Path, **options: object) -> bytes:
    path = tmp_path / "a.tif"
    vips(picture(300, 200)).tiffsave(str(path), tile=True, pyramid=True, **options)
    return path.read_bytes()


@pytest.mark.parametrize("big", [False, True])
def test_pages(tmp_path: Path, big: bool) -> None:
    got = structure_of(saved(tmp_path, bigtiff=big))
    assert (got.big, got.byte_order) == (big, "<")
    assert [(p.width, p.height) for p in got.directories] == [(300, 200), (150, 100), (75, 50)]
    assert got.directories[0].tiled
    assert got.directories[0].numbers(Tag.BITS) == (8, 8, 8)
    assert got.directories[0].tile_offsets is not None
    assert got.directories[0].tile_offsets.count == 6


def test_sub_directories(tmp_path: Path) -> None:
    got = structure_of(saved(tmp_path, subifd=True))
    assert len(got.directories) == 1
    assert [(p.width, p.height) for p in got.directories[0].sub_directories] == [
        (150, 100),
        (75, 50),
    ]


def classic(order: str, entries: list[tuple[int, int, int, int]], following: int = 0) -> bytes:
    head = struct.pack(order + "2sHI", b"II" if order == "<" else b"MM", 42, 8)
    body = struct.pack(order + "H", len(entries))
    for tag, kind, count, value in entries:
        shift = 16 if order == ">" and kind == 3 else 0
        body += struct.pack(order + "HHII", tag, kind, count, value << shift)
    return head + body + struct.pack(order + "I", following)


@pytest.mark.parametrize("order", ["<", ">"])
def test_both_byte_orders(order: str) -> None:
    got = structure_of(classic(order, [(256, 3, 1, 77), (257, 4, 1, 70000)]))
    assert (got.directories[0].width, got.directories[0].height) == (77, 70000)


def test_a_loop_ends() -> None:
    got = structure_of(classic("<", [(256, 3, 1, 77)], following=8))
    assert len(got.directories) == 1
    looped = classic("<", [(256, 3, 1, 77), (330, 4, 1, 8)])
    assert structure_of(looped).directories[0].sub_directories == ()


def test_a_value_past_the_end_is_missing_not_fatal() -> None:
    got = structure_of(classic("<", [(256, 3, 1, 77), (270, 2, 500, 9999)]))
    assert got.directories[0].text(Tag.DESCRIPTION) == ""
    assert got.directories[0].width == 77


@pytest.mark.parametrize(
    "data",
    [
        b"",
        b"II*\0",
        b"II*\0\xff\xff\xff\xff",
        b"II*\0\0\0\0\0",
        b"II*\0\x08\0\0\0\0\0",
        b"II*\0\x08\0\0\0\xff\xff",
        b"II+\0\x08\0\0\0" + b"\xff" * 8,
        b"II+\0\x04\0\0\0" + b"\x10" + b"\0" * 30,
        b"MM*\0aaaaaaaaaaaaaaa",
        b"II*\0\x08\0\0\0\x05\0" + b"\0" * 20,
    ],
)
def test_nonsense_is_a_tiff_error(data: bytes) -> None:
    with pytest.raises(TiffError):
        structure_of(data)


@settings(max_examples=200, deadline=None)
@given(st.data())
def test_flipped_bytes_never_escape_as_anything_else(data: st.DataObject) -> None:
    good = bytearray(classic("<", [(256, 3, 1, 77), (257, 3, 1, 70), (330, 4, 2, 40)], 50)) + bytes(
        60
    )
    for _ in range(data.draw(st.integers(1, 6))):
        good[data.draw(st.integers(0, len(good) - 1))] = data.draw(st.integers(0, 255))
    with contextlib.suppress(TiffError):
        structure_of(bytes(good))


def test_pages_of_thousands_of_entries_end() -> None:
    """32,768 of 4,096 each would take minutes, in a small file if they lie over each other."""
    count = 4000
    entry = struct.pack("<HHII", 256, 3, 1, 77)
    page = struct.pack("<H", count) + count * entry
    places = range(8, 8 + 140 * (len(page) + 4), len(page) + 4)
    chained = [*(places[1:]), 0]
    data = b"II" + struct.pack("<HI", 42, 8)
    data += b"".join(page + struct.pack("<I", after) for after in chained)
    got = structure_of(data)
    assert len(got.directories) == 132
    assert got.more


def test_a_value_that_all_pages_share_is_not_kept_for_each() -> None:
    size = 1 << 20
    pages, each = 100, 2 + 12 + 4
    text_at = 8 + pages * each
    data = b"II" + struct.pack("<HI", 42, 8)
    for number in range(pages):
        after = 0 if number == pages - 1 else 8 + (number + 1) * each
        data += struct.pack("<HHHIII", 1, 270, 2, size, text_at, after)
    got = structure_of(data + b"a" * size)
    kept = sum(len(page.text(Tag.DESCRIPTION)) for page in got.directories)
    assert kept == 64 << 20


def sharing(entries: list[tuple[int, int, int]], pages: int, shared: bytes) -> TiffStructure:
    """Pages, all values of which lie behind all pages: tag, type and count of each."""
    each = 2 + 12 * len(entries) + 4
    data = b"II" + struct.pack("<HI", 42, 8)
    for number in range(pages):
        after = 0 if number == pages - 1 else 8 + (number + 1) * each
        data += struct.pack("<H", len(entries))
        data += b"".join(struct.pack("<HHII", *entry, 8 + pages * each) for entry in entries)
        data += struct.pack("<I", after)
    return structure_of(data + shared)


def test_numbers_that_all_pages_share_are_not_kept_for_each() -> None:
    """Eight pages of sixteen such tags took 1.3 GB, in a file of 1 MB."""
    got = sharing([(258, 3, 400_000)], 8, bytes(800_000))
    assert [len(page.numbers(Tag.BITS)) for page in got.directories] == [400_000] * 2 + [0] * 6


def test_palettes_leave_the_numbers_of_ten_thousand_pages_their_room() -> None:
    got = sharing([(258, 3, 3), (320, 3, 768)], 10_000, b"\1\0" * 768)
    last = got.directories[-1]
    assert (len(got.directories), last.numbers(Tag.BITS)) == (10_000, (1, 1, 1))
    assert last.entries[Tag.COLOR_MAP].count == 768


def test_a_long_description_is_read() -> None:
    """OME-XML of many wells has megabytes."""
    size = 3 << 20
    data = classic("<", [(270, 2, size, 26)])
    assert structure_of(data + b"a" * size).directories[0].text(Tag.DESCRIPTION) == "a" * size
