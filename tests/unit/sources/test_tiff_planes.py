from pathlib import Path

import numpy as np
import pytest
import tifffile

from glview.sources.ome import read_ome
from glview.sources.opening import open_image
from glview.sources.stored import Planes
from glview.sources.tiff_axes import stack_of
from glview.sources.tiff_levels import chosen_levels
from glview.sources.tiff_planes import other_pages, planes_of
from glview.sources.tiff_structure import Directory, Tag, TiffStructure
from tests.unit.sources.build import picture
from tests.unit.sources.build import tiff_page as page

OME = '<OME xmlns="x"><Image><Pixels {sizes}>{channels}<TiffData/></Pixels></Image><Image/></OME>'


def counted(*pages: Directory, more: bool = False) -> tuple[Planes, int]:
    ome = read_ome(pages[0].text(Tag.DESCRIPTION))
    structure = TiffStructure("<", False, pages, more, ome)
    levels = chosen_levels(structure)
    stack = stack_of(structure, levels, "a.tif", lambda _offset, _count: b"")
    return planes_of(stack, more=more), other_pages(structure, levels, stack)


def described(text: str, tile: int = 0) -> Directory:
    return page(400, 300, tile, DESCRIPTION=text.encode() + b"\0")


def test_pages_in_strips() -> None:
    pages = [page(400, 300, 0) for _ in range(6)]
    assert counted(*pages) == (Planes(6, "page"), 0)
    assert str(counted(*pages)[0]) == "6 pages; the first comes up"
    assert str(counted(*pages, more=True)[0]) == "6 pages or more; the first comes up"


def test_one_page_is_no_matter() -> None:
    assert counted(page(400, 300)) == (Planes(1, "page"), 0)
    assert str(Planes()) == "1 page"


def test_levels_are_no_planes() -> None:
    assert counted(page(400, 300), page(200, 150), page(100, 75)) == (Planes(1, "page"), 0)


def test_a_slides_thumbnail_label_and_macro_are_other_pages() -> None:
    slide = [
        page(46000, 32914),
        page(1024, 732, tile=0),
        page(11500, 8228),
        page(387, 463, tile=0, NEW_SUBFILE_TYPE=1),
        page(1280, 431, tile=0, NEW_SUBFILE_TYPE=9),
    ]
    assert counted(*slide) == (Planes(1, "page"), 3)


def test_planes_of_ome_xml() -> None:
    text = OME.format(sizes='SizeX="400" SizeC="3" SizeZ="5" SizeT="1"', channels="<Channel/>")
    axes = (("channels", 3), ("z planes", 5))
    planes, others = counted(described(text), *[page(400, 300, 0)] * 14)
    assert (planes, others) == (Planes(15, "plane", axes), 0)
    assert str(planes) == "15 planes (3 channels, 5 z planes); the first comes up"


def test_the_samples_of_a_colour_are_one_plane_in_ome_xml() -> None:
    text = OME.format(
        sizes="SizeC='3' SizeZ='1' SizeT='2'", channels='<Channel ID="0" SamplesPerPixel="3"/>'
    )
    text = text.replace("<", "<o:").replace("<o:/", "</o:").replace("xmlns=", "xmlns:o=")
    planes, _ = counted(described(text))
    assert str(planes) == "2 planes (2 time points); the first comes up"


@pytest.mark.parametrize(
    ("lines", "told"),
    [
        ("images=24\nchannels=2\nslices=3\nframes=4", "24 planes (2 channels, 3 z planes, 4 time"),
        ("images=7\nloop=false", "7 planes (7 z planes)"),
        ("images=25", "24 pages"),
    ],
)
def test_planes_of_an_imagej_stack(lines: str, told: str) -> None:
    pages = [page(400, 300, 0)] * 23
    planes, _ = counted(described(f"ImageJ=1.53t\n{lines}\n"), *pages)
    assert str(planes).startswith(told)


@pytest.mark.parametrize(
    "text", ["<OME", "<OME><Pixels SizeC=''>", "ImageJ=", "ImageJ=1\nslices=x"]
)
def test_broken_declarations_count_for_nothing(text: str) -> None:
    assert counted(described(text))[0] == Planes(1, "page")


@pytest.mark.parametrize("tile", [None, (64, 64)])
def test_a_description_tells_of_planes_not_shown(
    tmp_path: Path, tile: tuple[int, int] | None
) -> None:
    path = tmp_path / "a.tif"
    stack = np.stack([picture(300, 200, 1)[:, :, 0]] * 6).reshape(2, 3, 200, 300)
    tifffile.imwrite(path, stack, metadata={"axes": "CZYX"}, ome=True, tile=tile)
    metadata = open_image(path).description.metadata
    assert metadata["planes"] == (
        "3 planes (3 z planes) of 2 channels, shown together; the first comes up"
    )
    tifffile.imwrite(path, stack[0, 0], tile=tile)
    assert "planes" not in open_image(path).description.metadata


def test_the_page_that_is_shown_is_no_reduction(tmp_path: Path) -> None:
    path = tmp_path / "a.tif"
    with tifffile.TiffWriter(path) as file:
        file.write(picture(30, 20), photometric="rgb", subfiletype=1)
        file.write(picture(300, 200), photometric="rgb")
    assert open_image(path).description.pyramid.width == 300
