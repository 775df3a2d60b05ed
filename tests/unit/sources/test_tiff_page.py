"""Flat TIFFs: what libvips makes of them through a directory of glview's own."""

import contextlib
import struct
import time
from contextlib import closing
from pathlib import Path
from typing import Any

import numpy as np
import pytest
import tifffile

from glview.errors import ImageError, TileError
from glview.image import ColorModel
from glview.pyramid import TileKey
from glview.sources.array import ArrayOptions
from glview.sources.base import TileSource
from glview.sources.opening import open_image
from tests.unit.sources.build import overwrite, picture, set_table, tiff_entries, whole


def written(tmp_path: Path, image: np.ndarray[Any, Any], **options: Any) -> Path:
    """A TIFF of an array (height, width, bands), in strips of 7 rows."""
    path = tmp_path / "a.tif"
    if options.get("planarconfig") == "separate":
        image = np.moveaxis(image, -1, 0)
    options = {"rowsperstrip": 7} | options
    tifffile.imwrite(path, image, **options)
    return path


def level_0(source: TileSource) -> np.ndarray[Any, Any]:
    assert "damage" not in source.description.metadata
    return whole(source, 0)


@pytest.mark.parametrize("bands", [2, 3, 5, 9])
@pytest.mark.parametrize("dtype", ["uint8", "uint16", "float32"])
@pytest.mark.parametrize("big", [False, True])
def test_grey_bands_stored_apart(tmp_path: Path, bands: int, dtype: str, *, big: bool) -> None:
    # libvips takes them for interleaved: a picture of every other row, with holes.
    image = picture(90, 70, bands, dtype)
    path = written(
        tmp_path, image, photometric="minisblack", planarconfig="separate", bigtiff=big,
        extrasamples=["unspecified"] * (bands - 1), compression="zlib",
    )  # fmt: skip
    source = open_image(path)
    assert source.description.color_model is ColorModel.CHANNELS
    assert (level_0(source) == image).all()


@pytest.mark.parametrize("order", ["<", ">"])
@pytest.mark.parametrize("rows", [7, 70])
def test_a_band_of_one_strip_or_of_many_in_both_byte_orders(
    tmp_path: Path, order: str, rows: int
) -> None:
    image = picture(90, 70, 2)
    path = written(
        tmp_path, image.astype(f"{order}u2"), photometric="minisblack", planarconfig="separate",
        byteorder=order, extrasamples=["unassalpha"], rowsperstrip=rows,
    )  # fmt: skip
    source = open_image(path)
    assert (source.description.color_model, source.description.alpha) == (ColorModel.GREY, True)
    assert (level_0(source) == image).all()


@pytest.mark.parametrize("tile", [None, (64, 64)])
@pytest.mark.parametrize("planar", ["contig", "separate"])
@pytest.mark.parametrize(
    ("dtype", "bands"),
    [
        ("uint8", 4),
        ("uint16", 4),
        ("uint8", 2),
        ("uint32", 4),
        ("int32", 2),
        ("float32", 4),
        ("float32", 2),
    ],
)
def test_colours_premultiplied_by_alpha_are_made_straight(
    tmp_path: Path, tile: tuple[int, int] | None, planar: str, dtype: str, bands: int
) -> None:
    image = picture(90, 70, bands, "uint8").astype(np.float64) / 255
    image[..., -1] = image[..., -1] / 2 + 0.5
    stored = image.copy()
    stored[..., :-1] *= image[..., -1:]
    wide = {"uint32": 2**32 - 1, "int32": 2**31 - 1}
    one = (wide | {"uint8": 255, "uint16": 65_535, "float32": 1})[dtype]
    stored *= one
    stored = stored.astype(dtype) if dtype == "float32" else np.rint(stored).astype(dtype)
    path = written(
        tmp_path, stored, photometric="rgb" if bands == 4 else "minisblack", planarconfig=planar,
        extrasamples=["assocalpha"], tile=tile, rowsperstrip=None if tile else 7,
    )  # fmt: skip
    source = open_image(path)
    assert source.description.alpha
    # Alpha of what is carried as floats is from 0 to 1.
    got = level_0(source) / np.array([*[one] * (bands - 1), 1 if dtype in wide else one])
    assert np.abs(got - image).max() < {"uint8": 0.01, "uint16": 1e-4}.get(dtype, 1e-5)


@pytest.mark.parametrize("compression", [None, "zlib"])
def test_bytes_with_a_sign_are_opaque_at_127(tmp_path: Path, compression: str | None) -> None:
    image = np.full((64, 64, 4), (100, 0, 0, 127), np.int8)
    path = written(
        tmp_path, image, photometric="rgb", extrasamples=["unassalpha"], tile=(64, 64),
        compression=compression,
    )  # fmt: skip
    source = open_image(path)
    assert level_0(source)[0, 0].tolist() == [100, 0, 0, 32_767]


