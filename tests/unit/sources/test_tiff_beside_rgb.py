"""TIFFs of RGB with further samples, such as infrared: all of them are channels."""

from collections.abc import Callable
from pathlib import Path
from typing import Any

import imagecodecs
import numpy as np
import pytest
import pyvips
import tifffile
from numpy.typing import NDArray

from glview.display import PRIMARIES, default_display
from glview.image import Channel, ColorModel
from glview.sources.base import TileSource
from glview.sources.image_file import opened_file, tiff_structure
from glview.sources.inspecting import inspect_file
from glview.sources.tiff_page import TiffPage
from tests.unit.sources.build import overwrite, tiff_entries
from tests.unit.sources.packed import write_packed
from tests.unit.sources.test_tiff_stacks import opened, whole

__all__ = ["opened"]
P3 = bytes(pyvips.Image.profile_load("p3"))
Opened = Callable[..., TileSource]
TILES: dict[str, Any] = {"tile": (64, 64)}
LAYOUTS: dict[str, dict[str, Any]] = {
    "strips": {"rowsperstrip": 32},
    "one strip, deflate": {"compression": "zlib"},
    "strips, zstd": {"rowsperstrip": 32, "compression": "zstd"},
    "tiles": TILES,
    "tiles, deflate": {**TILES, "compression": "zlib", "predictor": 2},
    "tiles, lzw": {**TILES, "compression": "lzw", "byteorder": ">"},
    "tiles, zstd": {**TILES, "compression": "zstd"},
}


def aerial(samples: int, dtype: str = "uint8", height: int = 100) -> NDArray[Any]:
    """Pixels (height, 130, samples) of which no two samples are alike."""
    noise = np.random.default_rng(samples).integers(1, 255, (height, 130, samples))
    return (noise * (1 if dtype == "uint8" else 100)).astype(dtype)


def written(
    path: Path, pixels: NDArray[Any], *extras: str, planar: str = "contig", **options: Any
) -> Path:
    """Write them as RGB and ``extras``, in tifffile's words."""
    if planar == "separate":
        pixels = np.ascontiguousarray(np.moveaxis(pixels, -1, 0))
    tifffile.imwrite(
        path, pixels, photometric="rgb", planarconfig=planar, extrasamples=extras,
        metadata=None, **options,
    )  # fmt: skip
    return path


@pytest.mark.parametrize("planar", ["contig", "separate"])
@pytest.mark.parametrize("layout", LAYOUTS)
@pytest.mark.parametrize("dtype", ["uint8", "uint16", "float32"])
def test_all_samples_are_channels(
    tmp_path: Path, opened: Opened, dtype: str, layout: str, planar: str
) -> None:
    pixels = aerial(5, dtype)
    options = dict(LAYOUTS[layout])
    if dtype == "float32":
        options.pop("predictor", None)
    path = written(tmp_path / "a.tif", pixels, *["unspecified"] * 2, planar=planar, **options)
    source = opened(path)
    told = source.description
    assert (told.color_model, told.bands, told.alpha) == (ColorModel.CHANNELS, 5, False)
    assert np.array_equal(whole(source), pixels)


@pytest.mark.parametrize("layout", [{}, TILES, {**TILES, "compression": "zstd"}])
def test_the_first_three_are_red_green_and_blue_and_the_others_are_beside(
    tmp_path: Path, opened: Opened, layout: dict[str, Any]
) -> None:
    path = written(tmp_path / "a.tif", aerial(4), "unspecified", **layout)
    assert opened(path).description.channels == (
        Channel("Red", (1.0, 0.0, 0.0)),
        Channel("Green", (0.0, 1.0, 0.0)),
        Channel("Blue", (0.0, 0.0, 1.0)),
        Channel(beside_rgb=True),
    )


GDAL = """<GDALMetadata><Item name="AREA">Item</Item>
<Item name="COLORINTERP" sample="3" role="colorinterp">NIR</Item>
<Item name="DESCRIPTION" sample="5" role="description"> red &amp;
 edge </Item><Item name="COLORINTERP" sample="5" role="colorinterp">Pan</Item>
<Item name="COLORINTERP" sample="6" role="colorinterp">Undefined</Item>
<Item name="SCALE" sample="6" role="scale">2</Item></GDALMetadata>"""


@pytest.mark.parametrize(
    ("text", "names"),
    [
        (GDAL, ["NIR", "red & edge", ""]),
        (GDAL.replace('"5"', '"five"'), ["NIR", "", ""]),
        (f"<!DOCTYPE x []>{GDAL}", ["", "", ""]),
        (GDAL[:-5], ["", "", ""]),
    ],
)
def test_they_are_called_what_gdal_calls_them(
    tmp_path: Path, opened: Opened, text: str, names: list[str]
) -> None:
    extras = ["unspecified", "unassalpha", "unspecified", "unspecified"]
    tags = [(42112, "s", 0, text, True)]
    source = opened(written(tmp_path / "a.tif", aerial(7), *extras, extratags=tags))
    assert [channel.name for channel in source.description.channels[3:]] == names


