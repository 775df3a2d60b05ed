"""Events to commands, and the one table of bindings."""

import math

import pytest

from glview.canvases.bindings import BINDINGS, Command
from glview.canvases.input import Controls
from glview.canvases.prompt import Prompt
from glview.canvases.titles import percent, title, zoom_text
from glview.navigator import Navigator
from glview.viewport import Point

LATER = 100.0


def shown(scale: float | None = None) -> tuple[Navigator, Controls]:
    navigator = Navigator(800, 600)
    navigator.set_image(8000, 6000)
    if scale is not None:
        navigator.zoom_to(scale, 400.0, 300.0, -10.0)
        navigator.step(-1.0)
    return navigator, Controls(navigator)


def test_no_key_means_two_things() -> None:
    keys = [key for binding in BINDINGS for key, _ in binding.keys]
    assert len(keys) == len(set(keys))


def test_every_command_has_a_key() -> None:
    assert {command for binding in BINDINGS for _, command in binding.keys} == set(Command)


@pytest.mark.parametrize(
    ("key", "command"),
    [
        ("+", Command.ZOOM_IN),
        ("-", Command.ZOOM_OUT),
        ("0", Command.FIT),
        ("1", Command.ONE_TO_ONE),
        ("r", Command.TURN),
        ("R", Command.TURN_BACK),
        ("]", Command.TILT),
        ("[", Command.TILT_BACK),
        ("u", Command.UPRIGHT),
        ("f", Command.FLIP),
        ("Left", Command.LEFT),
        ("F5", Command.RELOAD),
        ("F6", Command.MAGNIFY_5),
        ("F9", Command.MAGNIFY_40),
        ("F11", Command.FULLSCREEN),
        ("d", Command.DEBUG),
        ("?", Command.HELP),
        ("h", Command.HELP),
        ("q", Command.QUIT),
        ("Escape", Command.DISMISS),
    ],
)
def test_keys_are_as_promised(key: str, command: Command) -> None:
    heard: list[Command] = []

    def hear(command: Command) -> bool:
        heard.append(command)
        return True

    controls = Controls(Navigator(8, 6), on_command=hear)
    assert controls.key(key, 0.0)
    assert heard == [command]


def test_an_unknown_key_is_left_to_others() -> None:
    _, controls = shown()
    assert not controls.key("x", 0.0)
    assert not controls.key("", 0.0)


@pytest.mark.parametrize("key", ["q", "Escape", "F5", "F11", "?", "d"])
def test_keys_for_windows_are_left_to_them(key: str) -> None:
    _, controls = shown()
    assert not controls.key(key, 0.0)


@pytest.mark.parametrize(
    ("key", "scale"), [("+", 1.0), ("=", 1.0), ("-", 0.25), ("1", 1.0), ("0", 0.1)]
)
def test_keys_zoom(key: str, scale: float) -> None:
    navigator, controls = shown(0.5)
    controls.key(key, 0.0)
    assert navigator.step(LATER).scale == scale


@pytest.mark.parametrize(
    ("key", "dx", "dy"), [("Left", 133, 0), ("Right", -133, 0), ("Up", 0, 100), ("Down", 0, -100)]
)
def test_arrows_move_by_a_sixth_of_the_window(key: str, dx: int, dy: int) -> None:
    navigator, controls = shown(1.0)
    start = navigator.view
    controls.key(key, 0.0)
    assert navigator.step(LATER) == start.panned(dx, dy)


def test_an_arrow_held_down_moves_evenly() -> None:
    navigator, controls = shown(1.0)
    start = navigator.view
    controls.key("Left", 0.0, repeated=True)
    assert navigator.step(LATER) == start.panned(33, 0)


@pytest.mark.parametrize(("key", "times"), [("F11", 1), ("d", 1), ("PageDown", 3), ("r", 3)])
def test_a_key_that_is_held_does_once_what_shall_happen_once(key: str, times: int) -> None:
    heard: list[Command] = []

    def hear(command: Command) -> bool:
        heard.append(command)
        return True

    controls = Controls(Navigator(8, 6), on_command=hear)
    for repeated in (False, True, True):
        # What a press was taken for its repeats are, too: they are no others'.
        assert controls.key_down(key, 0.0, code=9, repeated=repeated)
    assert len(heard) == times
    controls.key_up(9, 1.0)
    assert controls.key_down(key, 2.0, code=9)
    assert len(heard) == times + 1


