"""Promise: a driver that has no memory left costs sharpness at most, never a false picture."""

import logging
from collections.abc import Callable, Iterator
from dataclasses import replace
from pathlib import Path
from typing import Any

import numpy as np
import pytest
from numpy.typing import NDArray

import glview
from glview.canvases.egl import EglContext
from glview.cli import run
from glview.errors import ContextError, GpuMemoryError
from glview.gl import api
from glview.gl.offscreen_target import OffscreenTarget
from glview.image import ColorModel, SampleType
from glview.options import MIB, ViewerOptions
from glview.png import write_png
from glview.pyramid import IntRect
from glview.sources.array import ArrayOptions
from glview.sources.base import TileSource
from glview.sources.model import PixelModel
from glview.sources.opening import open_image
from glview.sources.synthetic import FunctionSource, KeyedSource, SyntheticOptions, halving_pyramid
from glview.viewport import Viewport
from tests.gl.compare import composed
from tests.gl.refusing import ATLAS, COMPOSITE, Driver
from tests.gl.test_budgets import HERE, Seat, Waved, looked_around
from tests.images import detailed

SLOT_BYTES = 264 * 264 * 4
LAYER_BYTES = 64 * SLOT_BYTES
"""Of the atlas for 256 MiB."""
MakeSeat = Callable[..., Seat]


@pytest.fixture
def driver(monkeypatch: pytest.MonkeyPatch) -> Driver:
    made = Driver()
    made.install(monkeypatch)
    return made


@pytest.fixture
def seat(driver: Driver, context: EglContext) -> Iterator[MakeSeat]:
    del context  # only to be current
    seats: list[Seat] = []

    def make(source: TileSource, **options: Any) -> Seat:
        seats.append(Seat(source, **options))
        return seats[-1]

    yield make
    for made in seats:
        made.close()
    assert driver.names == set()


def shaded(level: int, rect: IntRect) -> NDArray[np.generic]:
    """Each level in a shade of its own: level 0 is 200, the next 180."""
    return np.full((rect.height, rect.width, 3), 200 - 20 * level, np.uint8)


def shaded_source() -> TileSource:
    return FunctionSource(halving_pyramid(4000, 4000), shaded, SyntheticOptions())


def test_an_atlas_that_cannot_grow_goes_on_as_it_is(
    seat: MakeSeat, driver: Driver, caplog: pytest.LogCaptureFixture
) -> None:
    expected = seat(Waved(), gpu_bytes=256 * MIB).settle(HERE)
    made = seat(Waved(), gpu_bytes=256 * MIB)
    names = len(driver.names)
    driver.most_bytes[ATLAS] = 2 * LAYER_BYTES - 1
    assert np.array_equal(looked_around(made), expected)
    assert driver.refused == [2 * LAYER_BYTES]
    # The atlas, and nothing that was refused.
    assert len(driver.names) == names + 1
    stats = made.viewer.stats()
    assert stats.memory.gpu.atlas == LAYER_BYTES
    assert stats.tiles.capacity == 64
    assert not made.viewer.reduced
    assert caplog.messages == [
        "synthetic: the graphics driver refuses 35 MiB of memory for tiles; 17 MiB must do"
    ]


def test_every_picture_of_an_atlas_that_cannot_grow_is_right(
    seat: MakeSeat, driver: Driver
) -> None:
    """None shows what lies in another slot: the first frame after the refusal included."""
    views = [replace(HERE, centre_x=HERE.centre_x + 900 * step) for step in range(16)]
    free = seat(Waved(), gpu_bytes=256 * MIB)
    expected = [free.settle(view) for view in views]
    made = seat(Waved(), gpu_bytes=256 * MIB, prefetch=False)
    made.settle(views[0])
    assert made.viewer.stats().memory.gpu.atlas == LAYER_BYTES
    driver.most_bytes[ATLAS] = 2 * LAYER_BYTES - 1
    for view, picture in zip(views, expected, strict=True):
        made.viewer.navigator.set_view(view)
        frames = [made.draw()]
        while not made.viewer.settled:
            frames.append(made.draw())
        assert max(np.abs(frame.astype(int) - picture).mean() for frame in frames) < 12
        assert np.array_equal(frames[-1], picture)
    assert len(driver.refused) == 1


