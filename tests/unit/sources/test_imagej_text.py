"""What is read of ImageJ's descriptions."""

from pathlib import Path

import numpy as np
import pytest
import tifffile

from glview.pyramid import TileKey
from glview.sources.imagej_text import ImageJText, read_imagej, window_of
from glview.sources.opening import open_image

HYPERSTACK = """ImageJ=1.54f
images=24
channels=2
slices=3
frames=4
hyperstack=true
mode=composite
unit=\\u00B5m
yunit=Inch
spacing=2.0
loop=false
min=16.5
max=4095.0
"""


def test_all_that_is_said() -> None:
    assert read_imagej(HYPERSTACK) == ImageJText(
        images=24,
        channels=2,
        slices=3,
        frames=4,
        units=("µm", "inch"),
        mode="composite",
        window=(16.5, 4095.0),
    )


def test_nothing_is_said_but_the_version() -> None:
    assert read_imagej("ImageJ=1.54f") == ImageJText()
    assert read_imagej("ImageJ=") == ImageJText()


@pytest.mark.parametrize("text", ["", "images=3\n", "x\nImageJ=1.54f\n", "<OME/>"])
def test_other_descriptions_are_none_of_imagejs(text: str) -> None:
    assert read_imagej(text) is None


@pytest.mark.parametrize(
    "said", ["slices=x", "slices=-3", "slices=0", "slices= 3", "slices=3.0", "slices=9999999999"]
)
def test_counts_that_make_no_sense_are_1(said: str) -> None:
    assert read_imagej(f"ImageJ=1.54f\n{said}\n") == ImageJText()


@pytest.mark.parametrize(
    ("said", "sizes"),
    [
        ("images=7", (1, 7, 1)),
        ("images=6\nchannels=2\nslices=3", (2, 3, 1)),
        ("images=4\nframes=4", (1, 1, 4)),
        ("min=0", (1, 1, 1)),
    ],
)
def test_images_that_are_nothing_else_are_z_planes(said: str, sizes: tuple[int, int, int]) -> None:
    found = read_imagej(f"ImageJ=1.54f\n{said}\n")
    assert found is not None
    assert found.sizes == sizes


@pytest.mark.parametrize(
    "said", ["min=1", "max=1", "min=a\nmax=2", "min=nan\nmax=2", "min=2\nmax=2"]
)
def test_ends_that_are_no_window_are_none(said: str) -> None:
    assert read_imagej(f"ImageJ=1.54f\n{said}\n") == ImageJText()


def test_a_window_has_two_finite_ends() -> None:
    assert window_of(-1.0, 2.5) == (-1.0, 2.5)
    assert window_of(2.5, -1.0) is None
    assert window_of(0.0, float("inf")) is None


def test_lines_may_end_as_on_windows() -> None:
    assert read_imagej("ImageJ=1.54f\r\nslices=3\r\n") == ImageJText(slices=3)


@pytest.mark.parametrize(
    "said", ["cf=0\nc0=-32768.0\nc1=1.0\nvunit=HU", "cf=21\nvunit=OD", "cf=20"]
)
def test_a_function_of_the_values_is_left_alone(tmp_path: Path, said: str) -> None:
    """Samples and windows are the file's own."""
    path = tmp_path / "a.tif"
    text = f"ImageJ=1.54f\n{said}\nmin=32768.0\nmax=33000.0\n"
    pixels = np.full((20, 30), 32800, np.uint16)
    tifffile.imwrite(path, pixels, description=text, metadata=None)
    source = open_image(path)
    tile = source.read_tile(TileKey(0, 0, 0))
    (channel,) = source.description.channels
    source.close()
    assert tile is not None
    assert (int(tile.pixels.max()), channel.window) == (32800, (32768.0, 33000.0))
