"""How long frames took, how far apart they came, and what is said of it."""

import pytest

from glview.frame_times import KEPT, FrameRing, FrameTime, FrameTimes, Spread, spread


def test_before_the_first_frame_all_is_zero() -> None:
    times = FrameRing().times()
    assert times == FrameTimes(0, ())
    assert times.draw == times.gap == Spread(0.0, 0.0)


def test_a_gap_is_between_beginnings_of_frames_that_followed_each_other() -> None:
    ring = FrameRing()
    ring.add(10.0, 0.004, more=True)
    ring.add(10.5, 0.003, more=False)
    ring.add(99.0, 0.002, more=True)
    ring.add(99.25, 0.001, more=False)
    assert ring.times().last == (
        FrameTime(0.004, None),
        FrameTime(0.003, 0.5),
        FrameTime(0.002, None),
        FrameTime(0.001, 0.25),
    )


def test_pauses_of_the_hand_are_in_no_figure() -> None:
    ring = FrameRing()
    for now in (1.0, 2.0, 3.0):
        ring.add(now, 0.004, more=False)
    assert ring.times().gap == Spread(0.0, 0.0)
    assert ring.times().draw == Spread(0.004, 0.004)


def test_the_last_120_frames_are_kept_and_all_are_counted() -> None:
    ring = FrameRing()
    for number in range(130):
        ring.add(float(number), float(number), more=True)
    times = ring.times()
    assert KEPT == 120
    assert times.drawn == 130
    assert [frame.draw_s for frame in times.last] == [float(number) for number in range(10, 130)]


@pytest.mark.parametrize(
    ("count", "median", "p99"),
    [(1, 1.0, 1.0), (2, 1.0, 2.0), (100, 50.0, 99.0), (120, 60.0, 119.0)],
)
def test_median_and_p99_are_of_the_nearest_rank(count: int, median: float, p99: float) -> None:
    times = [float(number) for number in range(count, 0, -1)]
    assert spread(times) == Spread(median, p99)


def test_what_was_given_out_stays_as_it_was() -> None:
    ring = FrameRing()
    ring.add(1.0, 0.004, more=False)
    before = ring.times()
    ring.add(2.0, 0.005, more=False)
    assert before == FrameTimes(1, (FrameTime(0.004),))