def test_a_resized_window_does_not_ask_for_what_was_refused(seat: MakeSeat, driver: Driver) -> None:
    made = seat(Waved(), gpu_bytes=256 * MIB)
    driver.most_bytes[ATLAS] = 2 * LAYER_BYTES - 1
    looked_around(made)
    for step in range(5):
        made.settle(replace(HERE, width=800 - 20 * step, height=600))
        looked_around(made)
    assert len(driver.refused) == 1
    # A budget that is set is a reason to ask again.
    driver.most_bytes.clear()
    made.viewer.set_budgets(gpu_bytes=200 * MIB)
    looked_around(made)
    assert made.viewer.stats().memory.gpu.atlas > LAYER_BYTES
    assert len(driver.refused) == 1


@pytest.mark.parametrize(
    ("most_slots", "capacity"),
    [
        pytest.param(60, 32, id="a layer of four slots"),
        pytest.param(8, 8, id="the smallest atlas"),
    ],
)
def test_where_the_first_layer_is_refused_a_smaller_one_is_taken(
    seat: MakeSeat,
    driver: Driver,
    caplog: pytest.LogCaptureFixture,
    most_slots: int,
    capacity: int,
) -> None:
    view = Viewport(200, 150, 20_100.0, 20_050.0, 0.8)
    expected = seat(Waved(), gpu_bytes=256 * MIB).settle(view)
    made = seat(Waved(), gpu_bytes=256 * MIB)
    driver.most_bytes[ATLAS] = most_slots * SLOT_BYTES
    assert np.array_equal(made.settle(view), expected)
    assert driver.refused[0] == LAYER_BYTES
    assert made.viewer.stats().tiles.capacity <= capacity
    assert len(caplog.messages) == 1


def test_without_memory_for_any_atlas_that_is_said(
    seat: MakeSeat, driver: Driver, caplog: pytest.LogCaptureFixture
) -> None:
    made = seat(Waved(), gpu_bytes=256 * MIB)
    driver.most_bytes[ATLAS] = 0
    told = "synthetic: the graphics driver refuses 1 MiB of memory for tiles; a picture takes 3 MiB"
    with pytest.raises(ContextError, match=told):
        made.settle(HERE)
    # Again with each frame: there is no picture to show instead.
    with pytest.raises(ContextError, match=told):
        made.draw()
    assert caplog.messages == []


def test_the_command_says_so_in_one_line(
    driver: Driver,
    capsys: pytest.CaptureFixture[str],
    caplog: pytest.LogCaptureFixture,
    tmp_path: Path,
) -> None:
    caplog.set_level(logging.WARNING, logger="glview")  # as it is again after the test
    driver.most_bytes[ATLAS] = 0
    write_png(tmp_path / "a.png", detailed(300, 200))
    assert run(["render", str(tmp_path / "a.png"), "-o", str(tmp_path / "b.png")]) == 1
    told = capsys.readouterr().err
    assert "a.png: the graphics driver refuses 1 MiB of memory for tiles; a picture takes" in told
    assert told.count("\n") == 1


def test_where_a_smaller_atlas_is_refused_the_larger_one_stays(
    seat: MakeSeat, driver: Driver, caplog: pytest.LogCaptureFixture
) -> None:
    """While its tiles are moved there are two of them."""
    made = seat(Waved(), gpu_bytes=64 * MIB)
    expected = looked_around(made)
    before = made.viewer.stats().memory.gpu.atlas
    names = driver.names.copy()
    driver.most_bytes[ATLAS] = 0
    made.viewer.set_budgets(gpu_bytes=12 * MIB)
    assert np.array_equal(made.draw(), expected)
    assert np.array_equal(made.settle(), expected)
    assert made.viewer.stats().memory.gpu.atlas == before
    assert made.viewer.stats().tiles.capacity * SLOT_BYTES == before
    assert driver.names == names
    assert len(caplog.messages) == 1
    looked_around(made)
    assert len(driver.refused) == 1
    driver.most_bytes.clear()
    made.viewer.set_budgets(gpu_bytes=24 * MIB)
    assert np.array_equal(made.draw(), expected)
    assert made.viewer.stats().memory.gpu.total <= 24 * MIB


