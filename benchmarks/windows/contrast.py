"""A drag on contrast beside a pan over the same tiles, which are all there: five channels, 16 bits.

What both have in common in every window: the image, where the hand is, and what is counted.
"""

from collections.abc import Callable

import numpy as np
from numpy.typing import NDArray

from benchmarks.resident import FEW, PAN_PX
from benchmarks.windows.turns import Show
from glview.bench.gl_watch import GlWatch
from glview.image import Channel, ColorModel, SampleType
from glview.pyramid import IntRect
from glview.sources.base import TileSource
from glview.sources.model import PixelModel
from glview.sources.synthetic import FunctionSource, SyntheticOptions, halving_pyramid

KIND = "minified"
"""As a whole section is looked at: four fetches for each pixel and channel."""
REACH_PX = 90.0
_CHANNELS = 5


class Deep:
    """Noise in few tiles, which counts how many were read."""

    def __init__(self) -> None:
        self.reads = 0
        model = PixelModel(SampleType.U16, ColorModel.CHANNELS, _CHANNELS)
        # Named, they are all shown.
        named = tuple(Channel(f"stain {number}") for number in range(1, _CHANNELS + 1))
        tile = SyntheticOptions(FEW.tile_px, FEW.tile_px, model=model, channels=named)
        shape = (FEW.tile_px, FEW.tile_px, _CHANNELS)
        noise = np.random.default_rng(0).integers(100, 4000, shape, np.uint16)

        def paint(_level: int, rect: IntRect) -> NDArray[np.generic]:
            self.reads += 1
            return noise[: rect.height, : rect.width]

        pyramid = halving_pyramid(FEW.width, FEW.height, tile)
        self.source: TileSource = FunctionSource(pyramid, paint, tile)


def hand(width: int, height: int, number: int) -> tuple[float, float]:
    """Where the pointer is in a frame: to and fro about the middle, and as far up and down."""
    phase = (number * PAN_PX) % (4.0 * REACH_PX)
    away = abs(phase - 2.0 * REACH_PX) - REACH_PX
    return width / 2.0 + away, height / 2.0 - away


def fewer(frames: int) -> int:
    """Of these frames, which take ten times as long as others, so many do."""
    return max(6, frames // 8)


def counted(show: Show, frames: int, reads: Callable[[], int]) -> tuple[int, int]:
    """How many tiles are read, and pieces of any put into the atlas, while frames are shown."""
    show(0)
    before = reads()
    with GlWatch() as watch:
        for number in range(1, frames + 1):
            show(number)
    return reads() - before, watch.calls["glTexSubImage3D"]
