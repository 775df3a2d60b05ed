"""How the pages of a TIFF make pictures: along which axes, and of which pages each (pure)."""

import itertools
import math
from dataclasses import dataclass, replace

from glview.image import Axis, Channel, Series
from glview.planes import CHANNEL, AskedPlane, Plane, channel_at, names_channel
from glview.sources.imagej_display import imagej_channels
from glview.sources.imagej_text import read_imagej
from glview.sources.ome import OmeImage, Place
from glview.sources.tiff_levels import PageLevel, is_alike, main_page
from glview.sources.tiff_pages import has_one_band, is_volume, picture_pages
from glview.sources.tiff_pixel_size import pixel_size_um
from glview.sources.tiff_qpi import qpi_channels
from glview.sources.tiff_sample import has_many
from glview.sources.tiff_shaped import read_shaped
from glview.sources.tiff_structure import Directory, ReadAt, Tag, TiffStructure
from glview.sources.tiff_tables import with_table_colors
from glview.texels import MAX_BANDS


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
    pixel_size_um: tuple[float, float] | None = None
    """Where the file tells it of all of them."""
    alone: bool = False
    """Whether the file holds other images, whose pages are no levels of these."""
    samples: int = 0
    """Of each page, where they are the last axis, since one picture has no room for them all."""

    @property
    def first(self) -> Plane:
        """The plane that comes up."""
        return (0,) * len(self.axes)

    def pages_of(self, plane: Plane) -> tuple[Place | None, ...]:
        """The pages that a plane is made of."""
        return self.places[plane[:-1] if self.samples else plane]

    def sample_of(self, plane: Plane) -> int:
        """Which sample of its page a plane is; 0 where it is all of them."""
        return plane[-1] if self.samples else 0

    @property
    def together(self) -> int:
        """How many channels each plane shows."""
        return len(self.places[self.first[: -1 if self.samples else None]])

    def meant(self, asked: AskedPlane) -> "Stack":
        """With its channels as the last axis where one of them is asked for, by words."""
        if self.together == 1 or not names_channel(asked):
            return self
        names = tuple(channel.name for channel in self.channels)
        axis = Axis(CHANNEL, self.together, names if all(names) else ())
        places: dict[Plane, tuple[Place | None, ...]] = {
            (*plane, band): (place,)
            for plane, found in self.places.items()
            for band, place in enumerate(found)
        }
        return replace(self, axes=(*self.axes, axis), places=places)

    def channels_of(self, plane: Plane) -> tuple[Channel, ...]:
        """What the file says of the bands of a plane."""
        at = channel_at(self.axes, plane)
        return self.channels if at is None else self.channels[at : at + 1]


def series_in(structure: TiffStructure) -> tuple[Series, ...]:
    """The images of a TIFF that holds several, each of a size of its own; of others none."""
    told = () if structure.ome is None else structure.ome.series
    return told if len(told) > 1 else ()


