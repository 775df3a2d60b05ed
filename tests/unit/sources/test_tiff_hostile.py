"""TIFFs that lie: one clear error or a hole, soon, and in little memory."""

import contextlib
import struct
import time
import tracemalloc
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import numpy as np
import pytest
import tifffile
from numpy.typing import NDArray

from glview.errors import ImageError, TileError
from glview.pyramid import TileKey
from glview.sources.files import read_at
from glview.sources.inspecting import inspect_file
from glview.sources.opening import open_image
from glview.sources.tiff_structure import Tag
from tests.unit.sources.build import overwrite, tiff_entries


@pytest.fixture(autouse=True)
def soon_and_in_little_memory() -> Iterator[None]:
    began_s = time.monotonic()
    tracemalloc.start()
    try:
        yield
        peak = tracemalloc.get_traced_memory()[1]
    finally:
        tracemalloc.stop()
    assert time.monotonic() - began_s < 5.0
    assert peak < 64 << 20


def zstd(tmp_path: Path) -> Path:
    path = tmp_path / "a.tif"
    image = (np.arange(64 * 64).reshape(64, 64) % 251).astype(np.uint16)
    tifffile.imwrite(path, image, tile=(32, 32), compression="zstd", metadata=None)
    return path


def put(path: Path, tag: int, value: int) -> None:
    """The value of a tag that has one, short or long."""
    data = path.read_bytes()
    place = tiff_entries(path)[tag][3]
    form = "<H" if struct.unpack_from("<H", data, place + 2)[0] == 3 else "<I"
    overwrite(path, place + 8, struct.pack(form, value))


@pytest.mark.parametrize("tag", [256, 257])
def test_a_forged_size_is_refused(tmp_path: Path, tag: int) -> None:
    path = zstd(tmp_path)
    data = bytearray(path.read_bytes())
    place = tiff_entries(path)[tag][3]
    struct.pack_into("<HII", data, place + 2, 4, 1, 2_000_000_000)
    path.write_bytes(data)
    with pytest.raises(ImageError, match=r"a\.tif: .* without a table of [0-9]+ tiles"):
        open_image(path)


def test_a_forged_tile_size_is_refused(tmp_path: Path) -> None:
    path = zstd(tmp_path)
    put(path, 322, 65_520)
    put(path, 323, 65_520)
    with pytest.raises(ImageError, match=r"a\.tif: tiles of 65520x65520 need more than 64 MiB"):
        open_image(path)


def test_a_forged_strip_of_everything_is_refused(tmp_path: Path) -> None:
    path = tmp_path / "a.tif"
    tifffile.imwrite(path, np.zeros((64, 64), np.float64), metadata=None)
    for tag in (256, 257, 278):
        data = bytearray(path.read_bytes())
        struct.pack_into("<HII", data, tiff_entries(path)[tag][3] + 2, 4, 1, 60_000)
        path.write_bytes(data)
    with pytest.raises(ImageError, match=r"a\.tif: 60000x60000 pixels in a file of [0-9]+ b"):
        open_image(path)


@pytest.mark.parametrize("samples", [0, 1000, 65_535])
def test_forged_samples_are_an_error_or_holes(tmp_path: Path, samples: int) -> None:
    path = zstd(tmp_path)
    put(path, 277, samples)
    with pytest.raises((ImageError, TileError), match=r"a\.tif: "):
        open_image(path).read_tile(TileKey(0, 0, 0))


def test_a_file_cut_in_its_tiles_has_holes(tmp_path: Path) -> None:
    path = zstd(tmp_path)
    with tifffile.TiffFile(path) as file:
        end = file.pages.first.dataoffsets[2]
    path.write_bytes(path.read_bytes()[:end])
    source = open_image(path)
    assert source.read_tile(TileKey(0, 1, 0)) is not None
    with pytest.raises(TileError, match=r"a\.tif: level 0 tile 0,1: "):
        source.read_tile(TileKey(0, 0, 1))
    source.close()


