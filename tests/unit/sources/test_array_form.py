"""What an array is where nobody says it: the same in memory and as a file."""

from pathlib import Path
from typing import Any

import numpy as np
import pytest

import glview
from glview.errors import ImageError
from glview.image import ColorModel, ImageDescription
from glview.sources.opening import open_image
from tests.unit.sources.build import whole

GREY, RGB, CHANNELS = ColorModel.GREY, ColorModel.RGB, ColorModel.CHANNELS


def both(folder: Path, array: np.ndarray[Any, Any]) -> list[ImageDescription]:
    """What is told of an array in memory, and of the same as a file."""
    np.save(folder / "array.npy", array)
    told = []
    for what in (array, folder / "array.npy"):
        source = open_image(what)
        told.append(source.description)
        source.close()
    return told


@pytest.mark.parametrize(
    ("shape", "size", "bands", "axes"),
    [
        ((40, 50), (50, 40), 1, {}),
        ((40, 50, 1), (50, 40), 1, {}),
        ((40, 50, 3), (50, 40), 3, {}),
        ((40, 50, 24), (50, 40), 24, {}),
        ((2, 3, 4), (3, 2), 4, {}),
        ((1, 40, 3), (40, 1), 3, {}),
        ((30, 40, 50), (50, 40), 1, {"axis0": 30}),
        ((20, 40, 50), (50, 40), 1, {"axis0": 20}),
        ((4, 40, 50), (50, 40), 1, {"axis0": 4}),
        ((1, 40, 50), (50, 40), 1, {}),
        ((40, 50, 25), (25, 50), 1, {"axis0": 40}),
        ((9, 16, 16), (16, 16), 1, {"axis0": 9}),
        ((2, 2, 40, 50), (50, 40), 1, {"axis0": 2, "axis1": 2}),
        ((2, 1, 3, 40, 50), (50, 40), 1, {"axis0": 2, "axis2": 3}),
        ((9, 40, 50, 3), (50, 40), 3, {"axis0": 9}),
    ],
)
def test_the_axes_of_an_array(
    tmp_path: Path, shape: tuple[int, ...], size: tuple[int, int], bands: int, axes: dict[str, int]
) -> None:
    for told in both(tmp_path, np.zeros(shape, np.uint16)):
        assert (told.pyramid.width, told.pyramid.height) == size
        assert told.bands + told.alpha == bands
        assert {axis.name: axis.size for axis in told.axes} == axes


@pytest.mark.parametrize(
    ("dtype", "depth", "color", "bands", "alpha"),
    [
        ("uint8", 1, GREY, 1, False),
        ("uint8", 2, CHANNELS, 2, False),
        ("uint8", 3, RGB, 3, False),
        ("uint8", 4, RGB, 3, True),
        ("uint8", 7, CHANNELS, 7, False),
        ("uint16", 2, CHANNELS, 2, False),
        ("uint16", 3, RGB, 3, False),
        ("uint16", 4, CHANNELS, 4, False),
        ("float32", 4, CHANNELS, 4, False),
        ("float64", 4, CHANNELS, 4, False),
        ("bool", 4, CHANNELS, 4, False),
    ],
)
def test_four_bands_are_colours_and_their_alpha_in_bytes_alone(
    tmp_path: Path, dtype: str, depth: int, color: ColorModel, bands: int, alpha: bool
) -> None:
    for told in both(tmp_path, np.zeros((40, 50, depth), dtype)):
        assert (told.color_model, told.bands, told.alpha) == (color, bands, alpha)


def test_the_planes_of_an_array_are_those_of_the_file(tmp_path: Path) -> None:
    array = np.arange(2 * 1 * 3 * 40 * 50, dtype=np.uint16).reshape(2, 1, 3, 40, 50)
    np.save(tmp_path / "array.npy", array)
    for what in (array, tmp_path / "array.npy"):
        source = open_image(what, plane="axis0=2,axis2=3")
        assert (whole(source, 0)[..., 0] == array[1, 0, 2]).all()
        source.close()


@pytest.mark.parametrize("shape", [(), (4,), (0, 4), (3, 0, 4)])
def test_what_has_no_picture_is_told(tmp_path: Path, shape: tuple[int, ...]) -> None:
    np.save(tmp_path / "array.npy", np.zeros(shape))
    for what in (np.zeros(shape), tmp_path / "array.npy"):
        with pytest.raises(ImageError) as caught:
            open_image(what)
        assert str(caught.value).endswith(f": shape {shape} is no picture")


@pytest.mark.parametrize(
    ("depth", "options", "color", "bands", "alpha"),
    [
        (4, {"alpha": True}, RGB, 3, True),
        (4, {"color_model": RGB}, RGB, 3, True),
        (4, {"alpha": False}, CHANNELS, 4, False),
        (4, {"color_model": CHANNELS}, CHANNELS, 4, False),
        (2, {"alpha": True}, GREY, 1, True),
        (2, {"color_model": GREY}, GREY, 1, True),
        (2, {"alpha": False}, CHANNELS, 2, False),
        (3, {"color_model": CHANNELS}, CHANNELS, 3, False),
        (6, {"alpha": True}, CHANNELS, 5, True),
    ],
)
@pytest.mark.parametrize("dtype", ["uint8", "float32"])
def test_what_bands_are_can_be_said(
    dtype: str, depth: int, options: dict[str, Any], color: ColorModel, bands: int, alpha: bool
) -> None:
    array = np.zeros((40, 50, depth), dtype)
    told = open_image(array, options=glview.ArrayOptions(**options)).description
    assert (told.color_model, told.bands, told.alpha) == (color, bands, alpha)
