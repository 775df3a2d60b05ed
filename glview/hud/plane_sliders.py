"""Sliders through the other pictures of a file: images, z, time, pages. No GL, no toolkit."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from glview.frame import Panel
from glview.hud.sight import Kept, Sight
from glview.image import Axis
from glview.planes import Plane
from glview.sheet import LOOK, Grid, Look, Sheet, shortened, widest
from glview.text import Font

LONGEST_PX = 360.0
"""Logical pixels, of all of it: between a scale bar and a readout in a window 800 wide."""
LEAST_TRACK_PX = 60.0
LARGEST_SHARE = 1.0 / 3.0
"""Of the picture's height; where there are too many axes for that there are no sliders."""
_TEXT_PX, _SIDE_PX, _MARGIN_PX, _GAP_PX, _LEADING_PX = 13.0, 12.0, 6.0, 10.0, 3.0
_HANDLE_PX, _LINE_PX = 11.0, 3.0
_MOST_TEXT_PX = 120.0
_TRACK_ALPHA = 0.22


@dataclass(frozen=True, slots=True)
class SliderPlaces:
    """Where the sliders lie, in device pixels: a row for each axis, one under the other.

    The middle of a handle goes from ``track_x`` along ``track_width``; `handle_px` wide.
    """

    x: int
    y: int
    width: int
    height: int
    margin: int
    row_height: int
    track_x: int
    track_width: int
    handle_px: int
    sizes: tuple[int, ...]

    def axis_at(self, x: float, y: float) -> int | None:
        """The axis whose row is under a place of the target; None beside the panel."""
        if not (self.x <= x < self.x + self.width and self.y <= y < self.y + self.height):
            return None
        row = int((y - self.y - self.margin) // self.row_height)
        return min(max(row, 0), len(self.sizes) - 1)

    def handle_x(self, axis: int, at: int) -> float:
        """Where the middle of a handle is."""
        return self.track_x + self.track_width * at / max(1, self.sizes[axis] - 1)

    def index_at(self, axis: int, x: float) -> int:
        """The index whose handle is nearest."""
        share = min(max((x - self.track_x) / self.track_width, 0.0), 1.0)
        return round(share * (self.sizes[axis] - 1))


def slider_places(
    axes: Sequence[Axis], target_size: tuple[int, int], margin_px: int, pixel_ratio: float
) -> SliderPlaces | None:
    """In the middle of the lower edge, ``margin_px`` from it; None where there is no room."""
    grid = Grid(pixel_ratio)
    font = grid.font(_TEXT_PX)
    side, gap, handle = grid(_SIDE_PX), grid(_GAP_PX), grid(_HANDLE_PX)
    width = min(grid(LONGEST_PX), target_size[0] - 2 * margin_px)
    row, margin = font.line_height + grid(_LEADING_PX), grid(_MARGIN_PX)
    height = len(axes) * row + 2 * margin
    before = side + _column(font, [axis.name for axis in axes], grid) + gap + handle // 2
    after = handle // 2 + gap + _column(font, _texts(axes), grid) + side
    track = width - before - after
    if not axes or track < grid(LEAST_TRACK_PX) or height > LARGEST_SHARE * target_size[1]:
        return None
    x, y = (target_size[0] - width) // 2, target_size[1] - margin_px - height
    sizes = tuple(axis.size for axis in axes)
    return SliderPlaces(x, y, width, height, margin, row, x + before, track, handle, sizes)


def sliders_panel(
    axes: Sequence[Axis],
    plane: Plane,
    on: SliderPlaces,
    *,
    pixel_ratio: float = 1.0,
    look: Look = LOOK,
) -> NDArray[np.uint8]:
    """Names, tracks with their handles and where these stand, as premultiplied RGBA."""
    grid = Grid(pixel_ratio)
    font, side, line = grid.font(_TEXT_PX), grid(_SIDE_PX), grid(_LINE_PX)
    most = grid(_MOST_TEXT_PX)
    sheet = Sheet(on.width, on.height, look, grid)
    left, right = on.track_x - on.x, on.track_x - on.x + on.track_width
    for row, (axis, at) in enumerate(zip(axes, plane, strict=True)):
        top = on.margin + row * on.row_height + (on.row_height - font.line_height) // 2
        sheet.words(_fitting(axis.name, most, font), side, top, font, look.text)
        text = _fitting(axis_text(axis, at), most, font)
        sheet.words(text, on.width - side - font.advance(text), top, font, look.text)
        middle = top + font.line_height // 2
        track = middle - line // 2
        handle = round(on.handle_x(row, at)) - on.x
        sheet.box(left, track, right, track + line, line / 2, look.line, _TRACK_ALPHA)
        sheet.box(left, track, max(handle, left + line), track + line, line / 2, look.heading, 1.0)
        x, y = handle - on.handle_px // 2, middle - on.handle_px // 2
        sheet.box(x, y, x + on.handle_px, y + on.handle_px, on.handle_px / 2, look.strong, 1.0)
    return sheet.rgba()


def axis_text(axis: Axis, at: int) -> str:
    """Where an axis stands: ``3/12``, with what the file calls that."""
    label = f" {axis.labels[at]}" if axis.labels else ""
    return f"{at + 1}/{axis.size}{label}"


class PlaneSlidersItem:
    """Keeps the sliders, for files of several pictures."""

    def __init__(self) -> None:
        self._kept = Kept()
        self.places: SliderPlaces | None = None
        """Where they lie, where they are shown."""

    def forget(self) -> None:
        """They are not shown."""
        self.places = None

    def panel(self, sight: Sight, axes: Sequence[Axis], plane: Plane) -> Panel | None:
        """The sliders of such axes at a place; None without axes, and without room."""
        view, ratio = sight.view, sight.pixel_ratio
        self.places = on = slider_places(axes, (view.width, view.height), sight.margin_px, ratio)
        if on is None:
            return None

        def made() -> Panel:
            return Panel(sliders_panel(axes, plane, on, pixel_ratio=ratio), on.x, on.y)

        return self._kept.panel((axes, plane, on, ratio), made)


def _texts(axes: Sequence[Axis]) -> list[str]:
    """All that may stand beside the tracks, so that these stay as long as they are."""
    return [axis_text(axis, at) for axis in axes for at in _widest_indices(axis)]


def _widest_indices(axis: Axis) -> Iterable[int]:
    return range(axis.size) if axis.labels else (axis.size - 1,)


def _column(font: Font, texts: Sequence[str], grid: Grid) -> int:
    return min(widest(font, texts), grid(_MOST_TEXT_PX))


def _fitting(text: str, width: int, font: Font) -> str:
    return text if font.advance(text) <= width else shortened(text, width, font)
