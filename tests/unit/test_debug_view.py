"""The debug view of a window: toggled, kept, made again, and never asking for frames."""

from collections.abc import Iterator

import numpy as np
import pytest

from glview.canvases.bindings import Command
from glview.canvases.debug_view import DebugView
from glview.debug_panel import debug_panel
from glview.frame import Panel, Target
from glview.options import ViewerOptions
from glview.outlines import FAILED_COLOR
from glview.pyramid import TileKey
from glview.sources.synthetic import KeyedSource, SyntheticOptions
from glview.viewer import Viewer
from glview.viewport import Viewport
from tests.unit.recorder import RecordingRenderer, WaitingSource, until

TARGET = Target(0, 600, 500)
ROOM = (600 - 32, 500 - 32)
OPTIONS = ViewerOptions(workers=1, fade_s=0.0, gpu_bytes=64 << 20)


class Window:
    """A viewer with its debug view, painted by hand as the canvases do."""

    def __init__(self) -> None:
        self.viewer = Viewer(OPTIONS)
        self.debug = DebugView(self.viewer)
        self.renderer = RecordingRenderer()
        self.viewer.attach(self.renderer)
        self.viewer.resize(TARGET.width, TARGET.height)
        self.now = 0.0
        self.panels: list[Panel] = []

    def paint(self, later_s: float = 0.016) -> bool:
        self.now += later_s
        more = self.viewer.draw(TARGET, self.now, upload_budget_s=1.0)
        self.debug.draw(self.renderer, TARGET, self.now, 1.0)
        self.panels = list(self.debug.panels(TARGET, self.now, 1.0))
        return more

    def rest(self) -> None:
        def at_rest() -> bool:
            more, told = self.paint(), self.viewer.stats()
            return not more and told.settled and told.tiles.under_way == 0

        until(at_rest)


@pytest.fixture
def window() -> Iterator[Window]:
    made = Window()
    yield made
    made.viewer.close()


def test_until_it_is_asked_for_nothing_is_drawn(window: Window) -> None:
    window.viewer.show(KeyedSource(2048, 2048))
    window.rest()
    assert window.renderer.outlines == []
    assert window.panels == []


def test_one_command_turns_it_on_and_off_and_others_are_left(window: Window) -> None:
    window.viewer.show(KeyedSource(2048, 2048))
    window.rest()
    assert not window.debug.take(Command.HELP)
    assert window.debug.take(Command.DEBUG)
    window.paint()
    assert len(window.panels) == len(window.renderer.outlines) == 1
    assert window.debug.take(Command.DEBUG)
    window.paint()
    assert window.panels == []
    assert len(window.renderer.outlines) == 1


def test_at_rest_the_panels_figures_are_those_of_the_viewer(window: Window) -> None:
    window.debug.take(Command.DEBUG)
    window.viewer.show(KeyedSource(2048, 2048))
    window.rest()
    (panel,) = window.panels
    stats = window.viewer.stats()
    assert stats.frames.drawn > 0
    assert np.array_equal(panel.pixels, debug_panel(stats, max_size=ROOM))
    assert (panel.x, panel.y) == (16, 16)


def test_while_anything_goes_on_the_panel_is_made_5_times_a_second(window: Window) -> None:
    source = WaitingSource(2048, 2048)
    source.hold()
    window.debug.take(Command.DEBUG)
    window.viewer.show(source)
    seen: list[Panel] = []
    for _ in range(101):
        window.paint(0.01)
        seen += window.panels
    source.release()
    assert len(set(seen)) == 6


def test_it_asks_for_no_frames(window: Window) -> None:
    window.viewer.show(KeyedSource(2048, 2048))
    window.rest()
    window.debug.take(Command.DEBUG)
    assert [window.paint(1.0) for _ in range(5)] == [False] * 5


def test_a_line_is_as_wide_as_a_logical_pixel(window: Window) -> None:
    window.viewer.show(KeyedSource(2048, 2048))
    window.rest()
    window.debug.take(Command.DEBUG)
    for ratio in (0.4, 1.0, 1.25, 2.0):
        window.debug.draw(window.renderer, TARGET, window.now, ratio)
    assert [line_px for _, line_px in window.renderer.outlines] == [1, 1, 1, 2]


def test_the_borders_are_those_of_the_picture_drawn(window: Window) -> None:
    bad = TileKey(0, 1, 0)
    window.viewer.show(KeyedSource(512, 256, SyntheticOptions(failing={bad})))
    window.viewer.navigator.set_view(Viewport(600, 500, 256.0, 128.0, 1.0))
    window.rest()
    window.debug.take(Command.DEBUG)
    window.paint()
    outlines, _ = window.renderer.outlines[-1]
    assert [(outline.corner, outline.color[:3] == FAILED_COLOR) for outline in outlines] == [
        ((44.0, 122.0), False),
        ((44.0, 122.0), False),
        ((300.0, 122.0), True),
    ]
    assert [outline.dash > 0.0 for outline in outlines] == [True, False, False]


def test_without_an_image_there_is_a_panel_and_no_border(window: Window) -> None:
    window.debug.take(Command.DEBUG)
    window.paint()
    assert len(window.panels) == 1
    assert window.renderer.outlines == [((), 1)]
