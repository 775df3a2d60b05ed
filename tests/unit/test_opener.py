"""Opening images in turn: one at a time, the last one wins, what hangs holds nobody up."""

import logging
import threading
import time
from collections import defaultdict
from collections.abc import Callable, Iterator
from pathlib import Path

import numpy as np
import pytest
import pyvips

from glview.opener import MOST_STUCK, Opened, Opener
from glview.planes import PlaneChoice
from glview.sources.cancellation import Cancellation
from tests.unit.recorder import SOON_S, WaitingSource, until

LONG_S = 60.0


class Bench:
    """An opener of images that are made up, and what its threads do.

    The image "a" opens when ``opens["a"]`` is set, and closes when ``closes["a"]`` is.
    """

    def __init__(
        self, monkeypatch: pytest.MonkeyPatch, *, stuck_after_s: float, decodes_within_s: float
    ) -> None:
        monkeypatch.setattr("glview.sources.opening.open_image", self._open_image)
        self.opener = Opener(
            self._wake,
            watch=False,
            stuck_after_s=stuck_after_s,
            decodes_within_s=decodes_within_s,
        )
        self.opens: dict[str, threading.Event] = defaultdict(threading.Event)
        self.closes: dict[str, threading.Event] = defaultdict(threading.Event)
        self.begun: list[str] = []
        self.cancellations: dict[str, Cancellation] = {}
        self.most_at_once = 0
        self.wakes = 0
        self._at_once = 0
        self._lock = threading.Lock()

    def _wake(self) -> None:
        self.wakes += 1

    def _open_image(
        self,
        name: str,
        *,
        budget_bytes: int,
        cancellation: Cancellation,
        plane: PlaneChoice,
        series: int,
    ) -> "ImageOf":
        assert (budget_bytes, plane.of(()), series) == (1, None, 0)
        self.cancellations[name] = cancellation
        cancellation.decoding = name.startswith("decoding")
        self.works(f"open {name}", self.opens[name])
        return ImageOf(self, name)

    def works(self, what: str, gate: threading.Event) -> None:
        assert threading.current_thread().name == "glview open"
        with self._lock:
            self.begun.append(what)
            self._at_once += 1
            self.most_at_once = max(self.most_at_once, self._at_once)
        assert gate.wait(SOON_S)
        with self._lock:
            self._at_once -= 1

    def open(self, *names: str) -> None:
        for name in names:
            self.opener.open(name, budget_bytes=1)

    def free(self, *names: str) -> None:
        """These open, and close, without a wait."""
        for name in names:
            self.opens[name].set()
            self.closes[name].set()

    def opened(self) -> str:
        """Wait for what has been opened: its name."""
        found: list[Opened] = []

        def there() -> bool:
            opened = self.opener.take()
            if opened is not None:
                found.append(opened)
            return bool(found)

        until(there)
        assert isinstance(found[0].source, ImageOf)
        return found[0].source.name

    def begins(self, what: str) -> None:
        until(lambda: what in self.begun)


class ImageOf(WaitingSource):
    """An image of a bench's."""

    def __init__(self, bench: Bench, name: str) -> None:
        super().__init__(64, 64)
        self.name = name
        self._bench = bench

    def close(self) -> None:
        self._bench.works(f"close {self.name}", self._bench.closes[self.name])
        super().close()


def threads() -> int:
    return sum(thread.name == "glview open" for thread in threading.enumerate())


MakeBench = Callable[..., Bench]


@pytest.fixture
def make_bench(monkeypatch: pytest.MonkeyPatch) -> Iterator[MakeBench]:
    made: list[Bench] = []

    def make(*, stuck_after_s: float = LONG_S, decodes_within_s: float = LONG_S) -> Bench:
        made.append(
            Bench(monkeypatch, stuck_after_s=stuck_after_s, decodes_within_s=decodes_within_s)
        )
        return made[-1]

    yield make
    for bench in made:
        bench.free(*bench.opens, *bench.closes)
        bench.opener.close()
        bench.free(*bench.opens, *bench.closes)
        assert bench.opener.join(SOON_S)
    assert threads() == 0


