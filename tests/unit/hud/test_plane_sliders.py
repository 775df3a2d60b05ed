"""The sliders of planes: where they lie, what they tell, hands on them."""

import numpy as np
import pytest

from glview.hud.grips import Grips
from glview.hud.plane_sliders import (
    PlaneSlidersItem,
    SliderPlaces,
    axis_text,
    slider_places,
    sliders_panel,
)
from glview.hud.sight import Sight
from glview.hud.slider_grip import SliderGrip
from glview.image import Axis, ColorModel, ImageDescription, SampleType
from glview.pyramid import Level, Pyramid
from glview.sheet import LOOK
from glview.viewport import Viewport

AXES = (Axis("t", 5), Axis("z", 12))


def placed(*axes: Axis, height: int = 600) -> SliderPlaces:
    found = slider_places(axes, (800, height), 16, 1.0)
    assert found is not None
    return found


ON = placed(*AXES)


def test_they_lie_in_the_middle_of_the_lower_edge() -> None:
    assert (ON.x, ON.width) == (220, 360)
    assert ON.y + ON.height == 600 - 16
    assert ON.sizes == (5, 12)


@pytest.mark.parametrize(
    ("size", "axes"),
    [
        ((180, 600), AXES),  # narrow
        ((800, 150), AXES),  # low
        ((800, 300), (Axis("a", 2),) * 5),
        ((800, 600), ()),
    ],
)
def test_without_room_there_are_none(size: tuple[int, int], axes: tuple[Axis, ...]) -> None:
    assert slider_places(axes, size, 16, 1.0) is None


def test_tracks_stay_whatever_is_told_beside_them() -> None:
    axes = (Axis("channel", 2, ("DAPI", "a very long name of a channel that nobody reads")),)
    on = placed(*axes)
    for plane in ((0,), (1,)):
        panel = sliders_panel(axes, plane, on)
        assert panel.shape == (on.height, on.width, 4)
        # Nothing of a long name reaches the end of the track.
        column = panel[4:-4, on.track_x - on.x + on.track_width + 8]
        assert (column == column[0]).all()


def test_a_handle_lies_where_the_plane_is() -> None:
    panel = sliders_panel(AXES, (0, 11), ON)
    for row, x in ((0, ON.track_x), (1, ON.track_x + ON.track_width)):
        middle = ON.margin + row * ON.row_height + ON.row_height // 2
        assert (panel[middle, x - ON.x] == [*LOOK.strong, 255]).all()
    rows = panel[ON.margin : ON.margin + ON.row_height]
    assert not (rows[:, ON.track_x - ON.x + 20] == [*LOOK.strong, 255]).all(axis=1).any()


def test_an_axis_tells_its_place_from_one_on() -> None:
    assert axis_text(AXES[1], 2) == "3/12"
    assert axis_text(Axis("channel", 2, ("DAPI", "GFP")), 1) == "2/2 GFP"


def test_each_place_of_a_track_is_the_plane_whose_handle_is_nearest() -> None:
    for at in range(12):
        assert ON.index_at(1, ON.handle_x(1, at)) == at
        assert ON.index_at(1, ON.handle_x(1, at) + 0.4 * ON.track_width / 11) == at
    assert ON.index_at(1, -1e6) == 0
    assert ON.index_at(1, 1e6) == 11


def described(*axes: Axis) -> ImageDescription:
    pyramid = Pyramid(8, 8, (Level(8, 8, 1.0, 1.0),))
    plane = (0,) * len(axes)
    return ImageDescription(
        "x", "test", pyramid, SampleType.U8, ColorModel.GREY, 1, axes=axes, plane=plane
    )


def test_a_panel_is_made_anew_only_for_another_plane() -> None:
    item, sight = PlaneSlidersItem(), Sight(described(*AXES), Viewport(800, 600), 1.0, 0.0, None)
    first = item.panel(sight, AXES, (0, 0))
    assert item.panel(sight, AXES, (0, 0)) is first
    other = item.panel(sight, AXES, (0, 1))
    assert first is not None
    assert other is not None
    assert not np.array_equal(first.pixels, other.pixels)
    assert item.places == ON
    assert item.panel(Sight(described(), Viewport(800, 600), 1.0, 0.0, None), (), ()) is None
    assert item.places is None


class Hand:
    """Sliders at a plane, and hands on them."""

    def __init__(self) -> None:
        self.plane: tuple[int, ...] = (1, 5)
        self.gone: list[tuple[int, ...]] = []
        self.on = ON
        self.grip = SliderGrip(lambda: self.on, lambda: self.plane, self._go)

    def _go(self, plane: tuple[int, ...]) -> None:
        self.plane = plane
        self.gone.append(plane)


def row(axis: int) -> float:
    return ON.y + ON.margin + (axis + 0.5) * ON.row_height


def test_a_press_on_a_track_goes_there_and_a_drag_along() -> None:
    hand = Hand()
    assert hand.grip.press(ON.handle_x(1, 9), row(1), 0.0)
    assert hand.plane == (1, 9)
    assert hand.grip.drag(ON.handle_x(1, 2), 5.0)  # wherever the hand strays
    assert hand.plane == (1, 2)
    assert hand.grip.release()
    assert not hand.grip.drag(ON.handle_x(1, 7), row(1))
    assert not hand.grip.release()
    assert hand.plane == (1, 2)


def test_who_takes_a_handle_at_its_rim_does_not_move_it() -> None:
    hand = Hand()
    hand.on = placed(Axis("t", 5), Axis("z", 500))
    hand.plane = (1, 250)
    x = hand.on.handle_x(1, 250)
    hand.grip.press(x + 4.0, row(1), 0.0)
    assert hand.plane == (1, 250)
    hand.grip.drag(x + 4.0 + hand.on.track_width / 499 * 10, row(1))
    assert hand.plane == (1, 260)


@pytest.mark.parametrize("held", [True, False])
def test_while_one_is_dragged_the_picture_follows_the_pointer(held: bool) -> None:
    hand = Hand()
    hand.grip.press(ON.handle_x(1, 9), row(1), 0.0)
    if not held:
        hand.grip.release()
    assert hand.grip.follows_pointer is held


def test_beside_them_a_press_is_the_picture_s() -> None:
    hand = Hand()
    assert not hand.grip.press(ON.x - 1, row(0), 0.0)
    assert not hand.grip.press(ON.x + 5, ON.y - 1, 0.0)
    assert hand.gone == []


def test_sliders_of_an_image_before_take_no_press() -> None:
    hand = Hand()
    hand.plane = (0,)
    assert not hand.grip.press(ON.handle_x(1, 9), row(1), 0.0)
    assert hand.gone == []


def test_what_takes_a_press_has_all_that_follows() -> None:
    first, second = Hand(), Hand()
    second.on = placed(*AXES, height=300)
    both = Grips([first.grip, second.grip])
    assert both.press(ON.handle_x(1, 9), second.on.y + second.on.margin + 1, 0.0)
    assert both.follows_pointer
    assert both.drag(ON.handle_x(0, 0), row(1))
    assert both.release()
    assert (first.gone, second.gone[-1]) == ([], (0, 5))
