"""BigImageViewer's image classes on files that libvips makes, as BigImageViewer told of them."""

import gc
import os
import subprocess
import sys
from collections.abc import Callable
from pathlib import Path
from typing import Any

import numpy as np
import pytest
import pyvips
import tifffile
from numpy.typing import NDArray

import glview.bigimageviewer
from glview.bigimageviewer import (
    BigImage,
    DZImage,
    FileFormatError,
    LIImage,
    LoadedImage,
    NotImplementedException,
    ZoomError,
)
from tests.unit.sources.build import open_descriptors, picture, vips

WIDTH, HEIGHT = 1003, 517


@pytest.fixture(scope="module")
def pixels() -> NDArray[np.uint8]:
    return np.asarray(picture(WIDTH, HEIGHT), np.uint8)


@pytest.fixture(scope="module")
def dzi(tmp_path_factory: pytest.TempPathFactory, pixels: NDArray[np.uint8]) -> Path:
    """254-pixel tiles that overlap by 1, as libvips makes them unless told otherwise."""
    folder = tmp_path_factory.mktemp("deepzoom")
    vips(pixels).dzsave(str(folder / "a"), suffix=".png")
    return folder / "a.dzi"


@pytest.fixture(scope="module")
def tiff(tmp_path_factory: pytest.TempPathFactory, pixels: NDArray[np.uint8]) -> Path:
    """128-pixel tiles, as libvips makes them unless told otherwise."""
    path = tmp_path_factory.mktemp("tiff") / "a.tif"
    vips(pixels).tiffsave(str(path), pyramid=True, tile=True, compression="deflate")
    return path


def sizes(image: BigImage) -> list[tuple[int, int]]:
    return [(image.image_width_for_zoom(z), image.image_height_for_zoom(z)) for z in image.zooms]


# Names


def test_the_names_are_there() -> None:
    package = glview.bigimageviewer
    assert package.__all__ == sorted(package.__all__)
    for name in package.__all__:
        assert getattr(package, name).__name__ == name
    assert set(package.__all__) <= set(dir(package))


def test_names_come_from_the_modules_they_came_from() -> None:
    from glview.bigimageviewer.app import MainWindow
    from glview.bigimageviewer.bigimagecomponent import BigImageComponent
    from glview.bigimageviewer.dzimage import FileFormatError as Fault
    from glview.bigimageviewer.liimage import ZoomError as NoZoom

    assert issubclass(Fault, Exception)
    assert issubclass(NoZoom, Exception)
    assert (MainWindow.DEFAULT_WIDTH, MainWindow.DEFAULT_HEIGHT) == (512, 512)
    assert (BigImageComponent.MIN_WIDTH, BigImageComponent.DEFAULT_EXIT_KEY) == (32, None)


def test_who_asks_for_zooms_needs_no_qt(dzi: Path) -> None:
    program = f"""
import sys
from glview.bigimageviewer import DZImage, LIImage
assert DZImage({str(dzi)!r}).max_zoom == LIImage({str(dzi)!r}).max_zoom + 8
print([name for name in sys.modules if name.startswith("PySide6")])
"""
    run = subprocess.run(
        [sys.executable, "-c", program], capture_output=True, text=True, check=True
    )
    assert run.stdout == "[]\n"


# Zooms


def test_a_zoom_of_a_deepzoom_is_the_number_of_its_folder(dzi: Path) -> None:
    image = DZImage(str(dzi))
    assert (image.min_zoom, image.max_zoom) == (0, 10)
    assert image.zooms == [10, 9, 8, 7, 6, 5, 4, 3, 2, 1, 0]
    assert sizes(image)[:4] == [(1003, 517), (502, 259), (251, 130), (126, 65)]
    assert sizes(image)[-2:] == [(2, 2), (1, 1)]


def test_a_deepzoom_may_begin_with_a_picture_of_one_tile(
    tmp_path: Path, pixels: NDArray[np.uint8]
) -> None:
    vips(pixels).dzsave(str(tmp_path / "a"), suffix=".png", depth="onetile")
    image = DZImage(tmp_path / "a.dzi")
    assert image.zooms == [2, 1, 0]
    assert sizes(image) == [(1003, 517), (502, 259), (251, 130)]


def test_folders_that_are_missing_are_no_zooms(tmp_path: Path, pixels: NDArray[np.uint8]) -> None:
    vips(pixels).dzsave(str(tmp_path / "a"), suffix=".png")
    for number in (0, 1, 2, 10):
        for tile in (tmp_path / f"a_files/{number}").iterdir():
            tile.unlink()
        (tmp_path / f"a_files/{number}").rmdir()
    image = DZImage(tmp_path / "a.dzi")
    assert image.zooms == [9, 8, 7, 6, 5, 4, 3]
    assert image.image_width_for_zoom(9) == 502
    assert image.fit_to_viewport(3, 3) == (3, 8, 5)


