"""Promise: frames that keep coming late in a motion become cheaper, and no others."""

from collections.abc import Iterable

import pytest

from glview.pressure import HOLD_S, Pressure

LATE_S, IN_TIME_S = 0.026, 0.024
"""More, and less, than one and a half refreshes at 60 Hz."""


def after(gaps: Iterable[float | None], refresh_hz: float = 60.0) -> tuple[Pressure, float]:
    """Frames of a motion with these gaps, and when the last began."""
    pressure, now = Pressure(), 100.0
    for gap in gaps:
        now += gap or 1.0
        pressure.note(now, gap, refresh_hz)
    return pressure, now


@pytest.mark.parametrize(
    ("gaps", "high"),
    [
        pytest.param([], False, id="nothing"),
        pytest.param([IN_TIME_S] * 9, False, id="in time"),
        pytest.param([LATE_S], False, id="a hiccup"),
        pytest.param([LATE_S, IN_TIME_S, LATE_S], False, id="hiccups apart"),
        pytest.param([LATE_S, None, LATE_S], False, id="with a pause between"),
        pytest.param([LATE_S, LATE_S], True, id="late"),
    ],
)
def test_two_late_frames_in_a_row_are_pressure(gaps: list[float | None], high: bool) -> None:
    pressure, now = after(gaps)
    assert pressure.is_high(now) is high


def test_what_is_late_depends_on_the_screen() -> None:
    """Of 30 pictures a second none can come sooner."""
    pressure, now = after([0.034] * 9, refresh_hz=30.0)
    assert not pressure.is_high(now)


def test_whole_frames_are_tried_again_after_a_while() -> None:
    pressure, now = after([LATE_S, LATE_S])
    for _ in range(5):
        now += IN_TIME_S
        pressure.note(now, IN_TIME_S, 60.0)
        assert pressure.is_high(now)
    now += HOLD_S
    assert not pressure.is_high(now)
    pressure.note(now, LATE_S, 60.0)
    assert not pressure.is_high(now)
    pressure.note(now + LATE_S, LATE_S, 60.0)
    assert pressure.is_high(now + LATE_S)
