"""Samples that are not compressed and that libvips does not read, as numpy has them."""

from pathlib import Path
from typing import Any

import numpy as np
import pytest
import tifffile
from numpy.typing import NDArray

from glview.errors import ImageError, TileError
from glview.pyramid import TileKey
from glview.sources.opening import open_image
from tests.unit.sources.build import overwrite, set_table, tiff_entries, whole

DOUBLES = np.arange(40 * 50, dtype=np.float64).reshape(40, 50) - 600


def level_0(path: Path) -> NDArray[Any]:
    source = open_image(path)
    try:
        return whole(source, 0)[..., 0]
    finally:
        source.close()


@pytest.mark.parametrize("byteorder", ["<", ">"])
@pytest.mark.parametrize("layout", [{"tile": (16, 32)}, {"rowsperstrip": 7}])
def test_the_byte_order_is_the_files(tmp_path: Path, byteorder: Any, layout: Any) -> None:
    tifffile.imwrite(tmp_path / "a.tif", DOUBLES, byteorder=byteorder, **layout)
    assert np.array_equal(level_0(tmp_path / "a.tif"), DOUBLES)


def test_bits_in_the_other_order_are_turned_around(tmp_path: Path) -> None:
    bits = np.unpackbits(DOUBLES.view(np.uint8).reshape(-1, 1), axis=1)
    turned = np.packbits(bits[:, ::-1]).view(np.float64).reshape(DOUBLES.shape)
    path = tmp_path / "a.tif"
    tifffile.imwrite(path, turned, metadata=None, extratags=[(65_000, 3, 1, 2, True)])
    # tifffile does not write the tag FillOrder.
    overwrite(path, tiff_entries(path)[65_000][3], (266).to_bytes(2, "little"))
    assert np.array_equal(level_0(path), DOUBLES)


def test_colours_of_which_some_samples_are_left_out_are_no_garbage(tmp_path: Path) -> None:
    """YCbCr of 16 bits with one Cb and Cr for four pixels, which nothing here decodes."""
    path = tmp_path / "a.tif"
    image = np.zeros((64, 64, 3), np.uint16)
    tifffile.imwrite(path, image, photometric="rgb", metadata=None, tile=(32, 32))
    place = tiff_entries(path)[262][3]
    overwrite(path, place + 8, (6).to_bytes(2, "little"))
    with pytest.raises(ImageError, match="16-bit YCbCr samples"):
        open_image(path)


def test_a_tile_that_is_too_short_is_told(tmp_path: Path) -> None:
    path = tmp_path / "a.tif"
    tifffile.imwrite(path, DOUBLES, tile=(16, 16), metadata=None)
    set_table(path, 325, 0, 2047)
    source = open_image(path)
    with pytest.raises(TileError, match="2047 bytes of pixels where 2048 belong"):
        source.read_tile(TileKey(0, 0, 0))
    assert source.read_tile(TileKey(0, 1, 0)) is not None
    source.close()
