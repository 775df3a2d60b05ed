"""Motions as functions of time."""

import math
from dataclasses import replace

import pytest

from glview.flight import Flight
from glview.motion import (
    FLING_STOP_PX_S,
    FLING_TAU_S,
    GLIDE_S,
    STEP_S,
    Fling,
    Glide,
    Motion,
    PointerSample,
    Slide,
    Zoom,
    ahead_of,
    eased,
    on_grid,
    shorter_turn,
    speed_px_s,
    velocity,
    with_sample,
)
from glview.viewport import Point, Viewport

VIEW = Viewport(800, 600, centre_x=1000.0, centre_y=700.0, scale=0.25)


def speed(motion: Motion, now: float, dt: float = 1e-5) -> float:
    """Octaves a second."""
    return math.log2(motion.at(now + dt).scale / motion.at(now - dt).scale) / (2 * dt)


@pytest.mark.parametrize(
    ("now", "share"), [(9.0, 0.0), (10.0, 0.0), (10.5, 1 - 0.5**4 * 3), (11.0, 1.0), (99.0, 1.0)]
)
def test_the_curve(now: float, share: float) -> None:
    assert eased(now, 10.0, 1.0) == share


def test_a_zoom_ends_exactly_at_its_scale() -> None:
    zoom = Zoom.towards(1.0, 123.0, 456.0, view=VIEW, now=0.0)
    assert zoom.end_s == STEP_S
    assert zoom.at(STEP_S).scale == 1.0
    assert zoom.at(STEP_S) == zoom.destination


def test_a_zoom_keeps_the_point_under_the_pointer() -> None:
    zoom = Zoom.towards(0.7, 123.0, 456.0, view=VIEW, now=0.0)
    anchor = VIEW.i_from_s(123.0, 456.0)
    for step in range(11):
        place = zoom.at(STEP_S * step / 10).s_from_i(*anchor)
        assert place == pytest.approx((123.0, 456.0), abs=1e-9)


def test_a_zoom_to_1_ends_on_the_pixel_grid_without_a_jump() -> None:
    zoom = Zoom.towards(1.0, 123.3, 456.7, view=VIEW, now=0.0)
    origin = zoom.destination.s_from_i(0.0, 0.0)
    assert (origin.x % 1.0, origin.y % 1.0) == (0.0, 0.0)
    before = zoom.at(STEP_S - 1e-4).s_from_i(0.0, 0.0)
    assert before == pytest.approx(origin, abs=0.01)


def test_a_notch_during_a_zoom_multiplies_the_target() -> None:
    first = Zoom.towards(0.5, 400.0, 300.0, view=VIEW, now=0.0)
    second = first.retargeted(1.0, 400.0, 300.0, view=first.at(0.05), now=0.05)
    assert second.at(0.05).scale == pytest.approx(first.at(0.05).scale, rel=1e-12)
    assert second.at(0.05 + STEP_S).scale == 1.0


def test_a_notch_during_a_zoom_does_not_change_its_speed() -> None:
    first = Zoom.towards(0.5, 400.0, 300.0, view=VIEW, now=0.0)
    second = first.retargeted(1.0, 400.0, 300.0, view=first.at(0.05), now=0.05)
    going = speed(first, 0.05)
    assert going > 8.0
    assert speed(second, 0.05 + 2e-5) == pytest.approx(going, rel=0.01)


def test_a_notch_back_never_leaves_the_range_of_the_targets() -> None:
    first = Zoom.towards(0.5, 400.0, 300.0, view=VIEW, now=0.0)
    second = first.retargeted(0.25, 400.0, 300.0, view=first.at(0.05), now=0.05)
    scales = [second.at(0.05 + step / 1000).scale for step in range(250)]
    assert min(scales) >= 0.25
    assert max(scales) <= 0.5
    assert scales[-1] == 0.25


