"""Pictures without a display: an image in an EGL context of its own, in a thread of its own.

So a context that is current in the caller's thread (Qt's, glfw's) stays so, and pictures can be
asked for on any thread.
"""

import logging
import math
import queue
import threading
from collections.abc import Iterable, Iterator
from concurrent.futures import Future
from contextlib import contextmanager
from dataclasses import dataclass, replace
from typing import Any

import numpy as np
from numpy.typing import NDArray

from glview.errors import GlviewError, ImageError, unnamed
from glview.failures import Hole
from glview.hud.items import HudItem
from glview.image import ImageDescription
from glview.limits import MAX_PIXEL_RATIO, MAX_SIDE_PX, MAX_ZOOM, MIN_PIXEL_RATIO, MIN_ZOOM
from glview.motion import on_grid
from glview.offscreen import Offscreen, Taken, offscreen
from glview.options import ViewerOptions
from glview.planes import AskedPlane
from glview.sources.base import is_source
from glview.sources.borrowed import BorrowedSource
from glview.viewport import Viewport

log = logging.getLogger("glview")

CLOSE_WITHIN_S = 5.0
"""Two seconds are the viewer's, in the rest a picture under way comes to its next tile or frame."""


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
    hud: frozenset[HudItem] = frozenset()
    """What stands on the picture."""
    pixel_ratio: float = 1.0
    """How large that is: pixels of the picture per logical pixel."""

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

        if HudItem.READOUT in self.hud:
            raise ValueError("a picture has no pointer that a readout could be of")
        if not MIN_PIXEL_RATIO <= self.pixel_ratio <= MAX_PIXEL_RATIO:
            raise ValueError(
                f"pixel_ratio must be from {MIN_PIXEL_RATIO:g} to {MAX_PIXEL_RATIO:g}:"
                f" {self.pixel_ratio}"
            )

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


Color = tuple[float, float, float]


class Studio:
    """Pictures of one image, as many as are wanted. Made by `studio`; used on any thread.

    Pictures that several threads ask for at a time are made one after the other.
    """

    def __init__(
        self, what: Any, options: ViewerOptions, plane: AskedPlane = None, series: int = 0
    ) -> None:
        self._options = options
        self._plane = plane
        self._series = series
        self._shots: queue.SimpleQueue[tuple[Shot, Color | None, Future[Taken]] | None]
        self._shots = queue.SimpleQueue()
        self._lock = threading.Lock()
        self._closed = False
        self._room: Offscreen | None = None
        self._holes: tuple[Hole, ...] = ()
        self._beside = False
        self._nothing = ""
        self._left_out: frozenset[HudItem] = frozenset()
        self._without_values = False
        opened: Future[ImageDescription] = Future()
        self._thread = threading.Thread(
            target=self._work, args=(what, opened), name="glview render", daemon=True
        )
        self._thread.start()
        try:
            self._description = opened.result()
        except BaseException:
            # Ctrl-C among them: nothing goes on behind the caller's back.
            self.close()
            raise

    @property
    def description(self) -> ImageDescription:
        """What the image is."""
        return self._description

    @property
    def holes(self) -> tuple[Hole, ...]:
        """The tiles of the last picture that cannot be read, sorted; they are hatched in it."""
        return self._holes

    @property
    def left_out(self) -> frozenset[HudItem]:
        """What should have stood on the last picture, and has no room there.

        The picture is too small for it, or for a pixel grid its pixels are.
        """
        return self._left_out

    @property
    def without_values(self) -> bool:
        """Whether pixels of the last picture are large enough for a grid, but not for values."""
        return self._without_values

    @property
    def beside(self) -> bool:
        """Whether the last picture is of a place beside the image, and shows nothing of it."""
        return self._beside

    @property
    def nothing(self) -> str:
        """Why the last picture shows nothing of an image that can be read, such as one of NaN only.

        Empty where it does.
        """
        return self._nothing

    def picture(
        self,
        *,
        size: tuple[int, int] = (800, 600),
        center: tuple[float, float] | None = None,
        zoom: float | None = None,
        rotation: float = 0.0,
        flip: bool = False,
        background: tuple[float, float, float] | None = None,
        hud: Iterable[HudItem] = (),
        pixel_ratio: float = 1.0,
    ) -> NDArray[np.uint8]:
        """A sharp picture, as `glview.render` makes it of the same arguments.

        `ImageError` if it shows nothing because no tile of it can be read, `GlviewError` if the
        studio is closed, `ValueError` for a size, zoom or place that makes no picture.
        """
        return self.take(
            Shot(*size, center, zoom, rotation, flip, frozenset(hud), pixel_ratio), background
        )

    def take(self, shot: Shot, background: Color | None = None) -> NDArray[np.uint8]:
        """`picture` of a shot."""
        taken: Future[Taken] = Future()
        with self._lock:
            if self._closed:
                raise GlviewError(f"{self._description.name}: the studio is closed")
            self._shots.put((shot, background, taken))
        made = taken.result()
        self._holes, self._left_out = made.holes, made.left_out
        self._nothing, self._without_values = made.nothing, made.without_values
        pyramid, seen = self._description.pyramid, shot.view(self._description).i_bounds()
        self._beside = (
            seen.x1 <= 0.0
            or seen.y1 <= 0.0
            or seen.x0 >= pyramid.width
            or seen.y0 >= pyramid.height
        )
        if made.blank and made.holes:
            name = self._description.name
            first = unnamed(name, made.holes[0].error)
            raise ImageError(name, f"no tile of the picture can be read, the first: {first}")
        return made.pixels

    def close(self) -> None:
        """Close the image, unless it is a source that the caller opened; idempotent.

        A picture that another thread waits for ends with a `GlviewError`.
        """
        with self._lock:
            self._closed = True
            room = self._room
            self._shots.put(None)
        if room is not None:
            room.end()
        self._thread.join(CLOSE_WITHIN_S)

    @staticmethod
    def _made(room: Offscreen, shot: Shot, background: Color | None) -> Taken:
        assert room.description is not None
        view = shot.view(room.description)
        return room.picture(view, background, shot.hud, shot.pixel_ratio)

    def _work(self, what: Any, opened: "Future[ImageDescription]") -> None:
        """On the studio's thread: all that needs its context."""
        try:
            with offscreen(self._options) as room:
                with self._lock:
                    self._room = room
                    if self._closed:
                        room.end()
                # A source that was opened by the caller stays the caller's.
                borrowed = BorrowedSource(what) if is_source(what) else what
                description = room.open(borrowed, self._plane, self._series)
                opened.set_result(description)
                while (asked := self._shots.get()) is not None:
                    shot, background, taken = asked
                    try:
                        taken.set_result(self._made(room, shot, background))
                    except BaseException as fault:  # noqa: BLE001 (raised in the caller's thread)
                        taken.set_exception(fault)
        except BaseException as fault:
            if opened.done():
                log.exception("the studio cannot be closed")
            else:
                opened.set_exception(fault)


