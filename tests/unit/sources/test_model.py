import numpy as np
import pytest

from glview.image import ColorModel, SampleType
from glview.sources.model import PixelModel, converted, guessed_model, held_nodata, union

GREY = guessed_model(SampleType.U8, 1)
GREY_ALPHA = guessed_model(SampleType.U8, 2)
RGB = guessed_model(SampleType.U8, 3)
RGBA = guessed_model(SampleType.U8, 4)


@pytest.mark.parametrize(
    ("depth", "colour", "bands", "alpha"),
    [
        (1, ColorModel.GREY, 1, False),
        (2, ColorModel.GREY, 1, True),
        (3, ColorModel.RGB, 3, False),
        (4, ColorModel.RGB, 3, True),
        (5, ColorModel.CHANNELS, 5, False),
    ],
)
def test_the_usual_meaning_of_bands(
    depth: int, colour: ColorModel, bands: int, alpha: bool
) -> None:
    assert guessed_model(SampleType.U8, depth) == PixelModel(SampleType.U8, colour, bands, alpha)


def test_union_holds_both() -> None:
    assert union(GREY_ALPHA, RGB) == RGBA
    assert union(GREY, GREY) == GREY
    with pytest.raises(ValueError, match="uint16"):
        union(GREY, guessed_model(SampleType.U16, 1))


def test_grey_spreads_and_gets_an_opaque_alpha() -> None:
    grey = np.array([[[7]]], dtype=np.uint8)
    assert converted(grey, GREY, RGBA).tolist() == [[[7, 7, 7, 255]]]
    assert converted(np.array([[[7, 9]]], np.uint8), GREY_ALPHA, RGBA).tolist() == [[[7, 7, 7, 9]]]


def test_grey_looking_rgb_narrows() -> None:
    assert converted(np.array([[[7, 7, 7]]], np.uint8), RGB, GREY).tolist() == [[[7]]]


def test_nothing_seen_is_lost() -> None:
    with pytest.raises(ValueError, match="coloured"):
        converted(np.array([[[7, 8, 7]]], np.uint8), RGB, GREY)
    with pytest.raises(ValueError, match="transparent"):
        converted(np.array([[[7, 8, 7, 254]]], np.uint8), RGBA, RGB)
    assert converted(np.array([[[7, 8, 7, 255]]], np.uint8), RGBA, RGB).tolist() == [[[7, 8, 7]]]


@pytest.mark.parametrize(
    ("value", "sample_type", "held"),
    [
        (None, SampleType.U8, None),
        (255.0, SampleType.U8, 255.0),
        (256.0, SampleType.U8, None),
        (-9999.0, SampleType.U8, None),
        (-9999.0, SampleType.S16, -9999.0),
        (0.5, SampleType.U16, None),
        (0.5, SampleType.F32, 0.5),
        (1e300, SampleType.U16, None),
        (1e300, SampleType.F32, None),
        (-3.40282347e38, SampleType.F32, -3.40282347e38),
        (float("nan"), SampleType.F32, None),
        (float("-inf"), SampleType.S16, None),
    ],
)
def test_a_nodata_value_that_no_sample_can_have_is_none(
    value: float | None, sample_type: SampleType, held: float | None
) -> None:
    assert held_nodata(value, sample_type) == held
