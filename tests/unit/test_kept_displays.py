"""How images were shown is remembered."""

from dataclasses import replace

import pytest

from glview.canvases.kept_displays import MOST, KeptDisplays
from glview.colormaps import ColorMap
from glview.display import WHITE, Display, Transfer, Window

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


def test_what_concerns_the_data_comes_back_and_nothing_else() -> None:
    kept = KeptDisplays()
    kept.keep("/a.tif", MADE)
    again = KeptDisplays(kept.text())
    assert again.of("/a.tif", NOW) == replace(MADE, background=(0.1, 0.2, 0.3))
    assert again.of("/b.tif", NOW) is None


def test_an_image_of_other_bands_is_shown_as_it_comes() -> None:
    kept = KeptDisplays()
    kept.keep("/a.tif", MADE)
    two = Display((Window(0, 1),) * 2, (WHITE,) * 2)
    assert kept.of("/a.tif", two) is None


def test_what_is_forgotten_is_gone() -> None:
    kept = KeptDisplays()
    kept.keep("/a.tif", MADE)
    kept.keep("/a.tif", None)
    kept.keep("/b.tif", None)
    assert kept.of("/a.tif", NOW) is None


def test_so_many_are_remembered_and_the_oldest_goes() -> None:
    kept = KeptDisplays()
    for number in range(MOST):
        kept.keep(f"/{number}.tif", MADE)
    kept.keep("/0.tif", MADE)
    kept.keep("/new.tif", MADE)
    assert kept.of("/1.tif", NOW) is None
    assert kept.of("/0.tif", NOW) is not None


@pytest.mark.parametrize("text", ["", "nonsense", "[]", '{"/a.tif": "nonsense"}', '{"/a.tif": 3}'])
def test_what_cannot_be_understood_is_nothing(text: str) -> None:
    assert KeptDisplays(text).of("/a.tif", NOW) is None
