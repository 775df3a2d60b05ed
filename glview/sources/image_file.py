"""An image file that is open, and what kind of file it is."""

import os
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, replace

from glview.errors import ImageError, UnsupportedImageError
from glview.sources.converters import readable_elsewhere, unread_kind
from glview.sources.elsewhere_reader import EXTRA, is_installed
from glview.sources.files import open_regular, printable, read_at
from glview.sources.ome import Ome, read_ome
from glview.sources.ome_companion import MAX_BYTES, companion_of, companion_text, named_tiffs
from glview.sources.slide_names import is_mirax
from glview.sources.sniff import HEAD_BYTES, Content, look_alike, sniffed
from glview.sources.tiff_behind import with_pictures_behind
from glview.sources.tiff_depth import DepthError, with_slices
from glview.sources.tiff_levels import main_page
from glview.sources.tiff_reading import TiffError, read_structure
from glview.sources.tiff_structure import Tag, TiffStructure
from glview.sources.tiff_tables import with_lookup_tables
from glview.sources.zarr_folder import zarr_mark


@dataclass(frozen=True, slots=True)
class ImageFile:
    """A regular file of a kind that glview opens, or the folder of a Zarr group.

    Of that ``descriptor`` is the file that tells what is in it.
    """

    path: str
    name: str
    """The path for people."""
    descriptor: int
    kind: Content
    told_by: str = ""
    """The file beside it that tells what it is, where that was opened."""

    @property
    def stamp(self) -> tuple[int, int, int, int]:
        """Another one where the file is another, or was written to."""
        told = os.fstat(self.descriptor)
        return told.st_dev, told.st_ino, told.st_size, told.st_mtime_ns

    def read_at(self, offset: int, count: int) -> bytes:
        """Up to ``count`` bytes from ``offset``; OSError where they cannot be read."""
        return read_at(self.descriptor, offset, count)


@contextmanager
def image_file(path: str) -> Iterator[ImageFile]:
    """The file at ``path``, open within the block; any name the file system allows.

    ImageError names the file and the fault, also for what the system says within the block;
    UnsupportedImageError says what the file seems to be.
    """
    with opened_file(path) as file, faults_of(file.name):
        yield file


@contextmanager
def opened_file(path: str) -> Iterator[ImageFile]:
    """`image_file`, but that errors of the block come through: for one that also does more.

    OME-XML that tells of TIFFs beside it stands for the first of them that is there.
    """
    with _opened(path) as file:
        tiff = _named_tiff(file) if file.kind is Content.XML else ""
        if not tiff:
            yield file
            return
        name = file.name
    with _opened(os.path.join(os.path.dirname(path), tiff)) as file:
        if file.kind is not Content.TIFF:
            raise ImageError(file.name, f"is no TIFF, as {name} says it is")
        yield replace(file, told_by=os.path.basename(path))


@contextmanager
def _opened(path: str) -> Iterator[ImageFile]:
    name = printable(path)
    with faults_of(name):
        try:
            mark = zarr_mark(path)
            descriptor = open_regular(path if mark is None else mark)
        except ValueError as error:
            raise ImageError(name, str(error)) from None
    try:
        with faults_of(name):
            if mark is not None:
                kind = Content.ZARR
            else:
                kind = Content.SLIDE if is_mirax(path) else _kind(descriptor, name)
        yield ImageFile(path, name, descriptor, kind)
    finally:
        os.close(descriptor)


@contextmanager
def faults_of(name: str) -> Iterator[None]:
    """Tells what the system says within the block as an ImageError of the file ``name``."""
    try:
        yield
    except OSError as error:
        raise ImageError(name, _os_fault(error)) from None


def tiff_structure(file: ImageFile, series: int = 0, *, told: Ome | None = None) -> TiffStructure:
    """The pages of a TIFF; ImageError where they make no sense or the main one has no pixels.

    ``series`` is which of several images of OME-XML is asked for. ``told`` is what another file of
    the same images says, for all of them: to read as much again takes a second.
    """
    try:
        size_bytes = os.fstat(file.descriptor).st_size
        structure = read_structure(file.read_at, size_bytes)
    except TiffError as error:
        raise ImageError(file.name, f"broken TIFF: {error}") from None
    try:
        structure = with_slices(structure, size_bytes)
    except DepthError as error:
        raise UnsupportedImageError(file.name, str(error)) from None
    structure = with_pictures_behind(structure, file.read_at, size_bytes)
    page = structure.directories[main_page(structure)]
    if not page.has_a_size:
        raise ImageError(file.name, f"a TIFF of {page.width}x{page.height} pixels")
    if told is None:
        text, fault = _told_text(file, page.text(Tag.DESCRIPTION))
        told = read_ome(text, series)
        structure = replace(structure, fault="; ".join(filter(None, (structure.fault, fault))))
    return with_lookup_tables(replace(structure, ome=told), file.read_at)


def _told_text(file: ImageFile, text: str) -> tuple[str, str]:
    """A description, or that of the file beside it that it names, and what is wrong with that."""
    companion = file.told_by or companion_of(text)
    if not companion:
        return text, ""
    try:
        return companion_text(file.path, companion), ""
    except OSError as error:
        return text, f"what is told of it in {printable(companion)}: {_os_fault(error)}"


def _named_tiff(file: ImageFile) -> str:
    """The first TIFF that OME-XML names and that is there, else the first; empty for other XML."""
    names = named_tiffs(file.read_at(0, MAX_BYTES))
    folder = os.path.dirname(file.path)
    there = (name for name in names if os.path.isfile(os.path.join(folder, name)))
    return next(there, names[0] if names else "")


def _kind(descriptor: int, name: str) -> Content:
    head = read_at(descriptor, 0, HEAD_BYTES)
    if not head:
        raise ImageError(name, "is empty")
    kind = sniffed(head)
    if kind is not None:
        return kind
    looks = look_alike(head)
    # Of its sources one follows what a text names, wherever that is.
    if is_installed() and (readable_elsewhere(looks) or not _is_text(head)):
        return Content.ELSEWHERE
    hint = ""
    if readable_elsewhere(looks) and not is_installed():
        hint = f"; glview reads it with: {EXTRA}"
    raise UnsupportedImageError(name, unread_kind(looks) + hint)


def _is_text(head: bytes) -> bool:
    """Whether a file begins as texts do: with no control characters but those between lines."""
    return not any(byte < 32 and byte not in b"\t\n\f\r" for byte in head)


def _os_fault(error: OSError) -> str:
    if isinstance(error, FileNotFoundError):
        return "no such file"
    if isinstance(error, IsADirectoryError):
        return "is a folder: name an image in it (`glview FOLDER` shows them all)"
    if isinstance(error, PermissionError):
        return "may not be read"
    return str(error.strerror or error).lower()
