"""TIFFs of more bands than one picture has room for: each is a plane, as those of arrays are."""

import subprocess
import sys
import threading
import time
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path
from typing import Any

import numpy as np
import pytest
import tifffile
from numpy.typing import NDArray

from glview.convert import make_pyramid
from glview.errors import ImageError
from glview.image import Axis, ColorModel
from glview.pyramid import TileKey
from glview.sources.band import BandSource
from glview.sources.base import Tile, TileSource
from glview.sources.inspecting import inspect_file
from glview.sources.synthetic import KeyedSource, SyntheticOptions
from tests.unit.sources.test_tiff_stacks import opened, pictures, seen, whole

__all__ = ["opened"]
Opened = Callable[..., TileSource]


class Crowded(KeyedSource):
    """Tiles that take a while, and how many were read at a time."""

    def __init__(self) -> None:
        super().__init__(512, 512, SyntheticOptions(128, 128))
        self.most = self._now = 0
        self._lock = threading.Lock()

    def read_tile(self, key: TileKey) -> Tile | None:
        with self._lock:
            self._now += 1
            self.most = max(self.most, self._now)
        time.sleep(0.02)
        with self._lock:
            self._now -= 1
        return super().read_tile(key)


def cube(
    path: Path, data: NDArray[Any], planar: str, *, white: bool = False, **options: Any
) -> Path:
    """Write bands (band, height, width) as the samples of one page; ``white`` is zero."""
    if planar == "contig":
        data = np.ascontiguousarray(np.moveaxis(data, 0, -1))
    meaning = "miniswhite" if white else "minisblack"
    tifffile.imwrite(path, data, photometric=meaning, planarconfig=planar, metadata=None, **options)
    return path


@pytest.mark.parametrize("planar", ["contig", "separate"])
@pytest.mark.parametrize(
    "layout",
    [
        pytest.param({"rowsperstrip": 32}, id="strips"),
        pytest.param({"rowsperstrip": 32, "compression": "zlib"}, id="strips, deflate"),
        pytest.param({"rowsperstrip": 32, "compression": "zstd"}, id="strips, zstd"),
        pytest.param({"tile": (64, 64)}, id="tiles"),
        pytest.param({"tile": (64, 64), "compression": "zlib", "predictor": 2}, id="deflate"),
        pytest.param({"tile": (64, 64), "compression": "lzw", "byteorder": ">"}, id="lzw"),
        pytest.param({"tile": (64, 64), "compression": "zstd"}, id="zstd"),
    ],
)
def test_each_band_is_a_plane(
    tmp_path: Path, opened: Opened, planar: str, layout: dict[str, Any]
) -> None:
    data = pictures(32)
    source = opened(cube(tmp_path / "a.tif", data, planar, **layout))
    described = source.description
    assert (described.axes, described.plane) == ((Axis("channel", 32),), (0,))
    assert (described.bands, described.color_model) == (1, ColorModel.GREY)
    assert np.array_equal(whole(source)[..., 0], data[0])
    assert np.array_equal(seen(source, 31)[..., 0], data[31])
    assert np.array_equal(whole(opened(tmp_path / "a.tif", plane="channel=7"))[..., 0], data[6])


@pytest.mark.parametrize("planar", ["contig", "separate"])
@pytest.mark.parametrize(
    "layout",
    [
        pytest.param({}, id="strip"),
        pytest.param({"rowsperstrip": 32, "compression": "zlib"}, id="strips, deflate"),
        pytest.param({"rowsperstrip": 32, "compression": "zstd"}, id="strips, zstd"),
        pytest.param({"tile": (64, 64)}, id="tiles"),
        pytest.param({"tile": (64, 64), "compression": "zlib"}, id="deflate"),
        pytest.param({"tile": (64, 64), "compression": "zstd"}, id="zstd"),
    ],
)
def test_a_band_of_a_turned_page_is_turned(
    tmp_path: Path, opened: Opened, planar: str, layout: dict[str, Any]
) -> None:
    data = pictures(26)
    turned = [(274, "H", 1, 6, True)]  # to be seen a quarter further clockwise
    source = opened(cube(tmp_path / "a.tif", data, planar, extratags=turned, **layout))
    assert np.array_equal(whole(source)[..., 0], np.rot90(data[0], -1))
    assert np.array_equal(seen(source, 25)[..., 0], np.rot90(data[25], -1))


