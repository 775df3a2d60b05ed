"""Worker threads: order, withdrawal, staging, waking, closing."""

import logging
import threading
import time
from collections.abc import Callable, Iterator
from typing import Any

import numpy as np
import pytest
from numpy.typing import NDArray

from glview.errors import TileError
from glview.loader import CLOSE_WITHIN_S, Loaded, Loader, LoaderCounts
from glview.pyramid import TileKey

TEXELS = np.zeros((1, 10, 10, 1), np.uint8)
SOON_S = 10.0


def key(number: int) -> TileKey:
    return TileKey(0, number, 0)


def until(condition: Callable[[], bool]) -> None:
    """Wait for another thread."""
    limit = time.monotonic() + SOON_S
    while not condition():
        assert time.monotonic() < limit, "it did not come about"
        time.sleep(0.001)


class Gate:
    """A decoder that works off one tile each time it is let through."""

    def __init__(self) -> None:
        self.asked: list[int] = []
        self.finished = 0
        self._passes = threading.Semaphore(0)

    def __call__(self, tile: TileKey) -> NDArray[Any]:
        self.asked.append(tile.column)
        assert self._passes.acquire(timeout=SOON_S)
        self.finished += 1
        return TEXELS

    def let_through(self, count: int = 1) -> None:
        self._passes.release(count)


class Bell:
    """Counts how often the owner is told."""

    def __init__(self) -> None:
        self.rung = 0

    def __call__(self) -> None:
        self.rung += 1


MakeLoader = Callable[..., Loader]


@pytest.fixture
def make() -> Iterator[MakeLoader]:
    loaders: list[Loader] = []

    def made(
        decode: Callable[[TileKey], NDArray[Any] | None],
        *,
        workers: int = 1,
        staging_bytes: int = 1 << 20,
        wake: Callable[[], None] = lambda: None,
    ) -> Loader:
        loaders.append(Loader(decode, workers=workers, staging_bytes=staging_bytes, wake=wake))
        return loaders[-1]

    yield made
    for loader in loaders:
        loader.close()


def drained(loader: Loader, count: int) -> list[Loaded]:
    found: list[Loaded] = []

    def enough() -> bool:
        found.extend(loader.drain())
        return len(found) >= count

    until(enough)
    return found


def test_tiles_come_in_the_order_they_are_wanted(make: MakeLoader) -> None:
    loader = make(lambda _: TEXELS)
    loader.want([key(3), key(1), key(2)])
    assert [loaded.key.column for loaded in drained(loader, 3)] == [3, 1, 2]


def test_what_is_on_its_way_is_counted(make: MakeLoader) -> None:
    gate = Gate()
    loader = make(gate)
    assert loader.counts() == LoaderCounts(waiting=0, decoding=0, staged=0)
    loader.want([key(1), key(2), key(3)])
    until(lambda: loader.counts() == LoaderCounts(waiting=2, decoding=1, staged=0))
    gate.let_through()
    until(lambda: loader.counts() == LoaderCounts(waiting=1, decoding=1, staged=1))
    loader.drain()
    assert loader.counts() == LoaderCounts(waiting=1, decoding=1, staged=0)
    gate.let_through(2)


def test_a_new_list_replaces_what_waits(make: MakeLoader) -> None:
    gate = Gate()
    loader = make(gate)
    loader.want([key(1), key(2), key(3)])
    until(lambda: gate.asked == [1])
    loader.want([key(9), key(3)])
    gate.let_through(9)
    drained(loader, 3)
    assert gate.asked == [1, 9, 3]


def test_an_empty_list_withdraws_all(make: MakeLoader) -> None:
    gate = Gate()
    loader = make(gate)
    loader.want([key(1), key(2)])
    until(lambda: gate.asked == [1])
    loader.want([])
    gate.let_through(9)
    drained(loader, 1)
    until(lambda: not loader.busy)
    assert gate.asked == [1]


def test_what_is_being_decoded_is_not_asked_for_again(make: MakeLoader) -> None:
    gate = Gate()
    loader = make(gate)
    loader.want([key(1)])
    until(lambda: gate.asked == [1])
    loader.want([key(1), key(2)])
    gate.let_through(9)
    drained(loader, 2)
    assert gate.asked == [1, 2]


def test_what_waits_to_be_drained_is_not_asked_for_again(make: MakeLoader) -> None:
    gate = Gate()
    loader = make(gate)
    gate.let_through(9)
    loader.want([key(1)])
    until(lambda: loader.has_results)
    loader.want([key(1), key(2)])
    drained(loader, 2)
    assert gate.asked == [1, 2]


def test_workers_decode_at_the_same_time(make: MakeLoader) -> None:
    gate = Gate()
    loader = make(gate, workers=3)
    loader.want([key(n) for n in range(5)])
    until(lambda: len(gate.asked) == 3)
    assert sorted(gate.asked) == [0, 1, 2]
    gate.let_through(9)
    drained(loader, 5)


def test_a_limit_drains_the_oldest_and_leaves_the_rest(make: MakeLoader) -> None:
    loader = make(lambda _: TEXELS)
    loader.want([key(1), key(2), key(3)])
    until(lambda: loader.staged_bytes == 300)
    assert [loaded.key.column for loaded in loader.drain(2)] == [1, 2]
    assert loader.staged_bytes == 100
    assert loader.has_results
    assert [loaded.key.column for loaded in loader.drain(2)] == [3]
    assert not loader.has_results


