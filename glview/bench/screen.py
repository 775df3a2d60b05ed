"""A viewer in an EGL context, drawing into a target without a window."""

import threading
import time
from collections.abc import Callable

from glview.frame import Frame, Target
from glview.gl import api as gl
from glview.gl.offscreen_target import OffscreenTarget
from glview.gl.renderer import Renderer
from glview.options import ViewerOptions
from glview.sources.base import TileSource
from glview.viewer import Viewer
from glview.viewport import Viewport

_NEWS_S = 0.05
"""So long is waited for tiles at a time; the wake-up usually comes first."""


class _Noting(Renderer):
    """Notes what it has drawn last."""

    frame: Frame | None = None

    def draw(self, frame: Frame, target: Target) -> None:
        self.frame = frame
        super().draw(frame, target)

    def clear(self, target: Target, color: tuple[float, float, float]) -> None:
        self.frame = None
        super().clear(target, color)


class Screen:
    """Made, used and closed in one current context; closing it closes the source."""

    def __init__(
        self, source: TileSource, options: ViewerOptions, width_px: int, height_px: int
    ) -> None:
        self._news = threading.Event()
        self.renderer = _Noting()
        self.viewer = Viewer(options, wake=self._news.set)
        self.viewer.attach(self.renderer)
        self.offscreen = OffscreenTarget(width_px, height_px)
        self.renderer.target_rebound()
        self.viewer.resize(width_px, height_px)
        self.viewer.show(source)

    @property
    def view(self) -> Viewport:
        """What is seen."""
        return self.viewer.navigator.view

    @property
    def pyramid_size(self) -> tuple[int, int]:
        """Width and height of the image."""
        assert self.viewer.description is not None
        pyramid = self.viewer.description.pyramid
        return pyramid.width, pyramid.height

    @property
    def tile_px(self) -> tuple[int, int]:
        """Width and height of the finest level's tiles."""
        assert self.viewer.description is not None
        finest = self.viewer.description.pyramid.levels[0]
        return finest.tile_width, finest.tile_height

    def fitted(self) -> Viewport:
        """The view of the whole image."""
        return self.view.fitted(*self.pyramid_size)

    def look(self, view: Viewport) -> None:
        """Be at a view, without a picture yet."""
        self.viewer.navigator.set_view(view)

    def draw(self, upload_budget_s: float | None = None) -> bool:
        """One frame, as a canvas asks for it, not waited for; True if another should follow."""
        self._news.clear()
        return self.viewer.draw(
            self.offscreen.target, time.perf_counter(), upload_budget_s=upload_budget_s
        )

    def finish(self) -> None:
        """Wait until OpenGL is done with all that it was told."""
        gl.glFinish()

    def picture(self) -> bool:
        """A whole frame; True if another should follow."""
        more = self.draw()
        self.finish()
        return more

    @property
    def is_sharp(self) -> bool:
        """Whether the last picture shows every tile that it needs, or what cannot be read."""
        needed, there = self.viewer.progress
        return not self.viewer.blank and there >= needed > 0

    @property
    def frame(self) -> Frame | None:
        """What the last picture was made of; None where it showed no image."""
        return self.renderer.frame

    def missing_share(self) -> float:
        """The share of the tiles of the last picture that are not there yet."""
        tiles = self.viewer.stats().tiles
        return 1.0 - tiles.there / tiles.needed if tiles.needed else 1.0

    def begin(self) -> None:
        """Draw until there is a picture at all, waiting for tiles as a canvas does."""
        self._draw_until(lambda: not self.viewer.blank)

    def sharpen(self) -> None:
        """Draw until the picture is sharp, waiting for tiles as a canvas does."""
        self._draw_until(lambda: self.is_sharp)

    def _draw_until(self, is_done: Callable[[], bool]) -> None:
        while True:
            more = self.picture()
            if is_done():
                return
            if not more:
                self._news.wait(_NEWS_S)

    def settle(self, view: Viewport) -> None:
        """Draw until the picture of a view is final, in as few frames as that takes."""
        self.look(view)
        while True:
            self.draw(upload_budget_s=1.0)
            if self.viewer.settled:
                self.finish()
                return
            self._news.wait(_NEWS_S)

    def close(self) -> None:
        """Stop the workers, close the source, free what was made in the context."""
        self.viewer.close()
        self.renderer.release()
        self.offscreen.release()
