"""What is told of files is what lies in them, and nothing is decoded for it."""

import os
import struct
from pathlib import Path
from typing import Any

import numpy as np
import pytest
import pyvips
import tifffile

from glview.errors import ImageError
from glview.image import ColorModel, SampleType
from glview.sources.describe import as_text
from glview.sources.inspecting import inspect_file
from glview.sources.model import PixelModel, guessed_model
from glview.sources.opening import open_image
from glview.sources.stored import Layout, Planes, Shown, StoredImage, StoredSamples
from tests.unit.sources.build import open_descriptors, overwrite, picture, tiff_entries, vips

RGB = guessed_model(SampleType.U8, 3)
FLOAT = guessed_model(SampleType.F32, 1)
RAINBOW = np.arange(3 * 256, dtype=np.uint16).reshape(3, 256) * 85


def geometry(stored: StoredImage) -> list[tuple[int, int, str, int, int]]:
    return [
        (item.level.width, item.level.height, item.layout.value, item.level.tile_width,
         item.level.tile_height)
        for item in stored.levels
    ]  # fmt: skip


@pytest.mark.parametrize("suffix", [".jpg", ".png", ".webp", ".gif", ".avif"])
def test_a_file_without_tiles_has_one_level_in_one_piece(tmp_path: Path, suffix: str) -> None:
    path = tmp_path / f"a{suffix}"
    vips(picture(600, 400)).write_to_file(str(path))
    stored = inspect_file(path)
    assert geometry(stored) == [(600, 400, "whole", 600, 400)]
    assert stored.note == (
        "no pyramid in the file: glview decodes all of it when it opens it, and makes coarser"
        " levels in memory (1 MiB)"
    )
    assert stored.shown == Shown(600, 400, RGB)


@pytest.mark.parametrize("suffix", [".jpg", ".png", ".tif"])
def test_headers_tell_of_a_file_whose_pixels_are_lost(tmp_path: Path, suffix: str) -> None:
    path = tmp_path / f"a{suffix}"
    if suffix == ".tif":
        # libvips writes its tags last.
        tifffile.imwrite(path, picture(600, 400), photometric="rgb")
    else:
        vips(picture(600, 400)).write_to_file(str(path))
    path.write_bytes(path.read_bytes()[:1500])
    stored = inspect_file(path)
    assert (stored.width, stored.height, stored.samples) == (
        600, 400, StoredSamples("RGB", "uint8", 3)
    )  # fmt: skip


@pytest.mark.parametrize("suffix", [".png", ".tif"])
def test_a_file_that_is_too_large_is_told_of_with_what_to_do(tmp_path: Path, suffix: str) -> None:
    path = tmp_path / f"a{suffix}"
    form = {"compression": "deflate"} if suffix == ".tif" else {}
    vips(picture(600, 400)).write_to_file(str(path), **form)
    stored = inspect_file(path, budget_bytes=600 * 400 * 3)
    assert (stored.width, stored.shown) == (600, None)
    assert stored.note.startswith(
        "no pyramid in the file, and cannot be shown: needs 1 MiB in memory, more than the budget"
        " of 0 MiB; make a pyramid of it with `glview convert FILE NAME.dzi`"
    )


def test_deepzoom_has_its_own_levels(tmp_path: Path) -> None:
    vips(picture(600, 400)).dzsave(str(tmp_path / "a"))
    stored = inspect_file(tmp_path / "a.dzi")
    assert geometry(stored)[:2] == [(600, 400, "tiles", 254, 254), (300, 200, "tiles", 254, 254)]
    assert (stored.samples, stored.note) == (StoredSamples("RGB", "uint8", 3), "")
    assert stored.shown == Shown(600, 400, RGB)


def test_samples_of_deepzoom_are_those_of_its_tiles(tmp_path: Path) -> None:
    vips(picture(300, 200)).dzsave(str(tmp_path / "a"), suffix=".png[palette]")
    stored = inspect_file(tmp_path / "a.dzi")
    assert stored.samples == StoredSamples("palette", "uint8", 1)
    assert stored.shown == Shown(300, 200, RGB)


