"""No item of the HUD lies on another, whatever the window's size."""

from collections.abc import Iterator
from itertools import combinations
from typing import Any

import numpy as np
import pytest
from numpy.typing import NDArray

from glview.canvases.bindings import Command
from glview.canvases.painting import Painter
from glview.frame import Panel, Target
from glview.hud.hud import Hud
from glview.hud.items import HudItem
from glview.options import ViewerOptions
from glview.sources.array import ArrayOptions
from glview.sources.opening import open_image
from glview.viewer import Viewer
from glview.viewport import Point
from tests.unit.recorder import until
from tests.unit.test_painting import Renderer

ALL = frozenset(HudItem) - {HudItem.PIXEL_GRID}


class Drawing(Renderer):
    """Draws nothing, the navigator's picture neither."""

    def draw_outlines(self, *_: Any) -> None: ...

    def draw_pixel_grid(self, *_: Any) -> None: ...

    def picture(self, frame: Any) -> NDArray[np.uint8]:
        return np.zeros((frame.viewport.height, frame.viewport.width, 4), np.uint8)


@pytest.fixture
def viewer() -> Iterator[Viewer]:
    """Of an image of 15 channels and three axes."""
    viewer = Viewer(ViewerOptions(fade_s=0.0, prefetch=False, auto_window=False))
    viewer.attach(Drawing())
    options = ArrayOptions(axes="ptzyxc")
    viewer.show(open_image(np.zeros((3, 2, 4, 64, 96, 15), np.uint8), options=options))
    yield viewer
    viewer.close()


def overlap(one: Panel, other: Panel) -> bool:
    (height, width), (tall, wide) = one.pixels.shape[:2], other.pixels.shape[:2]
    across = one.x < other.x + wide and other.x < one.x + width
    return bool(across and one.y < other.y + tall and other.y < one.y + height)


@pytest.mark.parametrize("ratio", [1.0, 1.5, 2.0])
@pytest.mark.parametrize("width", [200, 320, 400, 560, 640, 800, 1600])
@pytest.mark.parametrize("height", [160, 240, 320, 480, 900])
def test_none_lies_on_another(viewer: Viewer, width: int, height: int, ratio: float) -> None:
    hud, renderer = Hud(viewer, paced=False), Drawing()
    hud.show(ALL)
    viewer.resize(width, height)
    target = Target(0, width, height)
    panels: tuple[Panel, ...] = ()

    def drawn() -> bool:
        nonlocal panels
        viewer.draw(target, 0.0)
        panels = hud.draw(renderer, target, 0.0, ratio, Point(width / 2, height / 2))
        return viewer.settled and not hud.waiting

    until(drawn)
    for one, other in combinations(panels, 2):
        assert not overlap(one, other)


def test_the_sliders_stay_where_they_are_whatever_else_is_shown(viewer: Viewer) -> None:
    hud, target = Hud(viewer), Target(0, 500, 500)
    viewer.resize(500, 500)
    viewer.draw(target, 0.0)
    places = []
    for shown in ([], [HudItem.SCALE_BAR], [HudItem.SCALE_BAR, HudItem.READOUT]):
        hud.show([HudItem.PLANE_SLIDERS, *shown])
        panels = hud.draw(Drawing(), target, 0.0, 1.0, Point(250.0, 250.0))
        assert len(panels) == len(shown) + 1
        places.append((panels[0].x, panels[0].y))
    assert len(set(places)) == 1


def test_what_stands_above_another_is_made_once(viewer: Viewer) -> None:
    hud, target = Hud(viewer), Target(0, 400, 500)
    hud.show([HudItem.PLANE_SLIDERS, HudItem.SCALE_BAR, HudItem.READOUT])
    viewer.resize(400, 500)
    viewer.draw(target, 0.0)
    pictures = [hud.draw(Drawing(), target, 0.0, 1.0, Point(200.0, 250.0)) for _ in range(2)]
    assert len({panel.y for panel in pictures[0]}) == 3
    assert all(one is other for one, other in zip(*pictures, strict=True))


def test_a_step_is_told_once(viewer: Viewer) -> None:
    """By the sliders where they are shown, else in words."""
    painter, renderer, target = Painter(viewer, (0.0, 0.0, 0.0)), Drawing(), Target(0, 800, 600)

    def panels() -> int:
        painter.paint(renderer, target, 0.0, 1.0, None)
        return len(renderer.panels[-1])

    assert panels() == 0
    painter.take(Command.PLANE_SLIDERS)
    assert panels() == 1
    painter.take(Command.PLANE_ON)
    assert panels() == 1
    painter.take(Command.PLANE_SLIDERS)
    assert panels() == 0
    painter.take(Command.PLANE_BACK)
    assert panels() == 1


def test_a_hand_on_them_goes_from_plane_to_plane(viewer: Viewer) -> None:
    hud, target = Hud(viewer), Target(0, 800, 600)
    hud.show([HudItem.PLANE_SLIDERS])
    viewer.resize(800, 600)
    viewer.draw(target, 0.0)
    (panel,) = hud.draw(Drawing(), target, 0.0, 1.0)
    right, bottom = panel.x + panel.pixels.shape[1], panel.y + panel.pixels.shape[0]
    assert hud.grip.press(right - 5, bottom - 10, 0.0)
    assert viewer.plane == (0, 0, 3)
    assert hud.grip.release()
    hud.show([])
    assert not hud.grip.press(right - 5, bottom - 10, 0.0)
