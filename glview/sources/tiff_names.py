"""What numbers in a TIFF's tags are called (pure)."""

import re

from glview.sources.imagej_text import read_imagej
from glview.sources.tiff_structure import Directory, Tag, TiffStructure

_OME = re.compile(r"<(?:\w+:)?OME\b")
_COMPRESSIONS = {
    1: "none",
    2: "CCITT RLE",
    3: "CCITT Group 3 fax",
    4: "CCITT Group 4 fax",
    5: "LZW",
    6: "old-style JPEG",
    7: "JPEG",
    8: "deflate",
    9: "JBIG (T.85)",
    10: "JBIG (T.43)",
    32766: "NeXT RLE",
    32771: "CCITT RLE in words",
    32773: "PackBits",
    32809: "ThunderScan",
    32895: "IT8 CT with padding",
    32896: "IT8 line work",
    32897: "IT8 monochrome",
    32898: "IT8 binary line art",
    32908: "Pixar film",
    32909: "Pixar log",
    32946: "deflate",
    32947: "Kodak DCS",
    33003: "JPEG 2000 (Aperio YCbCr)",
    33005: "JPEG 2000 (Aperio RGB)",
    34661: "JBIG",
    34676: "SGI Log",
    34677: "SGI Log 24",
    34712: "JPEG 2000",
    34887: "LERC",
    34892: "lossy JPEG (DNG)",
    34925: "LZMA",
    34933: "PNG",
    34934: "JPEG XR",
    50000: "Zstandard",
    50001: "WebP",
    50002: "JPEG XL",
    52546: "JPEG XL (DNG)",
}
_COLORS = {
    0: "grey",
    1: "grey",
    2: "RGB",
    3: "palette",
    4: "transparency mask",
    5: "CMYK",
    6: "YCbCr",
    8: "CIELAB",
    9: "ICCLAB",
    10: "ITULAB",
    32803: "colour filter array",
    32844: "LogL",
    32845: "LogLuv",
    34892: "linear raw",
}
_COLOR_SAMPLES = {2: 3, 5: 4, 6: 3, 8: 3, 9: 3, 10: 3, 32845: 3}
_KINDS = {1: "uint", 2: "int", 3: "float", 4: "uint", 5: "complex int", 6: "complex"}


def format_name(structure: TiffStructure) -> str:
    """What kind of TIFF a file is, such as "BigTIFF", "OME-TIFF" or "ImageJ TIFF".

    By the description of its first page, whether or not it makes sense.
    """
    text = structure.directories[0].text(Tag.DESCRIPTION)
    big = structure.big
    if _OME.search(text):
        return "OME-BigTIFF" if big else "OME-TIFF"
    if read_imagej(text) is not None:
        return "ImageJ BigTIFF" if big else "ImageJ TIFF"
    return "BigTIFF" if big else "TIFF"


def compression_name(code: int) -> str:
    """Such as "Zstandard"; "number 52479" where nobody knows."""
    return _COMPRESSIONS.get(code, f"number {code}")


def color_name(photometric: int) -> str:
    """What a PhotometricInterpretation is called, such as "RGB" or "number 7"."""
    return _COLORS.get(photometric, f"number {photometric}")


def color_samples(photometric: int) -> int:
    """How many samples of a pixel its colour takes, the others being extra."""
    return _COLOR_SAMPLES.get(photometric, 1)


def sample_type_name(directory: Directory) -> str:
    """The samples' type as they are stored, in numpy's manner: uint8, uint12, int16, float64.

    Where the samples of a pixel differ all are told: uint5, uint6.
    """
    bits = directory.numbers(Tag.BITS) or (1,)
    kinds = directory.numbers(Tag.SAMPLE_FORMAT) or (1,)
    if len(kinds) < len(bits):
        kinds = kinds[:1] * len(bits)
    names = [
        f"{_KINDS.get(int(kind), 'unknown')}{int(width)}"
        for kind, width in zip(kinds, bits, strict=False)
    ]
    return ", ".join(dict.fromkeys(names))
