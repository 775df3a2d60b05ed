"""How data becomes light: windows, gamma, colours, background (pure, frozen)."""

import enum
from dataclasses import dataclass

from glview.image import ColorModel, ImageDescription, SampleType

RGB = tuple[float, float, float]
WHITE: RGB = (1.0, 1.0, 1.0)
PRIMARIES: tuple[RGB, ...] = ((1.0, 0.0, 0.0), (0.0, 1.0, 0.0), (0.0, 0.0, 1.0))
CHANNEL_COLORS: tuple[RGB, ...] = (
    (0.0, 0.0, 1.0),
    (0.0, 1.0, 0.0),
    (1.0, 0.0, 0.0),
    (0.0, 1.0, 1.0),
    (1.0, 0.0, 1.0),
    (1.0, 1.0, 0.0),
)
"""Blue, green, red, cyan, magenta, yellow, as fluorescence viewers hand them out."""


class Magnification(enum.Enum):
    """How texels larger than a screen pixel look."""

    LINEAR = "linear"
    NEAREST = "nearest"


@dataclass(frozen=True, slots=True)
class Window:
    """The sample values shown as black and as full colour, in the file's own units."""

    low: float
    high: float

    def __post_init__(self) -> None:
        if not self.low < self.high:
            raise ValueError(f"a window needs low < high: {self.low}, {self.high}")


@dataclass(frozen=True, slots=True)
class Display:
    """Everything between data and light; changing it decodes nothing.

    A screen colour is ``sum over bands of clamp((v - low) / (high - low))^(1/gamma) * color``,
    over ``background`` where alpha (or validity) is below 1. All colours are 0 to 1, sRGB-encoded.
    """

    windows: tuple[Window, ...]
    colors: tuple[RGB, ...]
    gamma: float = 1.0
    background: RGB = (0.0, 0.0, 0.0)
    magnification: Magnification = Magnification.LINEAR
    blend: bool = True
    fade_s: float = 0.1
    """How long a tile that arrives late takes to appear, in seconds; 0 shows it at once."""

    def __post_init__(self) -> None:
        if len(self.windows) != len(self.colors):
            raise ValueError("one window and one colour a band")


FULL_RANGE = {
    SampleType.U8: Window(0, 255),
    SampleType.U16: Window(0, 65_535),
    SampleType.S16: Window(-32_768, 32_767),
    SampleType.F32: Window(0.0, 1.0),
}


def shows_samples(display: Display, sample_type: SampleType) -> bool:
    """Whether the data is the light: full windows, no gamma, and the colours of grey or RGB.

    Then levels blended as light are the same as levels blended as data.
    """
    full = (FULL_RANGE[sample_type],) * len(display.windows)
    plain = display.colors in (PRIMARIES, (WHITE,))
    return display.gamma == 1.0 and display.windows == full and plain


def default_display(description: ImageDescription) -> Display:
    """The full range of the sample type, in the colours its colour model asks for."""
    if description.color_model is ColorModel.GREY:
        colors: tuple[RGB, ...] = (WHITE,)
    elif description.color_model is ColorModel.RGB:
        colors = PRIMARIES
    else:
        colors = tuple(
            CHANNEL_COLORS[band % len(CHANNEL_COLORS)] for band in range(description.bands)
        )
    return Display((FULL_RANGE[description.sample_type],) * description.bands, colors)
