"""What tifffile says of an array that it wrote as a TIFF (pure).

A description in JSON: ``shape``, all of the array's, and ``axes``, a letter for each, where the
program told them. After ``tifffile.TiffWriter.write`` and ``tifffile.TIFF.AXES_NAMES``.
"""

import json
import math
from dataclasses import dataclass

from glview.sources.tiff_structure import Directory

_MAX_CHARS = 1 << 16
_MAX_AXES = 32
_PICTURE = ("SYX", "YXS", "YX")
"""The longest first: those of the first end with the last, too."""
_STACK = "TZC"


@dataclass(frozen=True, slots=True)
class Shaped:
    """An array's shape, and its axes as far as they are those of a stack of pictures."""

    shape: tuple[int, ...]
    axes: str = ""
    """A letter for each side; empty where they are not told."""
    channel_names: tuple[str, ...] = ()
    truncated: bool = False
    """Whether only the first picture has a page."""

    def pictures(self, page: Directory) -> int:
        """How many pictures such as a page's it has; 1 where it is not made of such."""
        size = page.width * page.height * page.samples
        total = math.prod(self.shape)
        return total // size if size and total % size == 0 else 1

    @property
    def stack(self) -> dict[str, int] | None:
        """The size of each of T, Z and C, the slowest first; None where they are others."""
        picture = next((end for end in _PICTURE if self.axes.endswith(end)), None)
        if picture is None:
            return None
        leading = self.axes.removesuffix(picture)
        if len(set(leading)) < len(leading) or not set(leading) <= set(_STACK):
            return None
        return dict(zip(leading, self.shape, strict=False))


def read_shaped(text: str) -> Shaped | None:
    """What a description says; None for another text, and one that makes no sense."""
    if not text.startswith('{"shape":') or len(text) > _MAX_CHARS:
        return None
    try:
        told = json.loads(text)
    except (ValueError, RecursionError):
        return None
    shape, axes = told.get("shape"), told.get("axes")
    if not isinstance(shape, list) or not 2 <= len(shape) <= _MAX_AXES:
        return None
    if not all(type(side) is int and 0 < side < 1 << 32 for side in shape):
        return None
    if not isinstance(axes, str) or len(axes) != len(shape):
        axes = ""
    return Shaped(tuple(shape), axes, _names(told), told.get("truncated") is True)


def _names(told: dict[str, object]) -> tuple[str, ...]:
    """As for OME-TIFF: ``{"Channel": {"Name": [...]}}``."""
    channel = told.get("Channel")
    names = channel.get("Name") if isinstance(channel, dict) else None
    return tuple(map(str, names)) if isinstance(names, list) else ()
