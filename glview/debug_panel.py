"""The panel of the debug view: a viewer's figures, what borders mean, how frames went (pure).

As in `glview.sheet`, lengths are device pixels but for those that go through a `Grid`.
"""

import math
from copy import deepcopy
from dataclasses import dataclass
from functools import lru_cache
from pathlib import PurePath
from typing import NamedTuple

import numpy as np
from numpy.typing import NDArray

from glview.frame_times import KEPT, FrameTimes, Spread
from glview.options import MIB
from glview.outlines import APPEARING_ALPHA, DASH, DOT, FAILED_COLOR, RGB, level_color
from glview.sheet import LOOK, Colour, Density, Grid, Look, Sheet, shortened, widest
from glview.stats import Stats
from glview.text import Font
from glview.tile_states import TileState

TEXT_PX = 12.0
WIDTH_DIGITS = 40
"""Room for so many digits in a line, at least: the panel stays as wide whatever the figures are."""
FRAME_S = 1.0 / 60.0
GRAPH_S = 3.0 * FRAME_S
"""What the graph's height stands for; a frame that took longer has a red head."""
GRAPH_PX = 56.0
DRAW: Colour = (150, 190, 255)
GAP: Colour = (255, 220, 120)
LIMIT_ALPHA = 0.5
STROKE_PX = 30.0
LINE_PX = 2.0


def figures(stats: Stats) -> tuple[tuple[str, str], ...]:
    """The panel's rows, a label and a text each; a row without a label belongs to the one above.

    Whatever the figures are, there are as many rows with the same labels.
    """
    view, tiles, gpu, host = stats.view, stats.tiles, stats.memory.gpu, stats.memory.host
    turned = f", turned {view.rotation:.4g}°" if view.rotation else ""
    fading = "".join(f", {level} fading in" for level in reversed(stats.fading_levels))
    frames = stats.frames
    return (
        ("format", stats.format or "none"),
        ("centre", f"{view.centre_x:.1f}, {view.centre_y:.1f}"),
        ("scale", f"{view.scale:.4g}{turned}{', flipped' if view.flip else ''}"),
        ("levels", f"{stats.base_level}{fading}{', for want of room' if stats.reduced else ''}"),
        ("needed", f"{tiles.needed} tiles, {tiles.there} there, {tiles.failed} failed in all"),
        ("resident", f"{tiles.resident} of {tiles.capacity}"),
        ("on the way", f"{tiles.waiting} wait, {tiles.decoding} decoding, {tiles.staged} staged"),
        ("GPU", f"{_mib(gpu.total)} of {_mib(gpu.budget)} MiB"),
        ("", f"atlas {_mib(gpu.atlas)}, composite {_mib(gpu.composite)}"),
        ("host", f"{_mib(host.total)} of {_mib(host.budget)} MiB"),
        ("", f"staged {_mib(host.staged)}, strips {_mib(host.strips)}"),
        ("", f"source {_mib(host.source)}, cache {_mib(host.cache)}"),
        ("frames", f"{frames.drawn} drawn"),
        ("draw", _spread(frames.draw)),
        ("gap", _spread(frames.gap)),
    )


