"""OME-TIFFs of several images, each of a size and with axes of its own."""

import xml.etree.ElementTree as ET
from pathlib import Path
from typing import Any

import numpy as np
import pytest
import tifffile

from glview import cli
from glview.errors import ImageError
from glview.image import Axis, Series
from glview.sources.base import at_plane
from glview.sources.inspecting import inspect_file
from glview.sources.ome import read_ome
from glview.sources.opening import open_image
from tests.images import detailed
from tests.unit.sources.test_tiff_stacks import whole

SMALL = detailed(256, 192, 1)[..., 0]
LARGE = np.roll(detailed(512, 384, 1)[..., 0], 40, axis=1)


@pytest.fixture(scope="module")
def path(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Two channels with a pyramid, a picture of half their size, a stack, and one in colours.

    The second could be taken for a level of the first.
    """
    made = tmp_path_factory.mktemp("series") / "a.ome.tif"
    tiles: Any = {"tile": (64, 64), "photometric": "minisblack"}
    told: Any = {
        "axes": "CYX",
        "Name": "slide",
        "PhysicalSizeX": 0.5,
        "PhysicalSizeY": 0.5,
        "Channel": {"Name": ["DAPI", "GFP"]},
    }
    with tifffile.TiffWriter(made, ome=True) as writer:
        channels = np.stack([LARGE, LARGE[::-1]])
        writer.write(channels, subifds=1, metadata=told, **tiles)
        writer.write(channels[:, ::2, ::2] * 0 + 7, subfiletype=1, **tiles)
        half = {"axes": "YX", "Name": "overview", "PhysicalSizeX": 2.0, "PhysicalSizeY": 2.0}
        writer.write(SMALL, metadata=half, **tiles)
        stack = np.stack([SMALL[:100, :150] + z for z in range(3)])
        writer.write(stack, metadata={"axes": "ZYX", "Name": "stack"}, **tiles)
        colours = detailed(90, 80, 3)
        writer.write(
            colours, metadata={"axes": "YXS", "Name": "label"}, tile=(64, 64), photometric="rgb"
        )
    return made


def test_the_first_comes_up_with_its_own_levels(path: Path) -> None:
    source = open_image(path)
    described = source.description
    levels = [(level.width, level.height) for level in described.pyramid.levels]
    assert levels == [(512, 384), (256, 192)]
    assert [channel.name for channel in described.channels] == ["DAPI", "GFP"]
    assert (described.axes, described.pixel_size_um) == ((), (0.5, 0.5))
    assert (whole(source)[..., 0] == LARGE).all()
    source.close()


def test_each_of_them_can_be_opened(path: Path) -> None:
    source = open_image(path, series=1)
    assert [level.width for level in source.description.pyramid.levels] == [256]
    assert source.description.pixel_size_um == (2.0, 2.0)
    assert (whole(source)[..., 0] == SMALL).all()
    source.close()
    source = open_image(path, series=2, plane=(2,))
    assert source.description.axes == (Axis("z", 3),)
    assert (whole(source)[..., 0] == SMALL[:100, :150] + 2).all()
    other = at_plane(source, (1,))
    assert (whole(other)[..., 0] == SMALL[:100, :150] + 1).all()
    other.close()
    source.close()
    source = open_image(path, series=3)
    assert (whole(source) == detailed(90, 80, 3)).all()
    source.close()


def test_a_picture_of_half_the_size_is_no_level_of_the_other(tmp_path: Path) -> None:
    path = tmp_path / "a.ome.tif"
    with tifffile.TiffWriter(path, ome=True) as writer:
        for pixels in (LARGE, SMALL):
            writer.write(pixels, tile=(64, 64), metadata={"axes": "YX"})
    source = open_image(path)
    assert [level.width for level in source.description.pyramid.levels] == [512]
    assert (whole(source)[..., 0] == LARGE).all()
    source.close()
    assert [stored.level.width for stored in inspect_file(path).levels] == [512]


@pytest.mark.parametrize("series", [4, -1])
def test_there_are_no_others(path: Path, series: int) -> None:
    with pytest.raises(ImageError, match=f"image {series + 1} of 4 is asked for"):
        open_image(path, series=series)


def test_other_files_hold_one(tmp_path: Path) -> None:
    for name in ("a.tif", "a.ome.tif"):
        tifffile.imwrite(tmp_path / name, SMALL)
        open_image(tmp_path / name, series=0).close()
        with pytest.raises(ImageError, match="image 2 of 1 is asked for"):
            open_image(tmp_path / name, series=1)


def test_info_tells_them(path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    stored = inspect_file(path)
    assert stored.series == (
        Series("slide", 512, 384, 2, 1, 1),
        Series("overview", 256, 192, 1, 1, 1),
        Series("stack", 150, 100, 1, 3, 1),
        Series("label", 90, 80, 1, 1, 1),
    )
    assert cli.run(["info", str(path)]) == 0
    told = capsys.readouterr().out
    assert "  series 1     slide, 512 x 384, 2 channels\n" in told
    assert "  series 3     stack, 150 x 100, 3 z planes\n" in told


def test_an_ome_tiff_of_one_image_tells_none(tmp_path: Path) -> None:
    path = tmp_path / "a.ome.tif"
    tifffile.imwrite(path, np.stack([SMALL] * 3), metadata={"axes": "ZYX"})
    assert inspect_file(path).series == ()
    assert read_ome("<OME><Image/><Image/></OME>") is None


def test_planes_have_the_size_of_a_pixel_that_the_file_tells_of_the_first(tmp_path: Path) -> None:
    told = {"axes": "ZYX", "PhysicalSizeX": 500.0, "PhysicalSizeXUnit": "nm", "PhysicalSizeY": 0.25}
    tifffile.imwrite(tmp_path / "a.ome.tif", np.stack([SMALL] * 3), metadata=told)
    tifffile.imwrite(
        tmp_path / "b.tif",
        np.stack([SMALL] * 3),
        imagej=True,
        resolution=(2.0, 4.0),
        metadata={"axes": "ZYX", "unit": "um"},
    )
    for name in ("a.ome.tif", "b.tif"):
        for z in range(3):
            source = open_image(tmp_path / name, plane=(z,))
            assert source.description.pixel_size_um == (0.5, 0.25)
            source.close()


@pytest.mark.parametrize("tile", [None, (64, 64)])
def test_a_description_is_read_once_and_not_for_other_planes(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, tile: tuple[int, int] | None
) -> None:
    """A text of megabytes takes a second."""
    told = {"axes": "ZCYX", "PhysicalSizeX": 0.5, "PhysicalSizeY": 0.5}
    data = np.stack([SMALL] * 6).reshape(3, 2, *SMALL.shape)
    tifffile.imwrite(
        tmp_path / "a.ome.tif", data, photometric="minisblack", metadata=told, tile=tile
    )
    read: list[str] = []
    parse = ET.fromstring

    def noted(text: str) -> ET.Element:
        read.append(text)
        return parse(text)

    monkeypatch.setattr(ET, "fromstring", noted)
    source = open_image(tmp_path / "a.ome.tif")
    for z in (2, 0):
        at_plane(source, (z,)).close()
    source.close()
    assert len(read) == 1
    inspect_file(tmp_path / "a.ome.tif")
    assert len(read) == 2


def test_pages_of_the_other_images_are_shown_in_tiles_or_not(tmp_path: Path) -> None:
    made = tmp_path / "a.ome.tif"
    with tifffile.TiffWriter(made, ome=True) as writer:
        writer.write(SMALL, metadata={"axes": "YX"}, tile=(64, 64))
        writer.write(SMALL[:100], metadata={"axes": "YX"})
    stored = inspect_file(made)
    assert (len(stored.series), stored.other_pages) == (2, 0)
