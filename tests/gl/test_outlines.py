"""Borders over the picture: their pixels, and one draw call for all of them."""

from collections.abc import Callable, Iterator, Sequence

import numpy as np
import pytest
from numpy.typing import NDArray

from glview.frame import Outline
from glview.gl.offscreen_target import OffscreenTarget
from glview.gl.renderer import Renderer
from glview.outlines import outlines
from glview.sources.opening import open_image
from glview.tile_states import TileState
from glview.viewport import Point, Viewport
from tests.gl.recorder import Recorder
from tests.gl.stage import Stage, still_options
from tests.images import detailed

GREEN = (0.0, 1.0, 0.0, 1.0)
LINE, CASING, UNDER = [0, 255, 0], [64, 64, 64], [128, 128, 128]


class Board:
    """A grey target of 100x80 to draw borders on."""

    def __init__(self) -> None:
        self.offscreen = OffscreenTarget(100, 80)
        self.renderer = Renderer()

    def draw(self, borders: Sequence[Outline], line_px: int = 1) -> NDArray[np.uint8]:
        grey = 128 / 255
        self.renderer.clear(self.offscreen.target, (grey, grey, grey))
        self.renderer.draw_outlines(borders, self.offscreen.target, line_px)
        picture = self.offscreen.read()
        self.renderer.target_rebound()
        assert (picture[..., 3] == 255).all(), "a picture must stay opaque"
        return picture[..., :3]


@pytest.fixture
def board(context: object) -> Iterator[Board]:
    del context
    made = Board()
    yield made
    made.renderer.release()
    made.offscreen.release()


def border(x: float, y: float, width: float, height: float, **look: object) -> Outline:
    corner, across, down = Point(x, y), Point(width, 0.0), Point(0.0, height)
    return Outline(corner, across, down, **({"color": GREEN} | look))  # type: ignore[arg-type]  # a mapping of them


def test_upright_a_line_is_one_whole_pixel_between_two_dark_ones(board: Board) -> None:
    picture = board.draw([border(20.0, 10.0, 60.0, 50.0)])
    assert picture[30, 18:25].tolist() == [UNDER, UNDER, CASING, LINE, CASING, UNDER, UNDER]
    assert picture[30, 75:82].tolist() == [UNDER, UNDER, CASING, LINE, CASING, UNDER, UNDER]
    assert picture[8:15, 50].tolist() == [UNDER, UNDER, CASING, LINE, CASING, UNDER, UNDER]
    assert picture[55:62, 50].tolist() == [UNDER, UNDER, CASING, LINE, CASING, UNDER, UNDER]
    assert (picture == LINE).all(axis=2).sum() == 2 * (58 + 48) - 4


@pytest.mark.parametrize("part", [0.001, 0.25, 0.4999, 0.5, 0.5001, 0.75])
def test_it_stays_so_wherever_between_pixels_it_lies(board: Board, part: float) -> None:
    picture = board.draw([border(20.0 + part, 10.0 + part, 60.0, 50.0)])
    for across in (picture[30], picture[:, 50]):
        assert (across == LINE).all(axis=1).sum() == 2
        assert (across == CASING).all(axis=1).sum() == 4
        assert (across == UNDER).all(axis=1).sum() == len(across) - 6


@pytest.mark.parametrize("turned", [False, True])
def test_flips_and_quarter_turns_are_upright_too(board: Board, turned: bool) -> None:
    across, down = (Point(-60.0, 0.0), Point(0.0, -50.0))
    corner = Point(80.5, 60.5)
    if turned:
        across, down = down, across
    picture = board.draw([Outline(corner, across, down, GREEN)])
    assert (picture == LINE).all(axis=2).sum() == 2 * (58 + 48) - 4


def test_on_a_fine_screen_a_line_is_as_many_pixels_wide(board: Board) -> None:
    picture = board.draw([border(20.0, 10.0, 60.0, 50.0)], 2)
    assert picture[30, 18:28].tolist() == [
        *[UNDER] * 2,
        *[CASING] * 2,
        *[LINE] * 2,
        *[CASING] * 2,
        *[UNDER] * 2,
    ]


def test_a_turned_line_is_smooth_and_nowhere_broken(board: Board) -> None:
    angle = np.radians(20.0)
    across = Point(60.0 * np.cos(angle), 60.0 * np.sin(angle))
    down = Point(-50.0 * np.sin(angle), 50.0 * np.cos(angle))
    picture = board.draw([Outline(Point(35.0, 8.0), across, down, GREEN)]).astype(int)
    # Its length is known: ink along it adds up to a pixel's width.
    ink = np.clip(picture[..., 1] - picture[..., 0], 0, 255) / 255.0
    assert ink.sum() == pytest.approx(2 * (57 + 47), rel=0.02)
    assert ((ink > 0.2) & (ink < 0.8)).sum() > 50
    # The first row's line, column by column.
    assert ink[:30, 45:80].max(axis=0).min() > 0.45


