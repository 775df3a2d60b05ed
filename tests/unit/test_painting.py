"""A paint of a window: what fails on the picture does not take it away."""

import math
from collections.abc import Sequence
from dataclasses import replace
from typing import Any

import numpy as np
import pytest
from numpy.typing import NDArray

from glview.canvases.bindings import Command
from glview.canvases.painting import Painter
from glview.display import Magnification
from glview.frame import Clip, Panel, Target
from glview.hud.items import HudItem
from glview.options import ViewerOptions
from glview.panels import Tone
from glview.pyramid import TileKey
from glview.sources.array import ArrayOptions
from glview.sources.opening import open_image
from glview.sources.synthetic import KeyedSource
from glview.viewer import Viewer
from glview.viewport import Point, Viewport
from tests.unit.recorder import HealingSource, RecordingRenderer, until

TARGET = Target(0, 800, 600)
EVERY_TILE = [
    TileKey(level, column, row)
    for level in range(6)
    for column in range(32 >> level)
    for row in range(32 >> level)
]
"""Of 8192 pixels; the last is of the whole image."""


class Renderer(RecordingRenderer):
    """Remembers the panels of each paint, too."""

    def __init__(self) -> None:
        super().__init__()
        self.panels: list[tuple[Panel, ...]] = []

    def context_shared(self) -> None:
        """Nothing is known of any state."""

    def draw_panels(self, panels: Sequence[Panel], target: Target) -> None:
        del target
        self.panels.append(tuple(panels))


