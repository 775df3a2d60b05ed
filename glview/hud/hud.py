"""All items that stand on a picture. No GL, no toolkit."""

from collections.abc import Iterable, Sequence
from dataclasses import replace
from typing import Final, Protocol

import numpy as np
from numpy.typing import NDArray

from glview.frame import Clip, Frame, Outline, Panel, PixelGrid, Target
from glview.hud.items import HudItem
from glview.hud.legend import LegendItem
from glview.hud.navigator_grip import NavigatorGrip
from glview.hud.navigator_map import FRAME_LINE_PX, NavigatorItem
from glview.hud.pixel_grid import PixelGridItem
from glview.hud.readout import ReadoutItem
from glview.hud.scale_bar import ScaleBarItem
from glview.hud.sight import Sight
from glview.image import ImageDescription
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

    def __init__(self, viewer: Viewer, *, paced: bool = True) -> None:
        """Not ``paced``: for single pictures, whose navigator is up to date in each."""
        self._viewer = viewer
        self._shown: frozenset[HudItem] = frozenset()
        self._drawn: frozenset[HudItem] = frozenset()
        self._described: ImageDescription | None = None
        self._scale_bar = ScaleBarItem()
        self._legend = LegendItem()
        self._readout = ReadoutItem(viewer.ask)
        self._navigator = NavigatorItem() if paced else NavigatorItem(every_s=0.0)
        self._pixel_grid = PixelGridItem(viewer.ask_block, viewer.block)
        self.grip: Final = NavigatorGrip(
            viewer.navigator, lambda: self._navigator.map, self._is_followed
        )
        """For hands on the navigator."""

    @property
    def shown(self) -> frozenset[HudItem]:
        """What is to be seen."""
        return self._shown

    def show(self, items: Iterable[HudItem]) -> None:
        """Show these, and no others; ValueError for anything else."""
        asked = list(items)
        if not all(isinstance(item, HudItem) for item in asked):
            raise ValueError(f"not any of glview.HudItem: {asked}")
        self._shown = frozenset(asked)
        self._viewer.squares = HudItem.PIXEL_GRID in self._shown
        if HudItem.NAVIGATOR not in self._shown:
            self._navigator.forget()
        if HudItem.PIXEL_GRID not in self._shown:
            self._pixel_grid.forget()

    def toggle(self, item: HudItem) -> None:
        """Show an item, or take it away."""
        self.show(self._shown ^ {item})

    @property
    def reads(self) -> bool:
        """Whether anything that is read of the image is shown: what wakes for it wants a frame."""
        return bool(self._shown & {HudItem.READOUT, HudItem.PIXEL_GRID})

    def _is_followed(self) -> bool:
        """Whether a pointer that moves wants another picture."""
        return HudItem.READOUT in self._shown

    @property
    def due(self) -> bool:
        """Whether another picture will show what this one was too early for."""
        return self._navigator.due

    @property
    def waiting(self) -> bool:
        """Whether some of what is shown is still to come."""
        return self._navigator.waiting or self._pixel_grid.waiting

    def left_out(self) -> frozenset[HudItem]:
        """What is to be seen, and has no room in the picture that was drawn last.

        Of a pixel grid that it has no values, because pixels are too small for them.
        """
        return self._shown - self._drawn

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
        self._drawn = frozenset()
        if described is None or not self._shown:
            return ()
        if HudItem.PIXEL_GRID in self._shown:
            grid = self._pixel_grid.grid(Sight(described, view, pixel_ratio, now, pointer))
            if grid is not None:
                renderer.draw_pixel_grid(grid, target)
                self._drawn |= {HudItem.PIXEL_GRID} if grid.text is not None else set()
        sight = Sight(described, whole or view, pixel_ratio, now, pointer)
        panels: dict[HudItem, Panel | None] = {}
        if HudItem.SCALE_BAR in self._shown:
            panels[HudItem.SCALE_BAR] = self._scale_bar.panel(sight)
        if HudItem.READOUT in self._shown:
            panels[HudItem.READOUT] = self._read_out(sight, panels.get(HudItem.SCALE_BAR))
        display = self._viewer.display
        if HudItem.LEGEND in self._shown and display is not None:
            panels[HudItem.LEGEND] = self._legend.panel(sight, display)
        if HudItem.NAVIGATOR in self._shown:

            def drawn(width_px: int, height_px: int) -> NDArray[np.uint8] | None:
                made = self._viewer.thumbnail(width_px, height_px)
                return made.averaged(renderer.picture(made.frame)) if made is not None else None

            of = (display, self._viewer.overview_count())
            panels[HudItem.NAVIGATOR] = self._navigator.panel(sight, of, drawn)
        found = {item: panel for item, panel in panels.items() if panel is not None}
        self._drawn |= found.keys()
        if corner == NOWHERE:
            return tuple(found.values())
        x, y = round(corner.x), round(corner.y)
        return tuple(Panel(panel.pixels, panel.x - x, panel.y - y) for panel in found.values())

    def _read_out(self, sight: Sight, bar: Panel | None) -> Panel | None:
        """The readout, above the scale bar where both have no room side by side."""
        display = self._viewer.display
        hidden = display.hidden if display is not None else frozenset[int]()
        panel = self._readout.panel(sight, hidden=hidden)
        if panel is None or bar is None:
            return panel
        gap = sight.margin_px // 2
        if panel.x >= bar.x + bar.pixels.shape[1] + gap:
            return panel
        return self._readout.panel(sight, bar.pixels.shape[0] + gap, hidden)

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
