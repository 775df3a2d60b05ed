"""What OME-XML says of the pictures of a TIFF (pure).

After the OME model of 2016-06 (https://docs.openmicroscopy.org/ome-model/): each ``Image``, its
``Pixels``, ``Channel`` and ``TiffData``.
"""

import itertools
import math
import xml.etree.ElementTree as ET
from collections.abc import Iterator
from dataclasses import dataclass, field, replace

from glview.image import Channel, Series
from glview.sources.lengths import UNITS_UM
from glview.sources.xml_root import xml_root

MAX_PLANES = 1 << 17
"""More are not looked at: a forged size would have a table of them made for years."""
_ORDERS = {"XYCZT": "CZT", "XYCTZ": "CTZ", "XYZCT": "ZCT", "XYZTC": "ZTC", "XYTCZ": "TCZ",
           "XYTZC": "TZC"}  # fmt: skip
"""What changes from page to page fastest, next, and slowest."""


@dataclass(frozen=True, slots=True)
class Place:
    """Where a picture lies: a page of this file, or of another in the same folder."""

    page: int
    file: str = ""


Index = tuple[int, int, int]
"""Of a picture: its channel, its z, its time."""


@dataclass(frozen=True, slots=True)
class OmeImage:
    """An image: how many pictures along each axis, and where each of them lies.

    ``channels`` are what is said of each channel that is a picture of its own (``size_c`` of them),
    of ``samples`` a pixel.
    """

    size_c: int
    size_z: int
    size_t: int
    samples: int
    channels: tuple[Channel, ...]
    places: dict[Index, Place] = field(default_factory=dict)
    pixel_size_um: tuple[float, float] | None = None


@dataclass(frozen=True, slots=True)
class Ome:
    """What OME-XML says of the images of a file, and more of one of them."""

    series: tuple[Series, ...]
    """All of them, in the order of the text; at least one."""
    image: OmeImage | None
    """The one that is asked for; None where it makes no sense, or is not there."""
    sizes: tuple[int, int, int] = (1, 1, 1)
    """Its channels that are pictures of their own, z planes and times."""
    pixel_size_um: tuple[float, float] | None = None
    """Of the first image, whose page has the text."""


def read_ome(text: str, number: int = 0) -> Ome | None:
    """What a description in OME-XML says, most of it of image ``number``, counted from 0.

    None for another text, and one that tells of no image. To be called once for a file: a text of
    megabytes takes a second.
    """
    root = _root(text)
    images = [] if root is None else _images(root)
    if root is None or not images:
        return None
    series = tuple(_series(image, pixels) for image, pixels in images)
    first_size_um = _pixel_size_um(images[0][1])
    if not 0 <= number < len(images):
        return Ome(series, None, pixel_size_um=first_size_um)
    pixels = images[number][1]
    sizes = _sizes(pixels)[:3]
    return Ome(series, _image(pixels, root.get("UUID", "")), sizes, first_size_um)


def _image(pixels: ET.Element, own: str) -> OmeImage | None:
    """``own`` is the file's identity, by which it knows itself under another name, too."""
    told = list(_named(pixels, "Channel"))
    size_c, size_z, size_t, samples = _sizes(pixels)
    if size_c * size_z * size_t > MAX_PLANES:
        return None
    channels = tuple(map(_channel, told[:size_c]))
    if len(channels) != size_c:
        channels = (Channel(),) * size_c
    if size_c > 1 and len({channel.color for channel in channels}) == 1:
        # Such as -1, white, which some programs write of each: then nothing is said.
        channels = tuple(replace(channel, color=None) for channel in channels)
    limits = _limits(pixels)
    if limits is not None:
        channels = tuple(replace(channel, limits=limits) for channel in channels)
    order = _ORDERS.get(pixels.get("DimensionOrder", ""), "CZT")
    sizes = {"C": size_c, "Z": size_z, "T": size_t}
    places = _places(pixels, order, sizes, samples, own)
    return OmeImage(size_c, size_z, size_t, samples, channels, places, _pixel_size_um(pixels))


def _limits(pixels: ET.Element) -> tuple[float, float] | None:
    """The least and the largest sample of a camera of fewer bits than its samples have."""
    bits = _number(pixels, "SignificantBits", 0)
    return (0.0, 2.0**bits - 1.0) if pixels.get("Type") == "uint16" and 8 < bits < 16 else None


