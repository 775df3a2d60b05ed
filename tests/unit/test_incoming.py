"""An image made ready behind another: when it is ready, and what it hands over."""

from collections.abc import Iterator
from dataclasses import replace

import pytest

from glview.incoming import Incoming
from glview.options import ViewerOptions
from glview.pyramid import TileKey
from glview.session import Session
from glview.viewport import Viewport
from tests.unit.recorder import RecordingRenderer, WaitingSource, until

OPTIONS = ViewerOptions(workers=1, gpu_bytes=64 << 20, prefetch=False)
VIEW = Viewport(300, 200, 1000.0, 1000.0, 1.0)
ROOT = TileKey(5, 0, 0)


class Case:
    """An image of 8192x8192 pixels that is made ready for a view amid it."""

    def __init__(self, capacity_bytes: int = 64 << 20) -> None:
        self.source = WaitingSource()
        self.session = Session(self.source, OPTIONS, wake=lambda: None)
        self.incoming = Incoming(self.session, None, capacity_bytes=capacity_bytes)

    def prepare(self, now_s: float) -> bool:
        """Take in all there is; whether it is ready."""
        while self.incoming.prepare(VIEW, None, now_s, 1.0):
            pass
        return self.incoming.is_ready(now_s)


@pytest.fixture
def case() -> Iterator[Case]:
    made = Case()
    yield made
    made.source.release()
    made.session.close()


def test_nothing_is_ready_before_it_was_looked_at(case: Case) -> None:
    assert not case.incoming.is_ready(0.0)


def test_it_is_ready_when_it_is_sharp(case: Case) -> None:
    sharp = {TileKey(0, column, row) for column in (3, 4) for row in (3, 4)}
    case.source.hold(lambda key: key in sharp)
    case.prepare(0.0)
    until(lambda: bool(sharp & set(case.source.asked)))
    assert not case.prepare(0.9)
    case.source.release()
    until(lambda: case.prepare(0.9))


def test_what_takes_long_is_ready_without_blanks(case: Case) -> None:
    case.source.hold(lambda key: key != ROOT)
    case.prepare(0.0)
    until(lambda: len(case.source.asked) > 1)
    assert not case.prepare(0.9)
    assert case.prepare(1.1)


def test_nothing_is_ready_without_a_picture_however_long_it_takes(case: Case) -> None:
    case.source.hold()
    case.prepare(0.0)
    assert not case.prepare(60.0)


def test_more_than_fits_does_not_wait() -> None:
    case = Case(capacity_bytes=1)
    case.source.hold(lambda key: key != ROOT)
    case.prepare(0.0)
    until(lambda: case.prepare(0.1))
    case.source.release()
    case.session.close()


def test_what_is_full_of_one_view_is_begun_anew_for_another() -> None:
    case = Case(capacity_bytes=1)
    until(lambda: case.prepare(0.0))
    case.incoming.look_ahead(replace(VIEW, centre_x=5000.0), 0.1, 1.0)
    assert TileKey(0, 3, 3) not in case.session._residency.residents
    until(lambda: TileKey(0, 19, 3) in case.source.asked)
    case.session.close()


def test_it_hands_over_what_a_session_uploads_by_itself(case: Case) -> None:
    until(lambda: case.prepare(0.0))
    renderer = RecordingRenderer()
    case.incoming.hand_over(renderer)
    assert len(renderer.layouts) == 1
    assert len(renderer.slots) == len(set(renderer.slots)) >= 4
    case.session.follow(VIEW, focus=None, moving=False)
    table = case.session.frame(VIEW, 0.0).instances
    assert set(table.keys) >= {TileKey(0, 3, 3), TileKey(0, 4, 4)}
    # Nothing fades in.
    assert table.partial_count == 0
    assert not case.session.is_appearing(0.0)
