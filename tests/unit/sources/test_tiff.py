import errno
import os
import struct
import threading
import time
import tracemalloc
import zlib
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path
from typing import Any, Literal

import numpy as np
import pytest
import pyvips
import tifffile

from glview.errors import ImageError, TileError, UnsupportedImageError
from glview.image import ColorModel, SampleType
from glview.pyramid import Reduction, TileKey
from glview.sources import jpeg, tiff
from glview.sources.files import open_regular, read_at
from glview.sources.tiff import TiffSource
from glview.sources.tiff_levels import chosen_levels
from glview.sources.tiff_reading import read_structure
from glview.sources.vips_pixels import VipsError, fetch_rect
from tests.unit.sources.build import (
    get_table,
    libvips_bytes,
    open_descriptors,
    overwrite,
    picture,
    set_table,
    tiff_entries,
    vips,
    whole,
)

COMPRESSION, PHOTOMETRIC, OFFSETS, COUNTS = 259, 262, 324, 325
BLACK_IS_ZERO, RGB, YCBCR = 1, 2, 6


@pytest.fixture(params=["libjpeg-turbo", "tile by tile", "rows"])
def row_cache_bytes(request: pytest.FixtureRequest, monkeypatch: pytest.MonkeyPatch) -> int:
    """Each way in which libvips, or the wheel that stands in for it, reads tiles of a TIFF."""
    if request.param != "libjpeg-turbo":
        monkeypatch.setattr(jpeg, "_decoder", lambda: None)
    return 64 << 20 if request.param == "rows" else 0


def opened(path: Path, row_cache_bytes: int = 64 << 20) -> TiffSource:
    descriptor = open_regular(str(path))
    structure = read_structure(
        lambda offset, count: read_at(descriptor, offset, count), path.stat().st_size
    )
    levels = chosen_levels(structure)
    return TiffSource(
        str(path), descriptor, structure, levels, path.name, row_cache_bytes=row_cache_bytes
    )


def saved(tmp_path: Path, image: np.ndarray[Any, Any], **options: Any) -> Path:
    path = tmp_path / "a.tif"
    settings = {"tile": True, "tile_width": 128, "tile_height": 128} | options
    interpretation = settings.pop("interpretation", None)
    vips(image, interpretation).tiffsave(str(path), **settings)
    return path


@pytest.mark.parametrize("subifd", [False, True])
@pytest.mark.parametrize("bigtiff", [False, True])
def test_pyramids(tmp_path: Path, subifd: bool, bigtiff: bool) -> None:
    path = saved(tmp_path, picture(1003, 505), pyramid=True, subifd=subifd, bigtiff=bigtiff)
    source = opened(path)
    levels = source.description.pyramid.levels
    # libvips rounds down; a ratio of sizes would give 2.002, 4.012 and 8.024.
    assert [(v.width, v.height) for v in levels] == [(1003, 505), (501, 252), (250, 126), (125, 63)]
    assert [v.downsample_x for v in levels] == [v.downsample_y for v in levels] == [1, 2, 4, 8]
    assert source.description.format == ("BigTIFF" if bigtiff else "TIFF")
    for index in range(4):
        where = {"page": 0, "subifd": index - 1} if subifd else {"page": index}
        expected = pyvips.Image.tiffload(str(path), **where).numpy()
        assert (whole(source, index) == expected).all()
    source.close()


@pytest.mark.parametrize(
    ("steps", "reduction"),
    [
        ((1,), Reduction.MEAN),
        ((1, 2, 4), Reduction.MEAN),
        ((1, 4, 16), Reduction.UNKNOWN),
        ((1, 2, 8), Reduction.UNKNOWN),
        ((1, 3), Reduction.UNKNOWN),
    ],
)
def test_only_halvings_are_taken_for_means(
    tmp_path: Path, steps: tuple[int, ...], reduction: Reduction
) -> None:
    image = picture(960, 480)
    path = tmp_path / "a.tif"
    with tifffile.TiffWriter(path) as file:
        for step in steps:
            file.write(image[::step, ::step], tile=(64, 64), photometric="rgb")
    pyramid = opened(path).description.pyramid
    assert [level.downsample_x for level in pyramid.levels] == list(steps)
    assert pyramid.reduction is reduction


