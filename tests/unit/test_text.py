"""Text from the packaged font: metrics, ink, wrapping, and the panels made of it."""

import os
import subprocess
import sys
from pathlib import Path

import numpy as np
import pytest
from numpy.typing import NDArray

from glview.canvases.bindings import GLFW_WINDOW, help_rows
from glview.panels import Tone, message_panel, table_panel
from glview.sheet import LOOK, Colour
from glview.text import load_font, measure, printable, render_text, wrap

KEY_FILL = (41, 43, 46, 232)
ROWS = [("", "Move"), ("← ↑ → ↓", "Move by a step"), ("r / ⇧ r", "Turn"), ("", ""), ("q", "Quit")]


def ink_rows(text: str, size_px: float) -> tuple[int, int]:
    """First and last row with clearly visible ink."""
    rows = np.flatnonzero((render_text(text, size_px=size_px) > 127).any(axis=1))
    return int(rows[0]), int(rows[-1])


def over(panel: NDArray[np.uint8], backdrop: int) -> NDArray[np.float64]:
    """The panel's colours on a plain grey."""
    alpha = panel[..., 3:].astype(np.float64) / 255
    return np.asarray(panel[..., :3] + backdrop * (1 - alpha))


def luminance(colour: Colour | NDArray[np.float64]) -> float:
    """Relative luminance of an sRGB colour of 0 to 255 (WCAG 2.1)."""
    share = np.asarray(colour, np.float64) / 255
    linear = np.where(share <= 0.04045, share / 12.92, ((share + 0.055) / 1.055) ** 2.4)
    return float(linear @ [0.2126, 0.7152, 0.0722])


def contrast(one: float, other: float) -> float:
    return (max(one, other) + 0.05) / (min(one, other) + 0.05)


def test_metrics_are_those_of_the_shipped_font() -> None:
    font = load_font(16)
    assert (font.size_px, font.ascent, font.descent, font.line_height) == (16, 16, 4, 22)
    assert font.cap_height == 12
    assert font.advance("A") == 11.09375
    assert font.advance("AA") == 22.1875


@pytest.mark.parametrize(
    ("asked", "given"),
    [
        (1, 12),
        (12.9, 12),
        (13.1, 14),
        (17.5, 18),
        (21, 20),
        (22.5, 24),
        (35, 32),
        (42, 40),
        (80, 80),
    ],
)
def test_the_nearest_shipped_size_is_taken(asked: float, given: int) -> None:
    assert load_font(asked).size_px == given


@pytest.mark.parametrize("size", [0.0, -1.0, float("nan"), float("inf")])
def test_a_size_that_is_none_is_refused(size: float) -> None:
    with pytest.raises(ValueError, match="text size must be positive"):
        load_font(size)


def test_every_shipped_character_has_a_shape() -> None:
    for bold in (False, True):
        for size in (12, 14, 16, 20, 24, 28, 32, 40):
            font = load_font(size, bold=bold)
            blank = {chr(code) for code, glyph in font.glyphs.items() if not glyph[3].any()}
            assert blank == {" ", "\N{NO-BREAK SPACE}"}


def test_measure_is_the_size_of_the_picture() -> None:
    for text in ("", "A", "two\nlines", "gjpqy fjord"):
        picture = render_text(text, size_px=14)
        assert picture.shape[::-1] == measure(text, size_px=14)
    assert measure("one\ntwo", size_px=16)[1] == 16 + 4 + 22


def test_no_ink_is_cut_off_at_the_sides() -> None:
    picture = render_text(["jfj", "ÅÄf", "W/W", "‰—"], size_px=20, bold=True)
    assert not picture[:, [0, -1]].any()


@pytest.mark.parametrize("size", [12, 14, 16, 18, 20, 24, 28, 32, 40, 80])
def test_letters_stand_on_one_baseline(size: int) -> None:
    ascent = load_font(size).ascent
    assert {ink_rows(letter, size)[1] for letter in "HxEn1z"} == {ascent - 1}
    assert ink_rows("p", size)[1] > ascent


def test_a_stem_is_solid_ink() -> None:
    assert render_text("l", size_px=14).max() >= 200


def test_a_quarter_of_a_pixel_moves_ink_and_keeps_it() -> None:
    font = load_font(14)
    centres = []
    for pen in (10.0, 10.25, 10.5, 10.75):
        x, _, ink = font.place("o", pen)
        weight = ink.astype(np.float64).sum(axis=0)
        assert weight.sum() == pytest.approx(
            font.place("o", 0.0)[2].sum(dtype=np.float64), rel=0.01
        )
        centres.append(x + (weight @ np.arange(weight.size)) / weight.sum())
    assert np.diff(centres) == pytest.approx([0.25, 0.25, 0.25], abs=0.02)


def test_unknown_characters_show_as_a_box() -> None:
    box = render_text("\N{WHITE SQUARE}", size_px=16)
    assert np.array_equal(render_text("\u65e5", size_px=16), box)
    assert np.array_equal(render_text("\udcff", size_px=16), box)
    assert np.array_equal(render_text("\a", size_px=16), box)
    assert (box > 127).any()


def test_accents_typed_apart_are_joined_and_shapeless_marks_dropped() -> None:
    assert printable("e\N{COMBINING ACUTE ACCENT}") == "é"
    assert printable("a\N{SOFT HYPHEN}b\N{ZERO WIDTH SPACE}c\r\n\td\n") == "abc\n    d"


def test_lines_break_at_spaces_and_keep_within_the_width() -> None:
    font = load_font(14)
    lines = wrap("the quick brown fox jumps over it", 90, font)
    assert lines == ["the quick", "brown fox", "jumps over it"]
    assert max(font.advance(line) for line in lines) <= 90


