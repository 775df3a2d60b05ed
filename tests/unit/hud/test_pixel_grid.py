"""Values in pixels: how they are written, where they fit, and what is read for them."""

from collections.abc import Callable, Sequence
from dataclasses import replace
from typing import Any

import numpy as np
import pytest
from numpy.typing import NDArray

from glview.hud.cells import CHARACTERS, PLAIN_COLOR, RGB_COLORS, Room, written
from glview.hud.pixel_grid import PixelGridItem
from glview.hud.sight import Sight
from glview.image import Channel, ColorModel, ImageDescription, SampleType
from glview.pixel_block import PixelBlock
from glview.pyramid import IntRect, Level, Pyramid
from glview.reach import Limits
from glview.viewport import Viewport

PYRAMID = Pyramid(400, 300, (Level(400, 300, 1.0, 1.0, tile_width=256, tile_height=256),))
LARGE = Room(500.0, 1.0)


def described(sample_type: SampleType, bands: int = 1) -> ImageDescription:
    model = ColorModel.RGB if bands == 3 else ColorModel.CHANNELS
    return ImageDescription("x", "TIFF", PYRAMID, sample_type, model, bands)


def block(samples: NDArray[np.generic], present: bool = True) -> PixelBlock:
    return PixelBlock(10, 20, samples, np.full(samples.shape[:2], present))


def read(codes: NDArray[np.uint8] | None) -> list[str]:
    """The lines that codes stand for."""
    assert codes is not None
    rows = codes.reshape(-1, codes.shape[-1])
    return ["".join(CHARACTERS[code] for code in row) for row in rows]


@pytest.mark.parametrize(
    ("sample_type", "values"),
    [
        (SampleType.U8, [0, 7, 10, 99, 100, 255]),
        (SampleType.U16, [0, 1, 1000, 65535]),
        (SampleType.S16, [-32768, -1, 0, 5, 32767]),
        (SampleType.S16, [3, 4]),
    ],
)
def test_whole_numbers_are_written_whole(sample_type: SampleType, values: list[int]) -> None:
    samples = np.array(values, sample_type.dtype).reshape(1, -1, 1)
    lines = read(written(block(samples), described(sample_type), LARGE).codes)
    width = max(len(str(value)) for value in values)
    assert [line.strip() for line in lines] == [str(value) for value in values]
    assert lines == [line.strip().rjust(len(lines[0])) for line in lines]
    assert len(lines[0]) <= width + 1


DECIMALS = [0.0, 1.0, -2.5, 1021.4, 1 / 3, 1e-7, 3e20, 123456.789, 2e8 / 3, 5.0123e-6]


def decimals(
    room: Room, values: Sequence[float] = DECIMALS, sample_type: SampleType = SampleType.F32
) -> list[str]:
    samples = np.array(values, np.float32).reshape(1, -1, 1)
    codes = written(block(samples), described(sample_type), room).codes
    return [line.strip() for line in read(codes)]


def test_decimals_have_the_digits_that_their_type_has_where_there_is_room() -> None:
    assert decimals(LARGE) == [
        "0",
        "1",
        "-2.5",
        "1021.4",
        "0.33333334",
        "1e-7",
        "3e20",
        "123456.79",
        "66666668",
        "5.0123e-6",
    ]
    assert decimals(LARGE, [np.nan, np.inf, -np.inf]) == ["nan", "inf", "-inf"]


def test_in_less_room_they_have_the_digits_that_fit_and_three_at_least() -> None:
    # Seven characters of 8 pixels, and 2 pixels on each side.
    assert decimals(Room(60.0, 1.0)) == [
        "0",
        "1",
        "-2.5",
        "1021.4",
        "0.33333",
        "1e-7",
        "3e20",
        "123457",
        "6.667e7",
        "5.01e-6",
    ]
    near = [0.125, 1 / 3, 9.9996, 1021.4, -0.5, 12345.6, 1.0]
    assert decimals(Room(44.0, 1.0), near) == ["0.125", "0.333", "10", "1021", "-0.5", "12346", "1"]


def test_numbers_of_a_thousand_are_plain_in_cells_of_a_hundred_pixels() -> None:
    told = decimals(Room(100.0, 1.0), [1021.4, 1034.25, 999.5, 1000.0])
    assert told == ["1021.4", "1034.25", "999.5", "1000"]


def test_red_green_and_blue_are_tinted_and_what_is_beside_them_is_not() -> None:
    channels = (*(Channel(),) * 3, Channel(beside_rgb=True))
    more = replace(described(SampleType.U8, 4), channels=channels)
    colors = written(block(np.zeros((3, 3, 4), np.uint8)), more, LARGE).colors
    assert colors == (*RGB_COLORS, PLAIN_COLOR)


