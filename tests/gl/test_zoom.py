"""Promise: zooming never pops, swims or jitters."""

import itertools
from collections.abc import Callable
from dataclasses import replace

import numpy as np
import pytest
from numpy.typing import NDArray

from glview.pyramid import IntRect, Level, Pyramid
from glview.sources.derived import filled
from glview.sources.opening import open_image
from glview.sources.synthetic import FunctionSource, SyntheticOptions, halving_pyramid
from glview.viewport import Viewport
from tests.gl.stage import Stage, still_options
from tests.images import detailed

MakeStage = Callable[..., Stage]
PLACES = [(450.3, 350.7), (391.37, 402.81), (520.61, 299.13)]
STEP = 1.001


def worst_step(stage: Stage, around: float, place: tuple[float, float]) -> float:
    """The largest ratio of a zoom step's mean difference to the larger of its neighbours'."""
    pictures = [
        stage.settle(Viewport(160, 120, *place, around * STEP**n)).astype(np.float64)
        for n in range(-11, 12)
    ]
    steps = [np.abs(b - a).mean() for a, b in itertools.pairwise(pictures)]
    return max(
        float(here) / max(float(before), float(after))
        for before, here, after in zip(steps, steps[1:], steps[2:], strict=False)
    )


@pytest.mark.parametrize("place", PLACES)
@pytest.mark.parametrize("around", [1.0, 0.5, 0.25])
def test_no_zoom_step_stands_out(
    stage: MakeStage, around: float, place: tuple[float, float]
) -> None:
    assert worst_step(stage(open_image(detailed(900, 700))), around, place) <= 1.15


@pytest.mark.parametrize("switched_by", ["options", "display"])
def test_the_measure_sees_a_pop(stage: MakeStage, switched_by: str) -> None:
    """Without blending the same measure fails: it is no empty promise."""
    options = still_options(blend=switched_by != "options")
    made = stage(open_image(detailed(900, 700)), options=options)
    if switched_by == "display":
        made.settle(Viewport(160, 120, *PLACES[0], 0.5))
        made.session.display = replace(made.session.display, blend=False)
    assert worst_step(made, 0.5, PLACES[0]) > 1.5


@pytest.mark.parametrize("around", [0.5, 0.25, 0.125])
@pytest.mark.parametrize("rounding", ["up", "down"])
def test_levels_register(stage: MakeStage, around: float, rounding: str) -> None:
    """A blurred dot stays where it is, to 0.05 screen pixel, from one level to the next."""
    width, height = 1003, 1005
    dot = (601.5, 397.5)

    def paint(level: int, rect: IntRect) -> NDArray[np.generic]:
        # The dot as each level's exact 2x2 means would have it: it is far wider than a texel.
        step = 2.0**level
        x = (np.arange(rect.x0, rect.x1) + 0.5) * step - dot[0]
        y = (np.arange(rect.y0, rect.y1) + 0.5) * step - dot[1]
        bump = 255 * np.exp(-(x[None, :] ** 2 + y[:, None] ** 2) / (2 * 24.0**2))
        return np.repeat(bump[..., None], 3, axis=2).astype(np.uint8)

    if rounding == "up":
        pyramid = halving_pyramid(width, height, SyntheticOptions(overlap=1))
    else:
        sizes = [(width >> k, height >> k) for k in range(4)]
        pyramid = Pyramid(
            width, height, tuple(Level(w, h, 2.0**k, 2.0**k) for k, (w, h) in enumerate(sizes))
        )
    made = stage(FunctionSource(pyramid, paint, SyntheticOptions()))
    for zoom in (around * 0.999, around * 1.001, around * 1.2):
        view = Viewport(301, 301, 580.0, 410.0, zoom)
        found = centroid(made.settle(view))
        expected = view.s_from_i(*dot)
        assert abs(found[0] - expected.x) <= 0.05
        assert abs(found[1] - expected.y) <= 0.05


def centroid(picture: NDArray[np.uint8]) -> tuple[float, float]:
    weight = picture[..., 0].astype(np.float64)
    y, x = np.mgrid[: picture.shape[0], : picture.shape[1]] + 0.5
    return float((weight * x).sum() / weight.sum()), float((weight * y).sum() / weight.sum())


