"""Promise: on the pixel grid a frame is the file's own pixels; anywhere it equals the reference."""

from collections.abc import Callable
from dataclasses import replace
from typing import Any

import numpy as np
import pytest
from numpy.typing import NDArray

from glview import reference
from glview.display import Magnification, Window
from glview.image import ColorModel, SampleType
from glview.lod import choose, level_ranges
from glview.pyramid import IntRect, Level, Pyramid, Reduction, TileKey
from glview.sources.array import ArrayOptions, array_source
from glview.sources.derived import filled
from glview.sources.model import PixelModel
from glview.sources.opening import open_image
from glview.sources.synthetic import FunctionSource, SyntheticOptions, halving_pyramid, keyed_texels
from glview.viewport import Viewport
from tests.gl.compare import composed, inside
from tests.gl.stage import Picture, Stage
from tests.images import detailed, gradient_ramp, psnr

MakeStage = Callable[..., Stage]


def assert_close(picture: Picture, expected: NDArray[np.generic]) -> None:
    """Within 2/255 everywhere and within 1/255 for 99.9 % (of the reference as 8 bits hold it)."""
    error = np.abs(picture.astype(np.int64) - np.rint(expected).astype(np.int64))
    assert error.max() <= 2
    assert (error <= 1).mean() >= 0.999


@pytest.mark.parametrize("overlap", [0, 1, 2])
@pytest.mark.parametrize("tile", [254, 256, 129])
def test_full_resolution_is_the_source(stage: MakeStage, overlap: int, tile: int) -> None:
    options = SyntheticOptions(tile_width=tile, tile_height=tile, overlap=overlap)
    pyramid = halving_pyramid(1003, 805, options)
    source = FunctionSource(
        pyramid, lambda level, rect: keyed_texels(level, rect, options.model), options
    )
    picture = stage(source).settle(Viewport(1003, 805, 501.5, 402.5, 1.0))
    expected = keyed_texels(0, IntRect(0, 0, 1003, 805), options.model)
    assert np.array_equal(picture, expected)


@pytest.mark.parametrize("level", [1, 2, 3])
def test_each_level_is_its_own_pixels(stage: MakeStage, level: int) -> None:
    options = SyntheticOptions(tile_width=254, tile_height=254, overlap=1)
    pyramid = halving_pyramid(4003, 3005, options)
    source = FunctionSource(pyramid, lambda k, rect: keyed_texels(k, rect, options.model), options)
    step = 2**level
    view = Viewport(400, 300, 200.0 * step, 150.0 * step, 1.0 / step)
    picture = stage(source).settle(view)
    assert np.array_equal(picture, keyed_texels(level, IntRect(0, 0, 400, 300), options.model))


@pytest.mark.parametrize("bands", [1, 3])
@pytest.mark.parametrize("width", [300, 301])
def test_grey_and_colour(stage: MakeStage, bands: int, width: int) -> None:
    image = detailed(width, 200, bands)
    picture = stage(open_image(image)).settle(Viewport(width, 200, width / 2, 100, 1.0))
    assert np.array_equal(picture, np.broadcast_to(image, (200, width, 3)))


@pytest.mark.parametrize("bands", [2, 4])
def test_alpha_over_a_background(stage: MakeStage, bands: int) -> None:
    image = detailed(300, 200, bands)
    background = (0.2, 0.6, 0.4)
    source = open_image(image, options=ArrayOptions(alpha=True))
    made = stage(source, display=lambda display: replace(display, background=background))
    picture = made.settle(Viewport(300, 200, 150, 100, 1.0))
    alpha = image[..., -1:] / 255.0
    expected = image[..., :-1] * alpha + 255.0 * np.array(background) * (1 - alpha)
    assert np.abs(picture - expected).max() <= 1.0


@pytest.mark.parametrize("window", [(0, 65_535), (30_000, 30_255), (65_000, 65_255)])
def test_no_step_of_a_16_bit_ramp_is_lost(stage: MakeStage, window: tuple[int, int]) -> None:
    ramp = gradient_ramp(512, 128)
    low, high = window
    made = stage(
        open_image(ramp), display=lambda display: replace(display, windows=(Window(low, high),))
    )
    picture = made.settle(Viewport(512, 128, 256, 64, 1.0))
    expected = np.clip((ramp.astype(np.float64) - low) / (high - low), 0, 1) * 255
    assert np.abs(picture - expected).max() <= 0.51