@pytest.mark.parametrize("planar", ["contig", "separate"])
@pytest.mark.parametrize(
    "layout",
    [
        pytest.param({"rowsperstrip": 32}, id="strips"),
        pytest.param({"rowsperstrip": 32, "compression": "lzw"}, id="strips, lzw"),
        pytest.param({"tile": (64, 64), "compression": "zlib"}, id="deflate"),
        pytest.param({"tile": (64, 64), "compression": "zstd"}, id="zstd"),
    ],
)
def test_only_the_first_band_has_white_at_zero(
    tmp_path: Path, opened: Opened, planar: str, layout: dict[str, Any]
) -> None:
    data = pictures(26)
    nodata = [(42113, "s", 0, "7", True)]
    source = opened(cube(tmp_path / "a.tif", data, planar, white=True, extratags=nodata, **layout))
    assert np.array_equal(whole(source)[..., 0], 65535 - data[0])
    assert np.array_equal(seen(source, 25)[..., 0], data[25])


@pytest.mark.parametrize("planar", ["contig", "separate"])
def test_no_data_of_a_band_is_inverted_as_its_samples(
    tmp_path: Path, opened: Opened, planar: str
) -> None:
    nodata = [(42113, "s", 0, "7", True)]
    path = cube(
        tmp_path / "a.tif", pictures(26), planar, white=True, extratags=nodata, tile=(64, 64)
    )
    assert opened(path).description.nodata == 65528
    assert opened(path, plane=(25,)).description.nodata == 7


@pytest.mark.parametrize("bands", [25, 100, 224])
@pytest.mark.parametrize("planar", ["contig", "separate"])
def test_as_many_as_there_are(tmp_path: Path, opened: Opened, planar: str, bands: int) -> None:
    data = pictures(bands)
    source = opened(cube(tmp_path / "a.tif", data, planar, tile=(64, 64)))
    assert source.description.axes == (Axis("channel", bands),)
    assert np.array_equal(seen(source, bands - 1)[..., 0], data[-1])


@pytest.mark.parametrize("planar", ["contig", "separate"])
def test_as_many_as_one_picture_has_room_for_are_shown_together(
    tmp_path: Path, opened: Opened, planar: str
) -> None:
    data = pictures(24)
    source = opened(cube(tmp_path / "a.tif", data, planar, tile=(64, 64)))
    assert (source.description.axes, source.description.bands) == ((), 24)


@pytest.mark.parametrize("planar", ["contig", "separate"])
@pytest.mark.parametrize("layout", [{}, {"compression": "zlib"}, {"tile": (64, 64)}])
def test_one_band_has_to_fit_in_memory_and_not_all(
    tmp_path: Path, opened: Opened, planar: str, layout: dict[str, Any]
) -> None:
    data = pictures(100)  # 8 MB with levels
    path = cube(tmp_path / "a.tif", data, planar, **layout)
    source = opened(path, budget_bytes=7_500_000)
    assert np.array_equal(whole(source)[..., 0], data[0])


@pytest.mark.parametrize("planar", ["contig", "separate"])
def test_levels_are_those_of_the_band(tmp_path: Path, opened: Opened, planar: str) -> None:
    data = pictures(30)
    path = tmp_path / "a.tif"
    with tifffile.TiffWriter(path) as file:
        options: dict[str, Any] = {
            "photometric": "minisblack", "planarconfig": planar, "tile": (64, 64), "metadata": None,
        }  # fmt: skip
        for number, level in enumerate((data, data[:, ::2, ::2])):
            turned = level if planar == "separate" else np.moveaxis(level, 0, -1)
            more: dict[str, Any] = {"subfiletype": 1} if number else {"subifds": 1}
            file.write(np.ascontiguousarray(turned), **options, **more)
    source = opened(path, plane=(29,))
    assert [level.width for level in source.description.pyramid.levels] == [200, 100]
    assert np.array_equal(whole(source, 1)[..., 0], data[29, ::2, ::2])


@pytest.mark.parametrize("planar", ["contig", "separate"])
def test_pages_of_many_bands_are_an_axis_of_their_own(
    tmp_path: Path, opened: Opened, planar: str
) -> None:
    data = pictures(2, 30)
    path = tmp_path / "a.tif"
    with tifffile.TiffWriter(path) as file:
        for page in (*data, data[0, :27]):
            turned = page if planar == "separate" else np.moveaxis(page, 0, -1)
            file.write(
                np.ascontiguousarray(turned),
                photometric="minisblack",
                planarconfig=planar,
                metadata=None,
            )
    source = opened(path)
    assert source.description.axes == (Axis("page", 3), Axis("channel", 30))
    assert np.array_equal(seen(source, 1, 28)[..., 0], data[1, 28])
    assert np.array_equal(seen(source, 2, 26)[..., 0], data[0, 26])
    with pytest.raises(ImageError, match="band 28 of 27 is missing"):
        seen(source, 2, 27)


