"""Where the levels of a slide lie, from what OpenSlide tells of them (pure).

OpenSlide's downsample is a ratio of sizes: of a level that was rounded down it is 4.004 where the
level's pixels are 4 image pixels wide. It says at which place a pixel is to be asked for; where
the pixel lies is said by the whole number that fits.
"""

import itertools
import math
from dataclasses import dataclass

from glview.pyramid import IntRect, Level, Pyramid, Reduction

Size = tuple[int, int]


_WHOLE_PX = 1e-6


@dataclass(frozen=True, slots=True)
class Region:
    """What OpenSlide is asked for: x, y in full resolution, the size in pixels of level ``number``.

    A place that is no whole pixel of the level it blends of neighbours. There the region has a
    border of ``border_x`` or ``border_y`` pixels more at both ends, which would be blended with
    nothing. Never at 0, 0, which is whole: places before it OpenSlide takes for others.
    """

    number: int
    x: int
    y: int
    width: int
    height: int
    border_x: int = 0
    border_y: int = 0


@dataclass(frozen=True, slots=True)
class SlideLevel:
    """A level as it is shown, and what OpenSlide is to be asked for its pixels."""

    level: Level
    number: int
    """OpenSlide's."""
    downsample: float
    """OpenSlide's: level pixel l is asked for at full-resolution pixel l * downsample."""
    l_x0: int
    l_y0: int
    """Which of OpenSlide's level pixels is the first that is shown."""

    def region(self, l_rect: IntRect) -> Region:
        """What to ask OpenSlide for to get a rectangle of the level."""
        l_x, l_y = l_rect.x0 + self.l_x0, l_rect.y0 + self.l_y0
        border_x, border_y = self._border(l_x), self._border(l_y)
        return Region(
            number=self.number,
            x=round((l_x - border_x) * self.downsample),
            y=round((l_y - border_y) * self.downsample),
            width=l_rect.width + 2 * border_x,
            height=l_rect.height + 2 * border_y,
            border_x=border_x,
            border_y=border_y,
        )

    def _border(self, l_at: int) -> int:
        got = round(l_at * self.downsample) / self.downsample
        return 0 if abs(got - l_at) < _WHOLE_PX else 1


def slide_levels(
    sizes: tuple[Size, ...],
    downsamples: tuple[float, ...],
    bounds: IntRect | None,
    tile_px: Size,
    *,
    areas_whole: bool = False,
) -> tuple[SlideLevel, ...]:
    """The levels of what is shown: all of the slide, or its rectangle ``bounds``.

    ``sizes`` and ``downsamples`` are OpenSlide's, finest first; ``bounds`` are full-resolution
    pixels within the slide. Each level begins at a whole pixel of its own, at or before the
    rectangle's corner; its offset says how far before. With ``areas_whole`` OpenSlide has moved
    the level's pixels there (`slide_facts.are_areas_whole`), so that they begin at the corner.
    """
    full = sizes[0]
    shown = bounds or IntRect(0, 0, *full)
    levels: list[SlideLevel] = []
    for number, (size, downsample) in enumerate(zip(sizes, downsamples, strict=True)):
        step_x, step_y = (_step(full[axis], size[axis], downsample) for axis in (0, 1))
        l_x0, l_y0 = int(shown.x0 // step_x), int(shown.y0 // step_y)
        before_x = 0.0 if areas_whole else shown.x0 - l_x0 * step_x
        before_y = 0.0 if areas_whole else shown.y0 - l_y0 * step_y
        l_x1 = min(l_x0 - int(-(shown.width + before_x) // step_x), size[0])
        l_y1 = min(l_y0 - int(-(shown.height + before_y) // step_y), size[1])
        if l_x1 <= l_x0 or l_y1 <= l_y0:
            continue
        level = Level(
            width=l_x1 - l_x0,
            height=l_y1 - l_y0,
            downsample_x=step_x,
            downsample_y=step_y,
            offset_x=0.0 - before_x,
            offset_y=0.0 - before_y,
            tile_width=tile_px[0],
            tile_height=tile_px[1],
        )
        if not levels or level.downsample > levels[-1].level.downsample:
            levels.append(SlideLevel(level, number, downsample, l_x0, l_y0))
    return tuple(levels)


def slide_pyramid(levels: tuple[SlideLevel, ...], size: Size) -> Pyramid:
    """The pyramid of an image of a size; ValueError for one of too many pixels."""
    shown = tuple(item.level for item in levels)
    steps = (b.downsample / a.downsample for a, b in itertools.pairwise(shown))
    # Halvings are means; nobody says how a scanner made other steps.
    halved = all(step == 2.0 for step in steps)
    return Pyramid(*size, shown, Reduction.MEAN if halved else Reduction.UNKNOWN)


def _step(full_px: int, level_px: int, downsample: float) -> float:
    """How many image pixels a level pixel is wide: a whole number if one fits the sizes.

    That is, to within a pixel of the level, however it was rounded.
    """
    power = 2.0 ** round(math.log2(downsample))
    for whole in (power, float(round(downsample))):
        if whole >= 1.0 and abs(full_px / whole - level_px) < 1.0:
            return whole
    return downsample
