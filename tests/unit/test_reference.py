"""The picture's definition, checked against hand-made values."""

from collections.abc import Sequence
from dataclasses import replace

import numpy as np
import pytest
from numpy.typing import NDArray

from glview import reference
from glview.display import Magnification, Window, default_display
from glview.image import ColorModel, ImageDescription, SampleType
from glview.pyramid import Level, Pyramid, Reduction
from glview.viewport import Viewport
from tests.images import detailed, psnr


def grey(
    width: int, height: int, *, levels: int = 1, sample: SampleType = SampleType.U8, **rest: object
) -> ImageDescription:
    made = tuple(Level(-(-width >> k), -(-height >> k), 2.0**k, 2.0**k) for k in range(levels))
    pyramid = Pyramid(width, height, made, rest.pop("reduction", Reduction.MEAN))  # type: ignore[arg-type]  # as given
    return ImageDescription("x", "test", pyramid, sample, ColorModel.GREY, 1, **rest)  # type: ignore[arg-type]  # as given


def one_band(*rows: Sequence[float], dtype: object = np.uint8) -> NDArray[np.generic]:
    return np.array(rows, dtype)[..., None]  # type: ignore[call-overload, no-any-return]  # any dtype


def shown(
    description: ImageDescription,
    levels: list[NDArray[np.generic]],
    view: Viewport,
    **display: object,
) -> NDArray[np.float64]:
    """The red of a picture, 0 to 255."""
    made = replace(default_display(description), **display)  # type: ignore[arg-type]  # as given
    return reference.render(description, levels, view, made)[..., 0] * 255


def test_at_one_to_one_the_picture_is_the_image() -> None:
    image = detailed(30, 20, 1)
    picture = shown(grey(30, 20), [image], Viewport(30, 20, 15.0, 10.0))
    assert np.abs(picture - image[..., 0]).max() < 1e-9


def test_magnified_it_is_bilinear() -> None:
    image = one_band([0, 100])
    picture = shown(grey(2, 1), [image], Viewport(8, 4, 1.0, 0.5, 4.0))
    # Screen middles at 0.125, 0.375, ... of the image; texel middles at 0.5 and 1.5.
    assert picture[1].tolist() == pytest.approx([0, 0, 12.5, 37.5, 62.5, 87.5, 100, 100])


def test_magnified_to_the_nearest_it_is_whole_pixels() -> None:
    picture = shown(
        grey(2, 1),
        [one_band([0, 100])],
        Viewport(8, 4, 1.0, 0.5, 4.0),
        magnification=Magnification.NEAREST,
    )
    assert picture[1].tolist() == [0, 0, 0, 0, 100, 100, 100, 100]


def test_labels_are_never_mixed() -> None:
    labels = one_band(*[[10, 200, 10, 200]] * 4)
    view = Viewport(2, 2, 2.0, 2.0, 0.7, 20.0)
    picture = shown(grey(4, 4, reduction=Reduction.NEAREST), [labels], view)
    assert set(picture.round().flat) <= {10, 200}


def test_minified_it_is_the_mean_of_the_pixel() -> None:
    """At 2/3 a screen pixel is a square of 1.5: one texel and a half."""
    image = one_band(*[[0, 90, 30]] * 3)
    picture = shown(grey(3, 3), [image], Viewport(2, 2, 1.5, 1.5, 2 / 3))
    assert picture[0].tolist() == pytest.approx([30.0, 50.0])


def test_in_the_cross_fade_the_finer_level_lies_over_the_coarser_by_its_weight() -> None:
    fine, coarse = np.full((8, 8, 1), 200, np.uint8), np.full((4, 4, 1), 100, np.uint8)
    # z = 0.53 lies 0.4035 into the fade from 0.5 to 0.5743: 1 - 0.5965 ** 3 = 0.7877.
    picture = shown(grey(8, 8, levels=2), [fine, coarse], Viewport(2, 2, 4.0, 4.0, 0.53))
    assert picture[0, 0] == pytest.approx(178.77, abs=0.01)


