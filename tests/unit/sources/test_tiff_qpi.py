"""QPTIFF: channels of a scanner, each with pages of its own."""

from pathlib import Path

import numpy as np
import pytest

from glview.image import Axis, ColorModel
from glview.sources.base import at_plane
from glview.sources.inspecting import inspect_file
from glview.sources.opening import open_image
from glview.sources.tiff_qpi import qpi_channels
from glview.sources.tiff_structure import Directory
from tests.slides import Pixels, tissue, write_qptiff
from tests.unit.sources.build import tiff_page, whole

ROOT = "PerkinElmer-QPI-ImageDescription"
FULL = "<ImageType>FullResolution</ImageType>"


def band(number: int) -> Pixels:
    return np.roll(tissue(512, 256)[:, :, number % 3], 7 * number, 1)


def page(told: str, root: str = ROOT) -> Directory:
    return tiff_page(400, 300, 0, DESCRIPTION=f"<{root}>{told}</{root}>".encode() + b"\0")


def test_channels_have_their_names_and_colours_and_levels(tmp_path: Path) -> None:
    path = tmp_path / "a.qptiff"
    names = [("DAPI", "0,0,255"), ("Opal 520", "0,255,0"), ("Sample AF", "0,0,0")]
    write_qptiff(path, [(*name, band(number)) for number, name in enumerate(names)])
    source = open_image(path)
    told = source.description
    assert (told.color_model, told.axes) == (ColorModel.CHANNELS, ())
    assert [(one.name, one.color) for one in told.channels] == [
        ("DAPI", (0.0, 0.0, 1.0)),
        ("Opal 520", (0.0, 1.0, 0.0)),
        ("Sample AF", None),
    ]
    assert [level.width for level in told.pyramid.levels] == [512, 256]
    full, half = whole(source, 0), whole(source, 1)
    for number in range(3):
        assert np.array_equal(full[..., number], band(number))
        means = band(number).reshape(128, 2, 256, 2).mean((1, 3))
        assert np.abs(half[..., number] - means).max() <= 0.5
    source.close()


def test_one_channel_has_its_name_and_colour(tmp_path: Path) -> None:
    path = tmp_path / "a.qptiff"
    write_qptiff(path, [("DAPI", "0,0,255", band(0))])
    source = open_image(path)
    told = source.description
    assert [(one.name, one.color) for one in told.channels] == [("DAPI", (0.0, 0.0, 1.0))]
    assert (told.axes, len(told.pyramid.levels)) == ((), 2)
    assert np.array_equal(whole(source, 0)[..., 0], band(0))
    source.close()


def test_levels_of_all_channels_are_shown(tmp_path: Path) -> None:
    """And what is not is the thumbnail and the label."""
    path = tmp_path / "a.qptiff"
    write_qptiff(path, [(name, "0,0,255", band(0)) for name in "abc"])
    assert inspect_file(path).other_pages == 2


def test_more_channels_than_one_picture_has_room_for_are_an_axis_by_name(tmp_path: Path) -> None:
    path = tmp_path / "a.qptiff"
    names = [f"marker {number}" for number in range(26)]
    write_qptiff(path, [(name, "255,0,0", band(number)) for number, name in enumerate(names)])
    source = open_image(path)
    assert source.description.axes == (Axis("channel", 26, tuple(names)),)
    other = at_plane(source, (25,))
    assert np.array_equal(whole(other, 0)[..., 0], band(25))
    other.close()
    source.close()


def test_a_biomarker_is_a_better_name_than_a_filter() -> None:
    told = page(f"{FULL}<Name>CY5</Name><Biomarker>CD8</Biomarker>")
    assert [one.name for one in qpi_channels([(4, told)]).values()] == ["CD8"]


@pytest.mark.parametrize(
    "other",
    [
        page("<ImageType>Thumbnail</ImageType><Name>DAPI</Name>"),
        page(FULL, root="other"),
        page("<ImageType>"),
        tiff_page(400, 300),
    ],
)
def test_other_pages_are_no_channels(other: Directory) -> None:
    assert qpi_channels([(0, page(FULL)), (1, other)]).keys() == {0}


@pytest.mark.parametrize("color", ["", "red", "1,2", "0,0,0", "1,2,3,4", "-1,0,0"])
def test_what_is_no_colour_is_none(color: str) -> None:
    (channel,) = qpi_channels([(0, page(f"{FULL}<Color>{color}</Color>"))]).values()
    assert channel.color is None
