"""One image while it is shown: plans, arrivals, fades, holes, memory."""

import logging
import time
from collections.abc import Callable, Iterator
from dataclasses import replace
from typing import Any

import numpy as np
import pytest
from numpy.typing import NDArray

from glview.errors import TileError, UnsupportedImageError
from glview.failures import Hole
from glview.image import ImageDescription, Reading, Tile
from glview.loader import LoaderCounts
from glview.options import ViewerOptions
from glview.picture import ROOT_PATIENCE_S, SHARP_PATIENCE_S
from glview.pyramid import IntRect, Level, Pyramid, TileKey
from glview.residents import LONG_AGO_S
from glview.session import Session
from glview.sources.base import ColorModel, SampleType, TileSource
from glview.sources.memory import MemorySource, Origin
from glview.sources.model import PixelModel
from glview.sources.synthetic import RGB8, FunctionSource, KeyedSource, SyntheticOptions
from glview.stats import GpuBytes, HostBytes
from glview.viewport import Viewport
from tests.unit.recorder import HealingSource, RecordingRenderer, WaitingSource, until
from tests.unit.sources.build import Mending

ROOT = TileKey(5, 0, 0)
"""Of 8192 pixels, the level of 256."""
AT_1 = Viewport(300, 200, 4000.0, 4000.0, 1.0)
FIT = Viewport(300, 200, 4096.0, 4096.0, 0.025)
FADE = 0.0625
OPTIONS = ViewerOptions(workers=1, fade_s=FADE, gpu_bytes=64 << 20, prefetch=False)


class Show:
    """A session with a renderer, stepped by hand."""

    def __init__(
        self,
        source: TileSource,
        options: ViewerOptions = OPTIONS,
        stopwatch: Callable[[], float] = time.perf_counter,
    ) -> None:
        self.renderer = RecordingRenderer()
        self.wakes = 0
        self.session = Session(source, options, wake=self._wake, stopwatch=stopwatch)
        self.session.attach(self.renderer)

    def _wake(self) -> None:
        self.wakes += 1

    @property
    def host(self) -> HostBytes:
        return self.session.memory(self.renderer).host

    def take(self, now: float = 0.0, budget_s: float = 1.0) -> bool:
        return self.session.take(self.renderer, now, budget_s)

    def settle(self, view: Viewport, now: float = 0.0) -> None:
        """Take in all that the view needs."""
        self.session.fit(self.renderer, view.width, view.height)

        def complete() -> bool:
            self.session.follow(view, focus=None, moving=False)
            return not self.take(now) and self.session.standing.is_complete()

        until(complete)
        self.session.frame(view, now)

    def rest(self, view: Viewport) -> None:
        """Take in all that is worth having beside the view as well."""
        self.settle(view)
        self.session.follow(view, focus=None, moving=False)
        until(lambda: not self.take() and not self.session._supply._loader.busy)

    def arrive(self, count: int, now: float) -> None:
        """Take in this many tiles more."""
        wanted = len(self.renderer.slots) + count

        def arrived() -> bool:
            self.take(now)
            return len(self.renderer.slots) >= wanted

        until(arrived)


MakeShow = Callable[..., Show]


@pytest.fixture
def show() -> Iterator[MakeShow]:
    shows: list[tuple[Show, TileSource]] = []

    def make(source: TileSource, *args: object) -> Show:
        shows.append((Show(source, *args), source))  # type: ignore[arg-type]  # passed on
        return shows[-1][0]

    yield make
    for made, source in shows:
        if isinstance(source, WaitingSource):
            source.release()
        made.session.close()


def test_the_tile_of_the_whole_image_is_asked_for_first_and_then_the_overview(
    show: MakeShow,
) -> None:
    source = WaitingSource()
    made = show(source)
    made.settle(AT_1)
    assert source.asked[0] == ROOT
    assert {key.level for key in source.asked[1:17]} == {3}


def test_no_picture_until_the_tile_of_the_whole_image_is_there(show: MakeShow) -> None:
    source = WaitingSource()
    source.hold()
    made = show(source)
    made.session.follow(AT_1, focus=None, moving=False)
    made.take()
    assert not made.session.has_picture(0.0)
    source.hold(lambda key: key != ROOT)
    source.release()
    until(lambda: taken(made) and made.session.has_picture(0.0))


def test_where_that_tile_takes_long_others_are_shown_after_half_a_second(show: MakeShow) -> None:
    source = WaitingSource()
    source.hold(lambda key: key == ROOT)
    made = show(source, replace(OPTIONS, workers=2))
    made.session.follow(AT_1, focus=None, moving=False)
    made.arrive(1, 0.0)
    assert made.session.standing.has_tiles
    assert not made.session.has_picture(1.0)
    assert not made.session.has_picture(1.0 + ROOT_PATIENCE_S - 0.01)
    assert made.session.has_picture(1.0 + ROOT_PATIENCE_S)
    # A new context is waited for as long.
    made.session.attach(made.renderer)
    made.session.follow(AT_1, focus=None, moving=False)
    made.take()
    assert made.session.standing.has_tiles
    assert not made.session.has_picture(9.0)
    assert made.session.has_picture(9.0 + ROOT_PATIENCE_S)


def taken(made: Show) -> bool:
    """Takes in what is there; always True."""
    while made.take():
        pass
    return True


def test_the_first_picture_waits_for_sharp_tiles_but_not_long(show: MakeShow) -> None:
    source = WaitingSource()
    source.hold(lambda key: key.level == 0)
    made = show(source, replace(OPTIONS, workers=2))
    made.session.follow(AT_1, focus=None, moving=False)
    until(lambda: taken(made) and ROOT in made.session._residency.residents)
    assert not made.session.has_picture(1.0)
    assert made.session.has_picture(1.0, blurred=True)
    assert not made.session.has_picture(1.0 + SHARP_PATIENCE_S - 0.01)
    assert made.session.has_picture(1.0 + SHARP_PATIENCE_S)


def test_the_first_picture_needs_no_patience_where_it_is_sharp(show: MakeShow) -> None:
    made = show(KeyedSource(8192, 8192))
    made.session.follow(AT_1, focus=None, moving=False)
    until(lambda: taken(made) and made.session.standing.is_complete())
    assert made.session.has_picture(1.0)


def test_what_is_ahead_of_need_is_asked_for_after_the_first_picture(show: MakeShow) -> None:
    source = WaitingSource()
    made = show(source, replace(OPTIONS, prefetch=True))
    made.settle(AT_1)
    assert made.session._plan is not None
    assert made.session._plan.ahead_of_need == frozenset()
    made.session.follow(AT_1, focus=None, moving=False)
    assert made.session._plan.ahead_of_need


