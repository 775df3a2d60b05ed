import os
import shutil
from pathlib import Path

import numpy as np
import pytest
import pyvips

from glview.errors import ImageError, TileError
from glview.image import ColorModel, Margin, SampleType
from glview.pyramid import TileKey
from glview.sources.deepzoom import DeepZoomSource
from tests.nobody import as_nobody
from tests.unit.sources.build import inner, libvips_bytes, picture, vips, whole


def saved(folder: Path, image: np.ndarray, suffix: str = ".png", **options: int) -> Path:
    """A DeepZoom pyramid, as its .dzi."""
    vips(image).dzsave(str(folder / "a"), suffix=suffix, **options)
    return folder / "a.dzi"


def opened(path: Path) -> DeepZoomSource:
    return DeepZoomSource(str(path), path.read_bytes())


def tile_file(path: Path, level: int, column: int, row: int, extension: str = "png") -> Path:
    return path.with_name(path.stem + "_files") / str(level) / f"{column}_{row}.{extension}"


@pytest.mark.parametrize("overlap", [0, 1, 2])
def test_every_level_is_what_was_saved(tmp_path: Path, overlap: int) -> None:
    image = picture(403, 300)
    path = saved(tmp_path, image, tile_size=128, overlap=overlap)
    source = opened(path)
    levels = source.description.pyramid.levels
    assert [(v.width, v.height) for v in levels[:4]] == [
        (403, 300),
        (202, 150),
        (101, 75),
        (51, 38),
    ]
    assert [v.downsample_x for v in levels] == [2.0**k for k in range(10)]
    assert {v.offset_x for v in levels} == {0.0}
    assert (whole(source, 0) == image).all()
    half = whole(source, 1).astype(int)
    even = image[:300, :402].astype(int)
    mean = (even[0::2, 0::2] + even[0::2, 1::2] + even[1::2, 0::2] + even[1::2, 1::2]) / 4
    assert np.abs(half[:, :201] - mean).max() <= 1


@pytest.mark.parametrize("overlap", [0, 1, 2])
def test_margins_hold_true_neighbours(tmp_path: Path, overlap: int) -> None:
    image = picture(403, 300)
    source = opened(saved(tmp_path, image, tile_size=128, overlap=overlap))
    o = overlap
    first = source.read_tile(TileKey(0, 0, 0))
    middle = source.read_tile(TileKey(0, 2, 1))
    last = source.read_tile(TileKey(0, 3, 2))
    assert first is not None
    assert middle is not None
    assert last is not None
    assert first.margin == Margin(0, 0, o, o)
    assert middle.margin == Margin(o, o, o, o)
    assert last.margin == Margin(o, o, 0, 0)
    assert (middle.pixels == image[128 - o : 256 + o, 256 - o : 384 + o]).all()
    assert (inner(last) == image[256:300, 384:403]).all()


@pytest.mark.parametrize("suffix", [".jpg[Q=90]", ".jpeg[Q=90]", ".webp[lossless=1]", ".png"])
def test_formats_equal_what_pyvips_decodes(tmp_path: Path, suffix: str) -> None:
    path = saved(tmp_path, picture(200, 150), suffix, tile_size=128, overlap=1)
    source = opened(path)
    extension = suffix.partition("[")[0][1:]
    tile = source.read_tile(TileKey(0, 1, 0))
    assert tile is not None
    expected = pyvips.Image.new_from_file(str(tile_file(path, 8, 1, 0, extension))).numpy()
    assert (tile.pixels == expected).all()
    assert source.description.format == "DeepZoom"


@pytest.mark.parametrize(
    ("bands", "dtype", "colour", "count", "alpha"),
    [
        (1, "uint8", ColorModel.GREY, 1, False),
        (2, "uint8", ColorModel.GREY, 1, True),
        (3, "uint8", ColorModel.RGB, 3, False),
        (4, "uint8", ColorModel.RGB, 3, True),
        (3, "uint16", ColorModel.RGB, 3, False),
    ],
)
def test_bands_and_sample_types(
    tmp_path: Path, bands: int, dtype: str, colour: ColorModel, count: int, alpha: bool
) -> None:
    image = picture(150, 140, bands, dtype)
    # One level: means of transparent pixels are not the format's business here.
    source = opened(saved(tmp_path, image, tile_size=256, overlap=0))
    got = source.description
    assert (got.color_model, got.bands, got.alpha) == (colour, count, alpha)
    assert got.sample_type is SampleType(dtype)
    assert (whole(source, 0) == image).all()


