"""What ImageJ says in the description of a TIFF (pure).

Lines of a key and a value, the first of which is its version (``ij.io.FileSaver``'s
``getDescriptionString``; ``ij.io.TiffDecoder`` and ``ij.io.Opener`` read them).

What it says of the values (``cf``, ``c0``, ``c1``, ``vunit``: a function that samples are to be
taken through) is left alone: samples, and the windows here, are those of the file.
"""

import math
import re
from dataclasses import dataclass

_FIRST = "ImageJ="
_COUNT = re.compile(r"[0-9]{1,9}")
_ESCAPED = re.compile(r"\\u([0-9A-Fa-f]{4})")


@dataclass(frozen=True, slots=True)
class ImageJText:
    """What is said; 1 of all that nothing is said of, or nothing that makes sense."""

    images: int = 1
    channels: int = 1
    slices: int = 1
    frames: int = 1
    units: tuple[str, str] | None = None
    """What the resolution is counted in, across and down, such as "micron"; in small letters."""
    mode: str = ""
    """How channels were shown: "composite", "color" or "grayscale"."""
    window: tuple[float, float] | None = None
    """What was shown as black and as full."""

    @property
    def sizes(self) -> tuple[int, int, int]:
        """Channels, z planes and times; images that are nothing of these are z planes."""
        if self.channels * self.slices * self.frames == 1:
            return 1, self.images, 1
        return self.channels, self.slices, self.frames


def read_imagej(text: str) -> ImageJText | None:
    """What a description says; None where it is not ImageJ's."""
    if not text.startswith(_FIRST):
        return None
    said = dict(line.partition("=")[::2] for line in text.splitlines())
    images, channels, slices, frames = (
        _count(said.get(key)) for key in ("images", "channels", "slices", "frames")
    )
    across = said.get("unit")
    units = None if across is None else (_unit(across), _unit(said.get("yunit", across)))
    window = window_of(_number(said.get("min")), _number(said.get("max")))
    return ImageJText(images, channels, slices, frames, units, said.get("mode", ""), window)


def window_of(low: float, high: float) -> tuple[float, float] | None:
    """What ImageJ showed as black and as full; None where that is none."""
    return (low, high) if math.isfinite(low) and math.isfinite(high) and low < high else None


def _count(text: str | None) -> int:
    return max(1, int(text)) if text and _COUNT.fullmatch(text) else 1


def _number(text: str | None) -> float:
    try:
        return float(text or "nan")
    except ValueError:
        return math.nan


def _unit(text: str) -> str:
    # ImageJ writes what is not ASCII as Java would.
    return _ESCAPED.sub(lambda code: chr(int(code[1], 16)), text).strip().lower()
