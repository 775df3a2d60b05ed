"""Tiles kept on the host: which stay, which go, and that nothing is copied."""

import numpy as np
from hypothesis import given
from hypothesis import strategies as st

from glview.host_cache import HostCache
from glview.pyramid import TileKey

TILE_BYTES = 100


def key(number: int) -> TileKey:
    return TileKey(0, number, 0)


def cache(tiles: int, wanted: tuple[int, ...] = ()) -> HostCache:
    made = HostCache(TILE_BYTES)
    made.limit(tiles * TILE_BYTES)
    made.plan([key(number) for number in wanted])
    return made


def put(made: HostCache, *numbers: int) -> None:
    for number in numbers:
        made.put(key(number), np.full(TILE_BYTES, number, np.uint8))


def kept(made: HostCache) -> set[int]:
    return {number for number in range(20) if key(number) in made}


def test_a_tile_is_kept_as_it_came_and_not_copied() -> None:
    made = cache(3)
    texels = np.zeros(TILE_BYTES, np.uint8)
    made.put(key(1), texels)
    assert made.get(key(1)) is texels
    assert made.get(key(2)) is None
    assert made.size_bytes == TILE_BYTES


def test_what_was_planned_longest_ago_goes_first() -> None:
    made = cache(3, wanted=(1, 2, 3))
    put(made, 1, 2, 3)
    made.plan([key(1)])
    made.plan([key(4), key(3)])
    put(made, 4)
    assert kept(made) == {1, 3, 4}


def test_of_one_plan_what_it_wants_least_goes_first() -> None:
    made = cache(3, wanted=(1, 2, 3))
    put(made, 1, 2, 3)
    made.plan([key(2), key(3), key(1)])
    made.limit(2 * TILE_BYTES)
    assert kept(made) == {2, 3}


def test_a_plan_that_does_not_fit_keeps_its_first_tiles() -> None:
    made = cache(3, wanted=(1, 2, 3, 4, 5))
    put(made, 1, 2, 3, 4, 5)
    assert kept(made) == {1, 2, 3}


def test_what_nobody_wants_any_more_is_kept_where_there_is_room() -> None:
    made = cache(3, wanted=(1,))
    put(made, 1, 9)
    assert kept(made) == {1, 9}
    put(made, 7, 8)
    assert 1 in kept(made)
    assert made.size_bytes == 3 * TILE_BYTES


def test_a_tile_that_comes_again_counts_once_and_stays_the_one_it_was() -> None:
    made = cache(3)
    put(made, 1)
    first = made.get(key(1))
    put(made, 1)
    assert made.get(key(1)) is first
    assert made.size_bytes == TILE_BYTES


def test_less_room_applies_at_once() -> None:
    made = cache(3)
    put(made, 1, 2, 3)
    made.limit(-1)
    assert kept(made) == set()
    assert made.size_bytes == 0


def test_clearing_lets_go_of_all() -> None:
    made = cache(3)
    put(made, 1, 2)
    made.clear()
    assert (len(made), made.size_bytes) == (0, 0)


@given(
    st.lists(
        st.one_of(
            st.tuples(st.just("put"), st.integers(0, 19)),
            st.tuples(st.just("limit"), st.integers(0, 6)),
            st.tuples(st.just("plan"), st.integers(0, 15)),
        ),
        max_size=60,
    )
)
def test_the_limit_holds_whatever_comes(steps: list[tuple[str, int]]) -> None:
    made, limit = cache(4), 4
    for what, number in steps:
        if what == "put":
            put(made, number)
        elif what == "limit":
            limit = number
            made.limit(limit * TILE_BYTES)
        else:
            made.plan([key(n) for n in range(number, number + 5)])
        assert made.size_bytes == len(kept(made)) * TILE_BYTES <= limit * TILE_BYTES