@pytest.mark.parametrize("compression", ["none", "deflate", "lzw", "packbits", "webp", "jpeg"])
def test_compressions(tmp_path: Path, compression: str, row_cache_bytes: int) -> None:
    path = saved(tmp_path, picture(300, 200), compression=compression)
    expected = pyvips.Image.tiffload(str(path)).numpy()
    source = opened(path, row_cache_bytes)
    assert (whole(source, 0) == expected).all()
    cached = compression == "jpeg" and row_cache_bytes > 0
    assert (source.cache_bytes > 0) is cached
    source.close()


@pytest.mark.parametrize("compression", ["none", "deflate", "lzw"])
@pytest.mark.parametrize("predictor", ["none", "horizontal"])
@pytest.mark.parametrize("dtype", ["uint8", "uint16", "float32"])
@pytest.mark.parametrize("bands", [1, 3, 4])
def test_samples(tmp_path: Path, compression: str, predictor: str, dtype: str, bands: int) -> None:
    image = picture(150, 140, bands, dtype)
    path = saved(tmp_path, image, compression=compression, predictor=predictor)
    source = opened(path)
    assert source.description.sample_type is SampleType(dtype)
    assert source.description.alpha is (bands == 4)
    assert (whole(source, 0) == pyvips.Image.tiffload(str(path)).numpy().reshape(image.shape)).all()
    source.close()


@pytest.mark.parametrize("order", ["<", ">"])
@pytest.mark.parametrize("planar", ["contig", "separate"])
@pytest.mark.parametrize("dtype", ["uint8", "uint16"])
@pytest.mark.parametrize("compression", [None, "zlib"])
def test_byte_orders_and_planes(
    tmp_path: Path,
    order: Literal["<", ">"],
    planar: str,
    dtype: str,
    compression: str | None,
) -> None:
    image = picture(150, 140, 3, dtype)
    path = tmp_path / "a.tif"
    stored = image if planar == "contig" else image.transpose(2, 0, 1)
    tifffile.imwrite(
        path, stored, tile=(64, 64), byteorder=order, planarconfig=planar, photometric="rgb",
        compression=compression, predictor=compression is not None,
    )  # fmt: skip
    source = opened(path)
    assert source.description.color_model is ColorModel.RGB
    assert (whole(source, 0) == image).all()
    source.close()


@pytest.mark.parametrize("premultiplied", [False, True])
def test_alpha_arrives_straight(tmp_path: Path, premultiplied: bool) -> None:
    image = picture(128, 128, 4)
    image[:, :, 3] = np.linspace(20, 255, 128).astype(np.uint8)
    stored = image.copy()
    if premultiplied:
        stored[:, :, :3] = (image[:, :, :3] * (image[:, :, 3:] / 255.0)).round()
    path = tmp_path / "a.tif"
    tifffile.imwrite(
        path, stored, tile=(64, 64), photometric="rgb",
        extrasamples=["assocalpha" if premultiplied else "unassalpha"],
    )  # fmt: skip
    got = whole(opened(path), 0).astype(int)
    assert (got[:, :, 3] == image[:, :, 3]).all()
    assert np.abs(got[:, 64:] - image[:, 64:]).max() <= (2 if premultiplied else 0)


def test_unspecified_extra_samples_are_no_alpha(tmp_path: Path) -> None:
    image = picture(128, 128, 4)
    path = tmp_path / "a.tif"
    tifffile.imwrite(path, image, tile=(64, 64), photometric="rgb", extrasamples=["unspecified"])
    source = opened(path)
    assert (source.description.bands, source.description.alpha) == (4, False)
    assert (whole(source, 0) == image).all()


def test_min_is_white(tmp_path: Path) -> None:
    image = picture(128, 128, 1)
    path = tmp_path / "a.tif"
    tifffile.imwrite(path, image, tile=(64, 64), photometric="miniswhite")
    assert (whole(opened(path), 0) == 255 - image).all()


def test_palette(tmp_path: Path) -> None:
    indices = picture(128, 128, 1) % 16
    palette = np.random.default_rng(3).integers(0, 256, (3, 256)).astype(np.uint16) * 257
    path = tmp_path / "a.tif"
    tifffile.imwrite(path, indices[:, :, 0], tile=(64, 64), photometric="palette", colormap=palette)
    source = opened(path)
    assert (source.description.color_model, source.description.bands) == (ColorModel.RGB, 3)
    assert (whole(source, 0) == (palette[:, indices[:, :, 0]].transpose(1, 2, 0) >> 8)).all()


