"""What stands on the picture, what is said of an image, and its name before it is opened."""

import math
from dataclasses import replace
from pathlib import Path

import numpy as np
import pytest

from glview.canvases.notices import Notices
from glview.canvases.titles import Caption, name_of
from glview.errors import ImageError
from glview.frame import Panel
from glview.panels import Tone, message_panel
from glview.sources.opening import open_image

SIZE = (800, 600, 1.0)


def said(notices: Notices) -> Panel:
    """The only panel."""
    (panel,) = notices.panels(*SIZE)
    return panel


def same(panel: Panel, message: str, *, title: str = "", tone: Tone = Tone.PLAIN) -> bool:
    expected = message_panel(message, title=title, tone=tone, max_size=(768, 568))
    return np.array_equal(panel.pixels, expected)


def test_an_empty_canvas_says_its_welcome_again() -> None:
    notices = Notices()
    notices.welcome = "Drop a slide here"
    notices.loaded(open_image(np.zeros((4, 4), np.uint8)).description)
    assert notices.panels(400, 300, 1.0) == ()
    notices.opening("slow.svs")
    notices.closed()
    (panel,) = notices.panels(400, 300, 1.0)
    # In the middle, where no picture is.
    assert abs(panel.y + panel.pixels.shape[0] / 2 - 150) <= 1


def test_panels_stay_the_same_while_nothing_changes() -> None:
    notices = Notices()
    assert notices.panels(800, 600, 1.0) == ()
    notices.help_shown = True
    panels = notices.panels(800, 600, 1.0)
    assert notices.panels(800, 600, 1.0)[0] is panels[0]
    assert notices.panels(801, 600, 1.0)[0] is not panels[0]


def inside(panel: Panel, width: int, height: int) -> bool:
    rows, columns = panel.pixels.shape[0], panel.pixels.shape[1]
    return bool(0 <= panel.x <= width - columns and 0 <= panel.y <= height - rows)


@pytest.mark.parametrize("ratio", [1.0, 1.25, 2.0])
def test_panels_stand_inside_the_window(ratio: float) -> None:
    notices = Notices()
    notices.say("no such file", title="a/very/long/" * 20, tone=Tone.ERROR)
    width, height = round(640 * ratio), round(480 * ratio)
    (message,) = notices.panels(width, height, ratio)
    assert inside(message, width, height)
    notices.help_shown = True
    # Through the help one would see what lies under it.
    (table,) = notices.panels(width, height, ratio)
    assert table.pixels.shape != message.pixels.shape
    assert inside(table, width, height)


def test_help_is_dismissed_before_the_message() -> None:
    notices = Notices()
    notices.help_shown = True
    notices.say("no such file")
    assert notices.dismiss()
    assert len(notices.panels(640, 480, 1.0)) == 1
    assert notices.dismiss()
    assert notices.panels(640, 480, 1.0) == ()
    assert not notices.dismiss()


def test_an_image_being_opened_is_told_by_its_name_without_the_folder() -> None:
    notices = Notices()
    notices.opening("/a/b.dzi")
    assert same(said(notices), "Opening b.dzi …")
    notices.opening("")
    assert same(said(notices), "Opening …")


def test_opening_takes_the_place_of_what_was_said_and_gives_way_to_what_is_said_later() -> None:
    notices = Notices()
    notices.say("before")
    notices.opening("b.dzi")
    assert same(said(notices), "Opening b.dzi …")
    notices.say("after", tone=Tone.ERROR)
    assert same(said(notices), "after", tone=Tone.ERROR)
    assert notices.dismiss()
    assert same(said(notices), "Opening b.dzi …")
    assert not notices.dismiss()


def test_an_image_that_is_shown_ends_what_was_said() -> None:
    notices = Notices()
    notices.opening("array")
    notices.loaded(open_image(np.zeros((4, 4), np.uint8)).description)
    assert notices.panels(*SIZE) == ()
    notices.say("no such file")
    notices.loaded(open_image(np.zeros((4, 4), np.uint8)).description)
    assert notices.panels(*SIZE) == ()


def test_damage_is_told_until_it_is_dismissed() -> None:
    notices = Notices()
    whole = open_image(np.zeros((4, 4), np.uint8)).description
    notices.loaded(replace(whole, name="half.jpg", metadata={"damage": "premature end"}))
    text = "damaged, shown as far as it can be read: premature end"
    assert same(said(notices), text, title="half.jpg")
    assert notices.dismiss()
    assert notices.panels(*SIZE) == ()


def test_an_image_that_cannot_be_shown_is_told_in_place_of_its_opening() -> None:
    notices = Notices()
    notices.opening("b.dzi")
    notices.failed(ImageError("/a/b.dzi", "no such file"))
    assert same(said(notices), "no such file", title="/a/b.dzi", tone=Tone.ERROR)


def test_what_is_to_be_opened_has_a_name_before() -> None:
    assert name_of("/a/b.dzi") == "/a/b.dzi"
    assert name_of(Path("/a/b.dzi")) == "/a/b.dzi"
    assert name_of(b"/a/\xff.dzi") == "/a/?.dzi"
    assert name_of(open_image(np.zeros((4, 4), np.uint8))) == "array"
    assert name_of(np.zeros((4, 4), np.uint8)) == ""


def test_a_title_is_looked_for_now_and_then_while_pictures_follow_each_other() -> None:
    asked: list[int] = []
    put: list[str] = []

    def wanted() -> str:
        asked.append(len(asked))
        return f"{len(asked) // 2}"

    caption = Caption(wanted, put.append)
    for frame in range(30):
        caption.look(5.0 + frame / 100, more=frame < 29)
    # At 5.00, 5.10, 5.20, and after the last one.
    assert len(asked) == 4
    assert put == ["0", "1", "2"]


def test_what_is_said_of_a_key_stands_for_three_seconds_from_the_next_picture_on() -> None:
    notices = Notices()
    notices.say_briefly("window 3 to 4")
    assert notices.due_s == math.inf
    notices.look(10.0)
    assert notices.due_s == 13.0
    notices.look(12.9)
    assert notices.speaks
    notices.say_briefly("window 3 to 5")
    notices.look(13.1)
    assert notices.speaks
    assert notices.due_s == pytest.approx(16.1)
    notices.look(16.2)
    assert notices.due_s == math.inf
    assert notices.panels(800, 600, 1.0) == ()


def test_another_message_stays() -> None:
    notices = Notices()
    notices.say_briefly("window 3 to 4")
    notices.look(10.0)
    notices.say("no such file")
    notices.look(20.0)
    assert notices.speaks
