"""A view as one value that can be kept."""

import json
from dataclasses import replace
from typing import Any

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from glview.colormaps import ColorMap
from glview.display import Display, Magnification, Transfer, Window
from glview.image import ColorTable
from glview.view_state import ViewState
from glview.viewport import Viewport

DISPLAY = Display(
    (Window(12, 3000.5), Window(-1, 1)),
    ((1.0, 0.5, 0.0), (0.0, 0.0, 1.0)),
    gamma=1.3,
    background=(0.1, 0.2, 0.3),
    magnification=Magnification.NEAREST,
    blend=False,
    fade_s=0.05,
    hidden=frozenset({1}),
    transfer=Transfer.ASINH,
    colormap=ColorMap.GREY_INVERTED,
    checker=(0.4, 0.5, 0.6),
)
VIEW = Viewport(800, 600, 1234567.8, 0.1, 0.3, 17.3, flip=True)
STATE = ViewState.of(VIEW, DISPLAY, fitted=False)


def test_it_holds_all_of_a_view_but_the_size() -> None:
    assert STATE.on(Viewport(300, 200)) == replace(VIEW, width=300, height=200)
    assert STATE.on(Viewport(800, 600)) == VIEW


def test_as_text_it_is_the_same() -> None:
    assert ViewState.from_json(STATE.to_json()) == STATE


def test_tables_of_the_image_and_the_screen_are_no_part_of_it() -> None:
    table = ColorTable(np.zeros((2, 2, 2, 3), np.float32))
    shown = replace(STATE, display=replace(DISPLAY, color_table=table, screen=table))
    assert shown.to_json() == STATE.to_json()


@given(st.floats(-1e9, 1e9), st.floats(1e-9, 300.0), st.booleans())
def test_no_digit_is_lost(place: float, scale: float, fitted: bool) -> None:
    state = replace(STATE, centre_x=place, scale=scale, fitted=fitted)
    assert ViewState.from_json(state.to_json()) == state


def test_a_view_of_the_first_version_is_what_it_was() -> None:
    text = (
        '{"glview_view": 1, "centre_x": 10.0, "centre_y": 20.0, "scale": 0.5, "rotation": 0.0,'
        ' "flip": false, "fitted": true, "display": {"windows": [{"low": 0, "high": 255}],'
        ' "colors": [[1.0, 1.0, 1.0]], "gamma": 1.3, "background": [0.1, 0.2, 0.3],'
        ' "magnification": "linear", "blend": true, "fade_s": 0.1}}'
    )
    shown = Display(
        (Window(0, 255),), ((1.0, 1.0, 1.0),), gamma=1.3, background=(0.1, 0.2, 0.3), fade_s=0.1
    )
    assert ViewState.from_json(text) == ViewState(10.0, 20.0, 0.5, 0.0, False, True, shown)


def altered(**changes: Any) -> str:
    return json.dumps(json.loads(STATE.to_json()) | changes)


@pytest.mark.parametrize(
    ("text", "fault"),
    [
        ("", "no view: Expecting value"),
        ("[]", "no view of version 1 to 2"),
        (altered(glview_view=3), "no view of version 1 to 2"),
        (altered(glview_view=0), "no view of version 1 to 2"),
        (altered(display=None), "no view"),
        (altered(display={}), "no view: 'windows'"),
        (altered(scale=0), "no view: a scale of 0"),
        (altered(scale="large"), "no view: must be real number"),
        (altered(centre_x=float("nan")), "finite"),
        (altered(more=1), "more"),
        (json.dumps({"glview_view": 1}), "no view: 'display'"),
    ],
)
def test_what_is_no_view_is_refused_in_words(text: str, fault: str) -> None:
    with pytest.raises(ValueError, match=fault):
        ViewState.from_json(text)


def test_a_view_says_which_plane_is_seen() -> None:
    state = replace(STATE, plane=(1, 7))
    assert ViewState.from_json(state.to_json()) == state


@pytest.mark.parametrize("plane", [7, [1.5], [float("inf")], [float("nan")], ["1"], None])
def test_a_plane_is_whole_numbers(plane: Any) -> None:
    with pytest.raises(ValueError, match="no view"):
        ViewState.from_json(altered(plane=plane))
