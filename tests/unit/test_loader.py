"""Worker threads: order, withdrawal, staging, waking, closing."""

import logging
import math
import threading
import time
from collections.abc import Callable, Iterator, Sequence
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
        **others: Any,
    ) -> Loader:
        loaders.append(
            Loader(decode, workers=workers, staging_bytes=staging_bytes, wake=wake, **others)
        )
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


def test_at_most_one_stale_tile_for_each_worker_comes_before_the_first_wanted_one(
    make: MakeLoader,
) -> None:
    """A fast pan: ten places are passed before a worker has finished its first tile."""
    gate = Gate()
    loader = make(gate, workers=3)
    for place in range(10):
        loader.want([key(100 * place + number) for number in range(20)])
    until(lambda: len(gate.asked) == 3)
    loader.want([key(number) for number in (5000, 5001, 5002, 5003)])
    gate.let_through(7)
    drained(loader, 7)
    assert [column < 5000 for column in gate.asked] == [True] * 3 + [False] * 4


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


def test_a_limit_drains_the_first_and_leaves_the_rest(make: MakeLoader) -> None:
    loader = make(lambda _: TEXELS)
    loader.want([key(1), key(2), key(3)])
    until(lambda: loader.staged_bytes == 300)
    assert [loaded.key.column for loaded in loader.drain(2)] == [1, 2]
    assert loader.staged_bytes == 100
    assert loader.has_results
    assert [loaded.key.column for loaded in loader.drain(2)] == [3]
    assert not loader.has_results


def test_what_waits_to_be_drained_follows_the_list(make: MakeLoader) -> None:
    loader = make(lambda _: TEXELS)
    loader.want([key(1), key(2), key(3), key(4)])
    until(lambda: loader.staged_bytes == 400)
    loader.want([key(3), key(5), key(2)])
    until(lambda: loader.staged_bytes == 500)
    assert loader.counts() == LoaderCounts(waiting=0, decoding=0, staged=5)
    assert [loaded.key.column for loaded in loader.drain()] == [3, 2, 5, 1, 4]
    assert loader.staged_bytes == 0
    assert not loader.has_results


def test_what_was_left_and_is_wanted_again_is_there(make: MakeLoader) -> None:
    loader = make(lambda _: TEXELS)
    loader.want([key(1), key(2)])
    until(lambda: loader.staged_bytes == 200)
    loader.want([])
    loader.want([key(2)])
    assert [loaded.key.column for loaded in loader.drain(1)] == [2]


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


def test_tiles_that_are_being_decoded_count_as_staged(make: MakeLoader) -> None:
    """Else each worker adds a tile to a full staging area."""
    gate = Gate()
    loader = make(gate, workers=4, staging_bytes=250, tile_bytes=100)
    loader.want([key(n) for n in range(10)])
    until(lambda: len(gate.asked) == 2)
    time.sleep(0.05)
    assert len(gate.asked) == 2
    gate.let_through(9)
    until(lambda: loader.staged_bytes == 200)
    time.sleep(0.05)
    assert len(gate.asked) == 2


def test_one_tile_is_decoded_however_small_the_staging_area(make: MakeLoader) -> None:
    gate = Gate()
    loader = make(gate, workers=4, staging_bytes=1, tile_bytes=100)
    loader.want([key(1), key(2)])
    until(lambda: len(gate.asked) == 1)
    time.sleep(0.05)
    assert len(gate.asked) == 1
    gate.let_through(9)
    drained(loader, 2)


def test_tiles_that_have_nothing_hold_no_room(make: MakeLoader) -> None:
    """All workers go on when one of them has found that less room is needed."""
    gate = Gate()

    def decode(tile: TileKey) -> NDArray[Any] | None:
        return None if tile.column < 2 else gate(tile)

    loader = make(decode, workers=4, staging_bytes=200, tile_bytes=100)
    loader.want([key(n) for n in range(10)])
    until(lambda: len(gate.asked) == 2)
    gate.let_through(9)


def test_the_staging_area_may_change_at_any_time(make: MakeLoader) -> None:
    loader = make(lambda _: TEXELS, staging_bytes=100, tile_bytes=100)
    loader.want([key(n) for n in range(10)])
    until(lambda: loader.staged_bytes == 100)
    loader.stage(300)
    until(lambda: loader.staged_bytes == 300)
    loader.stage(200)
    loader.drain(1)
    time.sleep(0.05)
    assert loader.staged_bytes == 200


def test_the_owner_is_told_once_until_it_drains(make: MakeLoader) -> None:
    bell = Bell()
    loader = make(lambda _: TEXELS, wake=bell)
    loader.want([key(n) for n in range(5)])
    until(lambda: loader.staged_bytes == 500)
    assert bell.rung == 1
    loader.drain()
    loader.want([key(9)])
    until(lambda: bell.rung == 2)


def test_nobody_is_woken_for_tiles_that_change_no_picture(make: MakeLoader) -> None:
    bell = Bell()
    loader = make(lambda _: TEXELS, wake=bell)
    loader.want([key(1), key(2)], {key(1), key(2)})
    until(lambda: loader.staged_bytes == 200)
    assert bell.rung == 0
    loader.want([key(3), key(4)], {key(4)})
    until(lambda: loader.staged_bytes == 400)
    assert bell.rung == 1


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


