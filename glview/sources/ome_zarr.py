"""What OME-Zarr says of an image: axes, levels, channels (pure).

After the OME-NGFF specifications 0.1 to 0.5 (https://ngff.openmicroscopy.org/): ``multiscales``
and ``omero`` of a group's attributes, which lie under ``ome`` from 0.5 on.
"""

import math
import re
from collections.abc import Mapping
from dataclasses import dataclass, replace
from typing import Any

from glview.image import Channel
from glview.sources.lengths import UNITS_UM

MAX_LEVELS = 64
_OLD_AXES = "tczyx"
"""Before 0.3 all five were there, in this order, and nobody said so."""
_KINDS = {"channel": "c", "time": "t"}
"""What axes of these types are, where they are not called as one of the five."""


@dataclass(frozen=True, slots=True)
class Multiscale:
    """An image of a group."""

    name: str
    axes: tuple[str, ...]
    """Their names, such as t, c, z, y, x; empty where they are those of 0.2."""
    paths: tuple[str, ...]
    """Where its levels lie in the group, the finest first."""
    scales: tuple[tuple[float, ...], ...]
    """For each level what a step along each axis is; none where nothing is said."""
    units: tuple[str, ...]
    """Of each axis; an empty text where there is none."""
    channels: tuple[Channel, ...]

    def axes_of(self, dimensions: int) -> tuple[str, ...]:
        """The names of so many axes; ValueError where it has not as many, or y and x not last."""
        axes = self.axes or tuple(_OLD_AXES[-dimensions:])
        if len(axes) != dimensions or axes[-2:] != ("y", "x") or len(set(axes)) < len(axes):
            raise ValueError(f"axes {', '.join(axes)} of an array of {dimensions} dimensions")
        return axes

    def pixel_size_um(self) -> tuple[float, float] | None:
        """Width and height of a pixel, where both are told in a length."""
        if not self.axes or not self.scales or len(self.scales[0]) != len(self.axes):
            return None
        sides = dict(zip(self.axes, zip(self.scales[0], self.units, strict=True), strict=True))
        sizes = [
            step * UNITS_UM.get(unit.lower(), math.nan) for step, unit in (sides["x"], sides["y"])
        ]
        return (sizes[0], sizes[1]) if all(0.0 < size < math.inf for size in sizes) else None


def read_multiscale(attributes: Mapping[str, Any]) -> Multiscale | None:
    """The first image of a group; None where it has none. ValueError where it makes no sense."""
    told = _told(attributes)
    found = told.get("multiscales")
    if not isinstance(found, list) or not found or not isinstance(found[0], dict):
        return None
    datasets = found[0].get("datasets")
    if not isinstance(datasets, list) or not 1 <= len(datasets) <= MAX_LEVELS:
        raise ValueError("its multiscales have no datasets")
    paths = [one.get("path") if isinstance(one, dict) else None for one in datasets]
    if not all(isinstance(path, str) and path for path in paths):
        raise ValueError("its datasets have no path")
    axes, units = _axes(found[0].get("axes"))
    whole = _scale(found[0])
    scales = tuple(_product(_scale(one), whole) for one in datasets)
    name = found[0].get("name")
    return Multiscale(
        name if isinstance(name, str) else "",
        axes,
        tuple(map(str, paths)),
        scales if all(scales) else (),
        units,
        _channels(told.get("omero") or attributes.get("omero")),
    )


def is_layout(attributes: Mapping[str, Any]) -> bool:
    """Whether a group holds images in groups called 0, 1, 2 … (bioformats2raw)."""
    return "bioformats2raw.layout" in _told(attributes) or "bioformats2raw.layout" in attributes


def is_plate(attributes: Mapping[str, Any]) -> bool:
    """Whether a group holds the images of a plate's wells."""
    return "plate" in _told(attributes) or "well" in _told(attributes)


def _told(attributes: Mapping[str, Any]) -> Mapping[str, Any]:
    inner = attributes.get("ome")
    return inner if isinstance(inner, dict) else attributes


def _axes(told: object) -> tuple[tuple[str, ...], tuple[str, ...]]:
    """Names and units, as names alone (0.3) or as objects."""
    if not isinstance(told, list):
        return (), ()
    names, units = [], []
    for one in told:
        axis = one if isinstance(one, dict) else {"name": one}
        name, unit, kind = axis.get("name"), axis.get("unit"), axis.get("type")
        named = name.lower() if isinstance(name, str) else ""
        known = named in tuple(_OLD_AXES)
        names.append(named if known else _KINDS.get(str(kind), named))
        units.append(unit if isinstance(unit, str) else "")
    return tuple(names), tuple(units)


def _scale(dataset: Mapping[str, Any]) -> tuple[float, ...]:
    told = dataset.get("coordinateTransformations")
    for one in told if isinstance(told, list) else ():
        steps = one.get("scale") if isinstance(one, dict) else None
        if isinstance(steps, list):
            return tuple(map(_number, steps))
    return ()


def _product(steps: tuple[float, ...], whole: tuple[float, ...]) -> tuple[float, ...]:
    """A level's scale times that of all levels, where one is told."""
    if not whole or len(whole) != len(steps):
        return () if whole else steps
    return tuple(step * one for step, one in zip(steps, whole, strict=True))


def _number(told: object) -> float:
    """NaN for what is none, or too large for a float."""
    try:
        return float(told) if isinstance(told, (int, float)) else math.nan
    except OverflowError:
        return math.nan


def _channels(omero: object) -> tuple[Channel, ...]:
    told = omero.get("channels") if isinstance(omero, dict) else None
    channels = tuple(map(_channel, told)) if isinstance(told, list) else ()
    # Where all are off there would be nothing to see.
    all_off = all(channel.off for channel in channels)
    return tuple(replace(channel, off=False) for channel in channels) if all_off else channels


def _channel(told: object) -> Channel:
    if not isinstance(told, dict):
        return Channel()
    label = told.get("label")
    return Channel(
        "" if label is None else str(label).strip(),
        _color(told.get("color")),
        _window(told.get("window")),
        off=told.get("active") is False,
    )


def _color(told: object) -> tuple[float, float, float] | None:
    if not isinstance(told, str) or re.fullmatch("#?[0-9A-Fa-f]{6}", told) is None:
        return None
    red, green, blue = (part / 255.0 for part in bytes.fromhex(told.removeprefix("#")))
    return (red, green, blue) if red or green or blue else None


def _window(told: object) -> tuple[float, float] | None:
    if not isinstance(told, dict):
        return None
    window = _number(told.get("start")), _number(told.get("end"))
    return window if all(map(math.isfinite, window)) and window[0] < window[1] else None
