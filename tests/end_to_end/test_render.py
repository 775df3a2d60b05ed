"""`glview.render` and `glview render`: pictures without a display, from any program."""

import os
import subprocess
import sys
import threading
from dataclasses import replace
from pathlib import Path
from typing import Any

import numpy as np
import pytest
import pyvips
import tifffile
from numpy.typing import NDArray

import glview
from glview.offscreen import PIECE_PX, pieces
from tests.display import VirtualDisplay
from tests.images import detailed
from tests.profiles import swapped
from tests.slides import LABEL, write_scn, write_svs
from tests.unit.sources.build import get_table, overwrite

COMMAND = (sys.executable, "-W", "error", "-c", "from glview.cli import main; main()", "render")


def run(*arguments: object) -> tuple[int, str]:
    """Status and stderr, with no display to be had."""
    hidden = ("DISPLAY", "WAYLAND_DISPLAY", "XDG_RUNTIME_DIR")
    env = {key: value for key, value in os.environ.items() if key not in hidden}
    done = subprocess.run(
        [*COMMAND, *map(str, arguments)], env=env, capture_output=True, text=True, check=False
    )
    assert done.stdout == ""
    return done.returncode, done.stderr


def read(path: Path) -> NDArray[np.uint8]:
    pixels: NDArray[np.uint8] = pyvips.Image.new_from_file(str(path)).numpy()
    return pixels


def test_at_zoom_1_it_is_the_images_own_pixels(image: Path, pixels: NDArray[np.uint8]) -> None:
    picture = glview.render(image, size=(300, 200), center=(600, 400), zoom=1)
    assert picture.dtype == np.uint8
    assert np.array_equal(picture, pixels[300:500, 450:750])


def test_without_a_place_it_shows_all(image: Path) -> None:
    picture = glview.render(image, size=(400, 400), background=(1.0, 1.0, 1.0))
    assert picture.shape == (400, 400, 3)
    white = (picture == 255).all(axis=(1, 2))
    # 800 of 1201 rows a column: 266.4 of 400.
    assert white.sum() == pytest.approx(400 - 266.4, abs=2)
    assert white[:66].all()
    assert white[-66:].all()


def test_a_picture_may_be_wider_than_any_target(image: Path, tmp_path: Path) -> None:
    assert run(image, "-o", tmp_path / "wide.png", "--size", "65536x10", "--zoom", 50) == (0, "")
    picture = read(tmp_path / "wide.png")
    assert picture.shape == (10, 65_536, 3)
    # 60,050 of them are the image's.
    assert picture[5, 2_900:-2_900].any(axis=1).mean() > 0.9


def test_an_array_is_rendered_as_it_is(pixels: NDArray[np.uint8]) -> None:
    picture = glview.render(pixels, size=(1200, 800), center=(600, 400), zoom=1)
    assert np.array_equal(picture, pixels[:, :1200])


def test_options_bound_the_memory_and_the_background_stays(tmp_path: Path) -> None:
    path = tmp_path / "photo.png"
    pyvips.Image.black(800, 600, bands=3).copy(interpretation="srgb").pngsave(str(path))
    small = glview.ViewerOptions(host_bytes=1 << 20, background=(0.0, 0.0, 1.0))
    with pytest.raises(glview.ImageError, match="needs 2 MiB in memory, more than the budget of 1"):
        glview.render(path, options=small)
    enough = replace(small, host_bytes=2 << 20)
    beside: dict[str, Any] = {
        "size": (4, 4),
        "center": (-9.0, -9.0),
        "zoom": 1.0,
        "options": enough,
    }
    assert (glview.render(path, **beside) == (0, 0, 255)).all()
    assert (glview.render(path, background=(1.0, 0.0, 0.0), **beside) == (255, 0, 0)).all()


def test_a_half_turn_and_a_flip_are_exact(image: Path, pixels: NDArray[np.uint8]) -> None:
    view = {"size": (300, 200), "center": (600, 400), "zoom": 1}
    turned = glview.render(image, rotation=180, **view)  # type: ignore[arg-type]  # a mapping of them
    assert np.array_equal(turned, pixels[300:500, 450:750][::-1, ::-1])
    flipped = glview.render(image, flip=True, **view)  # type: ignore[arg-type]  # a mapping of them
    assert np.array_equal(flipped, pixels[300:500, 450:750][:, ::-1])


