"""Which displays are a hand's doing."""

from dataclasses import replace

from glview.canvases.as_left import AsLeft
from glview.display import WHITE, Display, Window
from glview.image import Axis, ColorModel, ImageDescription, SampleType
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
OTHER = replace(FIRST, windows=(Window(7, 9),))


def test_what_a_hand_has_made_comes_back_and_is_forgotten_as_it_came() -> None:
    left = AsLeft()
    left.came((0,))
    left.changed("/a.tif", SHOWN, FIRST, MADE)
    assert AsLeft(left.text()).before("/a.tif", SHOWN, FIRST) == MADE
    left.changed("/a.tif", SHOWN, FIRST, FIRST)
    assert left.before("/a.tif", SHOWN, FIRST) is None


def test_what_an_image_came_with_is_no_hands_doing_on_another_plane() -> None:
    left = AsLeft()
    left.came((0,))
    left.changed("/a.tif", SHOWN, FIRST, FIRST)
    second = replace(SHOWN, plane=(1,))
    left.changed("/a.tif", second, OTHER, FIRST)
    assert left.before("/a.tif", second, OTHER) is None


def test_each_channel_along_an_axis_is_remembered_by_itself() -> None:
    left = AsLeft()
    left.came((0,))
    second = replace(SHOWN, plane=(1,))
    left.changed("/a.tif", second, FIRST, MADE)
    assert left.before("/a.tif", SHOWN, FIRST) is None
    assert left.before("/a.tif", second, FIRST) == MADE


def test_an_image_that_is_not_the_paths_is_not_remembered_as_that() -> None:
    left = AsLeft()
    left.changed("/b.tif", SHOWN, FIRST, MADE)
    assert left.before("/b.tif", SHOWN, FIRST) is None


def test_each_image_of_a_file_is_remembered_by_itself() -> None:
    left = AsLeft()
    second = replace(SHOWN, series=1)
    left.came((0,))
    left.changed("/a.tif", second, FIRST, MADE)
    assert left.before("/a.tif", second, FIRST) == MADE
    assert left.before("/a.tif", SHOWN, FIRST) is None
