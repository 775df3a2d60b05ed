"""The conductor: opening, drawing, telling, closing. The renderer only remembers."""

import itertools
import logging
import threading
import time
from collections.abc import Callable, Iterator
from dataclasses import replace
from pathlib import Path
from typing import Any

import numpy as np
import pytest
import pyvips
from numpy.typing import NDArray

from glview.display import Magnification, Window
from glview.errors import GlviewError, ImageError
from glview.failures import Hole
from glview.frame import Frame, Target
from glview.frame_times import FrameTime, FrameTimes
from glview.image import ColorTable, ImageDescription
from glview.navigator import Navigator
from glview.options import ViewerOptions
from glview.pyramid import TileKey
from glview.reach import Limits
from glview.sources import icc
from glview.sources.base import ColorModel, SampleType
from glview.sources.model import PixelModel
from glview.sources.synthetic import KeyedSource, SyntheticOptions
from glview.stats import GpuBytes, HostBytes, MemoryUse, Stats, TileCounts
from glview.view_state import ViewState
from glview.viewer import Viewer, ViewerEvents
from glview.viewport import Point, Viewport
from tests.profiles import swapped
from tests.unit.recorder import SOON_S, HealingSource, RecordingRenderer, WaitingSource, until

TARGET = Target(0, 300, 200)
BACKGROUND = (0.25, 0.5, 0.75)
OPTIONS = ViewerOptions(workers=1, fade_s=0.0, gpu_bytes=64 << 20, background=BACKGROUND)


class Seat:
    """A viewer on a canvas that is drawn by hand; what it tells is noted."""

    def __init__(
        self,
        options: ViewerOptions = OPTIONS,
        stopwatch: Callable[[], float] = time.perf_counter,
    ) -> None:
        self.loaded: list[ImageDescription] = []
        self.failed: list[ImageError] = []
        self.views: list[Viewport] = []
        self.settled = 0
        self.closed = 0
        self.holes: list[tuple[TileKey, str]] = []
        self.wakes = 0
        self.now = 0.0
        self.renderer = RecordingRenderer()
        self.viewer = Viewer(
            options,
            wake=self._wake,
            events=ViewerEvents(
                self.loaded.append,
                self.failed.append,
                self.views.append,
                self._settled,
                lambda key, error: self.holes.append((key, error)),
                closed=self._closed,
            ),
            stopwatch=stopwatch,
        )
        self.viewer.attach(self.renderer)
        self.viewer.resize(TARGET.width, TARGET.height)

    def _settled(self) -> None:
        self.settled += 1

    def _closed(self) -> None:
        self.closed += 1

    def _wake(self) -> None:
        self.wakes += 1

    def draw(self) -> bool:
        self.now += 0.016
        return self.viewer.draw(TARGET, self.now, upload_budget_s=1.0)

    def settle(self) -> None:
        until(lambda: not self.draw() and self.viewer.settled)

    def opened(self, what: object) -> None:
        self.viewer.open(what)

        def done() -> bool:
            self.viewer.poll()
            return not self.viewer.opening

        until(done)


@pytest.fixture
def seat() -> Iterator[Seat]:
    made = Seat()
    yield made
    made.viewer.close()


def picture(width: int, height: int) -> NDArray[np.uint8]:
    return np.zeros((height, width, 3), np.uint8)


def test_without_an_image_the_target_is_background(seat: Seat) -> None:
    assert seat.draw() is False
    assert seat.renderer.cleared == [BACKGROUND]
    assert seat.viewer.description is None
    assert seat.viewer.display is None


def test_an_image_that_opened_is_told_and_shown_fitted(seat: Seat) -> None:
    seat.opened(picture(600, 200))
    assert [description.pyramid.width for description in seat.loaded] == [600]
    seat.settle()
    assert seat.renderer.frames[-1].viewport == Viewport(300, 200, 300.0, 100.0, 0.5)


def test_opening_does_not_wait(seat: Seat) -> None:
    seat.viewer.open(picture(600, 200))
    assert seat.viewer.opening
    assert seat.loaded == []
    until(lambda: seat.wakes == 1)


def test_a_drawing_takes_in_what_has_opened(seat: Seat) -> None:
    seat.viewer.open(picture(600, 200))
    until(lambda: seat.wakes == 1)
    seat.draw()
    assert len(seat.loaded) == 1


def test_an_image_that_cannot_be_opened_is_told_and_the_one_before_stays(
    seat: Seat, tmp_path: Path
) -> None:
    seat.opened(picture(600, 200))
    seat.opened(tmp_path / "none.dzi")
    (error,) = seat.failed
    assert "none.dzi" in str(error)
    assert seat.viewer.description is not None
    assert len(seat.loaded) == 1


def test_an_image_that_opens_but_cannot_be_shown_is_told_and_closed(
    seat: Seat, caplog: pytest.LogCaptureFixture
) -> None:
    model = PixelModel(SampleType.U8, ColorModel.CHANNELS, 25)
    source = WaitingSource(64, 64, SyntheticOptions(model=model))
    seat.opened(source)
    (error,) = seat.failed
    assert error.fault == "25 bands; at most 24 can be shown"
    until(lambda: source.closed == 1)
    assert seat.viewer.description is None
    assert caplog.messages == []  # told once, in the words for people