@pytest.mark.parametrize("scale", [1.0, 0.55])
def test_no_step_of_a_16_bit_ramp_is_lost_in_a_composite(stage: MakeStage, scale: float) -> None:
    """The same through the blended way: five bands take two groups, and 0.55 blends levels."""
    ramp = np.repeat(gradient_ramp(512, 128), 5, axis=2)
    source = open_image(ramp, options=ArrayOptions(color_model=ColorModel.CHANNELS))
    # One band alone in grey, so that its steps can be counted.
    shown = lambda display: replace(  # noqa: E731  # a lambda reads best beside its use
        display,
        windows=(*(Window(0, 65_535),) * 4, Window(30_000, 30_255)),
        colors=(*((0.0, 0.0, 0.0),) * 4, (1.0, 1.0, 1.0)),
    )
    made = stage(source, display=shown)
    view = Viewport(256, 64, 256, 64, scale)
    assert_close(made.settle(view), made.reference(view))


def test_float_samples_after_the_same_window(stage: MakeStage) -> None:
    values = detailed(300, 200, 1).astype(np.float32) * 0.37 - 20
    made = stage(
        open_image(values), display=lambda display: replace(display, windows=(Window(-20, 74.35),))
    )
    picture = made.settle(Viewport(300, 200, 150, 100, 1.0))
    expected = np.clip((values.astype(np.float64) + 20) / 94.35, 0, 1) * 255
    assert np.abs(picture - expected).max() <= 0.51


def test_signed_samples(stage: MakeStage) -> None:
    values = (detailed(300, 200, 1).astype(np.int16) - 128) * 200
    low, high = -20_000, 15_000
    made = stage(
        open_image(values), display=lambda display: replace(display, windows=(Window(low, high),))
    )
    picture = made.settle(Viewport(300, 200, 150, 100, 1.0))
    expected = np.clip((values.astype(np.float64) - low) / (high - low), 0, 1) * 255
    assert np.abs(picture - expected).max() <= 0.51


ZOOMS = [16.0, 2.7, 1.0, 0.99, 0.83, 0.71, 0.61, 0.55, 0.52, 0.5, 0.31, 0.07]
TURNS = [(0.0, False), (90.0, True), (33.0, False), (201.5, True)]


@pytest.mark.parametrize("zoom", ZOOMS)
@pytest.mark.parametrize("turn", TURNS)
def test_any_view_equals_the_reference(
    stage: MakeStage, zoom: float, turn: tuple[float, bool]
) -> None:
    image = detailed(701, 533)
    made = stage(open_image(image))
    rotation, flip = turn
    view = Viewport(333, 257, 350.25, 266.75, zoom, rotation, flip)
    keep = inside(view, 701, 533)
    assert keep.sum() > 1000
    assert_close(made.settle(view)[keep], made.reference(view)[keep])


@pytest.mark.parametrize("zoom", [0.71, 0.55, 0.52])
def test_through_a_composite_it_is_the_same(stage: MakeStage, zoom: float) -> None:
    """As data, which 8-bit samples are blended as where a display makes other light of them."""
    made = stage(open_image(detailed(701, 533)), display=composed)
    view = Viewport(333, 257, 350.25, 266.75, zoom, 33.0)
    keep = inside(view, 701, 533)
    assert_close(made.settle(view)[keep], made.reference(view)[keep])


@pytest.mark.parametrize(
    "change",
    [
        pytest.param({"gamma": 1.4}, id="gamma"),
        pytest.param({"windows": (Window(70.0, 180.0),) * 3}, id="window"),
    ],
)
def test_light_is_made_of_what_was_blended(stage: MakeStage, change: dict[str, Any]) -> None:
    """Each level is of one shade here, and far from the next one's."""

    def paint(level: int, rect: IntRect) -> NDArray[np.generic]:
        return np.full((rect.height, rect.width, 3), 200 if level % 2 else 40, np.uint8)

    source = FunctionSource(halving_pyramid(701, 533), paint)
    made = stage(source, display=lambda display: replace(display, **change))
    view = Viewport(333, 257, 350.25, 266.75, 0.54)
    assert np.abs(made.settle(view) - made.reference(view)).max() < 2.0


@pytest.mark.parametrize("zoom", [0.51, 0.53, 0.55])
def test_a_cross_fade_is_as_light_as_the_reference(stage: MakeStage, zoom: float) -> None:
    """Each blending rounds, but not to one side."""
    made = stage(open_image(detailed(900, 700)))
    view = Viewport(400, 300, 450.3, 350.7, zoom)
    keep = inside(view, 900, 700)
    error = made.settle(view)[keep] - made.reference(view)[keep]
    assert abs(error.mean()) < 0.05


