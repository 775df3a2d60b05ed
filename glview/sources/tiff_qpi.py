"""What Akoya's and PerkinElmer's scanners say of the channels of a QPTIFF (pure).

Each page has XML of its own in its description; a channel is a page of the full resolution, and
``Biomarker``, or ``Name``, and ``Color`` tell of it. As programs read it that are in use with it.
"""

import re
from collections.abc import Iterable

from glview.image import Channel
from glview.sources.tiff_structure import Directory, Tag
from glview.sources.xml_root import xml_root

_ROOT = "PerkinElmer-QPI-ImageDescription"
_FULL = "FullResolution"


def qpi_channels(pages: Iterable[tuple[int, Directory]]) -> dict[int, Channel]:
    """What is said of those of some numbered pages that are channels, in their order."""
    told = ((number, _channel(page.text(Tag.DESCRIPTION))) for number, page in pages)
    return {number: channel for number, channel in told if channel is not None}


def _channel(text: str) -> Channel | None:
    root = xml_root(text) if _ROOT in text else None
    if root is None or root.tag != _ROOT or _text(root.findtext("ImageType")) != _FULL:
        return None
    name = _text(root.findtext("Biomarker")) or _text(root.findtext("Name"))
    return Channel(name, _color(_text(root.findtext("Color"))))


def _color(text: str) -> tuple[float, float, float] | None:
    """Red, green and blue of 0 to 255; None for black, which shows nothing."""
    parts = re.fullmatch(r"([0-9]{1,3}) *, *([0-9]{1,3}) *, *([0-9]{1,3})", text)
    if parts is None:
        return None
    red, green, blue = (min(255, int(part)) / 255.0 for part in parts.groups())
    return (red, green, blue) if red or green or blue else None


def _text(found: str | None) -> str:
    return (found or "").strip()
