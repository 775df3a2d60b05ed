"""OME-XML in a file of its own, beside the TIFFs that it tells of (``*.companion.ome``).

It names the TIFF of each picture; each TIFF has a ``BinaryOnly`` that names it. After the OME-TIFF
specification of 2016-06. What leads out of the folder is not followed.
"""

import os
import xml.etree.ElementTree as ET

from glview.sources.files import read_bytes
from glview.sources.xml_root import xml_root, xml_text

MAX_BYTES = 16 << 20
"""Of OME-XML; that of a plate of wells has some megabytes."""


def companion_of(text: str) -> str:
    """The name of the file that tells of a TIFF with this description; empty where none does."""
    root = xml_root(text) if "BinaryOnly" in text else None
    named = _elements(root, "BinaryOnly")
    return os.path.basename(named[0].get("MetadataFile", "")) if named else ""


def companion_text(path: str, name: str) -> str:
    """The text of a companion beside the file at ``path``; OSError where it cannot be read."""
    data = read_bytes(os.path.join(os.path.dirname(path), name), MAX_BYTES)
    return xml_text(data)


def named_tiffs(data: bytes) -> tuple[str, ...]:
    """The names of the files that a companion names, in its order; none for any other XML."""
    text = xml_text(data)
    root = xml_root(text) if "OME" in text else None
    if root is None or root.tag.rpartition("}")[2] != "OME":
        return ()
    names = (os.path.basename(found.get("FileName", "")) for found in _elements(root, "UUID"))
    return tuple(dict.fromkeys(filter(None, names)))


def _elements(root: ET.Element | None, name: str) -> list[ET.Element]:
    """All elements below one of a name, in whichever namespace."""
    found = () if root is None else root.iter()
    return [element for element in found if element.tag.rpartition("}")[2] == name]