def test_a_zoom_of_a_tiff_is_counted_from_a_single_tile(tiff: Path) -> None:
    image = LIImage(str(tiff))
    assert (image.min_zoom, image.max_zoom) == (0, 3)
    assert sizes(image) == [(1003, 517), (501, 258), (250, 129), (125, 64)]


def test_zooms_that_a_tiff_does_not_have_are_made(tmp_path: Path) -> None:
    path = tmp_path / "flat.tif"
    grey = picture(1003, 517, bands=1)
    vips(grey).tiffsave(str(path), tile=True, compression="none")
    image = LIImage(path)
    assert sizes(image) == [(1003, 517), (502, 259), (251, 130), (126, 65)]
    tile = image.load_tile(1, 0, 2)
    assert tile.shape == (128, 128, 1)
    wide = grey[:256, 256:512].astype(int)
    mean = (wide[::2, ::2] + wide[::2, 1::2] + wide[1::2, ::2] + wide[1::2, 1::2] + 2) // 4
    assert np.array_equal(tile, mean)


def test_levels_that_are_no_halvings_are_passed_over(tmp_path: Path) -> None:
    import tifffile

    full = picture(768, 768)
    with tifffile.TiffWriter(tmp_path / "thirds.tif") as file:
        file.write(full, tile=(128, 128), photometric="rgb", subifds=2)
        file.write(np.full((256, 256, 3), 255, np.uint8), tile=(128, 128), photometric="rgb")
        file.write(np.full((192, 192, 3), 7, np.uint8), tile=(128, 128), photometric="rgb")
    image = LIImage(tmp_path / "thirds.tif")
    assert sizes(image) == [(768, 768), (384, 384), (192, 192), (96, 96)]
    assert image.load_tile(1, 1, 2).mean() == pytest.approx(full[256:512, 256:512].mean(), abs=0.5)
    assert np.unique(image.load_tile(0, 0, 1)).tolist() == [7]


@pytest.mark.parametrize("layout", [{}, {"tile": (128, 128)}])
def test_samples_that_floats_do_not_hold_are_told_as_they_are(
    tmp_path: Path, layout: dict[str, Any]
) -> None:
    samples = np.arange(200 * 200, dtype=np.uint32).reshape(200, 200) + np.uint32(3_000_000_000)
    tifffile.imwrite(tmp_path / "a.tif", samples, **layout)
    image = LIImage(tmp_path / "a.tif")
    tile = image.load_tile(0, 0, image.max_zoom)
    assert np.array_equal(tile[..., 0], samples[: len(tile), : tile.shape[1]])


def test_an_image_without_tiles_has_some_and_lies_as_its_exif_says(tmp_path: Path) -> None:
    path = tmp_path / "turned.jpg"
    turned = vips(picture(600, 300)).copy()
    turned.set_type(pyvips.GValue.gint_type, "orientation", 6)
    turned.jpegsave(str(path))
    image = LIImage(path)
    assert sizes(image) == [(300, 600), (150, 300), (75, 150)]
    assert image.load_tile(1, 2, 2).shape == (88, 44, 3)


@pytest.mark.parametrize("zoom", [-1, 11, 99])
def test_there_is_no_other_zoom(dzi: Path, zoom: int) -> None:
    image = DZImage(dzi)
    asked: list[Callable[[], Any]] = [
        lambda: image.image_width_for_zoom(zoom),
        lambda: image.height_for_zoom(zoom),
        lambda: image.num_tiles_across(zoom),
        lambda: image.tile_width_at_zoom(0, zoom),
        lambda: image.load_tile(0, 0, zoom),
    ]
    for ask in asked:
        with pytest.raises(ZoomError, match=f"no zoom {zoom}"):
            ask()


def test_sizes_have_the_spelling_of_the_readme(dzi: Path, tiff: Path) -> None:
    image = DZImage(dzi)
    assert (image.width_for_zoom(9), image.height_for_zoom(9)) == (502, 259)
    other = LIImage(tiff)
    assert (other.width_for_zoom(2), other.height_for_zoom(2)) == (501, 258)


