"""What is told of a TIFF of several pictures is what opens, also where it is broken."""

from pathlib import Path
from typing import Any

import numpy as np
import pytest
import tifffile
from numpy.typing import NDArray

from glview.errors import ImageError
from glview.image import Axis, Channel
from glview.sources.inspecting import inspect_file
from glview.sources.opening import open_image
from glview.sources.stored import DAMAGE, Planes, StoredImage

GREYS: dict[str, Any] = {"photometric": "minisblack", "metadata": None}


def pages(count: int, width: int = 50) -> NDArray[Any]:
    return np.arange(count * 40 * width, dtype=np.uint16).reshape(count, 40, width)


def write(
    path: Path, text: str, *stacks: NDArray[Any], tile: tuple[int, int] | None = None
) -> Path:
    """Pages one behind the other, of which the first has a description."""
    with tifffile.TiffWriter(path) as file:
        for stack in stacks:
            for page in stack:
                file.write(page, description=text or None, tile=tile, **GREYS)
                text = ""
    return path


def ome(told: str, data: str = "<TiffData/>") -> str:
    sizes = f'DimensionOrder="XYCZT" Type="uint16" SizeX="50" SizeY="40" {told}'
    return f"<OME><Image><Pixels {sizes}>{data}</Pixels></Image></OME>"


def told_and_open(path: Path) -> tuple[StoredImage, tuple[Axis, ...], int]:
    """What is told; the axes of what opens, and how many channels it has."""
    source = open_image(path)
    source.close()
    described = source.description
    return inspect_file(path), described.axes, described.bands


@pytest.mark.parametrize(
    ("text", "count", "planes", "axes"),
    [
        ("ImageJ=1.53t\nimages=7\nslices=7\n", 1, Planes(), ()),
        ("ImageJ=1.53t\nimages=7\nslices=7\n", 2, Planes(2, "page"), (Axis("page", 2),)),
        (ome('SizeC="1" SizeZ="70000" SizeT="2"'), 2, Planes(2, "page"), (Axis("page", 2),)),
        (
            ome('SizeC="1" SizeZ="3" SizeT="1"', '<TiffData IFD="5"/>'),
            2,
            Planes(2, "page"),
            (Axis("page", 2),),
        ),
        (
            ome('SizeC="1" SizeZ="3" SizeT="1"'),
            2,
            Planes(3, "plane", (("z planes", 3),)),
            (Axis("z", 3),),
        ),
    ],
)
def test_of_pages_that_are_missing_nothing_more_is_told_than_opens(
    tmp_path: Path, text: str, count: int, planes: Planes, axes: tuple[Axis, ...]
) -> None:
    stored, there, _ = told_and_open(write(tmp_path / "a.tif", text, pages(count)))
    assert (stored.planes, there) == (planes, axes)


@pytest.mark.parametrize("tile", [None, (16, 16)])
def test_channels_whose_pages_are_missing_are_not_counted_and_told_as_damage(
    tmp_path: Path, tile: tuple[int, int] | None
) -> None:
    data = "".join(
        f'<Channel Name="{name}"/><TiffData FirstC="{band}" IFD="{band}" PlaneCount="1"/>'
        for band, name in enumerate("abc")
    )
    text = ome('SizeC="3" SizeZ="1" SizeT="1"', data)
    stored, _, bands = told_and_open(write(tmp_path / "a.tif", text, pages(2), tile=tile))
    assert str(stored.planes) == "2 channels, shown together"
    assert stored.channels == (Channel("a"), Channel("b"))
    assert stored.shown is not None
    assert (stored.shown.model.bands, bands) == (2, 2)
    assert stored.metadata[DAMAGE] == "1 of 3 channels are not there"


@pytest.mark.parametrize("tile", [None, (16, 16)])
def test_channels_of_different_sizes_are_told_not_to_be_shown(
    tmp_path: Path, tile: tuple[int, int] | None
) -> None:
    text = "ImageJ=1.53t\nimages=2\nchannels=2\n"
    path = write(tmp_path / "a.tif", text, pages(1), pages(1, 60), tile=tile)
    fault = "its channels differ in size or in the type of their samples"
    with pytest.raises(ImageError, match=fault):
        open_image(path)
    stored = inspect_file(path)
    assert (stored.shown, stored.note) == (None, f"cannot be shown: {fault}")


def test_the_page_that_comes_up_is_the_one_that_is_told_of(tmp_path: Path) -> None:
    data = '<TiffData IFD="1"/><TiffData FirstZ="1" IFD="2"/>'
    text = ome('SizeC="1" SizeZ="2" SizeT="1" PhysicalSizeX="2" PhysicalSizeY="2"', data)
    path = write(tmp_path / "a.tif", text, pages(1, 30), pages(2))
    source = open_image(path)
    assert (source.description.pyramid.width, source.description.pixel_size_um) == (50, (2.0, 2.0))
    source.close()
    stored = inspect_file(path)
    assert (stored.width, stored.pixel_size_um) == (50, (2.0, 2.0))


def test_a_page_that_is_none_of_the_pictures_is_another_page(tmp_path: Path) -> None:
    text = ome('SizeC="1" SizeZ="2" SizeT="1"')
    stored = inspect_file(write(tmp_path / "a.tif", text, pages(3)))
    assert (stored.planes.count, stored.other_pages) == (2, 1)


def test_a_picture_in_a_file_that_is_not_there_is_told_not_to_be_shown(tmp_path: Path) -> None:
    data = '<TiffData IFD="7"><UUID FileName="b.tif">urn:uuid:b</UUID></TiffData>'
    path = write(tmp_path / "a.tif", ome('SizeC="1" SizeZ="2" SizeT="1"', data), pages(2))
    with pytest.raises(ImageError, match="page 8 of 2 is missing"):
        open_image(path)
    assert inspect_file(path).note == "cannot be shown: page 8 of 2 is missing"


def test_the_metadata_of_one_channel_alone_counts_as_its_axes_do(tmp_path: Path) -> None:
    path = write(tmp_path / "a.tif", "ImageJ=1.53t\nimages=6\nchannels=2\nslices=3\n", pages(6))
    source = open_image(path, plane="channel=1")
    source.close()
    assert [axis.name for axis in source.description.axes] == ["z", "channel"]
    assert source.description.metadata["planes"] == (
        "6 planes (2 channels, 3 z planes); the first comes up"
    )


def test_the_bands_of_pages_of_colours_and_more_are_told(tmp_path: Path) -> None:
    path = tmp_path / "a.tif"
    pixels = np.zeros((2, 40, 50, 4), np.uint8)
    told: dict[str, Any] = {"photometric": "rgb", "extrasamples": ["unspecified"], "metadata": None}
    with tifffile.TiffWriter(path) as file:
        for page in pixels:
            file.write(page, **told)
    stored = inspect_file(path)
    assert stored.planes == Planes(2, "page")
    assert [channel.beside_rgb for channel in stored.channels] == [False, False, False, True]
