"""Frames of GIF and WebP as planes."""

from pathlib import Path
from typing import Any

import numpy as np
import pytest
import pyvips
from numpy.typing import NDArray

from glview.errors import ImageError
from glview.image import Axis
from glview.sources.base import at_plane
from glview.sources.opening import open_image
from tests.unit.sources.build import vips, whole

SUFFIXES = [".gif", ".webp"]
GREYS = (10, 120, 250)


def animation(path: Path, width: int = 80) -> Path:
    """Three frames, each of its own grey with a mark that wanders."""
    frames = [np.full((60, width, 3), grey, np.uint8) for grey in GREYS]
    for number, frame in enumerate(frames):
        frame[10:20, 20 * number : 20 * number + 10] = 255, 0, 0
    image = vips(np.concatenate(frames)).copy()
    image.set_type(pyvips.GValue.gint_type, "page-height", 60)
    image.write_to_file(str(path), **({"lossless": True} if path.suffix == ".webp" else {}))
    return path


def decoded(path: Path, frame: int) -> NDArray[Any]:
    return np.asarray(pyvips.Image.new_from_file(str(path), page=frame).numpy())


@pytest.mark.parametrize("suffix", SUFFIXES)
def test_frames_are_pages(tmp_path: Path, suffix: str) -> None:
    path = animation(tmp_path / f"a{suffix}")
    source = open_image(path)
    assert source.description.axes == (Axis("page", 3),)
    assert source.description.plane == (0,)
    for number in (0, 2, 1):
        other = at_plane(source, (number,))
        assert other.description.plane == (number,)
        pixels = whole(other, 0)
        np.testing.assert_array_equal(pixels, decoded(path, number))
        assert abs(int(pixels[50, 70, 0]) - GREYS[number]) <= 1
        other.close()
    source.close()


@pytest.mark.parametrize("suffix", SUFFIXES)
def test_a_frame_can_be_asked_for(tmp_path: Path, suffix: str) -> None:
    path = animation(tmp_path / f"a{suffix}")
    source = open_image(path, plane=(2,))
    np.testing.assert_array_equal(whole(source, 0), decoded(path, 2))
    source.close()
    with pytest.raises(ImageError):
        open_image(path, plane=(3,))


def test_one_picture_has_no_pages(tmp_path: Path) -> None:
    vips(np.full((60, 80, 3), 7, np.uint8)).write_to_file(str(tmp_path / "a.gif"))
    source = open_image(tmp_path / "a.gif")
    assert source.description.axes == ()
    source.close()


@pytest.mark.parametrize("suffix", SUFFIXES)
def test_a_frame_that_was_cut_off_is_an_error_that_names_the_file(
    tmp_path: Path, suffix: str
) -> None:
    path = animation(tmp_path / f"a{suffix}")
    source = open_image(path)
    path.write_bytes(path.read_bytes()[:60])
    with pytest.raises(ImageError, match=rf"a\{suffix}: "):
        at_plane(source, (2,))
    source.close()


def test_a_frame_of_another_size_is_refused(tmp_path: Path) -> None:
    path = animation(tmp_path / "a.gif")
    source = open_image(path)
    animation(path, width=70)
    with pytest.raises(ImageError, match=r"a\.gif: picture 2 is not like the first"):
        at_plane(source, (1,))
    source.close()
