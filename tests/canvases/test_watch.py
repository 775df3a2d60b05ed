"""A file that changes while a window shows it: noticed, shown with the view kept, no blank."""

import sys
import time
from collections.abc import Iterator
from pathlib import Path

import numpy as np
import pytest
import pyvips
from numpy.typing import NDArray

import glview
from glview.viewport import Viewport
from tests.canvases.program import GLVIEW, TOLERANCE, Program, running
from tests.display import VirtualDisplay
from tests.images import detailed

WIDTH, HEIGHT = 1600, 1200
FIT = Viewport(800, 600).fitted(WIDTH, HEIGHT)
CLOSE_UP = FIT.zoomed(2.0, 200.0, 100.0)
HALF_COPIED_PX = 4
"""A screenshot reads the X server's memory while that copies a frame: at the edge of what it has
copied, a pixel can be half old and half new. A blank has thousands."""
WINDOW = (*GLVIEW, "--size", "800x600")
WIDGET = (sys.executable, "-W", "error", "-m", "tests.canvases.qt_program")
TIFF = {"tile": True, "tile_width": 256, "tile_height": 256, "pyramid": True, "compression": "jpeg"}


@pytest.fixture(scope="module")
def versions(tmp_path_factory: pytest.TempPathFactory) -> tuple[Path, Path]:
    """Two PNGs of 1600x1200 pixels, the second the negative of the first."""
    folder = tmp_path_factory.mktemp("versions")
    pixels = detailed(WIDTH, HEIGHT)
    made = (folder / "1.png", folder / "2.png")
    for path, version in zip(made, (pixels, 255 - pixels), strict=True):
        picture = pyvips.Image.new_from_array(version).copy(interpretation="srgb")
        picture.pngsave(str(path), compression=1)
    return made


@pytest.fixture
def path(tmp_path: Path, versions: tuple[Path, Path]) -> Path:
    """The file shown; the first version."""
    made = tmp_path / "picture.png"
    made.write_bytes(versions[0].read_bytes())
    return made


@pytest.fixture(params=[WINDOW, WIDGET], ids=["glfw", "qt"])
def program(
    display: VirtualDisplay, path: Path, request: pytest.FixtureRequest
) -> Iterator[Program]:
    """A window that shows the file, zoomed in at a place."""
    display.move(5, 5)
    with running(display, [*request.param, str(path)]) as started:
        zoom_in(display, started, path)
        yield started


def zoom_in(display: VirtualDisplay, program: Program, path: Path) -> None:
    program.shows(path, FIT)
    window = program.window
    display.move(window.x + 200, window.y + 100)
    display.wheel(3)
    program.shows(path, CLOSE_UP)


def rendered(path: Path, view: Viewport = CLOSE_UP) -> NDArray[np.uint8]:
    centre = (view.centre_x, view.centre_y)
    return glview.render(path, size=(800, 600), center=centre, zoom=view.scale)


def changes(program: Program, old: NDArray[np.uint8], new: NDArray[np.uint8]) -> None:
    """Wait until the window shows the new picture; until then every pixel is of one of the two."""
    end = time.monotonic() + 15.0
    while True:
        seen = program.display.screenshot(program.window)
        is_new = is_like(seen, new)
        neither = int((~(is_new | is_like(seen, old))).sum())
        assert neither <= HALF_COPIED_PX, f"a blank, or neither picture: {neither} pixels"
        if is_new.all():
            return
        assert time.monotonic() < end, f"{is_new.mean():.1%} are new, {program.errors}"


def is_like(seen: NDArray[np.uint8], picture: NDArray[np.uint8]) -> NDArray[np.bool_]:
    off: NDArray[np.bool_] = (np.abs(seen.astype(np.int16) - picture) <= TOLERANCE).all(axis=2)
    return off