def test_a_later_call_overtakes_an_earlier_one(seat: Seat) -> None:
    first = np.zeros((4000, 4000, 3), np.uint8)
    seat.viewer.open(first)
    seat.opened(picture(600, 200))
    until(lambda: threads("glview open") == 0)
    seat.viewer.poll()
    assert [description.pyramid.width for description in seat.loaded] == [600]
    assert not seat.viewer.opening


def threads(name: str) -> int:
    return sum(thread.name == name for thread in threading.enumerate())


def test_settled_is_told_once(seat: Seat) -> None:
    seat.viewer.show(KeyedSource(4096, 4096))
    seat.settle()
    assert seat.settled == 1
    for _ in range(5):
        assert seat.draw() is False
    assert seat.settled == 1


def test_settled_is_told_again_for_another_view(seat: Seat) -> None:
    seat.viewer.show(KeyedSource(4096, 4096))
    seat.settle()
    seat.viewer.navigator.set_view(Viewport(300, 200, 100.0, 100.0, 1.0))
    seat.settle()
    assert seat.settled == 2
    assert seat.views[-1] == Viewport(300, 200, 100.0, 100.0, 1.0)


def test_settled_is_told_again_for_another_display(seat: Seat) -> None:
    seat.viewer.show(KeyedSource(4096, 4096))
    seat.settle()
    before = seat.wakes
    seat.viewer.update_display(gamma=2.0)
    assert seat.wakes == before + 1
    assert not seat.viewer.settled
    seat.settle()
    assert seat.settled == 2
    assert seat.renderer.frames[-1].display.gamma == 2.0


def test_nothing_is_settled_while_a_tile_is_missing(seat: Seat) -> None:
    source = WaitingSource()
    source.hold()
    seat.viewer.show(source)
    for _ in range(5):
        seat.draw()
        time.sleep(0.002)
    assert seat.settled == 0
    source.release()
    seat.settle()


def test_nothing_is_settled_before_what_stands_in_for_tiles_that_failed() -> None:
    made = Seat(replace(OPTIONS, workers=2))
    root = TileKey(2, 0, 0)
    failing = {TileKey(level, x, y) for level in (0, 1) for x in range(4) for y in range(4)}
    source = WaitingSource(1000, 1000, SyntheticOptions(failing=failing))
    source.hold(lambda key: key == root)
    made.viewer.show(source)
    made.viewer.navigator.set_view(Viewport(300, 200, 500.0, 500.0, 1.0))
    until(lambda: not made.draw() and len(made.viewer.holes) == 4)
    made.draw()
    assert (made.settled, made.viewer.blank) == (0, True)
    source.release()
    made.settle()
    assert (made.settled, made.viewer.blank) == (1, False)
    made.viewer.close()


def test_until_the_first_tile_there_is_background_and_no_picture(seat: Seat) -> None:
    source = WaitingSource()
    source.hold()
    seat.viewer.show(source)
    seat.draw()
    assert seat.renderer.cleared == [BACKGROUND]
    assert seat.renderer.frames == []
    source.release()
    seat.settle()
    assert seat.renderer.frames


def test_a_view_is_told_only_when_it_changes(seat: Seat) -> None:
    seat.viewer.show(KeyedSource(4096, 4096))
    seat.settle()
    assert len(seat.views) == 1


def test_a_hole_is_told_once_and_marked_in_every_picture(seat: Seat) -> None:
    bad = TileKey(0, 1, 0)
    seat.viewer.show(KeyedSource(512, 256, SyntheticOptions(failing={bad}, name="a")))
    seat.viewer.navigator.set_view(Viewport(300, 200, 256.0, 128.0, 1.0))
    seat.settle()
    seat.draw()
    seat.draw()
    assert seat.holes == [(bad, "a: tile (0, 1, 0) fails as asked")]
    assert len(seat.renderer.marks) >= 2
    mark = seat.renderer.marks[-1]
    assert (mark.corner, mark.across, mark.down) == ((150.0, -28.0), (256.0, 0.0), (0.0, 256.0))


BAD = TileKey(0, 15, 15)
AT_BAD = Viewport(300, 200, 4000.0, 4000.0, 1.0)
FAULT = "(0, 15, 15) does not answer"


def test_a_hole_that_is_tried_again_is_told_once(seat: Seat) -> None:
    source = HealingSource(BAD)
    seat.viewer.show(source)
    seat.viewer.navigator.set_view(AT_BAD)
    seat.settle()
    seat.now += 1.0
    until(lambda: not seat.draw() and source.asked.count(BAD) == 2 and seat.viewer.settled)
    seat.draw()
    assert seat.holes == [(BAD, FAULT)]
    assert seat.settled == 1


def test_a_hole_that_heals_is_no_error_any_more_and_the_picture_settles_anew(seat: Seat) -> None:
    source = HealingSource(BAD)
    seat.viewer.show(source)
    seat.viewer.navigator.set_view(AT_BAD)
    seat.settle()
    assert seat.viewer.errors() == (Hole(BAD, FAULT),)
    source.bad.clear()
    seat.now += 1.0
    until(lambda: not seat.draw() and seat.viewer.errors() == ())
    assert seat.viewer.holes == []
    seat.renderer.marks.clear()
    seat.draw()
    assert seat.renderer.marks == []


