"""Strips and tiles that claim more pixels than their bytes can stand for."""

import subprocess
import sys
import zlib
from pathlib import Path
from typing import Any

import imagecodecs
import numpy as np
import pytest
import pyvips
import tifffile

from glview.errors import ImageError, TileError
from glview.pyramid import TileKey
from glview.sources.opening import open_image
from glview.sources.tiff_filling import least_bytes
from glview.sources.tiff_structure import Directory, Tag
from tests.unit.sources.build import overwrite, tiff_entries

SIDE_PX = 13_450
PEAK = """
import re, sys
from glview.errors import ImageError
from glview.sources.opening import open_image
def status(key):
    with open("/proc/self/status") as file:
        return int(re.search(key + r":\\s+(\\d+)", file.read()).group(1)) >> 10
open_image(sys.argv[1]).close()
before = status("VmRSS")
with open("/proc/self/clear_refs", "w") as file:
    file.write("5")
try:
    open_image(sys.argv[2], budget_bytes=int(sys.argv[3]) << 20).close()
except ImageError as error:
    print(error)
print(status("VmHWM") - before)
"""


def peak_mib(tmp_path: Path, path: Path, budget_mib: int = 256) -> int:
    """What opening a file takes at most in a process that has opened a small one like it."""
    small = tmp_path / "small.tif"
    tifffile.imwrite(small, np.zeros((64, 64), np.uint8), compression="lzw", metadata=None)
    done = subprocess.run(
        [sys.executable, "-c", PEAK, small, path, str(budget_mib)],
        capture_output=True, text=True, check=True,
    )  # fmt: skip
    return int(done.stdout.splitlines()[-1])


def claim(path: Path, value: int, *tags: int) -> None:
    """Other numbers in tags of one value."""
    for tag in tags:
        place = tiff_entries(path)[tag][3]
        overwrite(path, place + 2, b"\4\0\1\0\0\0" + value.to_bytes(4, "little"))


def one_strip(path: Path, compression: str | int, image: Any = None, **options: Any) -> Path:
    image = np.zeros((64, 64), np.uint8) if image is None else image
    tifffile.imwrite(path, image, compression=compression, metadata=None, **options)
    return path


@pytest.mark.parametrize("compression", ["zlib", "lzw", "packbits"])
def test_a_strip_too_short_for_its_pixels_takes_no_memory(tmp_path: Path, compression: str) -> None:
    path = one_strip(tmp_path / "a.tif", compression, rowsperstrip=64)
    claim(path, SIDE_PX, 256, 257, 278)
    with pytest.raises(ImageError, match=r"a\.tif: too few bytes of .* for 13450 rows of 13450"):
        open_image(path)
    assert peak_mib(tmp_path, path) < 16


def test_a_broken_strip_of_everything_fits_the_budget(tmp_path: Path) -> None:
    """What was saved of it was compared with its first pixel, in as many bytes again."""
    path = one_strip(tmp_path / "a.tif", "jpeg", rowsperstrip=64)
    claim(path, SIDE_PX, 256, 257, 278)
    assert peak_mib(tmp_path, path) < 256


def test_a_broken_strip_leaves_no_error_for_the_next_file(tmp_path: Path) -> None:
    """A broken tile was told with the size of a strip in the file before."""
    path = one_strip(tmp_path / "a.tif", "jpeg", rowsperstrip=64)
    claim(path, 640, 256, 257, 278)
    with pytest.raises(ImageError, match=r"a\.tif: "):
        open_image(path)
    assert pyvips.ffi.string(pyvips.vips_lib.vips_error_buffer()) == b""


@pytest.mark.parametrize("compression", ["lzw", "packbits", "zstd"])
def test_a_tile_too_short_for_its_pixels_is_not_decoded(tmp_path: Path, compression: str) -> None:
    path = one_strip(tmp_path / "a.tif", compression, tile=(64, 64))
    claim(path, 4096, 256, 257, 322, 323)
    source = open_image(path)
    with pytest.raises(TileError, match=r"tile 0,0: too few bytes of .* for 4096 rows of 4096"):
        source.read_tile(TileKey(0, 0, 0))
    source.close()


