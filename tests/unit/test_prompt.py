"""Where to go: what is typed, and what it means."""

import pytest

from glview.canvases.prompt import MOST_CHARACTERS, Goal, Prompt, goal
from glview.viewport import Viewport


@pytest.mark.parametrize(
    ("text", "meant"),
    [
        ("1200, 800", Goal(1200.0, 800.0)),
        (" 1200 800 ", Goal(1200.0, 800.0)),
        ("-5;7.5", Goal(-5.0, 7.5)),
        ("1200, 800, 50%", Goal(1200.0, 800.0, 0.5)),
        ("1200,800,4x", Goal(1200.0, 800.0, times=4.0)),
        ("1200, 800, 0.25", Goal(1200.0, 800.0, 0.25)),
        ("50%", Goal(scale=0.5)),
        ("4X", Goal(times=4.0)),
        (".5x", Goal(times=0.5)),
        ("1200,800", Goal(1200.0, 800.0)),
        ("1,20", Goal(1.0, 20.0)),
        ("0,200", Goal(0.0, 200.0)),
        ("100, 200", Goal(100.0, 200.0)),
        ("@20", Goal(magnification=20.0)),
        ("@2.5X", Goal(magnification=2.5)),
        ("1200, 800, @40x", Goal(1200.0, 800.0, magnification=40.0)),
    ],
)
def test_places_and_zooms(text: str, meant: Goal) -> None:
    assert goal(text) == meant


@pytest.mark.parametrize(
    ("text", "fault"),
    [
        ("", "Nothing is typed yet"),
        (" , ", "Nothing is typed yet"),
        ("here", "here is no number"),
        ("1, nan", "nan is no number"),
        ("12", "12 is half a place; as a zoom it is 12% or 12x"),
        ("1, 2, 3, 4", "1, 2, 3, 4 is no place"),
        ("50%, 3", "50%, 3 is no place"),
        ("1, 2, 0%", "0% is no zoom"),
        ("-4x", "-4x is no zoom"),
        ("@0", "@0 is no zoom"),
        ("@20%", "@20% is no zoom"),
        ("@20, 800", "@20, 800 is no place"),
        ("@", "@ is no number"),
        ("1,200, 800", "1,200 may be 1200 or 1, 200: type it so"),
        ("800, 1,200", "1,200 may be 1200 or 1, 200"),
        ("-1,200 800", "-1,200 may be -1200 or -1, 200"),
        ("1,200,800", "1,200,800 may be 1200800 or 1, 200, 800"),
        ("12,345.5;800", r"12,345\.5 may be 12345\.5 or 12, 345\.5"),
        ("5, 6, 1,600%", "1,600% may be 1600% or 1, 600%"),
        ("9" * 400 + "x", "infx is no zoom"),
    ],
)
def test_what_is_wrong_is_said(text: str, fault: str) -> None:
    with pytest.raises(ValueError, match=fault):
        goal(text)


def test_what_is_not_typed_stays_as_it_is() -> None:
    view = Viewport(800, 600, 10.0, 20.0, 0.5, 30.0, flip=True)
    assert Goal(scale=2.0).seen_from(view) == Viewport(800, 600, 10.0, 20.0, 2.0, 30.0, flip=True)
    assert Goal(1.0, 2.0).seen_from(view) == Viewport(800, 600, 1.0, 2.0, 0.5, 30.0, flip=True)


@pytest.mark.parametrize(
    ("meant", "full", "scale"),
    [
        (Goal(times=5.0), 40.0, 0.125),
        (Goal(times=5.0), None, 5.0),
        (Goal(magnification=5.0), 40.0, 0.125),
        (Goal(scale=5.0), 40.0, 5.0),
        (Goal(1.0, 2.0), 40.0, 0.5),
    ],
)
def test_times_are_an_objectives_where_one_is_known(
    meant: Goal, full: float | None, scale: float
) -> None:
    view = Viewport(800, 600, 10.0, 20.0, 0.5)
    assert meant.seen_from(view, full).scale == scale


def typed(*keys: str) -> Prompt | Goal | None:
    prompt: Prompt | Goal | None = Prompt()
    for key in keys:
        assert isinstance(prompt, Prompt)
        prompt = prompt.struck(key)
    return prompt


def test_what_is_typed_can_be_taken_back_and_entered() -> None:
    assert typed(*"4y", "Backspace", "x", "Enter") == Goal(times=4.0)


def test_escape_closes_it() -> None:
    assert typed("4", "Escape") is None


def test_a_wrong_entry_stays_to_be_mended_until_something_is_typed() -> None:
    wrong = typed("4", "Return")
    assert isinstance(wrong, Prompt)
    assert (wrong.text, wrong.fault != "") == ("4", True)
    assert wrong.struck("x") == Prompt("4x")


def test_other_keys_mean_nothing_and_there_is_an_end_to_what_can_be_typed() -> None:
    assert typed("4", "Left", "F5", "") == Prompt("4")
    assert typed(*"1" * 100) == Prompt("1" * MOST_CHARACTERS)


@pytest.mark.parametrize(
    ("text", "shown"),
    [
        ("1200, 800", "At 1200, 800"),
        (" 1200,\t800\n", "At 1200, 800"),
        ("1\x00" + "2" * 90, "At 1" + "2" * 36),
    ],
)
def test_what_is_pasted_is_one_line_behind_what_was_typed(text: str, shown: str) -> None:
    assert Prompt("At ", "is no place").pasted(text) == Prompt(shown)
