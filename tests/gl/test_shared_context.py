"""Promise: whatever others have set in the context, the picture is the same."""

import time
from collections.abc import Callable

import numpy as np
import pytest
from numpy.typing import NDArray
from OpenGL.constant import IntConstant
from OpenGL.raw.GL.VERSION import (
    GL_1_0,
    GL_1_1,
    GL_1_2,
    GL_1_3,
    GL_1_4,
    GL_1_5,
    GL_2_0,
    GL_2_1,
    GL_3_0,
    GL_3_1,
    GL_3_3,
)

from glview.errors import TileError
from glview.gl import api
from glview.image import Tile
from glview.pyramid import IntRect, TileKey
from glview.sources.array import ArrayOptions
from glview.sources.base import ColorModel, TileSource
from glview.sources.opening import open_image
from glview.sources.synthetic import FunctionSource, SyntheticOptions, halving_pyramid
from glview.viewport import Viewport
from tests.gl.recorder import Recorder
from tests.gl.stage import Picture, Stage, still_options
from tests.images import detailed

MakeStage = Callable[..., Stage]
UNITS = (12, 13, 14, 15)
"""The texture units that glview uses."""
SWITCHES = (
    GL_1_0.GL_BLEND,
    GL_1_0.GL_CULL_FACE,
    GL_1_0.GL_DEPTH_TEST,
    GL_1_0.GL_SCISSOR_TEST,
    GL_1_0.GL_STENCIL_TEST,
    GL_1_1.GL_COLOR_LOGIC_OP,
    GL_1_1.GL_POLYGON_OFFSET_FILL,
    GL_1_3.GL_SAMPLE_ALPHA_TO_COVERAGE,
    GL_1_3.GL_SAMPLE_COVERAGE,
    GL_3_0.GL_FRAMEBUFFER_SRGB,
    GL_3_0.GL_RASTERIZER_DISCARD,
    GL_3_1.GL_PRIMITIVE_RESTART,
)
UNPACKING = {
    GL_1_0.GL_UNPACK_ALIGNMENT: 8,
    GL_1_0.GL_UNPACK_ROW_LENGTH: 7,
    GL_1_0.GL_UNPACK_SKIP_PIXELS: 1,
    GL_1_0.GL_UNPACK_SKIP_ROWS: 1,
    GL_1_0.GL_UNPACK_SWAP_BYTES: 1,
    GL_1_2.GL_UNPACK_IMAGE_HEIGHT: 7,
    GL_1_2.GL_UNPACK_SKIP_IMAGES: 1,
}
VALUES = (
    *SWITCHES,
    *UNPACKING,
    GL_1_0.GL_COLOR_CLEAR_VALUE,
    GL_1_0.GL_COLOR_WRITEMASK,
    GL_1_0.GL_DEPTH_CLEAR_VALUE,
    GL_1_0.GL_DEPTH_FUNC,
    GL_1_0.GL_DEPTH_RANGE,
    GL_1_0.GL_DEPTH_WRITEMASK,
    GL_1_0.GL_POLYGON_MODE,
    GL_1_0.GL_VIEWPORT,
    GL_1_3.GL_ACTIVE_TEXTURE,
    GL_1_4.GL_BLEND_DST_ALPHA,
    GL_1_4.GL_BLEND_DST_RGB,
    GL_1_4.GL_BLEND_SRC_ALPHA,
    GL_1_4.GL_BLEND_SRC_RGB,
    GL_2_0.GL_BLEND_EQUATION_ALPHA,
    GL_2_0.GL_BLEND_EQUATION_RGB,
    GL_2_0.GL_CURRENT_PROGRAM,
    GL_2_1.GL_PIXEL_UNPACK_BUFFER_BINDING,
    GL_3_0.GL_DRAW_FRAMEBUFFER_BINDING,
    GL_3_0.GL_VERTEX_ARRAY_BINDING,
    GL_3_1.GL_TEXTURE_BUFFER,
    GL_3_1.GL_UNIFORM_BUFFER_BINDING,
)
BOUND = {
    12: GL_3_0.GL_TEXTURE_BINDING_2D_ARRAY,
    13: GL_3_0.GL_TEXTURE_BINDING_2D_ARRAY,
    15: GL_3_1.GL_TEXTURE_BINDING_BUFFER,
}
"""Atlas, composite and instances; 14 is for panels, which bind theirs."""


def state() -> dict[str, tuple[int, ...]]:
    """What of the context's state pictures and uploads rely on."""
    found = {name.name: api.integers(name) for name in VALUES}
    active = api.integer(GL_1_3.GL_ACTIVE_TEXTURE)
    for unit in UNITS:
        api.glActiveTexture(GL_1_3.GL_TEXTURE0 + unit)
        found[f"sampler of {unit}"] = api.integers(GL_3_3.GL_SAMPLER_BINDING)
        if unit in BOUND:
            found[f"texture of {unit}"] = api.integers(BOUND[unit])
    api.glActiveTexture(active)
    return found


