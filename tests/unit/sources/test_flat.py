import logging
import struct
import zlib
from pathlib import Path
from typing import Any

import numpy as np
import pytest
import pyvips
import tifffile

from glview.errors import ImageError
from glview.image import ColorModel, SampleType
from glview.sources.base import TileSource
from glview.sources.flat import oriented
from glview.sources.opening import open_image
from tests.unit.sources.build import picture, vips, whole


def opened(path: Path, budget_bytes: int = 256 << 20) -> TileSource:
    return open_image(path, budget_bytes=budget_bytes)


@pytest.mark.parametrize(
    ("name", "options", "format_name"),
    [
        ("a.png", {}, "PNG"),
        ("a.jpg", {"Q": 90}, "JPEG"),
        ("a.webp", {"lossless": True}, "WebP"),
        ("a.gif", {}, "GIF"),
        ("a.avif", {"Q": 90}, "AVIF"),
        ("a.tif", {}, "TIFF"),
        ("a.tif", {"compression": "jpeg", "Q": 90}, "TIFF"),
        ("a.tif", {"compression": "deflate", "predictor": "horizontal"}, "TIFF"),
    ],
)
def test_formats_equal_what_pyvips_decodes(
    tmp_path: Path, name: str, options: dict[str, Any], format_name: str
) -> None:
    path = tmp_path / name
    vips(picture(600, 400)).write_to_file(str(path), **options)
    source = opened(path)
    assert source.description.format == format_name
    expected = pyvips.Image.new_from_file(str(path)).numpy()
    assert (whole(source, 0) == expected).all()
    assert [v.width for v in source.description.pyramid.levels] == [600, 300, 150]


@pytest.mark.parametrize(
    ("bands", "dtype", "colour", "alpha"),
    [
        (1, "uint8", ColorModel.GREY, False),
        (2, "uint8", ColorModel.GREY, True),
        (4, "uint8", ColorModel.RGB, True),
        (1, "uint16", ColorModel.GREY, False),
        (3, "uint16", ColorModel.RGB, False),
        (4, "uint16", ColorModel.RGB, True),
    ],
)
def test_png_samples(
    tmp_path: Path, bands: int, dtype: str, colour: ColorModel, alpha: bool
) -> None:
    image = picture(90, 70, bands, dtype)
    path = tmp_path / "a.png"
    vips(image).pngsave(str(path))
    source = opened(path)
    got = source.description
    assert (got.sample_type.value, got.color_model, got.alpha) == (dtype, colour, alpha)
    assert (whole(source, 0) == image).all()


def test_float_tiff(tmp_path: Path) -> None:
    image = picture(90, 70, 1).astype(np.float32) / 7
    image[3, 4] = np.nan
    path = tmp_path / "a.tif"
    tifffile.imwrite(path, image[:, :, 0])
    source = opened(path)
    assert source.description.sample_type is SampleType.F32
    assert np.array_equal(whole(source, 0), image, equal_nan=True)


def test_planes_apart_and_unspecified_extra(tmp_path: Path) -> None:
    image = picture(90, 70, 4)
    path = tmp_path / "a.tif"
    tifffile.imwrite(
        path, image.transpose(2, 0, 1), photometric="rgb", planarconfig="separate",
        extrasamples=["unspecified"],
    )  # fmt: skip
    source = opened(path)
    assert (source.description.bands, source.description.alpha) == (4, False)
    assert (whole(source, 0) == image).all()


def test_the_first_frame_of_an_animation(tmp_path: Path) -> None:
    frames = np.concatenate(
        [np.full((40, 50, 3), 10, np.uint8), np.full((40, 50, 3), 200, np.uint8)]
    )
    path = tmp_path / "a.gif"
    animation = vips(frames).copy()
    animation.set_type(pyvips.GValue.gint_type, "page-height", 40)
    animation.gifsave(str(path))
    source = opened(path)
    assert (source.description.pyramid.width, source.description.pyramid.height) == (50, 40)
    assert whole(source, 0)[20, 20, 0] == 10
    assert source.description.metadata["planes"] == "2 frames; the first comes up"


def with_orientation(tmp_path: Path, value: int, image: np.ndarray[Any, Any]) -> Path:
    tagged = vips(image).copy()
    tagged.set_type(pyvips.GValue.gint_type, "orientation", value)
    path = tmp_path / "a.jpg"
    tagged.jpegsave(str(path), Q=100, subsample_mode="off")
    return path


@pytest.mark.parametrize("value", range(1, 9))
def test_exif_orientation_is_applied(tmp_path: Path, value: int) -> None:
    path = with_orientation(tmp_path, value, picture(60, 40))
    source = opened(path)
    expected = pyvips.Image.new_from_file(str(path)).autorot().numpy()
    assert (whole(source, 0) == expected).all()
    assert source.description.pyramid.width == (40 if value >= 5 else 60)


@pytest.mark.parametrize("value", range(1, 9))
def test_tiff_orientation_is_applied_to_tiles_too(tmp_path: Path, value: int) -> None:
    path = tmp_path / "a.tif"
    image = picture(300, 200)
    tagged = vips(image).copy()
    tagged.set_type(pyvips.GValue.gint_type, "orientation", value)
    tagged.tiffsave(str(path), tile=True, pyramid=True)
    assert (whole(opened(path), 0) == oriented(image, value)).all()


def test_orientations_by_hand() -> None:
    image = np.array([[1, 2, 3], [4, 5, 6]], np.uint8)[:, :, None]
    expected = {
        1: [[1, 2, 3], [4, 5, 6]], 2: [[3, 2, 1], [6, 5, 4]], 3: [[6, 5, 4], [3, 2, 1]],
        4: [[4, 5, 6], [1, 2, 3]], 5: [[1, 4], [2, 5], [3, 6]], 6: [[4, 1], [5, 2], [6, 3]],
        7: [[6, 3], [5, 2], [4, 1]], 8: [[3, 6], [2, 5], [1, 4]],
    }  # fmt: skip
    for value, rows in expected.items():
        assert oriented(image, value)[:, :, 0].tolist() == rows