def test_a_deflate_tile_that_is_broken_is_never_shown(tmp_path: Path) -> None:
    """A stream that decodes longer than it should never comes to its checksum by itself."""
    image = picture(256, 256, 3)
    path = written(tmp_path, image, photometric="rgb", tile=(256, 256), compression="zlib")
    with tifffile.TiffFile(path) as file:
        place, count = file.pages[0].dataoffsets[0], file.pages[0].databytecounts[0]
    data = path.read_bytes()
    shown = 0
    for at in range(2, count - 4, max(1, count // 200)):
        changed = bytearray(data)
        changed[place + at] ^= 0x55
        path.write_bytes(changed)
        with contextlib.suppress(ImageError, TileError), closing(open_image(path)) as source:
            tile = source.read_tile(TileKey(0, 0, 0))
            shown += tile is not None and tile.fault is None
    assert shown == 0


def test_a_deflate_tile_without_its_checksum_is_broken(tmp_path: Path) -> None:
    image = picture(256, 256, 3)
    path = written(tmp_path, image, photometric="rgb", tile=(256, 256), compression="zlib")
    _, _, count, place = tiff_entries(path)[325]
    overwrite(path, place + 8, (count - 4).to_bytes(4, "little"))
    with (
        closing(open_image(path)) as source,
        pytest.raises(TileError, match="broken deflate data: it has no end"),
    ):
        source.read_tile(TileKey(0, 0, 0))


def test_a_loop_of_pages_is_no_damage(tmp_path: Path) -> None:
    image = picture(90, 70, 1)[:, :, 0]
    path = written(tmp_path, image, photometric="minisblack")
    data = path.read_bytes()
    first = struct.unpack_from("<I", data, 4)[0]
    count = struct.unpack_from("<H", data, first)[0]
    overwrite(path, first + 2 + 12 * count, first.to_bytes(4, "little"))
    assert (level_0(open_image(path))[:, :, 0] == image).all()


def test_extra_samples_that_are_not_declared_are_no_damage(tmp_path: Path) -> None:
    image = picture(90, 70, 3)
    path = written(
        tmp_path, image, photometric="minisblack", planarconfig="contig",
        extrasamples=["unspecified"] * 2,
    )  # fmt: skip
    place = tiff_entries(path)[338][3]
    # A private tag instead.
    overwrite(path, place, (65_000).to_bytes(2, "little"))
    assert (level_0(open_image(path)) == image).all()


def test_old_lzw_codes_are_no_damage(tmp_path: Path) -> None:
    # Codes as before TIFF 6, least significant bit first: clear, 65, 66, end, of 9 bits each.
    path = written(tmp_path, np.zeros((1, 2), np.uint8), photometric="minisblack")
    codes = 256 | 65 << 9 | 66 << 18 | 257 << 27
    place = path.stat().st_size
    path.write_bytes(path.read_bytes() + codes.to_bytes(5, "little"))
    entries = tiff_entries(path)
    for tag, value in ((259, 5), (273, place), (279, 5)):
        size = {3: 2, 4: 4}[entries[tag][0]]
        overwrite(path, entries[tag][3] + 8, value.to_bytes(size, "little"))
    assert level_0(open_image(path)).tolist() == [[[65], [66]]]


def test_broken_data_is_damage_though_the_decoder_only_warns(tmp_path: Path) -> None:
    # PackBits that runs past its row: libtiff throws away what does not fit.
    path = written(tmp_path, np.zeros((1, 3), np.uint8), photometric="minisblack")
    place = path.stat().st_size
    path.write_bytes(path.read_bytes() + bytes((0x86, 9)))
    entries = tiff_entries(path)
    for tag, value in ((259, 32_773), (273, place), (279, 2)):
        size = {3: 2, 4: 4}[entries[tag][0]]
        overwrite(path, entries[tag][3] + 8, value.to_bytes(size, "little"))
    source = open_image(path)
    assert source.description.metadata["damage"] == "doubtful PackBits data"


@pytest.mark.parametrize(
    ("image", "options", "hole"),
    [
        (picture(90, 70), {"photometric": "rgb"}, 128),
        (picture(90, 70), {"photometric": "rgb", "planarconfig": "separate"}, 128),
        (
            picture(90, 70, 4),
            {"photometric": "rgb", "extrasamples": ["unassalpha"], "planarconfig": "contig"},
            0,
        ),
        (picture(90, 70, 1)[:, :, 0].astype(np.float32), {"photometric": "minisblack"}, np.nan),
        (
            picture(90, 70, 1)[:, :, 0],
            {"photometric": "minisblack", "extratags": [(42113, 2, 0, "7", True)]},
            7,
        ),
    ],
)
def test_strips_that_are_broken_are_holes(
    tmp_path: Path, image: np.ndarray[Any, Any], options: dict[str, Any], hole: float
) -> None:
    path = written(tmp_path, image, compression="zlib", **options)
    with tifffile.TiffFile(path) as file:
        offsets = file.pages.first.dataoffsets
    assert len(offsets) in (10, 30)
    for strip in (3, 8):
        overwrite(path, offsets[strip], b"\xff" * 9)
    source = open_image(path)
    got = whole(source, 0).reshape(image.shape)
    expected = image.copy()
    expected[21:28] = expected[56:63] = hole
    assert np.array_equal(got, expected, equal_nan=hole != hole)
    assert source.description.metadata["damage"] == (
        "2 of 10 strips cannot be read: Decoding error at scanline 21, incorrect header check"
    )


def test_tiles_of_a_turned_page_that_are_broken_are_a_hole_of_their_row(tmp_path: Path) -> None:
    image = picture(90, 70)
    path = written(
        tmp_path, image, photometric="rgb", compression="zlib", tile=(32, 32), rowsperstrip=None,
        extratags=[(274, 3, 1, 3, True)],
    )  # fmt: skip
    with tifffile.TiffFile(path) as file:
        overwrite(path, file.pages.first.dataoffsets[4], b"\xff" * 9)
    source = open_image(path)
    expected = image.copy()
    expected[32:64] = 128
    assert (whole(source, 0) == expected[::-1, ::-1]).all()
    assert source.description.metadata["damage"].startswith("1 of 3 rows of tiles cannot be read: ")


def test_a_page_of_which_no_strip_can_be_read_is_no_picture(tmp_path: Path) -> None:
    path = written(tmp_path, picture(90, 70), photometric="rgb", compression="zlib")
    with tifffile.TiffFile(path) as file:
        for offset in file.pages.first.dataoffsets:
            overwrite(path, offset, b"\xff" * 9)
    with pytest.raises(ImageError, match=r"a\.tif: Decoding error at scanline 0"):
        open_image(path)


def test_a_strip_too_large_for_the_decoder_is_refused_in_plain_words(tmp_path: Path) -> None:
    path = written(
        tmp_path, np.zeros((4000, 8000), np.uint8), photometric="minisblack", compression="zlib",
        rowsperstrip=4000,
    )  # fmt: skip
    set_table(path, 279, 0, 60 << 20)
    with path.open("r+b") as file:
        file.truncate(61 << 20)
    fault = (
        "a.tif: a strip or tile takes more than the 50 MiB that are read of one at a time; "
        "written in smaller ones it can be shown"
    )
    with pytest.raises(ImageError) as caught:
        open_image(path)
    assert str(caught.value).endswith(fault)


def strips(
    tmp_path: Path, broken: slice, compression: str = "zlib"
) -> tuple[Path, np.ndarray[Any, Any]]:
    """A page of 9,000 strips, of which some are broken, and its pixels."""
    image = np.random.default_rng(1).integers(0, 255, (9000, 8), dtype=np.uint8)
    path = written(
        tmp_path, image, photometric="minisblack", compression=compression, rowsperstrip=1
    )
    with tifffile.TiffFile(path) as file, path.open("r+b") as data:
        for offset in file.pages.first.dataoffsets[broken]:
            data.seek(offset)
            data.write(b"\xff" * 9)
    return path, image


def test_of_thousands_of_strips_only_the_broken_ones_are_holes(tmp_path: Path) -> None:
    path, expected = strips(tmp_path, slice(100, None, 137), "lzw")
    began = time.monotonic()
    source = open_image(path)
    assert time.monotonic() - began < 5.0
    expected[100::137] = 128
    assert (whole(source, 0)[..., 0] == expected).all()
    assert source.description.metadata["damage"].startswith("65 of 9000 strips cannot be read: ")


def test_a_broken_page_of_thousands_of_strips_is_opened_in_a_moment(tmp_path: Path) -> None:
    path, expected = strips(tmp_path, slice(None, None, 2))
    began = time.monotonic()
    source = open_image(path)
    assert time.monotonic() - began < 5.0
    assert source.description.metadata["damage"].startswith("4500 of 9000 strips cannot be read: ")
    assert source.description.metadata["damage"].endswith("incorrect header check")
    expected[::2] = 128
    assert (whole(source, 0)[..., 0] == expected).all()


@pytest.mark.parametrize(("tag", "value"), [(274, 0), (274, 99), (278, 0), (284, 9), (256, None)])
def test_tags_that_do_not_matter_or_can_be_put_right_are_no_damage(
    tmp_path: Path, tag: int, value: int | None
) -> None:
    image = picture(90, 70)
    path = written(
        tmp_path, image, photometric="rgb", rowsperstrip=70, extratags=[(274, 3, 1, 1, True)]
    )
    entry = tiff_entries(path)[tag]
    if value is None:
        # The width as a float.
        overwrite(path, entry[3] + 2, struct.pack("<HIf", 11, 1, 90.0))
    else:
        overwrite(path, entry[3] + 8, value.to_bytes({3: 2, 4: 4}[entry[0]], "little"))
    assert (level_0(open_image(path)) == image).all()


@pytest.mark.parametrize("value", [float("nan"), float("inf"), -5.0])
def test_a_size_that_is_no_number_is_an_error(tmp_path: Path, value: float) -> None:
    path = written(tmp_path, picture(90, 70), photometric="rgb")
    overwrite(path, tiff_entries(path)[257][3] + 2, struct.pack("<HIf", 11, 1, value))
    with pytest.raises(ImageError, match=r"a\.tif: a TIFF of 90x-?[05] pixels"):
        open_image(path)


def test_a_predictor_that_nobody_knows_is_refused_by_name(tmp_path: Path) -> None:
    path = written(tmp_path, picture(90, 70), photometric="rgb", compression="zlib", predictor=True)
    overwrite(path, tiff_entries(path)[317][3] + 8, (9).to_bytes(2, "little"))
    with pytest.raises(ImageError, match=r"a\.tif: samples by predictor 9 are not supported"):
        open_image(path)


def test_planes_without_a_table_are_refused(tmp_path: Path) -> None:
    path = written(
        tmp_path, picture(90, 70, 2), photometric="minisblack", planarconfig="separate",
        extrasamples=["unspecified"],
    )  # fmt: skip
    # Ten strips a plane; the table of both has twenty.
    overwrite(path, tiff_entries(path)[273][3] + 4, (10).to_bytes(4, "little"))
    with pytest.raises(ImageError, match=r"a\.tif: 10 strips where 20 belong"):
        open_image(path)


@pytest.mark.parametrize("photometric", [6, 10])
def test_colours_that_cannot_be_put_together_from_planes_are_refused_by_name(
    tmp_path: Path, photometric: int
) -> None:
    path = written(tmp_path, picture(90, 70, 3), photometric="rgb", planarconfig="separate")
    overwrite(path, tiff_entries(path)[262][3] + 8, photometric.to_bytes(2, "little"))
    with pytest.raises(ImageError, match="in separate planes are not supported"):
        open_image(path)


@pytest.mark.parametrize("tile", [None, (64, 64)])
@pytest.mark.parametrize(
    ("dtype", "stored"),
    [
        ("uint16", lambda inks: inks * 65_535),
        ("uint32", lambda inks: inks * 4_294_967_295),
        ("float32", lambda inks: inks),
        # The same bits as in uint8, declared as signed: there is no negative ink.
        ("int8", lambda inks: np.rint(inks * 255).astype(np.uint8).view(np.int8)),
    ],
)
def test_inks_of_every_sample_type_make_the_same_picture(
    tmp_path: Path, tile: tuple[int, int] | None, dtype: str, stored: Any
) -> None:
    inks = picture(90, 70, 4) / 255.0
    options = {"photometric": "separated", "tile": tile, "rowsperstrip": None if tile else 7}
    path = written(tmp_path, np.rint(inks * 255).astype(np.uint8), **options)
    expected = level_0(open_image(path)).astype(int)
    path = written(tmp_path, np.asarray(stored(inks)).astype(dtype), **options)
    got = level_0(open_image(path))
    assert got.dtype == np.uint8
    assert np.abs(got - expected).max() <= 3
    assert expected.std() > 20


@pytest.mark.parametrize(
    ("dtype", "largest"), [("uint32", 2**32 - 1), ("int32", 2**31 - 1), ("int8", 127)]
)
def test_alpha_of_samples_that_are_converted_stays_a_share(
    tmp_path: Path, dtype: str, largest: int
) -> None:
    image = np.zeros((4, 3, 4), dtype)
    image[:, :, 3] = largest
    image[0, 0, 3] = largest // 2
    path = written(tmp_path, image, photometric="rgb", extrasamples=["unassalpha"])
    for source in (open_image(path), open_image(image, options=ArrayOptions(alpha=True))):
        alpha = level_0(source)[..., 3].astype(float)
        opaque = 32_767 if dtype == "int8" else 1.0
        assert alpha[1, 1] == opaque
        assert abs(alpha[0, 0] / opaque - 0.5) < 0.01
