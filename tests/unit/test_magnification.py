"""Magnifications as of an objective."""

import pytest

from glview.magnification import full_magnification, magnified


@pytest.mark.parametrize(
    ("objective", "pixel_um", "expected"),
    [
        (20.0, (0.25, 0.25), 20.0),
        (None, (0.25, 0.25), 40.0),
        (None, (0.5, 0.5), 20.0),
        (None, (1.0, 0.25), 20.0),
        (0.0, (0.25, 0.25), 40.0),
        (None, None, None),
        (None, (84.7, 84.7), None),
        (None, (0.004, 0.004), None),
    ],
)
def test_the_objective_counts_else_the_size_of_a_pixel(
    objective: float | None, pixel_um: tuple[float, float] | None, expected: float | None
) -> None:
    assert full_magnification(objective, pixel_um) == expected


def test_magnifications_are_written_as_people_do() -> None:
    told = [magnified(value) for value in (40.0, 20.04, 12.5, 5.0, 1.25, 0.3125, 160.0)]
    assert told == ["40x", "20x", "12.5x", "5x", "1.2x", "0.31x", "160x"]