def test_past_the_budget_it_says_what_to_do(tmp_path: Path) -> None:
    path = tmp_path / "a.png"
    vips(picture(600, 400)).pngsave(str(path))
    with pytest.raises(ImageError) as caught:
        opened(path, budget_bytes=600 * 400 * 3)
    assert str(caught.value) == (
        f"{path}: needs 1 MiB in memory, more than the budget of 0 MiB; make a pyramid of it with"
        " `glview convert FILE NAME.dzi`, or give it more: --memory 1"
    )
    opened(path, budget_bytes=1 << 20)


@pytest.mark.parametrize(
    ("bands", "nodata", "advice"),
    [
        (1, (), "MiB; make a pyramid of it with `glview convert FILE NAME.tif`, or give it more"),
        (1, [(42113, "s", 0, "-9999", True)], "MiB; give it more: --memory 6"),
        (2, (), "MiB; make a pyramid of it with `glview convert FILE NAME.tif`, or give it more"),
    ],
)
def test_past_the_budget_it_says_what_can_be_done(
    tmp_path: Path, bands: int, nodata: Any, advice: str
) -> None:
    image = picture(1000, 1000, bands).astype(np.float32)
    extras = ["unspecified"] * (bands - 1)
    tifffile.imwrite(
        tmp_path / "a.tif", image, extrasamples=extras, extratags=nodata, compression="zlib"
    )
    with pytest.raises(ImageError) as caught:
        opened(tmp_path / "a.tif", budget_bytes=1 << 20)
    assert advice in str(caught.value)


def test_the_declared_size_is_checked_before_decoding(tmp_path: Path) -> None:
    path = tmp_path / "bomb.png"
    vips(picture(64, 64)).pngsave(str(path))
    data = bytearray(path.read_bytes())
    data[16:24] = struct.pack(">II", 60_000, 60_000)
    data[29:33] = struct.pack(">I", zlib.crc32(data[12:29]))
    path.write_bytes(data)
    with pytest.raises(ImageError, match=r"needs 1373[0-9] MiB"):
        opened(path)


@pytest.mark.parametrize("name", ["a.jpg", "a.png"])
def test_a_damaged_file_is_shown_as_far_as_it_goes_and_said(
    tmp_path: Path, name: str, caplog: pytest.LogCaptureFixture
) -> None:
    path = tmp_path / name
    vips(picture(600, 400)).write_to_file(str(path))
    good = pyvips.Image.new_from_file(str(path)).numpy()
    path.write_bytes(path.read_bytes()[: path.stat().st_size * 2 // 3])
    with caplog.at_level(logging.WARNING, "glview"):
        source = opened(path)
    assert (whole(source, 0)[:150] == good[:150]).all()
    assert source.description.metadata["damage"]
    assert "damaged" in caplog.text
    assert str(path) in caplog.text


def test_a_file_of_which_nothing_can_be_read_is_an_error(tmp_path: Path) -> None:
    for name, head in (("a.jpg", b"\xff\xd8\xff\xe0"), ("a.png", b"\x89PNG\r\n\x1a\n")):
        path = tmp_path / name
        path.write_bytes(head + b"nothing more")
        with pytest.raises(ImageError, match=name):
            opened(path)


@pytest.mark.parametrize(
    ("name", "data", "fault"),
    [
        ("a.avif", 1000, "the file ends too early"),
        ("a.png", 20, "its header cannot be read"),
        ("a.jpg", 300, "premature end of JPEG image"),
        ("a.webp", 1000, "unable to parse image"),
    ],
)
def test_a_cut_file_is_an_error_of_a_few_words(
    tmp_path: Path, name: str, data: int, fault: str
) -> None:
    path = tmp_path / name
    vips(picture(600, 400)).write_to_file(str(path))
    path.write_bytes(path.read_bytes()[:data])
    with pytest.raises(ImageError) as caught:
        opened(path)
    assert str(caught.value).startswith(f"{path}: {fault}")
    assert "\n" not in str(caught.value)


def test_a_fault_is_not_told_of_the_next_file(tmp_path: Path) -> None:
    tiff, jpeg, other = tmp_path / "a.tif", tmp_path / "b.jpg", tmp_path / "c.webp"
    tifffile.imwrite(tiff, picture(600, 400), photometric="rgb", rowsperstrip=400)
    vips(picture(600, 400)).jpegsave(str(jpeg))
    vips(picture(600, 400)).webpsave(str(other))
    for path in (tiff, jpeg, other):
        path.write_bytes(path.read_bytes()[: path.stat().st_size // 2])
    # Half of it is there, and libvips goes on after its errors, which it keeps.
    assert opened(tiff).description.metadata["damage"].startswith("Read error at scanline 192")
    assert opened(jpeg).description.metadata["damage"] == "premature end of JPEG image"
    with pytest.raises(ImageError) as caught:
        opened(other)
    assert str(caught.value) == f"{other}: unable to parse image"


def test_a_file_of_which_no_pixel_can_be_read_is_no_black_picture(tmp_path: Path) -> None:
    path = tmp_path / "a.png"
    vips(picture(64, 64)).pngsave(str(path))
    data = path.read_bytes()
    start = data.index(b"IDAT")
    path.write_bytes(data[: start + 4] + b"\xff" * (len(data) - start - 4))
    with pytest.raises(ImageError, match=r"a\.png: libpng read error"):
        opened(path)