def test_decimals_that_cannot_have_three_digits_are_not_written() -> None:
    samples = np.full((30, 30, 1), 1 / 3, np.float32)
    assert written(block(samples), described(SampleType.F32), Room(43.0, 1.0)).codes is None


def test_nor_is_time_spent_on_them(monkeypatch: pytest.MonkeyPatch) -> None:
    written_out = []
    monkeypatch.setattr("glview.hud.decimals.fitting", lambda *told: written_out.append(told))
    samples = np.full((30, 30, 1), 1 / 3, np.float32)
    written(block(samples), described(SampleType.F32), Room(43.0, 1.0))
    assert not written_out


@pytest.mark.parametrize("side", [30.0, 40.0, 56.0, 72.0, 100.0, 200.0])
@pytest.mark.parametrize("degrees", [0.0, 30.0, 45.0])
@pytest.mark.parametrize("ratio", [1.0, 2.0])
def test_what_is_written_for_a_room_has_room(side: float, degrees: float, ratio: float) -> None:
    samples = np.geomspace(1e-9, 1e9, 200).astype(np.float32).reshape(1, -1, 1)
    room = Room(side * ratio, ratio, Viewport(10, 10, rotation=degrees).direction)
    values = written(block(samples), described(SampleType.F32), room)
    assert (values.codes is None) == (values.text(room) is None)
    assert values.serves(values.rect, room)


def test_values_are_written_anew_where_more_or_fewer_digits_fit() -> None:
    thirds = block(np.full((1, 1, 1), 1 / 3, np.float32))
    values = written(thirds, described(SampleType.F32), Room(60.0, 1.0))
    assert values.serves(values.rect, Room(67.0, 1.0))
    assert not values.serves(values.rect, Room(68.0, 1.0))
    assert not values.serves(values.rect, Room(59.0, 1.0))
    # Where not even three digits fit, there is nothing to be written.
    assert values.serves(values.rect, Room(43.0, 1.0))
    halves = written(block(np.full((1, 1, 1), 0.5, np.float32)), described(SampleType.F32), LARGE)
    assert halves.serves(halves.rect, Room(2000.0, 1.0))
    assert halves.serves(halves.rect, Room(34.0, 1.0))


def test_values_far_from_0_are_told_apart() -> None:
    samples = (2_459_000.5 + np.arange(3) * 1e-5).reshape(1, -1, 1)
    far = replace(described(SampleType.F32), offset=2_459_000.0)
    codes = written(block(samples), far, LARGE).codes
    assert [line.strip() for line in read(codes)] == ["2459000.5", "2459000.50001", "2459000.50002"]


def test_each_band_has_a_line_four_at_most_and_what_is_missing_is_blank() -> None:
    samples = np.arange(24, dtype=np.uint8).reshape(2, 2, 6)
    values = written(block(samples), described(SampleType.U8, 6), LARGE)
    assert values.lines == 4
    assert [
        line.strip() for line in read(values.codes[1, 1] if values.codes is not None else None)
    ] == ["18", "19", "20", "21"]
    missing = written(block(samples, present=False), described(SampleType.U8, 6), LARGE)
    assert missing.codes is not None
    assert not missing.codes.any()


@pytest.mark.parametrize("side", [24.0, 30.0, 44.0, 47.0, 64.0, 128.0])
@pytest.mark.parametrize("degrees", [0.0, 30.0, 45.0, 90.0])
@pytest.mark.parametrize("ratio", [1.0, 2.0])
def test_what_is_written_stays_in_its_pixel(side: float, degrees: float, ratio: float) -> None:
    samples = np.full((1, 1, 3), 255, np.uint8)
    values = written(block(samples), described(SampleType.U8, 3), LARGE)
    direction = Viewport(10, 10, rotation=degrees).direction
    text = values.text(Room(side, ratio, direction))
    if text is None:
        # There is none only where the smallest type would not fit.
        assert side < 64.0 * ratio
        return
    _, height, width, _ = text.glyphs.shape
    half = np.array([values.characters * width, values.lines * height]) / 2
    cos, sin = abs(direction[0]), abs(direction[1])
    assert half @ (cos, sin) <= side / 2
    assert half @ (sin, cos) <= side / 2