@pytest.mark.parametrize(
    ("viewport", "found"),
    [
        ((512, 512), (9, 502, 259)),
        ((502, 259), (9, 502, 259)),
        ((501, 259), (8, 251, 130)),
        ((5000, 5000), (10, 1003, 517)),
        ((5000, 130), (8, 251, 130)),
        ((0, 0), (0, 1, 1)),
    ],
)
def test_the_largest_picture_that_fits_a_viewport(
    dzi: Path, viewport: tuple[int, int], found: tuple[int, int, int]
) -> None:
    assert DZImage(dzi).fit_to_viewport(*viewport) == found


# Tiles


def test_tiles_of_a_deepzoom_overlap(dzi: Path) -> None:
    image = DZImage(dzi)
    assert (image.tile_width, image.tile_height) == (254, 254)
    assert (image.num_tiles_across(10), image.num_tiles_down(10)) == (4, 3)
    assert (image.num_tiles_across(0), image.num_tiles_down(0)) == (1, 1)
    assert [image.tile_start_x(tile) for tile in (0, 1, 3)] == [0, 253, 761]
    assert [image.tile_end_x_plus_one(tile, 10) for tile in (0, 1, 3)] == [255, 509, 1003]
    assert [image.tile_start_y(tile) for tile in (0, 1, 2)] == [0, 253, 507]
    assert [image.tile_end_y_plus_one(tile, 10) for tile in (0, 1, 2)] == [255, 509, 517]
    assert [image.left_overlap(tile) for tile in (0, 1, 3)] == [0, 1, 1]
    assert [image.right_overlap(tile, 10) for tile in (0, 1, 3)] == [1, 1, 0]
    assert [image.top_overlap(tile) for tile in (0, 2)] == [0, 1]
    assert [image.bottom_overlap(tile, 10) for tile in (0, 2)] == [1, 0]
    assert [image.tile_width_at_zoom(tile, 10) for tile in (0, 1, 3)] == [255, 256, 242]
    assert (image.tile_start_x(-1), image.tile_start_x(-1, clip=True)) == (-255, 0)
    assert image.tile_filename(3, 1) == "3_1.png"


def test_tiles_of_a_tiff_do_not_overlap(tiff: Path) -> None:
    image = LIImage(tiff)
    assert (image.tile_width, image.tile_height) == (128, 128)
    assert (image.num_tiles_across(3), image.num_tiles_down(3)) == (8, 5)
    assert (image.tile_start_x(7), image.tile_end_x_plus_one(7, 3)) == (896, 1003)
    assert [image.left_overlap(1), image.right_overlap(1, 3)] == [0, 0]
    assert (image.tile_width_at_zoom(7, 3), image.tile_height_at_zoom(4, 3)) == (107, 5)


@pytest.mark.parametrize(("position", "tile"), [(0, 0), (253, 0), (254, 1), (253.999, 1), (508, 2)])
def test_a_position_lies_in_a_tile(dzi: Path, position: float, tile: int) -> None:
    image = DZImage(dzi)
    assert (image.x_to_tile(position), image.y_to_tile(position)) == (tile, tile)


def test_a_tile_of_a_deepzoom_is_blue_green_red(dzi: Path, pixels: NDArray[np.uint8]) -> None:
    image = DZImage(dzi)
    tile = image.load_tile(1, 2, 10)
    assert tile.flags.writeable
    assert np.array_equal(tile, pixels[507:517, 253:509, ::-1])
    assert image.band_format == BigImage.RGB == 1


def test_a_tile_of_a_tiff_is_red_green_blue(tiff: Path, pixels: NDArray[np.uint8]) -> None:
    image = LIImage(tiff)
    tile = image.load_tile(7, 4, 3)
    assert tile.flags.writeable
    assert np.array_equal(tile, pixels[512:517, 896:1003])
    assert image.band_format == BigImage.BGR == 0


@pytest.mark.parametrize(
    ("stored", "expected"),
    [
        (np.full((60, 40, 1), 200, np.uint8), [200, 200, 200]),
        (np.full((60, 40, 4), (10, 20, 30, 40), np.uint8), [30, 20, 10]),
        (np.full((60, 40, 3), (0x1234, 0x5678, 0x9ABC), np.uint16), [0x9A, 0x56, 0x12]),
    ],
)
def test_tiles_of_a_deepzoom_come_as_opencv_read_them(
    tmp_path: Path, stored: NDArray[Any], expected: list[int]
) -> None:
    vips(stored).dzsave(str(tmp_path / "a"), suffix=".png")
    tile = DZImage(tmp_path / "a.dzi").load_tile(0, 0, 6)
    assert tile.shape == (60, 40, 3)
    assert tile.dtype == np.uint8
    assert tile[30, 20].tolist() == expected


