"""A caller's source while pictures are made of it: used as it is, and left open."""

import numpy as np
import pytest

from glview.errors import TileError
from glview.pyramid import TileKey
from glview.sources.base import BoundedSource, StoppableSource, limit_cache, stop
from glview.sources.borrowed import BorrowedSource
from glview.sources.derived import DerivedSource
from glview.sources.synthetic import KeyedSource
from tests.unit.recorder import WaitingSource

KEY = TileKey(0, 1, 1)


def test_it_gives_the_tiles_and_the_description_of_the_other() -> None:
    source = KeyedSource(1000, 700)
    borrowed = BorrowedSource(source)
    assert borrowed.description is source.description
    mine, its = borrowed.read_tile(KEY), source.read_tile(KEY)
    assert mine is not None
    assert its is not None
    assert np.array_equal(mine.pixels, its.pixels)


def test_closing_and_stopping_it_leave_the_other_open() -> None:
    source = WaitingSource()
    for end in (BorrowedSource.stop, BorrowedSource.close):
        borrowed = BorrowedSource(source)
        end(borrowed)
        with pytest.raises(TileError, match="closed"):
            borrowed.read_tile(KEY)
        assert source.closed == 0
        assert source.read_tile(KEY) is not None


def test_stopping_it_leaves_a_source_that_can_be_stopped_going() -> None:
    source = DerivedSource(WaitingSource())
    borrowed = BorrowedSource(source)
    assert isinstance(borrowed, StoppableSource)
    stop(borrowed)
    assert source.read_tile(KEY) is not None


def test_a_bound_of_its_cache_is_passed_on() -> None:
    source = DerivedSource(KeyedSource(4096, 4096))
    borrowed = BorrowedSource(source)
    assert isinstance(borrowed, BoundedSource)
    limit_cache(borrowed, 7 << 20)
    assert source.most_cached_bytes == borrowed.most_cached_bytes == 1 << 20
    coarsest = len(source.description.pyramid.levels) - 1
    borrowed.read_tile(TileKey(coarsest, 0, 0))
    assert borrowed.cache_bytes == source.cache_bytes > 0


def test_a_cache_without_a_bound_is_as_large_as_it_is() -> None:
    borrowed = BorrowedSource(WaitingSource())
    limit_cache(borrowed, 1)
    assert borrowed.most_cached_bytes == 0