@pytest.mark.parametrize("kind", ["alpha", "u16", "f32", "five channels"])
@pytest.mark.parametrize("zoom", [2.3, 0.77, 0.54])
def test_other_samples_equal_the_reference(stage: MakeStage, kind: str, zoom: float) -> None:
    options = None
    if kind == "alpha":
        image: NDArray[np.generic] = detailed(401, 333, 4)
    elif kind == "u16":
        image = detailed(401, 333, 3).astype(np.uint16) * 257
    elif kind == "f32":
        image = detailed(401, 333, 1).astype(np.float32) / 255
    else:
        image = detailed(401, 333, 5).astype(np.uint16) * 257
        options = ArrayOptions(color_model=ColorModel.CHANNELS)
    made = stage(
        open_image(image, options=options),
        display=lambda display: replace(display, hidden=frozenset()),
    )
    view = Viewport(200, 150, 200.5, 166.5, zoom, 20.0)
    keep = inside(view, 401, 333)
    assert_close(made.settle(view)[keep], made.reference(view)[keep])


def test_nearest_shows_whole_pixels(stage: MakeStage) -> None:
    image = detailed(64, 48)
    made = stage(
        open_image(image),
        display=lambda display: replace(display, magnification=Magnification.NEAREST),
    )
    picture = made.settle(Viewport(64 * 8, 48 * 8, 32, 24, 8.0))
    assert np.array_equal(picture, image.repeat(8, axis=0).repeat(8, axis=1))


@pytest.mark.parametrize("zoom", [0.99, 0.95, 0.83, 0.71, 0.61])
def test_minified_is_the_true_area_average(stage: MakeStage, zoom: float) -> None:
    image = detailed(900, 700)
    made = stage(open_image(image))
    view = Viewport(400, 300, 450.3, 350.7, zoom)
    truth = reference.area_average(image.astype(np.float64), view)
    assert psnr(made.reference(view), truth) >= 50
    assert psnr(made.settle(view), truth) >= 50


@pytest.mark.parametrize("zoom", [0.57, 0.55, 0.53, 0.51])
def test_cross_fades_stay_near_the_true_area_average(stage: MakeStage, zoom: float) -> None:
    image = detailed(900, 700)
    made = stage(open_image(image))
    view = Viewport(400, 300, 450.3, 350.7, zoom)
    truth = reference.area_average(image.astype(np.float64), view)
    pyramid = made.description.pyramid
    assert choose(pyramid, level_ranges(pyramid), zoom).fading == (0,)
    assert psnr(made.reference(view), truth) >= 35
    assert psnr(made.settle(view), truth) >= 35


@pytest.mark.parametrize("zoom", [1.0, 1.37, 2.0, 4.9, 16.0])
@pytest.mark.parametrize("rotation", [0.0, 27.0])
def test_no_seam_without_overlap(stage: MakeStage, zoom: float, rotation: float) -> None:
    """Tiles bring no neighbours: gutters alone hide their edges."""
    image = detailed(520, 520)
    options = SyntheticOptions(tile_width=128, tile_height=128, overlap=0)
    pyramid = Pyramid(520, 520, (Level(520, 520, 1.0, 1.0, tile_width=128, tile_height=128),))
    source = filled(FunctionSource(pyramid, lambda _, r: image[r.y0 : r.y1, r.x0 : r.x1], options))
    made = stage(source)
    # The corner of four tiles in the middle.
    view = Viewport(301, 301, 256.0, 256.0, zoom, rotation)
    assert_close(made.settle(view), made.reference(view))


def test_floor_rounded_levels_leave_nothing_bare(stage: MakeStage) -> None:
    """libvips' TIFF levels: 1003x1005 -> 501x502 -> 250x251 -> 125x125."""
    image = np.full((1005, 1003, 3), 200, np.uint8)
    sizes = [(1003, 1005), (501, 502), (250, 251), (125, 125)]
    levels = tuple(Level(w, h, 2.0**k, 2.0**k) for k, (w, h) in enumerate(sizes))
    source = FunctionSource(
        Pyramid(1003, 1005, levels), lambda _, r: image[: r.height, : r.width], SyntheticOptions()
    )
    made = stage(source)
    for zoom in (0.5, 0.25, 0.125):
        view = Viewport(100, 100, 1003.0 - 25 / zoom, 1005.0 - 25 / zoom, zoom)
        picture = made.settle(view)
        assert (picture[:75, :75] == 200).all()
        assert (picture[75:] == 0).all()
        assert (picture[:, 75:] == 0).all()


