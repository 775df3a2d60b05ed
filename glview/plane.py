"""Which picture of a file of several is meant (pure): indices along its axes, from 0."""

from collections.abc import Mapping, Sequence

from glview.errors import ImageError
from glview.image import Axis, ImageDescription

Plane = tuple[int, ...]
AskedPlane = Sequence[int] | Mapping[str, int]
"""An index along each axis, or along some by their names; those not named are 0."""


def resolved(described: ImageDescription, asked: AskedPlane) -> Plane:
    """The plane that is meant. `ImageError` names the axes where there is none."""
    axes = described.axes
    if isinstance(asked, Mapping):
        names = [axis.name for axis in axes]
        plane = tuple(asked.get(name, 0) for name in names)
        there = set(asked) <= set(names)
    else:
        plane, there = tuple(asked), True
    if not (there and described.has_plane(plane)):
        has = ", ".join(f"{axis.name} 0 to {axis.size - 1}" for axis in axes) or "one picture"
        raise ImageError(described.name, f"has no plane {_asked(asked)}; it has {has}")
    return plane


def _asked(asked: AskedPlane) -> str:
    if isinstance(asked, Mapping):
        return ", ".join(f"{name}={at}" for name, at in asked.items())
    return str(tuple(asked))


def stepped(axes: Sequence[Axis], plane: Plane, along: int, by: int) -> Plane:
    """So many further along an axis, ended at its ends."""
    there = min(max(plane[along] + by, 0), axes[along].size - 1)
    return (*plane[:along], there, *plane[along + 1 :])


def axis_for(axes: Sequence[Axis], place: int) -> int | None:
    """The index of the axis that keys step along; None where there is none.

    ``place`` counts those of more than one picture: z, and then from the fastest to the slowest.
    """
    found = [index for index, axis in enumerate(axes) if axis.size > 1]
    found.sort(key=lambda index: (axes[index].name != "z", -index))
    return found[place] if place < len(found) else None


def told(axes: Sequence[Axis], plane: Plane) -> str:
    """What a person reads, counted from 1: "z 12 of 30, t 1 of 5", with labels where there are."""
    words = []
    for axis, at in zip(axes, plane, strict=True):
        if axis.size > 1:
            label = f" ({axis.labels[at]})" if axis.labels else ""
            words.append(f"{axis.name} {at + 1} of {axis.size}{label}")
    return ", ".join(words)
