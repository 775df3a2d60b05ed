"""The table of keys: what the help, the page and menus tell is what the keys do."""

import pytest

from glview.canvases.bindings import (
    BINDINGS,
    GLFW_WINDOW,
    QT_WIDGET,
    QT_WINDOW,
    Command,
    help_rows,
    key_sign,
    keys_at_first,
    signs,
)
from glview.canvases.input import Controls
from glview.canvases.keys_page import keys_page
from glview.navigator import Navigator
from tests.mutants import CHECKOUT


def test_the_page_of_keys_is_what_the_table_says() -> None:
    told = (CHECKOUT / "docs" / "keys.md").read_text(encoding="utf-8")
    assert told == keys_page(), "python -m glview.canvases.keys_page docs/keys.md"


def test_what_a_row_shows_are_its_keys() -> None:
    for row in BINDINGS:
        if not row.keys:
            continue
        shown = [word for word in row.shown.replace("⇧ ", "⇧").split() if word != "/"]
        commands = dict.fromkeys(command for _, command in row.keys)
        told = [
            sign.replace("⇧ ", "⇧")
            for command in commands
            for sign in signs(tuple(key for key, found in row.keys if found is command))
        ]
        if "…" in shown:
            # Of the last one what is on the key itself: "Alt+1 … 9".
            told = [told[0], "…", told[-1].rpartition("+")[2]]
        assert sorted(told) == sorted(shown)


@pytest.mark.parametrize(
    ("key", "sign"),
    [
        ("r", "r"),
        ("R", "⇧ r"),
        ("+", "+"),
        ("Left", "←"),
        ("Alt+Left", "Alt+←"),
        ("Ctrl+o", "Ctrl+o"),
        ("PageUp", "PgUp"),
    ],
)
def test_keys_are_told_by_signs(key: str, sign: str) -> None:
    assert key_sign(key) == sign


def test_the_help_tells_the_keys_that_are_bound_now() -> None:
    controls = Controls(Navigator(8, 6))
    text = "Turn right, left"
    assert ("r / ⇧ r", text) in help_rows(GLFW_WINDOW, controls.keys_of)
    controls.bind(Command.TURN, "t", "Ctrl+t")
    assert ("t / Ctrl+t / ⇧ r", text) in help_rows(GLFW_WINDOW, controls.keys_of)
    controls.bind(Command.TURN)
    assert ("⇧ r", text) in help_rows(GLFW_WINDOW, controls.keys_of)
    controls.bind(Command.TURN_BACK)
    assert text not in [told for _, told in help_rows(GLFW_WINDOW, controls.keys_of)]


def test_each_window_has_the_rows_that_it_can_keep() -> None:
    told = {row.text: row.where for row in BINDINGS}
    rows = {where: {text for _, text in help_rows(where)} for where in (GLFW_WINDOW, QT_WIDGET)}
    assert {text for text, where in told.items() if where in GLFW_WINDOW} == rows[GLFW_WINDOW]
    assert "Quit" in rows[GLFW_WINDOW] - rows[QT_WIDGET]
    assert "One finger drags, two zoom and turn" in rows[QT_WIDGET] - rows[GLFW_WINDOW]
    assert {"Quit", "A menu of the commands"} <= {text for _, text in help_rows(QT_WINDOW)}


def test_each_command_has_keys_of_its_own_at_first() -> None:
    controls = Controls(Navigator(8, 6))
    for command in Command:
        assert controls.keys_of(command) == keys_at_first(command) != ()
