"""What hands do to a display, as functions from one to the next, and what is said of it (pure)."""

import math
from collections.abc import Sequence
from dataclasses import replace

from glview.colormaps import ColorMap
from glview.display import DARK_SQUARES, LIGHT_SQUARES, RGB, Display, Transfer, Window
from glview.image import ColorModel, ImageDescription, SampleType
from glview.planes import channel_at

GAMMA = 2.2
"""What is offered between the straight line and the logarithm."""
CURVES = (
    (Transfer.LINEAR, 1.0),
    (Transfer.LINEAR, GAMMA),
    (Transfer.LOG, 1.0),
    (Transfer.ASINH, 1.0),
)
"""Transfer functions and gammas in the order in which they are offered."""
OCTAVES_ACROSS = 4.0
"""A drag across all of the picture makes a window 16 times as wide."""
MOST_DIGITS = 17
"""So many tell any two floats apart."""
_FARTHEST = 1e300
"""No drag takes a window farther: its ends stay finite, and so does its width."""
_TO = " – "  # noqa: RUF001  # as print has it


def next_curve(display: Display) -> Display:
    """With the next of `CURVES`; after any other one, the first."""
    now = (display.transfer, display.gamma)
    at = CURVES.index(now) + 1 if now in CURVES else 0
    transfer, gamma = CURVES[at % len(CURVES)]
    return replace(display, transfer=transfer, gamma=gamma)


def next_colormap(display: Display) -> Display:
    """With the next colour map; after the last, the bands' own colours."""
    maps = (None, *ColorMap)
    return replace(display, colormap=maps[(maps.index(display.colormap) + 1) % len(maps)])


def with_band(display: Display, band: int, *, shown: bool) -> Display:
    """With a band shown or not; IndexError for none of the display's."""
    if not 0 <= band < len(display.windows):
        raise IndexError(f"no band {band} of {len(display.windows)}")
    hidden = display.hidden - {band} if shown else display.hidden | {band}
    return replace(display, hidden=hidden)


def with_checker(display: Display, plain: RGB, *, shown: bool) -> Display:
    """Over a checkerboard of two greys, or over a ``plain`` background."""
    if shown:
        return replace(display, background=DARK_SQUARES, checker=LIGHT_SQUARES)
    return replace(display, background=plain, checker=None)


def with_only(display: Display, band: int) -> Display:
    """With one band shown and no other; IndexError for none of the display's."""
    others = frozenset(range(len(display.windows))) - {band}
    return with_band(replace(display, hidden=others), band, shown=True)


def with_all(display: Display) -> Display:
    """With all bands shown."""
    return replace(display, hidden=frozenset())


def alone_in(display: Display) -> int | None:
    """The band that is shown and no other; None where it is not one."""
    return display.shown[0] if len(display.shown) == 1 else None


def next_alone(display: Display, selected: int | None = None) -> Display:
    """With one band shown: ``selected``, or the next where it is alone, after the last the first.

    None: the one that is alone, else the first that is shown.
    """
    if selected is None:
        selected = (display.shown or (0,))[0]
    if alone_in(display) == selected:
        selected = (selected + 1) % len(display.windows)
    return with_only(display, selected)


def with_contrast(display: Display, across: float, down: float) -> Display:
    """After a drag over these shares of the picture, from where ``display`` was.

    To the right windows become wider, downwards they move to higher values: less contrast, and
    darker, as in viewers of radiology. All bands that are shown do, each by its own width.
    """
    factor = 2.0 ** (OCTAVES_ACROSS * across)

    def dragged(window: Window) -> Window:
        # In halves, whose difference no window is too wide for.
        half = 0.5 * window.high - 0.5 * window.low
        middle = window.low + half * (1.0 + 2.0 * down)
        middle = min(max(middle, -_FARTHEST), _FARTHEST)
        half = max(half * factor, 1e-6 * max(abs(middle), 1e-30))
        return Window(middle - min(half, _FARTHEST), middle + min(half, _FARTHEST))

    windows = tuple(
        dragged(window) if band in display.shown else window
        for band, window in enumerate(display.windows)
    )
    return replace(display, windows=windows)


def band_names(description: ImageDescription) -> tuple[str, ...]:
    """What the bands are called: as the file says, else by their number, from 1."""
    if description.color_model is ColorModel.RGB:
        return "Red", "Green", "Blue"
    told = [channel.name for channel in description.channels]
    named = told if len(told) == description.bands else [""] * description.bands
    first = channel_at(description.axes, description.plane) or 0
    return tuple(name or f"channel {first + band}" for band, name in enumerate(named, 1))


def told(display: Display, description: ImageDescription) -> str:
    """In a line: windows, curve and map, such as "window 120 to 3,400 · asinh · magma"."""
    shown = display.shown
    windows = dict.fromkeys(display.windows[band] for band in shown)
    parts = ["nothing is shown"] if not windows else []
    if len(windows) == 1:
        parts.append(f"window {_span(next(iter(windows)), description)}")
    elif windows:
        names = band_names(description)
        each = (f"{names[band]} {_span(display.windows[band], description)}" for band in shown)
        parts.append("windows: " + ", ".join(each))
    if display.transfer is not Transfer.LINEAR:
        parts.append(display.transfer.value)
    if display.gamma != 1.0:
        parts.append(f"gamma {display.gamma:.3g}")
    if display.mapped is not None:
        parts.append(display.mapped.value)
    return " · ".join(parts)


def digits_of(window: Window) -> int:
    """So many significant digits of its ends that the width has some four of its own."""
    largest = max(abs(window.low), abs(window.high))
    width = window.high / largest - window.low / largest
    return min(4 + max(0, -math.floor(math.log10(max(width, 1e-16)))), MOST_DIGITS)


def _span(window: Window, description: ImageDescription) -> str:
    """The window's ends; of floats as many digits as it takes to tell them apart."""
    ends: Sequence[float] = (window.low, window.high)
    if description.sample_type is not SampleType.F32:
        return _TO.join(_minus(f"{end:,.0f}") for end in ends)
    digits = digits_of(window)
    return _TO.join(_minus(f"{end:.{digits}g}") for end in ends)


def _minus(number: str) -> str:
    return number.replace("-", "−")  # noqa: RUF001  # as print has it
