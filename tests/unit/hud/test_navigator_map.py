"""The navigator's geometry, and when its picture is made anew."""

from dataclasses import replace

import numpy as np
import pytest
from numpy.typing import NDArray

from glview.display import default_display
from glview.hud.navigator_map import EVERY_S, LEAST_FRAME_PX, NavigatorItem, NavigatorMap
from glview.hud.sight import Sight
from glview.sources.synthetic import KeyedSource
from glview.viewport import Point, Viewport

MAP = NavigatorMap(600, 20, 180, 120, (3000.0, 2000.0))


@pytest.mark.parametrize("image", [(3000.0, 2000.0), (100.0, 9000.0), (5e6, 300.0)])
@pytest.mark.parametrize("ratio", [1.0, 2.0])
def test_it_lies_inside_at_the_upper_right(image: tuple[float, float], ratio: float) -> None:
    on = NavigatorMap.at_top_right(image, (800, 600), 16, ratio)
    assert on is not None
    x, y = on.panel_corner(ratio)
    assert y == 16
    assert on.x + on.width + (on.x - x) == 800 - 16
    assert max(on.width, on.height) == 180
    assert on.width / on.height == pytest.approx(image[0] / image[1], rel=0.05) or (
        min(on.width, on.height) == 16 * ratio
    )


def test_a_small_window_has_none() -> None:
    assert NavigatorMap.at_top_right((3000.0, 2000.0), (150, 600), 16, 1.0) is None


def test_places_of_the_map_are_places_of_the_image() -> None:
    assert MAP.i_from_s(600.0, 20.0) == (0.0, 0.0)
    assert MAP.i_from_s(690.0, 80.0) == (1500.0, 1000.0)
    assert MAP.i_from_s(599.0, 80.0) is None
    assert MAP.i_from_s(780.0, 80.0) is None
    assert MAP.i_nearest(0.0, 1000.0) == (0.0, 2000.0)


@pytest.mark.parametrize("rotation", [0.0, 30.0])
def test_the_frame_is_what_is_in_sight(rotation: float) -> None:
    view = Viewport(800, 600, 1000.0, 800.0, 0.8, rotation)
    frame = MAP.frame(view, 1.0)
    for corner, place in zip(
        view.i_corners(),
        (
            frame.corner,
            (frame.corner.x + frame.across.x, frame.corner.y + frame.across.y),
            (
                frame.corner.x + frame.across.x + frame.down.x,
                frame.corner.y + frame.across.y + frame.down.y,
            ),
        ),
        strict=False,
    ):
        expected = (600 + corner.x * 180 / 3000, 20 + corner.y * 120 / 2000)
        assert place == pytest.approx(expected)


def test_a_frame_that_would_be_a_dot_is_still_seen() -> None:
    frame = MAP.frame(Viewport(800, 600, 1500.0, 1000.0, 64.0), 2.0)
    assert frame.across == pytest.approx((2 * LEAST_FRAME_PX, 0.0))
    assert frame.corner == pytest.approx((690.0 - LEAST_FRAME_PX, 80.0 - LEAST_FRAME_PX))


class Drawn:
    """Gives thumbnails, or none yet."""

    def __init__(self) -> None:
        self.sizes: list[tuple[int, int]] = []
        self.ready = True

    def __call__(self, width: int, height: int) -> NDArray[np.uint8] | None:
        self.sizes.append((width, height))
        return np.full((height, width, 4), 99, np.uint8) if self.ready else None


def is_due(item: NavigatorItem) -> bool:
    return item.due


def waits(item: NavigatorItem) -> bool:
    return item.waiting


def test_the_picture_is_made_once_and_anew_for_another_display_or_size() -> None:
    description = KeyedSource(3000, 2000).description
    item, drawn, display = NavigatorItem(), Drawn(), default_display(description)
    view = Viewport(800, 600, 1500.0, 1000.0)
    sight = Sight(description, view, 1.0, 10.0, None)
    drawn.ready = False
    assert item.panel(sight, (display,), drawn) is None
    assert waits(item)
    drawn.ready = True
    panel = item.panel(sight, (display,), drawn)
    assert panel is not None
    assert not waits(item)
    assert (panel.pixels[4:-4, 4:-4] == (99, 99, 99, 255)).all()
    moved = replace(sight, view=replace(view, centre_x=9.0), now_s=20.0)
    assert item.panel(moved, (display,), drawn) is panel
    assert len(drawn.sizes) == 2
    brighter = replace(display, gamma=2.0)
    assert item.panel(replace(sight, now_s=20.0), (brighter,), drawn) is not panel
    # A contrast that is dragged does not wait for the GPU in each frame.
    soon = replace(sight, now_s=20.0 + EVERY_S / 2)
    item.panel(soon, (replace(display, gamma=3.0),), drawn)
    assert len(drawn.sizes) == 3
    assert is_due(item)  # so another frame will
    item.panel(replace(soon, now_s=20.0 + 1.5 * EVERY_S), (replace(display, gamma=3.0),), drawn)
    assert len(drawn.sizes) == 4
    assert not is_due(item)
    larger = replace(sight, view=replace(view, width=2000, height=1500), now_s=30.0)
    assert item.panel(larger, (brighter,), drawn) is not None
    assert drawn.sizes[-1] == (200, 133)
    assert item.map is not None
    assert item.map.i_from_s(*Point(item.map.x, item.map.y)) == (0.0, 0.0)


def test_in_a_window_that_is_resized_it_is_there_in_each_frame() -> None:
    description = KeyedSource(3000, 2000).description
    item, drawn, display = NavigatorItem(), Drawn(), default_display(description)
    made = 0
    for step in range(5):
        view = Viewport(500 + 7 * step, 400 + 5 * step, 1500.0, 1000.0)
        panel = item.panel(Sight(description, view, 1.0, 0.01 * step, None), (display,), drawn)
        assert panel is not None
        assert panel.x + panel.pixels.shape[1] == view.width - 16
        assert not is_due(item)
        made = len(drawn.sizes)
    # Where only its place is another it is the same picture.
    wide = Viewport(2000, 420, 1500.0, 1000.0)
    item.panel(Sight(description, wide, 1.0, 0.06, None), (display,), drawn)
    wider = Viewport(2100, 420, 1500.0, 1000.0)
    item.panel(Sight(description, wider, 1.0, 0.07, None), (display,), drawn)
    assert len(drawn.sizes) == made


def test_a_strip_has_room_beside_it_and_places_stay_true() -> None:
    on = NavigatorMap.at_top_right((100_000.0, 100.0), (1000, 800), 16, 1.0)
    assert on is not None
    assert (on.width, on.height) == (200, 16)
    middle = on.i_from_s(on.x + 100.0, on.y + 8.0)
    assert middle == pytest.approx((50_000.0, 50.0))
    assert on.i_from_s(on.x + 50.0, on.y) == pytest.approx((25_000.0, 0.0))
    frame = on.frame(Viewport(800, 600, 25_000.0, 50.0, 0.1), 1.0)
    assert frame.across.x == pytest.approx(200 * 8000 / 100_000)
