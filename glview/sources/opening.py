"""`open_image`: from a path, an array, a pyvips image or a source to a source."""

import os

import numpy as np

from glview.errors import UnsupportedImageError
from glview.planes import AskedPlane, check_series
from glview.sources.array import ArrayOptions
from glview.sources.array_planes import array_planes
from glview.sources.base import TileSource, in_place, is_source
from glview.sources.cancellation import Cancellation
from glview.sources.elsewhere import open_elsewhere
from glview.sources.finding import found_image
from glview.sources.fits_planes import open_fits
from glview.sources.flat import FlatImage
from glview.sources.frames import open_frames
from glview.sources.image_file import image_file
from glview.sources.sniff import Content
from glview.sources.stack import open_tiff
from glview.sources.vips_planes import vips_planes
from glview.sources.zarr_source import open_zarr

BUDGET_BYTES = 256 << 20
"""Host memory for one viewer unless set."""


def open_image(
    what: object,
    *,
    budget_bytes: int = BUDGET_BYTES,
    options: ArrayOptions | None = None,
    cancellation: Cancellation | None = None,
    plane: AskedPlane = None,
    series: int = 0,
) -> TileSource:
    """Open an image, chosen by its content; may read and decode, so call it on a worker thread.

    ``what`` is a path (str, bytes or PathLike; any name the file system allows), a numpy array
    (`assumed_form` says what its axes are taken for, `array_source` its samples; ``options`` says
    what the array cannot: ``ArrayOptions(axes="tzyx")``), a `pyvips.Image`, or a
    `TileSource`. Images that must be held in memory are refused past ``budget_bytes``,
    of which an array used in place takes only its coarser levels.

    ``plane`` is which of several pictures is meant: an index along each of the description's
    ``axes``, words for it such as "z=3,t=1", counted from 1, or a function that tells it from the
    axes; None: the one that comes up. ``series`` is which of several images of an OME-TIFF, counted
    from 0, each of a size and with axes of its own. ImageError where there is none.

    The source's description tells the levels and tiles that it serves; a viewer shows it through
    `presented`. `ImageError` names the file and the fault, `UnsupportedImageError` what is not
    read. `inspect_file` tells what a file holds without decoding it. Another thread may call off
    what is being decoded (``cancellation``), which is a `CancelledError` then.
    """
    opened = _opened(what, budget_bytes, options, cancellation or Cancellation(), series, plane)
    # Arrays and sources come up in one place, and others where they were asked for.
    return in_place(opened, plane)


def _opened(
    what: object,
    budget_bytes: int,
    options: ArrayOptions | None,
    cancellation: Cancellation,
    series: int,
    plane: AskedPlane,
) -> TileSource:
    if isinstance(what, np.ndarray):
        cancellation.decoding = True
        options = options or ArrayOptions()
        check_series(options.name, series)
        return array_planes(what, options, budget_bytes=budget_bytes)
    if isinstance(what, (str, bytes, os.PathLike)):
        with image_file(os.fsdecode(what)) as file:
            if file.kind is Content.TIFF:
                return open_tiff(file, budget_bytes, cancellation, series, plane)
            if file.kind is Content.FITS:
                return open_fits(file, budget_bytes, cancellation, series, plane)
            if file.kind is Content.ZARR:
                return open_zarr(file, series, plane)
            check_series(file.name, series)
            if file.kind is Content.ELSEWHERE:
                return open_elsewhere(file, plane)
            found = found_image(file, budget_bytes)
            if isinstance(found, FlatImage):
                return open_frames(file, found, budget_bytes, cancellation, plane)
            return found
    if is_source(what):
        check_series(what.description.name, series)
        return what
    if type(what).__module__.partition(".")[0] == "pyvips":
        cancellation.decoding = True
        return vips_planes(what, budget_bytes, cancellation)
    fault = "neither a path, an array nor an image"
    if hasattr(what, "__array__") or isinstance(what, (list, tuple)):
        fault += "; numpy.asarray may make an array of it"
    raise UnsupportedImageError(type(what).__name__, fault)
