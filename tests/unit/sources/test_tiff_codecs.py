"""TIFFs that libvips does not read, decoded with tifffile and imagecodecs."""

import struct
import sys
import time
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import numpy as np
import pytest
import tifffile
from numpy.typing import NDArray

from glview.errors import TileError, UnsupportedImageError
from glview.image import ColorModel, SampleType
from glview.pyramid import TileKey
from glview.sources.base import TileSource
from glview.sources.opening import open_image
from glview.sources.tiff_directory import Field, laid_out


def ramp(height: int, width: int, dtype: Any, bands: int = 1) -> NDArray[Any]:
    values = np.arange(height * width * bands).reshape(height, width, bands)
    return (values * 7 % 251).astype(dtype)


@pytest.fixture
def opened(tmp_path: Path) -> Iterator[Any]:
    sources: list[TileSource] = []

    def write_and_open(image: NDArray[Any], **options: Any) -> TileSource:
        path = tmp_path / f"{len(sources)}.tif"
        tifffile.imwrite(path, image, **options)
        sources.append(open_image(path))
        return sources[-1]

    yield write_and_open
    for source in sources:
        source.close()


def whole(source: TileSource) -> NDArray[Any]:
    description = source.description
    level = description.pyramid.levels[0]
    depth = description.bands + description.alpha
    out = np.zeros((level.height, level.width, depth), description.sample_type.dtype)
    for row in range(level.rows):
        for column in range(level.columns):
            tile = source.read_tile(TileKey(0, column, row))
            assert tile is not None
            assert tile.fault is None
            x0, y0, x1, y1 = level.l_tile_rect(column, row)
            out[y0:y1, x0:x1] = tile.pixels
    return out


@pytest.mark.parametrize("compression", ["zstd", "lzma", "lerc", "jpegxl", "jpeg2000", "png"])
@pytest.mark.parametrize("options", [{"tile": (32, 48)}, {"rowsperstrip": 20}])
def test_compressions_that_libvips_shows_black_are_decoded_tile_by_tile(
    opened: Any, compression: str, options: dict[str, Any]
) -> None:
    image = ramp(70, 100, np.uint8, 3)
    arguments = {"reversible": True} if compression == "jpeg2000" else {}
    arguments = {"lossless": True} if compression == "jpegxl" else arguments
    source = opened(
        image, photometric="rgb", compression=compression, compressionargs=arguments, **options
    )
    assert (source.description.bands, source.description.color_model) == (3, ColorModel.RGB)
    np.testing.assert_array_equal(whole(source), image)


@pytest.mark.parametrize(
    ("dtype", "sample_type"),
    [
        ("uint8", SampleType.U8),
        ("int8", SampleType.S16),
        ("uint16", SampleType.U16),
        ("int16", SampleType.S16),
        ("uint32", SampleType.F32),
        ("int32", SampleType.F32),
        ("uint64", SampleType.F32),
        ("int64", SampleType.F32),
        ("float16", SampleType.F32),
        ("float32", SampleType.F32),
        ("float64", SampleType.F32),
    ],
)
@pytest.mark.parametrize("byteorder", ["<", ">"])
@pytest.mark.parametrize("predictor", [False, True])
def test_samples_arrive_in_a_type_that_loses_nothing_seen(
    opened: Any, dtype: str, sample_type: SampleType, byteorder: str, predictor: bool
) -> None:
    values = [0, 1, 2, 100, 127] + ([-100] if dtype[0] in "if" else [])
    image = np.resize(np.array(values, dtype), (40, 50))
    source = opened(
        image,
        compression="zstd",
        predictor=predictor and not dtype.endswith("int64"),  # tifffile writes none
        tile=(16, 16),
        byteorder=byteorder,
    )
    assert source.description.sample_type is sample_type
    np.testing.assert_array_equal(whole(source)[..., 0], image.astype(sample_type.dtype))


