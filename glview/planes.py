"""Planes of an image in words: z, time, pages (pure)."""

from collections.abc import Callable, Sequence
from dataclasses import dataclass

from glview.errors import ImageError
from glview.image import Axis, ImageDescription, has_place

Plane = tuple[int, ...]
"""An index, from 0, along each axis."""


@dataclass(frozen=True, slots=True)
class Seen:
    """A plane that was looked at, to be come back to in a file that has changed since."""

    axes: tuple[Axis, ...]
    plane: Plane

    def nearest(self, axes: Sequence[Axis]) -> Plane:
        """The plane along other axes that is nearest; those that are new are at their first."""
        names = [axis.name for axis in self.axes]
        return tuple(
            min(self.plane[names.index(axis.name)], axis.size - 1) if axis.name in names else 0
            for axis in axes
        )


def plane_text(axes: Sequence[Axis], plane: Plane) -> str:
    """Such as ``t 1 of 2 · z 3 of 40``; counted from 1, with what a file calls them."""
    return " · ".join(map(_axis_text, axes, plane))


def _axis_text(axis: Axis, at: int) -> str:
    label = f" ({axis.labels[at]})" if axis.labels else ""
    return f"{axis.name} {at + 1} of {axis.size}{label}"


CHANNEL = "channel"
"""The axis of channels of which there are too many for one picture."""


def channel_at(axes: Sequence[Axis], plane: Plane) -> int | None:
    """Which channel a plane is of, from 0, where they lie along an axis; else None."""
    names = [axis.name for axis in axes]
    return plane[names.index(CHANNEL)] if CHANNEL in names else None


def stepped(axes: Sequence[Axis], plane: Plane, axis: int, by: int) -> Plane:
    """The plane so many further along an axis (counted from the last one back if below 0)."""
    at = axis % len(axes)
    moved = min(max(plane[at] + by, 0), axes[at].size - 1)
    return (*plane[:at], moved, *plane[at + 1 :])


def parse_plane(text: str, description: ImageDescription) -> Plane:
    """What ``z=3,t=1`` means, counted from 1; axes that are not named are at their first.

    The beginning of a name does, such as ``c`` or ``C`` for ``channel``. ValueError says what is
    wrong.
    """
    return plane_in_words(text, description.axes)


def plane_in_words(text: str, axes: Sequence[Axis]) -> Plane:
    """`parse_plane` of an image with such axes."""
    names = [axis.name for axis in axes]
    if not names:
        raise ValueError("the image has one picture only")
    plane = [0] * len(names)
    for part in text.split(","):
        name, _, number = (piece.strip() for piece in part.partition("="))
        meant = [known for known in names if name and known.lower().startswith(name.lower())]
        if len(meant) != 1:
            raise ValueError(f"no axis {name!r}: it has {', '.join(names)}")
        (name,) = meant
        size = axes[names.index(name)].size
        if not (number.isascii() and number.isdigit() and 1 <= int(number) <= size):
            raise ValueError(f"{name} goes from 1 to {size}, not to {number!r}")
        plane[names.index(name)] = int(number) - 1
    return tuple(plane)


PlaneChoice = Callable[[Sequence[Axis]], Plane | None]
"""Which plane is meant of an image that has such axes; None: the one that comes up."""
AskedPlane = Plane | str | PlaneChoice | None
"""A plane by its place, in words as `parse_plane` has them, or by what is found in a file."""


def in_words(text: str) -> PlaneChoice:
    """The plane that ``text`` means, as `parse_plane` has it; ValueError where it means none."""

    def meant(axes: Sequence[Axis]) -> Plane:
        try:
            return plane_in_words(text, axes)
        except ValueError as error:
            raise ValueError(f"plane {text}: {error}") from None

    return meant


def chosen_plane(name: str, axes: Sequence[Axis], asked: AskedPlane) -> Plane | None:
    """The plane that is asked for of an image; None where nothing is said.

    `ImageError` where the image ``name`` has none there, or a choice says so by a ValueError.
    """
    choice = in_words(asked) if isinstance(asked, str) else asked
    try:
        plane = choice(axes) if callable(choice) else choice
    except ValueError as error:
        raise ImageError(name, str(error)) from None
    if plane is None or plane == () == tuple(axes) or has_place(axes, plane):
        return plane
    raise ImageError(name, no_plane(axes, plane))


def require_plane(description: ImageDescription, plane: Plane) -> None:
    """IndexError where an image does not have a plane."""
    if not description.has_plane(plane):
        raise IndexError(f"{description.name}: {no_plane(description.axes, plane)}")


def no_plane(axes: Sequence[Axis], plane: Plane) -> str:
    """Why an image does not have a plane."""
    if not axes:
        return f"there is no plane {plane}: it has one picture only"
    sizes = ", ".join(f"{axis.size} of {axis.name}" for axis in axes)
    return f"there is no plane {plane}: it has {sizes}"
