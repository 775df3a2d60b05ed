"""What files of each kind are called: by the ends of their names, and as media types (pure).

For dialogs, folders and desktops, which see names only: what a file is, its content decides
(`glview.sources.sniff`).
"""

from collections.abc import Mapping
from dataclasses import dataclass
from types import MappingProxyType

from glview.sources.sniff import Content


@dataclass(frozen=True, slots=True)
class FileType:
    """``name`` is for people; suffixes are in lower case, with their dot."""

    name: str
    suffixes: tuple[str, ...]
    media_types: tuple[str, ...]


FILE_TYPES: Mapping[Content, FileType] = MappingProxyType(
    {
        # An .xml is rarely an image, so desktops are only told of a type of our own for it.
        Content.XML: FileType("DeepZoom", (".dzi", ".xml"), ("application/x-deepzoom",)),
        Content.TIFF: FileType(
            "TIFF",
            (".tif", ".tiff", ".btf", ".tf8", ".svs", ".qptiff", ".stk", ".lsm"),
            ("image/tiff",),
        ),
        Content.JPEG: FileType("JPEG", (".jpg", ".jpeg", ".jpe", ".jfif"), ("image/jpeg",)),
        Content.PNG: FileType("PNG", (".png",), ("image/png",)),
        Content.WEBP: FileType("WebP", (".webp",), ("image/webp",)),
        Content.GIF: FileType("GIF", (".gif",), ("image/gif",)),
        Content.AVIF: FileType("AVIF", (".avif",), ("image/avif",)),
        Content.NPY: FileType("NumPy array", (".npy",), ()),
        # Of these desktops are told of none: reading them takes extras that need not be installed.
        Content.FITS: FileType("FITS", (".fits", ".fit", ".fts", ".fz"), ()),
        Content.ZARR: FileType("OME-Zarr", (".zarr",), ()),
        # Without .dcm: most of those are no slides.
        Content.SLIDE: FileType(
            "Slide", (".ndpi", ".mrxs", ".scn", ".bif", ".vms", ".vmu", ".svslide", ".czi"), ()
        ),
    }
)
"""Every kind of file that glview opens; not what large_image reads, which its sources decide."""

SUFFIXES = frozenset(suffix for kind in FILE_TYPES.values() for suffix in kind.suffixes)


def dialog_filters() -> tuple[str, ...]:
    """The choices of a file dialog, as Qt writes them: all images, each kind, all files."""
    kinds = [(kind.name, kind.suffixes) for kind in FILE_TYPES.values()]
    together = tuple(suffix for _, suffixes in kinds for suffix in suffixes)
    named = [("Images", together), *kinds]
    return (
        *(f"{name} ({' '.join(map(_patterns, suffixes))})" for name, suffixes in named),
        "All files (*)",
    )


def _patterns(suffix: str) -> str:
    """Both cases: names of cameras and of old systems are in capitals."""
    return f"*{suffix} *{suffix.upper()}"
