"""A viewer in an EGL context whose tiles are all in the atlas already."""

from dataclasses import dataclass, replace

import numpy as np
from numpy.typing import NDArray

from glview.bench.screen import Screen
from glview.display import Display, Window
from glview.options import ViewerOptions
from glview.pyramid import IntRect
from glview.sources.synthetic import FunctionSource, SyntheticOptions, halving_pyramid
from glview.viewport import Viewport

WIDTH_PX, HEIGHT_PX = 1600, 1000
PAN_PX = 3.0
"""A frame's pan: 180 pixels a second at 60 frames."""


@dataclass(frozen=True, slots=True)
class Extent:
    """An image of ``width`` x ``height`` pixels in tiles of ``tile_px``."""

    width: int
    height: int
    tile_px: int


FEW = Extent(3072, 2048, 512)
MANY = Extent(6144, 4608, 256)
SCALES = {"magnified": 1.25, "minified": 0.7, "cross-fade": 0.53, "composite": 0.53}
"""Each a way of drawing: one fetch, four fetches, and two levels in the target or through a
composite, as a display with a window takes it."""


def display_for(kind: str, display: Display) -> Display:
    """The display of bytes that takes this way of drawing."""
    top = 254.0 if kind == "composite" else 255.0
    return replace(display, windows=(Window(0.0, top),) * len(display.windows))


class Resident:
    """A viewer, its renderer and its target; made, used and closed in one current context."""

    def __init__(self, extent: Extent) -> None:
        self._extent = extent
        options = SyntheticOptions(tile_width=extent.tile_px, tile_height=extent.tile_px)
        noise = _noise(1024)

        def paint(_level: int, l_rect: IntRect) -> NDArray[np.generic]:
            return noise[: l_rect.height, : l_rect.width]

        pyramid = halving_pyramid(extent.width, extent.height, options)
        source = FunctionSource(pyramid, paint, options)
        self._screen = Screen(source, ViewerOptions(workers=2, fade_s=0.0), WIDTH_PX, HEIGHT_PX)
        self.tiles = sum(level.columns * level.rows for level in pyramid.levels)
        self._load(len(pyramid.levels))

    def _load(self, levels: int) -> None:
        """Look at every place of every level, so that all tiles are in the atlas."""
        for level in range(levels):
            scale = 0.5**level
            step_x, step_y = WIDTH_PX / scale, HEIGHT_PX / scale
            for row in range(max(1, -int(-self._extent.height // step_y))):
                for column in range(max(1, -int(-self._extent.width // step_x))):
                    x, y = (column + 0.5) * step_x, (row + 0.5) * step_y
                    self.settle(Viewport(WIDTH_PX, HEIGHT_PX, x, y, scale))

    def show(self, kind: str) -> None:
        """Have the display that takes this way of drawing."""
        display = self._screen.viewer.display
        assert display is not None
        self._screen.viewer.display = display_for(kind, display)

    def settle(self, view: Viewport) -> None:
        """Draw until the picture is final."""
        self._screen.settle(view)

    def view(self, scale: float) -> Viewport:
        """The middle of the image."""
        middle = self._extent.width / 2, self._extent.height / 2
        return Viewport(WIDTH_PX, HEIGHT_PX, *middle, scale)

    def pan(self, scale: float, frame: int) -> Viewport:
        """Frame by frame to the right and back, as far as the image goes."""
        reach = min(self._extent.width * scale / 2 - WIDTH_PX / 2 - 2.0, 300.0)
        phase = (frame * PAN_PX) % (4 * reach)
        dx = abs(phase - 2 * reach) - reach
        return replace(view := self.view(scale), centre_x=view.centre_x + dx / scale)

    def begin(self) -> None:
        """Before frames that follow those of another program in the same context."""
        self._screen.renderer.context_shared()

    def draw(self, view: Viewport) -> None:
        """One frame, as a canvas asks for it, not waited for."""
        self._screen.look(view)
        self._screen.draw()

    def finish(self) -> None:
        self._screen.finish()

    def close(self) -> None:
        self._screen.close()


def _noise(size_px: int) -> NDArray[np.uint8]:
    return np.random.default_rng(0).integers(0, 256, (size_px, size_px, 3), np.uint8)
