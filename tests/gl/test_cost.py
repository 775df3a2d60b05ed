"""Promise: a frame costs what is on the screen, not what is in the image."""

import gc
import statistics
import time
import tracemalloc
from collections.abc import Callable, Iterator
from dataclasses import dataclass, replace

import numpy as np
import pytest
from numpy.typing import NDArray

from glview.canvases.egl import EglContext
from glview.gl.offscreen_target import OffscreenTarget
from glview.gl.renderer import Renderer
from glview.options import ViewerOptions
from glview.pyramid import IntRect, Level, Rect
from glview.sources.synthetic import FunctionSource, halving_pyramid
from glview.viewer import Viewer
from glview.viewport import Viewport
from tests.gl.recorder import Recorder

GIGAPIXEL, TERAPIXEL = 1 << 15, 1 << 20
"""Sides; the middles of both lie at the corner of four tiles on each of the finest seven levels."""
WIDTH, HEIGHT = 640, 480
FRAMES = 24


@dataclass(frozen=True, slots=True)
class Cost:
    """What some frames of one motion cost, frame by frame."""

    calls: tuple[tuple[str, ...], ...]
    instances: tuple[int, ...]
    tiles: tuple[int, ...]
    """Tiles looked at to find those under the view."""
    allocated_bytes: tuple[int, ...]
    """The most that Python and numpy held at a time beyond what they held before the frame."""


def pan(frame: int, view: Viewport) -> Viewport:
    return replace(view, scale=0.8, centre_x=view.centre_x + 7.0 * frame / 0.8)


def zoom(frame: int, view: Viewport) -> Viewport:
    """Over two octaves, through two cross-fades."""
    return replace(view, scale=0.3 * 2.0 ** (2.0 * frame / FRAMES))


def cost(side: int, motion: Callable[[int, Viewport], Viewport], recorder: Recorder) -> Cost:
    """Fly once so that every tile is resident, and then again and look at what it costs."""
    noise = np.random.default_rng(0).integers(0, 256, (256, 256, 3), np.uint8)

    def paint(_level: int, rect: IntRect) -> NDArray[np.generic]:
        return noise[: rect.height, : rect.width]

    viewer, renderer = Viewer(ViewerOptions(workers=2, fade_s=0.0)), Renderer()
    offscreen = OffscreenTarget(WIDTH, HEIGHT)
    renderer.target_rebound()
    viewer.attach(renderer)
    viewer.show(FunctionSource(halving_pyramid(side, side), paint))
    middle = Viewport(WIDTH, HEIGHT, side / 2, side / 2)
    try:
        for frame in range(FRAMES):
            viewer.navigator.set_view(motion(frame, middle))
            settle(viewer, offscreen)
        return measured(viewer, offscreen, [motion(n, middle) for n in range(FRAMES)], recorder)
    finally:
        viewer.close()
        renderer.release()
        offscreen.release()


def settle(viewer: Viewer, offscreen: OffscreenTarget) -> None:
    until = time.monotonic() + 60.0
    while True:
        viewer.draw(offscreen.target, time.monotonic(), upload_budget_s=1.0)
        if viewer.settled:
            return
        assert time.monotonic() < until, "did not settle"
        time.sleep(0.001)


def measured(
    viewer: Viewer, offscreen: OffscreenTarget, views: list[Viewport], recorder: Recorder
) -> Cost:
    """Draw the views twice: with tracemalloc, which slows all down, and then counting calls."""
    allocated = []
    gc.collect()
    gc.disable()
    tracemalloc.start()
    try:
        for view in views:
            viewer.navigator.set_view(view)
            before = tracemalloc.get_traced_memory()[0]
            tracemalloc.reset_peak()
            viewer.draw(offscreen.target, time.monotonic())
            allocated.append(tracemalloc.get_traced_memory()[1] - before)
    finally:
        tracemalloc.stop()
        gc.enable()
    calls, instances, tiles = [], [], []
    for view in views:
        viewer.navigator.set_view(view)
        recorder.calls.clear()
        LOOKED_AT.clear()
        viewer.draw(offscreen.target, time.monotonic())
        calls.append(tuple(recorder.calls))
        tiles.append(sum(LOOKED_AT))
        session = viewer._session
        assert session is not None
        instances.append(len(session._picture._table.records))
    # The first of them has what Python and numpy keep from then on.
    return Cost(tuple(calls), tuple(instances), tuple(tiles), tuple(allocated[1:]))


LOOKED_AT: list[int] = []


@pytest.fixture
def recorder(context: EglContext, monkeypatch: pytest.MonkeyPatch) -> Iterator[Recorder]:
    """Notes OpenGL calls, and how many tiles of a level are looked at."""
    del context  # only to be current
    made = Recorder()
    made.install(monkeypatch)
    within = Level.t_range

    def noted(level: Level, i_rect: Rect) -> IntRect:
        found = within(level, i_rect)
        LOOKED_AT.append(found.width * found.height)
        return found

    monkeypatch.setattr(Level, "t_range", noted)
    yield made
    LOOKED_AT.clear()


@pytest.mark.parametrize("motion", [pan, zoom])
def test_a_frame_of_a_terapixel_costs_as_much_as_one_of_a_gigapixel(
    recorder: Recorder, motion: Callable[[int, Viewport], Viewport]
) -> None:
    small, large = (cost(side, motion, recorder) for side in (GIGAPIXEL, TERAPIXEL))
    assert len(small.calls) == FRAMES
    assert max(small.instances) >= 12
    assert max(small.tiles) >= 12
    assert small.calls == large.calls
    assert small.instances == large.instances
    assert small.tiles == large.tiles
    # Thirteen levels for eight, each some 260 bytes while the uniform block is put together; and
    # Python keeps whole numbers up to 256 ready, beyond which two of 32 bytes name a tile.
    least, most = (statistics.median(each.allocated_bytes) for each in (small, large))
    assert most <= least + 2048
    numbers = 64 * max(large.tiles)
    assert max(large.allocated_bytes) <= max(small.allocated_bytes) + numbers + 4096
