"""Which displays are a hand's doing."""

from dataclasses import replace

from glview.canvases.as_left import AsLeft, Left
from glview.display import WHITE, Display, Transfer, Window, WindowOrigin
from glview.image import Axis, ColorModel, ImageDescription, SampleType
from glview.planes import parse_plane
from glview.pyramid import Level, Pyramid

PYRAMID = Pyramid(8, 8, (Level(8, 8, 1.0, 1.0),))
SHOWN = ImageDescription(
    "/a.tif",
    "test",
    PYRAMID,
    SampleType.U16,
    ColorModel.GREY,
    1,
    axes=(Axis("channel", 3),),
    plane=(0,),
)
FIRST = Display((Window(0, 65_535),), (WHITE,))
MADE = replace(FIRST, windows=(Window(100, 200),))
FOUND, ASKED, SET = WindowOrigin
OTHER = replace(FIRST, windows=(Window(7, 9),))


def test_what_a_hand_has_made_comes_back_and_is_forgotten_as_it_came() -> None:
    left = AsLeft()
    left.changed("/a.tif", SHOWN, FIRST, MADE, SET)
    assert AsLeft(left.text()).before("/a.tif", SHOWN, FIRST) == Left(MADE, SET)
    left.changed("/a.tif", SHOWN, FIRST, FIRST, FOUND)
    assert left.before("/a.tif", SHOWN, FIRST) is None


def test_what_an_image_came_with_is_no_hands_doing_on_another_plane() -> None:
    left = AsLeft()
    second = replace(SHOWN, plane=(1,))
    left.changed("/a.tif", second, OTHER, FIRST, FOUND)
    assert left.before("/a.tif", second, OTHER) is None


def test_each_channel_along_an_axis_is_remembered_by_itself() -> None:
    left = AsLeft()
    second = replace(SHOWN, plane=(1,))
    left.changed("/a.tif", second, FIRST, MADE, SET)
    assert left.before("/a.tif", SHOWN, FIRST) is None
    assert left.before("/a.tif", second, FIRST) == Left(MADE, SET)


def test_an_image_that_is_not_the_paths_is_not_remembered_as_that() -> None:
    left = AsLeft()
    left.changed("/b.tif", SHOWN, FIRST, MADE, SET)
    assert left.before("/b.tif", SHOWN, FIRST) is None


def test_each_image_of_a_file_is_remembered_by_itself() -> None:
    left = AsLeft()
    second = replace(SHOWN, series=1)
    left.changed("/a.tif", second, FIRST, MADE, SET)
    assert left.before("/a.tif", second, FIRST) == Left(MADE, SET)
    assert left.before("/a.tif", SHOWN, FIRST) is None


def test_of_a_curve_that_is_kept_the_windows_are_found_anew() -> None:
    left = AsLeft()
    left.changed("/a.tif", SHOWN, FIRST, replace(FIRST, transfer=Transfer.LOG), FOUND)
    kept = AsLeft(left.text()).before("/a.tif", SHOWN, OTHER)
    assert kept == Left(replace(OTHER, transfer=Transfer.LOG), FOUND)


def test_windows_that_were_asked_for_come_back_as_such() -> None:
    left = AsLeft()
    left.changed("/a.tif", SHOWN, FIRST, MADE, ASKED)
    assert AsLeft(left.text()).before("/a.tif", SHOWN, FIRST) == Left(MADE, ASKED)


def test_the_plane_is_remembered_with_the_display_in_words_that_count() -> None:
    left = AsLeft()
    third = replace(SHOWN, axes=(Axis("t", 2), Axis("z", 9)), plane=(0, 2))
    left.changed("/a.tif", third, FIRST, MADE, SET)
    words = AsLeft(left.text()).plane("/a.tif")
    assert parse_plane(words, third) == (0, 2)
    left.changed("/a.tif", third, FIRST, FIRST, FOUND)
    assert left.plane("/a.tif") == ""
