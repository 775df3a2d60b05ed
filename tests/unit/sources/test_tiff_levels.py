from typing import Any

import pytest

from glview.image import SampleType
from glview.sources.model import PixelModel, guessed_model
from glview.sources.tiff_levels import (
    chosen_levels,
    declared_nodata,
    delivered_nodata,
    extra_is_alpha,
    pixel_size_um,
    reduction_ratio,
    unreadable_compression,
    unreadable_samples,
)
from glview.sources.tiff_structure import Directory, Tag, TiffStructure

Values = dict[int, tuple[float, ...] | bytes]


def page(width: int, height: int, tile: int = 256, **tags: Any) -> Directory:
    values: Values = {
        Tag.WIDTH: (width,),
        Tag.HEIGHT: (height,),
        Tag.SAMPLES: (3,),
        Tag.BITS: (8, 8, 8),
    }
    if tile:
        values |= {Tag.TILE_WIDTH: (tile,), Tag.TILE_HEIGHT: (tile,)}
    for name, value in tags.items():
        values[Tag[name]] = (value,) if isinstance(value, int) else value
    return Directory({}, values)


def levels(*pages: Directory) -> list[tuple[int, float]]:
    """Page number and downsample of each level chosen."""
    chosen = chosen_levels(TiffStructure("<", False, pages))
    return [(item.page, item.level.downsample_x) for item in chosen]


def test_floor_rounded_levels_lie_at_exact_powers_of_two() -> None:
    pages = [page(1003, 1005), page(501, 502), page(250, 251), page(125, 125)]
    assert levels(*pages) == [(0, 1.0), (1, 2.0), (2, 4.0), (3, 8.0)]


def test_ceil_rounded_levels_lie_at_exact_powers_of_two() -> None:
    pages = [page(1003, 1005), page(502, 503), page(251, 252), page(126, 126)]
    assert levels(*pages) == [(0, 1.0), (1, 2.0), (2, 4.0), (3, 8.0)]


def test_steps_of_four_and_three() -> None:
    slide = [page(46000, 32914), page(11500, 8228), page(2875, 2057)]
    assert levels(*slide) == [(0, 1.0), (1, 4.0), (2, 16.0)]
    assert levels(page(900, 600), page(300, 200), page(100, 66)) == [(0, 1.0), (1, 3.0), (2, 9.0)]


def test_thumbnails_labels_and_macros_are_no_levels() -> None:
    slide = [
        page(46000, 32914),
        page(1024, 732, tile=0),
        page(11500, 8228),
        page(387, 463, tile=0, NEW_SUBFILE_TYPE=1),
        page(1280, 431, tile=0, NEW_SUBFILE_TYPE=9),
    ]
    assert levels(*slide) == [(0, 1.0), (2, 4.0)]
    assert levels(page(4600, 3290), page(1024, 732), page(1000, 1000)) == [(0, 1.0)]


def test_a_mask_or_other_samples_are_no_levels() -> None:
    mask = page(500, 400, NEW_SUBFILE_TYPE=5)
    grey = page(500, 400, SAMPLES=1, BITS=(8,))
    assert levels(page(1000, 800), mask, grey, page(500, 400)) == [(0, 1.0), (3, 2.0)]


def test_pages_in_any_order_and_of_one_size() -> None:
    assert levels(page(1000, 800), page(250, 200), page(500, 400)) == [(0, 1.0), (2, 2.0), (1, 4.0)]
    assert levels(page(1000, 800), page(1000, 800), page(1000, 800)) == [(0, 1.0)]


def test_the_full_image_may_come_after_its_reduction() -> None:
    small = page(500, 400, NEW_SUBFILE_TYPE=1)
    assert levels(small, page(1000, 800)) == [(1, 1.0)]


def test_an_image_in_strips_has_no_levels_here() -> None:
    assert levels(page(1000, 800, tile=0), page(500, 400)) == []


def test_sub_directories_are_the_levels_where_there_are_any() -> None:
    full = page(1000, 800)
    subs = (page(500, 400), page(250, 200))
    full = Directory({}, {**full.values, Tag.SUB_IFDS: (8, 9)}, subs)
    chosen = chosen_levels(TiffStructure("<", False, (full, page(500, 400))))
    assert [(item.page, item.sub_page, item.addressable) for item in chosen] == [
        (0, None, True),
        (0, 0, True),
        (0, 1, True),
    ]


@pytest.mark.parametrize(
    ("full", "size", "after", "ratio"),
    [
        ((1003, 1005), (125, 125), 4, 8),
        ((1003, 1005), (126, 126), 4, 8),
        ((100, 100), (30, 30), 1, None),
        ((7, 5), (1, 1), 4, 8),
        ((3000, 1), (1500, 1), 1, 2),
        ((1000, 1000), (500, 250), 1, None),
        ((1003, 1005), (501, 502), 2, None),
    ],
)
def test_ratios(
    full: tuple[int, int], size: tuple[int, int], after: int, ratio: int | None
) -> None:
    assert reduction_ratio(page(*full), page(*size), after) == ratio


@pytest.mark.parametrize(
    ("code", "name"),
    [(1, None), (5, None), (7, None), (8, None), (50001, None), (6, "old-style JPEG"),
     (34887, "LERC"), (34925, "LZMA"), (50000, "ZSTD"), (50002, "JPEG XL"),
     (33005, "JPEG 2000 (Aperio RGB)"),
     (52479, "number 52479")],
)  # fmt: skip
def test_compressions(code: int, name: str | None) -> None:
    assert unreadable_compression(page(9, 9, COMPRESSION=code)) == name