@pytest.fixture
def bench(make_bench: MakeBench) -> Bench:
    return make_bench()


def test_of_many_quick_calls_the_first_and_the_last_are_opened_one_after_the_other(
    bench: Bench,
) -> None:
    bench.open("first")
    bench.begins("open first")
    names = [str(number) for number in range(11)]
    bench.open(*names)
    time.sleep(0.1)
    # One opens, one waits for its turn.
    assert threads() == 2
    assert bench.begun == ["open first"]
    bench.free("first", *names)
    assert bench.opened() == "10"
    assert bench.begun == ["open first", "close first", "open 10"]
    assert bench.most_at_once == 1
    assert bench.wakes == 1


def test_when_there_is_nothing_to_do_there_is_no_thread(bench: Bench) -> None:
    bench.free("a")
    bench.open("a")
    before = bench.opener.busy
    assert bench.opened() == "a"
    assert (before, bench.opener.busy) == (True, False)
    until(lambda: threads() == 0)


def test_what_hangs_is_left_after_a_while_and_closed_when_it_comes(make_bench: MakeBench) -> None:
    bench = make_bench(stuck_after_s=0.2)
    bench.free("next")
    bench.open("dead")
    bench.begins("open dead")
    start = time.monotonic()
    bench.open("next")
    assert bench.opened() == "next"
    assert 0.1 < time.monotonic() - start < 2.0
    bench.free("dead")
    bench.begins("close dead")
    assert bench.opener.take() is None
    assert bench.wakes == 1


def test_so_many_hang_and_no_more(make_bench: MakeBench) -> None:
    bench = make_bench(stuck_after_s=0.02)
    dead = [str(number) for number in range(MOST_STUCK + 1)]
    for name in dead:
        bench.open(name)
        bench.begins(f"open {name}")
    bench.free("last")
    bench.open("last")
    time.sleep(0.2)
    assert "open last" not in bench.begun
    assert threads() == MOST_STUCK + 2
    bench.free("3")
    assert bench.opened() == "last"


def test_what_decodes_is_waited_for_longer(make_bench: MakeBench) -> None:
    bench = make_bench(stuck_after_s=0.02, decodes_within_s=0.5)
    bench.free("next")
    bench.open("decoding")
    bench.begins("open decoding")
    start = time.monotonic()
    bench.open("next")
    assert bench.opened() == "next"
    assert 0.4 < time.monotonic() - start < 2.5


def test_what_is_overtaken_is_called_off(bench: Bench) -> None:
    bench.open("first")
    bench.begins("open first")
    before = bench.cancellations["first"].cancelled
    bench.open("second")
    assert (before, bench.cancellations["first"].cancelled) == (False, True)
    bench.free("first", "second")
    assert bench.opened() == "second"
    assert not bench.cancellations["second"].cancelled


def test_what_was_opened_and_is_overtaken_is_closed_before_the_next_is_opened(
    bench: Bench,
) -> None:
    """It may hold as much memory."""
    bench.free("first", "second")
    bench.open("first")
    until(lambda: bench.wakes == 1)
    bench.open("second")
    assert bench.opened() == "second"
    assert bench.begun == ["open first", "close first", "open second"]


def test_a_closing_that_hangs_does_not_hold_up_the_next_image(make_bench: MakeBench) -> None:
    bench = make_bench(stuck_after_s=0.1)
    bench.free("second")
    bench.opens["first"].set()
    bench.open("first")
    until(lambda: bench.wakes == 1)
    bench.open("second")
    assert bench.opened() == "second"
    assert bench.begun == ["open first", "close first", "open second"]


def test_sources_that_are_given_are_closed_if_they_are_overtaken(bench: Bench) -> None:
    bench.open("first")
    bench.begins("open first")
    sources = [WaitingSource(64, 64) for _ in range(3)]
    for source in sources:
        bench.opener.open(source, budget_bytes=1)
    bench.open("last")
    bench.free("first", "last")
    assert bench.opened() == "last"
    assert [source.closed for source in sources] == [1, 1, 1]


