"""FITS: astronomers' images, whose first row is the lowest.

Samples lie in the file as they are and are read tile by tile (`raw_source`), but for those of
compressed units (``.fits.fz``), which astropy decodes, one picture whole.
"""

import logging
import math
import os
from collections.abc import Callable
from dataclasses import replace
from types import MappingProxyType
from typing import Any

import numpy as np
import pyvips
from numpy.typing import NDArray

from glview.errors import ImageError, UnsupportedImageError
from glview.image import Axis, Series
from glview.planes import Plane
from glview.sources.array import carried, narrowing_of, sample_type_of
from glview.sources.array_form import assumed_model
from glview.sources.cancellation import Cancellation
from glview.sources.converters import unread_file
from glview.sources.fits_reader import FitsError, FitsImage, decoded, images_of, is_installed
from glview.sources.flat import FlatImage
from glview.sources.image_file import ImageFile
from glview.sources.lost_parts import Whole
from glview.sources.memory import Origin
from glview.sources.narrowing import Narrowing
from glview.sources.raw_source import SOME_ROWS, RawForm, RawSource, opened_raw
from glview.sources.stored import DAMAGE, Planes, StoredSamples

EXTRA = "pip install 'glview-bigimage[fits]'"
"""What brings astropy."""
_log = logging.getLogger("glview")


def found_fits(file: ImageFile) -> RawSource | FlatImage:
    """The first picture of a file; ImageError where there is none."""
    image = fits_images(file)[0]
    first = (0,) * len(fits_axes(image))
    if image.data_offset is None:
        return flat_fits(file, image, first)
    return found_raw(file, image, first)


def fits_images(file: ImageFile) -> tuple[FitsImage, ...]:
    """All images of a file; ImageError where there is none, or it cannot be read."""
    if not is_installed():
        raise UnsupportedImageError(
            file.name, f"{unread_file('FITS')}; glview reads it with: {EXTRA}"
        )
    try:
        images = images_of(file.path)
    except FitsError as error:
        raise ImageError(file.name, f"broken FITS: {error}") from None
    if not images:
        raise ImageError(file.name, "a FITS file without an image")
    return images


def fits_axes(image: FitsImage) -> tuple[Axis, ...]:
    """Along what the pictures of an image are ordered: by its CTYPE, else "z" or their number."""
    sizes = [(name, size) for name, size in zip(image.axis_names, image.shape, strict=True)][:-2]
    sizes = [(name, size) for name, size in sizes if size > 1]
    names = [name for name, _ in sizes]
    if not all(names) or len(set(names)) < len(names):
        names = ["z"] if len(sizes) == 1 else [f"axis{number}" for number in range(len(sizes))]
    return tuple(Axis(name, size) for name, (_, size) in zip(names, sizes, strict=True))


def fits_series(images: tuple[FitsImage, ...]) -> tuple[Series, ...]:
    """What is told of the images of a file of several; nothing of one alone."""
    if len(images) == 1:
        return ()
    return tuple(
        Series(image.name, image.shape[-1], image.shape[-2], 1, math.prod(image.shape[:-2]), 1)
        for image in images
    )


def found_raw(
    file: ImageFile,
    image: FitsImage,
    plane: Plane,
    others: tuple[Series, ...] = (),
    series: int = 0,
) -> RawSource:
    """A picture of an image that is not compressed."""
    if image.data_offset is None:
        raise ValueError("it is compressed")
    form = _form(file, image, image.data_offset)
    origin = _origin(file, image)
    have = max(0, os.fstat(file.descriptor).st_size - image.data_offset)
    lack = math.prod(image.shape) * image.dtype.itemsize - have
    if lack > 0:
        _require_some(file.name, form, have // image.dtype.itemsize)
        damage = f"{lack} bytes of samples are missing at its end"
        _log.warning("%s: damaged, shown as far as it can be read: %s", file.name, damage)
        origin = replace(origin, metadata=MappingProxyType({**origin.metadata, DAMAGE: damage}))
    return opened_raw(file.descriptor, origin, form, plane, others, series)


def _require_some(name: str, form: RawForm, samples: int) -> None:
    """ImageError where so many samples are nearly nothing of one picture."""
    rows = samples // form.width
    if not rows:
        fault = f"NAXIS1 is {form.width}, and the file has {samples} samples"
    elif rows < form.height // SOME_ROWS:
        fault = f"NAXIS2 is {form.height}, and the file has {rows} rows"
    else:
        return
    raise ImageError(name, f"broken FITS: {fault}")


def flat_fits(file: ImageFile, image: FitsImage, plane: Plane) -> FlatImage:
    """A picture of an image that is compressed."""
    form = _form(file, image, 0)
    read = _reader(file, image, plane)
    offset = 0.0

    def decode(_: Cancellation) -> Whole:
        nonlocal offset
        values = read()
        narrowing = narrowing_of(values, form.model, image.scaling.nodata(image.dtype))
        offset = narrowing.offset
        return Whole(carried(values, form.model, narrowing))

    return FlatImage(
        file.name,
        "FITS",
        form.width,
        form.height,
        StoredSamples("grey", form.value_dtype.name, 1),
        form.model,
        decode,
        lambda: pyvips.Image.new_from_array(carried(read(), form.model, Narrowing())),
        nodata=image.scaling.nodata(image.dtype),
        metadata=image.metadata,
        planes=Planes(
            math.prod(image.shape[:-2]),
            "plane",
            tuple((axis.name, axis.size) for axis in fits_axes(image)),
        ),
        offset=lambda: offset,
    )


def _reader(file: ImageFile, image: FitsImage, plane: Plane) -> Callable[[], NDArray[Any]]:
    """What gives the values of a picture, (height, width, 1), the highest row first."""
    left = iter(plane)
    index = tuple(next(left) if size > 1 else 0 for size in image.shape[:-2])

    def read() -> NDArray[Any]:
        try:
            samples = decoded(file.path, image.number, index)
        except FitsError as error:
            raise ValueError(f"broken FITS: {error}") from None
        values = image.scaling.of(samples.astype(image.dtype, copy=False))
        return np.ascontiguousarray(values[::-1, :, None])

    return read


def _form(file: ImageFile, image: FitsImage, data_offset: int) -> RawForm:
    height, width = image.shape[-2:]
    values = image.scaling.dtype(image.dtype)
    return RawForm(
        image.dtype,
        data_offset,
        fits_axes(image),
        height,
        width,
        1,
        assumed_model(values, sample_type_of(values, file.name), 1),
        bottom_first=True,
        scaling=image.scaling,
    )


def _origin(file: ImageFile, image: FitsImage) -> Origin:
    nodata = image.scaling.nodata(image.dtype)
    return Origin(file.name, "FITS", nodata=nodata, metadata=image.metadata)