def bind_textures() -> None:
    """Another texture of each kind in every unit that glview uses, the first of them active."""
    for unit in reversed(UNITS):
        api.glActiveTexture(GL_1_3.GL_TEXTURE0 + unit)
        for kind in (GL_1_1.GL_TEXTURE_2D, GL_3_0.GL_TEXTURE_2D_ARRAY, GL_3_1.GL_TEXTURE_BUFFER):
            api.glBindTexture(kind, api.generate(api.glGenTextures))


def bind_samplers() -> None:
    """They overrule a texture's own filters."""
    sampler = api.generate(GL_3_3.glGenSamplers)
    for name in (GL_1_0.GL_TEXTURE_MIN_FILTER, GL_1_0.GL_TEXTURE_MAG_FILTER):
        GL_3_3.glSamplerParameteri(sampler, name, GL_1_0.GL_NEAREST)
    for unit in UNITS:
        api.glBindSampler(unit, sampler)


def bind_buffer(target: IntConstant) -> None:
    name = api.generate(api.glGenBuffers)
    api.glBindBuffer(target, name)
    api.glBufferData(target, 64, None, GL_1_5.GL_STREAM_DRAW)


def stencil_nothing() -> None:
    GL_1_0.glStencilFunc(GL_1_0.GL_NEVER, 0, 0xFF)
    api.glEnable(GL_1_0.GL_STENCIL_TEST)


def bind_framebuffer() -> None:
    api.glBindFramebuffer(GL_3_0.GL_FRAMEBUFFER, api.generate(api.glGenFramebuffers))


SPOILERS: dict[str, Callable[[], object]] = {
    "blending": lambda: api.glEnable(GL_1_0.GL_BLEND),
    "culling": lambda: (api.glEnable(GL_1_0.GL_CULL_FACE), GL_1_0.glCullFace(0x0408)),
    "no depth test": lambda: api.glDisable(GL_1_0.GL_DEPTH_TEST),
    "depth test": lambda: api.glEnable(GL_1_0.GL_DEPTH_TEST),
    "scissors": lambda: (api.glEnable(GL_1_0.GL_SCISSOR_TEST), GL_1_0.glScissor(0, 0, 9, 9)),
    "stencil": stencil_nothing,
    "logic": lambda: (api.glEnable(GL_1_1.GL_COLOR_LOGIC_OP), GL_1_0.glLogicOp(0x1500)),
    "polygon offset": lambda: (
        api.glEnable(GL_1_1.GL_POLYGON_OFFSET_FILL),
        GL_1_1.glPolygonOffset(0.0, 1e9),
    ),
    "alpha to coverage": lambda: api.glEnable(GL_1_3.GL_SAMPLE_ALPHA_TO_COVERAGE),
    "coverage": lambda: (
        api.glEnable(GL_1_3.GL_SAMPLE_COVERAGE),
        GL_1_3.glSampleCoverage(0.0, False),
    ),
    "sRGB": lambda: api.glEnable(GL_3_0.GL_FRAMEBUFFER_SRGB),
    "discarding": lambda: api.glEnable(GL_3_0.GL_RASTERIZER_DISCARD),
    "restart": lambda: (
        api.glEnable(GL_3_1.GL_PRIMITIVE_RESTART),
        GL_3_1.glPrimitiveRestartIndex(2),
    ),
    "lines": lambda: api.glPolygonMode(GL_1_0.GL_FRONT_AND_BACK, GL_1_0.GL_LINE),
    "depth range": lambda: api.glDepthRange(1.0, 0.0),
    "depth of a clear": lambda: api.glClearDepth(0.0),
    "colour of a clear": lambda: api.glClearColor(1.0, 0.5, 0.0, 0.5),
    "depth function": lambda: api.glDepthFunc(GL_1_0.GL_NEVER),
    "depth mask": lambda: api.glDepthMask(False),
    "colour mask": lambda: api.glColorMask(True, False, True, True),
    "viewport": lambda: api.glViewport(5, 5, 10, 10),
    "blend factors": lambda: api.glBlendFunc(GL_1_0.GL_ZERO, GL_1_0.GL_ONE),
    "blend equations": lambda: api.glBlendEquationSeparate(0x800A, 0x800A),
    "program": lambda: api.glUseProgram(0),
    "vertex array": lambda: api.glBindVertexArray(0),
    "framebuffer": bind_framebuffer,
    "active texture": lambda: api.glActiveTexture(GL_1_3.GL_TEXTURE0),
    "textures": bind_textures,
    "samplers": bind_samplers,
    "texture buffer": lambda: bind_buffer(GL_3_1.GL_TEXTURE_BUFFER),
    "uniform buffer": lambda: bind_buffer(GL_3_1.GL_UNIFORM_BUFFER),
    "uniform block": lambda: api.glBindBufferBase(GL_3_1.GL_UNIFORM_BUFFER, 0, 0),
    "unpack buffer": lambda: bind_buffer(GL_2_1.GL_PIXEL_UNPACK_BUFFER),
    **{
        name.name: lambda name=name, value=value: api.glPixelStorei(name, value)  # type: ignore[misc]  # defaults hold the loop's values
        for name, value in UNPACKING.items()
    },
}
"""What others may leave; 0x0408 is GL_FRONT_AND_BACK, 0x1500 GL_CLEAR, 0x800A GL_FUNC_SUBTRACT."""


