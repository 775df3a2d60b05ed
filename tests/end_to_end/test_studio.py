"""`glview.studio`: many pictures of one image, its holes listed, a caller's source left open."""

import shutil
import subprocess
import sys
import threading
from collections.abc import Callable
from pathlib import Path
from typing import Any

import numpy as np
import pytest
import pyvips
from numpy.typing import NDArray

import glview
from glview.pyramid import TileKey
from glview.sources import opening
from glview.sources.base import ColorModel, SampleType, TileSource
from glview.sources.model import PixelModel
from glview.sources.synthetic import KeyedSource, SyntheticOptions
from tests.unit.recorder import WaitingSource, until
from tests.unit.sources.build import open_descriptors

HERE: dict[str, Any] = {"size": (300, 200), "center": (600, 400), "zoom": 1}
THERE: dict[str, Any] = {"size": (320, 240), "center": (100, 300), "zoom": 0.6, "rotation": 20}
BROKEN = TileKey(0, 2, 1)
"""A tile of 254 x 254 pixels in the picture `HERE`."""


@pytest.fixture
def broken(image: Path, tmp_path: Path) -> Path:
    """The image with one tile that cannot be read."""
    shutil.copytree(image.with_name("picture_files"), tmp_path / "broken_files")
    (tmp_path / "broken_files/11/2_1.png").write_bytes(b"no png")
    return Path(shutil.copy(image, tmp_path / "broken.dzi"))


def studio_threads() -> list[str]:
    names = [thread.name for thread in threading.enumerate()]
    return [name for name in names if name.startswith("glview")]


def test_its_pictures_are_those_of_render_and_the_image_is_opened_once(
    image: Path, pixels: NDArray[np.uint8], monkeypatch: pytest.MonkeyPatch
) -> None:
    open_image, opened = opening.open_image, []

    def noting(what: object, **options: Any) -> TileSource:
        opened.append(what)
        return open_image(what, **options)

    there = glview.render(image, **THERE)
    monkeypatch.setattr(opening, "open_image", noting)
    with glview.studio(image) as studio:
        assert studio.description.pyramid.width == 1201
        assert np.array_equal(studio.picture(**HERE), pixels[300:500, 450:750])
        # Where a tile lies in the atlas depends on when it came, and may cost a rounding.
        assert np.abs(studio.picture(**THERE).astype(np.int16) - there).max() <= 1
        assert np.array_equal(studio.picture(**HERE), pixels[300:500, 450:750])
        assert studio.holes == ()
    assert opened == [image]
    assert studio_threads() == []


def test_a_background_is_that_of_one_picture(image: Path) -> None:
    options = glview.ViewerOptions(background=(0.0, 0.0, 1.0))
    with glview.studio(image, options) as studio:
        beside: dict[str, Any] = {"size": (4, 4), "center": (-900.0, -900.0), "zoom": 1.0}
        assert (studio.picture(**beside, background=(1.0, 0.0, 0.0)) == (255, 0, 0)).all()
        assert (studio.picture(**beside) == (0, 0, 255)).all()


def test_options_bound_its_memory(tmp_path: Path) -> None:
    path = tmp_path / "photo.png"
    pyvips.Image.black(800, 600, bands=3).copy(interpretation="srgb").pngsave(str(path))
    small = glview.ViewerOptions(host_bytes=1 << 20)
    with (
        pytest.raises(glview.ImageError, match="more than the budget of 1 MiB"),
        glview.studio(path, small),
    ):
        pytest.fail("it was opened")


def test_an_image_that_cannot_be_shown_leaves_nothing(tmp_path: Path) -> None:
    with (
        pytest.raises(glview.ImageError, match=r"none\.dzi: no such file"),
        glview.studio(tmp_path / "none.dzi"),
    ):
        pytest.fail("it was opened")
    assert studio_threads() == []


