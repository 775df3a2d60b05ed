"""A source out of one function."""

from collections.abc import Callable
from dataclasses import replace

import numpy as np
from numpy.typing import ArrayLike, NDArray

from glview.errors import ImageError, TileError
from glview.pyramid import TileKey
from glview.sources.base import ImageDescription, Reading, SampleType, Tile
from glview.sources.model import guessed_model
from glview.sources.synthetic import SyntheticOptions, halving_pyramid

Painter = Callable[[int, int, int, int, int], ArrayLike]


class CallableSource:
    """The image that ``paint(level, x, y, width, height)`` paints, piece by piece.

    The image has ``width`` x ``height`` pixels; level 0 is all of them, and each next level has
    half as many a side, rounded up. ``paint`` is asked for tiles: rectangles of a level, in that
    level's own pixels, at most ``tile_px`` a side. It gives an array of shape (height, width), or
    (height, width, bands), in the dtype given here (uint8, uint16, int16 or float32) or one that
    numpy turns into it without loss of kind (float64 for float32). 1 band is grey, 3 are RGB, with
    one more for a straight alpha; more are channels. ``levels`` is how many levels ``paint``
    knows, None for all; a viewer makes the rest of finer ones.

    ``paint`` runs on worker threads: on one at a time, unless ``reading`` says that it mostly
    computes in code that lets other threads run, or waits. Python code that takes long is better
    off in other processes: ``IsolatedSource(CallableSource, paint, width, height)``.
    """

    def __init__(
        self,
        paint: Painter,
        width: int,
        height: int,
        *,
        bands: int = 3,
        dtype: str = "uint8",
        levels: int | None = None,
        tile_px: int = 256,
        reading: Reading = Reading.PYTHON,
    ) -> None:
        self._paint = paint
        name = getattr(paint, "__name__", type(paint).__name__)
        if dtype not in {sample.value for sample in SampleType}:
            carried = ", ".join(sample.value for sample in SampleType)
            raise ImageError(name, f"samples of type {dtype} are not supported ({carried} are)")
        model = guessed_model(SampleType(dtype), bands)
        pyramid = halving_pyramid(width, height, SyntheticOptions(tile_px, tile_px))
        self._description = ImageDescription(
            name=name,
            format="function",
            pyramid=replace(pyramid, levels=pyramid.levels[:levels]),
            sample_type=model.sample_type,
            color_model=model.color_model,
            bands=model.bands,
            alpha=model.alpha,
            reading=reading,
        )
        self._dtype = model.sample_type.dtype
        self._depth = model.depth

    @property
    def description(self) -> ImageDescription:
        return self._description

    @property
    def cache_bytes(self) -> int:
        return 0

    def read_tile(self, key: TileKey) -> Tile:
        """Paint one tile; `TileError` where that gives something else than it should."""
        rect = self._description.pyramid.levels[key.level].l_tile_rect(key.column, key.row)
        pixels = np.asarray(self._paint(key.level, rect.x0, rect.y0, rect.width, rect.height))
        if pixels.ndim == 2:
            pixels = pixels[:, :, np.newaxis]
        wanted = (rect.height, rect.width, self._depth)
        if pixels.shape != wanted or not np.can_cast(pixels.dtype, self._dtype, "same_kind"):
            raise TileError(
                f"{self._description.name}: tile {tuple(key)}: {pixels.dtype} of shape"
                f" {pixels.shape} instead of {self._dtype} of {wanted}"
            )
        painted: NDArray[np.generic] = pixels.astype(self._dtype, copy=False)
        return Tile(painted)

    def close(self) -> None:
        """Nothing is open."""
