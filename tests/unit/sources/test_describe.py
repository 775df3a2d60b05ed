import json
from dataclasses import replace
from types import MappingProxyType

import pytest

from glview.image import ColorModel, SampleType
from glview.pyramid import Level
from glview.sources.describe import as_dict, as_text
from glview.sources.model import PixelModel, guessed_model
from glview.sources.stored import (
    Layout,
    Planes,
    Shown,
    StoredImage,
    StoredLevel,
    StoredSamples,
)

SLIDE = StoredImage(
    name="a slide.dzi",
    format="DeepZoom",
    width=100_000,
    height=50_000,
    samples=StoredSamples("RGB", "uint8", 3, alpha=True),
    levels=(
        StoredLevel(
            Level(100_000, 50_000, 1, 1, tile_width=254, tile_height=254, overlap=1), Layout.TILES
        ),
        StoredLevel(
            Level(25_000, 12_500, 4, 4, 1.5, 1.5, tile_width=254, tile_height=254), Layout.TILES
        ),
    ),
    shown=Shown(100_000, 50_000, guessed_model(SampleType.U8, 4)),
    pixel_size_um=(0.25, 0.5),
    metadata=MappingProxyType({"note": "two\nlines\x1b[31m"}),
)
STACK = StoredImage(
    name="stack.tif",
    format="BigTIFF",
    width=40,
    height=60,
    samples=StoredSamples("CMYK", "int8", 4),
    levels=(StoredLevel(Level(40, 60, 1, 1, tile_width=40, tile_height=7), Layout.STRIPS),),
    shown=Shown(60, 40, guessed_model(SampleType.U8, 3)),
    note="no pyramid in the file",
    orientation=6,
    nodata=-9999.0,
    planes=Planes(15, "plane", (("channels", 3), ("z planes", 5), ("time points", 1))),
    other_pages=2,
)


def test_text() -> None:
    assert as_text(SLIDE) == (
        "a slide.dzi\n"
        "  format       DeepZoom\n"
        "  size         100000 x 50000 pixels (5 gigapixels)\n"
        "  samples      RGB and alpha, uint8\n"
        "  pixel size   0.25 x 0.5 µm\n"
        "  objective    about 28x, by the size of a pixel\n"
        "  levels       width x height, downsample, offset, tile size\n"
        "    0   100000 x 50000, 1, 0 0, 254 x 254 (overlap 1)\n"
        "    1   25000 x 12500, 4, 1.5 1.5, 254 x 254\n"
        "  metadata\n"
        "    note: two lines [31m\n"
    )


def test_text_of_what_is_shown_otherwise_or_not_at_all() -> None:
    assert as_text(STACK) == (
        "stack.tif\n"
        "  format       BigTIFF\n"
        "  size         40 x 60 pixels (2,400 in all)\n"
        "  samples      CMYK, int8; shown as RGB, uint8\n"
        "  orientation  6 (EXIF's): shown as 60 x 40 pixels\n"
        "  no data      -9999\n"
        "  planes       15 planes (3 channels, 5 z planes); the first comes up\n"
        "  other pages  2 (thumbnails, labels, masks and the like), not shown\n"
        "  levels       width x height, downsample, offset, tile size\n"
        "    0   40 x 60, 1, 0 0, strips of 7 rows\n"
        "  note         no pyramid in the file\n"
    )


def samples_line(samples: StoredSamples, model: PixelModel | None) -> str:
    level = StoredLevel(Level(9, 9, 1, 1), Layout.WHOLE)
    shown = Shown(9, 9, model) if model else None
    text = as_text(StoredImage("x", "PNG", 9, 9, samples, (level,), shown))
    assert text.endswith("9 x 9, 1, 0 0, no tiles\n")
    return text.splitlines()[3].removeprefix("  samples      ")