def test_a_zoom_goes_on_in_a_picture_that_is_dragged() -> None:
    zoom = Zoom.towards(1.0, 400.0, 300.0, view=VIEW, now=0.0)
    moved = zoom.panned(30.0, -20.0)
    assert moved.at(0.1).scale == zoom.at(0.1).scale
    anchor = VIEW.i_from_s(400.0, 300.0)
    assert moved.at(0.1).s_from_i(*anchor) == pytest.approx((430.0, 280.0), abs=1e-9)


def test_slides_add_up() -> None:
    slide = Slide.by(100.0, 0.0, view=VIEW, now=0.0).extended(0.0, 60.0, 0.1)
    assert slide.at(0.0) == VIEW
    assert slide.end_s == 0.1 + STEP_S
    assert slide.at(1.0) == VIEW.panned(100.0, 60.0)


def test_a_fling_travels_its_speed_times_tau() -> None:
    fling = Fling.thrown(Point(1000.0, -400.0), view=VIEW, now=5.0)
    assert fling is not None
    assert fling.at(5.0) == VIEW
    end = fling.at(99.0)
    assert VIEW.centre_x - end.centre_x == pytest.approx(1000.0 * FLING_TAU_S / 0.25)
    assert VIEW.centre_y - end.centre_y == pytest.approx(-400.0 * FLING_TAU_S / 0.25)


def test_a_fling_decays_exponentially_and_stops() -> None:
    fling = Fling.thrown(Point(1000.0, 0.0), view=VIEW, now=0.0)
    assert fling is not None

    def travelled(now: float) -> float:
        return (VIEW.centre_x - fling.at(now).centre_x) * 0.25

    steps = [travelled(0.1 * (n + 1)) - travelled(0.1 * n) for n in range(5)]
    for slow, fast in zip(steps[1:], steps, strict=False):
        assert slow / fast == pytest.approx(math.exp(-0.1 / FLING_TAU_S), rel=1e-9)
    assert fling.duration_s == pytest.approx(FLING_TAU_S * math.log(1000.0 / FLING_STOP_PX_S))
    assert fling.end_s == fling.duration_s
    assert travelled(fling.duration_s - 1e-3) == pytest.approx(1000.0 * FLING_TAU_S, abs=0.03)


def test_what_lies_ahead_of_a_fling_is_its_end_and_its_way() -> None:
    fling = Fling.thrown(Point(1600.0, 0.0), view=VIEW, now=5.0)
    assert fling is not None
    ahead = ahead_of(fling, 5.0)
    assert ahead.destination == fling.destination
    assert ahead.soon == fling.at(5.15)
    way = 1600.0 * FLING_TAU_S
    shares = [(VIEW.centre_x - view.centre_x) * 0.25 / way for view in ahead.path]
    assert shares == pytest.approx([0.16, 0.38, 0.70], abs=0.01)


def test_of_a_long_tour_the_next_second_and_a_half_is_foreseen() -> None:
    there = VIEW.panned(9000.0, 0.0)
    tour = Flight.through([VIEW, there], [0.0, 60.0], 0.0)
    ahead = ahead_of(tour, 10.0)
    assert ahead.destination == tour.at(11.5)
    assert ahead.path[0] == tour.at(10.06)


def test_the_speed_of_a_picture_is_that_of_its_fastest_corner() -> None:
    before = Viewport(800, 600, 1000.0, 1000.0, 1.0)
    assert speed_px_s(before, before, 0.01) == 0.0
    assert speed_px_s(before, before.panned(-30.0, 40.0), 0.01) == pytest.approx(5000.0)
    # About a corner, what is in the one across from it was in the middle.
    assert speed_px_s(before, before.zoomed(2.0, 0.0, 0.0), 0.1) == pytest.approx(5000.0)
    assert speed_px_s(before, before.panned(1.0, 0.0), 0.0) == 0.0


