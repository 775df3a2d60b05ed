"""How data becomes light: windows, transfer, colours, maps, background (pure, frozen)."""

import enum
import math
from collections.abc import Sequence
from dataclasses import dataclass, replace

from glview.colormaps import ColorMap
from glview.image import ColorModel, ColorTable, ImageDescription, SampleType

RGB = tuple[float, float, float]
BLACK: RGB = (0.0, 0.0, 0.0)
WHITE: RGB = (1.0, 1.0, 1.0)
PRIMARIES: tuple[RGB, ...] = ((1.0, 0.0, 0.0), (0.0, 1.0, 0.0), (0.0, 0.0, 1.0))
_FULL: tuple[RGB, ...] = (
    (0.0, 0.0, 1.0),
    (0.0, 1.0, 0.0),
    (1.0, 0.0, 0.0),
    (0.0, 1.0, 1.0),
    (1.0, 0.0, 1.0),
    (1.0, 1.0, 0.0),
    (1.0, 0.5, 0.0),
    (0.0, 1.0, 0.5),
    (0.5, 0.0, 1.0),
    (0.5, 1.0, 0.0),
    (0.0, 0.5, 1.0),
    (1.0, 0.0, 0.5),
)
CHANNEL_COLORS = (*_FULL, *((0.5 + r / 2, 0.5 + g / 2, 0.5 + b / 2) for r, g, b in _FULL))
"""Blue, green, red, cyan, magenta, yellow, as fluorescence viewers hand them out.

Then those between, and all of them paler: 24, as many as one picture has bands."""
MOST_AT_ONCE = 4
"""So many bands of whole numbers, of which a file says nothing, are shown together at first. Nine
of a satellite's, each over its full range, add up to white."""
DARK_SQUARES: RGB = (0.4, 0.4, 0.4)
LIGHT_SQUARES: RGB = (0.6, 0.6, 0.6)
"""What a checkerboard is of, as image editors show it: `Display.background` and `checker`."""
CHECKER_PX = 8
"""Device pixels of a square's side."""
LOG_SCALE = 1000.0
ASINH_SCALE = 10.0


class Magnification(enum.Enum):
    """How texels larger than a screen pixel look."""

    LINEAR = "linear"
    NEAREST = "nearest"


class Transfer(enum.Enum):
    """What share of full light a share x of the window becomes, before `Display.gamma`.

    ``LOG``: log(1 + a·x) / log(1 + a) with a = `LOG_SCALE`, 1000: what is a thousandth of the
    brightest is at a tenth of the light, as SAOImage DS9 and astropy's ``LogStretch`` have it.
    ``ASINH``: asinh(a·x) / asinh(a) with a = `ASINH_SCALE`, 10: linear up to a tenth of the window
    and logarithmic above (Lupton et al. 2004, PASP 116, 133; astropy's ``AsinhStretch``).
    """

    LINEAR = "linear"
    LOG = "log"
    ASINH = "asinh"

    def of(self, share: float) -> float:
        """The light of a share of the window, both from 0 to 1."""
        if self is Transfer.LOG:
            return math.log1p(LOG_SCALE * share) / math.log1p(LOG_SCALE)
        if self is Transfer.ASINH:
            return math.asinh(ASINH_SCALE * share) / math.asinh(ASINH_SCALE)
        return share


class WindowOrigin(enum.Enum):
    """Whose doing the windows of an image are."""

    FOUND = "found"
    """Nobody's: what its file tells or its values suggest."""
    ASKED = "asked"
    """Somebody asked for what suits what was in sight: they are for this image."""
    SET = "set"
    """Somebody has set them, and what is shown in its place comes in them, too."""


@dataclass(frozen=True, slots=True)
class Window:
    """The sample values shown as black and as full colour, in the file's own units."""

    low: float
    high: float

    def __post_init__(self) -> None:
        if not self.low < self.high:
            raise ValueError(f"a window needs low < high: {self.low}, {self.high}")
        if not (math.isfinite(self.low) and math.isfinite(self.high)):
            raise ValueError(f"a window has finite ends: {self.low}, {self.high}")


