"""What a session does where the graphics driver has no memory for its atlas."""

from collections.abc import Iterator

import pytest

from glview.errors import ContextError
from glview.incoming import Incoming
from glview.options import ViewerOptions
from glview.session import Session
from glview.viewport import Viewport
from tests.unit.recorder import RecordingRenderer, WaitingSource, until

SLOT_BYTES = 264 * 264 * 4
OPTIONS = ViewerOptions(workers=1, fade_s=0.0, gpu_bytes=64 << 20, prefetch=False)
LAYER = 16
"""Slots of a layer of the atlas for 64 MiB."""
HERE = Viewport(600, 400, 2000.0, 2000.0, 1.0)
THERE = Viewport(600, 400, 6000.0, 6000.0, 1.0)
WIDE = Viewport(1200, 800, 6000.0, 6000.0, 1.0)
"""Takes more tiles than a layer has slots."""


class Case:
    """An image of 8192x8192 pixels, drawn as a viewer does."""

    def __init__(self) -> None:
        self.source = WaitingSource()
        self.renderer = RecordingRenderer()
        self.session = Session(self.source, OPTIONS, wake=lambda: None)
        self.session.attach(self.renderer)

    def draw(self, view: Viewport) -> bool:
        """One frame; whether it was the last."""
        session, renderer = self.session, self.renderer
        session.fit(renderer, view.width, view.height)
        session.follow(view, focus=None, moving=False)
        waiting = session.take(renderer, 0.0, 1.0)
        if session.has_picture(0.0):
            layers = session.frame(view, 0.0).instances.records["layer"]
            assert max(layers, default=-1) < renderer.layers, "shows what lies in another slot"
        return not waiting and session.standing.is_complete()

    def settle(self, view: Viewport) -> None:
        until(lambda: self.draw(view))


@pytest.fixture
def case() -> Iterator[Case]:
    made = Case()
    yield made
    made.source.release()
    made.session.close()


def test_what_was_refused_is_shown_with_fewer_slots_and_not_decoded_anew(case: Case) -> None:
    case.renderer.most_bytes = LAYER * SLOT_BYTES
    case.settle(HERE)
    case.settle(THERE)
    case.settle(HERE)
    assert case.renderer.layers == 1
    assert case.session.standing.tile_counts().capacity == LAYER
    assert len(case.source.asked) == len(set(case.source.asked))


def test_a_tile_that_was_refused_is_not_in_the_picture(case: Case) -> None:
    """Not in the very frame either: it would show what lies in another slot."""
    case.settle(HERE)
    case.renderer.most_bytes = LAYER * SLOT_BYTES
    case.settle(WIDE)
    assert case.renderer.refusals == 1
    assert case.session.standing.is_reduced


def test_after_a_refusal_nothing_is_uploaded_before_the_layout_is_another(case: Case) -> None:
    case.settle(HERE)
    case.renderer.most_bytes = 0
    case.session.follow(WIDE, focus=None, moving=False)
    until(lambda: case.session.standing.tile_counts().staged >= 12)
    assert case.session.take(case.renderer, 0.0, 1.0)
    uploads = len(case.renderer.uploads)
    for _ in range(3):
        assert case.session.take(case.renderer, 0.0, 1.0), "another frame must follow"
    assert case.renderer.refusals == 1
    assert len(case.renderer.uploads) == uploads
    case.settle(WIDE)


def test_without_memory_for_eight_tiles_there_is_no_picture(case: Case) -> None:
    case.renderer.most_bytes = 8 * SLOT_BYTES - 1
    with pytest.raises(ContextError, match="refuses 3 MiB of memory for tiles; a picture takes 3"):
        case.settle(HERE)


def test_in_a_new_context_the_whole_budget_is_asked_for_again(case: Case) -> None:
    case.renderer.most_bytes = LAYER * SLOT_BYTES
    case.settle(HERE)
    case.settle(THERE)
    case.renderer = RecordingRenderer()
    case.session.attach(case.renderer)
    case.settle(HERE)
    assert case.session.standing.tile_counts().capacity > 100


def test_what_was_made_ready_elsewhere_comes_as_far_as_there_is_memory() -> None:
    """The rest is uploaded later, into slots that are there."""
    case = Case()
    case.session.close()
    case.session = Session(case.source, OPTIONS, wake=lambda: None)
    incoming = Incoming(case.session, None, capacity_bytes=64 << 20)

    def ready() -> bool:
        incoming.prepare(HERE, None, 0.0, 1.0)
        return incoming.is_ready(0.0)

    until(ready)
    case.renderer.most_bytes = LAYER * SLOT_BYTES
    incoming.hand_over(case.renderer)
    assert {slot.layer for slot in case.renderer.slots} == {0}
    case.settle(HERE)
    assert case.session.standing.tile_counts().capacity == LAYER
    case.session.close()
