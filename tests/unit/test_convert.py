"""Pyramids that are made open as what the image was, whole, or are not there."""

import itertools
import os
import subprocess
import sys
from pathlib import Path
from typing import Any

import numpy as np
import pytest
import pyvips
import tifffile
from numpy.typing import NDArray

from glview import cli
from glview.convert import make_pyramid
from glview.errors import ImageError, UnsupportedImageError
from glview.sources.halving import halve
from glview.sources.opening import open_image
from tests.unit.sources.build import overwrite, picture, set_table, tiff_entries, vips, whole


def names(folder: Path) -> list[str]:
    return sorted(path.name for path in folder.iterdir())


def saved(path: Path, array: NDArray[Any], interpretation: str | None = None, **facts: Any) -> Path:
    """A file of an array, with an orientation."""
    image = vips(array, interpretation).copy()
    if "orientation" in facts:
        image.set_type(pyvips.GValue.gint_type, "orientation", facts.pop("orientation"))
    image.write_to_file(str(path), **facts)
    return path


def levels(path: Path) -> tuple[list[tuple[int, int]], list[NDArray[np.generic]]]:
    """Sizes of the levels that glview sees, and the pixels of the first two."""
    # With no room to turn it in memory: an orientation left in the file would not be applied.
    source = open_image(path, budget_bytes=1 << 16)
    sizes = [(level.width, level.height) for level in source.description.pyramid.levels]
    pixels = [whole(source, 0), whole(source, 1)]
    source.close()
    return sizes, pixels


@pytest.mark.parametrize("out", ["a.dzi", "a.tif"])
@pytest.mark.parametrize(
    ("bands", "kind"),
    [(2, "uint8"), (4, "uint8"), (1, "uint16"), (2, "uint16"), (3, "uint16"), (4, "uint16")],
)
def test_alpha_and_16_bits_are_kept_and_levels_are_2x2_means(
    tmp_path: Path, out: str, bands: int, kind: str
) -> None:
    image = picture(700, 500, bands, kind)
    path = saved(tmp_path / "a.png", image)
    made = make_pyramid(path, tmp_path / out)
    assert made == tmp_path / out
    sizes, pixels = levels(made)
    assert sizes[:3] == [(700, 500), (350, 250), (175, 125)]
    assert (sizes[-1] == (1, 1)) is (out == "a.dzi")
    assert pixels[0].dtype == kind
    assert (pixels[0] == image).all()
    means = halve(image, alpha=bands in (2, 4))
    assert np.abs(pixels[1].astype(int) - means).max() <= 1


@pytest.mark.parametrize(
    ("out", "compression"),
    [("a.dzi", "png"), ("a.tif", "deflate"), ("a.tif", "lzw"), ("a.tif", "none")],
)
def test_compressions_without_loss_keep_every_pixel(
    tmp_path: Path, out: str, compression: str
) -> None:
    image = picture(700, 500)
    path = saved(tmp_path / "a.png", image)
    _, pixels = levels(make_pyramid(path, tmp_path / out, compression=compression))
    assert (pixels[0] == image).all()
    assert np.abs(pixels[1].astype(int) - halve(image)).max() <= 1


@pytest.mark.parametrize("out", ["a.dzi", "a.tif"])
@pytest.mark.parametrize(
    ("options", "least", "most"),
    [({"quality": 95}, 1.0, 2.0), ({}, 2.0, 3.0), ({"quality": 20}, 4.0, 6.0)],
)
def test_photos_become_jpeg_as_good_as_told(
    tmp_path: Path, out: str, options: dict[str, Any], least: float, most: float
) -> None:
    image = picture(700, 500)
    lossless, lossy = saved(tmp_path / "a.png", image), saved(tmp_path / "a.jpg", image, Q=100)
    path = lossless if options else lossy
    _, pixels = levels(make_pyramid(path, tmp_path / out, **options))
    assert least < np.abs(pixels[0].astype(int) - image).mean() < most
    found = open_image(tmp_path / out).description.metadata
    assert found.get("tile format", found.get("compression")) in ("jpg", "JPEG")


