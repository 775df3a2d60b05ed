"""Promise: no seam at tile edges, neither at rest nor while neighbours arrive one by one."""

from collections.abc import Callable, Collection

import numpy as np
import pytest
from numpy.typing import NDArray

from glview.pyramid import IntRect, Pyramid, TileKey
from glview.sources.halving import halve
from glview.sources.synthetic import FunctionSource, SyntheticOptions, halving_pyramid
from glview.viewport import Viewport
from tests.gl.stage import Stage, still_options
from tests.images import detailed

MakeStage = Callable[..., Stage]
SIDE, TILE, SCREEN = 1024, 128, 400


def without_overlap() -> FunctionSource:
    """A detailed picture in tiles that bring nothing of their neighbours."""
    levels: list[NDArray[np.generic]] = [detailed(SIDE, SIDE)]
    while levels[-1].shape[0] > TILE:
        levels.append(halve(levels[-1]))
    options = SyntheticOptions(tile_width=TILE, tile_height=TILE)
    whole = halving_pyramid(SIDE, SIDE, options)

    def paint(level: int, rect: IntRect) -> NDArray[np.generic]:
        return levels[level][rect.y0 : rect.y1, rect.x0 : rect.x1]

    return FunctionSource(Pyramid(SIDE, SIDE, whole.levels[: len(levels)]), paint, options)


def resolved(view: Viewport, level: int, there: Collection[TileKey]) -> NDArray[np.bool_]:
    """Where all texels that a screen pixel is made of lie in tiles that are there."""
    y, x = np.mgrid[: view.height, : view.width] + 0.5
    a, b, c, d = view.matrix
    step = 2.0**level
    dx, dy = (x - view.width / 2) / view.scale, (y - view.height / 2) / view.scale
    l_x = (view.centre_x + a * dx + c * dy) / step
    l_y = (view.centre_y + b * dx + d * dy) / step
    half = max(1.0 / (view.scale * step), 1.0) / 2
    count = SIDE // TILE >> level
    loaded = np.zeros((count, count), np.bool_)
    for key in there:
        if key.level == level:
            loaded[key.row, key.column] = True

    def tile_of(place: NDArray[np.float64]) -> NDArray[np.intp]:
        return np.clip(np.floor(place).astype(np.intp) // TILE, 0, count - 1)

    inside = np.ones(l_x.shape, np.bool_)
    for dx_ in (-half, half):
        for dy_ in (-half, half):
            # A box meets the texels whose middles are within half a texel of its ends.
            inside &= loaded[tile_of(l_y + dy_), tile_of(l_x + dx_)]
    return inside


@pytest.mark.parametrize("turn", [0.0, 27.0])
@pytest.mark.parametrize("scale", [3.0, 0.7])
def test_what_has_arrived_shows_no_seam_while_the_rest_arrives(
    stage: MakeStage, scale: float, turn: float
) -> None:
    made = stage(without_overlap(), options=still_options(prefetch=False))
    session = made.session
    view = Viewport(SCREEN, SCREEN, 517.0, 509.0, scale, turn)
    final = made.settle(view).astype(int)
    needed = sorted(session._plan.needed)  # type: ignore[union-attr]  # planned by settle
    session.attach(made.renderer)
    session.follow(view, focus=None, moving=False)
    session._supply._loader.want(())
    session._supply._loader.drain()
    arrived: list[TileKey] = []
    worst = []
    for key in np.random.default_rng(3).permutation(np.array(needed)):
        arrived.append(TileKey(*map(int, key)))
        loaded = session._supply._loader._load(arrived[-1])
        session._admit(loaded, 0.0)
        session._intake._upload(made.renderer)
        target = made.target_for(view)
        made.renderer.draw(session.frame(view, 0.0), target.target)
        picture = target.read()[..., :3].astype(int)
        made.renderer.target_rebound()
        seen = resolved(view, 0, arrived)
        assert seen.any()
        worst.append(int(np.abs(picture - final)[seen].max()))
    assert seen.mean() > 0.99
    assert len(worst) == len(needed)
    assert max(worst) <= 1


@pytest.mark.parametrize("turn", [0.0, 27.0])
def test_no_edge_shows_in_a_cross_fade(stage: MakeStage, turn: float) -> None:
    """On the edge of two tiles a pixel is blended once: each level is of one shade here."""

    def paint(level: int, rect: IntRect) -> NDArray[np.generic]:
        return np.full((rect.height, rect.width, 3), 250 if level % 2 else 20, np.uint8)

    options = SyntheticOptions(tile_width=TILE, tile_height=TILE)
    made = stage(FunctionSource(halving_pyramid(SIDE, SIDE, options), paint, options))
    for step in range(16):
        view = Viewport(200, 200, 517.0 + step / 16, 509.0 + step / 16, 0.53, turn)
        picture = made.settle(view)
        assert picture.min() == picture.max()
        assert picture.min() not in (20, 250)