def test_the_atlas_is_allocated_at_once_for_the_first_picture(show: MakeShow) -> None:
    source = WaitingSource()
    source.hold()
    made = show(source)
    made.session.follow(AT_1, focus=None, moving=False)
    made.take()
    before = made.session.memory(made.renderer).gpu.atlas
    assert before >= 25 * 264 * 264 * 4
    source.release()
    made.settle(AT_1)
    assert made.session.memory(made.renderer).gpu.atlas == before


def test_tiles_ahead_of_need_ask_for_no_frame(show: MakeShow) -> None:
    source = WaitingSource()
    made = show(source, replace(OPTIONS, prefetch=True))
    made.settle(AT_1)
    made.session.follow(AT_1, focus=None, moving=False)
    until(lambda: made.session.standing.tile_counts().staged >= 3)
    assert not made.take(budget_s=0.0)
    assert made.session.standing.tile_counts().staged >= 2


def test_a_root_that_cannot_be_read_blocks_no_picture(show: MakeShow) -> None:
    made = show(KeyedSource(8192, 8192, SyntheticOptions(failing={ROOT})))
    made.settle(AT_1)
    assert made.session.has_picture(0.0)


def test_the_first_picture_does_not_fade_in(show: MakeShow) -> None:
    made = show(KeyedSource(8192, 8192))
    made.settle(Viewport(256, 256, 4096.0, 4096.0, 1 / 32), now=5.0)
    assert not made.session.is_appearing(5.0)


def test_a_tile_that_arrives_late_fades_in(show: MakeShow) -> None:
    made = show(KeyedSource(8192, 8192))
    made.settle(FIT)
    made.settle(AT_1, now=5.0)
    assert made.session.is_appearing(5.0)
    assert made.session.frame(AT_1, 5.05).blending
    assert not made.session.is_appearing(5.0 + FADE)
    assert not made.session.frame(AT_1, 5.0 + FADE).blending


def test_a_fade_is_over_for_all_at_the_same_time(show: MakeShow) -> None:
    """5.0 + 0.1 less 5.0 is a hair below 0.1: else a table is left that blends for ever."""
    made = show(KeyedSource(8192, 8192), replace(OPTIONS, fade_s=0.1))
    made.settle(FIT)
    made.settle(AT_1, now=5.0)
    for now in (5.0 + 0.1, 5.2):
        assert made.session.is_appearing(now) == made.session.frame(AT_1, now).blending


def test_without_a_fade_a_tile_is_there_at_once(show: MakeShow) -> None:
    made = show(KeyedSource(8192, 8192), replace(OPTIONS, fade_s=0.0))
    made.settle(FIT)
    made.settle(AT_1, now=5.0)
    assert not made.session.is_appearing(5.0)
    assert not made.session.frame(AT_1, 5.0).blending


def test_what_replaces_sharper_tiles_does_not_fade(show: MakeShow) -> None:
    made = show(KeyedSource(8192, 8192))
    made.settle(replace(AT_1, width=900, height=900))
    # The level of 1/2 comes where the level of 1 is there all over.
    made.settle(replace(AT_1, width=64, height=64, centre_x=4096.0 + 256, scale=0.5), now=5.0)
    assert not made.session.is_appearing(5.0)


def test_an_ancestor_goes_on_appearing_when_the_view_zooms_in(show: MakeShow) -> None:
    """Else it stood there half faded until the sharp tile came."""
    source = WaitingSource()
    made = show(source)
    made.settle(FIT)
    half = replace(AT_1, scale=0.5)
    made.settle(half, now=5.0)
    source.hold()
    made.session.follow(AT_1, focus=None, moving=False)
    made.take(5.01)
    made.session.frame(AT_1, 5.01)
    assert made.session.is_appearing(5.01)
    assert not made.session.is_appearing(5.0 + FADE)


def test_what_the_view_has_left_is_neither_asked_for_nor_uploaded(show: MakeShow) -> None:
    source = WaitingSource()
    made = show(source)
    made.rest(FIT)
    source.hold()
    source.asked.clear()
    made.renderer.uploads.clear()
    made.session.follow(AT_1, focus=None, moving=False)
    until(lambda: len(source.asked) == 1)
    made.session.follow(FIT, focus=None, moving=False)
    source.release()
    until(lambda: not made.take() and not made.session._supply._loader.busy)
    assert len(source.asked) == 1
    assert made.renderer.uploads == []


def test_one_tile_goes_up_even_when_time_is_over(show: MakeShow) -> None:
    source = WaitingSource()
    made = show(source)
    made.session.follow(AT_1, focus=None, moving=False)
    until(lambda: made.session._supply._loader.staged_bytes > 3 << 18)
    assert made.take(budget_s=0.0)
    assert len(made.renderer.slots) == 1


def test_uploads_end_with_their_slice_of_the_frame(show: MakeShow) -> None:
    ticks = iter(range(1000))
    made = show(WaitingSource(), OPTIONS, lambda: float(next(ticks)))
    made.session.follow(AT_1, focus=None, moving=False)
    until(lambda: made.session._supply._loader.staged_bytes > 6 << 18)
    made.take(budget_s=3.0)
    assert len(made.renderer.slots) == 3


def test_tiles_that_wait_for_their_upload_are_not_asked_for_again(show: MakeShow) -> None:
    source = WaitingSource()
    made = show(source)
    made.session.follow(AT_1, focus=None, moving=False)
    until(lambda: made.session._supply._loader.staged_bytes > 6 << 18)
    made.take(budget_s=0.0)
    made.settle(replace(AT_1, centre_x=4001.0))
    assert len(source.asked) == len(set(source.asked))


def test_tiles_that_wait_for_their_upload_keep_to_the_host_budget(show: MakeShow) -> None:
    """Uploads slower than decoding must pause the decoding."""
    made = show(KeyedSource(8192, 8192), replace(OPTIONS, host_bytes=8 << 20, workers=2))
    big = Viewport(1600, 1000, 4000.0, 4000.0, 1.0)
    made.session.follow(big, focus=None, moving=False)
    until(lambda: made.host.total >= 1 << 20)
    for _ in range(40):
        made.take(budget_s=0.0)
        time.sleep(0.005)
        # A quarter, of which a quarter is left to the memory that workers use again.
        assert made.host.staged <= 3 << 19
        assert made.host.total <= 8 << 20