def test_what_has_no_file_reads_its_failed_tiles_anew_when_it_is_refreshed(seat: Seat) -> None:
    assert not seat.viewer.refresh()
    source = HealingSource(BAD, may_heal=False)
    seat.viewer.show(source)
    seat.viewer.navigator.set_view(AT_BAD)
    seat.settle()
    source.bad.clear()
    assert seat.viewer.refresh()
    seat.settle()
    assert seat.viewer.errors() == ()
    assert not seat.viewer.refresh()


def test_motions_and_fades_can_be_had_no_more_and_again() -> None:
    viewer = Viewer()
    viewer.show(HealingSource(BAD))
    usual = ViewerOptions().fade_s
    for reduced, fade_s in ((True, 0.0), (False, usual), (True, 0.0)):
        viewer.reduce_motion(reduced)
        assert viewer.navigator.reduced_motion is reduced
        assert viewer.display is not None
        assert viewer.display.fade_s == fade_s
    viewer.show(HealingSource(BAD))
    assert viewer.display is not None
    assert viewer.display.fade_s == 0.0
    viewer.close()


def test_errors_are_told_of_what_is_out_of_sight_too(seat: Seat) -> None:
    assert seat.viewer.errors() == ()
    seat.viewer.show(HealingSource(BAD))
    seat.viewer.navigator.set_view(AT_BAD)
    seat.settle()
    seat.viewer.navigator.set_view(Viewport(300, 200, 1000.0, 1000.0, 1.0))
    seat.settle()
    assert seat.viewer.holes == []
    assert seat.viewer.errors() == (Hole(BAD, FAULT),)


def test_failed_tiles_are_reloaded_at_once_and_told_of_anew(seat: Seat) -> None:
    seat.viewer.reload_failed()
    source = HealingSource(BAD, may_heal=False)
    seat.viewer.show(source)
    seat.viewer.navigator.set_view(AT_BAD)
    seat.settle()
    before = seat.wakes
    seat.viewer.reload_failed()
    assert seat.wakes > before
    assert not seat.viewer.settled
    seat.settle()
    assert source.asked.count(BAD) == 2
    assert seat.holes == [(BAD, FAULT), (BAD, FAULT)]
    source.bad.clear()
    seat.viewer.reload_failed()
    seat.settle()
    assert seat.viewer.errors() == ()
    assert seat.settled == 3


class Canvas(Seat):
    """Draws when it is woken or when another frame should follow, as canvases do."""

    def __init__(self, options: ViewerOptions) -> None:
        self.frames = 0
        self.more = True
        self.news = threading.Event()
        super().__init__(options)

    def _wake(self) -> None:
        super()._wake()
        self.news.set()

    def run(self, until_s: float, done: Callable[[], bool] = lambda: False) -> None:
        """Look after the canvas until it is done, or until a time on the steady clock."""
        while not done() and (left := until_s - time.monotonic()) > 0.0:
            if not self.more and not self.news.wait(left):
                return
            self.news.clear()
            self.more = self.viewer.draw(TARGET, time.monotonic(), upload_budget_s=1.0)
            self.frames += 1

    def come_to_rest(self) -> None:
        """Draw until all is there that is ever asked for, and nothing is left to do."""

        def at_rest() -> bool:
            session = self.viewer._session
            assert session is not None
            return self.viewer.settled and not self.more and not session._supply._loader.busy

        self.run(time.monotonic() + SOON_S, at_rest)
        # A worker calls after it has handed over: of a frame that took it in before, once more.
        self.run(time.monotonic() + 0.1)
        assert at_rest()


@pytest.fixture
def canvas() -> Iterator[Canvas]:
    made = Canvas(replace(OPTIONS, prefetch=False))
    yield made
    made.viewer.close()


def test_between_attempts_nothing_is_drawn_and_nothing_computed(canvas: Canvas) -> None:
    """After the first pause of a second the tile is tried; meanwhile all threads sleep."""
    source = HealingSource(BAD)
    viewer = canvas.viewer
    viewer.show(source)
    viewer.navigator.set_view(AT_BAD)
    canvas.come_to_rest()
    assert viewer.errors() == (Hole(BAD, FAULT),)
    frames, used, start = canvas.frames, time.process_time(), time.monotonic()
    canvas.run(start + 0.4)
    assert canvas.frames == frames
    assert time.process_time() - used < 0.02
    source.bad.clear()
    canvas.run(start + SOON_S, lambda: viewer.errors() == ())
    assert time.monotonic() - start < 3.0
    assert canvas.frames <= frames + 3


def test_a_hole_that_does_not_heal_is_left_in_peace(canvas: Canvas) -> None:
    source = HealingSource(BAD, may_heal=False)
    viewer = canvas.viewer
    viewer.show(source)
    viewer.navigator.set_view(AT_BAD)
    canvas.come_to_rest()
    frames, used = canvas.frames, time.process_time()
    canvas.run(time.monotonic() + 1.2)
    assert canvas.frames == frames
    assert time.process_time() - used < 0.02
    assert source.asked.count(BAD) == 1