def test_ceil_rounded_levels_are_clipped(stage: MakeStage) -> None:
    """DeepZoom levels reach past the image: 1003 -> 502 -> 251 -> 126, and must not show it."""
    options = SyntheticOptions(tile_width=254, tile_height=254, overlap=1)
    pyramid = halving_pyramid(1003, 1003, options)
    white = lambda _, r: np.full((r.height, r.width, 3), 255, np.uint8)  # noqa: E731  # beside its use
    made = stage(FunctionSource(pyramid, white, options))
    view = Viewport(200, 200, 1003.0, 1003.0, 0.125)
    picture = made.settle(view)
    assert (picture[:100, :100] == 255).all()
    assert (picture[100:] == 0).all()
    assert (picture[:, 100:] == 0).all()


@pytest.mark.parametrize("shift", [0.0, 0.25, 0.5, 0.8])
def test_the_outline_is_antialiased(stage: MakeStage, shift: float) -> None:
    white = np.full((100, 100, 3), 255, np.uint8)
    view = Viewport(120, 120, 50 + shift, 50.0, 1.0)
    picture = stage(open_image(white)).settle(view)
    # The left edge lies `shift` before column 10.
    assert abs(int(picture[60, 9, 0]) - 255 * shift) <= 1
    assert picture[60, 8, 0] == 0
    assert picture[60, 10, 0] == 255
    assert abs(int(picture[60, 109, 0]) - 255 * (1 - shift)) <= 1


def test_a_turned_outline_equals_the_reference(stage: MakeStage) -> None:
    made = stage(open_image(np.full((100, 100, 3), 255, np.uint8)))
    view = Viewport(160, 160, 50.0, 50.0, 1.0, 30.0)
    picture, expected = made.settle(view), made.reference(view)
    assert np.abs(picture - expected).max() <= 2
    assert len(np.unique(picture)) > 50


@pytest.mark.parametrize(("step", "zoom"), [(2.0, 0.7), (3.0, 0.4), (2.5, 0.45)])
def test_levels_with_offsets_and_odd_steps(stage: MakeStage, step: float, zoom: float) -> None:
    """Decimated slides: level k shows the pixel at its middle, so it lies (step - 1)/2 further."""
    image = detailed(600, 500)
    small = detailed(600 // int(step), 500 // int(step), seed=2)
    offset = (step - 1) / 2
    levels = (
        Level(600, 500, 1.0, 1.0),
        Level(small.shape[1], small.shape[0], step, step, offset, offset),
    )
    pyramid = Pyramid(600, 500, levels, Reduction.UNKNOWN)
    arrays = (image, small)
    source = FunctionSource(
        pyramid, lambda k, r: arrays[k][r.y0 : r.y1, r.x0 : r.x1], SyntheticOptions()
    )
    made = stage(source)
    view = Viewport(150, 120, 300.0, 250.0, zoom)
    assert_close(made.settle(view), made.reference(view))


def test_a_target_without_depth_shows_the_same(stage: MakeStage) -> None:
    """Some windows have no depth buffer: the picture then goes through the composite."""
    made = stage(open_image(detailed(701, 533)))
    view = Viewport(300, 200, 350.2, 266.1, 0.8, 15.0)
    direct = made.settle(view)
    offscreen = made.target_for(view)
    made.renderer.draw(made.session.frame(view, 0.0), replace(offscreen.target, depth=False))
    assert np.abs(offscreen.read()[..., :3].astype(int) - direct).max() <= 1
    made.renderer.target_rebound()


def test_labels_are_never_mixed(stage: MakeStage) -> None:
    labels = np.where(detailed(300, 200, 1) > 128, 200, 50).astype(np.uint8)
    pyramid = Pyramid(300, 200, (Level(300, 200, 1.0, 1.0),), Reduction.NEAREST)
    options = SyntheticOptions(model=PixelModel(SampleType.U8, ColorModel.GREY, 1))
    source = FunctionSource(pyramid, lambda _, r: labels[r.y0 : r.y1, r.x0 : r.x1], options)
    picture = stage(source).settle(Viewport(200, 150, 150.3, 100.2, 1.7, 10.0))
    assert set(np.unique(picture)) == {50, 200}


def test_memory_source_is_what_open_image_shows() -> None:
    """The tests above rest on arrays: their levels are 2x2 means, the last column repeated."""
    image = np.array([[0, 100, 50]], np.uint8).repeat(3, axis=0)
    source = array_source(np.tile(image, (400, 400)))
    tile = source.read_tile(TileKey(1, 0, 0))
    assert tile.pixels[0, :3, 0].tolist() == [50, 25, 75]