@pytest.mark.parametrize("rotation", [0.0, 37.0])
def test_far_out_and_deep_in_nothing_jitters(stage: MakeStage, rotation: float) -> None:
    """At image coordinate 10,000,000 and zoom 64, half a screen pixel moves half a screen pixel."""
    middle = 10_000_000.5

    def paint(level: int, rect: IntRect) -> NDArray[np.generic]:
        step = 2.0**level
        x = ((np.arange(rect.x0, rect.x1) + 0.5) * step - middle)[None, :]
        y = ((np.arange(rect.y0, rect.y1) + 0.5) * step - middle)[:, None]
        bump = 255 * np.exp(-(x**2 + y**2) / 4.0)
        return np.repeat(bump[..., None], 3, axis=2).astype(np.uint8)

    options = SyntheticOptions()
    made = stage(FunctionSource(halving_pyramid(20_000_000, 20_000_000, options), paint, options))
    start = Viewport(601, 601, middle, middle, 64.0, rotation)
    origin = centroid(made.settle(start))
    for halves in range(1, 7):
        found = centroid(made.settle(start.panned(halves / 2, 0.0)))
        assert abs(found[0] - origin[0] - halves / 2) <= 0.05
        assert abs(found[1] - origin[1]) <= 0.05


def test_a_gap_of_four_between_levels_is_filled(stage: MakeStage) -> None:
    """Slides step by 4: a level in between is made, so that the box stays narrow."""
    image = detailed(1024, 768)
    small = image.reshape(192, 4, 256, 4, 3).mean(axis=(1, 3)).round().astype(np.uint8)
    arrays = (image, small)
    pyramid = Pyramid(1024, 768, (Level(1024, 768, 1.0, 1.0), Level(256, 192, 4.0, 4.0)))
    source = filled(
        FunctionSource(
            pyramid, lambda k, r: arrays[k][r.y0 : r.y1, r.x0 : r.x1], SyntheticOptions()
        )
    )
    assert [level.downsample for level in source.description.pyramid.levels][:3] == [1, 2, 4]
    made = stage(source)
    view = Viewport(200, 160, 512.3, 384.6, 0.3)
    error = np.abs(made.settle(view) - made.reference(view))
    assert error.max() <= 2


def test_far_below_the_coarsest_level(stage: MakeStage) -> None:
    """A picture of ten pixels is still a mean, not a sample."""
    rng = np.random.default_rng(3)
    noise = rng.choice(np.array([0, 255], np.uint8), (640, 640, 1)).repeat(3, axis=2)
    picture = stage(open_image(noise)).settle(Viewport(10, 10, 320.0, 320.0, 1 / 64))
    assert np.abs(picture.astype(int) - 127).max() <= 12


def test_display_changes_decode_nothing(stage: MakeStage) -> None:
    made = stage(open_image(detailed(300, 200)))
    view = Viewport(300, 200, 150.0, 100.0, 1.0)
    first = made.settle(view)
    made.source.close()
    made.session.display = replace(made.session.display, gamma=2.0)
    brighter = made.settle(view)
    expected = 255 * (first / 255.0) ** 0.5
    assert np.abs(brighter - expected).max() <= 1


def test_a_quick_frame_takes_one_fetch_a_pixel(stage: MakeStage) -> None:
    """Of what lies in the middle of each, instead of all that lies under it."""
    image = detailed(600, 450)
    made = stage(open_image(image))
    view = Viewport(300, 225, 300.0, 225.0, 2 / 3)
    whole = made.settle(view)
    frame = replace(made.session.frame(view, 0.0), quick=True)
    offscreen = made.target_for(view)
    made.renderer.draw(frame, offscreen.target)
    picture = offscreen.read()[..., :3]
    made.renderer.target_rebound()
    x = 300.0 + (np.arange(300) + 0.5 - 150.0) * 1.5
    y = 225.0 + (np.arange(225) + 0.5 - 112.5) * 1.5
    assert np.abs(picture - bilinear(image, x - 0.5, y - 0.5)).max() <= 1.5
    assert np.abs(picture.astype(int) - whole).max() > 10


def bilinear(
    image: NDArray[np.uint8], x: NDArray[np.floating], y: NDArray[np.floating]
) -> NDArray[np.float64]:
    x0, y0 = np.floor(x).astype(int), np.floor(y).astype(int)
    fx, fy = (x - x0)[None, :, None], (y - y0)[:, None, None]
    top = image[y0][:, x0] * (1 - fx) + image[y0][:, x0 + 1] * fx
    below = image[y0 + 1][:, x0] * (1 - fx) + image[y0 + 1][:, x0 + 1] * fx
    return np.asarray(top * (1 - fy) + below * fy, np.float64)
