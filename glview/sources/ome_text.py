"""OME-XML for a TIFF of several channels, each a page of its own (pure).

After the OME model of 2016-06 (https://docs.openmicroscopy.org/ome-model/), as `ome.py` reads it.
"""

import xml.etree.ElementTree as ET
from collections.abc import Sequence

from glview.image import Channel, SampleType

_SCHEMA = "http://www.openmicroscopy.org/Schemas/OME/2016-06"
_TYPES = {
    SampleType.U8: "uint8",
    SampleType.U16: "uint16",
    SampleType.S16: "int16",
    SampleType.F32: "float",
}


def ome_text(
    width: int,
    height: int,
    sample_type: SampleType,
    channels: Sequence[Channel],
    pixel_size_um: tuple[float, float] | None = None,
) -> str:
    """What the first page says of all of them; ASCII, as a TIFF's texts are."""
    root = ET.Element("OME", {"xmlns": _SCHEMA, "Creator": "glview"})
    image = ET.SubElement(root, "Image", {"ID": "Image:0"})
    sizes = {"X": width, "Y": height, "C": len(channels), "Z": 1, "T": 1}
    pixels = {"ID": "Pixels:0", "DimensionOrder": "XYCZT", "Type": _TYPES[sample_type]}
    pixels |= {f"Size{axis}": str(size) for axis, size in sizes.items()}
    if pixel_size_um is not None:
        for axis, side in zip("XY", pixel_size_um, strict=True):
            pixels |= {f"PhysicalSize{axis}": f"{side:.9g}", f"PhysicalSize{axis}Unit": "µm"}
    told = ET.SubElement(image, "Pixels", pixels)
    for number, channel in enumerate(channels):
        said = {"ID": f"Channel:0:{number}", "SamplesPerPixel": "1"}
        if channel.name:
            said["Name"] = channel.name
        if channel.color is not None:
            said["Color"] = str(_packed(channel.color))
        ET.SubElement(told, "Channel", said)
    for number in range(len(channels)):
        place = {"FirstC": number, "FirstZ": 0, "FirstT": 0, "IFD": number, "PlaneCount": 1}
        ET.SubElement(told, "TiffData", {name: str(value) for name, value in place.items()})
    text: bytes = ET.tostring(root, encoding="us-ascii", xml_declaration=True)
    return text.decode()


def _packed(color: tuple[float, float, float]) -> int:
    """Red, green, blue and alpha in one signed number."""
    packed = int.from_bytes([*(round(255.0 * part) for part in color), 255])
    return packed - (1 << 32) if packed >= 1 << 31 else packed
