import os
import subprocess
import sys
import threading
from itertools import pairwise
from pathlib import Path
from typing import Any

import numpy as np
import pytest
import pyvips

from glview.errors import ImageError, UnsupportedImageError
from glview.pyramid import TileKey
from glview.sources.opening import open_image
from glview.sources.presented import presented
from glview.sources.synthetic import KeyedSource, SyntheticOptions
from tests.nobody import as_nobody
from tests.unit.sources.build import open_descriptors, picture, set_table, vips, whole

IMAGE = picture(300, 200)


def png(path: Path) -> Path:
    vips(IMAGE).pngsave(str(path))
    return path


def dzi(folder: Path) -> Path:
    vips(IMAGE).dzsave(str(folder / "a"), suffix=".png")
    return folder / "a.dzi"


def test_paths_of_every_type(tmp_path: Path) -> None:
    path = png(tmp_path / "a.png")
    for what in (path, str(path), os.fsencode(path)):
        source = open_image(what)
        assert source.description.name == str(path)
        assert (whole(source, 0) == IMAGE).all()


@pytest.mark.parametrize("name", ["a.tif", "a.jpg", "noextension", "a.dzi"])
def test_content_decides_not_the_name(tmp_path: Path, name: str) -> None:
    assert open_image(png(tmp_path / "x.png").rename(tmp_path / name)).description.format == "PNG"


def test_deepzoom_by_any_name(tmp_path: Path) -> None:
    folder = tmp_path / "v1.2"
    folder.mkdir()
    path = dzi(folder)
    for name in ("a.xml", "a.txt", "a"):
        path = path.rename(folder / name)
        assert open_image(path).description.format == "DeepZoom"
        assert (whole(open_image(path), 0) == IMAGE).all()


def test_a_tiff_named_svs(tmp_path: Path) -> None:
    path = tmp_path / "a.svs"
    vips(IMAGE).tiffsave(str(tmp_path / "a.tif"), tile=True, pyramid=True)
    (tmp_path / "a.tif").rename(path)
    assert open_image(path).description.format == "TIFF"


@pytest.mark.parametrize(
    "name",
    [
        b"a[page=7].png",
        b"a[1].png",
        b"a [x",
        "ä €.png".encode(),
        b"\xff\xfe\xe9.png",
        b"-rf",
        b"a%s.png",
    ],
)
@pytest.mark.parametrize("kind", ["png", "tif", "dzi"])
def test_names_of_every_sort(tmp_path: Path, name: bytes, kind: str) -> None:
    folder = tmp_path / os.fsdecode(name + b"d")
    folder.mkdir()
    target = folder / os.fsdecode(name)
    if kind == "png":
        png(tmp_path / "x.png").rename(target)
    elif kind == "tif":
        plain = tmp_path / "x.tif"
        vips(IMAGE).tiffsave(str(plain), tile=True, pyramid=True, compression="jpeg", Q=100)
        plain.rename(target)
    else:
        path = dzi(tmp_path)
        target = folder / (target.name.replace(".", "_") + ".dzi")
        path.rename(target)
        (tmp_path / "a_files").rename(folder / f"{target.stem}_files")
    source = open_image(os.fsencode(target))
    assert np.abs(whole(source, 0).astype(int) - IMAGE).mean() < 3
    source.description.name.encode()
    source.close()


@pytest.mark.parametrize("budget", [None, 64 << 20])
def test_arrays_images_and_sources(budget: int | None) -> None:
    options: dict[str, Any] = {} if budget is None else {"budget_bytes": budget}
    assert (whole(open_image(IMAGE, **options), 0) == IMAGE).all()
    assert (whole(open_image(vips(IMAGE), **options), 0) == IMAGE).all()
    keyed = KeyedSource(3000, 2000)
    assert open_image(keyed, **options) is keyed
    with pytest.raises(UnsupportedImageError, match="dict"):
        open_image({})


