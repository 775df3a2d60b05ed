"""Contrast by keys and by hand, and what is said of it on the picture. No GL, no toolkit."""

from glview.canvases.bindings import CHANNELS, Command
from glview.canvases.notices import Notices
from glview.canvases.unseen import nothing_seen
from glview.display import Display, Magnification
from glview.display_steps import (
    alone_in,
    band_names,
    next_alone,
    next_colormap,
    next_curve,
    told,
    with_all,
    with_band,
    with_checker,
    with_contrast,
)
from glview.options import WindowRule
from glview.viewer import Viewer
from glview.viewport import Point

_RULES = {Command.AUTO_WINDOW: None, Command.FAINT_WINDOW: WindowRule.ZSCALE}
"""By which rule windows are found; None: that of the options."""


class Contrast:
    """Changes a viewer's display and says what it is then; for the thread that draws."""

    def __init__(self, viewer: Viewer, notices: Notices) -> None:
        self._viewer = viewer
        self._notices = notices
        self._checker: bool | None = None
        self._magnification: Magnification | None = None
        self._held: tuple[Point, Display] | None = None
        self._chosen: int | None = None
        """The channel that was selected last,"""
        self._alone_then: int | None = None
        """and the one that was alone then."""

    @property
    def selected(self) -> int:
        """The channel, from 0, that is meant where one is: for keys and panels alike. May be set.

        One that is shown alone since another was selected, else that, else the first shown.
        """
        display = self._viewer.display
        if display is None:
            return 0
        alone = alone_in(display)
        if alone is not None and alone != self._alone_then:
            return alone
        if self._chosen is not None and self._chosen < len(display.windows):
            return self._chosen
        return (display.shown or (0,))[0]

    @selected.setter
    def selected(self, band: int) -> None:
        display = self._viewer.display
        count = 0 if display is None else len(display.windows)
        if display is None or not 0 <= band < count:
            raise IndexError(f"no channel {band} of {count}")
        self._chosen, self._alone_then = band, alone_in(display)

    def take(self, command: Command) -> bool:
        """Do what a command asks for of contrast; False for any other, and without an image."""
        if command is Command.NEAREST:
            return self._magnify()
        if command is Command.CHECKER:
            return self._put_checker(shown=not self._checker_now)
        display = self._viewer.display
        taken = display is not None and self._change(command, display)
        if taken and self._viewer.display is not None:
            alone = alone_in(self._viewer.display)
            if alone is not None and alone != self._alone_then:
                self.selected = alone
        return taken

    def _change(self, command: Command, display: Display) -> bool:
        viewer = self._viewer
        if command in _RULES:
            return self._suit(_RULES[command])
        if command is Command.RESET_DISPLAY:
            viewer.reset_display()
        elif command is Command.NEXT_CURVE:
            viewer.display = next_curve(display)
        elif command is Command.NEXT_COLORMAP:
            viewer.display = next_colormap(display)
        elif command is Command.ONLY_CHANNEL:
            if len(display.windows) == 1:
                self._notices.say_briefly(_counted(1, ""))
                return True
            viewer.display = next_alone(display, self.selected)
        elif command is Command.ALL_CHANNELS:
            viewer.display = with_all(display)
            self._notices.say_briefly(_counted(len(display.windows), "All "))
            return True
        elif command in CHANNELS:
            return self._switch(display, CHANNELS[command] - 1)
        else:
            return False
        if command is Command.NEXT_COLORMAP and len(display.shown) > 1:
            self._notices.say_briefly("A colour map is for one channel that is shown alone")
        else:
            self._say()
        return True

    def _magnify(self) -> bool:
        """Pixels as squares, or smooth; without an image, for those that come."""
        smooth = self._magnification_now is Magnification.NEAREST
        self._magnification = Magnification.LINEAR if smooth else Magnification.NEAREST
        if self._viewer.display is not None:
            self._viewer.update_display(magnification=self._magnification)
            self._notices.say_briefly(f"Large pixels are {'smooth' if smooth else 'squares'}")
        return True

    @property
    def _magnification_now(self) -> Magnification:
        if self._viewer.display is None and self._magnification is not None:
            return self._magnification
        return self._viewer.magnification

    def _put_checker(self, *, shown: bool) -> bool:
        """A checkerboard, or none; without an image, below those that come."""
        self._checker = shown
        viewer = self._viewer
        if viewer.display is not None:
            viewer.display = with_checker(viewer.display, viewer.plain_background, shown=shown)
        return True

    @property
    def _checker_now(self) -> bool:
        if self._viewer.display is None and self._checker is not None:
            return self._checker
        return self._viewer.checker

    def _suit(self, rule: WindowRule | None) -> bool:
        """Windows for what is in sight; where that is nothing, they stay."""
        self._viewer.auto_window(rule)
        why = nothing_seen(self._viewer)
        if why:
            self._notices.say_briefly(why)
        else:
            self._say()
        return True

    def _switch(self, display: Display, band: int) -> bool:
        if band >= len(display.windows):
            self._notices.say_briefly(_counted(len(display.windows), "The image has "))
            return True
        self._viewer.display = with_band(display, band, shown=band in display.hidden)
        self._say()
        return True

    def is_on(self, command: Command) -> bool | None:
        """Whether the channel, checkerboard or squares of a command are shown; else None."""
        display = self._viewer.display
        if command is Command.NEAREST:
            return self._magnification_now is Magnification.NEAREST
        if command is Command.CHECKER:
            return self._checker_now
        band = CHANNELS.get(command, 0) - 1
        if display is None or not 0 <= band < len(display.windows):
            return None
        return band not in display.hidden

    def image_changed(self) -> None:
        """Another image is shown: with squares, over a checkerboard, as a hand has left it."""
        self._chosen = self._alone_then = None
        display = self._viewer.display
        if display is not None and self._magnification not in {None, display.magnification}:
            self._viewer.update_display(magnification=self._magnification)
        if display is not None and self._checker not in {None, self._checker_now}:
            self._put_checker(shown=bool(self._checker))

    def press(self, x: float, y: float) -> bool:
        """Begin to drag, at a place in device pixels; False without an image."""
        display = self._viewer.display
        self._held = None if display is None else (Point(x, y), display)
        return self._held is not None

    def drag(self, x: float, y: float) -> bool:
        """The pointer is there now; False where no drag is under way."""
        if self._held is None or self._viewer.display is None:
            return False
        began, display = self._held
        view = self._viewer.navigator.view
        across, down = (x - began.x) / view.width, (y - began.y) / view.height
        self._viewer.display = with_contrast(display, across, down)
        self._say()
        return True

    def release(self) -> bool:
        """Let go; False where no drag was under way."""
        held, self._held = self._held, None
        return held is not None

    def _say(self) -> None:
        display, description = self._viewer.display, self._viewer.description
        if display is None or description is None:
            return
        if display.hidden and len(display.windows) > 1:
            names = band_names(description)
            only = ", ".join(names[band] for band in display.shown) or "none"
            title = f"{only}: {len(display.shown)} of {len(display.windows)} channels"
        else:
            title = ""
        self._notices.say_briefly(told(display, description), title=title)


def _counted(channels: int, before: str) -> str:
    """How many channels there are, in words."""
    return "The image has one channel" if channels == 1 else f"{before}{channels} channels"