def test_without_blending_the_finer_level_stands_alone() -> None:
    fine, coarse = np.full((8, 8, 1), 200, np.uint8), np.full((4, 4, 1), 100, np.uint8)
    picture = shown(
        grey(8, 8, levels=2), [fine, coarse], Viewport(2, 2, 4.0, 4.0, 0.53), blend=False
    )
    assert picture[0, 0] == pytest.approx(200)


def test_a_level_lies_where_its_offset_says() -> None:
    level = Level(2, 1, 2.0, 2.0, 1.0, 0.0)
    description = replace(grey(6, 2), pyramid=Pyramid(6, 2, (level,)))
    picture = shown(
        description,
        [one_band([50, 150])],
        Viewport(6, 2, 3.0, 1.0),
        magnification=Magnification.NEAREST,
    )
    assert picture[0].tolist() == [50, 50, 50, 150, 150, 150]


def test_rotation_and_flip_turn_the_picture() -> None:
    image = one_band([10, 20], [30, 40])
    view = Viewport(2, 2, 1.0, 1.0)
    assert shown(grey(2, 2), [image], replace(view, rotation=90.0)).round().tolist() == [
        [30, 10],
        [40, 20],
    ]
    assert shown(grey(2, 2), [image], replace(view, flip=True)).round().tolist() == [
        [20, 10],
        [40, 30],
    ]


def test_beside_the_image_is_background() -> None:
    picture = shown(
        grey(1, 1), [one_band([200])], Viewport(3, 1, 0.5, 0.5), background=(0.2, 0.0, 0.0)
    )
    assert picture[0].tolist() == pytest.approx([51, 200, 51])


def test_the_outline_is_covered_by_its_share() -> None:
    picture = shown(grey(2, 1), [one_band([200, 200])], Viewport(4, 1, 0.75, 0.5))
    assert picture[0].tolist() == pytest.approx([0, 150, 200, 50])


def test_alpha_lets_the_background_through() -> None:
    image = np.array([[[200, 64]]], np.uint8)
    description = grey(1, 1, alpha=True)
    picture = shown(description, [image], Viewport(1, 1, 0.5, 0.5), background=(1.0, 1.0, 1.0))
    assert picture[0, 0] == pytest.approx(200 * 64 / 255 + 191, abs=0.5)


def test_what_is_no_number_is_background() -> None:
    image = one_band([0.5, np.nan], dtype=np.float32)
    description = grey(2, 1, sample=SampleType.F32)
    picture = shown(description, [image], Viewport(2, 1, 1.0, 0.5), background=(0.2, 0.0, 0.0))
    assert picture[0].tolist() == pytest.approx([127.5, 51.0])


@pytest.mark.parametrize(("value", "light"), [(10, 0.0), (20, 0.0), (45, 127.5), (70, 255.0)])
def test_a_window_spreads_its_values_over_the_light(value: int, light: float) -> None:
    picture = shown(
        grey(1, 1), [one_band([value])], Viewport(1, 1, 0.5, 0.5), windows=(Window(20, 70),)
    )
    assert picture[0, 0] == pytest.approx(light)


def test_gamma_brightens() -> None:
    picture = shown(grey(1, 1), [one_band([64])], Viewport(1, 1, 0.5, 0.5), gamma=2.0)
    assert picture[0, 0] == pytest.approx(255 * (64 / 255) ** 0.5)


@pytest.mark.parametrize("scale", [0.99, 0.83, 0.61])
def test_minified_it_comes_near_the_true_area_average(scale: float) -> None:
    image = detailed(300, 200, 1)
    view = Viewport(100, 80, 150.3, 100.7, scale)
    truth = reference.area_average(image.astype(np.float64), view)[..., 0]
    assert psnr(shown(grey(300, 200), [image], view), truth) >= 50


def test_an_area_average_is_of_whole_and_part_pixels() -> None:
    image = np.array([[[0.0], [100.0], [40.0]]] * 3)
    average = reference.area_average(image, Viewport(2, 2, 1.5, 1.5, 2 / 3))
    assert average[0, :, 0].tolist() == pytest.approx([100 / 3, 60.0])


def test_an_area_average_is_of_upright_views() -> None:
    with pytest.raises(ValueError, match="upright views only"):
        reference.area_average(np.zeros((2, 2, 1)), Viewport(1, 1, rotation=1.0))
