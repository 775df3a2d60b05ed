"""`open_image`: from a path, an array, a pyvips image or a source to a source."""

import os
from typing import TypeGuard

import numpy as np

from glview.errors import GlviewError, ImageError, UnsupportedImageError
from glview.sources.array import ArrayOptions, array_source, vips_source
from glview.sources.base import ImageDescription, TileSource
from glview.sources.deepzoom import DeepZoomSource
from glview.sources.deepzoom_xml import MAX_BYTES
from glview.sources.files import open_regular, printable, read_at
from glview.sources.flat import FlatFacts, open_flat
from glview.sources.memory import pyramid_bytes
from glview.sources.mosaic import model_of
from glview.sources.sniff import HEAD_BYTES, Content, look_alike, sniffed
from glview.sources.tiff import ROW_CACHE_BYTES, TiffSource
from glview.sources.tiff_levels import (
    chosen_levels,
    declared_nodata,
    extra_is_alpha,
    pixel_size_um,
    unreadable_compression,
    unreadable_samples,
)
from glview.sources.tiff_structure import Tag, TiffError, TiffStructure, read_structure

BUDGET_BYTES = 256 << 20
"""Host memory for one viewer unless set."""


def open_image(
    what: object, *, budget_bytes: int = BUDGET_BYTES, options: ArrayOptions | None = None
) -> TileSource:
    """Open an image, chosen by its content; may read and decode, so call it on a worker thread.

    ``what`` is a path (str, bytes or PathLike; any name the file system allows), a numpy array
    (see `array_source`; ``options`` says what the array cannot), a `pyvips.Image`, or a
    `TileSource`. Images that must be held in memory are refused past ``budget_bytes``,
    of which an array used in place takes only its coarser levels.

    The source's description tells the file's own levels and tiles; a viewer shows it through
    `presented`. `ImageError` names the file and the fault, `UnsupportedImageError` what is not
    read.
    """
    if isinstance(what, np.ndarray):
        return array_source(what, options or ArrayOptions(), budget_bytes=budget_bytes)
    if isinstance(what, (str, bytes, os.PathLike)):
        return _open_path(os.fsdecode(what), budget_bytes)
    if _is_source(what):
        return what
    if type(what).__module__.partition(".")[0] == "pyvips":
        return vips_source(what, budget_bytes=budget_bytes)
    raise UnsupportedImageError(type(what).__name__, "neither a path, an array nor an image")


def _is_source(what: object) -> TypeGuard[TileSource]:
    return isinstance(getattr(what, "description", None), ImageDescription)


def _open_path(path: str, budget_bytes: int) -> TileSource:
    name = printable(path)
    try:
        descriptor = open_regular(path)
    except ValueError as error:
        raise ImageError(name, str(error)) from None
    except OSError as error:
        raise ImageError(name, _os_fault(error)) from None
    kept = False
    try:
        head = read_at(descriptor, 0, HEAD_BYTES)
        if not head:
            raise ImageError(name, "is empty")
        kind = sniffed(head)
        if kind is None:
            looks = look_alike(head)
            fault = f"{looks} is not supported" if looks else "not a known kind of image"
            raise UnsupportedImageError(name, fault)
        if kind is Content.XML:
            return DeepZoomSource(path, read_at(descriptor, 0, MAX_BYTES + 1), name=name)
        if kind is Content.TIFF:
            source, kept = _open_tiff(path, descriptor, name, budget_bytes)
            return source
        return open_flat(descriptor, kind, name, budget_bytes=budget_bytes)
    except OSError as error:
        raise ImageError(name, _os_fault(error)) from None
    finally:
        if not kept:
            os.close(descriptor)


def _open_tiff(path: str, descriptor: int, name: str, budget_bytes: int) -> tuple[TileSource, bool]:
    """The source, and whether it keeps the descriptor."""
    try:
        structure = read_structure(
            lambda offset, count: read_at(descriptor, offset, count),
            os.fstat(descriptor).st_size,
        )
    except TiffError as error:
        raise ImageError(name, f"broken TIFF: {error}") from None
    first = structure.directories[0]
    if min(first.width, first.height) < 1:
        raise ImageError(name, f"a TIFF of {first.width}x{first.height} pixels")
    levels = chosen_levels(structure)
    if levels:
        full = levels[0].directory
        tiled: TiffSource | GlviewError
        try:
            tiled = TiffSource(
                path,
                descriptor,
                structure,
                levels,
                name,
                row_cache_bytes=min(ROW_CACHE_BYTES, budget_bytes // 4),
            )
        except UnsupportedImageError:
            if full is not first or unreadable_compression(full) or unreadable_samples(full):
                raise
            # Tiles too large to be read one by one: the whole image may still fit.
            return _flat_tiff(descriptor, structure, name, budget_bytes), False
        if full.number(Tag.ORIENTATION, 1) != 1 and full is first:
            need = pyramid_bytes(full.width, full.height, model_of(tiled.description))
            if need <= budget_bytes:
                # A turned pyramid would need turned tiles; in memory it costs nothing.
                return _flat_tiff(descriptor, structure, name, budget_bytes), False
        return tiled, True
    return _flat_tiff(descriptor, structure, name, budget_bytes), False


def _flat_tiff(
    descriptor: int, structure: TiffStructure, name: str, budget_bytes: int
) -> TileSource:
    first = structure.directories[0]
    compression = unreadable_compression(first)
    if compression is not None:
        raise UnsupportedImageError(name, f"TIFF compression {compression} is not supported")
    samples = unreadable_samples(first)
    if samples is not None:
        raise UnsupportedImageError(name, f"{samples} are not supported")
    return open_flat(
        descriptor,
        Content.TIFF,
        name,
        budget_bytes=budget_bytes,
        facts=FlatFacts(extra_is_alpha(first), declared_nodata(first), pixel_size_um(first)),
    )


def _os_fault(error: OSError) -> str:
    if isinstance(error, FileNotFoundError):
        return "no such file"
    if isinstance(error, PermissionError):
        return "may not be read"
    return str(error.strerror or error).lower()