@contextmanager
def studio(
    what: Any,
    options: ViewerOptions | None = None,
    *,
    plane: AskedPlane = None,
    series: int = 0,
) -> Iterator[Studio]:
    """Open an image for many pictures: ``with glview.studio("slide.tif") as studio``.

    ``what`` is anything `open_image` takes; a source stays open, and is the caller's to close.
    ``plane`` and ``series`` are which of its pictures is meant, as `open_image` has them: an index
    from 0 along each of its axes or words such as "z=3,t=1", and which of several images of a file.
    ``options`` say what memory may be used. The image is opened, the context made
    and its programs compiled once, here.

    Works on any thread, beside any toolkit. `ImageError` if the image cannot be shown,
    `ContextError` without OpenGL 3.3.
    """
    made = Studio(what, options or ViewerOptions(), plane, series)
    try:
        yield made
    finally:
        made.close()


def render(  # noqa: PLR0913  # keywords, each with a default
    what: Any,
    *,
    size: tuple[int, int] = (800, 600),
    center: tuple[float, float] | None = None,
    zoom: float | None = None,
    rotation: float = 0.0,
    flip: bool = False,
    background: tuple[float, float, float] | None = None,
    hud: Iterable[HudItem] = (),
    pixel_ratio: float = 1.0,
    plane: AskedPlane = None,
    series: int = 0,
    options: ViewerOptions = ViewerOptions(),
) -> NDArray[np.uint8]:
    """A sharp picture of an image as uint8 RGB, shape (height, width, 3); needs no display.

    ``what`` is anything `open_image` takes; a source stays open, and is the caller's to close.
    ``size`` is (width, height) in pixels; ``center`` the full-resolution pixel coordinates at its
    middle; ``zoom`` in picture pixels per image pixel; ``rotation`` in degrees clockwise, after
    ``flip`` has mirrored the image left to right; ``background`` RGB from 0 to 1 (None: that of
    ``options``, which is the image's own unless they say another). Without
    ``center`` and ``zoom`` the whole image is fitted. ``hud`` is what shall stand on it (any of
    `glview.HudItem` but a readout), ``pixel_ratio`` how large: pixels of the picture per logical
    pixel. ``plane`` and ``series`` are which of its pictures is meant, as `open_image` has them: an
    index from 0 along each of its axes (`ImageDescription.axes`) or words such as "z=3,t=1", and
    which of several images of an OME-TIFF. ``options`` say what memory may be used.

    Tiles that cannot be read are hatched and logged as warnings; a `studio` lists them, and makes
    many pictures of one image. Works on any thread, beside any toolkit. `ImageError` if the image
    cannot be shown, or no tile of the picture can be read; `ContextError` without OpenGL 3.3;
    `ValueError` for a size, zoom or place that makes no picture.
    """
    items = frozenset(hud)
    shot = Shot(*size, center, zoom, rotation, flip, items, pixel_ratio)
    with studio(what, options, plane=plane, series=series) as made:
        return made.take(shot, background)
