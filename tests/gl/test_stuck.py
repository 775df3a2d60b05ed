"""Promise: tiles that never answer stop neither the rest of the picture nor the program."""

import logging
import os
import threading
import time
from collections.abc import Iterator

import numpy as np
import pytest
from numpy.typing import NDArray

from glview.canvases.egl import EglContext
from glview.gl.offscreen_target import OffscreenTarget
from glview.gl.renderer import Renderer
from glview.image import Tile
from glview.pyramid import IntRect, TileKey
from glview.sources.synthetic import FunctionSource, SyntheticOptions, halving_pyramid
from glview.viewer import Viewer
from glview.viewport import Viewport
from tests.gl.stage import still_options

SIDE = 768
IMAGE = 8192
VIEW = Viewport(SIDE, SIDE, 2048.0 + SIDE / 2, 2048.0 + SIDE / 2, 1.0)
"""Three by three whole tiles, from column and row 8 on."""
STUCK = (TileKey(0, 9, 9), TileKey(0, 8, 9), TileKey(0, 10, 10), TileKey(0, 9, 8))
"""The first is in the middle, and so the first that is read."""
WORKERS = 2


class PipedSource(FunctionSource):
    """Levels in shades of their own; some tiles are read from a pipe into which nobody writes."""

    def __init__(self) -> None:
        def paint(level: int, rect: IntRect) -> NDArray[np.generic]:
            return np.full((rect.height, rect.width, 3), 250 - 12 * level, np.uint8)

        options = SyntheticOptions(name="piped")
        super().__init__(halving_pyramid(IMAGE, IMAGE, options), paint, options)
        self.reading, self.writing = os.pipe()
        self.closed = 0

    def read_tile(self, key: TileKey) -> Tile | None:
        if key in STUCK:
            os.read(self.reading, 1)
        return super().read_tile(key)

    def close(self) -> None:
        self.closed += 1


@pytest.fixture
def source() -> Iterator[PipedSource]:
    made = PipedSource()
    yield made
    os.close(made.writing)  # that answers everybody
    for thread in threading.enumerate():
        if thread.name.startswith("glview piped"):
            thread.join(10.0)
            assert not thread.is_alive()
    os.close(made.reading)


def test_more_tiles_that_never_answer_than_workers(
    context: EglContext, source: PipedSource, caplog: pytest.LogCaptureFixture
) -> None:
    del context  # only to be current
    viewer = Viewer(still_options(workers=WORKERS))
    renderer, offscreen = Renderer(), OffscreenTarget(SIDE, SIDE)
    renderer.target_rebound()
    viewer.attach(renderer)
    viewer.resize(SIDE, SIDE)
    viewer.show(source)
    viewer.navigator.set_view(VIEW)
    expected = np.full((3, 3), 250)
    for key in STUCK:
        # The level of a quarter is asked for before, and stands in.
        expected[key.row - 8, key.column - 8] = 250 - 12 * 2
    limit = time.monotonic() + 20.0
    middles = np.zeros((3, 3), np.uint8)
    while not (middles == expected).all():
        viewer.draw(offscreen.target, time.monotonic())
        middles = offscreen.read()[128::256, 128::256, 0]
        renderer.target_rebound()
        assert time.monotonic() < limit, middles
        time.sleep(0.01)
    assert not viewer.settled
    start = time.monotonic()
    with caplog.at_level(logging.WARNING, "glview"):
        viewer.close()
    assert time.monotonic() - start < 2.5
    assert caplog.messages == ["piped: a worker is stuck in its file and was left"]
    assert source.closed == 0
    renderer.release()
    offscreen.release()
