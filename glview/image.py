"""The values that describe an image and its decoded tiles (pure, frozen)."""

import enum
import math
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from types import MappingProxyType
from typing import NamedTuple

import numpy as np
from numpy.typing import NDArray

from glview.errors import TileError
from glview.pyramid import IntRect, Pyramid


class SampleType(enum.Enum):
    """Sample types the atlas carries; the value is the numpy dtype's name."""

    U8 = "uint8"
    U16 = "uint16"
    S16 = "int16"
    F32 = "float32"

    @property
    def dtype(self) -> np.dtype[np.generic]:
        return np.dtype(self.value)


class Reading(enum.Enum):
    """What a thread does most of the time while it reads a tile: says how many are of use."""

    COMPUTING = "computing"
    """It decodes, in code that lets other threads run (libvips, numpy, zlib)."""
    WAITING = "waiting"
    """It waits for a network or sleeps."""
    PYTHON = "python"
    """It runs Python code, which lets one thread run at a time."""


class ColorModel(enum.Enum):
    """What the bands of a tile mean (an alpha band, if any, comes last and is not counted)."""

    GREY = "grey"
    """One band."""
    RGB = "rgb"
    """Three bands, sRGB unless a profile says otherwise."""
    CHANNELS = "channels"
    """Any number of measured channels, mixed for display."""


class Margin(NamedTuple):
    """How many texels of its neighbours a tile array brings on each side."""

    left: int = 0
    top: int = 0
    right: int = 0
    bottom: int = 0


@dataclass(frozen=True, slots=True, eq=False)
class Tile:
    """Decoded pixels of one tile.

    ``pixels`` has shape (height, width, bands), in the dtype of `ImageDescription.sample_type`,
    with bands as `ImageDescription.bands` and one more where `ImageDescription.alpha` (straight,
    not premultiplied). It covers the tile's rectangle and ``margin`` texels of true neighbours
    around it. ``fault`` says why parts of it are holes, where they should be and cannot be read,
    and ``lost`` which, in its own pixels without the margin, as far as that is known: what stands
    there is no data.

    A decoder of RGB in bytes may give ``texels``, too, of which ``pixels`` is a view: (height,
    width, 4), the fourth byte full, as the atlas stores them. They spare `glview.texels` a pass.
    ``room`` is memory, flat bytes, that they lie at the end of, one behind the other; whoever has
    the tile may write into all of it.
    """

    pixels: NDArray[np.generic]
    margin: Margin = Margin()
    fault: TileError | None = None
    texels: NDArray[np.uint8] | None = None
    room: NDArray[np.uint8] | None = None
    lost: tuple[IntRect, ...] = ()

    @property
    def size_bytes(self) -> int:
        """The memory that the pixels keep, with what lies between them."""
        return self.pixels.nbytes if self.texels is None else self.texels.nbytes


@dataclass(frozen=True, slots=True, eq=False)
class ColorTable:
    """The way from a file's RGB to sRGB (or to that of a screen), both encoded.

    ``values`` has shape (n, n, n, 3), float32 of 0 to 1, by red, green and blue of the file, which
    its n nodes divide evenly from 0 to 1. Between nodes it is linear along each axis.
    """

    values: NDArray[np.float32]
    profile: bytes | None = None
    """The ICC profile of the file's RGB that it was made of; None: it was made otherwise."""

    def __post_init__(self) -> None:
        """ValueError for an array of another shape or type."""
        shape = self.values.shape
        if self.values.dtype != np.float32 or shape != (shape[0],) * 3 + (3,) or shape[0] < 2:
            raise ValueError(f"no colour table: {shape} of {self.values.dtype}")
        self.values.setflags(write=False)

    def of(self, colors: NDArray[np.float64]) -> NDArray[np.float64]:
        """What colours (..., 3) from 0 to 1 become."""
        most = self.values.shape[0] - 1
        place = np.clip(colors, 0.0, 1.0) * most
        low = np.minimum(place.astype(int), most - 1)
        share = place - low
        found: NDArray[np.float64] = np.zeros_like(place)
        for corner in np.ndindex(2, 2, 2):
            weight = np.prod(np.where(corner, share, 1.0 - share), axis=-1)
            red, green, blue = np.moveaxis(low + corner, -1, 0)
            found += weight[..., None] * self.values[red, green, blue]
        return found


@dataclass(frozen=True, slots=True)
class Channel:
    """What a file says of one of its bands."""

    name: str = ""
    color: tuple[float, float, float] | None = None
    """What it is to be shown in, 0 to 1, sRGB-encoded."""
    window: tuple[float, float] | None = None
    """Which sample values are to be shown as black and as full colour, the first the less."""
    limits: tuple[float, float] | None = None
    """Between which all of its samples lie, where they do not use all of their type (12 bits)."""
    extent: tuple[float, float] | None = None
    """Between which the file says that its samples lie: a first window, where they agree."""
    beside_rgb: bool = False
    """Whether it is none of a picture's red, green and blue, which come first, but beside them, as
    infrared is: not shown at first."""
    off: bool = False
    """Whether the file says that it is not to be shown at first."""

    @property
    def off_at_first(self) -> bool:
        return self.beside_rgb or self.off


