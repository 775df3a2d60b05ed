"""How a window is called."""

import math
from pathlib import PurePath

PROGRAM = "glview"


def percent(scale: float) -> str:
    """A scale in per cent: whole from 10 % on, two digits that count below."""
    value = 100.0 * scale
    decimals = max(1 - math.floor(math.log10(value)), 0)
    digits = f"{value:.{decimals}f}"
    return (digits.rstrip("0").rstrip(".") if decimals else digits) + "%"


def title(name: str | None, scale: float | None = None) -> str:
    """``NAME - 37% - glview``; the name's folder is left out."""
    parts = [PurePath(name).name or name] if name else []
    if name and scale is not None:
        parts.append(percent(scale))
    return " - ".join([*parts, PROGRAM])