def test_a_new_context_gets_every_tile_again_and_the_view_stays(seat: Seat) -> None:
    source = WaitingSource()
    seat.viewer.show(source)
    view = Viewport(300, 200, 100.0, 100.0, 1.0)
    seat.viewer.navigator.set_view(view)
    seat.settle()
    seat.viewer.detach()
    with pytest.raises(GlviewError, match="no renderer is attached"):
        seat.draw()
    source.hold()
    second = RecordingRenderer()
    seat.viewer.attach(second)
    seat.draw()
    assert second.cleared == []
    assert second.frames[-1].viewport == view
    seat.settle()
    assert len(second.slots) >= 18
    source.release()


def budgets(seat: Seat) -> tuple[int, int]:
    memory = seat.viewer.stats().memory
    return memory.gpu.budget, memory.host.budget


def test_budgets_may_be_changed_while_an_image_is_shown(seat: Seat) -> None:
    seat.viewer.show(KeyedSource(8192, 8192))
    seat.settle()
    wakes = seat.wakes
    seat.viewer.set_budgets(gpu_bytes=16 << 20)
    assert seat.wakes == wakes + 1
    assert not seat.viewer.settled
    assert budgets(seat) == (
        16 << 20,
        256 << 20,
    )
    seat.viewer.set_budgets(host_bytes=8 << 20)
    assert budgets(seat) == (
        16 << 20,
        8 << 20,
    )
    seat.settle()
    assert seat.renderer.layouts[-1].capacity < 50
    assert seat.settled == 2


def test_budgets_are_for_the_images_to_come_as_well(seat: Seat) -> None:
    seat.viewer.set_budgets(host_bytes=1 << 20)
    seat.opened(picture(1000, 600).astype(np.float64))
    (error,) = seat.failed
    assert error.fault.startswith("needs 10 MiB in memory, more than the budget of")
    assert seat.viewer.description is None


@pytest.mark.parametrize("value", [0, -1, 1e9, float("nan"), "64"])
def test_budgets_that_cannot_be_are_refused_and_change_nothing(seat: Seat, value: Any) -> None:
    seat.viewer.show(KeyedSource(4096, 4096))
    with pytest.raises(ValueError, match="gpu_bytes must be a whole number above 0"):
        seat.viewer.set_budgets(gpu_bytes=value)
    with pytest.raises(ValueError, match="host_bytes must be a whole number above 0"):
        seat.viewer.set_budgets(host_bytes=value)
    assert budgets(seat) == (
        64 << 20,
        256 << 20,
    )


def test_the_atlas_is_made_for_the_size_of_the_target(seat: Seat) -> None:
    seat.viewer.show(KeyedSource(512, 512))
    assert seat.viewer.display is not None
    seat.viewer.display = replace(seat.viewer.display, gamma=1.5)  # takes a composite
    seat.draw()
    first = seat.renderer.layouts[-1].capacity
    seat.viewer.draw(Target(0, 1600, 1000), 99.0)
    assert seat.renderer.layouts[-1].capacity < first


def test_gl_is_touched_only_while_drawing(seat: Seat) -> None:
    seat.opened(picture(600, 200))
    seat.viewer.attach(seat.renderer)
    assert seat.renderer.layouts == []
    seat.draw()
    assert seat.renderer.layouts


def test_a_target_of_another_size_is_followed(seat: Seat) -> None:
    seat.viewer.show(KeyedSource(512, 512))
    seat.settle()
    seat.viewer.draw(Target(0, 640, 480), 99.0)
    assert seat.renderer.frames[-1].viewport.width == 640


def test_another_image_closes_the_one_before(seat: Seat) -> None:
    first = WaitingSource()
    seat.viewer.show(first)
    seat.viewer.show(KeyedSource(512, 512))
    until(lambda: first.closed == 1)


def test_another_image_does_not_wait_for_the_workers_of_the_one_before(seat: Seat) -> None:
    """It comes between two frames: a slow drive must not stop the window."""
    first = WaitingSource()
    first.hold()
    seat.viewer.show(first)
    seat.draw()
    until(lambda: bool(first.asked))
    start = time.monotonic()
    seat.viewer.show(KeyedSource(512, 512))
    assert time.monotonic() - start < 0.5
    first.release()
    until(lambda: first.closed == 1)


def test_closing_closes_the_image_and_stops_its_workers() -> None:
    made = Seat()
    source = WaitingSource(options=SyntheticOptions(name="closing"))
    made.viewer.show(source)
    made.settle()
    assert any(thread.name.startswith("glview closing") for thread in threading.enumerate())
    made.viewer.close()
    assert source.closed == 1
    assert made.viewer.description is None
    assert not any(thread.name.startswith("glview closing") for thread in threading.enumerate())


