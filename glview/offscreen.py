"""One image in an EGL context of its own, ready for pictures; all on one thread."""

import threading
import time
from collections.abc import Iterable, Iterator
from contextlib import ExitStack, contextmanager
from dataclasses import dataclass, replace
from itertools import pairwise
from typing import Any

import numpy as np
from numpy.typing import NDArray

from glview.canvases.egl import EglContext
from glview.canvases.unseen import nothing_seen
from glview.display import CHECKER_PX, RGB
from glview.display_steps import with_checker
from glview.errors import GlviewError, ImageError
from glview.failures import Hole
from glview.frame import Target
from glview.gl.offscreen_target import OffscreenTarget
from glview.hud.hud import Hud
from glview.hud.items import HudItem
from glview.image import ImageDescription
from glview.options import ViewerOptions
from glview.planes import AskedPlane, in_words
from glview.reach import Limits
from glview.viewer import Viewer, ViewerEvents
from glview.viewport import Point, Viewport

PIECE_PX = 2048
"""Larger pictures are made in pieces of at most this size, so that their tiles fit the budget."""
SMALLEST_PIECE_PX = 128
"""Pieces that need more tiles than there is room for are made of smaller ones, down to this."""
_POLL_S = 1.0


@dataclass(frozen=True, slots=True, eq=False)
class Taken:
    """A picture, shape (height, width, 3), and what of it could not be read.

    ``blank`` says that it shows no tile at all; ``left_out`` what had no room to stand on it,
    ``nothing`` why it shows nothing, though all of it could be read; ``without_values`` that a
    pixel grid has no room for them.
    """

    pixels: NDArray[np.uint8]
    holes: tuple[Hole, ...]
    blank: bool
    left_out: frozenset[HudItem] = frozenset()
    nothing: str = ""
    without_values: bool = False