@pytest.mark.parametrize("big", [False, True])
def test_tiled_pyramids_have_their_own_levels(tmp_path: Path, *, big: bool) -> None:
    path = tmp_path / "a.tif"
    vips(picture(700, 500)).tiffsave(
        str(path), tile=True, pyramid=True, tile_width=128, tile_height=64, bigtiff=big,
        compression="jpeg", xres=4000, yres=2000,
    )  # fmt: skip
    stored = inspect_file(path)
    assert geometry(stored) == [
        (700, 500, "tiles", 128, 64),
        (350, 250, "tiles", 128, 64),
        (175, 125, "tiles", 128, 64),
        (87, 62, "tiles", 128, 64),
    ]
    assert (stored.format, stored.note) == ("BigTIFF" if big else "TIFF", "")
    assert stored.metadata["compression"] == "JPEG"
    assert stored.pixel_size_um == (0.25, 0.5)
    assert (stored.planes, stored.other_pages) == (Planes(), 0)


def test_tiles_without_a_pyramid(tmp_path: Path) -> None:
    path = tmp_path / "a.tif"
    vips(picture(700, 500)).tiffsave(str(path), tile=True)
    assert inspect_file(path).note == (
        "no pyramid in the file: glview makes coarser levels of its tiles when they are needed, and"
        " reads all of them for a first overview"
    )


def test_strips(tmp_path: Path) -> None:
    path = tmp_path / "a.tif"
    tifffile.imwrite(path, picture(300, 200), photometric="rgb", rowsperstrip=16)
    assert geometry(inspect_file(path)) == [(300, 200, "strips", 300, 16)]
    tifffile.imwrite(path, picture(300, 200), photometric="rgb", rowsperstrip=200)
    assert geometry(inspect_file(path)) == [(300, 200, "whole", 300, 200)]


@pytest.mark.parametrize(
    ("image", "options", "samples", "shown"),
    [
        (picture(9, 9, 4), {"photometric": "separated"}, ("CMYK", "uint8", 4, False), RGB),
        (
            np.zeros((9, 9), np.int8),
            {"photometric": "minisblack"},
            ("grey", "int8", 1, False),
            guessed_model(SampleType.S16, 1),
        ),
        (
            np.zeros((9, 9), np.bool_),
            {"photometric": "miniswhite"},
            ("grey", "uint1", 1, False),
            guessed_model(SampleType.U8, 1),
        ),
        (
            np.zeros((9, 9), np.uint8),
            {"photometric": "palette", "colormap": RAINBOW},
            ("palette", "uint8", 1, False),
            RGB,
        ),
        (
            np.zeros((9, 9, 5), np.uint16),
            {"photometric": "rgb", "extrasamples": ["unassalpha", "unspecified"]},
            ("RGB", "uint16", 4, True),
            PixelModel(SampleType.U16, ColorModel.CHANNELS, 4, alpha=True),
        ),
        (np.zeros((9, 9)), {"photometric": "minisblack"}, ("grey", "float64", 1, False), FLOAT),
    ],
)
def test_samples_are_told_as_they_are_stored(
    tmp_path: Path,
    image: np.ndarray[Any, Any],
    options: dict[str, Any],
    samples: tuple[str, str, int, bool],
    shown: Any,
) -> None:
    path = tmp_path / "a.tif"
    tifffile.imwrite(path, image, planarconfig="contig" if image.ndim == 3 else None, **options)
    stored = inspect_file(path)
    assert stored.samples == StoredSamples(*samples)
    assert stored.shown == (Shown(9, 9, shown) if shown else None)


@pytest.mark.parametrize(
    ("options", "samples"),
    [
        ({"bitdepth": 1}, StoredSamples("grey", "uint1", 1)),
        ({}, StoredSamples("grey", "uint8", 1)),
        ({"palette": True}, StoredSamples("palette", "uint8", 1)),
    ],
)
def test_samples_of_png(tmp_path: Path, options: dict[str, Any], samples: StoredSamples) -> None:
    path = tmp_path / "a.png"
    vips(picture(300, 200, 1)).pngsave(str(path), **options)
    assert inspect_file(path).samples == samples