def test_closing_waits_for_images_that_are_being_closed() -> None:
    made = Seat()
    source = WaitingSource()
    source.hold()
    made.viewer.show(source)
    made.draw()
    until(lambda: bool(source.asked))
    made.viewer.show(KeyedSource(512, 512))
    threading.Timer(0.1, source.release).start()
    made.viewer.close()
    assert source.closed == 1


def test_closing_takes_two_seconds_at_most_with_a_stuck_source(
    caplog: pytest.LogCaptureFixture,
) -> None:
    made = Seat()
    source = WaitingSource()
    source.hold()
    made.viewer.show(source)
    made.draw()
    until(lambda: bool(source.asked))
    start = time.monotonic()
    with caplog.at_level(logging.WARNING, "glview"):
        made.viewer.close()
    assert time.monotonic() - start < 2.5
    source.release()


class SlowSource(WaitingSource):
    """Opening it takes until ``go``."""

    def __init__(self) -> None:
        super().__init__()
        self.begun, self.go = threading.Event(), threading.Event()

    @property
    def description(self) -> ImageDescription:
        self.begun.set()
        assert self.go.wait(10.0)
        return super().description


def test_an_image_that_opens_after_closing_is_closed_and_wakes_nobody() -> None:
    source = SlowSource()
    made = Seat()
    made.viewer.open(source)
    assert source.begun.wait(SOON_S)
    made.viewer.close()
    source.go.set()
    until(lambda: source.closed == 1)
    assert made.wakes == 0
    assert made.loaded == []


def test_many_quick_calls_open_one_image_at_a_time(seat: Seat) -> None:
    sources = [SlowSource() for _ in range(12)]
    for source in sources:
        seat.viewer.open(source)
    # One opens, one waits for its turn.
    assert threads("glview open") <= 2
    for source in sources:
        source.go.set()
    until(lambda: seat.draw() or len(seat.loaded) == 1)
    until(lambda: [source.closed for source in sources] == [1] * 11 + [0])
    assert threads("glview open") == 0


def test_closing_waits_for_an_opening_that_is_called_off() -> None:
    made = Seat()
    source = SlowSource()
    made.viewer.open(source)
    assert source.begun.wait(SOON_S)
    threading.Timer(0.2, source.go.set).start()
    made.viewer.close()
    assert source.closed == 1
    assert threads("glview open") == 0


def test_closing_takes_two_seconds_at_most_whatever_is_stuck() -> None:
    made = Seat()
    shown, before, opening = WaitingSource(), WaitingSource(), SlowSource()
    for source in (before, shown):
        source.hold()
        made.viewer.show(source)
        made.draw()
        until(lambda source=source: bool(source.asked))  # type: ignore[misc]  # holds the loop's value
    made.viewer.open(opening)
    assert opening.begun.wait(SOON_S)
    start = time.monotonic()
    made.viewer.close()
    assert 1.5 < time.monotonic() - start < 2.5
    for source in (before, shown):
        source.release()
    opening.go.set()
    until(lambda: threads("glview open") == 0)


class ClosingSource(WaitingSource):
    """Notes the threads that close it."""

    def __init__(
        self, width: int = 64, height: int = 64, options: SyntheticOptions | None = None
    ) -> None:
        super().__init__(width, height, options)
        self.closers: list[str] = []

    def close(self) -> None:
        self.closers.append(threading.current_thread().name)
        super().close()


def test_an_overtaken_image_is_not_closed_by_the_thread_that_draws(seat: Seat) -> None:
    source = ClosingSource()
    seat.viewer.open(source)
    until(lambda: seat.wakes == 1)
    seat.opened(picture(600, 200))
    until(lambda: source.closed == 1)
    assert source.closers == ["glview open"]


def test_an_image_that_cannot_be_shown_is_not_closed_by_the_thread_that_draws(seat: Seat) -> None:
    model = PixelModel(SampleType.U8, ColorModel.CHANNELS, 25)
    source = ClosingSource(options=SyntheticOptions(model=model))
    seat.opened(source)
    until(lambda: source.closed == 1)
    assert source.closers == ["glview open"]


def test_an_image_that_was_opened_and_not_taken_in_is_closed() -> None:
    made = Seat()
    source = WaitingSource()
    made.viewer.open(source)
    until(lambda: made.wakes == 1)
    made.viewer.close()
    assert source.closed == 1


def test_an_overtaken_image_is_closed(seat: Seat) -> None:
    source = SlowSource()
    seat.viewer.open(source)
    assert source.begun.wait(SOON_S)
    seat.opened(picture(600, 200))
    source.go.set()

    def closed() -> bool:
        seat.viewer.poll()
        return source.closed == 1

    until(closed)
    assert [description.pyramid.width for description in seat.loaded] == [600]


class BadPath:
    """A path that cannot even be named."""

    def __fspath__(self) -> str:
        raise MemoryError("no room")

    def __str__(self) -> str:
        return "a.tif"


def test_whatever_opening_raises_is_told_and_logged(
    seat: Seat, caplog: pytest.LogCaptureFixture
) -> None:
    with caplog.at_level(logging.ERROR, "glview"):
        seat.opened(BadPath())
    assert [str(error) for error in seat.failed] == ["a.tif: MemoryError: no room"]
    assert "a.tif: cannot be opened" in caplog.text


