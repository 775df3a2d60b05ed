"""What wraps a source passes on the way to its other planes, wrapped as it is itself."""

import numpy as np
import pytest

from glview.image import Axis
from glview.pyramid import TileKey
from glview.sources.array import ArrayOptions
from glview.sources.base import PlanedSource, TileSource, at_plane
from glview.sources.borrowed import BorrowedSource
from glview.sources.derived import DerivedSource
from glview.sources.isolated import IsolatedSource
from glview.sources.opaque import OpaqueSource
from glview.sources.opening import open_image
from glview.sources.presented import presented
from glview.sources.regrid import RegridSource
from glview.sources.synthetic import KeyedSource
from tests.unit.sources.build import whole


def planes() -> TileSource:
    """Three of 300 x 200 pixels of 10, 20, 30; importable for other processes."""
    array = np.empty((3, 200, 300), np.uint8)
    array[:] = np.array([10, 20, 30])[:, None, None]
    return open_image(array, options=ArrayOptions(axes="zyx"))


@pytest.mark.parametrize(
    "wrap",
    [
        lambda source: RegridSource(source, 128, 192),
        DerivedSource,
        OpaqueSource,
        BorrowedSource,
        presented,
    ],
)
def test_another_plane_comes_wrapped_alike(wrap: type[RegridSource]) -> None:
    wrapped = wrap(planes())  # type: ignore[call-arg]  # the others take one argument
    assert wrapped.description.axes == (Axis("z", 3),)
    assert isinstance(wrapped, PlanedSource)
    other = at_plane(wrapped, (2,))
    assert other.description.plane == (2,)
    assert other.description.pyramid == wrapped.description.pyramid
    assert other.description.alpha == wrapped.description.alpha
    coarsest = len(other.description.pyramid.levels) - 1
    for level in (0, coarsest):
        assert (whole(other, level)[:, :, 0] == 30).all()
    other.close()
    assert (whole(wrapped, 0)[:, :, 0] == 10).all()


@pytest.mark.parametrize("wrap", [DerivedSource, OpaqueSource, BorrowedSource])
def test_where_there_are_no_planes_none_is_promised(wrap: type[DerivedSource]) -> None:
    wrapped = wrap(KeyedSource(512, 512))
    with pytest.raises(IndexError, match=r"there is no plane \(0,\)"):
        at_plane(wrapped, (0,))
    with pytest.raises(IndexError, match=r"there is no plane \(0,\)"):
        wrapped.at_plane((0,))


def test_a_plane_of_a_borrowed_source_is_the_caller_s_to_close() -> None:
    other = at_plane(BorrowedSource(planes()), (1,))
    other.close()
    assert other.cache_bytes == 0


def test_other_planes_are_read_in_other_processes() -> None:
    source = IsolatedSource(planes, processes=1)
    other = at_plane(source, (1,))
    assert isinstance(other, IsolatedSource)
    assert other.description.plane == (1,)
    tile = other.read_tile(TileKey(0, 0, 0))
    assert tile is not None
    assert (tile.pixels == 20).all()
    again = at_plane(other, (2,))
    source.close()
    other.close()
    tile = again.read_tile(TileKey(0, 0, 0))
    assert tile is not None
    assert (tile.pixels == 30).all()
    with pytest.raises(IndexError):
        again.at_plane((3,))  # type: ignore[attr-defined]  # it is a PlanedSource
    again.close()