@pytest.mark.parametrize("out", ["a.dzi", "b.tif"])
@pytest.mark.parametrize(
    ("name", "options"),
    [
        ("a.png", {}),
        ("a.png", {"palette": True}),
        ("a.png", {"bitdepth": 4}),
        ("a.gif", {}),
        ("a.webp", {"lossless": True}),
        ("a.tif", {}),
        ("a.tif", {"compression": "packbits"}),
        ("a.tif", {"compression": "ccittfax4", "bitdepth": 1}),
    ],
)
def test_a_mask_keeps_its_values(
    tmp_path: Path, out: str, name: str, options: dict[str, Any]
) -> None:
    steps = 2 if "bitdepth" in options else 40
    labels = np.arange(300 * 200, dtype=np.int64).reshape(200, 300, 1) // 97 % steps
    mask = (labels * (255 // (steps - 1))).astype(np.uint8)
    path = saved(tmp_path / name, mask, **options)
    expected = whole(open_image(path), 0)
    assert len(np.unique(expected[:, :, 0])) == steps
    _, pixels = levels(make_pyramid(path, tmp_path / out))
    assert np.array_equal(pixels[0], expected)


@pytest.mark.parametrize("out", ["a.dzi", "a.tif"])
def test_webp_is_made_when_chosen(tmp_path: Path, out: str) -> None:
    image = picture(700, 500, 4)
    path = saved(tmp_path / "a.png", image)
    _, pixels = levels(make_pyramid(path, tmp_path / out, compression="webp"))
    assert pixels[0].shape == (500, 700, 4)
    assert np.abs(pixels[0].astype(int) - image).mean() < 8


@pytest.mark.parametrize("kind", ["float32", "int16"])
def test_floats_and_signed_samples_are_kept_in_a_tiff(tmp_path: Path, kind: str) -> None:
    image = (picture(700, 500, 1).astype(np.float32) * -3.25).astype(kind)
    tifffile.imwrite(tmp_path / "a.tif", image[:, :, 0])
    _, pixels = levels(make_pyramid(tmp_path / "a.tif", tmp_path / "b.tif"))
    assert pixels[0].dtype == kind
    assert (pixels[0] == image).all()
    assert np.abs(pixels[1] - halve(image).astype(float)).max() <= 1


@pytest.mark.parametrize(
    ("kind", "value"), [("uint32", 16_777_217), ("uint32", 2**32 - 1), ("int32", -2_000_000_001)]
)
@pytest.mark.parametrize("form", [{}, {"tile": (64, 64), "compression": "zlib"}], ids=str)
def test_whole_numbers_that_floats_do_not_hold_are_refused(
    tmp_path: Path, kind: str, value: int, form: dict[str, Any]
) -> None:
    image = np.zeros((90, 70), kind)
    image[80, 60] = value
    tifffile.imwrite(tmp_path / "a.tif", image, metadata=None, **form)
    with pytest.raises(UnsupportedImageError, match="whole numbers past 16,777,216 would"):
        make_pyramid(tmp_path / "a.tif", tmp_path / "b.tif")
    assert names(tmp_path) == ["a.tif"]


@pytest.mark.parametrize("orientation", [1, 6])
@pytest.mark.parametrize("kind", ["uint32", "int32"])
def test_whole_numbers_that_floats_hold_are_kept_in_a_tiff(
    tmp_path: Path, kind: str, orientation: int
) -> None:
    image = np.resize(np.array([0, 1, 16_777_215]), (90, 70)).astype(kind)
    turned = [(274, "H", 1, orientation, True)]
    tifffile.imwrite(tmp_path / "a.tif", image, metadata=None, extratags=turned)
    told: list[float] = []
    made = make_pyramid(tmp_path / "a.tif", tmp_path / "b.tif", on_progress=told.append)
    seen = np.rot90(image, -1) if orientation == 6 else image
    np.testing.assert_array_equal(tifffile.imread(made, level=0), seen)
    assert told == sorted(told)


def test_tiles_are_as_told(tmp_path: Path) -> None:
    path = saved(tmp_path / "a.png", picture(700, 500))
    make_pyramid(path, tmp_path / "a.dzi", tile_size=128, overlap=3)
    make_pyramid(path, tmp_path / "a.tif", tile_size=512)
    level = open_image(tmp_path / "a.dzi").description.pyramid.levels[0]
    assert (level.tile_width, level.tile_height, level.overlap) == (128, 128, 3)
    assert names(tmp_path / "a_files") == sorted(str(number) for number in range(11))
    source = open_image(tmp_path / "a.tif")
    assert source.description.format == "BigTIFF"
    assert source.description.pyramid.levels[0].tile_width == 512
    source.close()


@pytest.mark.parametrize("out", ["a.dzi", "a.tif"])
@pytest.mark.parametrize("value", range(1, 9))
def test_exif_orientation_is_applied_once(tmp_path: Path, out: str, value: int) -> None:
    path = saved(tmp_path / "a.jpg", picture(600, 400), orientation=value, Q=95)
    expected = whole(open_image(path), 0)
    lossless = {"a.dzi": "png", "a.tif": "deflate"}[out]
    sizes, pixels = levels(make_pyramid(path, tmp_path / out, compression=lossless))
    assert sizes[0] == ((400, 600) if value >= 5 else (600, 400))
    assert (pixels[0] == expected).all()


def test_a_turned_tile_pyramid_stands_upright(tmp_path: Path) -> None:
    image = picture(600, 400, 2, "uint16")
    saved(tmp_path / "a.tif", image, orientation=8, tile=True, pyramid=True)
    _, pixels = levels(make_pyramid(tmp_path / "a.tif", tmp_path / "b.tif"))
    assert (pixels[0] == np.rot90(image)).all()


@pytest.mark.parametrize(("orientation", "size_um"), [(3, (10.0, 2.5)), (6, (2.5, 10.0))])
def test_pixels_are_turned_with_their_picture(
    tmp_path: Path, orientation: int, size_um: tuple[float, float]
) -> None:
    tifffile.imwrite(
        tmp_path / "a.tif", picture(60, 40, 1)[..., 0], resolution=(1000, 4000),
        resolutionunit="CENTIMETER", metadata=None, extratags=[(274, "H", 1, orientation, True)],
    )  # fmt: skip
    make_pyramid(tmp_path / "a.tif", tmp_path / "b.tif")
    source = open_image(tmp_path / "b.tif")
    assert source.description.pixel_size_um == size_um
    source.close()


@pytest.mark.parametrize("orientation", [1, 6])
def test_the_colour_profile_is_kept(tmp_path: Path, orientation: int) -> None:
    image = vips(picture(300, 200)).icc_transform("p3", input_profile="srgb").copy()
    image.set_type(pyvips.GValue.gint_type, "orientation", orientation)
    image.pngsave(str(tmp_path / "a.png"))
    profile = image.get("icc-profile-data")
    for out in ("a.tif", "a.dzi"):
        make_pyramid(tmp_path / "a.png", tmp_path / out)
    for made in ("a.tif", "a_files/9/0_0.png", "a_files/3/0_0.png"):
        assert pyvips.Image.new_from_file(str(tmp_path / made)).get("icc-profile-data") == profile


def test_cmyk_becomes_rgb(tmp_path: Path) -> None:
    image = picture(300, 200, 4)
    saved(tmp_path / "a.jpg", image, "cmyk")
    expected = whole(open_image(tmp_path / "a.jpg"), 0)
    _, pixels = levels(make_pyramid(tmp_path / "a.jpg", tmp_path / "a.tif", compression="deflate"))
    assert (pixels[0] == expected).all()
    assert expected.shape == (200, 300, 3)


def test_the_pixel_size_is_kept_in_a_tiff(tmp_path: Path) -> None:
    picture_ = vips(picture(300, 200)).copy()
    picture_.set_type(pyvips.GValue.gstr_type, "image-description", "Aperio |MPP = 0.25")
    picture_.tiffsave(str(tmp_path / "a.tif"))
    source = open_image(make_pyramid(tmp_path / "a.tif", tmp_path / "b.tif"))
    assert source.description.pixel_size_um == (0.25, 0.25)
    source.close()


@pytest.mark.parametrize(
    ("name", "kind", "unit", "size_um"),
    [
        ("a.tif", "imagej", {"unit": "um"}, (0.25, 0.5)),
        ("a.tif", "imagej", {"unit": "nm"}, None),
        ("a.tif", "imagej", {"unit": "pixel"}, None),
        ("a.ome.tif", "ome", {"PhysicalSizeX": 0.25, "PhysicalSizeY": 0.5}, (0.25, 0.5)),
    ],
)
def test_a_pixel_size_that_a_description_tells_is_kept_in_a_tiff(
    tmp_path: Path, name: str, kind: str, unit: dict[str, Any], size_um: tuple[float, float] | None
) -> None:
    resolution = (400.0, 200.0) if size_um is None else (4.0, 2.0)
    tifffile.imwrite(
        tmp_path / name,
        picture(300, 200, 1)[:, :, 0],
        imagej=kind == "imagej",
        resolution=resolution,
        metadata=unit,
    )
    source = open_image(make_pyramid(tmp_path / name, tmp_path / "b.tif"))
    assert source.description.pixel_size_um == (size_um and pytest.approx(size_um))
    assert "ImageDescription" not in source.description.metadata
    source.close()


@pytest.mark.parametrize(
    "name", [b"a[1].png", b"a b [page=7] %s.png", b"\xff\xfe\xe9.png", "ä €.png".encode()]
)
def test_names_of_every_sort(tmp_path: Path, name: bytes) -> None:
    folder = tmp_path / os.fsdecode(name)
    folder.mkdir()
    path = saved(tmp_path / "plain.png", picture(300, 200)).rename(folder / os.fsdecode(name))
    for suffix in (".dzi", ".tif"):
        made = make_pyramid(path, path.with_suffix(suffix))
        assert (levels(made)[1][0].shape) == (200, 300, 3)
    stem = path.stem
    assert names(folder) == sorted([path.name, f"{stem}.dzi", f"{stem}.tif", f"{stem}_files"])


def test_progress_rises_to_one_when_turned_too(tmp_path: Path) -> None:
    path = saved(tmp_path / "a.jpg", picture(3000, 2000), orientation=6)
    told: list[float] = []
    make_pyramid(path, tmp_path / "a.dzi", on_progress=told.append)
    assert len(told) > 3
    assert all(earlier < later for earlier, later in itertools.pairwise(told))
    assert 0.0 < told[0] < 0.4
    assert told[-1] == 1.0


@pytest.mark.parametrize("out", ["a.dzi", "a.tif"])
@pytest.mark.parametrize(
    ("orientation", "stop"), [(1, KeyboardInterrupt), (6, KeyboardInterrupt), (1, OSError)]
)
def test_an_interruption_leaves_nothing_and_comes_through(
    tmp_path: Path, out: str, orientation: int, stop: type[BaseException]
) -> None:
    path = saved(tmp_path / "a.jpg", picture(3000, 2000), orientation=orientation)

    def interrupt(fraction: float) -> None:
        if fraction > (0.5 if orientation == 6 else 0.1):
            raise stop("stopped")

    with pytest.raises(stop, match="stopped"):
        make_pyramid(path, tmp_path / out, on_progress=interrupt)
    assert names(tmp_path) == ["a.jpg"]


def test_what_is_there_is_replaced_only_when_told(tmp_path: Path) -> None:
    path = saved(tmp_path / "a.png", picture(300, 200))
    (tmp_path / "a.tif").write_text("kept")
    with pytest.raises(ImageError, match=r"a\.tif: exists already"):
        make_pyramid(path, tmp_path / "a.tif")
    assert (tmp_path / "a.tif").read_text() == "kept"
    make_pyramid(path, tmp_path / "a.tif", overwrite=True)
    assert names(tmp_path) == ["a.png", "a.tif"]
    assert levels(tmp_path / "a.tif")[0][0] == (300, 200)


@pytest.mark.parametrize("out", ["a.dzi", "a.tif"])
def test_a_damaged_image_makes_no_pyramid(tmp_path: Path, out: str) -> None:
    for name in ("a.jpg", "a.png", "plain.tif"):
        path = saved(tmp_path / name, picture(600, 400))
        path.write_bytes(path.read_bytes()[: path.stat().st_size * 2 // 3])
        with pytest.raises(ImageError, match=name) as caught:
            make_pyramid(path, tmp_path / out)
        assert "\n" not in str(caught.value)
        path.unlink()
    assert names(tmp_path) == []


def test_tags_out_of_order_are_no_damage(tmp_path: Path) -> None:
    path, image = tmp_path / "a.tif", picture(300, 200, 1)
    tifffile.imwrite(path, image[:, :, 0])
    *_, first, second = sorted(entry[3] for entry in tiff_entries(path).values())
    data = path.read_bytes()
    overwrite(path, first, data[second : second + 12] + data[first : first + 12])
    _, pixels = levels(make_pyramid(path, tmp_path / "b.tif", compression="deflate"))
    assert (pixels[0] == image).all()


def test_data_that_the_decoder_warns_of_make_no_pyramid(tmp_path: Path) -> None:
    # PackBits that runs past its row.
    path = tmp_path / "a.tif"
    tifffile.imwrite(path, np.zeros((1, 3), np.uint8))
    place = path.stat().st_size
    path.write_bytes(path.read_bytes() + bytes((0x86, 9)))
    entries = tiff_entries(path)
    for tag, value in ((259, 32_773), (273, place), (279, 2)):
        size = {3: 2, 4: 4}[entries[tag][0]]
        overwrite(path, entries[tag][3] + 8, value.to_bytes(size, "little"))
    with pytest.raises(ImageError) as caught:
        make_pyramid(path, tmp_path / "b.tif")
    assert str(caught.value) == f"{path}: cannot be read whole: its decoder warns of it"


def test_what_is_no_image_is_said_as_when_it_is_opened(tmp_path: Path) -> None:
    (tmp_path / "empty").touch()
    os.mkfifo(tmp_path / "fifo")
    (tmp_path / "text").write_text("hello")
    (tmp_path / "broken.tif").write_bytes(b"II*\0\xff\xff\xff\x7f")
    (tmp_path / "broken.xml").write_bytes(b"<Image")
    for path in [*tmp_path.iterdir(), tmp_path, tmp_path / "none"]:
        with pytest.raises(ImageError) as expected:
            open_image(path)
        with pytest.raises(ImageError) as caught:
            make_pyramid(path, tmp_path / "out.tif")
        assert str(caught.value) == str(expected.value)
        assert type(caught.value) is type(expected.value)


def test_what_is_only_shown_is_refused_by_name(tmp_path: Path) -> None:
    tifffile.imwrite(tmp_path / "double.tif", np.zeros((9, 9)))
    with pytest.raises(UnsupportedImageError, match="64-bit float samples are not converted"):
        make_pyramid(tmp_path / "double.tif", tmp_path / "out.tif")


def test_a_deepzoom_is_said_to_be_one(tmp_path: Path) -> None:
    make_pyramid(saved(tmp_path / "a.png", picture(300, 200)), tmp_path / "a.dzi")
    with pytest.raises(UnsupportedImageError, match=r"a\.dzi: is a DeepZoom pyramid already"):
        make_pyramid(tmp_path / "a.dzi", tmp_path / "a.tif")


def test_no_data_is_not_lost_in_silence(tmp_path: Path) -> None:
    extra = [(42113, "s", 0, "-9999", True)]
    image = np.zeros((90, 70), np.float32)
    tifffile.imwrite(tmp_path / "a.tif", image, extratags=extra)
    with pytest.raises(UnsupportedImageError, match="its no-data value -9999 would be lost"):
        make_pyramid(tmp_path / "a.tif", tmp_path / "b.tif")


def test_bands_are_not_lost_in_silence(tmp_path: Path) -> None:
    tifffile.imwrite(
        tmp_path / "a.tif", np.zeros((90, 70, 28), np.uint8), photometric="rgb",
        extrasamples=["unspecified"] * 25,
    )  # fmt: skip
    with pytest.raises(UnsupportedImageError, match="of its 28 bands only 3 could be kept"):
        make_pyramid(tmp_path / "a.tif", tmp_path / "b.tif")


def test_absent_tiles_are_not_made_up(tmp_path: Path) -> None:
    path = saved(tmp_path / "a.tif", picture(300, 200), tile=True, tile_width=64, tile_height=64)
    for table in (324, 325):
        set_table(path, table, 1, 0)
    with pytest.raises(ImageError, match=r"a\.tif: cannot be read whole: tiles of it are not in"):
        make_pyramid(path, tmp_path / "b.tif")


@pytest.mark.parametrize("out", ["a.dzi", "a.tif"])
def test_a_full_disk_is_one_clear_line(tmp_path: Path, out: str) -> None:
    noise = np.random.default_rng(1).integers(0, 256, (600, 800, 3)).astype(np.uint8)
    path = saved(tmp_path / "noise.png", noise)
    code = (
        "import resource, sys; from glview import ImageError, make_pyramid\n"
        "resource.setrlimit(resource.RLIMIT_FSIZE, (20_000, 20_000))\n"
        "try: make_pyramid(*sys.argv[1:])\n"
        "except ImageError as error: print(error)"
    )
    done = subprocess.run(
        [sys.executable, "-c", code, str(path), str(tmp_path / out)],
        capture_output=True,
        text=True,
        check=False,
        timeout=60,
    )
    assert (done.returncode, done.stdout, done.stderr) == (
        0,
        f"{tmp_path / out}: file too large\n",
        "",
    )
    assert names(tmp_path) == ["noise.png"]


def test_memory_does_not_grow_with_the_height(tmp_path: Path) -> None:
    def peak_mib(height: int) -> float:
        path = tmp_path / f"{height}.png"
        pyvips.Image.black(1000, height, bands=3).copy(interpretation="srgb").pngsave(
            str(path), compression=1
        )
        code = (
            "import resource, sys; from glview import make_pyramid; make_pyramid(*sys.argv[1:])\n"
            "print(resource.getrusage(resource.RUSAGE_SELF).ru_maxrss)"
        )
        done = subprocess.run(
            [sys.executable, "-c", code, str(path), str(tmp_path / f"{height}.tif")],
            capture_output=True,
            text=True,
            check=True,
        )
        return int(done.stdout) / 1024

    # 286 MiB of pixels against 3.
    assert peak_mib(100_000) - peak_mib(1_000) < 60


def test_texts_of_a_tiff_are_kept(tmp_path: Path) -> None:
    image = vips(picture(300, 200)).copy(xres=12.5, yres=12.5)
    image.set_type(pyvips.GValue.gstr_type, "image-description", "a grey bird")
    image.set_type(pyvips.GValue.blob_type, "xmp-data", b"<known/>" * 100)
    image.tiffsave(str(tmp_path / "a.tif"))
    made = pyvips.Image.new_from_file(str(make_pyramid(tmp_path / "a.tif", tmp_path / "b.tif")))
    assert made.get("image-description") == "a grey bird"
    assert made.get("xmp-data") == b"<known/>" * 100
    assert (made.xres, made.yres) == (12.5, 12.5)


def test_bands_that_are_stored_apart_are_no_garbage(tmp_path: Path) -> None:
    image = picture(300, 200)
    tifffile.imwrite(
        tmp_path / "a.tif", np.moveaxis(image, 2, 0), photometric="rgb", planarconfig="separate"
    )
    made = make_pyramid(tmp_path / "a.tif", tmp_path / "b.tif", compression="deflate")
    assert (levels(made)[1][0] == image).all()


def test_what_would_not_be_true_of_the_pyramid_is_left_out_and_told(
    tmp_path: Path, caplog: pytest.LogCaptureFixture
) -> None:
    """OME-XML that counts three planes would have the levels taken for them."""
    planes = np.zeros((3, 500, 700), np.uint8)
    source, out = tmp_path / "a.ome.tif", tmp_path / "b.tif"
    tifffile.imwrite(source, planes, photometric="minisblack", metadata={"axes": "ZYX"})
    make_pyramid(source, out)
    assert b"<OME" not in out.read_bytes()
    (message,) = caplog.messages
    assert message == f"{source}: 3 planes (3 z planes); the first is converted"


def channels(path: Path, **told: Any) -> NDArray[Any]:
    """Three channels of 16 bits, of two z planes, with names, colours and a pixel size."""
    planes = np.stack([picture(300, 200, 1, "uint16")[:, :, 0] // n for n in range(1, 7)])
    planes = planes.reshape(2, 3, 200, 300)
    said: dict[str, Any] = {"axes": "ZCYX", "PhysicalSizeX": 0.25, "PhysicalSizeY": 0.5}
    said["Channel"] = {"Name": ["DAPI", "<GFP> µ", "Cy5"], "Color": [65535, 16711935, -16776961]}
    tifffile.imwrite(path, planes, ome=True, photometric="minisblack", metadata=said, **told)
    return planes


@pytest.mark.parametrize("form", [{}, {"tile": (64, 64), "compression": "zlib"}], ids=str)
def test_channels_become_a_pyramid_of_all_of_them(
    tmp_path: Path, form: dict[str, Any], caplog: pytest.LogCaptureFixture
) -> None:
    source, out = tmp_path / "a.ome.tif", tmp_path / "b.tif"
    planes = channels(source, **form)
    made = open_image(make_pyramid(source, out))
    told, before = made.description, open_image(source).description
    assert (told.color_model, told.axes) == (before.color_model, ())
    assert told.channels == before.channels
    assert [channel.name for channel in told.channels] == ["DAPI", "<GFP> µ", "Cy5"]
    assert told.channels[1].color == (0.0, 1.0, 0.0)
    assert told.pixel_size_um == pytest.approx((0.25, 0.5))
    sizes = [(level.width, level.height) for level in told.pyramid.levels]
    assert sizes == [(300, 200), (150, 100)]
    expected = np.moveaxis(planes[0], 0, 2)
    assert (whole(made, 0) == expected).all()
    assert np.abs(whole(made, 1).astype(int) - halve(expected)).max() <= 1
    made.close()
    assert caplog.messages == [
        f"{source}: 2 planes (2 z planes) of 3 channels, shown together; the first is converted"
    ]


def test_other_programs_find_the_channels_of_a_pyramid(tmp_path: Path) -> None:
    planes = channels(tmp_path / "a.ome.tif")
    make_pyramid(tmp_path / "a.ome.tif", tmp_path / "b.ome.tif", plane="z=2")
    with tifffile.TiffFile(tmp_path / "b.ome.tif") as file:
        series = file.series[0]
        assert (series.axes, len(series.levels)) == ("CYX", 2)
        assert (series.asarray() == planes[1]).all()


@pytest.mark.parametrize("apart", ["contig", "separate"])
def test_bands_that_are_channels_become_a_pyramid_of_all_of_them(
    tmp_path: Path, apart: str
) -> None:
    image = picture(300, 200, 5, "uint16")
    stored = image if apart == "contig" else np.moveaxis(image, 2, 0)
    tifffile.imwrite(
        tmp_path / "a.tif", stored, photometric="minisblack", planarconfig=apart,
        extrasamples=["unspecified"] * 4,
    )  # fmt: skip
    made = open_image(make_pyramid(tmp_path / "a.tif", tmp_path / "b.tif"))
    assert (whole(made, 0) == image).all()
    made.close()


@pytest.mark.parametrize("asked", ["channel=2,z=2", "z=2,c=<gfp> µ"])
def test_one_channel_of_several_is_converted(tmp_path: Path, asked: str) -> None:
    planes = channels(tmp_path / "a.ome.tif")
    made = open_image(make_pyramid(tmp_path / "a.ome.tif", tmp_path / "b.tif", plane=asked))
    assert (whole(made, 0)[:, :, 0] == planes[1, 1]).all()
    assert made.description.pixel_size_um == pytest.approx((0.25, 0.5))
    made.close()


@pytest.mark.parametrize(
    ("count", "out", "fault"),
    [
        (3, "b.dzi", "a DeepZoom holds no 3 channels; make a .tif of them"),
        (25, "b.tif", "25 channels make no pyramid; one of them does: --plane channel=1, or"),
    ],
)
def test_what_is_no_pyramid_of_channels_is_told_with_a_way_out(
    tmp_path: Path, count: int, out: str, fault: str
) -> None:
    source = tmp_path / "a.ome.tif"
    pixels = np.zeros((count, 50, 70), np.uint8)
    tifffile.imwrite(source, pixels, photometric="minisblack", metadata={"axes": "CYX"})
    with pytest.raises(UnsupportedImageError, match=fault):
        make_pyramid(source, tmp_path / out)
    assert not (tmp_path / out).exists()


def stack(path: Path) -> tuple[Path, NDArray[Any]]:
    """Three z planes, of which only the first page tells what they are."""
    planes = np.stack([picture(300, 200, 1)[:, :, 0] + 40 * z for z in range(3)])
    told: dict[str, Any] = {"axes": "ZYX", "PhysicalSizeX": 0.25, "PhysicalSizeY": 0.5}
    tifffile.imwrite(path, planes, ome=True, photometric="minisblack", metadata=told)
    return path, planes


@pytest.mark.parametrize("plane", ["z=3", (2,)])
def test_the_plane_that_is_asked_for_is_converted(
    tmp_path: Path, plane: str | tuple[int, ...], caplog: pytest.LogCaptureFixture
) -> None:
    source, planes = stack(tmp_path / "a.ome.tif")
    made = make_pyramid(source, tmp_path / "b.tif", compression="deflate", plane=plane)
    assert (levels(made)[1][0][:, :, 0] == planes[2]).all()
    assert caplog.messages == []


def test_a_plane_in_another_page_has_the_size_of_a_pixel_that_the_first_tells(
    tmp_path: Path,
) -> None:
    source, _ = stack(tmp_path / "a.ome.tif")
    made = open_image(make_pyramid(source, tmp_path / "b.tif", plane="z=2"))
    assert made.description.pixel_size_um == pytest.approx((0.25, 0.5))
    made.close()


def test_a_frame_that_is_asked_for_is_converted(tmp_path: Path) -> None:
    frames = np.concatenate([np.full((300, 400, 3), grey, np.uint8) for grey in (10, 250)])
    image = vips(frames).copy()
    image.set_type(pyvips.GValue.gint_type, "page-height", 300)
    image.write_to_file(str(tmp_path / "a.webp"), lossless=True)
    made = make_pyramid(tmp_path / "a.webp", tmp_path / "b.tif", compression="none", plane=(1,))
    assert (levels(made)[1][0] == 250).all()


def test_the_image_that_is_asked_for_is_converted(
    tmp_path: Path, caplog: pytest.LogCaptureFixture
) -> None:
    source, planes = tmp_path / "a.ome.tif", stack(tmp_path / "b.ome.tif")[1]
    with tifffile.TiffWriter(source, ome=True) as writer:
        writer.write(picture(90, 70, 1)[:, :, 0], metadata={"axes": "YX"})
        writer.write(planes, metadata={"axes": "ZYX"}, photometric="minisblack")
    made = make_pyramid(source, tmp_path / "c.tif", compression="none", series=1, plane="z=2")
    assert (levels(made)[1][0][:, :, 0] == planes[1]).all()
    assert caplog.messages == []
    made = make_pyramid(source, tmp_path / "d.tif", compression="none", series=1)
    assert (levels(made)[1][0][:, :, 0] == planes[0]).all()
    assert caplog.messages == [f"{source}: 3 planes (3 z planes); the first is converted"]


@pytest.mark.parametrize(
    ("asked", "fault"),
    [
        ({"plane": "z=4"}, "plane z=4: z goes from 1 to 3, not to '4'"),
        ({"plane": "t=1"}, "plane t=1: no axis 't': it has z"),
        ({"plane": (7,)}, "there is no plane (7,): it has 3 of z"),
        ({"series": 1}, "image 2 of 1 is asked for"),
    ],
)
def test_what_is_not_in_the_file_is_told_as_when_it_is_opened(
    tmp_path: Path, asked: dict[str, Any], fault: str
) -> None:
    source, _ = stack(tmp_path / "a.ome.tif")
    for use in (open_image, lambda path, **which: make_pyramid(path, tmp_path / "b.tif", **which)):
        with pytest.raises(ImageError) as caught:
            use(source, **asked)
        assert str(caught.value) == f"{source}: {fault}"
    assert not (tmp_path / "b.tif").exists()


def test_the_command_takes_plane_and_series(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    source, planes = stack(tmp_path / "a.ome.tif")
    out = tmp_path / "b.tif"
    command = ["convert", str(source), str(out), "--compression", "none", "--series", "1"]
    assert cli.run([*command, "--plane", "z=3"]) == 0
    assert (levels(out)[1][0][:, :, 0] == planes[2]).all()
    assert cli.run([*command, "--force", "--plane", "z=9"]) == 1
    fault = "plane z=9: z goes from 1 to 3, not to '9'"
    assert capsys.readouterr().err == f"glview: {source}: {fault}\n"


def aerial(path: Path, extras: list[str], **options: Any) -> np.ndarray[Any, Any]:
    """Write RGB and more; the pixels."""
    image = picture(300, 200, 3 + len(extras), options.pop("dtype", "uint8"))
    tifffile.imwrite(path, image, photometric="rgb", extrasamples=extras, **options)
    return image


@pytest.mark.parametrize("dtype", ["uint8", "uint16", "float32"])
def test_bands_beside_rgb_become_a_pyramid_of_such(tmp_path: Path, dtype: str) -> None:
    image = aerial(tmp_path / "a.tif", ["unspecified"] * 2, dtype=dtype)
    made = open_image(make_pyramid(tmp_path / "a.tif", tmp_path / "b.tif"))
    assert [channel.beside_rgb for channel in made.description.channels] == [False] * 3 + [True] * 2
    assert (whole(made, 0) == image).all()
    means = image.reshape(100, 2, 150, 2, 5).mean((1, 3))
    assert np.abs(whole(made, 1) - means).max() <= 1
    made.close()


def test_they_keep_their_alpha_by_which_means_are_weighed(tmp_path: Path) -> None:
    image = np.zeros((200, 300, 5), np.uint8)
    image[::2] = [200, 100, 50, 80, 255]
    extras = ["unspecified", "unassalpha"]
    tifffile.imwrite(tmp_path / "a.tif", image, photometric="rgb", extrasamples=extras)
    made = open_image(make_pyramid(tmp_path / "a.tif", tmp_path / "b.tif"))
    assert (made.description.bands, made.description.alpha) == (4, True)
    np.testing.assert_allclose(whole(made, 1)[50, 50], [200, 100, 50, 80, 128], atol=1)
    made.close()


def test_they_are_turned(tmp_path: Path) -> None:
    image = aerial(tmp_path / "a.tif", ["unspecified"], extratags=[(274, "H", 1, 6, True)])
    made = open_image(make_pyramid(tmp_path / "a.tif", tmp_path / "b.tif"))
    assert (whole(made, 0) == np.rot90(image, -1)).all()
    means = np.rot90(image, -1).reshape(150, 2, 100, 2, 4).mean((1, 3))
    assert np.abs(whole(made, 1) - means).max() <= 1
    made.close()


def test_a_deepzoom_has_no_place_for_them(tmp_path: Path) -> None:
    aerial(tmp_path / "a.tif", ["unspecified"])
    with pytest.raises(UnsupportedImageError, match="a DeepZoom holds no 4 channels"):
        make_pyramid(tmp_path / "a.tif", tmp_path / "b.dzi")


def test_means_of_an_arrays_channels_are_not_weighed_by_the_last(tmp_path: Path) -> None:
    image = picture(300, 200, 5)
    image[..., 4] = np.arange(300) % 2 * 255
    np.save(tmp_path / "a.npy", image)
    made = open_image(make_pyramid(tmp_path / "a.npy", tmp_path / "b.tif"))
    assert (whole(made, 0) == image).all()
    means = image.reshape(100, 2, 150, 2, 5).mean((1, 3))
    assert np.abs(whole(made, 1) - means).max() <= 1
    made.close()


def test_channels_that_differ_in_their_no_data_value_say_so(tmp_path: Path) -> None:
    with tifffile.TiffWriter(tmp_path / "a.tif") as file:
        for number, value in enumerate("05"):
            file.write(
                np.zeros((40, 50), np.uint8),
                photometric="minisblack",
                metadata=None,
                contiguous=False,
                description='{"shape": [2, 40, 50], "axes": "CYX"}' if number == 0 else None,
                extratags=[(42113, "s", 0, value, True)],
            )
    with pytest.raises(UnsupportedImageError, match="differ in their no-data value"):
        make_pyramid(tmp_path / "a.tif", tmp_path / "b.tif")


def test_what_is_shown_and_not_converted_says_so(tmp_path: Path) -> None:
    path = tmp_path / "a.tif"
    tifffile.imwrite(path, np.zeros((64, 64), np.uint8), compression="zstd", tile=(32, 32))
    open_image(path).close()
    fault = r"TIFF compression Zstandard \(50000\) is not converted; `tiffcp -c zip FILE OUT.tif`"
    with pytest.raises(UnsupportedImageError, match=fault):
        make_pyramid(path, tmp_path / "b.tif")
