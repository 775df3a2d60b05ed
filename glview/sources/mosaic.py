"""Puts rectangles of a level together from tiles."""

from collections.abc import Callable, Sequence

import numpy as np
from numpy.typing import NDArray

from glview.errors import TileError
from glview.pyramid import IntRect, Level, TileKey
from glview.sources.base import ImageDescription, SampleType, Tile
from glview.sources.model import PixelModel


def model_of(description: ImageDescription) -> PixelModel:
    """The pixel model an image description declares."""
    return PixelModel(
        description.sample_type, description.color_model, description.bands, description.alpha
    )


def pixels_of(tile: Tile) -> NDArray[np.generic]:
    """The texels a tile stands for, without its margin: (height, width, depth)."""
    left, top, right, bottom = tile.margin
    height, width = tile.pixels.shape[:2]
    return tile.pixels[top : height - bottom, left : width - right]


def hole_value(model: PixelModel, nodata: float | None) -> float:
    """What stands where nothing could be read: nothing if that can be said, else mid-grey."""
    if model.sample_type is SampleType.F32:
        return float("nan")
    if nodata is not None:
        return nodata
    if model.alpha:
        return 0.0
    limits = np.iinfo(np.dtype(model.sample_type.value))
    return float((int(limits.min) + int(limits.max) + 1) // 2)


def assembled(
    read: Callable[[TileKey], Tile | None],
    level_index: int,
    level: Level,
    rect: IntRect,
    model: PixelModel,
    nodata: float | None = None,
) -> Tile | None:
    """Level pixels ``rect`` as a tile without margin, from the tiles that ``read`` gives.

    Parts that are absent or unreadable hold `hole_value`; its fault is the first one that may heal,
    else the first. None if all parts are absent; the fault, raised, if nothing could be read and
    something failed.
    """
    out: NDArray[np.generic] | None = None
    fault: TileError | None = None
    lost: list[IntRect] = []
    for row in range(rect.y0 // level.tile_height, -(-rect.y1 // level.tile_height)):
        for column in range(rect.x0 // level.tile_width, -(-rect.x1 // level.tile_width)):
            part = level.l_tile_rect(column, row)
            x0, y0 = max(part.x0, rect.x0), max(part.y0, rect.y0)
            x1, y1 = min(part.x1, rect.x1), min(part.y1, rect.y1)
            try:
                tile = read(TileKey(level_index, column, row))
            except TileError as error:
                fault = _worth_more(fault, error)
                lost.append(IntRect(x0 - rect.x0, y0 - rect.y0, x1 - rect.x0, y1 - rect.y0))
                continue
            if tile is None:
                continue
            fault = _worth_more(fault, tile.fault)
            lost += _moved(tile.lost, part, rect)
            pixels = pixels_of(tile)[y0 - part.y0 : y1 - part.y0, x0 - part.x0 : x1 - part.x0]
            if (x0, y0, x1, y1) == tuple(rect):
                return Tile(pixels, fault=fault, lost=tuple(lost))
            if out is None:
                out = np.full(
                    (rect.height, rect.width, model.depth),
                    hole_value(model, nodata),
                    dtype=model.sample_type.dtype,
                )
            out[y0 - rect.y0 : y1 - rect.y0, x0 - rect.x0 : x1 - rect.x0] = pixels
    if out is not None:
        return Tile(out, fault=fault, lost=tuple(lost))
    if fault is not None:
        raise fault
    return None


def _moved(lost: Sequence[IntRect], part: IntRect, rect: IntRect) -> list[IntRect]:
    """What of a tile at ``part`` is lost, as it lies in ``rect``, and as far as it does."""
    found = []
    for x0, y0, x1, y1 in lost:
        left, top = max(part.x0 + x0, rect.x0), max(part.y0 + y0, rect.y0)
        right, bottom = min(part.x0 + x1, rect.x1), min(part.y0 + y1, rect.y1)
        if left < right and top < bottom:
            found.append(IntRect(left - rect.x0, top - rect.y0, right - rect.x0, bottom - rect.y0))
    return found


def _worth_more(one: TileError | None, other: TileError | None) -> TileError | None:
    """The fault that says whether another attempt is worth it."""
    if one is None or (other is not None and other.may_heal and not one.may_heal):
        return other
    return one
