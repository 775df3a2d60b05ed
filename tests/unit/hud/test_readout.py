"""The readout: what it says, what it asks for, and that it does not tremble."""

from dataclasses import replace

import pytest

from glview.frame import Panel
from glview.hud.readout import ReadoutItem, fitting, readout
from glview.hud.sight import Sight
from glview.image import Channel, ColorModel, ImageDescription, SampleType
from glview.probe import Sample
from glview.pyramid import Level, Pyramid
from glview.viewport import Point, Viewport

PYRAMID = Pyramid(4000, 3000, (Level(4000, 3000, 1.0, 1.0, tile_width=256, tile_height=256),))
RGB = ImageDescription("x", "TIFF", PYRAMID, SampleType.U8, ColorModel.RGB, 3)


@pytest.mark.parametrize(
    ("description", "values", "text"),
    [
        (RGB, (1.0, 20.0, 255.0), "1234, 56   R 1  G 20  B 255"),
        (replace(RGB, alpha=True), (1.0, 2.0, 3.0, 0.0), "1234, 56   R 1  G 2  B 3  A 0"),
        (
            replace(RGB, color_model=ColorModel.GREY, bands=1, sample_type=SampleType.U16),
            (65535.0,),
            "1234, 56   65535",
        ),
        (
            replace(RGB, color_model=ColorModel.CHANNELS, bands=2, sample_type=SampleType.F32),
            (0.125, float("nan")),
            "1234, 56   0.125  nan",
        ),
        (
            replace(
                RGB, color_model=ColorModel.GREY, bands=1, sample_type=SampleType.F32, offset=3e9
            ),
            (3_000_000_057.0,),
            "1234, 56   3000000057",
        ),
        (
            replace(RGB, pixel_size_um=(0.5, 2.0)),
            (1.0, 2.0, 3.0),
            "1234, 56   617.25, 113.00 µm   R 1  G 2  B 3",
        ),
        (RGB, (), "1234, 56"),
    ],
)
def test_it_tells_place_and_samples(
    description: ImageDescription, values: tuple[float, ...], text: str
) -> None:
    assert "".join(readout(description, (1234.5, 56.5), values)) == text


STAINED = replace(
    RGB,
    color_model=ColorModel.CHANNELS,
    sample_type=SampleType.U16,
    channels=(Channel("DAPI"), Channel("FITC"), Channel("")),
)


@pytest.mark.parametrize(
    ("description", "hidden", "text"),
    [
        (STAINED, (), "1234, 56   DAPI 106  FITC 137  channel 3 89"),
        (STAINED, {0}, "1234, 56   FITC 137  channel 3 89"),
        (replace(STAINED, channels=()), {0, 2}, "1234, 56   channel 2 137"),
        (replace(STAINED, channels=()), (), "1234, 56   106  137  89"),
        (replace(RGB, color_model=ColorModel.RGB), {1}, "1234, 56   R 106  B 89"),
        (STAINED, {0, 1, 2}, "1234, 56"),
    ],
)
def test_samples_are_told_by_the_names_of_their_channels_without_those_hidden(
    description: ImageDescription, hidden: set[int], text: str
) -> None:
    line = readout(description, (1234.5, 56.5), (106.0, 137.0, 89.0), hidden)
    assert "".join(line) == text


def test_a_long_name_leaves_room_for_its_sample() -> None:
    named = replace(STAINED, bands=1, channels=(Channel("anti-human CD45RA\nAlexa Fluor 647"),))
    assert readout(named, (1.0, 2.0), (7.0,)) == ("1, 2", "   anti-human CD45RA A… 7")


@pytest.mark.parametrize(
    ("room", "line"),
    [
        (28, "1234, 56   R 1  G 20  B 255"),
        (27, "1234, 56   R 1  G 20  B 255"),
        (26, "1234, 56   R 1  G 20  …"),
        (23, "1234, 56   R 1  G 20  …"),
        (22, "1234, 56   R 1  …"),
        (12, "1234, 56  …"),
        (10, "…"),
        (0, "…"),
    ],
)
def test_a_line_that_is_too_long_ends_at_a_whole_sample(room: int, line: str) -> None:
    pieces = readout(RGB, (1234.5, 56.5), (1.0, 20.0, 255.0))
    assert fitting(pieces, room, len) == line