def test_without_a_composite_there_is_no_cross_fade(
    seat: MakeSeat, driver: Driver, caplog: pytest.LogCaptureFixture
) -> None:
    view = Viewport(400, 300, 2000.0, 2000.0, 0.53)
    made = seat(shaded_source(), gpu_bytes=64 * MIB, display=composed)
    blended = made.settle(view)
    assert 180 < blended.min() <= blended.max() < 200
    driver.most_bytes[COMPOSITE] = 0
    view, names = replace(view, width=420), len(driver.names)
    assert (made.settle(view) == 180).all()
    assert len(driver.names) == names - 1
    assert made.viewer.reduced
    assert driver.refused == [420 * 300 * 8]
    refusal = "the graphics driver refuses 2 MiB of memory for a picture of 420x300 pixels"
    assert caplog.messages == [f"synthetic: {refusal}, so levels do not cross-fade"]
    # Another size is another attempt.
    driver.most_bytes[COMPOSITE] = 400 * 300 * 8
    assert np.array_equal(made.settle(replace(view, width=400)), blended)
    assert not made.viewer.reduced


def test_a_first_picture_without_a_composite_says_that_it_is_coarser(
    seat: MakeSeat, driver: Driver
) -> None:
    driver.most_bytes[COMPOSITE] = 0
    made = seat(shaded_source(), gpu_bytes=64 * MIB, display=composed)
    assert (made.settle(Viewport(400, 300, 2000.0, 2000.0, 0.53)) == 180).all()
    assert made.viewer.reduced


def test_without_a_composite_a_late_tile_appears_at_once(seat: MakeSeat, driver: Driver) -> None:
    driver.most_bytes[COMPOSITE] = 0
    made = seat(shaded_source(), gpu_bytes=64 * MIB, fade_s=0.05, display=composed)
    made.settle(Viewport(400, 300, 2000.0, 2000.0, 0.1))
    assert (made.settle(Viewport(400, 300, 2000.0, 2000.0, 1.0)) == 200).all()
    assert len(driver.refused) == 1


def test_what_cannot_be_drawn_without_a_composite_is_an_error_until_there_is_memory(
    seat: MakeSeat, driver: Driver
) -> None:
    """More than three bands become light only when all of them are there."""
    model = PixelModel(SampleType.F32, ColorModel.CHANNELS, 5)
    made = seat(KeyedSource(1000, 1000, SyntheticOptions(model=model)), gpu_bytes=64 * MIB)
    view = Viewport(400, 300, 500.0, 500.0, 1.0)
    expected = made.settle(view)
    driver.most_bytes[int(api.GL_RGBA32F)] = 400 * 300 * 32
    with pytest.raises(GpuMemoryError, match="refuses 7 MiB of memory for a picture of 500x400"):
        made.settle(replace(view, width=500, height=400))
    assert np.array_equal(made.settle(view), expected)


def test_pictures_without_a_window_are_made_in_pieces_that_fit(driver: Driver) -> None:
    """Each with a composite of its own."""
    channels = ArrayOptions(color_model=ColorModel.CHANNELS)
    options = ViewerOptions(gpu_bytes=64 * MIB)

    def picture_of() -> NDArray[np.uint8]:
        image = open_image(detailed(1200, 900, 2), options=channels)
        return glview.render(image, size=(600, 400), zoom=0.53, center=(600, 450), options=options)

    expected = picture_of()
    driver.most_bytes[COMPOSITE] = 300 * 200 * 8
    picture = picture_of()
    assert np.abs(picture.astype(int) - expected).max() <= 1
    assert driver.refused


def test_a_target_that_is_refused_leaves_nothing(
    driver: Driver, context: EglContext, monkeypatch: pytest.MonkeyPatch
) -> None:
    del context  # only to be current
    errors = [int(api.GL_OUT_OF_MEMORY)]
    monkeypatch.setattr(api, "glTexImage2D", lambda *_: None)
    monkeypatch.setattr(api, "glGetError", lambda: errors.pop() if errors else 0)
    with pytest.raises(GpuMemoryError, match="refuses 4 MiB of memory for a picture of 800x600"):
        OffscreenTarget(800, 600)
    assert driver.names == set()