def test_a_tile_that_cannot_be_read_is_a_hole_and_one_warning(
    show: MakeShow, caplog: pytest.LogCaptureFixture
) -> None:
    bad = TileKey(0, 15, 15)
    made = show(KeyedSource(8192, 8192, SyntheticOptions(failing={bad}, name="a.dzi")))
    with caplog.at_level(logging.WARNING, "glview"):
        made.settle(AT_1)
        made.settle(FIT)
        assert made.session.standing.holes() == []
        made.settle(AT_1)
    fault = "a.dzi: tile (0, 15, 15) fails as asked"
    assert made.session.standing.holes() == [Hole(bad, fault)]
    assert [record.getMessage() for record in caplog.records] == [fault]


class TornSource(KeyedSource):
    """Tiles that fail for one and the same reason, as those do that are made of a torn one."""

    def read_tile(self, key: TileKey) -> Tile | None:
        if key in {TileKey(0, 15, 15), TileKey(0, 16, 15)}:
            raise TileError("a.dzi: tile 3,3 is torn")
        return super().read_tile(key)


def test_what_several_tiles_fail_for_is_one_warning(
    show: MakeShow, caplog: pytest.LogCaptureFixture
) -> None:
    made = show(TornSource(8192, 8192))
    with caplog.at_level(logging.WARNING, "glview"):
        made.settle(AT_1)
    assert len(made.session.standing.holes()) == 2
    assert [message.partition(": ")[2] for message in caplog.messages] == [
        "a.dzi: tile 3,3 is torn"
    ]


BAD = TileKey(0, 15, 15)
"""One of the four tiles in sight at `AT_1`."""


def quiet(made: Show, now: float) -> None:
    """Let all that was asked for come."""
    until(lambda: not made.take(now) and not made.session._supply._loader.busy)


def tried(made: Show, source: HealingSource, now: float, times: int, bad: TileKey = BAD) -> None:
    """Let the view be looked at until the tile was tried this often."""

    def done() -> bool:
        made.session.retry(now)
        made.take(now)
        return source.asked.count(bad) == times and not made.session._supply._loader.busy

    until(done)


def test_a_tile_that_may_heal_is_asked_for_again_when_its_pause_is_over(show: MakeShow) -> None:
    source = HealingSource(BAD)
    made = show(source)
    made.settle(AT_1, now=10.0)
    quiet(made, 10.0)
    assert made.session.standing.holes() == [Hole(BAD, "(0, 15, 15) does not answer")]
    source.bad.clear()
    made.session.retry(10.99)
    assert not made.session._supply._loader.busy
    tried(made, source, 11.0, 2)
    assert made.session.standing.holes() == []
    assert made.session.standing.errors() == ()


def test_a_tile_that_heals_fades_in_like_any_other(show: MakeShow) -> None:
    source = HealingSource(BAD)
    made = show(source)
    made.settle(AT_1, now=10.0)
    assert not made.session.is_appearing(10.9)
    source.bad.clear()
    tried(made, source, 11.0, 2)
    made.session.frame(AT_1, 11.0)
    assert made.session.is_appearing(11.0)
    assert not made.session.is_appearing(11.0 + FADE)


def test_the_tile_of_the_whole_image_fades_in_where_a_picture_had_to_do_without(
    show: MakeShow,
) -> None:
    source = HealingSource(ROOT)
    made = show(source)
    whole = Viewport(256, 256, 4096.0, 4096.0, 1 / 32)
    made.settle(whole, now=10.0)
    source.bad.clear()
    made.session.reload_failed()
    made.settle(whole, now=11.0)
    assert made.session.is_appearing(11.0)


def test_a_picture_stays_while_the_tile_of_the_whole_image_is_read_anew(show: MakeShow) -> None:
    source = HealingSource(ROOT)
    made = show(source)
    made.settle(AT_1, now=10.0)
    source.hold()
    made.session.reload_failed()
    assert made.session.has_picture(10.0)


def test_a_picture_with_a_hole_is_complete_while_the_tile_is_tried_again(show: MakeShow) -> None:
    source = HealingSource(BAD)
    made = show(source)
    made.settle(AT_1, now=10.0)
    source.hold()
    made.session.retry(11.0)
    until(lambda: source.asked.count(BAD) == 2)
    assert made.session.standing.is_complete()
    assert len(made.session.standing.holes()) == 1


def test_a_tile_is_tried_six_times_then_nobody_is_woken_for_it(
    show: MakeShow, caplog: pytest.LogCaptureFixture
) -> None:
    source = HealingSource(BAD)
    made = show(source)
    with caplog.at_level(logging.WARNING, "glview"):
        made.settle(AT_1, now=10.0)
        for times, now in ((2, 11.0), (3, 13.0), (4, 17.0), (5, 25.0), (6, 41.0)):
            made.session.retry(now - 0.01)
            assert made.session._supply._loader._alarm_s is not None
            tried(made, source, now, times)
        made.session.retry(1e6)
    assert made.session._supply._loader._alarm_s is None
    assert not made.session._supply._loader.busy
    assert source.asked.count(BAD) == 6
    assert len(caplog.messages) == 1


def test_the_view_is_looked_at_again_without_anybody_moving_it(show: MakeShow) -> None:
    """The pause of a second is the loader's to keep: no canvas has a timer for it."""
    source = HealingSource(BAD)
    made = show(source)
    made.settle(AT_1, now=time.monotonic())
    quiet(made, time.monotonic())
    before = made.wakes
    made.session.retry(time.monotonic())
    until(lambda: made.wakes == before + 1)
    source.bad.clear()
    tried(made, source, time.monotonic(), 2)
    assert made.session.standing.errors() == ()


def test_a_tile_that_does_not_heal_is_asked_for_once(show: MakeShow) -> None:
    source = HealingSource(BAD, may_heal=False)
    made = show(source)
    made.settle(AT_1, now=10.0)
    quiet(made, 10.0)
    made.session.retry(1e6)
    assert made.session._supply._loader._alarm_s is None
    assert not made.session._supply._loader.busy
    assert source.asked.count(BAD) == 1


def test_a_failed_tile_that_the_view_has_left_is_asked_for_only_when_it_is_back(
    show: MakeShow,
) -> None:
    source = HealingSource(BAD)
    made = show(source)
    made.settle(AT_1, now=10.0)
    made.settle(FIT, now=10.5)
    quiet(made, 10.5)
    made.session.retry(10.5)
    assert made.session._supply._loader._alarm_s is None
    made.session.retry(20.0)
    assert not made.session._supply._loader.busy
    assert source.asked.count(BAD) == 1
    made.settle(AT_1, now=20.0)
    tried(made, source, 20.0, 2)