def test_limits_other_than_the_usual_ones_are_the_navigators() -> None:
    made = Viewer(OPTIONS, limits=Limits(free=True))
    beside = Viewport(300, 200, -5000.0, 90000.0, 100.0)
    made.show(KeyedSource(512, 512))
    made.navigator.resize(300, 200)
    made.navigator.set_view(beside)
    assert made.navigator.view == beside
    made.close()


def test_a_display_can_only_be_set_for_an_image(seat: Seat) -> None:
    seat.opened(picture(600, 200))
    display = seat.viewer.display
    assert display is not None
    assert display.windows == (Window(0, 255),) * 3
    empty = Viewer()
    with pytest.raises(GlviewError, match="no image is open"):
        empty.display = display


def nothing(view: Viewport) -> Stats:
    return Stats(
        name="",
        format="",
        view=view,
        base_level=0,
        fading_levels=(),
        reduced=False,
        settled=False,
        tiles=TileCounts(),
        memory=MemoryUse(GpuBytes(0, 0, 64 << 20), HostBytes(0, 0, 0, 0, 256 << 20)),
        frames=FrameTimes(),
    )


def test_without_an_image_the_stats_are_zero(seat: Seat) -> None:
    view = Viewport(300, 200)
    assert seat.viewer.stats() == nothing(view)
    seat.draw()
    assert seat.viewer.stats() == nothing(view)
    assert Viewer(OPTIONS).stats() == nothing(Viewport(1, 1))


