"""Promise: what has more than 8 bits comes up in windows that suit it, and nothing pops."""

import threading
from collections.abc import Callable, Iterator
from dataclasses import replace

import numpy as np
import pytest
from numpy.typing import NDArray

from glview.display import PRIMARIES, RGB, Transfer, Window, WindowOrigin
from glview.image import Channel, Tile
from glview.incoming import Incoming
from glview.options import ViewerOptions, WindowRule
from glview.pyramid import IntRect, TileKey
from glview.sources.array import array_source
from glview.sources.base import ColorModel, SampleType, TileSource
from glview.sources.model import PixelModel
from glview.sources.synthetic import (
    FunctionSource,
    KeyedSource,
    SyntheticOptions,
    halving_pyramid,
)
from glview.viewport import Viewport
from tests.unit.recorder import until
from tests.unit.test_viewer import OPTIONS, Seat

U16 = SyntheticOptions(model=PixelModel(SampleType.U16, ColorModel.GREY, 1))
FULL = (Window(0, 65_535),)
MakeSeat = Callable[..., Seat]


@pytest.fixture
def seat() -> Iterator[MakeSeat]:
    seats: list[Seat] = []

    def make(options: ViewerOptions = OPTIONS) -> Seat:
        seats.append(Seat(options))
        return seats[-1]

    yield make
    for made in seats:
        made.viewer.close()


def ramp(width: int = 600, height: int = 400) -> NDArray[np.uint16]:
    """From 1000 to 2000, left to right."""
    across = np.linspace(1000, 2000, width)
    return np.rint(np.tile(across, (height, 1))).astype(np.uint16)


def windows(seat: Seat) -> tuple[Window, ...]:
    display = seat.viewer.display
    assert display is not None
    return display.windows


def test_a_first_picture_is_in_its_windows_and_so_are_all_that_follow(seat: MakeSeat) -> None:
    made = seat()
    made.opened(ramp())
    made.settle()
    shown = {frame.display.windows for frame in made.renderer.frames}
    assert shown == {(Window(1000, 1998),)}
    assert windows(made) == (Window(1000, 1998),)


def test_without_the_option_it_is_the_full_range(seat: MakeSeat) -> None:
    made = seat(replace(OPTIONS, auto_window=False))
    made.opened(ramp())
    made.settle()
    assert windows(made) == FULL


