"""What all windows have in common: the image, the pan, an empty canvas, and turns."""

import json
import sys
import time
from collections.abc import Callable, Mapping

import numpy as np
from numpy.typing import NDArray

from benchmarks.resident import FEW, PAN_PX, SCALES
from glview.gl import api as gl
from glview.options import ViewerOptions
from glview.pyramid import IntRect
from glview.sources.base import TileSource
from glview.sources.synthetic import FunctionSource, SyntheticOptions, halving_pyramid
from glview.viewport import Viewport

REACH_PX = 90.0
OPTIONS = ViewerOptions(workers=2, fade_s=0.0)
Show = Callable[[int], int]
"""Draws a frame by its number and presents it; how many were drawn: one may ask for another."""
Found = dict[str, list[tuple[float, float]]]
"""Of each program, turn by turn, milliseconds a frame: wall clock and processor."""


def source() -> TileSource:
    """Noise in few tiles."""
    tile = SyntheticOptions(tile_width=FEW.tile_px, tile_height=FEW.tile_px)
    noise = np.random.default_rng(0).integers(0, 256, (FEW.tile_px, FEW.tile_px, 3), np.uint8)

    def paint(_level: int, rect: IntRect) -> NDArray[np.generic]:
        return noise[: rect.height, : rect.width]

    return FunctionSource(halving_pyramid(FEW.width, FEW.height, tile), paint, tile)


def pan(kind: str, width: int, height: int, number: int) -> Viewport:
    """To and fro about the middle, as far as the image goes, over tiles that are all there."""
    scale = SCALES[kind]
    middle = Viewport(width, height, FEW.width / 2, FEW.height / 2, scale)
    reach_px = max(min(FEW.width * scale / 2 - width / 2 - 2.0, REACH_PX), PAN_PX)
    phase = (number * PAN_PX) % (4.0 * reach_px)
    return middle.panned(abs(phase - 2.0 * reach_px) - reach_px, 0.0)


def empty(framebuffer: int, number: int) -> None:
    """A canvas of one colour, another each time."""
    gl.glBindFramebuffer(gl.GL_FRAMEBUFFER, framebuffer)
    gl.glClearColor(number % 200 / 255.0, 0.3, 0.3, 1.0)
    gl.glClear(gl.GL_COLOR_BUFFER_BIT)


def in_turns(
    shows: Mapping[str, Show], repeats: int, frames: int, begin: Callable[[], None] = lambda: None
) -> Found:
    """Milliseconds a frame, wall clock and processor, after one turn that does not count.

    ``begin`` comes before each: in one context others have drawn.
    """
    found: Found = {name: [] for name in shows}
    for turn in range(repeats + 1):
        for name, show in shows.items():
            begin()
            show(0)
            wall_s, processor_s = time.perf_counter(), time.process_time()
            drawn = sum(show(number) for number in range(1, frames + 1))
            wall_s = time.perf_counter() - wall_s
            processor_s = time.process_time() - processor_s
            if turn:
                found[name].append((wall_s / drawn * 1e3, processor_s / drawn * 1e3))
    return found


def tell(
    size: tuple[int, int], kinds: Mapping[str, Found], contrast: Found, counts: tuple[int, int]
) -> None:
    """Print what `benchmarks.windows.cases` reads; ``counts`` as `contrast.counted` has them."""
    told = {"size": list(size), "kinds": kinds, "contrast": contrast, "counts": list(counts)}
    sys.stdout.write(json.dumps(told))
