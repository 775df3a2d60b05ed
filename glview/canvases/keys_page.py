"""``docs/keys.md``, made of the table of keys: ``python -m glview.canvases.keys_page FILE``."""

import sys
from pathlib import Path

from glview.canvases.bindings import BINDINGS, Binding, key_sign

_HEAD = """\
# Keys, mouse and fingers

`python -m glview.canvases.keys_page docs/keys.md` makes this page of the table in
`glview/canvases/bindings.py`; a test compares the two. The window of `glview`, which is glfw's, and
the Qt widget `GLBigImageWidget` have the same, but for what a row says: "windows only" is the
program's own in a widget (dropped files, stepping through images, full screen, help, quitting).

| with | | where | command |
| --- | --- | --- | --- |
"""
_TAIL = """
An arrow or a zoom key that is held moves the picture steadily until it is let go; with reduced
motion it steps, as often as the keyboard repeats it. So do keys that turn, step through images, and
go back and forward; what the others ask for happens once for each press. `]` turns to the right,
`[` to the left. Keys that type a character follow the keyboard's layout.

Keys are called by the character they type or by Qt's name, with modifiers before it: `r`, `PageUp`,
`Alt+Left`; `Mouse4` and `Mouse5` are the buttons at a mouse's side. In a program
`widget.set_keys(Command.TURN, "t", "Ctrl+t")` gives a command of the widget other keys, and
`widget.set_keys(Command.TURN)` none. Actions, the context menu and the help tell what is bound now.

The window of `glview --qt` has keys for what else is in its menus: Ctrl+O opens, Ctrl+S saves the
view, Ctrl+C copies it, Ctrl+Shift+C shows the contrast panel, Ctrl+Q quits.
While a control of that panel has the focus, keys are the picture's all the same, but for those that
move in the control or press it (arrows, space, …); its fields for numbers keep what is typed.
"""


def keys_page() -> str:
    """The page's text."""
    return _HEAD + "".join(map(_row, BINDINGS)) + _TAIL


def _row(row: Binding) -> str:
    keys = " ".join(f"`{_key(key)}`" for key, _ in row.keys) or row.shown
    commands = ", ".join(f"`{command.name}`" for command in dict.fromkeys(c for _, c in row.keys))
    text = row.text.replace("|", "\\|")
    return f"| {keys} | {text.replace('⇧', 'Shift')} | {row.where.value} | {commands} |\n"


def _key(key: str) -> str:
    sign = key_sign(key)
    return key if "⇧" not in sign else f"Shift+{key.lower()}"


def main() -> None:
    """Write the page."""
    Path(sys.argv[1]).write_text(keys_page(), encoding="utf-8")


if __name__ == "__main__":
    main()
