"""How the pages of a TIFF make pictures: along which axes, and of which pages each (pure)."""

import itertools
import math
import re
from dataclasses import dataclass

from glview.image import Axis, Channel
from glview.planes import CHANNEL, channel_at
from glview.sources.ome import OmeImage, Place, parse_ome
from glview.sources.tiff_levels import PageLevel, main_page
from glview.sources.tiff_planes import picture_pages
from glview.sources.tiff_structure import Tag, TiffStructure
from glview.texels import MAX_BANDS

Plane = tuple[int, ...]
_PALETTE = 3


@dataclass(frozen=True, slots=True)
class Stack:
    """The pictures of a file.

    ``places`` are, for each plane, an index along each of ``axes``, the pages that it is made of:
    one, or one for each of ``channels``, which are an axis themselves where they are too many.
    Pages that the file does not say are None.
    """

    axes: tuple[Axis, ...]
    channels: tuple[Channel, ...]
    places: dict[Plane, tuple[Place | None, ...]]

    @property
    def first(self) -> Plane:
        """The plane that comes up."""
        return (0,) * len(self.axes)

    def channels_of(self, plane: Plane) -> tuple[Channel, ...]:
        """What the file says of the bands of a plane."""
        at = channel_at(self.axes, plane)
        return self.channels if at is None else self.channels[at : at + 1]


def stack_of(structure: TiffStructure, levels: tuple[PageLevel, ...], name: str) -> Stack | None:
    """The pictures of a TIFF of several, or of several channels; None for one of a single page.

    By OME-XML, else by ImageJ's description, else every page that is a picture like the first.
    ``levels`` are those of `chosen_levels`, ``name`` the file's own, as OME-XML may call it.
    """
    text = structure.directories[main_page(structure)].text(Tag.DESCRIPTION)
    declared = parse_ome(text) or _imagej(text, len(structure.directories))
    if declared is not None and _is_there(declared, structure, name):
        main = structure.directories[main_page(structure)]
        # A palette makes three bands of one sample.
        one_sample = main.samples == 1 and main.number(Tag.PHOTOMETRIC, 1) != _PALETTE
        return _of_axes(declared, name, merges=one_sample and declared.samples == 1)
    pages = picture_pages(structure, levels)
    if len(pages) < 2:
        return None
    axes = (Axis("page", len(pages)),)
    return Stack(axes, (), {(number,): (Place(page),) for number, page in enumerate(pages)})


def _is_there(declared: OmeImage, structure: TiffStructure, name: str) -> bool:
    """Whether there is more than one picture, and the first lies where the file says."""
    first = declared.places.get((0, 0, 0))
    if first is None or declared.size_c * declared.size_z * declared.size_t < 2:
        return False
    elsewhere = first.file not in ("", name)
    return elsewhere or first.page < len(structure.directories)


def _of_axes(declared: OmeImage, name: str, *, merges: bool) -> Stack:
    """Channels in one picture, as far as there is room for so many; z and time as axes.

    Not where ``merges`` is False, since each is a picture in colours.
    """
    merged = merges and 1 < declared.size_c <= MAX_BANDS
    sizes = [("t", declared.size_t), ("z", declared.size_z)]
    if not merged:
        sizes.append((CHANNEL, declared.size_c))
    kept = [(axis, size) for axis, size in sizes if size > 1]
    labels = tuple(channel.name for channel in declared.channels)
    axes = tuple(
        Axis(axis, size, labels if axis == CHANNEL and all(labels) else ()) for axis, size in kept
    )
    places: dict[Plane, tuple[Place | None, ...]] = {}
    for plane in itertools.product(*(range(size) for _, size in kept)):
        at = dict(zip((axis for axis, _ in kept), plane, strict=True))
        bands = range(declared.size_c) if merged else (at.get(CHANNEL, 0),)
        found = (declared.places.get((band, at.get("z", 0), at.get("t", 0))) for band in bands)
        places[plane] = tuple(_own(place, name) for place in found)
    return Stack(axes, declared.channels if merges else (), places)


def _own(place: Place | None, name: str) -> Place | None:
    """With no name for a page of the file itself."""
    return Place(place.page) if place is not None and place.file == name else place


def _imagej(text: str, pages: int) -> OmeImage | None:
    """An ImageJ stack: its channels come fastest, then its slices, then its frames.

    None where they have no pages of their own, as those past 4 GB.
    """
    if not text.startswith("ImageJ="):
        return None
    said = dict(line.partition("=")[::2] for line in text.splitlines())
    size_c, size_z, size_t = (_count(said.get(key)) for key in ("channels", "slices", "frames"))
    if size_c * size_z * size_t == 1:
        size_z = _count(said.get("images"))
    if size_c * size_z * size_t > pages:
        return None
    places = {
        (c, z, t): Place(c + size_c * (z + size_z * t))
        for t, z, c in itertools.product(range(size_t), range(size_z), range(size_c))
    }
    windows = _window(said)
    channels = tuple(Channel(window=windows if size_c == 1 else None) for _ in range(size_c))
    return OmeImage(size_c, size_z, size_t, 1, channels, places)


def _window(said: dict[str, str]) -> tuple[float, float] | None:
    """What ImageJ showed as black and as white."""
    try:
        low, high = float(said["min"]), float(said["max"])
    except (KeyError, ValueError):
        return None
    return (low, high) if math.isfinite(low) and math.isfinite(high) and low < high else None


def _count(text: str | None) -> int:
    return max(1, int(text)) if text and re.fullmatch(r"[0-9]{1,9}", text) else 1
