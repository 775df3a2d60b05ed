"""The debug view of a window: borders of tiles, and a panel of figures. No GL, no toolkit."""

import math

from glview.canvases.bindings import Command
from glview.canvases.notices import MARGIN
from glview.debug_panel import debug_panel
from glview.frame import Panel, Target
from glview.gpu import FrameRenderer
from glview.viewer import Viewer

PANEL_EVERY_S = 0.2
"""The panel is made at most this often while anything goes on: its words take 3 ms, or 6 where a
logical pixel is two."""


class DebugView:
    """Shows what a viewer does, when it is asked to; it asks for no frames itself."""

    def __init__(self, viewer: Viewer) -> None:
        self._viewer = viewer
        self._shown = False
        self._panel: Panel | None = None
        self._made_s = -math.inf
        self._made_for: object = None

    @property
    def shown(self) -> bool:
        return self._shown

    def take(self, command: Command) -> bool:
        """Turn it on or off, if that is the command; False for any other."""
        if command is not Command.DEBUG:
            return False
        self._shown = not self._shown
        self._panel = None
        return True

    def draw(self, renderer: FrameRenderer, target: Target, now: float, pixel_ratio: float) -> None:
        """Draw the borders over the picture that the viewer has just drawn at ``now``."""
        if self._shown:
            line_px = max(1, round(pixel_ratio))
            renderer.draw_outlines(self._viewer.outlines(now), target, line_px)

    def panels(self, target: Target, now: float, pixel_ratio: float) -> tuple[Panel, ...]:
        """The panel for the last picture, none while it is off.

        Where figures would stay as they are when nobody does anything, it has those; before that
        it may be `PANEL_EVERY_S` behind.
        """
        if not self._shown:
            return ()
        stats = self._viewer.stats()
        asked = (target.width, target.height, pixel_ratio)
        if (
            self._panel is None
            or asked != self._made_for
            or stats.settled
            or now - self._made_s >= PANEL_EVERY_S
        ):
            margin = round(MARGIN * pixel_ratio)
            room = (max(1, target.width - 2 * margin), max(1, target.height - 2 * margin))
            pixels = debug_panel(stats, pixel_ratio=pixel_ratio, max_size=room)
            self._panel = Panel(pixels, margin, margin)
            self._made_s, self._made_for = now, asked
        return (self._panel,)