def test_bands_in_broken_strips_of_megabytes_fit_the_budget(tmp_path: Path) -> None:
    """A thousand of them, of which malloc kept the room of each strip."""
    path = tmp_path / "a.tif"
    image = np.zeros((400, 500, 1000), np.uint8)
    tifffile.imwrite(
        path, image, photometric="minisblack", planarconfig="contig", compression="zlib",
        rowsperstrip=16, metadata=None,
    )  # fmt: skip
    with tifffile.TiffFile(path) as file:
        offsets = file.pages.first.dataoffsets
    for offset in offsets[::2]:
        overwrite(path, offset + 100, bytes(range(200)))
    assert peak_mib(tmp_path, path, 64) < 64


@pytest.mark.parametrize("compression", ["zlib", "lzw", "packbits", "zstd", "webp"])
def test_black_compressed_as_far_as_can_be_opens(tmp_path: Path, compression: str) -> None:
    path = tmp_path / "a.tif"
    image = np.zeros((3000, 4000, 3), np.uint8)
    one_strip(path, compression, image, photometric="rgb", rowsperstrip=3000)
    source = open_image(path)
    assert "damage" not in source.description.metadata
    source.close()


def test_deflate_of_100_megapixels_opens(tmp_path: Path) -> None:
    """In 97,209 bytes, of which the least is 96,900."""
    path = one_strip(tmp_path / "a.tif", "zlib", rowsperstrip=64)
    packer = zlib.compressobj(9)
    data = b"".join(packer.compress(bytes(1_000_000)) for _ in range(100)) + packer.flush()
    place = path.stat().st_size
    path.write_bytes(path.read_bytes() + data)
    claim(path, 10_000, 256, 257, 278)
    claim(path, place, 273)
    claim(path, len(data), 279)
    source = open_image(path)
    assert "damage" not in source.description.metadata
    source.close()


def test_a_white_fax_of_a_bit_a_row_opens(tmp_path: Path) -> None:
    path = tmp_path / "a.tif"
    white = pyvips.Image.black(12_000, 4000) + 255
    white.cast("uchar").tiffsave(str(path), compression="ccittfax4", bitdepth=1, tile_height=4000)
    source = open_image(path)
    assert "damage" not in source.description.metadata
    source.close()


@pytest.mark.parametrize(
    ("code", "rows", "least"),
    [
        pytest.param(8, 1000, 97, id="deflate"),
        pytest.param(5, 1000, 37, id="LZW"),
        pytest.param(32_773, 1000, 1563, id="PackBits"),
        pytest.param(50_000, 1000, 4, id="Zstandard"),
        pytest.param(4, 1000, 125, id="a fax of group 4"),
        pytest.param(7, 1000, 0, id="JPEG"),
    ],
)
def test_the_least_that_pixels_are_stored_in(code: int, rows: int, least: int) -> None:
    page = Directory(
        {},
        {Tag.WIDTH: (100,), Tag.HEIGHT: (5000,), Tag.BITS: (8,), Tag.COMPRESSION: (code,)},
    )
    assert least_bytes(page, rows) == least


def test_large_strips_are_tried_less_often(tmp_path: Path) -> None:
    """Of 256 of 4 MB, every other of which is broken, all would be found by 318 attempts."""
    path = tmp_path / "a.tif"
    sound = bytes(imagecodecs.lzw_encode(bytes(100 * 40 * 1000)))
    broken = sound[:100] + bytes(range(200)) + sound[300:]
    tifffile.imwrite(
        path, iter([sound, broken] * 128), shape=(10_240, 100, 1000), dtype=np.uint8,
        photometric="minisblack", planarconfig="contig", compression="lzw", rowsperstrip=40,
        metadata=None,
    )  # fmt: skip
    source = open_image(path)
    assert source.description.metadata["damage"].startswith("184 of 256 strips cannot be read")
    source.close()