def test_complex_samples_are_shown_as_their_magnitude(opened: Any) -> None:
    source = opened(np.full((20, 30), 3 - 4j, np.complex64))
    assert source.description.sample_type is SampleType.F32
    np.testing.assert_array_equal(whole(source), np.full((20, 30, 1), 5.0, np.float32))


def test_doubles_past_the_range_of_floats_are_nothing(opened: Any) -> None:
    source = opened(np.array([[1.5, 1e300, -1e300, np.nan]]))
    assert whole(source).ravel().tolist()[:3] == [1.5, np.inf, -np.inf]


def test_samples_of_12_bits_keep_their_values_and_tell_their_limits(opened: Any) -> None:
    image = np.resize(np.array([0, 1, 2048, 4095], np.uint16), (30, 41))
    source = opened(image, bitspersample=12)
    assert source.description.sample_type is SampleType.U16
    assert [channel.limits for channel in source.description.channels] == [(0.0, 4095.0)]
    np.testing.assert_array_equal(whole(source)[..., 0], image)


@pytest.mark.parametrize(("bits", "white"), [(17, 131071.0), (24, 16777215.0), (31, 2147483647.0)])
def test_samples_of_17_to_31_bits_tell_their_limits(opened: Any, bits: int, white: float) -> None:
    image = np.resize(np.array([0, 1, 2**16, 2**bits - 1], np.uint32), (30, 41))
    source = opened(image, bitspersample=bits)
    assert [channel.limits for channel in source.description.channels] == [(0.0, white)]
    np.testing.assert_array_equal(whole(source)[..., 0], image.astype(np.float32))


def write_words(path: Path, words: NDArray[Any], order: str) -> None:
    """A TIFF of one strip whose pixels are words of 5, 6 and 5 bits."""
    height, width = words.shape
    data = words.astype(order + "u2").tobytes()
    longs = {256: width, 257: height, 273: 8, 278: height, 279: len(data)}
    shorts = {258: (5, 6, 5), 262: (2,), 277: (3,)}
    fields = [Field(tag, 4, 1, struct.pack(order + "I", value)) for tag, value in longs.items()]
    fields += [
        Field(tag, 3, len(values), struct.pack(f"{order}{len(values)}H", *values))
        for tag, values in shorts.items()
    ]
    directory, _ = laid_out(fields, 8 + len(data), order=order, big=False)
    mark = b"II" if order == "<" else b"MM"
    path.write_bytes(struct.pack(order + "2sHI", mark, 42, 8 + len(data)) + data + directory)


def test_words_of_5_6_and_5_bits_are_what_tifffile_makes_of_them(tmp_path: Path) -> None:
    words = (np.arange(700 * 900) * 40_503 % 65_536).reshape(700, 900)
    write_words(tmp_path / "a.tif", words, "<")
    source = open_image(tmp_path / "a.tif")
    assert source.description.sample_type is SampleType.U8
    np.testing.assert_array_equal(whole(source), tifffile.imread(tmp_path / "a.tif"))
    source.close()


def test_words_of_a_big_endian_file_are_refused_by_name(tmp_path: Path) -> None:
    """tifffile takes them for little-endian, the specification for a row of bits."""
    write_words(tmp_path / "a.tif", np.zeros((8, 8)), ">")
    with pytest.raises(UnsupportedImageError, match="samples of different widths are not supp"):
        open_image(tmp_path / "a.tif")


def test_samples_of_3_bits_are_scaled_as_those_of_4_are(opened: Any) -> None:
    image = np.resize(np.array([0, 1, 6, 7], np.uint8), (8, 20))
    source = opened(image, bitspersample=3)
    assert whole(source).ravel()[:4].tolist() == [0, 36, 219, 255]


@pytest.mark.parametrize("bits", [3, 5, 6, 7])
def test_no_data_of_few_bits_is_what_its_samples_are(opened: Any, bits: int) -> None:
    image = np.resize(np.arange(2**bits, dtype=np.uint8), (8, 16))
    nodata = (42113, "s", 0, "1", True)
    source = opened(image, bitspersample=bits, extratags=[nodata])
    told = source.description.nodata
    assert (whole(source)[..., 0] == told).tolist() == (image == 1).tolist()


