"""Which files are slides of a microscope's maker: by their content (pure but for `is_mirax`)."""

import contextlib
import enum
import io
import os
import re
from xml.etree import ElementTree as ET

from glview.sources.tiff_ndpi import FORMAT_TAG
from glview.sources.tiff_structure import Directory, ReadAt, Tag, TiffStructure

EXTRA = "pip install 'glview-bigimage[slides]'"
"""What brings OpenSlide."""
_ARGOS_METADATA = 65000
"""A tag of the maker's own, with which OpenSlide knows its slides, too."""
_LEICA = (
    "{http://www.leica-microsystems.com/scn/2010/03/10}",
    "{http://www.leica-microsystems.com/scn/2010/10/01}",
)
"""The namespaces of Leica's slides."""
_BYTES = (1, 2, 7)
"""TIFF's types BYTE, ASCII and UNDEFINED."""
_HEAD_BYTES = 1 << 16
"""So much of a text is looked at: Philips' has pictures in it, megabytes of them."""


class Vendor(enum.Enum):
    """Makers of slides, by OpenSlide's names of them."""

    APERIO = "aperio"
    ARGOS = "argos"
    DICOM = "dicom"
    HAMAMATSU = "hamamatsu"
    LEICA = "leica"
    MIRAX = "mirax"
    PHILIPS = "philips"
    SAKURA = "sakura"
    TRESTLE = "trestle"
    VENTANA = "ventana"
    ZEISS = "zeiss"


NAMES = {
    Vendor.APERIO: "Aperio slide",
    Vendor.ARGOS: "Argos slide",
    Vendor.DICOM: "DICOM slide",
    Vendor.HAMAMATSU: "Hamamatsu slide",
    Vendor.LEICA: "Leica slide",
    Vendor.MIRAX: "MIRAX slide",
    Vendor.PHILIPS: "Philips slide",
    Vendor.SAKURA: "Sakura slide",
    Vendor.TRESTLE: "Trestle slide",
    Vendor.VENTANA: "Ventana slide",
    Vendor.ZEISS: "Zeiss slide",
}
"""What people are told that an image is."""

NOT_OURS = frozenset({Vendor.HAMAMATSU, Vendor.LEICA, Vendor.VENTANA})
"""Whose TIFFs a reader that knows no slides would show wrongly.

Leica's and Ventana's begin with the macro, which may have the label on it; Hamamatsu's have places
past 32 bits and other focal planes.
"""

_HEADS = (
    (re.compile(rb".{128}DICM", re.DOTALL), Vendor.DICOM),
    (re.compile(rb"SQLite format 3\0"), Vendor.SAKURA),
    (re.compile(rb"ZISRAWFILE"), Vendor.ZEISS),
    (re.compile(rb"\s*\[(Uncompressed )?Virtual Microscope Specimen\]"), Vendor.HAMAMATSU),
)
SHARED = {Vendor.DICOM: "DICOM", Vendor.SAKURA: "an SQLite database", Vendor.ZEISS: "Zeiss CZI"}
"""Kinds of file that are used for much else, and what they are called."""


def vendor_of(head: bytes) -> Vendor | None:
    """Whose slide a file may be that is no TIFF and begins with ``head``; None for any other.

    Its first bytes may be those of other files, too (DICOM, SQLite): OpenSlide knows.
    """
    return next((vendor for pattern, vendor in _HEADS if pattern.match(head)), None)


def looks_of(vendor: Vendor) -> str:
    """What a file of `vendor_of` is called where it turns out to be no slide."""
    return SHARED.get(vendor, f"a {NAMES[vendor]}")


def is_mirax(path: str) -> bool:
    """Whether a file is a MIRAX slide's: its tiles lie in the folder of its name beside it.

    The file itself is a JPEG like others. Asks the file system.
    """
    folder, suffix = os.path.splitext(path)
    return suffix.lower() == ".mrxs" and os.path.isfile(os.path.join(folder, "Slidedat.ini"))


def vendor_of_tiff(structure: TiffStructure, read_at: ReadAt) -> Vendor | None:
    """Whose slide a TIFF is, by what OpenSlide 4.0 knows it by; None for any other.

    Of XML the beginning is looked at, where OpenSlide wants all of it to be well formed.
    """
    page = structure.directories[0]
    if FORMAT_TAG in page.entries:
        return Vendor.HAMAMATSU
    software = page.text(Tag.SOFTWARE)
    described = Tag.DESCRIPTION in page.entries
    if software.startswith("MedScan") and described and all(p.tiled for p in structure.directories):
        return Vendor.TRESTLE
    description = _head(page, Tag.DESCRIPTION, read_at)
    if page.tiled and description.startswith(b"Aperio"):
        return Vendor.APERIO
    if page.tiled and _root(_head(page, _ARGOS_METADATA, read_at)).tag == "Argos.Scan.Metadata":
        return Vendor.ARGOS
    root = _root(description)
    if page.tiled and root.tag.startswith(_LEICA):
        return Vendor.LEICA
    imported = root.tag == "DataObject" and root.get("ObjectType") == "DPUfsImport"
    if software.startswith("Philips") and imported:
        return Vendor.PHILIPS
    root = _root(_head(page, Tag.XMP, read_at))
    scanned = root.tag == "Metadata" and root.find("iScan") is not None
    return Vendor.VENTANA if root.tag == "iScan" or scanned else None


def _head(page: Directory, tag: int, read_at: ReadAt) -> bytes:
    """How a text of a page begins, of whichever type of single bytes; empty without one."""
    entry = page.entries.get(tag)
    if entry is None or entry.type not in _BYTES:
        return b""
    return read_at(entry.offset, min(entry.size_bytes, _HEAD_BYTES)).partition(b"\0")[0]


def _root(text: bytes) -> ET.Element:
    """The root of XML, with what of its children lies in the text; an empty one for no XML."""
    found: list[ET.Element] = []
    with contextlib.suppress(ET.ParseError, ValueError, LookupError):
        for _, element in ET.iterparse(io.BytesIO(text), ("start",)):
            found.append(element)  # what comes before an error, or the end, counts
    return found[0] if found else ET.Element("")