def test_after_closing_sources_that_are_given_are_closed(bench: Bench) -> None:
    bench.opener.close()
    source = WaitingSource(64, 64)
    bench.opener.open(source, budget_bytes=1)
    assert not bench.opener.busy
    assert bench.opener.join(SOON_S)
    assert source.closed == 1


def test_closing_calls_off_and_closes_all_and_can_be_waited_for(bench: Bench) -> None:
    bench.open("first")
    bench.begins("open first")
    bench.open("second")
    bench.opener.close()
    assert bench.cancellations["first"].cancelled
    start = time.monotonic()
    assert not bench.opener.join(0.1)
    assert time.monotonic() - start < 1.0
    bench.free("first")
    assert bench.opener.join(SOON_S)
    assert bench.begun == ["open first", "close first"]
    assert bench.opener.take() is None
    assert bench.wakes == 0


class BadSource(WaitingSource):
    def close(self) -> None:
        super().close()
        raise RuntimeError("no")


def test_a_source_that_cannot_be_closed_is_logged_and_the_next_image_opened(
    bench: Bench, caplog: pytest.LogCaptureFixture
) -> None:
    bench.open("first")
    bench.begins("open first")
    source = BadSource(64, 64)
    bench.opener.open(source, budget_bytes=1)
    bench.open("last")
    bench.free("first", "last")
    with caplog.at_level(logging.ERROR, "glview"):
        assert bench.opened() == "last"
    assert source.closed == 1
    assert caplog.messages == ["an image cannot be closed"]


def test_a_fault_of_the_callback_is_logged_and_the_image_can_be_taken(
    bench: Bench, monkeypatch: pytest.MonkeyPatch, caplog: pytest.LogCaptureFixture
) -> None:
    def wake() -> None:
        raise RuntimeError("no")

    monkeypatch.setattr(bench.opener, "_wake", wake)
    bench.free("a")
    with caplog.at_level(logging.ERROR, "glview"):
        bench.open("a")
        assert bench.opened() == "a"
        until(lambda: threads() == 0)
    assert caplog.messages == ["the wake callback failed"]


def test_a_file_that_is_overtaken_is_not_told_to_be_broken(
    tmp_path: Path, caplog: pytest.LogCaptureFixture
) -> None:
    """Its decoder is called off amid the pixels: 11 of 12 photos in a row, say."""
    path = tmp_path / "a.png"
    noise = np.random.default_rng(1).integers(0, 255, (3000, 3000, 3), np.uint8)
    pyvips.Image.new_from_array(noise).pngsave(str(path), compression=9)
    opener = Opener(lambda: None, watch=True)
    for _ in range(12):
        opener.open(path, budget_bytes=256 << 20)
        time.sleep(0.05)
    opener.close()
    assert opener.join(SOON_S)
    assert opener.take() is None
    assert caplog.messages == []
    names = [thread.name for thread in threading.enumerate()]
    assert not [name for name in names if name.startswith("glview")]


@pytest.mark.parametrize(
    ("what", "name"),
    [
        ("folder/a.png", "folder/a.png"),
        (b"a.png", "a.png"),
        (Path("a.png"), "a.png"),
        (np.zeros((3, 3)), "ndarray"),
        (["one", "two"], "list"),
    ],
)
def test_what_fails_by_a_fault_of_ours_is_named_and_never_written_out(
    what: object, name: str, monkeypatch: pytest.MonkeyPatch, caplog: pytest.LogCaptureFixture
) -> None:
    def fails(*_: object, **__: object) -> None:
        raise TypeError("too many indices")

    monkeypatch.setattr("glview.sources.opening.open_image", fails)
    opener = Opener(lambda: None, watch=False)
    opener.open(what, budget_bytes=1)
    found: list[Opened | None] = [None]

    def there() -> bool:
        found[0] = opener.take()
        return found[0] is not None

    until(there)
    opener.close()
    assert opener.join(SOON_S)
    assert found[0] is not None
    assert str(found[0].error) == f"{name}: TypeError: too many indices"
    assert [record.getMessage() for record in caplog.records] == [f"{name}: cannot be opened"]