def test_tile_files_are_column_row(tmp_path: Path) -> None:
    image = picture(400, 100)
    path = saved(tmp_path, image, tile_size=128, overlap=0)
    tile = opened(path).read_tile(TileKey(0, 2, 0))
    assert tile is not None
    assert (tile.pixels == image[:, 256:384]).all()
    tile_file(path, 9, 2, 0).unlink()
    with pytest.raises(TileError, match=r"2_0\.png: missing"):
        opened(path).read_tile(TileKey(0, 2, 0))


def test_levels_missing_at_the_bottom(tmp_path: Path) -> None:
    image = picture(403, 300)
    path = saved(tmp_path, image, tile_size=128, overlap=1)
    for level in range(8):
        shutil.rmtree(tile_file(path, level, 0, 0).parent)
    source = opened(path)
    assert [v.downsample_x for v in source.description.pyramid.levels] == [1.0, 2.0]
    assert (whole(source, 0) == image).all()


def test_levels_missing_at_the_top(tmp_path: Path) -> None:
    path = saved(tmp_path, picture(403, 300), tile_size=128, overlap=1)
    expected = whole(opened(path), 1)
    shutil.rmtree(tile_file(path, 9, 0, 0).parent)
    source = opened(path)
    pyramid = source.description.pyramid
    assert (pyramid.width, pyramid.height) == (403, 300)
    assert (pyramid.levels[0].width, pyramid.levels[0].downsample_x) == (202, 2.0)
    assert (whole(source, 0) == expected).all()


def test_an_empty_level_folder_is_a_missing_level(tmp_path: Path) -> None:
    path = saved(tmp_path, picture(403, 300), tile_size=128, overlap=1)
    for file in tile_file(path, 9, 0, 0).parent.iterdir():
        file.unlink()
    assert opened(path).description.pyramid.levels[0].downsample_x == 2.0


def test_levels_counted_from_the_full_resolution_down(tmp_path: Path) -> None:
    image = picture(403, 300)
    path = saved(tmp_path, image, tile_size=64, overlap=0)
    files = tile_file(path, 0, 0, 0).parent.parent
    for level in range(8):
        shutil.rmtree(files / str(level))
    (files / "8").rename(files / "0")
    (files / "9").rename(files / "1")
    source = opened(path)
    assert [v.downsample_x for v in source.description.pyramid.levels] == [1.0, 2.0]
    assert (whole(source, 0) == image).all()


def test_sparse_tiles(tmp_path: Path) -> None:
    path = saved(tmp_path, picture(400, 400), tile_size=128, overlap=0)
    rects = (
        '<DisplayRects><DisplayRect MinLevel="9" MaxLevel="9">'
        '<Rect X="0" Y="0" Width="130" Height="128"/></DisplayRect></DisplayRects></Image>'
    )
    path.write_text(path.read_text().replace("</Image>", rects))
    for column, row in ((1, 0), (2, 0), (0, 1)):
        tile_file(path, 9, column, row).unlink()
    source = opened(path)
    assert source.description.sparse
    assert source.read_tile(TileKey(0, 0, 0)) is not None
    assert source.read_tile(TileKey(0, 2, 0)) is None
    assert source.read_tile(TileKey(0, 0, 1)) is None
    with pytest.raises(TileError, match=r"1_0\.png: missing"):
        source.read_tile(TileKey(0, 1, 0))


@pytest.mark.parametrize(
    ("content", "fault"),
    [
        (b"", "empty file"),
        (b"no image", "not an image"),
        (vips(picture(128, 128)).pngsave_buffer()[:-900], ""),
        (vips(picture(127, 128)).pngsave_buffer(), "is 127x128 pixels where 128x128 belong"),
        (vips(picture(128, 128, 3, "uint16")).pngsave_buffer(), "uint16 where 3 of uint8"),
        (vips(picture(128, 128, 4)).pngsave_buffer(), "transparent tile"),
        (vips(picture(128, 128)).jpegsave_buffer()[:1500], ""),
    ],
)
def test_a_bad_tile_is_an_error_that_names_it(tmp_path: Path, content: bytes, fault: str) -> None:
    path = saved(tmp_path, picture(400, 300), tile_size=128, overlap=0)
    tile_file(path, 9, 1, 1).write_bytes(content)
    source = opened(path)
    with pytest.raises(TileError, match=rf"9/1_1\.png: .*{fault}"):
        source.read_tile(TileKey(0, 1, 1))
    assert source.read_tile(TileKey(0, 0, 1)) is not None


def test_a_tile_that_is_a_fifo_or_a_folder_is_an_error_not_a_hang(tmp_path: Path) -> None:
    path = saved(tmp_path, picture(400, 300), tile_size=128, overlap=0)
    tile_file(path, 9, 1, 1).unlink()
    os.mkfifo(tile_file(path, 9, 1, 1))
    tile_file(path, 9, 0, 1).unlink()
    tile_file(path, 9, 0, 1).mkdir()
    source = opened(path)
    for column in (0, 1):
        with pytest.raises(TileError):
            source.read_tile(TileKey(0, column, 1))