def test_a_fault_of_what_stands_on_the_picture_leaves_the_picture(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    viewer, renderer = Viewer(ViewerOptions(fade_s=0.0, prefetch=False)), Renderer()
    viewer.attach(renderer)
    viewer.show(KeyedSource(2000, 1500))
    painter = Painter(viewer, (0.0, 0.0, 0.0))
    painter.hud.show([HudItem.SCALE_BAR])

    def painted() -> bool:
        painter.paint(renderer, TARGET, 0.0, 1.0, None)
        return viewer.settled

    until(painted)

    def fail(*_: object, **__: object) -> None:
        raise ValueError("no room")

    monkeypatch.setattr(painter.hud, "draw", fail)
    frames, cleared = len(renderer.frames), len(renderer.cleared)
    assert painter.paint(renderer, TARGET, 1.0, 1.0, None)  # the message wants a frame
    assert painter.failed
    assert len(renderer.frames) == frames + 1
    assert len(renderer.cleared) == cleared
    assert painter.hud.shown == frozenset()
    monkeypatch.undo()
    painter.paint(renderer, TARGET, 2.0, 1.0, None)
    assert len(renderer.panels[-1]) == 1  # what was wrong
    viewer.close()


def test_what_is_told_stands_above_what_can_be_read() -> None:
    viewer, renderer = Viewer(ViewerOptions(fade_s=0.0, prefetch=False)), Renderer()
    viewer.attach(renderer)
    viewer.show(KeyedSource(2000, 1500))
    painter = Painter(viewer, (0.0, 0.0, 0.0))
    until(lambda: not painter.paint(renderer, TARGET, 0.0, 1.0, None) and viewer.settled)
    assert painter.take(Command.SCALE_BAR)
    painter.notices.say("a message " * 30)
    painter.paint(renderer, TARGET, 1.0, 1.0, None)
    bar, message = renderer.panels[-1]
    assert message.y + message.pixels.shape[0] <= bar.y
    painter.notices.help_shown = True
    painter.paint(renderer, TARGET, 2.0, 1.0, None)
    below, above = renderer.panels[-1]
    assert np.array_equal(below.pixels, bar.pixels)
    assert above.pixels.shape != message.pixels.shape  # the help alone
    viewer.close()


class MapRenderer(Renderer):
    """Remembers where borders may be drawn, too."""

    def __init__(self) -> None:
        super().__init__()
        self.clips: list[Clip | None] = []

    def picture(self, frame: Any) -> NDArray[np.uint8]:
        return np.zeros((frame.viewport.height, frame.viewport.width, 4), np.uint8)

    def draw_outlines(
        self, outlines: Any, target: Target, line_px: int, clip: Clip | None = None
    ) -> None:
        del outlines, target, line_px
        self.clips.append(clip)


@pytest.mark.parametrize(
    ("rows", "clip"),
    [
        ((("?", "Help"),), Clip(600, 20, 780, 155)),
        # A wide one lies on the left of the map.
        ((("?", "Help"),) * 15 + (("x", "word " * 15),), Clip(724, 20, 780, 155)),
    ],
)
def test_the_navigator_shows_what_is_in_sight_beside_the_help(
    rows: tuple[tuple[str, str], ...], clip: Clip
) -> None:
    viewer, renderer = Viewer(ViewerOptions(fade_s=0.0, prefetch=False)), MapRenderer()
    viewer.attach(renderer)
    viewer.show(KeyedSource(2000, 1500))
    painter = Painter(viewer, (0.0, 0.0, 0.0))
    painter.hud.show([HudItem.NAVIGATOR])
    painter.notices.rows = lambda: rows

    def painted() -> bool:
        painter.paint(renderer, TARGET, 0.0, 1.0, None)
        return viewer.settled and not painter.hud.waiting

    until(painted)
    renderer.clips.clear()
    painter.notices.help_shown = True
    painter.paint(renderer, TARGET, 1.0, 1.0, None)
    assert renderer.clips == [clip]
    viewer.close()


def test_a_checkerboard_comes_with_a_key_stays_for_the_next_image_and_goes() -> None:
    options = ViewerOptions(fade_s=0.0, prefetch=False, background=(1.0, 0.0, 0.0))
    viewer, renderer = Viewer(options), Renderer()
    viewer.attach(renderer)
    painter = Painter(viewer, options.background_of())
    viewer._telling.events = replace(
        viewer._telling.events, loaded=lambda _: painter.image_changed()
    )

    def behind() -> tuple[object, object]:
        until(lambda: not painter.paint(renderer, TARGET, 0.0, 1.0, None) and viewer.settled)
        display = renderer.frames[-1].display
        return display.background, display.checker

    viewer.show(KeyedSource(2000, 1500))
    assert painter.is_on(Command.CHECKER) is False
    assert painter.take(Command.CHECKER)
    assert painter.is_on(Command.CHECKER) is True
    assert behind() == ((0.4, 0.4, 0.4), (0.6, 0.6, 0.6))
    viewer.show(KeyedSource(1000, 1500))
    assert behind() == ((0.4, 0.4, 0.4), (0.6, 0.6, 0.6))
    assert painter.take(Command.CHECKER)
    assert behind() == ((1.0, 0.0, 0.0), None)
    viewer.close()


def test_pixels_are_squares_by_a_key_also_of_the_next_image_and_before_the_first() -> None:
    options = ViewerOptions(fade_s=0.0, prefetch=False)
    viewer, renderer = Viewer(options), Renderer()
    viewer.attach(renderer)
    painter = Painter(viewer, options.background_of())
    viewer._telling.events = replace(
        viewer._telling.events, loaded=lambda _: painter.image_changed()
    )

    def seen() -> set[Magnification]:
        renderer.frames.clear()
        until(lambda: not painter.paint(renderer, TARGET, 0.0, 1.0, None) and viewer.settled)
        return {frame.display.magnification for frame in renderer.frames}

    assert painter.is_on(Command.NEAREST) is False
    assert painter.take(Command.NEAREST)
    assert painter.is_on(Command.NEAREST) is True
    viewer.show(KeyedSource(2000, 1500))
    assert seen() == {Magnification.NEAREST}
    viewer.show(KeyedSource(1000, 1500))
    assert seen() == {Magnification.NEAREST}
    assert painter.take(Command.NEAREST)
    assert painter.is_on(Command.NEAREST) is False
    assert seen() == {Magnification.LINEAR}
    viewer.close()


@pytest.mark.parametrize(
    ("command", "told"),
    [
        (Command.MAGNIFY_10, "Of this image no magnification is known"),
        (Command.PIXEL_GRID, "A pixel grid shows from 1600% on"),
        (Command.LEGEND, "The image has no channels to be named"),
        (Command.PLANE_ON, "The image has one picture only"),
        (Command.CHANNEL_4, "The image has 3 channels"),
        (Command.ALL_CHANNELS, "All 3 channels"),
        (Command.SCALE_BAR, None),
    ],
)
def test_a_key_that_changes_nothing_to_be_seen_says_why(command: Command, told: str | None) -> None:
    viewer, renderer = Viewer(ViewerOptions(fade_s=0.0, prefetch=False)), Renderer()
    viewer.attach(renderer)
    viewer.show(KeyedSource(2000, 1500))
    painter = Painter(viewer, (0.0, 0.0, 0.0))
    painter.paint(renderer, TARGET, 0.0, 2.0, None)
    assert painter.take(command)
    painter.paint(renderer, TARGET, 1.0, 2.0, None)
    message = painter.notices._message
    assert (message and message[0]) == told
    assert painter.notices.due_s == (4.0 if told else math.inf)
    viewer.close()


def test_a_grid_that_is_seen_is_no_matter_of_words() -> None:
    viewer, renderer = Viewer(ViewerOptions(fade_s=0.0, prefetch=False)), Renderer()
    viewer.attach(renderer)
    viewer.show(KeyedSource(2000, 1500))
    painter = Painter(viewer, (0.0, 0.0, 0.0))
    viewer.navigator.set_view(Viewport(800, 600, 100.0, 100.0, 8.0))
    assert painter.take(Command.PIXEL_GRID)
    assert not painter.notices.speaks
    viewer.close()


def test_without_an_image_no_key_says_anything() -> None:
    painter = Painter(Viewer(), (0.0, 0.0, 0.0))
    for command in (Command.MAGNIFY_10, Command.PIXEL_GRID, Command.PLANE_ON, Command.CHANNEL_4):
        painter.take(command)
    assert not painter.notices.speaks


def test_the_readout_leaves_out_what_is_hidden() -> None:
    viewer, renderer = Viewer(ViewerOptions(fade_s=0.0, prefetch=False)), Renderer()
    viewer.attach(renderer)
    viewer.show(KeyedSource(2000, 1500))
    painter = Painter(viewer, (0.0, 0.0, 0.0))
    painter.take(Command.READOUT)

    def told() -> list[str]:
        painter.hud.answered(viewer.answer())
        painter.paint(renderer, TARGET, 0.0, 1.0, Point(400.0, 300.0))
        return [piece.split()[0] for piece in painter.hud._readout._line[1:]]

    until(lambda: told() == ["R", "G", "B"])
    painter.take(Command.CHANNEL_2)
    assert told() == ["R", "B"]
    viewer.close()


def painted(array: NDArray[Any], nodata: float | None = None) -> tuple[Painter, Viewer, Renderer]:
    """The first whole picture of an array."""
    viewer, renderer = Viewer(ViewerOptions(fade_s=0.0, prefetch=False)), Renderer()
    viewer.attach(renderer)
    painter = Painter(viewer, (0.0, 0.0, 0.0))
    viewer.show(open_image(array, options=ArrayOptions(nodata=nodata)))
    painter.image_changed()
    until(lambda: not painter.paint(renderer, TARGET, 0.0, 1.0, None) and viewer.settled)
    return painter, viewer, renderer


@pytest.mark.parametrize(
    ("array", "nodata", "told"),
    [
        (np.full((40, 30), np.nan, np.float32), None, "No value in sight is a number"),
        (
            np.ma.masked_array(np.ones((40, 30), np.uint8), True),
            None,
            "All that is in sight is transparent",
        ),
        (np.zeros((40, 30, 4), np.uint8), None, "All that is in sight is transparent"),
        (np.full((40, 30), 7, np.uint16), 7.0, "No pixel in sight has data"),
    ],
)
def test_an_image_without_a_number_says_so(
    array: NDArray[Any], nodata: float | None, told: str
) -> None:
    painter, viewer, renderer = painted(array, nodata)
    assert painter.notices._message is not None
    assert painter.notices._message[:2] == (told, "array")
    painter.notices.dismiss()
    painter.paint(renderer, TARGET, 1.0, 1.0, None)
    assert not painter.notices.speaks
    viewer.close()


@pytest.mark.parametrize(
    "array",
    [
        np.where(np.arange(1200).reshape(40, 30) == 700, 1.0, np.nan).astype(np.float32),
        np.zeros((40, 30), np.float32),
        np.zeros((40, 30), np.uint16),
    ],
)
def test_an_image_with_a_number_says_nothing(array: NDArray[Any]) -> None:
    painter, viewer, _ = painted(array)
    assert not painter.notices.speaks
    viewer.close()


def test_a_picture_of_which_nothing_can_be_read_says_why_until_it_can() -> None:
    viewer, renderer = Viewer(ViewerOptions(fade_s=0.0, prefetch=False)), Renderer()
    viewer.attach(renderer)
    source = HealingSource(*EVERY_TILE, may_heal=False)
    viewer.show(source)
    painter = Painter(viewer, (0.0, 0.0, 0.0))
    painter.image_changed()

    def painted() -> bool:
        return not painter.paint(renderer, TARGET, 0.0, 1.0, None) and viewer.settled

    until(painted)
    assert painter.notices._message is not None
    told, title, tone = painter.notices._message
    assert told.startswith("nothing in sight can be read: (")
    assert told.endswith(") does not answer")
    assert (title, tone) == ("a", Tone.ERROR)
    source.bad.clear()
    viewer.reload_failed()
    until(lambda: painted() and not viewer.blank)
    painter.paint(renderer, TARGET, 0.0, 1.0, None)
    assert not painter.notices.speaks
    viewer.close()


def test_a_picture_of_which_something_can_be_read_says_nothing() -> None:
    viewer, renderer = Viewer(ViewerOptions(fade_s=0.0, prefetch=False)), Renderer()
    viewer.attach(renderer)
    viewer.show(HealingSource(*EVERY_TILE[:-1], may_heal=False))
    painter = Painter(viewer, (0.0, 0.0, 0.0))
    painter.image_changed()
    until(lambda: not painter.paint(renderer, TARGET, 0.0, 1.0, None) and viewer.settled)
    assert not painter.notices.speaks
    viewer.close()


def test_of_each_plane_it_is_said_for_itself_that_it_is_empty() -> None:
    cube = np.ones((3, 40, 30), np.float32)
    cube[::2] = np.nan
    viewer, renderer = Viewer(ViewerOptions(fade_s=0.0, prefetch=False)), Renderer()
    viewer.attach(renderer)
    painter = Painter(viewer, (0.0, 0.0, 0.0))
    viewer.show(open_image(cube, options=ArrayOptions(axes="zyx")))
    told = []
    for plane in range(3):
        viewer.go_to_plane((plane,))

        def there(plane: int = plane) -> bool:
            more = painter.paint(renderer, TARGET, 0.0, 1.0, None)
            return not more and viewer.settled and viewer.plane_shown == (plane,)

        until(there)
        told.append(painter.notices.speaks)
    assert told == [True, False, True]
    viewer.close()


def test_contrast_for_nothing_in_sight_says_so() -> None:
    painter, viewer, _ = painted(np.full((40, 30), np.nan, np.float32))
    painter.notices.dismiss()
    assert painter.take(Command.AUTO_WINDOW)
    assert painter.notices._message is not None
    assert painter.notices._message[0] == "No value in sight is a number"
    viewer.close()


def test_a_key_makes_what_is_faint_seen() -> None:
    sky = np.tile(np.arange(100.0, 120.0, dtype=np.float32), (200, 10))
    sky[::10] = np.linspace(130.0, 25_000.0, 200)
    painter, viewer, _ = painted(sky)
    assert painter.take(Command.FAINT_WINDOW)
    assert viewer.display is not None
    assert viewer.display.windows[0].high < 300.0
    assert painter.take(Command.AUTO_WINDOW)
    assert viewer.display.windows[0].high > 20_000.0
    viewer.close()