def test_where_a_sparse_image_declares_nothing_it_is_black(tmp_path: Path) -> None:
    vips(picture(600, 300)).dzsave(str(tmp_path / "a"), suffix=".png")
    rect = '<DisplayRect MinLevel="0" MaxLevel="10"><Rect X="0" Y="0" Width="9" Height="9"/>'
    path = tmp_path / "a.dzi"
    end = f"<DisplayRects>{rect}</DisplayRect></DisplayRects></Image>"
    path.write_text(path.read_text().replace("</Image>", end))
    (tmp_path / "a_files/10/2_1.png").unlink()
    tile = DZImage(path).load_tile(2, 1, 10)
    assert tile.shape == (47, 93, 3)
    assert not tile.any()


def test_there_is_no_other_tile(dzi: Path, tiff: Path) -> None:
    for image, zoom in ((DZImage(dzi), 10), (LIImage(tiff), 3)):
        with pytest.raises(IndexError):
            image.load_tile(99, 0, zoom)


# Faults


def test_a_tile_that_is_broken_is_told(tmp_path: Path) -> None:
    vips(picture(600, 300)).dzsave(str(tmp_path / "a"), suffix=".png")
    (tmp_path / "a_files/10/1_0.png").write_bytes(b"no picture")
    with pytest.raises(FileFormatError, match=r"1_0\.png") as caught:
        DZImage(tmp_path / "a.dzi").load_tile(1, 0, 10)
    assert caught.value.message == str(caught.value)


@pytest.mark.parametrize("text", ["no xml", "<a/>", '<Image TileSize="9" Format="png"/>'])
def test_a_broken_description_is_told(tmp_path: Path, text: str) -> None:
    (tmp_path / "a.dzi").write_text(text)
    with pytest.raises(FileFormatError, match=r"a\.dzi"):
        DZImage(tmp_path / "a.dzi")


def test_a_file_of_another_kind_is_told(tmp_path: Path) -> None:
    (tmp_path / "a.tif").write_bytes(b"no picture")
    with pytest.raises(FileFormatError, match=r"a\.tif"):
        LIImage(tmp_path / "a.tif")


@pytest.mark.parametrize("kind", [DZImage, LIImage])
def test_a_file_that_is_not_there_is_the_systems_fault(
    tmp_path: Path, kind: type[BigImage]
) -> None:
    with pytest.raises(FileNotFoundError):
        kind(tmp_path / "none.dzi")
    os.mkfifo(tmp_path / "fifo.dzi")
    with pytest.raises(OSError, match="not a regular file"):
        kind(tmp_path / "fifo.dzi")


def test_faults_have_the_messages_of_before() -> None:
    assert FileFormatError().message == "Error in file format"
    assert ZoomError("no").message == "no"
    assert NotImplementedException("no").message == "no"


# Files


def test_an_image_can_be_opened_later(dzi: Path, tiff: Path) -> None:
    image = DZImage()
    with pytest.raises(FileFormatError, match="no image"):
        image.max_zoom  # noqa: B018  # to ask is what raises
    image.open(str(dzi))
    assert (image.filename, image.max_zoom) == (str(dzi), 10)
    other = LIImage(tiff)
    other.open(str(dzi))
    assert other.load_tile(0, 0, 0).shape == (130, 251, 3)


def test_the_suffix_may_be_left_out(dzi: Path) -> None:
    name = str(dzi.with_suffix(""))
    image = DZImage(name)
    assert (image.filename, image.max_zoom) == (name, 10)


def test_a_file_is_closed_with_its_image(tiff: Path) -> None:
    before = open_descriptors()
    image = LIImage(tiff)
    image.load_tile(0, 0, 0)
    assert len(open_descriptors()) > len(before)
    image.close()
    assert open_descriptors() == before
    assert image.load_tile(0, 0, 0).shape == (64, 125, 3)
    del image
    gc.collect()
    assert open_descriptors() == before


# The base class


class Painted(BigImage):
    """A program's own image: two zooms, and tiles of 10x20 that tell their place."""

    @property
    def zooms(self) -> list[int]:
        return [1, 0]

    def image_width_for_zoom(self, zoom: int) -> int:
        return (50, 100)[zoom]

    def image_height_for_zoom(self, zoom: int) -> int:
        return (60, 120)[zoom]

    @property
    def tile_width(self) -> int:
        return 10

    @property
    def tile_height(self) -> int:
        return 20

    def load_tile(self, tilex: int, tiley: int, zoom: int) -> NDArray[np.uint8]:
        return np.full((20, 10, 1), 100 * zoom + 10 * tiley + tilex, np.uint8)


def test_a_program_may_have_images_of_its_own() -> None:
    image = Painted()
    assert (image.min_zoom, image.max_zoom) == (0, 1)
    assert (image.num_tiles_across(1), image.num_tiles_down(1)) == (10, 6)
    assert image.fit_to_viewport(99, 200) == (0, 50, 60)