def test_cmyk_is_shown_as_srgb(tmp_path: Path, row_cache_bytes: int) -> None:
    inks = np.zeros((128, 128, 4), np.uint8)
    inks[:, 64:, 1:3] = 255
    path = saved(tmp_path, inks, compression="lzw", interpretation="cmyk")
    source = opened(path, row_cache_bytes)
    assert (source.description.color_model, source.description.bands) == (ColorModel.RGB, 3)
    got = whole(source, 0)
    assert got[5, 5].min() > 250
    red, green, blue = got[5, 100].tolist()
    assert red > 180
    assert max(green, blue) < 80
    expected = pyvips.Image.tiffload(str(path)).colourspace("srgb").numpy()
    assert (got == expected).all()
    source.close()


@pytest.mark.parametrize("bits", [1, 2, 4])
def test_few_bits(tmp_path: Path, bits: int) -> None:
    image = (picture(128, 128, 1) >> 7) * np.uint8(255)
    path = saved(tmp_path, image, bitdepth=bits)
    assert (whole(opened(path), 0) == image).all()


def test_tiles_larger_than_the_image(tmp_path: Path) -> None:
    # What GDAL writes; libvips refuses: "tile size out of range".
    image = picture(100, 90)
    path = tmp_path / "a.tif"
    tifffile.imwrite(path, image, tile=(512, 512), photometric="rgb")
    source = opened(path)
    tile = source.read_tile(TileKey(0, 0, 0))
    assert tile is not None
    assert (tile.pixels == image).all()


@pytest.mark.parametrize(
    ("code", "name"),
    [
        (34676, r"SGI Log \(34676\)"),
        (12345, "number 12345"),
    ],
)
def test_what_libvips_would_show_black_is_refused_by_name(
    tmp_path: Path, code: int, name: str
) -> None:
    path = saved(tmp_path, picture(128, 128))
    place = tiff_entries(path)[259][3]
    overwrite(path, place + 8, code.to_bytes(2, "little"))
    with pytest.raises(UnsupportedImageError, match=f"^a.tif: TIFF compression {name} is not"):
        opened(path)


@pytest.mark.parametrize("compression", ["deflate", "lzw", "webp", "jpeg"])
def test_broken_data_is_an_error_of_that_tile(
    tmp_path: Path, compression: str, row_cache_bytes: int
) -> None:
    path = saved(tmp_path, picture(300, 200), compression=compression)
    overwrite(path, get_table(path, OFFSETS, 1), b"\0" * 200)
    source = opened(path, row_cache_bytes)
    with pytest.raises(TileError, match=r"a\.tif: level 0 tile 1,0: "):
        source.read_tile(TileKey(0, 1, 0))
    assert source.read_tile(TileKey(0, 0, 0)) is not None
    assert source.read_tile(TileKey(0, 1, 1)) is not None
    source.close()


@pytest.mark.parametrize("compression", ["jpeg", "webp"])
@pytest.mark.parametrize("turbo", [True, False])
def test_broken_data_is_an_error_each_time(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, compression: str, turbo: bool
) -> None:
    # libvips fails once, and from then on gives the black that it keeps in place of the tile.
    if not turbo:
        monkeypatch.setattr(jpeg, "_decoder", lambda: None)
    path = saved(tmp_path, picture(300, 200), compression=compression)
    overwrite(path, get_table(path, OFFSETS, 1), b"\0" * 200)
    source = opened(path)
    for _ in range(3):
        with pytest.raises(TileError, match=r"a\.tif: level 0 tile 1,0: "):
            source.read_tile(TileKey(0, 1, 0))
    source.close()


