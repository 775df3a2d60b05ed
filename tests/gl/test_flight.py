"""Promise: while tiles load, never a blank, and never a pixel less sharp than it was."""

import time
from collections.abc import Callable, Iterator
from dataclasses import replace

import numpy as np
import pytest
from numpy.typing import NDArray

from glview.canvases.egl import EglContext
from glview.cover import tiles_under
from glview.gl.offscreen_target import OffscreenTarget
from glview.gl.renderer import Renderer
from glview.image import Tile
from glview.lod import choose, level_ranges
from glview.options import ViewerOptions
from glview.pyramid import IntRect, Pyramid, TileKey
from glview.sources.synthetic import FunctionSource, SyntheticOptions, halving_pyramid
from glview.viewer import Viewer
from glview.viewport import Point, Viewport

SIZE = 320
IMAGE = 40_000
STEP = 12
"""Each level is painted in one shade, finer ones lighter by this: a shade is a sharpness."""


def shade(level: int) -> int:
    return 250 - STEP * level


class CountingSource(FunctionSource):
    """Paints levels in their shades, slowly, and remembers the order of requests."""

    def __init__(self, delay_s: float, levels: int = 64) -> None:
        def paint(level: int, rect: IntRect) -> NDArray[np.generic]:
            return np.full((rect.height, rect.width, 3), shade(level), np.uint8)

        options = SyntheticOptions(delay_s=delay_s)
        whole = halving_pyramid(IMAGE, IMAGE, options)
        super().__init__(Pyramid(IMAGE, IMAGE, whole.levels[:levels]), paint, options)
        self.asked: list[TileKey] = []
        self.done: list[TileKey] = []

    def read_tile(self, key: TileKey) -> Tile | None:
        self.asked.append(key)
        tile = super().read_tile(key)
        self.done.append(key)
        return tile


class Flight:
    """A viewer on a target, stepped in real time; every picture is checked against the last."""

    def __init__(self, source: CountingSource, options: ViewerOptions) -> None:
        self.source = source
        self.viewer = Viewer(options)
        self.renderer = Renderer()
        self.offscreen = OffscreenTarget(SIZE, SIZE)
        self.renderer.target_rebound()
        self.viewer.attach(self.renderer)
        self.viewer.resize(SIZE, SIZE)
        self.viewer.show(source)
        self.start = time.monotonic()
        self.last: tuple[Viewport, NDArray[np.float64]] | None = None
        self.blanks: list[str] = []
        self.losses: list[str] = []
        self.frames = 0

    @property
    def now(self) -> float:
        return time.monotonic() - self.start

    def draw(self) -> bool:
        """One frame; True if another should follow."""
        more = self.viewer.draw(self.offscreen.target, self.now)
        view = self.viewer.navigator.view
        picture = self.offscreen.read()[..., 0].astype(np.float64)
        self.renderer.target_rebound()
        self._check(view, picture)
        self.last = (view, picture)
        self.frames += 1
        return more

    def run(self, seconds: float) -> None:
        until = self.now + seconds
        while self.now < until:
            self.draw()

    def settle(self) -> None:
        until = self.now + 30
        while self.draw() or not self.viewer.settled:
            assert self.now < until, "did not settle"

    def _check(self, view: Viewport, picture: NDArray[np.float64]) -> None:
        y, x = np.mgrid[:SIZE, :SIZE] + 0.5
        a, b, c, d = view.matrix
        dx, dy = (x - SIZE / 2) / view.scale, (y - SIZE / 2) / view.scale
        i_x = view.centre_x + a * dx + c * dy
        i_y = view.centre_y + b * dx + d * dy
        edge = 2 / view.scale
        inside = (i_x > edge) & (i_y > edge) & (i_x < IMAGE - edge) & (i_y < IMAGE - edge)
        if self.last is None:
            return
        before_view, before = self.last
        # An image without levels shows what it has; all others leave no blank.
        if (
            len(self.levels) > 1
            and before.max() > 0
            and (picture[inside] < shade(len(self.levels)) - 1).any()
        ):
            self.blanks.append(f"frame {self.frames}: {view}")
        # The last picture under the same image points: the least sharp of the pixels around.
        a, b, c, d = before_view.matrix
        dx, dy = i_x - before_view.centre_x, i_y - before_view.centre_y
        b_x = (a * dx + b * dy) * before_view.scale + SIZE / 2
        b_y = (c * dx + d * dy) * before_view.scale + SIZE / 2
        known = inside & (b_x > 2) & (b_y > 2) & (b_x < SIZE - 2) & (b_y < SIZE - 2)
        column, row = b_x[known].astype(int), b_y[known].astype(int)
        was = np.min(
            [before[row + dy, column + dx] for dy in (-1, 0, 1) for dx in (-1, 0, 1)], axis=0
        )
        lost = np.minimum(was, self.final_shade(view)) - picture[known]
        if lost.size and lost.max() > 2.5:
            worst = int(np.argmax(lost))
            was_shade, shown = was[worst], picture[known][worst]
            final = self.final_shade(view)
            self.losses.append(
                f"frame {self.frames}: {was_shade:.0f} became {shown:.0f} of {final:.0f} at {view}"
            )

    @property
    def levels(self) -> tuple[object, ...]:
        return self.source.description.pyramid.levels

    def final_shade(self, view: Viewport) -> float:
        """The shade of the picture at rest at this scale."""
        pyramid = self.source.description.pyramid
        ranges = level_ranges(pyramid)
        choice = choose(pyramid, ranges, view.scale)
        value = float(shade(choice.base))
        for level in reversed(choice.fading):
            weight = ranges[level].weight(view.scale * pyramid.levels[level].downsample)
            value = value * (1 - weight) + shade(level) * weight
        return value

    def close(self) -> None:
        self.viewer.close()
        self.renderer.release()
        self.offscreen.release()