def test_the_base_class_has_no_image() -> None:
    with pytest.raises(NotImplementedError):
        BigImage("any.dzi")
    with pytest.raises(NotImplementedError):
        BigImage().load_tile(0, 0, 0)


# LoadedImage


def in_viewport(loaded: LoadedImage) -> NDArray[np.uint8]:
    """What of the picture is to be drawn: (height, width, 3), red first."""
    whole, rect = loaded.to_qimage()
    part = whole.copy(rect).convertToFormat(whole.Format.Format_RGB888)
    rows = np.frombuffer(part.constBits(), np.uint8).reshape(part.height(), part.bytesPerLine())
    return rows[:, : 3 * part.width()].reshape(part.height(), part.width(), 3).copy()


@pytest.mark.parametrize("kind", [DZImage, LIImage])
def test_a_window_on_an_image_shows_and_scrolls_its_pixels(
    dzi: Path, tiff: Path, pixels: NDArray[np.uint8], kind: type[BigImage]
) -> None:
    image = kind(dzi if kind is DZImage else tiff)
    loaded = LoadedImage(image, extra_tiles=1)
    assert (loaded.min_available_zoom, loaded.max_available_zoom) == (0, image.max_zoom)
    loaded.viewport_on_fullimage = (300, 100)
    loaded.viewport_size = (200, 150)
    loaded.zoom = image.max_zoom
    loaded.load_image()
    assert np.array_equal(in_viewport(loaded), pixels[100:250, 300:500])
    assert not loaded.scroll(-5, -3)
    assert np.array_equal(in_viewport(loaded), pixels[103:253, 305:505])
    assert loaded.scroll(-10_000, 0)
    assert loaded.viewport_on_fullimage == (803, 103)
    assert np.array_equal(in_viewport(loaded), pixels[103:253, 803:1003])
    assert loaded.scroll_to(0, 0)
    assert np.array_equal(in_viewport(loaded), pixels[:150, :200])


def test_a_window_zooms_about_a_place_in_it(dzi: Path, pixels: NDArray[np.uint8]) -> None:
    loaded = LoadedImage(DZImage(dzi))
    loaded.viewport_size = (200, 150)
    loaded.zoom = 9
    loaded.load_image()
    assert loaded.zoom_to(10, 150, 100)
    assert loaded.viewport_on_fullimage == (200, 125)
    assert np.array_equal(in_viewport(loaded), pixels[125:275, 200:400])
    assert loaded.zoom_to(9, 100, 75)
    assert loaded.viewport_on_fullimage == (50, 25)
    assert not loaded.zoom_to(9, 0, 0)
    assert not loaded.zoom_to(11, 0, 0)


def test_a_window_fits_an_image_and_keeps_to_its_zooms(dzi: Path) -> None:
    loaded = LoadedImage(DZImage(dzi))
    assert loaded.to_qimage()[0].isNull()
    loaded.zoom = 99
    assert loaded.zoom == 10
    loaded.zoom = -1
    loaded.viewport_size = (300, 300)
    loaded.load_image()
    assert loaded.zoom == 8
    rect = loaded.get_rect()
    assert (rect.x(), rect.y(), rect.width(), rect.height()) == (0, 0, 251, 130)
    assert in_viewport(loaded).shape == (130, 251, 3)


def test_a_window_loads_what_is_new_only() -> None:
    class Counted(Painted):
        loads = 0

        def load_tile(self, tilex: int, tiley: int, zoom: int) -> NDArray[np.uint8]:
            self.loads += 1
            return super().load_tile(tilex, tiley, zoom)

    image = Counted()
    loaded = LoadedImage(image, extra_tiles=1)
    loaded.viewport_size = (20, 20)
    loaded.zoom = 1
    loaded.load_image(45, 50)
    assert loaded.viewport_on_fullimage == (35, 40)
    assert image.loads == 5 * 3
    assert loaded.scroll(-10, 0)
    assert image.loads == 6 * 3
    assert in_viewport(loaded)[0, :, 0].tolist() == 5 * [124] + 10 * [125] + 5 * [126]


def test_a_window_on_samples_that_qt_has_not_says_so(tmp_path: Path) -> None:
    path = tmp_path / "deep.tif"
    vips(picture(300, 200, dtype="uint16")).tiffsave(str(path), tile=True)
    loaded = LoadedImage(LIImage(path))
    loaded.viewport_size = (100, 100)
    loaded.load_image()
    with pytest.raises(NotImplementedException):
        loaded.to_qimage()
