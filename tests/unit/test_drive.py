"""Held keys: steady, then at rest; a short tap is one step."""

import itertools
import math
from dataclasses import replace

import pytest

from glview.canvases.bindings import Command
from glview.canvases.input import SLIDES_HELD_HZ, ZOOMS_HELD_HZ, Controls
from glview.drive import COAST_S, Press, Step
from glview.navigator import Navigator
from glview.reach import Limits
from glview.viewport import Viewport

LATER = 100.0
FRAME_S = 1 / 60


def shown(scale: float = 1.0, *, reduced: bool = False) -> tuple[Navigator, Controls]:
    """800x600 on a large image, on the pixel grid."""
    navigator = Navigator(800, 600, limits=Limits(max_scale=64.0), reduced_motion=reduced)
    navigator.set_image(80_000, 60_000)
    navigator.set_view(replace(navigator.view, scale=scale))
    return navigator, Controls(navigator)


def held(navigator: Navigator, until: float, *, since: float = 0.0) -> list[Viewport]:
    """Frame by frame."""
    count = round((until - since) / FRAME_S)
    return [navigator.step(since + FRAME_S * (number + 1)) for number in range(count)]


def moved_px(start: Viewport, end: Viewport) -> float:
    return (start.centre_x - end.centre_x) * start.scale


@pytest.mark.parametrize(
    ("key", "dx", "dy"), [("Left", 133, 0), ("Right", -133, 0), ("Up", 0, 100), ("Down", 0, -100)]
)
def test_a_tap_moves_by_one_step(key: str, dx: int, dy: int) -> None:
    navigator, controls = shown()
    start = navigator.view
    assert controls.key_down(key, 0.0, code=9)
    held(navigator, 0.05)
    assert controls.key_up(9, 0.06)
    assert navigator.moving
    assert navigator.step(0.06 + COAST_S) == start.panned(dx, dy)
    assert not navigator.moving


def test_taps_in_a_row_add_up() -> None:
    navigator, controls = shown()
    start = navigator.view
    for tap in range(4):
        controls.key_down("Left", 0.1 * tap, code=9)
        navigator.step(0.1 * tap + 0.02)
        controls.key_up(9, 0.1 * tap + 0.03)
    assert navigator.step(LATER) == start.panned(4 * 133, 0)


@pytest.mark.parametrize(("key", "factor"), [("+", 2.0), ("-", 0.5)])
def test_a_tap_of_a_zoom_key_is_one_octave_about_the_pointer(key: str, factor: float) -> None:
    navigator, controls = shown()
    controls.move(200.0, 100.0, 0.0)
    under = navigator.view.i_from_s(200.0, 100.0)
    controls.key_down(key, 0.0, code=9)
    held(navigator, 0.1)
    controls.key_up(9, 0.11)
    view = navigator.step(LATER)
    assert view.scale == factor
    assert view.s_from_i(*under) == pytest.approx((200.0, 100.0), abs=0.51)


def test_a_held_arrow_moves_steadily_from_the_first_moment() -> None:
    navigator, controls = shown()
    start = navigator.view
    controls.key_down("Left", 0.0, code=9)
    # The keyboard's repeats, at whatever rate, mean nothing.
    ways = [0.0]
    for frame in range(1, 61):
        controls.key_down("Left", frame * FRAME_S, code=9, repeated=True)
        ways.append(moved_px(start, navigator.step(frame * FRAME_S)))
    speeds = [(b - a) / FRAME_S for a, b in itertools.pairwise(ways)]
    assert speeds == pytest.approx([133 * SLIDES_HELD_HZ] * 60, rel=1e-6)


def test_a_held_zoom_key_zooms_steadily() -> None:
    navigator, controls = shown(1 / 64)
    controls.key_down("+", 0.0, code=9)
    views = held(navigator, 1.0)
    octaves = [math.log2(b.scale / a.scale) for a, b in itertools.pairwise(views)]
    assert octaves == pytest.approx([ZOOMS_HELD_HZ * FRAME_S] * 59, rel=1e-6)


def test_let_go_it_comes_to_rest_shortly_without_a_jump_and_on_the_pixel_grid() -> None:
    navigator, controls = shown()
    start = navigator.view
    controls.key_down("Left", 0.0, code=9)
    held(navigator, 0.5)
    controls.key_up(9, 0.5)
    ways = [moved_px(start, navigator.step(0.5 + 0.01 * number)) for number in range(21)]
    speeds = [(b - a) / 0.01 for a, b in itertools.pairwise(ways)]
    full = 133 * SLIDES_HELD_HZ
    assert full * 0.9 < speeds[0] <= full * 1.01
    assert all(after <= before + 1e-6 for before, after in itertools.pairwise(speeds))
    assert speeds[-1] < 0.02 * full
    assert not navigator.moving
    origin = navigator.view.s_from_i(0.0, 0.0)
    assert (origin.x, origin.y) == (round(origin.x), round(origin.y))
    assert ways[-1] == pytest.approx(ways[0] + full * COAST_S / 3, abs=1.0)


