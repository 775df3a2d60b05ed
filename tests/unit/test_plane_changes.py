"""Planes of a file: stepped through without a blank, in one view, the next one ready before."""

import threading
import time
from collections.abc import Iterator
from dataclasses import replace

import numpy as np
import pytest
from numpy.typing import NDArray

from glview.errors import ImageError
from glview.image import ImageDescription, Tile
from glview.pyramid import TileKey
from glview.sources.array import ArrayOptions
from glview.sources.base import TileSource, at_plane
from glview.sources.opening import open_image
from glview.sources.synthetic import KeyedSource
from glview.viewer import Viewer, ViewerEvents
from glview.viewport import Viewport
from tests.unit.recorder import RecordingRenderer, until
from tests.unit.test_viewer import OPTIONS, TARGET

VIEW = Viewport(300, 200, 500.0, 400.0, 1.0)


def stack(planes: int = 100, times: int = 2) -> NDArray[np.uint8]:
    values = np.arange(planes, dtype=np.uint8)[None, :, None, None]
    return np.broadcast_to(values, (times, planes, 800, 1000))


class Planed:
    """A source of planes that notes what is opened, and can be held up and fail."""

    def __init__(self, source: TileSource, notes: "Notes") -> None:
        self._source, self._notes = source, notes

    @property
    def description(self) -> ImageDescription:
        return self._source.description

    @property
    def cache_bytes(self) -> int:
        return self._notes.cache_bytes

    def read_tile(self, key: TileKey) -> Tile | None:
        self._notes.read.append((self.description.plane, key))
        return self._source.read_tile(key)

    def at_plane(self, plane: tuple[int, ...]) -> TileSource:
        self._notes.opened.append(plane)
        assert self._notes.passes.wait(10.0)
        if plane in self._notes.bad:
            raise ImageError("stack", f"{plane} is broken")
        self._notes.open += 1
        return Planed(at_plane(self._source, plane), self._notes)

    def close(self) -> None:
        self._notes.open -= 1
        self._source.close()


class Notes:
    def __init__(self) -> None:
        self.opened: list[tuple[int, ...]] = []
        self.read: list[tuple[tuple[int, ...], TileKey]] = []
        self.bad: set[tuple[int, ...]] = set()
        self.cache_bytes = 0
        self.open = 1
        self.passes = threading.Event()
        self.passes.set()


class Seat:
    """A viewer of a stack, drawn by hand."""

    def __init__(self, *, prefetch: bool = False) -> None:
        self.now = 0.0
        self.renderer = RecordingRenderer()
        self.told: list[tuple[int, ...]] = []
        self.failed: list[ImageError] = []
        self.loaded: list[ImageDescription] = []
        self.notes = Notes()
        self.wakes = 0
        self.reads_ahead = threading.Event()
        self.viewer = Viewer(
            replace(OPTIONS, prefetch=prefetch, host_bytes=64 << 20),
            wake=self._wake,
            read_ahead=self.reads_ahead.set,
            events=ViewerEvents(
                loaded=self.loaded.append,
                failed=self.failed.append,
                plane_changed=lambda described: self.told.append(described.plane),
            ),
        )
        self.viewer.attach(self.renderer)
        self.viewer.resize(TARGET.width, TARGET.height)
        source = open_image(stack(), options=ArrayOptions(axes="tzyx"))
        self.viewer.show(Planed(source, self.notes))
        self.viewer.navigator.set_view(VIEW)
        self.settle()

    def _wake(self) -> None:
        self.wakes += 1

    def draw(self) -> bool:
        self.now += 0.016
        more = self.viewer.draw(TARGET, self.now, upload_budget_s=1.0)
        if not more:
            self.viewer.get_ahead(self.now)
        return more

    def settle(self) -> None:
        until(lambda: not self.draw() and self.viewer.settled)

    def rest(self) -> None:
        """Until the planes beside the one shown are ready."""

        def ready() -> bool:
            self.draw()
            ahead = self.viewer._images.ahead
            return bool(ahead) and all(
                each.session.standing.is_complete() for each in ahead.values()
            )

        until(ready)


@pytest.fixture
def seat() -> Iterator[Seat]:
    made = Seat()
    yield made
    made.notes.passes.set()
    made.viewer.close()


@pytest.fixture
def ahead() -> Iterator[Seat]:
    made = Seat(prefetch=True)
    yield made
    made.viewer.close()


