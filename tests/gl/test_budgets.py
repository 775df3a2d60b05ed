"""Promise: memory is a setting, live, and what it costs is sharpness at most."""

import time
from collections.abc import Callable, Iterator
from dataclasses import replace
from typing import Any

import numpy as np
import pytest
from numpy.typing import NDArray

from glview.canvases.egl import EglContext
from glview.display import Display
from glview.errors import TileError
from glview.gl import api
from glview.gl.composite import Composite
from glview.gl.offscreen_target import OffscreenTarget
from glview.gl.renderer import Renderer
from glview.gl.state import State
from glview.image import ColorModel, SampleType, Tile
from glview.options import MIB, ViewerOptions
from glview.pyramid import IntRect, TileKey
from glview.sources.base import TileSource
from glview.sources.model import PixelModel
from glview.sources.synthetic import FunctionSource, KeyedSource, SyntheticOptions, halving_pyramid
from glview.texels import TexelFormat
from glview.viewer import Viewer
from glview.viewport import Viewport
from tests.gl.compare import composed
from tests.gl.recorder import Recorder

WIDTH, HEIGHT = 800, 600
SIDE = 40_000
HERE = Viewport(WIDTH, HEIGHT, 20_100.0, 20_050.0, 0.8)


class Waved(FunctionSource):
    """Smooth waves on every level, the same in image pixels; may be told to read no more."""

    def __init__(self, options: SyntheticOptions | None = None) -> None:
        options = options or SyntheticOptions()
        pyramid = halving_pyramid(SIDE, SIDE, options)
        self.asked = 0
        self.broken = False

        def paint(level: int, rect: IntRect) -> NDArray[np.generic]:
            step = 1 << level
            x = ((np.arange(rect.x0, rect.x1) + 0.5) * step)[None, :, None]
            y = ((np.arange(rect.y0, rect.y1) + 0.5) * step)[:, None, None]
            wave = 127 + 60 * np.sin(x / 71 + np.arange(3)) + 60 * np.cos(y / 53)
            return np.asarray(wave, np.uint8)

        super().__init__(pyramid, paint, options)

    def read_tile(self, key: TileKey) -> Tile | None:
        self.asked += 1
        if self.broken:
            raise TileError("the file is gone")
        return super().read_tile(key)


class Seat:
    """A viewer on an offscreen target, drawn by hand."""

    def __init__(
        self,
        source: TileSource,
        *,
        display: Callable[[Display], Display] | None = None,
        **options: object,
    ) -> None:
        defaults = {"workers": 2, "fade_s": 0.0, "background": (0.0, 0.0, 0.0)}
        self.viewer = Viewer(ViewerOptions(**(defaults | options)))  # type: ignore[arg-type]  # checked there
        self.renderer = Renderer()
        self.offscreen = OffscreenTarget(WIDTH, HEIGHT)
        self.renderer.target_rebound()
        self.viewer.attach(self.renderer)
        self.viewer.show(source)
        if display is not None:
            assert self.viewer.display is not None
            self.viewer.display = display(self.viewer.display)
        self.most = 0

    def draw(self, *, upload_budget_s: float = 1.0) -> NDArray[np.uint8]:
        self.viewer.draw(self.offscreen.target, time.monotonic(), upload_budget_s=upload_budget_s)
        memory = self.viewer.stats().memory
        self.most = max(self.most, memory.gpu.total)
        picture = self.offscreen.read()[..., :3]
        self.renderer.target_rebound()
        return picture

    def settle(self, view: Viewport | None = None) -> NDArray[np.uint8]:
        if view is not None:
            self.resize(view.width, view.height)
            self.viewer.navigator.set_view(view)
        until = time.monotonic() + 60
        while True:
            picture = self.draw()
            if self.viewer.settled:
                return picture
            assert time.monotonic() < until, "did not settle"
            time.sleep(0.001)

    def resize(self, width: int, height: int) -> None:
        target = self.offscreen.target
        if (target.width, target.height) != (width, height):
            self.offscreen.release()
            self.offscreen = OffscreenTarget(width, height)
            self.renderer.target_rebound()

    def close(self) -> None:
        self.viewer.close()
        self.renderer.release()
        self.offscreen.release()


MakeSeat = Callable[..., Seat]


@pytest.fixture
def seat(context: EglContext) -> Iterator[MakeSeat]:
    del context  # only to be current
    seats: list[Seat] = []

    def make(source: TileSource, **options: Any) -> Seat:
        seats.append(Seat(source, **options))
        return seats[-1]

    yield make
    for made in seats:
        made.close()