def test_a_chain_of_pages_that_bites_its_tail_ends(tmp_path: Path) -> None:
    path = tmp_path / "a.tif"
    pages = np.zeros((3, 40, 40), np.float64)
    tifffile.imwrite(path, pages, photometric="minisblack", metadata=None)
    with tifffile.TiffFile(path) as file:
        offsets = [page.offset for page in file.pages]
    data = bytearray(path.read_bytes())
    count = struct.unpack_from("<H", data, offsets[2])[0]
    struct.pack_into("<I", data, offsets[2] + 2 + 12 * count, offsets[0])
    path.write_bytes(data)
    source = open_image(path)
    assert [(axis.name, axis.size) for axis in source.description.axes] == [("page", 3)]
    source.close()


@pytest.mark.parametrize("axis", ["SizeZ", "SizeT", "SizeC"])
def test_absurd_axes_are_not_believed(tmp_path: Path, axis: str) -> None:
    path = tmp_path / "a.tif"
    sizes = {"SizeC": 1, "SizeZ": 1, "SizeT": 1, axis: 2_000_000_000}
    told = " ".join(f'{name}="{size}"' for name, size in sizes.items())
    xml = f'<OME><Image><Pixels DimensionOrder="XYCZT" {told}><TiffData/></Pixels></Image></OME>'
    tifffile.imwrite(path, np.zeros((40, 40), np.float64), description=xml, metadata=None)
    source = open_image(path)
    assert source.description.axes == ()
    source.close()


GREY = (np.arange(64 * 64).reshape(64, 64) % 251).astype(np.uint8)
RGBA = np.stack([GREY] * 4, -1)
APART = np.moveaxis(RGBA, -1, 0)
TILES: dict[str, Any] = {"tile": (32, 32), "metadata": None}
STRIPS: dict[str, Any] = {"rowsperstrip": 16, "metadata": None}
PALETTE: dict[str, Any] = {"photometric": "palette", "colormap": np.zeros((3, 256), np.uint16)}
SEPARATE: dict[str, Any] = {"photometric": "rgb", "planarconfig": "separate"}
SOUND: dict[str, tuple[NDArray[Any], dict[str, Any]]] = {
    "tiles, deflate": (GREY, {"compression": "zlib", **TILES}),
    "strips": (GREY, STRIPS),
    "colours, LZW": (RGBA[..., :3], {"compression": "lzw", "photometric": "rgb", **STRIPS}),
    "apart": (APART, {"extrasamples": ["assocalpha"], **SEPARATE, **TILES}),
    "apart, strips": (APART, {"extrasamples": ["unassalpha"], **SEPARATE, **STRIPS}),
    "JPEG": (RGBA[..., :3], {"compression": "jpeg", "photometric": "ycbcr", **TILES}),
    "palette, zstd": (GREY, {"compression": "zstd", **PALETTE, **TILES}),
    "CMYK": (RGBA, {"compression": "zlib", "photometric": "separated", **TILES}),
    "float64, zstd": (GREY.astype(np.float64), {"compression": "zstd", **TILES}),
    "float64": (GREY.astype(np.float64), STRIPS),
    "uint32": (GREY + np.uint32(3_000_000_000), {"compression": "zlib", **TILES}),
    "ImageJ": (np.stack([GREY] * 6).reshape(1, 3, 2, 64, 64), {"imagej": True}),
    "OME": (np.stack([GREY] * 6).reshape(3, 2, 64, 64), {"ome": True, "photometric": 1}),
    "BigTIFF": (GREY, {"bigtiff": True, "compression": "zlib", **TILES}),
}
KINDS = (1, 2, 3, 4, 5, 6, 8, 9, 11, 12, 16, 17)
COUNTS = (0, 1, 2, 3, 5, 100, 70_000)
VALUES = (
    *range(9), 10, 16, 32, 33, 64, 100, 255, 256, 1000, 65_535, 65_536, 70_000, 2**31 - 1, 2**31,
    2**32 - 1, 32_803, 34_712, 34_892, 34_925, 50_000, 50_001,
)  # fmt: skip