@pytest.mark.parametrize("size", [(5000, 3000), (100, 90), (1, 1), (1, 3000), (5000, 2)])
@pytest.mark.parametrize("tile", [16, 254, 1024])
def test_what_the_renderer_relies_on(size: tuple[int, int], tile: int) -> None:
    source = presented(KeyedSource(*size, SyntheticOptions(tile, tile, overlap=1)))
    levels = source.description.pyramid.levels
    assert all(b.downsample <= 3 * a.downsample for a, b in pairwise(levels))
    assert max(levels[-1].width, levels[-1].height) <= 8
    sizes = {(level.tile_width, level.tile_height) for level in levels}
    assert len(sizes) == 1
    assert 128 <= min(sizes.pop()) <= 512


@pytest.mark.parametrize("tile", [32, 2048])
def test_a_tiff_of_any_tile_size_comes_in_usual_tiles(tmp_path: Path, tile: int) -> None:
    image = picture(2500, 1100)
    path = tmp_path / "a.tif"
    vips(image).tiffsave(str(path), tile=True, tile_width=tile, tile_height=tile)
    source = presented(open_image(path))
    levels = source.description.pyramid.levels
    assert {level.tile_width for level in levels} == {256}
    assert [level.downsample_x for level in levels] == [2**k for k in range(10)]
    assert (whole(source, 0) == image).all()
    source.close()


def test_absent_tiles_in_a_group_are_transparent(tmp_path: Path) -> None:
    path = tmp_path / "a.tif"
    vips(IMAGE).tiffsave(str(path), tile=True, tile_width=64, tile_height=64)
    for table in (324, 325):
        set_table(path, table, 1, 0)
    source = presented(open_image(path))
    assert source.description.alpha
    tile = source.read_tile(TileKey(0, 0, 0))
    assert tile is not None
    assert (tile.pixels[:64, 64:128, 3] == 0).all()
    assert (tile.pixels[:64, :64, 3] == 255).all()
    assert (tile.pixels[:64, :64, :3] == IMAGE[:64, :64]).all()
    source.close()


def test_the_description_tells_the_files_own_tiles_and_levels(tmp_path: Path) -> None:
    path = tmp_path / "a.tif"
    vips(IMAGE).tiffsave(str(path), tile=True, tile_width=64, tile_height=64)
    for table in (324, 325):
        set_table(path, table, 1, 0)
    source = open_image(path)
    (level,) = source.description.pyramid.levels
    assert (level.tile_width, level.tile_height) == (64, 64)
    assert source.description.sparse
    assert not source.description.alpha
    assert source.read_tile(TileKey(0, 1, 0)) is None
    source.close()


def test_a_tiff_of_huge_tiles_is_read_whole_if_it_fits(tmp_path: Path) -> None:
    path = tmp_path / "a.tif"
    image = np.zeros((4800, 4800, 3), np.uint8)
    vips(image).tiffsave(
        str(path), tile=True, tile_width=4800, tile_height=4800, compression="deflate"
    )
    with pytest.raises(ImageError, match="needs 88 MiB in memory"):
        open_image(path, budget_bytes=64 << 20)
    assert open_image(path).description.pyramid.levels[0].tile_width == 256


def test_what_is_no_file(tmp_path: Path) -> None:
    empty = tmp_path / "empty.dzi"
    empty.touch()
    fifo = tmp_path / "fifo.png"
    os.mkfifo(fifo)
    faults = {
        tmp_path: "is a folder: name an image in it (`glview FOLDER` shows them all)",
        tmp_path / "none.dzi": "no such file",
        empty: "is empty",
        fifo: "is not a regular file",
        Path("/dev/null"): "is not a regular file",
        png(tmp_path / "a.png") / "b": "not a directory",
    }
    for path, fault in faults.items():
        with pytest.raises(ImageError) as caught:
            open_image(path)
        assert str(caught.value) == f"{path}: {fault}"
    with pytest.raises(ImageError, match="null"):
        open_image("a\0b")


def test_what_may_not_be_read(tmp_path: Path) -> None:
    path = png(tmp_path / "a.png")
    path.chmod(0)
    with as_nobody(), pytest.raises(ImageError, match="may not be read"):
        open_image(path)


