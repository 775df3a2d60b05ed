"""The navigator: commands in, views out."""

import itertools
from collections.abc import Callable
from dataclasses import replace

import pytest

from glview.drive import Step
from glview.motion import GLIDE_S, HEAD_START_S, STEP_S
from glview.navigator import Navigator
from glview.reach import Limits
from glview.viewport import Point, Viewport

LATER = 100.0


def navigator(
    width: int = 800, height: int = 600, image: tuple[int, int] = (4000, 2000)
) -> Navigator:
    made = Navigator(width, height)
    made.set_image(*image)
    return made


def at_1(image: tuple[int, int] = (4000, 2000)) -> Navigator:
    made = navigator(image=image)
    made.one_to_one(0.0)
    made.step(10.0)
    return made


def test_an_image_is_shown_fitted() -> None:
    view = navigator().view
    assert (view.centre_x, view.centre_y, view.scale) == (2000.0, 1000.0, 0.2)


def test_without_an_image_nothing_moves() -> None:
    empty = Navigator(800, 600)
    before = empty.view
    empty.zoom(2.0, 1.0, 1.0, 0.0)
    empty.pan(5.0, 5.0, 0.0)
    empty.fling(Point(500.0, 0.0), 0.0)
    empty.slide(5.0, 5.0, 0.0)
    empty.rotate(90.0, 0.0)
    empty.flip(0.0)
    empty.fit(0.0)
    empty.one_to_one(0.0)
    assert empty.step(1.0) == before
    assert not empty.moving


def test_an_image_without_a_size_is_refused() -> None:
    with pytest.raises(ValueError, match="must have a size: 0x5"):
        Navigator().set_image(0, 5)


def test_another_image_of_the_same_size_changes_nothing() -> None:
    nav = navigator()
    nav.grab(100.0, 100.0, 0.0)
    nav.zoom(2.0, 100.0, 200.0, 0.0)
    nav.change_image(4000, 2000)
    assert nav.held
    assert nav.moving
    assert nav.step(LATER).scale == 0.4


def test_another_image_of_another_size_shows_the_same_part_turned_as_it_was() -> None:
    nav = navigator()
    view = Viewport(800, 600, 1000.0, 1500.0, 0.8, 30.0, flip=True)
    nav.set_view(view)
    expected = Viewport(800, 600, 2000.0, 3000.0, 0.4, 30.0, flip=True)
    assert nav.seen_on(8000, 4000) == expected
    assert nav.view == view
    nav.change_image(8000, 4000)
    assert nav.view == expected
    assert nav.image_size == (8000, 4000)


def test_another_image_of_another_shape_keeps_its_place_and_its_share_of_the_fit() -> None:
    nav = navigator()
    nav.set_view(Viewport(800, 600, 1000.0, 1500.0, 0.8))
    nav.change_image(1000, 1000)
    assert nav.view == Viewport(800, 600, 250.0, 750.0, 2.4)


def test_what_was_fitted_is_fitted_on_another_image_turned_as_it_was() -> None:
    nav = navigator()
    nav.rotate(90.0, 0.0)
    nav.step(LATER)
    nav.change_image(1000, 1200)
    assert nav.fitted
    assert nav.view == Viewport(800, 600, 500.0, 600.0, 600 / 1000, 90.0)


def test_what_moves_has_arrived_on_an_image_of_another_size() -> None:
    nav = navigator()
    nav.go_to(Viewport(800, 600, 1000.0, 1500.0, 0.8), 0.0)
    nav.change_image(8000, 4000)
    assert not nav.moving
    assert nav.view == Viewport(800, 600, 2000.0, 3000.0, 0.4)


def test_a_first_image_in_the_place_of_none_is_fitted() -> None:
    nav = Navigator(800, 600)
    nav.change_image(4000, 2000)
    assert nav.view == Viewport(800, 600, 2000.0, 1000.0, 0.2)


def test_a_zoom_is_under_way_until_it_is_there() -> None:
    nav = navigator()
    nav.zoom(2.0, 100.0, 200.0, 0.0)
    assert nav.moving
    assert nav.destination.scale == 0.4
    assert nav.step(STEP_S).scale == 0.4
    assert not nav.moving