def test_cmyk_of_jpeg(tmp_path: Path) -> None:
    path = tmp_path / "a.jpg"
    vips(picture(300, 200, 4), "cmyk").jpegsave(str(path))
    stored = inspect_file(path)
    assert stored.samples == StoredSamples("CMYK", "uint8", 4)
    assert stored.shown == Shown(300, 200, RGB)


@pytest.mark.parametrize("suffix", [".jpg", ".tif"])
def test_the_size_is_told_before_it_is_turned(tmp_path: Path, suffix: str) -> None:
    tagged = vips(picture(60, 40)).copy()
    tagged.set_type(pyvips.GValue.gint_type, "orientation", 6)
    path = tmp_path / f"a{suffix}"
    tagged.write_to_file(str(path))
    stored = inspect_file(path)
    assert (stored.width, stored.height, stored.orientation) == (60, 40, 6)
    assert stored.shown == Shown(40, 60, RGB)


def test_an_orientation_that_is_not_applied_is_told(tmp_path: Path) -> None:
    tagged = vips(picture(600, 400)).copy()
    tagged.set_type(pyvips.GValue.gint_type, "orientation", 3)
    path = tmp_path / "a.tif"
    tagged.tiffsave(str(path), tile=True, pyramid=True)
    assert inspect_file(path).note.startswith("the file's levels are not used: glview decodes all")
    stored = inspect_file(path, budget_bytes=600 * 400 * 3)
    assert stored.note == "orientation 3 is not applied to tiles"


def test_what_cannot_be_shown_is_told_of_with_the_reason(tmp_path: Path) -> None:
    path = tmp_path / "a.tif"
    vips(picture(700, 500)).tiffsave(str(path), tile=True, pyramid=True)
    overwrite(path, tiff_entries(path)[259][3] + 8, (6).to_bytes(2, "little"))
    stored = inspect_file(path)
    assert (len(stored.levels), stored.shown) == (4, None)
    assert stored.note == "cannot be shown: old-style JPEG without its tables"
    assert stored.metadata["compression"] == "old-style JPEG"


@pytest.mark.parametrize("suffix", [".gif", ".webp"])
def test_frames_of_an_animation(tmp_path: Path, suffix: str) -> None:
    animation = vips(picture(50, 120)).copy()
    animation.set_type(pyvips.GValue.gint_type, "page-height", 40)
    path = tmp_path / f"a{suffix}"
    animation.write_to_file(str(path))
    stored = inspect_file(path)
    assert (stored.width, stored.height, stored.planes) == (50, 40, Planes(3, "frame"))
    assert str(stored.planes) == "3 frames; the first comes up"


def test_pages_and_planes_of_tiff(tmp_path: Path) -> None:
    path = tmp_path / "a.tif"
    stack = np.stack([picture(60, 40, 1)[:, :, 0]] * 6)
    tifffile.imwrite(path, stack.reshape(2, 3, 40, 60), metadata={"axes": "TZYX"}, ome=True)
    assert str(inspect_file(path).planes).startswith("6 planes (3 z planes, 2 time points)")
    with tifffile.TiffWriter(path) as file:
        for kind in (0, 0, 1):
            file.write(stack[0], subfiletype=kind, metadata=None)
    stored = inspect_file(path)
    assert (stored.planes, stored.other_pages) == (Planes(2, "page"), 1)


