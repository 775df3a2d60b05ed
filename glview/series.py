"""The images of a file that holds several, beside the axes of the one that is shown (pure)."""

from collections.abc import Sequence

from glview.image import Axis, Series
from glview.planes import Plane, plane_text

AXIS = "image"
"""What a person is told that they lie along."""


def choices(all_series: Sequence[Series], axes: Sequence[Axis]) -> tuple[Axis, ...]:
    """Along what a hand may go: the images of the file first, then the axes of the one shown."""
    if not all_series:
        return tuple(axes)
    names = series_names(all_series)
    return Axis(AXIS, len(names), names), *axes


def chosen(all_series: Sequence[Series], series: int, plane: Plane) -> Plane:
    """Where the `choices` stand."""
    return (series, *plane) if all_series else plane


def series_names(all_series: Sequence[Series]) -> tuple[str, ...]:
    """What they are called, each in one line; by their sizes where they have no names."""
    return tuple(
        " ".join(each.name.split()) or f"{each.width} x {each.height}" for each in all_series
    )


def series_text(all_series: Sequence[Series], series: int) -> str:
    """Such as ``image 2 of 3 (label)``; empty for a file of one."""
    return plane_text(choices(all_series, ())[:1], (series,)) if all_series else ""
