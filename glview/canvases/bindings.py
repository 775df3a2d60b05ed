"""What hands can ask for: the one table of commands and keys, for every window.

A key is the character it types (``"+"``, ``"r"``, ``"R"``) or Qt's name of it (``"Left"``,
``"PageUp"``, ``"F5"``), with modifiers before it (``"Alt+Left"``); ``"Mouse4"`` and ``"Mouse5"``
are the buttons at a mouse's side. `glview.canvases.keys_page` makes ``docs/keys.md`` of the table.
"""

import enum
from collections.abc import Callable, Collection
from dataclasses import dataclass

from glview.magnification import PRESETS


class Command(enum.Enum):
    """What a key asks for."""

    ZOOM_IN = enum.auto()
    ZOOM_OUT = enum.auto()
    FIT = enum.auto()
    ONE_TO_ONE = enum.auto()
    TIMES_2 = enum.auto()
    TIMES_3 = enum.auto()
    TIMES_4 = enum.auto()
    TIMES_5 = enum.auto()
    TIMES_6 = enum.auto()
    TIMES_7 = enum.auto()
    TIMES_8 = enum.auto()
    TIMES_9 = enum.auto()
    MAGNIFY_5 = enum.auto()
    MAGNIFY_10 = enum.auto()
    MAGNIFY_20 = enum.auto()
    MAGNIFY_40 = enum.auto()
    GO_TO = enum.auto()
    BACK = enum.auto()
    FORWARD = enum.auto()
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
    PREVIOUS_IMAGE = enum.auto()
    NEXT_IMAGE = enum.auto()
    RELOAD = enum.auto()
    FULLSCREEN = enum.auto()
    SCALE_BAR = enum.auto()
    NAVIGATOR = enum.auto()
    READOUT = enum.auto()
    PIXEL_GRID = enum.auto()
    LEGEND = enum.auto()
    PLANE_SLIDERS = enum.auto()
    CHECKER = enum.auto()
    NEAREST = enum.auto()
    AUTO_WINDOW = enum.auto()
    FAINT_WINDOW = enum.auto()
    RESET_DISPLAY = enum.auto()
    NEXT_CURVE = enum.auto()
    NEXT_COLORMAP = enum.auto()
    CHANNEL_1 = enum.auto()
    CHANNEL_2 = enum.auto()
    CHANNEL_3 = enum.auto()
    CHANNEL_4 = enum.auto()
    CHANNEL_5 = enum.auto()
    CHANNEL_6 = enum.auto()
    CHANNEL_7 = enum.auto()
    CHANNEL_8 = enum.auto()
    CHANNEL_9 = enum.auto()
    ONLY_CHANNEL = enum.auto()
    ALL_CHANNELS = enum.auto()
    PLANE_BACK = enum.auto()
    PLANE_ON = enum.auto()
    SLOW_PLANE_BACK = enum.auto()
    SLOW_PLANE_ON = enum.auto()
    SLOWEST_PLANE_BACK = enum.auto()
    SLOWEST_PLANE_ON = enum.auto()
    SERIES_BACK = enum.auto()
    SERIES_ON = enum.auto()
    DEBUG = enum.auto()
    HELP = enum.auto()
    DISMISS = enum.auto()
    QUIT = enum.auto()


TIMES = {Command[f"TIMES_{times}"]: times for times in range(2, 10)}
"""How many screen pixels such a command gives to an image pixel."""

CHANNELS = {Command[f"CHANNEL_{number}"]: number for number in range(1, 10)}
"""Which channel such a command shows or hides, counted from 1."""

MAGNIFICATIONS = {Command[f"MAGNIFY_{power:.0f}"]: power for power in PRESETS}
"""As through which objective such a command shows what a microscope has taken."""

PLANES = {
    Command.PLANE_BACK: (-1, -1),
    Command.PLANE_ON: (-1, 1),
    Command.SLOW_PLANE_BACK: (-2, -1),
    Command.SLOW_PLANE_ON: (-2, 1),
    Command.SLOWEST_PLANE_BACK: (-3, -1),
    Command.SLOWEST_PLANE_ON: (-3, 1),
}
"""Along which axis such a command goes, counted from the last, and how far."""

SERIES = {Command.SERIES_BACK: -1, Command.SERIES_ON: 1}
"""How far such a command goes among the images of a file."""

REPEATED = frozenset(
    {
        *PLANES,
        *SERIES,
        *(Command.ZOOM_IN, Command.ZOOM_OUT),
        *(Command.LEFT, Command.RIGHT, Command.UP, Command.DOWN),
        *(Command.TURN, Command.TURN_BACK, Command.TILT, Command.TILT_BACK),
        *(Command.BACK, Command.FORWARD, Command.PREVIOUS_IMAGE, Command.NEXT_IMAGE),
    }
)
"""What a key that is held asks for again and again; all else happens once for each press."""