def test_notches_multiply_and_land_exactly_on_1() -> None:
    nav = navigator(image=(6400, 2000))
    assert nav.view.scale == 0.125
    for notch in range(9):
        nav.zoom(2.0 ** (1 / 3), 400.0, 300.0, 0.03 * notch)
    assert nav.step(LATER).scale == 1.0


def test_zooming_in_stops_at_the_largest_scale() -> None:
    nav = navigator()
    nav.zoom(1e9, 400.0, 300.0, 0.0)
    assert nav.step(LATER).scale == 64.0


def test_the_largest_scale_is_an_option() -> None:
    nav = Navigator(800, 600, limits=Limits(max_scale=256.0))
    nav.set_image(4000, 2000)
    nav.zoom(1e9, 400.0, 300.0, 0.0)
    assert nav.step(LATER).scale == 256.0
    with pytest.raises(ValueError, match="from 1 to 256"):
        Limits(max_scale=300.0)


@pytest.mark.parametrize(
    ("image", "least"), [((4000, 2000), 32 / 4000), ((100, 50), 0.32), ((20, 20), 1.0)]
)
def test_zooming_out_stops_at_a_small_picture(image: tuple[int, int], least: float) -> None:
    nav = navigator(image=image)
    nav.zoom(1e-9, 400.0, 300.0, 0.0)
    assert nav.step(LATER).scale == least


def test_a_tiny_image_may_still_be_fitted() -> None:
    nav = navigator(image=(2, 2))
    assert nav.view.scale == 300.0
    nav.zoom(2.0, 1.0, 1.0, 0.0)
    assert nav.step(LATER).scale == 300.0


def test_a_drag_is_exact_and_keeps_the_pixel_grid() -> None:
    nav = at_1()
    before = nav.view.s_from_i(0.0, 0.0)
    nav.grab(100.0, 100.0, 20.0)
    nav.drag(137.0, 81.0, 20.01)
    nav.drag(140.0, 80.0, 20.02)
    after = nav.view.s_from_i(0.0, 0.0)
    assert (after.x - before.x, after.y - before.y) == (40.0, -20.0)
    assert after.x == round(after.x)


def test_a_picture_let_go_in_motion_flies_on() -> None:
    nav = at_1()
    before = nav.view
    nav.grab(400.0, 300.0, 20.0)
    for step in range(1, 11):
        nav.drag(400.0 - 10 * step, 300.0, 20.0 + 0.01 * step)
    nav.let_go(20.1)
    assert nav.moving
    # 100 px by hand and 1000 px/s * 0.325 s by itself.
    assert nav.step(LATER).centre_x == pytest.approx(before.centre_x + 425.0, abs=0.5)
    assert nav.view.centre_x % 1.0 == 0.0


def test_a_picture_let_go_at_rest_stays() -> None:
    nav = at_1()
    nav.grab(400.0, 300.0, 20.0)
    nav.drag(300.0, 300.0, 20.05)
    nav.let_go(20.3)
    assert not nav.moving


def test_a_grab_stops_a_fling() -> None:
    nav = at_1()
    nav.fling(Point(2000.0, 0.0), 20.0)
    nav.grab(1.0, 1.0, 20.1)
    assert not nav.moving
    assert nav.step(20.2) == nav.step(30.0)


def test_a_grab_lets_a_zoom_go_on() -> None:
    nav = navigator()
    nav.zoom(4.0, 400.0, 300.0, 0.0)
    nav.grab(400.0, 300.0, 0.05)
    nav.drag(430.0, 300.0, 0.1)
    assert nav.step(LATER).scale == 0.8
    nav.drag(430.0, 320.0, LATER)
    assert nav.view.s_from_i(2000.0, 1000.0) == pytest.approx((430.0, 320.0))


def test_moves_without_a_grab_do_nothing() -> None:
    nav = at_1()
    before = nav.view
    nav.drag(5.0, 5.0, 20.0)
    nav.let_go(20.1)
    assert nav.view == before


def test_the_image_cannot_be_lost() -> None:
    nav = at_1()
    nav.pan(1e6, 1e6, 20.0)
    assert nav.view.s_from_i(0.0, 0.0) == (400.0, 300.0)