def test_a_result_says_whether_the_tile_may_heal(make: MakeLoader) -> None:
    def decode(tile: TileKey) -> NDArray[Any]:
        raise TileError("a.tif: tile", may_heal=tile.column == 4)

    loader = make(decode)
    loader.want([key(4), key(5)])
    assert [loaded.may_heal for loaded in drained(loader, 2)] == [True, False]


def test_a_fault_of_the_system_that_a_source_lets_pass_is_no_fault_of_the_source(
    make: MakeLoader, caplog: pytest.LogCaptureFixture
) -> None:
    def decode(_: TileKey) -> NDArray[Any]:
        raise OSError(5, "Input/output error")

    loader = make(decode)
    with caplog.at_level(logging.ERROR, "glview"):
        loader.want([key(4)])
        (loaded,) = drained(loader, 1)
    assert (loaded.error, loaded.may_heal) == ("tile (0, 4, 0): Input/output error", True)
    assert caplog.messages == []


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
    threads = [t for t in threading.enumerate() if t.name.startswith("glview daemon")]
    assert sorted(t.name for t in threads) == ["glview daemon 0", "glview daemon watch"]
    assert all(t.daemon for t in threads)
    loader.close()
    assert not any(t.is_alive() for t in threads)


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


class Trap:
    """A decoder that keeps what is in ``held`` until it is set free, and is quick with the rest."""

    def __init__(self, *held: int) -> None:
        self.held = frozenset(held)
        self.asked: list[int] = []
        self._free = threading.Event()

    def __call__(self, tile: TileKey) -> NDArray[Any]:
        self.asked.append(tile.column)
        if tile.column in self.held:
            assert self._free.wait(SOON_S)
        return TEXELS

    def free(self) -> None:
        self._free.set()


AT_ONCE_S = 0.02
"""As long as a tile may take in these tests before its worker counts as stuck."""


def workers_of(name: str) -> int:
    """Threads of a loader that are there, its watch aside."""
    names = [thread.name for thread in threading.enumerate()]
    return sum(found.startswith(f"glview {name} ") for found in names) - 1


@pytest.mark.parametrize("workers", [1, 3])
def test_tiles_get_past_as_many_stuck_ones_as_there_are_workers(
    make: MakeLoader, workers: int
) -> None:
    trap = Trap(*range(workers))
    loader = make(trap, workers=workers, stuck_after_s=AT_ONCE_S)
    loader.want([key(number) for number in range(workers + 4)])
    columns = {loaded.key.column for loaded in drained(loader, 4)}
    assert columns == set(range(workers, workers + 4))
    trap.free()
    assert {loaded.key.column for loaded in drained(loader, workers)} == set(range(workers))


def test_no_worker_is_replaced_before_its_time(make: MakeLoader) -> None:
    trap = Trap(1)
    loader = make(trap, stuck_after_s=3600.0)
    loader.want([key(1), key(2)])
    until(lambda: trap.asked == [1])
    time.sleep(0.05)
    assert trap.asked == [1]
    trap.free()


def test_no_worker_is_replaced_while_nothing_waits_and_one_is_as_soon_as_something_does(
    make: MakeLoader,
) -> None:
    trap = Trap(1)
    loader = make(trap, stuck_after_s=AT_ONCE_S, name="nothing")
    loader.want([key(1)])
    until(lambda: trap.asked == [1])
    time.sleep(5 * AT_ONCE_S)
    assert workers_of("nothing") == 1
    loader.want([key(2)])
    assert [loaded.key.column for loaded in drained(loader, 1)] == [2]
    trap.free()


def test_no_worker_is_replaced_while_another_is_free(make: MakeLoader) -> None:
    """The second worker pauses because its result was not taken: a third would pause, too."""
    trap = Trap(1)
    loader = make(trap, workers=2, staging_bytes=100, stuck_after_s=AT_ONCE_S, name="another")
    loader.want([key(1), key(2), key(3)])
    until(lambda: loader.staged_bytes == 100)
    time.sleep(5 * AT_ONCE_S)
    assert workers_of("another") == 2
    trap.free()


@pytest.mark.parametrize("stuck", [(), range(9)])
def test_the_watch_sleeps_while_nothing_can_happen(
    make: MakeLoader, monkeypatch: pytest.MonkeyPatch, stuck: Sequence[int]
) -> None:
    """Results that wait for the next frame, with tiles behind them: a view at rest."""
    trap = Trap(*stuck)
    loader = make(trap, staging_bytes=100, tile_bytes=100, stuck_after_s=AT_ONCE_S)
    loader.want([key(number) for number in range(20)])
    until(lambda: loader.staged_bytes == 100 or len(trap.asked) == 9)
    time.sleep(3 * AT_ONCE_S)
    looks: list[float] = []
    look = loader._next_event_s

    def noted(now_s: float) -> float:
        looks.append(now_s)
        return look(now_s)

    monkeypatch.setattr(loader, "_next_event_s", noted)
    time.sleep(8 * AT_ONCE_S)
    assert looks == []
    trap.free()