def test_another_plane_is_shown_in_the_same_view_and_display(seat: Seat) -> None:
    seat.viewer.update_display(gamma=2.0)
    seat.viewer.go_to_plane((1, 7))
    assert seat.viewer.plane == (1, 7)
    assert not seat.viewer.settled
    seat.settle()
    described = seat.viewer.description
    assert described is not None
    assert described.plane == (1, 7)
    assert seat.renderer.frames[-1].viewport == VIEW
    assert seat.renderer.frames[-1].display.gamma == 2.0
    assert seat.told == [(1, 7)]
    # It is the same image.
    assert len(seat.loaded) == 1


def test_no_frame_is_blank_and_nothing_fades_in(seat: Seat) -> None:
    seat.renderer.cleared.clear()
    seat.renderer.frames.clear()
    for z in range(1, 6):
        seat.viewer.go_to_plane((0, z))
        seat.settle()
    assert seat.renderer.cleared == []
    assert all(frame.instances.base_count for frame in seat.renderer.frames)
    assert not any(frame.instances.partial_count for frame in seat.renderer.frames)


def test_the_old_plane_stays_until_the_other_is_there(seat: Seat) -> None:
    seat.notes.passes.clear()
    seat.viewer.go_to_plane((0, 1))
    for _ in range(20):
        seat.draw()
    described = seat.viewer.description
    assert described is not None
    assert described.plane == (0, 0)
    assert seat.viewer.plane == (0, 1)
    seat.notes.passes.set()
    seat.settle()
    assert seat.viewer.description is not None
    assert seat.viewer.description.plane == (0, 1)


def test_a_hand_that_runs_through_them_sees_some_and_ends_at_the_last(seat: Seat) -> None:
    for z in range(1, 100):
        seat.viewer.go_to_plane((0, z))
        seat.draw()
        time.sleep(0.002)
    seat.settle()
    assert seat.told[-1] == (0, 99)
    assert len(seat.told) >= 4
    assert seat.told == sorted(seat.told)
    # What is passed is not opened: only what is shown.
    assert seat.notes.opened == seat.told


def test_what_is_under_way_is_shown_before_another_is_begun(seat: Seat) -> None:
    seat.notes.passes.clear()
    for z in range(1, 10):
        seat.viewer.go_to_plane((0, z))
        seat.draw()
    until(lambda: seat.notes.opened == [(0, 1)])
    seat.notes.passes.set()
    seat.settle()
    assert seat.told == [(0, 1), (0, 9)]


def test_there_is_no_plane_past_the_ends(seat: Seat) -> None:
    for plane in ((0, 100), (2, 0), (0,), (0, -1)):
        with pytest.raises(IndexError, match="there is no plane"):
            seat.viewer.go_to_plane(plane)
    assert seat.viewer.plane == (0, 0)


def test_a_plane_that_cannot_be_opened_is_told_and_the_picture_stays(seat: Seat) -> None:
    seat.notes.bad.add((0, 1))
    seat.viewer.go_to_plane((0, 1))
    seat.settle()
    assert [str(error) for error in seat.failed] == ["stack: (0, 1) is broken"]
    assert seat.viewer.plane == (0, 0)
    seat.viewer.go_to_plane((0, 2))
    seat.settle()
    assert seat.told == [(0, 2)]


def test_the_planes_beside_the_one_shown_are_made_ready(ahead: Seat) -> None:
    ahead.viewer.go_to_plane((0, 50))
    ahead.settle()
    ahead.rest()
    until(lambda: not ahead.draw() and set(ahead.viewer._images.ahead) == {(0, 49), (0, 51)})
    ahead.rest()
    ahead.viewer.go_to_plane((0, 51))
    ahead.draw()
    # With the very next picture, and whole.
    assert ahead.told[-1] == (0, 51)
    assert ahead.viewer._session is not None
    assert ahead.viewer._session.standing.is_complete()


def test_planes_are_made_ready_without_a_picture_drawn_for_it(ahead: Seat) -> None:
    ahead.rest()
    ahead.notes.passes.clear()
    ahead.viewer.go_to_plane((0, 1))
    ahead.settle()
    for _ in range(20):  # what there is still to come of the plane shown
        ahead.draw()
        time.sleep(0.002)
    wakes, frames = ahead.wakes, len(ahead.renderer.frames)
    ahead.notes.passes.set()

    def ready() -> bool:
        # As canvases do.
        if ahead.reads_ahead.is_set():
            ahead.reads_ahead.clear()
            if ahead.viewer.get_ahead(ahead.now):
                ahead.reads_ahead.set()
        beside = ahead.viewer._images.ahead
        return set(beside) == {(0, 0), (0, 2)} and all(
            each.session.standing.is_complete() for each in beside.values()
        )

    until(ready)
    assert (ahead.wakes, len(ahead.renderer.frames)) == (wakes, frames)
    ahead.viewer.go_to_plane((0, 2))
    assert ahead.wakes == wakes + 1
    ahead.draw()
    assert ahead.told[-1] == (0, 2)


