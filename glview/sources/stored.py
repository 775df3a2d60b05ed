"""What a file holds, as it is stored: what `glview info` tells (pure).

`ImageDescription` says what the renderer gets: levels that glview made in memory, CMYK as RGB,
64-bit floats not at all. These values say what lies in the file.
"""

import enum
from collections.abc import Mapping
from dataclasses import dataclass, field
from types import MappingProxyType

from glview.image import Channel, Series
from glview.pyramid import Level
from glview.sources.model import PixelModel

CHANNELS = "channels"
"""What `Planes` calls the axis of channels."""


class Layout(enum.Enum):
    """How the pixels of a level lie in the file."""

    TILES = "tiles"
    STRIPS = "strips"
    """Runs of whole rows."""
    WHOLE = "whole"
    """In one piece: to see any of it, all before it is decoded."""


@dataclass(frozen=True, slots=True)
class StoredLevel:
    """One resolution; what ``level`` calls tiles are strips, or the picture, where it has none."""

    level: Level
    layout: Layout


@dataclass(frozen=True, slots=True)
class StoredSamples:
    """What a pixel is made of in the file."""

    color: str
    """Such as "grey", "RGB", "CMYK", "palette", "YCbCr", "CIELAB", "channels"."""
    sample_type: str
    """In numpy's manner, of any width: uint1, uint8, int16, uint12, float64."""
    bands: int
    """Samples of a pixel, alpha not counted."""
    alpha: bool = False


@dataclass(frozen=True, slots=True)
class Planes:
    """How many pictures of one sort a file holds. The first of them comes up."""

    count: int = 1
    noun: str = "page"
    """What one is called: page, plane, frame, image."""
    axes: tuple[tuple[str, int], ...] = ()
    """Along what they are ordered, and how many each has, such as (("channels", 3), ("z", 5))."""
    more: bool = False
    """Whether there are more of them than were counted."""
    together: int = 1
    """So many of them, its channels, are shown as one picture."""

    @property
    def seen(self) -> int:
        """How many pictures there are to be looked at, one after the other."""
        return self.count // self.together

    def __str__(self) -> str:
        several = self.together > 1
        if several and self.seen == 1:
            return f"{self.together} channels, shown together"
        told = [axis for axis in self.axes if axis[1] > 1 and not (several and axis[0] == CHANNELS)]
        axes = ", ".join(f"{count} {name}" for name, count in told)
        text = f"{self.seen} {self.noun}{'s' * (self.seen != 1)}"
        text += " or more" * self.more + (f" ({axes})" if axes else "")
        text += f" of {self.together} channels, shown together" if several else ""
        return text + "; the first comes up" * (self.seen > 1)


@dataclass(frozen=True, slots=True)
class Shown:
    """What a viewer makes of a stored image."""

    width: int
    height: int
    model: PixelModel


DAMAGE = "damage"
"""Under which metadata say that a file is damaged, and shown as far as it can be read."""
SINGLE = Planes()
"""What most files hold."""


@dataclass(frozen=True, slots=True)
class StoredImage:
    """The image that glview shows of a file, and what else the file holds."""

    name: str
    format: str
    """Such as "DeepZoom", "BigTIFF", "JPEG"."""
    width: int
    height: int
    """Pixels of the full resolution, before ``orientation`` is applied."""
    samples: StoredSamples
    levels: tuple[StoredLevel, ...]
    """Finest first; one where the file has no pyramid."""
    shown: Shown | None = None
    """None where glview cannot show the image."""
    note: str = ""
    """What glview does about levels that the file does not have, or why it cannot show it."""
    orientation: int = 1
    """EXIF's, 1 to 8."""
    nodata: float | None = None
    pixel_size_um: tuple[float, float] | None = None
    planes: Planes = SINGLE
    other_pages: int = 0
    """Pages that are neither levels nor planes: thumbnails, labels, masks."""
    metadata: Mapping[str, str] = field(default_factory=lambda: MappingProxyType({}))
    """Texts by name; under `DAMAGE` what is missing of the file, as far as headers tell it."""
    objective_power: float | None = None
    """The magnification that full resolution was taken with."""
    associated: tuple[str, ...] = ()
    """Pictures beside the image that can be had by name, such as "label"."""
    channels: tuple[Channel, ...] = ()
    """What the file says of its channels, where it has several."""
    series: tuple[Series, ...] = ()
    """All images of a file that holds several, each of a size of its own; this is the first."""
    profile: str = ""
    """The name of the colour profile of its RGB; empty without one."""
    slow: tuple[str, ...] = ()
    """Why it is slow to look at, a line for each reason."""