def test_a_hand_beyond_the_reach_comes_back_the_same_way() -> None:
    nav = at_1()
    nav.grab(0.0, 0.0, 20.0)
    nav.drag(5000.0, 0.0, 20.1)
    edge = nav.view
    nav.drag(4000.0, 0.0, 20.2)
    assert nav.view == edge
    nav.drag(0.0, 0.0, 20.3)
    assert nav.view.centre_x == 2000.0


def test_a_fling_ends_at_the_edge_of_the_reach() -> None:
    nav = at_1()
    nav.pan(1590.0, 0.0, 20.0)
    nav.fling(Point(9000.0, 0.0), 20.0)
    nav.step(20.3)
    assert not nav.moving


def test_a_fitted_image_stays_in_the_middle() -> None:
    nav = navigator()
    nav.pan(50.0, 20.0, 0.0)
    assert (nav.view.centre_x, nav.view.centre_y) == (2000.0, 1000.0)


def test_zooming_out_brings_the_image_back_to_the_middle() -> None:
    nav = at_1()
    nav.pan(1500.0, 900.0, 20.0)
    nav.zoom(1e-9, 0.0, 0.0, 20.0)
    view = nav.step(LATER)
    assert (view.centre_x, view.centre_y) == pytest.approx((2000.0, 1000.0))


@pytest.mark.parametrize("corner", [(0.0, 100.0), (800.0, 500.0)])
def test_zooming_in_at_a_corner_of_a_fitted_image_keeps_the_corner(
    corner: tuple[float, float],
) -> None:
    nav = navigator()
    point = nav.view.i_from_s(*corner)
    nav.zoom(8.0, *corner, 0.0)
    for now in (0.02, 0.05, 0.1, 1.0):
        assert nav.step(now).s_from_i(*point) == pytest.approx(corner, abs=1e-6)


def test_a_target_that_gets_its_size_back_gets_its_view_back() -> None:
    nav = navigator()
    nav.zoom(2.0, 100.0, 90.0, 0.0)
    view = nav.step(LATER)
    # Exactly the fit of that size, whose middle is the image's.
    nav.resize(1600, 1200)
    assert nav.view.centre_x == 2000.0 != view.centre_x
    nav.resize(300, 200)
    nav.resize(800, 600)
    assert nav.view == view
    assert not nav.fitted
    # What is done meanwhile counts.
    nav.resize(1600, 1200)
    nav.zoom(4.0, 0.0, 0.0, LATER)
    there = nav.step(2 * LATER)
    nav.resize(800, 600)
    assert (nav.view.centre_x, nav.view.scale) == (there.centre_x, there.scale)


def test_what_is_fitted_stays_fitted_when_resized() -> None:
    nav = navigator()
    nav.resize(1600, 600)
    assert nav.view.scale == 0.3
    assert nav.fitted


def test_a_scale_that_was_asked_for_stays_when_resized_even_where_it_fits() -> None:
    made = navigator()
    made.set_view(made.view, at_scale=True)
    made.resize(400, 300)
    assert made.view.scale == 0.2
    assert not made.fitted


def test_what_is_not_fitted_keeps_its_middle_and_scale() -> None:
    nav = at_1()
    nav.pan(-100.0, 0.0, 20.0)
    nav.resize(1000, 700)
    assert (nav.view.centre_x, nav.view.centre_y, nav.view.scale) == (2100.0, 1000.0, 1.0)
    assert not nav.fitted


def test_an_odd_size_at_1_is_put_on_the_pixel_grid_again() -> None:
    nav = at_1()
    nav.resize(801, 601)
    origin = nav.view.s_from_i(0.0, 0.0)
    assert (origin.x % 1.0, origin.y % 1.0) == (0.0, 0.0)


def test_a_small_odd_image_at_1_lies_on_the_pixel_grid() -> None:
    nav = at_1(image=(501, 375))
    assert nav.view.scale == 1.0
    origin = nav.view.s_from_i(0.0, 0.0)
    assert (origin.x % 1.0, origin.y % 1.0) == (0.0, 0.0)


def test_a_fitted_image_turns_and_is_fitted_again() -> None:
    nav = navigator()
    nav.rotate(90.0, 0.0)
    view = nav.step(LATER)
    assert (view.rotation, view.scale) == (90.0, 0.15)
    assert nav.fitted