def test_what_a_key_means_to_others_is_left_to_them_while_it_is_held() -> None:
    _, controls = shown()
    taken = [controls.key_down("F11", 0.0, code=9, repeated=held) for held in (False, True)]
    assert taken == [False, False]


def test_a_held_f_flips_once_and_g_is_no_answer_to_its_question() -> None:
    navigator, controls = shown()
    for held in (False, True):
        controls.key_down("f", 0.0, code=7, repeated=held)
    assert navigator.view.flip
    for held in (False, True, True):
        assert controls.key_down("g", 1.0, code=9, repeated=held)
    assert controls.prompt is not None
    assert controls.prompt.text == ""
    controls.key_up(9, 2.0)
    # Whatever is typed later may be held.
    for held in (False, True, True):
        controls.key_down("g", 3.0, code=9, repeated=held)
    for held in (False, True):
        controls.key_down("Backspace", 4.0, code=8, repeated=held)
    assert controls.prompt.text == "g"


@pytest.mark.parametrize(("double", "scale"), [(True, 2.0), (False, 1.0)])
def test_a_toolkit_that_judges_double_clicks_is_believed(double: bool, scale: float) -> None:
    navigator, controls = shown(1.0)
    controls.press(100.0, 100.0, 0.0, double=False)
    controls.release(0.0)
    controls.press(100.0, 100.0, 0.1 if not double else 3.0, double=double)
    assert navigator.step(LATER).scale == scale


@pytest.mark.parametrize(("key", "rotation"), [("r", 90.0), ("R", 270.0), ("]", 5.0), ("[", 355.0)])
def test_keys_turn(key: str, rotation: float) -> None:
    navigator, controls = shown()
    controls.key(key, 0.0)
    assert navigator.step(LATER).rotation == rotation


def test_f_flips() -> None:
    navigator, controls = shown()
    controls.key("f", 0.0)
    assert navigator.view.flip


def test_three_notches_double() -> None:
    navigator, controls = shown(0.125)
    for notch in range(3):
        controls.wheel(1.0, 200.0, 100.0, 0.02 * notch)
    assert navigator.step(LATER).scale == 0.25


def test_parts_of_notches_add_up() -> None:
    navigator, controls = shown(0.125)
    for part in range(24):
        controls.wheel(0.125, 200.0, 100.0, 0.01 * part)
    assert navigator.step(LATER).scale == pytest.approx(0.25)


def test_the_wheel_zooms_at_the_pointer() -> None:
    navigator, controls = shown(0.5)
    point = navigator.view.i_from_s(200.0, 100.0)
    controls.wheel(-1.0, 200.0, 100.0, 0.0)
    assert navigator.step(LATER).s_from_i(*point) == pytest.approx((200.0, 100.0))


@pytest.mark.parametrize(("scale", "notches"), [(0.9, 1.0), (1.1, -1.0)])
def test_a_notch_does_not_pass_by_1(scale: float, notches: float) -> None:
    navigator, controls = shown(scale)
    controls.wheel(notches, 400.0, 300.0, 0.0)
    assert navigator.step(LATER).scale == 1.0
    controls.wheel(notches, 400.0, 300.0, LATER)
    assert navigator.step(2 * LATER).scale == pytest.approx(2.0 ** (notches / 3))


@pytest.mark.parametrize("notches", [0.0, float("nan"), float("inf")])
def test_a_wheel_that_makes_no_sense_does_nothing(notches: float) -> None:
    navigator, controls = shown()
    controls.wheel(notches, 0.0, 0.0, 0.0)
    assert not navigator.moving


@pytest.mark.parametrize(("shift", "scale"), [(False, 1.0), (True, 0.25)])
def test_a_double_click_zooms(*, shift: bool, scale: float) -> None:
    navigator, controls = shown(0.5)
    for now in (0.0, 0.2):
        controls.press(200.0, 100.0, now, shift=shift)
        controls.release(now + 0.05)
    assert navigator.step(LATER).scale == scale