def test_a_place_beside_the_image_is_background(image: Path) -> None:
    picture = glview.render(
        image, size=(64, 64), center=(-5000, 90000), zoom=2, background=(0.2, 0.4, 0.6)
    )
    assert (picture == (51, 102, 153)).all()


def test_the_command_says_that_a_picture_shows_nothing_of_the_image(
    image: Path, tmp_path: Path
) -> None:
    out = tmp_path / "out.png"
    command = [sys.executable, "-m", "glview", "render", str(image), "-o", str(out)]
    for center, told in (("-500,300", True), ("0,0", False)):
        done = subprocess.run(
            [*command, "--size", "64x48", "--zoom", "1", f"--center={center}"],
            capture_output=True,
            text=True,
            check=False,
        )
        assert done.returncode == 0
        assert out.is_file()
        assert ("nothing of the image" in done.stderr) == told, done.stderr
        assert done.stderr.count("\n") == told


def test_large_pictures_are_made_of_pieces_without_seams(
    image: Path,
) -> None:
    large = glview.render(image, size=(PIECE_PX + 102, 120), center=(1000, 400), zoom=2)
    middle = glview.render(image, size=(100, 120), center=(1000, 400), zoom=2)
    seam = (PIECE_PX + 102) // 2
    across = large[:, seam - 50 : seam + 50].astype(np.int16)
    assert np.abs(across - middle).max() <= 1


@pytest.mark.parametrize(
    ("length", "expected"),
    [(1, [(0, 1)]), (2048, [(0, 2048)]), (2049, [(0, 1040), (1040, 1009)])],
)
def test_pieces_cover_all(length: int, expected: list[tuple[int, int]]) -> None:
    assert pieces(length) == expected


def test_a_checkerboard_goes_on_from_piece_to_piece() -> None:
    nothing = np.full((64, 64), np.nan, np.float32)
    board = glview.ViewerOptions(
        background=(0.0, 0.0, 0.0), display=lambda shown: replace(shown, checker=(1.0, 1.0, 1.0))
    )
    picture = glview.render(nothing, size=(2100, 40), zoom=1.0, options=board)
    y, x = np.mgrid[:40, :2100] // 8
    assert np.array_equal(picture[..., 0], np.where((x + y) % 2 == 1, 255, 0))


def test_the_largest_number_leaves_the_rest_to_be_seen() -> None:
    ramp = np.tile(np.linspace(0, 1, 101, dtype=np.float32), (100, 1))
    ramp[:30] = np.finfo(np.float32).min
    picture = glview.render(ramp, size=(101, 100), zoom=1.0)[..., 0]
    assert picture[50, ::25].tolist() == [0, 64, 128, 191, 255]
    assert picture[10, ::25].tolist() == [0, 0, 0, 0, 0]


@pytest.mark.parametrize(
    ("ends", "expected"),
    [((0.0, 1e-39), [0, 255, 255]), ((-1e39, 1e39), [128] * 3), ((-1e308, 1e308), [128] * 3)],
)
def test_a_window_may_be_wider_or_narrower_than_a_float_can_tell(
    ends: tuple[float, float], expected: list[int]
) -> None:
    ramp = np.tile(np.linspace(0, 1, 101, dtype=np.float32), (100, 1))
    given = glview.ViewerOptions(
        display=lambda shown: replace(shown, windows=(glview.Window(*ends),))
    )
    picture = glview.render(ramp, size=(101, 100), zoom=1.0, options=given)
    assert picture[50, ::50, 0].tolist() == expected


def test_squares_are_asked_for_on_the_command_line(tmp_path: Path) -> None:
    two, out, smooth = (tmp_path / name for name in ("two.png", "out.png", "smooth.png"))
    pyvips.Image.new_from_array(np.array([[0, 200]], np.uint8)).pngsave(str(two))
    view = ("--size", "8x4", "--zoom", "4")
    assert run(two, "-o", out, *view, "--nearest") == (0, "")
    assert read(out)[1, :, 0].tolist() == [0] * 4 + [200] * 4
    assert run(two, "-o", smooth, *view) == (0, "")
    assert read(smooth)[1, :, 0].tolist() == [0, 0, 25, 75, 125, 175, 200, 200]


