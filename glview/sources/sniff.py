"""What a file is, by its first bytes (pure)."""

import enum
import re

from glview.sources.slide_names import vendor_of


class Content(enum.Enum):
    """Kinds of file that glview opens."""

    TIFF = "TIFF"
    JPEG = "JPEG"
    PNG = "PNG"
    GIF = "GIF"
    WEBP = "WebP"
    AVIF = "AVIF"
    XML = "XML"
    NPY = "NumPy array"
    FITS = "FITS"
    ZARR = "OME-Zarr"
    """A folder, not a file."""
    SLIDE = "slide"
    """A microscope's slide that is no TIFF, or a file that begins like one."""
    ELSEWHERE = "another kind"
    """What large_image may read; only where it is installed."""


HEAD_BYTES = 1024
"""How much of a file `sniffed` and `look_alike` want to see."""

_BOXES_AVIF = (b"avif", b"avis")
_KNOWN: tuple[tuple[re.Pattern[bytes], str], ...] = tuple(
    (re.compile(pattern, re.DOTALL), name)
    for pattern, name in (
        (rb"\x00\x00\x00\x0cjP  ", "JPEG 2000"),
        (rb"\xff\x4f\xff\x51", "JPEG 2000"),
        (rb"\xff\x0a", "JPEG XL"),
        (rb"\x00\x00\x00\x0cJXL ", "JPEG XL"),
        (rb".{4}ftyp(hei|hev|mif1|msf1)", "HEIC"),
        (rb"BM.{4}\x00\x00\x00\x00", "BMP"),
        (rb"\x76\x2f\x31\x01", "OpenEXR"),
        (rb"%PDF-", "PDF"),
        (rb"\x00\x00\x01\x00", "ICO"),
        (rb"P[1-7fF]\s", "PNM"),
        (rb"#\?RADIANCE", "Radiance HDR"),
        (rb"8BPS", "Photoshop"),
        (rb"\x89HDF\r\n\x1a\n", "HDF5"),
        (rb"\x1f\x8b", "gzip"),
        (rb"PK\x03\x04.{26}[^\x00-\x1f]{1,200}\.npy", "NumPy archive"),
        (rb"PK\x03\x04", "ZIP"),
        (rb"DDS ", "DirectDraw Surface"),
        (rb"\s*\{.*iiif\b", "IIIF image information"),
        (rb"\s*\{.*\"(multiscales|zarr_format)\"", "OME-Zarr"),
        (rb"\s*\{", "JSON"),
        (rb"\xda\xce\xbe\x0a", "Nikon ND2"),
        (rb"\xd0\xcf\x11\xe0", "OLE compound file"),
        # It has no mark at its beginning: no colour map, and bits of a pixel that there are.
        (rb".\x00[\x02\x03\x0a\x0b]\x00{5}.{8}[\x08\x0f\x10\x18\x20]", "TGA"),
    )
)


def sniffed(head: bytes) -> Content | None:
    """The kind of file that begins with ``head``, or None if glview does not open it."""
    if head[:4] in (b"II*\0", b"MM\0*", b"II+\0", b"MM\0+"):
        return Content.TIFF
    if head[:3] == b"\xff\xd8\xff":
        return Content.JPEG
    if head[:8] == b"\x89PNG\r\n\x1a\n":
        return Content.PNG
    if head[:6] in (b"GIF87a", b"GIF89a"):
        return Content.GIF
    if head[:4] == b"RIFF" and head[8:12] == b"WEBP":
        return Content.WEBP
    if head[4:8] == b"ftyp" and _is_avif(head):
        return Content.AVIF
    if head[:6] == b"\x93NUMPY":
        return Content.NPY
    if head[:9] == b"SIMPLE  =":
        return Content.FITS
    if vendor_of(head) is not None:
        return Content.SLIDE
    if head[:2] in (b"\xff\xfe", b"\xfe\xff"):
        # UTF-16 text; an XML parser knows the mark.
        return Content.XML if b"<" in head[2:4] else None
    if head.removeprefix(b"\xef\xbb\xbf").lstrip()[:1] == b"<":
        return Content.XML
    return None


def _is_avif(head: bytes) -> bool:
    """Major or a compatible brand of the file-type box says AVIF."""
    size = int.from_bytes(head[:4], "big")
    brands = head[8 : min(size, 256)]
    return any(brands[i : i + 4] in _BOXES_AVIF for i in range(0, len(brands), 4) if i != 4)


def look_alike(head: bytes) -> str | None:
    """What a file that glview does not open seems to be; None if nobody knows."""
    for pattern, name in _KNOWN:
        if pattern.match(head):
            return name
    return None