@pytest.mark.parametrize("planar", ["contig", "separate"])
def test_info_tells_them(tmp_path: Path, planar: str) -> None:
    stored = inspect_file(cube(tmp_path / "a.tif", pictures(32), planar, tile=(64, 64)))
    assert (stored.samples.bands, str(stored.planes)) == (32, "32 channels; the first comes up")
    assert stored.shown is not None
    assert stored.shown.model.bands == 1


@pytest.mark.parametrize("planar", ["contig", "separate"])
def test_one_of_them_can_be_converted(tmp_path: Path, opened: Opened, planar: str) -> None:
    data = pictures(32)
    path = cube(tmp_path / "a.tif", data, planar)
    made = make_pyramid(path, tmp_path / "b.tif", plane="channel=31")
    assert np.array_equal(whole(opened(made))[..., 0], data[30])


def test_colours_with_many_more_bands_are_shown_in_colours(tmp_path: Path, opened: Opened) -> None:
    data = np.ascontiguousarray(np.moveaxis(pictures(32, dtype="uint8"), 0, -1))
    path = tmp_path / "a.tif"
    tifffile.imwrite(path, data, photometric="rgb", extrasamples=["unspecified"] * 29)
    source = opened(path)
    assert (source.description.axes, source.description.color_model) == ((), ColorModel.RGB)
    assert np.array_equal(whole(source), data[..., :3])


@pytest.mark.parametrize("compression", [None, "zlib"])
def test_little_memory_is_taken_beside_that_of_one_band(
    tmp_path: Path, compression: str | None
) -> None:
    """libvips keeps five hundred rows, and what its last hundred operations were made of."""
    path = tmp_path / "a.tif"
    data = np.resize(np.arange(199, dtype=np.uint16), (500, 500, 200))  # 95 MiB
    tifffile.imwrite(
        path, data, photometric="minisblack", planarconfig="contig", metadata=None,
        rowsperstrip=4, compression=compression,
    )  # fmt: skip
    program = (
        "import resource, sys\n"
        "from glview.sources.opening import open_image\n"
        "from glview.pyramid import TileKey\n"
        "def peak(): return resource.getrusage(resource.RUSAGE_SELF).ru_maxrss >> 10\n"
        "open_image(sys.argv[1]).close()\n"
        "before = peak()\n"
        "open_image(sys.argv[2], plane=(150,)).read_tile(TileKey(0, 0, 0))\n"
        "print(peak() - before)\n"
    )
    small = cube(tmp_path / "b.tif", pictures(30), "contig", compression=compression)
    done = subprocess.run(
        [sys.executable, "-c", program, small, path], capture_output=True, text=True, check=True
    )
    assert int(done.stdout) < 48


def test_bands_that_are_not_compressed_are_read_in_parts(tmp_path: Path, opened: Opened) -> None:
    data = pictures(100)  # in one strip
    source = opened(cube(tmp_path / "a.tif", data, "contig"), budget_bytes=7_500_000)
    assert source.description.pyramid.levels[0].tile_height == 26
    assert np.array_equal(whole(source)[..., 0], data[0])


def test_so_many_tiles_of_all_bands_are_in_memory_at_a_time() -> None:
    crowded = Crowded()
    source = BandSource(crowded, 0, at_once=2)
    with ThreadPoolExecutor(8) as threads:
        tiles = list(
            threads.map(lambda column: source.read_tile(TileKey(0, column % 4, 0)), range(8))
        )
    assert (crowded.most, len(tiles)) == (2, 8)


def test_a_tile_whose_bands_do_not_fit_in_memory_is_refused_with_what_to_do(
    tmp_path: Path, opened: Opened
) -> None:
    path = cube(tmp_path / "a.tif", pictures(100), "contig", tile=(128, 128))  # 3.1 MiB
    with pytest.raises(ImageError, match=r"needs 22 MiB in memory.*; give it more: --memory 22"):
        opened(path, budget_bytes=16 << 20)
    assert opened(path, budget_bytes=22 << 20).description.bands == 1


def test_bands_of_wide_samples_tell_their_values(tmp_path: Path, opened: Opened) -> None:
    data = pictures(26).astype(np.uint32) + np.uint32(3_000_000_000)
    source = opened(cube(tmp_path / "a.tif", data, "contig", tile=(64, 64)), plane=(25,))
    told = whole(source)[..., 0].astype(np.float64) + source.description.offset
    assert np.array_equal(told, data[25])
