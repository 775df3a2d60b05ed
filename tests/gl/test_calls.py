"""Promise: OpenGL 3.3 core only, few calls a frame, small textures, no complaint of the driver."""

import shutil
import subprocess
from collections.abc import Callable
from dataclasses import replace
from pathlib import Path

import numpy as np
import pytest
from OpenGL.constant import Constant

from glview.canvases.egl import OffscreenTarget
from glview.errors import ContextError
from glview.frame import Mark, Outline, Panel
from glview.gl import api
from glview.gl.program import link, shader_folder, shader_source
from glview.sources.array import ArrayOptions
from glview.sources.base import ColorModel
from glview.sources.opening import open_image
from glview.viewport import Point, Viewport
from tests.gl.recorder import Recorder
from tests.gl.registry import core33
from tests.gl.stage import Stage, still_options
from tests.images import detailed

MakeStage = Callable[..., Stage]


@pytest.fixture
def recorder(monkeypatch: pytest.MonkeyPatch) -> Recorder:
    made = Recorder()
    made.install(monkeypatch)
    return made


def test_every_name_of_the_api_is_core_3_3() -> None:
    registry = core33()
    functions = {n for n in dir(api) if n.startswith("gl") and callable(getattr(api, n))}
    enums = {n for n in dir(api) if isinstance(getattr(api, n), Constant)}
    assert len(functions) > 50
    assert functions <= registry.functions
    assert enums <= set(registry.enums)


def test_real_frames_call_core_3_3_only(recorder: Recorder, stage: MakeStage) -> None:
    """Every way of drawing: direct, composite, groups, growth of the atlas, overlays, release."""
    options = ArrayOptions(color_model=ColorModel.CHANNELS)
    images = [
        open_image(detailed(900, 700)),
        open_image(detailed(300, 200, 1).astype(np.uint16)),
        open_image(detailed(300, 200, 5).astype(np.float32), options=options),
    ]
    for source in images:
        made = stage(source, options=still_options(gpu_bytes=8 << 20))
        for zoom in (3.0, 1.0, 0.7, 0.55, 0.1):
            view = Viewport(200, 150, 100.0, 80.0, zoom)
            made.settle(view)
        made.session.display = replace(made.session.display, gamma=1.5)
        made.settle(Viewport(200, 150, 100.0, 80.0, 2.0))
        target = made.target_for(Viewport(200, 150)).target
        made.renderer.clear(target, (0.5, 0.5, 0.5))
        made.renderer.draw_marks([Mark(Point(5, 5), Point(50, 0), Point(0, 50))], target)
        green = (0.0, 1.0, 0.0, 1.0)
        made.renderer.draw_outlines(
            [Outline(Point(5, 5), Point(50, 0), Point(0, 50), green)], target, 1
        )
        made.renderer.draw_panels([Panel(np.zeros((8, 8, 4), np.uint8), 3, 4)], target)
        made.renderer.draw_panels([], target)
        made.close()
        made.close = lambda: None  # type: ignore[method-assign]  # closed already, on purpose here
    registry = core33()
    assert set(recorder.calls) <= registry.functions
    assert recorder.enums <= set(registry.enums)
    assert {"glDrawArraysInstanced", "glCopyTexSubImage3D", "glDeleteTextures"} <= set(
        recorder.calls
    )


@pytest.mark.parametrize("zoom", [1.0, 0.7, 0.55])
def test_a_resident_frame_takes_at_most_15_calls(
    recorder: Recorder, stage: MakeStage, zoom: float
) -> None:
    made = stage(open_image(detailed(900, 700)))
    view = Viewport(300, 200, 450.3, 350.7, zoom)
    made.settle(view)
    target = made.target_for(view).target
    frame = made.session.frame(view, 0.0)
    made.renderer.draw(frame, target)
    recorder.calls.clear()
    for dx in (0.0, 1.0, 2.0):
        moved = view.panned(dx, 0.0)
        made.session.follow(moved, focus=None, moving=True)
        made.renderer.draw(made.session.frame(moved, 0.0), target)
    assert len(recorder.calls) <= 3 * 15
    assert recorder.calls.count("glDrawArraysInstanced") == (6 if zoom == 0.55 else 3)


def test_textures_stay_small(recorder: Recorder, stage: MakeStage) -> None:
    """256 array layers and 4,096-pixel textures are all that OpenGL 3.3 machines must have."""
    sizes: list[tuple[int, int, int]] = []
    allocate = api.glTexImage3D

    def noted(*args: object) -> object:
        sizes.append(tuple(int(a) for a in args[3:6]))  # type: ignore[call-overload]
        return allocate(*args)

    api.glTexImage3D = noted  # the recorder's fixture puts the original back
    made = stage(open_image(detailed(2000, 1500)), options=still_options(gpu_bytes=1 << 30))
    made.settle(Viewport(900, 700, 1000.0, 750.0, 0.55))
    assert recorder.calls
    assert sizes
    assert all(w <= 4096 and h <= 4096 and layers <= 256 for w, h, layers in sizes)


