"""Numpy's other kinds of arrays, and what is none."""

from typing import Any

import numpy as np
import pytest

from glview.errors import UnsupportedImageError
from glview.image import SampleType
from glview.sources.array import ArrayOptions
from glview.sources.base import at_plane
from glview.sources.opening import open_image
from tests.unit.sources.build import picture, whole

HIDDEN = np.array([[False, True, False], [False, False, True]])


def masked(dtype: str, bands: int = 0) -> "np.ma.MaskedArray[Any, Any]":
    """Samples 1 to 6, of which two pixels are masked, by a value that nothing else comes near."""
    values = np.arange(1, 7).reshape(2, 3).astype(dtype)
    values[HIDDEN] = 99
    if not bands:
        return np.ma.masked_array(values, HIDDEN)
    first = np.zeros((2, 3, bands), bool)
    first[..., 0] = HIDDEN
    return np.ma.masked_array(np.repeat(values[..., None], bands, axis=2), first)


@pytest.mark.parametrize("dtype", ["float32", "float64", "float16", "complex64", "int32", "uint64"])
def test_masked_samples_are_nan_where_the_samples_are_floats(dtype: str) -> None:
    source = open_image(masked(dtype))
    assert source.description.sample_type is SampleType.F32
    expected = np.array([[1, np.nan, 3], [4, 5, np.nan]])
    assert np.array_equal(whole(source, 0)[..., 0], expected, equal_nan=True)


@pytest.mark.parametrize(
    ("dtype", "opaque"), [("uint8", 255), ("uint16", 65535), ("int16", 32767), ("int8", 32767)]
)
@pytest.mark.parametrize("bands", [0, 3, 5])
def test_masked_whole_numbers_get_an_alpha(dtype: str, opaque: int, bands: int) -> None:
    array = masked(dtype, bands)
    source = open_image(array, options=ArrayOptions(axes="yxc" if bands else "yx"))
    assert source.description.alpha
    assert source.description.bands == max(bands, 1)
    found = whole(source, 0)
    assert (found[..., -1] == np.where(HIDDEN, 0, opaque)).all()
    shown = np.ma.getdata(array).reshape(2, 3, -1)[~HIDDEN]
    assert (found[~HIDDEN][:, :-1] == shown).all()


def test_an_alpha_that_is_there_becomes_nothing_where_masked() -> None:
    found = whole(open_image(masked("uint8", 4)), 0)
    assert found.shape == (2, 3, 4)
    assert (found[..., 3] == [[1, 0, 3], [4, 5, 0]]).all()


def test_masked_samples_far_from_the_others_do_not_coarsen_these() -> None:
    values = 3_000_000_000.0 + np.arange(6).reshape(2, 3)
    values[HIDDEN] = -9999.0
    source = open_image(np.ma.masked_array(values, HIDDEN))
    found = whole(source, 0)[..., 0].astype(np.float64) + source.description.offset
    assert (found[~HIDDEN] == values[~HIDDEN]).all()


def test_the_array_itself_stays_as_it_is() -> None:
    array = masked("float32")
    open_image(array)
    assert (np.ma.getdata(array)[HIDDEN] == 99).all()
    assert (np.ma.getmaskarray(array) == HIDDEN).all()


def test_a_mask_of_nothing_and_no_mask_at_all() -> None:
    plain = picture(30, 20, 1)[..., 0]
    assert not open_image(np.ma.masked_array(plain)).description.alpha
    found = whole(open_image(np.ma.masked_array(plain, False)), 0)
    assert (found[..., 0] == plain).all()
    assert not whole(open_image(np.ma.masked_array(plain, True)), 0)[..., 1].any()


def test_each_plane_has_its_own_mask() -> None:
    mask = np.zeros((2, 40, 50), bool)
    mask[1, 3, 4] = True
    source = open_image(np.ma.masked_array(np.ones((2, 40, 50), np.uint8), mask))
    assert source.description.alpha
    assert whole(source, 0)[..., 1].all()
    assert whole(at_plane(source, (1,)), 0)[3, 4, 1] == 0


def test_a_masked_array_counts_as_the_copy_that_it_becomes() -> None:
    source = open_image(masked("float32"))
    assert source.cache_bytes == 2 * 3 * 4


@pytest.mark.filterwarnings("ignore:the matrix subclass")
def test_a_matrix_is_an_array_of_two_axes() -> None:
    plain = picture(30, 20, 1)[..., 0]
    source = open_image(np.asmatrix(plain))
    assert (whole(source, 0)[..., 0] == plain).all()
    row = open_image(np.asmatrix(plain[0]))
    assert (row.description.pyramid.width, row.description.pyramid.height) == (30, 1)
    named = open_image(np.asmatrix(plain), options=ArrayOptions(axes="xy"))
    assert (named.description.pyramid.width, named.description.pyramid.height) == (20, 30)


MAY_BE = "neither a path, an array nor an image; numpy.asarray may make an array of it"


class Labelled:
    """As pandas', xarray's and torch's."""

    def __array__(self, dtype: Any = None, copy: Any = None) -> np.ndarray[Any, Any]:
        return np.zeros((2, 2))

    def __repr__(self) -> str:
        return "a repr\nof many lines"


@pytest.mark.parametrize(
    ("what", "fault"),
    [
        (None, "NoneType: neither a path, an array nor an image"),
        (object(), "object: neither a path, an array nor an image"),
        ([[1, 2], [3, 4]], f"list: {MAY_BE}"),
        (Labelled(), f"Labelled: {MAY_BE}"),
    ],
)
def test_what_is_no_image_is_named_by_its_kind(what: object, fault: str) -> None:
    with pytest.raises(UnsupportedImageError) as caught:
        open_image(what)
    assert str(caught.value) == fault
