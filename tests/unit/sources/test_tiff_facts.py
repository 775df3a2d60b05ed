from typing import Any

import pytest

from glview.image import SampleType
from glview.sources.model import PixelModel, guessed_model
from glview.sources.tiff_facts import (
    declared_nodata,
    delivered_nodata,
    extra_is_alpha,
    metadata_of,
    strictness,
    unreadable_compression,
    unreadable_samples,
)
from tests.unit.sources.build import tiff_page as page


@pytest.mark.parametrize(
    ("code", "name"),
    [(1, None), (5, None), (7, None), (8, None), (50001, None), (6, "old-style JPEG (6)"),
     (34887, "LERC (34887)"), (34925, "LZMA (34925)"),
     (50000, "Zstandard (50000)"), (50002, "JPEG XL (50002)"),
     (33005, "JPEG 2000 (Aperio RGB) (33005)"),
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
        ({"BITS": (8, 8, 8), "PHOTOMETRIC": 8}, "8-bit CIELAB samples"),
        ({"BITS": (16, 16, 16), "PHOTOMETRIC": 8}, None),
        ({"BITS": (8, 8, 8), "PHOTOMETRIC": 6, "PLANAR": 2}, "YCbCr samples in separate planes"),
        ({"BITS": (8, 8, 8), "PHOTOMETRIC": 2, "PLANAR": 2}, None),
        ({"COMPRESSION": 5, "PREDICTOR": 4}, "samples by predictor 4"),
        ({"COMPRESSION": 7, "PREDICTOR": 4}, None),
    ],
)
def test_samples(tags: dict[str, Any], name: str | None) -> None:
    assert unreadable_samples(page(9, 9, **tags)) == name


@pytest.mark.parametrize(
    ("compression", "piece", "strict"),
    [
        (7, b"\xff\xd8", "warning"),
        (5, b"\x80\x00", "warning"),
        (5, b"\x00\x01", "error"),
        (5, b"\x00\x02", "warning"),
        (5, b"", "warning"),
        (3, b"\x00\x1d", "warning"),
        (3, b"\x4d\x9a", "error"),
        (4, b"\x4d\x9a", "warning"),
        (1, b"\x00\x00", "error"),
    ],
)
def test_warnings_that_are_of_sound_data_do_not_count(
    compression: int, piece: bytes, strict: str
) -> None:
    assert strictness(page(9, 9, COMPRESSION=compression), piece) == strict


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
        (b"1", {"BITS": (3,)}, U8, 36.0),
        (b"30", {"BITS": (5,), "PHOTOMETRIC": 0}, U8, 8.0),
        (b"0.55", {"BITS": (3,)}, U8, None),
    ],
)
def test_nodata_is_told_as_it_is_delivered(
    value: bytes, tags: dict[str, Any], model: PixelModel, delivered: float | None
) -> None:
    stored = page(9, 9, GDAL_NODATA=value, **{"SAMPLES": 1, "PHOTOMETRIC": 1} | tags)
    assert delivered_nodata(stored, model) == delivered


def test_texts_are_told_whole() -> None:
    assert metadata_of(page(9, 9, DESCRIPTION=b"x" * 100_000 + b"\0"))["ImageDescription"] == (
        "x" * 100_000
    )
