"""`open_image`: from a path, an array, a pyvips image or a source to a source."""

import os
from typing import TypeGuard

import numpy as np

from glview.errors import GlviewError, ImageError, UnsupportedImageError
from glview.sources.array import ArrayOptions, array_source, vips_source
from glview.sources.base import ImageDescription, TileSource
from glview.sources.deepzoom import DeepZoomSource
from glview.sources.deepzoom_xml import MAX_BYTES
from glview.sources.files import read_at
from glview.sources.flat import flat_facts, open_flat
from glview.sources.identify import Identified, identify, os_fault, read_tiff
from glview.sources.memory import pyramid_bytes
from glview.sources.mosaic import model_of
from glview.sources.sniff import Content
from glview.sources.tiff import ROW_CACHE_BYTES, TiffSource
from glview.sources.tiff_levels import chosen_levels, unreadable
from glview.sources.tiff_structure import Directory, Tag

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
    file = identify(path)
    kept = False
    try:
        if file.kind is Content.XML:
            data = read_at(file.descriptor, 0, MAX_BYTES + 1)
            return DeepZoomSource(path, data, name=file.name)
        if file.kind is Content.TIFF:
            source, kept = _open_tiff(file, budget_bytes)
            return source
        return open_flat(file.descriptor, file.kind, file.name, budget_bytes=budget_bytes)
    except OSError as error:
        raise ImageError(file.name, os_fault(error)) from None
    finally:
        if not kept:
            os.close(file.descriptor)


def _open_tiff(file: Identified, budget_bytes: int) -> tuple[TileSource, bool]:
    """The source, and whether it keeps the descriptor."""
    structure = read_tiff(file)
    first = structure.directories[0]
    levels = chosen_levels(structure)
    if levels:
        full = levels[0].directory
        tiled: TiffSource | GlviewError
        try:
            tiled = TiffSource(
                file.path,
                file.descriptor,
                structure,
                levels,
                file.name,
                row_cache_bytes=min(ROW_CACHE_BYTES, budget_bytes // 4),
            )
        except UnsupportedImageError:
            if full is not first or unreadable(full):
                raise
            # Tiles too large to be read one by one: the whole image may still fit.
            return _flat_tiff(file, first, budget_bytes), False
        if full.number(Tag.ORIENTATION, 1) != 1 and full is first:
            need = pyramid_bytes(full.width, full.height, model_of(tiled.description))
            if need <= budget_bytes:
                # A turned pyramid would need turned tiles; in memory it costs nothing.
                return _flat_tiff(file, first, budget_bytes), False
        return tiled, True
    return _flat_tiff(file, first, budget_bytes), False


def _flat_tiff(file: Identified, first: Directory, budget_bytes: int) -> TileSource:
    fault = unreadable(first)
    if fault is not None:
        raise UnsupportedImageError(file.name, fault)
    return open_flat(
        file.descriptor, file.kind, file.name, budget_bytes=budget_bytes, facts=flat_facts(first)
    )