def test_white_is_zero_is_inverted(opened: Any) -> None:
    source = opened(np.array([[0, 5, 255]], np.uint8), photometric="miniswhite", compression="zstd")
    assert whole(source).ravel().tolist() == [255, 250, 0]


@pytest.mark.parametrize("compression", [None, "zlib", "zstd"])
@pytest.mark.parametrize("planar", ["contig", "separate"])
@pytest.mark.parametrize("dtype", [np.uint8, np.uint16, np.uint32])
def test_of_white_is_zero_only_the_grey_is_inverted(
    opened: Any, compression: str | None, planar: str, dtype: type[np.unsignedinteger[Any]]
) -> None:
    most = int(np.iinfo(dtype).max)
    image = np.full((16, 16, 3), [most - 5, 7, 9], dtype)
    source = opened(
        image if planar == "contig" else np.moveaxis(image, 2, 0),
        photometric="miniswhite", planarconfig=planar, compression=compression, tile=(16, 16),
        extrasamples=["unspecified"] * 2,
    )  # fmt: skip
    assert whole(source)[0, 0].tolist() == [5, 7, 9]


@pytest.mark.parametrize("compression", ["zlib", "zstd"])
@pytest.mark.parametrize("planar", ["contig", "separate"])
def test_white_is_zero_leaves_alpha(opened: Any, compression: str, planar: str) -> None:
    image = np.full((16, 16, 2), [5, 255], np.uint8)
    source = opened(
        image if planar == "contig" else np.moveaxis(image, 2, 0),
        photometric="miniswhite", planarconfig=planar, compression=compression,
        extrasamples=["unassalpha"],
    )  # fmt: skip
    assert whole(source)[0, 0].tolist() == [250, 255]


@pytest.mark.parametrize("options", [{}, {"tile": (16, 16)}, {"compression": "zstd"}])
def test_white_is_zero_of_64_bits_is_inverted(opened: Any, options: dict[str, Any]) -> None:
    image = np.full((16, 16), 2**64 - 6, np.uint64)
    image[0, 0] = 0
    nodata = (42113, "s", 0, "0", True)
    source = opened(image, photometric="miniswhite", extratags=[nodata], **options)
    pixels, told = whole(source)[..., 0], source.description
    assert pixels[0, 1] == 5.0
    assert (pixels == np.float32(told.tile_nodata)).nonzero() == ([0], [0])


def test_palettes_become_colours(opened: Any) -> None:
    colours = np.zeros((3, 256), np.uint16)
    colours[:, 7] = 0x1234, 0xFF00, 0x8000
    source = opened(
        np.full((5, 6), 7, np.uint8), photometric="palette", colormap=colours, compression="zstd"
    )
    assert whole(source)[4, 5].tolist() == [0x12, 0xFF, 0x80]


def test_samples_stored_apart_come_together(opened: Any) -> None:
    image = ramp(40, 50, np.uint16, 3)
    source = opened(
        np.moveaxis(image, 2, 0), photometric="rgb", planarconfig="separate", compression="zstd",
        tile=(16, 32),
    )  # fmt: skip
    np.testing.assert_array_equal(whole(source), image)


def test_alpha_of_32_bits_is_a_share_of_what_is_opaque(opened: Any) -> None:
    image = np.full((4, 5, 4), [10, 20, 30, 2**32 - 1], np.uint32)
    source = opened(image, photometric="rgb", extrasamples=["unassalpha"], compression="zstd")
    assert whole(source)[0, 0].tolist() == [10.0, 20.0, 30.0, 1.0]


def test_colours_multiplied_with_alpha_are_divided_by_it(opened: Any) -> None:
    image = np.full((4, 5, 4), [10, 20, 30, 51], np.uint8)
    source = opened(image, photometric="rgb", extrasamples=["assocalpha"], compression="zstd")
    assert whole(source)[0, 0].tolist() == [50, 100, 150, 51]


