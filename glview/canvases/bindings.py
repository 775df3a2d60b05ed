"""What hands can ask for: the one table of commands and keys, for every window.

A key is the character it types (``"+"``, ``"r"``, ``"R"``) or one of the names
``Left Right Up Down Escape F5 F11``.
"""

import enum
from dataclasses import dataclass


class Command(enum.Enum):
    """What a key asks for."""

    ZOOM_IN = enum.auto()
    ZOOM_OUT = enum.auto()
    FIT = enum.auto()
    ONE_TO_ONE = enum.auto()
    TURN = enum.auto()
    TURN_BACK = enum.auto()
    TILT = enum.auto()
    TILT_BACK = enum.auto()
    UPRIGHT = enum.auto()
    FLIP = enum.auto()
    LEFT = enum.auto()
    RIGHT = enum.auto()
    UP = enum.auto()
    DOWN = enum.auto()
    RELOAD = enum.auto()
    FULLSCREEN = enum.auto()
    SCALE_BAR = enum.auto()
    NAVIGATOR = enum.auto()
    READOUT = enum.auto()
    PIXEL_GRID = enum.auto()
    DEBUG = enum.auto()
    HELP = enum.auto()
    DISMISS = enum.auto()
    QUIT = enum.auto()


@dataclass(frozen=True, slots=True)
class Binding:
    """A row of the help: what is done with the hands, and what happens.

    ``keys`` maps each key to its command; a row without keys is about the pointer.
    """

    shown: str
    text: str
    keys: tuple[tuple[str, Command], ...] = ()


BINDINGS = (
    Binding("drag", "Move the picture; let go in motion to throw it"),
    Binding("wheel", "Zoom at the pointer"),
    Binding("double-click", "Zoom in at the pointer; with ⇧ out"),
    Binding(
        "+ / -",
        "Zoom in, out at the pointer",
        (
            ("+", Command.ZOOM_IN),
            ("=", Command.ZOOM_IN),
            ("-", Command.ZOOM_OUT),
            ("_", Command.ZOOM_OUT),
        ),
    ),
    Binding("0", "Fit the window", (("0", Command.FIT),)),
    Binding("1", "One image pixel on one screen pixel", (("1", Command.ONE_TO_ONE),)),
    Binding(
        "← ↑ ↓ →",
        "Move",
        (
            ("Left", Command.LEFT),
            ("Up", Command.UP),
            ("Down", Command.DOWN),
            ("Right", Command.RIGHT),
        ),
    ),
    Binding("r / ⇧ r", "Turn right, left", (("r", Command.TURN), ("R", Command.TURN_BACK))),
    Binding("[ / ]", "Turn by 5° left, right", (("]", Command.TILT), ("[", Command.TILT_BACK))),
    Binding("u", "Upright again", (("u", Command.UPRIGHT), ("U", Command.UPRIGHT))),
    Binding("f", "Flip left to right", (("f", Command.FLIP), ("F", Command.FLIP))),
    Binding("F5", "Load the file anew, or what failed", (("F5", Command.RELOAD),)),
    Binding("F11", "Full screen", (("F11", Command.FULLSCREEN),)),
    Binding("b", "Scale bar", (("b", Command.SCALE_BAR), ("B", Command.SCALE_BAR))),
    Binding("n", "Navigator", (("n", Command.NAVIGATOR), ("N", Command.NAVIGATOR))),
    Binding("i", "Pixel under the pointer", (("i", Command.READOUT), ("I", Command.READOUT))),
    Binding("p", "Pixel grid with values", (("p", Command.PIXEL_GRID), ("P", Command.PIXEL_GRID))),
    Binding("d", "Borders of tiles, and figures", (("d", Command.DEBUG), ("D", Command.DEBUG))),
    Binding("? / h", "This help", (("?", Command.HELP), ("h", Command.HELP), ("H", Command.HELP))),
    Binding(
        "q / Esc",
        "Quit",
        (("q", Command.QUIT), ("Q", Command.QUIT), ("Escape", Command.DISMISS)),
    ),
)
"""The one table: keys act by it and the help shows it."""