class Offscreen:
    """One image, ready for pictures. Made and used on one thread, within `offscreen`."""

    def __init__(self, options: ViewerOptions) -> None:
        self._news = threading.Event()
        self._options = options
        self._ended = False
        self._failure: ImageError | None = None
        self._holes: set[Hole] = set()
        self._blank = True
        self._nothing: list[str] = []
        self._viewer = Viewer(
            still_options(options),
            wake=self._news.set,
            answered=self._news.set,
            events=ViewerEvents(failed=self._failed),
            # Whoever says where to look may look beside the image, too.
            limits=Limits(free=True),
        )
        self._hud = Hud(self._viewer, paced=False)
        self._pixel_ratio = 1.0
        self._whole: Viewport | None = None
        self._target: OffscreenTarget | None = None
        self._renderer: Any = None

    def start(self) -> None:
        """Take the context that is current."""
        from glview.gl.renderer import Renderer

        self._renderer = Renderer()
        self._viewer.attach(self._renderer)

    def end(self) -> None:
        """Let what is under way end with a GlviewError, and what comes; on any thread."""
        self._ended = True
        self._news.set()

    def close(self) -> None:
        """Stop the loader and free what was made in the context, which is current."""
        self._viewer.close()
        self._drop_target()
        if self._renderer is not None:
            self._renderer.release()

    def open(self, what: Any, plane: AskedPlane = None, series: int = 0) -> ImageDescription:
        """Wait for the image; `ImageError` if it cannot be shown, or has no such plane or series.

        Words that mean none of its planes are an error, too.
        """
        meant = in_words(plane) if isinstance(plane, str) else plane
        self._viewer.open(what, plane=meant, series=series)
        while self._viewer.description is None:
            self._wait()
            self._viewer.poll()
            if self._failure is not None:
                raise self._failure
        return self._viewer.description

    @property
    def description(self) -> ImageDescription | None:
        """The image that is open."""
        return self._viewer.description

    def picture(
        self,
        view: Viewport,
        background: RGB | None = None,
        hud: Iterable[HudItem] = (),
        pixel_ratio: float = 1.0,
    ) -> Taken:
        """The sharp picture of a view, with what shall stand on it.

        Without a ``background`` it is the options', or their checkerboard.
        """
        self._put_behind(background)
        self._hud.show(hud)
        self._pixel_ratio, self._whole = pixel_ratio, view
        self._nothing = []
        self._holes, self._blank = set(), True
        pixels = self._in_pieces(view, PIECE_PX, Point(0.0, 0.0))
        holes = tuple(sorted(self._holes, key=lambda hole: hole.key))
        nothing = self._nothing[0] if self._nothing and all(self._nothing) else ""
        left_out, without_values = self._hud.left_out(), self._hud.without_values
        return Taken(pixels, holes, self._blank, left_out, nothing, without_values)

    def _put_behind(self, background: RGB | None) -> None:
        display, options = self._viewer.display, self._options
        assert display is not None
        plain = self._viewer.plain_background if background is None else background
        if options.checker:
            self._viewer.display = with_checker(display, plain, shown=background is None)
        else:
            # A checkerboard that the options' own display has stays.
            self._viewer.update_display(background=plain)

    def _in_pieces(self, view: Viewport, longest: int, corner: Point) -> NDArray[np.uint8]:
        """``corner``: where the view lies in the whole picture."""
        out = np.empty((view.height, view.width, 3), np.uint8)
        for y, height in pieces(view.height, longest):
            for x, width in pieces(view.width, longest):
                middle = view.i_from_s(x + width / 2, y + height / 2)
                part = replace(view.resized(width, height), centre_x=middle.x, centre_y=middle.y)
                out[y : y + height, x : x + width] = self._piece(
                    part, Point(corner.x + x, corner.y + y)
                )
        return out

    def _piece(self, view: Viewport, corner: Point) -> NDArray[np.uint8]:
        picture = self._sharp(view, corner)[..., :3]
        side = max(view.width, view.height)
        if self._viewer.reduced and side > SMALLEST_PIECE_PX:
            return self._in_pieces(view, -(-side // 2), corner)
        self._holes.update(self._viewer.holes)
        self._blank = self._blank and self._viewer.blank
        if not self._viewer.blank:
            self._nothing.append(nothing_seen(self._viewer))
        return picture

    def _sharp(self, view: Viewport, corner: Point) -> NDArray[np.uint8]:
        frame = self._target_for(view.width, view.height)
        self._viewer.resize(view.width, view.height)
        self._viewer.navigator.set_view(view)
        while True:
            self._check()
            self._news.clear()
            self._renderer.target_rebound()
            now = time.monotonic()
            more = self._viewer.draw(frame.target, now, upload_budget_s=1.0)
            if self._viewer.settled and self._draw_hud(frame.target, now, corner):
                return frame.read()
            if not more:
                self._wait()

    def _draw_hud(self, target: Target, now: float, corner: Point) -> bool:
        """Draw what stands on the picture; False if some of it is still to come."""
        if not self._hud.shown:
            return True
        renderer, ratio = self._renderer, self._pixel_ratio
        panels = self._hud.draw(renderer, target, now, ratio, whole=self._whole, corner=corner)
        renderer.draw_panels(panels, target)
        self._hud.draw_above(renderer, target, ratio, whole=self._whole, corner=corner)
        return not self._hud.waiting

    def _wait(self) -> None:
        """Until there is news, or for a while."""
        self._news.wait(_POLL_S)
        self._news.clear()
        self._check()

    def _check(self) -> None:
        if self._ended:
            raise GlviewError("closed while a picture was being made")

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


@contextmanager
def offscreen(options: ViewerOptions) -> Iterator[Offscreen]:
    """In an EGL context that is current meanwhile; `ContextError` if there is none."""
    with ExitStack() as stack:
        context = EglContext()
        stack.callback(context.close)
        stack.enter_context(context)
        made = Offscreen(options)
        stack.callback(made.close)
        made.start()
        yield made


def still_options(options: ViewerOptions = ViewerOptions()) -> ViewerOptions:
    """``options`` for pictures that nobody sees being made."""
    return replace(options, fade_s=0.0, prefetch=False, watch=False)


def pieces(length: int, longest: int = PIECE_PX) -> list[tuple[int, int]]:
    """Starts and lengths of nearly even parts, none longer than a ``longest`` of whole periods.

    They begin where a checkerboard does: it goes on from one to the next.
    """
    count = -(-length // longest)
    period = 2 * CHECKER_PX
    inner = (-(-length * index // (count * period)) * period for index in range(1, count))
    return [(a, b - a) for a, b in pairwise((0, *inner, length))]