@pytest.mark.parametrize(
    ("head", "fault"),
    [
        (b"\x00\x00\x00\x0cjP  \r\n\x87\n", "JPEG 2000 is not supported"),
        (b"BM\x36\0\0\0\0\0\0\0", "BMP is not supported"),
        (b"<svg/>", "SVG is not supported"),
        (b"hello", "not a known kind of image"),
        (b"II*\0\xff\xff\xff\x7f", "broken TIFF: directory at"),
        (b"<Image", "broken XML"),
    ],
)
def test_what_is_no_image_glview_knows(tmp_path: Path, head: bytes, fault: str) -> None:
    path = tmp_path / "a.img"
    path.write_bytes(head)
    with pytest.raises(ImageError, match=f"a.img: .*{fault}"):
        open_image(path)


def test_failing_to_open_leaves_no_descriptor_open(tmp_path: Path) -> None:
    path = tmp_path / "a.tif"
    vips(IMAGE).tiffsave(str(path), tile=True, pyramid=True)
    data = bytearray(path.read_bytes())
    bad = tmp_path / "bad.png"
    bad.write_bytes(b"\x89PNG\r\n\x1a\nxxxx")
    before = open_descriptors()
    for cut in (9, 30, 4000):
        path.write_bytes(data[:cut])
        for file in (path, bad):
            with pytest.raises(ImageError):
                open_image(file)
    assert open_descriptors() == before


def test_closing_frees_descriptors_and_threads(tmp_path: Path) -> None:
    path = tmp_path / "a.tif"
    vips(IMAGE).tiffsave(str(path), tile=True, tile_width=64, tile_height=64, pyramid=True)
    before = len(open_descriptors())
    threads = threading.active_count()
    source = open_image(path)
    source.read_tile(TileKey(0, 0, 0))
    source.close()
    source.close()
    assert len(open_descriptors()) == before
    assert threading.active_count() == threads


def test_nothing_reaches_stderr_and_libvips_stays_as_it_was(tmp_path: Path) -> None:
    image = vips(picture(600, 400))
    image.jpegsave(str(tmp_path / "cut.jpg"))
    image.pngsave(str(tmp_path / "cut.png"))
    image.tiffsave(str(tmp_path / "cut.tif"), compression="lzw")
    image.tiffsave(str(tmp_path / "cut_tiled.tif"), tile=True, pyramid=True, compression="lzw")
    for path in tmp_path.iterdir():
        path.write_bytes(path.read_bytes()[: path.stat().st_size // 2])
    script = """
import sys, pyvips
from pyvips import vips_lib as lib
before = (lib.vips_cache_get_max(), lib.vips_cache_get_max_mem(), lib.vips_concurrency_get())
import logging
logging.getLogger("glview").addHandler(logging.NullHandler())
from glview.errors import GlviewError
from glview.pyramid import TileKey
from glview.sources.opening import open_image
for path in sys.argv[1:]:
    try:
        source = open_image(path)
        for row in range(2):
            try:
                source.read_tile(TileKey(0, 0, row))
            except GlviewError:
                pass
        source.close()
    except GlviewError:
        pass
assert before == (
    lib.vips_cache_get_max(), lib.vips_cache_get_max_mem(), lib.vips_concurrency_get()
)
"""
    files = sorted(str(path) for path in tmp_path.iterdir())
    run = subprocess.run(
        [sys.executable, "-c", script, *files],
        capture_output=True,
        text=True,
        check=False,
        timeout=60,
        cwd=Path(__file__).parents[3],
    )
    assert (run.returncode, run.stdout, run.stderr) == (0, "", "")


def test_pyvips_keeps_no_copy_of_tiles(tmp_path: Path) -> None:
    path = tmp_path / "a.tif"
    vips(picture(1000, 1000)).tiffsave(str(path), tile=True, compression="lzw")
    source = open_image(path)
    size = pyvips.vips_lib.vips_cache_get_size()
    for column in range(7):
        source.read_tile(TileKey(0, column, 0))
    assert pyvips.vips_lib.vips_cache_get_size() <= size
    source.close()