class Where(enum.Enum):
    """Which window has a row of the table."""

    ALL = ""
    WINDOW = "windows only"
    """A window of glview's own: in a widget it is the program's."""
    GLFW = "glfw only"
    QT = "Qt only"
    """glfw knows no fingers, no menus, and not what turns the wheel."""


GLFW_WINDOW = frozenset({Where.ALL, Where.WINDOW, Where.GLFW})
QT_WINDOW = frozenset({Where.ALL, Where.WINDOW, Where.QT})
QT_WIDGET = frozenset({Where.ALL, Where.QT})


@dataclass(frozen=True, slots=True)
class Binding:
    """A row of the help: what is done with the hands, and what happens.

    ``keys`` maps each key to its command, ``shown`` is how they are told as they are here; a row
    without keys is about the pointer.
    """

    shown: str
    text: str
    keys: tuple[tuple[str, Command], ...] = ()
    where: Where = Where.ALL


BINDINGS = (
    Binding("drag", "Move the picture; let go in motion to throw it"),
    Binding("Ctrl+drag", "Contrast and brightness"),
    Binding("wheel", "Zoom at the pointer"),
    Binding("double-click", "Zoom in at the pointer; with ⇧ out"),
    Binding("right-click", "This help", where=Where.GLFW),
    Binding("right-click", "A menu of the commands", where=Where.QT),
    Binding("touchpad", "Two fingers move the picture, a pinch zooms", where=Where.QT),
    Binding("touch", "One finger drags, two zoom and turn", where=Where.QT),
    Binding("drop", "Open a file, several, or a folder", where=Where.WINDOW),
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
    Binding(
        "0 / 1",
        "Fit the window, show pixel for pixel",
        (("0", Command.FIT), ("1", Command.ONE_TO_ONE)),
    ),
    Binding(
        "2 … 9",
        "So many screen pixels for an image pixel",
        tuple((str(times), command) for command, times in TIMES.items()),
    ),
    Binding(
        "F6 … F9",
        "Slides at 5x, 10x, 20x, 40x",
        tuple((f"F{6 + number}", command) for number, command in enumerate(MAGNIFICATIONS)),
    ),
    Binding(
        "g",
        "Go to a place or a zoom that you type",
        (("g", Command.GO_TO), ("G", Command.GO_TO)),
    ),
    Binding(
        "Alt+← / Alt+→",
        "Back, forward to where you looked; mouse buttons 4, 5",
        (
            ("Alt+Left", Command.BACK),
            ("Alt+Right", Command.FORWARD),
            ("Mouse4", Command.BACK),
            ("Mouse5", Command.FORWARD),
        ),
    ),
    Binding(
        "← ↑ ↓ →",
        "Move, as long as they are held",
        (
            ("Left", Command.LEFT),
            ("Up", Command.UP),
            ("Down", Command.DOWN),
            ("Right", Command.RIGHT),
        ),
    ),
    Binding("r / ⇧ r", "Turn right, left", (("r", Command.TURN), ("R", Command.TURN_BACK))),
    Binding("[ / ]", "Turn by 5° left, right", (("[", Command.TILT_BACK), ("]", Command.TILT))),
    Binding(
        "u / f",
        "Upright again, flip left to right",
        (("u", Command.UPRIGHT), ("U", Command.UPRIGHT), ("f", Command.FLIP), ("F", Command.FLIP)),
    ),
    Binding(
        "PgUp / PgDn",
        "The image before, the next one",
        (("PageUp", Command.PREVIOUS_IMAGE), ("PageDown", Command.NEXT_IMAGE)),
        Where.WINDOW,
    ),
    Binding(
        ", / .",
        "The plane before, the next one: z, page, …",
        ((",", Command.PLANE_BACK), (".", Command.PLANE_ON)),
    ),
    Binding(
        "< / >  ; / :",
        "Along the second axis, the third",
        (
            ("<", Command.SLOW_PLANE_BACK),
            (">", Command.SLOW_PLANE_ON),
            (";", Command.SLOWEST_PLANE_BACK),
            (":", Command.SLOWEST_PLANE_ON),
        ),
    ),
    Binding(
        "Ctrl+PgUp / Ctrl+PgDn",
        "Images of one file: before, next",
        (("Ctrl+PageUp", Command.SERIES_BACK), ("Ctrl+PageDown", Command.SERIES_ON)),
    ),
    Binding("F5", "Load the file anew, or what failed", (("F5", Command.RELOAD),)),
    Binding("F11", "Full screen", (("F11", Command.FULLSCREEN),), Where.WINDOW),
    Binding(
        "b / n",
        "Scale bar, navigator",
        (
            ("b", Command.SCALE_BAR),
            ("B", Command.SCALE_BAR),
            ("n", Command.NAVIGATOR),
            ("N", Command.NAVIGATOR),
        ),
    ),
    Binding(
        "i / p",
        "Pixel under the pointer, grid with values",
        (
            ("i", Command.READOUT),
            ("I", Command.READOUT),
            ("p", Command.PIXEL_GRID),
            ("P", Command.PIXEL_GRID),
        ),
    ),
    Binding(
        "k / s",
        "Channel names, plane sliders",
        (
            ("k", Command.LEGEND),
            ("K", Command.LEGEND),
            ("s", Command.PLANE_SLIDERS),
            ("S", Command.PLANE_SLIDERS),
        ),
    ),
    Binding(
        "t / x",
        "Checkerboard, pixels as squares",
        (
            ("t", Command.CHECKER),
            ("T", Command.CHECKER),
            ("x", Command.NEAREST),
            ("X", Command.NEAREST),
        ),
    ),
    Binding(
        "a / z / ⇧ a",
        "Contrast: in sight, for the faint (zscale), at first",
        (
            ("a", Command.AUTO_WINDOW),
            ("z", Command.FAINT_WINDOW),
            ("Z", Command.FAINT_WINDOW),
            ("A", Command.RESET_DISPLAY),
        ),
    ),
    Binding(
        "l / c",
        "Next curve, next colour map",
        (
            ("l", Command.NEXT_CURVE),
            ("L", Command.NEXT_CURVE),
            ("c", Command.NEXT_COLORMAP),
            ("C", Command.NEXT_COLORMAP),
        ),
    ),
    Binding(
        "Alt+1 … 9",
        "Show or hide a channel",
        tuple((f"Alt+{number}", command) for command, number in CHANNELS.items()),
    ),
    Binding(
        "o / ⇧ o",
        "Only one channel, then the next; all channels",
        (("o", Command.ONLY_CHANNEL), ("O", Command.ALL_CHANNELS)),
    ),
    Binding("d", "Borders of tiles, and figures", (("d", Command.DEBUG), ("D", Command.DEBUG))),
    Binding(
        "? / h",
        "This help",
        (("?", Command.HELP), ("h", Command.HELP), ("H", Command.HELP)),
        Where.WINDOW,
    ),
    Binding(
        "Esc",
        "Away with what is told, off the full screen",
        (("Escape", Command.DISMISS),),
        Where.WINDOW,
    ),
    Binding("Esc", "Quit, where there is neither", where=Where.GLFW),
    Binding("q", "Quit", (("q", Command.QUIT), ("Q", Command.QUIT)), Where.WINDOW),
)
"""The one table: keys act by it and the help shows it."""

