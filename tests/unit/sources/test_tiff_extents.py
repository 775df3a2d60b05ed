"""What TIFFs say of the least and the largest of their samples."""

from pathlib import Path
from typing import Any

import numpy as np
import pytest
import tifffile

from glview.sources.opening import open_image

SMALL, LARGE = 340, 341


def written(path: Path, low: Any, high: Any, bands: int = 1, **options: Any) -> Path:
    """Samples of 16 bits (48, 64) whose least and largest are told as double."""
    data = np.arange(48 * 64 * bands, dtype=np.uint16).reshape(bands, 48, 64)
    tags = [
        (SMALL, "d", len(np.atleast_1d(low)), low, True),
        (LARGE, "d", len(np.atleast_1d(high)), high, True),
    ]
    options = {"photometric": "minisblack", "planarconfig": "separate"} | options
    tifffile.imwrite(path, data if bands > 1 else data[0], extratags=tags, metadata=None, **options)
    return path


def extents(path: Path, **options: Any) -> list[Any]:
    source = open_image(path, **options)
    try:
        return [channel.extent for channel in source.description.channels]
    finally:
        source.close()


@pytest.mark.parametrize("layout", [{}, {"tile": (16, 16)}, {"compression": "zstd"}])
def test_what_is_told_of_samples_is_their_channels_extent(
    tmp_path: Path, layout: dict[str, Any]
) -> None:
    assert extents(written(tmp_path / "a.tif", 100.0, 2000.5, **layout)) == [(100.0, 2000.5)]


@pytest.mark.parametrize("layout", [{}, {"tile": (16, 16)}])
def test_each_sample_has_its_own(tmp_path: Path, layout: dict[str, Any]) -> None:
    path = written(tmp_path / "a.tif", (1.0, 2.0), (30.0, 40.0), bands=2, **layout)
    assert extents(path) == [(1.0, 30.0), (2.0, 40.0)]


@pytest.mark.parametrize("planar", ["contig", "separate"])
@pytest.mark.parametrize("layout", [{}, {"tile": (16, 16)}, {"compression": "zlib"}])
def test_a_band_of_many_has_its_own(tmp_path: Path, planar: str, layout: dict[str, Any]) -> None:
    data = np.arange(26 * 48 * 64, dtype=np.uint16).reshape(26, 48, 64)
    low, high = tuple(np.arange(26.0)), tuple(np.arange(26.0) + 50)
    tags = [(SMALL, "d", 26, low, True), (LARGE, "d", 26, high, True)]
    if planar == "contig":
        data = np.ascontiguousarray(np.moveaxis(data, 0, -1))
    path = tmp_path / "a.tif"
    tifffile.imwrite(
        path, data, photometric="minisblack", planarconfig=planar, metadata=None,
        extratags=tags, **layout,
    )  # fmt: skip
    assert extents(path, plane=(25,)) == [(25.0, 75.0)]


@pytest.mark.parametrize(
    ("low", "high"),
    [
        (0.0, 65535.0), (0.0, 4095.0), (0.0, 1.0), (0.0, 255.0), (-32768.0, 32767.0),
        (0.0, 0.0), (9.0, 5.0), (float("nan"), float("inf")),
    ],
)  # fmt: skip
def test_what_says_nothing_is_none(tmp_path: Path, low: float, high: float) -> None:
    assert extents(written(tmp_path / "a.tif", low, high)) == []


def test_too_few_are_none(tmp_path: Path) -> None:
    assert extents(written(tmp_path / "a.tif", 1.0, 30.0, bands=2)) == []


def test_inverted_samples_have_none(tmp_path: Path) -> None:
    assert extents(written(tmp_path / "a.tif", 1.0, 30.0, photometric="miniswhite")) == []


def test_those_for_statistics_are_left_alone(tmp_path: Path) -> None:
    data = np.arange(48 * 64, dtype=np.uint16).reshape(48, 64)
    tags = [(280, "H", 1, 100, True), (281, "H", 1, 2000, True)]
    tifffile.imwrite(tmp_path / "a.tif", data, extratags=tags, metadata=None)
    assert open_image(tmp_path / "a.tif").description.channels == ()