def test_newlines_and_empty_lines_stay() -> None:
    assert wrap("a\n\nb", 100, load_font(14)) == ["a", "", "b"]


def test_a_long_path_breaks_at_its_slashes_and_loses_nothing() -> None:
    font = load_font(14)
    path = "/data/slides/2024/" + "x" * 60 + "/end.svs"
    lines = wrap(path, 150, font)
    assert lines[0] == "/data/slides/2024/"
    assert "".join(lines) == path
    assert max(font.advance(line) for line in lines) <= 150


def test_no_width_is_too_small_to_wrap_into() -> None:
    assert wrap("ab c", 0, load_font(14)) == ["a", "b", "c"]


def test_a_panel_is_round_translucent_and_premultiplied() -> None:
    for ratio in (1.0, 1.25, 1.5, 2.0):
        panel = table_panel("glview", ROWS, pixel_ratio=ratio)
        assert panel.dtype == np.uint8
        assert [panel[y, x].tolist() for y in (0, -1) for x in (0, -1)] == [[0, 0, 0, 0]] * 4
        inside = round(6 * ratio)
        assert panel[inside, panel.shape[1] // 2].tolist() == [17, 19, 23, 230]
        assert (panel[..., :3] <= panel[..., 3:]).all()


def test_a_panel_grows_with_the_pixel_ratio() -> None:
    once, twice = (table_panel("glview", ROWS, pixel_ratio=ratio) for ratio in (1.0, 2.0))
    assert np.array(twice.shape[:2]) / np.array(once.shape[:2]) == pytest.approx(2, rel=0.04)


@pytest.mark.parametrize("colour", [LOOK.text, LOOK.strong, LOOK.heading, LOOK.error])
def test_words_stand_out_on_any_picture(colour: Colour) -> None:
    panel = message_panel("")
    middle = panel.shape[0] // 2, panel.shape[1] // 2
    for backdrop in (0, 255):
        body = luminance(over(panel, backdrop)[middle])
        assert contrast(luminance(colour), body) >= 7


def test_the_word_on_a_key_stands_out_on_any_picture() -> None:
    panel = table_panel("", [("a", "")])
    fill = panel[(panel == KEY_FILL).all(axis=2)][:1][None]
    for backdrop in (0, 255):
        assert contrast(luminance(LOOK.text), luminance(over(fill, backdrop)[0, 0])) >= 7


def test_the_words_are_drawn_in_their_colours() -> None:
    panel = message_panel("HHH", title="HHH", tone=Tone.ERROR, pixel_ratio=2)
    colours = {tuple(pixel) for pixel in panel.reshape(-1, 4).tolist()}
    assert (*LOOK.text, 255) in colours
    assert (*LOOK.error, 255) in colours
    assert (*LOOK.error, 255) not in {
        tuple(pixel) for pixel in message_panel("HHH").reshape(-1, 4).tolist()
    }


def test_a_key_is_lighter_than_the_panel_and_a_slash_is_no_key() -> None:
    def keyed(keys: str) -> int:
        """Pixels of the key's own fill."""
        return int((table_panel("", [(keys, "")]) == KEY_FILL).all(axis=2).sum())

    assert keyed("/") == 0
    assert keyed("a") > 150
    assert keyed("a a") == 2 * keyed("a")
    assert keyed("a / a") == 2 * keyed("a")


def test_a_table_is_wrapped_and_tightened_to_its_room() -> None:
    rows = [("a", "what it does, told in many more words than are needed")] * 12
    free = table_panel("title", rows)
    narrow = table_panel("title", rows, max_size=(300, 2000))
    tight = table_panel("title", rows, max_size=(free.shape[1], free.shape[0] - 1))
    assert narrow.shape[1] <= 300 < free.shape[1]
    assert narrow.shape[0] > free.shape[0] > tight.shape[0]


def test_a_message_keeps_to_its_room() -> None:
    words = "a message far too long for the window it is shown in, " * 20
    assert message_panel(words).shape[1] <= 460 + 2 * 16
    small = message_panel(words, title="No", tone=Tone.ERROR, max_size=(240, 120))
    assert small.shape[1] <= 240
    assert small.shape[0] <= 120


@pytest.mark.parametrize("ratio", [0.0, float("nan"), float("inf")])
def test_a_pixel_ratio_that_is_none_is_refused(ratio: float) -> None:
    with pytest.raises(ValueError, match="pixel ratio must be positive"):
        message_panel("a", pixel_ratio=ratio)


def test_the_font_loads_anywhere_and_touches_no_toolkit(tmp_path: Path) -> None:
    code = (
        "import sys, glview.panels as p; p.message_panel('Loading');"
        "print([m for m in ('OpenGL', 'glfw', 'PySide6', 'pyvips', 'PIL') if m in sys.modules])"
    )
    package = Path(__file__).resolve().parents[2]
    done = subprocess.run(
        [sys.executable, "-c", code],
        cwd=tmp_path,
        env={**os.environ, "PYTHONPATH": str(package), "FONTCONFIG_PATH": "/nowhere"},
        capture_output=True,
        text=True,
        check=False,
    )
    assert (done.stdout, done.stderr, done.returncode) == ("[]\n", "", 0)


@pytest.mark.parametrize("size", [(288, 208), (388, 288), (608, 448)])
def test_a_table_that_no_density_makes_fit_tells_as_many_rows_as_do(size: tuple[int, int]) -> None:
    rows = help_rows(GLFW_WINDOW)
    panel = table_panel("glview", rows, max_size=size)
    height, width = panel.shape[:2]
    assert (width <= size[0], height <= size[1]) == (True, True)
    assert height > size[1] * 0.8
