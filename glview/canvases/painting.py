"""One paint of a window: the picture, what stands and is told on it, and what if it fails."""

import logging
from typing import Any

from glview.canvases.bindings import Command
from glview.canvases.contrast import Contrast
from glview.canvases.debug_view import DebugView
from glview.canvases.notices import MARGIN, Notices
from glview.canvases.stepping import Stepping
from glview.canvases.unseen import no_magnification, nothing_read, nothing_seen, why_unseen
from glview.frame import Panel, Target
from glview.hud.hud import Hud
from glview.hud.items import HudItem
from glview.panels import Tone
from glview.viewer import Viewer
from glview.viewport import Point

log = logging.getLogger("glview")


HUD_ITEMS = {
    Command.SCALE_BAR: HudItem.SCALE_BAR,
    Command.NAVIGATOR: HudItem.NAVIGATOR,
    Command.READOUT: HudItem.READOUT,
    Command.PIXEL_GRID: HudItem.PIXEL_GRID,
    Command.LEGEND: HudItem.LEGEND,
    Command.PLANE_SLIDERS: HudItem.PLANE_SLIDERS,
}
"""What commands show and take away."""


class Painter:
    """Paints for a canvas, on its thread, with its context current. Knows no toolkit.

    ``background`` is what a message stands on where the picture cannot be painted. Errors of types
    in ``fatal`` are the canvas' to handle; no other comes out of a paint.
    """

    def __init__(
        self,
        viewer: Viewer,
        background: tuple[float, float, float],
        *,
        fatal: tuple[type[Exception], ...] = (),
    ) -> None:
        self._viewer = viewer
        self._background = background
        self._fatal = fatal
        self._fault = ""
        self._pixel_ratio = 1.0
        self._looked = True
        self._unread = ""
        """What was said of an image of which nothing could be read,"""
        self._nothing = ""
        """and of one that shows nothing."""
        self._plane = viewer.plane_shown
        self.failed = False
        """Whether the last paint left the context's state as the fault found it."""
        self.debug = DebugView(viewer)
        self.hud = Hud(viewer)
        self.notices = Notices()
        self.contrast = Contrast(viewer, self.notices)
        self._stepping = Stepping(viewer, self.notices, lambda: self.hud.tells_plane)

    def paint(
        self, renderer: Any, target: Target, now: float, pixel_ratio: float, focus: Point | None
    ) -> bool:
        """The picture, or a message where it cannot be painted; True if another should follow."""
        self.failed = False
        self._pixel_ratio = pixel_ratio
        try:
            more = self._viewer.draw(target, now, focus=focus)
            self._say_if_empty()
            more = self._paint_above(renderer, target, now, pixel_ratio, focus) or more
        except self._fatal:
            raise
        except Exception as error:  # noqa: BLE001  # `tell` logs it
            self.failed = True
            new = self.tell(error)
            self._paint_message(renderer, target, pixel_ratio)
            return new
        return more

    def _say_if_empty(self) -> None:
        """Of the first whole picture of a plane: say so where nothing is to be seen in it."""
        if self._unread and not self._viewer.blank:
            self.notices.unsay(self._unread)
            self._unread = ""
        plane = self._viewer.plane_shown
        if plane != self._plane:
            # Another plane of the image may be empty, or not, by itself.
            self._plane = plane
            self._forget_empty()
        if self._looked or not self._viewer.settled:
            return
        self._looked = True
        described = self._viewer.description
        if described is None or self.notices.speaks:
            return
        self._unread = nothing_read(self._viewer)
        if self._unread:
            self.notices.say(self._unread, title=described.name, tone=Tone.ERROR)
        elif why := nothing_seen(self._viewer):
            self._nothing = why
            self.notices.say(why, title=described.name)

    def _paint_above(
        self, renderer: Any, target: Target, now: float, pixel_ratio: float, focus: Point | None
    ) -> bool:
        """All that stands on the picture; True if another paint should follow."""
        self.debug.draw(renderer, target, now, pixel_ratio)
        below: tuple[Panel, ...] = ()
        told = False
        try:
            below = self.hud.draw(renderer, target, now, pixel_ratio, focus)
        except self._fatal:
            raise
        except Exception as error:  # noqa: BLE001  # `tell` logs it
            # The picture is there, and stays: what cannot stand on it goes.
            self.hud.show(())
            renderer.context_shared()
            self.failed = True
            told = self.tell(error)
        lowest = [panel for panel in below if panel.y > target.height // 2]
        margin = round(MARGIN * pixel_ratio)
        self.notices.look(now)
        # What is told stands above the scale bar and the readout, not on them.
        raised = max((target.height - panel.y - margin // 2 for panel in lowest), default=0)
        above = self.notices.panels(target.width, target.height, pixel_ratio, raised)
        panels = (*below, *self.debug.panels(target, now, pixel_ratio), *above)
        renderer.draw_panels(panels, target)
        self.hud.draw_above(renderer, target, pixel_ratio, under=above)
        return told or self.hud.due

    def take(self, command: Command) -> bool:
        """Do what a command asks for of what is painted on the picture; False for any other."""
        described = self._viewer.description
        if described is not None:
            why = no_magnification(command, self._viewer.full_magnification)
            if why:
                self.notices.say_briefly(why)
                return True
        item = HUD_ITEMS.get(command)
        if item is not None:
            self.hud.toggle(item)
            if described is not None and item in self.hud.shown:
                scale = self._viewer.navigator.destination.scale
                why = why_unseen(command, described, scale, self._pixel_ratio)
                if why:
                    self.notices.say_briefly(why)
        takers = (self.contrast.take, self._stepping.take, self.debug.take)
        return item is not None or any(take(command) for take in takers)

    def is_on(self, command: Command) -> bool | None:
        """Whether what a command shows and takes away is shown; None for any other."""
        if command is Command.DEBUG:
            return self.debug.shown
        item = HUD_ITEMS.get(command)
        return self.contrast.is_on(command) if item is None else item in self.hud.shown

    def tell(self, error: Exception) -> bool:
        """Log a fault and say it on the picture, once until another comes; False if it was told."""
        fault = f"{type(error).__name__}: {error}"
        if fault == self._fault:
            return False
        self._fault = fault
        log.error("painting failed", exc_info=error)
        self.notices.say(fault, tone=Tone.ERROR)
        return True

    def image_changed(self) -> None:
        """Another image is shown: the same fault would be a new one, and it may be empty."""
        self._fault = self._unread = ""
        self._forget_empty()
        self.contrast.image_changed()

    def _forget_empty(self) -> None:
        """What was said of the picture before is not so of this one."""
        if self._nothing:
            self.notices.unsay(self._nothing)
        self._nothing = ""
        self._looked = False

    def series_changed(self) -> None:
        """It is another one of the same file."""
        if not self.notices.speaks:
            self._stepping.series_changed()

    def _paint_message(self, renderer: Any, target: Target, pixel_ratio: float) -> None:
        """What can be painted where the picture cannot."""
        try:
            renderer.context_shared()
            renderer.clear(target, self._background)
            panels = self.notices.panels(target.width, target.height, pixel_ratio)
            renderer.draw_panels(panels, target)
        except Exception:
            log.debug("the message could not be painted", exc_info=True)
