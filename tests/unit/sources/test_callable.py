"""Images out of one function."""

from collections.abc import Callable
from typing import Any

import numpy as np
import pytest
from numpy.typing import NDArray

from glview.errors import ImageError, TileError
from glview.image import Reading
from glview.pyramid import TileKey
from glview.sources.callable import CallableSource
from glview.sources.isolated import IsolatedSource


def places(level: int, x: int, y: int, width: int, height: int) -> NDArray[np.int16]:
    """Each texel says its level, column and row."""
    texels = np.empty((height, width, 3), np.int16)
    texels[:, :, 0] = level
    texels[:, :, 1] = np.arange(x, x + width)
    texels[:, :, 2] = np.arange(y, y + height)[:, np.newaxis]
    return texels


def test_the_function_is_asked_for_tiles_of_levels_that_halve() -> None:
    description = CallableSource(places, 1001, 600, dtype="int16").description
    sizes = [(level.width, level.height) for level in description.pyramid.levels]
    assert sizes == [(1001, 600), (501, 300), (251, 150)]
    assert (description.name, description.format, description.bands) == ("places", "function", 3)


def test_a_tile_is_a_rectangle_of_its_level() -> None:
    tile = CallableSource(places, 1001, 600, dtype="int16").read_tile(TileKey(1, 1, 1))
    assert tile.pixels.shape == (44, 245, 3)
    assert tile.pixels[0, 0].tolist() == [1, 256, 256]
    assert tile.pixels[43, 244].tolist() == [1, 500, 299]


def test_levels_may_be_left_to_the_viewer() -> None:
    source = CallableSource(places, 1001, 600, levels=1, tile_px=300)
    assert [level.columns for level in source.description.pyramid.levels] == [4]


@pytest.mark.parametrize(
    ("bands", "dtype", "given", "held"),
    [
        (1, "uint8", np.full((4, 5), 7, np.uint8), 7),
        (1, "uint8", np.ones((4, 5), bool), 1),
        (1, "float32", np.full((4, 5), 0.1), np.float32(0.1)),
        (1, "float32", [[3] * 5] * 4, 3),
        (2, "uint16", np.full((4, 5, 2), 60000, ">u2"), 60000),
        (6, "int16", np.full((4, 5, 6), -9, np.int16), -9),
    ],
)
def test_arrays_become_the_declared_dtype(bands: int, dtype: str, given: Any, held: float) -> None:
    source = CallableSource(lambda *_: given, 5, 4, bands=bands, dtype=dtype)
    pixels = source.read_tile(TileKey(0, 0, 0)).pixels
    assert (pixels.dtype, pixels.shape) == (np.dtype(dtype), (4, 5, bands))
    assert (pixels == held).all()


@pytest.mark.parametrize(
    ("given", "fault"),
    [
        (np.zeros((5, 4, 3), np.uint8), "uint8 of shape (5, 4, 3)"),
        (np.zeros((4, 5), np.uint8), "uint8 of shape (4, 5, 1)"),
        (np.zeros((4, 5, 3), np.int64), "int64 of shape (4, 5, 3)"),
        (None, "object of shape ()"),
    ],
)
def test_another_array_than_declared_is_a_tile_error(given: Any, fault: str) -> None:
    paint: Callable[..., Any] = lambda *_: given  # noqa: E731  # its name is told
    with pytest.raises(TileError) as caught:
        CallableSource(paint, 5, 4).read_tile(TileKey(0, 0, 0))
    told = f"<lambda>: tile (0, 0, 0): {fault} instead of uint8 of (4, 5, 3)"
    assert str(caught.value) == told


def test_other_samples_are_refused() -> None:
    with pytest.raises(ImageError) as caught:
        CallableSource(places, 5, 4, dtype="int64")
    assert str(caught.value) == (
        "places: samples of type int64 are not supported (uint8, uint16, int16, float32 are)"
    )


def test_a_function_is_python_code_unless_told_otherwise() -> None:
    assert CallableSource(places, 5, 4).description.reading is Reading.PYTHON
    source = CallableSource(places, 5, 4, reading=Reading.WAITING)
    assert source.description.reading is Reading.WAITING


def test_a_function_can_be_called_in_other_processes() -> None:
    source = IsolatedSource(CallableSource, places, 1001, 600)
    assert source.description.reading is Reading.COMPUTING
    with pytest.raises(TileError, match=r"^places: tile \(1, 1, 1\): int16 of shape"):
        source.read_tile(TileKey(1, 1, 1))
    source.close()