def test_a_full_staging_area_pauses_the_workers(make: MakeLoader) -> None:
    asked: list[TileKey] = []

    def decode(tile: TileKey) -> NDArray[Any]:
        asked.append(tile)
        return TEXELS

    loader = make(decode, staging_bytes=250)
    loader.want([key(n) for n in range(10)])
    until(lambda: loader.staged_bytes == 300)
    time.sleep(0.05)
    assert len(asked) == 3
    loader.drain(1)
    until(lambda: len(asked) == 4)
    time.sleep(0.05)
    assert len(asked) == 4


def test_the_owner_is_told_once_until_it_drains(make: MakeLoader) -> None:
    bell = Bell()
    loader = make(lambda _: TEXELS, wake=bell)
    loader.want([key(n) for n in range(5)])
    until(lambda: loader.staged_bytes == 500)
    assert bell.rung == 1
    loader.drain()
    loader.want([key(9)])
    until(lambda: bell.rung == 2)


def test_an_owner_that_leaves_results_knows_of_them(make: MakeLoader) -> None:
    bell = Bell()
    loader = make(lambda _: TEXELS, wake=bell)
    loader.want([key(1), key(2)])
    until(lambda: loader.staged_bytes == 200)
    loader.drain(1)
    loader.want([key(3)])
    until(lambda: loader.staged_bytes == 200)
    assert bell.rung == 1


def test_a_tile_that_has_nothing_is_a_result(make: MakeLoader) -> None:
    loader = make(lambda _: None)
    loader.want([key(1)])
    (loaded,) = drained(loader, 1)
    assert (loaded.key, loaded.texels, loaded.error) == (key(1), None, None)


def test_a_tile_error_is_a_result_with_its_words(make: MakeLoader) -> None:
    def decode(tile: TileKey) -> NDArray[Any]:
        raise TileError(f"a.tif: tile {tile.column} is torn")

    loader = make(decode)
    loader.want([key(4)])
    (loaded,) = drained(loader, 1)
    assert loaded.texels is None
    assert loaded.error == "a.tif: tile 4 is torn"


def test_a_fault_of_the_source_is_a_result_and_logged(
    make: MakeLoader, caplog: pytest.LogCaptureFixture
) -> None:
    def decode(_: TileKey) -> NDArray[Any]:
        raise ZeroDivisionError("division by zero")

    loader = make(decode)
    with caplog.at_level(logging.ERROR, "glview"):
        loader.want([key(4), key(5)])
        first, second = drained(loader, 2)
    assert first.error == "tile (0, 4, 0): ZeroDivisionError: division by zero"
    assert second.key == key(5)
    assert "tile (0, 4, 0): the source failed" in caplog.text


def test_closing_waits_for_the_tile_under_way_and_takes_no_other(make: MakeLoader) -> None:
    gate = Gate()
    loader = make(gate)
    loader.want([key(1), key(2)])
    until(lambda: gate.asked == [1])
    gate.let_through(9)
    assert loader.close()
    assert gate.finished == len(gate.asked)


def test_closing_wakes_nobody(make: MakeLoader) -> None:
    bell, gate = Bell(), Gate()
    loader = make(gate, wake=bell)
    loader.want([key(1)])
    until(lambda: gate.asked == [1])
    threading.Timer(0.05, gate.let_through).start()
    assert loader.close()
    assert bell.rung == 0


def test_closing_ends_idle_workers_at_once(make: MakeLoader) -> None:
    loader = make(lambda _: TEXELS, workers=4)
    start = time.monotonic()
    assert loader.close()
    assert time.monotonic() - start < 0.5
    assert loader.close()


def test_closing_leaves_a_stuck_worker_after_two_seconds(make: MakeLoader) -> None:
    gate = Gate()
    loader = make(gate)
    loader.want([key(1)])
    until(lambda: gate.asked == [1])
    start = time.monotonic()
    assert not loader.close()
    assert CLOSE_WITHIN_S - 0.1 <= time.monotonic() - start < CLOSE_WITHIN_S + 0.5
    gate.let_through()


def test_workers_end_with_their_program() -> None:
    loader = Loader(lambda _: TEXELS, workers=1, staging_bytes=1, wake=lambda: None, name="daemon")
    (thread,) = (t for t in threading.enumerate() if t.name.startswith("glview daemon"))
    assert thread.daemon
    loader.close()
    assert not thread.is_alive()


def test_slow_tiles_never_take_all_workers() -> None:
    """Three slow tiles are wanted first: one of two workers stays for what is quick."""
    gate = Gate()
    loader = Loader(
        gate,
        workers=2,
        staging_bytes=1 << 20,
        wake=lambda: None,
        slow=lambda tile: tile.column < 10,
    )
    loader.want([key(number) for number in (1, 2, 3, 20, 21)])
    until(lambda: len(gate.asked) == 2)
    assert sorted(gate.asked) == [1, 20]
    gate.let_through(5)
    until(lambda: gate.finished == 5)
    assert set(gate.asked) == {1, 2, 3, 20, 21}
    loader.close()


def test_a_wake_that_fails_ends_no_worker(caplog: pytest.LogCaptureFixture) -> None:
    bell = Bell()

    def wake() -> None:
        bell()
        raise RuntimeError("no window any more")

    loader = Loader(lambda _: TEXELS, workers=1, staging_bytes=1 << 20, wake=wake)
    with caplog.at_level(logging.CRITICAL):
        loader.want([key(1)])
        until(lambda: bell.rung == 1)
        loader.want([key(2)])
        until(lambda: bell.rung == 2)
    assert len(loader.drain()) == 2
    loader.close()
