"""Arrays of several pictures: which axes they have, and what each plane is."""

import re
import threading
from typing import Any

import numpy as np
import pytest
import pyvips

from glview.errors import ImageError
from glview.image import Axis, ColorModel
from glview.pyramid import TileKey
from glview.sources.array import ArrayOptions
from glview.sources.base import PlanedSource, TileSource, at_plane
from glview.sources.opening import open_image
from tests.unit.sources.build import whole


def stack(*shape: int) -> "np.ndarray[tuple[int, ...], np.dtype[np.uint16]]":
    """Each sample another, as far as 16 bits go."""
    return np.arange(np.prod(shape), dtype=np.uint16).reshape(shape)


def opened(array: np.ndarray, axes: str, **options: Any) -> TileSource:
    return open_image(array, options=ArrayOptions(axes=axes, **options))


def test_the_first_plane_comes_first_with_all_axes() -> None:
    array = stack(2, 3, 40, 50)
    source = opened(array, "tzyx")
    described = source.description
    assert described.axes == (Axis("t", 2), Axis("z", 3))
    assert described.plane == (0, 0)
    assert (described.pyramid.width, described.pyramid.height) == (50, 40)
    assert (whole(source, 0)[:, :, 0] == array[0, 0]).all()


def test_each_plane_is_the_array_s() -> None:
    array = stack(2, 3, 300, 280)
    source = opened(array, "tzyx")
    other = at_plane(source, (1, 2))
    assert other.description.plane == (1, 2)
    assert other.description.axes == source.description.axes
    assert (whole(other, 0)[:, :, 0] == array[1, 2]).all()
    # And of another, again another, also where the first is closed.
    source.close()
    again = at_plane(other, (0, 1))
    assert (whole(again, 0)[:, :, 0] == array[0, 1]).all()


def test_more_bands_than_can_be_shown_at_once_are_planes() -> None:
    array = stack(40, 50, 30)
    source = opened(array, "yxc")
    described = source.description
    assert (described.axes, described.bands) == ((Axis("channel", 30),), 1)
    assert described.color_model is ColorModel.GREY
    assert (whole(at_plane(source, (29,)), 0)[:, :, 0] == array[..., 29]).all()


def test_more_bands_of_a_pyvips_image_than_can_be_shown_at_once_are_planes() -> None:
    array = stack(40, 50, 30)
    source = open_image(pyvips.Image.new_from_array(array))
    described = source.description
    assert (described.axes, described.bands) == ((Axis("channel", 30),), 1)
    assert described.color_model is ColorModel.GREY
    assert (whole(source, 0)[:, :, 0] == array[..., 0]).all()
    other = at_plane(source, (29,))
    assert other.description.plane == (29,)
    assert (whole(other, 0)[:, :, 0] == array[..., 29]).all()


def test_bands_of_a_pyvips_image_have_the_bytes_of_one() -> None:
    image = pyvips.Image.black(400, 300, bands=30)  # 3.6 MB; one has 160 kB with its levels
    assert at_plane(open_image(image, budget_bytes=200_000), (3,)).description.plane == (3,)
    with pytest.raises(ImageError, match="needs 1 MiB in memory"):
        open_image(image, budget_bytes=100_000)


def test_colours_of_a_pyvips_image_with_many_more_bands_are_one_picture() -> None:
    image = pyvips.Image.black(40, 30, bands=30).copy(interpretation="srgb")
    assert open_image(image).description.axes == ()


def test_as_many_as_can_be_shown_are_bands() -> None:
    described = opened(stack(40, 50, 24), "yxc").description
    assert (described.axes, described.bands) == ((), 24)


def test_axes_may_come_in_any_order_and_in_capitals() -> None:
    array = stack(40, 3, 50, 2)
    source = opened(array, "YCXT")
    assert source.description.axes == (Axis("t", 2),)
    assert source.description.bands == 3
    assert source.description.color_model is ColorModel.RGB
    other = at_plane(source, (1,))
    assert (whole(other, 0) == np.moveaxis(array[..., 1], 1, 2)).all()


def test_bands_that_come_first_can_be_named() -> None:
    array = stack(7, 40, 50)
    source = opened(array, "cyx")
    assert source.description.axes == ()
    assert source.description.bands == 7
    assert (whole(source, 0) == np.moveaxis(array, 0, -1)).all()


def test_planes_are_used_in_place() -> None:
    array = stack(2, 3, 700, 500)
    other = at_plane(opened(array, "tzyx"), (1, 1))
    tile = other.read_tile(TileKey(0, 0, 0))
    assert tile is not None
    assert np.shares_memory(tile.pixels, array)
    assert other.cache_bytes == 2 * (350 * 250 + 175 * 125)


def test_what_is_copied_is_one_plane() -> None:
    # 8 planes of 1 MiB as floats each, under a budget of 2.
    array = np.zeros((8, 512, 512), np.float64)
    source = open_image(array, options=ArrayOptions(axes="zyx"), budget_bytes=2 << 20)
    assert (1 << 20) < source.cache_bytes < (2 << 20)
    assert at_plane(source, (7,)).cache_bytes == source.cache_bytes


def test_the_other_options_are_those_of_each_plane() -> None:
    source = opened(
        stack(2, 40, 50, 4), "zyxc", color_model=ColorModel.CHANNELS, nodata=7.0, name="cells"
    )
    for described in (source.description, at_plane(source, (1,)).description):
        assert (described.name, described.nodata, described.bands) == ("cells", 7.0, 4)


@pytest.mark.parametrize("plane", [(), (0,), (2, 0), (0, 3), (-1, 0), (0, 0, 0)])
def test_there_are_no_other_planes(plane: tuple[int, ...]) -> None:
    source = opened(stack(2, 3, 4, 5), "tzyx")
    assert isinstance(source, PlanedSource)
    with pytest.raises(IndexError, match=re.escape(f"array: there is no plane {plane}")):
        source.at_plane(plane)
    with pytest.raises(IndexError, match=re.escape(f"array: there is no plane {plane}")):
        at_plane(source, plane)


@pytest.mark.parametrize(
    ("axes", "fault"),
    [
        ("zyx", "shape (2, 3, 4, 5) has 4 axes, and axes='zyx' names 3"),
        ("zzyx", "axes='zzyx' must be letters, each once"),
        ("tz,x", "axes='tz,x' must be letters, each once"),
        ("tzcx", "axes='tzcx' must have y and x, which are the picture's"),
    ],
)
def test_names_that_are_not_the_array_s_are_told(axes: str, fault: str) -> None:
    with pytest.raises(ImageError) as caught:
        opened(stack(2, 3, 4, 5), axes)
    assert str(caught.value) == f"array: {fault}"


def test_an_array_of_nothing_is_told() -> None:
    with pytest.raises(ImageError, match=re.escape("shape (0, 4, 5) has nothing in it")):
        opened(stack(0, 4, 5), "zyx")


def test_planes_are_opened_on_any_thread() -> None:
    array = stack(30, 64, 64)
    source = opened(array, "zyx")
    found: dict[int, bool] = {}

    def read(index: int) -> None:
        found[index] = bool((whole(at_plane(source, (index,)), 0)[:, :, 0] == array[index]).all())

    threads = [threading.Thread(target=read, args=(index,)) for index in range(30)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert found == dict.fromkeys(range(30), True)