def debug_panel(
    stats: Stats,
    *,
    pixel_ratio: float = 1.0,
    max_size: tuple[int, int] | None = None,
    look: Look = LOOK,
) -> NDArray[np.uint8]:
    """The figures over a legend and a graph, as (height, width, 4) premultiplied RGBA.

    Where it does not fit ``max_size`` (width, height) it is set smaller and tighter; it can still
    be larger than a very small one. The graph has a column for each of the last `KEPT` frames, the
    latest at the right: a bar as high as it took to draw, a dash where its gap to the frame before
    is, and a line at 1/60 s.
    """
    rows = figures(stats)
    labels = tuple(label for label, _ in rows)
    form = _form(stats.name, labels, stats.base_level, pixel_ratio, False, look)
    if max_size and _exceeds(form.sheet, max_size):
        form = _form(stats.name, labels, stats.base_level, pixel_ratio, True, look)
    sheet, grid = deepcopy(form.sheet), form.grid
    font = grid.font(TEXT_PX)
    room = form.x + form.width - form.values_x
    lines = [_fitting(text, room, font) for _, text in rows]
    sheet.block(lines, form.values_x, form.y, font, look.text)
    _draw_graph(sheet, form.x, form.graph_y, grid, stats.frames, form.width // KEPT)
    return sheet.rgba()


@dataclass(frozen=True, slots=True, eq=False)
class _Form:
    """The panel without its figures, and where these go; ``width`` is that of the graph, too."""

    sheet: Sheet
    grid: Grid
    x: int
    y: int
    width: int
    values_x: int
    graph_y: int


@lru_cache(maxsize=4)
def _form(
    name: str, labels: tuple[str, ...], base: int, pixel_ratio: float, tight: bool, look: Look
) -> _Form:
    """What stays while figures change: half of the words, which take most of the time."""
    grid = Grid(pixel_ratio, Density.TIGHT if tight else Density.USUAL)
    margin, gap = grid(12), grid(8)
    font, bold = grid.font(TEXT_PX), grid.font(TEXT_PX + 2.0, bold=True)
    width = KEPT * math.ceil(WIDTH_DIGITS * font.advance("0") / KEPT)
    legend = _legend(base)
    first = margin + bold.line_height + gap
    legend_y = first + len(labels) * font.line_height + gap
    graph_y = legend_y + len(legend) * font.line_height + gap
    sheet = Sheet(width + 2 * margin, graph_y + grid(GRAPH_PX) + margin, look, grid)
    title = PurePath(name).name or name or "no image"
    sheet.words(_fitting(title, width, bold), margin, margin, bold, look.strong)
    sheet.block(labels, margin, first, font, look.heading)
    for row, strokes in enumerate(legend):
        pen, top = margin, legend_y + row * font.line_height
        for stroke in strokes:
            middle = top + font.line_height // 2
            sheet.paint(pen, middle, stroke.shape(grid), stroke.colour, stroke.alpha)
            pen += grid(STROKE_PX) + grid(5)
            sheet.words(stroke.meaning, pen, top, font, look.text)
            pen += widest(font, [stroke.meaning]) + grid(12)
    values_x = margin + widest(font, labels) + grid(10)
    return _Form(sheet, grid, margin, first, width, values_x, graph_y)


class _Stroke(NamedTuple):
    """A piece of a border and what it means."""

    meaning: str
    colour: Colour
    alpha: float = 1.0
    dash: float = 0.0

    def shape(self, grid: Grid) -> NDArray[np.float32]:
        line = grid(LINE_PX)
        at = np.arange(grid(STROKE_PX), dtype=np.float32) / line
        on = (at / (2.0 * self.dash)) % 1.0 < 0.5 if self.dash else np.ones(at.shape, np.bool_)
        return np.broadcast_to(on.astype(np.float32), (line, len(at)))


def _legend(base: int) -> tuple[tuple[_Stroke, ...], ...]:
    """Rows of strokes: levels about the base, then states."""
    plain = LOOK.text
    levels = range(max(base - 1, 0), base + 2)
    return (
        tuple(_Stroke(f"level {level}", _colour(level_color(level))) for level in levels),
        (
            _Stroke(TileState.FULL.value, plain),
            _Stroke(TileState.APPEARING.value, plain, APPEARING_ALPHA),
            _Stroke(TileState.STANDING_IN.value, plain, dash=DASH),
        ),
        (
            _Stroke(TileState.MISSING.value, plain, dash=DOT),
            _Stroke(TileState.FAILED.value, _colour(FAILED_COLOR)),
        ),
        (
            _Stroke("draw", DRAW),
            _Stroke("gap", GAP),
            _Stroke("1/60 s", plain, LIMIT_ALPHA),
        ),
    )


def _exceeds(sheet: Sheet, max_size: tuple[int, int]) -> bool:
    height, width, _ = sheet.rgba().shape
    return bool(width > max_size[0] or height > max_size[1])


def _draw_graph(
    sheet: Sheet, x: int, y: int, grid: Grid, frames: FrameTimes, column_px: int
) -> None:
    """A column a frame; the latest at the right."""
    height = grid(GRAPH_PX)
    whole = np.ones((height, KEPT), np.float32)
    sheet.paint(x, y, whole, sheet.look.key, sheet.look.key_alpha)
    # Row r of the picture is between height - r - 1 and height - r of the graph's own scale.
    up = np.arange(height, 0, -1, dtype=np.float32)[:, None]
    draws, gaps = np.zeros(KEPT, np.float32), np.full(KEPT, -np.inf, np.float32)
    for column, frame in enumerate(frames.last, KEPT - len(frames.last)):
        draws[column] = frame.draw_s
        gaps[column] = -np.inf if frame.gap_s is None else frame.gap_s
    for times, dashed, colour in ((draws, False, DRAW), (gaps, True, GAP)):
        tops = np.minimum(times * (height / GRAPH_S), height)
        cover = np.clip(tops - (up - 1.0), 0.0, 1.0)
        if dashed:
            cover *= np.clip(up - (tops - grid(LINE_PX)), 0.0, 1.0)
        over = np.where((times > GRAPH_S) & (up > height - grid(3)), cover, 0.0)
        sheet.paint(x, y, cover, colour)
        sheet.paint(x, y, over, sheet.look.error)
    line = y + height - round(height * FRAME_S / GRAPH_S)
    sheet.paint(x, line, whole[: grid(1)], sheet.look.text, LIMIT_ALPHA)
    sheet.widen(x, y, KEPT, height, column_px)


def _colour(color: RGB) -> Colour:
    red, green, blue = (round(255 * part) for part in color)
    return red, green, blue


def _fitting(line: str, width: int, font: Font) -> str:
    return line if font.advance(line) <= width else shortened(line, width, font)


def _mib(count_bytes: int) -> str:
    return f"{count_bytes / MIB:.1f}".removesuffix(".0")


def _spread(times: Spread) -> str:
    return f"median {1e3 * times.median_s:.1f} ms, p99 {1e3 * times.p99_s:.1f} ms"
