"""Scripted flights go where they should."""

import pytest

from glview.bench.scripts import FORESEEN_S, NAMES, notches_between, replay, scripts, to_and_fro
from glview.bench.settings import FULL, QUICK
from glview.errors import GlviewError
from glview.navigator import Navigator
from glview.recording import RecordedFlight, Seen
from glview.viewport import Viewport

SIZE = (8000, 6000)
FIT = Viewport(800, 600).fitted(*SIZE)


def flown(name: str, frame_s: float = 0.02) -> list[Viewport]:
    """The views of a script of the full settings, frame by frame."""
    script = scripts(FIT, SIZE, FULL, {})[name]
    navigator = Navigator(800, 600)
    navigator.set_image(*SIZE)
    navigator.set_view(script.start)
    views, before_s, at_s = [], -1.0, 0.0
    while before_s < script.seconds:
        script.steer(navigator, before_s, at_s, 100.0 + at_s)
        views.append(navigator.step(100.0 + at_s))
        before_s, at_s = at_s, at_s + frame_s
    return views


def test_a_pan_goes_at_its_speed_at_native_resolution() -> None:
    views = flown("pan")
    assert len(views) >= 250
    assert {view.scale for view in views} == {1.0}
    assert views[0].centre_x - views[50].centre_x == pytest.approx(1560.0, abs=2.0)
    assert min(view.centre_x for view in views) > 0.0


def test_a_wheel_goes_in_by_five_octaves() -> None:
    views = flown("wheel")
    # The first frame shows a frame's way of the first notch.
    assert views[0].scale == pytest.approx(FIT.scale, rel=0.02)
    assert views[-1].scale == pytest.approx(FIT.scale * 32.0)


def test_all_levels_are_crossed_and_back() -> None:
    views = flown("all levels")
    assert views[0] == FIT
    assert max(view.scale for view in views) == pytest.approx(2.0, rel=0.01)
    assert views[-1].scale == pytest.approx(FIT.scale, rel=0.01)


def test_each_notch_comes_once() -> None:
    assert notches_between(-1.0, 0.0, 20) == 1
    assert notches_between(0.0, 0.049, 20) == 0
    assert notches_between(0.0, 0.16, 20) == 3
    assert notches_between(0.9, 9.0, 20) == 1


@pytest.mark.parametrize(
    ("way", "at"), [(0.0, 0.0), (10.0, 10.0), (15.0, 5.0), (30.0, -10.0), (40.0, 0.0)]
)
def test_to_and_fro(way: float, at: float) -> None:
    assert to_and_fro(way, 10.0) == at


def test_every_flight_is_flown() -> None:
    assert tuple(scripts(FIT, SIZE, FULL, {})) == NAMES


def test_quick_is_less_of_the_same() -> None:
    assert QUICK.repeats >= 3
    assert QUICK.pan_s < FULL.pan_s
    assert (QUICK.width, QUICK.height, QUICK.notches) == (FULL.width, FULL.height, FULL.notches)


RECORDED = RecordedFlight(
    *SIZE,
    tuple(Seen(n / 20, Viewport(1, 1, 2000.0 + 100.0 * n, 3000.0, 0.5)) for n in range(41)),
)


def test_a_recorded_flight_is_where_it_was_and_knows_a_little_ahead() -> None:
    script = replay("mine", RECORDED, FIT, SIZE)
    assert (script.seconds, script.start.width, script.start.centre_x) == (2.0, 800, 2000.0)
    navigator = Navigator(800, 600)
    navigator.set_image(*SIZE)
    navigator.set_view(script.start)
    for at_s in (0.0, 0.52, 1.0):
        script.steer(navigator, at_s - 0.02, at_s, 100.0 + at_s)
        seen = navigator.step(100.0 + at_s)
        assert seen.scale == 0.5
        assert seen.centre_x == pytest.approx(2000.0 + 2000.0 * at_s)
        ahead = navigator.ahead(100.0 + at_s)
        assert ahead is not None
        assert ahead.destination.centre_x == pytest.approx(seen.centre_x + 2000.0 * FORESEEN_S)
    script.steer(navigator, 2.4, 2.5, 102.5)
    assert navigator.step(102.5).centre_x == 6000.0
    assert navigator.ahead(102.5) is None


def test_recorded_flights_are_flown_in_place_of_the_usual_ones() -> None:
    assert list(scripts(FIT, SIZE, FULL, {"mine": RECORDED})) == ["mine"]


def test_a_flight_over_another_image_is_refused() -> None:
    with pytest.raises(
        GlviewError, match=r"mine: recorded over an image of 8,000 x 6,000 pixels, not of 10 x 20"
    ):
        replay("mine", RECORDED, FIT, (10, 20))