def test_samples() -> None:
    grey, rgb = guessed_model(SampleType.U8, 1), guessed_model(SampleType.U8, 3)
    channels = PixelModel(SampleType.F32, ColorModel.CHANNELS, 7)
    assert samples_line(StoredSamples("grey", "uint8", 1), grey) == "grey, uint8"
    assert samples_line(StoredSamples("grey", "uint1", 1), grey) == "grey, uint1; shown as uint8"
    assert samples_line(StoredSamples("palette", "uint8", 1), rgb) == "palette, uint8; shown as RGB"
    assert samples_line(StoredSamples("RGB", "uint8", 5), rgb) == (
        "RGB and 2 more bands, uint8; shown as RGB"
    )
    assert samples_line(StoredSamples("channels", "float32", 7), channels) == "7 channels, float32"
    assert samples_line(StoredSamples("RGB", "float64", 3), None) == "RGB, float64"


def test_dict_survives_json() -> None:
    got = json.loads(json.dumps(as_dict(STACK)))
    assert got == {
        "name": "stack.tif",
        "format": "BigTIFF",
        "width": 40,
        "height": 60,
        "color": "CMYK",
        "sample_type": "int8",
        "bands": 4,
        "alpha": False,
        "shown": {
            "width": 60, "height": 40, "color_model": "rgb", "sample_type": "uint8", "bands": 3,
            "alpha": False,
        },
        "note": "no pyramid in the file",
        "profile": None,
        "orientation": 6,
        "nodata": -9999.0,
        "pixel_size_um": None,
        "objective_power": None,
        "magnification": None,
        "associated": [],
        "levels": [
            {
                "width": 40, "height": 60, "downsample": [1, 1], "offset": [0, 0],
                "layout": "strips", "tile_width": 40, "tile_height": 7, "overlap": 0,
            },
        ],
        "planes": {
            "count": 15, "together": 1, "complete": True, "kind": "plane",
            "axes": {"channels": 3, "z_planes": 5, "time_points": 1},
        },
        "channels": [],
        "series": [],
        "other_pages": 2,
        "slow": [],
        "metadata": {},
    }  # fmt: skip
    got = json.loads(json.dumps(as_dict(SLIDE)))
    assert got["levels"][1] == {
        "width": 25_000, "height": 12_500, "downsample": [4, 4], "offset": [1.5, 1.5],
        "layout": "tiles", "tile_width": 254, "tile_height": 254, "overlap": 0,
    }  # fmt: skip
    assert (got["pixel_size_um"], got["note"]) == ([0.25, 0.5], None)
    assert got["metadata"]["note"].startswith("two")


def test_what_a_microscope_says_is_told() -> None:
    told = replace(SLIDE, objective_power=20.0, associated=("label", "macro"))
    assert "  objective    20x\n  associated   label, macro\n" in as_text(told)
    got = as_dict(told)
    assert (got["objective_power"], got["magnification"]) == (20.0, 20.0)
    assert got["associated"] == ["label", "macro"]
    guessed = as_text(replace(told, objective_power=None))
    assert "  objective    about 28x, by the size of a pixel\n" in guessed


@pytest.mark.parametrize(
    ("width", "height", "amount"),
    [
        (1, 1, "1 in all"),
        (333, 300, "99,900 in all"),
        (400, 300, "0.12 megapixels"),
        (30_000, 30_000, "900 megapixels"),
        (10**6, 10**6, "1 terapixels"),
    ],
)
def test_small_images_are_counted_in_pixels(width: int, height: int, amount: str) -> None:
    text = as_text(replace(STACK, width=width, height=height))
    assert f"  size         {width} x {height} pixels ({amount})\n" in text


def test_what_is_cut_for_people_is_whole_for_programs() -> None:
    stored = replace(STACK, metadata={"ImageDescription": "word " * 2000})
    told = "word " * 39 + "word…"
    assert f"ImageDescription: {told} (--json has all of it)\n" in as_text(stored)
    assert as_dict(stored)["metadata"] == {"ImageDescription": "word " * 2000}


def test_a_magnification_past_a_hundred_has_all_its_digits() -> None:
    text = as_text(replace(SLIDE, objective_power=None, pixel_size_um=(0.1, 0.1)))
    assert "  objective    about 100x, by the size of a pixel\n" in text
