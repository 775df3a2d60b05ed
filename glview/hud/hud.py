"""All items that stand on a picture, and hands on them. No GL, no toolkit."""

from collections.abc import Iterable, Sequence
from dataclasses import replace
from typing import Protocol

import numpy as np
from numpy.typing import NDArray

from glview.frame import Clip, Frame, Outline, Panel, PixelGrid, Target
from glview.hud.items import HudItem
from glview.hud.navigator_map import FRAME_LINE_PX, NavigatorItem
from glview.hud.pixel_grid import PixelGridItem
from glview.hud.readout import ReadoutItem
from glview.hud.scale_bar import ScaleBarItem
from glview.hud.sight import Sight
from glview.image import ImageDescription
from glview.motion import on_grid
from glview.probe import Sample
from glview.viewer import Viewer
from glview.viewport import Point, Viewport

NOWHERE = Point(0.0, 0.0)


class HudRenderer(Protocol):
    """What items need of a renderer beside panels (`glview.gl.renderer.Renderer`)."""

    def draw_outlines(
        self, outlines: Sequence[Outline], target: Target, line_px: int, clip: Clip | None = None
    ) -> None: ...

    def draw_pixel_grid(self, grid: PixelGrid, target: Target) -> None: ...

    def picture(self, frame: Frame) -> NDArray[np.uint8]:
        """A frame beside the one on the screen, as (height, width, 4)."""


class Hud:
    """Draws the items that are shown over the picture that a viewer has just drawn.

    Used by the thread that draws. Lengths are device pixels. It asks for no frames itself; what it
    reads of the image wakes the viewer's canvas when it is there (`Viewer.ask`).
    """

    def __init__(self, viewer: Viewer) -> None:
        self._viewer = viewer
        self._shown: frozenset[HudItem] = frozenset()
        self._described: ImageDescription | None = None
        self._scale_bar = ScaleBarItem()
        self._readout = ReadoutItem(viewer.ask)
        self._navigator = NavigatorItem()
        self._pixel_grid = PixelGridItem(viewer.ask_block, viewer.block)
        self._dragging = False

    @property
    def shown(self) -> frozenset[HudItem]:
        """What is to be seen."""
        return self._shown

    def show(self, items: Iterable[HudItem]) -> None:
        """Show these, and no others."""
        self._shown = frozenset(items)
        if HudItem.NAVIGATOR not in self._shown:
            self._navigator.forget()
        if HudItem.PIXEL_GRID not in self._shown:
            self._pixel_grid.forget()

    def toggle(self, item: HudItem) -> None:
        """Show an item, or take it away."""
        self.show(self._shown ^ {item})

    @property
    def follows_pointer(self) -> bool:
        """Whether a pointer that moves wants another picture."""
        return self._dragging or HudItem.READOUT in self._shown

    @property
    def waiting(self) -> bool:
        """Whether some of what is shown is still to come."""
        return self._navigator.waiting or self._pixel_grid.waiting

    def answered(self, sample: Sample | None) -> None:
        """What `Viewer.answer` gave; None changes nothing."""
        if sample is not None:
            self._readout.answered(sample)

    def draw(
        self,
        renderer: HudRenderer,
        target: Target,
        now: float,
        pixel_ratio: float,
        pointer: Point | None = None,
        *,
        whole: Viewport | None = None,
        corner: Point = NOWHERE,
    ) -> tuple[Panel, ...]:
        """Draw the pixel grid; returns the panels, which are drawn with all others of the target.

        `draw_above` comes after them. Where the target shows a part of a picture, ``whole`` is the
        view of all of it, and ``corner`` where the target lies in it.
        """
        described, view = self._viewer.description, self._viewer.navigator.view
        if described is not self._described:
            self._described = described
            for item in (self._readout, self._navigator, self._pixel_grid):
                item.forget()
        if described is None or not self._shown:
            return ()
        if HudItem.PIXEL_GRID in self._shown:
            grid = self._pixel_grid.grid(Sight(described, view, pixel_ratio, now, pointer))
            if grid is not None:
                renderer.draw_pixel_grid(grid, target)
        sight = Sight(described, whole or view, pixel_ratio, now, pointer)
        panels = []
        if HudItem.SCALE_BAR in self._shown:
            panels.append(self._scale_bar.panel(sight))
        if HudItem.READOUT in self._shown:
            panels.append(self._readout.panel(sight))
        if HudItem.NAVIGATOR in self._shown:

            def drawn(width_px: int, height_px: int) -> NDArray[np.uint8] | None:
                made = self._viewer.thumbnail(width_px, height_px)
                return made.averaged(renderer.picture(made.frame)) if made is not None else None

            panels.append(self._navigator.panel(sight, self._viewer.display, drawn))
        found = (panel for panel in panels if panel is not None)
        if corner == NOWHERE:
            return tuple(found)
        x, y = round(corner.x), round(corner.y)
        return tuple(Panel(panel.pixels, panel.x - x, panel.y - y) for panel in found)

    def draw_above(
        self,
        renderer: HudRenderer,
        target: Target,
        pixel_ratio: float,
        *,
        whole: Viewport | None = None,
        corner: Point = NOWHERE,
    ) -> None:
        """Draw what lies on the panels that `draw` gave."""
        on = self._navigator.map
        if on is not None:
            placed = replace(on, x=on.x - round(corner.x), y=on.y - round(corner.y))
            frame = placed.frame(whole or self._viewer.navigator.view, pixel_ratio)
            clip = Clip(placed.x, placed.y, placed.x + placed.width, placed.y + placed.height)
            renderer.draw_outlines((frame,), target, round(FRAME_LINE_PX * pixel_ratio), clip)

    # Hands on the navigator

    def press(self, x: float, y: float, now: float) -> bool:
        """Press on the navigator: go there; False anywhere else."""
        on = self._navigator.map
        place = on.i_from_s(x, y) if on is not None else None
        if place is None:
            return False
        self._dragging = True
        navigator = self._viewer.navigator
        there = navigator.destination
        navigator.go_to(replace(there, centre_x=place.x, centre_y=place.y), now)
        return True

    def drag(self, x: float, y: float) -> bool:
        """Move with the button held; False where it was not pressed on the navigator."""
        on = self._navigator.map
        if self._dragging and on is not None:
            navigator, place = self._viewer.navigator, on.i_nearest(x, y)
            there = navigator.destination
            navigator.set_view(on_grid(replace(there, centre_x=place.x, centre_y=place.y)))
        return self._dragging

    def release(self) -> bool:
        """Let go; False where it was not pressed on the navigator."""
        dragging, self._dragging = self._dragging, False
        return dragging
