"""Promise: tiles that stand in for missing ones leave no gap; what appears takes nothing away."""

import threading
import time
from collections.abc import Callable, Iterator

import numpy as np
import pytest
from numpy.typing import NDArray

from glview.image import Tile
from glview.lod import choose, level_ranges
from glview.pyramid import IntRect, TileKey
from glview.sources.synthetic import FunctionSource, SyntheticOptions, halving_pyramid
from glview.viewport import Viewport
from tests.gl.stage import Stage, still_options

MakeStage = Callable[..., Stage]
SIZE = 320
IMAGE = 8192


def shade(level: int) -> int:
    """Each level is painted in one shade, finer ones lighter."""
    return 250 - 12 * level


class WithheldSource(FunctionSource):
    """Holds some tiles back until they are released."""

    def __init__(self, *withheld: TileKey) -> None:
        def paint(level: int, rect: IntRect) -> NDArray[np.generic]:
            return np.full((rect.height, rect.width, 3), shade(level), np.uint8)

        options = SyntheticOptions()
        super().__init__(halving_pyramid(IMAGE, IMAGE, options), paint, options)
        self._withheld = withheld
        self.release = threading.Event()

    def read_tile(self, key: TileKey) -> Tile | None:
        if key in self._withheld:
            self.release.wait(60.0)
        return super().read_tile(key)


@pytest.fixture
def withheld() -> Iterator[Callable[..., WithheldSource]]:
    made: list[WithheldSource] = []

    def make(*keys: TileKey) -> WithheldSource:
        made.append(WithheldSource(*keys))
        return made[-1]

    yield make
    for source in made:
        source.release.set()


def load_all_but(stage: Stage, view: Viewport, withheld: TileKey) -> None:
    """Until only the withheld tile of the view's is missing."""
    until = time.monotonic() + 30.0
    while True:
        stage.session.follow(view, focus=None, moving=False)
        stage.session.take(stage.renderer, 0.0, 1.0)
        plan, residency = stage.session._plan, stage.session._residency
        assert plan is not None
        if set(residency.missing(plan.needed)) <= {withheld}:
            return
        assert time.monotonic() < until
        time.sleep(0.001)


@pytest.mark.parametrize("flip", [False, True])
@pytest.mark.parametrize(
    ("gap", "start", "step"),
    [
        # Level 2 alone, where level 1 stands in; then level 3 with level 2 fading, which stands in.
        (TileKey(2, 4, 4), 0.15, 0.0016),
        (TileKey(3, 2, 2), 0.1255, 0.0003),
    ],
)
def test_finer_tiles_meet_their_coarser_neighbours_without_a_gap(
    stage: MakeStage,
    withheld: Callable[..., WithheldSource],
    gap: TileKey,
    start: float,
    step: float,
    flip: bool,
) -> None:
    """A gap of a hair would show a coarser picture there, which is darker."""
    source = withheld(gap)
    made = stage(source, options=still_options(prefetch=False))
    # The tiles under the gap one level finer.
    made.settle(Viewport(900, 900, 5120.0, 5120.0, 0.6 * 2.0 ** (1 - gap.level)))
    lost = []
    for number in range(60):
        turn, scale = 6.1 * number, start + step * number
        view = Viewport(SIZE, SIZE, 4600.3 + 2.1 * number, 4599.7, scale, turn, flip)
        load_all_but(made, view, gap)
        lost.append(final_shade(made, view) - int(made.step(view, 0.0).min()))
    assert made.session._residency.is_settled(gap) is False
    assert max(lost) < 1.5


def test_a_coarser_tile_meets_what_is_there_without_a_crack(
    stage: MakeStage, withheld: Callable[..., WithheldSource]
) -> None:
    """Where the gap ends at an edge of the coarser tile, that tile's neighbour lies behind both."""
    gap = TileKey(2, 4, 4)
    made = stage(withheld(gap), options=still_options(prefetch=False))
    made.settle(Viewport(900, 900, 4608.0, 4608.0, 0.125))
    worst = 255
    for number in range(200):
        view = Viewport(SIZE, SIZE, 4096.3 + 2.1 * number, 4096.7, 0.17, 6.1 * number)
        load_all_but(made, view, gap)
        worst = min(worst, int(made.step(view, 0.0).min()))
    assert worst == shade(3)


def final_shade(stage: Stage, view: Viewport) -> float:
    """The shade of a picture in which nothing is missing."""
    pyramid = stage.description.pyramid
    ranges = level_ranges(pyramid)
    choice = choose(pyramid, ranges, view.scale)
    value = float(shade(choice.base))
    for level in reversed(choice.fading):
        weight = ranges[level].weight(view.scale * pyramid.levels[level].downsample)
        value += (shade(level) - value) * weight
    return value


def test_a_tile_that_appears_while_its_level_goes_takes_nothing_away(
    stage: MakeStage, withheld: Callable[..., WithheldSource]
) -> None:
    """What has appeared by half, in a level that has half its weight left, is there in full."""
    late = TileKey(1, 8, 8)
    source = withheld(late)
    made = stage(source, options=still_options(prefetch=False, fade_s=0.1))
    middle = (4096.0 + 256.0, 4096.0 + 256.0)
    # Level 1 has z = 0.54 and weighs 0.90 of the picture, then 0.66, then 0.26.
    early, later, last = (Viewport(SIZE, SIZE, *middle, z / 2) for z in (0.54, 0.522, 0.507))
    load_all_but(made, early, late)
    source.release.set()
    until = time.monotonic() + 30.0
    while not made.session._residency.is_settled(late):
        assert time.monotonic() < until
        made.step(early, 10.0)
    pictures = [
        made.step(view, now)[SIZE // 2, SIZE // 2, 0]
        for view, now in ((early, 10.06), (later, 10.07), (last, 10.08))
    ]
    final = [made.step(view, 20.0)[SIZE // 2, SIZE // 2, 0] for view in (early, later, last)]
    assert final == [237, 234, 229]
    assert pictures == [233, 234, 229]