def forged(data: bytes, random: np.random.Generator) -> tuple[bytes, list[tuple[int, ...]]]:
    """A TIFF of which some entries are of another tag, type, count or value, and what these are."""
    big = data[2] == 43
    head, each, number, value_at = ("<Q", 20, "<Q", 12) if big else ("<H", 12, "<I", 8)
    first = struct.unpack_from(number, data, 8 if big else 4)[0]
    count = struct.unpack_from(head, data, first)[0]
    places = [first + struct.calcsize(head) + each * index for index in range(count)]
    out, told = bytearray(data), []
    for _ in range(random.integers(1, 4)):
        at = places[random.integers(count)]
        tag, kind = struct.unpack_from("<HH", out, at)
        if random.random() < 0.25:
            tag = int(random.choice(list(Tag)))
        if random.random() < 0.6:
            kind = int(random.choice(KINDS))
        struct.pack_into("<HH", out, at, tag, kind)
        if random.random() < 0.3:
            struct.pack_into(number, out, at + 4, int(random.choice(COUNTS)))
        if random.random() < 0.8:
            struct.pack_into(number, out, at + value_at, int(random.choice(VALUES)))
        told.append((tag, kind, *struct.unpack_from(number[0] + 2 * number[1], out, at + 4)))
    return bytes(out), told


SEEDS = {"apart": 23, "JPEG": 24, "float64, zstd": 29, "apart, strips": 40, "BigTIFF": 10}
"""Such as found faults that there have been; 43 finds one in several files."""


@pytest.mark.parametrize("name", SOUND)
def test_entries_at_random_are_an_error_or_a_picture(tmp_path: Path, name: str) -> None:
    image, options = SOUND[name]
    path = tmp_path / "a.tif"
    tifffile.imwrite(path, image, **options)
    data, random = path.read_bytes(), np.random.default_rng(SEEDS.get(name, 43))
    for _ in range(12):
        forgery, told = forged(data, random)
        path.write_bytes(forgery)
        try:
            look_at(path)
        except Exception as error:
            error.add_note(f"tag, type, count and value of what was forged: {told}")
            raise


def look_at(path: Path) -> None:
    """Be told of a file, and see some of it; its own errors are none."""
    with contextlib.suppress(ImageError):
        inspect_file(path)
    try:
        source = open_image(path)
    except ImageError:
        return
    try:
        for level in {0, len(source.description.pyramid.levels) - 1}:
            with contextlib.suppress(TileError):
                source.read_tile(TileKey(level, 0, 0))
    finally:
        source.close()


@pytest.mark.parametrize("compression", ["jpegxl", "jpegxr", "lerc", "png", "jpeg2000"])
def test_a_tile_larger_than_its_page_says_gets_no_memory(tmp_path: Path, compression: str) -> None:
    path = tmp_path / "a.tif"
    image = np.zeros((1024, 1024), np.uint8)
    tifffile.imwrite(path, image, compression=compression, tile=(1024, 1024), metadata=None)
    for tag in (256, 257, 322, 323):
        put(path, tag, 64)
    source = open_image(path)
    tracemalloc.reset_peak()
    before = tracemalloc.get_traced_memory()[0]
    with pytest.raises(TileError, match=r"level 0 tile 0,0: .*(shape|picture of 1024x1024)"):
        source.read_tile(TileKey(0, 0, 0))
    assert tracemalloc.get_traced_memory()[1] - before < 1 << 20


@pytest.mark.parametrize("tag", [256, 257, 322, 323])
@pytest.mark.parametrize("compression", [None, "zstd"])
def test_a_size_of_more_than_32_bits_is_refused(
    tmp_path: Path, tag: int, compression: str | None
) -> None:
    path = tmp_path / "a.tif"
    image = np.zeros((64, 64), np.uint8)
    layout: dict[str, Any] = {"tile": (32, 32)} if tag > 300 else {}
    tifffile.imwrite(path, image, bigtiff=True, compression=compression, metadata=None, **layout)
    with tifffile.TiffFile(path) as file:
        place = file.pages.first.tags[tag].offset
    overwrite(path, place + 2, struct.pack("<HQQ", 16, 1, 1 << 40))
    with pytest.raises(ImageError, match=r"a\.tif: "):
        open_image(path)