def test_bands_of_12_bits_are_told_with_their_limits(tmp_path: Path, opened: Opened) -> None:
    write_packed(tmp_path / "a.tif", [[[9, 8, 7, 4000]]], 12, photometric=2, extras=(0,))
    source = opened(tmp_path / "a.tif")
    red, *_, beside = source.description.channels
    assert (red.name, red.limits) == ("Red", (0, 4095))
    assert beside == Channel(limits=(0, 4095), beside_rgb=True)
    assert whole(source).tolist() == [[[9, 8, 7, 4000]]]


@pytest.mark.parametrize("planar", ["contig", "separate"])
@pytest.mark.parametrize("layout", LAYOUTS)
@pytest.mark.parametrize(
    ("extras", "order"),
    [
        (("unspecified", "unassalpha"), [0, 1, 2, 3, 4]),
        (("unassalpha", "unspecified"), [0, 1, 2, 4, 3]),
        (("unspecified", "unassalpha", "unspecified"), [0, 1, 2, 3, 5, 4]),
    ],
)
def test_alpha_is_alpha_wherever_it_is(
    tmp_path: Path,
    opened: Opened,
    extras: tuple[str, ...],
    order: list[int],
    layout: str,
    planar: str,
) -> None:
    pixels = aerial(3 + len(extras))
    path = written(tmp_path / "a.tif", pixels, *extras, planar=planar, **LAYOUTS[layout])
    source = opened(path)
    told = source.description
    assert (told.bands, told.alpha) == (len(order) - 1, True)
    assert np.array_equal(whole(source), pixels[..., order])


def test_strips_that_are_tried_one_by_one_are_in_the_same_order(tmp_path: Path) -> None:
    pixels = aerial(5)
    extras = "unassalpha", "unspecified"
    path = written(tmp_path / "a.tif", pixels, *extras, compression="zlib", rowsperstrip=32)
    with opened_file(str(path)) as file:
        pages = tiff_structure(file)
        page = TiffPage(file.descriptor, pages, pages.directories[0])
        strips = dict(page.plain_bands(range(page.bands)))
    assert np.array_equal(np.concatenate(list(strips.values())), pixels[..., [0, 1, 2, 4, 3]])


@pytest.mark.parametrize("layout", LAYOUTS)
def test_colours_alone_were_multiplied_with_alpha(
    tmp_path: Path, opened: Opened, layout: str
) -> None:
    pixels = np.full((100, 130, 5), [60, 30, 0, 90, 128], np.uint8)
    path = written(tmp_path / "a.tif", pixels, "unspecified", "assocalpha", **LAYOUTS[layout])
    assert whole(opened(path))[50, 50].tolist() == [120, 60, 0, 90, 128]


@pytest.mark.parametrize(
    ("samples", "extras", "alpha"),
    [(3, (), False), (4, ("unassalpha",), True), (4, ("assocalpha",), True)],
)
def test_rgb_with_or_without_alpha_is_no_channels(
    tmp_path: Path, opened: Opened, samples: int, extras: tuple[str, ...], *, alpha: bool
) -> None:
    told = opened(written(tmp_path / "a.tif", aerial(samples), *extras)).description
    assert (told.color_model, told.bands, told.alpha) == (ColorModel.RGB, 3, alpha)


def set_number(path: Path, tag: int, value: int) -> None:
    """Put another number into a tag of the first page."""
    overwrite(path, tiff_entries(path)[tag][3] + 8, value.to_bytes(2, "little"))


def without_extras(path: Path) -> Path:
    """The same, its extra samples not declared: their tag is another's."""
    overwrite(path, tiff_entries(path)[338][3], (65_000).to_bytes(2, "little"))
    return path


@pytest.mark.parametrize("layout", [{}, TILES, {**TILES, "compression": "zstd"}])
def test_the_fourth_of_four_is_alpha_where_nobody_says(
    tmp_path: Path, opened: Opened, layout: dict[str, Any]
) -> None:
    path = without_extras(written(tmp_path / "a.tif", aerial(4), "unspecified", **layout))
    told = opened(path).description
    assert (told.color_model, told.alpha) == (ColorModel.RGB, True)


