"""A viewer's adapter: how it is started and which keys do what (pure but for reading the file).

`benchmarks/README.md` describes the file.
"""

import math
import re
import shutil
import tomllib
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from glview.errors import GlviewError

WINDOW = (1600, 1000)
"""Every viewer's window."""
STEP_S = 0.04
"""From one stroke of a gesture to the next: a quick hand."""
_KEYS = {
    *("name", "about", "command", "needs", "env", "fresh", "picture", "viewport"),
    *("background", "whole_levels", "pan_button", "fling_button", "idle_cores", "gestures"),
}
Rect = tuple[int, int, int, int]
"""x, y, width, height."""
GESTURES = {"reset", "zoom_out", "zoom2", "zoom16", "native"}


@dataclass(frozen=True, slots=True)
class Key:
    """A key is struck, such as ``plus`` or ``ctrl+r``."""

    name: str


@dataclass(frozen=True, slots=True)
class Click:
    """A button of the mouse; 4 and 5 are the wheel's."""

    button: int


@dataclass(frozen=True, slots=True)
class Step:
    """Strokes, ``count`` of them, each ``every_s`` after the one before; None is a pause.

    Where ``factor`` is more than 1, the strokes are as many as lead from the whole image to 1:1.
    """

    stroke: Key | Click | None
    count: int = 1
    every_s: float = STEP_S
    factor: float = 0.0

    def strokes(self, fit_scale: float) -> int:
        """How many there are, for an image that is seen whole at a scale."""
        if self.factor <= 1.0:
            return self.count
        return max(round(-math.log(fit_scale) / math.log(self.factor)), 0)


@dataclass(frozen=True, slots=True)
class Fit:
    """Where a whole image stands: its upper left corner on the screen, its scale."""

    x: float
    y: float
    scale: float


@dataclass(frozen=True, slots=True)
class Adapter:
    """A viewer.

    ``needs`` are programs and files without which it is left out. ``picture`` is the part of its
    window where the image is, and ``viewport`` the part of that which is watched, where nothing
    else ever stands: x, y, width, height. ``background`` are colours, 0xRRGGBB, that mean that
    there is no image. ``fresh`` are folders of its home that are removed
    before each start. ``idle_cores`` it takes when nothing moves.
    """

    name: str
    about: str
    command: tuple[str, ...]
    background: tuple[int, ...]
    gestures: Mapping[str, tuple[Step, ...]]
    needs: tuple[str, ...] = ()
    env: tuple[tuple[str, str], ...] = ()
    fresh: tuple[str, ...] = ()
    picture: Rect = (0, 0, *WINDOW)
    viewport: Rect = (0, 0, *WINDOW)
    whole_levels: bool = False
    """The whole image is shown at a power of two, in the picture's upper left corner."""
    pan_button: int = 1
    fling_button: int = 4
    idle_cores: float = 0.0

    def missing(self) -> str | None:
        """The first of what it needs that is not there."""
        for need in self.needs:
            if shutil.which(need) is None and not Path(need).exists():
                return need
        return None

    def fit(self, width: int, height: int) -> Fit:
        """Where a whole image of a size stands."""
        x, y, across, down = self.picture
        scale = min(across / width, down / height)
        if self.whole_levels:
            return Fit(x, y, 2.0 ** math.floor(math.log2(scale)))
        return Fit(x + (across - width * scale) / 2, y + (down - height * scale) / 2, scale)


def read_adapter(path: Path, places: Mapping[str, str]) -> Adapter:
    """An adapter from its file, with ``{word}`` replaced by that place; `GlviewError` names it."""
    try:
        told = tomllib.loads(path.read_text("utf-8"))
    except OSError as error:
        raise GlviewError(f"{path}: {(error.strerror or str(error)).lower()}") from None
    except (tomllib.TOMLDecodeError, UnicodeDecodeError) as error:
        raise GlviewError(f"{path}: no TOML ({error})") from None
    try:
        return _adapter(told, places)
    except KeyError as error:
        raise GlviewError(f"{path}: it has no {error.args[0]}") from None
    except (ValueError, TypeError, AttributeError) as error:
        raise GlviewError(f"{path}: {error}") from None


def _adapter(told: Mapping[str, Any], places: Mapping[str, str]) -> Adapter:
    if unknown := set(told) - _KEYS:
        raise ValueError(f"no key {', '.join(sorted(unknown))} is known")
    command = tuple(_placed(word, places) for word in told["command"])
    needs = [command[0], *(_placed(word, places) for word in told.get("needs", ()))]
    # An image's file in a form that this viewer reads.
    needs += [places[name] for name in ("dzi", "tif") if f"{{{name}}}" in str(told["command"])]
    gestures = {
        name: tuple(map(_step, steps)) for name, steps in dict(told.get("gestures", {})).items()
    }
    if unknown := set(gestures) - GESTURES:
        raise ValueError(f"no gesture {', '.join(sorted(unknown))} is known")
    if not {"zoom2", "native"} <= set(gestures) or not {"reset", "zoom_out"} & set(gestures):
        raise ValueError("gestures must have zoom2, native, and reset or zoom_out")
    picture = _rect(told.get("picture", (0, 0, *WINDOW)))
    return Adapter(
        name=str(told["name"]),
        about=str(told.get("about", "")),
        command=command,
        background=tuple(map(_colour, told["background"])),
        gestures=gestures,
        needs=tuple(needs),
        env=tuple((name, _placed(value, places)) for name, value in told.get("env", {}).items()),
        fresh=tuple(map(str, told.get("fresh", ()))),
        picture=picture,
        viewport=_rect(told.get("viewport", picture)),
        whole_levels=bool(told.get("whole_levels", False)),
        pan_button=int(told.get("pan_button", 1)),
        fling_button=int(told.get("fling_button", 4)),
        idle_cores=float(told.get("idle_cores", 0.0)),
    )


def _step(told: Mapping[str, Any]) -> Step:
    if unknown := set(told) - {"key", "button", "pause", "n", "every", "factor"}:
        raise ValueError(f"no {', '.join(sorted(unknown))} is known in a gesture")
    strokes = list(_strokes(told))
    if len(strokes) != 1:
        raise ValueError(f"a step of a gesture is one of key, button, pause: {dict(told)}")
    return Step(
        strokes[0],
        count=int(told.get("n", 1)),
        every_s=float(told.get("every", told.get("pause", STEP_S))),
        factor=float(told.get("factor", 0.0)),
    )


def _strokes(told: Mapping[str, Any]) -> Iterator[Key | Click | None]:
    if "key" in told:
        yield Key(str(told["key"]))
    if "button" in told:
        yield Click(int(told["button"]))
    if "pause" in told:
        yield None


def _placed(text: str, places: Mapping[str, str]) -> str:
    """With the places; a word in braces that is none stays as it is."""
    return re.sub(r"\{(\w+)\}", lambda found: places.get(found[1], found[0]), str(text))


def _rect(told: Sequence[Any]) -> Rect:
    x, y, width, height = map(int, told)
    return x, y, width, height


def _colour(text: str) -> int:
    if not re.fullmatch(r"#[0-9a-fA-F]{6}", text):
        raise ValueError(f"{text!r} is no colour such as #202020")
    return int(text[1:], 16)
