"""Arrays that tifffile wrote: their axes are those that the program told."""

import json
from pathlib import Path
from typing import Any

import numpy as np
import pytest
import tifffile

from glview.image import Axis, ColorModel
from glview.sources.base import at_plane
from glview.sources.opening import open_image
from glview.sources.tiff_shaped import Shaped, read_shaped
from tests.unit.sources.build import tiff_page, whole

STACK = (np.arange(3 * 5 * 40 * 50) % 60_000).reshape(3, 5, 40, 50).astype(np.uint16)


@pytest.mark.parametrize("options", [{}, {"truncate": True}, {"tile": (16, 16)}])
def test_axes_are_those_that_were_told(tmp_path: Path, options: dict[str, Any]) -> None:
    path, told = tmp_path / "a.tif", {"axes": "TZYX"}
    tifffile.imwrite(path, STACK, photometric="minisblack", metadata=told, **options)
    source = open_image(path)
    assert source.description.axes == (Axis("t", 3), Axis("z", 5))
    other = at_plane(source, (2, 3))
    assert np.array_equal(whole(other, 0)[..., 0], STACK[2, 3])
    other.close()
    source.close()


def test_channels_are_one_picture_with_their_names(tmp_path: Path) -> None:
    told = {"axes": "ZCYX", "Channel": {"Name": [*"abcde"]}}
    tifffile.imwrite(tmp_path / "a.tif", STACK, photometric="minisblack", metadata=told)
    source = open_image(tmp_path / "a.tif")
    description = source.description
    assert (description.color_model, description.axes) == (ColorModel.CHANNELS, (Axis("z", 3),))
    assert [channel.name for channel in description.channels] == [*"abcde"]
    assert np.array_equal(whole(source, 0), np.moveaxis(STACK[0], 0, 2))
    source.close()


@pytest.mark.parametrize(("axes", "planar"), [("TYXS", "contig"), ("TSYX", "separate")])
def test_colours_are_told_with_their_axis(tmp_path: Path, axes: str, planar: str) -> None:
    stack = np.random.default_rng(3).integers(0, 256, (5, 40, 50, 3), np.uint8)
    given = stack if planar == "contig" else np.moveaxis(stack, -1, 1)
    tifffile.imwrite(
        tmp_path / "a.tif",
        given,
        photometric="rgb",
        planarconfig=planar,
        compression="deflate",
        metadata={"axes": axes},
    )
    source = open_image(tmp_path / "a.tif", plane=(3,))
    assert source.description.axes == (Axis("t", 5),)
    assert np.array_equal(whole(source, 0), stack[3])
    source.close()


@pytest.mark.parametrize("behind", ["thumbnail", "reductions"])
def test_pages_behind_the_array_leave_its_axes(tmp_path: Path, behind: str) -> None:
    stack = np.random.default_rng(3).integers(0, 60_000, (3, 5, 80, 96), np.uint16)
    form: Any = {"photometric": "minisblack", "tile": (16, 16)}
    with tifffile.TiffWriter(tmp_path / "a.tif") as file:
        file.write(stack, metadata={"axes": "TZYX"}, **form)
        if behind == "thumbnail":
            file.write(np.zeros((20, 30, 3), np.uint8), photometric="rgb", metadata=None)
        else:
            file.write(stack[..., ::2, ::2], subfiletype=1, metadata=None, **form)
    source = open_image(tmp_path / "a.tif", plane=(2, 3))
    assert source.description.axes == (Axis("t", 3), Axis("z", 5))
    assert len(source.description.pyramid.levels) == (1 if behind == "thumbnail" else 2)
    assert np.array_equal(whole(source, 0)[..., 0], stack[2, 3])
    source.close()


def test_more_pages_alike_than_the_array_has_are_pages(tmp_path: Path) -> None:
    with tifffile.TiffWriter(tmp_path / "a.tif") as file:
        for part, told in ((STACK, {"axes": "TZYX"}), (STACK[0], None)):
            file.write(part, photometric="minisblack", metadata=told, contiguous=False)
    source = open_image(tmp_path / "a.tif")
    assert source.description.axes == (Axis("page", 20),)
    source.close()


@pytest.mark.parametrize("axes", [None, "RZYX", "ZZYX", "YXZC"])
def test_other_axes_are_pages(tmp_path: Path, axes: str | None) -> None:
    told = {} if axes is None else {"axes": axes}
    text = json.dumps({"shape": STACK.shape, **told})
    pages = STACK.reshape(15, 40, 50)
    tifffile.imwrite(
        tmp_path / "a.tif", pages, photometric="minisblack", metadata=None, description=text
    )
    source = open_image(tmp_path / "a.tif")
    assert source.description.axes == (Axis("page", 15),)
    source.close()


def test_a_stack_that_lost_pages_is_pages(tmp_path: Path) -> None:
    text = json.dumps({"shape": STACK.shape, "axes": "TZYX"})
    pages = STACK.reshape(15, 40, 50)[:7]
    tifffile.imwrite(
        tmp_path / "a.tif", pages, photometric="minisblack", metadata=None, description=text
    )
    source = open_image(tmp_path / "a.tif")
    assert source.description.axes == (Axis("page", 7),)
    source.close()


@pytest.mark.parametrize(
    "text",
    [
        "",
        "a photo",
        '{"shape": [3',
        '{"shape": "3"}',
        '{"shape": [3]}',
        '{"shape": [3, -1]}',
        '{"shape": [3, true]}',
        '{"shape": [3, 1.5]}',
        '{"shape": ' + "[" * 3000,
    ],
)
def test_what_makes_no_sense_is_left(text: str) -> None:
    assert read_shaped(text) is None


def test_sizes_of_a_stack_are_read_by_the_letters_of_its_axes() -> None:
    told = read_shaped('{"shape": [3, 5, 40, 50], "axes": "TZYX", "truncated": true}')
    assert told == Shaped((3, 5, 40, 50), "TZYX", truncated=True)
    assert told.stack == {"T": 3, "Z": 5}
    assert told.pictures(tiff_page(50, 40, 0, SAMPLES=1)) == 15
    assert told.pictures(tiff_page(70, 40, 0, SAMPLES=1)) == 1
