"""The question where to go: what is typed, and the place that it means (pure).

Places are image pixels, zooms are screen pixels for each image pixel, or what an objective
magnifies: after an @, and before an x where an image has a magnification.
"""

import math
import re
from dataclasses import dataclass, replace

from glview.viewport import Viewport

EXPECTED = "x, y   or   x, y, zoom   or   50%   or   4x (on slides: the objective)"
MOST_CHARACTERS = 40
_GROUPED = re.compile(r"[+-]?[1-9]\d{0,2}(?:,\d{3})+(?:\.\d*)?(?:%|x)?", re.IGNORECASE)
"""One number with its thousands apart, or several: nobody can say which."""
_FUNCTION = re.compile(r"F\d+")
_NUMBER = re.compile(r"(@)?([+-]?(?:\d+\.?\d*|\.\d+))(%|x)?", re.IGNORECASE)


@dataclass(frozen=True, slots=True)
class Goal:
    """Where to go; None: as it is. Of the last three at most one is told."""

    x: float | None = None
    y: float | None = None
    scale: float | None = None
    magnification: float | None = None
    """As through which objective."""
    times: float | None = None
    """As through which objective where that means anything, else a ``scale``."""

    def scale_at(self, full_magnification: float | None) -> float | None:
        """The zoom that is told, of an image of this magnification; None where there is none."""
        scale = self.scale
        if full_magnification is None:
            scale = scale or self.times
        elif power := self.magnification or self.times:
            scale = power / full_magnification
        return scale

    def seen_from(self, view: Viewport, full_magnification: float | None = None) -> Viewport:
        """The view with the place in the middle, turned as it is.

        ``full_magnification`` is that of the image's full resolution, where it is known; without
        it a ``magnification`` is left as it is.
        """
        scale = self.scale_at(full_magnification)
        return replace(
            view,
            centre_x=view.centre_x if self.x is None else self.x,
            centre_y=view.centre_y if self.y is None else self.y,
            scale=view.scale if scale is None else scale,
        )


def is_answer(key: str) -> bool:
    """Whether a key can be of an answer, as bindings name it: none with Ctrl or Alt, no F11."""
    return not (key.startswith(("Ctrl+", "Alt+", "Meta+")) or _FUNCTION.fullmatch(key))


def goal(text: str) -> Goal:
    """What ``1200, 800``, ``1200 800 50%``, ``1200, 800, 4``, ``50%`` or ``4x`` means.

    An x is an objective's of what a microscope has taken, as in titles and of keys. ``@20`` or
    ``1200, 800, @20x`` never is anything else.
    ValueError that says what is wrong with anything else.
    """
    words = [word for word in re.split(r"[\s,;]+", text.strip()) if word]
    for word in re.split(r"[\s;]+|,(?=\s|$)", text.strip()):
        if _GROUPED.fullmatch(word):
            one, several = word.replace(",", ""), word.replace(",", ", ")
            raise ValueError(f"{word} may be {one} or {several}: type it so")
    found = [_NUMBER.fullmatch(word) for word in words]
    if not words:
        raise ValueError("Nothing is typed yet")
    for word, match in zip(words, found, strict=True):
        if match is None:
            raise ValueError(f"{word} is no number")
        if match[1] and match[3] == "%":
            raise ValueError(f"{word} is no zoom")
    numbers = [(float(match[2]), match[1] or match[3] or "") for match in found if match]
    units = [unit for _, unit in numbers]
    if len(numbers) == 1 and units[0]:
        return _zoomed(Goal(), *numbers[0])
    if len(numbers) == 1:
        raise ValueError(f"{words[0]} is half a place; as a zoom it is {words[0]}% or {words[0]}x")
    if len(numbers) > 3 or any(units[:2]):
        raise ValueError(f"{text.strip()} is no place")
    place = Goal(numbers[0][0], numbers[1][0])
    return _zoomed(place, *numbers[2]) if len(numbers) == 3 else place


def _zoomed(place: Goal, value: float, unit: str) -> Goal:
    if not (value > 0.0 and math.isfinite(value)):
        told = f"@{value:g}" if unit == "@" else f"{value:g}{unit}"
        raise ValueError(f"{told} is no zoom")
    if unit == "@":
        return replace(place, magnification=value)
    if unit.lower() == "x":
        return replace(place, times=value)
    return replace(place, scale=value / 100.0 if unit == "%" else value)


@dataclass(frozen=True, slots=True)
class Prompt:
    """What has been typed so far, and what was wrong with it when it was entered."""

    text: str = ""
    fault: str = ""

    def struck(self, key: str) -> "Prompt | Goal | None":
        """After a key: still open, a place to go to, or closed. Keys as bindings name them."""
        if key == "Escape":
            return None
        if key in {"Enter", "Return"}:
            try:
                return goal(self.text)
            except ValueError as error:
                return replace(self, fault=str(error))
        if key == "Backspace":
            return Prompt(self.text[:-1])
        if len(key) == 1 and key.isprintable() and len(self.text) < MOST_CHARACTERS:
            return Prompt(self.text + key)
        return self

    def pasted(self, text: str) -> "Prompt":
        """After text from the clipboard: as one line, as much of it as there is room for."""
        line = "".join(letter for letter in " ".join(text.split()) if letter.isprintable())
        return Prompt((self.text + line)[:MOST_CHARACTERS])