def test_a_checkerboard_is_asked_for_on_the_command_line(tmp_path: Path) -> None:
    clear, out = tmp_path / "clear.png", tmp_path / "out.png"
    pixels = np.zeros((40, 100, 4), np.uint8)
    pixels[:, 50:] = 255
    pyvips.Image.new_from_array(pixels).copy(interpretation="srgb").pngsave(str(clear))
    view = ("--size", "100x40", "--zoom", "1", "--checker")
    assert run(clear, "-o", out, *view) == (0, "")
    y, x = np.mgrid[:40, :50] // 8
    picture = read(out)[..., 0]
    assert np.array_equal(picture[:, :50], np.where((x + y) % 2 == 1, 153, 102))
    assert (picture[:, 50:] == 255).all()
    status, errors = run(clear, "-o", out, *view, "--background", "red")
    assert (status, "not allowed with argument" in errors) == (2, True)


@pytest.mark.parametrize(
    ("bands", "expected"),
    [
        (1, "in.tif: no legend: it has no channels to be named\n"),
        (3, "in.tif: no legend: it has no channels to be named\n"),
        (2, "out.png: no room for: legend\n"),
    ],
)
def test_why_there_is_no_legend_is_told(tmp_path: Path, bands: int, expected: str) -> None:
    path, out = tmp_path / "in.tif", tmp_path / "out.png"
    photometric = "rgb" if bands == 3 else "minisblack"
    pixels = np.zeros((32, 32, bands), np.uint8)
    axes = {"axes": "YXS" if bands == 3 else "CYX"}
    stored = pixels if bands == 3 else np.moveaxis(pixels, 2, 0)
    tifffile.imwrite(path, stored, ome=True, photometric=photometric, metadata=axes)
    status, errors = run(path, "-o", out, "--size", "24x24", "--legend")
    assert (status, errors.replace(f"{tmp_path}/", "")) == (0, f"glview: {expected}")


@pytest.mark.parametrize(
    ("zoom", "told"),
    [(6, "pixel grid"), (20, "values in the pixel grid"), (64, None)],
)
def test_it_is_told_whether_a_grid_or_its_values_have_no_room(
    zoom: int, told: str | None, image: Path, tmp_path: Path
) -> None:
    out = tmp_path / "out.png"
    expected = f"glview: {out}: no room for: {told}\n" if told else ""
    assert run(image, "-o", out, "--zoom", zoom, "--pixel-grid") == (0, expected)


def test_what_is_no_slide_is_told_without_the_words_of_its_reader(tmp_path: Path) -> None:
    path, out = tmp_path / "astro.tif", tmp_path / "out.png"
    tifffile.imwrite(path, np.zeros((300, 300), np.float32), tile=(64, 64))
    expected = f"glview: {path}: no slide, but a TIFF like any other: leave out --whole-slide\n"
    assert run(path, "-o", out, "--whole-slide") == (1, expected)
    path.write_bytes(b"plain text")
    expected = f"glview: {path}: no slide that OpenSlide knows\n"
    assert run(path, "-o", out, "--whole-slide") == (1, expected)


def series_of_two(path: Path) -> Path:
    with tifffile.TiffWriter(path, ome=True) as file:
        for value in (50, 90):
            file.write(np.full((30, 40), value, np.uint8), photometric="minisblack")
    return path


def test_another_image_of_a_file_can_be_rendered(tmp_path: Path) -> None:
    path, out = series_of_two(tmp_path / "two.ome.tif"), tmp_path / "out.png"
    look: dict[str, Any] = {"size": (40, 30), "zoom": 1}
    assert (glview.render(path, **look) == 50).all()
    assert (glview.render(path, series=1, **look) == 90).all()
    with glview.studio(path, series=1) as studio:
        assert (studio.picture(**look) == 90).all()
    assert run(path, "-o", out, "--size", "40x30", "--zoom", 1, "--series", 2) == (0, "")
    assert (read(out) == 90).all()
    with pytest.raises(glview.ImageError, match="image 3 of 2 is asked for"):
        glview.render(path, series=2)


def test_a_plane_can_be_asked_for_in_words() -> None:
    stack = np.full((3, 40, 40), 10, np.uint8) * np.arange(1, 4, dtype=np.uint8)[:, None, None]
    look: dict[str, Any] = {"size": (40, 40), "zoom": 1}
    assert (glview.render(stack, plane="axis0=2", **look) == 20).all()
    assert (glview.render(stack, plane=(2,), **look) == 30).all()
    with glview.studio(stack, plane="a=3") as studio:
        assert (studio.picture(**look) == 30).all()
    for wrong in ("z=2", "axis0=4"):
        with pytest.raises(glview.ImageError, match=f"array: plane {wrong}: "):
            glview.render(stack, plane=wrong)