def test_quick_turns_add_up() -> None:
    nav = navigator()
    for turn in range(3):
        nav.rotate(90.0, 0.01 * turn)
    rotations = [nav.step(0.02 + 0.01 * n).rotation for n in range(29)]
    assert rotations == sorted(rotations)
    assert nav.step(LATER).rotation == 270.0


def test_a_turn_back_undoes_a_turn() -> None:
    nav = navigator()
    nav.rotate(90.0, 0.0)
    nav.rotate(-90.0, 0.1)
    assert nav.step(LATER) == navigator().view


@pytest.mark.parametrize(
    "begin",
    [
        lambda nav: nav.zoom(2.0, 200.0, 100.0, 5.0),
        lambda nav: nav.slide(100.0, 0.0, 5.0),
        lambda nav: nav.fling(Point(1000.0, 0.0), 5.0),
        lambda nav: nav.fit(5.0),
        lambda nav: nav.rotate(90.0, 5.0),
        lambda nav: nav.hold("left", Step(x=100), 0.0, 0.0, 5.0),
    ],
)
def test_the_first_frame_shows_that_a_motion_has_begun(begin: Callable[[Navigator], None]) -> None:
    nav = at_1()
    before = nav.step(5.0)
    begin(nav)
    assert nav.step(5.0) != before


@pytest.mark.parametrize("waited_s", [0.0, 0.01, 1 / 60])
def test_a_picture_that_is_thrown_goes_on_without_a_halt_or_a_jump(waited_s: float) -> None:
    """1,200 pixels a second, let go so long before a frame."""
    nav = at_1()
    nav.grab(400.0, 300.0, 0.0)
    for frame in range(1, 9):
        nav.drag(400.0 - 20.0 * frame, 300.0, frame / 60)
    nav.let_go(8 / 60)
    frames = [nav.view, *(nav.step(8 / 60 + waited_s + frame / 60) for frame in range(3))]
    steps = [b.centre_x - a.centre_x for a, b in itertools.pairwise(frames)]
    assert all(17.0 < step < 20.5 for step in steps)


def test_only_the_first_frame_of_a_motion_has_a_head_start() -> None:
    """What is added to a motion under way changes neither place nor speed."""
    nav = at_1()
    nav.zoom(2.0, 200.0, 100.0, 5.0)
    shown = nav.step(5.1)
    nav.zoom(2.0, 200.0, 100.0, 5.1)
    assert nav.step(5.1) == shown
    nav.step(5.1 + STEP_S)
    assert not nav.moving


def test_a_frame_that_comes_late_gets_no_head_start() -> None:
    nav = at_1()
    nav.zoom(2.0, 200.0, 100.0, 5.0)
    nav.step(5.0 + HEAD_START_S)
    nav.step(5.0 + STEP_S - 0.001)
    assert nav.moving


def test_to_ask_what_lies_ahead_does_not_start_a_motion() -> None:
    asked, other = navigator(), navigator()
    for nav in (asked, other):
        nav.zoom(2.0, 500.0, 400.0, 5.0)
    asked.ahead(5.0)
    assert asked.step(5.1) == other.step(5.1)


def test_at_rest_nothing_lies_ahead() -> None:
    assert navigator().ahead(0.0) is None


def test_what_lies_ahead_of_a_zoom_is_its_end() -> None:
    nav = navigator()
    nav.zoom(4.0, 400.0, 300.0, 0.0)
    ahead = nav.ahead(0.01)
    assert ahead is not None
    assert ahead.destination == nav.destination
    assert ahead.soon.scale == pytest.approx(nav.destination.scale, rel=0.1)


def test_a_dragged_picture_is_foreseen_as_if_it_were_let_go() -> None:
    nav = at_1()
    nav.grab(400.0, 300.0, 0.0)
    for step in range(1, 11):
        nav.drag(400.0 - 10.0 * step, 300.0, 0.01 * step)
    ahead = nav.ahead(0.1)
    assert ahead is not None
    # 1,000 px a second, times 0.325 s.
    assert ahead.destination.centre_x - nav.view.centre_x == pytest.approx(325.0, abs=1.0)
    assert not ahead.sure
    nav.let_go(0.1)
    assert nav.destination == ahead.destination
    let_go = nav.ahead(0.1)
    assert let_go is not None
    assert let_go.sure


