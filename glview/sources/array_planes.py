"""Arrays of several pictures: z planes, time points, pages."""

from dataclasses import dataclass, replace
from typing import Any

from numpy.typing import NDArray

from glview.errors import ImageError
from glview.image import Axis
from glview.planes import require_plane
from glview.pyramid import TileKey
from glview.sources.array import ArrayOptions, array_source
from glview.sources.array_form import assumed_form
from glview.sources.base import ImageDescription, Tile, TileSource
from glview.texels import MAX_BANDS

_PICTURE, _BANDS = "yx", "c"
_CHANNELS = "channel"
"""The axis that bands are where they are too many for one picture, as in files."""


@dataclass(frozen=True, slots=True, eq=False)
class _Stack:
    """All pictures: an array (along each of ``axes``, height, width[, bands])."""

    array: NDArray[Any]
    axes: tuple[Axis, ...]
    options: ArrayOptions
    budget_bytes: int | None


class ArrayPlane:
    """One picture of an array of several, and the way to the others.

    As thread-safe as `MemorySource`. The array is used as `array_source` says, picture by picture:
    what is copied, and the coarser levels, are those of the plane that is open.
    """

    def __init__(self, stack: _Stack, plane: tuple[int, ...]) -> None:
        self._stack = stack
        self._source = array_source(
            stack.array[plane], stack.options, budget_bytes=stack.budget_bytes
        )
        self._description = replace(self._source.description, axes=stack.axes, plane=plane)

    @property
    def description(self) -> ImageDescription:
        return self._description

    @property
    def cache_bytes(self) -> int:
        return self._source.cache_bytes

    def read_tile(self, key: TileKey) -> Tile:
        return self._source.read_tile(key)

    def at_plane(self, plane: tuple[int, ...]) -> TileSource:
        """Another picture; IndexError where there is none. Makes its coarser levels."""
        require_plane(self._description, plane)
        return ArrayPlane(self._stack, plane)

    def close(self) -> None:
        self._source.close()


def array_planes(
    array: NDArray[Any], options: ArrayOptions, *, budget_bytes: int | None = None
) -> TileSource:
    """The first picture of an array, whose axes ``options`` name, in any order.

    Where they do not, the axes are what `assumed_form` takes them for. More bands than `MAX_BANDS`
    are an axis "channel".

    Of one without others than the picture's own it is `array_source`'s. ImageError for names that
    are not the array's axes, for shapes that have no picture, and as `array_source`;
    ``budget_bytes`` is for one picture.
    """
    try:
        turned, axes = _assumed(array) if options.axes is None else _named(array, options.axes)
    except ValueError as error:
        raise ImageError(options.name, str(error)) from None
    alone = replace(options, axes=None)
    if not axes:
        return array_source(turned, alone, budget_bytes=budget_bytes)
    return ArrayPlane(_Stack(turned, axes, alone, budget_bytes), (0,) * len(axes))


def _assumed(array: NDArray[Any]) -> tuple[NDArray[Any], tuple[Axis, ...]]:
    """An array of nobody's naming, as a `_Stack` has it, and its axes."""
    form = assumed_form(array.shape)
    return array.reshape(form.shape), form.axes


def _named(array: NDArray[Any], given: str) -> tuple[NDArray[Any], tuple[Axis, ...]]:
    """As `_assumed`, by names; ValueError where they are not those of the array's axes."""
    names = given.lower()
    fault = _fault(names, array)
    if fault:
        raise ValueError(fault)
    bands = array.shape[names.index(_BANDS)] if _BANDS in names else 0
    picture = _PICTURE + (_BANDS if 0 < bands <= MAX_BANDS else "")
    others = [name for name in names if name not in picture]
    order = [*others, *picture]
    turned = array.transpose([names.index(name) for name in order])
    axes = tuple(
        Axis(_CHANNELS if name == _BANDS else name, size)
        for name, size in zip(others, turned.shape, strict=False)
    )
    return turned, axes


def _fault(names: str, array: NDArray[Any]) -> str:
    """Why the names are not those of the array's axes; empty if they are."""
    if len(names) != array.ndim:
        return f"shape {array.shape} has {array.ndim} axes, and axes={names!r} names {len(names)}"
    if len(set(names)) != len(names) or not names.isalpha():
        return f"axes={names!r} must be letters, each once"
    if not set(_PICTURE) <= set(names):
        return f"axes={names!r} must have y and x, which are the picture's"
    if 0 in array.shape:
        return f"shape {array.shape} has nothing in it"
    return ""
