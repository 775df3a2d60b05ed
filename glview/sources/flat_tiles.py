"""A page of a TIFF that libvips does not read, to be decoded whole: turned, or of huge pieces."""

from collections.abc import Callable
from contextlib import closing
from types import MappingProxyType
from typing import Any

import numpy as np
import pyvips

from glview.errors import TileError
from glview.pyramid import IntRect, TileKey
from glview.sources.base import TileSource, find_offset
from glview.sources.cancellation import Cancellation
from glview.sources.flat import FlatImage
from glview.sources.lost_parts import Whole
from glview.sources.mosaic import hole_value, model_of
from glview.sources.stored import DAMAGE, Planes
from glview.sources.tiff_facts import is_lossy, metadata_of, profile_of
from glview.sources.tiff_stored import samples_of
from glview.sources.tiff_structure import Directory, ReadAt


def flat_tiles(
    opened: Callable[[], TileSource], page: Directory, planes: Planes, read_at: ReadAt
) -> FlatImage:
    """The finest level of what ``opened`` gives, which is ``page``, as one image.

    Errors of ``opened`` come through, now and when the image is decoded: it is opened again then.
    """
    with closing(opened()) as source:
        told = source.description
    model, hole = model_of(told), hole_value(model_of(told), told.nodata)
    offset = 0.0

    def decode(cancellation: Cancellation) -> Whole:
        nonlocal offset
        with closing(opened()) as source:
            find_offset(source)
            offset = source.description.offset
            return _put_together(source, hole, cancellation)

    def undecoded() -> Any:
        whole = decode(Cancellation())
        if whole.damage:
            raise pyvips.Error(whole.damage)
        return pyvips.Image.new_from_array(whole.pixels)

    return FlatImage(
        told.name,
        told.format,
        page.width,
        page.height,
        samples_of(page),
        model,
        decode,
        undecoded,
        page.orientation,
        told.nodata,
        told.pixel_size_um,
        MappingProxyType(metadata_of(page, told.metadata.get(DAMAGE, ""))),
        planes,
        is_lossy(page, read_at),
        profile_of(page, read_at),
        told.channels,
        convertible=False,
        offset=lambda: offset,
    )


def _put_together(source: TileSource, hole: float, cancellation: Cancellation) -> Whole:
    """Level 0. ValueError where nothing can be read."""
    told = source.description
    level, model = told.pyramid.levels[0], model_of(told)
    count = level.columns * level.rows
    if count == 1:
        # Two of a picture that is one strip are not held.
        try:
            tile = source.read_tile(TileKey(0, 0, 0))
        except TileError as error:
            raise ValueError(_fault(error, told.name)) from None
        if tile is not None:
            return Whole(tile.pixels)
    out = np.full((level.height, level.width, model.depth), hole, model.sample_type.dtype)
    faults: list[str] = []
    lost: list[IntRect] = []
    for key in (TileKey(0, x, y) for y in range(level.rows) for x in range(level.columns)):
        cancellation.check()
        try:
            tile = source.read_tile(key)
        except TileError as error:
            faults.append(_fault(error, told.name))
            lost.append(level.l_tile_rect(key.column, key.row))
            continue
        if tile is None:
            continue
        x0, y0, x1, y1 = level.l_tile_rect(key.column, key.row)
        out[y0:y1, x0:x1] = tile.pixels
    if len(faults) == count:
        raise ValueError(faults[0])
    if not faults:
        return Whole(out)
    damage = f"{len(faults)} of {count} pieces cannot be read: {faults[0]}"
    return Whole(out, damage, tuple(lost))


def _fault(error: TileError, name: str) -> str:
    return str(error).removeprefix(f"{name}: ").removeprefix("level 0 ")