def test_a_failed_tile_that_is_withdrawn_while_it_waits_is_asked_for_when_the_view_is_back(
    show: MakeShow,
) -> None:
    source = HealingSource(BAD)
    made = show(source)
    made.settle(AT_1, now=10.0)
    quiet(made, 10.0)
    source.hold()
    before = len(source.asked)
    elsewhere = Viewport(300, 200, 1000.0, 1000.0, 1.0)
    made.session.follow(elsewhere, focus=None, moving=False)
    # The only worker is amid another tile.
    until(lambda: len(source.asked) > before)
    made.session.follow(AT_1, focus=None, moving=False)
    made.session.retry(11.0)
    made.session.follow(elsewhere, focus=None, moving=False)
    source.release()
    made.settle(elsewhere, now=11.0)
    assert source.asked.count(BAD) == 1
    source.bad.clear()
    made.settle(AT_1, now=11.0)
    tried(made, source, 11.0, 2)
    assert made.session.standing.errors() == ()


def test_errors_are_of_the_whole_image_and_sorted(show: MakeShow) -> None:
    other = TileKey(0, 3, 3)
    source = HealingSource(BAD, other, ROOT)
    made = show(source)
    made.settle(AT_1)
    made.settle(replace(AT_1, centre_x=900.0, centre_y=900.0))
    assert [hole.key for hole in made.session.standing.errors()] == [other, BAD, ROOT]
    assert [hole.key for hole in made.session.standing.holes()] == [other]


def test_failed_tiles_that_are_reloaded_are_asked_for_at_once_and_logged_anew(
    show: MakeShow, caplog: pytest.LogCaptureFixture
) -> None:
    source = HealingSource(BAD, may_heal=False)
    made = show(source)
    with caplog.at_level(logging.WARNING, "glview"):
        made.settle(AT_1)
        made.session.reload_failed()
        assert made.session.standing.errors() == ()
        tried(made, source, 0.0, 2)
        assert len(made.session.standing.errors()) == 1
        assert len(caplog.messages) == 2
        source.bad.clear()
        made.session.reload_failed()
        tried(made, source, 0.0, 3)
    assert made.session.standing.errors() == ()
    assert len(caplog.messages) == 2


def test_what_failed_is_not_tried_again_for_a_new_context(show: MakeShow) -> None:
    source = HealingSource(BAD, may_heal=False)
    made = show(source)
    made.settle(AT_1)
    made.session.attach(made.renderer)
    made.settle(AT_1)
    assert source.asked.count(BAD) == 1
    assert len(made.session.standing.holes()) == 1


def arrived(made: Show, view: Viewport, count: int) -> None:
    """Let everything that a view wants wait for its upload."""
    made.session.follow(view, focus=None, moving=False)
    loader = made.session._supply._loader
    until(lambda: loader.counts() == LoaderCounts(waiting=0, decoding=0, staged=count))


def frames(made: Show) -> int:
    """How many it takes to take all in where each one's time is over at once."""
    count = 1
    while made.take(budget_s=0.0):
        count += 1
    return count


def test_tiles_that_arrive_together_take_a_frame_for_each_slice(show: MakeShow) -> None:
    """At a second a tile and three a frame, eight tiles take three frames."""
    ticks = iter(range(1000))
    made = show(WaitingSource(), OPTIONS, lambda: float(next(ticks)))
    made.rest(FIT)
    made.renderer.uploads.clear()
    arrived(made, AT_1, 8)
    counts = []
    for _ in range(3):
        made.take(budget_s=3.0)
        counts.append(len(made.renderer.slots))
    assert counts == [3, 6, 8]


def test_what_the_view_has_left_is_not_the_one_tile_of_a_frame(show: MakeShow) -> None:
    made = show(WaitingSource())
    made.rest(FIT)
    arrived(made, AT_1, 8)
    arrived(made, Viewport(300, 200, 1000.0, 1000.0, 1.0), 16)
    made.renderer.uploads.clear()
    # One for each tile, and one for all that was left.
    assert frames(made) == 9
    assert len(made.renderer.slots) == 8


@pytest.mark.parametrize(("swift", "fades"), [(True, False), (False, True)])
def test_what_no_eye_can_follow_does_not_fade_in(
    show: MakeShow, *, swift: bool, fades: bool
) -> None:
    made = show(WaitingSource())
    made.rest(FIT)
    arrived(made, AT_1, 8)
    made.session.follow(AT_1, focus=None, moving=True, swift=swift)
    while made.take(5.0):
        pass
    made.session.frame(AT_1, 5.0)
    assert made.session.is_appearing(5.0) == fades


def test_what_comes_out_of_sight_does_not_fade_in(show: MakeShow) -> None:
    made = show(WaitingSource(), replace(OPTIONS, prefetch=True))
    made.settle(AT_1)
    before = set(made.session._residency.residents)
    made.session.follow(AT_1, focus=None, moving=False)
    until(lambda: not made.take(5.0) and not made.session._supply._loader.busy)
    births = {
        key: resident.birth_s
        for key, resident in made.session._residency.residents.items()
        if key not in before
    }
    assert any(key.level in made.session.standing.levels.levels for key in births)
    assert set(births.values()) == {LONG_AGO_S}


BIG = Viewport(1600, 1000, 4000.0, 4000.0, 1.0)


def test_what_the_view_has_left_takes_no_frame_for_long_either(show: MakeShow) -> None:
    """39 tiles that nobody wants any more: 32 at a time."""
    made = show(WaitingSource())
    made.rest(FIT)
    arrived(made, BIG, 39)
    made.session.follow(FIT, focus=None, moving=False)
    made.renderer.uploads.clear()
    assert frames(made) == 2
    assert made.renderer.uploads == []


def test_failures_are_not_the_one_tile_of_a_frame_and_take_none_for_long(show: MakeShow) -> None:
    bad = {TileKey(0, column, row) for column in range(32) for row in range(32)}
    made = show(KeyedSource(8192, 8192, SyntheticOptions(failing=bad)))
    made.rest(FIT)
    made.renderer.uploads.clear()
    arrived(made, BIG, 39)
    # Four coarse tiles come first, a frame for each; then 35 that fail.
    assert frames(made) == 6
    assert len(made.renderer.slots) == 4
    assert len(made.session.standing.errors()) == 35


def test_a_tile_that_is_absent_is_no_hole(show: MakeShow) -> None:
    made = show(KeyedSource(8192, 8192, SyntheticOptions(absent={TileKey(0, 15, 15)})))
    made.settle(AT_1)
    assert made.session.standing.holes() == []