def test_tables_of_a_screens_colours_are_made_where_images_are_opened(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    """Each takes 10 ms, which would be a frame's."""
    profile, threads = swapped(bytes(pyvips.Image.profile_load("p3"))), []
    really = icc.screen_table

    def noted(own: ColorTable | None, screen: bytes) -> ColorTable | None:
        threads.append(threading.current_thread().name)
        return really(own, screen)

    monkeypatch.setattr(icc, "screen_table", noted)
    seat = Seat(replace(OPTIONS, display_profile=profile))
    for _ in range(2):
        seat.opened(np.full((300, 400, 3), 90, np.uint8))
        seat.draw()
        assert seat.viewer.display is not None
        assert seat.viewer.display.color_table is not None
        assert seat.viewer.display.screen is seat.viewer.display.color_table
    assert threads == ["glview open"]
    seat.viewer.close()


def test_a_view_that_is_restored_from_text_keeps_the_colours_of_the_screen() -> None:
    profile = swapped(bytes(pyvips.Image.profile_load("p3")))
    seat = Seat(replace(OPTIONS, display_profile=profile))
    seat.opened(np.full((300, 400, 3), 90, np.uint8))
    seat.draw()
    before, state = seat.viewer.display, seat.viewer.state
    assert before is not None
    assert state is not None
    seat.viewer.restore(ViewState.from_json(state.to_json()))
    assert seat.viewer.display is not None
    assert seat.viewer.display.color_table is before.color_table
    assert seat.viewer.display.screen is before.screen
    seat.viewer.close()


def test_a_view_can_be_kept_and_restored(seat: Seat) -> None:
    assert Viewer(OPTIONS).state is None
    seat.viewer.show(KeyedSource(8192, 8192))
    seat.viewer.navigator.set_view(Viewport(300, 200, 4000.0, 3000.0, 0.7, 20.0, flip=True))
    seat.viewer.update_display(gamma=2.0)
    seat.settle()
    kept, view = seat.viewer.state, seat.viewer.navigator.view
    assert kept is not None
    seat.viewer.navigator.set_view(view.fitted(8192, 8192))
    fitted = seat.viewer.state
    seat.viewer.update_display(gamma=1.0)
    seat.viewer.restore(kept)
    assert seat.viewer.navigator.view == view
    assert seat.viewer.display == kept.display
    # What was fitted is fitted in another size, too.
    assert fitted is not None
    seat.viewer.resize(600, 100)
    seat.viewer.restore(fitted)
    assert seat.viewer.navigator.view.scale == seat.viewer.navigator.view.fitted(8192, 8192).scale
    assert seat.viewer.navigator.fitted


def test_a_view_of_other_bands_is_refused(seat: Seat) -> None:
    seat.viewer.show(KeyedSource(512, 512))
    kept = seat.viewer.state
    assert kept is not None
    with pytest.raises(GlviewError, match="no image"):
        Viewer(OPTIONS).restore(kept)
    model = PixelModel(SampleType.U8, ColorModel.CHANNELS, 4)
    seat.viewer.show(KeyedSource(512, 512, SyntheticOptions(model=model)))
    with pytest.raises(GlviewError, match="a view of 3 bands, of an image of 4"):
        seat.viewer.restore(kept)


def test_progress_counts_the_tiles_of_the_picture(seat: Seat) -> None:
    assert seat.viewer.progress == (0, 0)
    source = HealingSource(BAD)
    source.hold()
    seat.viewer.show(source)
    seat.viewer.navigator.set_view(AT_BAD)
    seat.draw()
    wanted, ready = seat.viewer.progress
    assert wanted > 0 == ready
    source.release()
    seat.settle()
    assert seat.viewer.progress == (wanted, wanted)


def test_a_pixel_is_told_in_its_own_time(seat: Seat) -> None:
    assert not seat.viewer.ask(5.0, 5.0)
    assert seat.viewer.answer() is None
    seat.viewer.show(KeyedSource(1000, 700))
    seat.settle()
    wakes = seat.wakes
    assert not seat.viewer.ask(1000.0, 5.0)
    assert seat.viewer.ask(300.5, 5.5)
    until(lambda: seat.wakes > wakes)
    answer = seat.viewer.answer()
    assert answer is not None
    assert (answer.x, answer.y, len(answer.values)) == (300, 5, 3)
    assert seat.viewer.answer() is None


def is_at_rest(stats: Stats) -> bool:
    """Whether these figures stay until somebody does something."""
    return stats.settled and stats.tiles.under_way == 0


def test_the_stats_of_a_settled_picture(seat: Seat) -> None:
    bad = TileKey(0, 15, 15)
    options = SyntheticOptions(failing={bad}, absent={TileKey(0, 16, 16)}, name="a.dzi")
    seat.viewer.show(KeyedSource(8192, 8192, options))
    view = Viewport(300, 200, 4100.0, 4100.0, 1.0)
    seat.viewer.navigator.set_view(view)
    seat.settle()
    until(lambda: not seat.draw() and is_at_rest(seat.viewer.stats()))
    stats = seat.viewer.stats()
    assert (stats.name, stats.format, stats.view) == ("a.dzi", "synthetic", view)
    assert (stats.base_level, stats.fading_levels, stats.reduced) == (0, (), False)
    assert stats.settled
    # Four tiles meet in the middle: one failed, of one there is nothing.
    assert (stats.tiles.needed, stats.tiles.there, stats.tiles.failed) == (4, 3, 1)
    assert (stats.tiles.waiting, stats.tiles.decoding, stats.tiles.staged) == (0, 0, 0)
    assert stats.tiles.resident == len(seat.renderer.slots)
    layout = seat.renderer.layouts[-1]
    assert stats.tiles.capacity == layout.slots_per_layer * layout.max_layers
    # The edge strips of each resident tile: four of 4 x 256 RGBA texels.
    strips = stats.tiles.resident * 4 * 4 * 256 * 4
    kept = stats.tiles.resident * 264 * 264 * 4
    # Two layers of 4 x 4 tiles.
    assert stats.memory == MemoryUse(
        GpuBytes(8_921_088, 0, 64 << 20), HostBytes(0, strips, 0, kept, 256 << 20)
    )


def test_the_stats_of_a_cross_fade_name_both_levels(seat: Seat) -> None:
    seat.viewer.show(KeyedSource(8192, 8192))
    seat.viewer.navigator.set_view(Viewport(300, 200, 4000.0, 4000.0, 0.55))
    seat.settle()
    stats = seat.viewer.stats()
    assert (stats.base_level, stats.fading_levels) == (1, (0,))


def test_the_stats_of_a_picture_that_loads_count_what_is_on_its_way(seat: Seat) -> None:
    source = WaitingSource()
    source.hold()
    seat.viewer.show(source)
    seat.draw()
    until(lambda: seat.viewer.stats().tiles.decoding == 1)
    tiles = seat.viewer.stats().tiles
    # The tile of the whole image is read; the 16 of its overview, and the picture's, wait.
    assert (tiles.resident, tiles.there, tiles.staged) == (0, 0, 0)
    assert tiles.waiting >= 16
    assert not is_at_rest(seat.viewer.stats())
    source.release()
    until(lambda: seat.viewer.stats().tiles.staged > 0)
    assert seat.viewer.stats().memory.host.staged > 0


def test_getting_stats_changes_nothing(seat: Seat) -> None:
    seat.viewer.show(KeyedSource(2048, 2048))
    until(lambda: not seat.draw() and is_at_rest(seat.viewer.stats()))
    wakes = seat.wakes
    assert seat.viewer.stats() == seat.viewer.stats()
    assert seat.viewer.outlines(seat.now) == seat.viewer.outlines(seat.now)
    assert seat.wakes == wakes


def test_stats_may_be_had_when_the_image_is_gone() -> None:
    made = Seat()
    made.viewer.show(KeyedSource(2048, 2048))
    made.settle()
    frames = made.viewer.stats().frames
    made.viewer.close()
    assert made.viewer.stats().tiles == TileCounts()
    assert made.viewer.stats().frames == frames
    assert made.viewer.outlines(made.now) == ()


class SlowRenderer(RecordingRenderer):
    """Takes a quarter of a second for each picture, by a stopwatch of its own."""

    def __init__(self) -> None:
        super().__init__()
        self.time_s = 0.0

    def draw(self, frame: Frame, target: Target) -> None:
        super().draw(frame, target)
        self.time_s += 0.25

    def clear(self, target: Target, color: tuple[float, float, float]) -> None:
        super().clear(target, color)
        self.time_s += 0.25


def test_frames_are_timed_by_the_stopwatch_and_their_gaps_by_the_canvas() -> None:
    renderer = SlowRenderer()
    made = Seat(stopwatch=lambda: renderer.time_s)
    made.viewer.attach(renderer)
    made.viewer.show(KeyedSource(2048, 2048))
    made.viewer.navigator.zoom_to(1.0, 0.0, 0.0, 2.0)
    for now in (2.0, 2.015625, 2.046875):
        made.viewer.draw(TARGET, now)
    made.viewer.close()
    assert made.viewer.stats().frames == FrameTimes(
        3, (FrameTime(0.25), FrameTime(0.25, 0.015625), FrameTime(0.25, 0.03125))
    )


@pytest.mark.parametrize(("gap_s", "tiles"), [(0.016, 4), (0.032, 8), (0.2, 12)])
def test_uploads_get_a_quarter_of_the_frame_before(gap_s: float, tiles: int) -> None:
    ticks = itertools.count()
    # Each tile takes a reading of the stopwatch, which goes on by a millisecond.
    made = Seat(stopwatch=lambda: 0.001 * next(ticks))
    made.viewer.show(KeyedSource(8192, 8192))
    made.settle()
    made.viewer.navigator.set_view(Viewport(1600, 1000, 4000.0, 4000.0, 1.0))
    target = Target(0, 1600, 1000, depth=True)
    made.viewer.draw(target, 50.0, upload_budget_s=0.0)
    session = made.viewer._session
    assert session is not None

    def arrived() -> bool:
        counts = session.standing.tile_counts()
        return counts.staged >= 20 and not counts.waiting

    until(arrived)
    assert made.viewer.draw(target, 60.0, upload_budget_s=0.0)
    before = session.standing.tile_counts().resident
    made.viewer.draw(target, 60.0 + gap_s)
    made.viewer.close()
    assert session.standing.tile_counts().resident - before == pytest.approx(tiles, abs=1)


def test_frames_without_an_image_are_not_counted(seat: Seat) -> None:
    for _ in range(3):
        seat.draw()
    assert seat.viewer.stats().frames == FrameTimes()


def test_what_squares_take_is_prepared_before_a_zoom_needs_it() -> None:
    seat = Seat()
    seat.viewer.show(KeyedSource(1000, 700))
    until(lambda: not seat.draw() and seat.viewer.settled)
    asked = {display.magnification for display in seat.renderer.prepared}
    assert asked == {Magnification.LINEAR}
    seat.viewer.squares = True
    seat.draw()
    asked = {display.magnification for display in seat.renderer.prepared}
    assert asked == set(Magnification)
    # And so for an image that comes later.
    seat.renderer.prepared.clear()
    seat.viewer.show(KeyedSource(800, 600))
    until(lambda: not seat.draw() and seat.viewer.settled)
    seat.viewer.get_ahead(seat.now)
    assert {display.magnification for display in seat.renderer.prepared} == set(Magnification)
    seat.viewer.close()


def flung(seat: Seat) -> Navigator:
    """A picture at 1:1 on its way."""
    seat.viewer.show(KeyedSource(8192, 8192))
    navigator = seat.viewer.navigator
    navigator.set_view(Viewport(TARGET.width, TARGET.height, 4096.0, 4096.0, 1.0))
    seat.settle()
    navigator.fling(Point(2000.0, 0.0), seat.now)
    seat.renderer.frames.clear()
    return navigator


def test_slow_frames_of_a_motion_are_quick_ones_and_the_last_is_whole(seat: Seat) -> None:
    navigator = flung(seat)
    while navigator.moving:
        seat.now += 0.05
        seat.viewer.draw(TARGET, seat.now)
    quick = [frame.quick for frame in seat.renderer.frames]
    assert quick[:2] == [False, False]
    assert all(quick[3:-1])
    assert len(quick) > 5
    # At rest, by hand and at once, they are whole.
    assert not quick[-1]
    navigator.set_view(navigator.view.panned(40.0, 0.0))
    seat.draw()
    assert not seat.renderer.frames[-1].quick


def test_frames_in_time_are_whole_ones(seat: Seat) -> None:
    navigator = flung(seat)
    while navigator.moving:
        seat.draw()
    assert len(seat.renderer.frames) > 5
    assert not any(frame.quick for frame in seat.renderer.frames)


def test_what_is_ahead_of_need_is_taken_in_while_nothing_is_drawn() -> None:
    seat = Seat(replace(OPTIONS, prefetch=True))
    source = WaitingSource(8192, 8192)
    # What is not in sight comes once all is drawn, however fast the worker is.
    source.hold(lambda key: key.level == 0 and key.row < 15)
    seat.viewer.show(source)
    seat.viewer.navigator.set_view(Viewport(300, 200, 4000.0, 4000.0, 0.9))
    until(lambda: not seat.draw() and seat.viewer.settled)
    source.release()
    drawn, resident = len(seat.renderer.frames), seat.viewer.stats().tiles.resident
    seat.viewer.get_ahead(seat.now)
    session = seat.viewer._session
    assert session is not None
    until(lambda: not (seat.viewer.get_ahead(seat.now) or session._supply._loader.busy))
    assert seat.viewer.stats().tiles.resident > resident
    assert len(seat.renderer.frames) == drawn
    seat.viewer.close()