@pytest.mark.parametrize(("x", "now"), [(200.0, 0.5), (210.0, 0.2)])
def test_two_clicks_far_apart_do_not(x: float, now: float) -> None:
    navigator, controls = shown(0.5)
    controls.press(200.0, 100.0, 0.0)
    controls.release(0.05)
    controls.press(x, 100.0, now)
    assert navigator.step(LATER).scale == 0.5


@pytest.mark.parametrize(("waited", "scale"), [(0.05, 0.5), (0.15, 1.0)])
def test_a_click_that_lay_behind_a_slow_frame_has_the_benefit_of_the_doubt(
    waited: float, scale: float
) -> None:
    navigator, controls = shown(0.5)
    controls.press(200.0, 100.0, 0.0)
    controls.release(0.05)
    controls.press(200.0, 100.0, 0.5, waited=waited)
    assert navigator.step(LATER).scale == scale


def test_on_fine_screens_hands_are_no_finer() -> None:
    navigator, controls = shown(0.5)
    controls.pixel_ratio = 2.0
    controls.press(200.0, 100.0, 0.0)
    controls.release(0.05)
    controls.press(210.0, 100.0, 0.2)
    assert navigator.step(LATER).scale == 1.0


def test_a_third_click_is_no_second_double_click() -> None:
    navigator, controls = shown(0.125)
    for now in (0.0, 0.1, 0.2):
        controls.press(200.0, 100.0, now)
        controls.release(now + 0.05)
    assert navigator.step(LATER).scale == 0.25


@pytest.mark.parametrize("moves", [(500.0, 300.0), (300.0,)])
def test_taking_hold_again_at_one_place_is_no_double_click(moves: tuple[float, ...]) -> None:
    navigator, controls = shown(1.0)
    for now in (0.0, 0.25):
        controls.press(600.0, 300.0, now)
        for x in moves:
            controls.move(x, 300.0, now + 0.2)
        controls.release(now + 0.2)
        controls.move(600.0, 300.0, now + 0.25)
    assert navigator.step(LATER).scale == 1.0


def test_a_hand_that_trembles_still_double_clicks() -> None:
    navigator, controls = shown(0.5)
    for now in (0.0, 0.2):
        controls.press(200.0, 100.0, now)
        controls.move(203.0, 100.0, now + 0.02)
        controls.release(now + 0.05)
    assert navigator.step(LATER).scale == 1.0


def test_a_drag_moves_the_picture() -> None:
    navigator, controls = shown(1.0)
    start = navigator.view
    controls.press(200.0, 100.0, 0.0)
    controls.move(250.0, 90.0, 0.1)
    controls.release(0.5)
    assert navigator.step(LATER) == start.panned(50.0, -10.0)


def test_the_pointer_is_known_while_it_is_there() -> None:
    _, controls = shown()
    seen = [controls.pointer]
    controls.move(3.0, 4.0, 0.0)
    seen.append(controls.pointer)
    controls.leave()
    seen.append(controls.pointer)
    assert seen == [None, (3.0, 4.0), None]


def test_a_pinch_zooms_and_turns_at_once_about_its_point() -> None:
    navigator, controls = shown(0.5)
    point = navigator.view.i_from_s(300.0, 200.0)
    controls.pinch(300.0, 200.0, 0.0, factor=1.5, degrees=10.0)
    for factor in (-1.0, 0.0, math.inf, math.nan):
        controls.pinch(300.0, 200.0, 0.0, factor=factor)
    view = navigator.view
    assert (view.scale, view.rotation) == (0.75, 10.0)
    assert view.s_from_i(*point) == pytest.approx((300.0, 200.0))
    assert not navigator.moving


def test_a_touchpad_moves_the_picture_by_whole_pixels_and_loses_nothing() -> None:
    navigator, controls = shown(1.0)
    start = navigator.view
    seen = []
    for _ in range(10):
        controls.scroll(0.3, -0.7, 0.0)
        place = navigator.view.s_from_i(*start.i_from_s(400.0, 300.0))
        seen.append((place.x % 1.0, place.y % 1.0))
    assert set(seen) == {(0.0, 0.0)}
    assert navigator.view == start.panned(3.0, -7.0)
    controls.scroll(math.nan, 0.0, 0.0)
    assert navigator.view == start.panned(3.0, -7.0)