def test_a_background_of_one_picture_is_in_the_place_of_a_checkerboard() -> None:
    nothing = np.full((64, 64), np.nan, np.float32)
    with glview.studio(nothing, glview.ViewerOptions(checker=True)) as studio:
        assert np.unique(studio.picture(size=(32, 32))).tolist() == [102, 153]
        plain = studio.picture(size=(32, 32), background=(1.0, 1.0, 1.0))
        assert np.unique(plain).tolist() == [255]
        assert np.unique(studio.picture(size=(32, 32))).tolist() == [102, 153]


def test_a_window_of_16_bits_is_found_given_or_full(tmp_path: Path) -> None:
    ramp = np.tile(np.linspace(1000, 2000, 256), (64, 1)).astype(np.uint16)
    path = tmp_path / "ramp.tif"
    pyvips.Image.new_from_array(ramp[..., None]).tiffsave(str(path))

    def ends(*words: str) -> list[int]:
        out = tmp_path / f"out{'_'.join(words)}.png"  # libvips remembers files by their names
        view = ["--size", "256x64", "--zoom", "1"]
        assert run(path, "-o", out, *view, *words) == (0, "")
        row = read(out)[32, :, 0]
        return [int(row[0]), int(row[-1])]

    assert ends() == [0, 255]
    assert ends("--window", "0,4000") == [64, 128]
    assert ends("--window", "full") == [4, 8]
    assert ends("--window", "0,4000", "--transfer", "log") == [204, 229]


def test_a_colour_map_that_is_of_no_use_is_told(tmp_path: Path, image: Path) -> None:
    out = tmp_path / "out.png"
    status, told = run(image, "-o", out, "--colormap", "viridis")
    assert status == 0
    assert told == f"glview: {image}: --colormap is for one channel, and it has several: not used\n"


def test_an_image_of_nothing_but_nan_is_told(tmp_path: Path) -> None:
    nothing = tmp_path / "nothing.tif"
    tifffile.imwrite(nothing, np.full((40, 30), np.nan, np.float32))
    status, told = run(nothing, "-o", tmp_path / "out.png")
    assert (status, told) == (0, f"glview: {nothing}: no value in sight is a number\n")


def test_a_missing_file_is_an_image_error(tmp_path: Path) -> None:
    with pytest.raises(glview.ImageError, match=r"none\.dzi: no such file"):
        glview.render(tmp_path / "none.dzi")


