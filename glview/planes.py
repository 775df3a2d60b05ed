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


def plane_words(axes: Sequence[Axis], plane: Plane) -> str:
    """Such as ``t=1,z=3``, as `parse_plane` understands it."""
    return ",".join(f"{axis.name}={at + 1}" for axis, at in zip(axes, plane, strict=True))


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

    The beginning of a name does, such as ``c`` or ``C`` for ``channel``; so does what the file
    calls a plane instead of its number: ``channel=DAPI``. ValueError says what is wrong.
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
        plane[names.index(name)] = _place_along(axes[names.index(name)], number)
    return tuple(plane)


def _place_along(axis: Axis, asked: str) -> int:
    """An index along an axis, by its number or by what a file calls it."""
    if asked.isascii() and asked.isdigit() and 1 <= int(asked) <= axis.size:
        return int(asked) - 1
    called = [at for at, label in enumerate(axis.labels) if label.lower() == asked.lower()]
    if len(called) == 1:
        return called[0]
    if len(called) > 1:
        raise ValueError(f"{len(called)} of {axis.name} are called {asked!r}: say its number")
    named = ", or by a name" if axis.labels else ""
    raise ValueError(f"{axis.name} goes from 1 to {axis.size}{named}, not to {asked!r}")


def names_channel(asked: "AskedPlane") -> bool:
    """Whether a channel is asked for, too, as by the words ``channel=2`` and ``z=3,c=DAPI``."""
    if isinstance(asked, PlaneChoice):
        return asked.names_channel
    if not isinstance(asked, str):
        return False
    names = [part.partition("=")[0].strip().lower() for part in asked.split(",")]
    return any(name and CHANNEL.startswith(name) for name in names)


@dataclass(frozen=True, slots=True)
class PlaneChoice:
    """Which plane is meant of an image, by its axes; None: the one that comes up.

    ``names_channel`` is as `names_channel` has it.
    """

    of: Callable[[Sequence[Axis]], Plane | None]
    names_channel: bool = False


AskedPlane = Plane | str | PlaneChoice | None
"""A plane by its place, in words as `parse_plane` has them, or by what is found in a file."""


def in_words(text: str) -> PlaneChoice:
    """The plane that ``text`` means, as `parse_plane` has it; ValueError where it means none."""

    def meant(axes: Sequence[Axis]) -> Plane:
        try:
            return plane_in_words(text, axes)
        except ValueError as error:
            raise ValueError(f"plane {text}: {error}") from None

    return PlaneChoice(meant, names_channel(text))


def check_series(name: str, series: int, count: int = 1) -> None:
    """`ImageError` where a file of so many images has none of a number, counted from 0."""
    if not 0 <= series < count:
        raise ImageError(name, f"image {series + 1} of {count} is asked for")


def chosen_plane(name: str, axes: Sequence[Axis], asked: AskedPlane) -> Plane | None:
    """The plane that is asked for of an image; None where nothing is said.

    `ImageError` where the image ``name`` has none there, or a choice says so by a ValueError.
    """
    choice = in_words(asked) if isinstance(asked, str) else asked
    try:
        plane = choice.of(axes) if isinstance(choice, PlaneChoice) else choice
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
