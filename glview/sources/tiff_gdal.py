"""What the metadata that GDAL writes into a TIFF calls its bands (pure)."""

import xml.etree.ElementTree as ET

from glview.sources.tiff_structure import Directory, Tag

_DESCRIPTION, _COLOR = "description", "colorinterp"
_NO_NAMES = ("Undefined", "Gray")
_DIGITS = 5
"""Of a sample's number, of which there are 65,535 at most."""


def band_names(page: Directory) -> dict[int, str]:
    """By the number of the sample, from 0: its description, else what colour it is said to be."""
    text = page.text(Tag.GDAL_METADATA)
    if "<!DOCTYPE" in text or "<!ENTITY" in text:
        return {}  # entities of entities would take all memory
    try:
        root = ET.fromstring(text)
    except (ET.ParseError, ValueError):
        return {}
    found: dict[str, dict[int, str]] = {_DESCRIPTION: {}, _COLOR: {}}
    for item in root.iter("Item"):
        role, sample = item.get("role", ""), item.get("sample", "")
        name = " ".join((item.text or "").split())
        counts = sample.isascii() and sample.isdigit() and len(sample) <= _DIGITS
        if role in found and counts and name and name not in _NO_NAMES:
            found[role].setdefault(int(sample), name)
    return found[_COLOR] | found[_DESCRIPTION]
