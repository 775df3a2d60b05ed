"""Draws the image shown, through the renderer that is attached. No GL, no toolkit."""

from dataclasses import replace
from typing import NamedTuple

from glview.display import RGB
from glview.frame import Mark, Target
from glview.gpu import FrameRenderer
from glview.images import Images
from glview.navigator import Navigator
from glview.outlines import lost_parts, placed_rect
from glview.pace import FIRST_BUDGET_S, Beat, Pace
from glview.pyramid import Rect
from glview.session import Session
from glview.viewport import Point, Viewport


class Drawn(NamedTuple):
    """What came of a frame."""

    view: Viewport
    ready: bool
    """Whether it shows a picture;"""
    changed: bool
    """of another view than the one before;"""
    more: bool
    """and whether another should follow."""


class Drawing:
    """Draws what ``images`` shows as the navigator sees it. Used by the thread that draws.

    ``mark_holes``: tiles that cannot be read are hatched.
    """

    def __init__(
        self, images: Images, navigator: Navigator, pace: Pace, *, mark_holes: bool
    ) -> None:
        self._images = images
        self._navigator = navigator
        self._pace = pace
        self._mark_holes = mark_holes
        self._renderer: FrameRenderer | None = None
        self._blank = True

    @property
    def renderer(self) -> FrameRenderer | None:
        """That to draw through; None without a context."""
        return self._renderer

    @property
    def blank(self) -> bool:
        """Whether the last picture shows no tile of an image at all."""
        return self._blank

    def attach(self, renderer: FrameRenderer) -> None:
        """Draw through this renderer from now on."""
        self._renderer = renderer
        self._images.begin_anew()

    def detach(self) -> None:
        """The renderer is gone with its context."""
        self._renderer = None

    def clear(self, target: Target, color: RGB) -> None:
        """A picture without an image. A renderer is attached, here and below."""
        self._blank = True
        assert self._renderer is not None
        # Of an image that was closed: only now is the context sure to be current.
        self._renderer.empty()
        self._renderer.clear(target, color)

    def follow(
        self,
        session: Session,
        now_s: float,
        focus: Point | None,
        *,
        moving: bool,
        swift: bool = False,
    ) -> bool:
        """Plan for the view, in an atlas that suits it; True if the plan is for this very view."""
        renderer = self._renderer
        assert renderer is not None
        # Here and not when it was opened: only now is the context sure to be current.
        self._images.attach(renderer)
        view = self._navigator.view
        session.fit(renderer, view.width, view.height)
        ahead = self._navigator.ahead(now_s)
        return session.follow(view, focus=focus, moving=moving, ahead=ahead, swift=swift)

    def draw(
        self,
        session: Session,
        target: Target,
        beat: Beat,
        focus: Point | None,
        *,
        upload_budget_s: float,
        refresh_hz: float,
    ) -> Drawn:
        """One picture of the image shown, as far as it has come."""
        renderer, now_s = self._renderer, beat.now_s
        assert renderer is not None
        view, moving = self._navigator.view, self._navigator.moving
        changed = view != self._pace.view
        swift = self._pace.is_swift(view, now_s)
        planned = self.follow(session, now_s, focus, moving=moving or changed, swift=swift)
        if not session.is_begun:
            upload_budget_s = max(upload_budget_s, FIRST_BUDGET_S)
        waiting = session.take(renderer, now_s, upload_budget_s)
        session.retry(now_s)
        ready = session.has_picture(now_s)
        self._blank = True
        if ready:
            frame = session.frame(view, now_s)
            if moving:
                frame = replace(frame, quick=self._pace.is_pressed(beat, refresh_hz))
            self._blank = not frame.instances.keys
            renderer.draw(frame, target)
            if self._mark_holes:
                self._mark(renderer, session, view, target)
        else:
            renderer.clear(target, session.display.background)
        more = moving or waiting or not planned or session.is_appearing(now_s)
        # Tiles that wait for the first picture to be whole are not waited for without end.
        return Drawn(view, ready, changed, more or (not ready and session.standing.has_tiles))

    def _mark(
        self, renderer: FrameRenderer, session: Session, view: Viewport, target: Target
    ) -> None:
        described, i_sight = session.description, view.i_bounds()
        if described.lost:
            # Finer than tiles are, and no other than these lack anything.
            lost = (part for part in described.lost if Rect(*part).meets(i_sight))
            marks = [Mark(*placed_rect(view, part)) for part in lost]
        else:
            holes = session.standing.holes()
            parts = [part for hole in holes for part in lost_parts(described.pyramid, hole)]
            marks = [Mark(*placed_rect(view, part)) for part in parts]
        if marks:
            renderer.draw_marks(marks, target)
