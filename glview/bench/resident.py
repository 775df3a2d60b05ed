"""A viewer whose tiles are all in the atlas, over an image that is painted."""

from dataclasses import replace

import numpy as np
from numpy.typing import NDArray

from glview.bench.screen import Screen
from glview.bench.scripts import to_and_fro
from glview.options import ViewerOptions
from glview.pyramid import IntRect
from glview.sources.synthetic import FunctionSource, SyntheticOptions, halving_pyramid
from glview.viewport import Viewport

WIDTH_PX, HEIGHT_PX = 1600, 1000
"""Of the target."""
PAN_PX = 3.0
"""A frame's pan: 180 pixels a second at 60 frames."""
_FURTHEST_PX = 300.0


class Resident:
    """Over an image of a size, in tiles as the options say; lives in one current context."""

    def __init__(
        self,
        size: tuple[int, int],
        tile: SyntheticOptions,
        options: ViewerOptions,
        *,
        furthest_px: float = _FURTHEST_PX,
    ) -> None:
        self._size, self._furthest_px = size, furthest_px
        bands = tile.model.bands + tile.model.alpha
        shape = tile.tile_height + 2 * tile.overlap, tile.tile_width + 2 * tile.overlap, bands
        noise = np.random.default_rng(0).integers(0, 256, shape, np.uint8)

        def paint(_level: int, l_rect: IntRect) -> NDArray[np.generic]:
            return noise[: l_rect.height, : l_rect.width]

        pyramid = halving_pyramid(*size, tile)
        source = FunctionSource(pyramid, paint, tile)
        self.painted = sum(level.columns * level.rows for level in pyramid.levels)
        """Tiles of the image; the viewer halves it further, and has a few more."""
        self.screen = Screen(source, replace(options, fade_s=0.0), WIDTH_PX, HEIGHT_PX)
        for level in range(len(pyramid.levels)):
            self._look_all_over(0.5**level)

    def _look_all_over(self, scale: float) -> None:
        step_x, step_y = WIDTH_PX / scale, HEIGHT_PX / scale
        for row in range(max(1, -int(-self._size[1] // step_y))):
            for column in range(max(1, -int(-self._size[0] // step_x))):
                x, y = (column + 0.5) * step_x, (row + 0.5) * step_y
                self.screen.settle(Viewport(WIDTH_PX, HEIGHT_PX, x, y, scale))

    @property
    def tiles(self) -> int:
        """How many are resident."""
        return self.screen.viewer.stats().tiles.resident

    def view(self, scale: float) -> Viewport:
        """The middle of the image."""
        return Viewport(WIDTH_PX, HEIGHT_PX, self._size[0] / 2, self._size[1] / 2, scale)

    def pan(self, scale: float, frame: int) -> Viewport:
        """Frame by frame to one side and back to the other, as far as the image goes."""
        reach_px = min(self._size[0] * scale / 2 - WIDTH_PX / 2 - 2.0, self._furthest_px)
        return self.view(scale).panned(-to_and_fro(frame * PAN_PX, reach_px), 0.0)

    def begin(self) -> None:
        """Before frames that follow those of another program in the same context."""
        self.screen.renderer.context_shared()

    def draw(self, view: Viewport) -> None:
        """One frame, as a canvas asks for it, not waited for."""
        self.screen.look(view)
        self.screen.draw()

    def close(self) -> None:
        """With its screen."""
        self.screen.close()