def test_it_works_on_several_threads_at_once(image: Path, pixels: NDArray[np.uint8]) -> None:
    pictures: list[NDArray[np.uint8]] = []

    def work() -> None:
        pictures.append(glview.render(image, size=(300, 200), center=(600, 400), zoom=1))

    threads = [threading.Thread(target=work) for _ in range(3)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert len(pictures) == 3
    assert all(np.array_equal(picture, pixels[300:500, 450:750]) for picture in pictures)


BESIDE_QT = """
import sys
import numpy as np
from PySide6.QtGui import QGuiApplication, QOffscreenSurface, QOpenGLContext
app = QGuiApplication([])
surface = QOffscreenSurface()
surface.create()
context = QOpenGLContext()
assert context.create() and context.makeCurrent(surface)
import glview
picture = glview.render(sys.argv[1], size=(300, 200), center=(600, 400), zoom=1)
assert QOpenGLContext.currentContext() == context
with glview.studio(sys.argv[1]) as studio:
    assert QOpenGLContext.currentContext() == context
    for _ in range(2):
        again = studio.picture(size=(300, 200), center=(600, 400), zoom=1)
        assert (again == picture).all()
assert QOpenGLContext.currentContext() == context
functions = context.functions()
functions.glClearColor(1.0, 0.0, 0.0, 1.0)
assert functions.glGetError() == 0
np.save(sys.argv[2], picture)
context.doneCurrent()
"""


def test_it_leaves_a_context_of_qt_alone(
    display: VirtualDisplay, image: Path, pixels: NDArray[np.uint8], tmp_path: Path
) -> None:
    done = subprocess.run(
        [sys.executable, "-c", BESIDE_QT, str(image), str(tmp_path / "out.npy")],
        env=display.env,
        capture_output=True,
        text=True,
        check=False,
    )
    assert (done.returncode, done.stderr) == (0, "")
    assert np.array_equal(np.load(tmp_path / "out.npy"), pixels[300:500, 450:750])


def test_the_command_writes_what_the_function_returns(image: Path, tmp_path: Path) -> None:
    out = tmp_path / "out.png"
    place = ("--size", "320x240", "--center", "-5,300", "--zoom", "0.8", "--rotation", "-30")
    look = ("--flip", "--background", "#336699")
    assert run(image, "-o", out, *place, *look) == (0, "")
    expected = glview.render(
        image, size=(320, 240), center=(-5, 300), zoom=0.8, rotation=-30, flip=True,
        background=(0x33 / 255, 0x66 / 255, 0x99 / 255),
    )  # fmt: skip
    # Where a tile lies in the atlas depends on when it came, and may cost a rounding.
    assert np.abs(read(out).astype(np.int16) - expected).max() <= 1


def test_a_missing_tile_is_told_and_the_rest_is_shown(
    image: Path, pixels: NDArray[np.uint8], tmp_path: Path
) -> None:
    broken = tmp_path / "broken.dzi"
    broken.write_bytes(image.read_bytes())
    tiles = tmp_path / "broken_files"
    source = image.with_name("picture_files")
    for path in source.rglob("*.png"):
        target = tiles / path.relative_to(source)
        target.parent.mkdir(parents=True, exist_ok=True)
        target.write_bytes(path.read_bytes())
    (tiles / "11" / "2_1.png").write_bytes(b"no png")
    out = tmp_path / "out.png"
    status, errors = run(broken, "-o", out, "--size", "300x200", "--center", "600,400", "--zoom", 1)
    assert status == 0
    assert errors.startswith(
        f"glview: {broken}: 1 tile could not be read: level 0, column 2, row 1"
    )
    assert errors.count("\n") == 1
    # The tile begins at column 508 and ends at 762.
    assert np.array_equal(read(out)[:, :50], pixels[300:500, 450:500])


def test_a_file_of_which_no_tile_can_be_read_is_status_1(image: Path, tmp_path: Path) -> None:
    broken = tmp_path / "broken.dzi"
    broken.write_bytes(image.read_bytes())
    source = image.with_name("picture_files")
    for path in source.rglob("*.png"):
        target = tmp_path / "broken_files" / path.relative_to(source)
        target.parent.mkdir(parents=True, exist_ok=True)
        # That of a single pixel says what the others are made of.
        only = target.parent.name == "0"
        target.write_bytes(path.read_bytes() if only else b"no png")
    out = tmp_path / "out.png"
    status, errors = run(broken, "-o", out, "--size", "300x200", "--center", "600,400", "--zoom", 1)
    assert status == 1
    assert errors.startswith(f"glview: {broken}: no tile of the picture can be read, the first: ")
    assert errors.count("\n") == 1
    assert not out.exists()


@pytest.mark.parametrize("whole", [False, True])
def test_a_broken_tiff_is_named_once(tmp_path: Path, whole: bool) -> None:
    path = tmp_path / "a.tif"
    pyvips.Image.new_from_array(detailed(512, 512)).tiffsave(
        str(path), tile=True, tile_width=256, tile_height=256, compression="jpeg"
    )
    for index in range(4 if whole else 1):
        overwrite(path, get_table(path, 324, index), b"\0" * 200)
    out = tmp_path / "out.png"
    status, errors = run(path, "-o", out, "--size", "200x200", "--center", "100,100", "--zoom", 1)
    said = "no tile of the picture can be read, the first" if whole else "1 tile could not be read"
    assert errors.startswith(f"glview: {path}: {said}: level 0 tile 0,0: ")
    assert (status, errors.count(str(path)), errors.count("\n")) == (int(whole), 1, 1)
    assert out.exists() is not whole


def test_a_file_that_cannot_be_shown_is_status_1(tmp_path: Path) -> None:
    status, errors = run(tmp_path / "none.tif", "-o", tmp_path / "out.png")
    assert (status, errors) == (1, f"glview: {tmp_path}/none.tif: no such file\n")
    assert not (tmp_path / "out.png").exists()


def test_a_folder_that_is_not_there_is_status_1(image: Path, tmp_path: Path) -> None:
    out = tmp_path / "no" / "out.png"
    status, errors = run(image, "-o", out, "--size", "8x8")
    assert (status, errors) == (1, f"glview: {out}: no such file or directory\n")


def test_half_a_file_is_told_and_shown_as_far_as_it_goes(tmp_path: Path) -> None:
    whole, half, out = (tmp_path / name for name in ("whole.jpg", "half.jpg", "out.png"))
    picture = pyvips.Image.new_from_array(detailed(640, 480)).copy(interpretation="srgb")
    picture.jpegsave(str(whole), Q=90)
    data = whole.read_bytes()
    half.write_bytes(data[: len(data) // 2])
    status, errors = run(half, "-o", out, "--size", "640x480", "--zoom", 1)
    assert status == 0
    assert errors.startswith(f"glview: {half}: damaged, shown as far as it can be read: ")
    assert errors.count("\n") == 1
    shown = read(out)[:100].astype(np.int16)
    assert np.abs(shown - glview.render(whole, size=(640, 480), zoom=1)[:100]).max() <= 2


def test_a_large_picture_of_large_texels_is_as_sharp_as_a_small_one() -> None:
    rng = np.random.default_rng(1)
    data = rng.random((4096, 4096, 3), np.float32)
    large = glview.render(data, size=(2048, 2048), center=(2048, 2048), zoom=0.55)
    small = glview.render(data, size=(128, 128), center=(2048, 2048), zoom=0.55)
    off = np.abs(large[960:1088, 960:1088].astype(np.int16) - small)
    assert off.max() <= 2


def test_a_place_that_is_none_is_refused(image: Path) -> None:
    with pytest.raises(ValueError, match="two finite numbers"):
        glview.render(image, center=(float("nan"), 0.0))


def test_the_label_of_a_slide_is_in_no_picture_but_the_one_that_asks_for_it(
    tmp_path: Path,
) -> None:
    slide, out = tmp_path / "a.svs", tmp_path / "out.png"
    write_svs(slide, np.full((400, 600, 3), 250, np.uint8))
    assert run(slide, "-o", out, "--size", "300x200", "--background", "white") == (0, "")
    assert read(out).min() >= 249
    label = tmp_path / "label.png"
    assert run(slide, "-o", label, "--associated", "label") == (0, "")
    assert (read(label).shape, tuple(read(label)[0, 0])) == ((48, 60, 3), LABEL)
    status, told = run(slide, "-o", out, "--associated", "barcode")
    assert (status, told.count("\n")) == (1, 1)
    assert "there is only: label, macro, thumbnail" in told


def test_all_of_a_slide_can_be_rendered(tmp_path: Path) -> None:
    slide, out = tmp_path / "a.scn", tmp_path / "out.png"
    write_scn(slide, {(300, 200): np.full((400, 600, 3), 90, np.uint8)})
    where = ("--size", "1200x900", "--zoom", "1", "--background", "white")
    assert run(slide, "-o", out, "--whole-slide", *where) == (0, "")
    expected = np.full((900, 1200, 3), 255, np.uint8)
    expected[200:600, 300:900] = 90
    assert np.abs(read(out).astype(int) - expected).max() <= 1


def test_a_picture_is_in_the_colours_of_the_screens_profile_and_says_so(
    image: Path, tmp_path: Path
) -> None:
    screen, out = tmp_path / "screen.icc", tmp_path / "out.png"
    profile = swapped(bytes(pyvips.Image.profile_load("p3")))
    screen.write_bytes(profile)
    view = ("--size", "300x200", "--center", "600,400", "--zoom", "1")
    assert run(image, "-o", out, *view, "--display-profile", screen) == (0, "")
    seen = pyvips.Image.new_from_file(str(out))
    assert bytes(seen.get("icc-profile-data")) == profile
    # Whoever reads it as it says sees what there would be without.
    plain = glview.render(image, size=(300, 200), center=(600, 400), zoom=1)
    off = seen.icc_transform("srgb", embedded=True, intent="relative").numpy().astype(int) - plain
    assert np.abs(off).mean() < 2
    assert np.abs(seen.numpy().astype(int) - plain).mean() > 10


@pytest.mark.parametrize(
    ("data", "fault"),
    [
        (None, "no such file or directory"),
        (b"no profile", "no ICC profile"),
        (
            bytes(pyvips.Image.profile_load("cmyk")),
            "an ICC profile of 'CMYK', not of a screen's RGB",
        ),
    ],
    ids=["missing", "text", "inks"],
)
def test_a_display_profile_that_is_none_is_one_line(
    image: Path, tmp_path: Path, data: bytes | None, fault: str
) -> None:
    screen = tmp_path / "screen.icc"
    if data is not None:
        screen.write_bytes(data)
    options = ("-o", tmp_path / "out.png", "--display-profile", screen)
    assert run(image, *options) == (1, f"glview: {screen}: {fault}\n")
    assert not (tmp_path / "out.png").exists()