@dataclass(frozen=True, slots=True)
class Display:
    """Everything between data and light; changing it decodes nothing.

    A screen colour is ``sum over bands shown of transfer(clamp((v - low) / (high - low)))^(1/gamma)
    * color``, over ``background`` where alpha (or validity) is below 1. Where one band is shown and
    no other, ``colormap`` takes the place of its colour; else it is not used. All colours are 0 to
    1, sRGB-encoded; where there is a ``color_table``, the sum goes through that last.
    """

    windows: tuple[Window, ...]
    colors: tuple[RGB, ...]
    gamma: float = 1.0
    background: RGB = (0.0, 0.0, 0.0)
    magnification: Magnification = Magnification.LINEAR
    blend: bool = True
    fade_s: float = 0.1
    """How long a tile that arrives late takes to appear, in seconds; 0 shows it at once."""
    hidden: frozenset[int] = frozenset()
    """Bands that are not shown, counted from 0."""
    transfer: Transfer = Transfer.LINEAR
    colormap: ColorMap | None = None
    color_table: ColorTable | None = None
    """From the image's own RGB to the screen's; None where it is the screen's already."""
    screen: ColorTable | None = None
    """From sRGB to the screen's RGB, for colour maps; None where it is the screen's already."""
    checker: RGB | None = None
    """The other colour of a checkerboard, with ``background`` as the first; None: a plain one.

    Its squares are `CHECKER_PX` device pixels wide and stay where they are on the target, the first
    in its upper left corner."""

    def __post_init__(self) -> None:
        if len(self.windows) != len(self.colors):
            raise ValueError("one window and one colour a band")
        if not self.hidden <= frozenset(range(len(self.windows))):
            raise ValueError(f"hidden bands {sorted(self.hidden)} of {len(self.windows)}")
        if not 0.0 < self.gamma < math.inf:
            raise ValueError(f"gamma is a finite number above 0: {self.gamma}")

    def as_data_of(self, other: "Display") -> "Display":
        """With all that ``other`` makes of the data; background, fades and filters stay."""
        return replace(
            self,
            windows=other.windows,
            colors=other.colors,
            gamma=other.gamma,
            hidden=other.hidden,
            transfer=other.transfer,
            colormap=other.colormap,
        )

    @property
    def shown(self) -> tuple[int, ...]:
        """The bands that are shown, in their order."""
        return tuple(band for band in range(len(self.windows)) if band not in self.hidden)

    @property
    def mapped(self) -> ColorMap | None:
        """The colour map that applies; None where more bands than one are shown, or none."""
        return self.colormap if len(self.shown) == 1 else None

    @property
    def table(self) -> ColorTable | None:
        """Where the sum goes through last, or the colour map that applies."""
        return self.color_table if self.mapped is None else self.screen

    @property
    def lights(self) -> tuple[RGB, ...]:
        """What each band adds at its brightest: black where it is hidden, white for a map."""
        mapped = self.mapped is not None
        return tuple(
            BLACK if band in self.hidden else WHITE if mapped else color
            for band, color in enumerate(self.colors)
        )


FULL_RANGE = {
    SampleType.U8: Window(0, 255),
    SampleType.U16: Window(0, 65_535),
    SampleType.S16: Window(-32_768, 32_767),
    SampleType.F32: Window(0.0, 1.0),
}


def shows_samples(display: Display, sample_type: SampleType, offset: float = 0.0) -> bool:
    """Whether the data is the light: full windows, no curve, and the colours of grey or RGB.

    Then levels blended as light are the same as levels blended as data. Over a checkerboard, which
    is behind the image and all around it, they are not.
    """
    full = (FULL_RANGE[sample_type],) * len(display.windows)
    plain = display.colors in (PRIMARIES, (WHITE,)) and not display.hidden
    straight = display.gamma == 1.0 and display.transfer is Transfer.LINEAR
    over_one = display.mapped is None and display.checker is None
    plain = plain and display.color_table is None
    return straight and over_one and plain and display.windows == full and offset == 0.0


def full_windows(description: ImageDescription) -> tuple[Window, ...]:
    """The full range of each band: of its samples where these use a part of their type only."""
    full = FULL_RANGE[description.sample_type]
    return tuple(
        full if channel.limits is None else Window(*channel.limits)
        for channel in description.each_channel
    )


def default_display(description: ImageDescription) -> Display:
    """The windows and colours that the file tells; else the full range of its samples.

    And the colours that its colour model asks for: those of a file count for channels and grey. Of
    many bands of whole numbers that it says nothing of, the first three are shown: red, green and
    blue. So are a picture's colours without what is beside them.
    """
    told = description.each_channel
    windows = tuple(
        full if found.window is None else Window(*found.window)
        for full, found in zip(full_windows(description), told, strict=True)
    )
    if description.color_model is ColorModel.RGB:
        return Display(windows, PRIMARIES, color_table=description.color_table)
    if _is_unexplained(description):
        # As geographic programs show them. The others are there to be switched on.
        others = [color for color in CHANNEL_COLORS if color not in PRIMARIES]
        colors = _handed_out((*PRIMARIES, *others), description)
        return Display(windows, colors, hidden=frozenset(range(3, description.bands)))
    grey = description.color_model is ColorModel.GREY
    return Display(
        windows,
        _handed_out((WHITE,) if grey else CHANNEL_COLORS, description),
        hidden=frozenset(band for band, channel in enumerate(told) if channel.off_at_first),
        color_table=description.color_table if description.rgb_bands else None,
    )


def _is_unexplained(description: ImageDescription) -> bool:
    """Whether these are many bands of whole numbers, and the file says nothing of any of them."""
    if description.sample_type is SampleType.F32 or description.bands <= MOST_AT_ONCE:
        return False
    return not any(told.name or told.color or told.window for told in description.each_channel)


def _handed_out(palette: Sequence[RGB], description: ImageDescription) -> tuple[RGB, ...]:
    """The colours that the file tells, and of a palette where it tells none."""
    return tuple(
        channel.color or palette[band % len(palette)]
        for band, channel in enumerate(description.each_channel)
    )