def test_8_bits_are_shown_as_they_are(seat: MakeSeat) -> None:
    made = seat()
    made.opened((ramp() // 16).astype(np.uint8))
    made.settle()
    assert windows(made) == (Window(0, 255),)


def test_a_display_that_is_given_is_kept_to_the_letter(seat: MakeSeat) -> None:
    made = seat()
    made.opened(ramp())
    display = made.viewer.display
    assert display is not None
    # As it is already, but said.
    made.viewer.display = replace(display, windows=(Window(0, 65_535),))
    made.settle()
    assert {frame.display.windows for frame in made.renderer.frames} == {FULL}


def test_windows_of_the_options_are_the_last_word(seat: MakeSeat) -> None:
    made = seat(replace(OPTIONS, display=lambda shown: replace(shown, windows=(Window(3, 9),))))
    made.opened(ramp())
    made.settle()
    assert windows(made) == (Window(3, 9),)
    made.viewer.update_display(windows=(Window(5, 6),))
    made.viewer.reset_display()
    assert windows(made) == (Window(3, 9),)


def test_options_that_say_something_else_leave_windows_to_be_found(seat: MakeSeat) -> None:
    made = seat(replace(OPTIONS, display=lambda shown: replace(shown, transfer=Transfer.LOG)))
    made.opened(ramp())
    made.settle()
    assert windows(made) == (Window(1000, 1998),)
    assert made.viewer.display is not None
    assert made.viewer.display.transfer is Transfer.LOG


def test_what_is_said_of_anything_else_leaves_windows_to_be_found(seat: MakeSeat) -> None:
    made = seat()
    made.opened(ramp())
    made.viewer.update_display(transfer=Transfer.LOG)
    made.settle()
    assert windows(made) == (Window(1000, 1998),)
    assert made.viewer.display is not None
    assert made.viewer.display.transfer is Transfer.LOG


def test_a_display_is_told_of_once_for_each_change(seat: MakeSeat) -> None:
    made = seat()
    told: list[tuple[Window, ...]] = []
    made.viewer._telling.events = replace(
        made.viewer._telling.events, display_changed=lambda display: told.append(display.windows)
    )
    made.opened(ramp())
    made.settle()
    made.draw()
    assert told == [(Window(1000, 1998),)]
    made.viewer.update_display(windows=(Window(5, 6),))
    made.draw()
    made.draw()
    assert told == [(Window(1000, 1998),), (Window(5, 6),)]


def test_reset_is_as_it_came_up_and_the_background_stays(seat: MakeSeat) -> None:
    made = seat()
    made.opened(array_source(np.dstack([ramp()] * 3)))
    made.settle()
    came_up = made.viewer.display
    assert came_up is not None
    made.viewer.display = replace(
        came_up,
        windows=(Window(5, 6),) * 3,
        colors=PRIMARIES[::-1],
        gamma=2.0,
        hidden=frozenset({1}),
        transfer=Transfer.ASINH,
        background=(1.0, 0.0, 0.0),
    )
    made.viewer.reset_display()
    assert made.viewer.display == replace(came_up, background=(1.0, 0.0, 0.0))


def test_a_checkerboard_is_there_from_the_first_picture_on(seat: MakeSeat) -> None:
    made = seat(replace(OPTIONS, checker=True))
    made.opened(ramp())
    made.settle()
    behind = {(frame.display.background, frame.display.checker) for frame in made.renderer.frames}
    assert behind == {((0.4, 0.4, 0.4), (0.6, 0.6, 0.6))}


def test_windows_for_what_is_in_sight(seat: MakeSeat) -> None:
    made = seat(replace(OPTIONS, prefetch=False))
    made.opened(ramp(4000, 3000))
    made.settle()
    assert windows(made) == (Window(1001, 1997),)
    made.viewer.navigator.set_view(Viewport(300, 200, 2000.0, 1000.0, 1.0))
    made.settle()
    made.viewer.auto_window()
    (found,) = windows(made)
    # From 1850 to 2150, of which every eighth pixel is known; tiles go from 1792 to 2304.
    assert found.low == pytest.approx(1463, abs=3)
    assert found.high == pytest.approx(1537, abs=3)
    assert made.viewer.visible_values().shape[0] == 1


def test_before_a_tile_in_sight_is_there_the_values_are_of_what_is(seat: MakeSeat) -> None:
    made = seat(replace(OPTIONS, prefetch=False))
    made.opened(ramp(4000, 3000))
    made.settle()
    made.viewer.navigator.set_view(Viewport(300, 200, 2000.0, 1000.0, 1.0))
    session = made.viewer._session
    assert session is not None
    session.follow(made.viewer.navigator.view, focus=None, moving=False)
    assert made.viewer.visible_values().size > 0


def test_where_nothing_is_in_sight_windows_stay(seat: MakeSeat) -> None:
    made = seat(replace(OPTIONS, prefetch=False))
    pixels = ramp().astype(np.float32)
    pixels[:, 300:] = np.nan
    made.opened(pixels)
    made.settle()
    (before,) = windows(made)
    made.viewer.navigator.set_view(Viewport(300, 200, 500.0, 200.0, 2.0))
    made.settle()
    made.viewer.auto_window()
    assert made.viewer.visible_values().shape == (1, 0)
    assert windows(made) == (before,)


def test_where_nothing_in_sight_can_be_read_no_other_values_are_told(seat: MakeSeat) -> None:
    bad = frozenset(TileKey(0, column, row) for column in range(2) for row in range(2))
    made = seat(replace(OPTIONS, prefetch=False))
    made.opened(KeyedSource(4096, 4096, replace(U16, failing=bad)))
    made.settle()
    assert made.viewer.visible_values().size > 0
    made.viewer.navigator.set_view(Viewport(300, 200, 250.0, 250.0, 1.0))
    made.settle()
    assert made.viewer.visible_values().shape == (1, 0)


def test_a_bright_half_beside_the_view_does_not_count(seat: MakeSeat) -> None:
    made = seat(replace(OPTIONS, prefetch=False))
    pixels = np.full((200, 200), 60_000, np.uint16)
    pixels[:, :100] = np.arange(100)
    made.opened(pixels)
    made.viewer.navigator.set_view(Viewport(300, 200, 50.0, 100.0, 8.0))
    made.settle()
    made.viewer.auto_window()
    # Of 37.5 pixels across.
    assert windows(made) == (Window(31, 68),)


REAL, WHOLE = ("f2", "f4", "f8"), ("u1", "u2", "i2", "i4", "u4")
LIMIT = {
    kind: np.finfo(kind).max if kind[0] == "f" else np.iinfo(kind).max for kind in REAL + WHOLE
}


@pytest.mark.parametrize("kind", [*REAL, *WHOLE])
def test_one_bright_pixel_is_none_of_what_is_in_sight(seat: MakeSeat, kind: str) -> None:
    pixels = np.tile(np.arange(50, 100), (100, 2)).astype(kind)
    pixels[20, 30] = LIMIT[kind]
    assert suited(seat(), pixels) == Window(50, 99)


@pytest.mark.parametrize("kind", [*REAL, "i2", "i4"])
def test_windows_go_below_zero(seat: MakeSeat, kind: str) -> None:
    assert suited(seat(), np.tile(np.arange(-100, -50), (100, 2)).astype(kind)) == Window(-100, -51)


@pytest.mark.parametrize("kind", REAL)
def test_what_is_no_number_is_not_in_sight(seat: MakeSeat, kind: str) -> None:
    pixels = np.tile(np.arange(-50, 50), (100, 1)).astype(kind)
    pixels[:20], pixels[20:40], pixels[40:60] = np.nan, np.inf, -np.inf
    assert suited(seat(), pixels) == Window(-50, 49)


@pytest.mark.parametrize(
    ("kind", "expected"),
    [
        *((kind, Window(0, 7)) for kind in (*REAL, "i4", "u4")),
        *(("u1", Window(0, 255)), ("u2", Window(0, 65_535)), ("i2", Window(-32_768, 32_767))),
    ],
)
def test_one_value_alone_has_a_window_of_some_width(
    seat: MakeSeat, kind: str, expected: Window
) -> None:
    assert suited(seat(), np.full((100, 100), 7, kind)) == expected


def suited(made: Seat, pixels: NDArray[np.generic]) -> Window:
    """The window of all of an image, which is in sight."""
    made.opened(pixels)
    made.settle()
    came_up = made.viewer.display
    made.viewer.update_display(windows=(Window(3, 4),))
    made.viewer.auto_window()
    (found,) = windows(made)
    made.viewer.reset_display()
    assert made.viewer.display == came_up
    return found


def paint(level: int, rect: IntRect) -> NDArray[np.uint16]:
    """From 100 on in the first level, from 200 on in the next one, and so on."""
    columns = np.arange(rect.width, dtype=np.uint16) % 50 + 100 * (level + 1)
    return np.tile(columns[:, None], (rect.height, 1, 1))


class Late(FunctionSource):
    """Its overview comes when it is let."""

    def __init__(self) -> None:
        super().__init__(halving_pyramid(4096, 4096, U16), paint, U16)
        self.let = threading.Event()

    def read_tile(self, key: TileKey) -> Tile | None:
        if key == TileKey(2, 3, 3):
            self.let.wait(20.0)
        return super().read_tile(key)


def test_an_overview_that_is_late_is_waited_for_half_a_second(seat: MakeSeat) -> None:
    source = Late()
    made = seat(replace(OPTIONS, workers=4, prefetch=False))
    try:
        made.opened(source)
        made.viewer.navigator.set_view(Viewport(300, 200, 100.0, 100.0, 1.0))
        until(lambda: made.draw() or bool(made.renderer.frames))
        until(lambda: not made.draw() and made.now > 2.0)
        # Of each eighth column of the tiles in sight.
        assert {frame.display.windows for frame in made.renderer.frames} == {(Window(100, 148),)}
        assert not made.viewer.settled
    finally:
        source.let.set()
    made.settle()
    assert windows(made) == (Window(300, 548),)


def test_where_there_is_no_room_for_the_overview_the_picture_tells(seat: MakeSeat) -> None:
    source = FunctionSource(halving_pyramid(4096, 4096, U16), paint, U16)
    made = seat(replace(OPTIONS, gpu_bytes=1, prefetch=False))
    made.opened(source)
    made.settle()
    assert windows(made) == (Window(500, 549),)


def coming(made: Seat) -> Incoming:
    """The image that is made ready."""

    def found() -> bool:
        made.viewer.poll()
        return made.viewer._images.incoming is not None

    until(found)
    incoming = made.viewer._images.incoming
    assert incoming is not None
    return incoming


def in_its_place(seat: Seat, what: object) -> tuple[Window, ...]:
    """The windows of what has taken the place of the image shown, the same in all its frames."""
    seat.viewer.open(what, keep_view=True)
    coming(seat)
    before = len(seat.renderer.frames)
    until(lambda: not seat.draw() and seat.viewer._images.incoming is None)
    seat.settle()
    session = seat.viewer._images.shown
    assert session is not None
    frames = seat.renderer.frames[before:]
    shown = {frame.display.windows for frame in frames if frame.scene is session._scene}
    assert shown == {windows(seat)}
    return windows(seat)


def test_what_takes_an_images_place_is_in_its_own_windows_from_its_first_frame_on(
    seat: MakeSeat,
) -> None:
    made = seat()
    made.opened(ramp())
    made.settle()
    assert in_its_place(made, ramp() + np.uint16(500)) == (Window(1500, 2498),)
    assert made.viewer.window_origin is WindowOrigin.FOUND


def test_windows_for_what_was_in_sight_are_not_those_of_the_next_image(seat: MakeSeat) -> None:
    made = seat()
    made.opened(ramp())
    made.settle()
    made.viewer.auto_window(WindowRule.ZSCALE)
    assert made.viewer.window_origin is WindowOrigin.ASKED
    assert in_its_place(made, ramp() + np.uint16(500)) == (Window(1500, 2498),)


def test_what_is_set_is_that_of_the_next_image_until_it_is_given_back(seat: MakeSeat) -> None:
    made = seat()
    made.opened(ramp())
    made.settle()
    made.viewer.update_display(windows=(Window(7, 99),), transfer=Transfer.LOG)
    assert in_its_place(made, ramp() + np.uint16(500)) == (Window(7, 99),)
    assert made.viewer.display is not None
    assert made.viewer.display.transfer is Transfer.LOG
    assert made.viewer.window_origin is WindowOrigin.SET
    made.viewer.reset_display()
    assert in_its_place(made, ramp()) == (Window(1000, 1998),)


def test_windows_given_back_while_another_comes_are_not_its_either(seat: MakeSeat) -> None:
    made = seat()
    made.opened(ramp())
    made.settle()
    made.viewer.update_display(windows=(Window(7, 99),))
    made.viewer.open(ramp() + np.uint16(500), keep_view=True)
    assert coming(made).session.display.windows == (Window(7, 99),)
    made.viewer.reset_display()
    until(lambda: not made.draw() and made.viewer._images.incoming is None)
    made.settle()
    assert windows(made) == (Window(1500, 2498),)


def test_colours_that_a_file_tells_are_not_those_of_the_next(seat: MakeSeat) -> None:
    red, green = (1.0, 0.0, 0.0), (0.0, 1.0, 0.0)
    made = seat()
    made.opened(colored(red))
    made.settle()
    in_its_place(made, colored(green))
    assert made.viewer.display is not None
    assert made.viewer.display.colors == (green,)


def colored(color: RGB) -> TileSource:
    source = array_source(ramp())
    source._description = replace(source.description, channels=(Channel(color=color),))
    return source


def test_but_what_else_is_set_comes_before_windows_are_found(seat: MakeSeat) -> None:
    source = Late()
    made = seat(replace(OPTIONS, workers=4, prefetch=False))
    try:
        made.opened(source)
        made.viewer.update_display(transfer=Transfer.LOG)
        made.draw()
        assert not made.viewer.settled
        made.viewer.open(np.full((4096, 4096), 7, np.uint16), keep_view=True)
        incoming = coming(made)
        assert not incoming.session.is_windowed
        assert incoming.session.display.transfer is Transfer.LOG
    finally:
        source.let.set()


def shown_on(background: tuple[float, float, float] | None) -> TileSource:
    source = array_source(np.full((400, 600, 3), 7, np.uint8))
    source._description = replace(source.description, background=background)
    return source


@pytest.mark.parametrize(
    ("hand", "expected"), [(None, (1.0, 1.0, 1.0)), ((0.0, 1.0, 0.0), (0.0, 1.0, 0.0))]
)
def test_what_takes_an_images_place_has_its_own_background_unless_one_was_set(
    seat: MakeSeat, hand: tuple[float, float, float] | None, expected: tuple[float, float, float]
) -> None:
    made = seat(replace(OPTIONS, background=None))
    made.opened(shown_on(None))
    made.settle()
    assert made.viewer.display is not None
    assert made.viewer.display.background == (0.1, 0.1, 0.11)
    if hand is not None:
        made.viewer.update_display(background=hand)
    made.viewer.open(shown_on((1.0, 1.0, 1.0)), keep_view=True)
    coming(made)
    until(lambda: not made.draw() and made.viewer._images.incoming is None)
    assert made.viewer.display.background == expected


def test_the_background_that_is_asked_for_counts_for_every_image(seat: MakeSeat) -> None:
    made = seat(replace(OPTIONS, background=(0.0, 0.0, 1.0)))
    made.opened(shown_on((1.0, 1.0, 1.0)))
    assert made.viewer.display is not None
    assert made.viewer.display.background == (0.0, 0.0, 1.0)


def starry(kind: str = "f4") -> NDArray[np.generic]:
    """A sky from 100 to 119 with stars up to 250 in a tenth of it."""
    sky = np.tile(np.arange(100, 120), (200, 10))
    sky[::10] = np.linspace(130, 250, 200).astype(int)
    return sky.astype(kind)


ZSCALED = replace(OPTIONS, window_rule=WindowRule.ZSCALE)


@pytest.mark.parametrize("kind", ["u1", "u2", "i2", "f4", "f8"])
def test_by_zscale_a_window_is_for_the_sky_and_not_for_stars(seat: MakeSeat, kind: str) -> None:
    made = seat(ZSCALED)
    made.opened(starry(kind))
    made.settle()
    (found,) = windows(made)
    assert found.low == 100
    assert found.high == pytest.approx(155, abs=8)


def test_by_a_hand_too_and_back(seat: MakeSeat) -> None:
    made = seat()
    made.opened(starry())
    made.settle()
    assert windows(made)[0].high > 240
    made.viewer.auto_window(WindowRule.ZSCALE)
    assert windows(made)[0].high == pytest.approx(155, abs=8)
    made.viewer.auto_window()
    assert windows(made)[0].high > 240
