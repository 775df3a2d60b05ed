"""The scale bar: round lengths that are as long on the screen as they say."""

import math

import numpy as np
import pytest

from glview.hud.scale_bar import ScaleBar, ScaleBarItem, scale_bar, scale_bar_panel
from glview.hud.sight import Sight
from glview.sources.synthetic import KeyedSource
from glview.viewport import Viewport

UNITS_UM = {"km": 1e9, "m": 1e6, "mm": 1e3, "µm": 1.0, "nm": 1e-3, "pm": 1e-6}


def bar_of(
    view: Viewport, pixel_size_um: tuple[float, float] | None, longest_px: float
) -> ScaleBar:
    bar = scale_bar(view, pixel_size_um, longest_px)
    assert bar is not None
    return bar


def length_um(label: str) -> float:
    number, unit = label.split()
    return float(number.replace(",", "")) * UNITS_UM[unit]


@pytest.mark.parametrize("pixel_um", [1e-4, 0.2528, 1.0, 30.0, 1e6])
@pytest.mark.parametrize("scale", [0.001, 0.037, 0.5, 1.0, 63.0])
def test_the_bar_is_as_long_as_it_says(pixel_um: float, scale: float) -> None:
    bar = bar_of(Viewport(800, 600, scale=scale), (pixel_um, pixel_um), 160.0)
    assert length_um(bar.label) * scale / pixel_um == pytest.approx(bar.length_px)


@pytest.mark.parametrize("scale", np.geomspace(1e-4, 64.0, 97))
def test_it_is_round_and_never_short(scale: float) -> None:
    bar = bar_of(Viewport(800, 600, scale=scale), (0.25, 0.25), 160.0)
    assert 0.4 * 160.0 - 1e-6 <= bar.length_px <= 160.0 + 1e-6
    number = float(bar.label.split()[0].replace(",", ""))
    digits = f"{number:.0f}".rstrip("0")
    assert digits in {"1", "2", "5"}
    assert 1.0 <= number < 1000.0


@pytest.mark.parametrize(
    ("pixel_um", "scale", "label"),
    [
        (0.25, 1.0, "20 µm"),
        (0.25, 0.001, "20 mm"),
        (0.25, 0.01, "2 mm"),
        (0.0001, 1.0, "10 nm"),
        (10e6, 1.0, "1 km"),
        (1e6, 1.0, "100 m"),
    ],
)
def test_it_has_the_prefix_that_suits(pixel_um: float, scale: float, label: str) -> None:
    assert bar_of(Viewport(800, 600, scale=scale), (pixel_um,) * 2, 160.0).label == label


def test_without_a_pixel_size_it_counts_pixels_and_no_parts_of_one() -> None:
    for scale, label in ((1.0, "100 px"), (0.01, "10,000 px"), (150.0, "1 px")):
        assert bar_of(Viewport(800, 600, scale=scale), None, 160.0).label == label
    closer = Viewport(800, 600, scale=256.0)
    assert scale_bar(closer, None, 160.0) is None
    sight = Sight(KeyedSource(5000, 4000).description, closer, 1.0, 0.0, None)
    assert ScaleBarItem().panel(sight) is None


@pytest.mark.parametrize(("rotation", "pixel_um"), [(0.0, 2.0), (90.0, 1.0), (180.0, 2.0)])
def test_on_a_turned_image_it_measures_along_the_screen(rotation: float, pixel_um: float) -> None:
    turned = Viewport(800, 600, scale=1.0, rotation=rotation)
    straight = Viewport(800, 600, scale=1.0)
    assert bar_of(turned, (2.0, 1.0), 160.0) == bar_of(straight, (pixel_um,) * 2, 160.0)


@pytest.mark.parametrize("flip", [False, True])
def test_between_the_axes_of_oblong_pixels_too(flip: bool) -> None:
    view = Viewport(800, 600, scale=1.0, rotation=30.0, flip=flip)
    bar = bar_of(view, (2.0, 1.0), 160.0)
    um_a_px = math.hypot(2.0 * math.cos(math.radians(30)), math.sin(math.radians(30)))
    assert length_um(bar.label) == pytest.approx(bar.length_px * um_a_px)


@pytest.mark.parametrize("ratio", [1.0, 1.25, 2.0])
def test_the_bar_that_is_drawn_is_as_long_to_a_pixel(ratio: float) -> None:
    bar = bar_of(Viewport(800, 600, scale=0.37), (0.25, 0.25), 160.0 * ratio)
    pixels = scale_bar_panel(bar, 160.0 * ratio, pixel_ratio=ratio)
    white = (pixels[..., :3] == 255).all(axis=2)
    assert white.sum(axis=1).max() == round(bar.length_px)


def test_a_panel_stays_while_it_would_look_the_same_and_keeps_its_size() -> None:
    item, source = ScaleBarItem(), KeyedSource(5000, 4000)

    def panel(scale: float, centre_x: float) -> object:
        view = Viewport(800, 600, centre_x, 2000.0, scale)
        return item.panel(Sight(source.description, view, 1.0, 0.0, None))

    first = panel(0.5, 2000.0)
    assert panel(0.5, 2100.0) is first
    zoomed = panel(0.6, 2100.0)
    assert zoomed is not first
    assert zoomed.pixels.shape == first.pixels.shape  # type: ignore[attr-defined]  # there is room


def test_a_narrow_window_has_none() -> None:
    sight = Sight(KeyedSource(5000, 4000).description, Viewport(300, 600), 1.0, 0.0, None)
    assert ScaleBarItem().panel(sight) is None
