"""The real session and renderer on an offscreen target, driven step by step."""

import time
from collections.abc import Callable

import numpy as np
from numpy.typing import NDArray

from glview import reference
from glview.display import Display
from glview.gl.offscreen_target import OffscreenTarget
from glview.gl.renderer import Renderer
from glview.image import ImageDescription
from glview.options import ViewerOptions
from glview.session import Session
from glview.sources.base import TileSource
from glview.sources.presented import presented
from glview.viewport import Viewport
from tests.gl.compare import whole_levels

Picture = NDArray[np.uint8]
GIVE_UP_S = 60.0


def still_options(**changes: object) -> ViewerOptions:
    """Options for pictures at rest: nothing fades, little memory."""
    defaults: dict[str, object] = {
        "gpu_bytes": 64 << 20,
        "fade_s": 0.0,
        "background": (0.0, 0.0, 0.0),
        "workers": 2,
        "auto_window": False,
    }
    return ViewerOptions(**(defaults | changes))  # type: ignore[arg-type]  # checked by the class


class Stage:
    """One source on one target."""

    def __init__(
        self,
        source: TileSource,
        *,
        options: ViewerOptions | None = None,
        display: Callable[[Display], Display] | None = None,
    ) -> None:
        self.source = presented(source)
        self.renderer = Renderer()
        self.session = Session(self.source, options or still_options(), wake=lambda: None)
        if display is not None:
            self.session.display = display(self.session.display)
        self.session.attach(self.renderer)
        self._target: OffscreenTarget | None = None

    @property
    def description(self) -> ImageDescription:
        return self.source.description

    def target_for(self, view: Viewport) -> OffscreenTarget:
        found = self._target
        if found is None or (found.target.width, found.target.height) != (view.width, view.height):
            if found is not None:
                found.release()
            found = self._target = OffscreenTarget(view.width, view.height)
            self.renderer.target_rebound()
        return found

    def step(self, view: Viewport, now: float, *, moving: bool = False) -> Picture:
        """One frame with what is there, shape (height, width, 3)."""
        self.session.follow(view, focus=None, moving=moving)
        self.session.take(self.renderer, now, 1.0)
        offscreen = self.target_for(view)
        self.renderer.draw(self.session.frame(view, now), offscreen.target)
        picture = offscreen.read()
        self.renderer.target_rebound()
        assert (picture[..., 3] == 255).all(), "a picture must be opaque"
        return picture[..., :3]

    def settle(self, view: Viewport, now: float = 0.0) -> Picture:
        """The final picture of a view."""
        until = time.monotonic() + GIVE_UP_S
        while True:
            planned = self.session.follow(view, focus=None, moving=False)
            waiting = self.session.take(self.renderer, now, 1.0)
            if planned and not waiting and self.session.standing.is_complete():
                picture = self.step(view, now)
                self.session.follow(view, focus=None, moving=False)
                self.session.get_ahead(self.renderer)
                return picture
            if time.monotonic() > until:
                raise TimeoutError(f"{view} did not settle")
            time.sleep(0.001)

    def levels(self) -> list[NDArray[np.generic]]:
        """Every level whole, put together from the source's own tiles."""
        return whole_levels(self.source)

    def reference(self, view: Viewport) -> NDArray[np.float64]:
        """What the picture should be, shape (height, width, 3), 0 to 255, not rounded."""
        picture = reference.render(self.description, self.levels(), view, self.session.display)
        return picture * 255.0

    def close(self) -> None:
        self.session.close()
        self.renderer.release()
        if self._target is not None:
            self._target.release()
