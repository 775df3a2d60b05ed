"""All items that stand on a picture. No GL, no toolkit."""

from collections.abc import Callable, Collection, Iterable, Sequence
from dataclasses import replace
from typing import Final, Protocol

import numpy as np
from numpy.typing import NDArray

from glview.frame import Clip, Frame, Outline, Panel, PixelGrid, Target
from glview.hud.grips import Grips
from glview.hud.items import HudItem
from glview.hud.legend import LegendItem, has_legend
from glview.hud.navigator_grip import NavigatorGrip
from glview.hud.navigator_map import FRAME_LINE_PX, NavigatorItem
from glview.hud.pixel_grid import PixelGridItem
from glview.hud.plane_sliders import PlaneSlidersItem
from glview.hud.readout import ReadoutItem
from glview.hud.scale_bar import ScaleBarItem
from glview.hud.sight import Sight
from glview.hud.slider_grip import SliderGrip
from glview.image import ImageDescription
from glview.planes import Plane
from glview.probe import Sample
from glview.series import choices, chosen
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
        self._without_values = False
        self._described: ImageDescription | None = None
        self._raised_px: dict[HudItem, int] = {}
        self._scale_bar = ScaleBarItem()
        self._legend = LegendItem()
        self._readout = ReadoutItem(viewer.ask)
        self._navigator = NavigatorItem() if paced else NavigatorItem(every_s=0.0)
        self._pixel_grid = PixelGridItem(viewer.ask_block, viewer.block)
        self._sliders = PlaneSlidersItem()
        self.grip: Final = Grips(
            [
                SliderGrip(lambda: self._sliders.places, self._chosen, self._go_to),
                NavigatorGrip(viewer.navigator, lambda: self._navigator.map, self._is_followed),
            ]
        )
        """For hands on the sliders and the navigator."""

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
        if HudItem.PLANE_SLIDERS not in self._shown:
            self._sliders.forget()

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

    def _chosen(self) -> Plane:
        """Where the sliders stand."""
        viewer = self._viewer
        return chosen(viewer.all_series, viewer.series, viewer.plane)

    def _go_to(self, place: Plane) -> None:
        """Have the sliders stand elsewhere."""
        viewer, described = self._viewer, self._viewer.description
        if viewer.all_series and place[0] != viewer.series:
            viewer.go_to_series(place[0])
            return
        plane = place[1:] if viewer.all_series else place
        if described is not None and described.has_plane(plane):
            viewer.go_to_plane(plane)

    @property
    def tells_plane(self) -> bool:
        """Whether the last picture said which of the file's pictures it is."""
        return HudItem.PLANE_SLIDERS in self._drawn

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

        Not a legend where there is nothing that it could tell.
        """
        described = self._described
        untold = described is not None and not has_legend(described)
        return self._shown - self._drawn - ({HudItem.LEGEND} if untold else set())

    @property
    def without_values(self) -> bool:
        """Whether the last picture has a pixel grid in which the values have no room."""
        return self._without_values

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
        self._drawn, self._without_values = frozenset(), False
        if described is None or not self._shown:
            return ()
        if HudItem.PIXEL_GRID in self._shown:
            grid = self._pixel_grid.grid(Sight(described, view, pixel_ratio, now, pointer))
            if grid is not None:
                renderer.draw_pixel_grid(grid, target)
                self._drawn |= {HudItem.PIXEL_GRID}
                self._without_values = grid.text is None
        sight = Sight(described, whole or view, pixel_ratio, now, pointer)
        panels: dict[HudItem, Panel | None] = {}
        # At the lower edge: where they have no room side by side, those that come later stand
        # above. The sliders never move, lest one slip away under the hand that drags it.
        for at_edge, panel_of in (
            (HudItem.PLANE_SLIDERS, self._slide),
            (HudItem.SCALE_BAR, self._scale_bar.panel),
            (HudItem.READOUT, self._read_out),
        ):
            if at_edge in self._shown:
                panels[at_edge] = self._above(at_edge, panels.values(), sight, panel_of)
        display = self._viewer.display
        if HudItem.NAVIGATOR in self._shown:

            def drawn(width_px: int, height_px: int) -> NDArray[np.uint8] | None:
                made = self._viewer.thumbnail(width_px, height_px)
                return made.averaged(renderer.picture(made.frame)) if made is not None else None

            of = (display, self._viewer.overview_count())
            panels[HudItem.NAVIGATOR] = self._navigator.panel(sight, of, drawn)
        if HudItem.LEGEND in self._shown and display is not None:
            legend = self._legend.panel(sight, display)
            covers = legend is not None and any(_touch(legend, other) for other in panels.values())
            panels[HudItem.LEGEND] = None if covers else legend
        found = {item: panel for item, panel in panels.items() if panel is not None}
        self._drawn |= found.keys()
        if corner == NOWHERE:
            return tuple(found.values())
        x, y = round(corner.x), round(corner.y)
        return tuple(Panel(panel.pixels, panel.x - x, panel.y - y) for panel in found.values())

    def _above(
        self,
        item: HudItem,
        lower: Collection[Panel | None],
        sight: Sight,
        panel_of: Callable[[Sight, int], Panel | None],
    ) -> Panel | None:
        """A panel at the lower edge, above those there that it has no room beside."""
        # As in the picture before, lest it is made twice for each.
        before_px = self._raised_px.get(item, 0)
        panel, gap = panel_of(sight, before_px), sight.margin_px // 2
        if panel is None:
            return None
        left, right = panel.x - gap, panel.x + panel.pixels.shape[1] + gap
        edge = sight.view.height - sight.margin_px
        raised_px = max(
            (
                edge - other.y + gap
                for other in lower
                if other is not None and other.x < right and left < other.x + other.pixels.shape[1]
            ),
            default=0,
        )
        self._raised_px[item] = raised_px
        return panel if raised_px == before_px else panel_of(sight, raised_px)

    def _read_out(self, sight: Sight, raised_px: int) -> Panel | None:
        display = self._viewer.display
        hidden = display.hidden if display is not None else frozenset[int]()
        return self._readout.panel(sight, raised_px, hidden)

    def _slide(self, sight: Sight, raised_px: int) -> Panel | None:
        del raised_px  # nothing is below them
        axes = choices(self._viewer.all_series, sight.description.axes)
        return self._sliders.panel(sight, axes, self._chosen())

    def draw_above(
        self,
        renderer: HudRenderer,
        target: Target,
        pixel_ratio: float,
        *,
        under: Iterable[Panel] = (),
        whole: Viewport | None = None,
        corner: Point = NOWHERE,
    ) -> None:
        """Draw what lies on the panels that `draw` gave, but not on those that they lie ``under``.

        All of them have been drawn by then.
        """
        on = self._navigator.map
        if on is not None:
            placed = replace(on, x=on.x - round(corner.x), y=on.y - round(corner.y))
            frame = placed.frame(whole or self._viewer.navigator.view, pixel_ratio)
            clip = Clip(placed.x, placed.y, placed.x + placed.width, placed.y + placed.height)
            for panel in under:
                clip = _beside(clip, panel)
            if clip.x0 < clip.x1 and clip.y0 < clip.y1:
                line_px = round(FRAME_LINE_PX * pixel_ratio)
                renderer.draw_outlines((frame,), target, line_px, clip)


def _beside(clip: Clip, panel: Panel) -> Clip:
    """The largest part of a rectangle on one side of a panel; all of it if they are apart."""
    height, width = panel.pixels.shape[:2]
    sides = (
        clip._replace(x1=min(clip.x1, panel.x)),
        clip._replace(x0=max(clip.x0, panel.x + width)),
        clip._replace(y1=min(clip.y1, panel.y)),
        clip._replace(y0=max(clip.y0, panel.y + height)),
    )
    return max(sides, key=lambda side: max(side.x1 - side.x0, 0) * max(side.y1 - side.y0, 0))


def _touch(panel: Panel, other: Panel | None) -> bool:
    """Whether one lies on the other."""
    if other is None:
        return False
    height, width = panel.pixels.shape[:2]
    tall, wide = other.pixels.shape[:2]
    beside = panel.x + width <= other.x or other.x + wide <= panel.x
    return not beside and panel.y < other.y + tall and other.y < panel.y + height