def test_a_picture_that_is_none_is_refused_and_the_next_is_made(
    image: Path, pixels: NDArray[np.uint8]
) -> None:
    with glview.studio(image) as studio:
        with pytest.raises(ValueError, match="two finite numbers"):
            studio.picture(center=(float("nan"), 0.0))
        assert np.array_equal(studio.picture(**HERE), pixels[300:500, 450:750])


def test_after_its_end_there_are_no_pictures_and_nothing_is_open(image: Path) -> None:
    glview.render(image.with_suffix(".tif"), **HERE)
    before = open_descriptors()
    with glview.studio(image.with_suffix(".tif")) as studio:
        studio.picture(**HERE)
        assert len(open_descriptors()) > len(before)
    assert open_descriptors() == before
    assert studio_threads() == []
    with pytest.raises(glview.GlviewError, match=r"picture\.tif: the studio is closed"):
        studio.picture(**HERE)
    studio.close()


def test_it_ends_with_an_exception_of_the_callers(image: Path) -> None:
    with pytest.raises(KeyError), glview.studio(image):
        raise KeyError
    assert studio_threads() == []


def test_the_holes_of_the_last_picture_are_listed(broken: Path, pixels: NDArray[np.uint8]) -> None:
    with glview.studio(broken) as studio:
        picture = studio.picture(**HERE)
        # The tile begins at column 508.
        assert np.array_equal(picture[:, :50], pixels[300:500, 450:500])
        hole = studio.holes[0]
        assert (len(studio.holes), hole.key) == (1, BROKEN)
        assert "2_1.png" in hole.error
        studio.picture(size=(100, 100), center=(100, 100), zoom=1)
        assert list(studio.holes) == []
        studio.picture(size=(2, 2), center=(600, 400), zoom=1)
        assert [hole.key for hole in studio.holes] == [BROKEN]


def all_fail(but: Callable[[TileKey], bool] = lambda _: False) -> KeyedSource:
    keys = [TileKey(level, 0, 0) for level in range(3)]
    keys += [TileKey(0, x, y) for x in range(4) for y in range(4)]
    keys += [TileKey(1, x, y) for x in range(2) for y in range(2)]
    failing = {key for key in keys if not but(key)}
    return KeyedSource(1000, 1000, SyntheticOptions(failing=failing, name="a.tif"))


def test_a_picture_of_which_no_tile_can_be_read_is_an_error() -> None:
    view: dict[str, Any] = {"size": (64, 64), "center": (500.0, 500.0), "zoom": 1.0}
    fault = r"a\.tif: no tile of the picture can be read, the first: .*\(0, 1, 1\)"
    with pytest.raises(glview.ImageError, match=fault):
        glview.render(all_fail(), **view)
    with glview.studio(all_fail()) as studio:
        with pytest.raises(glview.ImageError, match=fault):
            studio.picture(**view)
        assert len(studio.holes) == 4
        # Where there is nothing to be read, nothing is missing.
        assert studio.picture(size=(4, 4), center=(-900.0, -900.0), zoom=1.0).any()


def test_a_picture_with_anything_to_see_is_a_picture() -> None:
    view: dict[str, Any] = {"size": (64, 64), "center": (500.0, 500.0), "zoom": 1.0}
    one = all_fail(but=lambda key: key == TileKey(0, 1, 1))
    coarse = all_fail(but=lambda key: key.level == 2)
    for source, holes in ((one, 3), (coarse, 4)):
        with glview.studio(source) as studio:
            studio.picture(**view)
            assert len(studio.holes) == holes
    # So it is where only one of its pieces has.
    far = all_fail(but=lambda key: key.level == 0 and key.column == 0)
    assert glview.render(far, size=(4000, 100), center=(500.0, 500.0), zoom=4.0).any()