def test_broken_data_is_an_error_for_all_who_read_it_at_once(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(jpeg, "_decoder", lambda: None)
    path = saved(tmp_path, picture(300, 200), compression="jpeg")
    overwrite(path, get_table(path, OFFSETS, 1), b"\0" * 200)
    source = opened(path)

    def slow_to_fail(*rect: Any) -> Any:
        try:
            return fetch_rect(*rect)
        except VipsError:
            time.sleep(0.1)
            raise

    monkeypatch.setattr("glview.sources.tiff_region.fetch_rect", slow_to_fail)
    barrier = threading.Barrier(4, timeout=10)

    def read(_: int) -> str:
        barrier.wait()
        try:
            source.read_tile(TileKey(0, 1, 0))
        except TileError as error:
            return str(error)[:24]
        return "read"

    with ThreadPoolExecutor(4) as pool:
        told = list(pool.map(read, range(4)))
    source.close()
    assert told == ["a.tif: level 0 tile 1,0:"] * 4


def test_what_is_broken_in_a_file_does_not_heal(tmp_path: Path) -> None:
    path = saved(tmp_path, picture(300, 200), compression="deflate")
    overwrite(path, get_table(path, OFFSETS, 1), b"\0" * 200)
    with pytest.raises(TileError, match="tile 1,0: ") as caught:
        opened(path).read_tile(TileKey(0, 1, 0))
    assert not caught.value.may_heal


def test_a_drive_that_does_not_answer_may_heal(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    source = opened(saved(tmp_path, picture(300, 200), compression="deflate"))

    def read_at(*_: object) -> bytes:
        raise OSError(errno.EIO, "Input/output error")

    monkeypatch.setattr(tiff, "read_at", read_at)
    with pytest.raises(TileError, match="level 0 tile 1,0: Input/output error") as caught:
        source.read_tile(TileKey(0, 1, 0))
    assert caught.value.may_heal


def test_a_deflate_checksum_counts(tmp_path: Path) -> None:
    # libtiff reads past a wrong checksum: the pixels may be anything.
    path = saved(tmp_path, picture(128, 128), compression="deflate")
    end = get_table(path, OFFSETS, 0) + get_table(path, COUNTS, 0)
    overwrite(path, end - 4, b"\x01\x02\x03\x04")
    with pytest.raises(TileError, match="incorrect data check"):
        opened(path).read_tile(TileKey(0, 0, 0))


def test_a_deflate_bomb_is_not_inflated(tmp_path: Path) -> None:
    path = saved(tmp_path, picture(128, 128), compression="deflate", predictor="none")
    bomb = zlib.compress(b"\x07" * (64 << 20), 9)
    place = path.stat().st_size
    path.write_bytes(path.read_bytes() + bomb)
    set_table(path, OFFSETS, 0, place)
    set_table(path, COUNTS, 0, len(bomb))
    source = opened(path)
    tracemalloc.start()
    with pytest.raises(TileError, match="broken deflate data: it has no end"):
        source.read_tile(TileKey(0, 0, 0))
    most = tracemalloc.get_traced_memory()[1]
    tracemalloc.stop()
    assert most < 1 << 20


@pytest.mark.parametrize(
    ("offset", "count"), [(4_000_000_000, 100), (8, 0), (0, 100), (100, 4_000_000_000)]
)
def test_tables_that_point_nowhere(
    tmp_path: Path, offset: int, count: int, row_cache_bytes: int
) -> None:
    path = saved(tmp_path, picture(700, 500), compression="jpeg")
    index = 7
    set_table(path, OFFSETS, index, offset)
    table = tiff_entries(path)[COUNTS]
    if table[0] == 3:
        count = min(count, 65535)
        if offset + count <= path.stat().st_size and count:
            offset = path.stat().st_size - 5
            set_table(path, OFFSETS, index, offset)
    set_table(path, COUNTS, index, count)
    source = opened(path, row_cache_bytes)
    with pytest.raises(TileError, match=f"tile 1,1: {count} bytes at {offset} of a file of"):
        source.read_tile(TileKey(0, 1, 1))
    source.close()


def test_a_tile_of_more_bytes_than_one_can_have_is_not_read(tmp_path: Path) -> None:
    path = tmp_path / "a.tif"
    image = np.zeros((64, 64), np.uint8)
    tifffile.imwrite(path, image, tile=(64, 64), compression="zlib", metadata=None)
    overwrite(path, tiff_entries(path)[COUNTS][3] + 2, struct.pack("<HII", 4, 1, 150 << 20))
    # A hole in the file, which takes no room on the disk.
    os.truncate(path, 200 << 20)
    source = opened(path)
    tracemalloc.start()
    with pytest.raises(TileError, match="tile 0,0: 157286400 bytes in one tile"):
        source.read_tile(TileKey(0, 0, 0))
    most = tracemalloc.get_traced_memory()[1]
    tracemalloc.stop()
    assert most < 1 << 20
    source.close()


@pytest.mark.parametrize("compression", ["jpeg", "lzw"])
def test_absent_tiles(tmp_path: Path, compression: str) -> None:
    path = saved(tmp_path, picture(300, 200), compression=compression)
    assert not opened(path).description.sparse
    set_table(path, OFFSETS, 2, 0)
    set_table(path, COUNTS, 2, 0)
    source = opened(path)
    assert source.description.sparse
    assert source.read_tile(TileKey(0, 2, 0)) is None
    assert source.read_tile(TileKey(0, 1, 0)) is not None


@pytest.mark.parametrize("tag", [256, 257])
def test_a_forged_size_is_refused(tmp_path: Path, tag: int) -> None:
    path = saved(tmp_path, picture(300, 200))
    overwrite(path, tiff_entries(path)[tag][3] + 8, (60_000).to_bytes(2, "little"))
    with pytest.raises(ImageError, match=r"a\.tif: .* pixels without a table of [0-9]+ tiles"):
        opened(path)


@pytest.mark.parametrize("tag", [OFFSETS, COUNTS])
def test_a_table_of_signed_bytes_is_refused_by_the_files_name(tmp_path: Path, tag: int) -> None:
    path = saved(tmp_path, picture(300, 200))
    overwrite(path, tiff_entries(path)[tag][3] + 2, (6).to_bytes(2, "little"))
    with pytest.raises(ImageError, match=r"^a\.tif: a table of tiles of type 6$"):
        opened(path)


def test_a_truncated_file_shows_what_is_left(tmp_path: Path) -> None:
    image = picture(300, 200)
    path = tmp_path / "a.tif"
    tifffile.imwrite(path, image, tile=(64, 64), photometric="rgb", compression="zlib")
    with path.open("r+b") as file:
        file.truncate(path.stat().st_size * 2 // 3)
    source = opened(path)
    level = source.description.pyramid.levels[0]
    good = bad = 0
    for row in range(level.rows):
        for column in range(level.columns):
            try:
                source.read_tile(TileKey(0, column, row))
                good += 1
            except TileError:
                bad += 1
    assert good >= 8
    assert bad >= 4


@pytest.mark.usefixtures("libvips_alone")
def test_wide_levels_are_read_without_libvips_row_cache(tmp_path: Path) -> None:
    path = saved(tmp_path, picture(2048, 256), compression="jpeg", pyramid=True)
    # A row of tiles at full resolution: 2048 * 128 * 3 = 786,432 bytes, two rows in all.
    source = opened(path, row_cache_bytes=1 << 20)
    assert 0 < source.cache_bytes <= 1 << 20
    assert (whole(source, 0) == pyvips.Image.tiffload(str(path)).numpy()).all()
    source.close()


@pytest.mark.usefixtures("libvips_alone")
def test_a_lower_limit_lets_row_caches_go_finest_level_first(tmp_path: Path) -> None:
    path = saved(tmp_path, picture(2048, 512), compression="jpeg", pyramid=True)
    source = opened(path)
    expected = whole(source, 0)
    before = source.cache_bytes
    assert source.most_cached_bytes == before > 2048 * 512 * 3
    source.limit_cache(before)
    assert source.cache_bytes == before
    source.limit_cache(1 << 20)
    assert 0 < source.cache_bytes <= 1 << 20
    assert (whole(source, 0) == expected).all()
    source.limit_cache(0)
    assert source.cache_bytes == 0
    source.close()


@pytest.mark.usefixtures("libvips_alone")
def test_a_raised_limit_brings_row_caches_back(tmp_path: Path) -> None:
    """Else a file that was reloaded once would be read at half the speed for good."""
    path = saved(tmp_path, picture(2048, 512), compression="jpeg", pyramid=True)
    source = opened(path)
    expected = whole(source, 0)
    before = source.cache_bytes
    source.limit_cache(0)
    assert source._regions.get(0) is None
    source.limit_cache(before)
    assert source.cache_bytes == before
    assert source._regions.get(0) is not None
    assert (whole(source, 0) == expected).all()
    source.close()
    assert source._regions.get(0) is None


@pytest.mark.usefixtures("libvips_alone")
def test_a_file_that_took_its_place_is_not_read_for_it(tmp_path: Path) -> None:
    path = saved(tmp_path, picture(2048, 512), compression="jpeg", pyramid=True)
    expected = pyvips.Image.tiffload(str(path)).numpy()
    source = opened(path)
    other = tmp_path / "other"
    other.mkdir()
    saved(other, 255 - picture(2048, 512), compression="jpeg", pyramid=True).replace(path)
    assert (whole(source, 0) == expected).all()
    assert source.cache_bytes < 2048 * 512 * 3  # none for that level
    source.close()


@pytest.mark.parametrize("compression", ["jpeg", "lzw"])
def test_libvips_keeps_nothing_that_glview_has_done_with(
    tmp_path: Path, compression: str, row_cache_bytes: int
) -> None:
    """Its operation cache would hold on to the last 100 tiles, and to the rows of closed files."""
    path = saved(tmp_path, picture(2048, 512), compression=compression, pyramid=True)
    before = libvips_bytes()
    source = opened(path, row_cache_bytes)
    whole(source, 0)
    assert libvips_bytes() <= before + source.cache_bytes
    source.limit_cache(0)
    assert libvips_bytes() <= before
    source.close()


def test_many_threads_read_the_same(tmp_path: Path) -> None:
    path = saved(tmp_path, picture(700, 500), compression="jpeg", pyramid=True)
    expected = pyvips.Image.tiffload(str(path)).numpy()
    source = opened(path)
    keys = [TileKey(0, column, row) for row in range(4) for column in range(6)] * 4
    barrier = threading.Barrier(4, timeout=10)

    def read(part: int) -> None:
        barrier.wait()
        for column, row in ((key.column, key.row) for key in keys[part::4]):
            tile = source.read_tile(TileKey(0, column, row))
            assert tile is not None
            x, y = column * 128, row * 128
            assert (tile.pixels == expected[y : y + 128, x : x + 128]).all()

    with ThreadPoolExecutor(4) as pool:
        list(pool.map(read, range(4)))
    source.close()


def test_close_frees_the_descriptor_once(tmp_path: Path) -> None:
    path = saved(tmp_path, picture(128, 128), compression="jpeg")
    before = len(open_descriptors())
    source = opened(path)
    source.read_tile(TileKey(0, 0, 0))
    source.close()
    source.close()
    del source
    assert len(open_descriptors()) <= before


@pytest.mark.parametrize("photometric", [RGB, YCBCR, BLACK_IS_ZERO])
@pytest.mark.parametrize("tables", [True, False])
def test_jpeg_tiles_are_what_libvips_makes_of_them(
    tmp_path: Path, photometric: int, tables: bool, monkeypatch: pytest.MonkeyPatch
) -> None:
    """With tables apart, as libtiff writes them, or whole JPEGs, whose own word of their colours
    does not count.
    """
    image = picture(300, 200, 1 if photometric == BLACK_IS_ZERO else 3)
    if tables:
        quality = 90 if photometric == RGB else 75  # libvips takes RGB from 90 on
        path = saved(tmp_path, image, compression="jpeg", Q=quality)
    else:
        path = saved(tmp_path, image)
        set_table(path, COMPRESSION, 0, 7)
        set_table(path, PHOTOMETRIC, 0, photometric)
        for index in range(6):
            x, y = index % 3 * 128, index // 3 * 128
            part = vips(image[y : y + 128, x : x + 128]).embed(0, 0, 128, 128, extend="copy")
            data = part.jpegsave_buffer(Q=80)
            overwrite(path, get_table(path, OFFSETS, index), data)
            set_table(path, COUNTS, index, len(data))
    assert tiff_entries(path)[PHOTOMETRIC][2] == photometric
    direct = opened(path)
    assert direct._decoders[0].direct is jpeg.available()
    assert (direct.cache_bytes == 0) is jpeg.available()
    with monkeypatch.context() as patch:
        patch.setattr(jpeg, "_decoder", lambda: None)
        for row_cache_bytes in (0, 64 << 20):
            source = opened(path, row_cache_bytes)
            assert (whole(source, 0) == whole(direct, 0)).all()
            source.close()
    edge = direct.read_tile(TileKey(0, 2, 1))
    assert edge is not None
    assert (edge.texels is not None) is (jpeg.available() and photometric != BLACK_IS_ZERO)
    if edge.texels is not None:
        assert (edge.texels[..., :3] == edge.pixels).all()
    direct.close()


@pytest.mark.parametrize("extra", ["unassalpha", "unspecified"])
def test_jpeg_tiles_of_two_samples_are_what_tifffile_makes_of_them(
    tmp_path: Path, extra: str
) -> None:
    path = tmp_path / "a.tif"
    tifffile.imwrite(
        path, picture(70, 50, 2), compression="jpeg", photometric="minisblack",
        extrasamples=[extra], planarconfig="contig", tile=(32, 48),
    )  # fmt: skip
    source = opened(path)
    assert source.description.alpha is (extra == "unassalpha")
    np.testing.assert_array_equal(whole(source, 0), tifffile.imread(path))
    source.close()
