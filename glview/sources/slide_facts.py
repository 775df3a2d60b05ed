"""What a slide's properties, as OpenSlide tells them, say of it (pure)."""

import math
import re
from collections.abc import Mapping

from glview.pyramid import IntRect
from glview.sources.slide_names import Vendor

Properties = Mapping[str, str]

_SOLID = frozenset({Vendor.APERIO, Vendor.HAMAMATSU})
"""Whose slides have pixels everywhere; others' consist of areas with nothing between them."""
_TOLD = {
    "vendor": "openslide.vendor",
    "comment": "openslide.comment",
    "background": "openslide.background-color",
    "scanner": "aperio.ScanScope ID",
    "Make": "tiff.Make",
    "Model": "tiff.Model",
    "Software": "tiff.Software",
    "DateTime": "tiff.DateTime",
}
"""What is told of the properties. Of the others some are hundreds of figures about the scanner,
and some say whose the tissue is, which is nobody's business who looks at a picture."""


def number(properties: Properties, key: str) -> float | None:
    """A positive finite number; None where there is none."""
    try:
        value = float(properties[key])
    except (KeyError, ValueError):
        return None
    return value if 0.0 < value < math.inf else None


def pixel_size_um(properties: Properties) -> tuple[float, float] | None:
    """Width and height of a full-resolution pixel."""
    across, down = (number(properties, f"openslide.mpp-{axis}") for axis in "xy")
    return (across, down) if across and down else None


def objective_power(properties: Properties) -> float | None:
    """The magnification that full resolution was taken with."""
    return number(properties, "openslide.objective-power")


def bounds(properties: Properties, size: tuple[int, int]) -> IntRect | None:
    """Where the slide has something, in full-resolution pixels; None where that is not said.

    Likewise for a rectangle that does not lie on the slide, or is all of it.
    """
    try:
        x, y, width, height = (
            int(properties[f"openslide.bounds-{side}"]) for side in ("x", "y", "width", "height")
        )
    except (KeyError, ValueError):
        return None
    rect, whole = IntRect(x, y, x + width, y + height), IntRect(0, 0, *size)
    return rect if min(width, height) > 0 and whole.holds(rect) and rect != whole else None


def tile_px(properties: Properties) -> tuple[int, int] | None:
    """The size of the tiles that the full resolution is stored in; None where that is not said."""
    width, height = (
        number(properties, f"openslide.level[0].tile-{side}") for side in ("width", "height")
    )
    return (int(width), int(height)) if width and height else None


def background(properties: Properties) -> tuple[int, int, int]:
    """What a slide is to be seen on, 0 to 255: its own colour, else white."""
    color = properties.get("openslide.background-color", "")
    if not re.fullmatch("[0-9A-Fa-f]{6}", color):
        return 255, 255, 255
    red, green, blue = bytes.fromhex(color)
    return red, green, blue


def light(color: tuple[int, int, int]) -> tuple[float, float, float]:
    """A colour of 0 to 255 as one of 0 to 1."""
    red, green, blue = color
    return red / 255, green / 255, blue / 255


def is_solid(vendor: Vendor | None) -> bool:
    """Whether a slide has pixels everywhere."""
    return vendor in _SOLID


def are_areas_whole(vendor: Vendor | None) -> bool:
    """Whether OpenSlide moves areas to whole pixels of each level, to the left and up.

    Leica's: area 401, 302 of full resolution begins at pixel 100, 75 of a level four times smaller.
    Seen with OpenSlide 4.0.1; of several areas the others lie beside their place by what their own
    fraction differs.
    """
    return vendor is Vendor.LEICA


def metadata_of(properties: Properties, shown: IntRect | None) -> dict[str, str]:
    """What there is to tell people, by name; ``shown`` is the part of the slide that is the image.

    Never who the tissue is of, which DICOM slides say.
    """
    found = {name: properties[key] for name, key in _TOLD.items() if properties.get(key)}
    if shown is not None:
        found["bounds"] = f"{shown.width} x {shown.height} at {shown.x0}, {shown.y0} of the slide"
    return found
