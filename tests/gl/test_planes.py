"""From plane to plane on the screen: each frame shows one of them in full, and nothing else."""

import time
from collections.abc import Iterator
from dataclasses import replace

import numpy as np
import pytest
from numpy.typing import NDArray

from glview.canvases.egl import EglContext
from glview.gl.offscreen_target import OffscreenTarget
from glview.gl.renderer import Renderer
from glview.options import ViewerOptions
from glview.sources.array import ArrayOptions
from glview.sources.opening import open_image
from glview.viewer import Viewer

BACKGROUND = (1.0, 0.0, 0.0)
PLANES = 30


class Screen:
    """A viewer of planes of one grey each, on a target of 300 x 200 pixels."""

    def __init__(self, options: ViewerOptions) -> None:
        values = (8 * np.arange(PLANES)).astype(np.uint8)
        stack = np.broadcast_to(values[:, None, None, None], (PLANES, 900, 1100, 1))
        self.renderer = Renderer()
        self.viewer = Viewer(options)
        self.viewer.attach(self.renderer)
        self.viewer.resize(300, 200)
        self.target = OffscreenTarget(300, 200)
        self.viewer.show(open_image(stack, options=ArrayOptions(axes="zyxc")))
        self.viewer.navigator.set_view(replace(self.viewer.navigator.view, scale=0.7))
        self.settle()

    def draw(self) -> NDArray[np.uint8]:
        self.renderer.target_rebound()
        now = time.perf_counter()
        self.more = self.viewer.draw(self.target.target, now)
        picture = self.target.read()[..., :3]
        self.renderer.target_rebound()
        if not self.more:
            self.viewer.get_ahead(now)
        return picture

    def settle(self) -> None:
        until = time.monotonic() + 20.0
        self.draw()
        while self.more or not self.viewer.settled:
            assert time.monotonic() < until
            self.draw()

    def close(self) -> None:
        self.viewer.close()
        self.target.release()
        self.renderer.release()


@pytest.fixture(params=[False, True], ids=["as they come", "made ready"])
def screen(request: pytest.FixtureRequest, context: EglContext) -> Iterator[Screen]:
    del context  # only to be current
    options = ViewerOptions(
        gpu_bytes=64 << 20,
        workers=2,
        background=BACKGROUND,
        auto_window=False,
        prefetch=request.param,
    )
    made = Screen(options)
    yield made
    made.close()


def test_each_frame_shows_one_plane_in_full(screen: Screen) -> None:
    seen = []
    z, until = 0, time.monotonic() + 40.0
    while screen.viewer.plane_shown != (PLANES - 1,):
        assert time.monotonic() < until
        z = min(z + 1, PLANES - 1)
        screen.viewer.go_to_plane((z,))
        picture = screen.draw()
        value = int(picture[0, 0, 0])
        assert (picture == value).all()
        assert value == 8 * screen.viewer.plane_shown[0]
        seen.append(value)
    # In the order of the hand, and not only the last.
    assert seen == sorted(seen)
    assert len(set(seen)) >= 3


def test_steps_to_and_fro_show_the_planes_themselves(screen: Screen) -> None:
    for z in (1, 2, 3, 2, 3, 4, 3, 0):
        screen.viewer.go_to_plane((z,))
        screen.settle()
        assert screen.viewer.plane_shown == (z,)
        assert (screen.draw() == 8 * z).all()


def test_the_texture_of_the_tiles_serves_from_plane_to_plane(screen: Screen) -> None:
    name = screen.renderer._atlas.name  # type: ignore[union-attr]  # there is a picture
    for z in (1, 2):
        screen.viewer.go_to_plane((z,))
        screen.settle()
    assert screen.renderer._atlas.name == name  # type: ignore[union-attr]  # as above
    # One of another kind has another.
    pixels = np.full((900, 1100, 3), 99, np.uint8)
    screen.viewer.show(open_image(pixels))
    screen.settle()
    assert (screen.draw() >= 99).any()