def test_a_pyramid_in_subifds_has_its_levels(tmp_path: Path) -> None:
    image = ramp(128, 192, np.uint16)[..., 0]
    with tifffile.TiffWriter(tmp_path / "a.tif") as file:
        file.write(image, tile=(32, 32), compression="zstd", subifds=1)
        file.write(image[::2, ::2], tile=(32, 32), compression="zstd", subfiletype=1)
    source = open_image(tmp_path / "a.tif")
    levels = source.description.pyramid.levels
    assert [(level.width, level.downsample) for level in levels] == [(192, 1.0), (96, 2.0)]
    tile = source.read_tile(TileKey(1, 2, 1))
    assert tile is not None
    np.testing.assert_array_equal(tile.pixels[..., 0], image[64:128:2, 128::2])
    source.close()


def test_a_broken_tile_is_an_error_that_names_it_and_others_are_read(tmp_path: Path) -> None:
    path = tmp_path / "a.tif"
    tifffile.imwrite(path, ramp(64, 64, np.uint8)[..., 0], tile=(32, 32), compression="zstd")
    with tifffile.TiffFile(path) as file:
        offset = file.pages[0].dataoffsets[1]
    data = bytearray(path.read_bytes())
    data[offset : offset + 8] = b"\xff" * 8
    path.write_bytes(data)
    source = open_image(path)
    with pytest.raises(TileError, match=r"a\.tif: level 0 tile 1,0: "):
        source.read_tile(TileKey(0, 1, 0))
    assert source.read_tile(TileKey(0, 0, 0)) is not None
    source.close()


@pytest.mark.parametrize("compression", ["zstd", "lzma", "jpeg2000", "png", "jpegxl", "jpegxr"])
def test_a_tile_cannot_ask_for_more_memory_than_the_page_says(
    tmp_path: Path, compression: str
) -> None:
    """A tile of 8192 x 8192 in a page of tiles of 16 x 16."""
    path = tmp_path / "a.tif"
    tifffile.imwrite(
        path, np.zeros((8192, 8192), np.uint8), tile=(8192, 8192), compression=compression
    )
    data = bytearray(path.read_bytes())
    with tifffile.TiffFile(path) as file:
        for tag in (256, 257, 322, 323):
            entry = file.pages.first.tags[tag]
            struct.pack_into("<I" if entry.dtype == 4 else "<H", data, entry.valueoffset, 16)
    path.write_bytes(data)
    source = open_image(path)
    began_s = time.monotonic()
    try:
        tile = source.read_tile(TileKey(0, 0, 0))
    except TileError:
        tile = None
    assert tile is None or tile.pixels.shape == (16, 16, 1)
    assert time.monotonic() - began_s < 5.0
    source.close()


def test_without_the_extra_the_error_names_it(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    tifffile.imwrite(tmp_path / "a.tif", np.zeros((8, 8), np.uint8), compression="zstd")
    monkeypatch.setitem(sys.modules, "imagecodecs", None)
    with pytest.raises(
        UnsupportedImageError,
        match=r"Zstandard \(50000\) is not supported; .*pip install 'glview-bigimage\[tiff\]'",
    ):
        open_image(tmp_path / "a.tif")


@pytest.mark.parametrize("rows", [3000, 1500])
def test_a_large_strip_that_is_not_compressed_is_read_in_parts(opened: Any, rows: int) -> None:
    image = np.arange(3000 * 200, dtype=np.float64).reshape(3000, 200)
    source = opened(image, rowsperstrip=rows)
    level = source.description.pyramid.levels[0]
    assert (level.tile_width, level.tile_height) == (200, 655 if rows == 3000 else 500)
    np.testing.assert_array_equal(whole(source)[..., 0], image.astype(np.float32))


def test_parts_of_strips_of_samples_apart_come_together(opened: Any) -> None:
    image = np.arange(3 * 2000 * 300, dtype=np.float64).reshape(3, 2000, 300)
    source = opened(image, photometric="rgb", planarconfig="separate")
    np.testing.assert_array_equal(whole(source), np.moveaxis(image, 0, 2).astype(np.float32))