@dataclass(frozen=True, slots=True)
class Axis:
    """Along what the pictures of a file are ordered, of which one at a time is shown."""

    name: str
    """Such as "z", "t", "page"."""
    size: int
    labels: tuple[str, ...] = ()
    """What each is called; none, or ``size`` of them."""


@dataclass(frozen=True, slots=True)
class Series:
    """What is told of one of the images of a file, to choose by."""

    name: str
    width: int
    height: int
    channels: int
    z_planes: int
    time_points: int


def has_place(axes: Sequence[Axis], plane: tuple[int, ...]) -> bool:
    """Whether a plane is an index along each of some axes."""
    return (
        bool(axes)
        and len(plane) == len(axes)
        and all(0 <= at < axis.size for at, axis in zip(plane, axes, strict=True))
    )


@dataclass(frozen=True, slots=True)
class ImageDescription:
    """A read-only description of an opened image; available before any tile is decoded."""

    name: str
    """What a person calls it: the file name as it was given."""
    format: str
    """Such as "DeepZoom", "TIFF", "JPEG", "array"."""
    pyramid: Pyramid
    sample_type: SampleType
    color_model: ColorModel
    bands: int
    """Bands delivered, alpha not counted; CMYK and palettes arrive as RGB."""
    alpha: bool = False
    nodata: float | None = None
    """A sample value that means "nothing here" (NaN and infinities always do)."""
    offset: float = 0.0
    """What tiles have less than the file's own values: those of wide types that lie close together
    far from 0 are carried as their distance from this (`glview.sources.narrowing`). All else that
    tells or takes values (``nodata``, windows, samples under the pointer) has the file's own. 0
    where there is alpha."""
    offsets: tuple[float, ...] = ()
    """One for each band, where channels that lie apart have their own; ``offset`` is then the one
    farthest from 0, by which ``nodata`` is carried in all of them."""
    nodatas: tuple[float | None, ...] = ()
    """What the file has for ``nodata`` in each band, where channels that lie apart differ in it."""
    sparse: bool = False
    """Whether some tiles may have nothing (`TileSource.read_tile` gives None)."""
    pixel_size_um: tuple[float, float] | None = None
    """Physical width and height of a full-resolution pixel in micrometres."""
    metadata: Mapping[str, str] = field(default_factory=lambda: MappingProxyType({}))
    reading: Reading = Reading.COMPUTING
    """What `TileSource.read_tile` mostly does."""
    channels: tuple[Channel, ...] = ()
    """One for each band, or none where the file says nothing of them."""
    axes: tuple[Axis, ...] = ()
    """What else the file holds than the picture that this is of; slowest first."""
    plane: tuple[int, ...] = ()
    """Which picture this is of: an index along each of ``axes``."""
    all_series: tuple[Series, ...] = ()
    """The images of a file that holds several, each of a size and with axes of its own; else none.
    """
    series: int = 0
    """Which of them this is, counted from 0."""
    color_table: ColorTable | None = None
    """What an embedded profile makes of RGB; None where that is sRGB already."""
    lost: tuple[IntRect, ...] = ()
    """Parts in full-resolution pixels of which nothing could be decoded, where these are no tiles:
    the 256 largest. They are hatched."""
    is_profiled: bool = False
    """Whether a profile says what its RGB looks like, if only that it is sRGB."""
    objective_power: float | None = None
    """The magnification that full resolution was taken with, such as 40."""
    associated: tuple[str, ...] = ()
    """Pictures beside the image, such as "label" and "macro"."""
    background: tuple[float, float, float] | None = None
    """What is to be seen where it has nothing, and around it: 0 to 1, sRGB-encoded, as slides say
    it. None: what the viewer has."""

    @property
    def tile_nodata(self) -> float | None:
        """The no-data value as tiles have it."""
        return None if self.nodata is None else self.nodata - self.offset

    @property
    def band_offsets(self) -> tuple[float, ...]:
        """What each band has less in tiles than in the file."""
        return self.offsets or (self.offset,) * self.bands

    @property
    def each_channel(self) -> tuple[Channel, ...]:
        """One for each band, whether the file says anything of it or not."""
        told = len(self.channels) == self.bands
        return self.channels if told else (Channel(),) * self.bands

    @property
    def rgb_bands(self) -> range:
        """The bands that are the red, green and blue of a picture; none of other channels."""
        colors = self.color_model is ColorModel.RGB
        return range(3 if colors or any(told.beside_rgb for told in self.channels) else 0)

    def has_plane(self, plane: tuple[int, ...]) -> bool:
        """Whether the file has a picture there: an index along each of ``axes``."""
        return has_place(self.axes, plane)

    def __post_init__(self) -> None:
        """ValueError for pixels of no size."""
        size = self.pixel_size_um
        if size is not None and not all(0.0 < side < math.inf for side in size):
            raise ValueError(f"pixel_size_um must be positive and finite: {size}")