@pytest.mark.parametrize(
    ("shape", "axes", "imagej", "told", "samples"),
    [
        ((4, 40, 60), "CYX", False, "4 channels, shown together", "shown as 4 channels"),
        ((4, 40, 60), "CYX", True, "4 channels, shown together", "shown as 4 channels"),
        (
            (3, 2, 4, 40, 60),
            "TZCYX",
            False,
            "6 planes (2 z planes, 3 time points) of 4 channels, shown together; the first",
            "shown as 4 channels",
        ),
        ((25, 40, 60), "CYX", False, "25 planes (25 channels); the first comes up", "uint16\n"),
    ],
)
def test_channels_that_come_up_together_are_one_picture(
    tmp_path: Path, shape: tuple[int, ...], axes: str, imagej: bool, told: str, samples: str
) -> None:
    path = tmp_path / ("a.tif" if imagej else "a.ome.tif")
    tifffile.imwrite(
        path, np.zeros(shape, np.uint16), photometric="minisblack", metadata={"axes": axes},
        imagej=imagej, ome=not imagej,
    )  # fmt: skip
    text = as_text(inspect_file(path))
    assert f"  planes       {told}" in text
    assert samples in text


def test_a_grey_stack_of_imagej_has_no_channels_to_be_listed(tmp_path: Path) -> None:
    path = tmp_path / "a.tif"
    tifffile.imwrite(path, np.zeros((3, 40, 60), np.uint16), imagej=True, metadata={"axes": "ZYX"})
    assert inspect_file(path).channels == ()


@pytest.mark.parametrize(
    ("data", "fault"),
    [
        (b"", "is empty"),
        (b"II*\0\x08\0\0\0", "broken TIFF: directory at 8 reaches past the end of the file"),
        (b"\x00\x00\x00\x0cjP  \r\n\x87\n", "JPEG 2000 is not supported"),
        (b"\x89PNG\r\n\x1a\nxxxx", "a"),
    ],
)
def test_what_holds_nothing_to_tell_is_an_error(tmp_path: Path, data: bytes, fault: str) -> None:
    path = tmp_path / "a.img"
    path.write_bytes(data)
    with pytest.raises(ImageError, match=f"{path}: .*{fault}"):
        inspect_file(path)


@pytest.mark.parametrize("tile", [None, (16, 16)])
def test_more_bands_than_are_shown_at_once(tmp_path: Path, tile: tuple[int, int] | None) -> None:
    path = tmp_path / "a.tif"
    tifffile.imwrite(
        path, np.zeros((60, 40, 30), np.uint8), photometric="minisblack", planarconfig="contig",
        extrasamples=["unspecified"] * 29, tile=tile,
    )  # fmt: skip
    stored = inspect_file(path)
    assert (stored.samples.bands, str(stored.planes)) == (30, "30 channels; the first comes up")
    assert stored.shown is not None
    assert stored.shown.model.bands == 1


def test_what_is_no_file_is_an_error_at_once(tmp_path: Path) -> None:
    os.mkfifo(tmp_path / "fifo")
    for name, fault in (
        ("none", "no such file"),
        ("", "is a folder: name an image in it"),
        ("fifo", "not a regular"),
    ):
        with pytest.raises(ImageError, match=fault):
            inspect_file(tmp_path / name)


def test_no_descriptor_stays_open(tmp_path: Path) -> None:
    for name, options in (("a.tif", {"tile": True, "pyramid": True}), ("b.tif", {}), ("c.png", {})):
        vips(picture(300, 200)).write_to_file(str(tmp_path / name), **options)
    vips(picture(300, 200)).dzsave(str(tmp_path / "d"))
    before = open_descriptors()
    for name in ("a.tif", "b.tif", "c.png", "d.dzi"):
        assert inspect_file(tmp_path / name).shown is not None
    assert open_descriptors() == before


def test_thousands_of_pages_are_counted_as_far_as_they_are_read(tmp_path: Path) -> None:
    # One directory after the other, each of a pixel's size and no pixels.
    entry = struct.pack("<HHII", 256, 3, 1, 1) + struct.pack("<HHII", 257, 3, 1, 1)
    size = 2 + len(entry) + 4
    pages = [
        struct.pack("<H", 2) + entry + struct.pack("<I", 8 + size * (index + 1))
        for index in range(33_000)
    ]
    path = tmp_path / "a.tif"
    path.write_bytes(b"II*\0\x08\0\0\0" + b"".join(pages))
    assert str(inspect_file(path).planes) == "32768 pages or more; the first comes up"


