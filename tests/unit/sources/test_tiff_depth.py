"""Slices of volumes that lie in one page."""

import logging
from pathlib import Path
from typing import Any

import numpy as np
import pytest
import tifffile

from glview.convert import make_pyramid
from glview.errors import ImageError
from glview.sources.base import PlanedSource
from glview.sources.describe import as_text
from glview.sources.inspecting import inspect_file
from glview.sources.opening import open_image
from glview.sources.tiff_depth import with_slices
from glview.sources.tiff_structure import Directory, Entry, Tag, TiffStructure
from tests.unit.sources.build import whole

VOLUME = np.arange(5 * 40 * 48).reshape(5, 40, 48).astype(np.uint16)


def written(path: Path, pixels: Any = VOLUME, **options: Any) -> Path:
    tifffile.imwrite(path, pixels, volumetric=True, **options)
    return path


def forged(path: Path, tag: int, value: int) -> Path:
    with tifffile.TiffFile(path, mode="r+") as file:
        pages: Any = file.pages
        pages[0].tags[tag].overwrite(value, dtype="I")
    return path


@pytest.mark.parametrize(
    "options",
    [
        {"tile": (1, 16, 16)},
        {"tile": (1, 16, 16), "compression": "zlib"},
        {"tile": (1, 48, 48), "bigtiff": True, "byteorder": ">"},
        {},
        {"rowsperstrip": 7},
        {"rowsperstrip": 7, "compression": "zlib", "predictor": True},
        {"metadata": None},
    ],
)
@pytest.mark.parametrize("number", [0, 1, 4])
def test_slices_are_z_planes(tmp_path: Path, options: Any, number: int) -> None:
    path = written(tmp_path / "a.tif", **options)
    source = open_image(path, plane=(number,))
    assert [(axis.name, axis.size) for axis in source.description.axes] == [("z", 5)]
    np.testing.assert_array_equal(whole(source, 0)[..., 0], tifffile.imread(path)[number])
    source.close()


@pytest.mark.parametrize("tile", [None, (1, 16, 16)])
def test_slices_in_colours_stay_so(tmp_path: Path, tile: Any) -> None:
    pixels = np.arange(3 * 40 * 48 * 3).reshape(3, 40, 48, 3).astype(np.uint8)
    path = written(tmp_path / "a.tif", pixels, photometric="rgb", tile=tile)
    source = open_image(path, plane=(2,))
    np.testing.assert_array_equal(whole(source, 0), pixels[2])
    source.close()


def test_tiles_of_several_slices_are_refused(tmp_path: Path) -> None:
    with pytest.raises(ImageError, match=r"a\.tif: tiles of 2 slices each \(TileDepth\)"):
        open_image(written(tmp_path / "a.tif", tile=(2, 16, 16)))


def test_slices_of_samples_apart_are_refused(tmp_path: Path) -> None:
    pixels = np.zeros((3, 4, 40, 48), np.uint8)
    path = written(tmp_path / "a.tif", pixels, photometric="rgb", planarconfig="separate")
    with pytest.raises(ImageError, match=r"4 slices \(ImageDepth\) of samples that lie apart"):
        open_image(path)


@pytest.mark.parametrize("depth", [6, 2**32 - 1])
def test_more_slices_than_places_are_told_of(
    tmp_path: Path, caplog: pytest.LogCaptureFixture, depth: int
) -> None:
    path = forged(written(tmp_path / "a.tif", tile=(1, 16, 16)), 32997, depth)
    with caplog.at_level(logging.WARNING, "glview"):
        source = open_image(path)
    assert [(axis.name, axis.size) for axis in source.description.axes] == [("z", 5)]
    assert f"of {depth} slices of a page 5 are there" in caplog.text
    source.close()


def test_no_depth_is_one_slice(tmp_path: Path) -> None:
    path = forged(written(tmp_path / "a.tif", tile=(1, 16, 16)), 32997, 0)
    source = open_image(path)
    assert source.description.axes == ()
    source.close()


def test_slices_are_told_of(tmp_path: Path) -> None:
    assert "5 z planes" in as_text(inspect_file(written(tmp_path / "a.tif")))


@pytest.mark.parametrize("tile", [None, (1, 16, 16)])
def test_a_slice_is_converted_by_itself(tmp_path: Path, tile: Any) -> None:
    path = written(tmp_path / "a.tif", tile=tile, compression="zlib")
    make_pyramid(path, tmp_path / "b.tif", plane=(3,))
    np.testing.assert_array_equal(tifffile.imread(tmp_path / "b.tif", level=0), VOLUME[3])


def test_from_slice_to_slice_it_goes_in_an_open_file(tmp_path: Path) -> None:
    source = open_image(written(tmp_path / "a.tif", tile=(1, 16, 16)))
    assert isinstance(source, PlanedSource)
    other = source.at_plane((4,))
    np.testing.assert_array_equal(whole(other, 0)[..., 0], VOLUME[4])
    other.close()
    source.close()


def deep(depth: int, *, places: int, tags: int = 0) -> TiffStructure:
    """A page of a tile a slice, with more tags than it needs."""
    values: dict[int, Any] = {Tag.WIDTH: (16,), Tag.HEIGHT: (16,), Tag.IMAGE_DEPTH: (depth,)}
    values |= {Tag.TILE_WIDTH: (16,), Tag.TILE_HEIGHT: (16,)}
    entries = {60_000 + tag: Entry(3, 1, 0) for tag in range(tags)}
    entries[Tag.TILE_OFFSETS] = Entry(4, places, 1000)
    return TiffStructure("<", False, (Directory(entries, values),))


def test_slices_past_the_end_of_the_file_are_not_made() -> None:
    found = with_slices(deep(9000, places=9000), 1000 + 7 * 4)
    assert len(found.directories) == 7
    assert found.fault == "of 9000 slices of a page 7 are there"


def test_slices_have_no_more_entries_than_pages_may() -> None:
    found = with_slices(deep(9000, places=9000, tags=4095), 1 << 20)
    assert (len(found.directories), found.more) == (128, True)
