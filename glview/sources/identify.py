"""Opens a file by any name without blocking, and finds out by its content what it is."""

import os
from dataclasses import dataclass

from glview.errors import ImageError, UnsupportedImageError
from glview.sources.files import open_regular, read_at
from glview.sources.sniff import HEAD_BYTES, Content, look_alike, sniffed
from glview.sources.tiff_structure import TiffError, TiffStructure, read_structure


@dataclass(frozen=True, slots=True)
class Identified:
    """An open file: ``descriptor`` is the holder's to close, ``name`` is for people."""

    path: str
    name: str
    descriptor: int
    kind: Content


def identify(path: str) -> Identified:
    """Open a file of a kind that glview reads; `ImageError` names the file and the fault.

    `UnsupportedImageError` for other kinds. Nothing stays open then.
    """
    name = printable(path)
    try:
        descriptor = open_regular(path)
    except ValueError as error:
        raise ImageError(name, str(error)) from None
    except OSError as error:
        raise ImageError(name, os_fault(error)) from None
    try:
        return Identified(path, name, descriptor, _kind(descriptor, name))
    except BaseException:
        os.close(descriptor)
        raise


def read_tiff(file: Identified) -> TiffStructure:
    """The pages of a TIFF; ImageError where they make no sense or have no pixels."""
    try:
        structure = read_structure(
            lambda offset, count: read_at(file.descriptor, offset, count),
            os.fstat(file.descriptor).st_size,
        )
    except TiffError as error:
        raise ImageError(file.name, f"broken TIFF: {error}") from None
    first = structure.directories[0]
    if min(first.width, first.height) < 1:
        raise ImageError(file.name, f"a TIFF of {first.width}x{first.height} pixels")
    return structure


def printable(path: str) -> str:
    """The name for people: bytes that are no UTF-8 shown as question marks."""
    return path.encode("utf-8", "replace").decode()


def os_fault(error: OSError) -> str:
    """What the system says of reading a file, in the words of all our messages."""
    if isinstance(error, FileNotFoundError):
        return "no such file"
    if isinstance(error, PermissionError):
        return "may not be read"
    return str(error.strerror or error).lower()


def _kind(descriptor: int, name: str) -> Content:
    try:
        head = read_at(descriptor, 0, HEAD_BYTES)
    except OSError as error:
        raise ImageError(name, os_fault(error)) from None
    if not head:
        raise ImageError(name, "is empty")
    kind = sniffed(head)
    if kind is None:
        looks = look_alike(head)
        fault = f"{looks} is not supported" if looks else "not a known kind of image"
        raise UnsupportedImageError(name, fault)
    return kind