def test_a_slow_hand_does_not_throw() -> None:
    assert Fling.thrown(Point(40.0, 40.0), view=VIEW, now=0.0) is None


@pytest.mark.parametrize(
    ("start", "end", "turn"),
    [(0, 90, 90), (90, 0, -90), (350, 20, 30), (20, 350, -30), (0, 180, 180), (180, 0, 180)],
)
def test_the_shorter_way_round(start: float, end: float, turn: float) -> None:
    assert shorter_turn(start, end) == turn


def test_a_glide_turns_the_shorter_way() -> None:
    glide = Glide.between(replace(VIEW, rotation=350.0), replace(VIEW, rotation=20.0), 0.0)
    for now in (0.05, 0.1, 0.2):
        assert (glide.at(now).rotation + 10.0) % 360.0 < 30.0


def test_a_glide_ends_exactly_at_its_view() -> None:
    end = Viewport(800, 600, centre_x=17.25, centre_y=3.5, scale=1.0, rotation=90.0)
    glide = Glide.between(VIEW, end, 0.0)
    assert glide.at(0.0) == VIEW
    assert glide.at(GLIDE_S) is end


def test_a_glide_looks_like_one_zoom_about_a_fixed_point() -> None:
    end = Viewport(800, 600, centre_x=1100.0, centre_y=640.0, scale=2.0)
    glide = Glide.between(VIEW, end, 0.0)
    # The image point that both views show at the same place.
    x = (VIEW.scale * VIEW.centre_x - end.scale * end.centre_x) / (VIEW.scale - end.scale)
    y = (VIEW.scale * VIEW.centre_y - end.scale * end.centre_y) / (VIEW.scale - end.scale)
    place = VIEW.s_from_i(x, y)
    for now in (0.03, 0.1, 0.2, 0.29):
        assert glide.at(now).s_from_i(x, y) == pytest.approx(place, abs=1e-6)


@pytest.mark.parametrize(("scale", "snaps"), [(1.0, True), (0.25, True), (3.0, True), (0.3, False)])
def test_views_snap_where_level_pixels_are_screen_pixels(scale: float, *, snaps: bool) -> None:
    view = Viewport(801, 600, centre_x=10.2, centre_y=5.4, scale=scale)
    assert (on_grid(view) != view) is snaps


def test_the_speed_of_a_pointer_is_that_of_its_last_80_ms() -> None:
    samples = [PointerSample(0.01 * n, 0.0 if n < 20 else 10.0 * (n - 20), 0.0) for n in range(31)]
    assert velocity(samples, 0.30) == pytest.approx((1000.0, 0.0))


def test_a_pointer_that_rested_before_the_release_has_no_speed() -> None:
    samples = (PointerSample(0.0, 0.0, 0.0), PointerSample(0.05, 200.0, 100.0))
    assert velocity(samples, 0.20) == (0.0, 0.0)


def test_a_flick_after_a_rest_counts_from_the_rest() -> None:
    samples = (PointerSample(0.0, 0.0, 0.0), PointerSample(1.0, 40.0, 0.0))
    assert velocity(samples, 1.0).x == pytest.approx(500.0)


def test_no_samples_no_speed() -> None:
    assert velocity((), 1.0) == (0.0, 0.0)


def test_events_behind_a_slow_frame_count_once() -> None:
    samples: tuple[PointerSample, ...] = (PointerSample(0.0, 0.0, 0.0),)
    for n in range(10):
        samples = with_sample(samples, PointerSample(0.06 + n * 1e-5, 5.0 * n, 0.0))
    assert [sample.x for sample in samples] == [0.0, 45.0]


def test_old_samples_are_let_go() -> None:
    samples: tuple[PointerSample, ...] = ()
    for n in range(1000):
        samples = with_sample(samples, PointerSample(0.01 * n, float(n), 0.0))
    assert len(samples) <= 20
    assert velocity(samples, samples[-1].time_s) == pytest.approx((100.0, 0.0))
