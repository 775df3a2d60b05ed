"""The one owner of the view and its motion (pure; time is an argument).

Positions and distances are device pixels of the target, times seconds on the caller's clock, which
only goes forward. One thread at a time. Commands before an image is there do nothing.
"""

import math
from collections.abc import Hashable
from dataclasses import dataclass, replace

from glview.drive import Drive, Press, Step
from glview.history import History, Place
from glview.motion import (
    HEAD_START_S,
    Ahead,
    Fling,
    Glide,
    Motion,
    PointerSample,
    Slide,
    Zoom,
    ahead_of,
    on_grid,
    shorter_turn,
    velocity,
    with_sample,
)
from glview.reach import Limits, Reach, rounded
from glview.viewport import Point, Viewport

_NO_WAY_PX = 1e-6


@dataclass(frozen=True, slots=True)
class _Resized:
    """What a series of resizes began with, and what it has come to."""

    before: Viewport
    after: Viewport
    fitted: bool


class Navigator:
    """Commands in, views out, all of them within `Reach`."""

    def __init__(
        self,
        width: int = 1,
        height: int = 1,
        *,
        limits: Limits = Limits(),
        reduced_motion: bool = False,
    ) -> None:
        self.reduced_motion = reduced_motion
        """Motions are over at once, as people want it who get sick of them."""
        self._reach = Reach(limits)
        self._view = Viewport(width, height)
        self._motion: Motion | None = None
        self._fitted = True
        self._begun_s = 0.0
        self._head_start_s: float | None = None
        """How far the motion is ahead of the clock; not known before it is looked at."""
        self._held = False
        self._beyond = Point(0.0, 0.0)
        self._resized: _Resized | None = None
        self._samples: tuple[PointerSample, ...] = ()
        self._history = History()

    @property
    def view(self) -> Viewport:
        """The view as of the last `step` or command."""
        return self._view

    @property
    def destination(self) -> Viewport:
        """Where the view will be when it has come to rest."""
        return self._view if self._motion is None else self._reach.placed(self._motion.destination)

    @property
    def moving(self) -> bool:
        """Whether a motion is under way, so that frames should follow each other."""
        return self._motion is not None

    @property
    def fitted(self) -> bool:
        """Whether the whole image is shown, or will be; it then stays fitted when resized."""
        return self._fitted

    @property
    def held(self) -> bool:
        """Whether a pointer has hold of the picture."""
        return self._held

    @property
    def image_size(self) -> tuple[float, float] | None:
        """Width and height in full-resolution pixels."""
        return self._reach.image

    def step(self, now: float) -> Viewport:
        """The view at a time."""
        if self._motion is not None:
            at_s = self._motion_s(now)
            self._view = self._reach.placed(self._motion.at(at_s))
            # At the edge of its reach a fling has come to rest before its time.
            thrown = isinstance(self._motion, Fling) and self._view == self.destination
            if thrown or at_s >= self._motion.end_s:
                self._motion = None
            elif isinstance(self._motion, Drive) and self._motion.held:
                self._motion = self._motion.seen(at_s)
        self._history.see(self._view, now)
        return self._view

    def _motion_s(self, now: float) -> float:
        """A time on the clock of the motion under way, which has a head start at its first look."""
        self._head_start_s = self._lead_s(now)
        return now + self._head_start_s

    def _lead_s(self, now: float) -> float:
        if self._head_start_s is not None:
            return self._head_start_s
        return max(0.0, HEAD_START_S - (now - self._begun_s))

    def ahead(self, now: float) -> Ahead | None:
        """What the view will come to show; None at rest.

        A picture that is dragged is taken to be let go now.
        """
        motion, at_s = self._motion, now
        sure = motion is not None
        if sure:
            at_s = now + self._lead_s(now)
        elif self._held and not self.reduced_motion:
            motion = Fling.thrown(velocity(self._samples, now), view=self._view, now=now)
        if motion is None:
            return None
        found = ahead_of(motion, at_s, sure=sure)
        return Ahead(
            self._reach.placed(found.soon),
            self._reach.placed(found.destination),
            tuple(map(self._reach.placed, found.path)),
            found.sure,
        )

    # What is shown, and on what

    def set_image(self, width: float, height: float) -> None:
        """Show the whole of another image, upright."""
        if not (width > 0 and height > 0):
            raise ValueError(f"an image must have a size: {width}x{height}")
        self._reach = replace(self._reach, image=(width, height))
        self._history.clear()
        self.set_view(replace(self._view, rotation=0.0, flip=False).fitted(width, height))
        self._fitted = True

    def clear_image(self) -> None:
        """Show no image any more; what a hand holds is let go."""
        self._reach = replace(self._reach, image=None)
        self._history.clear()
        self._held, self._resized = False, None
        self.set_view(Viewport(self._view.width, self._view.height))

    def change_image(self, width: float, height: float) -> None:
        """Show another image in the place of this one: see `seen_on`.

        One of the same size changes nothing: motions go on and a hand keeps its hold.
        """
        if self._reach.image is None:
            self.set_image(width, height)
        elif (width, height) != self._reach.image:
            fitted, view = self._fitted, self.seen_on(width, height)
            self._reach = replace(self._reach, image=(width, height))
            self._history.clear()
            self.set_view(view)
            self._fitted = fitted

    def seen_on(self, width: float, height: float) -> Viewport:
        """The view of an image of another size that shows the same part of it.

        Turned as it is; what is fitted is fitted. What moves has arrived.
        """
        if self._reach.image is None or (width, height) == self._reach.image:
            return self._view
        end = self.destination
        fit = end.fitted(width, height)
        if self._fitted:
            return fit
        return on_grid(
            replace(
                end,
                centre_x=end.centre_x * width / self._reach.image[0],
                centre_y=end.centre_y * height / self._reach.image[1],
                scale=rounded(end.scale / end.fitted(*self._reach.image).scale * fit.scale),
            )
        )

    def resize(self, width: int, height: int) -> None:
        """Show it on a target of another size, the middle kept; what was fitted stays fitted.

        A target that gets its size back gets its view back: one that was maximised meanwhile, or
        that Qt gave a wrong size for a moment on its way to a finer screen.
        """
        if (width, height) == (self._view.width, self._view.height):
            return
        before, fitted = self.destination, self._fitted
        if self._resized is not None and self._resized.after == before:
            before, fitted = self._resized.before, self._resized.fitted
        self.set_view(on_grid(before.resized(width, height)))
        if fitted and self._reach.image is not None:
            self._view = self._view.fitted(*self._reach.image)
        self._fitted = fitted
        self._resized = _Resized(before, self._view, fitted)

    def set_view(self, view: Viewport, *, at_scale: bool = False) -> None:
        """Be at a view, at once; scale and centre are brought within limits.

        With ``at_scale`` a resize keeps the scale even where the view is the fit by chance.
        """
        self._motion, self._beyond = None, Point(0.0, 0.0)
        self._view = self._reach.placed(self._reach.scaled(view))
        self._fitted = not at_scale and self._reach.is_fit(self._view)

    # A pointer holds, drags and lets go

    def grab(self, x: float, y: float, now: float) -> None:
        """Take hold of the picture at a point: what slides stops, a zoom goes on about the hand."""
        if not isinstance(self._motion, Zoom):
            self.stop(now)
        self._held, self._beyond = True, Point(0.0, 0.0)
        self._samples = (PointerSample(now, x, y),)

    def drag(self, x: float, y: float, now: float) -> None:
        """Move the pointer that holds the picture: the picture follows it exactly."""
        if not self._held:
            return
        last = self._samples[-1]
        self._samples = with_sample(self._samples, PointerSample(now, x, y))
        self.pan(x - last.x, y - last.y, now)

    def let_go(self, now: float) -> None:
        """Let the picture go, in motion if the pointer was."""
        if not self._held:
            return
        self._held = False
        if self._motion is None:
            self.fling(velocity(self._samples, now), now)
            if self._motion is None:
                self._view = self._reach.placed(on_grid(self._view))

    def drop(self, now: float) -> None:
        """Let the picture go where it is."""
        self._held = False
        self.rest(now)

    def pan(self, dx: float, dy: float, now: float) -> None:
        """Move the picture by a distance, at once."""
        if self._reach.image is None or not (dx or dy):
            return
        self._leave(now)
        if isinstance(self._motion, Zoom):
            self._motion = self._motion.panned(dx, dy)
            self.step(now)
        else:
            self.stop(now)
            # A hand that went on past the edge of the reach has that way to come back first.
            free = self._view.panned(dx + self._beyond.x, dy + self._beyond.y)
            self._view = self._reach.placed(free)
            if self._held:
                self._beyond = _moved(self._view, free)
        self._fitted = self._fitted and self._reach.is_fit(self.destination)

    def fling(self, speed: Point, now: float) -> None:
        """Let the picture go on at a speed in device pixels a second."""
        if self._reach.image is None:
            return
        self._leave(now)
        self.stop(now)
        if not self.reduced_motion:
            self._start(Fling.thrown(speed, view=self._view, now=now), now)

    def stop(self, now: float) -> None:
        """Come to rest where the view is."""
        self.step(now)
        if self._motion is not None:
            self._motion = None
            self._view = self._reach.placed(on_grid(self._view))
            self._fitted = self._reach.is_fit(self._view)

    def pinch(
        self,
        x: float,
        y: float,
        now: float,
        *,
        factor: float = 1.0,
        degrees: float = 0.0,
        dx: float = 0.0,
        dy: float = 0.0,
    ) -> None:
        """Zoom, turn and move the picture at once, as two fingers do.

        What is under (x, y) comes to (x + dx, y + dy). Wants `rest` when the fingers are lifted.
        """
        if self._reach.image is None:
            return
        self._leave(now)
        self.stop(now)
        moved = self._view.panned(dx, dy)
        least, most = self._reach.scales(moved)
        scale = min(max(moved.scale * factor, least), most)
        rotation = (moved.rotation + degrees) % 360.0
        self._view = self._reach.placed(moved.about(x + dx, y + dy, scale=scale, rotation=rotation))
        self._fitted = self._reach.is_fit(self._view)

    def rest(self, now: float) -> None:
        """Be where the pixel grid wants it, after what was done by `pan` and `pinch`."""
        self.step(now)
        if self._motion is None and not self._held:
            self._view = self._reach.placed(on_grid(self._view))

    # Motions

    def zoom(self, factor: float, s_x: float, s_y: float, now: float) -> None:
        """Zoom with what is under (s_x, s_y) kept there; adds to a zoom under way."""
        going = self._motion if isinstance(self._motion, Zoom) else None
        scale = (going.destination if going else self.step(now)).scale * factor
        self.zoom_to(scale, s_x, s_y, now)

    def zoom_to(self, scale: float, s_x: float, s_y: float, now: float) -> None:
        """Zoom to a scale with what is under (s_x, s_y) kept there."""
        if self._reach.image is None:
            return
        self._leave(now)
        least, most = self._reach.scales(self._view)
        scale = min(max(rounded(scale), least), most)
        if isinstance(self._motion, Zoom):
            self.step(now)
        if isinstance(self._motion, Zoom):
            at_s = self._motion_s(now)
            self._go_on(self._motion.retargeted(scale, s_x, s_y, view=self._view, now=at_s))
        else:
            self.stop(now)
            if scale != self._view.scale:
                self._start(Zoom.towards(scale, s_x, s_y, view=self._view, now=now), now)
        self._beyond = Point(0.0, 0.0)

    def one_to_one(self, now: float) -> None:
        """Show the middle at one device pixel per image pixel."""
        self.go_to(replace(self.destination, scale=1.0), now)

    def fit(self, now: float) -> None:
        """Show the whole image, turned as it is."""
        if self._reach.image is not None:
            self.go_to(self.destination.fitted(*self._reach.image), now)

    def rotate(self, degrees: float, now: float) -> None:
        """Turn the picture clockwise about the middle; what is fitted is fitted again."""
        if self._reach.image is None:
            return
        self._leave(now)
        end = self.destination
        turned = end.rotated(degrees, end.width / 2, end.height / 2)
        # Several turns in a row add up, rather than to take the shorter way to their sum.
        turn = degrees
        if isinstance(self._motion, Glide):
            turn += self._motion.turn_left(self._motion_s(now))
        if self._fitted:
            turned = turned.fitted(*self._reach.image)
        self._glide(turned, now, turn)

    def turn_upright(self, now: float) -> None:
        """Turn the picture back the shorter way; what is fitted is fitted again."""
        self.rotate(shorter_turn(self.destination.rotation, 0.0), now)

    def flip(self, now: float) -> None:
        """Mirror the picture left to right on the screen, at once."""
        if self._reach.image is not None:
            self._leave(now)
            self.step(now)
            self.set_view(on_grid(self.destination.flipped()))

    def slide(self, dx: float, dy: float, now: float) -> None:
        """Move the picture by a distance, smoothly; adds to a slide under way."""
        if self._reach.image is None:
            return
        self._leave(now)
        if not isinstance(self._motion, Slide):
            self.stop(now)
        begin = self.destination
        end = self._reach.placed(begin.panned(dx, dy))
        if end != begin.panned(dx, dy):
            dx, dy = _moved(begin, end)
        if math.hypot(dx, dy) < _NO_WAY_PX:
            return
        if isinstance(self._motion, Slide):
            self._go_on(self._motion.extended(dx, dy, self._motion_s(now)))
        else:
            self._start(Slide.by(dx, dy, view=self._view, now=now), now)

    def follow(self, motion: Motion, now: float) -> None:
        """Be carried along by a motion made elsewhere, until it ends or a command comes."""
        self._leave(now)
        self.stop(now)
        self._start(motion, now)
        self._head_start_s = 0.0

    def go_to(self, view: Viewport, now: float) -> None:
        """Glide to a view (its size is ignored), turning the shorter way; a flip is at once.

        `back` returns from there.
        """
        if self._reach.image is not None:
            self._leave(now, jump=True)
            self._glide(view, now, None)

    def hold(self, key: Hashable, step: Step, s_x: float, s_y: float, now: float) -> None:
        """Move steadily from now on till `let_go_key`; zooming keeps what is under (s_x, s_y).

        Several keys move together. Any other command ends it.
        """
        if self._reach.image is None:
            return
        self._leave(now)
        going = self._motion if isinstance(self._motion, Drive) else None
        if going is None:
            self.stop(now)
        else:
            self.step(now)
        running = going.based(self._view, self._motion_s(now)).presses if going else ()
        at_s = self._motion_s(now) if running else now
        if going and not step.octaves:
            s_x, s_y = going.s_x, going.s_y
        presses = (*running, Press(key, step, at_s))
        scales = self._reach.scales(self._view)
        drive = Drive(self._view, at_s, presses, s_x, s_y, scales, seen_s=at_s)
        if running:
            self._go_on(drive)
        else:
            self._start(drive, now)

    def let_go_key(self, key: Hashable, now: float) -> None:
        """Come to rest: after one step where the key was only struck, else soon.

        ``now`` may lie before the last step, for what was heard of late; it counts as then.
        """
        if isinstance(self._motion, Drive) and self._motion.held:
            late_s = self._motion.seen_s - self._motion_s(now)
            now += max(late_s, 0.0)
            at_s = self._motion_s(now)
            self.step(now)
            going = self._motion
            if isinstance(going, Drive):
                self._go_on(going.let_go(key, at_s))

    def back(self, now: float) -> bool:
        """Glide to the view before this one at which somebody rested; False if there is none."""
        return self._revisit(self._history.back(self._place()), now)

    def forward(self, now: float) -> bool:
        """Glide to where `back` came from; False if it did not, or the view went on since."""
        return self._revisit(self._history.forward(self._place()), now)

    # Inside

    def _place(self) -> Place:
        return Place(self.destination, self._fitted)

    def _leave(self, now: float, *, jump: bool = False) -> None:
        """Remember what is seen, before it is left."""
        if jump or self._motion is None:
            self._history.leave(self._place(), now, jump=jump)

    def _revisit(self, place: Place | None, now: float) -> bool:
        if place is None or self._reach.image is None:
            return False
        view = place.view.resized(self._view.width, self._view.height)
        self._glide(view.fitted(*self._reach.image) if place.fitted else view, now, None)
        return True

    def _glide(self, view: Viewport, now: float, turn: float | None) -> None:
        start = self.step(now)
        view = view.resized(start.width, start.height)
        end = self._reach.placed(on_grid(self._reach.placed(self._reach.scaled(view))))
        if start.flip != end.flip:
            start = start.flipped()
        self._motion = None
        if end == start:
            self._view, self._fitted = end, self._reach.is_fit(end)
            return
        glide = Glide.between(start, end, now)
        self._start(glide if turn is None else replace(glide, turn=turn), now)

    def _start(self, motion: Motion | None, now: float) -> None:
        """Begin a motion."""
        self._begun_s, self._head_start_s = now, None
        if motion is not None:
            self._go_on(motion)

    def _go_on(self, motion: Motion) -> None:
        """Go on in another way, on the clock of the motion under way."""
        self._motion = motion
        if self.reduced_motion:
            self._view, self._motion = self.destination, None
        self._fitted = self._reach.is_fit(self.destination)


def _moved(start: Viewport, end: Viewport) -> Point:
    """How far the picture moves on the screen from one view to another of the same scale."""
    place = start.s_from_i(end.centre_x, end.centre_y)
    return Point(start.width / 2 - place.x, start.height / 2 - place.y)
