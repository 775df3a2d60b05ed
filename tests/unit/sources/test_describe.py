import json
from types import MappingProxyType

from glview.image import ColorModel, ImageDescription, SampleType
from glview.pyramid import Level, Pyramid
from glview.sources.describe import as_dict, as_text

LEVELS = (
    Level(100_000, 50_000, 1, 1, tile_width=254, tile_height=254, overlap=1),
    Level(25_000, 12_500, 4, 4, 1.5, 1.5, tile_width=254, tile_height=254),
)
SLIDE = ImageDescription(
    name="a slide.dzi",
    format="DeepZoom",
    pyramid=Pyramid(100_000, 50_000, LEVELS),
    sample_type=SampleType.U8,
    color_model=ColorModel.RGB,
    bands=3,
    alpha=True,
    pixel_size_um=(0.25, 0.5),
    metadata=MappingProxyType({"note": "two\nlines\x1b[31m"}),
)


def test_text() -> None:
    assert as_text(SLIDE) == (
        "a slide.dzi\n"
        "  format       DeepZoom\n"
        "  size         100000 x 50000 pixels (5 gigapixels)\n"
        "  samples      RGB and alpha, uint8\n"
        "  pixel size   0.25 x 0.5 µm\n"
        "  levels       width x height, downsample, offset, tile size\n"
        "    0   100000 x 50000, 1, 0 0, 254 x 254 (overlap 1)\n"
        "    1   25000 x 12500, 4, 1.5 1.5, 254 x 254\n"
        "  metadata\n"
        "    note: two lines [31m\n"
    )


def test_channels_and_nodata() -> None:
    array = ImageDescription(
        name="array",
        format="array",
        pyramid=Pyramid(10, 10, (Level(10, 10, 1, 1),)),
        sample_type=SampleType.F32,
        color_model=ColorModel.CHANNELS,
        bands=7,
        nodata=-9999.0,
    )
    text = as_text(array)
    assert "7 channels, float32" in text
    assert "no data      -9999" in text
    assert "0.0001 megapixels" in text


def test_dict_survives_json() -> None:
    got = json.loads(json.dumps(as_dict(SLIDE)))
    assert got["levels"][1] == {
        "width": 25_000, "height": 12_500, "downsample": [4, 4], "offset": [1.5, 1.5],
        "tile_width": 254, "tile_height": 254, "overlap": 0,
    }  # fmt: skip
    assert (got["width"], got["sample_type"], got["color_model"]) == (100_000, "uint8", "rgb")
    assert (got["bands"], got["alpha"], got["nodata"]) == (3, True, None)
    assert got["pixel_size_um"] == [0.25, 0.5]
    assert got["metadata"]["note"].startswith("two")
