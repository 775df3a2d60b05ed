"""Which files are slides of a microscope's maker: by their content (pure but for `is_mirax`)."""

import enum
import os
import re

from glview.sources.tiff_structure import Directory, Tag, TiffStructure

EXTRA = "pip install 'glview-bigimage[slides]'"
"""What brings OpenSlide."""
_NDPI_FORMAT = 65420
"""A tag of Hamamatsu's, with which OpenSlide knows an NDPI, too."""


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

MACRO_FIRST = frozenset({Vendor.LEICA, Vendor.VENTANA})
"""Whose TIFFs begin with the macro, which may have the label on it: a TIFF reader that knows no
slides would show it for the slide."""

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


def vendor_of_tiff(structure: TiffStructure) -> Vendor | None:
    """Whose slide a TIFF is, by the tags that OpenSlide knows it by; None for any other."""
    page = structure.directories[0]
    description, software = page.text(Tag.DESCRIPTION), page.text(Tag.SOFTWARE)
    if description.startswith("Aperio"):
        return Vendor.APERIO
    if _NDPI_FORMAT in page.entries:
        return Vendor.HAMAMATSU
    if "<scn " in description[:1000]:
        return Vendor.LEICA
    if software.startswith("Philips"):
        return Vendor.PHILIPS
    if software.startswith("MedScan"):
        return Vendor.TRESTLE
    if "iScan" in _xmp(structure):
        return Vendor.VENTANA
    return Vendor.ARGOS if "Argos" in description[:1000] else None


def _xmp(structure: TiffStructure) -> str:
    return "".join(_page_xmp(page) for page in structure.directories[:8])


def _page_xmp(page: Directory) -> str:
    return page.text(Tag.XMP)[:4096]