def test_it_asks_once_for_a_pixel_and_never_gets_narrower() -> None:
    asked: list[tuple[float, float]] = []

    def ask(x: float, y: float) -> bool:
        asked.append((x, y))
        return True

    item = ReadoutItem(ask)

    def panel(x: float) -> object:
        view = Viewport(800, 600, 400.0, 300.0)
        return item.panel(Sight(RGB, view, 1.0, 0.0, Point(x, 300.0)))

    panel(100.25)
    panel(100.75)
    assert asked == [(100.25, 300.0)]
    item.answered(Sample(100.0, 300.0, (255.0, 255.0, 255.0)))
    wide = panel(100.5)
    assert panel(101.5) is wide  # until its answer is there: no flicker
    item.answered(Sample(101.0, 300.0, (0.0, 0.0, 0.0)))
    narrow = panel(101.5)
    assert asked[1:] == [(101.5, 300.0)]
    assert narrow is not wide
    assert narrow.pixels.shape == wide.pixels.shape  # type: ignore[attr-defined]  # there is room


@pytest.mark.parametrize("pointer", [None, Point(-700.0, 10.0)])
def test_beside_the_image_there_is_none_and_nothing_is_asked(pointer: Point | None) -> None:
    item = ReadoutItem(lambda *_: pytest.fail("asked"))
    view = Viewport(800, 600, 400.0, 300.0)
    assert item.panel(Sight(RGB, view, 1.0, 0.0, pointer)) is None


def line_at(item: ReadoutItem, x: float) -> str:
    item.panel(Sight(RGB, Viewport(800, 600, 400.0, 300.0), 1.0, 0.0, Point(x, 300.0)))
    return "".join(item._line)


def test_values_are_never_told_beside_the_place_of_others() -> None:
    item = ReadoutItem(lambda *_: True)
    assert line_at(item, 100.5) == "100, 300"
    item.answered(Sample(100.0, 300.0, (1.0, 2.0, 3.0)))
    assert line_at(item, 100.5) == "100, 300   R 1  G 2  B 3"
    # Another tile, which may take long, or never come.
    assert line_at(item, 300.5) == "300, 300"
    assert line_at(item, 100.5) == "100, 300   R 1  G 2  B 3"
    assert line_at(item, 300.5) == "300, 300"
    assert line_at(item, 101.5) == "101, 300"


def test_in_a_narrow_window_it_is_cut_and_on_another_screen_it_has_another_width() -> None:
    item = ReadoutItem(lambda *_: True)
    long = replace(RGB, bands=40, color_model=ColorModel.CHANNELS)
    view = Viewport(300, 600, 100.0, 300.0)

    def panel(ratio: float, view: Viewport = view) -> Panel:
        item.answered(Sample(100.0, 300.0, (255.0,) * 40))
        pointer = Point(view.width / 2 + 0.5, 300.5)
        made = item.panel(Sight(long, view, ratio, 0.0, pointer))
        assert made is not None
        return made

    cut = panel(1.0)
    assert cut.x >= 16
    assert cut.x + cut.pixels.shape[1] == 300 - 16
    wide = replace(view, width=3000, height=600)
    fine, coarse = panel(2.0, wide).pixels.shape, panel(1.0, wide).pixels.shape
    assert coarse[1] < 0.6 * fine[1]


def test_what_is_hidden_is_told_no_more() -> None:
    item = ReadoutItem(lambda *_: True)
    item.answered(Sample(100.0, 300.0, (106.0, 137.0, 89.0)))
    sight = Sight(STAINED, Viewport(800, 600, 400.0, 300.0), 1.0, 0.0, Point(100.5, 300.0))
    item.panel(sight)
    assert "".join(item._line) == "100, 300   DAPI 106  FITC 137  channel 3 89"
    item.panel(sight, hidden={0, 2})
    assert "".join(item._line) == "100, 300   FITC 137"


@pytest.mark.parametrize(
    ("size_um", "place", "text"),
    [
        ((0.25, 0.25), (4962.0, 5122.0), "4962, 5122   1.2405, 1.2805 mm"),
        ((0.25, 0.25), (3844.5, 0.0), "3844, 0   961.12, 0.00 µm"),
        ((2000.0, 2000.0), (4961.0, 5121.0), "4961, 5121   9.922, 10.242 m"),
        ((0.001, 0.01), (5000.0, 5e5), "5000, 500000   0.005000, 5.000000 mm"),
    ],
)
def test_a_place_is_told_as_finely_as_pixels_lie(
    size_um: tuple[float, float], place: tuple[float, float], text: str
) -> None:
    assert "".join(readout(replace(RGB, pixel_size_um=size_um), place, ())) == text