def looked_around(made: Seat) -> NDArray[np.uint8]:
    """See many places, so that the atlas is full, and come back."""
    for dx in (-6000, -4000, -2000, 2000, 4000, 6000):
        for dy in (-3000, 0, 3000):
            made.settle(replace(HERE, centre_x=HERE.centre_x + dx, centre_y=HERE.centre_y + dy))
    return made.settle(HERE)


@pytest.mark.parametrize("overlap", [0, 4])
def test_a_lower_budget_changes_no_pixel_where_the_picture_fits(
    seat: MakeSeat, overlap: int
) -> None:
    source = Waved(SyntheticOptions(overlap=overlap))
    # A view that is settled may still be loading ahead of need.
    made = seat(source, gpu_bytes=64 * MIB, prefetch=False)
    sharp = looked_around(made)
    memory = made.viewer.stats().memory
    assert memory.gpu.atlas > 40 * MIB
    source.broken = True
    for mib in (48, 40, 24, 200, 24):
        made.viewer.set_budgets(gpu_bytes=mib * MIB)
        assert np.array_equal(made.draw(), sharp)
        assert np.array_equal(made.settle(), sharp)
        memory = made.viewer.stats().memory
        assert memory.gpu.total <= mib * MIB
    assert not made.viewer.reduced
    assert made.viewer.errors() == ()


def test_in_the_least_memory_that_holds_the_picture_it_is_the_same(seat: MakeSeat) -> None:
    """35 tiles in sight and 10 of the overview; 5.5 MiB for the composite of a fade."""
    view = replace(HERE, scale=0.6)
    expected = seat(Waved(), gpu_bytes=256 * MIB).settle(view)
    made = seat(Waved(), gpu_bytes=23 * MIB, display=composed)
    assert np.array_equal(made.settle(view), expected)
    assert not made.viewer.reduced
    assert made.most <= 23 * MIB
    # What is allocated needs no room to grow: 12.8 MiB, and the composite.
    made.viewer.set_budgets(gpu_bytes=19 * MIB)
    assert np.array_equal(made.settle(), expected)
    assert not made.viewer.reduced
    made.viewer.set_budgets(gpu_bytes=18 * MIB)
    made.settle()
    assert made.viewer.reduced


def test_below_that_a_picture_is_coarser_but_whole(seat: MakeSeat) -> None:
    view = replace(HERE, scale=0.6)
    expected = seat(Waved(), gpu_bytes=256 * MIB).settle(view)
    made = seat(Waved(), gpu_bytes=256 * MIB)
    made.settle(view)
    for mib in (14, 10, 1):
        made.viewer.set_budgets(gpu_bytes=mib * MIB)
        first = made.draw()
        assert first.min() > 0, "a blank"
        picture = made.settle()
        assert made.viewer.reduced
        assert picture.min() > 0
        error = np.abs(picture.astype(int) - expected)
        assert error.max() > 0
        assert error.mean() < 12, "another picture"
    made.viewer.set_budgets(gpu_bytes=256 * MIB)
    assert np.array_equal(made.settle(), expected)


def test_a_budget_raised_later_is_used(seat: MakeSeat) -> None:
    made = seat(Waved(), gpu_bytes=16 * MIB)
    looked_around(made)
    made.viewer.set_budgets(gpu_bytes=128 * MIB)
    looked_around(made)
    memory = made.viewer.stats().memory
    assert 16 * MIB < memory.gpu.atlas <= 96 * MIB
    assert made.most <= 128 * MIB


@pytest.mark.parametrize("scale", [0.53, 0.8])
def test_the_composite_is_part_of_the_budget(seat: MakeSeat, scale: float) -> None:
    """At any size of the window, and while it changes."""
    made = seat(Waved(), gpu_bytes=64 * MIB, display=composed)
    looked_around(made)
    for width, height in ((800, 600), (1600, 1000), (900, 700), (1920, 1080), (640, 480)):
        made.settle(replace(HERE, width=width, height=height, scale=scale))
        memory = made.viewer.stats().memory
        if memory.gpu.composite:
            assert memory.gpu.composite == 12 * width * height
    assert 29 * MIB < made.most <= 64 * MIB


def test_a_composite_is_as_large_as_its_target(seat: MakeSeat) -> None:
    """Also in a smaller window, whose atlas has room enough to stay as it is."""
    made = seat(Waved(), gpu_bytes=256 * MIB, display=composed)
    for width, height in ((800, 600), (640, 480), (900, 300)):
        made.settle(replace(HERE, width=width, height=height, scale=0.53))
        assert made.viewer.stats().memory.gpu.composite == 12 * width * height