def test_a_stuck_worker_holds_no_room_of_the_staging_area(make: MakeLoader) -> None:
    """Else the free worker waited for it, and nobody drains what does not come."""
    trap = Trap(0)
    loader = make(trap, workers=2, staging_bytes=150, tile_bytes=100, stuck_after_s=AT_ONCE_S)
    loader.want([key(0), key(1)])
    assert [loaded.key.column for loaded in drained(loader, 1)] == [1]
    trap.free()


def test_no_more_than_eight_stuck_workers_are_replaced(make: MakeLoader) -> None:
    trap = Trap(*range(20))
    loader = make(trap, workers=2, stuck_after_s=AT_ONCE_S, name="eight")
    loader.want([key(number) for number in range(20)])
    until(lambda: len(trap.asked) == 10)
    time.sleep(5 * AT_ONCE_S)
    assert len(trap.asked) == 10
    assert workers_of("eight") == 10
    loader.want([])
    trap.free()


def test_workers_that_come_back_are_no_more_than_before(make: MakeLoader) -> None:
    trap = Trap(1, 2)
    loader = make(trap, workers=2, stuck_after_s=AT_ONCE_S, name="back")
    loader.want([key(1), key(2), key(3)])
    drained(loader, 1)
    assert workers_of("back") > 2
    trap.free()
    drained(loader, 2)
    until(lambda: workers_of("back") == 2)
    loader.want([key(4)])
    drained(loader, 1)


def test_slow_tiles_are_not_stuck(make: MakeLoader) -> None:
    """Of a slow tile and another, both under way for long, only the other has a replacement."""
    trap = Trap(1, 11, 12)
    loader = make(
        trap, workers=2, stuck_after_s=AT_ONCE_S, slow=lambda tile: tile.column > 10, name="slow"
    )
    loader.want([key(11), key(1), key(12)])
    until(lambda: workers_of("slow") == 3)
    time.sleep(5 * AT_ONCE_S)
    assert workers_of("slow") == 3
    assert sorted(trap.asked) == [1, 11]
    loader.want([])
    trap.free()


def test_closing_leaves_any_number_of_stuck_workers_after_two_seconds(make: MakeLoader) -> None:
    trap = Trap(*range(20))
    loader = make(trap, workers=8, stuck_after_s=AT_ONCE_S)
    loader.want([key(number) for number in range(20)])
    until(lambda: len(trap.asked) == 16)
    start = time.monotonic()
    assert not loader.close()
    assert time.monotonic() - start < CLOSE_WITHIN_S + 0.5
    trap.free()


def test_the_owner_is_woken_when_it_asked_for_that(make: MakeLoader) -> None:
    bell = Bell()
    loader = make(lambda _: TEXELS, wake=bell)
    start = time.monotonic()
    loader.wake_after(0.05)
    until(lambda: bell.rung == 1)
    assert time.monotonic() - start >= 0.05
    time.sleep(0.1)
    assert bell.rung == 1


def test_the_last_word_on_waking_counts(make: MakeLoader) -> None:
    bell = Bell()
    loader = make(lambda _: TEXELS, wake=bell)
    loader.wake_after(3600.0)
    loader.wake_after(0.01)
    until(lambda: bell.rung == 1)
    loader.wake_after(0.3)
    loader.wake_after(None)
    time.sleep(0.4)
    assert bell.rung == 1


def test_the_owner_is_woken_while_all_workers_are_stuck(make: MakeLoader) -> None:
    bell, trap = Bell(), Trap(1)
    loader = make(trap, wake=bell)
    loader.want([key(1)])
    until(lambda: trap.asked == [1])
    loader.wake_after(0.01)
    until(lambda: bell.rung == 1)
    trap.free()


def test_the_watch_sleeps_while_nothing_waits(make: MakeLoader) -> None:
    """A tile under way, however long, and an idle pool: no thread wakes to look."""
    looks = 0

    def slow(_: TileKey) -> bool:
        nonlocal looks
        looks += 1
        return False

    trap = Trap(1)
    loader = make(trap, stuck_after_s=AT_ONCE_S, slow=slow)
    loader.want([key(1)])
    until(lambda: math.isinf(loader._asleep_until_s))
    looks = 0
    time.sleep(10 * AT_ONCE_S)
    assert looks == 0
    trap.free()


def test_the_last_of_the_quiet_tiles_is_told_once() -> None:
    told: list[None] = []
    woken: list[None] = []
    made = Loader(
        lambda _: np.zeros((1, 1, 1, 4), np.uint8),
        workers=1,
        staging_bytes=1 << 20,
        wake=lambda: woken.append(None),
    )
    made.read_ahead = lambda: told.append(None)
    keys = [TileKey(0, column, 0) for column in range(5)]
    made.want(keys, frozenset(keys))
    until(lambda: len(told) == 1)
    assert len(made.drain()) == 5
    assert (len(told), woken) == (1, [])
    made.close()