def fault_of_tile(path: Path) -> TileError:
    """What reading tile 1,1 of the full resolution says."""
    with pytest.raises(TileError, match="1_1") as caught:
        opened(path).read_tile(TileKey(0, 1, 1))
    return caught.value


def test_a_missing_tile_may_be_written_yet(tmp_path: Path) -> None:
    path = saved(tmp_path, picture(400, 300), tile_size=128, overlap=0)
    tile_file(path, 9, 1, 1).unlink()
    assert fault_of_tile(path).may_heal


@pytest.mark.parametrize("content", [b"", b"no image"])
def test_a_broken_tile_does_not_heal(tmp_path: Path, content: bytes) -> None:
    path = saved(tmp_path, picture(400, 300), tile_size=128, overlap=0)
    tile_file(path, 9, 1, 1).write_bytes(content)
    assert not fault_of_tile(path).may_heal


def test_a_tile_that_is_no_file_does_not_heal(tmp_path: Path) -> None:
    path = saved(tmp_path, picture(400, 300), tile_size=128, overlap=0)
    tile_file(path, 9, 1, 1).unlink()
    tile_file(path, 9, 1, 1).mkdir()
    assert not fault_of_tile(path).may_heal


def test_a_tile_that_may_not_be_read_does_not_heal(tmp_path: Path) -> None:
    path = saved(tmp_path, picture(400, 300), tile_size=128, overlap=0)
    source = opened(path)
    tile_file(path, 9, 1, 1).chmod(0)
    with as_nobody(), pytest.raises(TileError, match=r"1_1\.png: Permission denied") as caught:
        source.read_tile(TileKey(0, 1, 1))
    assert not caught.value.may_heal


def test_grey_tiles_among_coloured_ones(tmp_path: Path) -> None:
    image = picture(400, 300)
    path = saved(tmp_path, image, tile_size=128, overlap=0)
    grey = picture(128, 128, 1)
    vips(grey).pngsave(str(tile_file(path, 9, 0, 0)))
    tile = opened(path).read_tile(TileKey(0, 0, 0))
    assert tile is not None
    assert (tile.pixels == np.repeat(grey, 3, axis=2)).all()


def test_opaque_tiles_saved_without_alpha(tmp_path: Path) -> None:
    path = saved(tmp_path, picture(400, 300, 4), tile_size=128, overlap=0)
    vips(picture(128, 128, 3)).pngsave(str(tile_file(path, 9, 0, 0)))
    source = opened(path)
    assert source.description.alpha
    tile = source.read_tile(TileKey(0, 0, 0))
    assert tile is not None
    assert tile.pixels.shape == (128, 128, 4)
    assert (tile.pixels[:, :, 3] == 255).all()


def test_the_extension_of_the_files_wins(tmp_path: Path) -> None:
    path = saved(tmp_path, picture(200, 100), ".jpeg")
    path.write_text(path.read_text().replace('"jpeg"', '"jpg"'))
    assert opened(path).read_tile(TileKey(0, 0, 0)) is not None


def test_without_tiles_it_is_an_image_error(tmp_path: Path) -> None:
    path = saved(tmp_path, picture(200, 100))
    files = tmp_path / "a_files"
    shutil.rmtree(files)
    with pytest.raises(ImageError, match=r"a.dzi: no tile folder .*a_files"):
        opened(path)
    files.mkdir()
    with pytest.raises(ImageError, match="no tiles in"):
        opened(path)


def test_huge_tiles_are_refused_before_decoding(tmp_path: Path) -> None:
    path = saved(tmp_path, picture(300, 200))
    text = path.read_text().replace('"300"', '"300000"').replace('"200"', '"300000"')
    path.write_text(text.replace('"254"', '"200000"'))
    tile_file(path, 19, 0, 0).parent.mkdir()
    tile_file(path, 19, 0, 0).write_bytes(b"small")
    with pytest.raises(ImageError, match="tiles of 200000 pixels need more than 64 MiB"):
        opened(path)


@pytest.mark.usefixtures("libvips_alone")
def test_libvips_keeps_no_decoded_tiles(tmp_path: Path) -> None:
    """Its operation cache would hold on to those of the last 25 files."""
    source = opened(saved(tmp_path, picture(1500, 1000), suffix=".jpg", tile_size=254, overlap=1))
    before = libvips_bytes()
    whole(source, 0)
    assert libvips_bytes() <= before
