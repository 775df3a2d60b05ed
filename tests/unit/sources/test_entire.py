"""Whole files for what writes them elsewhere: the right page, strictly, and closed again."""

from pathlib import Path
from typing import Any

import numpy as np
import pytest
import tifffile

from glview.sources.base import ColorModel
from glview.sources.entire import entire_image
from glview.sources.vips_pixels import VipsError
from tests.unit.sources.build import open_descriptors, picture, vips


def test_the_page_is_the_one_that_glview_shows(tmp_path: Path) -> None:
    image = picture(300, 200)
    with tifffile.TiffWriter(tmp_path / "a.tif") as writer:
        writer.write(image[::4, ::4], photometric="rgb", subfiletype=1)
        writer.write(image, photometric="rgb", tile=(64, 64))
    with entire_image(str(tmp_path / "a.tif")) as entire:
        assert (entire.undecoded().numpy() == image).all()
        assert (entire.name, entire.orientation) == (str(tmp_path / "a.tif"), 1)
        assert (entire.model.color_model, entire.model.bands) == (ColorModel.RGB, 3)


def test_a_tag_that_nobody_knows_is_no_damage(tmp_path: Path) -> None:
    image = picture(90, 70, 1)[:, :, 0]
    tifffile.imwrite(tmp_path / "a.tif", image, extratags=[(65_000, "s", 0, "who knows", True)])
    with entire_image(str(tmp_path / "a.tif")) as entire:
        assert (entire.undecoded().numpy() == image).all()


def test_damage_shows_when_pixels_are_asked_for(tmp_path: Path) -> None:
    path = tmp_path / "a.jpg"
    vips(picture(600, 400)).jpegsave(str(path))
    path.write_bytes(path.read_bytes()[: path.stat().st_size // 2])
    with entire_image(str(path)) as entire, pytest.raises(VipsError, match="premature end"):
        entire.undecoded().numpy()


@pytest.mark.parametrize(
    ("name", "options", "lossy"),
    [
        ("a.jpg", {}, True),
        ("a.avif", {}, True),
        ("a.webp", {}, True),
        ("a.webp", {"lossless": True}, False),
        ("a.png", {}, False),
        ("a.png", {"palette": True}, False),
        ("a.gif", {}, False),
        ("a.tif", {}, False),
        ("a.tif", {"compression": "lzw"}, False),
        ("a.tif", {"compression": "jpeg"}, True),
        ("a.tif", {"compression": "jpeg", "tile": True}, True),
        ("a.tif", {"compression": "webp"}, True),
        ("a.tif", {"compression": "webp", "lossless": True}, False),
        ("a.tif", {"compression": "webp", "lossless": True, "tile": True}, False),
    ],
)
def test_what_has_lost_something_already_is_told(
    tmp_path: Path, name: str, options: dict[str, Any], lossy: bool
) -> None:
    vips(picture(90, 70)).write_to_file(str(tmp_path / name), **options)
    with entire_image(str(tmp_path / name)) as entire:
        assert entire.lossy is lossy


def test_the_file_is_closed_again(tmp_path: Path) -> None:
    path = tmp_path / "a.png"
    vips(picture(300, 200)).pngsave(str(path))
    before = open_descriptors()
    with entire_image(str(path)) as entire:
        assert np.asarray(entire.undecoded().numpy()).shape == (200, 300, 3)
        del entire
    assert open_descriptors() == before