@pytest.mark.parametrize("layout", [{}, TILES, {**TILES, "compression": "zstd"}])
def test_of_eight_none_is_alpha_where_nobody_says(
    tmp_path: Path, opened: Opened, layout: dict[str, Any]
) -> None:
    pixels = aerial(8)
    path = without_extras(written(tmp_path / "a.tif", pixels, *["unspecified"] * 5, **layout))
    source = opened(path)
    assert (source.description.bands, source.description.alpha) == (8, False)
    assert np.array_equal(whole(source), pixels)


@pytest.mark.parametrize(
    ("samples", "model", "bands"), [(24, ColorModel.CHANNELS, 24), (25, ColorModel.RGB, 3)]
)
@pytest.mark.parametrize("layout", [{}, TILES, {**TILES, "compression": "zstd"}])
def test_of_more_than_one_picture_has_room_for_the_three_are_shown(
    tmp_path: Path,
    opened: Opened,
    layout: dict[str, Any],
    samples: int,
    model: ColorModel,
    bands: int,
) -> None:
    pixels = aerial(samples)
    path = written(tmp_path / "a.tif", pixels, *["unspecified"] * (samples - 3), **layout)
    source = opened(path)
    assert (source.description.color_model, source.description.bands) == (model, bands)
    assert np.array_equal(whole(source), pixels[..., :bands])


@pytest.mark.parametrize(("extra", "bands"), [("unspecified", 4), ("unassalpha", 3)])
@pytest.mark.parametrize("compression", ["jpeg", "webp"])
def test_jpeg_and_webp_may_have_four_samples(
    tmp_path: Path, opened: Opened, compression: str, extra: str, bands: int
) -> None:
    pixels = np.full((64, 64, 4), [200, 100, 50, 150], np.uint8)
    if compression == "jpeg":
        tile = imagecodecs.jpeg_encode(pixels, level=90, colorspace="cmyk", outcolorspace="cmyk")
    else:
        tile = imagecodecs.webp_encode(pixels, level=90)
    tifffile.imwrite(
        tmp_path / "a.tif", iter([bytes(tile)]), shape=pixels.shape, dtype=np.uint8,
        photometric="rgb", extrasamples=[extra], compression=compression, metadata=None, **TILES,
    )  # fmt: skip
    # tifffile writes YCbCr of what is JPEG.
    set_number(tmp_path / "a.tif", 262, 2)
    source = opened(tmp_path / "a.tif")
    assert source.description.bands == bands
    np.testing.assert_allclose(whole(source)[20, 20], [200, 100, 50, 150], atol=3)


def test_levels_of_a_pyramid_have_all_bands(tmp_path: Path, opened: Opened) -> None:
    pixels = aerial(4, height=128)
    with tifffile.TiffWriter(tmp_path / "a.tif") as file:
        how: dict[str, Any] = {
            "photometric": "rgb", "extrasamples": ["unspecified"], "tile": (32, 32),
        }  # fmt: skip
        file.write(pixels, subifds=1, metadata=None, **how)
        file.write(pixels[::2, ::2], subfiletype=1, metadata=None, **how)
    source = opened(tmp_path / "a.tif")
    assert len(source.description.pyramid.levels) == 2
    assert np.array_equal(whole(source, 1), pixels[::2, ::2])


def test_each_page_of_several_has_its_bands(tmp_path: Path, opened: Opened) -> None:
    pixels = aerial(4)
    with tifffile.TiffWriter(tmp_path / "a.tif") as file:
        for page in (pixels, pixels[::-1]):
            file.write(page, photometric="rgb", extrasamples=["unspecified"], metadata=None)
    source = opened(tmp_path / "a.tif", plane=(1,))
    assert source.description.rgb_bands == range(3)
    assert np.array_equal(whole(source), pixels[::-1])


@pytest.mark.parametrize("layout", [{}, TILES])
def test_the_profile_of_the_colours_is_kept(
    tmp_path: Path, opened: Opened, layout: dict[str, Any]
) -> None:
    path = written(tmp_path / "a.tif", aerial(4), "unspecified", iccprofile=P3, **layout)
    told = opened(path).description
    assert told.is_profiled
    assert default_display(told).color_table is told.color_table is not None


def test_the_display_shows_the_three(tmp_path: Path, opened: Opened) -> None:
    display = default_display(
        opened(written(tmp_path / "a.tif", aerial(4), "unspecified")).description
    )
    assert display.colors[:3] == PRIMARIES
    assert display.hidden == {3}


def test_it_is_told_what_is_shown(tmp_path: Path) -> None:
    stored = inspect_file(written(tmp_path / "a.tif", aerial(5), "unspecified", "unassalpha"))
    assert (stored.samples.color, stored.samples.bands, stored.samples.alpha) == ("RGB", 4, True)
    assert stored.shown is not None
    assert (stored.shown.model.bands, stored.shown.model.alpha) == (4, True)
    assert [channel.name for channel in stored.channels] == ["Red", "Green", "Blue", ""]