def looks_ome(text: str) -> bool:
    """Whether a text may be OME-XML."""
    return "<OME" in text or ":OME" in text


def _root(text: str) -> ET.Element | None:
    return xml_root(text) if looks_ome(text) else None


def _images(root: ET.Element) -> list[tuple[ET.Element, ET.Element]]:
    """Each image with its pixels."""
    found = ((image, next(_named(image, "Pixels"), None)) for image in _named(root, "Image"))
    return [(image, pixels) for image, pixels in found if pixels is not None]


def _series(image: ET.Element, pixels: ET.Element) -> Series:
    size_c, size_z, size_t, _ = _sizes(pixels)
    width, height = (_number(pixels, f"Size{axis}", 0) for axis in "XY")
    return Series(image.get("Name", "").strip(), width, height, size_c, size_z, size_t)


def _sizes(pixels: ET.Element) -> tuple[int, int, int, int]:
    """Channels that are pictures of their own, z planes, times, and samples a pixel."""
    first = next(_named(pixels, "Channel"), None)
    # The samples of an RGB pixel count as channels, and are one picture.
    samples = max(1, _number(first, "SamplesPerPixel", 1)) if first is not None else 1
    size_c, size_z, size_t = (max(1, _number(pixels, f"Size{axis}", 1)) for axis in "CZT")
    return max(1, size_c // samples), size_z, size_t, samples


def _pixel_size_um(pixels: ET.Element) -> tuple[float, float] | None:
    sides = []
    for axis in "XY":
        unit = UNITS_UM.get(pixels.get(f"PhysicalSize{axis}Unit", "µm").strip().lower())
        try:
            side = float(pixels.get(f"PhysicalSize{axis}", "nan")) * (unit or math.nan)
        except ValueError:
            return None
        sides.append(side)
    return (sides[0], sides[1]) if all(0.0 < side < math.inf for side in sides) else None


def _places(
    pixels: ET.Element, order: str, sizes: dict[str, int], samples: int, own: str
) -> dict[Index, Place]:
    """By each ``TiffData``; one without a page of its own counts on from the first."""
    total = sizes["C"] * sizes["Z"] * sizes["T"]
    # Each picture is told of once. Forged text may tell of all of them 95,000 times.
    left = 2 * total
    places: dict[Index, Place] = {}
    for data in _named(pixels, "TiffData"):
        uuid = next(_named(data, "UUID"), None)
        elsewhere = uuid is not None and not (own and (uuid.text or "").strip() == own)
        file = uuid.get("FileName", "") if uuid is not None and elsewhere else ""
        page = _number(data, "IFD", 0)
        count = _number(data, "PlaneCount", 1 if data.get("IFD") else total)
        first = {
            "C": _number(data, "FirstC", 0) // samples,
            "Z": _number(data, "FirstZ", 0),
            "T": _number(data, "FirstT", 0),
        }
        count = max(0, min(count, total, left))
        left -= count
        for number, index in enumerate(_from(first, order, sizes, count)):
            places.setdefault(index, Place(page + number, file))
    return places


def _from(first: dict[str, int], order: str, sizes: dict[str, int], count: int) -> Iterator[Index]:
    """So many pictures from one on, in the order of the pages."""
    fast, middle, slow = (sizes[axis] for axis in order)
    start = first[order[0]] + fast * (first[order[1]] + middle * first[order[2]])
    for number in itertools.islice(itertools.count(start), count):
        if number >= fast * middle * slow:
            return
        at = {
            order[0]: number % fast,
            order[1]: number // fast % middle,
            order[2]: number // (fast * middle),
        }
        yield at["C"], at["Z"], at["T"]


def _channel(told: ET.Element) -> Channel:
    """Name and colour; a colour is four bytes in one signed number, alpha last."""
    color = None
    if told.get("Color"):
        packed = _number(told, "Color", -1) & 0xFFFFFFFF
        red, green, blue = packed >> 24, packed >> 16 & 255, packed >> 8 & 255
        color = (red / 255.0, green / 255.0, blue / 255.0) if red or green or blue else None
    return Channel(told.get("Name", "").strip(), color)


def _named(element: ET.Element, name: str) -> Iterator[ET.Element]:
    """All elements below one of a name, in whichever namespace, in the order of the text."""
    return (found for found in element.iter() if found.tag.rpartition("}")[2] == name)


def _number(element: ET.Element, name: str, default: int) -> int:
    try:
        return int(element.get(name, default))
    except ValueError:
        return default
