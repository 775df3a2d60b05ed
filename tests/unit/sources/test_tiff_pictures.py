"""Pictures of stacks that have one page and lie behind its own; of palettes."""

from pathlib import Path
from typing import Any

import numpy as np
import pytest
import tifffile
from numpy.typing import NDArray

from glview.image import ColorModel
from glview.sources.base import PlanedSource
from glview.sources.opening import open_image
from tests.unit.sources.build import set_table, whole


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


@pytest.mark.parametrize("rows", [7, 50])
def test_metamorphs_pictures_are_pages(tmp_path: Path, rows: int) -> None:
    """As it writes an STK: its tag UIC2 has as many values as there are pictures."""
    pictures = np.arange(4 * 50 * 70).reshape(4, 50, 70).astype(np.uint16)
    path = tmp_path / "a.stk"
    tifffile.imwrite(
        path, pictures[0], metadata=None, rowsperstrip=rows,
        extratags=[(33629, 5, 4, (1, 1) * 4, True)],
    )  # fmt: skip
    with tifffile.TiffFile(path) as read:
        page = read.pages.first
        end = page.dataoffsets[-1] + page.databytecounts[-1]
    path.write_bytes(path.read_bytes()[:end] + pictures[1:].tobytes())
    source = open_image(path, plane=(3,))
    assert [(axis.name, axis.size) for axis in source.description.axes] == [("page", 4)]
    np.testing.assert_array_equal(whole(source, 0)[..., 0], pictures[3])
    source.close()


def test_strips_with_something_between_them_have_no_pictures_behind(tmp_path: Path) -> None:
    pictures = np.arange(2 * 50 * 70).reshape(2, 50, 70).astype(np.uint16)
    path = tmp_path / "a.stk"
    tifffile.imwrite(
        path, pictures[0], metadata=None, rowsperstrip=25,
        extratags=[(33629, 5, 2, (1, 1) * 2, True)],
    )  # fmt: skip
    path.write_bytes(path.read_bytes() + bytes(20_000))
    set_table(path, 273, 1, path.stat().st_size - 10_000)
    source = open_image(path)
    assert source.description.axes == ()
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


def ramp(*color: int, steps: int = 256) -> NDArray[np.uint16]:
    """A lookup table from black to a colour, as Bio-Formats and ImageJ write them."""
    return np.outer(color, np.linspace(0, 65535, steps)).astype(np.uint16)


def with_tables(path: Path, pages: NDArray[Any], *tables: NDArray[Any], text: str) -> Path:
    """A page for each table."""
    with tifffile.TiffWriter(path) as file:
        for number, (page, table) in enumerate(zip(pages, tables, strict=True)):
            file.write(
                page, photometric="palette", colormap=table, metadata=None,
                description=None if number else text,
            )  # fmt: skip
    return path


CHANNELS = """<OME><Image><Pixels SizeX="40" SizeY="30" SizeC="2" SizeZ="1" SizeT="1"
 DimensionOrder="XYCZT" Type="uint8"><Channel/><Channel Color="-16776961"/><TiffData/></Pixels>
</Image></OME>"""


@pytest.mark.parametrize(
    ("text", "dtype", "colors"),
    [
        (CHANNELS, "uint8", [(0.0, 1.0, 0.0), (1.0, 0.0, 0.0)]),
        (CHANNELS, "uint16", [(0.0, 1.0, 0.0), (1.0, 0.0, 0.0)]),
        ("ImageJ=1.53\nimages=2\nchannels=2\n", "uint8", [(0.0, 1.0, 0.0), (0.0, 0.0, 1.0)]),
    ],
)
def test_colour_maps_of_channels_are_their_colours_and_samples_stay_what_they_are(
    tmp_path: Path, text: str, dtype: str, colors: list[tuple[float, ...]]
) -> None:
    pages = np.arange(2 * 30 * 40).reshape(2, 30, 40).astype(dtype)
    steps = 1 << pages.dtype.itemsize * 8
    tables = ramp(0, 1, 0, steps=steps), ramp(0, 0, 1, steps=steps)
    source = open_image(with_tables(tmp_path / "a.tif", pages, *tables, text=text))
    description = source.description
    assert (description.axes, description.color_model) == ((), ColorModel.CHANNELS)
    assert [channel.color for channel in description.channels] == colors
    np.testing.assert_array_equal(whole(source, 0), np.moveaxis(pages, 0, 2))
    source.close()


def test_a_colour_map_of_a_channel_that_is_no_ramp_has_no_colour(tmp_path: Path) -> None:
    colours = np.zeros((3, 256), np.uint16)
    colours[1, 5] = 0xFF00
    pages = np.full((2, 30, 40), 5, np.uint8)
    text = CHANNELS.replace(' Color="-16776961"', "")
    source = open_image(with_tables(tmp_path / "a.tif", pages, colours, colours, text=text))
    assert [channel.color for channel in source.description.channels] == [None, None]
    assert whole(source, 0)[0, 0].tolist() == [5, 5]
    source.close()


@pytest.mark.parametrize(
    ("text", "color"),
    [("ImageJ=1.53\n", (0, 1, 1)), (CHANNELS.replace('"2"', '"1"'), (0, 1, 1)), ("", None)],
)
def test_a_single_palette_is_a_picture_in_colours_but_for_the_ramp_of_a_channel(
    tmp_path: Path, text: str, color: tuple[int, ...] | None
) -> None:
    table = ramp(0, 1, 1)
    path = tmp_path / "a.tif"
    pages = np.full((1, 30, 40), 5, np.uint8)
    source = open_image(with_tables(path, pages, table, text=text))
    described = source.description
    assert described.bands == (3 if color is None else 1)
    if color is not None:
        assert [channel.color for channel in described.channels] == [color]
    source.close()
    odd = table[:, ::-1].copy()
    source = open_image(with_tables(path, pages, odd, text=text))
    assert source.description.bands == 3
    source.close()