def test_larger_pixels_have_larger_letters_of_one_size_each() -> None:
    values = written(block(np.full((1, 1, 3), 255, np.uint8)), described(SampleType.U8, 3), LARGE)
    heights = []
    for side in (48.0, 64.0, 128.0):
        text = values.text(Room(side, 1.0))
        assert text is not None
        heights.append(text.glyphs.shape[1])
        again = values.text(Room(side, 1.0))
        assert again is not None
        assert again.glyphs is text.glyphs  # and are uploaded once
    assert heights == sorted(heights)
    assert heights[0] < heights[-1]


@pytest.mark.parametrize("ratio", [1.0, 2.0])
def test_at_the_largest_zoom_colours_fit_on_any_screen(ratio: float) -> None:
    values = written(block(np.full((1, 1, 3), 255, np.uint8)), described(SampleType.U8, 3), LARGE)
    assert values.text(Room(Limits().max_scale, ratio)) is not None


class Reader:
    """Answers what was asked, when it is told to."""

    def __init__(self, dtype: str = "uint8") -> None:
        self.asked: list[IntRect] = []
        self.then: Callable[[PixelBlock], object] = lambda _: None
        self.made: object = None
        self.dtype = np.dtype(dtype)
        self.item = PixelGridItem(self.ask, self.take)

    def ask(self, rect: IntRect, then: Callable[[PixelBlock], Any]) -> None:
        self.asked.append(rect)
        self.then = then

    def take(self) -> object:
        made, self.made = self.made, None
        return made

    def waits(self) -> bool:
        return self.item.waiting

    def give(self) -> None:
        x0, y0, x1, y1 = self.asked[-1]
        samples = np.full((y1 - y0, x1 - x0, 1), 0.125 if self.dtype.kind == "f" else 0, self.dtype)
        self.made = self.then(PixelBlock(x0, y0, samples, np.ones(samples.shape[:2], np.bool_)))


def test_it_reads_what_is_in_sight_and_around_it_and_not_again() -> None:
    reader, view = Reader(), Viewport(800, 600, 200.0, 150.0, 40.0)
    sight = Sight(described(SampleType.U8), view, 1.0, 0.0, None)
    grid = reader.item.grid(sight)
    assert grid is not None
    assert grid.text is None
    assert reader.waits()
    (x0, y0, x1, y1), seen = reader.asked[0], view.i_bounds()
    assert x0 < seen.x0 - 4
    assert y1 > seen.y1 + 4
    assert (x1 - x0) * (y1 - y0) < 3 * 800 * 600 / 40**2
    reader.item.grid(sight)
    assert len(reader.asked) == 1
    reader.give()
    grid = reader.item.grid(sight)
    assert grid is not None
    assert grid.text is not None
    assert not reader.waits()
    panned = replace(sight, view=view.panned(-100.0, 0.0))
    again = reader.item.grid(panned)
    assert again is not None
    assert again.text is grid.text
    assert len(reader.asked) == 1
    reader.item.grid(replace(sight, view=view.panned(-3000.0, 0.0)))
    assert len(reader.asked) == 2


def test_small_pixels_have_no_lines_and_middling_ones_no_values() -> None:
    reader, view = Reader(), Viewport(800, 600, 200.0, 150.0, 7.9)
    sight = Sight(described(SampleType.U8, 3), view, 1.0, 0.0, None)
    assert reader.item.grid(sight) is None
    assert reader.item.grid(replace(sight, view=replace(view, scale=8.0))) is not None
    assert not reader.asked
    assert reader.item.grid(replace(sight, pixel_ratio=2.0, view=replace(view, scale=8.0))) is None


def test_beside_the_image_nothing_is_read() -> None:
    reader = Reader()
    view = Viewport(800, 600, -5000.0, 150.0, 40.0)
    assert reader.item.grid(Sight(described(SampleType.U8), view, 1.0, 0.0, None)) is not None
    assert not reader.asked
    assert not reader.waits()


def test_values_that_would_not_be_seen_are_not_written() -> None:
    reader, view = Reader("float32"), Viewport(800, 600, 200.0, 150.0, 18.0)
    sight = Sight(described(SampleType.F32), view, 1.0, 0.0, None)
    for _ in range(3):
        grid = reader.item.grid(sight)
        assert grid is not None
        assert grid.text is None
        if reader.waits():
            reader.give()
    # Read once, to know how long they are; at 18 pixels a side no value has room.
    assert len(reader.asked) == 1
    closer = replace(sight, view=replace(view, scale=60.0))
    reader.item.grid(closer)
    assert len(reader.asked) == 2
    reader.give()
    grid = reader.item.grid(closer)
    assert grid is not None
    assert grid.text is not None
