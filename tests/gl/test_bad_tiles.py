"""Promise: a tile that cannot be read is a marked hole in a good picture, and heals unseen."""

import threading
import time
from collections.abc import Callable, Iterator
from pathlib import Path

import numpy as np
import pytest
from numpy.typing import NDArray

from glview.canvases.egl import EglContext
from glview.gl.offscreen_target import OffscreenTarget
from glview.gl.renderer import Renderer
from glview.pyramid import TileKey
from glview.sources.opening import open_image
from glview.viewer import Viewer, ViewerEvents, ViewerOptions
from glview.viewport import Viewport
from tests.gl.stage import Stage, still_options
from tests.images import detailed
from tests.unit.sources.build import vips

WIDTH, HEIGHT = 1003, 805
VIEW = Viewport(WIDTH, HEIGHT, WIDTH / 2, HEIGHT / 2, 1.0)
BAD = TileKey(0, 1, 1)
HOLE = np.s_[254:508, 254:508]
"""The pixels of that tile, alone."""
SOON_S = 30.0

Spoil = Callable[[Path], object]


def saved(folder: Path) -> tuple[Path, Path, NDArray[np.uint8]]:
    """A DeepZoom, the file of its tile `BAD`, and its picture."""
    image = detailed(WIDTH, HEIGHT)
    vips(image).dzsave(str(folder / "a"), tile_size=254, overlap=1, suffix=".png")
    return folder / "a.dzi", folder / "a_files/10/1_1.png", image


def replaced_by_a_folder(path: Path) -> None:
    path.unlink()
    path.mkdir()


SPOILT: dict[str, Spoil] = {
    "corrupt": lambda path: path.write_bytes(b"not a picture"),
    "empty": lambda path: path.write_bytes(b""),
    "truncated": lambda path: path.write_bytes(path.read_bytes()[:40_000]),
    "of another size": lambda path: vips(detailed(255, 256)).pngsave(str(path)),
    "of other bands": lambda path: vips(detailed(256, 256, 4)).pngsave(str(path)),
    "missing": lambda path: path.unlink(),
    "a folder": replaced_by_a_folder,
}


@pytest.mark.parametrize("kind", SPOILT)
def test_a_bad_tile_is_a_hole_in_a_good_picture(
    stage: Callable[..., Stage], tmp_path: Path, kind: str
) -> None:
    path, tile, expected = saved(tmp_path)
    SPOILT[kind](tile)
    made = stage(open_image(path))
    picture = made.settle(VIEW).astype(int)
    (hole,) = made.session.standing.holes()
    assert hole.key == BAD
    assert "a_files/10/1_1.png: " in hole.error
    bad = np.zeros((HEIGHT, WIDTH), bool)
    bad[252:510, 252:510] = True
    assert np.abs(picture - expected)[~bad].max() <= 1
    # Its parent stands in: blurred, but the same picture.
    assert 1 < np.abs(picture - expected)[bad].mean() < 20


class Watched:
    """A viewer on a target that is drawn when it is woken, or by hand."""

    def __init__(self, path: Path, options: ViewerOptions) -> None:
        self.news = threading.Event()
        self.told: list[TileKey] = []
        events = ViewerEvents(tile_failed=lambda key, _: self.told.append(key))
        self.viewer = Viewer(options, wake=self.news.set, events=events)
        self.renderer = Renderer()
        self.offscreen = OffscreenTarget(WIDTH, HEIGHT)
        self.renderer.target_rebound()
        self.viewer.attach(self.renderer)
        self.viewer.resize(WIDTH, HEIGHT)
        self.viewer.show(open_image(path))
        self.viewer.navigator.set_view(VIEW)
        self.more = True

    def draw(self, now: float) -> NDArray[np.int64]:
        self.more = self.viewer.draw(self.offscreen.target, now)
        picture = self.offscreen.read()[..., :3].astype(np.int64)
        self.renderer.target_rebound()
        return picture

    def run(self, done: Callable[[], bool]) -> NDArray[np.int64]:
        """Draw only when woken or when another frame should follow; the last picture."""
        limit = time.monotonic() + SOON_S
        while True:
            assert self.more or self.news.wait(limit - time.monotonic()), "nobody woke the canvas"
            self.news.clear()
            picture = self.draw(time.monotonic())
            if done() and not self.more:
                return picture

    def close(self) -> None:
        self.viewer.close()
        self.renderer.release()
        self.offscreen.release()


@pytest.fixture
def watch(context: EglContext) -> Iterator[Callable[..., Watched]]:
    del context  # only to be current
    made: list[Watched] = []

    def make(path: Path, **options: object) -> Watched:
        made.append(Watched(path, still_options(prefetch=False, **options)))
        return made[-1]

    yield make
    for one in made:
        one.close()


def test_a_missing_tile_appears_when_it_has_been_written(
    watch: Callable[..., Watched], tmp_path: Path
) -> None:
    path, tile, expected = saved(tmp_path)
    content = tile.read_bytes()
    tile.unlink()
    made = watch(path)
    hatched = made.run(lambda: made.viewer.settled)
    assert [hole.key for hole in made.viewer.errors()] == [BAD]
    assert np.abs(hatched - expected)[HOLE].mean() > 20
    tile.write_bytes(content)
    healed = made.run(lambda: made.viewer.errors() == ())
    assert np.abs(healed - expected).max() <= 1
    assert made.told == [BAD]


def test_a_tile_that_was_mended_is_read_when_that_is_asked_for(
    watch: Callable[..., Watched], tmp_path: Path
) -> None:
    path, tile, expected = saved(tmp_path)
    content = tile.read_bytes()
    tile.write_bytes(b"not a picture")
    made = watch(path)
    made.run(lambda: made.viewer.settled)
    tile.write_bytes(content)
    made.viewer.reload_failed()
    healed = made.run(lambda: made.viewer.settled)
    assert np.abs(healed - expected).max() <= 1
    assert made.viewer.errors() == ()


def test_a_tile_that_heals_fades_in_over_what_stood_in(
    watch: Callable[..., Watched], tmp_path: Path
) -> None:
    """Time by hand: where it comes nothing changes, and each twentieth of a fade little."""
    path, tile, expected = saved(tmp_path)
    content = tile.read_bytes()
    tile.unlink()
    made = watch(path, fade_s=0.1, mark_holes=False)
    limit = time.monotonic() + SOON_S
    made.draw(0.0)
    session = made.viewer._session
    assert session is not None
    while not session.standing.is_complete():
        made.draw(0.0)
        assert time.monotonic() < limit
    before = made.draw(0.6)
    while not made.viewer.settled:  # programs are linked for what pictures come
        before = made.draw(0.6)
        assert time.monotonic() < limit
    tile.write_bytes(content)
    while made.viewer.errors():
        picture = made.draw(20.0)
        assert time.monotonic() < limit
    assert np.abs(picture - before).max() <= 1
    change = np.abs(expected.astype(np.int64) - before)
    for step in range(1, 21):
        after = made.draw(20.0 + step / 200)
        assert (np.abs(after - picture) <= 0.1 * change + 2).all()
        picture = after
    assert np.abs(picture - expected).max() <= 1
