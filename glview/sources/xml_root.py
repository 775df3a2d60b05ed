"""XML that a file brings (pure)."""

import xml.etree.ElementTree as ET


def xml_root(text: str) -> ET.Element | None:
    """The root of a text in XML; None where it is none, or has entities of its own."""
    if "<!DOCTYPE" in text or "<!ENTITY" in text:
        return None  # entities of entities would take all memory
    try:
        return ET.fromstring(text)
    except (ET.ParseError, ValueError):
        return None
