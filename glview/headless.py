"""Pictures without a display: the viewer in an EGL context of its own.

`render` works in a thread of its own, so that a context that is current in the caller's thread
(Qt's, glfw's) stays so, and can be called from any thread.
"""

import math
import threading
import time
from collections.abc import Callable, Iterator
from contextlib import ExitStack, contextmanager
from dataclasses import dataclass, replace
from itertools import pairwise
from typing import Any, TypeVar

import numpy as np
from numpy.typing import NDArray

from glview.canvases.egl import EglContext, OffscreenTarget
from glview.errors import ImageError
from glview.image import ImageDescription
from glview.motion import on_grid
from glview.navigator import Limits
from glview.options import ViewerOptions
from glview.pyramid import TileKey
from glview.session import Hole
from glview.viewer import Viewer, ViewerEvents
from glview.viewport import Viewport

PIECE_PX = 2048
"""Larger pictures are made in pieces of at most this size, so that their tiles fit the budget."""
SMALLEST_PIECE_PX = 128
"""Pieces that need more tiles than there is room for are made of smaller ones, down to this."""
MAX_SIDE_PX = 65_536
MIN_ZOOM, MAX_ZOOM = 1e-6, 1024.0
_POLL_S = 1.0

T = TypeVar("T")


@dataclass(frozen=True, slots=True)
class Shot:
    """What a picture shall show; without ``center`` and ``zoom`` the whole image."""

    width: int = 800
    height: int = 600
    center: tuple[float, float] | None = None
    """Full-resolution pixels at the middle of the picture."""
    zoom: float | None = None
    """Device pixels per image pixel."""
    rotation: float = 0.0
    """Degrees, clockwise."""
    flip: bool = False
    """Mirrored left to right, before it is turned."""

    def __post_init__(self) -> None:
        if not (1 <= self.width <= MAX_SIDE_PX and 1 <= self.height <= MAX_SIDE_PX):
            raise ValueError(
                f"a picture has 1 to {MAX_SIDE_PX} pixels a side: {self.width}x{self.height}"
            )
        if self.center is not None and not all(math.isfinite(place) for place in self.center):
            raise ValueError(f"center must be two finite numbers: {self.center}")
        if self.zoom is not None and not MIN_ZOOM <= self.zoom <= MAX_ZOOM:
            raise ValueError(f"zoom must be from {MIN_ZOOM:g} to {MAX_ZOOM:g}: {self.zoom}")
        if not math.isfinite(self.rotation):
            raise ValueError(f"rotation must be a finite number of degrees: {self.rotation}")

    def view(self, description: ImageDescription) -> Viewport:
        """The view of this image."""
        pyramid = description.pyramid
        view = Viewport(
            self.width, self.height, rotation=self.rotation % 360.0, flip=self.flip
        ).fitted(pyramid.width, pyramid.height)
        if self.zoom is not None:
            view = replace(view, scale=self.zoom)
        if self.center is None:
            return on_grid(view)
        return replace(view, centre_x=self.center[0], centre_y=self.center[1])


@dataclass(frozen=True, slots=True, eq=False)
class Taken:
    """A picture, and what there is to know about it."""

    picture: NDArray[np.uint8]
    description: ImageDescription
    holes: list[Hole]


