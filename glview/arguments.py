"""What words of the command line mean; what is none is said in a few words (pure)."""

import argparse
import math
from pathlib import Path

from glview.limits import MAX_PIXEL_RATIO, MAX_SIDE_PX, MIN_PIXEL_RATIO

MAX_WINDOW_PX = 32_768
"""Of a window's side: X11 counts to about as many."""
MAX_LEVEL = 64
"""Of no image that can be: level 64 is 2^64 pixels across."""
MIN_MIB, MAX_MIB = 16, 1 << 20
"""Below 16 MiB the atlas has too few tiles for a sharp picture of 1600x1000; 1 TiB is nonsense."""

NAMED_COLORS = {
    "black": "#000000",
    "white": "#ffffff",
    "grey": "#808080",
    "gray": "#808080",
    "red": "#ff0000",
    "green": "#008000",
    "blue": "#0000ff",
}


def joined(arguments: list[str]) -> list[str]:
    """With ``--center -5,3`` as one word: argparse takes -5,3 for an option of its own."""
    words: list[str] = []
    for argument in arguments:
        if (
            words
            and words[-1] in {"--center", "--rotation", "--window"}
            and argument.startswith("-")
        ):
            words[-1] += f"={argument}"
        else:
            words.append(argument)
    return words


def to_size(text: str) -> tuple[int, int]:
    """Width and height of a picture in pixels."""
    return _size(text, MAX_SIDE_PX)


def to_window_size(text: str) -> tuple[int, int]:
    """Width and height of a window in pixels."""
    return _size(text, MAX_WINDOW_PX)


def _size(text: str, most: int) -> tuple[int, int]:
    width, _, height = text.lower().partition("x")
    try:
        size = int(width), int(height)
    except ValueError:
        size = 0, 0
    if not (1 <= size[0] <= most and 1 <= size[1] <= most):
        raise argparse.ArgumentTypeError(
            f"{text!r} is no size such as 800x600, of 1 to {most} pixels a side"
        )
    return size


def to_side(text: str) -> int:
    """Width or height of a window in pixels."""
    try:
        side = int(text)
    except ValueError:
        side = 0
    if not 1 <= side <= MAX_WINDOW_PX:
        raise argparse.ArgumentTypeError(
            f"{text!r} is no number of pixels from 1 to {MAX_WINDOW_PX}"
        )
    return side


def to_ordinal(text: str) -> int:
    """A number to count with, from 1."""
    if not (text.isascii() and text.isdigit() and 1 <= int(text[:10]) < 10**9):
        raise argparse.ArgumentTypeError(f"{text!r} is no number from 1 on")
    return int(text)


def to_level(text: str) -> float:
    """A level counted from the smallest, or -1."""
    try:
        level = float(text)
    except ValueError:
        level = math.nan
    if not (0.0 <= level <= MAX_LEVEL or level == -1.0):
        raise argparse.ArgumentTypeError(f"{text!r} is no level from 0 to {MAX_LEVEL}, nor -1")
    return level


def to_bytes(text: str) -> int:
    """Bytes, from MiB."""
    try:
        count = int(text)
    except ValueError:
        count = 0
    if not MIN_MIB <= count <= MAX_MIB:
        raise argparse.ArgumentTypeError(
            f"{text!r} is no number of MiB from {MIN_MIB} to {MAX_MIB}"
        )
    return count << 20


def to_number(text: str) -> float:
    """A finite number."""
    try:
        value = float(text)
    except ValueError:
        value = math.nan
    if not math.isfinite(value):
        raise argparse.ArgumentTypeError(f"{text!r} is no number")
    return value


def to_pixel_ratio(text: str) -> float:
    """Pixels of a picture per logical pixel."""
    value = to_number(text)
    if not MIN_PIXEL_RATIO <= value <= MAX_PIXEL_RATIO:
        raise argparse.ArgumentTypeError(
            f"{text!r} is no pixel ratio: from {MIN_PIXEL_RATIO:g} to {MAX_PIXEL_RATIO:g}"
        )
    return value


def to_center(text: str) -> tuple[float, float]:
    """x and y in full-resolution pixels."""
    x, comma, y = text.partition(",")
    if not comma:
        raise argparse.ArgumentTypeError(f"{text!r} is no position such as 1200,800")
    return to_number(x), to_number(y)


def to_ends(text: str) -> tuple[float, float]:
    """The ends of a window, the lower first, in the file's own units."""
    low, comma, high = text.partition(",")
    try:
        ends = float(low), float(high)
    except ValueError:
        ends = math.nan, math.nan
    if not (comma and ends[0] < ends[1] and all(map(math.isfinite, ends))):
        raise argparse.ArgumentTypeError(f"{text!r} is no window such as 120,3400, low before high")
    return ends


def to_color(text: str) -> tuple[float, float, float]:
    """Red, green and blue from 0 to 1."""
    digits = NAMED_COLORS.get(text.lower(), text).removeprefix("#")
    if len(digits) == 3:
        digits = "".join(2 * digit for digit in digits)
    try:
        red, green, blue = bytes.fromhex(digits if len(digits) == 6 else "")
    except ValueError:
        raise argparse.ArgumentTypeError(
            f"{text!r} is no colour such as #ffffff, #fff or {', '.join(sorted(NAMED_COLORS))}"
        ) from None
    return red / 255, green / 255, blue / 255


def to_png_path(text: str) -> Path:
    """A path that ends in .png."""
    path = Path(text)
    if path.suffix.lower() != ".png":
        raise argparse.ArgumentTypeError(f"{text!r} must end in .png")
    return path