def test_one_finger_drags_and_throws() -> None:
    navigator, controls = shown(1.0)
    start = navigator.view
    controls.touch({7: Point(200.0, 100.0)}, 0.0)
    controls.touch({7: Point(230.0, 140.0)}, 0.01)
    assert navigator.view == start.panned(30.0, 40.0)
    controls.touch({}, 0.02)
    assert navigator.moving


def test_two_fingers_zoom_turn_and_move_together() -> None:
    navigator, controls = shown(1.0)
    under = [navigator.view.i_from_s(300.0, 300.0), navigator.view.i_from_s(500.0, 300.0)]
    controls.touch({1: Point(300.0, 300.0)}, 0.0)
    controls.touch({1: Point(300.0, 300.0), 2: Point(500.0, 300.0)}, 0.1)
    controls.touch({2: Point(500.0, 350.0), 1: Point(420.0, 190.0), 3: Point(0.0, 0.0)}, 0.2)
    # What was under each finger is so still.
    view = navigator.view
    assert view.s_from_i(*under[0]) == pytest.approx((420.0, 190.0))
    assert view.s_from_i(*under[1]) == pytest.approx((500.0, 350.0))
    assert view.scale == pytest.approx(math.hypot(80.0, 160.0) / 200.0)
    # One is lifted: the other drags on, from where it is.
    controls.touch({2: Point(500.0, 350.0)}, 0.3)
    controls.touch({2: Point(510.0, 350.0)}, 0.4)
    assert navigator.view.s_from_i(*under[1]) == pytest.approx((510.0, 350.0))
    controls.touch({}, 1.0)
    assert not navigator.moving


def test_fingers_that_meet_make_no_zoom() -> None:
    navigator, controls = shown(1.0)
    for fingers in ((0.0, 100.0), (50.0, 50.0), (20.0, 80.0)):
        controls.touch({1: Point(fingers[0], 9.0), 2: Point(fingers[1], 9.0)}, 0.0)
    assert navigator.view.scale == 1.0


def test_a_second_finger_throws_nothing() -> None:
    navigator, controls = shown(1.0)
    controls.touch({1: Point(200.0, 100.0)}, 0.0)
    controls.touch({1: Point(290.0, 140.0)}, 0.01)
    controls.touch({1: Point(290.0, 140.0), 2: Point(400.0, 100.0)}, 0.02)
    assert not navigator.moving


def test_a_double_tap_zooms_though_fingers_are_not_exact() -> None:
    navigator, controls = shown(0.5)
    for x, now in ((200.0, 0.0), (220.0, 0.2)):
        controls.touch({1: Point(x, 100.0)}, now)
        controls.touch({}, now + 0.05)
    assert navigator.step(LATER).scale == 1.0


def test_after_fingers_at_1_the_picture_lies_on_the_pixel_grid() -> None:
    navigator, controls = shown(1.0)
    controls.touch({1: Point(300.0, 300.0), 2: Point(500.0, 300.0)}, 0.0)
    controls.touch({1: Point(300.4, 300.3), 2: Point(500.4, 300.3)}, 0.1)
    controls.touch({}, 0.2)
    origin = navigator.view.s_from_i(0.0, 0.0)
    assert (origin.x % 1.0, origin.y % 1.0) == (0.0, 0.0)


@pytest.mark.parametrize(
    ("scale", "text"),
    [
        (1.0, "100%"),
        (0.37, "37%"),
        (0.0371, "3.7%"),
        (0.00042, "0.042%"),
        (16.0, "1600%"),
        (0.0998, "10%"),
        (0.02, "2%"),
    ],
)
def test_a_scale_in_per_cent(scale: float, text: str) -> None:
    assert percent(scale) == text


@pytest.mark.parametrize(
    ("name", "scale", "text"),
    [
        ("/a/b.dzi", 0.37, "b.dzi - 37% - glview"),
        ("b.dzi", None, "b.dzi - glview"),
        (None, None, "glview"),
    ],
)
def test_a_window_has_a_title(name: str | None, scale: float | None, text: str) -> None:
    assert title(name, scale) == text