def test_color_models_of_channels(tmp_path: Path) -> None:
    path = tmp_path / "a.tif"
    tifffile.imwrite(
        path, picture(60, 40, 5), photometric="minisblack", planarconfig="contig",
        extrasamples=["unspecified"] * 4,
    )  # fmt: skip
    stored = inspect_file(path)
    assert stored.samples == StoredSamples("channels", "uint8", 5)
    assert stored.shown is not None
    assert stored.shown.model.color_model is ColorModel.CHANNELS
    assert stored.levels[0].layout is Layout.WHOLE


def test_channels_and_reasons_of_slowness_are_told(tmp_path: Path) -> None:
    path = tmp_path / "a.ome.tif"
    metadata = {"axes": "CYX", "Channel": {"Name": ["DAPI", "FITC"], "Color": [65535, 16711935]}}
    tifffile.imwrite(
        path, np.zeros((2, 2000, 2000), np.uint16), metadata=metadata, ome=True, rowsperstrip=10
    )
    stored = inspect_file(path)
    assert [channel.name for channel in stored.channels] == ["DAPI", "FITC"]
    assert stored.slow == (
        "strips of 10 rows: to see a part, rows are decoded in full width",
        "no pyramid: an overview needs every pixel of it",
    )
    text = as_text(stored)
    assert "  channel 1    DAPI, #0000ff\n  channel 2    FITC, #00ff00\n" in text
    assert "  slow         no pyramid: an overview needs every pixel of it\n" in text


@pytest.mark.parametrize(
    ("options", "name"),
    [
        ({"ome": True}, "OME-TIFF"),
        ({"ome": True, "bigtiff": True}, "OME-BigTIFF"),
        ({"imagej": True}, "ImageJ TIFF"),
        ({"description": "about OMEGA"}, "TIFF"),
    ],
)
def test_a_tiff_is_called_after_who_orders_its_pages(
    tmp_path: Path, options: dict[str, Any], name: str
) -> None:
    path = tmp_path / "a.tif"
    tifffile.imwrite(path, np.zeros((3, 40, 50), np.uint16), photometric="minisblack", **options)
    assert inspect_file(path).format == name
    assert open_image(path).description.format == name


def test_channels_are_told_with_what_they_take_together_and_no_way_that_fails(
    tmp_path: Path,
) -> None:
    path = tmp_path / "a.ome.tif"
    zeros, axes = np.zeros((4, 768, 1024), np.uint16), {"axes": "CYX"}
    tifffile.imwrite(path, zeros, metadata=axes, compression="zlib", rowsperstrip=64)
    assert inspect_file(path).note == (
        "no pyramid in the file: glview decodes all of it when it opens it, and makes coarser"
        " levels in memory (8 MiB)"
    )
    assert inspect_file(path, budget_bytes=3 << 20).note == (
        "no pyramid in the file, and cannot be shown: needs 8 MiB in memory, more than the budget"
        " of 3 MiB; make a pyramid of it with `glview convert FILE NAME.tif`, or give it more:"
        " --memory 8"
    )
    tifffile.imwrite(path, zeros, metadata=axes)
    stored = inspect_file(path, budget_bytes=3 << 20)
    assert stored.note.startswith(
        "no pyramid in the file: glview makes coarser levels of its tiles"
    )
    assert stored.shown is not None
    assert stored.shown.model.bands == 4


@pytest.mark.parametrize("suffix", [".jpg", ".png", ".webp", ".tif"])
def test_the_colour_profile_is_told_by_its_name(tmp_path: Path, suffix: str) -> None:
    image = vips(picture(300, 200)).icc_transform("p3", input_profile="srgb")
    path = tmp_path / f"a{suffix}"
    image.write_to_file(str(path))
    stored = inspect_file(path)
    assert stored.profile == "sP3C"
    assert "\n  profile      sP3C\n" in as_text(stored)


def test_without_a_colour_profile_none_is_told(tmp_path: Path) -> None:
    path = tmp_path / "a.png"
    vips(picture(300, 200)).write_to_file(str(path))
    stored = inspect_file(path)
    assert (stored.profile, "\n  profile " in as_text(stored)) == ("", False)
