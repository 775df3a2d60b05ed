"""Reads a DeepZoom description (pure; nothing of the tiles)."""

import re
from dataclasses import dataclass
from xml.etree import ElementTree as ET
from xml.parsers import expat

from glview.errors import ImageError, UnsupportedImageError
from glview.pyramid import Rect
from glview.sources.converters import unread_file

_NAMESPACES = (
    "",
    "{http://schemas.microsoft.com/deepzoom/2008}",
    "{http://schemas.microsoft.com/deepzoom/2009}",
)
_OTHERS = {"IMAGE_PROPERTIES": "Zoomify", "svg": "SVG", "VRTDataset": "GDAL VRT"}
MAX_BYTES = 1 << 20
"""Larger descriptions are refused: real ones have some 200 bytes, sparse ones a few thousand."""
_MAX_SIDE_PX = (1 << 31) - 1
"""Past this no file system holds the tiles, and arithmetic in 32-bit files ends."""
_MAX_RECTS = 10_000


@dataclass(frozen=True, slots=True)
class DisplayRect:
    """Where a sparse image has tiles: an image rectangle, on a range of DeepZoom levels."""

    i_rect: Rect
    min_level: int
    max_level: int


@dataclass(frozen=True, slots=True)
class DeepZoomXml:
    """What a description declares, checked for plausibility."""

    width: int
    height: int
    tile_size_px: int
    overlap_px: int
    extension: str
    display_rects: tuple[DisplayRect, ...]


def parse_deepzoom(data: bytes, name: str) -> DeepZoomXml:
    """The description in ``data``; ImageError naming ``name`` and the fault.

    Document types are refused, so no entity can expand and nothing outside is fetched.
    UnsupportedImageError where the XML is something else than DeepZoom.
    """
    root = _root(data, name)
    space = root.tag.removesuffix("Image")
    if not root.tag.endswith("Image") or space not in _NAMESPACES:
        local = _local(root.tag)
        kind = _OTHERS.get(local, f"XML with root <{local}>")
        raise UnsupportedImageError(name, unread_file(kind))
    size = root.find(f"{space}Size")
    holder = root if size is None else size
    width = _number(holder, "Width", name, 1, _MAX_SIDE_PX)
    height = _number(holder, "Height", name, 1, _MAX_SIDE_PX)
    tile_size = _number(root, "TileSize", name, 1, _MAX_SIDE_PX)
    overlap = _number(root, "Overlap", name, 0, _MAX_SIDE_PX, default=0)
    if overlap > tile_size:
        raise ImageError(name, f"overlap {overlap} is larger than the tile size {tile_size}")
    extension = root.get("Format", "").removeprefix(".")
    if not re.fullmatch(r"[A-Za-z0-9]{1,16}", extension):
        # It becomes a part of file names: anything else could leave the tile folder.
        raise ImageError(name, f"tile format {extension[:40]!r} is not a file extension")
    rects = root.findall(f"{space}DisplayRects/{space}DisplayRect")
    if len(rects) > _MAX_RECTS:
        raise ImageError(name, f"{len(rects)} display rectangles, more than {_MAX_RECTS}")
    return DeepZoomXml(
        width,
        height,
        tile_size,
        overlap,
        extension,
        tuple(_display_rect(element, space, name) for element in rects),
    )


class _DoctypeError(Exception):
    """Stops the parser where a document type begins."""


def _root(data: bytes, name: str) -> ET.Element:
    if len(data) > MAX_BYTES:
        raise ImageError(name, f"a description of more than {MAX_BYTES} bytes")
    try:
        _refuse_doctype(data)
        return ET.fromstring(data)
    except _DoctypeError:
        raise ImageError(name, "XML with a document type is refused") from None
    except (ET.ParseError, expat.ExpatError, ValueError, LookupError) as error:
        raise ImageError(name, f"broken XML: {error}") from None


def _refuse_doctype(data: bytes) -> None:
    def refuse(*_: object) -> None:
        raise _DoctypeError

    parser = expat.ParserCreate()
    parser.StartDoctypeDeclHandler = refuse
    parser.EntityDeclHandler = refuse
    parser.Parse(data, True)


def _local(tag: str) -> str:
    return tag.rpartition("}")[2][:40]


def _number(
    element: ET.Element,
    key: str,
    name: str,
    low: int,
    high: int,
    *,
    default: int | None = None,
) -> int:
    text = element.get(key)
    if text is None:
        if default is not None:
            return default
        raise ImageError(name, f"<{_local(element.tag)}> has no {key}")
    text = text.strip()
    if not re.fullmatch(r"[+-]?[0-9]{1,20}", text):
        raise ImageError(name, f"{key} is {text[:40]!r}, not a whole number")
    value = int(text)
    if not low <= value <= high:
        raise ImageError(name, f"{key} is {value}, outside {low} to {high}")
    return value


def _display_rect(element: ET.Element, space: str, name: str) -> DisplayRect:
    rect = element.find(f"{space}Rect")
    if rect is None:
        raise ImageError(name, "<DisplayRect> has no Rect")
    x = _number(rect, "X", name, 0, _MAX_SIDE_PX)
    y = _number(rect, "Y", name, 0, _MAX_SIDE_PX)
    width = _number(rect, "Width", name, 0, _MAX_SIDE_PX)
    height = _number(rect, "Height", name, 0, _MAX_SIDE_PX)
    return DisplayRect(
        Rect(x, y, x + width, y + height),
        _number(element, "MinLevel", name, 0, 64, default=0),
        _number(element, "MaxLevel", name, 0, 64, default=64),
    )
