"""What hands do, as calls on a navigator: one translation for every window.

A canvas passes on its toolkit's events in device pixels, with keys as `glview.canvases.bindings`
names them.
"""

import cmath
import math
from collections.abc import Callable, Hashable, Mapping
from dataclasses import replace
from typing import NamedTuple, Protocol, TypedDict

from glview.canvases.bindings import BINDINGS, MAGNIFICATIONS, REPEATED, TIMES, Binding, Command
from glview.canvases.prompt import Goal, Prompt, is_answer
from glview.canvases.unseen import NO_MAGNIFICATION
from glview.drive import Step
from glview.navigator import Navigator
from glview.viewport import Point

WHEEL_OCTAVES = 1.0 / 3.0
"""One notch of the wheel: three double the scale. From a gigapixel's fit to 1:1 is 20 notches."""
KEY_FACTOR = 2.0
SLIDE_SHARE = 1.0 / 6.0
"""An arrow key moves the picture by this share of the window, and when held down"""
SLIDE_SHARE_HELD = 1.0 / 24.0
"""by this much for each repeat, where motion is reduced;"""
SLIDES_HELD_HZ = 7.5
"""else by so many of the larger ones a second, which is a bit more than a window a second."""
ZOOMS_HELD_HZ = 2.5
"""A zoom key that is held doubles so often: a gigapixel's fit and 1:1 are 2.7 s apart."""
TILT_DEGREES = 5.0
DOUBLE_CLICK_S = 0.4
DOUBLE_CLICK_PX = 6.0
NEAR_TAP_PX = 30.0
"""A finger covers some 10 mm."""
_WHOLE_NOTCH = 1e-9


class Grip(Protocol):
    """Something on the picture that takes a press for itself, and all that follows from it."""

    def press(self, x: float, y: float, now: float) -> bool: ...

    def drag(self, x: float, y: float) -> bool: ...

    def release(self) -> bool: ...

    @property
    def follows_pointer(self) -> bool:
        """Whether it looks otherwise for each place of the pointer."""


class Contrast(Protocol):
    """What a drag with Ctrl is for (`glview.canvases.contrast.Contrast`)."""

    def press(self, x: float, y: float) -> bool: ...

    def drag(self, x: float, y: float) -> bool: ...

    def release(self) -> bool: ...


class _Click(NamedTuple):
    """A press that may be the first of a double click."""

    time_s: float
    place: Point
    near: float
    """How far from it the pointer may be, in device pixels, until and at the second."""


