"""Pictures beside an image: a slide's label, its macro."""

import os
from typing import Any

import numpy as np
from numpy.typing import NDArray

from glview.errors import ImageError
from glview.sources.base import AssociatedSource, TileSource, is_source
from glview.sources.files import printable
from glview.sources.finding import found_image
from glview.sources.flat import FlatImage
from glview.sources.image_file import image_file
from glview.sources.opening import BUDGET_BYTES


def associated_image(what: Any, name: str) -> NDArray[np.uint8]:
    """A picture beside an image, such as a slide's "label" or "macro".

    ``what`` is the image's file or a source, which stays open; the description tells the names
    (``associated``). Returns (height, width, 3 or 4) bytes, RGB or straight RGBA. A label may say
    whose the tissue is: nothing else in glview shows or saves it. `ImageError` where there is none
    of the name, or it cannot be read. May decode; any thread.
    """
    if is_source(what):
        return _read(what, what.description.name, name)
    path = os.fsdecode(what)
    with image_file(path) as file:
        found = found_image(file, BUDGET_BYTES)
    if isinstance(found, FlatImage):
        raise _lacking(printable(path), name, ())
    try:
        return _read(found, printable(path), name)
    finally:
        found.close()


def _read(source: TileSource, image: str, name: str) -> NDArray[np.uint8]:
    names = source.description.associated
    if name not in names:
        raise _lacking(image, name, names)
    if not isinstance(source, AssociatedSource):
        raise ImageError(image, f"this {type(source).__name__} cannot read its {name}")
    return source.read_associated(name)


def _lacking(image: str, name: str, names: tuple[str, ...]) -> ImageError:
    there = f"only: {', '.join(names)}" if names else "none"
    return ImageError(image, f"has no picture {name!r} beside the image; there is {there}")