def stack_of(
    structure: TiffStructure,
    levels: tuple[PageLevel, ...],
    name: str,
    read_at: ReadAt,
) -> Stack | None:
    """The pictures of a TIFF of several, or of several channels; None for one of a single page.

    But for one of ImageJ's that it showed in a window or a colour, and one of more bands than a
    picture has room for.

    By OME-XML, else by the description of ImageJ, of tifffile or of a QPTIFF, else every page that
    is a picture like the first. ``levels`` are those of `chosen_levels`, ``name`` is the file's
    own, as OME-XML may call it.
    """
    number = main_page(structure)
    main = structure.directories[number]
    several = bool(series_in(structure))
    declared = None if structure.ome is None else structure.ome.image
    alone = several
    if declared is not None:
        colored = with_table_colors(declared, structure, name, read_at)
        declared, alone = colored, several or colored != declared
    else:
        declared = _imagej(structure, main, read_at) or _shaped(structure, main)
        if declared is not None:
            declared = with_table_colors(declared, structure, name, read_at)
        alone = declared is not None and any(channel != Channel() for channel in declared.channels)
    if declared is not None and _is_there(declared, structure, name, alone=alone):
        first = declared.places[0, 0, 0]
        if first.file in ("", name):
            main = structure.directories[first.page]
        stack = _of_axes(declared, name, merges=has_one_band(main, declared.samples))
        stack = replace(stack, pixel_size_um=declared.pixel_size_um, alone=several)
        return _by_samples(stack, main)
    pages = picture_pages(structure, levels)
    if len(pages) > 1 and is_volume(structure, pages):
        volume = {(0, z, 0): Place(page) for z, page in enumerate(pages)}
        image = OmeImage(1, len(pages), 1, main.samples, (Channel(),), volume)
        return _by_samples(_of_axes(image, name, merges=False), main)
    scanned = qpi_channels((page, structure.directories[page]) for page in pages)
    told = len(scanned) > 1 or scanned.get(number, Channel()) != Channel()
    if number in scanned and told and has_one_band(main, 1):
        found = {(band, 0, 0): Place(page) for band, page in enumerate(scanned)}
        image = OmeImage(len(scanned), 1, 1, 1, tuple(scanned.values()), found)
        return _of_axes(image, name, merges=True)
    if len(pages) < 2:
        return _by_samples(Stack((), (), {(): (Place(number),)}), main) if has_many(main) else None
    axes = (Axis("page", len(pages)),)
    places: dict[Plane, tuple[Place | None, ...]] = {
        (number,): (Place(page),) for number, page in enumerate(pages)
    }
    return _by_samples(Stack(axes, (), places), main)


def _by_samples(stack: Stack, page: Directory) -> Stack:
    """With an axis of the samples of a page such as this, if they are too many."""
    if not has_many(page):
        return stack
    name = CHANNEL if all(axis.name != CHANNEL for axis in stack.axes) else "band"
    axes = (*stack.axes, Axis(name, page.samples))
    return replace(stack, axes=axes, samples=page.samples)


def _is_there(declared: OmeImage, structure: TiffStructure, name: str, *, alone: bool) -> bool:
    """Whether the first picture lies where the file says; of a single one only if ``alone``."""
    first = declared.places.get((0, 0, 0))
    if first is None or not (alone or declared.size_c * declared.size_z * declared.size_t > 1):
        return False
    elsewhere = first.file not in ("", name)
    return elsewhere or 0 <= first.page < len(structure.directories)


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


def _imagej(structure: TiffStructure, page: Directory, read_at: ReadAt) -> OmeImage | None:
    """An ImageJ stack: its channels come fastest, then its slices, then its frames.

    None where they have no pages of their own, as those past 4 GB.
    """
    said = read_imagej(page.text(Tag.DESCRIPTION))
    if said is None:
        return None
    size_c, size_z, size_t = said.sizes
    if size_c * size_z * size_t > len(structure.directories):
        return None
    places = {
        (c, z, t): Place(c + size_c * (z + size_z * t))
        for t, z, c in itertools.product(range(size_t), range(size_z), range(size_c))
    }
    channels = imagej_channels(page, said, size_c, structure.byte_order, read_at)
    return OmeImage(size_c, size_z, size_t, 1, channels, places, pixel_size_um(page, None))


def _has_pages(structure: TiffStructure, page: Directory, count: int) -> bool:
    """Whether so many pages at the beginning, and no others, are pictures such as this."""
    alike = [one is page or is_alike(one, page) for one in structure.directories]
    return count <= len(alike) and all(alike[:count]) and not any(alike[count:])


def _shaped(structure: TiffStructure, page: Directory) -> OmeImage | None:
    """An array that tifffile wrote, of which somebody told the axes; a page for each picture."""
    told = read_shaped(page.text(Tag.DESCRIPTION))
    sizes = None if told is None else told.stack
    if told is None or not sizes or not _has_pages(structure, page, math.prod(sizes.values())):
        return None
    places = {}
    for number, at in enumerate(itertools.product(*map(range, sizes.values()))):
        index = dict(zip(sizes, at, strict=True))
        places[index.get("C", 0), index.get("Z", 0), index.get("T", 0)] = Place(number)
    size_c, size_z, size_t = (sizes.get(axis, 1) for axis in "CZT")
    names = told.channel_names if len(told.channel_names) == size_c else ("",) * size_c
    return OmeImage(size_c, size_z, size_t, page.samples, tuple(map(Channel, names)), places)
