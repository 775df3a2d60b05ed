"""How a pyramid may be stored, and that no image loses anything unasked."""

from pathlib import Path
from typing import Any

import pytest

from glview.encoding import Container, Encoding
from glview.image import ColorModel, SampleType
from glview.sources.model import PixelModel, guessed_model

RGB = guessed_model(SampleType.U8, 3)


def stored(name: str, model: PixelModel, *, lossy: bool = True, **options: Any) -> str:
    return Encoding.for_file(Path(name), **options).compression_for(model, lossy=lossy)


def test_the_name_says_the_format_and_the_rest_is_as_usual() -> None:
    assert Encoding.for_file(Path("a.dzi")) == Encoding(Container.DEEPZOOM, 254, 1, None, None)
    assert Encoding.for_file(Path("a.b/c.TIF")) == Encoding(Container.TIFF, 256, 0, None, None)
    assert Encoding.for_file(Path("a.tiff")).container is Container.TIFF


@pytest.mark.parametrize(
    ("name", "options", "fault"),
    [
        ("a.png", {}, "'a.png' must end in .dzi"),
        ("dzi", {}, "'dzi' must end in"),
        ("a.dzi", {"tile_size_px": 63}, "tiles have 64 to 2048 pixels a side: 63"),
        ("a.dzi", {"tile_size_px": 2049}, "64 to 2048 pixels a side: 2049"),
        ("a.tif", {"tile_size_px": 254}, "a multiple of 16 pixels a side: 254"),
        ("a.tif", {"overlap_px": 1}, "no overlap: 1"),
        ("a.dzi", {"overlap_px": -1}, "0 to half a tile: -1"),
        ("a.dzi", {"overlap_px": 128}, "0 to half a tile: 128"),
        ("a.dzi", {"compression": "deflate"}, "compressed by jpeg, png, webp: 'deflate'"),
        ("a.tif", {"compression": "png"}, "jpeg, deflate, lzw, webp, none: 'png'"),
        ("a.dzi", {"quality": 0}, "1 to 100: 0"),
        ("a.dzi", {"quality": 101}, "1 to 100: 101"),
    ],
)
def test_encodings_that_there_are_not(name: str, options: dict[str, Any], fault: str) -> None:
    with pytest.raises(ValueError, match=fault):
        Encoding.for_file(Path(name), **options)


@pytest.mark.parametrize(
    ("kind", "depth", "in_deepzoom", "in_tiff"),
    [
        ("uint8", 1, "jpeg", "jpeg"),
        ("uint8", 3, "jpeg", "jpeg"),
        ("uint8", 2, "png", "deflate"),
        ("uint8", 4, "png", "deflate"),
        ("uint16", 1, "png", "deflate"),
        ("uint16", 4, "png", "deflate"),
    ],
)
def test_jpeg_is_for_8_bits_without_alpha_that_are_lossy_already(
    kind: str, depth: int, in_deepzoom: str, in_tiff: str
) -> None:
    model = guessed_model(SampleType(kind), depth)
    assert stored("a.dzi", model) == in_deepzoom
    assert stored("a.tif", model) == in_tiff


@pytest.mark.parametrize("depth", [1, 2, 3, 4])
def test_what_has_lost_nothing_loses_nothing_unless_a_quality_is_given(depth: int) -> None:
    model = guessed_model(SampleType.U8, depth)
    assert stored("a.dzi", model, lossy=False) == "png"
    assert stored("a.tif", model, lossy=False) == "deflate"
    if depth % 2:
        assert stored("a.tif", model, lossy=False, quality=90) == "jpeg"
        return
    with pytest.raises(ValueError, match="a quality is that of jpeg and webp, and it is stored as"):
        stored("a.tif", model, lossy=False, quality=90)


@pytest.mark.parametrize(("name", "lossless"), [("a.dzi", "png"), ("a.tif", "deflate")])
def test_a_quality_that_nothing_would_have_is_refused(name: str, lossless: str) -> None:
    model = guessed_model(SampleType.U16, 1)
    fault = f"a quality is that of jpeg and webp, and it is stored as {lossless}: leave it out"
    with pytest.raises(ValueError, match=fault):
        stored(name, model, quality=50)
    with pytest.raises(ValueError, match=fault):
        stored(name, RGB, compression=lossless, quality=50)


@pytest.mark.parametrize("kind", ["int16", "float32"])
def test_what_png_does_not_hold_goes_into_a_tiff(kind: str) -> None:
    model = guessed_model(SampleType(kind), 1)
    assert stored("a.tif", model) == "deflate"
    with pytest.raises(ValueError, match=f"DeepZoom hold no {kind}; make a .tif of it"):
        stored("a.dzi", model)


@pytest.mark.parametrize(
    ("name", "compression"), [("a.dzi", "webp"), ("a.tif", "webp"), ("a.tif", "lzw")]
)
def test_what_is_chosen_is_taken(name: str, compression: str) -> None:
    assert stored(name, RGB, compression=compression) == compression


@pytest.mark.parametrize(
    ("compression", "kind", "depth", "fault"),
    [
        ("jpeg", "uint8", 4, "jpeg would lose its transparency; choose png"),
        ("jpeg", "uint8", 2, "jpeg would lose its transparency"),
        ("jpeg", "uint16", 3, "jpeg would make 8 bits of its uint16; choose png"),
        ("webp", "uint16", 4, "webp would make 8 bits of its uint16"),
        ("webp", "uint8", 1, "webp would make RGB of its grey"),
    ],
)
def test_what_would_lose_something_is_refused(
    compression: str, kind: str, depth: int, fault: str
) -> None:
    with pytest.raises(ValueError, match=fault):
        stored("a.dzi", guessed_model(SampleType(kind), depth), compression=compression)


def test_webp_carries_alpha() -> None:
    assert stored("a.dzi", guessed_model(SampleType.U8, 4), compression="webp") == "webp"


def test_channels_are_kept_without_loss_and_in_a_tiff() -> None:
    model = PixelModel(SampleType.U8, ColorModel.CHANNELS, 5)
    assert stored("a.tif", model, lossy=True) == "deflate"
    with pytest.raises(ValueError, match=r"a DeepZoom holds no 5 channels; make a \.tif of them"):
        stored("a.dzi", model)
    with pytest.raises(ValueError, match="jpeg is not for channels; choose deflate"):
        stored("a.tif", model, compression="jpeg")
