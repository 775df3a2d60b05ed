"""Planes in words, and steps from one to another."""

import pytest

from glview.image import Axis, ColorModel, ImageDescription, SampleType
from glview.planes import Seen, no_plane, parse_plane, plane_in_words, plane_text, stepped
from glview.pyramid import Level, Pyramid

AXES = (Axis("t", 2), Axis("z", 5))
LEVEL = Level(10, 10, 1.0, 1.0, tile_width=10, tile_height=10)


def described(*axes: Axis) -> ImageDescription:
    pyramid = Pyramid(10, 10, (LEVEL,))
    return ImageDescription(
        "a.tif",
        "TIFF",
        pyramid,
        SampleType.U8,
        ColorModel.GREY,
        1,
        axes=axes,
        plane=(0,) * len(axes),
    )


def test_a_plane_is_told_from_one_on() -> None:
    assert plane_text(AXES, (0, 3)) == "t 1 of 2 · z 4 of 5"
    assert plane_text((Axis("channel", 2, ("DAPI", "GFP")),), (1,)) == "channel 2 of 2 (GFP)"


@pytest.mark.parametrize(
    ("axis", "by", "plane"),
    [(-1, 1, (0, 3)), (-1, -1, (0, 1)), (-1, 9, (0, 4)), (-1, -9, (0, 0)), (-2, 1, (1, 2))],
)
def test_steps_end_at_the_ends(axis: int, by: int, plane: tuple[int, ...]) -> None:
    assert stepped(AXES, (0, 2), axis, by) == plane


@pytest.mark.parametrize(
    ("text", "plane"), [("z=3", (0, 2)), ("t=2, z=5", (1, 4)), ("z=1,t=1", (0, 0))]
)
def test_words_for_a_plane(text: str, plane: tuple[int, ...]) -> None:
    assert parse_plane(text, described(*AXES)) == plane


@pytest.mark.parametrize(
    ("text", "fault"),
    [
        ("z=0", "z goes from 1 to 5, not to '0'"),
        ("z=6", "z goes from 1 to 5, not to '6'"),
        ("z=", "z goes from 1 to 5, not to ''"),
        ("y=1", "no axis 'y': it has t, z"),
        ("", "no axis '': it has t, z"),
    ],
)
def test_words_that_name_none(text: str, fault: str) -> None:
    with pytest.raises(ValueError, match="^" + fault.replace("(", r"\(") + "$"):
        parse_plane(text, described(*AXES))


def test_the_beginning_of_an_axis_names_it_where_no_other_begins_so() -> None:
    axes = (Axis("channel", 30), Axis("cycle", 4))
    assert parse_plane("ch=7", described(*axes)) == (6, 0)
    with pytest.raises(ValueError, match="no axis 'c': it has channel, cycle"):
        parse_plane("c=1", described(*axes))


def test_an_image_of_one_picture_has_no_planes() -> None:
    with pytest.raises(ValueError, match="one picture only"):
        parse_plane("z=1", described())
    assert no_plane((), (1,)) == "there is no plane (1,): it has one picture only"
    assert no_plane(AXES, (9, 9)) == "there is no plane (9, 9): it has 2 of t, 5 of z"


@pytest.mark.parametrize(
    ("axes", "plane"),
    [
        (AXES, (1, 4)),
        ((Axis("t", 2), Axis("z", 3)), (1, 2)),
        ((Axis("z", 9),), (4,)),
        ((Axis("t", 1), Axis("z", 5), Axis("channel", 3)), (0, 4, 0)),
        ((Axis("page", 7),), (0,)),
        ((), ()),
    ],
)
def test_in_a_file_that_has_changed_the_nearest_plane_is_shown(
    axes: tuple[Axis, ...], plane: tuple[int, ...]
) -> None:
    assert Seen(AXES, (1, 4)).nearest(axes) == plane


def test_axes_are_named_in_capitals_too() -> None:
    axes = (Axis("t", 5), Axis("z", 9), Axis("Sample", 3))
    assert plane_in_words("Z=4,T=2,s=3", axes) == (1, 3, 2)


MARKERS = (Axis("channel", 4, ("DAPI", "CD8", "488", "cd8")),)


@pytest.mark.parametrize(
    ("asked", "at"), [("dapi", 0), ("DAPI", 0), ("488", 2), ("2", 1), ("4", 3)]
)
def test_a_plane_is_named_as_the_file_calls_it(asked: str, at: int) -> None:
    assert plane_in_words(f"channel={asked}", MARKERS) == (at,)


@pytest.mark.parametrize(
    ("asked", "fault"),
    [
        ("GFP", "channel goes from 1 to 4, or by a name, not to 'GFP'"),
        ("CD8", "2 of channel are called 'CD8': say its number"),
        ("5", "channel goes from 1 to 4, or by a name, not to '5'"),
    ],
)
def test_names_that_mean_no_plane_or_several(asked: str, fault: str) -> None:
    with pytest.raises(ValueError, match=f"^{fault}$"):
        plane_in_words(f"channel={asked}", MARKERS)
