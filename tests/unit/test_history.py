"""Views that somebody rested at, to go back to."""

from dataclasses import replace

from glview.history import MOST_PLACES
from glview.navigator import Navigator
from glview.viewport import Viewport


def shown() -> Navigator:
    navigator = Navigator(800, 600)
    navigator.set_image(8000, 6000)
    navigator.step(0.0)
    return navigator


def at(navigator: Navigator, x: float, now: float) -> Viewport:
    """There by a jump, at rest."""
    navigator.go_to(replace(navigator.view, centre_x=x, centre_y=3000.0, scale=1.0), now)
    return navigator.step(now + 0.5)


def back(navigator: Navigator, now: float) -> Viewport:
    assert navigator.back(now)
    assert navigator.moving
    return navigator.step(now + 0.5)


def forward(navigator: Navigator, now: float) -> Viewport:
    assert navigator.forward(now)
    return navigator.step(now + 0.5)


def test_jumps_are_gone_back_over_and_on_again() -> None:
    navigator = shown()
    fit = navigator.view
    views = [fit, at(navigator, 2000.0, 1.0), at(navigator, 5000.0, 1.1)]
    assert [back(navigator, 2.0), back(navigator, 3.0)] == [views[1], fit]
    assert navigator.fitted
    assert not navigator.back(4.0)
    assert [forward(navigator, 5.0), forward(navigator, 6.0)] == views[1:]
    assert not navigator.forward(7.0)


def test_a_view_is_kept_where_somebody_rested_and_what_was_passed_by_is_not() -> None:
    navigator = shown()
    rested = at(navigator, 2000.0, 1.0)
    # It was there at 1.5.
    navigator.pan(-300.0, 0.0, 2.3)
    navigator.step(2.3)
    navigator.pan(-300.0, 0.0, 2.9)
    navigator.step(2.9)
    navigator.pan(-300.0, 0.0, 3.0)
    navigator.step(3.0)
    assert back(navigator, 3.5) == rested
    assert back(navigator, 4.5).scale < 1.0


def test_a_view_left_soon_is_not_kept() -> None:
    navigator = shown()
    fit = navigator.view
    at(navigator, 2000.0, 1.0)
    navigator.pan(-300.0, 0.0, 2.0)
    navigator.step(2.0)
    assert back(navigator, 3.0) == fit


def test_a_view_in_motion_is_none_to_go_back_to() -> None:
    navigator = shown()
    fit = navigator.view
    navigator.zoom(8.0, 400.0, 300.0, 1.0)
    for notch in range(10):
        navigator.step(1.1 + 0.1 * notch)
        navigator.zoom(1.1, 400.0, 300.0, 1.1 + 0.1 * notch)
    navigator.step(3.0)
    assert back(navigator, 4.0) == fit
    assert not navigator.back(5.0)


def test_going_on_from_an_older_view_forgets_the_later_ones() -> None:
    navigator = shown()
    at(navigator, 2000.0, 1.0)
    at(navigator, 5000.0, 2.0)
    back(navigator, 3.0)
    at(navigator, 6000.0, 5.0)
    assert not navigator.forward(6.0)
    assert back(navigator, 7.0).centre_x == 2000.0


def test_a_fitted_view_is_fitted_to_the_window_there_is() -> None:
    navigator = shown()
    at(navigator, 2000.0, 1.0)
    navigator.resize(1600, 1200)
    assert back(navigator, 2.0) == Viewport(1600, 1200).fitted(8000, 6000)


def test_another_image_begins_anew_and_one_of_the_same_size_does_not() -> None:
    navigator = shown()
    at(navigator, 2000.0, 1.0)
    navigator.change_image(8000, 6000)
    assert navigator.back(2.0)
    navigator.step(3.0)
    navigator.set_image(8000, 6000)
    assert not navigator.back(4.0)
    assert not navigator.forward(4.0)


def test_a_turn_is_left_like_any_view() -> None:
    navigator = shown()
    fit = navigator.view
    navigator.rotate(90.0, 2.0)
    navigator.step(3.0)
    assert back(navigator, 4.0) == fit


def test_only_so_many_are_kept() -> None:
    navigator = shown()
    for jump in range(MOST_PLACES + 20):
        at(navigator, 1000.0 + 10.0 * jump, 1.0 + jump)
    count = 0
    while navigator.back(1000.0 + count):
        navigator.step(1000.9 + count)
        count += 1
    assert count == MOST_PLACES


def test_nothing_to_go_back_to() -> None:
    assert not Navigator(8, 6).back(0.0)
    assert not shown().back(9.0)