class Studio:
    """One image, ready for pictures. Made and used on one thread, within `studio`."""

    def __init__(self, options: ViewerOptions) -> None:
        self._news = threading.Event()
        self._failure: ImageError | None = None
        self.holes: list[Hole] = []
        """The unreadable tiles met so far."""
        self._viewer = Viewer(
            options,
            wake=self._news.set,
            events=ViewerEvents(failed=self._failed, tile_failed=self._tile_failed),
            # Whoever says where to look may look beside the image, too.
            limits=Limits(free=True),
        )
        self._target: OffscreenTarget | None = None
        self._renderer: Any = None

    def start(self) -> None:
        """Take the context that is current."""
        from glview.gl.renderer import Renderer

        self._renderer = Renderer()
        self._viewer.attach(self._renderer)

    def close(self) -> None:
        """Stop the loader and free what was made in the context, which is current."""
        self._viewer.close()
        self._drop_target()
        if self._renderer is not None:
            self._renderer.release()

    def open(self, what: Any) -> ImageDescription:
        """Wait for the image; `ImageError` if it cannot be shown."""
        self._viewer.open(what)
        while self._viewer.description is None:
            self._news.wait(_POLL_S)
            self._news.clear()
            self._viewer.poll()
            if self._failure is not None:
                raise self._failure
        return self._viewer.description

    def picture(self, view: Viewport) -> NDArray[np.uint8]:
        """The sharp picture of a view, shape (height, width, 3)."""
        return self._in_pieces(view, PIECE_PX)

    def _in_pieces(self, view: Viewport, longest: int) -> NDArray[np.uint8]:
        out = np.empty((view.height, view.width, 3), np.uint8)
        for y, height in _pieces(view.height, longest):
            for x, width in _pieces(view.width, longest):
                middle = view.i_from_s(x + width / 2, y + height / 2)
                part = replace(view.resized(width, height), centre_x=middle.x, centre_y=middle.y)
                out[y : y + height, x : x + width] = self._piece(part)
        return out

    def _piece(self, view: Viewport) -> NDArray[np.uint8]:
        picture = self._sharp(view)[..., :3]
        side = max(view.width, view.height)
        if self._viewer.reduced and side > SMALLEST_PIECE_PX:
            return self._in_pieces(view, -(-side // 2))
        return picture

    def _sharp(self, view: Viewport) -> NDArray[np.uint8]:
        frame = self._target_for(view.width, view.height)
        self._viewer.resize(view.width, view.height)
        self._viewer.navigator.set_view(view)
        while True:
            self._news.clear()
            self._renderer.target_rebound()
            more = self._viewer.draw(frame.target, time.monotonic(), upload_budget_s=1.0)
            if self._viewer.settled:
                return frame.read()
            if not more:
                self._news.wait(_POLL_S)

    def _target_for(self, width: int, height: int) -> OffscreenTarget:
        made = self._target
        if made is None or (made.target.width, made.target.height) != (width, height):
            self._drop_target()
            made = self._target = OffscreenTarget(width, height)
        return made

    def _drop_target(self) -> None:
        if self._target is not None:
            self._target.release()
            self._target = None

    def _failed(self, error: ImageError) -> None:
        self._failure = error

    def _tile_failed(self, key: TileKey, fault: str) -> None:
        self.holes.append(Hole(key, fault))


@contextmanager
def studio(options: ViewerOptions) -> Iterator[Studio]:
    """A studio in an EGL context that is current meanwhile; `ContextError` if there is none."""
    with ExitStack() as stack:
        context = EglContext()
        stack.callback(context.close)
        stack.enter_context(context)
        made = Studio(options)
        stack.callback(made.close)
        made.start()
        yield made


def still_options(options: ViewerOptions = ViewerOptions()) -> ViewerOptions:
    """``options`` for pictures that nobody sees being made."""
    return replace(options, fade_s=0.0, prefetch=False, watch=False)


def apart(action: Callable[[], T]) -> T:
    """Run in a thread of its own and wait for what comes of it; Ctrl-C ends the wait."""
    results: list[T] = []
    faults: list[Exception] = []

    def work() -> None:
        try:
            results.append(action())
        except Exception as fault:  # noqa: BLE001 (raised again below, in the caller's thread)
            faults.append(fault)

    thread = threading.Thread(target=work, name="glview render", daemon=True)
    thread.start()
    thread.join()
    if faults:
        raise faults[0]
    return results[0]


def render(
    what: Any,
    *,
    size: tuple[int, int] = (800, 600),
    center: tuple[float, float] | None = None,
    zoom: float | None = None,
    rotation: float = 0.0,
    flip: bool = False,
    background: tuple[float, float, float] | None = None,
    options: ViewerOptions = ViewerOptions(),
) -> NDArray[np.uint8]:
    """A sharp picture of an image as uint8 RGB, shape (height, width, 3); needs no display.

    ``what`` is anything `open_image` takes. ``size`` is (width, height) in pixels; ``center``
    the full-resolution pixel coordinates at its middle; ``zoom`` in picture pixels per image
    pixel; ``rotation`` in degrees clockwise, after ``flip`` has mirrored the image left to right;
    ``background`` RGB from 0 to 1. Without ``center`` and ``zoom`` the whole image is fitted.
    ``options`` say what memory may be used. Tiles that cannot be read are hatched and logged as
    warnings.

    Works on any thread, beside any toolkit. `ImageError` if the image cannot be shown,
    `ContextError` without OpenGL 3.3, `ValueError` for a size, zoom or place that makes no picture.
    """
    shot = Shot(*size, center, zoom, rotation, flip)
    if background is not None:
        options = replace(options, background=background)
    return take(what, shot, options).picture


def take(what: Any, shot: Shot, options: ViewerOptions = ViewerOptions()) -> Taken:
    """A picture, and what there is to know about it."""

    def work() -> Taken:
        with studio(still_options(options)) as made:
            description = made.open(what)
            picture = made.picture(shot.view(description))
            return Taken(picture, description, made.holes)

    return apart(work)


def _pieces(length: int, longest: int = PIECE_PX) -> list[tuple[int, int]]:
    """Starts and lengths of even parts, none longer than ``longest``."""
    count = -(-length // longest)
    edges = [length * index // count for index in range(count + 1)]
    return [(a, b - a) for a, b in pairwise(edges)]
