"""What is said of files that glview does not read, with what makes of them what it does (pure)."""

_BIOFORMATS = "Bio-Formats' `bfconvert FILE OUT.ome.tif`"
_MAGICK = "ImageMagick's `convert FILE OUT.png`"
_TIFFCP = "`tiffcp -c zip FILE OUT.tif`"
_FILES = {
    "JPEG 2000": "`opj_decompress -i FILE -o OUT.tif`",
    "JPEG XL": "`djxl FILE OUT.png`",
    "HEIC": "`heif-convert FILE OUT.png`",
    "BMP": _MAGICK,
    "ICO": _MAGICK,
    "PNM": _MAGICK,
    "Photoshop": _MAGICK,
    "DirectDraw Surface": _MAGICK,
    "TGA": _MAGICK,
    "OpenEXR": "`vips copy FILE OUT.tif`",
    "Radiance HDR": "`vips copy FILE OUT.tif`",
    "PDF": "`pdftoppm -png FILE OUT`",
    "SVG": "`rsvg-convert FILE -o OUT.png`",
    "DICOM": _BIOFORMATS,
    "Zeiss CZI": _BIOFORMATS,
    "Nikon ND2": _BIOFORMATS,
    "GDAL VRT": "`gdal_translate FILE OUT.tif`",
    "FITS": "`gdal_translate FILE OUT.tif`",
}
_WORDS = {
    "NumPy archive": "numpy.load reads its arrays, which can be shown, or saved with numpy.save",
    "gzip": "`gunzip` unpacks it; of an SVG `rsvg-convert FILE -o OUT.png` makes a file that is",
    "Zoomify": "`glview convert` makes a DeepZoom of the image that it was made of",
}
"""What helps where no command makes a file of this one."""
_PILLOWS = frozenset({"JPEG 2000", "BMP", "ICO", "PNM", "Photoshop", "DirectDraw Surface", "TGA"})
_TIFFS = {
    "Zstandard": _TIFFCP,
    "LERC": _TIFFCP,
    "LZMA": _TIFFCP,
    "JBIG": _TIFFCP,
    "JPEG 2000": _BIOFORMATS,
    "64-bit float": "`gdal_translate -ot Float32 FILE OUT.tif`",
}


def unread_file(kind: str) -> str:
    """The fault of a file of a kind such as "JPEG XL"."""
    if kind in _WORDS:
        return f"{kind} is not supported; {_WORDS[kind]}"
    return f"{kind} is not supported{_way_out(_FILES.get(kind))}"


def unread_kind(kind: str | None) -> str:
    """The fault of a file of a kind that may be known."""
    return unread_file(kind) if kind else "not a known kind of image"


def readable_elsewhere(kind: str | None) -> bool:
    """Whether large_image with Pillow is likely to read files of a kind."""
    return kind in _PILLOWS


def unread_slide(kind: str, fault: str) -> str:
    """The fault of a file that begins like a slide of a kind, with the reason why it is none."""
    return f"{kind} is not supported but for slides: {fault}{_way_out(_FILES.get(kind))}"


def unread_compression(name: str, done: str = "supported") -> str:
    """The fault of a TIFF with a compression such as "Zstandard (50000)".

    ``done`` is what is not done with it.
    """
    return f"TIFF compression {name} is not {done}{_way_out(_in_tiff(name))}"


def unread_samples(what: str, done: str = "supported") -> str:
    """The fault of a TIFF with samples such as "12-bit samples"."""
    return f"{what} are not {done}{_way_out(_in_tiff(what))}"


def _in_tiff(what: str) -> str | None:
    return next((way for start, way in _TIFFS.items() if what.startswith(start)), None)


def _way_out(command: str | None) -> str:
    return f"; {command} makes a file that is" if command else ""