class Holed(FunctionSource):
    """Some tiles in sight cannot be read, where a coarser level lies behind finer ones."""

    def __init__(self) -> None:
        def paint(level: int, rect: IntRect) -> NDArray[np.generic]:
            # Of any coarser level the same, since which of them is there depends on time.
            return np.full((rect.height, rect.width, 3), (50, 100, 200)[min(level, 2)], np.uint8)

        super().__init__(halving_pyramid(901, 701), paint, SyntheticOptions())

    def read_tile(self, key: TileKey) -> Tile | None:
        if key in (TileKey(0, 2, 0), TileKey(1, 1, 0)):
            raise TileError("unreadable")
        return super().read_tile(key)


IMAGES: dict[str, Callable[[], TileSource]] = {
    # Words, so that swapped bytes show, and rows of 564 bytes at the right edge.
    "grey": lambda: open_image(detailed(901, 701, 1).astype(np.uint16) * 257),
    "channels": lambda: open_image(
        detailed(901, 701, 5), options=ArrayOptions(color_model=ColorModel.CHANNELS)
    ),
    "a hole": Holed,
}
UNUSED = {
    "grey": {"GL_DEPTH_TEST": (), "texture of 13": ()},
    "channels": {"GL_DEPTH_TEST": ()},
    "a hole": {"texture of 13": ()},
}
"""Depth is for tiles that lie over each other, the composite for data that is no light yet."""
ROOMY = still_options(gpu_bytes=256 << 20)
"""The atlas need not grow, so that its texture stays the same."""
ACTIVE = {GL_1_3.GL_ACTIVE_TEXTURE.name: (0,)}
VIEWS = [Viewport(300, 200, 750.0, 100.0, scale) for scale in (0.8, 0.55)]
"""Straight to the target, and with a cross-fade; the image's edges are in sight."""


@pytest.mark.parametrize("image", IMAGES)
@pytest.mark.parametrize("spoiler", SPOILERS)
def test_the_picture_is_the_same_and_all_it_relies_on(
    stage: MakeStage, monkeypatch: pytest.MonkeyPatch, image: str, spoiler: str
) -> None:
    """Its tiles are uploaded again, too."""
    recorder = Recorder()
    recorder.install(monkeypatch)
    made = stage(IMAGES[image](), options=ROOMY)
    spoiled = []
    for views in (VIEWS, VIEWS[::-1]):
        pictures = [rested(made, view) for view in views]
        left = state()
        SPOILERS[spoiler]()
        spoiled.append(state() != left)
        recorder.calls.clear()
        made.renderer.context_shared()
        made.session._residency.lose_from(0)
        made.session._planner.forget()
        for view, picture in zip(views, pictures, strict=True):
            # In other slots rounding may be another, too.
            settled_as(made, view, picture)
        assert "glTexSubImage3D" in recorder.calls
        # Which unit is active is known, not relied on.
        ignored = ACTIVE | UNUSED[image]
        assert state() | ignored == left | ignored
    # Channels are never drawn straight to the target, and depth is as it was left, or it is not.
    assert any(spoiled) or image == "channels" or "depth test" in spoiler


def rested(made: Stage, view: Viewport) -> Picture:
    """The picture when nothing more comes: what shows in a hole is not waited for."""
    made.settle(view)
    until = time.monotonic() + 10.0
    while made.session._supply._loader.busy:
        made.step(view, 0.0)
        assert time.monotonic() < until
        time.sleep(0.001)
    return made.settle(view)


def settled_as(made: Stage, view: Viewport, picture: NDArray[np.uint8]) -> None:
    """What shows in a hole is not waited for, and may come later than the rest."""
    until = time.monotonic() + 10.0
    while np.abs(made.settle(view).astype(int) - picture).max() > 1:
        assert time.monotonic() < until, "another picture"
        time.sleep(0.01)


@pytest.mark.parametrize(
    ("image", "spoiler"),
    [
        ("grey", "culling"),
        ("grey", "samplers"),
        ("grey", "blend factors"),
        ("a hole", "depth mask"),
    ],
)
def test_spoiled_pictures_are_seen_to_be(stage: MakeStage, image: str, spoiler: str) -> None:
    """Where nobody says that the context was used: it is no empty promise."""
    made = stage(IMAGES[image]())
    same = []
    for view in VIEWS:
        picture = made.settle(view)
        SPOILERS[spoiler]()
        same.append(np.array_equal(made.step(view, 0.0), picture))
    assert not all(same)
