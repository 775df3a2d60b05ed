"""XML that a file brings (pure)."""

import re
import xml.etree.ElementTree as ET

_MARKS = (b"\xff\xfe", b"\xfe\xff")
"""Of UTF-16 in either byte order."""
_LATIN = re.compile(rb"<\?xml[^>]{1,100}encoding\s*=\s*[\"'](iso-8859-1|latin-?1)", re.IGNORECASE)


def xml_text(data: bytes) -> str:
    """The text of an XML file, in one of the encodings that programs write it in."""
    if data[:2] in _MARKS:
        return data.decode("utf-16", "replace")
    encoding = "latin-1" if _LATIN.match(data) else "utf-8-sig"
    return data.decode(encoding, "replace")


def xml_root(text: str) -> ET.Element | None:
    """The root of a text in XML; None where it is none, or has entities of its own."""
    if "<!DOCTYPE" in text or "<!ENTITY" in text:
        return None  # entities of entities would take all memory
    try:
        return ET.fromstring(text)
    except (ET.ParseError, ValueError):
        return None
