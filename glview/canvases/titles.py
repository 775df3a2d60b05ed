"""How a window is called, and an image before it is opened."""

import math
import os
from collections.abc import Callable
from pathlib import PurePath

from glview.canvases.window_settings import PROGRAM
from glview.image import ImageDescription
from glview.magnification import magnified
from glview.sources.files import printable

CAPTION_EVERY_S = 0.1


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


def zoom_text(scale: float, full: float | None = None) -> str:
    """A scale as people are told it: ``37%``, of what a microscope has taken ``37% (7.4x)``.

    ``full`` is the magnification of full resolution, where it is known.
    """
    return percent(scale) if full is None else f"{percent(scale)} ({magnified(full * scale)})"


def title(
    name: str | None,
    scale: float | None = None,
    place: str = "",
    full: float | None = None,
    series: str = "",
) -> str:
    """``NAME - 3 of 17 - image 2 of 3 (label) - 37% (7.4x) - glview``, without the name's folder.

    ``series`` is which of the images of its file it is, as `glview.series.series_text` says it.
    """
    parts = [short(name)] if name else []
    if name and place:
        parts.append(place)
    if name and series:
        parts.append(series)
    if name and scale is not None:
        parts.append(zoom_text(scale, full))
    return " - ".join([*parts, PROGRAM])


class Caption:
    """Keeps a window's title true; while pictures follow each other it looks only now and then.

    ``wanted`` makes the title, ``put`` gives it to the window.
    """

    def __init__(self, wanted: Callable[[], str], put: Callable[[str], None]) -> None:
        self._wanted = wanted
        self._put = put
        self._shown = ""
        self._looked_at = -math.inf

    def look(self, now: float, *, more: bool) -> None:
        """After a picture; ``more``: another comes at once, after which this is called again."""
        if more and now - self._looked_at < CAPTION_EVERY_S:
            return
        self._looked_at = now
        wanted = self._wanted()
        if wanted != self._shown:
            self._shown = wanted
            self._put(wanted)
