"""Promise: what is not data never shows, and leaves nothing behind."""

from collections.abc import Callable

import numpy as np
import pytest
from numpy.typing import NDArray

from glview.image import ColorModel, SampleType
from glview.pyramid import IntRect, Level, Pyramid
from glview.sources.array import ArrayOptions
from glview.sources.model import PixelModel
from glview.sources.opening import open_image
from glview.sources.synthetic import FunctionSource, SyntheticOptions
from glview.viewport import Viewport
from tests.gl.stage import Stage, still_options

MakeStage = Callable[..., Stage]
GREEN = (0.0, 1.0, 0.0)


def with_background(made: Stage) -> Stage:
    from dataclasses import replace

    made.session.display = replace(made.session.display, background=GREEN)
    return made


@pytest.mark.parametrize("bad", [np.nan, np.inf, -np.inf])
@pytest.mark.parametrize("zoom", [4.0, 1.0, 0.7, 0.55])
def test_bad_floats_become_background(stage: MakeStage, bad: float, zoom: float) -> None:
    values = np.full((200, 300), 0.5, np.float32)
    values[80:120, 100:200] = bad
    made = with_background(stage(open_image(values)))
    view = Viewport(60, 40, 150.0, 100.0, zoom)
    picture = made.settle(view)
    assert picture[20, 30].tolist() == [0, 255, 0]
    around = made.settle(Viewport(20, 20, 20.0, 20.0, zoom))
    assert np.abs(around[10, 10].astype(int) - 128).max() <= 1


def test_beside_a_bad_float_the_mean_is_of_the_good_ones(stage: MakeStage) -> None:
    values = np.full((64, 64), 0.25, np.float32)
    values[:, 32:] = np.nan
    made = with_background(stage(open_image(values)))
    picture = made.settle(Viewport(8, 8, 32.25, 32.0, 1.0))
    # Column 3 of the screen is 0.25 of a pixel of nothing and 0.75 of data: the colour of the data,
    # over a quarter of background.
    expected = [0.75 * 0.25 * 255, 0.75 * 0.25 * 255 + 0.25 * 255, 0.75 * 0.25 * 255]
    assert np.abs(picture[4, 3] - expected).max() <= 1.5


def test_no_data_is_a_value_too(stage: MakeStage) -> None:
    values = np.full((64, 64), 1000, np.uint16)
    values[:, 32:] = 7
    made = with_background(stage(open_image(values, options=ArrayOptions(nodata=7))))
    picture = made.settle(Viewport(32, 32, 32.0, 32.0, 1.0))
    assert picture[10, 20].tolist() == [0, 255, 0]
    assert picture[10, 10].tolist() == [4, 4, 4]


def test_bad_floats_of_one_level_never_show_through_another(stage: MakeStage) -> None:
    """The coarse level is all NaN; the fine one is sound: so is the picture, at any weight."""
    model = PixelModel(SampleType.F32, ColorModel.GREY, 1)

    def paint(level: int, rect: IntRect) -> NDArray[np.generic]:
        return np.full((rect.height, rect.width, 1), np.nan if level else 0.5, np.float32)

    levels = (Level(512, 512, 1.0, 1.0), Level(256, 256, 2.0, 2.0))
    options = SyntheticOptions(model=model)
    made = with_background(stage(FunctionSource(Pyramid(512, 512, levels), paint, options)))
    for zoom in (1.0, 0.6):
        assert (np.abs(made.settle(Viewport(50, 50, 256, 256, zoom)).astype(int) - 128) <= 1).all()
    mixed = made.settle(Viewport(50, 50, 256.0, 256.0, 0.53))
    # Where both take part, the share of nothing is background, not noise.
    assert mixed[25, 25, 0] == mixed[25, 25, 2]
    assert 0 < mixed[25, 25, 0] < 128
    assert mixed[25, 25, 1] > 128


def test_bad_floats_go_when_data_arrives(stage: MakeStage) -> None:
    """A coarse stand-in of NaN leaves no trace once the sharp tile is there."""
    model = PixelModel(SampleType.F32, ColorModel.GREY, 1)

    def paint(level: int, rect: IntRect) -> NDArray[np.generic]:
        return np.full((rect.height, rect.width, 1), np.nan if level else 0.5, np.float32)

    levels = (Level(2048, 2048, 1.0, 1.0), Level(1024, 1024, 2.0, 2.0), Level(512, 512, 4.0, 4.0))
    source = FunctionSource(
        Pyramid(2048, 2048, levels), paint, SyntheticOptions(model=model, delay_s=0.02)
    )
    made = with_background(stage(source, options=still_options(fade_s=0.1)))
    view = Viewport(100, 100, 1024.0, 1024.0, 1.0)
    now, seen = 0.0, set()
    while not made.session.standing.is_complete() or now < 0.2:
        now += 0.01
        picture = made.step(view, now)
        seen.add(tuple(picture[50, 50].tolist()))
        red, green, blue = (int(v) for v in picture[50, 50])
        assert red == blue <= green
    final = made.settle(view, now + 1.0)
    assert (np.abs(final.astype(int) - 128) <= 1).all()
    assert (0, 255, 0) in seen


def test_premultiplied_alpha_has_no_dark_fringe(stage: MakeStage) -> None:
    """Black beneath alpha 0 must not bleed into the white beside it when filtered."""
    image = np.zeros((64, 64, 4), np.uint8)
    image[:, :32] = 255
    from dataclasses import replace

    made = stage(open_image(image))
    made.session.display = replace(made.session.display, background=(1.0, 1.0, 1.0))
    for zoom in (8.0, 3.3, 0.7, 0.53):
        assert (made.settle(Viewport(60, 60, 32.3, 32.0, zoom)) == 255)[10:30, 10:50].all()