@pytest.mark.parametrize("name", sorted(path.name for path in shader_folder().glob("*.[vf]*t*")))
@pytest.mark.parametrize("filtering", ["MAGNIFIED", "MINIFIED", "NEAREST"])
@pytest.mark.parametrize("light", [(), ("GAMMA",), ("IDENTITY",)])
@pytest.mark.parametrize("outline", [(), ("OUTLINE",)])
def test_shaders_pass_the_validator(
    name: str, filtering: str, light: tuple[str, ...], outline: tuple[str, ...], tmp_path: Path
) -> None:
    validator = shutil.which("glslangValidator")
    assert validator, "scripts/test installs glslang-tools"
    source = tmp_path / name
    source.write_text(shader_source(name, (filtering, *light, *outline)))
    done = subprocess.run([validator, str(source)], capture_output=True, text=True, check=False)
    assert done.returncode == 0, done.stdout
    assert shader_source(name).startswith("#version 330 core\n")


@pytest.mark.usefixtures("context")
def test_a_shader_error_names_the_file() -> None:
    from tests.gl.debug import DebugOutput

    with pytest.raises(ContextError, match=r"broken\.frag"):
        link("resolve.vert", shader_source("resolve.vert"), "broken.frag", "#version 330 core\n?")
    assert len(DebugOutput().take()) == 1


@pytest.mark.usefixtures("context")
def test_the_driver_is_heard() -> None:
    """The debug output that every test here checks does tell of errors."""
    from OpenGL.error import GLError

    from tests.gl.debug import DebugOutput

    output = DebugOutput()
    with pytest.raises(GLError):
        api.glEnable(0x1234)
    assert any("1234" in message or "INVALID" in message.upper() for message in output.take())


def test_the_target_is_the_only_framebuffer_written(stage: MakeStage) -> None:
    """A renderer draws into the target it is given; others stay as they are."""
    made = stage(open_image(detailed(900, 700)))
    other = OffscreenTarget(300, 200)
    made.renderer.target_rebound()
    made.renderer.clear(other.target, (0.0, 1.0, 0.0))
    for zoom in (1.0, 0.55):
        made.settle(Viewport(300, 200, 450.3, 350.7, zoom))
    assert (other.read() == [0, 255, 0, 255]).all()
    other.release()
    made.renderer.target_rebound()


def test_whatever_else_was_set_in_the_context_the_picture_is_the_same(stage: MakeStage) -> None:
    from OpenGL.raw.GL.VERSION import GL_1_0, GL_1_1, GL_3_0, GL_3_3

    made = stage(open_image(detailed(900, 700)))
    view = Viewport(300, 200, 450.3, 350.7, 0.8)
    expected = made.settle(view)
    sampler = api.generate(GL_3_3.glGenSamplers)
    spoilers: list[Callable[[], object]] = [
        lambda: api.glEnable(GL_3_0.GL_RASTERIZER_DISCARD),
        lambda: api.glEnable(GL_1_0.GL_CULL_FACE),
        lambda: api.glEnable(GL_1_0.GL_SCISSOR_TEST),
        lambda: api.glPolygonMode(GL_1_0.GL_FRONT_AND_BACK, GL_1_0.GL_LINE),
        lambda: api.glDepthRange(1.0, 0.0),
        lambda: api.glBindSampler(0, sampler),
        lambda: api.glColorMask(True, False, True, True),
        lambda: api.glDepthFunc(GL_1_0.GL_NEVER),
        lambda: (api.glEnable(GL_1_1.GL_COLOR_LOGIC_OP), GL_1_0.glLogicOp(GL_1_0.GL_CLEAR)),
        lambda: api.glUseProgram(0),
        lambda: api.glBindVertexArray(0),
    ]
    for spoil in spoilers:
        spoil()
        made.renderer.context_shared()
        assert np.array_equal(made.settle(view), expected)
    api.delete(GL_3_3.glDeleteSamplers, sampler)


def test_no_program_is_linked_while_zooming(recorder: Recorder, stage: MakeStage) -> None:
    """What a picture takes is linked with the image, not in the frame that first needs it."""
    made = stage(open_image(detailed(900, 700)))
    recorder.calls.clear()
    for zoom in (0.1, 0.3, 0.53, 0.55, 0.8, 1.0, 3.0):
        made.settle(Viewport(300, 200, 450.3, 350.7, zoom))
        made.settle(Viewport(300, 200, 0.0, 0.0, zoom))
    assert "glDrawArraysInstanced" in recorder.calls
    assert "glLinkProgram" not in recorder.calls
