"""Pictures of ImageJ past 4 GB, which have one page and lie behind its own; of palettes."""

from pathlib import Path
from typing import Any

import numpy as np
import pytest
import tifffile

from glview.sources.base import PlanedSource
from glview.sources.opening import open_image
from tests.unit.sources.build import whole


def stack(path: Path, pictures: np.ndarray[Any, Any], said: str, *, byteorder: Any = "<") -> None:
    """One page that tells of more pictures, which lie behind its own."""
    description = f"ImageJ=1.53\nimages={len(pictures)}\n{said}"
    tifffile.imwrite(
        path, pictures[0], description=description, metadata=None, byteorder=byteorder,
        photometric="rgb" if pictures.ndim == 4 else "minisblack",
    )  # fmt: skip
    with tifffile.TiffFile(path) as file:
        page = file.pages.first
        end = page.dataoffsets[0] + page.databytecounts[0]
    stored = pictures.astype(pictures.dtype.newbyteorder(byteorder))
    path.write_bytes(path.read_bytes()[:end] + stored[1:].tobytes())


@pytest.mark.parametrize("byteorder", ["<", ">"])
def test_pictures_without_pages_are_found_behind_the_first(tmp_path: Path, byteorder: str) -> None:
    pictures = np.arange(6 * 50 * 70).reshape(6, 50, 70).astype(np.uint16)
    said = "channels=2\nslices=3\nhyperstack=true\n"
    stack(tmp_path / "a.tif", pictures, said, byteorder=byteorder)
    source = open_image(tmp_path / "a.tif")
    assert isinstance(source, PlanedSource)
    assert [(axis.name, axis.size) for axis in source.description.axes] == [("z", 3)]
    np.testing.assert_array_equal(whole(source, 0), np.moveaxis(pictures[:2], 0, 2))
    other = source.at_plane((2,))
    np.testing.assert_array_equal(whole(other, 0), np.moveaxis(pictures[4:], 0, 2))
    other.close()
    source.close()


def test_pictures_in_colours_stay_so(tmp_path: Path) -> None:
    pictures = np.arange(2 * 30 * 40 * 3).reshape(2, 30, 40, 3).astype(np.uint8)
    stack(tmp_path / "a.tif", pictures, "slices=2\n")
    source = open_image(tmp_path / "a.tif", plane=(1,))
    np.testing.assert_array_equal(whole(source, 0), pictures[1])
    source.close()


def test_samples_that_lie_apart_are_no_pictures(tmp_path: Path) -> None:
    """Green would be the second picture's red."""
    samples = np.arange(3 * 30 * 40).reshape(3, 30, 40).astype(np.uint8)
    description = "ImageJ=1.53\nimages=3\nslices=3\n"
    tifffile.imwrite(
        tmp_path / "a.tif", samples, description=description, metadata=None, photometric="rgb",
        planarconfig="separate",
    )  # fmt: skip
    source = open_image(tmp_path / "a.tif")
    assert source.description.axes == ()
    np.testing.assert_array_equal(whole(source, 0), np.moveaxis(samples, 0, 2))
    source.close()


def test_pictures_that_the_file_has_no_room_for_are_not_believed(tmp_path: Path) -> None:
    pictures = np.zeros((2, 30, 40), np.uint8)
    stack(tmp_path / "a.tif", pictures, "slices=999999999\n")
    source = open_image(tmp_path / "a.tif")
    assert [axis.size for axis in source.description.axes] == [2]
    source.close()


def test_channels_in_palettes_are_pictures_of_their_own(tmp_path: Path) -> None:
    """Three bands of colours each, they would be six under two names."""
    colours = np.zeros((3, 256), np.uint16)
    colours[1, 5] = 0xFF00
    pages = np.full((2, 30, 40), 5, np.uint8)
    tifffile.imwrite(
        tmp_path / "a.ome.tif", pages, photometric="palette", colormap=colours, ome=True,
        metadata={"axes": "CYX"},
    )  # fmt: skip
    source = open_image(tmp_path / "a.ome.tif")
    description = source.description
    assert [(axis.name, axis.size) for axis in description.axes] == [("channel", 2)]
    assert (description.bands, description.channels) == (3, ())
    assert whole(source, 0)[0, 0].tolist() == [0, 255, 0]
    source.close()