@pytest.mark.parametrize("kind", ["array", "tiff", "deepzoom", "isolated"])
def test_a_source_of_the_callers_stays_open(
    image: Path, pixels: NDArray[np.uint8], kind: str
) -> None:
    source: TileSource
    if kind == "isolated":
        source = glview.IsolatedSource(glview.open_image, str(image), processes=1)
    else:
        whats = {"array": pixels, "tiff": image.with_suffix(".tif"), "deepzoom": image}
        source = glview.open_image(whats[kind])
    for _ in range(2):
        assert np.array_equal(glview.render(source, **HERE), pixels[300:500, 450:750])
    with glview.studio(source) as studio:
        assert np.array_equal(studio.picture(**HERE), pixels[300:500, 450:750])
    assert source.read_tile(TileKey(0, 0, 0)) is not None
    source.close()


def test_a_source_that_cannot_be_shown_stays_open_too() -> None:
    model = PixelModel(SampleType.U8, ColorModel.CHANNELS, 25)
    source = WaitingSource(64, 64, SyntheticOptions(model=model))
    with pytest.raises(glview.ImageError, match="25 bands"):
        glview.render(source)
    assert source.closed == 0


def test_pictures_may_be_asked_for_on_several_threads(
    image: Path, pixels: NDArray[np.uint8]
) -> None:
    made: list[bool] = []
    with glview.studio(image) as studio:

        def work() -> None:
            made.append(np.array_equal(studio.picture(**HERE), pixels[300:500, 450:750]))

        threads = [threading.Thread(target=work) for _ in range(3)]
        for thread in threads:
            thread.start()
        for thread in threads:
            thread.join()
    assert made == [True, True, True]


def test_a_picture_that_another_thread_waits_for_ends_with_the_studio() -> None:
    source = WaitingSource()
    source.hold()
    faults: list[str] = []

    def work(studio: glview.Studio) -> None:
        try:
            studio.picture(size=(64, 64))
        except glview.GlviewError as fault:
            faults.append(str(fault))

    with glview.studio(source) as studio:
        thread = threading.Thread(target=work, args=(studio,))
        thread.start()
        until(lambda: bool(source.asked))
        threading.Timer(0.2, source.release).start()
    thread.join(5.0)
    assert faults == ["closed while a picture was being made"]
    assert source.closed == 0


# The signal comes amid a picture, however slow the machine is at making the studio.
INTERRUPTED = """
import os, signal, threading, time
import glview
from tests.unit.recorder import WaitingSource, until
source = WaitingSource()
source.hold()
def interrupt():
    until(lambda: source.asked)
    os.kill(os.getpid(), signal.SIGINT)
    time.sleep(0.3)
    source.release()
threading.Thread(target=interrupt).start()
try:
    with glview.studio(source) as studio:
        studio.picture(size=(64, 64))
except KeyboardInterrupt:
    names = [thread.name for thread in threading.enumerate()]
    print([name for name in names if name.startswith("glview")], source.closed)
"""


def test_ctrl_c_ends_the_wait_and_the_studio() -> None:
    done = subprocess.run(
        [sys.executable, "-c", INTERRUPTED], capture_output=True, text=True, check=False
    )
    assert (done.returncode, done.stdout, done.stderr) == (0, "[] 0\n", "")


def test_pictures_are_of_the_plane_that_is_asked_for() -> None:
    stack = np.empty((2, 3, 60, 80), np.uint8)
    stack[:] = 10 * np.arange(6).reshape(2, 3, 1, 1)
    source = glview.open_image(stack, options=glview.ArrayOptions(axes="tzyx"))
    size = (40, 30)
    options = glview.ViewerOptions(auto_window=False)
    assert (glview.render(source, size=size, options=options) == 0).all()
    assert (glview.render(source, size=size, plane=(1, 2), options=options) == 50).all()
    with glview.studio(source, options, plane=(0, 1)) as made:
        assert made.description.plane == (0, 1)
        assert (made.picture(size=size) == 10).all()
    with pytest.raises(glview.ImageError, match=r"there is no plane \(2, 0\)"):
        glview.render(source, size=size, plane=(2, 0))
    # The caller's source is where it was, and open.
    assert source.description.plane == (0, 0)
    assert source.read_tile(TileKey(0, 0, 0)) is not None
    source.close()