def test_where_data_is_light_there_is_no_composite(seat: MakeSeat) -> None:
    """All of the budget is for tiles, until the display is another."""
    made = seat(Waved(), gpu_bytes=128 * MIB)
    view = replace(HERE, width=1600, height=1000, scale=0.53)
    picture = made.settle(view)
    assert made.viewer.stats().memory.gpu.composite == 0
    assert made.viewer.display is not None
    plain = made.viewer.display
    made.viewer.display = composed(plain)
    # Levels are blended before they are rounded there.
    assert np.abs(made.settle(view).astype(int) - picture).max() <= 2
    assert made.viewer.stats().memory.gpu.composite == 12 * 1600 * 1000
    assert made.most <= 128 * MIB
    made.viewer.display = plain
    assert np.array_equal(made.settle(view), picture)


def test_a_window_resized_by_hand_copies_no_atlas(
    seat: MakeSeat, monkeypatch: pytest.MonkeyPatch
) -> None:
    recorder = Recorder()
    recorder.install(monkeypatch)
    made = seat(Waved(), gpu_bytes=64 * MIB)
    looked_around(made)
    recorder.calls.clear()
    sizes = [(800 + 7 * step, 600 + 5 * step) for step in range(20)]
    for width, height in [*sizes, *reversed(sizes)]:
        made.settle(replace(HERE, width=width, height=height))
    assert "glDrawArraysInstanced" in recorder.calls
    assert "glCopyTexSubImage3D" not in recorder.calls
    made.viewer.set_budgets(gpu_bytes=24 * MIB)
    made.draw()
    assert "glCopyTexSubImage3D" in recorder.calls


@pytest.mark.parametrize(
    ("model", "budgets_mib"),
    [
        (PixelModel(SampleType.U16, ColorModel.GREY, 1), (12, 100, 9)),
        (PixelModel(SampleType.U8, ColorModel.RGB, 3), (12, 100, 9)),
        (PixelModel(SampleType.F32, ColorModel.CHANNELS, 5), (40, 100, 36)),
    ],
)
def test_tiles_of_any_format_are_moved_whole(
    seat: MakeSeat, model: PixelModel, budgets_mib: tuple[int, ...]
) -> None:
    """One value a texel, three, and bands in groups; in bytes, words and floats."""
    options = SyntheticOptions(model=model, tile_width=128, tile_height=128)
    made = seat(KeyedSource(4000, 4000, options), gpu_bytes=128 * MIB)
    view = Viewport(300, 200, 2000.0, 2000.0, 1.0)
    for step in range(6):
        made.settle(replace(view, centre_x=500.0 + 400 * step))
    expected = made.settle(view)
    for mib in budgets_mib:
        made.viewer.set_budgets(gpu_bytes=mib * MIB)
        assert np.array_equal(made.draw(), expected)


def test_a_new_context_shows_the_picture_again_within_frames_and_reads_nothing(
    seat: MakeSeat,
) -> None:
    """As when a widget is moved to another window: all that was drawn with is gone."""
    source = Waved()
    made = seat(source, gpu_bytes=64 * MIB, fade_s=0.1)
    expected = made.settle(HERE)
    time.sleep(0.15)
    expected = made.settle()
    asked, source.broken = source.asked, True
    made.viewer.detach()
    made.renderer.release()
    made.renderer = Renderer()
    made.viewer.attach(made.renderer)
    made.renderer.context_shared()
    frames = [made.draw(upload_budget_s=0.0)]
    assert frames[0].min() > 0, "a blank"
    while not made.viewer.settled:
        frames.append(made.draw(upload_budget_s=0.004))
    assert np.array_equal(frames[-1], expected)
    assert source.asked == asked
    assert made.viewer.errors() == ()


def test_the_bytes_of_the_composite_are_those_of_its_formats(context: EglContext) -> None:
    """What the budget counts is what the driver has been asked for."""
    from OpenGL.raw.GL.VERSION.GL_1_0 import glGetTexLevelParameteriv

    del context  # only to be current
    state = State()
    for sample_type in SampleType:
        for groups in (1, 3):
            made = Composite(40, 30, TexelFormat(sample_type, 4, groups), state)
            api.glBindTexture(api.GL_TEXTURE_2D_ARRAY, made.texture)
            bits = (api.ctypes.c_int * 1)()
            total = 0
            for name in (0x805C, 0x805D, 0x805E, 0x805F):  # red, green, blue, alpha size
                glGetTexLevelParameteriv(api.GL_TEXTURE_2D_ARRAY, 0, name, bits)
                total += bits[0]
            assert made.allocated_bytes == 40 * 30 * (groups * total // 8 + 4)
            made.release()