@pytest.fixture
def fly(context: EglContext) -> Iterator[Callable[..., Flight]]:
    del context  # only to be current
    flights: list[Flight] = []

    def make(delay_s: float, **options: object) -> Flight:
        flights.append(
            Flight(
                CountingSource(delay_s),
                ViewerOptions(workers=2, background=(0.0, 0.0, 0.0), **options),  # type: ignore[arg-type]  # checked there
            )
        )
        return flights[-1]

    yield make
    for made in flights:
        made.close()


@pytest.mark.parametrize(("gpu_mib", "rotation"), [(256, 0.0), (24, 0.0), (256, 33.0)])
def test_no_blank_and_no_loss_of_sharpness(
    fly: Callable[..., Flight], gpu_mib: int, rotation: float
) -> None:
    """Zoom in, pan, zoom out, zoom in elsewhere, over a source of 50 ms a tile."""
    flight = fly(0.05, gpu_bytes=gpu_mib << 20)
    navigator = flight.viewer.navigator
    flight.settle()
    if rotation:
        navigator.set_view(replace(navigator.view, rotation=rotation, flip=True))
        flight.last = None
    for _ in range(5):
        navigator.zoom(4.0, 100.0, 210.0, flight.now)
        flight.run(0.25)
    for _ in range(12):
        navigator.pan(-37.0, 11.0, flight.now)
        flight.run(0.04)
    flight.run(0.3)
    for _ in range(6):
        navigator.zoom(1 / 3.0, 200.0, 120.0, flight.now)
        flight.run(0.2)
    for _ in range(4):
        navigator.zoom(3.3, 250.0, 60.0, flight.now)
        flight.run(0.2)
    flight.settle()
    assert flight.blanks == []
    assert flight.losses == []
    assert flight.frames > 50
    view, picture = flight.last or (Viewport(1, 1), np.zeros((1, 1)))
    assert abs(picture[SIZE // 2, SIZE // 2] - flight.final_shade(view)) <= 1


def test_what_the_view_has_left_is_withdrawn(fly: Callable[..., Flight]) -> None:
    """After a jump no tile is decoded any more that only the view before it wanted."""
    flight = fly(0.05)
    navigator = flight.viewer.navigator
    flight.settle()
    navigator.set_view(Viewport(SIZE, SIZE, 5_000.0, 5_000.0, 0.9))
    flight.draw()
    time.sleep(0.06)
    navigator.set_view(Viewport(SIZE, SIZE, 35_000.0, 35_000.0, 0.9))
    flight.draw()
    asked = len(flight.source.asked)
    flight.settle()
    stale = [
        key for key in flight.source.asked[asked:] if key.level < 4 and key.column < 80 >> key.level
    ]
    assert stale == []


def test_what_a_fling_will_show_is_loaded_before_what_it_crosses(
    fly: Callable[..., Flight],
) -> None:
    flight = fly(0.0)
    flight.settle()
    navigator = flight.viewer.navigator
    navigator.set_view(Viewport(SIZE, SIZE, 20_096.0, 20_096.0, 1.0))
    flight.settle()
    flight.source.asked.clear()
    navigator.fling(Point(-5_000.0, 0.0), flight.now)
    # 1,625 pixels on, at column 84; column 81 lies halfway.
    assert navigator.destination.centre_x == 21_721.0
    flight.draw()
    time.sleep(0.3)
    columns = [key.column for key in flight.source.asked if key.level == 0]
    assert max(columns.index(84), columns.index(85)) < columns.index(81)


def test_levels_that_a_quick_zoom_crosses_are_not_loaded(fly: Callable[..., Flight]) -> None:
    flight = fly(0.02)
    flight.settle()
    flight.source.asked.clear()
    navigator = flight.viewer.navigator
    # From the whole image at level 6 to its pixels, in one go of 0.2 s.
    assert navigator.view.scale == 0.008
    navigator.zoom_to(1.0, 160.0, 160.0, flight.now)
    flight.settle()
    asked = [key.level for key in flight.source.asked]
    # Level 2 stands in for level 0 until that is there; 1 is next to the end, for when it rests.
    assert asked.count(3) + asked.count(4) + asked.count(5) == 0
    assert 1 not in asked[: len(asked) - asked[::-1].index(0) - 1]


def test_after_a_fast_pan_at_most_a_tile_for_each_worker_is_stale(
    fly: Callable[..., Flight],
) -> None:
    """Two workers; nine places, all of whose tiles would take them five seconds, are passed."""
    flight = fly(0.1, prefetch=False)
    navigator = flight.viewer.navigator
    flight.settle()
    for place in range(9):
        navigator.set_view(Viewport(SIZE, SIZE, 3_000.0 + 4_000.0 * place, 20_000.0, 1.0))
        flight.draw()
    seen = len(flight.source.done)
    pyramid = flight.source.description.pyramid
    view = navigator.view
    wanted = {key for level in range(3) for key in tiles_under(view, pyramid, level, margin_px=128)}
    flight.settle()
    done = flight.source.done[seen:]
    first = next(place for place, key in enumerate(done) if key in wanted)
    assert first <= 2
    assert sum(key not in wanted for key in done) <= 2


def test_the_coarse_picture_comes_first_and_then_the_middle(fly: Callable[..., Flight]) -> None:
    flight = fly(0.0)
    flight.settle()
    flight.source.asked.clear()
    flight.viewer.navigator.set_view(Viewport(SIZE, SIZE, 20_100.0, 20_100.0, 1.0))
    flight.settle()
    levels = [key.level for key in flight.source.asked]
    assert levels[0] == 2
    first_sharp = levels.index(0)
    assert 2 not in levels[first_sharp:]
    # 20,100 is in column and row 78 of 256-pixel tiles.
    assert TileKey(0, 78, 78) in flight.source.asked[first_sharp : first_sharp + 2]


def test_settled_means_nothing_more_to_draw(fly: Callable[..., Flight]) -> None:
    flight = fly(0.01)
    flight.settle()
    assert flight.draw() is False
    before = flight.source.asked.copy()
    time.sleep(0.2)
    assert flight.draw() is False
    assert flight.source.asked == before


@pytest.mark.parametrize(
    ("middle", "level_shade"),
    [
        pytest.param(20_000.0, 238, id="no cross-fade"),
        pytest.param(20_224.0, 226, id="a coarser level"),
    ],
)
def test_too_little_memory_for_the_picture_makes_it_coarser(
    fly: Callable[..., Flight], middle: float, level_shade: int
) -> None:
    """At 3 MiB there is room for 8 tiles, 4 of them pinned; in full it is level 1 and some of 0."""
    flight = fly(0.0, gpu_bytes=3 << 20, prefetch=False)
    flight.viewer.navigator.set_view(Viewport(SIZE, SIZE, middle, middle, 0.51))
    flight.settle()
    assert flight.viewer.reduced
    assert flight.viewer.stats().tiles.capacity == 8
    _, picture = flight.last or (Viewport(1, 1), np.zeros((1, 1)))
    assert (picture == level_shade).all()


def test_an_image_without_levels_shows_what_is_in_sight_first(context: EglContext) -> None:
    """Its overview takes as long as all of it: what is in sight does not wait for that."""
    del context  # only to be current
    asked: list[TileKey] = []

    class Flat(CountingSource):
        def read_tile(self, key: TileKey) -> Tile | None:
            asked.append(key)
            return super().read_tile(key)

    source = Flat(0.002, levels=1)
    flight = Flight(source, ViewerOptions(workers=2, background=(0.0, 0.0, 0.0)))
    try:
        flight.viewer.navigator.set_view(Viewport(SIZE, SIZE, 20_100.0, 20_100.0, 1.0))
        flight.run(1.5)
        _, picture = flight.last or (Viewport(1, 1), np.zeros((1, 1)))
        assert picture.min() == shade(0)
        assert any(abs(key.column - 78) <= 1 and abs(key.row - 78) <= 1 for key in asked[:6])
    finally:
        flight.close()