def test_a_tile_of_another_size_than_it_should_be_is_a_hole(show: MakeShow) -> None:
    class Cut(WaitingSource):
        def read_tile(self, key: TileKey) -> Tile | None:
            tile = super().read_tile(key)
            if key != TileKey(0, 15, 15) or tile is None:
                return tile
            return Tile(tile.pixels[:200, :100])

    made = show(Cut())
    made.settle(AT_1)
    assert [hole.error for hole in made.session.standing.holes()] == [
        "tile (0, 15, 15): 100x200 pixels instead of 256x256"
    ]


@pytest.mark.parametrize(
    ("pixels", "fault"),
    [
        (np.zeros((256, 256, 4), np.uint8), "4 bands of uint8 instead of 3 of uint8"),
        (np.zeros((256, 256, 3), np.uint16), "3 bands of uint16 instead of 3 of uint8"),
        (np.zeros((256, 256), np.uint8), "2 dimensions instead of height, width and bands"),
    ],
)
def test_a_tile_of_other_bands_or_samples_is_a_hole(
    show: MakeShow, pixels: NDArray[Any], fault: str
) -> None:
    class Odd(WaitingSource):
        def read_tile(self, key: TileKey) -> Tile | None:
            return Tile(pixels) if key == BAD else super().read_tile(key)

    made = show(Odd())
    made.settle(AT_1)
    assert made.session.standing.holes() == [Hole(BAD, f"tile (0, 15, 15): {fault}")]


def test_a_new_context_gets_its_tiles_from_the_host_and_decodes_nothing(show: MakeShow) -> None:
    source = WaitingSource()
    made = show(source)
    made.rest(AT_1)
    source.asked.clear()
    before = len(made.renderer.slots)
    made.session.attach(made.renderer)
    assert not made.session.standing.is_complete()
    made.settle(AT_1)
    assert source.asked == []
    assert len(made.renderer.slots) == before == 25
    assert made.renderer.layouts[-1] == made.renderer.layouts[-2]


def test_the_first_frame_in_a_new_context_has_the_tile_of_the_whole_image(show: MakeShow) -> None:
    made = show(WaitingSource())
    made.rest(AT_1)
    made.session.attach(made.renderer)
    made.session.follow(AT_1, focus=None, moving=False)
    assert made.take(budget_s=0.0)
    assert set(made.session._residency.residents) == {ROOT}
    assert made.session.has_picture(0.0, blurred=True)


def test_the_tile_of_the_whole_image_is_first_in_a_new_context_though_it_was_slow_to_make(
    show: MakeShow,
) -> None:
    """In an image without levels it is asked for last; once it is there it is as quick as any."""
    one_level = Pyramid(4096, 4096, (Level(4096, 4096, 1.0, 1.0),))
    made = show(FunctionSource(one_level, lambda _, r: np.zeros((r.height, r.width, 3), np.uint8)))
    root = TileKey(4, 0, 0)
    assert made.session._ground.slow_levels >= {4}
    view = replace(AT_1, centre_x=2000.0, centre_y=2000.0)
    made.settle(view)

    def has_root() -> bool:
        made.take()
        return root in made.session._residency.residents

    until(has_root)
    made.session.attach(made.renderer)
    made.session.follow(view, focus=None, moving=False)
    made.take(budget_s=0.0)
    assert set(made.session._residency.residents) == {root}


def test_uploads_from_the_host_keep_to_their_slice_of_the_frame(show: MakeShow) -> None:
    ticks = iter(range(1000))
    made = show(WaitingSource(), OPTIONS, lambda: float(next(ticks)))
    made.rest(AT_1)
    made.session.attach(made.renderer)
    made.session.follow(AT_1, focus=None, moving=False)
    assert made.take(budget_s=3.0)
    assert len(made.renderer.slots) == 3


def test_a_rebuilt_picture_does_not_fade_in(show: MakeShow) -> None:
    made = show(KeyedSource(8192, 8192))
    made.settle(FIT)
    made.settle(AT_1, now=5.0)
    made.session.attach(made.renderer)
    made.session.follow(AT_1, focus=None, moving=False)
    made.take(9.0, budget_s=0.0)
    made.session.frame(AT_1, 9.0)  # of the first of them, so that the others come later
    made.settle(AT_1, now=9.0)
    assert not made.session.is_appearing(9.0)
    made.settle(AT_1.panned(-2000.0, 0.0), now=10.0)
    assert made.session.is_appearing(10.0)


def test_what_is_empty_or_failed_is_not_asked_for_again_in_a_new_context(show: MakeShow) -> None:
    bad, absent = TileKey(0, 15, 15), TileKey(0, 15, 16)
    source = WaitingSource(options=SyntheticOptions(failing={bad}, absent={absent}))
    made = show(source)
    made.rest(AT_1)
    source.asked.clear()
    made.session.attach(made.renderer)
    made.settle(AT_1)
    assert source.asked == []
    assert [hole.key for hole in made.session.standing.holes()] == [bad]


def test_a_tile_evicted_from_the_gpu_comes_back_without_being_decoded(show: MakeShow) -> None:
    source = WaitingSource()
    made = show(source, replace(OPTIONS, gpu_bytes=14 << 20))
    made.rest(AT_1)
    for step in range(1, 8):
        made.rest(AT_1.panned(-300.0 * step, 0.0))
    assert TileKey(0, 15, 15) not in made.session._residency.residents
    source.asked.clear()
    made.rest(AT_1)
    assert TileKey(0, 15, 15) in made.session._residency.residents
    assert source.asked == []


def test_what_lost_its_slot_to_stand_ins_is_asked_for_again_when_the_picture_is_complete(
    show: MakeShow,
) -> None:
    source = WaitingSource()
    made = show(source, replace(OPTIONS, prefetch=True))
    made.rest(AT_1)
    plan, residency = made.session._plan, made.session._residency
    assert plan is not None
    lost = plan.wanted[-1]
    made.session._asking._asked_again = None
    residency._evict(lost)
    source.asked.clear()
    until(lambda: not made.take() and lost in residency.residents)
    assert source.asked == []  # the host has kept it
    residency._evict(lost)
    made.take()
    assert lost not in residency.residents  # once for each plan