def test_extra_samples_of_a_kind_that_cannot_be_are_nothing(tmp_path: Path) -> None:
    path = tmp_path / "a.tif"
    image = np.arange(64 * 64 * 4, dtype=np.uint8).reshape(64, 64, 4)
    tifffile.imwrite(path, image, photometric="rgb", extrasamples=["unspecified"], metadata=None)
    overwrite(path, tiff_entries(path)[338][3] + 2, struct.pack("<HII", 4, 1, 70_000))
    source = open_image(path)
    assert (source.description.bands, source.description.alpha) == (4, False)
    source.close()


@pytest.mark.parametrize("compression", [None, "zlib", "zstd"])
def test_samples_past_16_bits_are_refused(tmp_path: Path, compression: str | None) -> None:
    """The extra ones of a hundred million took 4.6 GB."""
    path = tmp_path / "a.tif"
    tifffile.imwrite(path, np.zeros((64, 64), np.uint8), compression=compression, metadata=None)
    overwrite(path, tiff_entries(path)[277][3] + 2, struct.pack("<HII", 4, 1, 65_536))
    with pytest.raises(ImageError, match=r"a\.tif: broken TIFF: 65536 samples of a pixel"):
        inspect_file(path)


def test_colours_of_thousands_of_samples_apart_are_refused(tmp_path: Path) -> None:
    """Each would be a picture of libvips' own: 8,000 took two seconds."""
    path = tmp_path / "a.tif"
    image = np.zeros((3000, 1, 1), np.uint8)
    tifffile.imwrite(path, image, photometric="rgb", planarconfig="separate", metadata=None)
    with pytest.raises(ImageError, match=r"a\.tif: 3000 samples of a pixel that lie apart"):
        open_image(path)
    assert "3000 samples of a pixel that lie apart" in (inspect_file(path).note or "")


def test_tiles_of_thousands_of_samples_apart_are_refused(tmp_path: Path) -> None:
    path = tmp_path / "a.tif"
    image = np.zeros((300, 16, 16), np.float64)
    layout: dict[str, Any] = {"planarconfig": "separate", "tile": (16, 16), "metadata": None}
    tifffile.imwrite(path, image, photometric="rgb", **layout)
    with pytest.raises(ImageError, match=r"a\.tif: 300 samples of a pixel that lie apart"):
        open_image(path)


@pytest.mark.parametrize(
    ("kind", "value"),
    [
        pytest.param(9, struct.pack("<i", -5), id="negative"),
        pytest.param(11, struct.pack("<f", -3e30), id="float"),
    ],
)
def test_sub_pages_at_no_place_are_none(tmp_path: Path, kind: int, value: bytes) -> None:
    path = zstd(tmp_path)
    # In place of the resolution's unit, which says nothing here.
    overwrite(path, tiff_entries(path)[296][3], struct.pack("<HHI", 330, kind, 1) + value)
    source = open_image(path)
    assert len(source.description.pyramid.levels) == 1
    source.close()


def test_a_float_is_no_place_of_a_sub_page(tmp_path: Path) -> None:
    path = tmp_path / "a.tif"
    image = np.zeros((64, 64), np.uint8)
    with tifffile.TiffWriter(path) as file:
        file.write(image, subifds=1, tile=(16, 16), metadata=None)
        file.write(image[::2, ::2], subfiletype=1, tile=(16, 16), metadata=None)
    _, _, place, entry = tiff_entries(path)[330]
    overwrite(path, entry + 2, struct.pack("<HIf", 11, 1, place))
    source = open_image(path)
    assert len(source.description.pyramid.levels) == 1
    source.close()