class Dragged:
    """A contrast that remembers what is done to it."""

    def __init__(self) -> None:
        self.heard: list[tuple[object, ...]] = []
        self.held = False

    def press(self, x: float, y: float) -> bool:
        self.held = True
        self.heard.append(("press", x, y))
        return True

    def drag(self, x: float, y: float) -> bool:
        if self.held:
            self.heard.append(("drag", x, y))
        return self.held

    def release(self) -> bool:
        held, self.held = self.held, False
        return held


def test_a_drag_of_the_contrast_does_not_move_the_picture() -> None:
    navigator = Navigator(800, 600)
    navigator.set_image(4000, 3000)
    contrast = Dragged()
    controls = Controls(navigator, contrast=contrast)
    before = navigator.view
    assert controls.press_contrast(10.0, 20.0)
    assert controls.move(60.0, 20.0, 0.1)
    controls.release(0.2)
    assert contrast.heard == [("press", 10.0, 20.0), ("drag", 60.0, 20.0)]
    assert navigator.step(1.0) == before
    assert not navigator.held
    controls.press(10.0, 20.0, 2.0)
    controls.move(60.0, 20.0, 2.1)
    assert navigator.held


def test_a_title_tells_the_magnification_where_it_is_known() -> None:
    assert title("a.svs", 0.25, "", 40.0) == "a.svs - 25% (10x) - glview"
    assert zoom_text(0.37, 20.0) == "37% (7.4x)"
    assert zoom_text(0.37, None) == "37%"


def magnified(full: float | None) -> tuple[Navigator, Controls]:
    navigator = Navigator(800, 600)
    navigator.set_image(8000, 6000)
    return navigator, Controls(navigator, magnification=lambda: full)


@pytest.mark.parametrize(("key", "scale"), [("F6", 0.125), ("F7", 0.25), ("F8", 0.5), ("F9", 1.0)])
def test_keys_show_a_slide_as_through_objectives(key: str, scale: float) -> None:
    navigator, controls = magnified(40.0)
    assert controls.key(key, 0.0)
    assert navigator.destination.scale == scale
    assert (navigator.destination.centre_x, navigator.destination.centre_y) == (4000.0, 3000.0)


def test_such_keys_mean_nothing_where_no_magnification_is_known() -> None:
    navigator, controls = magnified(None)
    before = navigator.destination
    assert not controls.key("F8", 0.0)
    assert navigator.destination == before


def enter(controls: Controls, text: str) -> None:
    for key in ("g", *text, "Enter"):
        controls.key(key, 0.0)


@pytest.mark.parametrize("key", ["F5", "F11", "Ctrl+q", "Alt+Left"])
def test_keys_that_are_no_answer_mean_what_they_always_do(key: str) -> None:
    _, controls = shown()
    controls.key("g", 0.0)
    heard: list[Command] = []

    def hear(command: Command) -> bool:
        heard.append(command)
        return True

    controls._on_command = hear
    controls.bind(Command.RELOAD, key)
    assert controls.key(key, 1.0)
    assert heard == [Command.RELOAD]
    assert controls.prompt == Prompt()


def test_what_is_pasted_is_an_answer_where_something_is_asked() -> None:
    navigator, controls = shown(1.0)
    assert not controls.paste("1000, 900")
    controls.key("g", 0.0)
    assert controls.paste("1000, 900")
    controls.key("Enter", 1.0)
    goes_to = navigator.destination
    assert (goes_to.centre_x, goes_to.centre_y) == (1000.0, 900.0)


def test_a_magnification_can_be_typed() -> None:
    navigator, controls = magnified(20.0)
    enter(controls, "@5")
    assert navigator.destination.scale == 0.25
    assert controls.prompt is None


@pytest.mark.parametrize(("full", "scale"), [(20.0, 0.25), (None, 5.0)])
def test_5x_is_an_objective_on_a_slide_and_a_zoom_elsewhere(
    full: float | None, scale: float
) -> None:
    navigator, controls = magnified(full)
    enter(controls, "5x")
    assert navigator.destination.scale == scale


def test_a_magnification_that_means_nothing_is_told() -> None:
    navigator, controls = magnified(None)
    before = navigator.destination
    enter(controls, "@5")
    assert controls.prompt is not None
    assert controls.prompt.fault == "Of this image no magnification is known"
    assert navigator.destination == before