@pytest.mark.parametrize("slots", [30, 50, 80])
def test_what_stands_in_out_of_sight_keeps_no_tile_out_of_a_full_atlas(
    show: MakeShow, slots: int
) -> None:
    """Else the tiles around the view are read and dropped again and again."""
    gpu_bytes = slots * 278_784 * 4 // 3 + 12 * AT_1.width * AT_1.height
    made = show(KeyedSource(8192, 8192), replace(OPTIONS, gpu_bytes=gpu_bytes, prefetch=True))
    for view in (AT_1, AT_1.panned(260.0, 0.0), AT_1.panned(0.0, 260.0), replace(AT_1, scale=0.4)):
        made.rest(view)
        made.session.frame(view, 10.0)
    plan = made.session._plan
    assert plan is not None
    assert list(made.session._residency.missing(plan.wanted)) == []


def test_tiles_from_the_host_and_from_the_loader_go_up_by_turns(show: MakeShow) -> None:
    """After a jump back what is decoded for the middle must not wait for all that is kept."""
    made = show(WaitingSource())
    made.rest(AT_1)
    far = replace(AT_1, centre_x=6000.0)
    made.session.attach(made.renderer)
    made.session.follow(far, focus=None, moving=False)

    def all_read() -> bool:
        counts = made.session.standing.tile_counts()
        return counts.staged >= 4 and not (counts.waiting or counts.decoding)

    until(all_read)
    decoded = []
    for _ in range(8):
        before = made.session._supply._loader.staged_bytes
        made.take(budget_s=0.0)  # one tile, as on a slow machine
        decoded.append(made.session._supply._loader.staged_bytes < before)
    assert decoded == 4 * [False, True]


def test_what_the_cache_has_dropped_meanwhile_is_asked_of_the_loader(show: MakeShow) -> None:
    source = WaitingSource()
    made = show(source)
    made.rest(AT_1)
    source.asked.clear()
    made.session.attach(made.renderer)
    made.session.follow(AT_1, focus=None, moving=False)
    made.session.set_budgets(64 << 20, 1 << 20)
    made.settle(AT_1)
    assert len(source.asked) > 10


@pytest.mark.parametrize("host_mib", [1, 2, 4, 16, 64])
def test_all_that_is_held_on_the_host_keeps_to_one_budget(show: MakeShow, host_mib: int) -> None:
    made = show(KeyedSource(8192, 8192), replace(OPTIONS, host_bytes=host_mib << 20, workers=2))
    most = 0
    for step in range(12):
        view = replace(AT_1, centre_x=1000.0 + 500.0 * step, scale=(1.0, 0.53, 0.2)[step % 3])
        made.settle(view)
        for _ in range(3):
            made.take()
            assert made.host.total <= host_mib << 20
        most = max(most, made.host.total)
    assert most > (host_mib << 20) // 2 or host_mib == 64


class Keeping(KeyedSource):
    """A source that holds on to much."""

    cache_bytes = 6 << 20


def test_the_cache_gets_what_the_source_leaves(show: MakeShow) -> None:
    made = show(Keeping(8192, 8192), replace(OPTIONS, host_bytes=8 << 20))
    for step in range(8):
        made.settle(AT_1.panned(-300.0 * step, 0.0))
        assert made.host.total <= 8 << 20
    assert made.host.source == 6 << 20
    # A sixteenth is for derived tiles; of the other 1.5 MiB a quarter may wait, a quarter is
    # strips, and half is two tiles.
    assert made.host.cache == 2 * 278_784


@pytest.mark.parametrize(("host_bytes", "over"), [(8 << 20, 0), (6_266_880, 278_784 + 40_000)])
def test_an_image_in_memory_counts_and_its_tiles_go_up_though_it_fills_the_budget(
    show: MakeShow, host_bytes: int, over: int
) -> None:
    """Tiles then wait one by one, and its coarsest levels are derived as ever: 40 kB."""
    image = np.zeros((1024, 1536, 3), np.uint8)
    source = MemorySource(image, RGB8, Origin("a", "JPEG"), owned=True)
    assert source.cache_bytes == 6_266_880
    made = show(source, replace(OPTIONS, host_bytes=host_bytes))
    for x in (300.0, 800.0, 1200.0):
        made.settle(replace(AT_1, centre_x=x, centre_y=500.0))
        assert made.host.source >= 6_266_880
        assert made.host.total <= host_bytes + over
    assert (made.host.cache > 0) is (over == 0)


