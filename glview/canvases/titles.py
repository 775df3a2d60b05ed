"""How a window is called, and an image before it is opened."""

import math
import os
from pathlib import PurePath

from glview.image import ImageDescription
from glview.sources.files import printable

PROGRAM = "glview"


def name_of(what: object) -> str:
    """What an image that is to be opened will be called; empty for what has no name yet.

    ``what`` is anything `glview.open_image` takes; it is not looked into.
    """
    if isinstance(what, (str, bytes, os.PathLike)):
        return printable(os.fsdecode(what))
    description = getattr(what, "description", None)
    return description.name if isinstance(description, ImageDescription) else ""


def short(name: str) -> str:
    """A name without its folder."""
    return PurePath(name).name or name


def percent(scale: float) -> str:
    """A scale in per cent: whole from 10 % on, two digits that count below."""
    value = 100.0 * scale
    decimals = max(1 - math.floor(math.log10(value)), 0)
    digits = f"{value:.{decimals}f}"
    return (digits.rstrip("0").rstrip(".") if decimals else digits) + "%"


def title(name: str | None, scale: float | None = None, place: str = "") -> str:
    """``NAME - 3 of 17 - 37% - glview``; the name's folder is left out."""
    parts = [short(name)] if name else []
    if name and place:
        parts.append(place)
    if name and scale is not None:
        parts.append(percent(scale))
    return " - ".join([*parts, PROGRAM])
