"""How images were shown is remembered."""

import json
from dataclasses import replace

import pytest

from glview.canvases.kept_displays import MOST, KeptDisplays
from glview.colormaps import ColorMap
from glview.display import WHITE, Display, Transfer, Window
from glview.image import ColorModel, ImageDescription, SampleType
from glview.pyramid import Level, Pyramid
from glview.view_state import display_to_json

NOW = Display((Window(0, 65_535),), (WHITE,), background=(0.1, 0.2, 0.3), fade_s=0.0)
MADE = replace(
    NOW,
    windows=(Window(120.5, 3400),),
    transfer=Transfer.ASINH,
    colormap=ColorMap.MAGMA,
    gamma=1.5,
    colors=((1.0, 0.5, 0.0),),
    background=(1.0, 1.0, 1.0),
)
IMAGE = ImageDescription(
    "a.tif", "TIFF", Pyramid(9, 9, (Level(9, 9, 1.0, 1.0),)), SampleType.U16, ColorModel.GREY, 1
)


def test_what_concerns_the_data_comes_back_and_nothing_else() -> None:
    kept = KeptDisplays()
    kept.keep("/a.tif", MADE, IMAGE)
    again = KeptDisplays(kept.text())
    assert again.of("/a.tif", NOW, IMAGE) == replace(MADE, background=(0.1, 0.2, 0.3))
    assert again.of("/b.tif", NOW, IMAGE) is None
    assert KeptDisplays(again.text()).of("/a.tif", NOW, IMAGE) is not None


def test_an_image_of_other_bands_is_shown_as_it_comes() -> None:
    kept = KeptDisplays()
    two, three = (Display((Window(0, 1),) * bands, (WHITE,) * bands) for bands in (2, 3))
    channels = replace(IMAGE, color_model=ColorModel.CHANNELS, bands=2)
    kept.keep("/a.tif", two, channels)
    assert kept.of("/a.tif", three, replace(channels, bands=3)) is None


@pytest.mark.parametrize("sample_type", [SampleType.U8, SampleType.S16, SampleType.F32])
def test_a_window_of_other_samples_is_not_shown(sample_type: SampleType) -> None:
    kept = KeptDisplays()
    kept.keep("/a.tif", MADE, IMAGE)
    again = KeptDisplays(kept.text())
    assert again.of("/a.tif", NOW, replace(IMAGE, sample_type=sample_type)) is None


def test_colours_of_channels_are_not_those_of_a_picture_in_colours() -> None:
    kept = KeptDisplays()
    three = replace(MADE, windows=(Window(0, 9),) * 3, colors=(WHITE,) * 3)
    channels = replace(IMAGE, color_model=ColorModel.CHANNELS, bands=3)
    kept.keep("/a.tif", three, channels)
    assert kept.of("/a.tif", three, replace(channels, color_model=ColorModel.RGB)) is None


def test_what_was_kept_before_samples_were_told_is_shown_and_kept() -> None:
    """Where as many bands are there, as it was then."""
    kept = KeptDisplays(json.dumps({"/a.tif": display_to_json(MADE)}))
    assert kept.of("/a.tif", NOW, IMAGE) == replace(MADE, background=(0.1, 0.2, 0.3))
    assert KeptDisplays(kept.text()).of("/a.tif", NOW, IMAGE) is not None


def test_what_is_forgotten_is_gone() -> None:
    kept = KeptDisplays()
    kept.keep("/a.tif", MADE, IMAGE)
    kept.keep("/a.tif", None, IMAGE)
    kept.keep("/b.tif", None, IMAGE)
    assert kept.of("/a.tif", NOW, IMAGE) is None


def test_so_many_are_remembered_and_the_oldest_goes() -> None:
    kept = KeptDisplays()
    for number in range(MOST):
        kept.keep(f"/{number}.tif", MADE, IMAGE)
    kept.keep("/0.tif", MADE, IMAGE)
    kept.keep("/new.tif", MADE, IMAGE)
    assert kept.of("/1.tif", NOW, IMAGE) is None
    assert kept.of("/0.tif", NOW, IMAGE) is not None


@pytest.mark.parametrize(
    "text",
    [
        "",
        "nonsense",
        "[]",
        '{"/a.tif": "nonsense"}',
        '{"/a.tif": 3}',
        '{"/a.tif": {}}',
        '{"/a.tif": {"display": 3, "kind": "grey uint16"}}',
    ],
)
def test_what_cannot_be_understood_is_nothing(text: str) -> None:
    assert KeptDisplays(text).of("/a.tif", NOW, IMAGE) is None