def test_nothing_lies_in_front_of_a_file(tmp_path: Path) -> None:
    path = zstd(tmp_path)
    with path.open("rb") as file:
        assert read_at(file.fileno(), -5, 8) == b""
        assert read_at(file.fileno(), 5, -8) == b""


def test_a_text_of_thousands_of_pixels_that_do_not_end_is_no_ome(tmp_path: Path) -> None:
    """A pattern that looked for their ends took 11 s for 128 KB."""
    path = tmp_path / "a.tif"
    text = "<OME " + "<Pixels " * 16_000
    tifffile.imwrite(path, np.zeros((40, 40), np.uint8), description=text, metadata=None)
    source = open_image(path)
    assert source.description.axes == ()
    source.close()


def test_strips_past_the_end_of_all_files_are_refused(tmp_path: Path) -> None:
    path = tmp_path / "a.tif"
    image = np.zeros((3, 64, 64), np.uint8)
    tifffile.imwrite(
        path, image, photometric="rgb", planarconfig="separate", rowsperstrip=8, metadata=None
    )
    overwrite(path, tiff_entries(path)[273][3] + 8, struct.pack("<I", 0xFFFFFFF0))
    with pytest.raises(ImageError, match=r"a\.tif: "):
        open_image(path)


def test_a_text_is_no_number(tmp_path: Path) -> None:
    """Bits of 8 by one reading and of 1 by another."""
    path = tmp_path / "a.tif"
    tifffile.imwrite(path, APART, extrasamples=["unspecified"], **SEPARATE, **STRIPS)
    overwrite(path, tiff_entries(path)[258][3] + 2, struct.pack("<HII", 2, 5, 4))
    look_at(path)


@pytest.mark.parametrize("tile", [None, (32, 32)])
def test_pixels_of_billions_of_samples_are_refused(
    tmp_path: Path, tile: tuple[int, int] | None
) -> None:
    path = tmp_path / "a.tif"
    tifffile.imwrite(path, np.zeros((64, 64), np.uint8), metadata=None, tile=tile)
    overwrite(path, tiff_entries(path)[262][3] + 8, struct.pack("<H", 2))
    overwrite(path, tiff_entries(path)[277][3] + 2, struct.pack("<HII", 4, 1, 4_000_000_000))
    with pytest.raises(ImageError, match=r"a\.tif: "):
        open_image(path)


def test_tables_of_gigabytes_are_not_read(tmp_path: Path) -> None:
    path = zstd(tmp_path)
    # Of a tag that does not matter here.
    place = tiff_entries(path)[305][3]
    overwrite(path, place, struct.pack("<HHII", 347, 7, 4_000_000_000, 8))
    source = open_image(path)
    assert source.read_tile(TileKey(0, 0, 0)) is not None
    source.close()
    assert tracemalloc.get_traced_memory()[1] < 64 << 20


@pytest.mark.parametrize("page", [0, 1])
def test_a_page_of_more_pixels_a_side_than_there_can_be_is_refused(
    tmp_path: Path, page: int
) -> None:
    path = tmp_path / "a.tif"
    pages = np.zeros((2, 40, 40), np.float64)
    tifffile.imwrite(path, pages, photometric="minisblack", metadata=None)
    place = tiff_entries(path, page)[256][3]
    overwrite(path, place + 2, struct.pack("<HII", 4, 1, 3_000_000_000))
    with pytest.raises(ImageError, match="of 3000000000x40 pixels"):
        open_image(path, plane=(page,))


def test_colours_with_hundreds_of_bands_more_fit_the_budget_or_are_refused(tmp_path: Path) -> None:
    path = tmp_path / "a.tif"
    image = np.zeros((1000, 100, 253), np.uint8)
    extra = ["unspecified"] * 250
    tifffile.imwrite(path, image, photometric="rgb", extrasamples=extra, metadata=None)
    with pytest.raises(ImageError, match="needs 87 MiB in memory"):
        open_image(path, budget_bytes=64 << 20)
    open_image(path, budget_bytes=100 << 20).close()