def test_two_arrows_move_aslant_and_one_that_is_let_go_stops_alone() -> None:
    navigator, controls = shown()
    start = navigator.view
    controls.key_down("Left", 0.0, code=1)
    held(navigator, 0.2)
    controls.key_down("Up", 0.2, code=2)
    held(navigator, 0.4, since=0.2)
    controls.key_up(1, 0.4)
    held(navigator, 0.8, since=0.4)
    stopped = navigator.view.centre_x
    held(navigator, 1.0, since=0.8)
    assert navigator.view.centre_x == pytest.approx(stopped, abs=1e-6)
    controls.key_up(2, 1.0)
    end = navigator.step(LATER)
    assert moved_px(start, end) == pytest.approx(133 * 7.5 * (0.4 + COAST_S / 3), abs=1.0)
    assert start.centre_y - end.centre_y == pytest.approx(100 * 7.5 * (0.8 + COAST_S / 3), abs=1.0)


def test_at_the_edge_nothing_is_saved_up() -> None:
    navigator, controls = shown()
    navigator.set_view(replace(navigator.view, centre_x=300.0))
    controls.key_down("Left", 0.0, code=1)
    held(navigator, 2.0)
    edge = navigator.view
    assert edge.centre_x == 0.0
    controls.key_up(1, 2.0)
    controls.key_down("Right", 2.0, code=2)
    held(navigator, 2.1, since=2.0)
    assert navigator.view.centre_x > 10.0


def test_a_held_zoom_stops_at_the_limit_and_comes_back_at_once() -> None:
    navigator, controls = shown(32.0)
    controls.key_down("+", 0.0, code=1)
    held(navigator, 2.0)
    assert navigator.view.scale == 64.0
    controls.key_up(1, 2.0)
    controls.key_down("-", 2.0, code=2)
    held(navigator, 2.1, since=2.0)
    assert navigator.view.scale < 60.0


def test_another_command_takes_over_and_the_release_means_nothing() -> None:
    navigator, controls = shown()
    controls.key_down("Left", 0.0, code=1)
    held(navigator, 0.3)
    controls.key("0", 0.3)
    fit = navigator.step(1.0)
    assert navigator.fitted
    controls.key_up(1, 1.1)
    assert navigator.step(LATER) == fit


def test_a_zoom_from_below_the_fit_keeps_what_is_under_the_pointer_in_the_end() -> None:
    navigator = Navigator(640, 480)
    navigator.set_image(3000, 2000)
    navigator.set_view(replace(navigator.view, scale=1 / 8))
    controls = Controls(navigator)
    controls.move(200.0, 100.0, 0.0)
    under = navigator.view.i_from_s(200.0, 100.0)
    # The image stays in the middle until it is larger than its fit.
    controls.key_down("+", 0.0, code=1)
    held(navigator, 1.0)
    controls.key_up(1, 1.0)
    view = navigator.step(LATER)
    assert view.scale > 0.5
    assert view.s_from_i(*under) == pytest.approx((200.0, 100.0), abs=1.0)


def test_what_comes_next_begins_at_what_is_seen() -> None:
    navigator, controls = shown()
    controls.key_down("Left", 0.0, code=1)
    held(navigator, 1.0)
    seen = navigator.view
    assert moved_px(seen, navigator.destination) == pytest.approx(133 * 7.5 * COAST_S / 3, abs=1.0)
    controls.key("2", 1.0)
    assert moved_px(seen, navigator.step(LATER)) == pytest.approx(66.5, abs=1.0)


def test_a_key_that_loses_its_window_is_let_go() -> None:
    navigator, controls = shown()
    controls.key_down("Left", 0.0, code=1)
    held(navigator, 0.3)
    controls.all_keys_up(0.3)
    navigator.step(0.3 + COAST_S)
    assert not navigator.moving
    assert not controls.key_up(1, 1.0)


def test_a_tap_behind_a_slow_frame_is_one() -> None:
    navigator, controls = shown()
    start = navigator.view
    controls.key_down("Left", 0.0, code=1)
    navigator.step(0.01)
    controls.key_up(1, 0.6, waited=0.58)
    assert navigator.step(LATER) == start.panned(133, 0)


def test_with_reduced_motion_keys_step() -> None:
    navigator, controls = shown(reduced=True)
    start = navigator.view
    controls.key_down("Left", 0.0, code=1)
    assert navigator.step(0.0) == start.panned(133, 0)
    controls.key_down("Left", 0.5, code=1, repeated=True)
    assert navigator.step(0.5) == start.panned(133 + 33, 0)
    controls.key_up(1, 1.0)
    assert navigator.step(LATER) == start.panned(133 + 33, 0)


def test_a_command_that_a_window_takes_moves_nothing() -> None:
    navigator, _ = shown()
    taken: list[Command] = []

    def take(command: Command) -> bool:
        taken.append(command)
        return True

    controls = Controls(navigator, on_command=take)
    controls.key_down("Left", 0.0, code=1)
    assert taken == [Command.LEFT]
    assert not navigator.moving


@pytest.mark.parametrize("gone_s", [0.01, 0.1, 0.132, 0.14, 2.0])
def test_the_way_of_a_key_is_smooth_where_it_is_let_go(gone_s: float) -> None:
    press = Press(1, Step(x=133, rate=7.5), 0.0).let_go(gone_s)
    before, after = (press.way(gone_s + side) for side in (-1e-6, 1e-6))
    assert after - before == pytest.approx(2e-6 * 7.5, rel=1e-2)
    assert press.way(press.end_s) == press.way(LATER)
    assert press.end_s <= gone_s + COAST_S