class Controls:
    """Turns events into calls on a navigator; one for each window, on its thread.

    ``on_command`` is asked first for each command and says whether it has taken it; what it
    leaves is navigation. ``magnification`` tells that of the image's full resolution, where it is
    known. Times are seconds on the clock that the navigator is stepped with.
    """

    def __init__(
        self,
        navigator: Navigator,
        *,
        on_command: Callable[[Command], bool] = lambda _: False,
        magnification: Callable[[], float | None] = lambda: None,
        grip: Grip | None = None,
        contrast: Contrast | None = None,
        bindings: tuple[Binding, ...] = BINDINGS,
    ) -> None:
        self._navigator = navigator
        self._grip = grip
        self._contrast = contrast
        self._on_command = on_command
        self._magnification = magnification
        self._commands = dict(key for binding in bindings for key in binding.keys)
        self._pointer: Point | None = None
        self._last_press: _Click | None = None
        self._fingers: dict[int, Point] = {}
        self.gripped = False
        """Whether the last press was taken by something on the picture."""
        self._scrolled = Point(0.0, 0.0)
        self._down: set[Hashable] = set()
        self._struck: dict[Hashable, bool] = {}
        """Whether the last press of each key meant anything, but for those that move steadily."""
        self._asking: Hashable = None
        """The key whose last press opened the question."""
        self.prompt: Prompt | None = None
        """The question where to go, while it is open: what is typed is its."""
        self.pixel_ratio = 1.0
        """Device pixels per logical pixel, for distances that hands judge."""

    @property
    def pointer(self) -> Point | None:
        """Where the pointer is, None while it is elsewhere."""
        return self._pointer

    def press(
        self,
        x: float,
        y: float,
        now: float,
        *,
        shift: bool = False,
        double: bool | None = None,
        waited: float = 0.0,
        near_px: float = DOUBLE_CLICK_PX,
    ) -> bool:
        """Press the button that drags; the second press of a double click zooms. True for that one.

        ``double`` says whether it is one, where the toolkit judges by the times of the events;
        None: judged here by ``now``. Where events bear no times, ``waited`` says how long at most
        this one lay behind a slow frame: the benefit of the doubt. ``near_px`` is how far apart two
        presses may be, in logical pixels.
        """
        self._pointer = place = Point(x, y)
        self.gripped = self._grip is not None and self._grip.press(x, y, now)
        if self.gripped:
            self._last_press = None
            return False
        last = self._last_press
        near = near_px * self.pixel_ratio
        if double is None:
            double = (
                last is not None
                and now - waited - last.time_s <= DOUBLE_CLICK_S
                and math.dist(last.place, place) <= near
            )
        self._last_press = None if double else _Click(now, place, near)
        self._navigator.grab(x, y, now)
        if double:
            self._navigator.zoom(1.0 / KEY_FACTOR if shift else KEY_FACTOR, x, y, now)
        return double

    def press_contrast(self, x: float, y: float) -> bool:
        """Press the button that drags, with Ctrl: contrast instead of the picture.

        False where there is nothing to change: it is a press like any other then.
        """
        self._pointer = Point(x, y)
        self._last_press = None
        return self._contrast is not None and self._contrast.press(x, y)

    def move(self, x: float, y: float, now: float) -> bool:
        """The pointer is elsewhere; True if the picture is another for that."""
        self._pointer = place = Point(x, y)
        if self._contrast is not None and self._contrast.drag(x, y):
            return True
        last = self._last_press
        if last is not None and math.dist(last.place, place) > last.near:
            # A drag is no click: who rows on, taking hold again and again at one place, would zoom.
            self._last_press = None
        if self._grip is None or not self._grip.drag(x, y):
            self._navigator.drag(x, y, now)
        return self._navigator.held or self._is_followed

    def release(self, now: float) -> None:
        if self._contrast is not None and self._contrast.release():
            return
        if not self._let_go_of_grip():
            self._navigator.let_go(now)

    def _let_go_of_grip(self) -> bool:
        return self._grip is not None and self._grip.release()

    def leave(self) -> bool:
        """The pointer is not above the picture any more; True if that is another for that."""
        self._pointer = None
        return self._is_followed

    @property
    def _is_followed(self) -> bool:
        return self._grip is not None and self._grip.follows_pointer

    def wheel(self, notches: float, x: float, y: float, now: float) -> None:
        """Turn the wheel away from the hand; finer wheels give parts of a notch.

        A whole notch that would pass by 1:1 stops there, where a picture is at its sharpest.
        """
        if not notches or not math.isfinite(notches):
            return
        self._pointer = Point(x, y)
        scale = self._navigator.destination.scale
        wanted = scale * math.exp2(notches * WHEEL_OCTAVES)
        whole = abs(notches - round(notches)) < _WHOLE_NOTCH
        passes = min(scale, wanted) < 1.0 < max(scale, wanted)
        if whole and passes and not math.isclose(scale, 1.0, rel_tol=1e-9):
            wanted = 1.0
        self._navigator.zoom(wanted / scale, x, y, now)

    def scroll(self, dx: float, dy: float, now: float) -> None:
        """Move the picture by two fingers on a touchpad, or by a wheel; in device pixels.

        By whole ones, so that what lies on the pixel grid stays there; the rest is kept.
        """
        if not (math.isfinite(dx) and math.isfinite(dy)):
            return
        x, y = self._scrolled.x + dx, self._scrolled.y + dy
        whole = Point(round(x), round(y))
        self._scrolled = Point(x - whole.x, y - whole.y)
        self._navigator.pan(*whole, now)

    def pinch(
        self, x: float, y: float, now: float, *, factor: float = 1.0, degrees: float = 0.0
    ) -> None:
        """Spread and turn two fingers on a touchpad, about a point; `lift` ends it."""
        if factor > 0.0 and math.isfinite(factor) and math.isfinite(degrees):
            self._navigator.pinch(x, y, now, factor=factor, degrees=degrees)

    def touch(self, fingers: Mapping[int, Point], now: float) -> None:
        """All fingers that are on the screen now, by a number that each keeps; empty: none is.

        One finger drags, and a double tap zooms; the first two zoom, turn and move together.
        """
        before, self._fingers = self._fingers, dict(list(fingers.items())[:2])
        if before.keys() != self._fingers.keys():
            self._fingers_changed(before, now)
        elif len(before) == 1:
            (place,) = self._fingers.values()
            self.move(*place, now)
        elif before:
            self._navigator.pinch(**_similarity(before, self._fingers), now=now)

    def _fingers_changed(self, before: Mapping[int, Point], now: float) -> None:
        if len(before) == 1:
            # A second finger comes to the first, which throws nothing.
            if self._fingers:
                self._let_go_of_grip()
                self._navigator.drop(now)
            else:
                self.release(now)
        elif before:
            self._navigator.rest(now)
        if len(self._fingers) == 1:
            (place,) = self._fingers.values()
            if before:
                self._navigator.grab(*place, now)
            else:
                self.press(*place, now, near_px=NEAR_TAP_PX)

    def lift(self, now: float) -> None:
        """A gesture is over."""
        self._navigator.rest(now)

    def key(self, name: str, now: float, *, repeated: bool = False) -> bool:
        """Strike a key; False if it has no meaning here.

        ``repeated``: by being held down, which means nothing to what shall happen once.
        """
        if self.answers(name):
            self._ask(name, now)
            return True
        command = self._commands.get(name)
        if command is None or (repeated and command not in REPEATED):
            return False
        return self.run(command, now, repeated=repeated)

    def key_down(self, name: str, now: float, *, code: Hashable, repeated: bool = False) -> bool:
        """Press a key, to be held or struck; False if it has no meaning here.

        ``code`` is the key itself, whatever it types: `key_up` gets it. ``repeated``: by the
        keyboard, for a key that is held; to one that moves the view steadily it means nothing.
        """
        command = self._commands.get(name)
        step = self._step(command) if command is not None and self.prompt is None else None
        if command is None or step is None or self._navigator.reduced_motion:
            return self._strike(name, now, code=code, repeated=repeated)
        if code not in self._down and not self._on_command(command):
            self._down.add(code)
            self._navigator.hold(code, step, *self._focus(), now)
        return True

    def _strike(self, name: str, now: float, *, code: Hashable, repeated: bool) -> bool:
        """`key`, by what the key meant when it was pressed."""
        if repeated and code == self._asking:
            return True  # it opened the question and is no answer
        asked = self.prompt is not None
        taken = self.key(name, now, repeated=repeated)
        if repeated:
            return taken or self._struck.get(code, False)
        self._struck[code] = taken
        if self.prompt is not None and not asked:
            self._asking = code
        elif code == self._asking:
            self._asking = None
        return taken

    def key_up(self, code: Hashable, now: float, *, waited: float = 0.0) -> bool:
        """Let go of a key; False for one that was not held.

        ``waited`` is how long this lay behind a slow frame, or may have: a key that was struck
        would otherwise have been held.
        """
        if code not in self._down:
            return False
        self._down.discard(code)
        self._navigator.let_go_key(code, now - waited)
        return True

    def all_keys_up(self, now: float) -> None:
        """The keyboard is another window's: what is let go there is not heard of here."""
        for code in tuple(self._down):
            self.key_up(code, now)

    def answers(self, name: str) -> bool:
        """Whether a key is the question's that is open, and nobody else's."""
        return self.prompt is not None and is_answer(name)

    def paste(self, text: str) -> bool:
        """Type what is on the clipboard; False where nothing is asked."""
        if self.prompt is None:
            return False
        self.prompt = self.prompt.pasted(text)
        return True

    def _ask(self, key: str, now: float) -> None:
        """Hand a key to the question that is open, and go where its answer says."""
        asked = self.prompt or Prompt()
        answer = asked.struck(key)
        self.prompt = answer if isinstance(answer, Prompt) else None
        if not isinstance(answer, Goal):
            return
        full = self._magnification()
        if answer.magnification is not None and full is None:
            self.prompt = replace(asked, fault=NO_MAGNIFICATION)
            return
        self._navigator.go_to(answer.seen_from(self._navigator.destination, full), now)

    def run(self, command: Command, now: float, *, repeated: bool = False) -> bool:
        """Do what a command asks for; False if that means nothing here."""
        if self._on_command(command):
            return True
        if command is Command.GO_TO:
            self.prompt = Prompt() if self._navigator.image_size else None
            return self.prompt is not None
        if command is Command.BACK:
            return self._navigator.back(now)
        if command is Command.FORWARD:
            return self._navigator.forward(now)
        return self._navigate(command, now, SLIDE_SHARE_HELD if repeated else SLIDE_SHARE)

    def keys_of(self, command: Command) -> tuple[str, ...]:
        """The keys that ask for a command."""
        return tuple(key for key, found in self._commands.items() if found is command)

    def bind(self, command: Command, *keys: str) -> None:
        """Let these keys ask for a command, and no others; none at all disables it."""
        kept = {key: found for key, found in self._commands.items() if found is not command}
        self._commands = kept | dict.fromkeys(keys, command)

    def _focus(self) -> Point:
        """What keys zoom at."""
        view = self._navigator.view
        return self._pointer or Point(view.width / 2, view.height / 2)

    def _slide_px(self, share: float) -> tuple[int, int]:
        """Whole pixels, so that what lies on the pixel grid stays there."""
        view = self._navigator.view
        return max(1, round(view.width * share)), max(1, round(view.height * share))

    def _step(self, command: Command) -> Step | None:
        """What a command does again and again while its key is held; None: once."""
        across, down = self._slide_px(SLIDE_SHARE)
        octave = math.log2(KEY_FACTOR)
        return {
            Command.LEFT: Step(x=across, rate=SLIDES_HELD_HZ),
            Command.RIGHT: Step(x=-across, rate=SLIDES_HELD_HZ),
            Command.UP: Step(y=down, rate=SLIDES_HELD_HZ),
            Command.DOWN: Step(y=-down, rate=SLIDES_HELD_HZ),
            Command.ZOOM_IN: Step(octaves=octave, rate=ZOOMS_HELD_HZ),
            Command.ZOOM_OUT: Step(octaves=-octave, rate=ZOOMS_HELD_HZ),
        }.get(command)

    def _navigate(self, command: Command, now: float, share: float) -> bool:
        navigator = self._navigator
        at = self._focus()
        across, down = self._slide_px(share)
        if times := TIMES.get(command):
            navigator.go_to(replace(navigator.destination, scale=float(times)), now)
            return True
        if power := MAGNIFICATIONS.get(command):
            full = self._magnification()
            if full is None:
                return False
            navigator.go_to(replace(navigator.destination, scale=power / full), now)
            return True
        actions: dict[Command, Callable[[], None]] = {
            Command.ZOOM_IN: lambda: navigator.zoom(KEY_FACTOR, *at, now),
            Command.ZOOM_OUT: lambda: navigator.zoom(1.0 / KEY_FACTOR, *at, now),
            Command.FIT: lambda: navigator.fit(now),
            Command.ONE_TO_ONE: lambda: navigator.one_to_one(now),
            Command.TURN: lambda: navigator.rotate(90.0, now),
            Command.TURN_BACK: lambda: navigator.rotate(-90.0, now),
            Command.TILT: lambda: navigator.rotate(TILT_DEGREES, now),
            Command.TILT_BACK: lambda: navigator.rotate(-TILT_DEGREES, now),
            Command.UPRIGHT: lambda: navigator.turn_upright(now),
            Command.FLIP: lambda: navigator.flip(now),
            Command.LEFT: lambda: navigator.slide(across, 0.0, now),
            Command.RIGHT: lambda: navigator.slide(-across, 0.0, now),
            Command.UP: lambda: navigator.slide(0.0, down, now),
            Command.DOWN: lambda: navigator.slide(0.0, -down, now),
        }
        action = actions.get(command)
        if action is None:
            return False
        action()
        return True


class _Pinch(TypedDict):
    """Arguments of `Navigator.pinch`."""

    x: float
    y: float
    factor: float
    degrees: float
    dx: float
    dy: float


def _similarity(before: Mapping[int, Point], after: Mapping[int, Point]) -> _Pinch:
    """What takes two fingers from their places before to those after."""
    (a, b), (c, d) = (tuple(fingers[key] for key in before) for fingers in (before, after))
    old, new = complex(b.x - a.x, b.y - a.y), complex(d.x - c.x, d.y - c.y)
    # Fingers that meet have no direction, and no distance to compare with.
    ratio = new / old if abs(old) >= 1.0 and abs(new) >= 1.0 else complex(1.0)
    x, y = (a.x + b.x) / 2, (a.y + b.y) / 2
    return _Pinch(
        x=x,
        y=y,
        factor=abs(ratio),
        degrees=math.degrees(cmath.phase(ratio)),
        dx=(c.x + d.x) / 2 - x,
        dy=(c.y + d.y) / 2 - y,
    )