def test_dashes_are_as_long_as_their_gaps(board: Board) -> None:
    picture = board.draw([border(10.0, 10.0, 80.0, 60.0, dash=5.0)])
    shown = (picture[11, 20:80] == LINE).all(axis=1)
    assert shown.tolist() == ([True] * 5 + [False] * 5) * 6
    assert (picture[11, 20:80][~shown] == UNDER).all()


def test_a_border_lies_as_far_inside_as_it_says(board: Board) -> None:
    picture = board.draw([border(20.0, 10.0, 60.0, 50.0, inset=3.0)], 2)
    assert (picture[30, :26] == UNDER).all()
    assert picture[30, 26:32].tolist() == [CASING, CASING, LINE, LINE, CASING, CASING]


def test_half_a_colour_is_half_seen(board: Board) -> None:
    picture = board.draw([border(20.0, 10.0, 60.0, 50.0, color=(0.0, 1.0, 0.0, 0.5))])
    assert picture[30, 21].tolist() == pytest.approx([64, 192, 64], abs=1)


def test_later_borders_lie_over_earlier_ones(board: Board) -> None:
    red = border(20.0, 10.0, 60.0, 50.0, color=(1.0, 0.0, 0.0, 1.0))
    picture = board.draw([border(20.0, 10.0, 60.0, 50.0), red])
    assert picture[30, 21].tolist() == [255, 0, 0]


def test_a_border_without_room_stays_inside_its_tile(board: Board) -> None:
    picture = board.draw([border(20.0, 10.0, 2.0, 3.0, inset=9.0), border(50.0, 10.0, 0.2, 0.2)])
    changed = (picture != UNDER).any(axis=2)
    changed[10:13, 20:22] = False
    changed[10:12, 50:52] = False
    assert not changed.any()


@pytest.mark.parametrize("count", [1, 2, 300])
def test_all_borders_are_one_draw_call(
    board: Board, monkeypatch: pytest.MonkeyPatch, count: int
) -> None:
    board.draw([border(0.0, 0.0, 9.0, 9.0)])
    recorder = Recorder()
    recorder.install(monkeypatch)
    borders = [border(float(n % 80), float(n % 60), 20.0, 20.0) for n in range(count)]
    board.renderer.draw_outlines(borders, board.offscreen.target, 1)
    assert [call for call in recorder.calls if call.startswith("glDraw")] == [
        "glDrawArraysInstanced"
    ]
    assert recorder.calls.count("glBufferData") == 1


def test_without_borders_nothing_is_called(board: Board, monkeypatch: pytest.MonkeyPatch) -> None:
    recorder = Recorder()
    recorder.install(monkeypatch)
    board.renderer.draw_outlines([], board.offscreen.target, 1)
    assert recorder.calls == []


@pytest.mark.parametrize("turn", [0.0, 90.0, 33.0])
@pytest.mark.parametrize("flip", [False, True])
def test_borders_lie_where_the_picture_has_its_tiles(
    stage: Callable[..., Stage], turn: float, flip: bool
) -> None:
    """The whole image is one tile: its border lies within the picture's outermost pixels."""
    made = stage(open_image(np.full((100, 150, 3), 200, np.uint8)))
    view = Viewport(300, 300, 80.3, 45.6, 1.3, turn, flip)
    plain = made.settle(view)
    states = made.session.standing.tile_states(0.0, made.session.display.fade_s)
    assert list(states.values()) == [TileState.FULL]
    found = outlines(made.description.pyramid, view, states, 0)
    target = made.target_for(view)
    made.renderer.draw_outlines(found, target.target, 1)
    picture = target.read()[..., :3]
    made.renderer.target_rebound()
    outside = (plain == 0).all(axis=2)
    touched = (picture != plain).any(axis=2)
    # But for rounding of corners.
    assert (touched & outside).sum() <= 4
    assert not (touched & ~_grown(outside, 5)).any()
    # All around it, three pixels wide.
    assert touched.sum() == pytest.approx(3 * 2 * 1.3 * (150 + 100), rel=0.05)


def _grown(mask: NDArray[np.bool_], by: int) -> NDArray[np.bool_]:
    grown = mask.copy()
    for _ in range(by):
        around = grown.copy()
        for axis in (0, 1):
            for step in (-1, 1):
                around |= np.roll(grown, step, axis)
        grown = around
    return grown


def test_the_picture_after_borders_is_the_picture_before(stage: Callable[..., Stage]) -> None:
    """All that borders set in the context is set back by the next frame."""
    # Without prefetch: what arrives later would bring another table, and hide that this is spoilt.
    made = stage(open_image(detailed(900, 700)), options=still_options(prefetch=False))
    for zoom in (1.0, 0.55):
        view = Viewport(300, 200, 450.3, 350.7, zoom)
        before = made.settle(view)
        states = made.session.standing.tile_states(0.0, made.session.display.fade_s)
        found = outlines(made.description.pyramid, view, states, made.session.standing.levels.base)
        assert len(found) > 3
        made.renderer.draw_outlines(found, made.target_for(view).target, 2)
        assert np.array_equal(made.settle(view), before)