_SIGNS = {"Left": "←", "Right": "→", "Up": "↑", "Down": "↓", "Escape": "Esc"}
_SIGNS |= {"PageUp": "PgUp", "PageDown": "PgDn"}
_UNSHIFTED = {"=": "+", "_": "-"}
"""What + and - type on some keyboards with and without Shift."""

KeysOf = Callable[[Command], tuple[str, ...]]
"""The keys that ask for a command now."""


def keys_at_first(command: Command) -> tuple[str, ...]:
    """The keys of a command in the table."""
    return tuple(key for row in BINDINGS for key, found in row.keys if found is command)


def key_sign(key: str) -> str:
    """A key as the help shows it."""
    *modifiers, last = key.split("+") if len(key) > 1 else (key,)
    capital = len(last) == 1 and last.isupper()
    sign = f"⇧ {last.lower()}" if capital else _SIGNS.get(last, last)
    return "+".join([*modifiers, sign])


def signs(keys: tuple[str, ...]) -> list[str]:
    """The keys of a command as the help shows them, without those that come of themselves.

    A capital beside its small letter, ``=`` beside ``+``, the buttons of a mouse.
    """
    told = []
    for key in keys:
        twin = _UNSHIFTED.get(key) or (key.lower() if len(key) == 1 else key)
        if (twin == key or twin not in keys) and not key.startswith("Mouse"):
            told.append(key_sign(key))
    return told


def help_rows(
    where: Collection[Where], keys_of: KeysOf = keys_at_first
) -> tuple[tuple[str, str], ...]:
    """What the help of a window says: keys and what they do, as they are bound now.

    ``where``: `GLFW_WINDOW`, `QT_WINDOW` or `QT_WIDGET`.
    """
    rows = []
    for row in BINDINGS:
        if row.where not in where:
            continue
        commands = dict.fromkeys(command for _, command in row.keys)
        if all(keys_of(command) == keys_at_first(command) for command in commands):
            rows.append((row.shown, row.text))
            continue
        told = [sign for command in commands for sign in signs(keys_of(command))]
        if told:
            rows.append((" / ".join(told), row.text))
    return tuple(rows)