def test_an_image_in_memory_that_fills_the_budget_is_sharp_in_a_large_window(
    show: MakeShow,
) -> None:
    """As an image is that was refused, and is opened with the memory the refusal advises."""
    pixels = np.zeros((3000, 4000, 3), np.uint8)
    source = MemorySource(pixels, RGB8, Origin("a", "JPEG"), owned=True)
    view = Viewport(1600, 1000, 2000.0, 1500.0, 1.0)
    made = show(source, replace(OPTIONS, gpu_bytes=256 << 20, host_bytes=source.cache_bytes + 1))
    made.settle(view)
    assert not made.session.standing.is_reduced
    # While the file is loaded anew a quarter of the budget is lent to that.
    made.session.set_budgets(256 << 20, source.cache_bytes * 3 // 4)
    made.settle(view)
    assert not made.session.standing.is_reduced


def test_a_lower_host_budget_applies_at_once_and_loses_nothing_in_sight(show: MakeShow) -> None:
    source = WaitingSource()
    made = show(source)
    made.rest(AT_1)
    assert made.host.cache > 4 << 20
    source.asked.clear()
    made.session.set_budgets(64 << 20, 4 << 20)
    assert made.host.total <= 4 << 20
    made.settle(AT_1)
    assert source.asked == []


def test_where_strips_would_take_more_than_a_quarter_fewer_tiles_are_resident(
    show: MakeShow,
) -> None:
    """16 KiB of strips a tile, and a sixteenth is the source's: 60 tiles of 172 in 4 MiB."""
    made = show(KeyedSource(8192, 8192), replace(OPTIONS, host_bytes=4 << 20))
    made.session.fit(made.renderer, 300, 200)
    assert made.session._residency.capacity == 60
    brings_its_own = SyntheticOptions(overlap=4)
    made = show(KeyedSource(8192, 8192, brings_its_own), replace(OPTIONS, host_bytes=4 << 20))
    made.session.fit(made.renderer, 300, 200)
    assert made.session._residency.capacity == 176


def test_the_atlas_gets_what_the_composite_of_the_target_leaves(show: MakeShow) -> None:
    made = show(KeyedSource(8192, 8192))
    plain = made.session.display
    made.session.display = replace(plain, gamma=1.5)
    capacities = []
    for size in ((300, 200), (1600, 1000), (3840, 2160), (300, 200)):
        made.session.fit(made.renderer, *size)
        capacities.append(made.session._residency.capacity)
    # Three quarters of 64 MiB less 0.7 and 19 MB; 100 MB leave the least there is, in layers of
    # one tile, which use the budget in full afterwards.
    assert capacities == [176, 128, 8, 178]
    # Where data is light, there is none.
    made.session.display = plain
    made.session.fit(made.renderer, 3840, 2160)
    assert made.session._residency.capacity == 180


def test_a_window_that_is_resized_by_hand_moves_no_tile(show: MakeShow) -> None:
    made = show(KeyedSource(8192, 8192))
    made.session.display = replace(made.session.display, gamma=1.5)
    made.session.fit(made.renderer, 300, 200)
    made.rest(AT_1)
    made.renderer.moves.clear()
    layers = made.renderer.layers
    for width in [*range(301, 1200, 10), *range(1200, 301, -10)]:
        made.session.fit(made.renderer, width, width // 2)
    assert len(made.renderer.moves) > 2
    assert all(move.old == move.new for moves in made.renderer.moves for move in moves)
    assert made.renderer.layers == layers


def test_a_lower_gpu_budget_keeps_the_tiles_of_the_picture(show: MakeShow) -> None:
    source = WaitingSource()
    made = show(source)
    made.session.fit(made.renderer, 300, 200)
    for step in range(10):
        made.rest(AT_1.panned(300.0 * (9 - step), 0.0))
    made.rest(AT_1)
    keys = made.session.frame(AT_1, 0.0).instances.keys
    there = set(made.session._residency.residents)
    made.session.set_budgets(14 << 20, OPTIONS.host_bytes)
    made.session.fit(made.renderer, 300, 200)
    left = set(made.session._residency.residents)
    assert set(keys) < left < there
    assert len(left) == made.session._residency.capacity == 36
    source.asked.clear()
    made.settle(AT_1)
    assert made.session.frame(AT_1, 0.0).instances.keys == keys
    assert source.asked == []


def test_a_new_context_counts_on_the_whole_budget_again(show: MakeShow) -> None:
    """An atlas that could not grow further may, where there is no old texture any more."""
    made = show(KeyedSource(8192, 8192), replace(OPTIONS, gpu_bytes=14 << 20))
    made.session.fit(made.renderer, 300, 200)
    for step in range(10):
        made.rest(AT_1.panned(300.0 * step, 0.0))
    made.session.set_budgets(18 << 20, OPTIONS.host_bytes)
    made.session.fit(made.renderer, 300, 200)
    before = made.session._residency.capacity
    made.session.attach(made.renderer)
    made.session.fit(made.renderer, 300, 200)
    assert made.session._residency.capacity > before


def test_a_table_is_the_same_until_something_changes(show: MakeShow) -> None:
    made = show(KeyedSource(8192, 8192))
    made.settle(AT_1)
    first = made.session.frame(AT_1, 10.0).instances
    moved = AT_1.panned(3.0, 0.0)
    made.session.follow(moved, focus=None, moving=True)
    assert made.session.frame(moved, 10.1).instances is first


def test_a_view_in_motion_is_planned_anew_every_32_pixels(show: MakeShow) -> None:
    made = show(KeyedSource(8192, 8192))
    assert made.session.follow(AT_1, focus=None, moving=True)
    assert not made.session.follow(AT_1.panned(31.0, 0.0), focus=None, moving=True)
    assert made.session.follow(AT_1.panned(33.0, 0.0), focus=None, moving=True)


def test_a_view_at_rest_is_planned_exactly(show: MakeShow) -> None:
    made = show(KeyedSource(8192, 8192))
    made.session.follow(AT_1, focus=None, moving=True)
    assert made.session.follow(AT_1.panned(1.0, 0.0), focus=None, moving=False)


def test_a_picture_is_complete_when_all_it_needs_has_come(show: MakeShow) -> None:
    source = WaitingSource()
    last = TileKey(0, 15, 15)
    source.hold(lambda key: key == last)
    made = show(source, replace(OPTIONS, workers=2))
    made.session.follow(AT_1, focus=None, moving=False)
    # The root, 16 of the overview, four coarse, and three of the picture's four.
    made.arrive(24, 0.0)
    assert not made.session.standing.is_complete()
    source.release()
    made.arrive(1, 0.0)
    assert made.session.standing.is_complete()


def test_the_display_begins_as_the_options_say(show: MakeShow) -> None:
    options = replace(OPTIONS, background=(0.1, 0.2, 0.3), fade_s=0.05, blend=False)
    display = show(KeyedSource(8192, 8192), options).session.display
    assert (display.background, display.fade_s, display.blend) == ((0.1, 0.2, 0.3), 0.05, False)


def test_births_are_on_the_frames_clock(show: MakeShow) -> None:
    """A steady clock of hours has no milliseconds left in float32."""
    made = show(KeyedSource(8192, 8192))
    made.settle(FIT)
    made.settle(AT_1, now=1e6)
    frame = made.session.frame(AT_1, 1e6 + 0.05)
    births = frame.instances.records["birth_s"]
    assert frame.now_s == pytest.approx(0.05)
    assert set(births.tolist()) == {0.0, LONG_AGO_S}


def test_host_memory_counts_strips_and_kept_tiles(show: MakeShow) -> None:
    made = show(KeyedSource(8192, 8192))
    assert made.host == HostBytes(0, 0, 0, 0, 268_435_456)
    made.settle(AT_1)
    # Strips of 25 tiles: four of 4 x 256 RGBA texels.
    strips, tiles = 25 * 4 * 4 * 256 * 4, 25 * 264 * 264 * 4
    assert made.host == HostBytes(0, strips, 0, tiles, 268_435_456)
    assert made.host.total == strips + tiles


def test_gpu_memory_is_what_the_renderer_has_allocated(show: MakeShow) -> None:
    made = show(KeyedSource(8192, 8192))
    assert made.session.memory(made.renderer).gpu == GpuBytes(0, 0, 67_108_864)
    made.settle(AT_1)
    # Two layers of 4 x 4 tiles.
    assert made.session.memory(made.renderer).gpu == GpuBytes(8_921_088, 0, 67_108_864)
    assert made.session.memory(None).gpu.total == 0


def test_closing_lets_go_of_the_kept_tiles(show: MakeShow) -> None:
    made = show(KeyedSource(8192, 8192))
    made.settle(AT_1)
    made.session.close()
    assert made.host.cache == 0


def test_closing_closes_the_source(show: MakeShow) -> None:
    source = WaitingSource()
    made = show(source)
    made.settle(AT_1)
    made.session.close()
    assert source.closed == 1


def test_a_stuck_worker_keeps_its_source_open(
    show: MakeShow, caplog: pytest.LogCaptureFixture
) -> None:
    source = WaitingSource()
    source.hold()
    made = show(source)
    made.session.follow(AT_1, focus=None, moving=False)
    until(lambda: bool(source.asked))
    start = time.monotonic()
    with caplog.at_level(logging.WARNING, "glview"):
        made.session.close()
    assert time.monotonic() - start < 2.5
    assert source.closed == 0
    assert caplog.messages == ["synthetic: a worker is stuck in its file and was left"]


def test_too_many_bands_are_an_image_error() -> None:
    model = PixelModel(SampleType.U8, ColorModel.CHANNELS, 25)
    with pytest.raises(UnsupportedImageError, match="synthetic: 25 bands; at most 24"):
        Session(KeyedSource(64, 64, SyntheticOptions(model=model)), OPTIONS, wake=lambda: None)


def test_too_many_levels_are_an_image_error() -> None:
    levels = tuple(Level(64 - k, 64 - k, 1 + k / 64, 1 + k / 64) for k in range(41))
    source = FunctionSource(
        Pyramid(64, 64, levels), lambda _, r: np.zeros((r.height, r.width, 3), np.uint8)
    )
    with pytest.raises(UnsupportedImageError, match="levels; at most 40"):
        Session(source, OPTIONS, wake=lambda: None)


class PythonSource(KeyedSource):
    @property
    def description(self) -> ImageDescription:
        return replace(super().description, reading=Reading.PYTHON)


def test_workers_are_as_many_as_the_kind_of_source_can_use(show: MakeShow) -> None:
    options = replace(OPTIONS, workers=None)
    assert show(PythonSource(8192, 8192), options).session._supply._loader.workers == 1
    assert show(KeyedSource(8192, 8192), options).session._supply._loader.workers >= 2


def test_a_number_of_workers_that_was_asked_for_counts(show: MakeShow) -> None:
    options = replace(OPTIONS, workers=3)
    assert show(PythonSource(8192, 8192), options).session._supply._loader.workers == 3


PART, OF = TileKey(0, 62, 62), TileKey(0, 15, 15)
"""A stored tile of 64 pixels in sight at `AT_1`, and the tile that it is shown as a part of."""


def test_a_tile_with_a_hole_that_may_heal_is_read_again_and_takes_its_own_place(
    show: MakeShow,
) -> None:
    source = HealingSource(PART, tile_px=64)
    made = show(source)
    made.settle(AT_1, now=10.0)
    quiet(made, 10.0)
    (hole,) = made.session.standing.holes()
    assert (hole.key, hole.lost) == (OF, (IntRect(128, 128, 192, 192),))
    before, place = len(made.renderer.slots), made.session._residency.residents[OF].slot
    made.session.retry(10.99)
    assert not made.session._supply._loader.busy
    tried(made, source, 11.0, 2, PART)
    # As long as it is not mended it is tried again, after a longer pause.
    made.session.retry(12.99)
    assert not made.session._supply._loader.busy
    source.bad.clear()
    tried(made, source, 13.0, 3, PART)
    assert made.renderer.slots[before:] == [place, place]
    assert made.session.standing.holes() == []
    made.session.frame(AT_1, 13.0)
    assert not made.session.is_appearing(13.0)
    made.session.retry(1e6)
    assert not made.session._supply._loader.busy
    assert made.session._supply._loader._alarm_s is None


def test_a_hole_of_which_nothing_comes_any_more_is_kept_as_it_is(show: MakeShow) -> None:
    """The tile that has it is on the screen: no error is told, and it is tried again."""
    source = HealingSource(PART, tile_px=64)
    made = show(source)
    made.settle(AT_1, now=10.0)
    quiet(made, 10.0)
    parts = {TileKey(0, column, row) for column in range(60, 64) for row in range(60, 64)}
    source.bad |= parts
    tried(made, source, 11.0, 2, PART)
    assert OF in made.session._residency.residents
    assert made.session.standing.errors() == ()
    source.bad.clear()
    tried(made, source, 13.0, 3, PART)
    assert made.session._lacking.next_due_s({OF}) is None


def test_a_tile_with_a_hole_that_does_not_heal_is_read_again_when_that_is_asked_for(
    show: MakeShow,
) -> None:
    source = HealingSource(PART, may_heal=False, tile_px=64)
    made = show(source)
    made.settle(AT_1, now=10.0)
    quiet(made, 10.0)
    made.session.retry(1e6)
    assert not made.session._supply._loader.busy
    assert made.session.standing.lacks_any
    source.bad.clear()
    made.session.reload_failed()
    tried(made, source, 10.0, 2, PART)
    assert not made.session.standing.lacks_any


def test_a_tile_with_a_hole_is_not_kept_for_another_context(show: MakeShow) -> None:
    source = HealingSource(PART, tile_px=64)
    made = show(source)
    made.settle(AT_1, now=10.0)
    source.bad.clear()
    made.session.attach(made.renderer)
    made.settle(AT_1, now=10.1)
    assert source.asked.count(PART) == 2
    assert not made.session.standing.lacks_any


def test_a_mean_with_a_hole_is_made_anew_when_that_is_asked_for(show: MakeShow) -> None:
    source = Mending(may_heal=False)
    made = show(source)
    whole = Viewport(128, 128, 512.0, 512.0, 1 / 8)
    made.settle(whole)
    quiet(made, 0.0)
    assert made.session.standing.lacks_any
    source.broken = False
    made.session.reload_failed()

    def mended() -> bool:
        made.take()
        return not made.session.standing.lacks_any

    until(mended)


def test_a_tile_with_a_hole_that_was_evicted_and_fails_is_a_failed_tile(
    show: MakeShow, caplog: pytest.LogCaptureFixture
) -> None:
    source = HealingSource(PART, tile_px=64)
    made = show(source)
    made.settle(AT_1, now=10.0)
    source.bad |= {TileKey(0, column, row) for column in range(60, 64) for row in range(60, 64)}
    made.session.retry(11.0)
    made.session.attach(made.renderer)
    with caplog.at_level(logging.WARNING, "glview"):
        made.settle(AT_1, now=11.0)
    assert [hole.key for hole in made.session.standing.holes()] == [OF]
    assert len(caplog.messages) == 1
    asked = len(source.asked)
    made.session.attach(made.renderer)
    made.settle(AT_1, now=11.5)
    assert len(source.asked) == asked
