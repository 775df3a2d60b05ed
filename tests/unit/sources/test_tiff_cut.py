"""TIFFs whose end is missing: what is there is shown, and it is told that it is not all."""

import logging
import struct
from pathlib import Path

import numpy as np
import pytest
import tifffile

import glview
from glview.sources.base import at_plane
from glview.sources.describe import as_text
from glview.sources.inspecting import inspect_file
from glview.sources.opening import open_image
from tests.unit.sources.build import overwrite, picture, tiff_entries, whole


def cut(path: Path, share: float) -> int:
    """Take the end off a file; how many bytes are left."""
    data = path.read_bytes()
    left = int(share * len(data))
    path.write_bytes(data[:left])
    return left


def pages(path: Path, *, tiled: bool) -> Path:
    tile = (64, 64) if tiled else None
    with tifffile.TiffWriter(path) as file:
        for number in range(10):
            file.write(np.full((200, 200), 10 + number, np.uint8), contiguous=False, tile=tile)
    return path


@pytest.mark.parametrize("tiled", [False, True])
def test_the_pages_that_are_left_are_shown_and_the_others_told_of(
    tmp_path: Path, tiled: bool, caplog: pytest.LogCaptureFixture
) -> None:
    path = pages(tmp_path / "a.tif", tiled=tiled)
    whole_text = as_text(inspect_file(path))
    cut(path, 0.6)
    source = open_image(path)
    assert [(axis.name, axis.size) for axis in source.description.axes] == [("page", 6)]
    fault = source.description.metadata["damage"]
    assert fault.startswith("the chain of its pages breaks off after 6: directory at ")
    assert fault.endswith(" reaches past the end of the file")
    assert (whole(at_plane(source, (4,)), 0) == 14).all()
    messages = [record.getMessage() for record in caplog.records]
    assert messages == [f"{path}: damaged, shown as far as it can be read: {fault}"]
    stored = inspect_file(path)
    assert stored.metadata["damage"] == fault
    assert f"\n  damage       {fault}\n" in as_text(stored)
    assert as_text(stored).count("breaks off") == 1
    assert "damage" not in whole_text


def test_channels_and_planes_that_nobody_tells_of_any_more_are_missed(tmp_path: Path) -> None:
    path = tmp_path / "a.ome.tif"
    stack = np.arange(4 * 3 * 100 * 100, dtype=np.uint16).reshape(4, 3, 100, 100)
    tifffile.imwrite(path, stack, ome=True, metadata={"axes": "ZCYX"})
    assert "damage" not in open_image(path).description.metadata
    cut(path, 0.6)
    source = open_image(path)
    assert "the chain of its pages breaks off after 1: " in source.description.metadata["damage"]
    assert (whole(source, 0)[..., 0] == stack[0, 0]).all()


def test_a_description_that_is_cut_off_is_told_of(tmp_path: Path) -> None:
    path = tmp_path / "a.tif"
    tifffile.imwrite(path, picture(100, 100), description="x" * 500, metadata=None)
    place = tiff_entries(path)[270][3]
    overwrite(path, place + 8, struct.pack("<I", path.stat().st_size - 100))
    assert open_image(path).description.metadata["damage"] == (
        "its description reaches past the end of the file"
    )


def test_levels_that_are_cut_off_are_told_of(tmp_path: Path) -> None:
    path = tmp_path / "a.tif"
    with tifffile.TiffWriter(path) as file:
        file.write(picture(512, 512), tile=(128, 128), subifds=2)
        for side in (256, 128):
            file.write(picture(side, side), tile=(128, 128), subfiletype=1)
    cut(path, 512 * 512 * 3 * 1.1 / path.stat().st_size)
    source = open_image(path)
    assert len(source.description.pyramid.levels) == 2
    assert source.description.metadata["damage"].startswith("levels of a page are missing: ")


def test_what_cannot_be_decoded_besides_is_told_with_it(
    tmp_path: Path, caplog: pytest.LogCaptureFixture
) -> None:
    path = tmp_path / "a.tif"
    with tifffile.TiffWriter(path) as file:
        for _ in range(3):
            file.write(picture(300, 300), compression="deflate", contiguous=False, rowsperstrip=30)
    left = cut(path, 0.5)
    broken = bytearray(path.read_bytes())
    broken[left // 4 : left // 4 + 4000] = b"\xff" * 4000
    path.write_bytes(broken)
    with caplog.at_level(logging.ERROR):
        damage = open_image(path).description.metadata["damage"]
    first, _, second = damage.partition("; ")
    assert "breaks off" in first
    assert second


def test_what_is_left_is_converted_with_a_word_on_it(
    tmp_path: Path, caplog: pytest.LogCaptureFixture
) -> None:
    path = pages(tmp_path / "a.tif", tiled=True)
    cut(path, 0.15)
    glview.make_pyramid(path, tmp_path / "out.tif")
    told = caplog.records[0].getMessage()
    assert told.startswith(f"{path}: damaged, what is left is converted: the chain of its pages")