def test_a_pointer_that_holds_still_foresees_nothing() -> None:
    nav = at_1()
    nav.grab(400.0, 300.0, 0.0)
    assert nav.ahead(0.5) is None


@pytest.mark.parametrize("rotation", [5.0, 90.0, 355.0])
def test_upright_is_reached_the_shorter_way(rotation: float) -> None:
    nav = navigator()
    nav.rotate(rotation, 0.0)
    nav.step(LATER)
    nav.turn_upright(LATER)
    halfway = nav.step(LATER + 0.05).rotation
    assert (halfway > rotation) == (rotation > 180.0)
    assert nav.step(2 * LATER) == navigator().view


def test_a_flip_mirrors_what_is_seen() -> None:
    nav = at_1()
    nav.rotate(90.0, 20.0)
    nav.step(30.0)
    left = nav.view.i_from_s(300.0, 250.0)
    nav.flip(30.0)
    assert nav.view.s_from_i(*left) == pytest.approx((500.0, 250.0))
    assert not nav.moving


def test_a_flip_during_a_turn_does_not_stop_halfway() -> None:
    nav = navigator()
    nav.rotate(90.0, 0.0)
    nav.flip(0.1)
    assert nav.step(LATER).rotation == 270.0


def test_fit_and_1_are_glides() -> None:
    nav = navigator()
    nav.one_to_one(0.0)
    assert nav.destination.scale == 1.0
    assert 0.2 < nav.step(GLIDE_S / 2).scale < 1.0
    assert nav.step(GLIDE_S).scale == 1.0
    nav.fit(1.0)
    assert nav.step(LATER) == navigator().view
    assert nav.fitted


def test_to_go_where_one_is_takes_no_time() -> None:
    nav = navigator()
    nav.fit(0.0)
    assert not nav.moving


def test_slides_are_exact_and_end() -> None:
    nav = at_1()
    nav.slide(-100.0, 0.0, 20.0)
    nav.slide(-100.0, 30.0, 20.05)
    view = nav.step(LATER)
    assert (view.centre_x, view.centre_y) == (2200.0, 970.0)


def test_slides_against_the_edge_are_not_owed() -> None:
    nav = at_1()
    for step in range(50):
        nav.slide(100.0, 0.0, 20.0 + 0.01 * step)
    nav.step(30.0)
    nav.slide(-100.0, 0.0, 30.0)
    assert nav.step(LATER).centre_x == 100.0


def test_a_view_can_be_set_at_once() -> None:
    nav = navigator()
    nav.set_view(replace(nav.view, centre_x=500.0, centre_y=600.0, scale=2.0))
    assert (nav.view.centre_x, nav.view.scale, nav.moving) == (500.0, 2.0, False)


def test_a_program_may_look_anywhere() -> None:
    free = Navigator(800, 600, limits=Limits(free=True))
    free.set_image(4000, 2000)
    wanted = replace(free.view, centre_x=-1e5, centre_y=1e6, scale=1e-5)
    free.set_view(wanted)
    assert free.step(0.0) == wanted


def test_a_new_image_is_shown_upright_whatever_was_before() -> None:
    nav = navigator()
    nav.rotate(90.0, 0.0)
    nav.step(1.0)
    nav.flip(1.0)
    nav.set_image(400, 300)
    assert (nav.view.rotation, nav.view.flip, nav.view.scale) == (0.0, False, 2.0)


def test_with_reduced_motion_all_is_there_at_once() -> None:
    nav = Navigator(800, 600, reduced_motion=True)
    nav.set_image(4000, 2000)
    nav.zoom(4.0, 400.0, 300.0, 0.0)
    assert (nav.moving, nav.view.scale) == (False, 0.8)
    nav.slide(100.0, 0.0, 0.0)
    assert nav.view.centre_x == 1875.0
    nav.rotate(90.0, 0.0)
    assert (nav.moving, nav.view.rotation) == (False, 90.0)
    nav.grab(400.0, 300.0, 1.0)
    for step in range(1, 11):
        nav.drag(400.0 - 10.0 * step, 300.0, 1.0 + 0.01 * step)
    assert nav.ahead(1.1) is None
    dragged = nav.view
    nav.let_go(1.1)
    assert nav.view == dragged
    nav.fit(2.0)
    assert nav.fitted
    assert not nav.moving
