"""TIFFs that libvips does not read and that are decoded whole: turned ones, and huge pieces."""

import os
import struct
import time
import tracemalloc
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

import numpy as np
import pytest
import tifffile

from glview.errors import ImageError
from glview.pyramid import TileKey
from glview.sources.inspecting import inspect_file
from glview.sources.opening import open_image
from tests.unit.sources.build import overwrite, picture, tiff_entries, whole

HUGE_PX = 8200
"""A strip of so many rows and columns of bytes has more than 64 MiB."""


@contextmanager
def memory_of(most_bytes: int) -> Iterator[None]:
    """No more than this is taken within the block."""
    tracemalloc.start()
    try:
        yield
        peak = tracemalloc.get_traced_memory()[1]
    finally:
        tracemalloc.stop()
    assert peak < most_bytes


def huge(path: Path, **options: Any) -> Any:
    image = np.add.outer(np.arange(HUGE_PX), np.arange(HUGE_PX) // 7).astype(np.uint8)
    tifffile.imwrite(path, image, compression="zstd", **options)
    return image


@pytest.mark.parametrize("orientation", range(1, 9))
@pytest.mark.parametrize("layout", [{"tile": (32, 48)}, {"rowsperstrip": 20}])
def test_pictures_are_turned_as_libvips_turns_them(
    tmp_path: Path, orientation: int, layout: dict[str, Any]
) -> None:
    image = picture(90, 70)
    seen = []
    for name in ("zlib", "zstd"):
        tifffile.imwrite(
            tmp_path / name, image, photometric="rgb", compression=name, **layout,
            extratags=[(274, "H", 1, orientation, True)],
        )  # fmt: skip
        source = open_image(tmp_path / name)
        assert "orientation" not in source.description.metadata
        seen.append(whole(source, 0))
        source.close()
    assert seen[0].shape == ((90, 70, 3) if orientation > 4 else (70, 90, 3))
    np.testing.assert_array_equal(seen[1], seen[0])


@pytest.mark.parametrize("compression", ["zlib", "zstd"])
@pytest.mark.parametrize(
    ("orientation", "size_um"),
    [(1, (10.0, 2.5)), (3, (10.0, 2.5)), (5, (2.5, 10.0)), (8, (2.5, 10.0))],
)
def test_a_pixel_is_turned_with_its_picture(
    tmp_path: Path, compression: str, orientation: int, size_um: tuple[float, float]
) -> None:
    tifffile.imwrite(
        tmp_path / "a.tif", np.zeros((40, 60), np.uint8), compression=compression,
        resolution=(1000, 4000), resolutionunit="CENTIMETER", metadata=None,
        extratags=[(274, "H", 1, orientation, True)],
    )  # fmt: skip
    source = open_image(tmp_path / "a.tif")
    assert source.description.pixel_size_um == size_um
    source.close()


def test_a_turned_picture_keeps_the_limits_of_its_samples(tmp_path: Path) -> None:
    image = np.resize(np.array([0, 1, 2048, 4095], np.uint16), (30, 41))
    tifffile.imwrite(
        tmp_path / "a.tif", image, bitspersample=12, extratags=[(274, "H", 1, 6, True)]
    )
    source = open_image(tmp_path / "a.tif")
    assert [channel.limits for channel in source.description.channels] == [(0.0, 4095.0)]
    np.testing.assert_array_equal(whole(source, 0)[..., 0], np.rot90(image, -1))
    source.close()


@pytest.mark.parametrize("layout", [{"rowsperstrip": HUGE_PX}, {"tile": (8208, 8208)}])
def test_a_picture_in_one_huge_piece_is_shown(tmp_path: Path, layout: dict[str, Any]) -> None:
    image = huge(tmp_path / "a.tif", **layout)
    source = open_image(tmp_path / "a.tif")
    np.testing.assert_array_equal(whole(source, 0)[..., 0], image)
    source.close()


def test_a_huge_piece_past_the_budget_tells_what_it_needs(tmp_path: Path) -> None:
    huge(tmp_path / "a.tif", rowsperstrip=HUGE_PX)
    with pytest.raises(
        ImageError, match=r"needs 86 MiB .*budget of 80 MiB; give it more: --memory"
    ):
        open_image(tmp_path / "a.tif", budget_bytes=80 << 20)


def test_a_broken_huge_piece_is_an_error_that_names_the_file(tmp_path: Path) -> None:
    path = tmp_path / "a.tif"
    huge(path, rowsperstrip=HUGE_PX)
    with tifffile.TiffFile(path) as file:
        offset = file.pages[0].dataoffsets[0]
    overwrite(path, offset, b"\xff" * 8)
    with pytest.raises(ImageError, match=r"a\.tif: tile 0,0: "):
        open_image(path)


def test_a_huge_piece_that_was_cut_is_an_error_that_names_the_file(tmp_path: Path) -> None:
    path = tmp_path / "a.tif"
    huge(path, rowsperstrip=HUGE_PX)
    path.write_bytes(path.read_bytes()[:-100])
    with pytest.raises(ImageError, match=r"a\.tif: tile 0,0: [0-9]+ bytes at [0-9]+ of a file of"):
        open_image(path)


def test_a_forged_huge_strip_of_nothing_ends_soon(tmp_path: Path) -> None:
    path = tmp_path / "a.tif"
    tifffile.imwrite(path, np.zeros((64, 64), np.uint8), compression="zstd", metadata=None)
    for tag in (256, 257, 278):
        place = tiff_entries(path)[tag][3]
        overwrite(path, place + 2, struct.pack("<HII", 4, 1, 13_000))
    began_s = time.monotonic()
    with pytest.raises(ImageError, match=r"a\.tif: tile 0,0: "):
        open_image(path)
    assert time.monotonic() - began_s < 5.0


def test_a_broken_strip_of_a_turned_picture_is_a_hole_that_is_told(tmp_path: Path) -> None:
    path = tmp_path / "a.tif"
    image = picture(64, 60, 1)[..., 0]
    tifffile.imwrite(
        path, image, compression="zstd", rowsperstrip=20, extratags=[(274, "H", 1, 3, True)]
    )
    with tifffile.TiffFile(path) as file:
        offset = file.pages[0].dataoffsets[1]
    overwrite(path, offset, b"\xff" * 8)
    source = open_image(path)
    assert source.description.metadata["damage"].startswith("1 of 3 pieces cannot be read: tile 0")
    pixels = whole(source, 0)[..., 0]
    np.testing.assert_array_equal(pixels[40:], image[19::-1, ::-1])
    assert (pixels[20:40] == 128).all()
    source.close()


@pytest.mark.parametrize("orientation", [1, 3])
def test_a_turned_picture_of_wide_samples_tells_its_values(
    tmp_path: Path, orientation: int
) -> None:
    image = np.arange(4096).reshape(64, 64) / 4096.0 + 2459000.5
    tifffile.imwrite(
        tmp_path / "a.tif", image, tile=(32, 32), compression="zstd",
        extratags=[(274, "H", 1, orientation, True)],
    )  # fmt: skip
    source = open_image(tmp_path / "a.tif")
    own = whole(source, 0)[..., 0].astype(np.float64) + source.description.offset
    np.testing.assert_array_equal(own, image if orientation == 1 else image[::-1, ::-1])
    source.close()


def test_a_turned_picture_of_wide_samples_keeps_its_no_data(tmp_path: Path) -> None:
    image = np.arange(4096).reshape(64, 64) + 3_000_000_000
    image[0, 0] = -9999
    tags = [(274, "H", 1, 6, True), (42113, "s", 0, "-9999", True)]
    tifffile.imwrite(tmp_path / "a.tif", image, extratags=tags)
    source = open_image(tmp_path / "a.tif")
    told, pixels = source.description, whole(source, 0)[..., 0]
    assert told.tile_nodata is not None
    assert np.argwhere(pixels == np.float32(told.tile_nodata)).tolist() == [[0, 63]]
    assert float(pixels[63, 0]) + told.offset == 3_000_004_095.0
    source.close()


def test_a_huge_piece_of_wide_samples_tells_its_values(tmp_path: Path) -> None:
    image = np.full((2900, 2900), 3_000_000_000)
    image[:, 1450:] += 1
    tifffile.imwrite(tmp_path / "a.tif", image, compression="zstd", rowsperstrip=2900)
    source = open_image(tmp_path / "a.tif")
    own = np.unique(whole(source, 0)).astype(np.float64) + source.description.offset
    assert own.tolist() == [3e9, 3_000_000_001.0]
    source.close()


@pytest.mark.parametrize("layout", [{"rowsperstrip": 2}, {}], ids=["strips", "strip"])
@pytest.mark.parametrize("compression", [None, "zlib"])
def test_of_strips_of_wide_samples_only_those_of_no_data_are_none(
    tmp_path: Path, layout: dict[str, Any], compression: str | None
) -> None:
    image = np.arange(64, dtype=np.int32).reshape(8, 8) + 2**30  # float32 has steps of 128 there
    image[0, 0] = 0
    tags = [(42113, "s", 0, str(2**30 + 9), True)]
    path = tmp_path / "a.tif"
    tifffile.imwrite(path, image, extratags=tags, compression=compression, **layout)
    source = open_image(path)
    pixels, nodata = whole(source, 0)[..., 0], source.description.tile_nodata
    assert nodata is not None
    assert np.argwhere(pixels == np.float32(nodata)).tolist() == [[1, 1]]
    source.close()


@pytest.fixture
def wide_piece(tmp_path: Path) -> Path:
    """A few kilobytes that are 72 MB of float64, in one piece."""
    path = tmp_path / "a.tif"
    image = np.full((3000, 3000), 2459000.5)
    image[::2] += 0.125
    tifffile.imwrite(path, image, compression="zstd", rowsperstrip=3000)
    return path


def test_a_huge_piece_past_the_budget_is_not_decoded(wide_piece: Path) -> None:
    with memory_of(4 << 20), pytest.raises(ImageError, match=r"needs 46 MiB .*budget of 16 MiB"):
        open_image(wide_piece, budget_bytes=16 << 20)


def test_what_is_told_of_a_huge_piece_is_told_undecoded(wide_piece: Path) -> None:
    with memory_of(4 << 20):
        stored = inspect_file(wide_piece)
    assert stored.note.startswith("no pyramid in the file: glview decodes all of it")


def test_what_is_told_of_tiles_is_told_undecoded(tmp_path: Path) -> None:
    image = np.full((2048, 2048), 2459000.5)
    tifffile.imwrite(tmp_path / "a.tif", image, compression="zstd", tile=(2048, 2048))
    with memory_of(4 << 20):
        stored = inspect_file(tmp_path / "a.tif")
    assert stored.shown is not None


def test_a_huge_piece_of_wide_samples_is_decoded_once(
    wide_piece: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    with tifffile.TiffFile(wide_piece) as file:
        place = file.pages.first.dataoffsets[0]
    places = []
    pread = os.pread

    def noted(descriptor: int, count: int, offset: int) -> bytes:
        places.append(offset)
        return pread(descriptor, count, offset)

    monkeypatch.setattr(os, "pread", noted)
    open_image(wide_piece).close()
    assert places.count(place) == 1


def test_a_huge_piece_is_carried_from_an_offset(wide_piece: Path) -> None:
    source = open_image(wide_piece)
    tile = source.read_tile(TileKey(0, 0, 0))
    assert tile is not None
    told = tile.pixels[:2, 0, 0].astype(np.float64) + source.description.offset
    assert told.tolist() == [2459000.625, 2459000.5]
    source.close()
