"""An image with a mask beside it, which says where there is nothing."""

from contextlib import ExitStack
from dataclasses import replace
from typing import Any

import numpy as np
from numpy.typing import NDArray

from glview.errors import TileError
from glview.image import SampleType
from glview.pyramid import TileKey
from glview.sources.base import (
    ImageDescription,
    Tile,
    TileSource,
    find_offset,
    limit_cache,
    most_cached,
)
from glview.sources.cancellation import Cancellation
from glview.sources.flat import FlatImage
from glview.sources.lost_parts import Whole
from glview.sources.model import PixelModel, opaque_value
from glview.sources.mosaic import assembled, model_of, pixels_of

_LARGEST = 255.0
"""Of a mask as it is delivered, whatever its bits: all of a pixel is there."""


class MaskedSource:
    """Tiles of ``source`` as far as a mask of the same levels has them; it owns both.

    As thread-safe as they are. Of floats what is masked is NaN, of others their alpha says it. A
    part of the mask that cannot be read masks nothing, and is told as the tile's fault.
    """

    def __init__(self, source: TileSource, mask: TileSource) -> None:
        self._source = source
        self._mask = mask
        self._told()

    def _told(self) -> None:
        told = self._source.description
        self._model = model_of(told)
        levels = told.pyramid.levels[: len(self._mask.description.pyramid.levels)]
        self._description = replace(
            told,
            pyramid=replace(told.pyramid, levels=levels),
            alpha=masked_model(self._model).alpha,
        )

    @property
    def description(self) -> ImageDescription:
        return self._description

    def find_offset(self) -> None:
        find_offset(self._source)
        self._told()

    @property
    def cache_bytes(self) -> int:
        return self._source.cache_bytes + self._mask.cache_bytes

    @property
    def most_cached_bytes(self) -> int:
        return most_cached(self._source) + most_cached(self._mask)

    def limit_cache(self, limit_bytes: int) -> None:
        # A mask has a bit a pixel.
        limit_cache(self._mask, limit_bytes // 8)
        limit_cache(self._source, limit_bytes - limit_bytes // 8)

    def read_tile(self, key: TileKey) -> Tile | None:
        tile = self._source.read_tile(key)
        if tile is None:
            return None
        rect = self._description.pyramid.levels[key.level].l_tile_rect(key.column, key.row)
        told = self._mask.description
        level = told.pyramid.levels[key.level]
        mask = assembled(self._shares, key.level, level, rect, model_of(told), nodata=0.0)
        shape = (rect.height, rect.width)
        shares = np.zeros(shape, np.uint8) if mask is None else mask.pixels[..., 0]
        pixels = masked(pixels_of(tile), shares, self._model)
        return Tile(pixels, fault=tile.fault or (mask.fault if mask is not None else None))

    def _shares(self, key: TileKey) -> Tile | None:
        """A tile of the mask; all is there where it cannot be read, beside others, too."""
        try:
            return self._mask.read_tile(key)
        except TileError as error:
            rect = self._mask.description.pyramid.levels[key.level].l_tile_rect(key.column, key.row)
            opaque = np.full((rect.height, rect.width, 1), _LARGEST, np.uint8)
            return Tile(opaque, fault=error)

    def close(self) -> None:
        with ExitStack() as both:
            both.callback(self._mask.close)
            both.callback(self._source.close)


def masked_model(model: PixelModel) -> PixelModel:
    """What an image is with its mask."""
    return model if model.sample_type is SampleType.F32 else replace(model, alpha=True)


def masked(
    pixels: NDArray[np.generic], mask: NDArray[np.generic], model: PixelModel
) -> NDArray[np.generic]:
    """Pixels (height, width, depth) of a model as `masked_model` has them; ``mask`` is 0 to 255."""
    if model.sample_type is SampleType.F32:
        out = pixels.copy()
        out[mask == 0] = np.nan
        return out
    opaque = opaque_value(model.sample_type)
    share = mask.astype(np.float32) / np.float32(_LARGEST)
    alpha = pixels[..., -1].astype(np.float32) if model.alpha else np.float32(opaque)
    shown = np.rint(share * alpha).astype(pixels.dtype)
    return np.concatenate([pixels[..., : model.bands], shown[..., None]], axis=2)


def masked_image(image: FlatImage, mask: FlatImage) -> FlatImage:
    """An image that is decoded whole, and its mask, which is as large, with it."""
    model = image.model

    def decode(cancellation: Cancellation) -> Whole:
        whole = image.decode(cancellation)
        try:
            shares = mask.decode(cancellation)
        except ValueError as error:
            fault = f"its mask cannot be read: {error}"
            opaque = np.full(whole.pixels.shape[:2], _LARGEST, np.uint8)
            damage = "; ".join(filter(None, (whole.damage, fault)))
            return replace(whole, pixels=masked(whole.pixels, opaque, model), damage=damage)
        for part in shares.lost:
            # Else these were half there.
            shares.pixels[part.y0 : part.y1, part.x0 : part.x1] = _LARGEST
        fault = shares.damage and f"its mask: {shares.damage}"
        damage = "; ".join(filter(None, (whole.damage, fault)))
        pixels = masked(whole.pixels, shares.pixels[..., 0], model)
        return replace(whole, pixels=pixels, damage=damage)

    def undecoded() -> Any:
        picture, shares = image.undecoded(), mask.undecoded()[0]
        if model.sample_type is SampleType.F32:
            return (shares == 0).ifthenelse(float("nan"), picture)
        opaque = opaque_value(model.sample_type)
        alpha = picture[-1] if model.alpha else opaque
        shown = (shares / _LARGEST * alpha).rint().cast(picture.format)
        joined = picture[: model.bands] if model.alpha else picture
        return joined.bandjoin(shown).copy(interpretation=picture.interpretation)

    return replace(image, model=masked_model(model), decode=decode, undecoded=undecoded)