def test_a_file_replaced_is_shown_with_the_view_kept_and_costs_nothing_afterwards(
    display: VirtualDisplay, program: Program, path: Path, versions: tuple[Path, Path]
) -> None:
    # The title follows a zoom by at most a tenth of a second.
    display.settled_screenshot(program.window)
    title = program.window.title
    old, new = rendered(versions[0]), rendered(versions[1])
    arriving = path.with_name("arriving.png")
    arriving.write_bytes(versions[1].read_bytes())
    arriving.replace(path)
    changes(program, old, new)
    assert program.window.title == title
    display.settled_screenshot(program.window)
    before = program.cpu_s()
    time.sleep(1.0)
    assert program.cpu_s() - before < 0.03
    display.close_window(program.window)
    assert program.ends() == (0, "")


def test_a_file_that_cannot_be_opened_leaves_the_picture_and_the_next_one_is_shown(
    display: VirtualDisplay,
    program: Program,
    path: Path,
    versions: tuple[Path, Path],
    request: pytest.FixtureRequest,
) -> None:
    old = rendered(versions[0])
    path.write_bytes(b"half of an image")

    def is_told() -> bool:
        same = is_like(display.screenshot(program.window), old)
        return bool(same[:300].all() and not same[450:].all())

    display.wait_for(is_told)
    path.write_bytes(versions[1].read_bytes())
    program.shows_picture(rendered(versions[1]))
    display.close_window(program.window)
    # The widget leaves it to the program, which has a signal.
    is_widget = request.node.callspec.id == "qt"
    told = "" if is_widget else f"glview: {path}: not a known kind of image\n"
    assert program.ends() == (0, told)


def test_f5_shows_what_was_not_noticed(
    display: VirtualDisplay, program: Program, path: Path, versions: tuple[Path, Path]
) -> None:
    display.click(*program.window.centre)
    display.settled_screenshot(program.window)
    with path.open("r+b") as file:  # its writer has not closed it
        file.write(versions[1].read_bytes())
        file.truncate()
        file.flush()
        time.sleep(0.6)
        assert is_like(display.screenshot(program.window), rendered(versions[0])).all()
        display.key("F5")
        program.shows_picture(rendered(versions[1]))


def test_a_zoom_that_a_file_was_loaded_with_is_not_come_back_to(
    display: VirtualDisplay, path: Path, versions: tuple[Path, Path]
) -> None:
    half = Viewport(800, 600, WIDTH / 2, HEIGHT / 2, 0.5).snapped()
    closer = half.zoomed(2.0, 200.0, 100.0)
    display.move(5, 5)
    with running(display, [*WIDGET, str(path), "--zoom", "10"]) as started:
        started.shows(path, half)
        display.move(started.window.x + 200, started.window.y + 100)
        display.wheel(3)
        started.shows(path, closer)
        path.write_bytes(versions[1].read_bytes())
        started.shows(versions[1], closer)


@pytest.mark.parametrize("how", ["renamed over", "in place"])
def test_a_tiled_tiff_is_noticed_and_read_anew(
    display: VirtualDisplay, versions: tuple[Path, Path], tmp_path: Path, how: str
) -> None:
    # Beside the file there is no other to step to.
    (tmp_path / "versions").mkdir()
    for version in versions:
        picture = pyvips.Image.new_from_file(str(version))
        picture.tiffsave(str(tmp_path / "versions" / f"{version.stem}.tif"), Q=95, **TIFF)
    first, second = tmp_path / "versions" / "1.tif", tmp_path / "versions" / "2.tif"
    path = tmp_path / "picture.tif"
    path.write_bytes(first.read_bytes())
    display.move(5, 5)
    with running(display, [*WINDOW, str(path)]) as started:
        zoom_in(display, started, path)
        old, new = rendered(first), rendered(second)
        if how == "in place":
            path.write_bytes(second.read_bytes())
        else:
            second.replace(path)
        changes(started, old, new)
        started.wait_for_title("picture.tif - 100% - glview")
        display.close_window(started.window)
        assert started.ends() == (0, "")