def test_a_plane_that_is_asked_for_wakes_who_draws_and_one_beside_it_does_not(
    ahead: Seat,
) -> None:
    ahead.rest()
    shown = ahead.viewer._session
    ahead.viewer.go_to_plane((0, 1))
    incoming = ahead.viewer._images.incoming
    assert incoming is not None
    assert not incoming.session.is_ahead
    ahead.settle()
    assert shown is not None
    assert shown.is_ahead
    assert ahead.viewer._session is incoming.session


def test_a_plane_asked_for_is_not_held_up_by_one_read_ahead(ahead: Seat) -> None:
    """Where nobody draws, as in a window that is hidden."""
    ahead.rest()
    ahead.notes.passes.clear()
    ahead.viewer.go_to_plane((0, 1))
    until(lambda: not ahead.draw() and ahead.notes.opened[-1] == (0, 2))
    ahead.notes.passes.set()
    until(lambda: ahead.viewer._planes._opener._opened is not None)
    ahead.viewer.go_to_plane((0, 70))
    until(lambda: ahead.notes.opened[-1] == (0, 70))


def test_the_plane_that_was_left_is_come_back_to_at_once(ahead: Seat) -> None:
    ahead.rest()
    ahead.viewer.go_to_plane((0, 1))
    ahead.settle()
    ahead.rest()
    opened = list(ahead.notes.opened)
    ahead.viewer.go_to_plane((0, 0))
    ahead.draw()
    assert ahead.told[-1] == (0, 0)
    assert ahead.notes.opened[: len(opened)] == opened
    assert (0, 0) not in ahead.notes.opened


def test_planes_beside_have_a_part_of_the_budget(ahead: Seat) -> None:
    ahead.viewer.go_to_plane((0, 50))
    ahead.settle()
    until(lambda: not ahead.draw() and set(ahead.viewer._images.ahead) == {(0, 49), (0, 51)})
    budgets = [
        each.session.memory(None).host.budget for each in ahead.viewer._images.ahead.values()
    ]
    assert budgets == [8 << 20, 8 << 20]
    assert ahead.viewer.stats().memory.host.budget == 48 << 20


def test_planes_that_are_large_in_memory_are_not_made_ready(ahead: Seat) -> None:
    ahead.notes.cache_bytes = 9 << 20
    ahead.viewer.go_to_plane((0, 50))
    ahead.settle()
    for _ in range(50):
        ahead.draw()
        time.sleep(0.002)
    assert ahead.viewer._images.ahead == {}
    # One was tried, here or where it was before: the others are as large.
    assert sum(ahead.notes.opened.count((0, z)) for z in (49, 51)) <= 1


def test_a_plane_that_is_wanted_while_it_is_read_ahead_is_opened_once(ahead: Seat) -> None:
    ahead.rest()
    ahead.notes.cache_bytes = 9 << 20
    ahead.notes.passes.clear()
    ahead.viewer.go_to_plane((0, 1))
    until(lambda: not ahead.draw() and ahead.notes.opened[-1] == (0, 2))
    ahead.viewer.go_to_plane((0, 2))
    ahead.notes.passes.set()
    until(lambda: not ahead.draw() and ahead.told[-1] == (0, 2))
    assert ahead.notes.opened.count((0, 2)) == 1


def test_another_image_closes_them_all(ahead: Seat) -> None:
    ahead.viewer.go_to_plane((0, 50))
    ahead.settle()
    until(lambda: not ahead.draw() and set(ahead.viewer._images.ahead) == {(0, 49), (0, 51)})
    ahead.viewer.go_to_plane((0, 51))
    ahead.viewer.show(KeyedSource(512, 512))
    until(lambda: ahead.notes.open == 0)
    ahead.settle()
    assert not ahead.viewer.plane


def test_closing_waits_for_no_plane(seat: Seat) -> None:
    seat.notes.passes.clear()
    seat.viewer.go_to_plane((0, 1))
    seat.draw()
    began_s = time.monotonic()
    seat.viewer.close()
    assert time.monotonic() - began_s < 3.0
    seat.notes.passes.set()
