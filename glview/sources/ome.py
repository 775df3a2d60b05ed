"""What OME-XML says of the pictures of a TIFF (pure).

After the OME model of 2016-06 (https://docs.openmicroscopy.org/ome-model/): the first ``Image``,
its ``Pixels``, ``Channel`` and ``TiffData``.
"""

import itertools
import xml.etree.ElementTree as ET
from collections.abc import Iterator
from dataclasses import dataclass, field

from glview.image import Channel

MAX_PLANES = 1 << 20
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
    """The first image: how many pictures along each axis, and where each of them lies.

    ``channels`` are what is said of each channel that is a picture of its own (``size_c`` of them),
    of ``samples`` a pixel.
    """

    size_c: int
    size_z: int
    size_t: int
    samples: int
    channels: tuple[Channel, ...]
    places: dict[Index, Place] = field(default_factory=dict)


def parse_ome(text: str) -> OmeImage | None:
    """What a description in OME-XML says; None for another text, and one that makes no sense."""
    if "<OME" not in text and ":OME" not in text:
        return None
    if "<!DOCTYPE" in text or "<!ENTITY" in text:
        return None  # entities of entities would take all memory
    try:
        root = ET.fromstring(text)
    except (ET.ParseError, ValueError):
        return None
    pixels = next(_named(root, "Pixels"), None)
    if pixels is None:
        return None
    told = list(_named(pixels, "Channel"))
    # The samples of an RGB pixel count as channels, and are one picture.
    samples = max(1, _number(told[0], "SamplesPerPixel", 1)) if told else 1
    size_c, size_z, size_t = (max(1, _number(pixels, f"Size{axis}", 1)) for axis in "CZT")
    size_c = max(1, size_c // samples)
    if size_c * size_z * size_t > MAX_PLANES:
        return None
    channels = tuple(map(_channel, told[:size_c])) if samples == 1 else ()
    if len(channels) != size_c:
        channels = (Channel(),) * size_c
    order = _ORDERS.get(pixels.get("DimensionOrder", ""), "CZT")
    sizes = {"C": size_c, "Z": size_z, "T": size_t}
    places = _places(pixels, order, sizes, samples, root.get("UUID", ""))
    return OmeImage(size_c, size_z, size_t, samples, channels, places)


def _places(
    pixels: ET.Element, order: str, sizes: dict[str, int], samples: int, own: str
) -> dict[Index, Place]:
    """By each ``TiffData``; one without a page of its own counts on from the first.

    ``own`` is the file's identity, by which it knows itself under another name, too.
    """
    total = sizes["C"] * sizes["Z"] * sizes["T"]
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
        for number, index in enumerate(_from(first, order, sizes, max(0, min(count, total)))):
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