@pytest.mark.parametrize(
    ("tags", "name"),
    [
        ({"BITS": (8, 8, 8)}, None),
        ({"BITS": (12, 12, 12)}, "12-bit samples"),
        ({"BITS": (4,), "SAMPLES": 1}, None),
        ({"BITS": (4, 4, 4)}, "4-bit samples"),
        ({"BITS": (64,), "SAMPLES": 1, "SAMPLE_FORMAT": (3,)}, "64-bit float samples"),
        ({"BITS": (32,), "SAMPLES": 1, "SAMPLE_FORMAT": (3,)}, None),
        ({"BITS": (64,), "SAMPLES": 1, "SAMPLE_FORMAT": (6,)}, "complex samples"),
        ({"BITS": (8, 8, 16)}, "samples of different widths"),
    ],
)
def test_samples(tags: dict[str, Any], name: str | None) -> None:
    assert unreadable_samples(page(9, 9, **tags)) == name


def test_extra_samples() -> None:
    assert extra_is_alpha(page(9, 9)) is None
    assert extra_is_alpha(page(9, 9, EXTRA_SAMPLES=(0,))) is False
    assert extra_is_alpha(page(9, 9, EXTRA_SAMPLES=(1,))) is True
    assert extra_is_alpha(page(9, 9, EXTRA_SAMPLES=(2, 0))) is True


def test_nodata() -> None:
    grey: dict[str, Any] = {"SAMPLES": 1, "BITS": (32,)}
    assert declared_nodata(page(9, 9, GDAL_NODATA=b"-9999 \0", **grey)) == -9999.0
    assert declared_nodata(page(9, 9, GDAL_NODATA=b"nan\0", **grey)) is None
    assert declared_nodata(page(9, 9, GDAL_NODATA=b"many\0", **grey)) is None
    assert declared_nodata(page(9, 9)) is None


U8, U16 = guessed_model(SampleType.U8, 1), guessed_model(SampleType.U16, 1)
S16, F32 = guessed_model(SampleType.S16, 1), guessed_model(SampleType.F32, 1)
RGB = guessed_model(SampleType.U8, 3)


@pytest.mark.parametrize(
    ("value", "tags", "model", "delivered"),
    [
        (b"7", {"BITS": (8,)}, U8, 7.0),
        (b"-9999", {"BITS": (16,), "SAMPLE_FORMAT": (2,)}, S16, -9999.0),
        (b"-9999", {"BITS": (16,)}, U16, None),
        (b"0", {"BITS": (8, 8, 8), "SAMPLES": 3, "PHOTOMETRIC": 2}, RGB, None),
        # Numbers of colours in a palette, which the picture's colours are not.
        (b"0", {"BITS": (8,), "PHOTOMETRIC": 3}, RGB, None),
        (b"0", {"BITS": (8,) * 4, "SAMPLES": 4, "PHOTOMETRIC": 5}, RGB, None),
        # libvips turns white-is-zero around and stretches few bits.
        (b"0", {"BITS": (8,), "PHOTOMETRIC": 0}, U8, 255.0),
        (b"5", {"BITS": (16,), "PHOTOMETRIC": 0}, U16, 65_530.0),
        (b"5", {"BITS": (16,), "PHOTOMETRIC": 0, "SAMPLE_FORMAT": (2,)}, S16, 5.0),
        (b"1", {"BITS": (32,), "PHOTOMETRIC": 0, "SAMPLE_FORMAT": (3,)}, F32, 1.0),
        (b"1", {"BITS": (32,), "PHOTOMETRIC": 0}, F32, 4_294_967_294.0),
        (b"1", {"BITS": (1,)}, U8, 255.0),
        (b"3", {"BITS": (4,)}, U8, 51.0),
        (b"3", {"BITS": (4,), "PHOTOMETRIC": 0}, U8, 204.0),
    ],
)
def test_nodata_is_told_as_it_is_delivered(
    value: bytes, tags: dict[str, Any], model: PixelModel, delivered: float | None
) -> None:
    stored = page(9, 9, GDAL_NODATA=value, **{"SAMPLES": 1, "PHOTOMETRIC": 1} | tags)
    assert delivered_nodata(stored, model) == delivered


def test_pixel_sizes() -> None:
    aperio = page(9, 9, DESCRIPTION=b"Aperio Image|AppMag = 20|MPP = 0.4990\0")
    assert pixel_size_um(aperio) == (0.499, 0.499)
    text = b'<OME><Pixels PhysicalSizeX="0.5" PhysicalSizeY="0.25"/></OME>\0'
    ome = page(9, 9, DESCRIPTION=text)
    assert pixel_size_um(ome) == (0.5, 0.25)
    metric = page(9, 9, RESOLUTION_UNIT=3, X_RESOLUTION=(20000.0,), Y_RESOLUTION=(10000.0,))
    assert pixel_size_um(metric) == (0.5, 1.0)
    screen = page(9, 9, RESOLUTION_UNIT=2, X_RESOLUTION=(72.0,), Y_RESOLUTION=(72.0,))
    assert pixel_size_um(screen) is None
